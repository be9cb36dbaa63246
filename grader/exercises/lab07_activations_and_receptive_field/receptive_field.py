"""How many pixels a unit sees, layer by layer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab07_activations_and_receptive_field.shared import (
    MNIST_NET,
    Layers,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw stacks of one to five layers, most with several strides above 1."""
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


def reference(layers: Layers) -> list[int]:
    """Return how many pixels a unit of each layer sees, walking back from it."""
    sizes = []
    for depth in range(1, len(layers) + 1):
        first = last = 0
        for kernel, stride in reversed(layers[:depth]):
            first, last = first * stride, last * stride + kernel - 1
        sizes.append(last - first + 1)
    return sizes


def arithmetic(index: Index, layers: Layers) -> str:
    """Return what each layer adds: its further taps, as far apart as the strides say."""
    terms, jump = ["1"], 1
    for kernel, stride in layers[: index[0] + 1]:
        terms.append(f"({kernel} - 1)*{jump}")
        jump *= stride
    words = "a pixel, and for each layer the further taps times how far they lie apart"
    return f"{words}\n{added(terms)}"


def _grown(
    jumps: Callable[[list[int]], Iterable[int]],
    start: int = 1,
    steps: Callable[[int], int] = lambda kernel: kernel - 1,
) -> Wrong:
    """Return a mistake that adds up, layer by layer, steps times a jump.

    Args:
        jumps: gives the jump of each layer from all strides.
        start: the size before the first layer.
        steps: gives the steps within a window from the kernel size.
    """

    def wrong(reference: Callable[..., Any], layers: Layers) -> list[int]:
        factors = jumps([stride for _, stride in layers])
        growth = [steps(k) * jump for (k, _), jump in zip(layers, factors, strict=True)]
        return [start + int(total) for total in np.cumsum(growth)]

    return wrong


def _behind(strides: list[int]) -> list[int]:
    """Return the jump behind each layer."""
    return [int(jump) for jump in np.cumprod(strides)]


def _in_front(strides: list[int]) -> list[int]:
    """Return the jump in front of each layer."""
    return [1, *_behind(strides)[:-1]]


def _sums_before(numbers: Iterable[int]) -> list[int]:
    """Return 1 plus the sum of the numbers that stand before each."""
    return list(itertools.accumulate(numbers, initial=1))[:-1]


def _back_to_front(reference: Callable[..., Any], layers: Layers) -> list[int]:
    sizes, size = [], 1
    for kernel, stride in layers:
        size = (size - 1) * stride + kernel
        sizes.append(size)
    return sizes


MISTAKES = (
    Mistake(
        "sum of the kernel sizes",
        "Neighbouring windows overlap: a second 3-wide kernel adds 2 pixels, not 3, "
        "and after a stride it adds more.",
        _grown(np.ones_like, start=0, steps=lambda kernel: kernel),
    ),
    Mistake(
        "kernel sizes listed",
        "A unit sees further with each layer: what it reads has seen several pixels, "
        "too.",
        lambda reference, layers: [kernel for kernel, _ in layers],
    ),
    Mistake(
        "product of the kernel sizes",
        "Neighbouring windows overlap: a second 3-wide kernel sees 5 pixels, not 9.",
        lambda reference, layers: _behind([k for k, _ in layers]),
    ),
    Mistake(
        "jump forgotten",
        "After a stride of 2, neighbouring units look at pixels 2 apart, "
        "so each further weight reaches 2 pixels further.",
        _grown(np.ones_like),
    ),
    Mistake(
        "stride counted too early",
        "A layer's own stride spaces its *outputs*; "
        "it makes the layers after it see more, not itself.",
        _grown(_behind),
    ),
    Mistake(
        "only the last stride",
        "You use the stride of the layer before; the strides of all layers before it "
        "work together.",
        _grown(lambda strides: [1, *strides[:-1]]),
    ),
    Mistake(
        "own stride only",
        "You multiply by the layer's own stride. Its inputs lie as far apart as the "
        "strides of all layers *before* it make them.",
        _grown(lambda strides: [1, *strides[1:]]),
    ),
    Mistake(
        "own stride from the first layer on",
        "You multiply by the layer's own stride. Its inputs lie as far apart as the "
        "strides of all layers *before* it make them.",
        _grown(lambda strides: strides),
    ),
    Mistake(
        "strides added",
        "Two strides of 2 space the units 4 apart, and three of them 8: "
        "strides multiply.",
        _grown(lambda strides: _sums_before(s - 1 for s in strides)),
    ),
    Mistake(
        "stride added to the jump",
        "After a stride of 1 the units lie as far apart as before, and two strides "
        "of 3 space them 9 apart: strides multiply.",
        _grown(_sums_before),
    ),
    Mistake(
        "k in place of k - 1",
        "A kernel of k weights reaches k − 1 units beyond its first one.",
        _grown(_in_front, start=0, steps=lambda kernel: kernel),
    ),
    Mistake(
        "k in place of k - 1, starting at 1",
        "The 1 you start with is the first of the k pixels of a window, "
        "so the window adds fewer than k.",
        _grown(_in_front, steps=lambda kernel: kernel),
    ),
    Mistake(
        "starts at 0",
        "A pixel sees itself: before the first layer the size is 1.",
        after(lambda sizes: [size - 1 for size in sizes]),
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
        after(lambda sizes: np.diff([1, *sizes])),
    ),
    Mistake(
        "jumps returned",
        "You return how far apart the units look; asked is how much each one sees.",
        lambda reference, layers: _behind([s for _, s in layers]),
    ),
    Mistake(
        "only the last layer",
        "You return one number; asked is a list with a size for every layer.",
        after(lambda sizes: sizes[-1]),
    ),
    Mistake(
        "list with the last layer only",
        "Your list has one number; asked is a size for every layer.",
        after(lambda sizes: sizes[-1:]),
    ),
    Mistake(
        "list in reverse",
        "Your sizes are right and come last layer first.",
        after(lambda sizes: sizes[::-1]),
    ),
    Mistake(
        "last layer left out",
        "Your list has a number too few: every layer has a size, the last one too.",
        after(lambda sizes: sizes[:-1]),
    ),
    Mistake(
        "all strides from the first layer on",
        "You use the product of all strides everywhere. A layer is spaced by the "
        "strides of the layers before it.",
        _grown(lambda strides: [_behind(strides)[-1]] * len(strides)),
    ),
    Mistake(
        "k + 1 in place of k - 1",
        "A kernel of k weights reaches k − 1 units beyond its first one.",
        _grown(_in_front, steps=lambda kernel: kernel + 1),
    ),
    Mistake(
        "input listed too",
        "Your list starts with the input's own size of 1; start with the first layer.",
        after(lambda sizes: [1, *sizes]),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
