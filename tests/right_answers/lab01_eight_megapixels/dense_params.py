"""Right answers to lab01.dense_params in other styles than the solution's."""

from __future__ import annotations

import numpy as np

from ._shared import entries


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
    return sum(entries(*shape) for shape in arrays)


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
