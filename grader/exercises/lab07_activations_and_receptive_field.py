"""Exercises of lab 07: activations, linear stacks, receptive fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader import compare
from grader.exercise import Case, Exercise, Mistake

Reference = Callable[..., Any]
Layers = Sequence[tuple[int, int]]

OWN_CODE = ("keras", "scipy", "tensorflow")

PREDICTIONS = Exercise(
    id="lab07.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


# ---------------------------------------------------- collapse_two_linear_convs


def _collapse_reference(W1: np.ndarray, W2: np.ndarray) -> np.ndarray:
    """Multiply the layers' frequency responses; each of them mixes channels."""
    size = W1.shape[0] + W2.shape[0] - 1, W1.shape[1] + W2.shape[1] - 1
    first, second = (np.fft.rfft2(W, size, axes=(0, 1)) for W in (W1, W2))
    return np.fft.irfft2(first @ second, size, axes=(0, 1))


def _collapse_cases(rng: np.random.Generator) -> Sequence[Case]:
    def case(first: tuple[int, ...], second: tuple[int, ...]) -> Case:
        shapes = " and ".join("x".join(map(str, s)) for s in (first, second))
        return Case(
            (rng.normal(0, 1, first), rng.normal(0, 1, second)),
            label=f"kernels {shapes}",
        )

    channels = [int(c) for c in rng.integers(1, 4, 3)]
    sides = [int(k) for k in rng.integers(1, 5, 4)]
    return [
        case((3, 3, 1, 1), (3, 3, 1, 1)),
        case((3, 3, 2, 3), (3, 3, 3, 2)),
        case((2, 3, 1, 2), (4, 1, 2, 3)),
        case((1, 1, 2, 2), (3, 3, 2, 1)),
        case((3, 2, 2, 2), (3, 2, 2, 2)),
        Case(
            (rng.integers(-4, 5, (2, 2, 1, 2)), rng.integers(-4, 5, (2, 3, 2, 1))),
            label="whole-number kernels 2x2x1x2 and 2x3x2x1",
        ),
        case(
            (sides[0], sides[1], channels[0], channels[1]),
            (sides[2], sides[3], channels[1], channels[2]),
        ),
    ]


def _collapse_same(reference: Reference, W1: Any, W2: Any) -> Any:
    top, left = W2.shape[0] // 2, W2.shape[1] // 2
    return reference(W1, W2)[top:, left:][: W1.shape[0], : W1.shape[1]]


def _collapse_swapped(reference: Reference, W1: Any, W2: Any) -> Any:
    return reference(W2, W1)


def _collapse_overwritten(reference: Reference, W1: Any, W2: Any) -> Any:
    """Let the last weight of the first kernel that reaches a place win."""
    W = np.zeros_like(reference(W1, W2))
    for i, j in np.ndindex(W1.shape[:2]):
        share = reference(W1[i : i + 1, j : j + 1], W2)
        W[i : i + len(W2), j : j + W2.shape[1]] = share
    return W


COLLAPSE = Exercise(
    id="lab07.collapse_two_linear_convs",
    points=4,
    cases=_collapse_cases,
    reference=_collapse_reference,
    forbidden=OWN_CODE,
    window=lambda index, W1, W2: (
        f"  [{', '.join(map(str, index))}] is the weight of the pixel at row {index[0]}, "
        f"column {index[1]} of the large window, from input channel {index[2]} "
        f"to output channel {index[3]}."
    ),
    mistakes=(
        Mistake(
            "second kernel flipped",
            "You slid one kernel over the other without turning it (correlation). "
            "Follow one pixel: which offsets of the two layers add up to its place?",
            lambda reference, W1, W2: reference(W1, W2[::-1, ::-1]),
        ),
        Mistake(
            "first kernel flipped",
            "Your first kernel is turned by half a turn. "
            "Follow one pixel: which offsets of the two layers add up to its place?",
            lambda reference, W1, W2: reference(W1[::-1, ::-1], W2),
        ),
        Mistake(
            "result flipped",
            "Your large kernel is turned by half a turn.",
            lambda reference, W1, W2: reference(W1, W2)[::-1, ::-1],
        ),
        Mistake(
            "rows and columns swapped",
            "The first axis of a kernel is its height, the second its width.",
            lambda reference, W1, W2: reference(W1, W2).swapaxes(0, 1),
        ),
        Mistake(
            "cut to the size of the first kernel",
            "The large window is larger than either small one: "
            "the second layer reaches pixels that one window of the first does not.",
            _collapse_same,
        ),
        Mistake(
            "one row and column too many",
            "The two windows share a pixel: 3 and 3 reach 5 pixels together, not 6.",
            lambda reference, W1, W2: np.pad(
                reference(W1, W2), ((0, 1), (0, 1), (0, 0), (0, 0))
            ),
        ),
        Mistake(
            "shares overwritten",
            "Several pairs of weights meet at one place of the large kernel, and only "
            "the last of them is left in yours.",
            _collapse_overwritten,
        ),
        Mistake(
            "shares of the second kernel overwritten",
            "Several weights of the second kernel lead to one place of the large "
            "kernel, and only the last of them is left in yours.",
            # With the layers exchanged, the second kernel is the one that is walked.
            lambda reference, W1, W2: _collapse_overwritten(
                reference, W2.swapaxes(2, 3), W1.swapaxes(2, 3)
            ).swapaxes(2, 3),
        ),
        Mistake(
            "multiplied place by place",
            "You multiplied weights at equal places. "
            "Every weight of one kernel meets every weight of the other.",
            lambda reference, W1, W2: np.einsum("hwim,hwmo->hwio", W1, W2),
        ),
        Mistake(
            "only the first middle channel",
            "A pixel reaches the output through every channel between the layers: add them.",
            lambda reference, W1, W2: reference(W1[..., :1], W2[:, :, :1]),
        ),
        Mistake(
            "averaged over the middle channels",
            "A layer adds its input channels; it does not average them.",
            lambda reference, W1, W2: reference(W1, W2) / W1.shape[3],
        ),
        Mistake(
            "middle channels mixed",
            "Filter m of the first layer feeds channel m of the second, and no other.",
            lambda reference, W1, W2: reference(
                W1.sum(3, keepdims=True), W2.sum(2, keepdims=True)
            ),
        ),
        Mistake(
            "channels in and out swapped",
            "The third axis is the input channel, the fourth the output channel.",
            lambda reference, W1, W2: reference(W1, W2).swapaxes(2, 3),
        ),
        Mistake(
            "layers in the wrong order",
            "`W1` comes first. With one channel the order makes no difference, "
            "with several it does.",
            _collapse_swapped,
        ),
        Mistake(
            "activation put in between",
            "You cut off negative weights. This stack has no activation: that is its point.",
            lambda reference, W1, W2: reference(np.maximum(W1, 0), W2),
        ),
    ),
)


# ------------------------------------------------------------ relu, leaky_relu


def _array_cases(rng: np.random.Generator) -> Sequence[Case]:
    whole = rng.integers(-9, 10, (2, 4))
    whole[0, :3] = [5, -7, 0]
    return [
        Case((np.array([-2.0, -0.5, 0.0, 0.5, 8.0]),)),
        Case((whole,), label="2x4 whole numbers"),
        Case((-rng.uniform(0.5, 5, (3, 2)),), label="3x2, all negative"),
        Case((rng.uniform(0.5, 5, (2, 3)),), label="2x3, all positive"),
        Case(
            (rng.normal(0, 3, (2, 3, 4, int(rng.integers(1, 4)))),),
            label="a batch of two images",
        ),
    ]


def _relu_in_place(reference: Reference, x: Any) -> Any:
    x[...] = reference(x)
    return x


RELU = Exercise(
    id="lab07.relu",
    points=1,
    cases=_array_cases,
    reference=lambda x: (x + np.abs(x)) / 2,
    forbidden=("keras", "tensorflow"),
    mistakes=(
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
            _relu_in_place,
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
            lambda reference, x: reference(x).max(),
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
    ),
)


def _leaky_reference(x: np.ndarray, slope: float = 0.1) -> np.ndarray:
    size = np.abs(x)
    leaky: np.ndarray = ((1 + slope) * x + (1 - slope) * size) / 2
    return leaky


def _leaky_cases(rng: np.random.Generator) -> Sequence[Case]:
    arrays = [case.args[0] for case in _array_cases(rng)]
    labels = [case.label for case in _array_cases(rng)]
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


def _leaky_in_place(reference: Reference, x: Any, slope: float = 0.1) -> Any:
    """Multiply in place, which NumPy refuses for whole numbers."""
    x *= np.where(x < 0, slope, 1.0)
    return x


LEAKY_RELU = Exercise(
    id="lab07.leaky_relu",
    points=2,
    cases=_leaky_cases,
    reference=_leaky_reference,
    forbidden=("keras", "tensorflow"),
    mistakes=(
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
            "constant for negative inputs",
            "All negative inputs give the same value in your function, "
            "so its slope there is 0. Multiply the input by the slope.",
            lambda reference, x, slope=0.1: np.where(x < 0, -slope, x),
        ),
        Mistake(
            "slope given back",
            "For a negative input you return the slope itself. "
            "Multiply the input by it.",
            lambda reference, x, slope=0.1: np.where(x > 0, x, slope),
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
            _leaky_in_place,
        ),
    ),
)


# ------------------------------------------------------------ sigmoid, softmax


def _expit(x: Any) -> Any:
    from scipy.special import expit

    return expit(np.asarray(x, float))


def _sigmoid_cases(rng: np.random.Generator) -> Sequence[Case]:
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


def _sigmoid_overflow(reference: Reference, x: Any) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):
        grown = np.exp(np.asarray(x, float))
        return grown / (1 + grown)


SIGMOID = Exercise(
    id="lab07.sigmoid",
    points=2,
    cases=_sigmoid_cases,
    reference=_expit,
    forbidden=OWN_CODE,
    mistakes=(
        Mistake(
            "sign forgotten",
            "Your curve falls; a sigmoid rises from 0 to 1. Look at the exponent's sign.",
            lambda reference, x: reference(-x),
        ),
        Mistake(
            "overflow",
            "e to the power 1000 is infinite for a computer, and infinity divided by "
            "infinity is `nan`. Let the exponent be negative or 0 only.",
            _sigmoid_overflow,
        ),
        Mistake(
            "nan replaced by 0",
            "For a large x you put 0 in the place of the `nan`, and the sigmoid is near "
            "1 there. Keep the overflow from happening: "
            "let the exponent be negative or 0 only.",
            lambda reference, x: np.nan_to_num(_sigmoid_overflow(reference, x)),
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
            "maximum subtracted",
            "You subtract the largest value, as is right for softmax. "
            "A sigmoid depends on each value itself, not on its distance to another.",
            lambda reference, x: reference(x - np.max(x)),
        ),
        Mistake(
            "shares that sum to 1",
            "This is softmax. A sigmoid looks at each value on its own, "
            "and its results need not sum to 1.",
            lambda reference, x: _softmax_reference(x, None),
        ),
    ),
)


def _grown(x: Any) -> Any:
    with np.errstate(over="ignore"):
        return np.exp(np.asarray(x, float))


def _softmax_reference(x: Any, axis: int | None = -1) -> Any:
    from scipy.special import softmax

    return softmax(np.asarray(x, float), axis=axis)


def _softmax_cases(rng: np.random.Generator) -> Sequence[Case]:
    rows, columns = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    return [
        Case((np.array([1.0, 2.0, 0.5]),)),
        Case((rng.normal(0, 2, (2, 3)),), label="2x3"),
        Case((rng.normal(0, 2, (3, 3)),), label="3x3"),
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


def _softmax_shifted(
    shift: Callable[[Any, int], Any],
) -> Callable[..., Any]:
    def wrong(reference: Reference, x: Any, axis: int = -1) -> Any:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return _shared(np.exp(np.asarray(x, float) - shift(x, axis)), axis)

    return wrong


def _softmax_without_axes(reference: Reference, x: Any, axis: int = -1) -> Any:
    grown = np.exp(x - x.max(axis=axis))
    return grown / grown.sum(axis=axis)


def _softmax_in_place(reference: Reference, x: Any, axis: int = -1) -> Any:
    x -= x.max(axis=axis, keepdims=True)
    return reference(x, axis)


def _softmax_scaled(reference: Reference, x: Any, axis: int = -1) -> Any:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return _shared(np.exp(x / x.max(axis=axis, keepdims=True)), axis)


def _softmax_plain_shares(reference: Reference, x: Any, axis: int = -1) -> Any:
    with np.errstate(invalid="ignore", divide="ignore"):
        return _shared(x, axis)


def _softmax_hard(reference: Reference, x: Any, axis: int = -1) -> Any:
    return (x == x.max(axis=axis, keepdims=True)).astype(float)


SOFTMAX = Exercise(
    id="lab07.softmax",
    points=3,
    cases=_softmax_cases,
    reference=_softmax_reference,
    forbidden=OWN_CODE,
    mistakes=(
        Mistake(
            "maximum not subtracted",
            "e to the power 1000 is infinite for a computer. "
            "Subtracting the same number from all values changes no share: which number helps?",
            _softmax_shifted(lambda x, axis: 0.0),
        ),
        Mistake(
            "one maximum for all",
            "You subtract the maximum of the whole array, so a row of far smaller values "
            "becomes all zeros. Each row has its own maximum.",
            _softmax_shifted(lambda x, axis: np.max(x)),
        ),
        Mistake(
            "divided by the maximum",
            "Dividing the scores changes the shares; subtracting the same number from "
            "all of them does not.",
            _softmax_scaled,
        ),
        Mistake(
            "maximum along axis 0",
            "You subtract the maximum of each column, whatever the axis. All scores "
            "that share a sum have to lose the same number, or the shares change.",
            _softmax_shifted(lambda x, axis: np.max(x, axis=0, keepdims=True)),
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
            _softmax_shifted(lambda x, axis: np.min(x, axis=axis, keepdims=True)),
        ),
        Mistake(
            "mean subtracted",
            "After subtracting the mean the largest exponent can still overflow: "
            "a value may lie far above the mean.",
            _softmax_shifted(lambda x, axis: np.mean(x, axis=axis, keepdims=True)),
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
            _softmax_without_axes,
        ),
        Mistake(
            "a table of rows assumed",
            "You go through the first axis and take each part for a row. "
            "That is right for a table and its last axis only.",
            lambda reference, x, axis=-1: np.array([reference(row, None) for row in x]),
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
            _softmax_plain_shares,
        ),
        Mistake(
            "winner takes all",
            "You mark the largest value with 1; softmax leaves the others a share.",
            _softmax_hard,
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
            lambda reference, x, axis=-1: _expit(x),
        ),
        Mistake(
            "changed in place",
            "You subtract inside the caller's array (`x -= ...`). Make a new one.",
            _softmax_in_place,
        ),
    ),
)


# ------------------------------------------------------------- receptive_field


def _field_reference(layers: Layers) -> list[int]:
    """Walk back from one output unit of each layer to the input it needs."""
    sizes = []
    for depth in range(1, len(layers) + 1):
        first = last = 0
        for kernel, stride in reversed(layers[:depth]):
            first, last = first * stride, last * stride + kernel - 1
        sizes.append(last - first + 1)
    return sizes


MNIST_NET = [(3, 1), (2, 2), (3, 1), (2, 2)]


def _field_cases(rng: np.random.Generator) -> Sequence[Case]:
    drawn = [
        (int(rng.integers(2, 6)), int(rng.integers(1, 4)))
        for _ in range(rng.integers(3, 6))
    ]
    return [
        Case(([(5, 1)],)),
        Case(([(3, 1), (3, 1), (3, 1)],)),
        Case((MNIST_NET,), label="the MNIST network: conv 3, pool 2, conv 3, pool 2"),
        Case(([(5, 3), (3, 2), (4, 1), (2, 1)],)),
        Case(([(7, 2), (3, 3), (1, 1), (3, 2), (2, 1)],)),
        Case((drawn,)),
    ]


def _jumps(layers: Layers) -> list[int]:
    """Give the jump in front of each layer, and behind the last."""
    return [1, *(int(j) for j in np.cumprod([stride for _, stride in layers]))]


def _grown_by(layers: Layers, growth: Sequence[int], start: int = 1) -> list[int]:
    return [start + int(total) for total in np.cumsum(growth)]


def _back_to_front(reference: Reference, layers: Layers) -> list[int]:
    sizes, size = [], 1
    for kernel, stride in layers:
        size = (size - 1) * stride + kernel
        sizes.append(size)
    return sizes


RECEPTIVE_FIELD = Exercise(
    id="lab07.receptive_field",
    points=3,
    cases=_field_cases,
    reference=_field_reference,
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "sum of the kernel sizes",
            "Neighbouring windows overlap: a second 3-wide kernel adds 2 pixels, not 3, "
            "and after a stride it adds more.",
            lambda reference, layers: _grown_by(layers, [k for k, _ in layers], 0),
        ),
        Mistake(
            "product of the kernel sizes",
            "Neighbouring windows overlap: a second 3-wide kernel sees 5 pixels, not 9.",
            lambda reference, layers: [
                int(product) for product in np.cumprod([k for k, _ in layers])
            ],
        ),
        Mistake(
            "jump forgotten",
            "After a stride of 2, neighbouring units look at pixels 2 apart, "
            "so each further weight reaches 2 pixels further.",
            lambda reference, layers: _grown_by(layers, [k - 1 for k, _ in layers]),
        ),
        Mistake(
            "stride counted too early",
            "A layer's own stride spaces its *outputs*; "
            "it makes the layers after it see more, not itself.",
            lambda reference, layers: _grown_by(
                layers,
                [
                    (k - 1) * j
                    for (k, _), j in zip(layers, _jumps(layers)[1:], strict=True)
                ],
            ),
        ),
        Mistake(
            "only the last stride",
            "You use the stride of the layer before; the strides of all layers before it "
            "work together.",
            lambda reference, layers: _grown_by(
                layers,
                [
                    (k - 1) * s
                    for (k, _), s in zip(
                        layers, [1, *(s for _, s in layers[:-1])], strict=True
                    )
                ],
            ),
        ),
        Mistake(
            "own stride only",
            "You multiply by the layer's own stride. Its inputs lie as far apart as the "
            "strides of all layers *before* it make them.",
            lambda reference, layers: _grown_by(
                layers, [layers[0][0] - 1, *((k - 1) * s for k, s in layers[1:])]
            ),
        ),
        Mistake(
            "own stride from the first layer on",
            "You multiply by the layer's own stride. Its inputs lie as far apart as the "
            "strides of all layers *before* it make them.",
            lambda reference, layers: _grown_by(
                layers, [(k - 1) * s for k, s in layers]
            ),
        ),
        Mistake(
            "strides added",
            "Two strides of 2 space the units 4 apart, and three of them 8: "
            "strides multiply.",
            lambda reference, layers: _grown_by(
                layers,
                [
                    (k - 1) * (1 + sum(s - 1 for _, s in layers[:place]))
                    for place, (k, _) in enumerate(layers)
                ],
            ),
        ),
        Mistake(
            "stride added to the jump",
            "After a stride of 1 the units lie as far apart as before, and two strides "
            "of 3 space them 9 apart: strides multiply.",
            lambda reference, layers: _grown_by(
                layers,
                [
                    (k - 1) * (1 + sum(s for _, s in layers[:place]))
                    for place, (k, _) in enumerate(layers)
                ],
            ),
        ),
        Mistake(
            "k in place of k - 1",
            "A kernel of k weights reaches k − 1 units beyond its first one.",
            lambda reference, layers: _grown_by(
                layers,
                [k * j for (k, _), j in zip(layers, _jumps(layers)[:-1], strict=True)],
                0,
            ),
        ),
        Mistake(
            "k in place of k - 1, starting at 1",
            "The 1 you start with is the first of the k pixels of a window, "
            "so the window adds fewer than k.",
            lambda reference, layers: _grown_by(
                layers,
                [k * j for (k, _), j in zip(layers, _jumps(layers)[:-1], strict=True)],
            ),
        ),
        Mistake(
            "starts at 0",
            "A pixel sees itself: before the first layer the size is 1.",
            lambda reference, layers: [size - 1 for size in reference(layers)],
        ),
        Mistake(
            "formula for walking backwards",
            "Multiplying the size by the stride is right when you go from the output "
            "back to the input. From the front, keep the jump.",
            _back_to_front,
        ),
        Mistake(
            "layers in reverse",
            "The first layer in the list is the one that sees the image.",
            lambda reference, layers: reference(list(layers)[::-1]),
        ),
        Mistake(
            "kernel size and stride swapped",
            "A layer is (kernel_size, stride), in this order.",
            lambda reference, layers: reference([(s, k) for k, s in layers]),
        ),
        Mistake(
            "only the growth",
            "You return how many pixels each layer adds; asked is the size it reaches.",
            lambda reference, layers: np.diff([1, *reference(layers)]),
        ),
        Mistake(
            "jumps returned",
            "You return how far apart the units look; asked is how much each one sees.",
            lambda reference, layers: _jumps(layers)[1:],
        ),
        Mistake(
            "only the last layer",
            "You return one number; asked is a list with a size for every layer.",
            lambda reference, layers: reference(layers)[-1],
        ),
        Mistake(
            "input listed too",
            "Your list starts with the input's own size of 1; start with the first layer.",
            lambda reference, layers: [1, *reference(layers)],
        ),
    ),
)


# ------------------------------------------------------- probe_receptive_field


def _fitting(size: int, kernel: int, stride: int) -> int:
    return (size - kernel) // stride + 1


def _reach(
    layers: Layers,
    n: int,
    start: Callable[[int], Any],
    pads: Callable[[int], int] = lambda kernel: 0,
    count: Callable[[int, int, int], int] = _fitting,
    spaced: bool = True,
) -> Any:
    """Carry weights from the last layer's units back to the input.

    Args:
        layers: (kernel size, stride) of each layer.
        n: number of inputs.
        start: gives the weights of the last layer's units from their number.
        pads: gives the zeros in front of a layer's input from its kernel size.
        count: gives the number of a layer's windows from (size, kernel, stride).
        spaced: whether windows start a stride apart, or one by one.
    """
    sizes, before = [n], []
    for kernel, stride in layers:
        sizes.append(count(sizes[-1], kernel, stride))
        before.append(pads(kernel))
    weights = np.asarray(start(sizes[-1]), float)
    for (kernel, stride), size, crop in reversed(
        list(zip(layers, sizes, before, strict=False))
    ):
        step = stride if spaced else 1
        stretched = np.zeros((len(weights) - 1) * step + 1)
        stretched[::step] = weights
        spread = np.convolve(stretched, np.ones(kernel))[crop : crop + size]
        weights = np.pad(spread, (0, size - len(spread)))
    return weights


def _one_unit(place: Callable[[int], int]) -> Callable[[int], Any]:
    return lambda outputs: np.eye(outputs)[place(outputs)]


def _probe_reference(layers: Layers, n: int) -> np.ndarray:
    weights: np.ndarray = _reach(layers, n, _one_unit(lambda m: m // 2))
    return weights


def _probe_cases(rng: np.random.Generator) -> Sequence[Case]:
    drawn = [
        (int(rng.integers(2, 5)), int(rng.integers(1, 3)))
        for _ in range(rng.integers(2, 4))
    ]
    length = int(rng.integers(32, 40))
    return [
        Case(([(3, 1)], 6)),
        Case(([(3, 1), (3, 1)], 10)),
        Case((MNIST_NET, 28)),
        Case(([(2, 1), (5, 3), (3, 2)], 35)),
        Case(([(4, 2), (3, 1)], 16)),
        Case((drawn, length)),
    ]


PROBE_RECEPTIVE_FIELD = Exercise(
    id="lab07.probe_receptive_field",
    points=3,
    cases=_probe_cases,
    reference=_probe_reference,
    forbidden=OWN_CODE,
    window=lambda index, layers, n: (
        f"  [{index[0]}] is the answer of the middle unit to an input that is 1 at "
        f"position {index[0]} and 0 elsewhere."
    ),
    mistakes=(
        Mistake(
            "first unit watched",
            "You watch unit 0 of the last layer; watch the one in the middle.",
            lambda reference, layers, n: _reach(layers, n, _one_unit(lambda m: 0)),
        ),
        Mistake(
            "middle rounded down",
            "Of an even number of units m there are two in the middle: take number m // 2.",
            lambda reference, layers, n: _reach(
                layers, n, _one_unit(lambda m: (m - 1) // 2)
            ),
        ),
        Mistake(
            "all units together",
            "You add up the answers of all units of the last layer; watch one of them.",
            lambda reference, layers, n: _reach(layers, n, np.ones),
        ),
        Mistake(
            "strides ignored",
            "Each layer keeps only every stride-th of its windows.",
            lambda reference, layers, n: reference([(k, 1) for k, _ in layers], n),
        ),
        Mistake(
            "yes or no",
            "You say *whether* an impulse arrives; asked is the value that arrives.",
            lambda reference, layers, n: (reference(layers, n) > 0).astype(int),
        ),
        Mistake(
            "mean for sum",
            "Your kernels hold 1/k; a kernel of ones adds its window up.",
            lambda reference, layers, n: (
                reference(layers, n) / np.prod([k for k, _ in layers])
            ),
        ),
        Mistake(
            "layers in reverse",
            "The first layer in the list is the one that sees the input.",
            lambda reference, layers, n: reference(list(layers)[::-1], n),
        ),
        Mistake(
            "only the first layer",
            "You stop after one layer: its output is the input of the next.",
            lambda reference, layers, n: reference(layers[:1], n),
        ),
        Mistake(
            "padded with zeros",
            "The layers use no padding: a window that does not fit is left out, "
            "so each layer is shorter than the one before.",
            lambda reference, layers, n: _reach(
                layers,
                n,
                _one_unit(lambda m: m // 2),
                pads=lambda kernel: kernel // 2,
                count=lambda size, kernel, stride: -(-size // stride),
            ),
        ),
        Mistake(
            "windows stick out on both sides",
            "You also use the windows that only touch the row, as `np.convolve` does "
            "unless told otherwise. Only those that fit entirely count.",
            lambda reference, layers, n: _reach(
                layers,
                n,
                _one_unit(lambda m: m // 2),
                pads=lambda kernel: kernel - 1,
                count=lambda size, kernel, stride: -(-(size + kernel - 1) // stride),
            ),
        ),
        Mistake(
            "impulses left behind",
            "The impulses of earlier positions are still in your input. "
            "Send in each one alone: 0 everywhere else.",
            lambda reference, layers, n: np.cumsum(reference(layers, n)),
        ),
        Mistake(
            "windows one pixel apart",
            "The number of windows is right, but window i starts at position i. "
            "It should start at i · stride.",
            lambda reference, layers, n: _reach(
                layers, n, _one_unit(lambda m: m // 2), spaced=False
            ),
        ),
        Mistake(
            "one window too few",
            "You count the steps between windows; there is one window more than steps, "
            "and so the middle is another unit.",
            lambda reference, layers, n: _reach(
                layers,
                n,
                _one_unit(lambda m: m // 2),
                count=lambda size, kernel, stride: (size - kernel) // stride,
            ),
        ),
        Mistake(
            "last window forgotten",
            "You stop one window too early where the last one fits exactly, so the "
            "middle is another unit. `range` leaves its end out.",
            lambda reference, layers, n: _reach(
                layers,
                n,
                _one_unit(lambda m: m // 2),
                count=lambda size, kernel, stride: -(-(size - kernel) // stride),
            ),
        ),
        Mistake(
            "partial windows counted",
            "You also use the windows that stick out at the end. "
            "Only those that fit entirely count.",
            lambda reference, layers, n: _reach(
                layers,
                n,
                _one_unit(lambda m: m // 2),
                count=lambda size, kernel, stride: -(-size // stride),
            ),
        ),
        Mistake(
            "only the size",
            "You return how many inputs arrive; asked is an array with a value for each input.",
            lambda reference, layers, n: np.count_nonzero(reference(layers, n)),
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    COLLAPSE,
    RELU,
    LEAKY_RELU,
    SIGMOID,
    SOFTMAX,
    RECEPTIVE_FIELD,
    PROBE_RECEPTIVE_FIELD,
)
