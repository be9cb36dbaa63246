"""What the exercises of lab 07 share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.judging.exercise import Case

# The (kernel size, stride) of each layer.
Layers = Sequence[tuple[int, int]]
MNIST_NET = [(3, 1), (2, 2), (3, 1), (2, 2)]
# Libraries in which the answer lies ready.
READY_MADE = ("keras", "scipy", "skimage", "sklearn", "tensorflow")


def array_cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw arrays of one to four axes: of both signs, of one sign, of whole numbers."""
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


def sigmoid(x: Any) -> Any:
    """Return the logistic function of each value, by SciPy."""
    from scipy import special

    return special.expit(np.asarray(x, float))


def softmax(x: Any, axis: int | None = -1) -> Any:
    """Return the shares along an axis, or in the whole array for None, by SciPy."""
    from scipy import special

    return special.softmax(np.asarray(x, float), axis=axis)
