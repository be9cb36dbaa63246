"""Slide a filter over an image as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.windows import Drawn
from grader.exercises.common.wrong import after
from grader.exercises.lab03_slide_a_filter.shape_slips import (
    SHAPE_MISTAKES,
    in_corner,
    stored_as,
    zeroed,
)
from grader.exercises.lab03_slide_a_filter.shared import (
    READY_MADE,
    convolved,
    correlated,
    drawn_under,
    feeding_window,
    image_cases,
    under,
)
from grader.exercises.lab03_slide_a_filter.value_slips import VALUE_MISTAKES
from grader.judging.exercise import Exercise, Mistake
from grader.judging.show import show_array


def where(index: tuple[int, ...], x: np.ndarray, k: np.ndarray) -> str:
    """Return in words which window feeds the value at `index`, and where k lies on it."""
    return (
        f"{feeding_window(index, x, k)}Each value meets the one in the same place of k:\n"
        f"{show_array(k)}"
    )


def arithmetic(index: Index, x: np.ndarray, k: np.ndarray) -> str:
    """Return the sum of the products under the filter."""
    return under(index, x, k, "times k")


def window(index: Index, x: np.ndarray, k: np.ndarray) -> list[list[Drawn]]:
    """Return what is multiplied for the value at `index`."""
    return drawn_under(index, x, "k", k)


def _square(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    np.multiply(np.ones((k.shape[0], k.shape[0])), k)  # raises where theirs does
    return reference(x, np.broadcast_to(k, (k.shape[0], k.shape[0])))


def _of_three(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    np.multiply(np.ones((3, 3)), k)  # raises where theirs does
    return reference(x, np.broadcast_to(k, (3, 3)))


def _transposed(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    np.multiply(k, k.T)  # raises where the student's product does
    return reference(x, k.T)


def _square_loops(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    side = range(k.shape[0])
    return reference(x, k[np.ix_(side, side)])


def _sides_swapped(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    if x.shape[0] != x.shape[1]:
        raise ValueError("operands could not be broadcast together")
    return reference(x, k)


def _multiplied_turned(reference: Callable[..., Any], x: Any, k: np.ndarray) -> Any:
    return reference(x, np.broadcast_to(k.sum(axis=0), k.shape))


def _multiplied(product: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake: a product of matrices where the filter meets the window."""

    def wrong(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
        product(k, k)  # raises where the student's product does
        return reference(x, np.broadcast_to(k.sum(axis=1), k.shape))

    return wrong


def _overwritten(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    last = np.zeros(k.shape)
    last[-1, -1] = k[-1, -1]
    return reference(x, last)


def _over_the_edge(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    """Raise what a window raises that ends at the edge of the image, where one does."""
    first_cut = k.shape[1] if k.shape[1] > 1 else k.shape[0]
    if first_cut == 1:
        return reference(x, k)
    # One row or column is left of a window of two, and NumPy stretches it.
    if first_cut == 2:
        raise IndexError("index ")
    raise ValueError("operands could not be broadcast together")


def _eaten(reference: Callable[..., Any], x: np.ndarray, k: np.ndarray) -> Any:
    result = np.zeros(reference(x, k).shape)
    views = sliding_window_view(x, k.shape, writeable=True)
    for index in np.ndindex(*result.shape):
        result[index] = reference(x, k)[index]
        np.multiply(views[index], k, out=views[index])
    return result


MISTAKES = (
    Mistake(
        "filter turned by half a turn",
        "This is the convolution of mathematics; deep-learning layers do "
        "cross-correlation. Lay the filter on the image as it is.",
        lambda reference, x, k: convolved(x, k),
    ),
    Mistake(
        "filter transposed",
        "Your filter's rows lie along the image's columns: "
        "a filter for upright edges finds level ones.",
        lambda reference, x, k: reference(x, k.T),
    ),
    Mistake(
        "filter transposed under the window",
        "Your filter's rows lie along the image's columns: "
        "a filter for upright edges finds level ones.",
        _transposed,
    ),
    Mistake(
        "filter upside down",
        "The first row of the filter belongs on the first row of the window.",
        lambda reference, x, k: reference(x, np.flipud(k)),
    ),
    Mistake(
        "filter mirrored left to right",
        "The first column of the filter belongs on the first column of the window.",
        lambda reference, x, k: reference(x, np.fliplr(k)),
    ),
    *SHAPE_MISTAKES,
    Mistake(
        "square filter assumed",
        "A filter may be higher than it is wide: `k.shape` is (height, width), "
        "and the window needs both.",
        _square,
    ),
    Mistake(
        "square part of the filter used",
        "Both of your loops over the filter run as far as its height; "
        "one of them must follow its width.",
        _square_loops,
    ),
    Mistake(
        "height and width of the image swapped",
        "`x.shape` is (height, width): rows first, then columns.",
        _sides_swapped,
    ),
    Mistake(
        "3x3 filter assumed",
        "A filter may have any size: `k.shape` says which.",
        _of_three,
    ),
    *VALUE_MISTAKES,
    Mistake(
        "matrix product",
        "`@` and `np.dot` multiply rows with columns; "
        "here each value meets the one in the same place.",
        _multiplied(np.matmul),
    ),
    Mistake(
        "matrix product with np.dot",
        "`@` and `np.dot` multiply rows with columns; "
        "here each value meets the one in the same place.",
        _multiplied(np.dot),
    ),
    Mistake(
        "matrix product with the filter transposed",
        "`@` and `np.dot` multiply rows with columns; "
        "here each value meets the one in the same place.",
        _multiplied_turned,
    ),
    Mistake(
        "last product kept, not the sum",
        "Each value keeps one product only, the last: add them up.",
        _overwritten,
    ),
    Mistake(
        "window does not move",
        "All of your values are the first one: "
        "where does the window's place depend on i and j?",
        after(lambda result: np.full_like(result, result[0, 0])),
    ),
    Mistake(
        "sum never set back to 0",
        "Each value holds the sum of all windows so far: "
        "start a new sum for each position.",
        after(lambda result: np.cumsum(result).reshape(result.shape)),
    ),
    Mistake(
        "only the last value stored",
        "Your result is 0 but for the last value: "
        "is the line that stores it inside the loops?",
        after(
            lambda result: np.pad(
                result[-1:, -1:], [(side - 1, 0) for side in result.shape]
            )
        ),
    ),
    Mistake(
        "sums multiplied",
        "You add up the window, add up the filter, and multiply the two sums. "
        "Multiply pixel by weight first, then add.",
        lambda reference, x, k: reference(x, np.ones(k.shape)) * k.sum(),
    ),
    Mistake(
        "products not added up",
        "You keep a whole table of products at each position: add it up.",
        lambda reference, x, k: sliding_window_view(x, k.shape) * k,
    ),
    Mistake(
        "one long list",
        "The right values in one line: the result has rows and columns.",
        after(np.ravel),
    ),
    Mistake(
        "result as large as the image, in its number type",
        "`zeros_like(x)` has the size of the image and its number type; "
        "the result has a size of its own and holds floats.",
        lambda reference, x, k: stored_as(in_corner(reference(x, k), x), x.dtype),
    ),
    Mistake(
        "loops over the image's pixels",
        "Your loops go on where the filter no longer fits, and there the window is "
        "cut off by the edge. How many positions are there?",
        _over_the_edge,
    ),
    Mistake(
        "returned after the first row",
        "Only the first row is filled: how far is your `return` indented?",
        after(lambda result: zeroed(result, np.s_[1:])),
    ),
    Mistake(
        "returned after the first value",
        "Only the first value is filled: how far is your `return` indented?",
        after(lambda result: zeroed(result, np.s_[1:], np.s_[:, 1:])),
    ),
    Mistake(
        "products written into the image",
        "A slice of an array is a view: `window *= k` changes the image itself, "
        "and the next window sees the products.",
        _eaten,
    ),
)
EXERCISE = Exercise(
    points=5,
    cases=image_cases,
    reference=correlated,
    parts={"values": 4, "integer image": 1},
    forbidden=("scipy.signal", "numpy.convolve", "numpy.correlate", *READY_MADE),
    where=where,
    arithmetic=arithmetic,
    window=window,
    mistakes=MISTAKES,
)
