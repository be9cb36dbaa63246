"""Mistakes in the biases, the batch and the numbers of a convolutional layer.

Each is called as ``wrong(reference, x, W, b)``, as in `layer_sums`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.layer_sums import without_biases
from grader.exercises.common.wrong import Wrong, after, input_changed
from grader.judging.exercise import Mistake


def _biases(change: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    """Return a mistake: the right answer with other biases."""
    return lambda reference, x, W, b: reference(x, W, change(b))


def _added_again(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    """Add the biases to all maps at every position; what comes later is written over."""
    maps = without_biases(reference, x, W, b)
    steps = np.arange(maps[..., 0].size, 0, -1).reshape(maps.shape[:3])
    return maps + steps[..., None] * b


def _keep_dtype(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    maps = reference(x, W, b)
    return maps.astype(x.dtype) if x.dtype.kind in "iu" else maps


def _first_kept(maps: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(maps)
    kept[0] = maps[0]
    return kept


def _last_to_first(maps: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(maps)
    kept[0] = maps[-1]
    return kept


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
        _biases(lambda b: np.full_like(b, b[0])),
    ),
    Mistake(
        "all biases added to each map",
        "You add the sum of all biases to each map; bias f belongs to feature map f.",
        _biases(lambda b: np.full_like(b, b.sum())),
    ),
    Mistake(
        "biases in reverse order",
        "Your last map has the first bias; bias f belongs to feature map f.",
        _biases(lambda b: b[::-1]),
    ),
    Mistake(
        "bias subtracted",
        "You take the biases away; they are added.",
        _biases(np.negative),
    ),
    Mistake(
        "bias multiplied",
        "You multiply the maps by the biases; they are added.",
        lambda reference, x, W, b: without_biases(reference, x, W, b) * b,
    ),
    Mistake(
        "bias added twice",
        "Your biases count double. Add each once per output value.",
        _biases(lambda b: 2 * b),
    ),
    Mistake(
        "bias once per channel",
        "You add the bias for every channel again. Add it once per output value, after "
        "the sum over the channels.",
        lambda reference, x, W, b: reference(x, W, b * x.shape[3]),
    ),
    Mistake(
        "bias once per filter",
        "You add all biases again for every filter. Add each once per output value.",
        _biases(lambda b: b * len(b)),
    ),
    Mistake(
        "bias added to the pixels",
        "You add the bias to the pixels, before they are multiplied by the weights. "
        "Add it to the sum of the products.",
        lambda reference, x, W, b: reference(x, W, b * W.sum(axis=(0, 1, 2))),
    ),
    Mistake(
        "all biases added to the pixels",
        "You add the biases to the pixels, before they are multiplied by the weights. "
        "Add each to its own map.",
        lambda reference, x, W, b: reference(x, W, b.sum() * W.sum(axis=(0, 1, 2))),
    ),
    Mistake(
        "bias along the width",
        "Your biases run along another axis of the feature maps than the last. "
        "Bias f belongs to feature map f.",
        lambda reference, x, W, b: without_biases(reference, x, W, b) + b[:, None],
    ),
)
# In a sum over one pixel this is the bias once per channel.
INSIDE_THE_SUM = Mistake(
    "bias inside the sum",
    "You add the bias to every product, so it counts once for every weight. "
    "Add it once per output value.",
    lambda reference, x, W, b: reference(x, W, b * W[..., 0].size),
)
# Only where a loop visits the positions.
ADDED_AGAIN = Mistake(
    "bias added to the whole map at every position",
    "You add the bias to the whole map each time you visit a position, so it counts "
    "many times. Add it once.",
    _added_again,
)
BATCH = (
    Mistake(
        "first picture for all",
        "All pictures of the batch get the feature maps of picture 0.",
        lambda reference, x, W, b: reference(np.repeat(x[:1], len(x), 0), W, b),
    ),
    Mistake(
        "first picture only",
        "Your result has the maps of picture 0 alone; the batch has more pictures.",
        after(lambda maps: maps[:1]),
    ),
    Mistake(
        "other pictures left at 0",
        "Picture 0 has its maps, and those of the other pictures are still 0.",
        after(_first_kept),
    ),
    Mistake(
        "all pictures written to the first",
        "The maps of every picture are written to picture 0, and those of the others "
        "are still 0.",
        after(_last_to_first),
    ),
    Mistake(
        "pictures added up",
        "Your sum runs over the pictures of the batch as well. Each has its own maps.",
        lambda reference, x, W, b: reference(
            np.broadcast_to(x.sum(0, keepdims=True), x.shape), W, b
        ),
    ),
    Mistake(
        "batch axis dropped",
        "Your result belongs to one picture; the first axis of the output counts the "
        "pictures, even if there is only one.",
        after(lambda maps: maps[0]),
    ),
    Mistake(
        "maps before height and width",
        "Your result is (N, F, height, width), as another library has it. "
        "Here the feature maps are the last axis.",
        after(lambda maps: maps.transpose(0, 3, 1, 2)),
    ),
    Mistake(
        "filters on the first axis",
        "Your result is (F, N, height, width): the pictures come first, and the feature "
        "maps are the last axis.",
        after(lambda maps: maps.transpose(3, 0, 1, 2)),
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
        "absolute values",
        "You drop the signs of your results; a layer gives negative values too.",
        after(np.abs),
    ),
    Mistake(
        "cut to whole numbers",
        "For a picture of whole numbers your result loses its decimals: the array you "
        "fill has the picture's dtype.",
        _keep_dtype,
    ),
    Mistake(
        "always cut to whole numbers",
        "Your results have lost their decimals: the array you fill holds whole numbers.",
        after(lambda maps: maps.astype(int)),
    ),
    Mistake(
        "too few digits",
        "Your values are right to about three digits. Compute in float32 or float64, "
        "and do not round.",
        after(lambda maps: maps.astype(np.float16)),
    ),
    Mistake(
        "rounded to two decimals",
        "You round your results; leave them as they are.",
        after(lambda maps: np.round(maps, 2)),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into an array of the caller. "
        "Build a new array instead.",
        input_changed,
    ),
)
