"""The homogeneity of a co-occurrence matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.lab04_features_before_2012.shared import (
    CHANGED_IN_PLACE,
    FIRST_ROW_ONLY,
    MEAN_OVER_ENTRIES,
    SHARES_OF_ROWS,
    level_differences,
    matrix_cases,
    matrix_property,
    shares,
)
from grader.judging.exercise import Exercise, Mistake


def reference(P: np.ndarray) -> float:
    """Return the mean of 1 / (1 + squared difference) over all pairs, by scikit-image."""
    return matrix_property(P, "homogeneity")


def _one_forgotten(reference: Callable[..., Any], P: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((shares(P) / level_differences(P) ** 2).sum())


MISTAKES = (
    Mistake(
        "not normalised",
        "With counts your homogeneity grows with the size of the image. "
        "Turn the matrix into shares first.",
        lambda reference, P: reference(P) * P.sum(),
    ),
    Mistake(
        "absolute for squared difference",
        "Some books divide by 1 + the absolute difference; "
        "this lab, like scikit-image, squares the difference.",
        lambda reference, P: float(
            (shares(P) / (1 + np.abs(level_differences(P)))).sum()
        ),
    ),
    SHARES_OF_ROWS,
    Mistake(
        "brackets missing under the division",
        "Python divides by 1 and then adds the square: "
        "what stands under a fraction needs brackets of its own.",
        lambda reference, P: 1 + float((level_differences(P) ** 2).sum()),
    ),
    Mistake(
        "1 forgotten",
        "Equal neighbours differ by 0 and you divide by that: "
        "what keeps the divisor above 0?",
        _one_forgotten,
    ),
    FIRST_ROW_ONLY,
    Mistake(
        "last pair only",
        "Your result is the last term: add all of them up.",
        lambda reference, P: float(P[-1, -1] / P.sum()),
    ),
    Mistake(
        "share of equal pairs",
        "You add only the diagonal; nearly equal pairs count too, a little less.",
        lambda reference, P: float(np.trace(P) / P.sum()),
    ),
    Mistake(
        "made from the contrast",
        "You turn the finished contrast over; "
        "the division belongs inside the sum, pair by pair.",
        lambda reference, P: 1 / (1 + matrix_property(P, "contrast")),
    ),
    Mistake(
        "contrast returned",
        "This is large for unequal neighbours; homogeneity is large for equal ones.",
        lambda reference, P: matrix_property(P, "contrast"),
    ),
    MEAN_OVER_ENTRIES,
    Mistake(
        "shares squared",
        "The sum of the squared shares is called energy; "
        "homogeneity weighs each share by how near its two levels are.",
        lambda reference, P: float((shares(P) ** 2).sum()),
    ),
    Mistake(
        "subtracted from 1",
        "Your value falls when neighbours become more alike; homogeneity rises.",
        lambda reference, P: 1 - reference(P),
    ),
    CHANGED_IN_PLACE,
)
EXERCISE = Exercise(
    points=2,
    cases=matrix_cases,
    reference=reference,
    forbidden=("skimage",),
    mistakes=MISTAKES,
)
