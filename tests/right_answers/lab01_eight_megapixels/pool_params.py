"""Right answers to lab01.pool_params in other styles than the solution's."""

from __future__ import annotations

import numpy as np


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
