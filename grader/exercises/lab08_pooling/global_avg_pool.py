"""The mean of each feature map."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.lab08_pooling.shared import (
    global_cases,
    globally,
    truncated,
    which_axes,
)
from grader.judging.exercise import Exercise, Mistake


def reference(x: np.ndarray) -> np.ndarray:
    labels = np.arange(x.shape[0] * x.shape[3])
    regions = np.broadcast_to(labels.reshape(x.shape[0], 1, 1, x.shape[3]), x.shape)
    return np.reshape(ndimage.mean(x, regions, labels), (x.shape[0], x.shape[3]))


MISTAKES = (
    *which_axes(np.mean, "average over"),
    Mistake(
        "maximum in place of average",
        "This is global max pooling: you keep one value of each map.",
        globally(np.max, axis=(1, 2)),
    ),
    Mistake(
        "sum in place of average",
        "You add the values of each map up. How many are they?",
        globally(np.sum, axis=(1, 2)),
    ),
    Mistake(
        "average of absolute values",
        "You drop the signs before you average.",
        lambda reference, x: reference(abs(x.astype(float))),
    ),
    Mistake(
        "median in place of average",
        "You keep the value in the middle of each map.",
        globally(np.median, axis=(1, 2)),
    ),
    Mistake(
        "cut to whole numbers",
        "For maps of whole numbers your averages lose their decimals.",
        lambda reference, x: truncated(reference(x), x),
    ),
    Mistake(
        "whole division",
        "Your averages are whole numbers: `//` drops what comes after the point.",
        lambda reference, x: np.floor(reference(x)),
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
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
