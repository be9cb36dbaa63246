"""Right answers to lab07.relu in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def relu_by_maximum(x):
    """Compare with 0."""
    return np.maximum(0, x)


def relu_by_mask(x):
    """Multiply by a mask."""
    return x * (x > 0)


def relu_by_loop(x):
    """Copy, and clear the negative values one by one."""
    result = x.copy()
    for index in np.ndindex(x.shape):
        if x[index] < 0:
            result[index] = 0
    return result


def relu_of_lists(x):
    """Work on nested lists, level by level."""

    def one(values):
        return [one(v) for v in values] if isinstance(values, list) else max(values, 0)

    return one(x.tolist())


def relu_half(x):
    """Take half of what the number and its size add up to, as float32."""
    return ((x + abs(x)) / 2).astype("float32")
