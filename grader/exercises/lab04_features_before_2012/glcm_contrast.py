"""The contrast of a co-occurrence matrix."""

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
    """Return the mean squared difference of the levels of a pair, by scikit-image."""
    return matrix_property(P, "contrast")


def arithmetic(index: Index, P: np.ndarray) -> str:
    """Return the sum over all pairs, divided by their number."""
    return weighted(P, lambda count, apart: f"{count}*{apart}**2" if apart else "")


def _upper(reference: Callable[..., Any], P: Any) -> Any:
    upper = np.triu(P, 1)
    return reference(upper) * upper.sum() / P.sum()


def _lower(reference: Callable[..., Any], P: Any) -> Any:
    lower = np.tril(P, -1)
    return reference(lower) * lower.sum() / P.sum()


def _level_sums(P: Any) -> Any:
    levels = np.arange(len(P))
    return np.add.outer(levels, levels)


def _level_products(P: Any) -> Any:
    levels = np.arange(len(P))
    return np.multiply.outer(levels, levels)


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
    SHARES_OF_COLUMNS,
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
    Mistake(
        "squares in 8 bits",
        "A square of levels far apart does not fit into 8 bits: 16 * 16 wraps to 0. "
        "Use whole numbers of the usual size, or floats.",
        lambda reference, P: float(
            (shares(P) * (level_differences(P) ** 2 % 256)).sum()
        ),
    ),
    Mistake(
        "squares in signed bytes",
        "A square of levels far apart does not fit into 8 bits: 12 * 12 becomes "
        "negative. Use whole numbers of the usual size, or floats.",
        lambda reference, P: float(
            (shares(P) * (level_differences(P) ** 2).astype(np.int8)).sum()
        ),
    ),
    Mistake(
        "differences wrap around in 8 bits",
        "A byte cannot be negative: 0 - 1 becomes 255. "
        "Use whole numbers with a sign, or floats.",
        lambda reference, P: float(
            (shares(P) * (level_differences(P) % 256) ** 2).sum()
        ),
    ),
    Mistake(
        "sum of the levels",
        "You add the two levels; contrast is about their difference.",
        lambda reference, P: float((shares(P) * _level_sums(P) ** 2).sum()),
    ),
    Mistake(
        "product of the levels",
        "You multiply the two levels; contrast is about their difference.",
        lambda reference, P: float((shares(P) * _level_products(P)).sum()),
    ),
    Mistake(
        "sign of a signed sum lost",
        "You square the finished sum, in which pairs that get brighter and darker "
        "have cancelled: square each difference.",
        lambda reference, P: float((shares(P) * level_differences(P)).sum()) ** 2,
    ),
    Mistake(
        "entries subtracted from their mirror images",
        "You compare the counts of the matrix with each other; contrast compares the "
        "levels, which are the numbers of the row and the column.",
        lambda reference, P: float(((shares(P) - shares(P).T) ** 2).sum()),
    ),
    Mistake(
        "divided by the largest entry",
        "Shares are of all pairs together: divide by the sum of the matrix.",
        lambda reference, P: reference(P) * P.sum() / P.max(),
    ),
    Mistake(
        "only below the diagonal",
        "The pairs above the diagonal count too; the matrix need not be symmetric.",
        lambda reference, P: _lower(reference, P),
    ),
    Mistake(
        "weights forgotten",
        "You add up squared differences of all levels, whatever the matrix holds: "
        "each is weighed by the share of its pairs.",
        lambda reference, P: float((level_differences(P) ** 2).sum()),
    ),
    Mistake(
        "cubed difference",
        "You weigh each pair by a higher power of its difference: "
        "contrast takes the square.",
        lambda reference, P: float(
            (shares(P) * np.abs(level_differences(P)) ** 3).sum()
        ),
    ),
    Mistake(
        "not added up",
        "You give a table of terms: add all of them up.",
        lambda reference, P: shares(P) * level_differences(P) ** 2,
    ),
    Mistake(
        "halved",
        "Your result is half of what it should be: the matrix may hold each pair once.",
        lambda reference, P: reference(P) / 2,
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
