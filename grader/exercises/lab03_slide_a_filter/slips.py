"""Mistakes of sliding a filter: in the size of the result, and in its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.wrong import after, input_changed, with_arguments
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


def _windows_at(
    place: Callable[[int, int, int, int], tuple[int, int, int, int]],
) -> Callable[..., Any]:
    """Return a mistake: each value from a window at another place, or of another size.

    Where the window has another shape than the filter, NumPy raises, or stretches the
    smaller of the two.

    Args:
        place: gets i, j, kh and kw; returns top, left, and the row and column behind.
    """

    def wrong(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
        shape, windows = reference(x, k).shape, []
        for index in np.ndindex(*shape):
            top, left, bottom, right = place(*index, *k.shape)
            window = x[slice(top, bottom), slice(left, right)]
            np.multiply(window, k)  # raises where the student's product does
            # An empty window is left of a filter of 1x1, and a larger one sums up.
            windows.append(
                np.broadcast_to(window if k.size > 1 else window.sum(), k.shape)
            )
        # Side by side, so that the filter is asked once.
        answers = reference(np.concatenate(windows, axis=1), k)
        return answers[0, :: k.shape[1]].reshape(shape)

    return wrong


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


def _one_axis(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    place = np.zeros(1)
    place[0] = k.sum(axis=0)  # raises where theirs does
    return reference(x, k)


def _divided(result: np.ndarray, total: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(result / total)


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
        "The size is right, but the last column stays 0: where does the loop over j end?",
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
        "Your result has fewer rows and columns than your loops fill. Put a 3x3 filter on a 3x3 image: it fits once.",
        after(
            lambda result: np.zeros([side - 1 for side in result.shape])[
                result.shape[0] - 1
            ]
        ),
    ),
    Mistake(
        "padded by 1",
        "You add a border of zeros. Valid means: only where the filter lies wholly inside the image.",
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
VALUE_MISTAKES = (
    Mistake(
        "filter not multiplied",
        "You add up the pixels of the window as they are, and the filter only says how "
        "many: each pixel is multiplied by its weight first.",
        lambda reference, x, k: reference(x, np.ones(k.shape)),
    ),
    Mistake(
        "window averaged, filter not multiplied",
        "You take the mean of the window, whatever the filter's weights: "
        "each pixel is multiplied by its weight, and the products are added.",
        lambda reference, x, k: reference(x, np.ones(k.shape)) / k.size,
    ),
    Mistake(
        "largest pixel of the window",
        "You take the largest pixel of the window, whatever the filter's weights: "
        "each pixel is multiplied by its weight, and the products are added.",
        lambda reference, x, k: sliding_window_view(x, k.shape).max(axis=(2, 3)),
    ),
    Mistake(
        "largest product",
        "You keep the largest of the products; a filter adds them up.",
        lambda reference, x, k: (sliding_window_view(x, k.shape) * k).max(axis=(2, 3)),
    ),
    Mistake(
        "weights added, not multiplied",
        "You add the weights to the pixels; each pixel is multiplied by its weight.",
        lambda reference, x, k: reference(x, np.ones(k.shape)) + k.sum(),
    ),
    Mistake(
        "divided by the sum of the filter",
        "You divide by the sum of the weights. A filter only adds products up; "
        "and the weights of an edge filter sum to 0.",
        lambda reference, x, k: _divided(reference(x, k), k.sum()),
    ),
    Mistake(
        "divided by the sum of the absolute weights",
        "You divide by the sum of the weights. A filter only adds products up.",
        lambda reference, x, k: _divided(reference(x, k), np.abs(k).sum()),
    ),
    Mistake(
        "mean of the window taken off",
        "You subtract the mean of the window before you multiply: "
        "a filter takes the pixels as they are.",
        lambda reference, x, k: (
            reference(x, k) - reference(x, np.ones(k.shape)) / k.size * k.sum()
        ),
    ),
    Mistake(
        "products squared",
        "You square the products before you add them up; they keep their signs.",
        lambda reference, x, k: reference(x.astype(float) ** 2, k.astype(float) ** 2),
    ),
    Mistake(
        "last row and column of the filter left out",
        "Your loops over the filter end one row and one column too early: "
        "`range(n)` ends before n already.",
        lambda reference, x, k: reference(x, zeroed(k, np.s_[-1], np.s_[:, -1])),
    ),
    Mistake(
        "last column of the filter left out",
        "The last column of the filter counts, too: where does your slice or loop end?",
        lambda reference, x, k: reference(x, zeroed(k, np.s_[:, -1])),
    ),
    Mistake(
        "last row of the filter left out",
        "The last row of the filter counts, too: where does your slice or loop end?",
        lambda reference, x, k: reference(x, zeroed(k, np.s_[-1])),
    ),
    Mistake(
        "first row and column of the filter left out",
        "The first row and column of the filter have the index 0.",
        lambda reference, x, k: reference(x, zeroed(k, np.s_[0], np.s_[:, 0])),
    ),
    Mistake(
        "first row of the filter only",
        "You use the first row of the filter alone; all of its weights count.",
        lambda reference, x, k: reference(x, zeroed(k, np.s_[1:])),
    ),
    Mistake(
        "first weight of the filter only",
        "You use a single weight of the filter; all of them count.",
        lambda reference, x, k: reference(x, zeroed(k, np.s_[1:], np.s_[:, 1:])),
    ),
    Mistake(
        "added up along one axis only",
        "`sum(window)` and `np.sum(..., axis=0)` add up columns and leave a row of "
        "numbers; one number is wanted.",
        lambda reference, x, k: _one_axis(reference, x, k),
    ),
    Mistake(
        "window at [j, i]",
        "Value [i, j] belongs to the window that starts at row i and column j; "
        "yours starts at row j and column i.",
        _windows_at(lambda i, j, kh, kw: (j, i, j + kh, i + kw)),
    ),
    Mistake(
        "window at [i, i]",
        "The window of value [i, j] starts at row i and column j: j is missing.",
        _windows_at(lambda i, j, kh, kw: (i, i, i + kh, i + kw)),
    ),
    Mistake(
        "window at [j, j]",
        "The window of value [i, j] starts at row i and column j: i is missing.",
        _windows_at(lambda i, j, kh, kw: (j, j, j + kh, j + kw)),
    ),
    Mistake(
        "length in place of the end",
        "A slice is `start:end`, not `start:length`; "
        "a window further down ends further down.",
        _windows_at(lambda i, j, kh, kw: (i, j, kh, kw)),
    ),
    Mistake(
        "window too small by one",
        "The end of a slice is not part of it: `x[2:4]` has two rows.",
        _windows_at(lambda i, j, kh, kw: (i, j, i + kh - 1, j + kw - 1)),
    ),
    Mistake(
        "window too large by one",
        "The end of a slice is not part of it, so nothing has to be added for it.",
        _windows_at(lambda i, j, kh, kw: (i, j, i + kh + 1, j + kw + 1)),
    ),
    Mistake(
        "every second position",
        "Your filter moves by two pixels; here it moves by one.",
        lambda reference, x, k: reference(x, k)[::2, ::2],
    ),
    Mistake(
        "averaged, not summed",
        "You divide by the number of products. A filter only adds them up; "
        "if it is to average, its values say so.",
        lambda reference, x, k: reference(x, k) / k.size,
    ),
    Mistake(
        "ReLU inside",
        "Your negative results have become 0. "
        "The filter is linear; an activation comes after it, in a later lab.",
        after(lambda result: np.maximum(result, 0.0)),
    ),
    Mistake(
        "sign lost",
        "Your results are never negative. The sign tells on which side it is brighter.",
        after(abs),
    ),
    Mistake(
        "stored in the image's number type",
        "An image of whole numbers cuts your results off, "
        "and 8 bits cannot hold -800 or 300. Store the results as floats.",
        lambda reference, x, k: stored_as(reference(x, k), x.dtype),
    ),
    Mistake(
        "rounded",
        "Your results are whole numbers; keep their fractions.",
        after(np.round),
    ),
    Mistake(
        "rounded to two decimals",
        "You round your results; keep their fractions.",
        after(lambda result: np.round(result, 2)),
    ),
    Mistake(
        "stored as bytes",
        "A byte holds no fractions and no negative numbers, and ends at 255. Store the results as floats.",
        after(lambda result: stored_as(result, np.uint8)),
    ),
    Mistake(
        "one number for the whole image",
        "You add up all values of the result; each position has a value of its own.",
        after(lambda result: float(result.sum())),
    ),
    Mistake(
        "fractions cut off",
        "Your results are whole numbers because their fractions were cut off: "
        "look for `int`.",
        after(lambda result: stored_as(result, np.int64)),
    ),
    Mistake(
        "float16",
        "Your results keep three digits only: use float32 or float64.",
        after(lambda result: result.astype(np.float16)),
    ),
    Mistake(
        "moved by the filter's size",
        "Your filter jumps over positions: it moves on by one pixel, "
        "not by its own size.",
        lambda reference, x, k: reference(x, k)[:: k.shape[0], :: k.shape[1]],
    ),
    Mistake(
        "changed in place",
        "The result is right, but afterwards the caller's image or filter "
        "is another one. Work on a copy.",
        input_changed,
    ),
)
