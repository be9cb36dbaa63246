"""What a window sees, written out in numbers: of a convolution and of a pooling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.exercises.common.arithmetic import (
    Index,
    added,
    left_out,
    pixels_at,
    products,
)
from grader.exercises.common.pads import spread, tensorflow_pads
from grader.judging.show import show

# A matrix with its title.
Drawn = tuple[str, np.ndarray]
# With more channels, a window is a block and no picture.
_MOST_CHANNELS = 2


def taps(
    place: int, n: int, k: int, step: int, padding: str, dilation: int = 1
) -> list[tuple[int, int]]:
    """Return (tap, pixel) for what a window at `place` has on the picture."""
    before = tensorflow_pads(n, k, step, dilation)[0] if padding == "same" else 0
    pixels = np.flatnonzero(spread(k, dilation)) + place * step - before
    on = enumerate(pixels.tolist())
    return [(tap, pixel) for tap, pixel in on if 0 <= pixel < n]


@dataclass(frozen=True)
class _Window:
    """What one value of a convolutional layer is made of.

    Attributes:
        rows, columns: of the picture.
        pixels, weights: of shape (rows, columns, channels).
    """

    rows: list[int]
    columns: list[int]
    pixels: np.ndarray
    weights: np.ndarray


def _window(
    index: Index,
    x: np.ndarray,
    W: np.ndarray,
    stride: Sequence[int],
    padding: str,
    dilation: int,
) -> _Window:
    n, i, j, f = index
    sides = zip((i, j), x.shape[1:3], W.shape[:2], stride, strict=True)
    on = [taps(*side, padding, dilation) for side in sides]
    kernel, rows = [tap for tap, _ in on[0]], [pixel for _, pixel in on[0]]
    across, columns = [tap for tap, _ in on[1]], [pixel for _, pixel in on[1]]
    pixels = x[n][np.ix_(rows, columns)]
    return _Window(rows, columns, pixels, W[..., f][np.ix_(kernel, across)])


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
    n, _, _, f = index
    under = _window(index, x, W, stride, padding, dilation)
    terms = products(under.pixels, under.weights)
    times = f"times W[:, :, :, {f}]{left_out(terms, under.pixels)}, plus b[{f}]"
    place = pixels_at(under.rows, under.columns)
    return f"{place} of x[{n}], {times}\n{added([*terms, b[f]])}"


def drawn_window(
    index: Index,
    x: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    stride: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: int = 1,
) -> list[list[Drawn]]:
    """Return what a convolutional layer multiplies for the value at `index`, to be drawn.

    Returns:
        For each channel a row of its pixels, its weights and their products; nothing
        where there are too many channels to look at.
    """
    n, _, _, f = index
    under = _window(index, x, W, stride, padding, dilation)
    channels = range(x.shape[3])
    if len(channels) > _MOST_CHANNELS:
        return []
    return [
        multiplied_window(
            (f"window of x[{n}, :, :, {c}]", under.pixels[..., c]),
            (f"W[:, :, {c}, {f}]", under.weights[..., c]),
        )
        for c in channels
    ]


def multiplied_window(pixels: Drawn, weights: Drawn) -> list[Drawn]:
    """Return pixels, weights and their products, each with a title."""
    product = pixels[1] * weights[1]
    return [pixels, weights, (f"products, sum {show(product.sum())}", product)]


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
        n, _, _, c = index
        rows, columns, values = _pooled(index, x, size, stride, padding)
        words = f"{pixels_at(rows, columns)} of x[{n}, :, :, {c}]"
        return f"{words}\n{form(values.ravel().tolist())}"

    return arithmetic


def drawn_pool(
    index: Index,
    x: np.ndarray,
    size: Sequence[int],
    stride: Sequence[int] | None = None,
    padding: str = "valid",
) -> list[list[Drawn]]:
    """Return the window that a pooling layer reads for the value at `index`, to be drawn."""
    n, _, _, c = index
    values = _pooled(index, x, size, stride, padding)[2]
    return [[(f"window of x[{n}, :, :, {c}]", values)]]


def _pooled(
    index: Index,
    x: np.ndarray,
    size: Sequence[int],
    stride: Sequence[int] | None,
    padding: str,
) -> tuple[list[int], list[int], np.ndarray]:
    """Return the rows and columns of a window, and its values."""
    n, i, j, c = index
    sides = zip((i, j), x.shape[1:3], size, stride or size, strict=True)
    rows, columns = ([p for _, p in taps(*side, padding)] for side in sides)
    return rows, columns, x[n][np.ix_(rows, columns)][..., c]
