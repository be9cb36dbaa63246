"""Two linear convolutions as a single one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab07_activations_and_receptive_field.shared import READY_MADE
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw kernels of even and odd sides, square or not, for several channels."""

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


def reference(W1: np.ndarray, W2: np.ndarray) -> np.ndarray:
    """Return the large kernel (h1+h2-1, w1+w2-1, C, F), by Fourier transform."""
    size = W1.shape[0] + W2.shape[0] - 1, W1.shape[1] + W2.shape[1] - 1
    first, second = (np.fft.rfft2(W, size, axes=(0, 1)) for W in (W1, W2))
    return np.fft.irfft2(first @ second, size, axes=(0, 1))


def where(index: tuple[int, ...], W1: np.ndarray, W2: np.ndarray) -> str:
    """Return in words which pixel and which channels the weight at `index` joins."""
    return (
        f"  [{', '.join(map(str, index))}] is the weight of the pixel at row {index[0]}, "
        f"column {index[1]} of the large window, from input channel {index[2]} "
        f"to output channel {index[3]}."
    )


def arithmetic(index: Index, W1: np.ndarray, W2: np.ndarray) -> str:
    """Return the ways through both kernels that join a pixel with an output."""
    row, column, c, f = index
    terms = [
        multiplied(W1[i, j, c, m], W2[row - i, column - j, m, f])
        for i, j, m in np.ndindex(W1.shape[0], W1.shape[1], W1.shape[3])
        if 0 <= row - i < W2.shape[0] and 0 <= column - j < W2.shape[1]
        if W1[i, j, c, m] and W2[row - i, column - j, m, f]
    ]
    return f"W1 times W2 on every way from that pixel\n{added(terms)}"


def _cut_to_first(reference: Callable[..., Any], W1: Any, W2: Any) -> Any:
    top, left = W2.shape[0] // 2, W2.shape[1] // 2
    return reference(W1, W2)[top:, left:][: W1.shape[0], : W1.shape[1]]


def _overwritten(reference: Callable[..., Any], W1: Any, W2: Any) -> Any:
    """Let the last weight of the first kernel that reaches a place win."""
    W = np.zeros_like(reference(W1, W2))
    for i, j in np.ndindex(W1.shape[:2]):
        share = reference(W1[i : i + 1, j : j + 1], W2)
        W[i : i + len(W2), j : j + W2.shape[1]] = share
    return W


def _met(
    place: Callable[[int, int, int, int], tuple[int, int] | None],
    around: bool = False,
) -> Wrong:
    """Return a mistake that adds the products of two weights at other places.

    Args:
        place: gives the row and column from the place (a, b) in the first kernel and
            (c, d) in the second; None adds nothing.
        around: whether a place beyond the edge comes in again on the other side.
    """

    def wrong(reference: Callable[..., Any], W1: Any, W2: Any) -> np.ndarray:
        W = np.zeros(reference(W1, W2).shape)
        for a, b in np.ndindex(W1.shape[:2]):
            for c, d in np.ndindex(W2.shape[:2]):
                found = place(a, b, c, d)
                if found is not None:
                    row, column = found
                    if around:
                        row, column = row % W.shape[0], column % W.shape[1]
                    W[row, column] += W1[a, b] @ W2[c, d]
        return W

    return wrong


def _all_channels(reference: Callable[..., Any], W1: Any, W2: Any) -> np.ndarray:
    first, second = (W.sum(axis=(2, 3), keepdims=True) for W in (W1, W2))
    right = reference(W1, W2)
    return np.broadcast_to(reference(first, second), right.shape).copy()


MISTAKES = (
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
        after(lambda W: W[::-1, ::-1]),
    ),
    Mistake(
        "rows and columns swapped",
        "The first axis of a kernel is its height, the second its width.",
        after(lambda W: W.swapaxes(0, 1)),
    ),
    Mistake(
        "cut to the size of the first kernel",
        "The large window is larger than either small one: "
        "the second layer reaches pixels that one window of the first does not.",
        _cut_to_first,
    ),
    Mistake(
        "one row and column too many",
        "The two windows share a pixel: 3 and 3 reach 5 pixels together, not 6.",
        after(lambda W: np.pad(W, ((0, 1), (0, 1), (0, 0), (0, 0)))),
    ),
    Mistake(
        "shares overwritten",
        "Several pairs of weights meet at one place of the large kernel, and only "
        "the last of them is left in yours.",
        _overwritten,
    ),
    Mistake(
        "shares of the second kernel overwritten",
        "Several weights of the second kernel lead to one place of the large "
        "kernel, and only the last of them is left in yours.",
        # With the layers exchanged, the second kernel is the one that is walked.
        lambda reference, W1, W2: _overwritten(
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
        "multiplied place by place, in the corner",
        "You multiplied weights at equal places. "
        "Every weight of one kernel meets every weight of the other.",
        _met(lambda a, b, c, d: (a, b) if (a, b) == (c, d) else None),
    ),
    Mistake(
        "only the place in the first kernel",
        "You add at the offset of the first layer alone. The offsets of both layers "
        "add up.",
        _met(lambda a, b, c, d: (a, b)),
    ),
    Mistake(
        "only the place in the second kernel",
        "You add at the offset of the second layer alone. The offsets of both layers "
        "add up.",
        _met(lambda a, b, c, d: (c, d)),
    ),
    Mistake(
        "only the first weight of the second kernel",
        "Your second kernel has one weight. Every weight of one kernel meets every "
        "weight of the other.",
        _met(lambda a, b, c, d: (a, b) if c == d == 0 else None),
    ),
    Mistake(
        "offsets subtracted",
        "The offset of the second layer is added to that of the first: both lead "
        "further into the image.",
        _met(lambda a, b, c, d: (a - c, b - d)),
    ),
    Mistake(
        "diagonal of the second kernel only",
        "Your row and column run together, so most weights of the second kernel are "
        "left out.",
        _met(lambda a, b, c, d: (a + c, b + d) if c == d else None),
    ),
    Mistake(
        "row and column offsets mixed",
        "You add the row of one kernel to the column of the other. Rows add up with "
        "rows, and columns with columns.",
        _met(lambda a, b, c, d: (a + d, b + c)),
    ),
    Mistake(
        "row and column offsets mixed, around the edge",
        "You add the row of one kernel to the column of the other. Rows add up with "
        "rows, and columns with columns.",
        _met(lambda a, b, c, d: (a + d, b + c), around=True),
    ),
    Mistake(
        "all channels added up",
        "You add up the channels of each kernel first. Every channel coming in has "
        "weights of its own to every channel going out.",
        _all_channels,
    ),
    Mistake(
        "products of all channels added up",
        "You add up the whole product of two weights. It has a number for each channel "
        "coming in and each channel going out; keep them apart.",
        after(lambda W: np.zeros(W.shape) + W.sum(axis=(2, 3), keepdims=True)),
    ),
    Mistake(
        "only the last middle channel",
        "A pixel reaches the output through every channel between the layers: is the "
        "sum written over?",
        lambda reference, W1, W2: reference(W1[..., -1:], W2[:, :, -1:]),
    ),
    Mistake(
        "only the first middle channel",
        "A pixel reaches the output through every channel between the layers: add "
        "them.",
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
        after(lambda W: W.swapaxes(2, 3)),
    ),
    Mistake(
        "layers in the wrong order",
        "`W1` comes first. With one channel the order makes no difference, "
        "with several it does.",
        lambda reference, W1, W2: reference(W2, W1),
    ),
    Mistake(
        "activation put in between",
        "You cut off negative weights. This stack has no activation: that is its "
        "point.",
        lambda reference, W1, W2: reference(np.maximum(W1, 0), W2),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    forbidden=READY_MADE,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
