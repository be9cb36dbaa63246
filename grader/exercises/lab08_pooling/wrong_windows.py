"""The wrong windows that max pooling and average pooling share, as tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.exercises.common.pads import tensorflow_pads
from grader.exercises.common.wrong import Wrong, input_changed
from grader.exercises.lab08_pooling.shared import Pair
from grader.exercises.lab08_pooling.windows import (
    at,
    counted,
    from_own_index,
    last_left_at_0,
    on_call,
    on_result,
    over_padded,
    padded_by,
    reduced_by,
    rounded_up,
    same_along,
    unread_as,
)
from grader.judging.exercise import Mistake


def wrong_windows(empty: float) -> tuple[Mistake, ...]:
    """Return the mistakes about the place of the windows, for every kind of pooling.

    Args:
        empty: what the pooling gives for a window with nothing to read.
    """
    return (
        *_WRONG_STARTS,
        *_other_windows(empty),
        *_misread_windows(empty),
        *_other_places(empty),
        *_partial_windows(empty),
        *_LEFT_OUT,
        *_WRONG_PADDING,
        *_BATCH_AND_CHANNELS,
    )


_WRONG_STARTS = (
    Mistake(
        "windows start at their own index",
        "The number of windows is right, but output (i, j) starts at row i and "
        "column j. The stride says where it should start.",
        on_call(from_own_index),
    ),
    Mistake(
        "stride taken from the window",
        "Your windows always lie side by side. If `stride` is given, it counts.",
        on_call(lambda reference, x, size, stride, pad: reference(x, size, size, pad)),
    ),
)


def _other_windows(empty: float) -> tuple[Mistake, ...]:
    def other(change: Callable[[Pair, Pair], tuple[Pair, Pair]]) -> Wrong:
        return unread_as(empty, over_padded(change))

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


def _misread_windows(empty: float) -> tuple[Mistake, ...]:
    return (
        Mistake(
            "window of 2 hard-coded",
            "Your window is always 2x2. Use `size`.",
            unread_as(empty, over_padded(lambda size, stride: ((2, 2), stride))),
        ),
        Mistake(
            "rows and columns exchanged, in the padding too",
            "Both pairs are (down, across), and height is axis 1, width axis 2.",
            unread_as(
                empty,
                on_call(
                    lambda reference, x, size, stride, pad: reference(
                        x, size[::-1], stride[::-1], pad
                    )
                ),
            ),
        ),
        Mistake(
            "first value of each window",
            "You keep the value in the upper left corner of each window; "
            "all of its values count.",
            unread_as(empty, reduced_by(lambda windows, axis: windows[..., 0, 0])),
        ),
    )


def _partial_windows(empty: float) -> tuple[Mistake, ...]:
    return (
        Mistake(
            "partial windows counted",
            "Where the size does not divide you add a last window that sticks out. "
            'With "valid" only whole windows count.',
            rounded_up(np.nan),
        ),
        Mistake(
            "a window at every stride",
            "You start a window at every stride-th pixel up to the last one, and those "
            "near the end stick out. Only whole windows count.",
            unread_as(empty, counted(lambda n, k, step: -(-n // step))),
        ),
        Mistake(
            "windows counted without their size",
            "You take as many windows as the stride fits into the picture. The first "
            "window already fills its whole size; count the steps that are left.",
            unread_as(empty, counted(lambda n, k, step: n // step)),
        ),
        Mistake(
            "partial windows filled with zeros",
            "Where the size does not divide you add a last window and fill it with "
            'zeros. With "valid" only whole windows count.',
            rounded_up(0),
        ),
    )


def _other_places(empty: float) -> tuple[Mistake, ...]:
    return (
        Mistake(
            "windows start at multiples of the window",
            "The number of windows is right, but you place them side by side. "
            "They start `stride` pixels apart, and so they may overlap.",
            at(
                empty,
                lambda i, j, size, step: (i * size[0], j * size[1], *size),
            ),
        ),
        Mistake(
            "row and column of the window exchanged",
            "Output (i, j) reads the window that belongs to row j and column i.",
            at(empty, lambda i, j, size, step: (j * step[0], i * step[1], *size)),
        ),
        Mistake(
            "height and width exchanged in the window",
            "The number of windows is right, but down the picture you use the second "
            "numbers of `size` and `stride`, and across it the first.",
            at(empty, lambda i, j, size, step: (i * step[1], j * step[0], *size[::-1])),
        ),
        Mistake(
            "strides exchanged in the window's place",
            "The number of windows is right, but down the picture you move by the "
            "second stride, and across it by the first.",
            at(empty, lambda i, j, size, step: (i * step[1], j * step[0], *size)),
        ),
        Mistake(
            "sides of the window exchanged",
            "The windows start at the right places, but their height is the second "
            "number of `size`, and their width the first.",
            at(empty, lambda i, j, size, step: (i * step[0], j * step[1], *size[::-1])),
        ),
        Mistake(
            "row number used for the column",
            "Your window (i, j) starts at a column computed from i.",
            at(empty, lambda i, j, size, step: (i * step[0], i * step[1], *size)),
        ),
        Mistake(
            "column number used for the row",
            "Your window (i, j) starts at a row computed from j.",
            at(empty, lambda i, j, size, step: (j * step[0], j * step[1], *size)),
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
        counted(lambda n, k, step: -(-(n - k) // step)),
    ),
    Mistake(
        "last windows never computed",
        "The shape is right, and your last row and column are still 0: "
        "your loops end one window too early.",
        on_result(last_left_at_0),
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
        "padded by default",
        'Without `padding` you pad. The default is "valid".',
        lambda reference, x, size, stride=None, padding="same": reference(
            x, size, stride, padding
        ),
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
        "height and width swapped",
        "Your maps lie on their side: the result is (N, height, width, C).",
        on_result(lambda right: right.transpose(0, 2, 1, 3)),
    ),
    Mistake(
        "channels before height and width",
        "Your result is (N, C, height, width), as another library has it. "
        "Here the channels are the last axis.",
        on_result(lambda right: right.transpose(0, 3, 1, 2)),
    ),
    Mistake(
        "first channel only",
        "Your result holds channel 0 alone; the maps have more channels.",
        on_result(lambda right: right[..., :1]),
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
