"""Mistakes of sliding a filter, in the size of the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after, with_arguments
from grader.judging.exercise import Mistake


def zeroed(result: np.ndarray, *where: Any) -> np.ndarray:
    """Return a copy of the result with zeros at the given indices."""
    result = np.array(result)
    for index in where:
        result[index] = 0.0
    return result


def _padded(more_before: bool, more_after: bool) -> Callable[..., Any]:
    """Return a mistake: zeros around the image, for even filters more on one side."""

    def with_zeros(x: np.ndarray, k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pads = [
            ((side - 1 + more_before) // 2, (side - 1 + more_after) // 2)
            for side in k.shape
        ]
        return np.pad(x, pads), k

    return with_arguments(with_zeros)


def in_corner(result: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return zeros as large as x with the result in the top left corner."""
    rows, columns = (n - m for n, m in zip(x.shape, result.shape, strict=True))
    return np.pad(result, ((0, rows), (0, columns)))


def _in_middle(result: np.ndarray, x: np.ndarray, k: np.ndarray) -> np.ndarray:
    before = [side // 2 for side in k.shape]
    after = [n - m - b for n, m, b in zip(x.shape, result.shape, before, strict=True)]
    return np.pad(result, list(zip(before, after, strict=True)))


def stored_as(result: np.ndarray, dtype: Any) -> Any:
    """Return the result as an array of that number type holds it."""
    if np.dtype(dtype).kind == "f":
        return result
    # By way of 64 bits, so that what does not fit wraps around on every machine.
    return np.trunc(np.round(result, 9)).astype(np.int64).astype(dtype)


def _twice_off(result: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Return the result with zeros where a filter on the result would not fit."""
    rows, columns = (
        max(n - side + 1, 0) for n, side in zip(result.shape, k.shape, strict=True)
    )
    return zeroed(result, np.s_[rows:], np.s_[:, columns:])


def _smaller(result: np.ndarray, k: np.ndarray) -> np.ndarray:
    sides = zip(result.shape, k.shape, strict=True)
    fitting = np.zeros([n - side + 1 for n, side in sides])  # raises where theirs does
    return result[: fitting.shape[0], : fitting.shape[1]]


def _stored_transposed(result: np.ndarray) -> np.ndarray:
    if result.shape[0] != result.shape[1]:
        return np.asarray(result[max(result.shape)])  # raises where theirs does
    return result.T


def _as_wide_as_high(
    reference: Callable[..., Any], x: np.ndarray, k: np.ndarray
) -> np.ndarray:
    """Return as many columns as a square image would have."""
    columns = np.zeros(x.shape[0] - k.shape[1] + 1).size
    result = reference(x, k)
    if columns > result.shape[1] and k.shape[1] > 1:
        raise ValueError("operands could not be broadcast together")
    return np.asarray(result[:, :columns])


SHAPE_MISTAKES = (
    Mistake(
        "size too small by one",
        "You leave out the last position of each row and column. "
        "Put a 3x3 filter on a 3x3 image: it fits once.",
        after(lambda result: result[:-1, :-1]),
    ),
    Mistake(
        "last row and column not visited",
        "The size is right, but the last row and column stay 0: "
        "where does your loop end?",
        after(lambda result: zeroed(result, np.s_[-1], np.s_[:, -1])),
    ),
    Mistake(
        "first row and column skipped",
        "The first row and column stay 0: positions are counted from 0.",
        after(lambda result: zeroed(result, np.s_[0], np.s_[:, 0])),
    ),
    Mistake(
        "last column not visited",
        "The size is right, but the last column stays 0: where does the loop over j "
        "end?",
        after(lambda result: zeroed(result, np.s_[:, -1])),
    ),
    Mistake(
        "last row not visited",
        "The size is right, but the last row stays 0: where does the loop over i end?",
        after(lambda result: zeroed(result, np.s_[-1])),
    ),
    Mistake(
        "first column skipped",
        "The first column stays 0: positions are counted from 0.",
        after(lambda result: zeroed(result, np.s_[:, 0])),
    ),
    Mistake(
        "first row skipped",
        "The first row stays 0: positions are counted from 0.",
        after(lambda result: zeroed(result, np.s_[0])),
    ),
    Mistake(
        "result too small for the loops",
        "Your result has fewer rows and columns than your loops fill. Put a 3x3 "
        "filter on a 3x3 image: it fits once.",
        after(
            lambda result: np.zeros([side - 1 for side in result.shape])[
                result.shape[0] - 1
            ]
        ),
    ),
    Mistake(
        "padded by 1",
        "You add a border of zeros. Valid means: only where the filter lies wholly "
        "inside the image.",
        with_arguments(lambda x, k: (np.pad(x, 1), k)),
    ),
    Mistake(
        "padded to the same size",
        "You add zeros around the image, which keeps its size. "
        "Valid means: only where the filter lies wholly inside.",
        _padded(more_before=False, more_after=True),
    ),
    Mistake(
        "padded by half a filter on every side",
        "You add a border of zeros. "
        "Valid means: only where the filter lies wholly inside the image.",
        _padded(more_before=True, more_after=True),
    ),
    Mistake(
        "padded to the same size, more at the top left",
        "You add zeros around the image, which keeps its size. "
        "Valid means: only where the filter lies wholly inside.",
        _padded(more_before=True, more_after=False),
    ),
    Mistake(
        "filter hangs over the edge",
        "You use every position at which the filter touches the image (mode full). "
        "Valid means: only where it lies wholly inside.",
        with_arguments(
            lambda x, k: (np.pad(x, [(side - 1, side - 1) for side in k.shape]), k)
        ),
    ),
    Mistake(
        "result as large as the image",
        "The values are right, but the result is as large as the image "
        "and its last rows and columns stay 0.",
        lambda reference, x, k: in_corner(reference(x, k), x),
    ),
    Mistake(
        "result in a frame of zeros",
        "The values are right, but a frame of zeros makes the result as large as the "
        "image. Valid means that there is no frame.",
        lambda reference, x, k: _in_middle(reference(x, k), x, k),
    ),
    Mistake(
        "filter taken off twice",
        "You take the filter off when you make the result, and again where the loops end: "
        "the last rows and columns stay 0.",
        lambda reference, x, k: _twice_off(reference(x, k), k),
    ),
    Mistake(
        "filter taken off twice, and a smaller result",
        "You take the filter off twice. Put a 3x3 filter on a 3x3 image: it fits once.",
        lambda reference, x, k: _smaller(reference(x, k), k),
    ),
    Mistake(
        "size too large by one",
        "The values are right, but the result has one row and one column too many.",
        after(lambda result: np.pad(result, ((0, 1), (0, 1)))),
    ),
    Mistake(
        "square image assumed",
        "An image may be wider than high: the columns of the result follow its width.",
        lambda reference, x, k: _as_wide_as_high(reference, x, k),
    ),
    Mistake(
        "width of the image used for its height",
        "An image may be wider than high: the rows of the result follow its height.",
        lambda reference, x, k: np.transpose(
            _as_wide_as_high(lambda x, k: reference(x.T, k.T).T, x.T, k.T)
        ),
    ),
    Mistake(
        "result stored at [j, i]",
        "Row i and column j of the result are `result[i, j]`.",
        after(_stored_transposed),
    ),
    Mistake(
        "height and width swapped in the result",
        "Row i of the result belongs to row i of the image: "
        "your result is the right one, transposed.",
        after(np.transpose),
    ),
)
