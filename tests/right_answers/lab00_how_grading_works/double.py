"""Right answers to lab00.double in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def double_by_adding(x):
    return x + x


def double_with_a_ufunc(x):
    return np.add(x, x)


def double_in_a_loop(x):
    if np.ndim(x) == 0:
        return 2 * x
    result = np.zeros(np.shape(x))
    for place, number in np.ndenumerate(x):
        result[place] = 2 * number
    return result


def double_by_recursion(x):
    """Give nested lists for an array."""
    if isinstance(x, np.ndarray):
        return [double_by_recursion(part) for part in x]
    return float(x) * 2


def double_in_float32(x):
    return np.asarray(x, dtype="float32") * 2


def double_of_a_copy(x):
    copy = np.array(x)
    copy *= 2
    return copy
