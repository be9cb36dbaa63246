"""Where windows lie: stride, dilation, and TensorFlow's padding."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from grader.exercises.common.pictures import layer

Pads = tuple[int, int]


def spread(k: int, dilation: int) -> np.ndarray:
    """Mark the pixels that a window of `k` taps touches, from its first to its last."""
    marks = np.zeros(k * dilation)
    marks[::dilation] = 1
    return np.trim_zeros(marks)


def positions(n: int, k: int, stride: int, pad_total: int, dilation: int = 1) -> int:
    """Count the places of a window by trying them all."""
    padded, reach = n + pad_total, spread(k, dilation).size
    fits = [start + reach <= padded for start in range(0, padded, stride)]
    return sum(fits)


@cache
def tensorflow_pads(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    """Return the fewest zeros that let a window start at every stride-th pixel."""
    wanted = len(range(0, n, stride))
    total = next(
        total
        for total in itertools.count()
        if positions(n, k, stride, total, dilation) >= wanted
    )
    before, after = divmod(total, 2)
    return before, before + after


def strided(
    x: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    stride: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: int = 1,
    pads: Callable[..., Pads] = tensorflow_pads,
    border: str = "constant",
    **how: Any,
) -> np.ndarray:
    """Return feature maps (N, H', W', F): of all windows those that the stride visits.

    Args:
        x, W, b, stride, padding, dilation: as in the exercise.
        pads: gives (before, after) for one axis from (n, k, stride, dilation).
        border, how: `mode` and more for `numpy.pad`.
    """
    if padding == "same":
        both = [
            pads(n, k, step, dilation)
            for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True)
        ]
        x = np.pad(x, [(0, 0), *both, (0, 0)], mode=border, **how)  # type: ignore[call-overload]
    return layer(x, dilated(W, dilation), b)[:, :: stride[0], :: stride[1]]


def dilated(W: np.ndarray, dilation: int) -> np.ndarray:
    """Return the weights with zeros between them."""
    down, right = (spread(k, dilation) for k in W.shape[:2])
    wide = np.zeros((down.size, right.size, *W.shape[2:]))
    wide[::dilation, ::dilation] = W
    return wide
