"""What the convolutional layers of lab 05 share: cases, and mistakes by what they break."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.pictures import arguments, small_numbers
from grader.exercises.common.wrong import after, input_changed
from grader.judging.exercise import Case, Mistake
from grader.judging.show import show


def layer_cases(rng: np.random.Generator) -> list[Case]:
    """Draw layers with zero biases in one part and all of them with biases in another."""
    grid: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((1, 4, 5, 1), (2, 2, 1)),
        ((2, 5, 7, 3), (3, 2, 2)),
        ((2, 6, 5, 3), (2, 3, 3)),
        ((2, 5, 6, 2), (3, 3, 3)),
        ((2, 3, 4, 2), (3, 4, 4)),
        random_shapes(rng),
    ]
    drawn = [arguments(rng, image, kernel) for image, kernel in grid]
    x, W, b = arguments(rng, (2, 4, 6, 3), (3, 2, 2))
    whole = rng.integers(-9, 10, x.shape)
    cases = [
        Case(
            (x, W, np.zeros_like(b)),
            label=sizes(x, W, "zero biases"),
            part="sums",
        )
        for x, W, b in drawn
    ]
    none, black = np.zeros_like(b), np.zeros_like(x)
    cases += [
        Case((whole, W, none), label=sizes(x, W, "whole numbers"), part="sums"),
        Case((black, W, b), label=sizes(x, W, "all values 0"), part="biases"),
    ]
    x, W, b = arguments(rng, (1, 3, 3, 2), (2, 2, 2), draw=small_numbers)
    return [
        *cases,
        *(Case((x, W, b), label=sizes(x, W), part="biases") for x, W, b in drawn[1:]),
        Case((x, W, b), label=sizes(x, W, "small numbers"), part="biases"),
    ]


def random_shapes(rng: np.random.Generator) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Draw the shape (N, H, W, C) of pictures and (kh, kw, F) of filters that fit."""
    kh, kw, filters, channels = (int(size) for size in rng.integers(2, 5, 4))
    height, width = kh + int(rng.integers(5)), kw + int(rng.integers(5))
    return (2, height, width, channels), (kh, kw, filters)


def sizes(x: np.ndarray, W: np.ndarray, note: str = "") -> str:
    """Return in words how large pictures and filters are, and a note."""
    images, height, width, channels = x.shape
    kh, kw, _, filters = W.shape
    text = (
        f"{counted(images, 'picture')} {height}x{width}x{channels}, "
        f"{counted(filters, 'filter')} {kh}x{kw}"
    )
    return f"{text}, {note}" if note else text


def counted(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def layer_where(index: tuple[int, ...], x: Any, W: Any, b: Any) -> str:
    """Return in words which window, filter and bias feed the value at `index`."""
    if len(index) != 4:
        return ""
    n, i, j, f = index
    kh, kw = W.shape[:2]
    return (
        f"Output [{n}, {i}, {j}, {f}] reads x[{n}, {i}:{i + kh}, {j}:{j + kw}, :] = \n"
        f"{show(x[n, i : i + kh, j : j + kw])}\n"
        f"with W[:, :, :, {f}] = \n{show(W[..., f])}\n"
        f"and b[{f}] = {show(b[f])}."
    )


def without_biases(
    reference: Callable[..., Any], x: np.ndarray, W: np.ndarray, b: np.ndarray
) -> Any:
    """Return the maps before their biases are added."""
    return reference(x, W, np.zeros_like(b))


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


def _keep_dtype(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    maps = reference(x, W, b)
    return maps.astype(x.dtype) if x.dtype.kind in "iu" else maps


def filters_first(W: np.ndarray) -> np.ndarray:
    """Return the filters that reading the numbers of W as (F, C, kh, kw) gives."""
    return W.reshape(W.shape[::-1][:2] + W.shape[:2]).transpose(2, 3, 1, 0)


def filters_in_front(product: Any) -> np.ndarray:
    """Return maps (N, H, W, F) whose numbers are read as if the filters came first."""
    rows = np.reshape(product, (-1, product.shape[-1])).T
    return rows.reshape(product.shape)


SLIDING = (
    Mistake(
        "kernel flipped",
        "This is mathematical convolution; deep-learning layers do cross-correlation. "
        "Do not rotate the kernel.",
        lambda reference, x, W, b: reference(x, W[::-1, ::-1], b),
    ),
    Mistake(
        "kernel transposed",
        "Rows and columns of your kernel are exchanged: the first axis of `W` goes down "
        "the picture, the second goes right.",
        lambda reference, x, W, b: reference(x, W.transpose(1, 0, 2, 3), b),
    ),
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
        "You read one side of the kernel and use it for both; here a kernel may be "
        "taller than wide.",
        _square,
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
        "filters read as (F, C, kh, kw)",
        "You take the axes of the filters in another library's order. "
        "Here `W` is (kh, kw, C, F): do not reshape it.",
        lambda reference, x, W, b: reference(x, filters_first(W), b),
    ),
)
BIASES = (
    Mistake(
        "bias forgotten",
        "Your windows are right and the biases are missing: each filter owns one number "
        "that is added to its whole feature map.",
        without_biases,
    ),
    Mistake(
        "first bias for all filters",
        "You add the bias of filter 0 everywhere; each filter has its own.",
        lambda reference, x, W, b: reference(x, W, np.full_like(b, b[0])),
    ),
    Mistake(
        "bias inside the sum",
        "You add the bias to every product, so it counts once for every weight. "
        "Add it once per output value.",
        lambda reference, x, W, b: reference(x, W, b * W[..., 0].size),
    ),
    Mistake(
        "bias once per channel",
        "You add the bias for every channel again. Add it once per output value, after "
        "the sum over the channels.",
        lambda reference, x, W, b: reference(x, W, b * x.shape[3]),
    ),
    Mistake(
        "bias along the width",
        "Your biases run along another axis of the feature maps than the last. "
        "Bias f belongs to feature map f.",
        lambda reference, x, W, b: without_biases(reference, x, W, b) + b[:, None],
    ),
)
BATCH = (
    Mistake(
        "first picture for all",
        "All pictures of the batch get the feature maps of picture 0.",
        lambda reference, x, W, b: reference(np.repeat(x[:1], len(x), 0), W, b),
    ),
    Mistake(
        "batch axis dropped",
        "Your result belongs to one picture; the first axis of the output counts the "
        "pictures, even if there is only one.",
        after(lambda maps: maps[0]),
    ),
)
NUMBERS = (
    Mistake(
        "ReLU applied",
        "Your negative values have become 0. The layer itself is linear; the activation "
        "comes later.",
        after(lambda maps: np.maximum(maps, 0)),
    ),
    Mistake(
        "cut to whole numbers",
        "For a picture of whole numbers your result loses its decimals: the array you "
        "fill has the picture's dtype.",
        _keep_dtype,
    ),
    Mistake(
        "too few digits",
        "Your values are right to about three digits. Compute in float32 or float64, "
        "and do not round.",
        after(lambda maps: maps.astype(np.float16)),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's picture. "
        "Build a new array instead.",
        input_changed,
    ),
)
