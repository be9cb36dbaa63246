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


def dense_params_by_halves(n_in, n_units, bias=True):
    if n_units <= 1:
        return n_units * (n_in + bool(bias))
    half = n_units // 2
    return dense_params_by_halves(n_in, half, bias) + dense_params_by_halves(
        n_in, n_units - half, bias
    )


def dense_params_of_a_matrix(n_in, n_units, bias=True):
    rows = [n_in, 1] if bias else [n_in]
    return float(np.sum(np.multiply(rows, n_units, dtype=np.int64)))


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


def conv2d_params_as_dense(kh, kw, c_in, filters, bias=True):
    n_in = functools.reduce(lambda total, side: total * side, (kh, kw, c_in))
    return (n_in + 1) * filters if bias else n_in * filters


def conv2d_params_without_the_switch(kh, kw, c_in, filters, bias=True):
    box = np.int64(kh) * kw * c_in
    return np.array([box * filters, filters]) @ np.array([1, int(bias)])


def local_params_of_arrays(h_out, w_out, kh, kw, c_in, filters):
    weights = _entries(h_out, w_out, kh, kw, c_in, filters)
    return weights + _entries(h_out, w_out, filters)


def local_params_as_dense(h_out, w_out, kh, kw, c_in, filters):
    per_output = functools.reduce(operator.mul, [kh, kw, c_in], 1) + 1
    return h_out * w_out * filters * per_output


def local_params_row_by_row(h_out, w_out, kh, kw, c_in, filters):
    convolution = kh * kw * c_in * filters + filters
    return sum(w_out * convolution for _ in range(h_out))


def local_params_int64(h_out, w_out, kh, kw, c_in, filters):
    outputs = np.prod([h_out, w_out, filters], dtype=np.int64)
    return outputs * (kh * kw * c_in) + outputs


def local_params_by_recursion(h_out, *rest):
    def product(sizes):
        return sizes[0] * product(sizes[1:]) if sizes else 1

    w_out, _, _, _, filters = rest
    return product((h_out, *rest)) + product((h_out, w_out, filters))


def pool_params_constant(pool_h, pool_w, channels):
    return 0


def pool_params_of_no_arrays(pool_h, pool_w, channels):
    return sum(array.size for array in [])


def pool_params_as_float(pool_h, pool_w, channels):
    return 0.0


def pool_params_of_an_empty_array(pool_h, pool_w, channels):
    return np.zeros((pool_h, pool_w, channels, 0)).size


def pool_params_window_by_window(pool_h, pool_w, channels):
    total = 0
    for _ in range(channels):
        weights = []
        total += len(weights)
    return total


def dense_macs_unit_by_unit(n_in, n_units):
    return sum(n_in for _ in range(n_units))


def dense_macs_of_array(n_in, n_units):
    return _entries(n_in, n_units)


def dense_macs_int64(n_in, n_units):
    return np.prod([n_in, n_units], dtype=np.int64)


def dense_macs_as_float(n_in, n_units):
    return float(n_in) * float(n_units)


def dense_macs_by_halves(n_in, n_units):
    if n_units == 1:
        return n_in
    half, odd = divmod(n_units, 2)
    return 2 * dense_macs_by_halves(n_in, half) + odd * n_in


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


def conv2d_macs_int64(h_out, w_out, kh, kw, c_in, filters):
    return np.prod(np.array([h_out, w_out, kh, kw, c_in, filters], dtype="int64"))


def conv2d_macs_row_by_row(h_out, w_out, kh, kw, c_in, filters):
    one_value = kh * kw * c_in
    macs = 0
    for _ in range(h_out):
        macs = macs + w_out * filters * one_value
    return macs


def memory_gb_decimal(params, bytes_per=4, copies=1):
    return float(Decimal(params * bytes_per * copies).scaleb(-9))


def memory_gb_numpy(params, bytes_per=4, copies=1):
    return np.float64(params) / 1e9 * bytes_per * copies


def memory_gb_copy_by_copy(params, bytes_per=4, copies=1):
    return sum([params * bytes_per * 1e-9] * copies)


def memory_gb_unit_by_unit(params, bytes_per=4, copies=1):
    kilobytes = params * bytes_per * copies / 1000
    megabytes = kilobytes / 1000
    return megabytes / 1000


def memory_gb_of_fractions(params, bytes_per=4, copies=1):
    return float(Fraction(copies * bytes_per * params, 10**9))


def memory_gb_in_float32(params, bytes_per=4, copies=1):
    sizes = np.array([params, bytes_per, copies], dtype="float32")
    return np.prod(sizes) * np.float32(1e-9)


def megapixels_of_fractions(channels, units):
    return float(Fraction(1000, channels * units))


def megapixels_step_by_step(channels, units):
    weights_per_pixel = channels * units
    pixels = 1_000_000_000 / weights_per_pixel
    return pixels / 1_000_000


def megapixels_by_logarithm(channels, units):
    return np.exp(np.log(1e3) - np.log(channels) - np.log(units))


def megapixels_by_bisection(channels, units):
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        if middle * 1e6 * channels * units < 1e9:
            low = middle
        else:
            high = middle
    return high


def megapixels_in_float32(channels, units):
    return np.float32(1000) / np.prod([channels, units]).astype("float32")


RIGHT_ANSWERS: dict[str, list[Callable[..., Any]]] = {
    "dense_params": [
        dense_params_bias_as_input,
        dense_params_unit_by_unit,
        dense_params_of_arrays,
        dense_params_int64,
        dense_params_by_halves,
        dense_params_of_a_matrix,
    ],
    "conv2d_params": [
        conv2d_params_of_arrays,
        conv2d_params_filter_by_filter,
        conv2d_params_as_float,
        conv2d_params_as_dense,
        conv2d_params_without_the_switch,
    ],
    "local_params": [
        local_params_of_arrays,
        local_params_as_dense,
        local_params_row_by_row,
        local_params_int64,
        local_params_by_recursion,
    ],
    "pool_params": [
        pool_params_constant,
        pool_params_of_no_arrays,
        pool_params_as_float,
        pool_params_of_an_empty_array,
        pool_params_window_by_window,
    ],
    "dense_macs": [
        dense_macs_unit_by_unit,
        dense_macs_of_array,
        dense_macs_int64,
        dense_macs_as_float,
        dense_macs_by_halves,
    ],
    "conv2d_macs": [
        conv2d_macs_reduced,
        conv2d_macs_of_matmul,
        conv2d_macs_filter_by_filter,
        conv2d_macs_int64,
        conv2d_macs_row_by_row,
    ],
    "memory_gb": [
        memory_gb_decimal,
        memory_gb_numpy,
        memory_gb_copy_by_copy,
        memory_gb_unit_by_unit,
        memory_gb_of_fractions,
        memory_gb_in_float32,
    ],
    "megapixels_where_billion": [
        megapixels_of_fractions,
        megapixels_step_by_step,
        megapixels_by_logarithm,
        megapixels_by_bisection,
        megapixels_in_float32,
    ],
}
