"""The way back through max pooling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab12_alexnet_inception.shared import Shape, first_only
from grader.exercises.lab12_alexnet_inception.worked import share_in_full
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw pictures of distinct sizes, whose sides the windows divide or not."""
    size, rest, windows, channels = (int(n) for n in rng.integers(2, 4, 4))
    drawn = (2, size * windows + rest - 1, size * (windows + 1), channels)
    grid: list[tuple[Shape, int, str]] = [
        ((1, 4, 4, 1), 2, ""),
        ((2, 5, 7, 3), 2, ""),
        ((2, 7, 6, 2), 3, ""),
        ((2, 4, 6, 2), 2, "all negative"),
        ((2, 6, 5, 2), 2, "whole numbers"),
        (drawn, size, ""),
        ((1, 4, 2, 2), 2, ""),
    ]
    cases: list[Case] = []
    for shape, window, note in grid:
        x = _distinct(rng, *shape)
        x = -abs(x) if note == "all negative" else x
        x = (4 * x).astype(int) if note == "whole numbers" else x
        out = (shape[0], shape[1] // window, shape[2] // window, shape[3])
        dy = _distinct(rng, *out) / 3
        label = f"{shape[0]} x {shape[1]}x{shape[2]}x{shape[3]}, size {window}"
        label += f", {note}" if note else ""
        cases.append(Case((x, dy, window), label=label))
    return [*cases, *_cases_with_ties(rng)]


def _cases_with_ties(rng: np.random.Generator) -> list[Case]:
    """Draw pictures as behind a ReLU, windows of nothing but 0 among them, and small ones."""
    behind = np.maximum(_distinct(rng, 2, 4, 6, 2), 0)
    behind[:, :2, 2:4] = behind[0, 2:, :2, 1] = 0
    small = rng.integers(0, 2, (1, 4, 4, 1))
    small[0, :2, :2, 0], small[0, 2:, 2:, 0] = [[0, 2], [2, 1]], 0
    counted = np.arange(1.0, 5).reshape(1, 2, 2, 1)
    dy = _distinct(rng, 2, 2, 3, 2) / 3
    return [
        Case((behind, dy, 2), label="2 x 4x6x2, size 2, behind a ReLU"),
        Case((small, counted, 2), label="1 x 4x4x1, size 2, small numbers with ties"),
    ]


def _distinct(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw values of both signs of which no two are equal or opposite."""
    sizes = 1.0 + rng.permutation(int(np.prod(shape)))
    return np.reshape(sizes * rng.choice([-1, 1], sizes.size) / 4, shape)


def reference(x: np.ndarray, dy: np.ndarray, size: int) -> np.ndarray:
    """Return the gradient of x: each dy at the largest pixel of its window."""
    return _put_back(_winners(_windows(x, size)) * dy[..., None, None], x)


def where(index: Shape, x: np.ndarray, dy: np.ndarray, size: int) -> str:
    """Return in words which window the pixel at `index` lies in, and its dy."""
    n, row, column, c = index
    i, j = row // size, column // size
    if i >= dy.shape[1] or j >= dy.shape[2]:
        return f"[{n}, {row}, {column}, {c}] lies in no window."
    window = x[n, i * size : (i + 1) * size, j * size : (j + 1) * size, c]
    return (
        f"[{n}, {row}, {column}, {c}] lies in the window\n{show(window)}\n"
        f"whose dy is {show(dy[n, i, j, c])}."
    )


def _windows(x: np.ndarray, size: int) -> np.ndarray:
    """Return the windows of a pool, (N, H', W', C, size, size)."""
    windows = sliding_window_view(x, (size, size), axis=(1, 2))
    return np.asarray(windows[:, ::size, ::size])


def _winners(windows: np.ndarray) -> np.ndarray:
    """Mark the largest value of each window by 1, the first one if there are several."""
    flat = windows.reshape(*windows.shape[:4], -1)
    return np.asarray(
        np.eye(flat.shape[-1])[flat.argmax(axis=-1)].reshape(windows.shape)
    )


def _put_back(shares: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Put windows (N, H', W', C, size, size) where they came from in x."""
    rows = np.concatenate(np.moveaxis(shares, 1, 0), axis=-2)
    grid = np.concatenate(np.moveaxis(rows, 1, 0), axis=-1)  # (N, C, H, W)
    rest = [(0, 0), (0, 0)]
    rest += [(0, x.shape[a] - grid.shape[a + 1]) for a in (1, 2)]
    return np.asarray(np.moveaxis(np.pad(grid, rest), 1, -1))


def _shared(share: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Wrong:
    """Return a mistake in who gets what, from (windows, dy of each window)."""

    def wrong(reference: Callable[..., Any], x: Any, dy: Any, size: int) -> np.ndarray:
        windows = _windows(x, size)
        return _put_back(share(windows, dy[..., None, None]), x)

    return wrong


def _corner(windows: np.ndarray, row: int, column: int) -> np.ndarray:
    marks = np.zeros(windows.shape)
    marks[..., row, column] = 1
    return marks


def _on_diagonal(windows: np.ndarray, axis: int) -> np.ndarray:
    """Mark the pixel whose row and column are those of the largest value on one axis."""
    marks = _winners(windows).sum(axis=axis, keepdims=True)
    return np.asarray(marks * np.eye(windows.shape[-1]))


def _among_channels(windows: np.ndarray) -> np.ndarray:
    best = windows.max(axis=(3, 4, 5), keepdims=True)
    return np.asarray(windows == best)


def _among_all(windows: np.ndarray) -> np.ndarray:
    best = windows.max(axis=(0, 3, 4, 5), keepdims=True)
    return np.asarray(windows == best)


def _of_picture(
    reference: Callable[..., Any], x: Any, dy: Any, size: int
) -> np.ndarray:
    best = x.max(axis=(1, 2), keepdims=True)
    return np.asarray((x == best) * dy.sum(axis=(1, 2), keepdims=True))


def _misplaced(step: int, added: bool = False) -> Wrong:
    """Return a mistake that puts the shares of windows `step` pixels apart."""

    def wrong(reference: Callable[..., Any], x: Any, dy: Any, size: int) -> np.ndarray:
        dx = np.zeros(x.shape)
        marks = np.moveaxis(_winners(_windows(x, size)), 3, -1)
        for i, j in np.ndindex(dy.shape[1:3]):
            place = np.s_[:, i * step : i * step + size, j * step : j * step + size]
            share = marks[:, i, j] * dy[:, i : i + 1, j : j + 1]
            kept = dx[place] if added else dx[place] * (marks[:, i, j] == 0)
            dx[place] = kept + share
        return dx

    return wrong


def _indexed(width: Callable[[int, Any], int]) -> Wrong:
    """Return a mistake that finds row and column by another width than the window's.

    Args:
        width: gives it from the window's size and the picture.
    """

    def wrong(reference: Callable[..., Any], x: Any, dy: Any, size: int) -> np.ndarray:
        dx = np.zeros(x.shape)
        windows = _windows(x, size)
        places = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
        for n, i, j, c in np.ndindex(dy.shape):
            row, column = divmod(int(places[n, i, j, c]), width(size, x))
            dx[n, i * size + row, j * size + column, c] = dy[n, i, j, c]
        return dx

    return wrong


def _last_of_equals(windows: np.ndarray) -> np.ndarray:
    return _winners(windows[..., ::-1, ::-1])[..., ::-1, ::-1]


def _all_largest(windows: np.ndarray) -> np.ndarray:
    return np.asarray(windows == windows.max(axis=(4, 5), keepdims=True))


def _channel_forgotten(
    reference: Callable[..., Any], x: Any, dy: Any, size: int
) -> np.ndarray:
    """Give each dy to all channels; what a later channel gives replaces it."""
    shares = np.zeros(_windows(x, size).shape)
    marks = _winners(_windows(x, size))
    for c in range(x.shape[3]):
        own = dy[:, :, :, c : c + 1, None, None]
        shares = np.where(marks[:, :, :, c : c + 1] > 0, own, shares)
    return _put_back(shares, x)


def _only(choose: tuple[Any, ...]) -> Wrong:
    """Return a mistake that leaves all but a part of the gradient at 0."""

    def wrong(reference: Callable[..., Any], x: Any, dy: Any, size: int) -> np.ndarray:
        right = reference(x, dy, size)
        kept = np.zeros(x.shape)
        kept[choose] = right[choose]
        return kept

    return wrong


def _dy_turned(reference: Callable[..., Any], x: Any, dy: Any, size: int) -> np.ndarray:
    if dy.shape[1] != dy.shape[2]:
        raise IndexError("index ")
    return np.asarray(reference(x, dy.swapaxes(1, 2), size))


def _cropped(reference: Callable[..., Any], x: Any, dy: Any, size: int) -> Any:
    return reference(x[:, : dy.shape[1] * size, : dy.shape[2] * size], dy, size)


def _into_x(reference: Callable[..., Any], x: Any, dy: Any, size: int) -> Any:
    gradient = reference(x, dy, size)
    x[:] = gradient
    return gradient


MISTAKES = (
    Mistake(
        "given to the whole window",
        "Only the largest value went forward; the others could change a little "
        "and the output would stay the same.",
        _shared(lambda windows, dy: np.ones(windows.shape) * dy),
    ),
    Mistake(
        "shared equally",
        "That is the way back through average pooling. "
        "In max pooling one value of the window gets everything.",
        _shared(
            lambda windows, dy: np.ones(windows.shape) * dy / windows.shape[-1] ** 2
        ),
    ),
    Mistake(
        "given to all of several largest",
        "Where several values are the largest, the whole gradient goes to the first of "
        "them. Behind a ReLU, windows of nothing but 0 are common.",
        _shared(lambda windows, dy: _all_largest(windows) * dy),
    ),
    Mistake(
        "shared among several largest",
        "Where several values are the largest, the gradient is not shared: all of it "
        "goes to the first of them.",
        _shared(
            lambda windows, dy: (
                _all_largest(windows)
                * dy
                / _all_largest(windows).sum(axis=(4, 5), keepdims=True)
            )
        ),
    ),
    Mistake(
        "given to the last of several largest",
        "Where several values are the largest, the gradient goes to the first of them "
        "in reading order.",
        _shared(lambda windows, dy: _last_of_equals(windows) * dy),
    ),
    Mistake(
        "maxima of 0 lost",
        "A window whose largest value is 0 has a gradient as well. "
        "Compare positions, not whether a value is 0.",
        _shared(lambda windows, dy: _winners(windows) * (windows != 0) * dy),
    ),
    Mistake(
        "dy left out",
        "You mark the largest values; each should get the dy of its window.",
        _shared(lambda windows, dy: _winners(windows)),
    ),
    Mistake(
        "maximum sent back",
        "You send the largest value back. What goes back is dy.",
        _shared(lambda windows, dy: _winners(windows) * windows),
    ),
    Mistake(
        "multiplied by the maximum",
        "The output is the largest value itself, so its slope is 1, "
        "however large the value is.",
        _shared(lambda windows, dy: _winners(windows) * windows * dy),
    ),
    Mistake(
        "given to the smallest",
        "You look for the smallest value of each window.",
        _shared(lambda windows, dy: _winners(-windows) * dy),
    ),
    Mistake(
        "given to the largest amount",
        "The maximum of -5 and 2 is 2: compare the values with their signs.",
        _shared(lambda windows, dy: _winners(abs(windows)) * dy),
    ),
    Mistake(
        "negative maxima lost",
        "In a window of negative values, one of them is still the largest.",
        _shared(lambda windows, dy: _winners(windows) * (windows > 0) * dy),
    ),
    Mistake(
        "search begun at 0",
        "If a window holds only negative values, nothing is larger than 0: "
        "begin the search with a value of the window.",
        _shared(lambda windows, dy: _winners(np.maximum(windows, 0)) * dy),
    ),
    Mistake(
        "given to the first pixel",
        "You give dy to the upper left pixel of each window, whatever its value.",
        _shared(lambda windows, dy: _corner(windows, 0, 0) * dy),
    ),
    Mistake(
        "given to the last pixel",
        "You give dy to the lower right pixel of each window, whatever its value.",
        _shared(lambda windows, dy: _corner(windows, -1, -1) * dy),
    ),
    Mistake(
        "row and column exchanged",
        "Inside the window you found the right pair of numbers, "
        "and used the row as column.",
        _shared(lambda windows, dy: _winners(windows).swapaxes(4, 5) * dy),
    ),
    Mistake(
        "row used for both",
        "The row inside the window comes from the whole part, the column from the "
        "rest.",
        _shared(lambda windows, dy: _on_diagonal(windows, 5) * dy),
    ),
    Mistake(
        "column used for both",
        "The row inside the window comes from the whole part, the column from the "
        "rest.",
        _shared(lambda windows, dy: _on_diagonal(windows, 4) * dy),
    ),
    Mistake(
        "position counted in rows of the picture",
        "`argmax` counts the pixels of the window. Its rows are as long as the window "
        "is wide.",
        _indexed(lambda size, x: x.shape[2]),
    ),
    Mistake(
        "window of 2 hard-coded",
        "Your rows of a window have two pixels, whatever its size.",
        _indexed(lambda size, x: 2),
    ),
    Mistake(
        "given to all channels",
        "You write the gradient into all channels at that place. It belongs to the one "
        "channel that it came from.",
        _channel_forgotten,
    ),
    Mistake(
        "first channel only",
        "Only channel 0 has a gradient; the others are still 0.",
        _only(np.s_[..., :1]),
    ),
    Mistake(
        "first picture only",
        "Only picture 0 has a gradient; the others are still 0.",
        _only(np.s_[:1, ...]),
    ),
    Mistake(
        "returned after the first window",
        "Only the first window of the first channel has its gradient: does the function "
        "return before its loop has ended?",
        lambda reference, x, dy, size: reference(x, first_only(dy), size),
    ),
    Mistake(
        "rows and columns of dy exchanged",
        "Window (i, j) has the gradient `dy[n, i, j, c]`; you take the one at (j, i).",
        _dy_turned,
    ),
    Mistake(
        "picture left in the gradient",
        "Where no gradient arrives yours still holds the picture: start from an array "
        "of zeros.",
        lambda reference, x, dy, size: np.where(
            reference(x, np.ones_like(dy), size) > 0, reference(x, dy, size), x
        ),
    ),
    Mistake(
        "picture added to the gradient",
        "Your gradient still holds the picture: start from an array of zeros.",
        lambda reference, x, dy, size: reference(x, dy, size) + x,
    ),
    Mistake(
        "winner of the first channel for all",
        "Each channel has its own largest value in a window.",
        _shared(lambda windows, dy: _winners(windows[:, :, :, :1]) * dy),
    ),
    Mistake(
        "winner of the first picture for all",
        "Each picture has its own largest values.",
        _shared(lambda windows, dy: _winners(windows[:1]) * dy),
    ),
    Mistake(
        "one winner among all channels",
        "You compare across channels. Pooling works in each channel by itself.",
        _shared(lambda windows, dy: _among_channels(windows) * dy),
    ),
    Mistake(
        "one winner among all pictures and channels",
        "Your maximum of a window is that of all pictures and channels together. "
        "Each channel of each picture has its own.",
        _shared(lambda windows, dy: _among_all(windows) * dy),
    ),
    Mistake(
        "one winner in the picture",
        "You look for the largest value of the whole picture. "
        "Every window has its own.",
        _of_picture,
    ),
    Mistake(
        "place of the window forgotten",
        "The row and column that you found are counted from the corner of the "
        "window. In the picture, the window itself starts further on.",
        _misplaced(0),
    ),
    Mistake(
        "all shares added in the first window",
        "Row and column within a window say little without the window's own place.",
        _misplaced(0, added=True),
    ),
    Mistake(
        "windows one pixel apart",
        "Window (i, j) starts at row i * size and column j * size.",
        _misplaced(1),
    ),
    Mistake(
        "shares added one pixel apart",
        "Window (i, j) starts at row i * size and column j * size.",
        _misplaced(1, added=True),
    ),
    Mistake(
        "leftover pixels cut off",
        "The gradient has the shape of x. Pixels in no window get 0.",
        _cropped,
    ),
    Mistake(
        "cut to whole numbers",
        "Pictures of whole numbers have gradients with decimals: "
        "start from an array of floats.",
        lambda reference, x, dy, size: reference(x, dy, size).astype(x.dtype),
    ),
    Mistake(
        "sign turned",
        "You give the direction downhill. The gradient points uphill.",
        after(np.negative),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into an array of the caller. "
        "Build a new array instead.",
        _into_x,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    where=where,
    forbidden=FORBIDDEN,
    arithmetic=share_in_full,
    mistakes=MISTAKES,
)
