"""What exercises of lab 08 share: poolings, what they are asked, and moved pictures."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

from grader.exercises.common.pads import tensorflow_pads
from grader.exercises.common.pictures import pictures, small_numbers
from grader.judging.exercise import Case
from grader.judging.show import show_array

Pair = tuple[int, int]


def pooling(reduce: Callable[..., Any]) -> Callable[..., np.ndarray]:
    """Return a pooling layer by sliding windows; it leaves out NaN where `reduce` does.

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
    """Return pictures padded as asked, so that what remains is `padding="valid"`."""
    if padding == "valid":
        return x.astype(float)
    both = [
        pads(n, k, step) for n, k, step in zip(x.shape[1:3], size, stride, strict=True)
    ]
    how: dict[str, Any] = {"constant_values": fill} if mode == "constant" else {}
    return np.pad(x.astype(float), [(0, 0), *both, (0, 0)], mode=mode, **how)  # type: ignore[call-overload,no-any-return]


def pool_cases(rng: np.random.Generator) -> list[Case]:
    """Draw pictures that windows fit or leave a rest of, with and without padding."""
    grid = list(_POOL_GRID)
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
        *_small_pool_cases(rng),
    ]


# Shape of the pictures, window, stride, padding.
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


def _small_pool_cases(rng: np.random.Generator) -> list[Case]:
    """Draw pictures that can be followed by hand."""
    negative = -abs(small_numbers(rng, 1, 3, 3, 1))
    return [
        pool_case(small_numbers(rng, 1, 5, 4, 1), (3, 2), (2, 1), note="small numbers"),
        pool_case(small_numbers(rng, 2, 3, 2, 2), (2, 1), (1, 1), note="small numbers"),
        pool_case(negative, (2, 2), (1, 1), note="small numbers, all negative"),
        pool_case(
            small_numbers(rng, 1, 3, 3, 1), (2, 2), None, "same", note="small numbers"
        ),
    ]


def pool_case(
    x: np.ndarray,
    size: Pair,
    stride: Pair | None,
    padding: str = "valid",
    note: str = "",
) -> Case:
    """Return a case with its label, which tells all that is not the default."""
    images, height, width, channels = x.shape
    told = [f"{images}x{height}x{width}x{channels}, window {size[0]}x{size[1]}"]
    told += [f"stride {stride}"] if stride else []
    told += [padding] if padding != "valid" else []
    told += [note] if note else []
    kwargs: dict[str, Any] = {} if stride is None else {"stride": stride}
    if padding != "valid":
        kwargs["padding"] = padding
    return Case((x, size), kwargs, label=", ".join(told), part=padding)


def where_pooled(
    index: tuple[int, ...],
    x: Any,
    size: Sequence[int],
    stride: Sequence[int] | None = None,
    padding: str = "valid",
) -> str:
    """Return in words which inputs feed the value at `index`."""
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
        f"{list(rows)} and columns {list(columns)}{note}:\n{show_array(block)}"
    )


def global_cases(rng: np.random.Generator) -> list[Case]:
    """Draw feature maps (N, H, W, C): all negative ones too, and bytes."""
    shapes: list[tuple[int, ...]] = [(1, 3, 4, 1), (2, 4, 3, 5), (3, 2, 5, 2)]
    shapes.append((2, *(int(side) for side in rng.integers(2, 6, 3))))
    drawn = [(small_numbers(rng, 2, 2, 3, 2), ", small numbers")]
    drawn += [(pictures(rng, *shape), "") for shape in shapes]
    drawn.append((-1 - abs(pictures(rng, 2, 3, 4, 3)), ", all values negative"))
    bright = rng.integers(150, 256, (2, 3, 4, 2)).astype(np.uint8)
    bright[0, :, :, 0] = 200
    bright[0, 0, 0, 0] = 201  # so that one average is no whole number
    drawn.append((bright, ", bytes"))
    return [
        Case((x,), label="x".join(map(str, x.shape)) + " feature maps" + note)
        for x, note in drawn
    ]


def in_type_of(x: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Return an answer cut to whole numbers where the pictures are."""
    return answer.astype(x.dtype) if x.dtype.kind in "iu" else answer


def shifted(x: np.ndarray, dx: int, dy: int, mode: str = "constant") -> np.ndarray:
    """Return pictures (N, H, W, C) moved right by dx and down by dy, by SciPy."""
    # Order 0 moves whole pixels exactly.
    moved = ndimage.shift(x.astype(float), (0, dy, dx, 0), order=0, mode=mode)
    return np.asarray(moved)


def whole_map(form: Callable[[Sequence[float]], str]) -> Callable[..., str]:
    """Return how global pooling makes the value at an index.

    Args:
        form: writes the number of a feature map from its values.
    """
    return lambda index, x: (
        f"all of x[{index[0]}, :, :, {index[1]}]\n"
        f"{form(x[index[0], ..., index[1]].ravel().tolist())}"
    )
