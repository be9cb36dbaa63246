"""How many pixels a unit sees, found by changing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.arithmetic import Index, added, span
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab07_activations_and_receptive_field.shared import (
    MNIST_NET,
    READY_MADE,
    Layers,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw stacks whose last layer has odd and even numbers of units, with strides."""
    drawn = [
        (int(rng.integers(2, 5)), int(rng.integers(1, 3)))
        for _ in range(rng.integers(2, 4))
    ]
    length = int(rng.integers(32, 40))
    return [
        Case(([(3, 1)], 9)),
        Case(([(3, 1), (3, 1)], 10)),
        Case((MNIST_NET, 28)),
        Case(([(2, 1), (5, 3), (3, 2)], 35)),
        Case(([(4, 2), (3, 1)], 16)),
        Case((drawn, length)),
    ]


def reference(layers: Layers, n: int) -> np.ndarray:
    """Return the weights of the n inputs in the middle unit of the last layer."""
    return _weights(layers, n)


def where(index: tuple[int, ...], layers: Layers, n: int) -> str:
    """Return in words to which impulse the value at `index` answers."""
    return (
        f"  [{index[0]}] is the answer of the middle unit to an input that is 1 at "
        f"position {index[0]} and 0 elsewhere."
    )


def arithmetic(index: Index, layers: Layers, n: int) -> str:
    """Return what the units of the first layer that see an input count at the end."""
    kernel, stride = layers[0]
    ends = _weights(layers[1:], _fitting(n, kernel, stride)).tolist()
    seen = [
        unit
        for unit in range(len(ends))
        if unit * stride <= index[0] < unit * stride + kernel
    ]
    words = (
        f"input {index[0]} is seen by unit {span(seen)} of the first layer; "
        "how often each counts in the middle unit"
        if seen
        else f"no unit sees input {index[0]}"
    )
    return f"{words}\n{added(ends[unit] for unit in seen)}"


def _middle(units: int) -> np.ndarray:
    return np.asarray(np.eye(units)[units // 2])


def _fitting(size: int, kernel: int, stride: int) -> int:
    return (size - kernel) // stride + 1


def _weights(
    layers: Layers,
    n: int,
    start: Callable[[int], Any] = _middle,
    pads: Callable[[int], int] = lambda kernel: 0,
    count: Callable[[int, int, int], int] = _fitting,
    spaced: bool = True,
) -> np.ndarray:
    """Carry weights from the last layer's units back to the input.

    Args:
        layers: (kernel size, stride) of each layer.
        n: number of inputs.
        start: gives the weights of the last layer's units from their number.
        pads: gives the zeros in front of a layer's input from its kernel size.
        count: gives the number of a layer's windows from (size, kernel, stride).
        spaced: whether windows start a stride apart, or one by one.
    """
    sizes = [n]
    for kernel, stride in layers:
        sizes.append(count(sizes[-1], kernel, stride))
    weights = np.asarray(start(sizes[-1]), float)
    for (kernel, stride), size in zip(layers[::-1], sizes[-2::-1], strict=True):
        step = stride if spaced else 1
        stretched = np.zeros((len(weights) - 1) * step + 1)
        stretched[::step] = weights
        spread = np.convolve(stretched, np.ones(kernel))[pads(kernel) :][:size]
        weights = np.pad(spread, (0, size - len(spread)))
    return weights


def _forward(layers: Layers, values: np.ndarray) -> np.ndarray:
    """Return what the units of the last layer answer to these inputs."""
    for kernel, stride in layers:
        values = sliding_window_view(values, kernel)[::stride].sum(axis=1)
    return values


def _other(**how: Any) -> Wrong:
    """Return a mistake in how weights are carried back, as `_weights` names it."""
    return lambda reference, layers, n: _weights(layers, n, **how)


MISTAKES = (
    Mistake(
        "first unit watched",
        "You watch unit 0 of the last layer; watch the one in the middle.",
        _other(start=lambda units: np.eye(units)[0]),
    ),
    Mistake(
        "one impulse in the middle",
        "You send in a single impulse and list all units. Send in one at each input "
        "position, and list what the middle unit answers.",
        lambda reference, layers, n: _forward(layers, _middle(n)),
    ),
    Mistake(
        "ones sent in at once",
        "You send in ones everywhere at once. Send in one impulse at a time.",
        lambda reference, layers, n: np.full(n, sum(reference(layers, n)), dtype=float),
    ),
    Mistake(
        "last unit watched",
        "You watch the last unit of the last layer; watch the one in the middle.",
        _other(start=lambda units: np.eye(units)[-1]),
    ),
    Mistake(
        "middle of the input",
        "Number n // 2 is the middle of the input. The last layer has fewer units, "
        "and a middle of its own.",
        lambda reference, layers, n: _weights(
            layers, n, start=lambda units: np.eye(units)[n // 2]
        ),
    ),
    Mistake(
        "middle of the input, or the last unit",
        "Number n // 2 is the middle of the input. The last layer has fewer units, "
        "and a middle of its own.",
        lambda reference, layers, n: _weights(
            layers, n, start=lambda units: np.eye(units)[min(n // 2, units - 1)]
        ),
    ),
    Mistake(
        "middle rounded up",
        "Of an odd number of units m there is one in the middle: take number m // 2.",
        _other(start=lambda units: np.eye(units)[(units + 1) // 2]),
    ),
    Mistake(
        "one unit before the middle",
        "You watch number m // 2 - 1 of the m units; unit numbers begin with 0.",
        _other(start=lambda units: np.eye(units)[units // 2 - 1]),
    ),
    Mistake(
        "middle rounded down",
        "Of an even number of units m there are two in the middle: take number m // 2.",
        _other(start=lambda units: np.eye(units)[(units - 1) // 2]),
    ),
    Mistake(
        "all units together",
        "You add up the answers of all units of the last layer; watch one of them.",
        _other(start=np.ones),
    ),
    Mistake(
        "strides ignored",
        "Each layer keeps only every stride-th of its windows.",
        lambda reference, layers, n: reference([(k, 1) for k, _ in layers], n),
    ),
    Mistake(
        "yes or no",
        "You say *whether* an impulse arrives; asked is the value that arrives.",
        after(lambda weights: (weights > 0).astype(int)),
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
        _other(
            pads=lambda kernel: kernel // 2,
            count=lambda size, kernel, stride: -(-size // stride),
        ),
    ),
    Mistake(
        "windows stick out on both sides",
        "You also use the windows that only touch the row, as `np.convolve` does "
        "unless told otherwise. Only those that fit entirely count.",
        _other(
            pads=lambda kernel: kernel - 1,
            count=lambda size, kernel, stride: -(-(size + kernel - 1) // stride),
        ),
    ),
    Mistake(
        "impulses left behind",
        "The impulses of earlier positions are still in your input. "
        "Send in each one alone: 0 everywhere else.",
        after(np.cumsum),
    ),
    Mistake(
        "windows one pixel apart",
        "The number of windows is right, but window i starts at position i. "
        "It should start at i · stride.",
        _other(spaced=False),
    ),
    Mistake(
        "one window too few",
        "You count the steps between windows; there is one window more than steps, "
        "and so the middle is another unit.",
        _other(
            count=lambda size, kernel, stride: (size - kernel) // stride,
        ),
    ),
    Mistake(
        "last window forgotten",
        "You stop one window too early where the last one fits exactly, so the "
        "middle is another unit. `range` leaves its end out.",
        _other(
            count=lambda size, kernel, stride: -(-(size - kernel) // stride),
        ),
    ),
    Mistake(
        "partial windows counted",
        "You also use the windows that stick out at the end. "
        "Only those that fit entirely count.",
        _other(
            count=lambda size, kernel, stride: -(-size // stride),
        ),
    ),
    Mistake(
        "only the size",
        "You return how many inputs arrive; asked is an array with a value for each "
        "input.",
        after(np.count_nonzero),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    forbidden=READY_MADE,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
