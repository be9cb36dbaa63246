"""Exercises of lab 00: how a check answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import compare
from grader.exercise import Case, Exercise, Mistake

PREDICTIONS = Exercise(
    id="lab00.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


def _double_cases(rng: np.random.Generator) -> Sequence[Case]:
    image = rng.integers(-9, 10, (2, 3))
    return [
        Case((3,)),
        Case((-2.5,)),
        Case((0,)),
        Case((image,)),
        Case((rng.uniform(-1, 1, 5),)),
    ]


DOUBLE = Exercise(
    id="lab00.double",
    points=2,
    cases=_double_cases,
    reference=lambda x: np.multiply(x, 2),
    mistakes=(
        Mistake(
            "squared",
            "You multiply the number by itself; doubling multiplies it by a fixed number.",
            lambda reference, x: x * x,
        ),
        Mistake(
            "sign lost",
            "Your result is never negative; twice a negative number is negative.",
            lambda reference, x: abs(reference(x)),
        ),
        Mistake(
            "input returned",
            "Your function gives back its input unchanged.",
            lambda reference, x: x,
        ),
        Mistake(
            "two added",
            "You add a fixed number; doubling multiplies by one.",
            lambda reference, x: x + 2,
        ),
        Mistake(
            "halved",
            "Your result is half of the input; you need twice the input.",
            lambda reference, x: x / 2,
        ),
        Mistake(
            "changed in place",
            "The result is right, but you wrote it into the caller's array. "
            "Build a new array instead: the caller may need the old one.",
            lambda reference, x: _in_place(reference, x),
        ),
    ),
)


def _in_place(reference: object, x: object) -> object:
    if isinstance(x, np.ndarray):
        x += x
        return x
    return reference(x)  # type: ignore[operator]


EXERCISES = (PREDICTIONS, DOUBLE)
