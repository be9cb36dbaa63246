"""Twice a number or an array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    image = rng.integers(-9, 10, (2, 3))
    return [
        Case((3,)),
        Case((-2.5,)),
        Case((0,)),
        Case((image,)),
        Case((rng.uniform(-1, 1, 5),)),
    ]


def _in_place(reference: object, x: object) -> object:
    if isinstance(x, np.ndarray):
        x += x
        return x
    return reference(x)  # type: ignore[operator]


MISTAKES = (
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
)


EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=lambda x: np.multiply(x, 2),
    mistakes=MISTAKES,
)
