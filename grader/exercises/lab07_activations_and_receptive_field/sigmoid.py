"""The logistic function, without overflow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added
from grader.exercises.common.wrong import after
from grader.exercises.lab07_activations_and_receptive_field.shared import (
    READY_MADE,
    sigmoid,
    softmax,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw numbers of both signs, whole ones, and some that overflow."""
    whole = rng.integers(-6, 7, (2, 3))
    whole[0, 0] = 3
    return [
        Case((np.array([-3.0, -1.0, 0.0, 0.5, 2.0]),)),
        Case((whole,), label="2x3 whole numbers"),
        Case((np.array([-1000.0, -30.0, 11.0, 30.0]),)),
        Case((np.array([1000.0, 800.0, -800.0]),)),
        Case(
            (rng.normal(0, 4, (2, 3, int(rng.integers(2, 5)))),),
            label="random numbers in three dimensions",
        ),
    ]


def _overflowing(x: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return _grown(x) / (1 + _grown(x))


def _with_minus(x: Any) -> Any:
    with np.errstate(divide="ignore"):
        return 1 / (1 - _grown(np.negative(x)))


def _grown(x: Any) -> Any:
    with np.errstate(over="ignore"):
        return np.exp(np.asarray(x, float))


def arithmetic(index: Index, x: np.ndarray) -> str:
    """Return the logistic function of the value."""
    return f"1 / (1 + exp({added([-x[index]])}))"


MISTAKES = (
    Mistake(
        "sign forgotten",
        "Your curve falls; a sigmoid rises from 0 to 1. Look at the exponent's sign.",
        lambda reference, x: reference(-x),
    ),
    Mistake(
        "overflow",
        "e to the power 1000 is infinite for a computer, and infinity divided by "
        "infinity is `nan`. Let the exponent be negative or 0 only.",
        lambda reference, x: _overflowing(x),
    ),
    Mistake(
        "nan replaced by 0",
        "For a large x you put 0 in the place of the `nan`, and the sigmoid is near "
        "1 there. Keep the overflow from happening: "
        "let the exponent be negative or 0 only.",
        lambda reference, x: np.nan_to_num(_overflowing(x)),
    ),
    Mistake(
        "tanh",
        "Your curve runs from −1 to 1; a sigmoid runs from 0 to 1.",
        lambda reference, x: np.tanh(x),
    ),
    Mistake(
        "stretched to -1 to 1",
        "Your curve has the right steepness but runs from −1 to 1.",
        lambda reference, x: 2 * reference(x) - 1,
    ),
    Mistake(
        "twice too steep",
        "Your curve reaches its ends too soon: x has no factor in the exponent.",
        lambda reference, x: reference(2 * x),
    ),
    Mistake(
        "slope of the sigmoid",
        "You give the derivative; it is near 0 at both ends.",
        lambda reference, x: reference(x) * reference(-x),
    ),
    Mistake(
        "sign of x lost",
        "Negative and positive inputs give the same value: with `abs(x)` you know "
        "how far x is from 0, and no longer on which side.",
        lambda reference, x: reference(np.abs(x)),
    ),
    Mistake(
        "whole numbers cut off",
        "For whole-number input your result has no decimals: "
        "`zeros_like(x)` takes over the type of x.",
        lambda reference, x: reference(x).astype(x.dtype),
    ),
    Mistake(
        "input clipped",
        "Clipping the input avoids the overflow but gives wrong values at the ends.",
        lambda reference, x: reference(np.clip(x, -10, 10)),
    ),
    Mistake(
        "straight line",
        "Your curve is made of straight pieces; a sigmoid bends everywhere.",
        lambda reference, x: np.clip(np.asarray(x) / 6 + 0.5, 0, 1),
    ),
    Mistake(
        "straight line, 0.2 * x + 0.5",
        "Your function is a straight line that is cut off; a sigmoid is smooth.",
        lambda reference, x: np.clip(0.2 * x + 0.5, 0, 1),
    ),
    Mistake(
        "straight line, 0.25 * x + 0.5",
        "Your function is a straight line that is cut off; a sigmoid is smooth.",
        lambda reference, x: np.clip(0.25 * x + 0.5, 0, 1),
    ),
    Mistake(
        "step",
        "Your function knows only 0 and 1 (and a half); a sigmoid is smooth.",
        lambda reference, x: np.heaviside(x, 0.5),
    ),
    Mistake(
        "1 forgotten",
        "Your result grows without limit: what keeps it below 1?",
        lambda reference, x: _grown(x),
    ),
    Mistake(
        "brackets missing under the division",
        "Python divides 1 by 1 and then adds the exponential: "
        "what stands under a fraction needs brackets of its own.",
        lambda reference, x: 1 + _grown(np.negative(x)),
    ),
    Mistake(
        "math.exp for np.exp",
        "`math.exp` takes one number. NumPy has an exponential for arrays.",
        lambda reference, x: 1 / (1 + math.exp(-x)),
    ),
    Mistake(
        "if for a whole array",
        "`if` decides once, and an array needs a decision for each value.",
        lambda reference, x: reference(x) if x >= 0 else 1 - reference(-x),
    ),
    Mistake(
        "one axis assumed",
        "Your loop takes out rows where the array has more than one axis.",
        lambda reference, x: np.array(
            [reference(v) if v >= 0 else 1 - reference(-v) for v in x]
        ),
    ),
    Mistake(
        "result left flat",
        "Your values are right, and the result has one axis where the input has more.",
        after(np.ravel),
    ),
    Mistake(
        "1 - e in place of 1 + e",
        "Your curve is infinite at 0. What stands under the fraction is a sum.",
        lambda reference, x: _with_minus(x),
    ),
    Mistake(
        "logarithm taken",
        "You give the logarithm of the sigmoid.",
        lambda reference, x: -np.logaddexp(0, np.negative(x)),
    ),
    Mistake(
        "power of 2",
        "Your curve has another base than e.",
        lambda reference, x: reference(np.asarray(x) * np.log(2)),
    ),
    Mistake(
        "maximum subtracted",
        "You subtract the largest value, as is right for softmax. "
        "A sigmoid depends on each value itself, not on its distance to another.",
        lambda reference, x: reference(x - np.max(x)),
    ),
    Mistake(
        "shares that sum to 1",
        "This is softmax. A sigmoid looks at each value on its own, "
        "and its results need not sum to 1.",
        lambda reference, x: softmax(x, None),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=sigmoid,
    forbidden=READY_MADE,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
