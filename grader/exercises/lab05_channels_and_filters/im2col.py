"""Every window of a picture as a row of a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.pictures import FORBIDDEN, layer, pictures
from grader.exercises.common.wrong import after, input_changed
from grader.exercises.lab05_channels_and_filters.shared import counted, random_shapes
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw pictures of one channel and more, for windows square and not."""
    image, kernel = random_shapes(rng)
    grid: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((2, 5, 4, 3), (3, 2)),
        ((2, 4, 6, 2), (2, 3)),
        ((2, 4, 5, 3), (2, 2)),
        ((2, 3, 2, 2), (3, 2)),
        (image, kernel[:2]),
    ]
    drawn = [
        Case((pictures(rng, *image), *size), label=_label(image, size))
        for image, size in grid
    ]
    whole = rng.integers(-9, 10, (2, 4, 3, 2))
    small = 1.0 + rng.permutation(9).reshape(1, 3, 3, 1)
    deep = rng.permutation(12).reshape(1, 3, 2, 2) - 5.0
    return [
        Case((small, 2, 2), label=_label(small.shape, (2, 2)) + ", small numbers"),
        Case((deep, 3, 2), label=_label(deep.shape, (3, 2)) + ", small numbers"),
        *drawn,
        Case((whole, 2, 2), label=_label(whole.shape, (2, 2)) + ", integers"),
    ]


def _label(image: Sequence[int], kernel: Sequence[int]) -> str:
    images, height, width, channels = image
    noun = counted(images, "picture")
    return f"{noun} {height}x{width}x{channels}, {kernel[0]}x{kernel[1]} windows"


def reference(x: np.ndarray, kh: int, kw: int) -> np.ndarray:
    """Return the patches (N * H' * W', kh * kw * C), by filters that pick a value each."""
    size = kh * kw * x.shape[3]
    picks = np.eye(size).reshape(kh, kw, x.shape[3], size)
    return layer(x, picks, np.zeros(size)).reshape(-1, size)


def where(index: tuple[int, ...], x: Any, kh: int, kw: int) -> str:
    """Return in words which window is the row, and which value of it the column."""
    if len(index) != 2:
        return ""
    row, column = index
    width, per_image = x.shape[2] - kw + 1, _windows_per_picture(x, kh, kw)
    n, (i, j) = row // per_image, divmod(row % per_image, width)
    u, v = divmod(column // x.shape[3], kw)
    return (
        f"Row {row} is the window x[{n}, {i}:{i + kh}, {j}:{j + kw}, :]; its column "
        f"{column} is row {u}, column {v}, channel {column % x.shape[3]} of it."
    )


def arithmetic(index: Index, x: np.ndarray, kh: int, kw: int) -> str:
    """Return which value of x stands at `index`."""
    n, i, j = np.unravel_index(
        index[0], (len(x), x.shape[1] - kh + 1, x.shape[2] - kw + 1)
    )
    u, v, c = np.unravel_index(index[1], (kh, kw, x.shape[3]))
    words = f"the window of picture {n} that begins at row {i}, column {j}"
    return f"{words}\n{taken_from('x', (n, i + u, j + v, c))}"


def _windows_per_picture(x: Any, kh: int, kw: int) -> int:
    return int((x.shape[1] - kh + 1) * (x.shape[2] - kw + 1))


def _rows_alike(expected: Any, actual: Any) -> compare.Difference | None:
    """Compare matrices; without a window, an empty list is as good as an array."""
    if np.size(expected) == 0 and isinstance(actual, np.ndarray) and not actual.size:
        return None
    return compare.close(expected, actual)


def _parts(matrix: Any, x: Any, kh: int, kw: int) -> np.ndarray:
    """Return the patches as (N, H', W', kh, kw, C)."""
    images, height, width, channels = x.shape
    shape = (images, height - kh + 1, width - kw + 1, kh, kw, channels)
    return np.reshape(matrix, shape)


def _moved(*order: int) -> Callable[..., Any]:
    """Return a mistake: the axes (N, H', W', kh, kw, C) of the patches in another order."""

    def wrong(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
        matrix = reference(x, kh, kw)
        return _parts(matrix, x, kh, kw).transpose(order).reshape(matrix.shape)

    return wrong


def _kept(choose: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    """Return a mistake that keeps some windows, chosen from (N, H', W', kh, kw, C)."""

    def wrong(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
        parts = choose(_parts(reference(x, kh, kw), x, kh, kw))
        return parts.reshape(-1, int(np.prod(parts.shape[3:])))

    return wrong


def _cut(place: Callable[[int, int, int, int], tuple[int, ...]]) -> Callable[..., Any]:
    """Return a mistake that slices other windows; rows of two lengths are an error.

    Args:
        place: gives row, column, height and width of a window from (i, j, kh, kw).
    """

    def wrong(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
        rows = []
        for n, i, j in np.ndindex(_parts(reference(x, kh, kw), x, kh, kw).shape[:3]):
            top, left, height, width = place(i, j, kh, kw)
            rows.append(x[n, top : top + height, left : left + width].ravel())
        return np.array(rows)

    return wrong


def _tiles(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
    return _kept(lambda parts: parts[:, ::kh, ::kw])(reference, x, kh, kw)


def _square_windows(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
    return reference(x, kh, min(kh, x.shape[2]))


def _exchanged(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
    return reference(x, kw, kh)


def _positions_kept(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
    parts = _parts(reference(x, kh, kw), x, kh, kw)
    return parts.reshape(*parts.shape[:3], -1)


def _per_image(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
    return reference(x, kh, kw).reshape(len(x), -1, kh * kw * x.shape[3])


def _channels_apart(reference: Callable[..., Any], x: Any, kh: int, kw: int) -> Any:
    parts = _parts(reference(x, kh, kw), x, kh, kw)
    return np.moveaxis(parts, -1, 3).reshape(-1, kh * kw)


MISTAKES = (
    Mistake(
        "channels before pixels",
        "Each of your rows holds one channel after the other. The channels of a "
        "pixel belong side by side, as in `W.reshape(-1, filters)`.",
        _moved(0, 1, 2, 5, 3, 4),
    ),
    Mistake(
        "windows read column by column",
        "You read each window downwards; read it row by row.",
        _moved(0, 1, 2, 4, 3, 5),
    ),
    Mistake(
        "positions read column by column",
        "Your windows are right and come in another order: first along the width, "
        "then down.",
        _moved(0, 2, 1, 3, 4, 5),
    ),
    Mistake(
        "pictures interleaved",
        "Your rows change the picture before the position. All windows of picture 0 "
        "come first.",
        _moved(1, 2, 0, 3, 4, 5),
    ),
    Mistake(
        "matrix transposed",
        "You have one column for each window; the task wants one row.",
        after(np.transpose),
    ),
    Mistake(
        "windows reversed",
        "You read each window backwards. Nothing is flipped in a cross-correlation.",
        _kept(lambda parts: parts[:, :, :, ::-1, ::-1]),
    ),
    Mistake(
        "windows side by side",
        "Your window moves on by its own size; neighbouring windows overlap.",
        _tiles,
    ),
    Mistake(
        "one position too few",
        "Your last row and column of windows are missing. Count the places of a "
        "window of 3 on a row of 5 pixels with your fingers.",
        _kept(lambda parts: parts[:, :-1, :-1]),
    ),
    Mistake(
        "square window assumed",
        "You use one size for both directions: `kh` goes down, `kw` goes right.",
        _square_windows,
    ),
    Mistake(
        "width of the window used for its height",
        "You use one size for both directions: `kh` goes down, `kw` goes right.",
        lambda reference, x, kh, kw: reference(x, min(kw, x.shape[1]), kw),
    ),
    Mistake(
        "height and width of the window exchanged",
        "Your windows are kw tall and kh wide: `kh` goes down, `kw` goes right.",
        _exchanged,
    ),
    Mistake(
        "kw used for both sides in the slice",
        "The number of rows is right, and the windows are kw tall: `kh` goes down.",
        _cut(lambda i, j, kh, kw: (i, j, kw, kw)),
    ),
    Mistake(
        "kh used for both sides in the slice",
        "The number of rows is right, and the windows are kh wide: `kw` goes right.",
        _cut(lambda i, j, kh, kw: (i, j, kh, kh)),
    ),
    Mistake(
        "row and column of the window exchanged",
        "Your window (i, j) starts at row j and column i.",
        _cut(lambda i, j, kh, kw: (j, i, kh, kw)),
    ),
    Mistake(
        "last row of windows missing",
        "Your windows do not reach the bottom of the picture. Count the places of a "
        "window of 3 on a row of 5 pixels with your fingers.",
        _kept(lambda parts: parts[:, :-1]),
    ),
    Mistake(
        "last column of windows missing",
        "Your windows do not reach the right edge. Count the places of a window of 3 on "
        "a row of 5 pixels with your fingers.",
        _kept(lambda parts: parts[:, :, :-1]),
    ),
    Mistake(
        "only the first window",
        "You return the first of the rows: does the function end too early?",
        after(lambda matrix: matrix[0]),
    ),
    Mistake(
        "moved by 2",
        "You leave out every other window; the window moves one pixel at a time.",
        _kept(lambda parts: parts[:, ::2, ::2]),
    ),
    Mistake(
        "only the first channel",
        "Your rows hold channel 0 alone; a window has all channels.",
        _kept(lambda parts: parts[..., :1]),
    ),
    Mistake(
        "only the last channel",
        "Your rows hold the last channel alone; a window has all channels.",
        _kept(lambda parts: parts[..., -1:]),
    ),
    Mistake(
        "channels added up",
        "Your rows hold the sum over the channels. Nothing is added up yet: "
        "each channel of a pixel has a column of its own.",
        _kept(lambda parts: parts.sum(axis=-1, keepdims=True)),
    ),
    Mistake(
        "channels reversed",
        "You read the channels of each pixel from last to first.",
        _kept(lambda parts: parts[..., ::-1]),
    ),
    Mistake(
        "first picture for all",
        "All of your rows come from picture 0; the batch has more pictures.",
        _kept(lambda parts: np.repeat(parts[:1], len(parts), axis=0)),
    ),
    Mistake(
        "first picture only",
        "Your rows come from picture 0 alone; the batch has more.",
        _kept(lambda parts: parts[:1]),
    ),
    Mistake(
        "a row for each channel",
        "You make a row of every channel of a window. A window is one row: "
        "its channels stand in it side by side.",
        _channels_apart,
    ),
    Mistake(
        "windows not flattened",
        "Each of your rows is still a block (kh, kw, C): lay it out as one row.",
        lambda reference, x, kh, kw: reference(x, kh, kw).reshape(
            -1, kh, kw, x.shape[3]
        ),
    ),
    Mistake(
        "one long row",
        "All windows stand one behind the other: each needs a row of its own.",
        after(np.ravel),
    ),
    Mistake(
        "one matrix per picture",
        "Your rows are grouped by picture. Stack them: two axes in all.",
        _per_image,
    ),
    Mistake(
        "positions kept as axes",
        "Your result still has axes for pictures, rows and columns. Stack all windows: "
        "two axes in all.",
        _positions_kept,
    ),
    Mistake(
        "each window summed",
        "You give one number for each window: copy its values, side by side.",
        lambda reference, x, kh, kw: reference(x, kh, kw).sum(axis=1),
    ),
    Mistake(
        "always cut to whole numbers",
        "Your rows have lost their decimals: the array you fill holds whole numbers.",
        after(np.trunc),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's picture. "
        "Build a new array instead.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=_rows_alike,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=where,
)
