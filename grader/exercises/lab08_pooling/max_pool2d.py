"""The largest value of each window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import largest
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.windows import drawn_pool, pooled
from grader.exercises.common.wrong import Wrong
from grader.exercises.lab08_pooling.shared import (
    Pair,
    pool_cases,
    pooling,
    where_pooled,
)
from grader.exercises.lab08_pooling.windows import (
    on_result,
    padded_by,
    reduced_by,
    same_along,
)
from grader.exercises.lab08_pooling.wrong_windows import wrong_windows
from grader.judging.exercise import Exercise, Mistake


def _position(windows: np.ndarray, axis: Pair) -> Any:
    flat = windows.reshape(*windows.shape[:4], -1)
    return np.argmax(np.nan_to_num(flat, nan=-np.inf), axis=-1)


def _padding_too(reduce: Callable[..., Any]) -> Wrong:
    """Return a mistake that makes another number, of minus infinity in the padding too."""

    def reduced(windows: np.ndarray, axis: Pair) -> Any:
        return reduce(np.where(np.isnan(windows), -np.inf, windows), axis)

    return reduced_by(reduced)


_AVERAGE = "This is average pooling: you blend the values. Keep one of them."
MISTAKES = (
    Mistake(
        "maximum started at 0",
        "Where all values of a window are negative, your maximum is 0, which is "
        "not among them. Start from a value of the window.",
        on_result(lambda right: np.maximum(right, 0)),
    ),
    Mistake(
        "largest absolute value",
        "You drop the sign: of -5 and 2 the larger is 2.",
        reduced_by(lambda windows, axis: np.nanmax(abs(windows), axis)),
    ),
    Mistake(
        "largest absolute value, padding included",
        "You drop the sign: of -5 and 2 the larger is 2, and minus infinity becomes "
        "the largest of all.",
        _padding_too(lambda windows, axis: np.max(abs(windows), axis)),
    ),
    Mistake(
        "smallest value",
        "You keep the smallest value of each window.",
        reduced_by(np.nanmin),
    ),
    Mistake(
        "smallest value, padding included",
        "You keep the smallest value of each window, and in the padding that is minus "
        "infinity.",
        _padding_too(np.min),
    ),
    Mistake(
        "average in place of maximum",
        _AVERAGE,
        reduced_by(np.nanmean),
    ),
    Mistake(
        "average in place of maximum, padding included",
        _AVERAGE,
        _padding_too(np.mean),
    ),
    Mistake(
        "average in place of maximum, with a border of 0",
        _AVERAGE,
        reduced_by(lambda windows, axis: np.mean(np.nan_to_num(windows), axis)),
    ),
    Mistake(
        "sum in place of maximum",
        "You add the values of each window up. Keep one of them.",
        reduced_by(np.nansum),
    ),
    Mistake(
        "sum in place of maximum, padding included",
        "You add the values of each window up. Keep one of them.",
        _padding_too(np.sum),
    ),
    Mistake(
        "median in place of maximum",
        "You keep the value in the middle of each window, not the largest.",
        reduced_by(np.nanmedian),
    ),
    Mistake(
        "median in place of maximum, padding included",
        "You keep the value in the middle of each window, not the largest.",
        _padding_too(np.median),
    ),
    Mistake(
        "always cut to whole numbers",
        "Your results have lost their decimals: the array you fill holds whole numbers.",
        on_result(lambda right: right.astype(int)),
    ),
    Mistake(
        "rounded to whole numbers",
        "You round the largest values; keep them as they are.",
        on_result(np.round),
    ),
    Mistake(
        "position in place of the value",
        "You return where in the window the largest value is, not the value.",
        reduced_by(_position),
    ),
    Mistake(
        "channels mixed",
        "You take the largest value over all channels. "
        "Each channel is pooled for itself.",
        same_along(lambda right: right.max(axis=3, keepdims=True)),
    ),
    Mistake(
        "pictures mixed",
        "You take the largest value over the whole batch. "
        "Each picture is pooled for itself.",
        same_along(lambda right: right.max(axis=0, keepdims=True)),
    ),
    Mistake(
        "pictures and channels mixed",
        "You take the largest of all pictures and channels at a place. "
        "Along which axes does a window extend?",
        same_along(lambda right: right.max(axis=(0, 3), keepdims=True)),
    ),
    *wrong_windows(empty=-np.inf),
    Mistake(
        "padding counts as 0",
        "At the border your maximum can be a 0 from the padding, which nobody "
        "photographed. Padded cells take no part.",
        padded_by(fill=0),
    ),
    *(
        Mistake(
            name,
            "Where all values lie below your padding, it is the largest value there. "
            "Which number is smaller than every other?",
            padded_by(fill=fill),
        )
        for name, fill in (
            ("padding not small enough", -1000),
            ("padding of -1", -1),
            ("padding of -10", -10),
            ("padding of -100", -100),
            ("padding of -255", -255),
            ("padding of -256", -256),
            ("padding of -999", -999),
            ("padding of -9999", -9999),
            ("padding of -10000", -10000),
        )
    ),
    Mistake(
        "NaN in the padding",
        "A maximum with NaN among its values is NaN, so your padding spoils each "
        "window that it touches. Which number is smaller than every other?",
        reduced_by(np.max),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=pool_cases,
    reference=pooling(np.nanmax),
    parts={"valid": 3, "same": 1},
    arithmetic=pooled(largest),
    window=drawn_pool,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=where_pooled,
)
