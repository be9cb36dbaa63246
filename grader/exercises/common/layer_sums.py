"""Mistakes in the sums of a convolutional layer, which several labs share.

Each is called as ``wrong(reference, x, W, b)``; `with_settings_kept` fits it to a layer
that has more settings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.wrong import Wrong, after
from grader.judging.exercise import Mistake


def with_settings_kept(mistake: Mistake) -> Mistake:
    """Return the same mistake for a reference with settings such as a stride."""

    def wrong(reference: Callable[..., Any], *arrays: Any, **settings: Any) -> Any:
        return mistake.wrong(lambda *other: reference(*other, **settings), *arrays)

    return Mistake(mistake.name, mistake.hint, wrong)


def without_biases(
    reference: Callable[..., Any], x: np.ndarray, W: np.ndarray, b: np.ndarray
) -> Any:
    """Return the maps before their biases are added."""
    return reference(x, W, np.zeros_like(b))


def filters_first(W: np.ndarray) -> np.ndarray:
    """Return the filters that reading the numbers of W as (F, C, kh, kw) gives."""
    return W.reshape(W.shape[::-1][:2] + W.shape[:2]).transpose(2, 3, 1, 0)


def filters(change: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    """Return a mistake: the right answer with other filters."""
    return lambda reference, x, W, b: reference(x, change(W), b)


def _shape_of_maps(x: np.ndarray, W: np.ndarray) -> tuple[int, ...]:
    height, width = (x.shape[a] - W.shape[a - 1] + 1 for a in (1, 2))
    return len(x), height, width, W.shape[3]


def windows_at(place: Callable[[int, int, int, int], tuple[int, int]]) -> Wrong:
    """Return a mistake that cuts the windows out at other places.

    Args:
        place: gives the row and column where a window starts from (i, j, kh, kw).
    """

    def wrong(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> np.ndarray:
        kh, kw = W.shape[:2]
        maps = np.zeros(_shape_of_maps(x, W))
        for i, j in np.ndindex(maps.shape[1:3]):
            top, left = place(i, j, kh, kw)
            window = x[:, top : top + kh, left : left + kw, :, None]
            maps[:, i, j] = (window * W).sum(axis=(1, 2, 3)) + b
        return maps

    return wrong


def _own_channel(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> np.ndarray:
    """Let filter f read channel f alone; more filters than channels is an IndexError."""
    maps = [
        reference(x[..., [f]], W[:, :, [f], f : f + 1], b[f : f + 1])
        for f in range(len(b))
    ]
    return np.concatenate(maps, axis=-1)


def _square(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    if W.shape[0] != W.shape[1]:
        raise ValueError("operands could not be broadcast together")
    return reference(x, W, b)


def _filters_along(axis: int) -> Wrong:
    """Return a mistake that takes filter f from another axis of W than the last."""

    def wrong(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> np.ndarray:
        maps = np.zeros(_shape_of_maps(x, W))
        windows = np.lib.stride_tricks.sliding_window_view(
            x, W.shape[:2], axis=(1, 2)
        ).transpose(0, 1, 2, 4, 5, 3)
        for f in range(len(b)):
            taken = W[f] if axis == 0 else W[:, :, f]
            maps[..., f] = (windows * taken).sum(axis=(3, 4, 5)) + b[f]
        return maps

    return wrong


def _sums_multiplied(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    sums = without_biases(reference, x, np.ones_like(W), b)
    return sums * W.sum(axis=(0, 1, 2)) + b


def _pixels_plus_weights(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    sums = without_biases(reference, x, np.ones_like(W), b)
    return sums + W.sum(axis=(0, 1, 2)) + b


def _filters_added(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    return reference(x, np.broadcast_to(W.sum(3, keepdims=True), W.shape), b)


def _padded(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    sides = [((k - 1) // 2, k // 2) for k in W.shape[:2]]
    return reference(np.pad(x, [(0, 0), *sides, (0, 0)]), W, b)


FLIPS = (
    Mistake(
        "kernel flipped",
        "This is mathematical convolution; deep-learning layers do cross-correlation. "
        "Do not rotate the kernel.",
        filters(lambda W: W[::-1, ::-1]),
    ),
    Mistake(
        "kernel upside down",
        "The rows of your kernel come in reverse order; deep-learning layers do not "
        "turn it.",
        filters(lambda W: W[::-1]),
    ),
    Mistake(
        "kernel mirrored left to right",
        "The columns of your kernel come in reverse order; deep-learning layers do not "
        "turn it.",
        filters(lambda W: W[:, ::-1]),
    ),
    Mistake(
        "kernel flipped with its channels",
        "You turn the kernel and reverse its channels as well. Neither is turned in a "
        "cross-correlation.",
        filters(lambda W: W[::-1, ::-1, ::-1]),
    ),
    Mistake(
        "kernel transposed",
        "Rows and columns of your kernel are exchanged: the first axis of `W` goes down "
        "the picture, the second goes right.",
        filters(lambda W: W.transpose(1, 0, 2, 3)),
    ),
)
WINDOWS = (
    Mistake(
        "one position too few",
        "Your last row and column of windows are missing. Count the places of a window "
        "of 3 on a row of 5 pixels with your fingers.",
        after(lambda maps: maps[:, :-1, :-1]),
    ),
    Mistake(
        "height and width swapped",
        "Your feature maps lie on their side: the output is (N, height, width, F).",
        after(lambda maps: maps.transpose(0, 2, 1, 3)),
    ),
    Mistake(
        "square kernel assumed",
        "Your windows fit a kernel that is as tall as wide only. A kernel may be taller "
        "than wide: its first axis goes down, its second goes right.",
        _square,
    ),
)
PLACES = (
    Mistake(
        "row and column of the window exchanged",
        "Your output (i, j) reads the window at row j and column i.",
        windows_at(lambda i, j, kh, kw: (j, i)),
    ),
    Mistake(
        "row number used for the column",
        "Your window at (i, j) starts at column i: the second number is another one.",
        windows_at(lambda i, j, kh, kw: (i, i)),
    ),
    Mistake(
        "column number used for the row",
        "Your window at (i, j) starts at row j: the first number is another one.",
        windows_at(lambda i, j, kh, kw: (j, j)),
    ),
    Mistake(
        "always the first window",
        "All of your values come from the window in the upper left corner.",
        windows_at(lambda i, j, kh, kw: (0, 0)),
    ),
    Mistake(
        "windows side by side",
        "Your window moves on by its own size; neighbouring windows overlap.",
        lambda reference, x, W, b: reference(x, W, b)[:, :: W.shape[0], :: W.shape[1]],
    ),
    Mistake(
        "stride of 2",
        "Your window moves by 2 pixels; it should move one pixel at a time.",
        after(lambda maps: maps[:, ::2, ::2]),
    ),
    Mistake(
        "padded with zeros",
        "Your windows stick out of the picture, into zeros around it. "
        "They should stay inside.",
        _padded,
    ),
    Mistake(
        "filter f taken from the first axis of W",
        "`W[f]` is row f of every kernel. The filters are the last axis of `W`.",
        _filters_along(0),
    ),
    Mistake(
        "filter f taken from the channels of W",
        "`W[:, :, f]` belongs to channel f. The filters are the last axis of `W`.",
        _filters_along(2),
    ),
)
SUMS = (
    Mistake(
        "mean in place of the sum",
        "You average the products of a window; a filter adds them up.",
        lambda reference, x, W, b: (
            without_biases(reference, x, W, b) / W[..., 0].size + b
        ),
    ),
    Mistake(
        "filter not multiplied",
        "You add up the pixels of each window. Each has to be multiplied by the weight "
        "that lies on it.",
        filters(np.ones_like),
    ),
    Mistake(
        "sum of the window times sum of the filter",
        "You add up first and multiply then. Multiply each pixel by its own weight, "
        "and add up the products.",
        _sums_multiplied,
    ),
    Mistake(
        "filters added up",
        "Your sum runs over the filters as well. Each filter makes a map of its own.",
        _filters_added,
    ),
    Mistake(
        "added, not multiplied",
        "You add each weight to its pixel. Multiply them, and add up the products.",
        _pixels_plus_weights,
    ),
    Mistake(
        "channels of the picture averaged",
        "You average the channels of the picture first. Each channel has weights of "
        "its own.",
        lambda reference, x, W, b: reference(
            np.broadcast_to(x.mean(3, keepdims=True), x.shape), W, b
        ),
    ),
    Mistake(
        "first filter for all",
        "All of your maps come from filter 0; map f belongs to filter f.",
        filters(lambda W: np.broadcast_to(W[..., :1], W.shape)),
    ),
    Mistake(
        "last filter in all maps",
        "All of your maps are those of the last filter: what the others gave is "
        "written over.",
        after(lambda maps: np.broadcast_to(maps[..., -1:], maps.shape).copy()),
    ),
)
CHANNELS = (
    Mistake(
        "only the first channel",
        "Only channel 0 reaches your sum. Each filter sums over all channels.",
        lambda reference, x, W, b: reference(x[..., :1], W[:, :, :1], b),
    ),
    Mistake(
        "only the last channel",
        "Only the last channel reaches your sum: is it overwritten where it should be "
        "added to?",
        lambda reference, x, W, b: reference(x[..., -1:], W[:, :, -1:], b),
    ),
    Mistake(
        "filter f on channel f",
        "You pair each filter with one channel. Each filter reads all channels and "
        "sums over them.",
        _own_channel,
    ),
    Mistake(
        "channels averaged",
        "You take the mean over the channels; a filter adds them up.",
        lambda reference, x, W, b: without_biases(reference, x, W, b) / x.shape[3] + b,
    ),
    Mistake(
        "channels reversed",
        "You read the channels from last to first (BGR for RGB): channel c of the "
        "picture belongs to `W[:, :, c, :]`.",
        lambda reference, x, W, b: reference(x[..., ::-1], W, b),
    ),
    Mistake(
        "channels added up before the product",
        "You add up the channels of the picture and of the filter, and multiply then. "
        "Each channel of a pixel has a weight of its own.",
        lambda reference, x, W, b: reference(
            x.sum(3, keepdims=True), W.sum(2, keepdims=True), b
        ),
    ),
    Mistake(
        "first filter channel for all channels",
        "You multiply every channel of the picture by the weights of channel 0. "
        "Each channel has weights of its own.",
        filters(lambda W: np.broadcast_to(W[:, :, :1], W.shape)),
    ),
)
FILTERS_READ_FIRST = Mistake(
    "filters read as (F, C, kh, kw)",
    "You take the axes of the filters in another library's order. "
    "Here `W` is (kh, kw, C, F): do not reshape it.",
    filters(filters_first),
)
