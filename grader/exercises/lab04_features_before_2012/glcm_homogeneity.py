"""The homogeneity of a co-occurrence matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import GIVEN_AS_TEXT, texts_alike
from grader.exercises.lab04_features_before_2012.shared import (
    CHANGED_IN_PLACE,
    CUT_TO_WHOLE,
    EIGHT_LEVELS,
    FIRST_ROW_ONLY,
    MEAN_OVER_ENTRIES,
    MEAN_OVER_LEVELS,
    PARTS_ONLY,
    SHARES_OF_COLUMNS,
    SHARES_OF_ROWS,
    UPPER_TWICE,
    level_differences,
    matrix_cases,
    matrix_property,
    shares,
    weighted,
)
from grader.judging import compare
from grader.judging.exercise import Exercise, Mistake


def reference(P: np.ndarray) -> float:
    """Return the mean of 1 / (1 + squared difference) over all pairs, by scikit-image."""
    return matrix_property(P, "homogeneity")


def arithmetic(index: Index, P: np.ndarray) -> str:
    """Return the sum over all pairs, divided by their number."""
    return weighted(P, lambda count, apart: f"{count} / (1 + {apart}**2)")


def _one_forgotten(reference: Callable[..., Any], P: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((shares(P) / level_differences(P) ** 2).sum())


def _unsquared(reference: Callable[..., Any], P: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((shares(P) / (1 + level_differences(P))).sum())


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
    SHARES_OF_COLUMNS,
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
        "contrast subtracted from 1",
        "You subtract the finished contrast from 1, which can fall far below 0; "
        "the division belongs inside the sum, pair by pair.",
        lambda reference, P: 1 - matrix_property(P, "contrast"),
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
    Mistake(
        "squares in 8 bits",
        "A square of levels far apart does not fit into 8 bits: 16 * 16 wraps to 0. "
        "Use whole numbers of the usual size, or floats.",
        lambda reference, P: float(
            (shares(P) / (1 + level_differences(P) ** 2 % 256)).sum()
        ),
    ),
    Mistake(
        "differences wrap around in 8 bits",
        "A byte cannot be negative: 0 - 1 becomes 255. "
        "Use whole numbers with a sign, or floats.",
        lambda reference, P: float(
            (shares(P) / (1 + (level_differences(P) % 256) ** 2)).sum()
        ),
    ),
    Mistake(
        "square left out",
        "You divide by 1 + the signed difference, which can be 0 or negative: "
        "square the difference.",
        _unsquared,
    ),
    Mistake(
        "1 squared together with the difference",
        "You square the whole divisor; only the difference is squared.",
        lambda reference, P: float(
            (shares(P) / (1 + np.abs(level_differences(P))) ** 2).sum()
        ),
    ),
    Mistake(
        "weights forgotten",
        "You add up 1 / (1 + squared difference) of all levels, whatever the matrix "
        "holds: each is weighed by the share of its pairs.",
        lambda reference, P: float((1 / (1 + level_differences(P) ** 2)).sum()),
    ),
    Mistake(
        "multiplied, not divided",
        "Your sum grows with the difference; homogeneity divides by it.",
        lambda reference, P: float((shares(P) * (1 + level_differences(P) ** 2)).sum()),
    ),
    Mistake(
        "divided by the largest entry",
        "Shares are of all pairs together: divide by the sum of the matrix.",
        lambda reference, P: reference(P) * P.sum() / P.max(),
    ),
    Mistake(
        "root taken",
        "You take a square root at the end; homogeneity has none.",
        lambda reference, P: np.sqrt(reference(P)),
    ),
    Mistake(
        "not added up",
        "You give a table of terms: add all of them up.",
        lambda reference, P: shares(P) / (1 + level_differences(P) ** 2),
    ),
    Mistake(
        "sum of the levels",
        "You add the two levels; homogeneity is about their difference.",
        lambda reference, P: float(
            (shares(P) / (1 + np.add.outer(*[np.arange(len(P))] * 2) ** 2)).sum()
        ),
    ),
    MEAN_OVER_LEVELS,
    UPPER_TWICE,
    CUT_TO_WHOLE,
    *PARTS_ONLY,
    *EIGHT_LEVELS,
    GIVEN_AS_TEXT,
    CHANGED_IN_PLACE,
)
EXERCISE = Exercise(
    points=2,
    cases=matrix_cases,
    reference=reference,
    comparison=texts_alike(compare.close),
    forbidden=("skimage",),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
