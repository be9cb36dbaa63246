"""Of each class, the share that is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added
from grader.exercises.common.wrong import after
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw confusion matrices with classes of unequal size, one of them without images."""
    grid = {
        "two classes": [[8, 2], [1, 4]],
        "three classes of unequal size": [[10, 0, 0], [3, 5, 2], [1, 0, 1]],
        "a class without images": [[6, 1, 1], [0, 0, 0], [2, 1, 7]],
        "a class that is never answered": [[4, 0, 2], [3, 0, 2], [0, 0, 5]],
    }
    drawn = rng.integers(0, 30, (5, 5)) + np.diag(rng.integers(20, 90, 5))
    cases = [Case((np.array(m),), label=label) for label, m in grid.items()]
    return [*cases, Case((drawn,), label="five classes")]


def reference(matrix: Any) -> Any:
    """Return the recall (n,) of each class, by scikit-learn on the images counted."""
    from sklearn.metrics import recall_score

    truth, answers = np.indices(matrix.shape).reshape(2, -1).repeat(matrix.ravel(), 1)
    labels = np.arange(len(matrix))
    return recall_score(
        truth, answers, labels=labels, average=None, zero_division=np.nan
    )


def where(index: tuple[int, ...], matrix: Any) -> str:
    """Return in words which row of the matrix feeds the share at `index`."""
    return f"Row {index[0]} of the matrix is {matrix[index[0]]}."


def arithmetic(index: Index, matrix: Any) -> str:
    """Return the right answers of a class as a share of its images."""
    row = matrix[index[0]]
    if not row.any():
        return ""
    return f"right answers of all images of class {index[0]}\n{row[index[0]]} / ({added(row)})"


def _f1(reference: Callable[..., Any], matrix: Any) -> Any:
    both = np.stack([reference(matrix), reference(matrix.T)])
    return 2 * both.prod(axis=0) / both.sum(axis=0)


def _against_the_rest(reference: Callable[..., Any], matrix: Any) -> Any:
    sides = matrix.sum(axis=1) + matrix.sum(axis=0)
    return 1 - (sides - 2 * np.diag(matrix)) / matrix.sum()


def _largest(reference: Callable[..., Any], matrix: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return matrix.max(axis=1) / matrix.sum(axis=1)


MISTAKES = (
    Mistake(
        "divided by the column",
        "You divide by how often a class was answered. That number is called "
        "precision; recall asks how many of the images of a class were found.",
        lambda reference, matrix: reference(matrix.T),
    ),
    Mistake(
        "largest of the row",
        "You take the largest number of each row. The images that were found stand on "
        "the diagonal.",
        _largest,
    ),
    Mistake(
        "rounded",
        "You round the shares. Give them as they are, and round where you print.",
        after(lambda shares: np.round(shares, 2)),
    ),
    Mistake(
        "divided by all images",
        "Each class is compared with its own images, not with all of them.",
        lambda reference, matrix: np.diag(matrix) / matrix.sum(),
    ),
    Mistake(
        "one accuracy for all",
        "You give the share of all images that is right. "
        "The task asks for one share for each class.",
        lambda reference, matrix: np.trace(matrix) / matrix.sum(),
    ),
    Mistake(
        "averaged over the classes",
        "You give the mean of the shares. Which class is the hard one?",
        after(np.nanmean),
    ),
    Mistake(
        "0 for a class without images",
        "A class of which there is no image was not missed: nothing is known about "
        "it, and that is `nan`.",
        after(np.nan_to_num),
    ),
    Mistake(
        "1 for a class without images",
        "A class of which there is no image was not found either: nothing is known "
        "about it, and that is `nan`.",
        after(lambda shares: np.nan_to_num(shares, nan=1.0)),
    ),
    Mistake(
        "None for a class without images",
        "`None` is no number, and arrays cannot compute with it. "
        "The number for what is not known is `np.nan`.",
        after(lambda shares: [None if np.isnan(s) else s for s in shares]),
    ),
    Mistake(
        "class without images left out",
        "Every class keeps its place in the result, also one without images.",
        lambda reference, matrix: reference(matrix)[matrix.sum(axis=1) > 0],
    ),
    Mistake(
        "error rate",
        "You give the share of each class that is wrong.",
        after(lambda shares: 1 - shares),
    ),
    Mistake(
        "per cent",
        "A share lies between 0 and 1.",
        after(lambda shares: 100 * shares),
    ),
    Mistake(
        "cut to whole numbers",
        "Your shares are 0 or 1: they were divided with `//` or written into an "
        "array of whole numbers.",
        after(lambda shares: np.nan_to_num(np.floor(shares))),
    ),
    Mistake(
        "recall and precision mixed",
        "Your number joins what was found with what was answered (the F1 score). "
        "Recall looks at the rows alone.",
        _f1,
    ),
    Mistake(
        "true negatives counted",
        "You count every image that is rightly called *not* this class. "
        "With many classes that is always nearly 1.",
        _against_the_rest,
    ),
    Mistake(
        "counts, not shares",
        "You give the number of images that are right. Divide by those there are.",
        lambda reference, matrix: np.diag(matrix),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    forbidden=("sklearn", "tensorflow", "keras", "pandas"),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
