"""The homogeneity of a co-occurrence matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.lab04_features_before_2012.shared import (
    changed_in_place,
    distances,
    first_row,
    matrix_cases,
    matrix_property,
    row_shares,
    shares,
)
from grader.judging.exercise import Exercise, Mistake


def _one_forgotten(reference: Callable[..., Any], P: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((shares(P) / distances(P) ** 2).sum())


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
        lambda reference, P: float((shares(P) / (1 + np.abs(distances(P)))).sum()),
    ),
    Mistake(
        "shares of each row",
        "You divide each row by its own sum; the shares are of all pairs together.",
        row_shares,
    ),
    Mistake(
        "brackets missing under the division",
        "Python divides by 1 and then adds the square: "
        "what stands under a fraction needs brackets of its own.",
        lambda reference, P: 1 + float((distances(P) ** 2).sum()),
    ),
    Mistake(
        "1 forgotten",
        "Equal neighbours differ by 0 and you divide by that: "
        "what keeps the divisor above 0?",
        _one_forgotten,
    ),
    Mistake(
        "first row only",
        "Your sum holds the pairs of the first row alone: "
        "look at how far `return` is indented.",
        first_row,
    ),
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
    Mistake(
        "mean over the entries",
        "You average over the entries of the matrix; "
        "the average is over the pairs, so the shares are the weights.",
        lambda reference, P: reference(P) / P.size,
    ),
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
        "changed in place",
        "You divide inside the caller's matrix (`P /= ...`), "
        "which fails for whole numbers and spoils the matrix for the next use. "
        "Make a new one.",
        changed_in_place,
    ),
)


EXERCISE = Exercise(
    points=2,
    cases=matrix_cases,
    reference=lambda P: matrix_property(P, "homogeneity"),
    forbidden=("skimage",),
    mistakes=MISTAKES,
)
