"""What the exercises of lab 08 share: windows, their cases, and mistakes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

from grader.exercises.common.pads import tensorflow_pads
from grader.exercises.common.pictures import pictures, small_numbers
from grader.judging.exercise import Case, Mistake
from grader.judging.show import show_array

Pair = tuple[int, int]


def pooling(reduce: Callable[..., Any]) -> Callable[..., np.ndarray]:
    """Return a pooling layer; NaN stands for what a window does not read.

    Args:
        reduce: makes one number of each window, such as `numpy.nanmax`.
    """

    def pooled(
        x: np.ndarray,
        size: Sequence[int],
        stride: Sequence[int] | None = None,
        padding: str = "valid",
    ) -> np.ndarray:
        steps = tuple(stride or size)
        wide = padded(x, size, steps, padding)
        windows = sliding_window_view(wide, tuple(size), (1, 2))
        with warnings.catch_warnings():
            # A mistake can give a window nothing to read; its answer is NaN.
            warnings.simplefilter("ignore", RuntimeWarning)
            return np.asarray(reduce(windows[:, :: steps[0], :: steps[1]], axis=(4, 5)))

    return pooled


def padded(
    x: np.ndarray,
    size: Sequence[int],
    stride: Sequence[int],
    padding: str,
    pads: Callable[..., Pair] = tensorflow_pads,
    fill: float = np.nan,
    mode: str = "constant",
) -> np.ndarray:
    """Lay out the pictures so that what remains is `padding="valid"`."""
    if padding == "valid":
        return x.astype(float)
    both = [
        pads(n, k, step) for n, k, step in zip(x.shape[1:3], size, stride, strict=True)
    ]
    how: dict[str, Any] = {"constant_values": fill} if mode == "constant" else {}
    return np.pad(x.astype(float), [(0, 0), *both, (0, 0)], mode=mode, **how)  # type: ignore[call-overload,no-any-return]


POOL_GRID: tuple[tuple[tuple[int, ...], Pair, Pair | None, str], ...] = (
    ((1, 4, 6, 1), (2, 2), None, "valid"),
    ((2, 5, 8, 3), (2, 3), None, "valid"),
    ((2, 8, 7, 2), (3, 2), (2, 1), "valid"),
    ((2, 10, 5, 2), (2, 3), (3, 1), "valid"),
    ((2, 10, 9, 2), (3, 2), (3, 2), "valid"),
    ((2, 5, 7, 2), (2, 2), None, "same"),
    ((2, 6, 5, 3), (3, 2), (1, 2), "same"),
    ((2, 7, 6, 2), (4, 3), (3, 2), "same"),
    ((2, 6, 7, 1), (1, 2), (2, 1), "same"),
)


def pool_cases(rng: np.random.Generator) -> list[Case]:
    grid = list(POOL_GRID)
    for padding in ("valid", "same"):
        height, width = (int(side) for side in rng.integers(6, 10, 2))
        kh, kw, down, across = (int(number) for number in rng.integers(1, 5, 4))
        grid.append(((2, height, width, 2), (kh, kw), (down, across), padding))
    cases = [pool_case(pictures(rng, *row[0]), *row[1:]) for row in grid]
    for padding in ("valid", "same"):
        negative = -1 - abs(pictures(rng, 2, 8, 6, 2))
        settings = ((3, 3), (2, 2), padding)
        cases.append(pool_case(negative, *settings, note="all values negative"))
    whole = rng.integers(-9, 10, (2, 5, 6, 2))
    whole[0, 2, 3, 0] = 0  # whoever takes a 0 for padding is found out
    deep = pictures(rng, 1, 5, 4, 2) - 20_000
    return [
        *cases,
        pool_case(whole, (2, 3), (1, 2), note="whole numbers"),
        pool_case(deep, (3, 2), None, "same", note="all values near -20,000"),
        *small_pool_cases(rng),
    ]


def small_pool_cases(rng: np.random.Generator) -> list[Case]:
    """Return cases that can be followed by hand."""
    negative = -abs(small_numbers(rng, 1, 3, 3, 1))
    return [
        pool_case(small_numbers(rng, 1, 5, 4, 1), (3, 2), (2, 1), note="small numbers"),
        pool_case(small_numbers(rng, 2, 3, 2, 2), (2, 1), (1, 1), note="small numbers"),
        pool_case(negative, (2, 2), (1, 1), note="small numbers, all negative"),
    ]


def pool_case(
    x: np.ndarray,
    size: Pair,
    stride: Pair | None,
    padding: str = "valid",
    note: str = "",
) -> Case:
    images, height, width, channels = x.shape
    told = [f"{images}x{height}x{width}x{channels}, window {size[0]}x{size[1]}"]
    told += [f"stride {stride}"] if stride else []
    told += [padding] if padding != "valid" else []
    told += [note] if note else []
    kwargs: dict[str, Any] = {} if stride is None else {"stride": stride}
    if padding != "valid":
        kwargs["padding"] = padding
    return Case((x, size), kwargs, label=", ".join(told), part=padding)


def pool_mistake(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake as a function of (reference, x, size, stride, padding)."""

    def wrong(
        reference: Callable[..., Any],
        x: Any,
        size: Any,
        stride: Any = None,
        padding: str = "valid",
    ) -> Any:
        return change(reference, x, tuple(size), tuple(stride or size), padding)

    return wrong


def reduced(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that makes another number of each window."""
    return pool_mistake(lambda reference, *call: pooling(reduce)(*call))


def laid_out(**how: Any) -> Callable[..., Any]:
    """Return a mistake that pads in another way wherever padding is asked for."""
    return pool_mistake(
        lambda reference, x, size, stride, padding: reference(
            padded(x, size, stride, padding, **how), size, stride
        )
    )


def result(change: Callable[[np.ndarray], Any]) -> Callable[..., Any]:
    return pool_mistake(lambda reference, *call: change(reference(*call)))


def from_own_index(
    reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    _, rows, columns, _ = reference(x, size, stride, padding).shape
    return reference(padded(x, size, stride, padding), size, (1, 1))[:, :rows, :columns]


def from_window_multiples(
    reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    """Start output (i, j) at (i·kh, j·kw); what lies outside is cut off."""
    right = reference(x, size, stride, padding)
    wide = padded(x, size, stride, padding)
    ends = [(0, 0)]
    for axis, k in zip((1, 2), size, strict=True):
        last = (right.shape[axis] - 1) * k
        pixels = np.flatnonzero(np.isfinite(wide).any(axis=(0, 3, 3 - axis)))
        if last > pixels[-1]:
            raise ValueError("zero-size array to reduction operation")
        ends.append((0, max(last + k - wide.shape[axis], 0)))
    sheet = np.pad(wide, [*ends, (0, 0)], constant_values=np.nan)
    return reference(sheet, size)[:, : right.shape[1], : right.shape[2]]


def rounded_up(fill: float) -> Callable[..., Any]:
    """Return a mistake that adds a last, partial window where the size does not divide."""

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        wide = padded(x, size, stride, padding)
        ends = [
            (0, -(n - k) % step if n >= k else k - n)
            for n, k, step in zip(wide.shape[1:3], size, stride, strict=True)
        ]
        sheet = np.pad(wide, [(0, 0), *ends, (0, 0)], constant_values=fill)
        return reference(sheet, size, stride)

    return pool_mistake(wrong)


def started(count: Callable[[int, int], int], empty: float) -> Callable[..., Any]:
    """Start this many windows, also where they stick out.

    Args:
        count: gives it for a size and a stride.
        empty: the value of a window that lies in the padding altogether.
    """

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        wide = padded(x, size, stride, padding)
        sides = list(zip(wide.shape[1:3], size, stride, strict=True))
        ends = [(0, max((count(n, s) - 1) * s + k - n, 0)) for n, k, s in sides]
        sheet = np.pad(wide, [(0, 0), *ends, (0, 0)], constant_values=np.nan)
        rows, columns = (count(n, s) for n, _, s in sides)
        found = reference(sheet, size, stride)[:, :rows, :columns]
        return np.nan_to_num(found, nan=empty)

    return pool_mistake(wrong)


def other_windows(
    change: Callable[[Pair, Pair], tuple[Pair, Pair]], empty: float
) -> Callable[..., Any]:
    """Lay other windows over pictures that are padded as the call says.

    Args:
        change: gives another size and stride.
        empty: the value of a window that lies in the padding altogether.
    """

    def wrong(
        reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
    ) -> Any:
        wide = padded(x, size, stride, padding)
        return np.nan_to_num(reference(wide, *change(size, stride)), nan=empty)

    return pool_mistake(wrong)


def end_left_out(
    reference: Callable[..., Any], x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    """Leave out a last window that fits exactly, as `range` leaves out its end."""
    wide = padded(x, size, stride, padding)
    rows, columns = (
        -(-(n - k) // step)
        for n, k, step in zip(wide.shape[1:3], size, stride, strict=True)
    )
    return reference(wide, size, stride)[:, :rows, :columns]


def all_mixed(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that pools the pictures and the channels of a window as well."""
    return result(
        lambda right: np.broadcast_to(
            reduce(right, axis=(0, 3), keepdims=True), right.shape
        ).copy()
    )


def last_left_out(right: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(right)
    kept[:, :-1, :-1] = right[:, :-1, :-1]
    return kept


def repeated(
    axis: int, choose: Callable[[np.ndarray], np.ndarray]
) -> Callable[..., Any]:
    """Return a mistake whose result is the same all along one axis."""
    return result(
        lambda right: np.repeat(
            np.expand_dims(choose(right), axis), right.shape[axis], axis
        )
    )


def input_changed(reference: Callable[..., Any], x: Any, *call: Any) -> Any:
    right = reference(x, *call)
    x += 1
    return right


def symmetric(n: int, k: int, stride: int) -> Pair:
    return k // 2, k // 2


def odd_first(n: int, k: int, stride: int) -> Pair:
    before, after = tensorflow_pads(n, k, stride)
    return after, before


def at_the_end(n: int, k: int, stride: int) -> Pair:
    return 0, sum(tensorflow_pads(n, k, stride))


def for_stride_1(n: int, k: int, stride: int) -> Pair:
    return tensorflow_pads(n, k, 1)


def where_windows_are(empty: float) -> tuple[Mistake, ...]:
    """Return the mistakes about the place of the windows, for every kind of pooling.

    Args:
        empty: what the pooling gives for a window with nothing to read.
    """
    return (
        Mistake(
            "windows start at their own index",
            "The number of windows is right, but output (i, j) starts at row i and "
            "column j. The stride says where it should start.",
            pool_mistake(from_own_index),
        ),
        Mistake(
            "windows start at multiples of the window",
            "The number of windows is right, but you place them side by side. "
            "They start `stride` pixels apart, and so they may overlap.",
            pool_mistake(from_window_multiples),
        ),
        Mistake(
            "stride taken from the window",
            "Your windows always lie side by side. If `stride` is given, it counts.",
            pool_mistake(
                lambda reference, x, size, stride, pad: reference(x, size, size, pad)
            ),
        ),
        Mistake(
            "stride used for the padding only",
            "Your padding follows `stride`, and your windows lie side by side all the "
            "same. They start `stride` pixels apart.",
            other_windows(lambda size, stride: (size, size), empty),
        ),
        Mistake(
            "stride ignored",
            "Your window moves one pixel at a time, whatever the stride.",
            other_windows(lambda size, stride: (size, (1, 1)), empty),
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
            other_windows(lambda size, stride: ((2, 2), (2, 2)), empty),
        ),
        Mistake(
            "stride of 2 hard-coded",
            "Your window always moves by 2. Use `stride`.",
            other_windows(lambda size, stride: (size, (2, 2)), empty),
        ),
        Mistake(
            "square window assumed",
            "A window may be wider than high: use both numbers of `size`.",
            other_windows(lambda size, stride: ((size[0],) * 2, stride), empty),
        ),
        Mistake(
            "one stride for both axes",
            "You use the first number of `stride` for both axes.",
            other_windows(lambda size, stride: (size, (stride[0],) * 2), empty),
        ),
        Mistake(
            "window exchanged",
            "`size` is (down, across): the height of the window comes first.",
            other_windows(lambda size, stride: (size[::-1], stride), empty),
        ),
        Mistake(
            "stride exchanged",
            "`stride` is (down, across): the step from row to row comes first.",
            other_windows(lambda size, stride: (size, stride[::-1]), empty),
        ),
        Mistake(
            "rows and columns exchanged",
            "Both pairs are (down, across), and height is axis 1, width axis 2.",
            other_windows(lambda size, stride: (size[::-1], stride[::-1]), empty),
        ),
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
            started(lambda n, step: -(-n // step), empty),
        ),
        Mistake(
            "windows counted without their size",
            "You take as many windows as the stride fits into the picture. The first "
            "window already fills its whole size; count the steps that are left.",
            started(lambda n, step: n // step, empty),
        ),
        Mistake(
            "partial windows filled with zeros",
            "Where the size does not divide you add a last window and fill it with "
            'zeros. With "valid" only whole windows count.',
            rounded_up(0),
        ),
        Mistake(
            "one window too few",
            "You count the steps between windows; there is one window more than steps.",
            result(lambda right: right[:, :-1, :-1]),
        ),
        Mistake(
            "last start left out",
            "Where the last window fits exactly you leave it out: `range` does not "
            "reach its end.",
            pool_mistake(end_left_out),
        ),
        Mistake(
            "last windows never computed",
            "The shape is right, and your last row and column are still 0: "
            "your loops end one window too early.",
            result(last_left_out),
        ),
        Mistake(
            '"same" ignored',
            'With "same" the number of windows is the size divided by the stride, '
            "rounded up.",
            pool_mistake(
                lambda reference, x, size, stride, pad: reference(x, size, stride)
            ),
        ),
        Mistake(
            "same pad on both sides",
            "You pad half the window on each side. TensorFlow adds as few pixels as "
            "needed and puts an odd one at the end.",
            laid_out(pads=symmetric),
        ),
        Mistake(
            "odd pixel first",
            "If the padding is odd, TensorFlow puts the extra pixel at the end: "
            "bottom and right.",
            laid_out(pads=odd_first),
        ),
        Mistake(
            "all padding at the end",
            'With "same" your first window starts at the first pixel. The padding is '
            "shared between both sides.",
            laid_out(pads=at_the_end),
        ),
        Mistake(
            "padding ignores the stride",
            "Your padding is the one of stride 1. With a larger stride the last window "
            "starts earlier and needs less.",
            laid_out(pads=for_stride_1),
        ),
        Mistake(
            "same size at every stride",
            'With "same" your result is as large as the picture; that holds for '
            "stride 1 only.",
            pool_mistake(
                lambda reference, x, size, stride, pad: reference(
                    x, size, (1, 1) if pad == "same" else stride, pad
                )
            ),
        ),
        Mistake(
            "first picture used for all",
            "All your results come from the first picture of the batch.",
            repeated(0, lambda right: right[0]),
        ),
        Mistake(
            "batch lost",
            "The result is that of the first picture; keep the axis of the batch.",
            result(lambda right: right[0]),
        ),
        Mistake(
            "first channel used for all",
            "All your channels are those of the first one.",
            repeated(3, lambda right: right[..., 0]),
        ),
        Mistake(
            "input changed",
            "The result is right, but you wrote into the caller's pictures. "
            "Build a new array instead.",
            pool_mistake(input_changed),
        ),
    )


def pool_window(
    index: tuple[int, ...],
    x: Any,
    size: Sequence[int],
    stride: Sequence[int] | None = None,
    padding: str = "valid",
) -> str:
    if len(index) != 4:
        return ""
    steps = stride or size
    spans = []
    for place, n, k, step in zip(index[1:3], x.shape[1:3], size, steps, strict=True):
        before = tensorflow_pads(n, k, step)[0] if padding == "same" else 0
        first = place * step - before
        spans.append(range(max(first, 0), min(first + k, n)))
    rows, columns = spans
    block = x[index[0], rows.start : rows.stop, columns.start : columns.stop, index[3]]
    note = (
        " (the rest of the window is padding)" if block.size < size[0] * size[1] else ""
    )
    return (
        f"Output {list(index)} reads picture {index[0]}, channel {index[3]}, in rows "
        f"{list(rows)} and columns {list(columns)}{note}: {show_array(block)}"
    )


def truncated(right: Any, x: Any) -> Any:
    return right.astype(x.dtype) if x.dtype.kind in "iu" else right


def global_cases(rng: np.random.Generator) -> list[Case]:
    shapes: list[tuple[int, ...]] = [(1, 3, 4, 1), (2, 4, 3, 5), (3, 2, 5, 2)]
    shapes.append((2, *(int(side) for side in rng.integers(2, 6, 3))))
    drawn = [(pictures(rng, *shape), "") for shape in shapes]
    drawn.append((-1 - abs(pictures(rng, 2, 3, 4, 3)), ", all values negative"))
    bright = rng.integers(150, 256, (2, 3, 4, 2)).astype(np.uint8)
    bright[0, :, :, 0] = 200
    bright[0, 0, 0, 0] = 201  # so that one average is no whole number
    drawn.append((bright, ", bytes"))
    return [
        Case((x,), label="x".join(map(str, x.shape)) + " feature maps" + note)
        for x, note in drawn
    ]


def globally(reduce: Callable[..., Any], **how: Any) -> Callable[..., Any]:
    """Return a mistake that reduces along other axes, or to another number."""
    return lambda reference, x: reduce(np.asarray(x, float), **how)


def which_axes(reduce: Callable[..., Any], what: str) -> tuple[Mistake, ...]:
    """Return the mistakes about the axes, for both kinds of global pooling."""
    return (
        Mistake(
            "axes of size 1 kept",
            "The numbers are right, but the shape is (N, 1, 1, C): drop both 1s.",
            lambda reference, x: reference(x)[:, None, None, :],
        ),
        Mistake(
            "channels pooled",
            f"You {what} the channels at each position. Pool the positions, and keep "
            "each channel for itself.",
            globally(reduce, axis=3),
        ),
        Mistake(
            "one number for each picture",
            f"You {what} the channels too. Each channel keeps a number of its own.",
            globally(reduce, axis=(1, 2, 3)),
        ),
        Mistake(
            "batch pooled",
            f"You {what} the pictures too. Each picture keeps numbers of its own.",
            globally(reduce, axis=(0, 1, 2)),
        ),
        Mistake(
            "one number for everything",
            f"You {what} everything at once. Each channel of each picture keeps "
            "a number of its own.",
            globally(reduce),
        ),
        Mistake(
            "height only",
            f"You {what} the rows; the columns are still there.",
            globally(reduce, axis=1),
        ),
        Mistake(
            "width only",
            f"You {what} the columns; the rows are still there.",
            globally(reduce, axis=2),
        ),
        Mistake(
            "channels expected first",
            "You pool the last two axes. Here the channels come last, (N, H, W, C).",
            globally(reduce, axis=(2, 3)),
        ),
        Mistake(
            "channels moved by reshape",
            "`reshape` keeps the numbers in their order, so it brings no axis to the "
            "front; it mixes pixels and channels.",
            lambda reference, x: reference(
                np.moveaxis(x.reshape(x.shape[0], x.shape[3], *x.shape[1:3]), 1, -1)
            ),
        ),
        Mistake(
            "height and channels pooled",
            f"You {what} the axes 1 and 3. Of two steps the first takes an axis away, so "
            "behind it the columns are axis 1 and the channels axis 2.",
            globally(reduce, axis=(1, 3)),
        ),
        Mistake(
            "first two axes pooled",
            f"You {what} axes 0 and 1. Axis 0 counts the pictures; height and width "
            "come after it.",
            globally(reduce, axis=(0, 1)),
        ),
        Mistake(
            "channels before pictures",
            "The shape is (C, N); the pictures come first, (N, C).",
            lambda reference, x: reference(x).T,
        ),
    )


def shifted(x: np.ndarray, dx: int, dy: int, mode: str = "constant") -> np.ndarray:
    """Move pictures (N, H, W, C) with SciPy; order 0 moves whole pixels exactly."""
    moved = ndimage.shift(x.astype(float), (0, dy, dx, 0), order=0, mode=mode)
    return np.asarray(moved)
