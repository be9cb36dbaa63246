"""How many multiplications a convolutional layer takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, multiplied
from grader.exercises.common.wrong import GIVEN_AS_TEXT
from grader.exercises.lab01_eight_megapixels.shared import (
    ADDITIONS_COUNTED,
    COUNTED_ALIKE,
    OVERFLOW,
    SIDES_MISTAKEN,
    conv2d_params,
    drawn_sizes,
    entries,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw layers from a single position to more products than 32 bits hold."""
    return [
        Case((1, 1, 3, 3, 2, 4), label="a single position"),
        Case((4, 3, 5, 2, 6, 7)),
        Case((26, 26, 3, 3, 1, 32)),
        Case((11, 11, 3, 3, 32, 64)),
        Case((55, 55, 11, 11, 3, 96), label="AlexNet's first layer"),
        Case((2000, 4000, 3, 3, 3, 100), label="100 filters on 8 megapixels in RGB"),
        Case(drawn_sizes(rng, 30, 30, 9, 9, 20, 90)),
        Case(drawn_sizes(rng, 30, 30, 9, 9, 20, 90)),
    ]


def reference(h_out: int, w_out: int, kh: int, kw: int, c_in: int, filters: int) -> int:
    """Count the entries of (h_out, w_out, filters, kh, kw, c_in): one per product."""
    return entries((h_out, w_out, filters, kh, kw, c_in))


def arithmetic(
    index: Index, h_out: int, w_out: int, kh: int, kw: int, c_in: int, filters: int
) -> str:
    """Return the products at all positions."""
    words = "at each position, each filter multiplies the values under it"
    return f"{words}\n{multiplied(h_out, w_out, kh, kw, c_in, filters)}"


MISTAKES = (
    Mistake(
        "parameters counted",
        "This is the number of parameters. They are shared, but each is used anew "
        "at every output position.",
        lambda reference, h, w, kh, kw, c, f: conv2d_params(kh, kw, c, f),
    ),
    Mistake(
        "positions forgotten",
        "This is the work at one output position; multiply by the number of positions.",
        lambda reference, h, w, kh, kw, c, f: reference(1, 1, kh, kw, c, f),
    ),
    Mistake(
        "input channels forgotten",
        "Each filter reads all `c_in` channels at every position.",
        lambda reference, h, w, kh, kw, c, f: reference(h, w, kh, kw, 1, f),
    ),
    Mistake(
        "one filter counted",
        "This is the work of a single filter; the layer has `filters` of them.",
        lambda reference, h, w, kh, kw, c, f: reference(h, w, kh, kw, c, 1),
    ),
    Mistake(
        "outputs counted",
        "This is the number of output values. How many products go into each?",
        lambda reference, h, w, kh, kw, c, f: reference(h, w, 1, 1, 1, f),
    ),
    Mistake(
        "biases counted",
        "Adding a bias is no multiplication; only products count.",
        lambda reference, h, w, kh, kw, c, f: reference(h, w, kh, kw, c, f) + h * w * f,
    ),
    ADDITIONS_COUNTED,
    Mistake(
        "additions between the products counted",
        "A multiply-accumulate is one multiplication together with its addition: the "
        "pair counts once.",
        lambda reference, h, w, kh, kw, c, f: (
            2 * reference(h, w, kh, kw, c, f) - h * w * f
        ),
    ),
    Mistake(
        "first product left out",
        "You count the additions between the products. Count the products.",
        lambda reference, h, w, kh, kw, c, f: (
            reference(h, w, kh, kw, c, f) - reference(h, w, 1, 1, 1, f)
        ),
    ),
    Mistake(
        "one bias per filter counted",
        "Adding a bias is no multiplication; only products count.",
        lambda reference, h, w, kh, kw, c, f: reference(h, w, kh, kw, c, f) + f,
    ),
    Mistake(
        "multiplications and additions with biases counted",
        "You count every addition too, those of the biases as well; "
        "a product and its addition count once.",
        lambda reference, h, w, kh, kw, c, f: (
            2 * reference(h, w, kh, kw, c, f) + h * w * f
        ),
    ),
    Mistake(
        "outputs and products added",
        "Each output value takes all the products of a filter: "
        "the two numbers are multiplied, not added.",
        lambda reference, h, w, kh, kw, c, f: (
            reference(h, w, 1, 1, 1, f) + reference(1, 1, kh, kw, c, 1)
        ),
    ),
    Mistake(
        "positions and weights added",
        "Every weight is used at every position: "
        "the two numbers are multiplied, not added.",
        lambda reference, h, w, kh, kw, c, f: (
            reference(h, w, 1, 1, 1, 1) + reference(1, 1, kh, kw, c, f)
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
