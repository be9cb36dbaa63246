"""A convolutional layer as one product of matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from grader.exercises.common.wrong import after
from grader.exercises.lab05_channels_and_filters.shared import (
    BIASES_IN_THE_WEIGHTS,
    TURNED_ON_ITS_SIDE,
    layer_cases,
    layer_where,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw the cases of the whole layer, those with biases and one of whole numbers."""
    return [
        Case(case.args, label=case.label)
        for case in layer_cases(rng)
        if case.part == "biases" or "whole" in case.label
    ]


def _channel_rows(W: np.ndarray) -> np.ndarray:
    """Return the filters that columns (C, kh, kw) against rows (kh, kw, C) amount to."""
    kh, kw, channels, filters = W.shape
    return W.reshape(channels, kh, kw, filters).transpose(1, 2, 0, 3)


def _column_rows(W: np.ndarray) -> np.ndarray:
    """Return the filters that columns (kw, kh, C) against rows (kh, kw, C) amount to."""
    kh, kw, channels, filters = W.shape
    return W.reshape(kw, kh, channels, filters).transpose(1, 0, 2, 3)


def _weights_for(*order: int) -> Callable[..., Any]:
    """Return a mistake: patches with (kh, kw, C) in another order than the weights."""

    def wrong(reference: Callable[..., Any], x: Any, W: Any, b: Any) -> Any:
        shape = [W.shape[axis] for axis in order]
        read = W.reshape(*shape, W.shape[3])
        return reference(x, read.transpose(*np.argsort(order), 3), b)

    return wrong


def _filter_rows(W: np.ndarray) -> np.ndarray:
    """Return the filters that `W.reshape(F, -1).T` amounts to."""
    kh, kw, channels, filters = W.shape
    return W.reshape(filters, kh, kw, channels).transpose(1, 2, 3, 0)


def _reshaped(*order: int) -> Callable[..., Any]:
    """Return a mistake: the product reshaped to axes in a wrong order, rightly named."""
    return after(
        lambda maps: maps.reshape(np.take(maps.shape, order)).transpose(
            np.argsort(order)
        )
    )


MISTAKES = (
    Mistake(
        "weights and patches in different orders",
        "Your patches run over (channels, rows, columns) and your weights over "
        "(rows, columns, channels). Bring both into one order before you reshape.",
        lambda reference, x, W, b: reference(x, _channel_rows(W), b),
    ),
    Mistake(
        "windows read column by column",
        "Your patches run over (columns, rows, channels) and your weights over "
        "(rows, columns, channels). Bring both into one order before you reshape.",
        lambda reference, x, W, b: reference(x, _column_rows(W), b),
    ),
    Mistake(
        "patches in the order (channels, columns, rows)",
        "Your patches run over (channels, columns, rows) and your weights over "
        "(rows, columns, channels). Bring both into one order before you reshape.",
        _weights_for(2, 1, 0),
    ),
    Mistake(
        "weights in the order (channels, rows, columns)",
        "You moved the channels of the weights to the front, and your patches have them "
        "at the end. Bring both into one order before you reshape.",
        lambda reference, x, W, b: reference(
            x, W.transpose(2, 0, 1, 3).reshape(W.shape), b
        ),
    ),
    Mistake(
        "filters moved to the front, then reshaped",
        "With the filters in front, the matrix has a row for each of them. "
        "It should have a column.",
        lambda reference, x, W, b: reference(
            x, W.transpose(3, 0, 1, 2).reshape(W.shape), b
        ),
    ),
    Mistake(
        "all axes of the weights turned",
        "`W.T` turns the order of all four axes, so the numbers of a filter are no "
        "longer side by side in a column.",
        lambda reference, x, W, b: reference(x, W.T.reshape(W.shape), b),
    ),
    Mistake(
        "filters as rows by reshape",
        "You made a row for each filter by reshaping, which mixes their weights. "
        "The filters are the last axis of `W`, so they are columns already.",
        lambda reference, x, W, b: reference(x, _filter_rows(W), b),
    ),
    Mistake(
        "product not reshaped",
        "Your values are right and still a matrix: give them back their axes "
        "(N, height, width, filters).",
        lambda reference, x, W, b: reference(x, W, b).reshape(-1, len(b)),
    ),
    Mistake(
        "reshaped to (N, filters, height, width)",
        "In the product the filters are the columns, so they come last; the result has "
        "the axes (N, height, width, filters).",
        after(lambda maps: maps.reshape(np.take(maps.shape, (0, 3, 1, 2)))),
    ),
    Mistake(
        "filters before pictures",
        "You reshape the product as if the filters came first; in the product they are "
        "the columns.",
        _reshaped(3, 0, 1, 2),
    ),
    Mistake(
        "filters before positions",
        "You reshape the product as if the filters came before the positions; in "
        "the product they are the columns.",
        _reshaped(0, 3, 1, 2),
    ),
    *TURNED_ON_ITS_SIDE,
    Mistake(
        "width before height",
        "You reshape the product to (N, width, height, filters); "
        "its rows come in the order (N, height, width).",
        after(lambda maps: maps.reshape(np.take(maps.shape, (0, 2, 1, 3)))),
    ),
    Mistake(
        "positions read column by column",
        "Your patches go down the picture first, and the product is reshaped as if "
        "they went along its width first.",
        after(lambda maps: maps.transpose(0, 2, 1, 3).reshape(maps.shape)),
    ),
    Mistake(
        "width before height, then exchanged",
        "You reshape the product to (N, width, height, filters), which breaks its "
        "rows at the wrong place, and no exchange of axes mends that.",
        _reshaped(0, 2, 1, 3),
    ),
    *FLIPS,
    *WINDOWS,
    *CHANNELS,
    FILTERS_READ_FIRST,
    *SUMS,
    *PLACES,
    BIASES_IN_THE_WEIGHTS,
    *BIASES,
    INSIDE_THE_SUM,
    ADDED_AGAIN,
    *BATCH,
    *NUMBERS,
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=layer,
    arithmetic=windowed,
    window=drawn_window,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=layer_where,
)
