"""Show values as a student reads them."""

from __future__ import annotations

import math
from textwrap import indent
from typing import Any

import numpy as np

_BEYOND_FLOATS = 10**300


def show(value: Any) -> str:
    """Return a value as a student reads it: at most six significant digits."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int) and abs(value) >= _BEYOND_FLOATS:
        return f"a number of {math.floor(math.log10(abs(value))) + 1:,} digits"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, np.ndarray):
        return show_array(value)
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def show_array(array: np.ndarray, max_items: int = 40) -> str:
    """Return a small array with its values, a large one with its shape and dtype."""
    if array.size > max_items:
        return f"array of shape {array.shape}, {array.dtype}"
    if array.dtype.kind == "f":
        array = array + 0.0  # a negative zero would puzzle
    return np.array2string(array, precision=4, separator=", ", suppress_small=True)


def numbers(value: Any) -> int:
    """Count the numbers, texts and the like in a value."""
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, (list, tuple)):
        return sum(map(numbers, value))
    return sum(map(numbers, value.values())) if isinstance(value, dict) else 1


def beside(lead: str, value: Any) -> str:
    """Return a value behind a lead, its further lines indented as far."""
    return f"{lead}{indent(in_lines(value), ' ' * len(lead)).strip()}"


def in_lines(value: Any) -> str:
    """Return a value with the rows of a matrix or the items of a collection on lines."""
    if isinstance(value, dict):
        return "\n".join(beside(f"{key}: ", item) for key, item in value.items())
    if isinstance(value, (list, tuple)) and any(map(_has_parts, value)):
        return "\n".join(map(_item, value))
    if isinstance(value, np.ndarray) and value.ndim > 2 and 1 in value.shape:
        # A picture with one channel is read as a matrix.
        return f"{show(np.squeeze(value))} in the shape {value.shape}"
    return show(value)


def _has_parts(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _item(value: Any) -> str:
    """Return a dictionary on one line, in full."""
    if not isinstance(value, dict):
        return in_lines(value)
    return ", ".join(f"{key}: {one_line(item)}" for key, item in value.items())


def one_line(value: Any) -> str:
    """Return a value on one line."""
    return " ".join(show(value).split())
