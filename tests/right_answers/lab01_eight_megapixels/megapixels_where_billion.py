"""Right answers to lab01.megapixels_where_billion in other styles than the solution's."""

from __future__ import annotations

from fractions import Fraction

import numpy as np


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
