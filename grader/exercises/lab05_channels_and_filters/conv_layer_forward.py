"""A convolutional layer: all filters over all channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.layer_results import (
    ADDED_AGAIN,
    BATCH,
    BIASES,
    INSIDE_THE_SUM,
    NUMBERS,
)
from grader.exercises.common.layer_sums import (
    CHANNELS,
    FILTERS_READ_FIRST,
    FLIPS,
    PLACES,
    SUMS,
    WINDOWS,
)
from grader.exercises.common.pictures import FORBIDDEN, layer
from grader.exercises.common.wrong import after
from grader.exercises.lab05_channels_and_filters.shared import (
    layer_cases,
    layer_where,
)
from grader.judging.exercise import Exercise, Mistake


def _only_first(maps: np.ndarray) -> np.ndarray:
    first = np.zeros_like(maps)
    first.flat[0] = maps.flat[0]
    return first


def _end_not_visited(maps: np.ndarray) -> np.ndarray:
    maps[:, -1] = maps[:, :, -1] = 0
    return maps


def _last_product(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    last = np.zeros_like(W)
    last[-1, -1, -1] = W[-1, -1, -1]
    return reference(x, last, b)


MISTAKES = (
    *FLIPS,
    *WINDOWS,
    *CHANNELS,
    FILTERS_READ_FIRST,
    *SUMS,
    *PLACES,
    *BIASES,
    INSIDE_THE_SUM,
    ADDED_AGAIN,
    *BATCH,
    *NUMBERS,
    Mistake(
        "only the first value",
        "Your first value is right and all others are still 0: does the function "
        "return before its loop has ended?",
        after(_only_first),
    ),
    Mistake(
        "last row and column not visited",
        "The last row and column of your maps are still 0: where do your loops over "
        "the positions end?",
        after(_end_not_visited),
    ),
    Mistake(
        "last product kept, not the sum",
        "Each value keeps one product only, the last, and the bias: "
        "add the products up.",
        _last_product,
    ),
    Mistake(
        "first filter for all",
        "All of your maps come from filter 0; map f belongs to filter f.",
        lambda reference, x, W, b: reference(x, W[..., np.zeros_like(b, int)], b),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=layer_cases,
    reference=layer,
    mistakes=MISTAKES,
    parts={"sums": 3, "biases": 1},
    forbidden=FORBIDDEN,
    where=layer_where,
)
