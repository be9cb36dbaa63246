"""Exercises of lab 08: pooling, moved pictures, and what pooling saves."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

from grader import compare
from grader.exercise import Case, Exercise, Mistake
from grader.exercises.lab05_channels_and_filters import (
    FORBIDDEN,
    layer,
    pictures,
    small_numbers,
)
from grader.exercises.lab06_padding_stride_dilation import tensorflow_pads

Wrong = Callable[..., Any]
Pair = tuple[int, int]

PREDICTIONS = Exercise(
    id="lab08.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


def pooling(reduce: Callable[..., Any]) -> Callable[..., np.ndarray]:
    """Give a pooling layer; NaN stands for what a window does not read.

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
        wide = _padded(x, size, steps, padding)
        windows = sliding_window_view(wide, tuple(size), (1, 2))
        with warnings.catch_warnings():
            # A mistake can give a window nothing to read; its answer is NaN.
            warnings.simplefilter("ignore", RuntimeWarning)
            return np.asarray(reduce(windows[:, :: steps[0], :: steps[1]], axis=(4, 5)))

    return pooled


def _padded(
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


_POOL_GRID: tuple[tuple[tuple[int, ...], Pair, Pair | None, str], ...] = (
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


def _pool_cases(rng: np.random.Generator) -> list[Case]:
    grid = list(_POOL_GRID)
    for padding in ("valid", "same"):
        height, width = (int(side) for side in rng.integers(6, 10, 2))
        kh, kw, down, across = (int(number) for number in rng.integers(1, 5, 4))
        grid.append(((2, height, width, 2), (kh, kw), (down, across), padding))
    cases = [_pool_case(pictures(rng, *row[0]), *row[1:]) for row in grid]
    for padding in ("valid", "same"):
        negative = -1 - abs(pictures(rng, 2, 8, 6, 2))
        settings = ((3, 3), (2, 2), padding)
        cases.append(_pool_case(negative, *settings, note="all values negative"))
    whole = rng.integers(-9, 10, (2, 5, 6, 2))
    whole[0, 2, 3, 0] = 0  # whoever takes a 0 for padding is found out
    deep = pictures(rng, 1, 5, 4, 2) - 20_000
    return [
        *cases,
        _pool_case(whole, (2, 3), (1, 2), note="whole numbers"),
        _pool_case(deep, (3, 2), None, "same", note="all values near -20,000"),
        *_small_pool_cases(rng),
    ]


def _small_pool_cases(rng: np.random.Generator) -> list[Case]:
    """Give cases that can be followed by hand."""
    negative = -abs(small_numbers(rng, 1, 3, 3, 1))
    return [
        _pool_case(
            small_numbers(rng, 1, 5, 4, 1), (3, 2), (2, 1), note="small numbers"
        ),
        _pool_case(
            small_numbers(rng, 2, 3, 2, 2), (2, 1), (1, 1), note="small numbers"
        ),
        _pool_case(negative, (2, 2), (1, 1), note="small numbers, all negative"),
    ]


def _average_cases(rng: np.random.Generator) -> list[Case]:
    cases = _pool_cases(rng)
    bright = rng.integers(150, 256, (2, 4, 6, 1)).astype(np.uint8)
    ones = np.ones((1, 5, 4, 1))
    return [
        *cases,
        _pool_case(bright, (2, 2), None, note="bytes, all of them bright"),
        _pool_case(ones, (3, 3), (2, 2), "same", note="all values 1"),
    ]


def _pool_case(
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


def _pool_mistake(change: Callable[..., Any]) -> Wrong:
    """Give a mistake as a function of (reference, x, size, stride, padding)."""

    def wrong(
        reference: Wrong, x: Any, size: Any, stride: Any = None, padding: str = "valid"
    ) -> Any:
        return change(reference, x, tuple(size), tuple(stride or size), padding)

    return wrong


def _reduced(reduce: Callable[..., Any]) -> Wrong:
    """Give a mistake that makes another number of each window."""
    return _pool_mistake(lambda ref, *call: pooling(reduce)(*call))


def _laid_out(**how: Any) -> Wrong:
    """Give a mistake that pads in another way wherever padding is asked for."""
    return _pool_mistake(
        lambda ref, x, size, stride, padding: ref(
            _padded(x, size, stride, padding, **how), size, stride
        )
    )


def _result(change: Callable[[np.ndarray], Any]) -> Wrong:
    return _pool_mistake(lambda ref, *call: change(ref(*call)))


def _from_own_index(
    reference: Wrong, x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    _, rows, columns, _ = reference(x, size, stride, padding).shape
    return reference(_padded(x, size, stride, padding), size, (1, 1))[
        :, :rows, :columns
    ]


def _from_window_multiples(
    reference: Wrong, x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    """Start output (i, j) at (i·kh, j·kw); what lies outside is cut off."""
    right = reference(x, size, stride, padding)
    wide = _padded(x, size, stride, padding)
    ends = [(0, 0)]
    for axis, k in zip((1, 2), size, strict=True):
        last = (right.shape[axis] - 1) * k
        pixels = np.flatnonzero(np.isfinite(wide).any(axis=(0, 3, 3 - axis)))
        if last > pixels[-1]:
            raise ValueError("zero-size array to reduction operation")
        ends.append((0, max(last + k - wide.shape[axis], 0)))
    sheet = np.pad(wide, [*ends, (0, 0)], constant_values=np.nan)
    return reference(sheet, size)[:, : right.shape[1], : right.shape[2]]


def _rounded_up(fill: float) -> Wrong:
    """Give a mistake that adds a last, partial window where the size does not divide."""

    def wrong(reference: Wrong, x: Any, size: Pair, stride: Pair, padding: str) -> Any:
        wide = _padded(x, size, stride, padding)
        ends = [
            (0, -(n - k) % step if n >= k else k - n)
            for n, k, step in zip(wide.shape[1:3], size, stride, strict=True)
        ]
        sheet = np.pad(wide, [(0, 0), *ends, (0, 0)], constant_values=fill)
        return reference(sheet, size, stride)

    return _pool_mistake(wrong)


def _started(count: Callable[[int, int], int], empty: float) -> Wrong:
    """Start this many windows, also where they stick out.

    Args:
        count: gives it for a size and a stride.
        empty: the value of a window that lies in the padding altogether.
    """

    def wrong(reference: Wrong, x: Any, size: Pair, stride: Pair, padding: str) -> Any:
        wide = _padded(x, size, stride, padding)
        sides = list(zip(wide.shape[1:3], size, stride, strict=True))
        ends = [(0, max((count(n, s) - 1) * s + k - n, 0)) for n, k, s in sides]
        sheet = np.pad(wide, [(0, 0), *ends, (0, 0)], constant_values=np.nan)
        rows, columns = (count(n, s) for n, _, s in sides)
        found = reference(sheet, size, stride)[:, :rows, :columns]
        return np.nan_to_num(found, nan=empty)

    return _pool_mistake(wrong)


def _other_windows(
    change: Callable[[Pair, Pair], tuple[Pair, Pair]], empty: float
) -> Wrong:
    """Lay other windows over pictures that are padded as the call says.

    Args:
        change: gives another size and stride.
        empty: the value of a window that lies in the padding altogether.
    """

    def wrong(reference: Wrong, x: Any, size: Pair, stride: Pair, padding: str) -> Any:
        wide = _padded(x, size, stride, padding)
        return np.nan_to_num(reference(wide, *change(size, stride)), nan=empty)

    return _pool_mistake(wrong)


def _end_left_out(
    reference: Wrong, x: Any, size: Pair, stride: Pair, padding: str
) -> Any:
    """Leave out a last window that fits exactly, as `range` leaves out its end."""
    wide = _padded(x, size, stride, padding)
    rows, columns = (
        -(-(n - k) // step)
        for n, k, step in zip(wide.shape[1:3], size, stride, strict=True)
    )
    return reference(wide, size, stride)[:, :rows, :columns]


def _all_mixed(reduce: Callable[..., Any]) -> Wrong:
    """Give a mistake that pools the pictures and the channels of a window as well."""
    return _result(
        lambda right: np.broadcast_to(
            reduce(right, axis=(0, 3), keepdims=True), right.shape
        ).copy()
    )


def _last_left_out(right: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(right)
    kept[:, :-1, :-1] = right[:, :-1, :-1]
    return kept


def _repeated(axis: int, choose: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    """Give a mistake whose result is the same all along one axis."""
    return _result(
        lambda right: np.repeat(
            np.expand_dims(choose(right), axis), right.shape[axis], axis
        )
    )


def _input_changed(reference: Wrong, x: Any, *call: Any) -> Any:
    right = reference(x, *call)
    x += 1
    return right


def _symmetric(n: int, k: int, stride: int) -> Pair:
    return k // 2, k // 2


def _odd_first(n: int, k: int, stride: int) -> Pair:
    before, after = tensorflow_pads(n, k, stride)
    return after, before


def _at_the_end(n: int, k: int, stride: int) -> Pair:
    return 0, sum(tensorflow_pads(n, k, stride))


def _for_stride_1(n: int, k: int, stride: int) -> Pair:
    return tensorflow_pads(n, k, 1)


def _where_windows_are(empty: float) -> tuple[Mistake, ...]:
    """Give the mistakes about the place of the windows, for every kind of pooling.

    Args:
        empty: what the pooling gives for a window with nothing to read.
    """
    return (
        Mistake(
            "windows start at their own index",
            "The number of windows is right, but output (i, j) starts at row i and "
            "column j. The stride says where it should start.",
            _pool_mistake(_from_own_index),
        ),
        Mistake(
            "windows start at multiples of the window",
            "The number of windows is right, but you place them side by side. "
            "They start `stride` pixels apart, and so they may overlap.",
            _pool_mistake(_from_window_multiples),
        ),
        Mistake(
            "stride taken from the window",
            "Your windows always lie side by side. If `stride` is given, it counts.",
            _pool_mistake(lambda ref, x, size, stride, pad: ref(x, size, size, pad)),
        ),
        Mistake(
            "stride used for the padding only",
            "Your padding follows `stride`, and your windows lie side by side all the "
            "same. They start `stride` pixels apart.",
            _other_windows(lambda size, stride: (size, size), empty),
        ),
        Mistake(
            "stride ignored",
            "Your window moves one pixel at a time, whatever the stride.",
            _other_windows(lambda size, stride: (size, (1, 1)), empty),
        ),
        Mistake(
            "default stride of 1",
            "Without `stride` your window moves one pixel at a time. "
            "In pooling the default is the window's own size.",
            lambda ref, x, size, stride=(1, 1), padding="valid": ref(
                x, size, stride, padding
            ),
        ),
        Mistake(
            "window and stride of 2 hard-coded",
            "You always pool over 2x2. Use `size` and `stride`.",
            _other_windows(lambda size, stride: ((2, 2), (2, 2)), empty),
        ),
        Mistake(
            "stride of 2 hard-coded",
            "Your window always moves by 2. Use `stride`.",
            _other_windows(lambda size, stride: (size, (2, 2)), empty),
        ),
        Mistake(
            "square window assumed",
            "A window may be wider than high: use both numbers of `size`.",
            _other_windows(lambda size, stride: ((size[0],) * 2, stride), empty),
        ),
        Mistake(
            "one stride for both axes",
            "You use the first number of `stride` for both axes.",
            _other_windows(lambda size, stride: (size, (stride[0],) * 2), empty),
        ),
        Mistake(
            "window exchanged",
            "`size` is (down, across): the height of the window comes first.",
            _other_windows(lambda size, stride: (size[::-1], stride), empty),
        ),
        Mistake(
            "stride exchanged",
            "`stride` is (down, across): the step from row to row comes first.",
            _other_windows(lambda size, stride: (size, stride[::-1]), empty),
        ),
        Mistake(
            "rows and columns exchanged",
            "Both pairs are (down, across), and height is axis 1, width axis 2.",
            _other_windows(lambda size, stride: (size[::-1], stride[::-1]), empty),
        ),
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
            _started(lambda n, step: -(-n // step), empty),
        ),
        Mistake(
            "windows counted without their size",
            "You take as many windows as the stride fits into the picture. The first "
            "window already fills its whole size; count the steps that are left.",
            _started(lambda n, step: n // step, empty),
        ),
        Mistake(
            "partial windows filled with zeros",
            "Where the size does not divide you add a last window and fill it with "
            'zeros. With "valid" only whole windows count.',
            _rounded_up(0),
        ),
        Mistake(
            "one window too few",
            "You count the steps between windows; there is one window more than steps.",
            _result(lambda right: right[:, :-1, :-1]),
        ),
        Mistake(
            "last start left out",
            "Where the last window fits exactly you leave it out: `range` does not "
            "reach its end.",
            _pool_mistake(_end_left_out),
        ),
        Mistake(
            "last windows never computed",
            "The shape is right, and your last row and column are still 0: "
            "your loops end one window too early.",
            _result(_last_left_out),
        ),
        Mistake(
            '"same" ignored',
            'With "same" the number of windows is the size divided by the stride, '
            "rounded up.",
            _pool_mistake(lambda ref, x, size, stride, pad: ref(x, size, stride)),
        ),
        Mistake(
            "same pad on both sides",
            "You pad half the window on each side. TensorFlow adds as few pixels as "
            "needed and puts an odd one at the end.",
            _laid_out(pads=_symmetric),
        ),
        Mistake(
            "odd pixel first",
            "If the padding is odd, TensorFlow puts the extra pixel at the end: "
            "bottom and right.",
            _laid_out(pads=_odd_first),
        ),
        Mistake(
            "all padding at the end",
            'With "same" your first window starts at the first pixel. The padding is '
            "shared between both sides.",
            _laid_out(pads=_at_the_end),
        ),
        Mistake(
            "padding ignores the stride",
            "Your padding is the one of stride 1. With a larger stride the last window "
            "starts earlier and needs less.",
            _laid_out(pads=_for_stride_1),
        ),
        Mistake(
            "same size at every stride",
            'With "same" your result is as large as the picture; that holds for '
            "stride 1 only.",
            _pool_mistake(
                lambda ref, x, size, stride, pad: ref(
                    x, size, (1, 1) if pad == "same" else stride, pad
                )
            ),
        ),
        Mistake(
            "first picture used for all",
            "All your results come from the first picture of the batch.",
            _repeated(0, lambda right: right[0]),
        ),
        Mistake(
            "batch lost",
            "The result is that of the first picture; keep the axis of the batch.",
            _result(lambda right: right[0]),
        ),
        Mistake(
            "first channel used for all",
            "All your channels are those of the first one.",
            _repeated(3, lambda right: right[..., 0]),
        ),
        Mistake(
            "input changed",
            "The result is right, but you wrote into the caller's pictures. "
            "Build a new array instead.",
            _pool_mistake(_input_changed),
        ),
    )


def _pool_window(
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
        f"{list(rows)} and columns {list(columns)}{note}: {compare.show_array(block)}"
    )


def _position(windows: np.ndarray, axis: Pair) -> Any:
    flat = windows.reshape(*windows.shape[:4], -1)
    return np.argmax(np.nan_to_num(flat, nan=-np.inf), axis=-1)


MAX_POOL2D = Exercise(
    id="lab08.max_pool2d",
    points=4,
    cases=_pool_cases,
    reference=pooling(np.nanmax),
    parts={"valid": 3, "same": 1},
    mistakes=(
        Mistake(
            "maximum started at 0",
            "Where all values of a window are negative, your maximum is 0, which is "
            "not among them. Start from a value of the window.",
            _result(lambda right: np.maximum(right, 0)),
        ),
        Mistake(
            "largest absolute value",
            "You drop the sign: of -5 and 2 the larger is 2.",
            _reduced(lambda windows, axis: np.nanmax(abs(windows), axis)),
        ),
        Mistake(
            "smallest value",
            "You keep the smallest value of each window.",
            _reduced(np.nanmin),
        ),
        Mistake(
            "average in place of maximum",
            "This is average pooling: you blend the values. Keep one of them.",
            _reduced(np.nanmean),
        ),
        Mistake(
            "sum in place of maximum",
            "You add the values of each window up. Keep one of them.",
            _reduced(np.nansum),
        ),
        Mistake(
            "median in place of maximum",
            "You keep the value in the middle of each window, not the largest.",
            _reduced(np.nanmedian),
        ),
        Mistake(
            "position in place of the value",
            "You return where in the window the largest value is, not the value.",
            _reduced(_position),
        ),
        Mistake(
            "channels mixed",
            "You take the largest value over all channels. "
            "Each channel is pooled for itself.",
            _repeated(3, lambda right: right.max(axis=3)),
        ),
        Mistake(
            "pictures mixed",
            "You take the largest value over the whole batch. "
            "Each picture is pooled for itself.",
            _repeated(0, lambda right: right.max(axis=0)),
        ),
        Mistake(
            "pictures and channels mixed",
            "You take the largest of all pictures and channels at a place. "
            "Along which axes does a window extend?",
            _all_mixed(np.max),
        ),
        *_where_windows_are(empty=-np.inf),
        Mistake(
            "padding counts as 0",
            "At the border your maximum can be a 0 from the padding, which nobody "
            "photographed. Padded cells take no part.",
            _laid_out(fill=0),
        ),
        Mistake(
            "padding not small enough",
            "These maps lie far below 0, and your padding is the largest value there. "
            "Which number is smaller than every other?",
            _laid_out(fill=-1000),
        ),
        Mistake(
            "NaN in the padding",
            "A maximum with NaN among its values is NaN, so your padding spoils each "
            "window that it touches. Which number is smaller than every other?",
            _reduced(np.max),
        ),
    ),
    forbidden=FORBIDDEN,
    window=_pool_window,
)


def _truncated(right: Any, x: Any) -> Any:
    return right.astype(x.dtype) if x.dtype.kind in "iu" else right


def _wrapped_bytes(reference: Wrong, x: Any, size: Pair, *call: Any) -> Any:
    right = reference(x, size, *call)
    if x.dtype != np.uint8:
        return right
    cells = size[0] * size[1]
    return np.rint(right * cells) % 256 / cells


def _mean_without_0(windows: np.ndarray, axis: Pair) -> Any:
    counted = (windows != 0) & ~np.isnan(windows)
    return np.nansum(windows, axis) / counted.sum(axis)


def _without_default(
    reference: Wrong,
    x: Any,
    size: Pair,
    stride: Pair | None = None,
    padding: str = "valid",
) -> Any:
    if stride is None:
        raise TypeError("'NoneType' object is not subscriptable")
    return reference(x, size, stride, padding)


AVG_POOL2D = Exercise(
    id="lab08.avg_pool2d",
    points=3,
    cases=_average_cases,
    reference=pooling(np.nanmean),
    parts={"valid": 2, "same": 1},
    mistakes=(
        Mistake(
            "padding averaged in",
            'With "same" the average of ones is less than 1 at the border: you divide '
            "by the size of the window, or count zeros that nobody photographed. "
            "Padded cells take no part.",
            _laid_out(fill=0),
        ),
        Mistake(
            "minus infinity averaged in",
            "Minus infinity never wins a maximum, but a mean with it is minus infinity. "
            "Padded cells take no part, neither in the sum nor in the count.",
            _laid_out(fill=-np.inf),
        ),
        Mistake(
            "NaN averaged in",
            "A mean with NaN among its values is NaN. "
            "NumPy has another mean, which leaves NaN out.",
            _reduced(np.mean),
        ),
        Mistake(
            "pixels of 0 left out",
            "You divide by the number of cells that are not 0. "
            "A pixel of the picture may be 0 too, and then it counts.",
            _reduced(_mean_without_0),
        ),
        Mistake(
            "edge averaged twice",
            "You continue the outermost pixels into the padding, so they count more "
            "than once. Padded cells take no part.",
            _laid_out(mode="edge"),
        ),
        Mistake(
            "maximum in place of average",
            "This is max pooling: you keep one value of each window. Blend them all.",
            _reduced(np.nanmax),
        ),
        Mistake(
            "sum in place of average",
            "You add the values of each window up. How many are they?",
            _reduced(np.nansum),
        ),
        Mistake(
            "average of absolute values",
            "You drop the signs: -5 and 5 are 0 on average.",
            _reduced(lambda windows, axis: np.nanmean(abs(windows), axis)),
        ),
        Mistake(
            "median in place of average",
            "You keep the value in the middle of each window; the average is another "
            "number.",
            _reduced(np.nanmedian),
        ),
        Mistake(
            "middle between smallest and largest",
            "You average two values of each window, the smallest and the largest. "
            "All values count.",
            _reduced(lambda w, axis: (np.nanmin(w, axis) + np.nanmax(w, axis)) / 2),
        ),
        Mistake(
            "cut to whole numbers",
            "For pictures of whole numbers your averages lose their decimals: "
            "your new array has the pictures' dtype.",
            _pool_mistake(lambda ref, x, *call: _truncated(ref(x, *call), x)),
        ),
        Mistake(
            "whole division",
            "Your averages are whole numbers: `//` drops what comes after the point.",
            _result(np.floor),
        ),
        Mistake(
            "bytes overflow",
            "You add bytes up in a byte, which holds 255 at most: 200 + 100 gives 44. "
            "Make them floats first.",
            _pool_mistake(_wrapped_bytes),
        ),
        Mistake(
            "channels mixed",
            "You average over all channels. Each channel is pooled for itself.",
            _repeated(3, lambda right: right.mean(axis=3)),
        ),
        Mistake(
            "pictures mixed",
            "You average over the whole batch. Each picture is pooled for itself.",
            _repeated(0, lambda right: right.mean(axis=0)),
        ),
        Mistake(
            "pictures and channels mixed",
            "You average over all pictures and channels at a place. "
            "Along which axes does a window extend?",
            _all_mixed(np.mean),
        ),
        Mistake(
            "default stride forgotten",
            "Without `stride` it is None. Then the windows lie side by side: "
            "the first exercise had a line for this.",
            _without_default,
        ),
        *_where_windows_are(empty=np.nan),
    ),
    forbidden=FORBIDDEN,
    window=_pool_window,
)


def _global_cases(rng: np.random.Generator) -> list[Case]:
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


def _global(reduce: Callable[..., Any], **how: Any) -> Wrong:
    """Give a mistake that reduces along other axes, or to another number."""
    return lambda reference, x: reduce(np.asarray(x, float), **how)


def _which_axes(reduce: Callable[..., Any], what: str) -> tuple[Mistake, ...]:
    """Give the mistakes about the axes, for both kinds of global pooling."""
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
            _global(reduce, axis=3),
        ),
        Mistake(
            "one number for each picture",
            f"You {what} the channels too. Each channel keeps a number of its own.",
            _global(reduce, axis=(1, 2, 3)),
        ),
        Mistake(
            "batch pooled",
            f"You {what} the pictures too. Each picture keeps numbers of its own.",
            _global(reduce, axis=(0, 1, 2)),
        ),
        Mistake(
            "one number for everything",
            f"You {what} everything at once. Each channel of each picture keeps "
            "a number of its own.",
            _global(reduce),
        ),
        Mistake(
            "height only",
            f"You {what} the rows; the columns are still there.",
            _global(reduce, axis=1),
        ),
        Mistake(
            "width only",
            f"You {what} the columns; the rows are still there.",
            _global(reduce, axis=2),
        ),
        Mistake(
            "channels expected first",
            "You pool the last two axes. Here the channels come last, (N, H, W, C).",
            _global(reduce, axis=(2, 3)),
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
            _global(reduce, axis=(1, 3)),
        ),
        Mistake(
            "first two axes pooled",
            f"You {what} axes 0 and 1. Axis 0 counts the pictures; height and width "
            "come after it.",
            _global(reduce, axis=(0, 1)),
        ),
        Mistake(
            "channels before pictures",
            "The shape is (C, N); the pictures come first, (N, C).",
            lambda reference, x: reference(x).T,
        ),
    )


def _global_mean(x: np.ndarray) -> np.ndarray:
    labels = np.arange(x.shape[0] * x.shape[3])
    regions = np.broadcast_to(labels.reshape(x.shape[0], 1, 1, x.shape[3]), x.shape)
    return np.reshape(ndimage.mean(x, regions, labels), (x.shape[0], x.shape[3]))


def _global_maximum(x: np.ndarray) -> np.ndarray:
    return pooling(np.nanmax)(x, x.shape[1:3])[:, 0, 0]


GLOBAL_AVG_POOL = Exercise(
    id="lab08.global_avg_pool",
    points=1,
    cases=_global_cases,
    reference=_global_mean,
    mistakes=(
        *_which_axes(np.mean, "average over"),
        Mistake(
            "maximum in place of average",
            "This is global max pooling: you keep one value of each map.",
            _global(np.max, axis=(1, 2)),
        ),
        Mistake(
            "sum in place of average",
            "You add the values of each map up. How many are they?",
            _global(np.sum, axis=(1, 2)),
        ),
        Mistake(
            "average of absolute values",
            "You drop the signs before you average.",
            lambda reference, x: reference(abs(x.astype(float))),
        ),
        Mistake(
            "median in place of average",
            "You keep the value in the middle of each map.",
            _global(np.median, axis=(1, 2)),
        ),
        Mistake(
            "cut to whole numbers",
            "For maps of whole numbers your averages lose their decimals.",
            lambda reference, x: _truncated(reference(x), x),
        ),
        Mistake(
            "whole division",
            "Your averages are whole numbers: `//` drops what comes after the point.",
            lambda reference, x: np.floor(reference(x)),
        ),
        Mistake(
            "only a corner pooled",
            "You average the first 2x2 positions; all positions count.",
            lambda reference, x: reference(x[:, :2, :2]),
        ),
    ),
    forbidden=FORBIDDEN,
)

GLOBAL_MAX_POOL = Exercise(
    id="lab08.global_max_pool",
    points=1,
    cases=_global_cases,
    reference=_global_maximum,
    mistakes=(
        *_which_axes(np.max, "take the maximum over"),
        Mistake(
            "maximum started at 0",
            "Where a map has only negative values, your maximum is 0, which is not "
            "among them.",
            lambda reference, x: np.maximum(reference(x), 0),
        ),
        Mistake(
            "largest absolute value",
            "You drop the sign: of -5 and 2 the larger is 2.",
            lambda reference, x: reference(abs(x.astype(float))),
        ),
        Mistake(
            "average in place of maximum",
            "This is global average pooling: you blend all values of a map.",
            _global(np.mean, axis=(1, 2)),
        ),
        Mistake(
            "smallest value",
            "You keep the smallest value of each map.",
            _global(np.min, axis=(1, 2)),
        ),
        Mistake(
            "position in place of the value",
            "You return where the largest value is, not the value itself.",
            lambda reference, x: x.reshape(len(x), -1, x.shape[3]).argmax(axis=1),
        ),
        Mistake(
            "only a corner pooled",
            "You look at the first 2x2 positions; all positions count.",
            lambda reference, x: reference(x[:, :2, :2]),
        ),
    ),
    forbidden=FORBIDDEN,
)


def _shifted(x: np.ndarray, dx: int, dy: int, mode: str = "constant") -> np.ndarray:
    """Move pictures (N, H, W, C) with SciPy; order 0 moves whole pixels exactly."""
    moved = ndimage.shift(x.astype(float), (0, dy, dx, 0), order=0, mode=mode)
    return np.asarray(moved)


def _shift_cases(rng: np.random.Generator) -> list[Case]:
    grid: list[tuple[tuple[int, ...], int, int]] = [
        ((1, 3, 4, 1), 1, 0),
        ((1, 4, 3, 1), 0, 1),
        ((2, 4, 5, 2), 2, 1),
        ((2, 5, 4, 3), -1, 2),
        ((3, 4, 6, 2), 3, -1),
        ((2, 6, 5, 2), -2, -3),
        ((2, 3, 4, 1), 0, 0),
        ((2, 3, 4, 1), 30, 1),
        ((2, 4, 3, 2), 1, -5),
    ]
    for _ in range(2):
        height, width = (int(side) for side in rng.integers(4, 8, 2))
        dx, dy = (int(step) for step in rng.integers(-3, 4, 2))
        grid.append(((2, height, width, 2), dx, dy))
    cases = [_shift_case(pictures(rng, *shape), dx, dy) for shape, dx, dy in grid]
    whole = rng.integers(1, 256, (2, 4, 5, 1)).astype(np.uint8)
    return [*cases, _shift_case(whole, 1, -2, ", whole numbers")]


def _shift_case(x: np.ndarray, dx: int, dy: int, note: str = "") -> Case:
    label = f"{'x'.join(map(str, x.shape))}, dx={dx}, dy={dy}{note}"
    return Case((x, dx, dy), label=label)


def _other_shift(change: Callable[[int, int], Pair]) -> Wrong:
    return lambda reference, x, dx, dy: reference(x, *change(dx, dy))


def _along(*axes: int) -> Wrong:
    """Give a mistake that moves along other axes; dy belongs to the first of them."""

    def wrong(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
        steps = np.zeros(4)
        steps[list(axes)] = dy, dx
        return ndimage.shift(x.astype(float), steps, order=0)

    return wrong


def _only_for(allowed: Callable[..., bool]) -> Wrong:
    """Give a mistake that fails where the slices do not fit."""

    def wrong(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
        if not allowed(dx, dy, *x.shape[1:3]):
            # In NumPy's words, so that it is known for the same error.
            raise ValueError(
                "could not broadcast input array from shape (1,) into shape (2,)"
            )
        return reference(x, dx, dy)

    return wrong


def _sliced(stop: Callable[[int, int], int]) -> Wrong:
    """Give a mistake whose slices are those for moves to the right and down."""

    def wrong(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
        rows, columns = (
            stop(n, step) for n, step in zip(x.shape[1:3], (dy, dx), strict=True)
        )
        moved = np.zeros_like(x)
        moved[:, dy:, dx:] = x[:, :rows, :columns]
        return moved

    return wrong


def _wrapping(sign: int) -> Wrong:
    """Give a mistake that checks indices at the upper end only.

    Args:
        sign: of the moves that bring indices below 0.
    """

    def wrong(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
        around = [max(sign * step, 0) * sign for step in (dy, dx)]
        for n, step in zip(x.shape[1:3], around, strict=True):
            if abs(step) > n:
                raise IndexError(
                    f"index {-abs(step)} is out of bounds for axis 1 with size {n}"
                )
        rolled = np.roll(x, around, axis=(1, 2))
        return reference(rolled, dx - around[1], dy - around[0])

    return wrong


def _cropped(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
    kept = np.ones_like(x, bool)
    rows, columns = (
        reference(kept, dx, dy)[0, ..., 0].any(axis=axis) for axis in (1, 0)
    )
    return reference(x, dx, dy)[:, rows][:, :, columns]


def _grown(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
    sides = [(max(step, 0), max(-step, 0)) for step in (dy, dx)]
    return np.pad(x, [(0, 0), *sides, (0, 0)])


def _edge_repeated(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
    return _shifted(x, dx, dy, mode="nearest")


def _cleared_by_0(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
    return reference(x, dx, dy) if dx and dy else np.zeros_like(x)


def _shift_in_place(reference: Wrong, x: Any, dx: int, dy: int) -> Any:
    x[...] = reference(x, dx, dy)
    return x


SHIFT_IMAGES = Exercise(
    id="lab08.shift_images",
    points=2,
    cases=_shift_cases,
    reference=_shifted,
    mistakes=(
        Mistake(
            "wrapped around",
            "What leaves the picture on one side comes in again on the other, as "
            "`np.roll` does. What comes in should be 0.",
            lambda reference, x, dx, dy: np.roll(x, (dy, dx), axis=(1, 2)),
        ),
        Mistake(
            "dx and dy exchanged",
            "dx counts columns (axis 2), dy counts rows (axis 1).",
            _other_shift(lambda dx, dy: (dy, dx)),
        ),
        Mistake(
            "opposite direction",
            "Your pictures move to the left and up where they should move to the right "
            "and down.",
            _other_shift(lambda dx, dy: (-dx, -dy)),
        ),
        Mistake(
            "left and right exchanged",
            "A positive dx moves the pictures to the right.",
            _other_shift(lambda dx, dy: (-dx, dy)),
        ),
        Mistake(
            "up and down exchanged",
            "A positive dy moves the pictures down; rows are counted from the top.",
            _other_shift(lambda dx, dy: (dx, -dy)),
        ),
        Mistake(
            "edge repeated",
            "You continue the outermost pixels into the free place; it should be 0.",
            _edge_repeated,
        ),
        Mistake(
            "negative indices read",
            "An index below 0 reads from the other end of the picture. "
            "Look whether a place lies outside at either end.",
            _wrapping(1),
        ),
        Mistake(
            "negative indices written",
            "An index below 0 writes at the other end of the picture. "
            "Look whether a place lies outside at either end.",
            _wrapping(-1),
        ),
        Mistake(
            "slices end at minus the move",
            "`x[:, :-dy]` fits a dy above 0 only: for 0 it is empty, and for a negative "
            "dy it starts counting from the other end.",
            _sliced(lambda n, step: -step),
        ),
        Mistake(
            "slices for moves to the right and down only",
            "A negative dx or dy counts from the other end in a slice. "
            "Moves to the left and up need other slices, and moves beyond the picture "
            "need care too.",
            _sliced(lambda n, step: n - step),
        ),
        Mistake(
            "moves of 0 fail",
            "A move by 0 breaks your slices: `x[:, :-0]` is empty.",
            _only_for(lambda dx, dy, height, width: dx != 0 and dy != 0),
        ),
        Mistake(
            "a move of 0 clears the picture",
            "A slice such as `[-dx:]` or `[dx:]` holds everything if `dx` is 0, so "
            "setting it to 0 leaves nothing of the picture.",
            _cleared_by_0,
        ),
        Mistake(
            "moves beyond the picture fail",
            "A move by more than the picture's size breaks your slices; nothing of "
            "the picture is left then.",
            _only_for(
                lambda dx, dy, height, width: abs(dx) <= width and abs(dy) <= height
            ),
        ),
        Mistake(
            "negative moves ignored",
            "A negative dx or dy does nothing in your function; it moves the pictures "
            "to the left or up.",
            _other_shift(lambda dx, dy: (max(dx, 0), max(dy, 0))),
        ),
        Mistake(
            "sign of the move lost",
            "A negative dx or dy moves your pictures as a positive one does.",
            _other_shift(lambda dx, dy: (abs(dx), abs(dy))),
        ),
        Mistake(
            "dy ignored",
            "Your pictures move sideways only.",
            _other_shift(lambda dx, dy: (dx, 0)),
        ),
        Mistake(
            "dx ignored",
            "Your pictures move up and down only.",
            _other_shift(lambda dx, dy: (0, dy)),
        ),
        Mistake(
            "channels moved",
            "You move along the axes 2 and 3. In (N, H, W, C) height is axis 1 and "
            "width is axis 2.",
            _along(2, 3),
        ),
        Mistake(
            "pictures of the batch moved",
            "You move along the axes 0 and 1, so pictures change their place in the "
            "batch. Height is axis 1 and width is axis 2.",
            _along(0, 1),
        ),
        Mistake(
            "picture cropped",
            "Your pictures shrink: you keep what is still visible and lose the place "
            "that became free.",
            _cropped,
        ),
        Mistake(
            "picture grown",
            "Your pictures grow: what leaves the picture should be gone.",
            _grown,
        ),
        Mistake(
            "first picture used for all",
            "All your results come from the first picture of the batch.",
            lambda reference, x, dx, dy: np.repeat(
                reference(x[:1], dx, dy), len(x), axis=0
            ),
        ),
        Mistake(
            "input changed",
            "The result is right, but you wrote it into the caller's pictures. "
            "Build a new array instead.",
            _shift_in_place,
        ),
    ),
    forbidden=FORBIDDEN,
)


def _gap(
    x: np.ndarray,
    kernel: np.ndarray,
    dx: int,
    dy: int,
    stride: int = 1,
    mode: str = "constant",
    map_shift: Callable[[int, int], float] = lambda step, stride: step // stride,
) -> np.ndarray:
    """Give shift-then-filter minus filter-then-shift, border included.

    Args:
        x, kernel, dx, dy, stride: as in the exercise.
        mode: what comes in at the border, as in `scipy.ndimage.shift`.
        map_shift: how far the map moves, for a step in pixels and a stride.
    """
    moved = _shifted(x[None, ..., None], dx, dy, mode)
    first, second = (
        layer(image, kernel[..., None, None], np.zeros(1))[:, ::stride, ::stride]
        for image in (moved, x[None, ..., None].astype(float))
    )
    right, down = (int(map_shift(step, stride)) for step in (dx, dy))
    difference = first - _shifted(second, right, down, mode)
    return np.asarray(difference[0, ..., 0])


def _inside(gap: np.ndarray, dx: int, dy: int) -> np.ndarray:
    rows, columns = (
        slice(abs(step), size - abs(step))
        for step, size in zip((dy, dx), gap.shape, strict=True)
    )
    return gap[rows, columns]


def _signed_margin(gap: np.ndarray, dx: int, dy: int) -> np.ndarray:
    rows, columns = gap.shape
    return gap[dy : rows - dy, dx : columns - dx]


def _equivariance_gap(
    x: np.ndarray, kernel: np.ndarray, dx: int, dy: int, stride: int = 1
) -> float:
    return float(abs(_inside(_gap(x, kernel, dx, dy, stride), dx, dy)).max())


def _gap_cases(rng: np.random.Generator) -> list[Case]:
    grid: list[tuple[Pair, Pair, int, int, int]] = [
        ((9, 8), (3, 3), 1, 0, 1),
        ((10, 9), (2, 3), -1, 2, 1),
        ((12, 13), (3, 2), 2, 0, 2),
        ((13, 12), (2, 3), 1, 0, 2),
        ((12, 15), (3, 2), 0, -1, 2),
        ((16, 19), (2, 3), -1, 2, 2),
        ((21, 23), (3, 3), -2, 1, 3),
        # Two steps that are no multiple of the stride, on either side of a half.
        ((24, 26), (3, 2), 2, -1, 3),
    ]
    for _ in range(2):
        dx, dy, stride = (int(number) for number in rng.integers(1, 4, 3))
        grid.append(((24, 26), (3, 2), dx, -dy, stride))
    # On a bright picture the gap at the border, where zeros come in, is far larger.
    bright = _gap_case(rng, (24, 26), (3, 2), -3, 2, 2, brightness=200)
    cases = [_gap_case(rng, *row) for row in grid]
    # By far the largest gap lies where only too narrow a margin looks.
    cases[6].args[0][10, 6] += 1000
    # Small enough to follow by hand.
    small = [((6, 5), (2, 2), 0, -1, 1), ((7, 8), (2, 2), 1, 0, 2)]
    return [*cases, bright, *(_gap_case(rng, *row) for row in small)]


def _gap_case(
    rng: np.random.Generator,
    image: Pair,
    kernel: Pair,
    dx: int,
    dy: int,
    stride: int,
    brightness: int = 0,
) -> Case:
    x, weights = brightness + pictures(rng, *image), pictures(rng, *kernel)
    gap = _inside(_gap(x, weights, dx, dy, stride), dx, dy)
    if gap.max() > -gap.min():
        weights = -weights  # the largest difference is negative: its sign matters
    label = (
        f"{image[0]}x{image[1]} {'bright ' if brightness else ''}image, "
        f"{kernel[0]}x{kernel[1]} kernel, dx={dx}, dy={dy}, stride {stride}"
    )
    kwargs = {} if stride == 1 else {"stride": stride}
    return Case((x, weights, dx, dy), kwargs, label=label)


def _measured(measure: Callable[[np.ndarray], Any]) -> Wrong:
    """Give a mistake that makes another number of the differences inside."""
    return lambda reference, x, kernel, dx, dy, stride=1: measure(
        _inside(_gap(x, kernel, dx, dy, stride), dx, dy)
    )


def _map_moved(map_shift: Callable[[int, int], float]) -> Wrong:
    """Give a mistake that moves the map by another number of cells."""
    return lambda reference, x, kernel, dx, dy, stride=1: abs(
        _inside(_gap(x, kernel, dx, dy, stride, map_shift=map_shift), dx, dy)
    ).max()


def _with_border(mode: str) -> Wrong:
    return lambda reference, x, kernel, dx, dy, stride=1: abs(
        _gap(x, kernel, dx, dy, stride, mode)
    ).max()


def _minus_zero(
    reference: Wrong, x: Any, kernel: Any, dx: int, dy: int, stride: int = 1
) -> Any:
    if not (dx and dy):
        raise ValueError("zero-size array to reduction operation maximum")
    return reference(x, kernel, dx, dy, stride)


EQUIVARIANCE_GAP = Exercise(
    id="lab08.equivariance_gap",
    points=3,
    cases=_gap_cases,
    reference=_equivariance_gap,
    mistakes=(
        Mistake(
            "border compared too",
            "At the border zeros came in, into the image in one case and into the map "
            "in the other. Compare the interior only.",
            _with_border("constant"),
        ),
        Mistake(
            "wrapped around and border compared",
            "You move with wrap-around, as `np.roll` does, and compare all cells. At "
            "the border the window reads pixels from the other side.",
            _with_border("grid-wrap"),
        ),
        Mistake(
            "map not moved",
            "You compare with the map of the image in its old place. That tests "
            "invariance (nothing changes), not equivariance (the map moves along).",
            _map_moved(lambda step, stride: 0),
        ),
        Mistake(
            "map moved by pixels",
            "With a stride the map has fewer cells than the image has pixels, so it "
            "moves by fewer cells.",
            _map_moved(lambda step, stride: step),
        ),
        Mistake(
            "map moved the other way",
            "The map should move in the same direction as the image.",
            _map_moved(lambda step, stride: -(step // stride)),
        ),
        Mistake(
            "map moved by a number rounded towards 0",
            "For negative moves `//` rounds down, and `int(dx / stride)` does not.",
            _map_moved(lambda step, stride: int(step / stride)),
        ),
        Mistake(
            "map moved by a fraction of a cell",
            "`dx / stride` need not be a whole number, and `move` then takes the nearest "
            "cell. Round down, as `//` does.",
            _map_moved(lambda step, stride: np.ceil(step / stride - 0.5)),
        ),
        Mistake(
            "map moved by a number rounded up",
            "You round dx / stride up; round it down, as `//` does.",
            _map_moved(lambda step, stride: -(-step // stride)),
        ),
        Mistake(
            "stride ignored",
            "Your gap is always 0, as it is for stride 1. "
            "Filter with `stride`, and move the smaller map that comes out.",
            lambda reference, x, kernel, dx, dy, stride=1: reference(x, kernel, dx, dy),
        ),
        Mistake(
            "stride not handed to the filter",
            "You divide the move of the map by the stride, but your maps have stride 1. "
            "Hand `stride` on to the filter, both times.",
            lambda reference, x, kernel, dx, dy, stride=1: abs(
                _inside(
                    _gap(x, kernel, dx, dy, map_shift=lambda step, _: step // stride),
                    dx,
                    dy,
                )
            ).max(),
        ),
        Mistake(
            "sign kept",
            "You look for the largest difference, and a very negative one is large too.",
            _measured(np.max),
        ),
        Mistake(
            "average difference",
            "You average the differences; the largest one is asked for.",
            _measured(lambda gap: abs(gap).mean()),
        ),
        Mistake(
            "differences added up",
            "You add the differences up; the largest one is asked for.",
            _measured(lambda gap: abs(gap).sum()),
        ),
        Mistake(
            "difference squared",
            "You square the differences; the largest absolute one is asked for.",
            _measured(lambda gap: (gap**2).max()),
        ),
        Mistake(
            "slice ends at minus zero",
            "`[dx:-dx]` is empty if `dx` is 0, since -0 is 0. "
            "Say where the interior ends, counted from the start.",
            _minus_zero,
        ),
        Mistake(
            "sign kept in the margin",
            "A negative number in a slice counts from the other end, so for a move to "
            "the left or up you compare the last rows or columns only. "
            "The margin is as wide as for a move to the right or down.",
            lambda reference, x, kernel, dx, dy, stride=1: _signed_margin(
                abs(_gap(x, kernel, dx, dy, stride)), dx, dy
            ).max(),
        ),
        Mistake(
            "margin divided by the stride",
            "The map moves by `dx // stride` cells, but the margin is as wide as "
            "the move in pixels.",
            lambda reference, x, kernel, dx, dy, stride=1: abs(
                _inside(
                    _gap(x, kernel, dx, dy, stride),
                    dx // stride,
                    dy // stride,
                )
            ).max(),
        ),
        Mistake(
            "margins exchanged",
            "You leave out rows by dx and columns by dy. dx moves along the columns.",
            lambda reference, x, kernel, dx, dy, stride=1: abs(
                _inside(_gap(x, kernel, dx, dy, stride), dy, dx)
            ).max(),
        ),
        Mistake(
            "margin on one side only",
            "You leave cells out at the top and left only; zeros may have come in at "
            "the bottom and right as well.",
            lambda reference, x, kernel, dx, dy, stride=1: abs(
                _gap(x, kernel, dx, dy, stride)[abs(dy) :, abs(dx) :]
            ).max(),
        ),
        Mistake(
            "dx and dy exchanged",
            "dx moves to the right, along the columns, dy down, along the rows.",
            lambda reference, x, kernel, dx, dy, stride=1: reference(
                x, kernel, dy, dx, stride
            ),
        ),
        Mistake(
            "kernel rotated",
            "You rotate the kernel, as mathematical convolution does. "
            "The layers of a network do not.",
            lambda reference, x, kernel, *rest, **kwargs: reference(
                x, kernel[::-1, ::-1], *rest, **kwargs
            ),
        ),
    ),
)

Layer = Mapping[str, Any]


def _shapes(layers: Sequence[Layer]) -> Iterator[tuple[Layer, tuple[int, ...], int]]:
    """Give each layer behind the input, the shape it reads, and its work.

    Windows are laid over an array that takes no memory, and counted.
    """
    shape = tuple(int(side) for side in layers[0]["shape"])
    for setting in layers[1:]:
        empty = np.broadcast_to(np.int8(0), shape)
        kind, work, read = setting["layer"], 0, shape
        if kind == "conv":
            k, step = setting["kernel_size"], setting["strides"]
            view = sliding_window_view(empty, (k, k), (0, 1))[::step, ::step]
            work = view.size * setting["filters"]
            shape = (*view.shape[:2], setting["filters"])
        elif kind == "pool":
            size = setting["size"]
            view = sliding_window_view(empty, (size, size), (0, 1))
            shape = view[::size, ::size].shape[:3]
        elif kind == "global_pool":
            shape = (1, 1, shape[2])
        else:
            work, shape = empty.size * setting["units"], (1, 1, setting["units"])
        yield setting, read, work


def _model_macs(layers: Sequence[Layer]) -> list[int]:
    return [work for _, _, work in _shapes(layers)]


def _input(*shape: int) -> Layer:
    return {"layer": "input", "shape": shape}


def _conv(filters: int, kernel_size: int, strides: int = 1) -> Layer:
    return {
        "layer": "conv",
        "filters": filters,
        "kernel_size": kernel_size,
        "strides": strides,
    }


def _pool(size: int) -> Layer:
    return {"layer": "pool", "size": size}


def _dense(units: int) -> Layer:
    return {"layer": "dense", "units": units}


GLOBAL_POOL: Layer = {"layer": "global_pool"}


def _macs_cases(rng: np.random.Generator) -> list[Case]:
    digit = _input(28, 28, 1)
    drawn = [int(number) for number in rng.integers(2, 6, 8)]
    networks: dict[str, list[Layer]] = {
        "one conv layer": [_input(5, 7, 3), _conv(4, 3)],
        "two dense layers": [_input(4, 5, 2), _dense(6), _dense(3)],
        "conv, conv, dense": [_input(9, 8, 2), _conv(5, 3), _conv(4, 2), _dense(3)],
        "strided conv, dense": [_input(10, 13, 2), _conv(3, 3, 2), _dense(4)],
        "pool that does not divide": [_input(11, 14, 3), _pool(3), _conv(2, 2)],
        "conv, global pool, dense": [
            _input(8, 7, 2),
            _conv(6, 3),
            GLOBAL_POOL,
            _dense(5),
        ],
        "the network of lab 10 in small": [
            digit,
            _conv(32, 3),
            _pool(2),
            _conv(64, 3),
            _pool(2),
            _dense(10),
        ],
        "the same with strides in place of pools": [
            digit,
            _conv(32, 3, 2),
            _conv(64, 3, 2),
            _dense(10),
        ],
        "drawn layers": [
            _input(20 + drawn[0], 30 + drawn[1], drawn[2]),
            _conv(drawn[3], drawn[4], 1 + drawn[5] % 2),
            _pool(drawn[6] // 2 + 1),
            _dense(drawn[7]),
        ],
    }
    return [Case((layers,), label=name) for name, layers in networks.items()]


def _each(change: Callable[[Layer, tuple[int, ...], int], int]) -> Wrong:
    """Give a mistake in the work of single layers, all shapes being right."""
    return lambda reference, layers: [change(*item) for item in _shapes(layers)]


def _weights(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] != "conv":
        return work
    return int(setting["kernel_size"] ** 2 * shape[2] * setting["filters"])


def _parameters(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    owners = setting.get("filters", 0) + setting.get("units", 0)
    return _weights(setting, shape, work) + int(owners)


def _comparisons(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] == "pool":
        size = setting["size"]
        return int((shape[0] // size) * (shape[1] // size) * shape[2] * size**2)
    return shape[0] * shape[1] * shape[2] if setting["layer"] == "global_pool" else work


def _with_biases(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] == "conv":
        terms = setting["kernel_size"] ** 2 * shape[2]
    elif setting["layer"] == "dense":
        terms = shape[0] * shape[1] * shape[2]
    else:
        return work
    return work + work // int(terms)


def _at_input_positions(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] != "conv":
        return work
    return shape[0] * shape[1] * _weights(setting, shape, work)


def _one_channel(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return work // shape[2] if setting["layer"] == "conv" else work


def _one_filter(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return work // int(setting["filters"]) if setting["layer"] == "conv" else work


def _dense_on_channels(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return shape[2] * int(setting["units"]) if setting["layer"] == "dense" else work


def _kernel_once(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return work // int(setting["kernel_size"]) if setting["layer"] == "conv" else work


Shape = tuple[int, ...]


def _walked(
    behind: Callable[[Layer, Shape, Shape], Shape] = lambda setting, before, after: (
        after
    ),
    read: Callable[[Layer, Shape], Shape] = lambda setting, shape: shape,
) -> Wrong:
    """Give a mistake in the shapes.

    Args:
        behind: gives the shape behind a layer, from the ones before and behind it.
        read: gives the shape that a layer reads, from the one before it.
    """

    def wrong(reference: Wrong, layers: Sequence[Layer]) -> Any:
        found: list[int] = []
        shape = tuple(layers[0]["shape"])
        for setting in layers[1:]:
            here = [{"layer": "input", "shape": read(setting, shape)}, setting]
            found += reference(here)
            shape = behind(setting, shape, _after(here))
        return found

    return wrong


def _with_size_kept(*kinds: str) -> Wrong:
    """Give a mistake that does not shrink the picture behind some kinds of layers."""
    return _walked(
        lambda setting, before, after: (
            (*before[:2], after[2]) if setting["layer"] in kinds else after
        )
    )


def _conv_reads(side: Callable[[int, int, int], int]) -> Wrong:
    """Give a mistake: conv layers read a picture of another size.

    Args:
        side: gives it from the size, the kernel size and the stride.
    """

    def read(setting: Layer, shape: Shape) -> Shape:
        if setting["layer"] != "conv":
            return shape
        how = setting["kernel_size"], setting["strides"]
        return (*(side(n, *how) for n in shape[:2]), shape[2])

    return _walked(read=read)


def _without_dense_shapes(reference: Wrong, layers: Sequence[Layer]) -> Any:
    kept = [layer for layer in layers if layer["layer"] != "dense"]
    return [
        reference([*kept, setting])[-1] if setting["layer"] == "dense" else work
        for setting, _, work in _shapes(layers)
    ]


def _after(layers: Sequence[Layer]) -> tuple[int, ...]:
    """Give the shape behind a network."""
    return list(_shapes([*layers, GLOBAL_POOL]))[-1][1]


def _changed_layers(change: Callable[[Layer], Layer]) -> Wrong:
    return lambda reference, layers: reference([change(item) for item in layers])


def _rounded_up_behind(setting: Layer, before: Shape, after: Shape) -> Shape:
    if setting["layer"] != "pool":
        return after
    return (*(-(-side // setting["size"]) for side in before[:2]), before[2])


def _square_input(item: Layer) -> Layer:
    if item["layer"] != "input":
        return item
    height, _, channels = item["shape"]
    return {**item, "shape": (height, height, channels)}


def _macs_window(index: tuple[int, ...], layers: Sequence[Layer]) -> str:
    if len(index) != 1:
        return ""
    setting, shape, _ = list(_shapes(layers))[index[0]]
    read = " x ".join(map(str, shape))
    return f"Number {index[0]} belongs to {dict(setting)}, which reads {read}."


MODEL_MACS = Exercise(
    id="lab08.model_macs",
    points=3,
    cases=_macs_cases,
    reference=_model_macs,
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "parameters counted",
            "For a conv layer this is its number of weights. Each weight is used anew "
            "at every output position.",
            _each(_weights),
        ),
        Mistake(
            "parameters counted, biases too",
            "For a conv layer these are its parameters. Each weight is used anew at "
            "every output position, and a bias is not multiplied.",
            _each(_parameters),
        ),
        Mistake(
            "pooling counted",
            "Pooling compares values and multiplies none, so it has no "
            "multiply-accumulates.",
            _each(_comparisons),
        ),
        Mistake(
            "biases counted",
            "Adding a bias is no multiplication; only products count.",
            _each(_with_biases),
        ),
        Mistake(
            "multiplications and additions counted apart",
            "One multiply-accumulate is a product and the addition of it, together.",
            _each(lambda setting, shape, work: 2 * work),
        ),
        Mistake(
            "positions of the input counted",
            "A window has fewer positions than the picture has pixels. "
            "Count the positions of the layer's output.",
            _each(_at_input_positions),
        ),
        Mistake(
            "input channels forgotten",
            "Each filter reads all channels of the layer's input.",
            _each(_one_channel),
        ),
        Mistake(
            "channels of the picture used throughout",
            "A layer reads as many channels as the layer before it has filters, not "
            "as many as the picture has.",
            _walked(
                lambda setting, before, after: (
                    (*after[:2], before[2]) if setting["layer"] == "conv" else after
                )
            ),
        ),
        Mistake(
            "one filter counted",
            "This is the work of a single filter; the layer has several.",
            _each(_one_filter),
        ),
        Mistake(
            "kernel size not squared",
            "A kernel of size 3 is 3 high and 3 wide: how many weights is that?",
            _each(_kernel_once),
        ),
        Mistake(
            "one position too few",
            "A window has one position more than steps: it starts at the first pixel "
            "before it takes the first step.",
            _conv_reads(lambda n, k, step: n - step),
        ),
        Mistake(
            "conv layers padded",
            "You count a position for every pixel and keep the size, as with padding. "
            "Without it a window has to fit into the picture.",
            _conv_reads(lambda n, k, step: (-(-n // step) - 1) * step + k),
        ),
        Mistake(
            "conv layers keep the size",
            "Behind a conv layer without padding the picture is smaller than before.",
            _with_size_kept("conv"),
        ),
        Mistake(
            "pooling keeps the size",
            "Your layers behind a pooling layer work as if it were not there.",
            _with_size_kept("pool"),
        ),
        Mistake(
            "global pooling keeps the size",
            "Behind global pooling one number is left for each channel.",
            _with_size_kept("global_pool"),
        ),
        Mistake(
            "dense layers change nothing behind them",
            "The layer behind a dense layer reads the units of that layer.",
            _without_dense_shapes,
        ),
        Mistake(
            "dense layers keep the positions",
            "A dense layer reads all positions at once, so behind it there are no "
            "positions left, only its units.",
            _with_size_kept("dense"),
        ),
        Mistake(
            "pooled size rounded up",
            "A pooling window that would stick out is left out.",
            _walked(_rounded_up_behind),
        ),
        Mistake(
            "dense layer reads the channels only",
            "A dense layer reads every value: all positions in all channels.",
            _each(_dense_on_channels),
        ),
        Mistake(
            "strides ignored",
            "Your conv layers move by one pixel, whatever their strides.",
            _changed_layers(
                lambda item: {**item, "strides": 1} if item["layer"] == "conv" else item
            ),
        ),
        Mistake(
            "square picture assumed",
            "The picture may be wider than high: keep both sizes.",
            _changed_layers(_square_input),
        ),
        Mistake(
            "sum in place of a list",
            "You added all layers up. Return one number for each layer.",
            lambda reference, layers: sum(reference(layers)),
        ),
        Mistake(
            "running sum",
            "Each of your numbers contains those of the layers before it.",
            lambda reference, layers: np.cumsum(reference(layers)),
        ),
        Mistake(
            "input listed",
            "Your list starts with a number for the input, which is not a layer that "
            "computes; leave it out.",
            lambda reference, layers: [0, *reference(layers)],
        ),
        Mistake(
            "pooling layers left out",
            "Your list has no number for the pooling layers; theirs is 0.",
            lambda reference, layers: [
                work
                for setting, _, work in _shapes(layers)
                if "pool" not in setting["layer"]
            ],
        ),
    ),
    window=_macs_window,
)

EXERCISES = (
    PREDICTIONS,
    MAX_POOL2D,
    AVG_POOL2D,
    GLOBAL_AVG_POOL,
    GLOBAL_MAX_POOL,
    SHIFT_IMAGES,
    EQUIVARIANCE_GAP,
    MODEL_MACS,
)
