"""Right answers to lab01.dense_macs in other styles than the solution's."""

from __future__ import annotations

import numpy as np

from ._shared import entries


def dense_macs_unit_by_unit(n_in, n_units):
    return sum(n_in for _ in range(n_units))


def dense_macs_of_array(n_in, n_units):
    return entries(n_in, n_units)


def dense_macs_int64(n_in, n_units):
    return np.prod([n_in, n_units], dtype=np.int64)


def dense_macs_as_float(n_in, n_units):
    return float(n_in) * float(n_units)


def dense_macs_by_halves(n_in, n_units):
    if n_units == 1:
        return n_in
    half, odd = divmod(n_units, 2)
    return 2 * dense_macs_by_halves(n_in, half) + odd * n_in
