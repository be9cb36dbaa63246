"""Mistakes of sliding a filter, in the values of the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.wrong import after, input_changed
from grader.exercises.lab03_slide_a_filter.shape_slips import stored_as, zeroed
from grader.judging.exercise import Mistake


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


def _one_axis(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    place = np.zeros(1)
    place[0] = k.sum(axis=0)  # raises where theirs does
    return reference(x, k)


def _divided(result: np.ndarray, total: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(result / total)


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
        "signs of the filter lost",
        "Your weights have lost their signs: a negative weight takes a pixel off.",
        lambda reference, x, k: reference(x, abs(k)),
    ),
    Mistake(
        "sum set back to 0 for each row only",
        "Each value holds the sums of the windows to its left, too: start a new sum "
        "for each position.",
        after(lambda result: np.cumsum(result, axis=1)),
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
        "filter in the image's number type",
        "Your filter takes the image's number type: as bytes it has no negative "
        "weights, and its products end at 255. Make the image floats instead.",
        lambda reference, x, k: (
            sliding_window_view(x, k.shape) * k.astype(x.dtype)
        ).sum(axis=(2, 3)),
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
        "A byte holds no fractions and no negative numbers, and ends at 255. Store "
        "the results as floats.",
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
