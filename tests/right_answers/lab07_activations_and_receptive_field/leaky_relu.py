"""Right answers to lab07.leaky_relu in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def leaky_by_where(x, slope=0.1):
    """Choose between two lines."""
    return np.where(x < 0, slope * x, x)


def leaky_by_parts(x, slope=0.1):
    """Add the positive part and a share of the negative one."""
    return np.clip(x, 0, None) + slope * np.clip(x, None, 0)


def leaky_by_maximum(x, slope=0.1):
    """Take the larger of two lines, which works for slopes up to 1."""
    return np.maximum(x, np.multiply(slope, x))


def leaky_by_mask(x, slope=0.1):
    """Shrink the negative values of a copy of floats."""
    result = np.array(x, dtype="float64")
    negative = result < 0
    result[negative] *= slope
    return result


def leaky_by_vectorize(x, slope=0.1):
    """Write the rule for one number and let NumPy apply it."""
    return np.vectorize(lambda v: v if v > 0 else v * slope, otypes=["float32"])(x)
