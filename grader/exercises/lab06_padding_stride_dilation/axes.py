"""The two axes of a call of conv2d, with its settings and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from grader.exercises.common.pads import Pads, spread, tensorflow_pads


class Axis(NamedTuple):
    """One axis of a call: pixels, weights, settings, and zeros (before, after)."""

    n: int
    k: int
    step: int
    padding: str
    dilation: int
    zeros: Pads

    @property
    def reach(self) -> int:
        """Return the number of pixels from a window's first to its last."""
        return spread(self.k, self.dilation).size


def axes_of(
    x: Any,
    W: Any,
    stride: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: int = 1,
    **_: Any,
) -> list[Axis]:
    """Return the axis that runs down and the one that runs across."""
    axes = []
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        zeros = tensorflow_pads(n, k, step, dilation) if padding == "same" else (0, 0)
        axes.append(Axis(n, k, step, padding, dilation, zeros))
    return axes
