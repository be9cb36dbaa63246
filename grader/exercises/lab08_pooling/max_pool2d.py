"""The largest value of each window."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.exercises.common.pictures import FORBIDDEN
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
    wrong_windows,
)
from grader.judging.exercise import Exercise, Mistake


def _position(windows: np.ndarray, axis: Pair) -> Any:
    flat = windows.reshape(*windows.shape[:4], -1)
    return np.argmax(np.nan_to_num(flat, nan=-np.inf), axis=-1)


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
        "smallest value",
        "You keep the smallest value of each window.",
        reduced_by(np.nanmin),
    ),
    Mistake(
        "average in place of maximum",
        "This is average pooling: you blend the values. Keep one of them.",
        reduced_by(np.nanmean),
    ),
    Mistake(
        "sum in place of maximum",
        "You add the values of each window up. Keep one of them.",
        reduced_by(np.nansum),
    ),
    Mistake(
        "median in place of maximum",
        "You keep the value in the middle of each window, not the largest.",
        reduced_by(np.nanmedian),
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
    Mistake(
        "padding not small enough",
        "These maps lie far below 0, and your padding is the largest value there. "
        "Which number is smaller than every other?",
        padded_by(fill=-1000),
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
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=where_pooled,
)
