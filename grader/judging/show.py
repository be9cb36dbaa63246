"""Show values as a student reads them."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from textwrap import indent
from typing import Any

import numpy as np

_BEYOND_FLOATS = 10**300
# Of the largest number of an array, so many digits are shown.
_DIGITS = 4
# What is smaller is what rounding left of a 0.
_DECIMALS = 8
# Above it, digits before the point would fill the line.
_HUGE = 1e9


def show(value: Any) -> str:
    """Return a value as a student reads it: at most six significant digits."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value + 0.0:.6g}"  # a negative zero would puzzle
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
    return in_rows(array)


def in_rows(array: np.ndarray) -> str:
    """Return all values of an array: no row is broken, and whole numbers have no point."""
    text = narrow(array)
    width = max(map(len, map(text, array.flat)), default=0) if array.ndim > 1 else 0
    return np.array2string(
        array,
        max_line_width=sys.maxsize,
        threshold=sys.maxsize,
        separator=", ",
        formatter={"all": lambda value: text(value).rjust(width)},
    )


def narrow(array: np.ndarray) -> Callable[[Any], str]:
    """Return what writes a number of the array with no more digits than it needs."""
    if array.dtype.kind != "f":
        return str
    finite = np.abs(array[np.isfinite(array)])
    largest = float(finite.max()) if finite.size else 0.0
    if largest >= _HUGE:
        return lambda value: f"{value:.{_DIGITS}g}"
    before = math.floor(math.log10(largest)) + 1 if largest else 0
    decimals = min(max(_DIGITS - before, 1), _DECIMALS)

    def text(value: Any) -> str:
        # A negative zero would puzzle.
        return f"{round(float(value), decimals) + 0.0:.{decimals}f}".rstrip("0").rstrip(
            "."
        )

    return text


def numbers(value: Any) -> int:
    """Count the numbers, texts and the like in a value."""
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, (list, tuple)):
        return sum(map(numbers, value))
    return sum(map(numbers, value.values())) if isinstance(value, dict) else 1


def labelled(name: str, value: Any) -> list[str]:
    """Return lines that give a value under its name, its parts under names of their own.

    A matrix stands on lines of its own, a row on each; an array of more axes is given as
    the matrices that it is made of.
    """
    parts = list(_parts(name, value))
    if parts:
        return [line for part in parts for line in labelled(*part)]
    if isinstance(value, np.ndarray) and not value.size:
        return [f"{name} is empty, of shape {value.shape}"]
    if isinstance(value, np.ndarray) and value.ndim > 1:
        return [f"{name} =", *indent(in_rows(value), " " * 4).splitlines()]
    shown = value if isinstance(value, _Settings) else show(value)
    return [f"{name} = {in_rows(value) if isinstance(value, np.ndarray) else shown}"]


class _Settings(str):
    """The settings of a layer or the like, which stand on one line."""

    __slots__ = ()


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a value is made of, if that has to stand on several lines."""
    if isinstance(value, np.ndarray) and value.ndim > 2 and value.size:
        for index, matrix in matrices(name, value):
            yield f"{name}[{path(index)}]", matrix
    elif isinstance(value, Mapping):
        yield from ((f"{name}[{key!r}]", item) for key, item in value.items())
    elif isinstance(value, (list, tuple)) and any(map(_has_parts, value)):
        for place, item in enumerate(value):
            yield f"{name}[{place}]", _settings(item)


def _settings(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return _Settings(", ".join(f"{key}: {one_line(v)}" for key, v in item.items()))


def _has_parts(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, np.ndarray) and value.ndim > 0
    )


def matrices(
    name: str, array: np.ndarray
) -> Iterator[tuple[tuple[Any, ...], np.ndarray]]:
    """Yield the matrices of rows and columns that an array is made of, each with its index.

    Args:
        name: of the array; in kernels, rows and columns come first.
        array: of two axes or more.
    """
    shape = array.shape
    down = _down(name, shape) if array.ndim > 2 else 0
    for place in np.ndindex(*shape[:down], *shape[down + 2 :]):
        index = (*place[:down], slice(None), slice(None), *place[down:])
        yield index, array[index]


def _down(name: str, shape: tuple[int, ...]) -> int:
    """Return the axis of an array's rows, before that of its columns.

    Pictures come in batches; in kernels, rows and columns come first.
    """
    square = len(shape) == 3 and shape[0] == shape[1] != shape[2]
    usual = 0 if square or re.search(r"\bW\d?\b|kernel", name) else 1
    if min(shape[usual : usual + 2]) > 1:
        return usual
    # Of a single pixel, its channels and filters are the matrix.
    axes = range(len(shape) - 1)
    return max(axes, key=lambda a: (shape[a] * shape[a + 1], a == usual))


def path(index: tuple[Any, ...]) -> str:
    """Return an index as it stands between brackets, such as "0, :, 4:9, 2"."""
    return ", ".join(
        f"{'' if step.start is None else step.start}:{'' if step.stop is None else step.stop}"
        if isinstance(step, slice)
        else repr(step)
        for step in index
    )


def one_line(value: Any) -> str:
    """Return a value on one line."""
    return " ".join(show(value).split())
