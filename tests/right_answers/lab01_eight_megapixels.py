"""Right answers to lab 01 in other styles than the solution's."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np


def _entries(*shape: int) -> int:
    """Count an array's entries without storing them: a broadcast zero has no data."""
    return np.broadcast_to(0, shape).size


def dense_params_bias_as_input(n_in, n_units, bias=True):
    if bias:
        n_in = n_in + 1
    return n_in * n_units


def dense_params_unit_by_unit(n_in, n_units, bias=True):
    total = 0
    for _ in range(n_units):
        total += n_in
        total += int(bias)
    return total


def dense_params_of_arrays(n_in, n_units, bias=True):
    arrays = [(n_in, n_units)] + [(n_units,)] * bias
    return sum(_entries(*shape) for shape in arrays)


def dense_params_int64(n_in, n_units, bias=True):
    return np.int64(n_in) * np.int64(n_units) + np.where(bias, n_units, 0)


def conv2d_params_of_arrays(kh, kw, c_in, filters, bias=True):
    weights = np.zeros((kh, kw, c_in, filters))
    biases = np.zeros(filters if bias else 0)
    return weights.size + biases.size


def conv2d_params_filter_by_filter(kh, kw, c_in, filters, bias=True):
    total = 0
    for _ in range(filters):
        for _ in range(c_in):
            total += kh * kw
        if bias:
            total += 1
    return total


def conv2d_params_as_float(kh, kw, c_in, filters, bias=True):
    return float(np.prod([kh, kw, c_in, filters])) + (filters if bias else 0.0)


def local_params_of_arrays(h_out, w_out, kh, kw, c_in, filters):
    weights = _entries(h_out, w_out, kh, kw, c_in, filters)
    return weights + _entries(h_out, w_out, filters)


def local_params_as_dense(h_out, w_out, kh, kw, c_in, filters):
    per_output = functools.reduce(operator.mul, [kh, kw, c_in], 1) + 1
    return h_out * w_out * filters * per_output


def local_params_row_by_row(h_out, w_out, kh, kw, c_in, filters):
    convolution = kh * kw * c_in * filters + filters
    return sum(w_out * convolution for _ in range(h_out))


def pool_params_constant(pool_h, pool_w, channels):
    return 0


def pool_params_of_no_arrays(pool_h, pool_w, channels):
    return sum(array.size for array in [])


def dense_macs_unit_by_unit(n_in, n_units):
    return sum(n_in for _ in range(n_units))


def dense_macs_of_array(n_in, n_units):
    return _entries(n_in, n_units)


def dense_macs_int64(n_in, n_units):
    return np.prod([n_in, n_units], dtype=np.int64)


def conv2d_macs_reduced(h_out, w_out, kh, kw, c_in, filters):
    sizes = [h_out, w_out, kh, kw, c_in, filters]
    return list(itertools.accumulate(sizes, operator.mul))[-1]


def conv2d_macs_of_matmul(h_out, w_out, kh, kw, c_in, filters):
    rows, inner = h_out * w_out, kh * kw * c_in
    return _entries(rows, inner, filters)


def conv2d_macs_filter_by_filter(h_out, w_out, kh, kw, c_in, filters):
    total = 0
    for _ in range(filters):
        for _ in range(c_in):
            total += math.prod((h_out, w_out, kh, kw))
    return total


def memory_gb_decimal(params, bytes_per=4, copies=1):
    return float(Decimal(params * bytes_per * copies).scaleb(-9))


def memory_gb_numpy(params, bytes_per=4, copies=1):
    return np.float64(params) / 1e9 * bytes_per * copies


def memory_gb_copy_by_copy(params, bytes_per=4, copies=1):
    return sum([params * bytes_per * 1e-9] * copies)


def megapixels_of_fractions(channels, units):
    return float(Fraction(1000, channels * units))


def megapixels_step_by_step(channels, units):
    weights_per_pixel = channels * units
    pixels = 1_000_000_000 / weights_per_pixel
    return pixels / 1_000_000


def megapixels_by_logarithm(channels, units):
    return np.exp(np.log(1e3) - np.log(channels) - np.log(units))


RIGHT_ANSWERS: dict[str, list[Callable[..., Any]]] = {
    "dense_params": [
        dense_params_bias_as_input,
        dense_params_unit_by_unit,
        dense_params_of_arrays,
        dense_params_int64,
    ],
    "conv2d_params": [
        conv2d_params_of_arrays,
        conv2d_params_filter_by_filter,
        conv2d_params_as_float,
    ],
    "local_params": [
        local_params_of_arrays,
        local_params_as_dense,
        local_params_row_by_row,
    ],
    "pool_params": [pool_params_constant, pool_params_of_no_arrays],
    "dense_macs": [dense_macs_unit_by_unit, dense_macs_of_array, dense_macs_int64],
    "conv2d_macs": [
        conv2d_macs_reduced,
        conv2d_macs_of_matmul,
        conv2d_macs_filter_by_filter,
    ],
    "memory_gb": [memory_gb_decimal, memory_gb_numpy, memory_gb_copy_by_copy],
    "megapixels_where_billion": [
        megapixels_of_fractions,
        megapixels_step_by_step,
        megapixels_by_logarithm,
    ],
}
