"""How many weights a locally connected layer has, which shares none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.wrong import GIVEN_AS_TEXT
from grader.exercises.lab01_eight_megapixels.shared import (
    COUNTED_ALIKE,
    OVERFLOW,
    SIDES_MISTAKEN,
    drawn_sizes,
    entries,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw layers from a single position to more weights than 32 bits hold."""
    return [
        Case((1, 1, 3, 3, 2, 4), label="a single position"),
        Case((4, 3, 5, 2, 6, 7)),
        Case((26, 26, 3, 3, 1, 32)),
        Case((55, 55, 11, 11, 3, 96), label="AlexNet's first layer, unshared"),
        Case((2448, 3264, 3, 3, 3, 100), label="100 filters on a phone's photo"),
        Case(drawn_sizes(rng, 30, 30, 9, 9, 20, 90)),
        Case(drawn_sizes(rng, 30, 30, 9, 9, 20, 90)),
    ]


def reference(h_out: int, w_out: int, kh: int, kw: int, c_in: int, filters: int) -> int:
    """Count the entries of a kernel and of biases for each position, none shared."""
    return entries((h_out, w_out, kh, kw, c_in, filters), (h_out, w_out, filters))


def arithmetic(
    index: Index, h_out: int, w_out: int, kh: int, kw: int, c_in: int, filters: int
) -> str:
    """Return the weights and biases of all positions, counted apart."""
    terms = [
        multiplied(h_out, w_out, kh, kw, c_in, filters),
        multiplied(h_out, w_out, filters),
    ]
    return f"weights of their own at each position, and biases\n{added(terms)}"


def _other_biases(count: Callable[[int, int, int, int], int]) -> Callable[..., Any]:
    """Return a mistake: the right number of weights, and `count(h, w, c, f)` biases."""
    return lambda reference, h, w, kh, kw, c, f: (
        reference(h, w, kh, kw, c, f) - h * w * f + count(h, w, c, f)
    )


MISTAKES = (
    Mistake(
        "weights shared",
        "This is a convolution, whose filters keep their weights while they slide. "
        "Here every position has weights of its own.",
        lambda reference, h, w, kh, kw, c, f: reference(1, 1, kh, kw, c, f),
    ),
    Mistake(
        "biases shared",
        "Your weights are right, but you count one bias per filter for all "
        "positions. Nothing is shared here, biases neither.",
        _other_biases(lambda h, w, c, f: f),
    ),
    Mistake(
        "bias forgotten",
        "You count weights only; every filter has a bias at every position.",
        _other_biases(lambda h, w, c, f: 0),
    ),
    Mistake(
        "one bias per position",
        "Your filters share a bias at each position; every filter has its own.",
        _other_biases(lambda h, w, c, f: h * w),
    ),
    Mistake(
        "one bias per filter and channel",
        "A filter sums over all its channels first and adds its bias once.",
        _other_biases(lambda h, w, c, f: h * w * f * c),
    ),
    Mistake(
        "one bias for the layer",
        "You add a single bias. Nothing is shared here: every filter has one of its "
        "own, and another one at every position.",
        _other_biases(lambda h, w, c, f: 1),
    ),
    Mistake(
        "input channels forgotten",
        "Each filter spans all `c_in` channels.",
        lambda reference, h, w, kh, kw, c, f: reference(h, w, kh, kw, 1, f),
    ),
    Mistake(
        "one filter counted",
        "This is what a single filter owns; there are `filters` at each position.",
        lambda reference, h, w, kh, kw, c, f: reference(h, w, kh, kw, c, 1),
    ),
    Mistake(
        "one bias per weight",
        "A filter has many weights at a position, but a single bias.",
        lambda reference, h, w, kh, kw, c, f: (
            2 * (reference(h, w, kh, kw, c, f) - h * w * f)
        ),
    ),
    Mistake(
        "positions added",
        "There is a set of weights at every position: "
        "the positions are multiplied with the weights, not added to them.",
        lambda reference, h, w, kh, kw, c, f: h * w + reference(1, 1, kh, kw, c, f),
    ),
    Mistake(
        "bias at every kernel position",
        "You treat the bias like one more channel under the whole kernel. It is a "
        "single number.",
        lambda reference, h, w, kh, kw, c, f: (
            reference(h, w, kh, kw, c + 1, f) - h * w * f
        ),
    ),
    *SIDES_MISTAKEN,
    OVERFLOW,
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=COUNTED_ALIKE,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
