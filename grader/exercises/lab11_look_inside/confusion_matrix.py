"""Which class is taken for which."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, counted
from grader.exercises.common.wrong import after, with_arguments
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw labels and answers, some of classes that never occur, some over and over."""
    grid = {
        "five images, three classes": ([0, 0, 1, 2, 2], [0, 2, 1, 2, 2], 3),
        "the same error three times": ([1, 1, 1, 0], [0, 0, 0, 0], 2),
        "class 3 never occurs, class 4 neither": ([0, 1, 2, 2], [1, 1, 0, 2], 5),
        "class 1 never occurs": ([0, 2, 2, 0], [2, 2, 0, 0], 3),
        "one image": ([3], [1], 4),
        # More than a byte can count.
        "300 images of class 0": ([0] * 300, [0] * 299 + [1], 2),
    }
    cases = [
        Case((np.array(y), np.array(p), n), label=label)
        for label, (y, p, n) in grid.items()
    ]
    n, images = int(rng.integers(4, 9)), int(rng.integers(40, 80))
    y = rng.integers(0, n, images)
    p = np.where(rng.random(images) < 0.6, y, rng.integers(0, n, images))
    return [*cases, Case((y, p, n), label=f"{images} images, {n} classes")]


def reference(y: Any, p: Any, n: int) -> Any:
    """Return the counts (n, n), the truth down and the answers across, by scikit-learn."""
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(y, p, labels=np.arange(n))


def where(index: tuple[int, ...], y: Any, p: Any, n: int) -> str:
    """Return in words at which positions the images counted at `index` stand."""
    both = (np.asarray(y) == index[0]) & (np.asarray(p) == index[1])
    return (
        f"Images of a {index[0]} for which the answer was {index[1]}: positions "
        f"{np.flatnonzero(both)}."
    )


def arithmetic(index: Index, y: Any, p: Any, n: int) -> str:
    """Return the images counted at `index`, one by one."""
    found = np.flatnonzero((y == index[0]) & (p == index[1])).tolist()
    words = (
        f"images with label {index[0]} and answer {index[1]} stand at "
        f"{', '.join(map(str, found)) or 'no place'}"
    )
    return f"{words}\n{counted(len(found))}"


def _rows_normed(matrix: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return matrix / matrix.sum(axis=1, keepdims=True)


MISTAKES = (
    Mistake(
        "transposed",
        "Rows are the truth, columns the answers: each row has to sum to the number "
        "of images of its class.",
        with_arguments(lambda y, p, n: (p, y, n)),
    ),
    Mistake(
        "repeated pairs counted once",
        "No entry is larger than 1. With arrays as indices, `+= 1` adds once to each "
        "place, however often the place occurs.",
        after(lambda matrix: np.minimum(matrix, 1)),
    ),
    Mistake(
        "all rows one list",
        "All your rows are equal. `[[0] * n] * n` holds one list n times, and who "
        "counts in one row counts in all of them.",
        after(lambda matrix: np.tile(matrix.sum(axis=0), (len(matrix), 1))),
    ),
    Mistake(
        "size taken from the data",
        "A class that nobody wrote and nobody answered still has its row and column: "
        "the size is `n`.",
        with_arguments(lambda y, p, n: (y, p, 1 + max(y.max(), p.max()))),
    ),
    Mistake(
        "missing classes left out",
        "You keep only the classes that occur. Entry [i, j] must stand in row i and "
        "column j, whichever classes occur.",
        lambda reference, y, p, n: reference(y, p, n)[
            np.ix_(np.union1d(y, p), np.union1d(y, p))
        ],
    ),
    Mistake(
        "classes without labels left out",
        "You keep only the classes that occur among the labels. Entry [i, j] must stand "
        "in row i and column j, whichever classes occur.",
        lambda reference, y, p, n: reference(y, p, n)[
            np.ix_(np.unique(y), np.unique(y))
        ],
    ),
    Mistake(
        "labels down, answers across, as far as they occur",
        "You leave out rows and columns of classes that do not occur. Entry [i, j] must "
        "stand in row i and column j, whichever classes occur.",
        lambda reference, y, p, n: reference(y, p, n)[
            np.ix_(np.unique(y), np.unique(p))
        ],
    ),
    Mistake(
        "errors only",
        "The right answers belong into the matrix too: they stand on the diagonal.",
        after(lambda matrix: matrix - np.diag(np.diag(matrix))),
    ),
    Mistake(
        "right answers only",
        "Off the diagonal everything is 0, so your matrix shows no confusion.",
        after(lambda matrix: np.diag(np.diag(matrix))),
    ),
    Mistake(
        "counted in both directions",
        "An image counts once. Reading a 4 as a 9 is another error than reading "
        "a 9 as a 4.",
        lambda reference, y, p, n: reference(y, p, n) + reference(p, y, n),
    ),
    Mistake(
        "shares of the rows",
        "You divided each row by its sum. The task asks for the counts.",
        after(_rows_normed),
    ),
    Mistake(
        "shares of all images",
        "You divided by the number of images. The task asks for the counts.",
        lambda reference, y, p, n: reference(y, p, n) / len(y),
    ),
    Mistake(
        "shares of each row",
        "You divide by the images of each class. The task asks for counts.",
        after(lambda counts: counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    forbidden=("sklearn", "tensorflow", "keras", "pandas"),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
