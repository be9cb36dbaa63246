"""Scores as shares, without overflow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import Wrong
from grader.exercises.lab07_activations_and_receptive_field.shared import (
    READY_MADE,
    sigmoid,
    softmax,
)
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw scores along several axes, whole ones, and some that overflow."""
    rows, columns = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    return [
        Case((np.array([1.0, 3.0, 2.0]),)),
        Case((np.array([[1.0, 2, 0], [3, 1, 2]]),), label="2x3, small numbers"),
        Case((rng.normal(0, 2, (2, 3)),), label="2x3"),
        Case((rng.normal(0, 2, (3, 3)),), label="3x3"),
        Case(
            (np.array([[1.0, 0], [2, 3], [0, 1]]),),
            {"axis": 0},
            label="3x2, axis 0, small numbers",
        ),
        Case((rng.normal(0, 2, (3, 2)),), {"axis": 0}, label="3x2, axis 0"),
        Case((rng.normal(0, 2, (2, 3, 4)),), {"axis": 1}, label="2x3x4, axis 1"),
        Case((rng.integers(-3, 4, (4, 2)) + np.array([0, 1]),), label="4x2 integers"),
        Case((np.array([1000.0, 1001.0, 200.0]),)),
        Case((np.array([[-1000.0, -900.0, 600.0], [-999.0, -1000.0, -1000.5]]),)),
        Case((rng.normal(0, 3, (rows, columns)),), label=f"{rows}x{columns}"),
    ]


def _exponentials(x: Any, axis: int) -> Any:
    x = np.asarray(x, float)
    return np.exp(x - x.max(axis=axis, keepdims=True))


def _shared(exponentials: Any, axis: int) -> Any:
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def _shifted(shift: Callable[[Any, int], Any]) -> Wrong:
    """Return a mistake that subtracts another number before the exponential."""

    def wrong(reference: Callable[..., Any], x: Any, axis: int = -1) -> Any:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return _shared(np.exp(np.asarray(x, float) - shift(x, axis)), axis)

    return wrong


def _one_sided(choose: Callable[[Any, Any], tuple[Any, Any]]) -> Wrong:
    """Return a mistake that subtracts the maximum on one side of the fraction alone.

    Args:
        choose: gives what stands above and below, from the exponentials of the scores
            and of the lowered scores.
    """

    def wrong(reference: Callable[..., Any], x: Any, axis: int = -1) -> Any:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            plain = np.exp(np.asarray(x, float))
            above, below = choose(plain, _exponentials(x, axis))
            return above / below.sum(axis=axis, keepdims=True)

    return wrong


def _without_axes(reference: Callable[..., Any], x: Any, axis: int = -1) -> Any:
    grown = np.exp(x - x.max(axis=axis))
    return grown / grown.sum(axis=axis)


def _in_place(reference: Callable[..., Any], x: Any, axis: int = -1) -> Any:
    x -= x.max(axis=axis, keepdims=True)
    return reference(x, axis)


def _scaled(reference: Callable[..., Any], x: Any, axis: int = -1) -> Any:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return _shared(np.exp(x / x.max(axis=axis, keepdims=True)), axis)


def _plain_shares(reference: Callable[..., Any], x: Any, axis: int = -1) -> Any:
    with np.errstate(invalid="ignore", divide="ignore"):
        return _shared(x, axis)


def _hard(reference: Callable[..., Any], x: Any, axis: int = -1) -> Any:
    return (x == x.max(axis=axis, keepdims=True)).astype(float)


def arithmetic(index: Index, x: np.ndarray, axis: int = -1) -> str:
    """Return the share of a value's exponential in those along the axis."""
    place = list(index)
    place[axis] = slice(None)
    scores = [f"exp({show(score)})" for score in x[tuple(place)]]
    return f"{scores[index[axis]]} / ({' + '.join(scores)})"


MISTAKES = (
    Mistake(
        "maximum not subtracted",
        "e to the power 1000 is infinite for a computer. "
        "Subtracting the same number from all values changes no share: which number helps?",
        _shifted(lambda x, axis: 0.0),
    ),
    Mistake(
        "one maximum for all",
        "You subtract the maximum of the whole array, so a row of far smaller values "
        "becomes all zeros. Each row has its own maximum.",
        _shifted(lambda x, axis: np.max(x)),
    ),
    Mistake(
        "maximum subtracted below the fraction only",
        "You subtract the maximum in the sum and not in the score above it. The same "
        "number has to go from both, or the shares change.",
        _one_sided(lambda plain, lowered: (plain, lowered)),
    ),
    Mistake(
        "maximum subtracted above the fraction only",
        "You subtract the maximum in the score and not in the sum below it. The same "
        "number has to go from both, or the shares change.",
        _one_sided(lambda plain, lowered: (lowered, plain)),
    ),
    Mistake(
        "divided by the maximum",
        "Dividing the scores changes the shares; subtracting the same number from "
        "all of them does not.",
        _scaled,
    ),
    Mistake(
        "maximum along axis 0",
        "You subtract the maximum of each column, whatever the axis. All scores "
        "that share a sum have to lose the same number, or the shares change.",
        _shifted(lambda x, axis: np.max(x, axis=0, keepdims=True)),
    ),
    Mistake(
        "one sum for all",
        "You divide by the sum of the whole array. "
        "Each row along the axis has a sum of its own.",
        lambda reference, x, axis=-1: (
            _exponentials(x, axis) / _exponentials(x, axis).sum()
        ),
    ),
    Mistake(
        "minimum subtracted",
        "After subtracting the minimum the largest exponent can still overflow.",
        _shifted(lambda x, axis: np.min(x, axis=axis, keepdims=True)),
    ),
    Mistake(
        "mean subtracted",
        "After subtracting the mean the largest exponent can still overflow: "
        "a value may lie far above the mean.",
        _shifted(lambda x, axis: np.mean(x, axis=axis, keepdims=True)),
    ),
    Mistake(
        "scores clipped",
        "Clipping makes all large scores equal, and their shares with them. "
        "Subtracting the same number from all keeps their differences.",
        lambda reference, x, axis=-1: reference(np.clip(x, -500, 500), axis),
    ),
    Mistake(
        "always over axis 0",
        "Your shares sum to 1 down the columns, that is over the images of a batch. "
        "Each image needs shares of its own.",
        lambda reference, x, axis=-1: reference(x, 0),
    ),
    Mistake(
        "axis 0 by default",
        "Without an `axis` your shares sum to 1 along the first one. "
        "The default is the last axis.",
        lambda reference, x, axis=0: reference(x, axis),
    ),
    Mistake(
        "axis ignored",
        "Your shares sum to 1 over the last axis, whatever the caller asks for.",
        lambda reference, x, axis=-1: reference(x, -1),
    ),
    Mistake(
        "over the whole array",
        "Your shares sum to 1 over all values together; "
        "they should along the axis alone.",
        lambda reference, x, axis=-1: reference(x, None),
    ),
    Mistake(
        "sum dropped its axis",
        "`sum` removes the axis, and broadcasting then pairs the wrong numbers, or none. "
        "Which option of `sum` keeps it?",
        lambda reference, x, axis=-1: (
            _exponentials(x, axis) / _exponentials(x, axis).sum(axis=axis)
        ),
    ),
    Mistake(
        "maximum and sum dropped their axis",
        "`max` and `sum` remove the axis, and broadcasting then pairs the wrong "
        "numbers, or none. Which option keeps it?",
        _without_axes,
    ),
    Mistake(
        "a table of rows assumed",
        "You go through the first axis and take each part for a row. "
        "That is right for a table and its last axis only.",
        lambda reference, x, axis=-1: np.array([reference(row, None) for row in x]),
    ),
    Mistake(
        "sign of the scores turned",
        "Your largest score gets the smallest share. Look at the sign in the exponent.",
        lambda reference, x, axis=-1: reference(np.negative(x), axis),
    ),
    Mistake(
        "always over axis 1",
        "You use axis 1, whatever the caller asks for; an array may have only axis 0.",
        lambda reference, x, axis=-1: _shared(_exponentials(x, 1), 1),
    ),
    Mistake(
        "power of 2",
        "Your shares have another base than e.",
        lambda reference, x, axis=-1: reference(np.asarray(x) * np.log(2), axis),
    ),
    Mistake(
        "taken twice",
        "Your shares are those of the shares: apply the function once.",
        lambda reference, x, axis=-1: reference(reference(x, axis), axis),
    ),
    Mistake(
        "absolute values",
        "You drop the sign of the scores; a very negative score has a small share.",
        lambda reference, x, axis=-1: reference(np.abs(x), axis),
    ),
    Mistake(
        "position of the largest",
        "You return where the largest score is; asked is a share for each score.",
        lambda reference, x, axis=-1: np.argmax(x, axis=axis),
    ),
    Mistake(
        "mean in place of the sum",
        "Your shares sum to more than 1: divide by the sum, not by the mean.",
        lambda reference, x, axis=-1: reference(x, axis) * np.shape(x)[axis],
    ),
    Mistake(
        "whole numbers cut off",
        "For whole-number input your result has no decimals: "
        "`zeros_like(x)` takes over the type of x.",
        lambda reference, x, axis=-1: reference(x, axis).astype(x.dtype),
    ),
    Mistake(
        "not divided by the sum",
        "Your largest value is always 1: the shares have to sum to 1.",
        lambda reference, x, axis=-1: _exponentials(x, axis),
    ),
    Mistake(
        "without the exponential",
        "You share out the values themselves, and negative ones give negative shares.",
        _plain_shares,
    ),
    Mistake(
        "winner takes all",
        "You mark the largest value with 1; softmax leaves the others a share.",
        _hard,
    ),
    Mistake(
        "logarithm taken",
        "You give the logarithms of the shares.",
        lambda reference, x, axis=-1: (
            x
            - np.max(x, axis=axis, keepdims=True)
            - np.log(_exponentials(x, axis).sum(axis=axis, keepdims=True))
        ),
    ),
    Mistake(
        "sigmoid of each value",
        "You squeeze every value on its own; the shares of one axis depend on each other.",
        lambda reference, x, axis=-1: sigmoid(x),
    ),
    Mistake(
        "changed in place",
        "You subtract inside the caller's array (`x -= ...`). Make a new one.",
        _in_place,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=softmax,
    forbidden=READY_MADE,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
