"""Exercises of lab 06: where the windows of a convolution may lie."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage

from grader import compare
from grader.exercise import Case, Exercise, Mistake
from grader.exercises.lab05_channels_and_filters import (
    FORBIDDEN,
    biases,
    layer,
    pictures,
    small_numbers,
)

Wrong = Callable[..., Any]
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
    """Find the fewest zeros that let a window start at every stride-th pixel."""
    wanted = len(range(0, n, stride))
    total = next(
        total
        for total in itertools.count()
        if positions(n, k, stride, total, dilation) >= wanted
    )
    before, after = divmod(total, 2)
    return before, before + after


PREDICTIONS = Exercise(
    id="lab06.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


def _size_cases(rng: np.random.Generator) -> list[Case]:
    grid: list[tuple[int, ...]] = [
        (5, 3, 1, 0),
        (7, 3, 2, 2),
        (28, 3, 2, 0),
        (6, 3, 2, 1),
        (10, 2, 3, 0),
        (9, 4, 1, 3),
        (3, 3, 1, 0),
    ]
    dilated: list[tuple[int, ...]] = [(12, 3, 1, 0, 2), (11, 4, 2, 4, 3)]
    for _ in range(2):
        k, stride, pad, dilation, more = (int(d) for d in rng.integers(1, 5, 5))
        dilated.append(((k - 1) * dilation + 8 + 5 * more, k, stride, pad, dilation))
    cases = [Case(case) for case in grid]
    return cases + [Case(case[:4], {"dilation": case[4]}) for case in dilated]


def _size_mistake(
    change: Callable[[Wrong, int, int, int, int, int], Any],
) -> Wrong:
    """Give a mistake as a function of (reference, n, k, stride, pad, dilation)."""

    def wrong(
        reference: Wrong, n: int, k: int, stride: int, pad_total: int, dilation: int = 1
    ) -> Any:
        return change(reference, n, k, stride, pad_total, dilation)

    return wrong


def _fraction(reference: Wrong, n: int, k: int, s: int, p: int, d: int) -> float:
    return float((reference(n, k, 1, p, d) - 1) / s + 1)


OUTPUT_SIZE = Exercise(
    id="lab06.output_size",
    points=2,
    cases=_size_cases,
    reference=positions,
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "one position too few",
            "You count the steps between windows; there is one window more than steps.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, s, p, d) - 1),
        ),
        Mistake(
            "last window forgotten",
            "You lose the last window where it fits exactly: "
            "it may end with the row. `range` leaves its end out.",
            _size_mistake(lambda ref, n, k, s, p, d: -((1 - ref(n, k, 1, p, d)) // s)),
        ),
        Mistake(
            "rounded up",
            "You count a last window that does not fit. "
            "A window that would stick out is left out.",
            _size_mistake(
                lambda ref, n, k, s, p, d: int(np.ceil(_fraction(ref, n, k, s, p, d)))
            ),
        ),
        Mistake(
            "not rounded",
            "Your result can be a fraction; the number of windows is a whole number.",
            _size_mistake(_fraction),
        ),
        Mistake(
            "the one added before dividing",
            "You divide the positions of stride 1 by the stride. The first window costs "
            "no step, so it is counted apart.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, 1, p, d) // s),
        ),
        Mistake(
            "padding counted twice",
            "`pad_total` holds the pixels of both sides together; do not double it.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, s, 2 * p, d)),
        ),
        Mistake(
            "padding counted once",
            "You use half of `pad_total`; all of it makes the picture longer.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, s, p // 2, d)),
        ),
        Mistake(
            "padding ignored",
            "Your result does not depend on `pad_total`.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, s, 0, d)),
        ),
        Mistake(
            "stride ignored",
            "Your window moves one pixel at a time, whatever the stride.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, 1, p, d)),
        ),
        Mistake(
            "same size at every stride",
            "You divide the size of the picture and leave the window out: "
            "the last start depends on how long the window is.",
            _size_mistake(lambda ref, n, k, s, p, d: (n + p) // s),
        ),
        Mistake(
            "windows of SAME counted",
            "Dividing by the stride and rounding up is the rule of TensorFlow's SAME. "
            "Here the padding is given, and the last window has to fit.",
            _size_mistake(lambda ref, n, k, s, p, d: -(-(n + p) // s)),
        ),
        Mistake(
            "dilation ignored",
            "A dilated window reaches further than its number of weights.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, s, p)),
        ),
        Mistake(
            "dilated reach one gap too long",
            "Your dilated window reaches from its first pixel to beyond its last. "
            "Between k pixels there are fewer gaps than pixels.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k * d, s, p)),
        ),
        Mistake(
            "reach one pixel short",
            "You take the distance from the window's first pixel to its last for its "
            "length; both pixels belong to it.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k, s, p + 1, d)),
        ),
        Mistake(
            "dilation added once",
            "Your window grows by the same amount, however many weights it has. "
            "Each of the gaps between its weights grows.",
            _size_mistake(lambda ref, n, k, s, p, d: ref(n, k + d - 1, s, p)),
        ),
        Mistake(
            "dilation counted from 0",
            "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
            _size_mistake(
                lambda ref, n, k, s, p, d: (n + p - spread(k, d + 1).size) // s + 1
            ),
        ),
    ),
    forbidden=FORBIDDEN,
)


def _pads_cases(rng: np.random.Generator) -> list[Case]:
    grid: list[tuple[int, ...]] = [
        (28, 3, 2),
        (5, 2, 1),
        (7, 3, 2),
        (4, 1, 2),
        (10, 6, 1),
        (13, 6, 5),
        (9, 4, 3),
    ]
    dilated: list[tuple[int, ...]] = [(9, 3, 1, 2), (12, 3, 2, 3), (11, 2, 2, 4)]
    for _ in range(2):
        n, k, stride, dilation = (int(d) for d in rng.integers(1, 6, 4))
        dilated.append((n + 8, k, stride, dilation))
    cases = [Case(case) for case in grid]
    return cases + [Case(case[:3], {"dilation": case[3]}) for case in dilated]


def _halves(total: int) -> Pads:
    return total // 2, total - total // 2


def _signed_pads(
    n: int, k: int, stride: int, dilation: int = 1, outputs: int | None = None
) -> Pads:
    """Split what `outputs` windows lack, or have too much."""
    wanted = len(range(0, n, stride)) if outputs is None else outputs
    lacking = (wanted - 1) * stride + spread(k, dilation).size - n
    return _halves(lacking)


def _symmetric(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return (spread(k, dilation).size // 2,) * 2


def _symmetric_down(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return ((spread(k, dilation).size - 1) // 2,) * 2


def _symmetric_plain(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return (k // 2, k // 2)


def _one_step_more(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    before, after = _signed_pads(n, k, stride, dilation)
    return _halves(max(before + after + stride, 0))


def _extra_first(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    before, after = tensorflow_pads(n, k, stride, dilation)
    return after, before


def _for_stride_1(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k, 1, dilation)


def _for_rounded_down(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    before, after = _signed_pads(n, k, stride, dilation, n // stride)
    return _halves(max(before + after, 0))


def _for_same_size(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return _signed_pads(n, k, stride, dilation, n)


def _for_plain(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k, stride)


def _for_long_reach(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k * dilation, stride)


def _for_next_dilation(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k, stride, dilation + 1)


def _all_after(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return 0, sum(tensorflow_pads(n, k, stride, dilation))


def _total_twice(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return (sum(tensorflow_pads(n, k, stride, dilation)),) * 2


PADDINGS: tuple[tuple[str, str, Callable[..., Pads]], ...] = (
    (
        "same pad on both sides",
        "You pad half the kernel on each side, whatever the stride. For 28 pixels, "
        "kernel 3 and stride 2 one pixel is enough, and TensorFlow puts it at the end.",
        _symmetric,
    ),
    (
        "half the kernel on both sides, rounded down",
        "You pad the same on each side, whatever the stride. An even kernel needs an "
        "odd total, and a larger stride fewer zeros.",
        _symmetric_down,
    ),
    (
        "half the kernel on both sides, without dilation",
        "You pad half the number of weights on each side, whatever stride and dilation "
        "are. Both change how far the windows reach.",
        _symmetric_plain,
    ),
    (
        "one step too many",
        "From the first window to the last there is one step less than there are windows.",
        _one_step_more,
    ),
    (
        "odd pixel first",
        "The total is right. If it is odd, TensorFlow puts the extra pixel at the end: "
        "bottom and right.",
        _extra_first,
    ),
    (
        "padding ignores the stride",
        "Your pads are those of stride 1. With a larger stride the last window starts "
        "earlier and needs fewer.",
        _for_stride_1,
    ),
    (
        "output size rounded down",
        "You pad for floor(n / stride) windows; SAME gives one more if a rest is left.",
        _for_rounded_down,
    ),
    (
        "same size at every stride",
        "You pad so much that the output is as large as the input. "
        "SAME keeps the size at stride 1 only.",
        _for_same_size,
    ),
    (
        "negative padding",
        "Your total can fall below 0, which would cut pixels off. "
        "Where the window is shorter than the stride nothing needs to be added.",
        _signed_pads,
    ),
    (
        "all padding at the end",
        "The total is right, and you put all of it at the end. It is shared between "
        "both sides.",
        _all_after,
    ),
    (
        "total on both sides",
        "You put the total on each side, so twice as much in all.",
        _total_twice,
    ),
    (
        "padding ignores the dilation",
        "A dilated window reaches further, so its outermost pixels need more padding.",
        _for_plain,
    ),
    (
        "padding for a reach of k times d",
        "Your dilated window is too long. Between k pixels there are fewer gaps than "
        "pixels.",
        _for_long_reach,
    ),
    (
        "dilation counted from 0",
        "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
        _for_next_dilation,
    ),
)


def _pads_mistake(pads: Callable[..., Any]) -> Wrong:
    return lambda reference, n, k, stride, dilation=1: pads(n, k, stride, dilation)


SAME_PADS = Exercise(
    id="lab06.same_pads",
    points=3,
    cases=_pads_cases,
    reference=tensorflow_pads,
    comparison=compare.exact,
    mistakes=(
        *(Mistake(name, hint, _pads_mistake(pads)) for name, hint, pads in PADDINGS),
        Mistake(
            "odd pixel lost",
            "You use half of the total on each side and drop the rest of an odd total.",
            _pads_mistake(lambda *args: (tensorflow_pads(*args)[0],) * 2),
        ),
        Mistake(
            "odd pixel on both sides",
            "You round half of an odd total up on both sides; one of them is enough.",
            _pads_mistake(lambda *args: (tensorflow_pads(*args)[1],) * 2),
        ),
        Mistake(
            "half pixels",
            "Half a pixel cannot be added; an odd total needs unequal sides.",
            _pads_mistake(lambda *args: (sum(tensorflow_pads(*args)) / 2,) * 2),
        ),
        Mistake(
            "only the total",
            "Your number is the total of both sides; return two numbers, "
            "(before, after).",
            _pads_mistake(lambda *args: sum(tensorflow_pads(*args))),
        ),
    ),
    forbidden=FORBIDDEN,
)


def _padded(
    x: np.ndarray, top: int, bottom: int, left: int, right: int, value: float = 0
) -> np.ndarray:
    """Pad by shifting the picture on a larger sheet of `value`."""
    images, height, width, channels = x.shape
    sheet = (images, top + height + bottom, left + width + right, channels)
    rows, columns = (np.arange(sheet[1]) - top, np.arange(sheet[2]) - left)
    inside = np.logical_and.outer(
        (rows >= 0) & (rows < height), (columns >= 0) & (columns < width)
    )
    copies = x.take(rows, 1, mode="clip").take(columns, 2, mode="clip")
    return np.where(inside[None, :, :, None], copies, value)


def _pad_cases(rng: np.random.Generator) -> list[Case]:
    pads = [int(p) for p in rng.integers(0, 4, 4)]
    grid: list[tuple[tuple[int, ...], Sequence[int], float]] = [
        ((1, 2, 3, 1), (1, 1, 1, 1), 0),
        ((2, 3, 4, 2), (1, 2, 3, 4), 0),
        ((2, 3, 2, 2), (0, 1, 2, 0), -7.5),
        ((2, 4, 3, 1), (2, 0, 0, 1), 0),
        ((2, 2, 3, 2), (0, 0, 0, 0), 5),
        ((2, 3, 3, 3), pads, float(rng.uniform(1, 2))),
    ]
    cases = [
        Case(
            (pictures(rng, *shape), *sides),
            {} if value == 0 else {"value": value},
            label=_pad_label(shape, sides, value),
        )
        for shape, sides, value in grid
    ]
    whole, sides = rng.integers(1, 10, (2, 2, 2, 1)), (1, 0, 2, 1)
    label = _pad_label(whole.shape, sides, 0.5) + ", whole numbers"
    return [*cases, Case((whole, *sides), {"value": 0.5}, label=label)]


def _pad_label(shape: Sequence[int], sides: Sequence[int], value: float) -> str:
    images, height, width, channels = shape
    top, bottom, left, right = sides
    return (
        f"{images}x{height}x{width}x{channels}, top {top}, bottom {bottom}, left {left}, "
        f"right {right}, value {compare.show(value)}"
    )


def _sides(change: Callable[[int, int, int, int], Sequence[int]]) -> Wrong:
    """Give a mistake that pads other sides than asked."""

    def wrong(
        reference: Wrong,
        x: Any,
        top: int,
        bottom: int,
        left: int,
        right: int,
        value: Any = 0,
    ) -> Any:
        return reference(x, *change(top, bottom, left, right), value)

    return wrong


def _border(**how: Any) -> Wrong:
    """Give a mistake that pads with something else, by `numpy.pad`."""

    def wrong(
        reference: Wrong,
        x: Any,
        top: int,
        bottom: int,
        left: int,
        right: int,
        value: Any = 0,
    ) -> Any:
        return np.pad(x, [(0, 0), (top, bottom), (left, right), (0, 0)], **how)

    return wrong


def _wrong_axes(*axes: int) -> Wrong:
    """Give a mistake that takes two other axes for height and width."""

    def wrong(
        reference: Wrong,
        x: Any,
        top: int,
        bottom: int,
        left: int,
        right: int,
        value: Any = 0,
    ) -> Any:
        pads = [(0, 0)] * 4
        pads[axes[0]], pads[axes[1]] = (top, bottom), (left, right)
        dtype = np.result_type(x, value)
        return np.pad(x.astype(dtype), pads, constant_values=value)

    return wrong


def _minus_zero(
    reference: Wrong,
    x: Any,
    top: int,
    bottom: int,
    left: int,
    right: int,
    value: Any = 0,
) -> Any:
    padded = np.full_like(reference(x, top, bottom, left, right, value), value)
    padded[:, top:-bottom, left:-right, :] = x
    return padded


def _pad_dtype(reference: Wrong, x: Any, *sides: int, value: float = 0) -> Any:
    return reference(x, *sides, value).astype(x.dtype)


def _border_dtype(reference: Wrong, x: Any, *sides: int, value: float = 0) -> Any:
    return reference(x, *sides, value).astype(np.asarray(value).dtype)


def _pad_added(reference: Wrong, x: Any, *sides: int, value: float = 0) -> Any:
    return reference(x + value, *sides, value)


def _pad_changed(reference: Wrong, x: Any, *sides: int, value: float = 0) -> Any:
    padded = reference(x, *sides, value)
    x += 1
    return padded


def _pad_window(
    index: tuple[int, ...],
    x: Any,
    top: int,
    bottom: int,
    left: int,
    right: int,
    value: float = 0,
) -> str:
    if len(index) != 4:
        return ""
    n, i, j, c = index
    row, column = i - top, j - left
    if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
        return f"Padded [{n}, {i}, {j}, {c}] is the picture's x[{n}, {row}, {column}, {c}]."
    return f"Padded [{n}, {i}, {j}, {c}] lies in the border."


PAD2D = Exercise(
    id="lab06.pad2d",
    points=2,
    cases=_pad_cases,
    reference=_padded,
    mistakes=(
        Mistake(
            "slice ends at minus zero",
            "`[top:-bottom]` is empty if `bottom` is 0, since -0 is 0. "
            "Say where the picture ends, counted from the start.",
            _minus_zero,
        ),
        Mistake(
            "value ignored",
            "Your border is always 0; it should hold `value`.",
            _border(),
        ),
        Mistake(
            "border of ones",
            "Your border is always 1; it should hold `value`.",
            _border(constant_values=1),
        ),
        Mistake(
            "border repeats the edge",
            "You continue the outermost pixels into the border; it should hold `value`.",
            _border(mode="edge"),
        ),
        Mistake(
            "border reflects the picture",
            "You mirror the picture into the border; it should hold `value`.",
            _border(mode="reflect"),
        ),
        Mistake(
            "top and bottom exchanged",
            "What should be added above is added below.",
            _sides(lambda top, bottom, left, right: (bottom, top, left, right)),
        ),
        Mistake(
            "left and right exchanged",
            "What should be added on the left is added on the right.",
            _sides(lambda top, bottom, left, right: (top, bottom, right, left)),
        ),
        Mistake(
            "both pairs exchanged",
            "What should be added above is added below, and left and right are "
            "exchanged as well: how many rows stand above the picture's first one?",
            _sides(lambda top, bottom, left, right: (bottom, top, right, left)),
        ),
        Mistake(
            "rows and columns exchanged",
            "Top and bottom belong to the rows (axis 1), left and right to the columns "
            "(axis 2).",
            _sides(lambda top, bottom, left, right: (left, right, top, bottom)),
        ),
        Mistake(
            "first side used twice",
            "You pad as much below as above and as much on the right as on the left; "
            "each of the four numbers counts for itself.",
            _sides(lambda top, bottom, left, right: (top, top, left, left)),
        ),
        Mistake(
            "all padding at the end",
            "You put everything at the bottom and on the right.",
            _sides(lambda t, b, le, r: (0, t + b, 0, le + r)),
        ),
        Mistake(
            "height only",
            "Only the height grows; the width has its own two numbers.",
            _sides(lambda top, bottom, left, right: (top, bottom, 0, 0)),
        ),
        Mistake(
            "batch axis padded",
            "You added pictures to the batch: height is axis 1 and width is axis 2.",
            _wrong_axes(0, 1),
        ),
        Mistake(
            "channel axis padded",
            "You added channels: height is axis 1 and width is axis 2.",
            _wrong_axes(2, 3),
        ),
        Mistake(
            "type of the border",
            "Your new array has the type of `value`: `np.full(shape, 0)` holds whole "
            "numbers, and the picture loses its decimals in it.",
            _border_dtype,
        ),
        Mistake(
            "border added to the picture",
            "`value` is also added to the picture's own pixels. Put the picture into "
            "the middle; do not add it to what is there.",
            _pad_added,
        ),
        Mistake(
            "cut to whole numbers",
            "For a picture of whole numbers a border of 0.5 becomes 0: your new array "
            "has the picture's dtype.",
            _pad_dtype,
        ),
        Mistake(
            "input changed",
            "The result is right, but you wrote into the caller's picture. "
            "Build a new array instead.",
            _pad_changed,
        ),
    ),
    forbidden=(*FORBIDDEN, "numpy.pad"),
    window=_pad_window,
)


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
    """Compute every window, then keep those that the stride visits.

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
    """Put zeros between the weights."""
    down, right = (spread(k, dilation) for k in W.shape[:2])
    wide = np.zeros((down.size, right.size, *W.shape[2:]))
    wide[::dilation, ::dilation] = W
    return wide


_CONV_GRID: tuple[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]], ...] = (
    ((1, 4, 5, 1), (2, 2, 1), {}),
    ((2, 6, 9, 2), (3, 2, 2), {"stride": (2, 3)}),
    ((2, 8, 6, 1), (3, 3, 2), {"stride": (2, 2)}),
    ((2, 7, 9, 2), (2, 3, 2), {"stride": (3, 1), "dilation": 2}),
    ((2, 8, 7, 1), (3, 2, 1), {"dilation": 3}),
    ((2, 6, 5, 2), (3, 3, 2), {"padding": "same"}),
    ((2, 6, 6, 1), (3, 3, 1), {"stride": (2, 2), "padding": "same"}),
    ((2, 7, 8, 2), (4, 6, 2), {"stride": (1, 3), "padding": "same"}),
    ((2, 4, 7, 1), (1, 3, 2), {"stride": (2, 2), "padding": "same"}),
    ((2, 9, 8, 1), (3, 2, 1), {"padding": "same", "stride": (2, 1), "dilation": 2}),
)

# Small enough to follow by hand.
_SMALL_GRID: tuple[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]], ...] = (
    ((1, 3, 3, 2), (2, 2, 2), {}),
    ((1, 5, 4, 1), (2, 2, 1), {"stride": (2, 1)}),
    ((1, 4, 5, 1), (2, 2, 1), {"dilation": 2, "stride": (1, 2)}),
    ((1, 4, 3, 1), (3, 2, 1), {"stride": (2, 1), "padding": "same"}),
)


def _conv_cases(rng: np.random.Generator) -> list[Case]:
    cases = [_conv_case(rng, *row) for row in _CONV_GRID]
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
    b = biases(rng, filters)
    args = (x, W, np.trunc(b) if small else b)
    return Case(args, settings, label=", ".join(told), part=padding)


def _other(**settings: Any) -> Wrong:
    """Give a mistake that is right except for some settings, forced to be others."""
    return lambda reference, *args, **kwargs: reference(*args, **{**kwargs, **settings})


def _stride(change: Callable[[int, int], tuple[int, int]]) -> Wrong:
    """Give a mistake that moves by another stride but pads for the right one."""

    def wrong(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
        stride = change(*kwargs.get("stride", (1, 1)))
        return reference(x, W, b, **{**kwargs, "stride": stride})

    return wrong


def _weights(change: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    return lambda reference, x, W, b, **kwargs: reference(x, change(W), b, **kwargs)


def _result(change: Callable[..., Any]) -> Wrong:
    """Give a mistake that changes the right result, knowing the call."""

    def wrong(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
        return change(reference(x, W, b, **kwargs), x, W, b, **kwargs)

    return wrong


def _from_own_index(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    right = reference(x, W, b, **kwargs)
    dense = _unit_stride(x, W, b, **kwargs)
    return dense[:, : right.shape[1], : right.shape[2]]


def _unit_stride(x: Any, W: Any, b: Any, **kwargs: Any) -> np.ndarray:
    """Compute all windows, on the picture padded for the stride asked."""
    stride = kwargs.get("stride", (1, 1))

    def pads(n: int, k: int, step: int, dilation: int) -> Pads:
        return next(both)

    both = iter(
        tensorflow_pads(n, k, step, kwargs.get("dilation", 1))
        for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True)
    )
    return strided(x, W, b, **{**kwargs, "stride": (1, 1)}, pads=pads)


def _skipping_range(right: Any, *_: Any, **kwargs: Any) -> Any:
    down, across = kwargs.get("stride", (1, 1))
    rows, columns = (-(-right.shape[1] // down), -(-right.shape[2] // across))
    return right[:, :rows, :columns]


def _rounded_up(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    stride, dilation = kwargs.get("stride", (1, 1)), kwargs.get("dilation", 1)
    zeros = [(0, 0)]
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        pads = (0, 0)
        if kwargs.get("padding") == "same":
            pads = tensorflow_pads(n, k, step, dilation)
        rest = (n + sum(pads) - spread(k, dilation).size) % step
        zeros.append((pads[0], pads[1] + (step - rest) % step))
    wide = np.pad(x, [*zeros, (0, 0)])
    return reference(wide, W, b, **{**kwargs, "padding": "valid"})


def _one_pad_counted(right: Any, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    if kwargs.get("padding") != "same":
        return right
    stride, dilation = kwargs.get("stride", (1, 1)), kwargs.get("dilation", 1)
    rows, columns = (
        positions(n, k, step, tensorflow_pads(n, k, step, dilation)[0], dilation)
        for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True)
    )
    return right[:, :rows, :columns]


def _height_only(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    if kwargs.get("padding") != "same":
        return reference(x, W, b, **kwargs)
    pads = tensorflow_pads(
        x.shape[1],
        W.shape[0],
        kwargs.get("stride", (1, 1))[0],
        kwargs.get("dilation", 1),
    )
    tall = np.pad(x, [(0, 0), pads, (0, 0), (0, 0)])
    return reference(tall, W, b, **{**kwargs, "padding": "valid"})


def _height_for_both(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    if kwargs.get("padding") != "same":
        return reference(x, W, b, **kwargs)
    step, dilation = kwargs.get("stride", (1, 1))[0], kwargs.get("dilation", 1)
    pads = tensorflow_pads(x.shape[1], W.shape[0], step, dilation)
    wide = np.pad(x, [(0, 0), pads, pads, (0, 0)])
    return reference(wide, W, b, **{**kwargs, "padding": "valid"})


def _square(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    if W.shape[0] != W.shape[1]:
        raise ValueError
    return reference(x, W, b, **kwargs)


def _plain_size(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    """Fail where more windows are visited than fit with the dilation."""
    dilation, stride = kwargs.get("dilation", 1), kwargs.get("stride", (1, 1))
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        total = 0
        if kwargs.get("padding") == "same":
            total = sum(tensorflow_pads(n, k, step, dilation))
        if positions(n, k, step, total) > positions(n, k, step, total, dilation):
            raise ValueError
    return reference(x, W, b, **kwargs)


def _reach_times_d(right: Any, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    dilation, stride = kwargs.get("dilation", 1), kwargs.get("stride", (1, 1))
    sizes = []
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        total = 0
        if kwargs.get("padding") == "same":
            total = sum(tensorflow_pads(n, k, step, dilation))
        sizes.append(positions(n, k * dilation, step, total))
    return right[:, : sizes[0], : sizes[1]]


def _first_picture(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    return reference(np.repeat(x[:1], len(x), 0), W, b, **kwargs)


def _first_channel(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    return reference(x[..., :1], W[:, :, :1], b, **kwargs)


def _no_bias(reference: Wrong, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    return reference(x, W, np.zeros_like(b), **kwargs)


def _keep_dtype(right: Any, x: Any, *_: Any, **kwargs: Any) -> Any:
    return right.astype(x.dtype) if x.dtype.kind in "iu" else right


def _input_changed(right: Any, x: Any, *_: Any, **kwargs: Any) -> Any:
    x += 1
    return right


def _conv_window(
    index: tuple[int, ...],
    x: Any,
    W: Any,
    b: Any,
    stride: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: int = 1,
) -> str:
    if len(index) != 4:
        return ""
    n, places, axes = index[0], [], zip(x.shape[1:3], W.shape[:2], stride, strict=True)
    for place, (size, k, step) in zip(index[1:3], axes, strict=True):
        before = tensorflow_pads(size, k, step, dilation)[0] if padding == "same" else 0
        first = place * step - before
        places.append([first + tap * dilation for tap in range(k)])
    rows, columns = places
    note = " (numbers outside the picture mean padding)" if padding == "same" else ""
    return (
        f"Output {list(index)} reads picture {n} in rows {rows} and columns "
        f"{columns}{note}, all channels, with W[:, :, :, {index[3]}]."
    )


CONV2D = Exercise(
    id="lab06.conv2d",
    points=4,
    cases=_conv_cases,
    reference=strided,
    parts={"valid": 3, "same": 1},
    mistakes=(
        Mistake(
            "window starts at i, not at i times the stride",
            "The size of your output is right. Output (i, j) must start at i times the "
            "stride; yours starts at i.",
            _from_own_index,
        ),
        Mistake(
            "stride ignored",
            "Your window moves one pixel at a time, whatever the stride.",
            lambda reference, *args, **kwargs: _unit_stride(*args, **kwargs),
        ),
        Mistake(
            "stride on the height only",
            "Your stride works down the picture; across it you still move by 1.",
            _stride(lambda down, across: (down, 1)),
        ),
        Mistake(
            "stride on the width only",
            "Your stride works across the picture; down it you still move by 1.",
            _stride(lambda down, across: (1, across)),
        ),
        Mistake(
            "one stride for both axes",
            "You use the first stride for both directions; `stride` holds one for each.",
            _stride(lambda down, across: (down, down)),
        ),
        Mistake(
            "strides exchanged",
            "`stride` is (down, across), in the order of the picture's axes.",
            _stride(lambda down, across: (across, down)),
        ),
        Mistake(
            "range with the stride over the output",
            "`range(0, out, stride)` counts outputs and pixels at once. Visit every "
            "output, and compute where its window starts.",
            _result(_skipping_range),
        ),
        Mistake(
            "one position too few",
            "Your last row and column of windows are missing.",
            _result(lambda right, *_, **kwargs: right[:, :-1, :-1]),
        ),
        Mistake(
            "rounded up",
            "You count a last window that sticks out of the picture; it is left out.",
            _rounded_up,
        ),
        Mistake(
            "height and width swapped",
            "Your feature maps lie on their side: the output is (N, height, width, F).",
            _result(lambda right, *_, **kwargs: right.transpose(0, 2, 1, 3)),
        ),
        Mistake(
            "square kernel assumed",
            "You read one side of the kernel and use it for both; here a kernel may be "
            "taller than wide.",
            _square,
        ),
        Mistake(
            "size without dilation",
            "Your output has a place for every window of dilation 1. "
            "A dilated window reaches further, and your last ones stick out.",
            _plain_size,
        ),
        Mistake(
            "kernel flipped",
            "This is mathematical convolution; deep-learning layers do "
            "cross-correlation. Do not rotate the kernel.",
            _weights(lambda W: W[::-1, ::-1]),
        ),
        Mistake(
            "kernel transposed",
            "The first axis of `W` goes down the picture, the second goes right.",
            _weights(lambda W: W.transpose(1, 0, 2, 3)),
        ),
        Mistake(
            "dilation ignored",
            "Your window takes neighbouring pixels, whatever the dilation.",
            _other(dilation=1),
        ),
        Mistake(
            "dilation counted from 0",
            "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
            lambda reference, *args, dilation=1, **kwargs: reference(
                *args, **kwargs, dilation=dilation + 1
            ),
        ),
        Mistake(
            "dilated reach one gap too long",
            "You make room for k times d pixels. A dilated window ends at its last "
            "pixel, so fewer will do and more windows fit.",
            _result(_reach_times_d),
        ),
        Mistake(
            "padding ignored",
            'With padding="same" you do not pad at all.',
            _other(padding="valid"),
        ),
        Mistake(
            "always padded",
            'With padding="valid" nothing is added to the picture; you pad it all the '
            "same.",
            _other(padding="same"),
        ),
        *(
            Mistake(name, hint, _other(pads=pads))
            for name, hint, pads in PADDINGS
            if name != "dilation counted from 0"
        ),
        Mistake(
            "one pad counted in the size",
            "The picture grows on both sides; your output size knows only one of them.",
            _result(_one_pad_counted),
        ),
        Mistake(
            "height padded only",
            "You pad above and below, and leave left and right as they are.",
            _height_only,
        ),
        Mistake(
            "pads of the height for both",
            "You pad the width with the numbers of the height; each axis has its own "
            "size, kernel and stride.",
            _height_for_both,
        ),
        Mistake(
            "border of ones",
            "The border must be 0; yours is 1.",
            _other(border="constant", constant_values=1),
        ),
        Mistake(
            "border repeats the edge",
            "The border must be 0; yours continues the outermost pixels.",
            _other(border="edge"),
        ),
        Mistake(
            "border reflects the picture",
            "The border must be 0; yours mirrors the picture.",
            _other(border="reflect"),
        ),
        Mistake(
            "only the first channel",
            "Only channel 0 reaches your sum. Each filter sums over all channels.",
            _first_channel,
        ),
        Mistake(
            "bias forgotten",
            "Your windows are right and the biases are missing.",
            _no_bias,
        ),
        Mistake(
            "first picture for all",
            "All pictures of the batch get the feature maps of picture 0.",
            _first_picture,
        ),
        Mistake(
            "ReLU applied",
            "Your negative values have become 0. The layer itself is linear.",
            _result(lambda right, *_, **kwargs: np.maximum(right, 0)),
        ),
        Mistake(
            "cut to whole numbers",
            "For a picture of whole numbers your result loses its decimals: the array "
            "you fill has the picture's dtype.",
            _result(_keep_dtype),
        ),
        Mistake(
            "input changed",
            "The result is right, but you wrote into the caller's picture. "
            "Build a new array instead.",
            _result(_input_changed),
        ),
    ),
    forbidden=FORBIDDEN,
    window=_conv_window,
)

PLUS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def _counted(board: np.ndarray, kernel: Any = PLUS, **border: Any) -> np.ndarray:
    """Count, for each stone, the empty points under the kernel."""
    border = border or {"mode": "constant"}
    empty = (board == 0).astype(int)
    return np.asarray(
        ndimage.correlate(empty, np.asarray(kernel), **border) * (1 - empty)
    )


def _boards(rng: np.random.Generator) -> list[Case]:
    corner = np.zeros((3, 3), int)
    corner[0, 0] = 1
    full = np.ones((2, 3), int)
    ring = np.array([[0, 1, 0], [1, 2, 1], [0, 1, 0]])
    block = np.array([[2, 2, 0, 0], [0, 1, 1, 0], [0, 0, 1, 2]])
    wide = rng.integers(0, 3, (3, 6))
    wide[0, :3] = 2, 0, 1
    return [
        Case((corner,), label="one black stone in the corner"),
        Case((ring,), label="a white stone with black neighbours"),
        Case((block,), label="black and white stones on 3x4"),
        Case((full,), label="a full board"),
        Case((np.zeros((2, 4), int),), label="an empty board"),
        Case((wide,), label="random stones on 3x6"),
        Case((rng.integers(0, 3, (9, 9)),), label="random stones on 9x9"),
        Case((rng.integers(0, 2, (5, 4)) * 2,), label="white stones on 5x4"),
    ]


def _board(count: Callable[[np.ndarray], Any]) -> Wrong:
    return lambda reference, board: count(board)


def _chains(board: np.ndarray) -> np.ndarray:
    """Count the empty points beside each stone's whole chain."""
    counts = np.zeros_like(board)
    for colour in (1, 2):
        chains, number = ndimage.label(board == colour, PLUS)
        for chain in range(1, number + 1):
            beside = ndimage.binary_dilation(chains == chain, PLUS) & (board == 0)
            counts[chains == chain] = beside.sum()
    return counts


def _from_the_end(board: np.ndarray) -> np.ndarray:
    """Count as if beyond the top and the left edge lay the opposite one."""
    empty = (board == 0).astype(int)
    sheet = np.pad(empty, 1)
    sheet[0, 1:-1], sheet[1:-1, 0] = empty[-1], empty[:, -1]
    counts = ndimage.correlate(sheet, PLUS, mode="constant")[1:-1, 1:-1]
    return np.asarray(counts * (1 - empty))


def _inside_only(board: np.ndarray) -> np.ndarray:
    counts = np.zeros_like(board)
    counts[1:-1, 1:-1] = _counted(board)[1:-1, 1:-1]
    return counts


def _board_changed(reference: Wrong, board: Any) -> Any:
    board[:] = reference(board)
    return board


def _liberties_window(index: tuple[int, ...], board: Any) -> str:
    if len(index) != 2:
        return ""
    i, j = index
    near = board[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
    return f"Around [{i}, {j}] the board is\n{compare.show(near)}"


LIBERTIES = Exercise(
    id="lab06.liberties",
    points=2,
    cases=_boards,
    reference=_counted,
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "outside the board counted as empty",
            "A stone in a corner has two neighbours on the board, and you count four. "
            "What must the padding be, so that a point outside is not empty?",
            _board(lambda board: _counted(board, mode="constant", cval=1)),
        ),
        Mistake(
            "board wraps around",
            "For you the left edge touches the right one; a board ends at its edges.",
            _board(lambda board: _counted(board, mode="wrap")),
        ),
        Mistake(
            "index -1 reads the other side",
            "In Python, row -1 is the last row. So your stones at the top and on the "
            "left look at the opposite edge too.",
            _board(_from_the_end),
        ),
        Mistake(
            "border reflects the board",
            "You mirror the board at its edge; nothing beyond the edge is empty.",
            _board(lambda board: _counted(board, mode="mirror")),
        ),
        Mistake(
            "stones on the border left out",
            "Your loops leave out the outermost rows and columns. Stones there have "
            "liberties too; only a neighbour outside the board does not count.",
            _board(_inside_only),
        ),
        Mistake(
            "diagonals counted",
            "You count eight neighbours; in Go only those along the lines touch.",
            _board(lambda board: _counted(board, np.ones((3, 3), int))),
        ),
        Mistake(
            "right and below only",
            "You count two of the four directions.",
            _board(lambda board: _counted(board, [[0, 0, 0], [0, 0, 1], [0, 1, 0]])),
        ),
        Mistake(
            "left and right only",
            "You count along the rows; columns touch as well.",
            _board(lambda board: _counted(board, [[0, 0, 0], [1, 0, 1], [0, 0, 0]])),
        ),
        Mistake(
            "empty points counted too",
            "Your empty points have counts. The result is 0 where no stone is.",
            _board(
                lambda board: ndimage.correlate(
                    (board == 0).astype(int), PLUS, mode="constant"
                )
            ),
        ),
        Mistake(
            "stones counted, not empty points",
            "You count neighbours that hold a stone; liberties are the empty ones.",
            _board(
                lambda board: (
                    ndimage.correlate((board > 0).astype(int), PLUS, mode="constant")
                    * (board > 0)
                )
            ),
        ),
        Mistake(
            "colours added up",
            "You add the numbers of the board, in which 2 means white and not two. "
            "Make a board of empty points first.",
            _board(
                lambda board: (
                    ndimage.correlate(board, PLUS, mode="constant") * (board > 0)
                )
            ),
        ),
        Mistake(
            "black stones only",
            "White stones have liberties too.",
            _board(lambda board: _counted(board) * (board == 1)),
        ),
        Mistake(
            "counts multiplied by the colour",
            "White stones show twice their count, because white is 2.",
            _board(lambda board: _counted(board) * board),
        ),
        Mistake(
            "True added to True",
            "You add up True and False, and True + True stays True in NumPy. "
            "Count with numbers.",
            _board(lambda board: _counted(board) > 0),
        ),
        Mistake(
            "whole chain counted",
            "In a game of Go connected stones share their liberties; here each stone "
            "counts only the empty points beside itself.",
            _board(_chains),
        ),
        Mistake(
            "input changed",
            "The result is right, but you wrote into the caller's board. "
            "Build a new array instead.",
            _board_changed,
        ),
    ),
    forbidden=FORBIDDEN,
    window=_liberties_window,
)

EXERCISES = (PREDICTIONS, OUTPUT_SIZE, PAD2D, SAME_PADS, CONV2D, LIBERTIES)
