"""How many weights a dense layer has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.wrong import (
    GIVEN_AS_TEXT,
    after,
    with_arguments,
    with_settings,
)
from grader.exercises.lab01_eight_megapixels.shared import (
    COUNTED_ALIKE,
    OVERFLOW,
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    WEIGHTS_LOST_WITHOUT_BIAS,
    bias_cases,
    drawn_sizes,
    entries,
    other_biases,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw layers up to so many weights that float32 loses the biases beside them."""
    return bias_cases(
        [
            (3, 2),
            (784, 10),
            (784, 100),
            (1, 5),
            (8_000_000, 100),
            (24_000_000, 100),
            drawn_sizes(rng, 900, 90),
            drawn_sizes(rng, 9, 900),
        ],
        [
            (3, 2),
            (784, 100),
            (24_000_000, 100),
            (23_970_816, 100),
            drawn_sizes(rng, 900, 90),
        ],
    )


def reference(n_in: int, n_units: int, bias: bool = True) -> int:
    """Count the entries of the weights (n_in, n_units) and of the biases (n_units,)."""
    return entries((n_in, n_units), *([(n_units,)] if bias else []))


def arithmetic(index: Index, n_in: int, n_units: int, bias: bool = True) -> str:
    """Return the weights and the biases, counted apart."""
    words = "a weight for each input of each unit"
    if not bias:
        return f"{words}\n{multiplied(n_in, n_units)}"
    return f"{words}, and a bias for each unit\n" + added(
        [multiplied(n_in, n_units), n_units]
    )


MISTAKES = (
    Mistake(
        "bias forgotten",
        "You count weights only; each unit also owns one bias.",
        with_settings(bias=False),
    ),
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    WEIGHTS_LOST_WITHOUT_BIAS,
    Mistake(
        "one bias per input",
        "A bias belongs to a unit: it is added once to what the unit has summed, "
        "however many inputs there are.",
        other_biases(lambda n_in, n_units: n_in),
    ),
    Mistake(
        "one bias for the layer",
        "The units do not share a bias; each has its own.",
        other_biases(lambda n_in, n_units: 1),
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
        with_arguments(lambda n_in, n_units: (n_in, 1)),
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
        after(lambda count: float(np.float32(count))),
    ),
    Mistake(
        "bias added on both sides",
        "The bias is like one more input of each unit; there is no unit more.",
        lambda reference, n_in, n_units, bias=True: reference(
            n_in + bias, n_units + bias, bias=False
        ),
    ),
    Mistake(
        "bias subtracted",
        "A bias is one parameter more for each unit, not one less.",
        other_biases(lambda n_in, n_units: -n_units),
    ),
    Mistake(
        "two biases per unit",
        "Each unit owns a single bias.",
        other_biases(lambda n_in, n_units: 2 * n_units),
    ),
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=COUNTED_ALIKE,
    parts={"with bias": 2, "without bias": 1},
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
