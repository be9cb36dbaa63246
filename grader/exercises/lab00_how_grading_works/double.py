"""Twice a number or an array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added
from grader.exercises.common.wrong import (
    GIVEN_AS_TEXT,
    after,
    texts_alike,
)
from grader.judging import compare
from grader.judging.example import at
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


def arithmetic(index: Index, x: Any) -> str:
    """Return the value at `index` added to itself."""
    return added([at(x, index)] * 2)


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
        "You add a fixed number; doubling multiplies by one, the same for every input.",
        lambda reference, x: x + 2,
    ),
    Mistake(
        "halved",
        "Your result is half of the input; you need twice the input.",
        lambda reference, x: x / 2,
    ),
    Mistake(
        "tripled",
        "Your result is three times the input, as in the worked example above.",
        lambda reference, x: reference(x) + x,
    ),
    Mistake(
        "sign turned",
        "Your result has the other sign than the input; twice a number keeps it.",
        lambda reference, x: -reference(x),
    ),
    Mistake(
        "power of two",
        "You raise 2 to the power of the input; doubling multiplies.",
        lambda reference, x: 2**x,
    ),
    Mistake(
        "doubled twice",
        "You double what is doubled already: once is enough.",
        lambda reference, x: reference(reference(x)),
    ),
    Mistake(
        "fractions cut off",
        "Half numbers lose their fractions: look for `int` or `//`.",
        after(lambda twice: np.trunc(twice)),
    ),
    Mistake(
        "fractions of the input cut off",
        "You make the input a whole number before you double it, and it may have a "
        "fraction.",
        lambda reference, x: reference(np.trunc(x)),
    ),
    Mistake(
        "rounded",
        "You round the result; twice a number keeps its fraction.",
        after(np.round),
    ),
    Mistake(
        "input repeated",
        "You give the input two times, side by side. Doubling multiplies each number.",
        lambda reference, x: [x, x],
    ),
    Mistake(
        "summed up",
        "You give a single number for a whole array; each of its numbers is doubled.",
        lambda reference, x: np.sum(reference(x)),
    ),
    Mistake(
        "loop over the input",
        "You go through the input one by one, and a single number cannot be gone "
        "through. Arithmetic works on numbers and on arrays alike.",
        lambda reference, x: [reference(value) for value in x],
    ),
    Mistake(
        "one added",
        "You add 1 to the double; twice a number is all that is asked for.",
        lambda reference, x: reference(x) + 1,
    ),
    Mistake(
        "each number repeated",
        "You give each number two times, side by side. Doubling multiplies it.",
        lambda reference, x: np.repeat(x, 2),
    ),
    Mistake(
        "flattened",
        "You lay an array out in one line. Twice an array has the shape of the array.",
        after(np.ravel),
    ),
    Mistake(
        "first number only",
        "You take one number out of the input, and a single number cannot be indexed. "
        "Arithmetic works on numbers and on arrays alike.",
        lambda reference, x: reference(x[0]),
    ),
    Mistake(
        "int of an array",
        "`int` makes one number, so it fails for an array, and it cuts fractions off. "
        "Leave it out.",
        lambda reference, x: int(reference(x)),
    ),
    Mistake(
        "round of an array",
        "`round` is for single numbers and fails for an array; twice a number need "
        "not be rounded.",
        lambda reference, x: round(reference(x)),
    ),
    GIVEN_AS_TEXT,
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
    comparison=texts_alike(compare.close),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
