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
from grader.exercises.common.windows import drawn_window, windowed
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab05_channels_and_filters.shared import (
    layer_cases,
    layer_where,
)
from grader.judging.exercise import Exercise, Mistake


def _only(places: tuple[Any, ...]) -> Wrong:
    """Return a mistake that leaves all but some values at 0."""

    def change(maps: np.ndarray) -> np.ndarray:
        kept = np.zeros_like(maps)
        kept[places] = maps[places]
        return kept

    return after(change)


def _last_product(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    last = np.zeros_like(W)
    last[-1, -1, -1] = W[-1, -1, -1]
    return reference(x, last, b)


def _square_picture(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
    maps = reference(x, W, b)
    _, rows, columns, _ = maps.shape
    if columns < rows:
        raise ValueError("operands could not be broadcast together")
    maps[:, :, rows:] = 0
    return maps


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
        _only(np.s_[0, 0, 0, 0]),
    ),
    Mistake(
        "last row and column not visited",
        "The last row and column of your maps are still 0: where do your loops over "
        "the positions end?",
        _only(np.s_[:, :-1, :-1]),
    ),
    Mistake(
        "last row not visited",
        "The last row of your maps is still 0: where does your loop over the rows end?",
        _only(np.s_[:, :-1, :]),
    ),
    Mistake(
        "last column not visited",
        "The last column of your maps is still 0: where does your loop over the "
        "columns end?",
        _only(np.s_[:, :, :-1]),
    ),
    Mistake(
        "only the first position",
        "Only the values at row 0, column 0 are there, and all others are still 0: does "
        "the function return before its loop has ended?",
        _only(np.s_[0, 0, 0, :]),
    ),
    Mistake(
        "only the first row",
        "Only row 0 of the first maps is there, and all others are still 0: does the "
        "function return before its loop has ended?",
        _only(np.s_[0, 0, :, :]),
    ),
    Mistake(
        "square picture assumed",
        "Both of your loops over the positions run as far as the height of the picture "
        "allows; one of them must follow its width.",
        _square_picture,
    ),
    Mistake(
        "last product kept, not the sum",
        "Each value keeps one product only, the last, and the bias: "
        "add the products up.",
        _last_product,
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=layer_cases,
    reference=layer,
    arithmetic=windowed,
    window=drawn_window,
    mistakes=MISTAKES,
    parts={"sums": 3, "biases": 1},
    forbidden=FORBIDDEN,
    where=layer_where,
)
