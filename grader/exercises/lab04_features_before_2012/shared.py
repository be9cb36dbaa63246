"""What the two properties of a co-occurrence matrix share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import added
from grader.judging.exercise import Case, Mistake
from grader.judging.show import show


def matrix_cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw matrices of counts and of shares, all pairs equal, or all of them far apart."""
    counts = np.array([[4, 1, 0], [2, 5, 3], [7, 0, 1]])
    shares = rng.uniform(0.1, 1, (4, 4))
    levels = int(rng.integers(4, 7))
    return [
        Case((counts,), label="3x3 matrix of counts"),
        Case((shares / shares.sum(),), label="4x4 matrix that sums to 1"),
        Case((np.diag([3.0, 0.0, 2.0]),), label="all pairs equal: a diagonal matrix"),
        Case(
            (np.array([[0.0, 0.0, 3.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),),
            label="all pairs far apart",
        ),
        Case(
            (rng.integers(0, 40, (levels, levels)) + np.eye(levels, dtype=int),),
            label=f"{levels}x{levels} matrix of counts",
        ),
        # So many levels that a squared difference does not fit into 8 bits.
        Case((_far_apart(20),), label="20x20 matrix, levels up to 19 apart"),
    ]


def _far_apart(levels: int) -> np.ndarray:
    """Return counts that are the larger the further apart the two levels are."""
    return abs(np.subtract.outer(np.arange(levels), 2 * np.arange(levels)))


def matrix_property(matrix: np.ndarray, name: str) -> float:
    """Return a property of a co-occurrence matrix (levels, levels), by scikit-image."""
    from skimage.feature import graycoprops

    return float(graycoprops(matrix[:, :, None, None], name)[0, 0])


def weighted(P: np.ndarray, term: Callable[[str, int], str]) -> str:
    """Return a mean over all pairs of a matrix, pair by pair.

    Args:
        P: the matrix, (levels, levels).
        term: writes what pairs contribute, from their count and how far apart they are;
            "" if that is 0.
    """
    found = ((P[i, j], abs(i - j)) for i, j in np.ndindex(P.shape))
    terms = [term(show(count), apart) for count, apart in found if count]
    words = "each count with the distance of its two levels, of all pairs"
    return f"{words}\n({added(filter(None, terms))}) / {show(P.sum())}"


def shares(matrix: Any) -> Any:
    """Return the matrix divided by its sum."""
    return matrix / matrix.sum()


def level_differences(matrix: Any) -> Any:
    """Return the level of the row minus that of the column, for each entry."""
    levels = np.arange(len(matrix))
    return np.subtract.outer(levels, levels)


def _row_shares(reference: Callable[..., Any], P: Any) -> Any:
    with np.errstate(invalid="ignore"):
        rows = P / P.sum(axis=1, keepdims=True)
    # A level without pairs divides 0 by 0.
    return float("nan") if np.isnan(rows).any() else reference(rows) * rows.sum()


def _first_row(reference: Callable[..., Any], P: Any) -> Any:
    first = np.zeros(P.shape)
    first[0] = P[0]
    return reference(first) * first.sum() / P.sum()


def _changed_in_place(reference: Callable[..., Any], P: Any) -> Any:
    P /= P.sum()
    return reference(P)


def _of_eight(reference: Callable[..., Any], P: Any) -> Any:
    np.multiply(P, np.zeros((8, 8)))  # raises where the student's product does
    return reference(P)


def _up_to_eight(reference: Callable[..., Any], P: Any) -> Any:
    first = np.zeros(P.shape)
    places = np.ix_(range(8), range(8))
    first[places] = P[places]  # raises where the student's loop does
    return reference(first) * first.sum() / P.sum()


def _part(
    choose: Callable[[Any], Any],
) -> Callable[[Callable[..., Any], Any], Any]:
    """Return a mistake: the sum over a part of the pairs, as shares of all."""

    def wrong(reference: Callable[..., Any], P: Any) -> Any:
        part = choose(P)
        return reference(part) * part.sum() / P.sum()

    return wrong


def _upper_twice(reference: Callable[..., Any], P: Any) -> Any:
    """Return the property of the pairs on the diagonal, and twice of those above it."""
    return _part(lambda P: np.triu(P) + np.triu(P, 1))(reference, P)


def _whole_shares(reference: Callable[..., Any], P: Any) -> Any:
    whole = P.astype(int)
    # Of shares nothing is left, and 0 is divided by 0.
    return reference(whole) if whole.any() else float("nan")


UPPER_TWICE = Mistake(
    "pairs above the diagonal counted twice",
    "You take the pairs below the diagonal for those above it; "
    "the matrix need not be symmetric.",
    _upper_twice,
)
CUT_TO_WHOLE = Mistake(
    "entries cut to whole numbers",
    "You turn the matrix into whole numbers, and of shares nothing is left then: "
    "`P` may hold shares.",
    _whole_shares,
)
PARTS_ONLY = (
    Mistake(
        "last row and column left out",
        "Your loops end one level too early: `range(n)` ends before n already.",
        _part(lambda P: P[:-1, :-1]),
    ),
    Mistake(
        "first row and column left out",
        "Level 0 belongs to the matrix: its row and its column count too.",
        _part(lambda P: P[1:, 1:]),
    ),
)
EIGHT_LEVELS = (
    Mistake(
        "8 levels assumed",
        "A matrix may have any number of levels: its shape says how many.",
        _of_eight,
    ),
    Mistake(
        "loops over 8 levels",
        "A matrix may have any number of levels: its shape says how many.",
        _up_to_eight,
    ),
)
SHARES_OF_ROWS = Mistake(
    "shares of each row",
    "You divide each row by its own sum; the shares are of all pairs together.",
    _row_shares,
)
MEAN_OVER_ENTRIES = Mistake(
    "mean over the entries",
    "You average over the entries of the matrix; "
    "the average is over the pairs, so the shares are the weights.",
    lambda reference, P: reference(P) / P.size,
)
MEAN_OVER_LEVELS = Mistake(
    "divided by the number of levels",
    "The average is over the pairs, so their shares are the weights: "
    "nothing else is divided.",
    lambda reference, P: reference(P) / len(P),
)
SHARES_OF_COLUMNS = Mistake(
    "shares of each column",
    "You divide each column by its own sum; the shares are of all pairs together.",
    lambda reference, P: _row_shares(reference, P.T),
)
FIRST_ROW_ONLY = Mistake(
    "first row only",
    "Your sum holds the pairs of the first row alone: "
    "look at how far `return` is indented.",
    _first_row,
)
CHANGED_IN_PLACE = Mistake(
    "changed in place",
    "You divide inside the caller's matrix (`P /= ...`), "
    "which fails for whole numbers and spoils the matrix for the next use. "
    "Make a new one.",
    _changed_in_place,
)
