"""The wrong windows that max_pool2d and avg_pool2d share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.pads import tensorflow_pads
from grader.exercises.common.wrong import Wrong, input_changed
from grader.exercises.lab08_pooling.shared import Pair, padded, pooling
from grader.judging.exercise import Mistake


def wrong_windows(empty: float) -> tuple[Mistake, ...]:
    """Return the mistakes about the place of the windows, for every kind of pooling.

    Args:
        empty: what the pooling gives for a window with nothing to read.
    """
    return (
        *_WRONG_STARTS,
        *_other_windows(empty),
        *_other_places(empty),
        *_partial_windows(empty),
        *_LEFT_OUT,
        *_WRONG_PADDING,
        *_BATCH_AND_CHANNELS,
    )


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


def _from_own_index(
    reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    _, rows, columns, _ = reference(x, size, stride, padding).shape
    return reference(padded(x, size, stride, padding), size, (1, 1))[:, :rows, :columns]


def _side_by_side(
    reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    """Start output (i, j) at (i·kh, j·kw); what lies outside is cut off."""
    right = reference(x, size, stride, padding)
    wide = padded(x, size, stride, padding)
    ends = []
    for axis, k in zip((1, 2), size, strict=True):
        last = (right.shape[axis] - 1) * k
        pixels = np.flatnonzero(np.isfinite(wide).any(axis=(0, 3, 3 - axis)))
        if last > pixels[-1]:
            raise ValueError("zero-size array to reduction operation")
        ends.append(max(last + k - wide.shape[axis], 0))
    return reference(_longer(wide, ends), size)[:, : right.shape[1], : right.shape[2]]


def _at(
    empty: float, place: Callable[[int, int, Pair, Pair], tuple[int, ...]]
) -> Wrong:
    """Return a mistake that cuts the right number of windows out at other places.

    Args:
        empty: what the pooling gives for a window with nothing to read; without a
            single cell, infinity is an exception.
        place: gives a window's first row and column, its height and width, from
            (i, j, size, stride).
    """

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        pooled = reference(x, size, stride, padding).astype(float)
        wide = padded(x, size, stride, padding)
        for i, j in np.ndindex(pooled.shape[1:3]):
            top, left, height, width = place(i, j, size, stride)
            window = wide[:, top : top + height, left : left + width]
            if window.size == 0 and np.isinf(empty):
                raise ValueError("zero-size array to reduction operation")
            pooled[:, i, j] = (
                reference(window, window.shape[1:3])[:, 0, 0] if window.size else empty
            )
        return np.nan_to_num(pooled, nan=empty, neginf=-np.inf)

    return on_call(wrong)


def _longer(wide: np.ndarray, ends: list[int], fill: float = np.nan) -> np.ndarray:
    """Return pictures with some more rows below and columns on the right."""
    zeros = [(0, 0), *((0, end) for end in ends), (0, 0)]
    return np.pad(wide, zeros, constant_values=fill)


def _counted(count: Callable[[int, int, int], int]) -> Wrong:
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


def _rounded_up(fill: float) -> Wrong:
    """Return a mistake with a last, partial window where the size does not divide."""

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        wide = padded(x, size, stride, padding)
        sides = zip(wide.shape[1:3], size, stride, strict=True)
        ends = [-(n - k) % step if n >= k else k - n for n, k, step in sides]
        return reference(_longer(wide, ends, fill), size, stride)

    return on_call(wrong)


def _over_padded(change: Callable[[Pair, Pair], tuple[Pair, Pair]]) -> Wrong:
    """Return a mistake that lays other windows, over pictures padded as the call says.

    Args:
        change: gives another size and stride.
    """
    return on_call(
        lambda reference, x, size, stride, padding: reference(
            padded(x, size, stride, padding), *change(size, stride)
        )
    )


def _unread_as(empty: float, wrong: Wrong) -> Wrong:
    """Return a mistake in which a window with nothing to read gives `empty`."""
    return lambda reference, *args, **kwargs: np.nan_to_num(
        wrong(reference, *args, **kwargs), nan=empty
    )


def _last_left_at_0(right: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(right)
    kept[:, :-1, :-1] = right[:, :-1, :-1]
    return kept


_WRONG_STARTS = (
    Mistake(
        "windows start at their own index",
        "The number of windows is right, but output (i, j) starts at row i and "
        "column j. The stride says where it should start.",
        on_call(_from_own_index),
    ),
    Mistake(
        "windows start at multiples of the window",
        "The number of windows is right, but you place them side by side. "
        "They start `stride` pixels apart, and so they may overlap.",
        on_call(_side_by_side),
    ),
    Mistake(
        "stride taken from the window",
        "Your windows always lie side by side. If `stride` is given, it counts.",
        on_call(lambda reference, x, size, stride, pad: reference(x, size, size, pad)),
    ),
)


def _other_windows(empty: float) -> tuple[Mistake, ...]:
    def other(change: Callable[[Pair, Pair], tuple[Pair, Pair]]) -> Wrong:
        return _unread_as(empty, _over_padded(change))

    return (
        Mistake(
            "stride used for the padding only",
            "Your padding follows `stride`, and your windows lie side by side all the "
            "same. They start `stride` pixels apart.",
            other(lambda size, stride: (size, size)),
        ),
        Mistake(
            "stride ignored",
            "Your window moves one pixel at a time, whatever the stride.",
            other(lambda size, stride: (size, (1, 1))),
        ),
        Mistake(
            "default stride of 1",
            "Without `stride` your window moves one pixel at a time. "
            "In pooling the default is the window's own size.",
            lambda reference, x, size, stride=(1, 1), padding="valid": reference(
                x, size, stride, padding
            ),
        ),
        Mistake(
            "window and stride of 2 hard-coded",
            "You always pool over 2x2. Use `size` and `stride`.",
            other(lambda size, stride: ((2, 2), (2, 2))),
        ),
        Mistake(
            "stride of 2 hard-coded",
            "Your window always moves by 2. Use `stride`.",
            other(lambda size, stride: (size, (2, 2))),
        ),
        Mistake(
            "square window assumed",
            "A window may be wider than high: use both numbers of `size`.",
            other(lambda size, stride: ((size[0],) * 2, stride)),
        ),
        Mistake(
            "one stride for both axes",
            "You use the first number of `stride` for both axes.",
            other(lambda size, stride: (size, (stride[0],) * 2)),
        ),
        Mistake(
            "window exchanged",
            "`size` is (down, across): the height of the window comes first.",
            other(lambda size, stride: (size[::-1], stride)),
        ),
        Mistake(
            "stride exchanged",
            "`stride` is (down, across): the step from row to row comes first.",
            other(lambda size, stride: (size, stride[::-1])),
        ),
        Mistake(
            "rows and columns exchanged",
            "Both pairs are (down, across), and height is axis 1, width axis 2.",
            other(lambda size, stride: (size[::-1], stride[::-1])),
        ),
    )


def _partial_windows(empty: float) -> tuple[Mistake, ...]:
    return (
        Mistake(
            "partial windows counted",
            "Where the size does not divide you add a last window that sticks out. "
            'With "valid" only whole windows count.',
            _rounded_up(np.nan),
        ),
        Mistake(
            "a window at every stride",
            "You start a window at every stride-th pixel up to the last one, and those "
            "near the end stick out. Only whole windows count.",
            _unread_as(empty, _counted(lambda n, k, step: -(-n // step))),
        ),
        Mistake(
            "windows counted without their size",
            "You take as many windows as the stride fits into the picture. The first "
            "window already fills its whole size; count the steps that are left.",
            _unread_as(empty, _counted(lambda n, k, step: n // step)),
        ),
        Mistake(
            "partial windows filled with zeros",
            "Where the size does not divide you add a last window and fill it with "
            'zeros. With "valid" only whole windows count.',
            _rounded_up(0),
        ),
    )


def _other_places(empty: float) -> tuple[Mistake, ...]:
    return (
        Mistake(
            "row and column of the window exchanged",
            "Output (i, j) reads the window that belongs to row j and column i.",
            _at(empty, lambda i, j, size, step: (j * step[0], i * step[1], *size)),
        ),
        Mistake(
            "height and width exchanged in the window",
            "The number of windows is right, but down the picture you use the second "
            "numbers of `size` and `stride`, and across it the first.",
            _at(
                empty, lambda i, j, size, step: (i * step[1], j * step[0], *size[::-1])
            ),
        ),
        Mistake(
            "strides exchanged in the window's place",
            "The number of windows is right, but down the picture you move by the "
            "second stride, and across it by the first.",
            _at(empty, lambda i, j, size, step: (i * step[1], j * step[0], *size)),
        ),
        Mistake(
            "sides of the window exchanged",
            "The windows start at the right places, but their height is the second "
            "number of `size`, and their width the first.",
            _at(
                empty, lambda i, j, size, step: (i * step[0], j * step[1], *size[::-1])
            ),
        ),
        Mistake(
            "row number used for the column",
            "Your window (i, j) starts at a column computed from i.",
            _at(empty, lambda i, j, size, step: (i * step[0], i * step[1], *size)),
        ),
        Mistake(
            "column number used for the row",
            "Your window (i, j) starts at a row computed from j.",
            _at(empty, lambda i, j, size, step: (j * step[0], j * step[1], *size)),
        ),
    )


_LEFT_OUT = (
    Mistake(
        "one window too few",
        "You count the steps between windows; there is one window more than steps.",
        on_result(lambda right: right[:, :-1, :-1]),
    ),
    Mistake(
        "last start left out",
        "Where the last window fits exactly you leave it out: `range` does not "
        "reach its end.",
        _counted(lambda n, k, step: -(-(n - k) // step)),
    ),
    Mistake(
        "last windows never computed",
        "The shape is right, and your last row and column are still 0: "
        "your loops end one window too early.",
        on_result(_last_left_at_0),
    ),
)
_WRONG_PADDING = (
    Mistake(
        '"same" ignored',
        'With "same" the number of windows is the size divided by the stride, '
        "rounded up.",
        on_call(lambda reference, x, size, stride, pad: reference(x, size, stride)),
    ),
    Mistake(
        "same pad on both sides",
        "You pad half the window on each side. TensorFlow adds as few pixels as "
        "needed and puts an odd one at the end.",
        padded_by(pads=lambda n, k, stride: (k // 2, k // 2)),
    ),
    Mistake(
        "odd pixel first",
        "If the padding is odd, TensorFlow puts the extra pixel at the end: "
        "bottom and right.",
        padded_by(pads=lambda *call: tensorflow_pads(*call)[::-1]),
    ),
    Mistake(
        "all padding at the end",
        'With "same" your first window starts at the first pixel. The padding is '
        "shared between both sides.",
        padded_by(pads=lambda *call: (0, sum(tensorflow_pads(*call)))),
    ),
    Mistake(
        "padding ignores the stride",
        "Your padding is the one of stride 1. With a larger stride the last window "
        "starts earlier and needs less.",
        padded_by(pads=lambda n, k, stride: tensorflow_pads(n, k, 1)),
    ),
    Mistake(
        "same size at every stride",
        'With "same" your result is as large as the picture; that holds for '
        "stride 1 only.",
        on_call(
            lambda reference, x, size, stride, pad: reference(
                x, size, (1, 1) if pad == "same" else stride, pad
            )
        ),
    ),
)
_BATCH_AND_CHANNELS = (
    Mistake(
        "first picture used for all",
        "All your results come from the first picture of the batch.",
        same_along(lambda right: right[:1]),
    ),
    Mistake(
        "batch lost",
        "The result is that of the first picture; keep the axis of the batch.",
        on_result(lambda right: right[0]),
    ),
    Mistake(
        "first channel used for all",
        "All your channels are those of the first one.",
        same_along(lambda right: right[..., :1]),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's pictures. "
        "Build a new array instead.",
        on_call(input_changed),
    ),
)
