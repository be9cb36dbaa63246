"""The wrong windows that max_pool2d and avg_pool2d share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.wrong import Wrong
from grader.exercises.lab08_pooling.shared import Pair, padded, pooling


def on_call(change: Callable[..., Any]) -> Wrong:
    """Return a mistake as a function of (reference, x, size, stride, padding)."""
    return lambda reference, x, size, stride=None, padding="valid": change(
        reference, x, tuple(size), tuple(stride or size), padding
    )


def on_result(change: Callable[[np.ndarray], Any]) -> Wrong:
    """Return a mistake: the right answer, then changed."""
    return on_call(lambda reference, *call: change(reference(*call)))


def same_along(choose: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    """Return a mistake whose answer is the same all along some axes.

    Args:
        choose: gives it from the right answer, with these axes of size 1.
    """
    return on_result(lambda right: np.broadcast_to(choose(right), right.shape).copy())


def reduced_by(reduce: Callable[..., Any]) -> Wrong:
    """Return a mistake that makes another number of each window."""
    return on_call(lambda reference, *call: pooling(reduce)(*call))


def padded_by(**how: Any) -> Wrong:
    """Return a mistake that pads in another way, as `padded` names it."""
    return on_call(
        lambda reference, x, size, stride, padding: reference(
            padded(x, size, stride, padding, **how), size, stride
        )
    )


def from_own_index(
    reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    _, rows, columns, _ = reference(x, size, stride, padding).shape
    return reference(padded(x, size, stride, padding), size, (1, 1))[:, :rows, :columns]


def at(
    empty: float, place: Callable[[Any, Any, Pair, Pair], tuple[Any, Any, int, int]]
) -> Wrong:
    """Return a mistake that cuts the right number of windows out at other places.

    Args:
        empty: what the pooling gives for a window with nothing to read; without a
            single cell, infinity is an exception.
        place: gives the windows' first rows and columns, their height and width, from
            (i, j, size, stride) with all i and all j.
    """

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        shape = reference(x, size, stride, padding).shape
        wide = padded(x, size, stride, padding)
        i, j = np.indices(shape[1:3])
        tops, lefts, height, width = place(i, j, size, stride)
        ends = [
            max(int(start.max()) + k - n, 0)
            for start, k, n in zip(
                (tops, lefts), (height, width), wide.shape[1:3], strict=True
            )
        ]
        beyond = (tops >= wide.shape[1]) | (lefts >= wide.shape[2])
        if beyond.any() and np.isinf(empty):
            raise ValueError("zero-size array to reduction operation")
        rows = tops[..., None, None] + np.arange(height)[:, None]
        columns = lefts[..., None, None] + np.arange(width)
        windows = _longer(wide, ends)[:, rows, columns]
        stacked = windows.reshape(-1, height, width, x.shape[3])
        pooled = reference(stacked, (height, width)).reshape(shape)
        return np.nan_to_num(pooled, nan=empty, neginf=-np.inf)

    return on_call(wrong)


def _longer(wide: np.ndarray, ends: list[int], fill: float = np.nan) -> np.ndarray:
    """Return pictures with some more rows below and columns on the right."""
    zeros = [(0, 0), *((0, end) for end in ends), (0, 0)]
    return np.pad(wide, zeros, constant_values=fill)


def counted(count: Callable[[int, int, int], int]) -> Wrong:
    """Return a mistake in the number of windows; the last ones may stick out.

    Args:
        count: gives it along an axis from the size, the window and the stride.
    """

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        wide = padded(x, size, stride, padding)
        sides = list(zip(wide.shape[1:3], size, stride, strict=True))
        rows, columns = numbers = [count(*side) for side in sides]
        ends = [
            max((number - 1) * step + k - n, 0)
            for number, (n, k, step) in zip(numbers, sides, strict=True)
        ]
        return reference(_longer(wide, ends), size, stride)[:, :rows, :columns]

    return on_call(wrong)


def rounded_up(fill: float) -> Wrong:
    """Return a mistake with a last, partial window where the size does not divide."""

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        wide = padded(x, size, stride, padding)
        sides = zip(wide.shape[1:3], size, stride, strict=True)
        ends = [-(n - k) % step if n >= k else k - n for n, k, step in sides]
        return reference(_longer(wide, ends, fill), size, stride)

    return on_call(wrong)


def over_padded(change: Callable[[Pair, Pair], tuple[Pair, Pair]]) -> Wrong:
    """Return a mistake that lays other windows, over pictures padded as the call says.

    Args:
        change: gives another size and stride.
    """
    return on_call(
        lambda reference, x, size, stride, padding: reference(
            padded(x, size, stride, padding), *change(size, stride)
        )
    )


def unread_as(empty: float, wrong: Wrong) -> Wrong:
    """Return a mistake in which a window with nothing to read gives `empty`."""
    return lambda reference, *args, **kwargs: np.nan_to_num(
        wrong(reference, *args, **kwargs), nan=empty
    )


def last_left_at_0(right: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(right)
    kept[:, :-1, :-1] = right[:, :-1, :-1]
    return kept
