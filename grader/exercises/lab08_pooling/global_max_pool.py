"""The largest value of each feature map."""

from __future__ import annotations

import numpy as np

from grader.exercises.common.arithmetic import largest
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import after
from grader.exercises.lab08_pooling.axes import pooled_over, wrong_axes
from grader.exercises.lab08_pooling.shared import global_cases, pooling, whole_map
from grader.judging.exercise import Exercise, Mistake


def reference(x: np.ndarray) -> np.ndarray:
    """Return one number for each feature map, (N, C), by one large window."""
    return pooling(np.nanmax)(x, x.shape[1:3])[:, 0, 0]


MISTAKES = (
    *wrong_axes(np.max, "take the maximum over"),
    Mistake(
        "maximum started at 0",
        "Where a map has only negative values, your maximum is 0, which is not "
        "among them.",
        after(lambda pooled: np.maximum(pooled, 0)),
    ),
    Mistake(
        "largest absolute value",
        "You drop the sign: of -5 and 2 the larger is 2.",
        lambda reference, x: reference(abs(x.astype(float))),
    ),
    Mistake(
        "average in place of maximum",
        "This is global average pooling: you blend all values of a map.",
        pooled_over(np.mean),
    ),
    Mistake(
        "smallest value",
        "You keep the smallest value of each map.",
        pooled_over(np.min),
    ),
    Mistake(
        "position in place of the value",
        "You return where the largest value is, not the value itself.",
        lambda reference, x: x.reshape(len(x), -1, x.shape[3]).argmax(axis=1),
    ),
    Mistake(
        "only a corner pooled",
        "You look at the first 2x2 positions; all positions count.",
        lambda reference, x: reference(x[:, :2, :2]),
    ),
)
EXERCISE = Exercise(
    points=1,
    cases=global_cases,
    reference=reference,
    arithmetic=whole_map(largest),
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
