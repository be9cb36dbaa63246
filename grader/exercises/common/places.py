"""Answers that are places in an array, which one looks up there."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.judging import compare
from grader.judging.compare import Difference


def places_alike(expected: Any, actual: Any) -> Difference | None:
    """Compare places, which are an index: floats are none, but where there is none."""
    difference = compare.exact(expected, actual)
    if difference is None and _floats(actual) and not _floats(expected):
        return Difference("type", "its numbers are right, but stored as floats")
    return difference


def _floats(places: Any) -> bool:
    if isinstance(places, dict):
        return False
    found = np.asarray(places)
    return found.dtype.kind == "f" and found.size > 0
