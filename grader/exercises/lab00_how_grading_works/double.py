"""Twice a number or an array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw single numbers of every sign, an array of whole numbers and one of fractions."""
    image = rng.integers(-9, 10, (2, 3))
    return [
        Case((3,)),
        Case((-2.5,)),
        Case((0,)),
        Case((image,)),
        Case((rng.uniform(-1, 1, 5),)),
    ]


def reference(x: Any) -> Any:
    """Return twice a number or an array, by NumPy."""
    return np.multiply(x, 2)


def _in_place(reference: Callable[[Any], Any], x: Any) -> Any:
    if isinstance(x, np.ndarray):
        x += x
        return x
    return reference(x)


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
        _in_place,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    mistakes=MISTAKES,
)
