"""Compare arrays where the task says of which type the numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.judging import compare
from grader.judging.compare import Difference


def close_and_of_dtype(expected: Any, actual: Any) -> Difference | None:
    """Return how arrays differ in shape, values or dtype, or `None`."""
    difference = compare.close(expected, actual)
    if difference is not None:
        return difference
    wanted, given = np.asarray(expected).dtype, np.asarray(actual).dtype
    if given != wanted:
        return Difference("type", f"the dtype is {given}, expected {wanted}")
    return None
