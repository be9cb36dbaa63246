"""How many multiplications a dense layer takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, multiplied
from grader.exercises.common.wrong import GIVEN_AS_TEXT
from grader.exercises.lab01_eight_megapixels.shared import (
    ADDITIONS_COUNTED,
    COUNTED_ALIKE,
    OVERFLOW,
    drawn_sizes,
    entries,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw layers with more inputs than units and with fewer, up to 8 megapixels in RGB."""
    return [
        Case((3, 2)),
        Case((784, 100)),
        Case((1600, 10)),
        Case((1, 5)),
        Case((8_000_000, 100), label="8 megapixels in grey, 100 units"),
        Case((24_000_000, 100), label="8 megapixels in RGB, 100 units"),
        Case(drawn_sizes(rng, 900, 90)),
        Case(drawn_sizes(rng, 90, 900)),
    ]


def reference(n_in: int, n_units: int) -> int:
    """Count the entries of the weights (n_in, n_units): each is multiplied once."""
    return entries((n_in, n_units))


def arithmetic(index: Index, n_in: int, n_units: int) -> str:
    """Return the products of all units."""
    return f"each unit multiplies each input once\n{multiplied(n_in, n_units)}"


MISTAKES = (
    Mistake(
        "biases counted",
        "This is the number of parameters. Adding a bias is no multiplication.",
        lambda reference, n_in, n_units: reference(n_in + 1, n_units),
    ),
    ADDITIONS_COUNTED,
    Mistake(
        "additions between the products counted",
        "A multiply-accumulate is one multiplication together with its addition: the "
        "pair counts once.",
        lambda reference, n_in, n_units: reference(2 * n_in - 1, n_units),
    ),
    Mistake(
        "additions counted as well, and biases",
        "A multiply-accumulate is one multiplication together with its addition, and "
        "biases do not count.",
        lambda reference, n_in, n_units: reference(2 * n_in + 1, n_units),
    ),
    Mistake(
        "one unit counted",
        "This is the work of a single unit; each unit reads all inputs.",
        lambda reference, n_in, n_units: reference(n_in, 1),
    ),
    Mistake(
        "outputs counted",
        "This is the number of results. How many products go into each?",
        lambda reference, n_in, n_units: reference(1, n_units),
    ),
    Mistake(
        "inputs and units added",
        "Every unit meets every input: the pairs count, not the two together.",
        lambda reference, n_in, n_units: n_in + n_units,
    ),
    Mistake(
        "first product left out",
        "You count the additions between the products. Count the products.",
        lambda reference, n_in, n_units: reference(n_in - 1, n_units),
    ),
    Mistake(
        "one more product for each input",
        "You count a bias for each input. Adding a bias is no multiplication, and "
        "biases belong to the units.",
        lambda reference, n_in, n_units: reference(n_in, n_units + 1),
    ),
    Mistake(
        "inputs counted twice",
        "You multiply the inputs with themselves; every input meets every unit.",
        lambda reference, n_in, n_units: reference(n_in, n_in),
    ),
    OVERFLOW,
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=COUNTED_ALIKE,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
