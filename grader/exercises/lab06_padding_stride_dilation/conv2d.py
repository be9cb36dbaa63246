"""A convolution with padding, stride and dilation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.layer_results import (
    ADDED_AGAIN,
    BATCH,
    BIASES,
    INSIDE_THE_SUM,
    NUMBERS,
)
from grader.exercises.common.layer_sums import (
    CHANNELS,
    FILTERS_READ_FIRST,
    FLIPS,
    SUMS,
    with_settings_kept,
)
from grader.exercises.common.pads import (
    positions,
    strided,
    tensorflow_pads,
)
from grader.exercises.common.pictures import (
    FORBIDDEN,
    biases,
    pictures,
    small_biases,
    small_numbers,
)
from grader.exercises.common.windows import drawn_window, windowed
from grader.exercises.common.wrong import after, by_default, with_settings
from grader.exercises.lab06_padding_stride_dilation.axes import axes_of
from grader.exercises.lab06_padding_stride_dilation.shared import PADDINGS
from grader.exercises.lab06_padding_stride_dilation.window_slips import (
    all_windows,
    dilated_along,
    failing,
    fewer,
    from_own_index,
    on_padded_picture,
    padded,
    sticks_out,
    up_to_the_last_step,
    windows_at,
    with_stride,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw mostly non-square pictures, with settings alone and together."""
    cases = [_conv_case(rng, *row) for row in _GRID]
    for padding in ("valid", "same"):
        sides = [int(side) for side in rng.integers(7, 11, 2)]
        kernel = [int(k) for k in rng.integers(1, 4, 3)]
        steps = tuple(int(step) for step in rng.integers(1, 4, 2))
        dilation = int(rng.integers(1, 3))
        settings = {"stride": steps, "padding": padding, "dilation": dilation}
        cases.append(_conv_case(rng, (2, *sides, 2), tuple(kernel), settings))
    x, W, b = (cases[1].args[i] for i in range(3))
    whole = rng.integers(-9, 10, x.shape)
    label = "whole numbers, stride (2, 3)"
    cases.append(Case((whole, W, b), cases[1].kwargs, label, "valid"))
    return cases + [_conv_case(rng, *row, draw=small_numbers) for row in _SMALL_GRID]


# The pictures' shape, the kernel's height, width and filters, and the settings.
_Row = tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]
_GRID: tuple[_Row, ...] = (
    ((1, 4, 5, 1), (2, 2, 1), {}),
    ((2, 6, 9, 2), (3, 2, 2), {"stride": (2, 3)}),
    ((2, 8, 6, 1), (3, 3, 2), {"stride": (2, 2)}),
    ((2, 7, 9, 2), (2, 3, 2), {"stride": (3, 1), "padding": "valid", "dilation": 2}),
    ((2, 8, 7, 1), (3, 2, 1), {"dilation": 3}),
    ((2, 9, 9, 1), (2, 2, 1), {"stride": (3, 3), "dilation": 2}),
    ((2, 6, 5, 2), (3, 3, 2), {"padding": "same"}),
    ((2, 6, 6, 1), (3, 3, 1), {"stride": (2, 2), "padding": "same"}),
    ((2, 7, 8, 2), (4, 6, 2), {"stride": (1, 3), "padding": "same"}),
    ((2, 4, 7, 1), (1, 3, 2), {"stride": (2, 2), "padding": "same"}),
    ((2, 9, 8, 1), (3, 2, 1), {"padding": "same", "stride": (2, 1), "dilation": 2}),
)
# Small enough to follow by hand.
_SMALL_GRID: tuple[_Row, ...] = (
    ((1, 3, 3, 2), (2, 2, 2), {}),
    ((1, 5, 4, 1), (2, 2, 1), {"stride": (2, 1)}),
    ((1, 4, 5, 1), (2, 2, 1), {"dilation": 2, "stride": (1, 2)}),
    ((1, 4, 3, 1), (3, 2, 1), {"stride": (2, 1), "padding": "same"}),
)


def _conv_case(
    rng: np.random.Generator,
    image: Sequence[int],
    kernel: Sequence[int],
    settings: dict[str, Any],
    draw: Callable[..., np.ndarray] = pictures,
) -> Case:
    kh, kw, filters = kernel
    x, W = draw(rng, *image), draw(rng, kh, kw, image[3], filters)
    padding = settings.get("padding", "valid")
    told = [f"{image[1]}x{image[2]} picture", f"{kh}x{kw} kernel"]
    told += [f"{key} {value}" for key, value in settings.items()]
    small = draw is small_numbers
    told += ["small numbers"] if small else []
    b = small_biases(filters) if small else biases(rng, filters)
    args = (x, W, b)
    return Case(args, settings, label=", ".join(told), part=padding)


def where(index: tuple[int, ...], x: Any, W: Any, b: Any, **settings: Any) -> str:
    """Return in words which inputs feed the value at `index`."""
    if len(index) != 4:
        return ""
    rows, columns = (
        [
            place * axis.step - axis.zeros[0] + tap * axis.dilation
            for tap in range(axis.k)
        ]
        for place, axis in zip(index[1:3], axes_of(x, W, **settings), strict=True)
    )
    padded = settings.get("padding") == "same"
    note = " (numbers outside the picture mean padding)" if padded else ""
    return (
        f"Output {list(index)} reads picture {index[0]} in rows {rows} and columns "
        f"{columns}{note}, all channels, with W[:, :, :, {index[3]}]."
    )


_AS_IN_LAB_05 = (
    *FLIPS,
    *CHANNELS,
    FILTERS_READ_FIRST,
    *SUMS,
    *BIASES,
    INSIDE_THE_SUM,
    ADDED_AGAIN,
    *BATCH,
    *NUMBERS,
)
MISTAKES = (
    Mistake(
        "window starts at i, not at i times the stride",
        "The size of your output is right. Output (i, j) must start at i times the "
        "stride; yours starts at i.",
        from_own_index,
    ),
    Mistake(
        "stride ignored",
        "Your window moves one pixel at a time, whatever the stride.",
        lambda reference, *arrays, **settings: all_windows(*arrays, **settings),
    ),
    Mistake(
        "stride on the height only",
        "Your stride works down the picture; across it you still move by 1.",
        with_stride(lambda down, across: (down, 1)),
    ),
    Mistake(
        "stride on the width only",
        "Your stride works across the picture; down it you still move by 1.",
        with_stride(lambda down, across: (1, across)),
    ),
    Mistake(
        "one stride for both axes",
        "You use the first stride for both directions; `stride` holds one for each.",
        with_stride(lambda down, across: (down, down)),
    ),
    Mistake(
        "second stride for both axes",
        "You use the second stride for both directions; `stride` holds one for each.",
        with_stride(lambda down, across: (across, across)),
    ),
    Mistake(
        "stride of 1 hard-coded",
        "Your window and your padding are those of a stride of 1, whatever the stride.",
        with_stride(lambda down, across: (1, 1)),
    ),
    Mistake(
        "stride of 2 hard-coded",
        "Your window always moves by 2, whatever the stride.",
        with_stride(lambda down, across: (2, 2)),
    ),
    Mistake(
        "strides exchanged",
        "`stride` is (down, across), in the order of the picture's axes.",
        with_stride(lambda down, across: (across, down)),
    ),
    Mistake(
        "strides exchanged in the window's place",
        "The size of your output is right, and its windows move down by the second "
        "stride and across by the first.",
        windows_at(lambda i, j, down, across: (i * across.step, j * down.step)),
    ),
    Mistake(
        "row and column of the window exchanged",
        "Your output (i, j) reads the window that belongs to row j and column i.",
        windows_at(lambda i, j, down, across: (j * down.step, i * across.step)),
    ),
    Mistake(
        "row number used for the column",
        "Your window at (i, j) starts at a column computed from i.",
        windows_at(lambda i, j, down, across: (i * down.step, i * across.step)),
    ),
    Mistake(
        "column number used for the row",
        "Your window at (i, j) starts at a row computed from j.",
        windows_at(lambda i, j, down, across: (j * down.step, j * across.step)),
    ),
    Mistake(
        "windows side by side",
        "The size of your output is right, and its windows move on by the size of the "
        "kernel. They are `stride` pixels apart.",
        windows_at(lambda i, j, down, across: (i * down.k, j * across.k)),
    ),
    Mistake(
        "range with the stride over the output",
        "`range(0, out, stride)` counts outputs and pixels at once. Visit every "
        "output, and compute where its window starts.",
        fewer(lambda size, axis: -(-size // axis.step)),
    ),
    Mistake(
        "rounded up, without room",
        "You count a last window that sticks out of the picture; it is left out.",
        failing(lambda *axes: any(up_to_the_last_step(a) != a.zeros for a in axes)),
    ),
    Mistake(
        "one position too few",
        "Your last row and column of windows are missing.",
        after(lambda right: right[:, :-1, :-1]),
    ),
    Mistake(
        "rounded up",
        "You count a last window that sticks out of the picture; it is left out.",
        padded(lambda *axes: [*map(up_to_the_last_step, axes)]),
    ),
    Mistake(
        "height and width swapped",
        "Your feature maps lie on their side: the output is (N, height, width, F).",
        after(lambda right: right.transpose(0, 2, 1, 3)),
    ),
    Mistake(
        "square kernel assumed",
        "Your windows fit a kernel that is as tall as wide only. A kernel may be taller "
        "than wide: its first axis goes down, its second goes right.",
        failing(lambda down, across: down.k != across.k),
    ),
    Mistake(
        "size without dilation",
        "Your output has a place for every window of dilation 1. "
        "A dilated window reaches further, and your last ones stick out.",
        failing(lambda *axes: any(map(sticks_out, axes))),
    ),
    Mistake(
        "slice of another size than the kernel",
        "With a dilation, your slice gives a window that does not fit the kernel. "
        "Its end depends on the reach, and its step is the dilation.",
        failing(lambda down, across: down.dilation > 1),
    ),
    Mistake(
        "dilation ignored",
        "Your window takes neighbouring pixels, whatever the dilation.",
        with_settings(dilation=1),
    ),
    Mistake(
        "gaps forgotten in the window",
        "You leave room for a dilated window and read neighbouring pixels: "
        "a slice with a step leaves the gaps.",
        on_padded_picture(lambda *_: {"dilation": 1}),
    ),
    Mistake(
        "stride multiplied by the dilation",
        "Your windows lie the stride times the dilation apart. The dilation is for the "
        "pixels inside a window; from one window to the next it is the stride.",
        on_padded_picture(
            lambda *axes: {"stride": [axis.step * axis.dilation for axis in axes]}
        ),
    ),
    Mistake(
        "dilation counted from 0",
        "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
        lambda reference, *arrays, dilation=1, **settings: reference(
            *arrays, dilation=dilation + 1, **settings
        ),
    ),
    Mistake(
        "dilated reach one gap too long",
        "You make room for k times d pixels. A dilated window ends at its last "
        "pixel, so fewer will do and more windows fit.",
        fewer(
            lambda size, axis: positions(
                axis.n, axis.k * axis.dilation, axis.step, sum(axis.zeros)
            )
        ),
    ),
    Mistake(
        "padding ignored",
        'With padding="same" you do not pad at all.',
        with_settings(padding="valid"),
    ),
    Mistake(
        "always padded",
        'With padding="valid" nothing is added to the picture; you pad it all the '
        "same.",
        with_settings(padding="same"),
    ),
    Mistake(
        "padded by default",
        'A call that names no padding means "valid": look at the first line.',
        by_default(padding="same"),
    ),
    Mistake(
        "dilation on the height only",
        "Your window has gaps between its rows and none between its columns; "
        "`dilation` counts for both axes.",
        dilated_along(0),
    ),
    Mistake(
        "dilation on the width only",
        "Your window has gaps between its columns and none between its rows; "
        "`dilation` counts for both axes.",
        dilated_along(1),
    ),
    *(
        Mistake(name, hint, with_settings(pads=pads))
        for name, hint, pads in PADDINGS
        if name != "dilation counted from 0"
    ),
    Mistake(
        "odd pixel lost",
        "You put half of the total on each side and drop the rest of an odd total.",
        with_settings(pads=lambda *call: (tensorflow_pads(*call)[0],) * 2),
    ),
    Mistake(
        "one pad counted in the size",
        "The picture grows on both sides; your output size knows only one of them.",
        fewer(
            lambda size, axis: (
                size
                if axis.padding == "valid"
                else positions(axis.n, axis.reach, axis.step, axis.zeros[0])
            )
        ),
    ),
    Mistake(
        "height padded only",
        "You pad above and below, and leave left and right as they are.",
        padded(lambda down, across: [down.zeros, (0, 0)]),
    ),
    Mistake(
        "pads of the height for both",
        "You pad the width with the numbers of the height; each axis has its own "
        "size, kernel and stride.",
        padded(lambda down, across: [down.zeros, down.zeros]),
    ),
    Mistake(
        "width padded only",
        "You pad left and right, and leave above and below as they are.",
        padded(lambda down, across: [(0, 0), across.zeros]),
    ),
    Mistake(
        "pads of the width for both",
        "You pad the height with the numbers of the width; each axis has its own "
        "size, kernel and stride.",
        padded(lambda down, across: [across.zeros, across.zeros]),
    ),
    Mistake(
        "pads of height and width exchanged",
        "You pad the height with the numbers of the width and the width with those "
        "of the height.",
        padded(lambda down, across: [across.zeros, down.zeros]),
    ),
    Mistake(
        "border of ones",
        "The border must be 0; yours is 1.",
        with_settings(border="constant", constant_values=1),
    ),
    Mistake(
        "border repeats the edge",
        "The border must be 0; yours continues the outermost pixels.",
        with_settings(border="edge"),
    ),
    Mistake(
        "border reflects the picture",
        "The border must be 0; yours mirrors the picture.",
        with_settings(border="reflect"),
    ),
    *map(with_settings_kept, _AS_IN_LAB_05),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=strided,
    parts={"valid": 3, "same": 1},
    arithmetic=windowed,
    window=drawn_window,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=where,
)
