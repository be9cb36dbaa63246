"""The contrast of a co-occurrence matrix."""

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
    Mistake(
        "shares of each row",
        "You divide each row by its own sum; the shares are of all pairs together.",
        row_shares,
    ),
    Mistake(
        "signed difference",
        "Pairs that get brighter and pairs that get darker cancel in your sum: "
        "square each difference.",
        lambda reference, P: float((shares(P) * distances(P)).sum()),
    ),
    Mistake(
        "mean over the entries",
        "You average over the entries of the matrix; "
        "the average is over the pairs, so the shares are the weights.",
        lambda reference, P: reference(P) / P.size,
    ),
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
    Mistake(
        "first row only",
        "Your sum holds the pairs of the first row alone: "
        "look at how far `return` is indented.",
        first_row,
    ),
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
    reference=lambda P: matrix_property(P, "contrast"),
    forbidden=("skimage",),
    mistakes=MISTAKES,
)
