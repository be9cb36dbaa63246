"""A convolution of one pixel: each pixel's channels, mixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.layer_results import BATCH, BIASES, NUMBERS
from grader.exercises.common.layer_sums import (
    CHANNELS,
    SUMS,
    filters_first,
    without_biases,
)
from grader.exercises.common.pictures import FORBIDDEN, arguments, layer, small_numbers
from grader.exercises.common.windows import drawn_window, windowed
from grader.exercises.common.wrong import after
from grader.exercises.lab05_channels_and_filters.shared import (
    BIASES_IN_THE_WEIGHTS,
    TURNED_ON_ITS_SIDE,
    filters_in_front,
    layer_where,
    sizes,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw pictures for filters of one pixel, also of whole numbers and all 0."""
    height, width, channels, filters = (int(size) for size in rng.integers(2, 6, 4))
    grid = [
        ((1, 2, 3, 1), (1, 1, 1)),
        ((2, 3, 2, 3), (1, 1, 2)),
        ((2, 2, 3, 3), (1, 1, 3)),
        ((2, 4, 3, 2), (1, 1, 3)),
        ((2, height, width, channels), (1, 1, filters)),
    ]
    drawn = [arguments(rng, image, kernel) for image, kernel in grid]
    x, W, b = arguments(rng, (2, 2, 4, 3), (1, 1, 2))
    small = arguments(rng, (1, 2, 2, 3), (1, 1, 2), draw=small_numbers)
    return [
        *(Case((x, W, b), label=sizes(x, W)) for x, W, b in drawn),
        Case((rng.integers(-9, 10, x.shape), W, b), label=sizes(x, W, "integers")),
        Case((np.zeros_like(x), W, b), label=sizes(x, W, "all values 0")),
        Case(small, label=sizes(*small[:2], "small numbers")),
    ]


def _positions_mixed(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    mixed = np.broadcast_to(x.sum((1, 2), keepdims=True), x.shape)
    return reference(mixed, W, b)


def _pixels_mixed(x: Any) -> Any:
    """Return the pixels that rows of `x.reshape(C, -1)` taken for channels have."""
    return x.reshape(x.shape[3], -1).T.reshape(x.shape)


def _channels_reshaped(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    """Return what `(W.T @ x.reshape(C, -1)).reshape(N, H, W, F)` amounts to."""
    return filters_in_front(without_biases(reference, _pixels_mixed(x), W, b)) + b


# For one pixel these are the same as mistakes in the channels.
_AS_ABOVE = ("mean in place of the sum", "sum of the window times sum of the filter")
MISTAKES = (
    *CHANNELS,
    *(mistake for mistake in SUMS if mistake.name not in _AS_ABOVE),
    Mistake(
        "weights transposed",
        "`W[0, 0]` has a row for each channel and a column for each filter already: "
        "do not turn it.",
        lambda reference, x, W, b: x @ W[0, 0].T + b,
    ),
    Mistake(
        "biases added to the channels",
        "You add the biases to the channels of the picture. They belong to the maps, "
        "after the product.",
        lambda reference, x, W, b: (x + b) @ W[0, 0],
    ),
    Mistake(
        "channels not added up",
        "`*` multiplies number by number and adds nothing up. At each pixel, a vector "
        "of C channels is multiplied by a C x F matrix.",
        lambda reference, x, W, b: x * W + b,
    ),
    Mistake(
        "weights read as (F, C)",
        "You read the numbers of `W` with filters before channels. "
        "`W[0, 0]` has a row for each channel and a column for each filter.",
        lambda reference, x, W, b: reference(x, filters_first(W), b),
    ),
    Mistake(
        "channels moved by reshape",
        "`reshape` keeps the numbers in their order, so it brings no axis to the "
        "front; it mixes pixels. The channels already stand where a product with a "
        "C x F matrix wants them.",
        _channels_reshaped,
    ),
    *TURNED_ON_ITS_SIDE,
    Mistake(
        "pixels mixed by reshape",
        "`x.reshape(C, -1)` keeps the numbers in their order, so its rows are not "
        "the channels. They already stand where a product with a C x F matrix "
        "wants them.",
        lambda reference, x, W, b: reference(_pixels_mixed(x), W, b),
    ),
    Mistake(
        "product not reshaped",
        "Your values are right and still a matrix: give them back their axes "
        "(N, height, width, filters).",
        lambda reference, x, W, b: reference(x, W, b).reshape(-1, len(b)),
    ),
    Mistake(
        "positions mixed",
        "Your sum runs over the pixels as well. A 1x1 kernel sees one pixel at a "
        "time, and all of its channels.",
        _positions_mixed,
    ),
    Mistake(
        "height and width swapped",
        "Your feature maps lie on their side: the output is (N, height, width, F).",
        after(lambda maps: maps.transpose(0, 2, 1, 3)),
    ),
    Mistake(
        "kernel axes kept",
        "Your result has the two axes of length 1 of the kernel in it; use `W[0, 0]`.",
        after(lambda maps: maps[..., None, None, :]),
    ),
    BIASES_IN_THE_WEIGHTS,
    *BIASES,
    *BATCH,
    *NUMBERS,
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=layer,
    arithmetic=windowed,
    window=drawn_window,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=layer_where,
)
