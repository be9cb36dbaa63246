"""The mean of each feature map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from grader.exercises.common.arithmetic import average
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab08_pooling.axes import pooled_over, wrong_axes
from grader.exercises.lab08_pooling.shared import global_cases, in_type_of, whole_map
from grader.judging.exercise import Exercise, Mistake


def reference(x: np.ndarray) -> np.ndarray:
    """Return one number for each feature map, (N, C), by SciPy's labelled means."""
    labels = np.arange(x.shape[0] * x.shape[3])
    regions = np.broadcast_to(labels.reshape(x.shape[0], 1, 1, x.shape[3]), x.shape)
    return np.reshape(ndimage.mean(x, regions, labels), (x.shape[0], x.shape[3]))


def _sums_over(count: Callable[..., int]) -> Wrong:
    """Return a mistake that divides the sums by another number, from the shape of x."""
    return lambda reference, x: x.sum(axis=(1, 2), dtype=float) / count(*x.shape)


MISTAKES = (
    *wrong_axes(np.mean, "average over"),
    Mistake(
        "maximum in place of average",
        "This is global max pooling: you keep one value of each map.",
        pooled_over(np.max),
    ),
    Mistake(
        "sum in place of average",
        "You add the values of each map up. How many are they?",
        pooled_over(np.sum),
    ),
    Mistake(
        "divided by the height twice",
        "You divide as if the maps were square. How many values does one hold?",
        _sums_over(lambda n, height, width, channels: height**2),
    ),
    Mistake(
        "divided by the width twice",
        "You divide as if the maps were square. How many values does one hold?",
        _sums_over(lambda n, height, width, channels: width**2),
    ),
    Mistake(
        "divided by the height only",
        "You divide by the number of rows. How many values does a map hold?",
        _sums_over(lambda n, height, width, channels: height),
    ),
    Mistake(
        "divided by the width only",
        "You divide by the number of columns. How many values does a map hold?",
        _sums_over(lambda n, height, width, channels: width),
    ),
    Mistake(
        "divided by the number of all values",
        "You divide by the values of all maps. How many does one map hold?",
        _sums_over(lambda n, height, width, channels: n * height * width * channels),
    ),
    Mistake(
        "divided by the channels too",
        "You divide by the number of channels as well. Each map is averaged for itself.",
        _sums_over(lambda n, height, width, channels: height * width * channels),
    ),
    Mistake(
        "average of absolute values",
        "You drop the signs before you average.",
        lambda reference, x: reference(abs(x.astype(float))),
    ),
    Mistake(
        "median in place of average",
        "You keep the value in the middle of each map.",
        pooled_over(np.median),
    ),
    Mistake(
        "cut to whole numbers",
        "For maps of whole numbers your averages lose their decimals.",
        lambda reference, x: in_type_of(x, reference(x)),
    ),
    Mistake(
        "whole division",
        "Your averages are whole numbers: `//` drops what comes after the point.",
        after(np.floor),
    ),
    Mistake(
        "only a corner pooled",
        "You average the first 2x2 positions; all positions count.",
        lambda reference, x: reference(x[:, :2, :2]),
    ),
)
EXERCISE = Exercise(
    points=1,
    cases=global_cases,
    reference=reference,
    arithmetic=whole_map(average),
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
