"""How many pixels a unit sees, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.lab07_activations_and_receptive_field.shared import (
    MNIST_NET,
    Layers,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
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
    """Walk back from one output unit of each layer to the input it needs."""
    sizes = []
    for depth in range(1, len(layers) + 1):
        first = last = 0
        for kernel, stride in reversed(layers[:depth]):
            first, last = first * stride, last * stride + kernel - 1
        sizes.append(last - first + 1)
    return sizes


def _jumps(layers: Layers) -> list[int]:
    """Return the jump in front of each layer, and behind the last."""
    return [1, *(int(j) for j in np.cumprod([stride for _, stride in layers]))]


def _grown_by(layers: Layers, growth: Sequence[int], start: int = 1) -> list[int]:
    return [start + int(total) for total in np.cumsum(growth)]


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
            [(k - 1) * j for (k, _), j in zip(layers, _jumps(layers)[1:], strict=True)],
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
        lambda reference, layers: _grown_by(layers, [(k - 1) * s for k, s in layers]),
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
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    mistakes=MISTAKES,
)
