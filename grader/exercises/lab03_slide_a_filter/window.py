"""The pixels under the filter at one position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.wrong import after, with_settings
from grader.exercises.lab03_slide_a_filter.shared import window_at
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show_array


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images in which every value stands once, with strides 1 to 3."""
    stride = int(rng.integers(2, 4))
    i, j, kh, kw = 2, 1, int(rng.integers(3, 5)), 2
    drawn = (stride * i + kh + 2, stride * j + kw + 4)
    return [
        _window_case(rng, (6, 8), 0, 0, 2, 3),
        _window_case(rng, (6, 8), 2, 1, 2, 3),
        _window_case(rng, (8, 6), 1, 3, 3, 2),
        _window_case(rng, (7, 7), 4, 2, 3, 3),
        _window_case(rng, (9, 8), 1, 2, 3, 2, 2),
        _window_case(rng, (8, 11), 2, 1, 2, 4, 3),
        _window_case(rng, (5, 9), 1, 4, 1, 1),
        _window_case(rng, drawn, i, j, kh, kw, stride),
        _window_case(rng, (3, 3), 1, 0, 2, 2),
        _window_case(rng, (3, 3), 0, 1, 2, 1, 2),
    ]


def _window_case(
    rng: np.random.Generator,
    shape: tuple[int, int],
    i: int,
    j: int,
    kh: int,
    kw: int,
    stride: int = 1,
) -> Case:
    # Every value once: a window in a wrong place cannot look right.
    x = 1.0 + rng.permutation(int(np.prod(shape))).reshape(shape)
    label = f"result [{i}, {j}], {kh}x{kw} window, {shape[0]}x{shape[1]} image"
    if stride == 1:
        return Case((x, i, j, kh, kw), label=label)
    return Case((x, i, j, kh, kw), {"stride": stride}, f"stride {stride}, {label}")


def where(
    index: tuple[int, ...],
    x: np.ndarray,
    i: int,
    j: int,
    kh: int,
    kw: int,
    stride: int = 1,
) -> str:
    """Return in words which value of x stands at `index` of the window, and why."""
    row, column = (start * stride + at for start, at in zip((i, j), index, strict=True))
    return (
        f"Place {list(index)} of this window is x[{row}, {column}] = "
        f"{x[row, column]:g}. With stride {stride}, result [{i}, {j}] looks at rows "
        f"{i * stride} to {i * stride + kh - 1} and columns {j * stride} to "
        f"{j * stride + kw - 1} of x:\n"
        f"{show_array(window_at(x, i, j, kh, kw, stride))}"
    )


def arithmetic(
    index: Index, x: Any, i: int, j: int, kh: int, kw: int, stride: int = 1
) -> str:
    """Return which value of x stands at `index` of the window."""
    row, column = i * stride, j * stride
    words = f"the window begins at row {row}, column {column} of x"
    return f"{words}\n{taken_from('x', (row + index[0], column + index[1]))}"


def _cut(rectangle: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that cuts out another rectangle.

    Args:
        rectangle: gets i, j, kh, kw and the stride; returns top, left, height, width.
    """

    def wrong(reference: Any, x: Any, *window: int, stride: int = 1) -> Any:
        top, left, height, width = rectangle(*window, stride)
        return x[slice(top, top + height), slice(left, left + width)]

    return wrong


def _ended(end: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that begins at the right pixel and ends at another.

    Args:
        end: gets i, j, kh, kw and the stride; returns the row and column behind the last.
    """

    def wrong(reference: Any, x: Any, *window: int, stride: int = 1) -> Any:
        i, j, *_ = window
        bottom, right = end(*window, stride)
        return x[slice(i * stride, bottom), slice(j * stride, right)]

    return wrong


MISTAKES = (
    Mistake(
        "stride ignored",
        "Each window starts `stride` pixels further on than the one before; "
        "your window moves by one.",
        with_settings(stride=1),
    ),
    Mistake(
        "stride on the rows only",
        "The stride moves the window in both directions: look at your columns.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j, kh, kw)),
    ),
    Mistake(
        "stride on the columns only",
        "The stride moves the window in both directions: look at your rows.",
        _cut(lambda i, j, kh, kw, stride: (i, j * stride, kh, kw)),
    ),
    Mistake(
        "stride added to the column",
        "From one result to the next the window moves by `stride` pixels: multiply, "
        "as in the line that is given.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j + stride, kh, kw)),
    ),
    Mistake(
        "i and j swapped",
        "i counts rows, the first axis; j counts columns, the second.",
        _cut(lambda i, j, kh, kw, stride: (j * stride, i * stride, kh, kw)),
    ),
    Mistake(
        "kh and kw swapped",
        "kh is the height of the window, along the rows; kw is its width.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * stride, kw, kh)),
    ),
    Mistake(
        "square window assumed",
        "A window may be wider than it is high: its width is kw, not kh.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * stride, kh, kh)),
    ),
    Mistake(
        "transposed",
        "Your rows are columns and your columns are rows.",
        after(np.transpose),
    ),
    Mistake(
        "window too small by one",
        "The end of a slice is not part of it: `x[2:4]` has two rows.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * stride, kh - 1, kw - 1)),
    ),
    Mistake(
        "window too large by one",
        "The end of a slice is not part of it, so nothing has to be added for it.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * stride, kh + 1, kw + 1)),
    ),
    Mistake(
        "length in place of the end",
        "A slice is `start:end`, not `start:length`; "
        "a window further down ends further down.",
        _ended(lambda i, j, kh, kw, stride: (kh, kw)),
    ),
    Mistake(
        "window does not move",
        "You give the same corner of the image for every value of the result.",
        _cut(lambda i, j, kh, kw, stride: (0, 0, kh, kw)),
    ),
    Mistake(
        "window centred on the position",
        "Position [i, j] of the result is where the window starts, not its middle.",
        _cut(
            lambda i, j, kh, kw, stride: (
                i * stride - kh // 2,
                j * stride - kw // 2,
                kh,
                kw,
            )
        ),
    ),
    Mistake(
        "positions counted from one",
        "The first value of the result has i = 0 and j = 0 and starts at the first "
        "pixel.",
        _cut(lambda i, j, kh, kw, stride: ((i - 1) * stride, (j - 1) * stride, kh, kw)),
    ),
    Mistake(
        "stride inside the window",
        "The stride is the step from one window to the next; "
        "inside a window no pixel is left out.",
        lambda reference, *window, stride=1: reference(*window, stride=stride)[
            ::stride, ::stride
        ],
    ),
    Mistake(
        "rows cut twice",
        "`x[a:b][c:d]` cuts rows and then rows again. "
        "Both axes belong into one pair of brackets, with a comma.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            slice(i * stride, i * stride + kh)
        ][slice(j * stride, j * stride + kw)],
    ),
    Mistake(
        "columns before rows",
        "In `x[..., ...]` the rows come first and the columns second.",
        _cut(lambda i, j, kh, kw, stride: (j * stride, i * stride, kw, kh)),
    ),
    Mistake(
        "row used for the column as well",
        "Your columns start where the rows start: j counts columns.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, i * stride, kh, kw)),
    ),
    Mistake(
        "stride in the start of the columns, not in their end",
        "The end lies kw columns behind the start, wherever the start is.",
        _ended(lambda i, j, kh, kw, stride: (i * stride + kh, j + kw)),
    ),
    Mistake(
        "width in place of the last column",
        "A slice is `start:end`, not `start:length`; "
        "a window further right ends further right.",
        _ended(lambda i, j, kh, kw, stride: (i * stride + kh, kw)),
    ),
    Mistake(
        "columns not cut",
        "You cut out rows, and they are as wide as the image: "
        "the window also has a first and a last column.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            slice(i * stride, i * stride + kh)
        ],
    ),
    Mistake(
        "window too narrow by one",
        "The end of a slice is not part of it: `x[:, 2:4]` has two columns.",
        after(lambda window: window[:, :-1]),
    ),
    Mistake(
        "window too wide by one",
        "The end of a slice is not part of it, so nothing has to be added for it.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * stride, kh, kw + 1)),
    ),
    Mistake(
        "tiles along the columns",
        "To the right you move by the window's own width; it moves by `stride`.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * kw, kh, kw)),
    ),
    Mistake(
        "tiles along the rows",
        "Downwards you move by the window's own height; it moves by `stride`.",
        _cut(lambda i, j, kh, kw, stride: (i * kh, j * stride, kh, kw)),
    ),
    Mistake(
        "height in place of the last row",
        "A slice is `start:end`, not `start:length`; a window further down ends "
        "further down.",
        _ended(lambda i, j, kh, kw, stride: (kh, j * stride + kw)),
    ),
    Mistake(
        "tiles in place of windows",
        "You move by the window's own size; it moves by `stride`.",
        _cut(lambda i, j, kh, kw, stride: (i * kh, j * kw, kh, kw)),
    ),
    Mistake(
        "window centred on the position, cut at the border",
        "Position [i, j] of the result is where the window starts, not its middle, "
        "so no window sticks out.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            slice(max(i * stride - kh // 2, 0), i * stride - kh // 2 + kh),
            slice(max(j * stride - kw // 2, 0), j * stride - kw // 2 + kw),
        ],
    ),
    Mistake(
        "window centred on the position, one row and column more",
        "Position [i, j] of the result is where the window starts, not its middle.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            slice(max(i * stride - kh // 2, 0), i * stride + kh // 2 + 1),
            slice(max(j * stride - kw // 2, 0), j * stride + kw // 2 + 1),
        ],
    ),
    Mistake(
        "stride added, not multiplied",
        "The window at i = 2 starts two strides after the first: "
        "`stride` multiplies i and j.",
        _cut(lambda i, j, kh, kw, stride: (i + stride - 1, j + stride - 1, kh, kw)),
    ),
    Mistake(
        "stride added to i and j",
        "The window at i = 2 starts two strides after the first: "
        "`stride` multiplies i and j.",
        _cut(lambda i, j, kh, kw, stride: (i + stride, j + stride, kh, kw)),
    ),
    Mistake(
        "window stretched by the stride",
        "The stride moves the window and does not change its size.",
        _cut(
            lambda i, j, kh, kw, stride: (
                i * stride,
                j * stride,
                kh * stride,
                kw * stride,
            )
        ),
    ),
    Mistake(
        "pixels a stride apart",
        "The stride is the step from one window to the next; "
        "the pixels inside a window are neighbours.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            slice(i * stride, (i + kh) * stride, stride),
            slice(j * stride, (j + kw) * stride, stride),
        ],
    ),
    Mistake(
        "stride divided",
        "A larger stride moves the window further: it multiplies i and j.",
        _cut(lambda i, j, kh, kw, stride: (i // stride, j // stride, kh, kw)),
    ),
    Mistake(
        "stride of 2 assumed",
        "You move by two pixels whatever the caller asks for: use `stride`.",
        _cut(lambda i, j, kh, kw, stride: (2 * i, 2 * j, kh, kw)),
    ),
    Mistake(
        "stride of 2 by default",
        "A call that names no stride means 1: look at the first line of the function.",
        lambda reference, x, *window, stride=2: _cut(
            lambda i, j, kh, kw, stride: (i * stride, j * stride, kh, kw)
        )(reference, x, *window, stride=stride),
    ),
    Mistake(
        "stride in the start, not in the end",
        "The end lies kh rows and kw columns behind the start, wherever the start is.",
        _ended(lambda i, j, kh, kw, stride: (i + kh, j + kw)),
    ),
    Mistake(
        "stride in the end, not in the start",
        "Window and stride: the start moves by the stride as well as the end.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            slice(i, i * stride + kh), slice(j, j * stride + kw)
        ],
    ),
    Mistake(
        "width used for the height",
        "A window may be wider than it is high: its height is kh, not kw.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * stride, kw, kw)),
    ),
    Mistake(
        "column used for the row as well",
        "Your rows start where the columns start: i counts rows.",
        _cut(lambda i, j, kh, kw, stride: (j * stride, j * stride, kh, kw)),
    ),
    Mistake(
        "rows not cut",
        "You cut out columns, and they are as high as the image: "
        "the window also has a first and a last row.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            :, slice(j * stride, j * stride + kw)
        ],
    ),
    Mistake(
        "window too low by one",
        "The end of a slice is not part of it: `x[2:4]` has two rows.",
        after(lambda window: window[:-1]),
    ),
    Mistake(
        "window too high by one",
        "The end of a slice is not part of it, so nothing has to be added for it.",
        _cut(lambda i, j, kh, kw, stride: (i * stride, j * stride, kh + 1, kw)),
    ),
    Mistake(
        "window starts one pixel late",
        "The first window starts at the first pixel: Python counts from 0.",
        _cut(lambda i, j, kh, kw, stride: (i * stride + 1, j * stride + 1, kh, kw)),
    ),
    Mistake(
        "window ends at the position",
        "Position [i, j] of the result is where the window starts, not where it ends.",
        lambda reference, x, i, j, kh, kw, stride=1: x[
            slice(max(i * stride - kh + 1, 0), i * stride + 1),
            slice(max(j * stride - kw + 1, 0), j * stride + 1),
        ],
    ),
    Mistake(
        "a single pixel",
        "You give one value; the window has kh rows of kw values.",
        after(lambda window: float(window[0, 0])),
    ),
    Mistake(
        "summed up",
        "You add the values up; the window itself is wanted.",
        after(lambda window: float(window.sum())),
    ),
    Mistake(
        "window turned by half a turn",
        "The first row of the window is its upper one, the first column its left one.",
        after(lambda window: window[::-1, ::-1]),
    ),
    Mistake(
        "whole image returned",
        "You give the whole image; cut the window out.",
        lambda reference, x, *window, stride=1: x,
    ),
    Mistake(
        "flattened",
        "The right values in one line; keep them as kh rows of kw values.",
        after(np.ravel),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=window_at,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
