"""What a window sees, written out in numbers: of a convolution and of a pooling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.exercises.common.arithmetic import (
    Index,
    added,
    left_out,
    pixels_at,
    products,
)
from grader.exercises.common.pads import spread, tensorflow_pads


def taps(
    place: int, n: int, k: int, step: int, padding: str, dilation: int = 1
) -> list[tuple[int, int]]:
    """Return (tap, pixel) for what a window at `place` has on the picture."""
    before = tensorflow_pads(n, k, step, dilation)[0] if padding == "same" else 0
    pixels = np.flatnonzero(spread(k, dilation)) + place * step - before
    on = enumerate(pixels.tolist())
    return [(tap, pixel) for tap, pixel in on if 0 <= pixel < n]


def windowed(
    index: Index,
    x: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    stride: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: int = 1,
) -> str:
    """Return how a convolutional layer makes the value at `index`."""
    n, i, j, f = index
    sides = zip((i, j), x.shape[1:3], W.shape[:2], stride, strict=True)
    rows, columns = (taps(*side, padding, dilation) for side in sides)
    pixels = x[n][np.ix_(*([pixel for _, pixel in line] for line in (rows, columns)))]
    weights = W[..., f][np.ix_(*([tap for tap, _ in line] for line in (rows, columns)))]
    place = pixels_at([p for _, p in rows], [p for _, p in columns])
    terms = products(pixels, weights)
    times = f"times W[:, :, :, {f}]{left_out(terms, pixels)}, plus b[{f}]"
    return f"{place} of x[{n}], {times}\n{added([*terms, b[f]])}"


def pooled(form: Callable[[Sequence[float]], str]) -> Callable[..., str]:
    """Return how a pooling layer makes the value at an index.

    Args:
        form: writes the number of a window from its values.
    """

    def arithmetic(
        index: Index,
        x: np.ndarray,
        size: Sequence[int],
        stride: Sequence[int] | None = None,
        padding: str = "valid",
    ) -> str:
        n, i, j, c = index
        sides = zip((i, j), x.shape[1:3], size, stride or size, strict=True)
        rows, columns = ([p for _, p in taps(*side, padding)] for side in sides)
        words = f"{pixels_at(rows, columns)} of x[{n}, :, :, {c}]"
        return f"{words}\n{form(x[n][np.ix_(rows, columns)][..., c].ravel().tolist())}"

    return arithmetic
