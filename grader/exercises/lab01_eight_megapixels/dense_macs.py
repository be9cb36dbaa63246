"""How many multiplications a dense layer takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.lab01_eight_megapixels.shared import (
    OPERATIONS,
    OVERFLOW,
    draw,
    size,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((3, 2)),
        Case((784, 100)),
        Case((1600, 10)),
        Case((1, 5)),
        Case((8_000_000, 100), label="8 megapixels in grey, 100 units"),
        Case((24_000_000, 100), label="8 megapixels in RGB, 100 units"),
        Case(draw(rng, 900, 90)),
        Case(draw(rng, 90, 900)),
    ]


MISTAKES = (
    Mistake(
        "biases counted",
        "This is the number of parameters. Adding a bias is no multiplication.",
        lambda reference, n_in, n_units: reference(n_in + 1, n_units),
    ),
    OPERATIONS,
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
    OVERFLOW,
)


EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=lambda n_in, n_units: size((n_in, n_units)),
    comparison=compare.exact,
    mistakes=MISTAKES,
)
