"""The mean of each feature map."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import after
from grader.exercises.lab08_pooling.axes import pooled_over, wrong_axes
from grader.exercises.lab08_pooling.shared import global_cases, in_type_of
from grader.judging.exercise import Exercise, Mistake


def reference(x: np.ndarray) -> np.ndarray:
    """Return one number for each feature map, (N, C), by SciPy's labelled means."""
    labels = np.arange(x.shape[0] * x.shape[3])
    regions = np.broadcast_to(labels.reshape(x.shape[0], 1, 1, x.shape[3]), x.shape)
    return np.reshape(ndimage.mean(x, regions, labels), (x.shape[0], x.shape[3]))


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
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
