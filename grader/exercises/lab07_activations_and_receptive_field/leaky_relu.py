"""The rectified linear unit with a slope below 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, multiplied
from grader.exercises.lab07_activations_and_receptive_field.shared import array_cases
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw the arrays of `relu`, each but the first with a slope of its own."""
    arrays = [case.args[0] for case in array_cases(rng)]
    labels = [case.label for case in array_cases(rng)]
    slopes: list[dict[str, float]] = [
        {},
        {"slope": 0.3},
        {"slope": 0.25},
        {"slope": 0.01},
        {"slope": float(rng.uniform(0.1, 0.9))},
    ]
    named = [
        Case((x,), slope, label=f"{label}, slope {slope.get('slope', 0.1):.3g}")
        for x, label, slope in zip(arrays[1:], labels[1:], slopes[1:], strict=True)
    ]
    return [Case((arrays[0],)), *named, Case((arrays[0].copy(),), {"slope": 0.5})]


def reference(x: np.ndarray, slope: float = 0.1) -> np.ndarray:
    """Return x where it is positive, else slope times x, of the same shape."""
    size = np.abs(x)
    leaky: np.ndarray = ((1 + slope) * x + (1 - slope) * size) / 2
    return leaky


def arithmetic(index: Index, x: np.ndarray, slope: float = 0.1) -> str:
    """Return the value, or the slope times the value if it is negative."""
    return show(x[index]) if x[index] >= 0 else multiplied(slope, x[index])


def _in_place(reference: Callable[..., Any], x: Any, slope: float = 0.1) -> Any:
    """Multiply in place, which NumPy refuses for whole numbers."""
    x *= np.where(x < 0, slope, 1.0)
    return x


MISTAKES = (
    Mistake(
        "slope on the wrong side",
        "Positive inputs pass unchanged; the slope is for the negative ones.",
        lambda reference, x, slope=0.1: -reference(-x, slope),
    ),
    Mistake(
        "slope on both sides",
        "You shrink every input: that is a straight line, and linear again.",
        lambda reference, x, slope=0.1: slope * x,
    ),
    Mistake(
        "not leaky",
        "Negative inputs give 0 in your function; they should leak through a little.",
        lambda reference, x, slope=0.1: reference(x, 0.0),
    ),
    Mistake(
        "leaks upwards",
        "Your result for a negative input is positive; it keeps its sign.",
        lambda reference, x, slope=0.1: reference(x, -slope),
    ),
    Mistake(
        "slope ignored",
        "Your function uses 0.1 whatever the caller asks for.",
        lambda reference, x, slope=0.1: reference(x, 0.1),
    ),
    Mistake(
        "another default slope",
        "Called without a slope your function takes another one than 0.1.",
        lambda reference, x, slope=0.01: reference(x, slope),
    ),
    Mistake(
        "constant for negative inputs",
        "All negative inputs give the same value in your function, "
        "so its slope there is 0. Multiply the input by the slope.",
        lambda reference, x, slope=0.1: np.where(x < 0, -slope, x),
    ),
    Mistake(
        "slope given back",
        "For a negative input you return the slope itself. Multiply the input by it.",
        lambda reference, x, slope=0.1: np.where(x > 0, x, slope),
    ),
    Mistake(
        "cut at minus the slope",
        "You replace what lies below minus the slope, and small negative inputs pass "
        "unchanged. Multiply every negative input by the slope.",
        lambda reference, x, slope=0.1: np.maximum(x, -slope),
    ),
    Mistake(
        "cut at the slope",
        "You replace what is smaller than the slope by it. "
        "Multiply the negative inputs by the slope.",
        lambda reference, x, slope=0.1: np.maximum(x, slope),
    ),
    Mistake(
        "slope added",
        "You add the slope to negative inputs; multiply them by it.",
        lambda reference, x, slope=0.1: np.where(x > 0, x, x + slope),
    ),
    Mistake(
        "slope taken away",
        "You take the slope away from negative inputs; multiply them by it.",
        lambda reference, x, slope=0.1: np.where(x > 0, x, x - slope),
    ),
    Mistake(
        "if for a whole array",
        "`if` and `max` decide once, and an array needs a decision for each value.",
        lambda reference, x, slope=0.1: x if x > 0 else slope * x,
    ),
    Mistake(
        "one axis assumed",
        "Your loop takes out rows where the array has more than one axis.",
        lambda reference, x, slope=0.1: np.array(
            [value if value > 0 else slope * value for value in x]
        ),
    ),
    Mistake(
        "result left flat",
        "Your values are right, and the result has one axis where the input has more.",
        lambda reference, x, slope=0.1: reference(x, slope).ravel(),
    ),
    Mistake(
        "leak added everywhere",
        "Positive inputs come out too large: the leak is for the negative ones only.",
        lambda reference, x, slope=0.1: reference(x, 0.0) + slope * x,
    ),
    Mistake(
        "divided by the slope",
        "The slope makes negative values smaller: multiply, do not divide.",
        lambda reference, x, slope=0.1: reference(x, 1 / slope),
    ),
    Mistake(
        "whole numbers cut off",
        "For whole-number input your result has no decimals: "
        "`zeros_like(x)` and `x.copy()` take over the type of x.",
        lambda reference, x, slope=0.1: reference(x, slope).astype(x.dtype),
    ),
    Mistake(
        "changed in place",
        "You wrote the result into the caller's array. Build a new one.",
        _in_place,
    ),
    Mistake(
        "slope applied twice",
        "A negative value is multiplied by the slope once.",
        lambda reference, x, *slope, **named: reference(
            reference(x, *slope, **named), *slope, **named
        ),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    forbidden=("keras", "tensorflow"),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
