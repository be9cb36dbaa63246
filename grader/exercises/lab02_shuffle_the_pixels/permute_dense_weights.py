"""The rows of a dense layer's weights in the order of the pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.wrong import after, input_changed
from grader.exercises.lab02_shuffle_the_pixels.shared import (
    not_its_own_inverse,
    overwritten,
    permutation_matrix,
    read_late,
    swapped_in_pairs,
)
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw weights with more pixels than units, with fewer, and with as many."""
    n_in = int(rng.integers(8, 20))
    return [
        _weights_case(rng, 6, 4),
        _weights_case(rng, 5, 7),
        _weights_case(rng, 5, 5),
        Case(
            (
                rng.permutation(np.arange(1.0, 9)).reshape(4, 2),
                not_its_own_inverse(rng, 4),
            ),
            label="4 pixels, 2 units, small numbers",
        ),
        _weights_case(rng, n_in, int(rng.integers(2, 7))),
    ]


def _weights_case(rng: np.random.Generator, n_in: int, units: int) -> Case:
    weights = rng.uniform(-2, 2, (n_in, units))
    perm = not_its_own_inverse(rng, n_in)
    return Case((weights, perm), label=f"{n_in} pixels, {units} units")


def reference(weights: np.ndarray, perm: np.ndarray) -> np.ndarray:
    """Return the rows of the weights in the order `perm`, by a product of matrices."""
    return np.asarray(permutation_matrix(perm) @ weights)


def where(index: tuple[int, ...], weights: np.ndarray, perm: np.ndarray) -> str:
    """Return in words which old weight stands at `index`, and for which pixel."""
    row, unit = index
    return (
        f"Row {row} meets the pixel that was at place perm[{row}] = {perm[row]}; "
        f"the weight of that pixel for unit {unit} was "
        f"{show(weights[perm[row], unit])}."
    )


def arithmetic(index: Index, weights: np.ndarray, perm: np.ndarray) -> str:
    """Return the weight that moves to `index`."""
    row, unit = index
    words = f"row {row} meets pixel perm[{row}], which is {perm[row]}"
    return f"{words}\n{taken_from('weights', (perm[row], unit))}"


def _single_weights(
    reference: Callable[..., Any], weights: np.ndarray, perm: np.ndarray
) -> np.ndarray:
    flat = weights.ravel().copy()
    flat[: len(perm)] = reference(flat[: len(perm)], perm)
    return flat.reshape(weights.shape)


MISTAKES = (
    Mistake(
        "weights not moved",
        "The images are shuffled and the weights are not. "
        "Row i of the weights belongs to pixel i: where is that pixel now?",
        lambda reference, weights, perm: weights,
    ),
    Mistake(
        "inverse permutation",
        "You move the rows the other way. Place p of a shuffled image holds the "
        "pixel from place perm[p], so which row has to stand at p?",
        lambda reference, weights, perm: reference(weights, np.argsort(perm)),
    ),
    Mistake(
        "columns in place of rows",
        "A column holds the weights of one unit, a row those of one pixel. "
        "It is the pixels that moved.",
        lambda reference, weights, perm: weights[:, perm],
    ),
    Mistake(
        "columns in place of rows, inverse",
        "A column holds the weights of one unit, a row those of one pixel. "
        "It is the pixels that moved.",
        lambda reference, weights, perm: weights[:, np.argsort(perm)],
    ),
    Mistake(
        "rows and columns",
        "Only the pixels moved, and they belong to the rows. "
        "The units stay where they are.",
        lambda reference, weights, perm: reference(weights, perm)[:, perm],
    ),
    Mistake(
        "permuted twice",
        "Your rows are moved twice.",
        lambda reference, weights, perm: reference(reference(weights, perm), perm),
    ),
    Mistake(
        "transposed",
        "The rows are right, but they lie on their side: "
        "the result has the shape of the weights.",
        lambda reference, weights, perm: reference(weights, perm).T,
    ),
    Mistake(
        "rows reversed, not permuted",
        "Your rows stand in the reverse order whatever `perm` says: use `perm`.",
        lambda reference, weights, perm: weights[::-1],
    ),
    Mistake(
        "columns reversed",
        "A column holds the weights of one unit, and the units stay where they are. "
        "The rows follow `perm`.",
        lambda reference, weights, perm: weights[:, ::-1],
    ),
    Mistake(
        "perm counted from 1",
        "`perm` counts places from 0, as Python does: nothing has to be subtracted.",
        lambda reference, weights, perm: reference(weights, (perm - 1) % len(perm)),
    ),
    Mistake(
        "result stays 0",
        "Your result holds nothing but zeros: are the rows stored in it?",
        after(lambda rows: 0 * rows),
    ),
    Mistake(
        "rows sorted",
        "You sort the weights. Rows keep their numbers and change places as `perm` "
        "says.",
        lambda reference, weights, perm: np.sort(weights, axis=0),
    ),
    Mistake(
        "single weights fetched",
        "`np.take` without an axis fetches single numbers. "
        "A whole row belongs to each pixel.",
        lambda reference, weights, perm: weights.ravel()[perm],
    ),
    Mistake(
        "one unit only",
        "You give back the weights of one unit; the others are missing.",
        lambda reference, weights, perm: reference(weights, perm)[:, 0],
    ),
    Mistake(
        "last row left out",
        "The last row is still 0: where does your loop end?",
        lambda reference, weights, perm: np.vstack(
            [reference(weights, perm)[:-1], 0 * weights[:1]]
        ),
    ),
    Mistake(
        "fractions cut off",
        "Your weights are whole numbers because their fractions were cut off: "
        "look for `int`.",
        after(np.trunc),
    ),
    Mistake(
        "flattened",
        "The right numbers in one line: the result has the shape of the weights.",
        after(np.ravel),
    ),
    Mistake(
        "rows in reverse order",
        "The rows are read from the last to the first.",
        lambda reference, weights, perm: reference(weights, perm)[::-1],
    ),
    Mistake(
        "first unit only",
        "Only the weights of the first unit are moved; every unit has its own.",
        lambda reference, weights, perm: np.column_stack(
            [reference(weights, perm)[:, 0], weights[:, 1:]]
        ),
    ),
    Mistake(
        "single weights moved",
        "You moved the first weights one by one, as if the array were a single "
        "row. A whole row belongs to each pixel.",
        _single_weights,
    ),
    Mistake(
        "rows read after they were overwritten",
        "`new = weights` is a second name, not a copy: you overwrite rows that are "
        "still to be read.",
        lambda reference, weights, perm: overwritten(
            weights, reference(weights, read_late(perm))
        ),
    ),
    Mistake(
        "rows of the copy read after they were overwritten",
        "You fetch from the copy that you write into, so some rows are gone before "
        "their turn. Fetch from the old weights.",
        lambda reference, weights, perm: reference(weights, read_late(perm)),
    ),
    Mistake(
        "rows swapped in pairs",
        "You let two rows change places, step by step, and a later step takes "
        "away what an earlier one has brought. Fetch from the old weights.",
        lambda reference, weights, perm: reference(weights, swapped_in_pairs(perm)),
    ),
    Mistake(
        "changed in place",
        "The result is right, but the caller's weights are changed. Work on a copy.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
