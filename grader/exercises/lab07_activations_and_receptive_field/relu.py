"""The rectified linear unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import after
from grader.exercises.lab07_activations_and_receptive_field.shared import array_cases
from grader.judging.exercise import Exercise, Mistake
from grader.judging.show import show


def reference(x: np.ndarray) -> np.ndarray:
    """Return x where it is positive, else 0, of the same shape."""
    return np.asarray((x + np.abs(x)) / 2)


def arithmetic(index: Index, x: np.ndarray) -> str:
    """Return the larger one of the value and 0."""
    return f"max({show(x[index])}, 0)"


def _in_place(reference: Callable[..., Any], x: Any) -> Any:
    x[...] = reference(x)
    return x


MISTAKES = (
    Mistake(
        "absolute value",
        "Negative inputs give 0, not their size.",
        lambda reference, x: np.abs(x),
    ),
    Mistake(
        "yes or no",
        "You say *whether* an input is positive (that is the slope of ReLU). "
        "Give the input itself where it is.",
        lambda reference, x: (x > 0).astype(float),
    ),
    Mistake(
        "changed in place",
        "The result is right, but you wrote it into the caller's array. "
        "Build a new one: training needs the values before the activation.",
        _in_place,
    ),
    Mistake(
        "negative part kept",
        "You keep what is negative; ReLU keeps what is positive.",
        lambda reference, x: x - reference(x),
    ),
    Mistake(
        "input returned",
        "Your function changes nothing: a layer with it stays linear.",
        lambda reference, x: x,
    ),
    Mistake(
        "cut at 1",
        "ReLU has no upper limit.",
        lambda reference, x: np.clip(x, 0, 1),
    ),
    Mistake(
        "cut at 6",
        "ReLU has no upper limit; its relative that stops at 6 is called ReLU6.",
        lambda reference, x: np.clip(x, 0, 6),
    ),
    Mistake(
        "np.max for np.maximum",
        "`np.max(x, 0)` looks for the largest value along axis 0 and compares "
        "nothing with 0. Another function compares value by value.",
        lambda reference, x: np.max(x, axis=0),
    ),
    Mistake(
        "one number for the array",
        "You give the largest value of the whole array; "
        "each value is compared with 0 on its own.",
        after(np.max),
    ),
    Mistake(
        "if for a whole array",
        "`if` and `max` decide once, and an array needs a decision for each value.",
        lambda reference, x: max(x, 0),
    ),
    Mistake(
        "one axis assumed",
        "Your loop takes out rows where the array has more than one axis.",
        lambda reference, x: np.array([max(value, 0) for value in x]),
    ),
    Mistake(
        "signs",
        "You give -1, 0 or 1. Give the input itself where it is positive.",
        lambda reference, x: np.sign(x),
    ),
    Mistake(
        "cut to whole numbers",
        "Your results have lost their decimals: the array you fill holds whole "
        "numbers.",
        after(lambda kept: kept.astype(int)),
    ),
    Mistake(
        "negative values left out",
        "Your result has fewer values than the input; negative ones become 0.",
        lambda reference, x: x[x > 0],
    ),
    Mistake(
        "sign turned",
        "Your positive inputs come out negative; ReLU passes them unchanged.",
        after(np.negative),
    ),
    Mistake(
        "leaky",
        "Your negative inputs leak through a little: that is the next exercise.",
        lambda reference, x: reference(x) - 0.1 * reference(-x),
    ),
    Mistake(
        "softplus",
        "This is a smooth relative of ReLU; ReLU has a corner at 0.",
        lambda reference, x: np.logaddexp(0, x),
    ),
    Mistake(
        "nan in place of 0",
        "Where `x` is not positive the result is 0, a number like any other.",
        lambda reference, x: np.where(x > 0, x, np.nan),
    ),
)
EXERCISE = Exercise(
    points=1,
    cases=array_cases,
    reference=reference,
    forbidden=("keras", "tensorflow"),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
