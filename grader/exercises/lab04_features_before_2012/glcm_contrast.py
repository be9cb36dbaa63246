"""The contrast of a co-occurrence matrix."""

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
    """Return the mean squared difference of the levels of a pair, by scikit-image."""
    return matrix_property(P, "contrast")


def _upper(reference: Callable[..., Any], P: Any) -> Any:
    upper = np.triu(P, 1)
    return reference(upper) * upper.sum() / P.sum()


MISTAKES = (
    Mistake(
        "not normalised",
        "With counts your contrast grows with the size of the image. "
        "Turn the matrix into shares first.",
        lambda reference, P: reference(P) * P.sum(),
    ),
    Mistake(
        "absolute for squared difference",
        "You weigh each pair by its difference; "
        "contrast weighs it by the squared difference.",
        lambda reference, P: matrix_property(P, "dissimilarity"),
    ),
    SHARES_OF_ROWS,
    Mistake(
        "signed difference",
        "Pairs that get brighter and pairs that get darker cancel in your sum: "
        "square each difference.",
        lambda reference, P: float((shares(P) * level_differences(P)).sum()),
    ),
    MEAN_OVER_ENTRIES,
    Mistake(
        "root taken",
        "You take a square root at the end; contrast stays squared.",
        lambda reference, P: np.sqrt(reference(P)),
    ),
    Mistake(
        "always 0",
        "Your result is 0 for every matrix. Do you add up all terms or keep the "
        "last one, and does a division with `//` make the shares 0?",
        lambda reference, P: 0.0,
    ),
    FIRST_ROW_ONLY,
    Mistake(
        "share of unequal pairs",
        "All unequal pairs weigh the same in your sum; "
        "a pair that differs more weighs more.",
        lambda reference, P: 1 - float(np.trace(P) / P.sum()),
    ),
    Mistake(
        "only above the diagonal",
        "The pairs below the diagonal count too; the matrix need not be symmetric.",
        _upper,
    ),
    Mistake(
        "shares squared",
        "You square the shares; only the difference of the levels is squared.",
        lambda reference, P: reference(P**2) * float((shares(P) ** 2).sum()),
    ),
    Mistake(
        "homogeneity returned",
        "This is large for equal neighbours; contrast is large for unequal ones.",
        lambda reference, P: matrix_property(P, "homogeneity"),
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
