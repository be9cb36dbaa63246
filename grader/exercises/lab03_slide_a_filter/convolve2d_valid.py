"""Slide a filter over an image, turned by half a turn."""

from __future__ import annotations

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.windows import Drawn
from grader.exercises.lab03_slide_a_filter.shape_slips import (
    SHAPE_MISTAKES,
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
        f"{feeding_window(index, x, k)}The first value meets the last of k, "
        f"the last value the first of k:\n{show_array(k)}"
    )


def arithmetic(index: Index, x: np.ndarray, k: np.ndarray) -> str:
    """Return the sum of the products under the filter."""
    return under(index, x, k[::-1, ::-1], "times k turned by half a turn")


def window(index: Index, x: np.ndarray, k: np.ndarray) -> list[list[Drawn]]:
    """Return what is multiplied for the value at `index`."""
    return drawn_under(index, x, "k turned by half a turn", k[::-1, ::-1])


MISTAKES = (
    Mistake(
        "filter not turned",
        "This is cross-correlation: the filter lies on the image as it is. "
        "Convolution turns it first.",
        lambda reference, x, k: correlated(x, k),
    ),
    Mistake(
        "filter turned upside down only",
        "Half a turn changes left and right too, not only top and bottom.",
        lambda reference, x, k: correlated(x, np.flipud(k)),
    ),
    Mistake(
        "filter mirrored left to right only",
        "Half a turn changes top and bottom too, not only left and right.",
        lambda reference, x, k: correlated(x, np.fliplr(k)),
    ),
    Mistake(
        "filter transposed in place of turned",
        "Transposing swaps rows and columns; half a turn swaps first and last.",
        lambda reference, x, k: correlated(x, k.T),
    ),
    Mistake(
        "filter turned and transposed",
        "The filter is turned, but its rows and columns are swapped as well.",
        lambda reference, x, k: reference(x, k.T),
    ),
    Mistake(
        "quarter of a turn",
        "A quarter turn leaves a 3x2 filter 2x3; half a turn keeps its shape.",
        lambda reference, x, k: correlated(x, np.rot90(k)),
    ),
    Mistake(
        "quarter of a turn, clockwise",
        "A quarter turn leaves a 3x2 filter 2x3; half a turn keeps its shape.",
        lambda reference, x, k: correlated(x, np.rot90(k, -1)),
    ),
    Mistake(
        "result turned in place of the filter",
        "Your result is that of the filter as it is, turned by half a turn: "
        "turn the filter alone, before it slides.",
        lambda reference, x, k: np.rot90(correlated(x, k), 2),
    ),
    Mistake(
        "image turned in place of the filter",
        "Your result comes out turned, its first value last: so it does if the "
        "image is turned, or if image and filter change places.",
        lambda reference, x, k: np.rot90(reference(x, k), 2),
    ),
    Mistake(
        "filter negated",
        "Half a turn gives the negative of a Sobel filter, but not of every filter: "
        "turn it, and leave its signs.",
        lambda reference, x, k: -correlated(x, k),
    ),
    Mistake(
        "image turned upside down only",
        "You turn the image, and in one direction only. Turn the filter, in both.",
        lambda reference, x, k: correlated(x[::-1], k),
    ),
    Mistake(
        "image mirrored left to right only",
        "You turn the image, and in one direction only. Turn the filter, in both.",
        lambda reference, x, k: correlated(x[:, ::-1], k),
    ),
    *SHAPE_MISTAKES,
    *VALUE_MISTAKES,
)
EXERCISE = Exercise(
    points=3,
    cases=image_cases,
    reference=convolved,
    forbidden=(
        "scipy.signal.convolve",
        "scipy.signal.convolve2d",
        "scipy.signal.fftconvolve",
        "scipy.signal.oaconvolve",
        "numpy.convolve",
        *READY_MADE,
    ),
    where=where,
    arithmetic=arithmetic,
    window=window,
    mistakes=MISTAKES,
)
