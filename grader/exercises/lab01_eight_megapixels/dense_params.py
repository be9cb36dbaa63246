"""How many weights a dense layer has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.lab01_eight_megapixels.shared import (
    OVERFLOW,
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    draw,
    params_cases,
    size,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    return params_cases(
        [
            (3, 2),
            (784, 10),
            (784, 100),
            (1, 5),
            (8_000_000, 100),
            (24_000_000, 100),
            draw(rng, 900, 90),
            draw(rng, 9, 900),
        ],
        [(3, 2), (784, 100), (24_000_000, 100), (23_970_816, 100), draw(rng, 900, 90)],
    )


def reference(n_in: int, n_units: int, bias: bool = True) -> int:
    return size((n_in, n_units), *([(n_units,)] if bias else []))


BIAS_PARTS = {"with bias": 2, "without bias": 1}


MISTAKES = (
    Mistake(
        "bias forgotten",
        "You count weights only; each unit also owns one bias.",
        lambda reference, n_in, n_units, bias=True: reference(
            n_in, n_units, bias=False
        ),
    ),
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    Mistake(
        "one bias per input",
        "A bias belongs to a unit: it is added once to what the unit has summed, "
        "however many inputs there are.",
        lambda reference, n_in, n_units, bias=True: (
            reference(n_in, n_units, bias=False) + bias * n_in
        ),
    ),
    Mistake(
        "one bias for the layer",
        "The units do not share a bias; each has its own.",
        lambda reference, n_in, n_units, bias=True: (
            reference(n_in, n_units, bias=False) + bias
        ),
    ),
    Mistake(
        "one bias per weight",
        "A unit has a weight for each input, but a single bias.",
        lambda reference, n_in, n_units, bias=True: (
            reference(n_in, n_units, bias=False) * (1 + bias)
        ),
    ),
    Mistake(
        "one unit counted",
        "This is what a single unit owns. The units share nothing.",
        lambda reference, n_in, n_units, bias=True: reference(n_in, 1, bias=bias),
    ),
    Mistake(
        "one weight per input",
        "In a dense layer each input is connected with every unit, "
        "and each connection has a weight.",
        lambda reference, n_in, n_units, bias=True: n_in + bias * n_units,
    ),
    Mistake(
        "inputs and units added",
        "Every unit has a weight for every input: draw the lines from 3 inputs to "
        "2 units and count them.",
        lambda reference, n_in, n_units, bias=True: n_in + n_units + bias * n_units,
    ),
    OVERFLOW,
    Mistake(
        "counted in float32",
        "A 32-bit floating-point number holds about seven digits, so the biases "
        "were lost in rounding. Count with integers.",
        lambda reference, *args, **kwargs: float(
            np.float32(reference(*args, **kwargs))
        ),
    ),
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    parts=BIAS_PARTS,
    mistakes=MISTAKES,
)
