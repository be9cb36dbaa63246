"""The hidden units in another order, and the same network."""

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
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw networks with fewer, more and as many hidden units as inputs."""
    units = int(rng.integers(4, 12))
    return [
        _hidden_case(rng, 6, 4, 3),
        _hidden_case(rng, 3, 5, 7),
        _hidden_case(rng, 4, 4, 4),
        _small_case(rng),
        _hidden_case(rng, int(rng.integers(2, 9)), units, int(rng.integers(2, 9))),
    ]


def _hidden_case(rng: np.random.Generator, n_in: int, units: int, outputs: int) -> Case:
    arrays = (
        rng.uniform(-2, 2, (n_in, units)),
        rng.uniform(3, 9, units),
        rng.uniform(-2, 2, (units, outputs)),
    )
    return Case(
        (*arrays, not_its_own_inverse(rng, units)),
        label=f"{n_in} inputs, {units} hidden units, {outputs} outputs",
    )


def _small_case(rng: np.random.Generator) -> Case:
    """Draw the order of three units whose numbers are all different."""
    w1, w2 = np.arange(1.0, 7).reshape(2, 3), -np.arange(1.0, 7).reshape(3, 2)
    return Case(
        (w1, np.array([7.0, 8.0, 9.0]), w2, not_its_own_inverse(rng, 3)),
        label="2 inputs, 3 hidden units, 2 outputs, small numbers",
    )


def reference(
    w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, order: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return w1, b1 and w2 with the units in another order, by products of matrices."""
    matrix = permutation_matrix(order)
    return w1 @ matrix.T, matrix @ b1, matrix @ w2


def arithmetic(index: Index, *network: np.ndarray) -> str:
    """Return the number that moves to `index` of w1, b1 or w2."""
    array, *place = index
    order, axis = network[3], 1 if array == 0 else 0
    unit = place[axis]
    place[axis] = order[unit]
    words = f"unit {unit} is now the old unit order[{unit}], which is {order[unit]}"
    return f"{words}\n{taken_from(('w1', 'b1', 'w2')[array], place)}"


def _some_reordered(*moved: bool) -> Callable[..., Any]:
    """Return a mistake that moves only some of w1, b1 and w2."""

    def wrong(reference: Callable[..., Any], *network: Any) -> Any:
        pairs = zip(moved, reference(*network), network[:3], strict=True)
        return tuple(new if move else old for move, new, old in pairs)

    return wrong


def _inverse_for(*inverse: bool) -> Callable[..., Any]:
    """Return a mistake that moves some of w1, b1 and w2 the other way round."""

    def wrong(reference: Callable[..., Any], *network: Any) -> Any:
        *arrays, order = network
        back = reference(*arrays, np.argsort(order))
        pairs = zip(inverse, reference(*network), back, strict=True)
        return tuple(other if turned else new for turned, new, other in pairs)

    return wrong


MISTAKES = (
    Mistake(
        "nothing moved",
        "All three arrays come back unchanged, whatever the order.",
        _some_reordered(False, False, False),
    ),
    Mistake(
        "outgoing weights left behind",
        "The units moved, but the next layer still reads them in the old order: "
        "row j of `w2` belongs to hidden unit j.",
        _some_reordered(True, True, False),
    ),
    Mistake(
        "biases left behind",
        "The weights moved, the biases did not: each unit takes its bias along.",
        _some_reordered(True, False, True),
    ),
    Mistake(
        "incoming weights left behind",
        "Column j of `w1` holds the weights into hidden unit j; it moves along.",
        _some_reordered(False, True, True),
    ),
    Mistake(
        "incoming weights only",
        "A unit is more than its incoming weights: "
        "it has a bias, and weights to the next layer.",
        _some_reordered(True, False, False),
    ),
    Mistake(
        "outgoing weights only",
        "You move the rows of `w2` alone. A unit also has incoming weights and a bias.",
        _some_reordered(False, False, True),
    ),
    Mistake(
        "rows of w1 in place of columns",
        "A row of `w1` belongs to an input, a column to a hidden unit.",
        lambda reference, w1, b1, w2, order: (
            w1[order],
            *reference(w1, b1, w2, order)[1:],
        ),
    ),
    Mistake(
        "columns of w2 in place of rows",
        "A column of `w2` belongs to an output, a row to a hidden unit.",
        lambda reference, w1, b1, w2, order: (
            *reference(w1, b1, w2, order)[:2],
            w2[:, order],
        ),
    ),
    Mistake(
        "w2 transposed",
        "Your `w2` has its hidden units side by side; "
        "in the network they stand one below the other.",
        after(lambda arrays: (*arrays[:2], arrays[2].T)),
    ),
    Mistake(
        "columns of both matrices",
        "The hidden units are the columns of `w1`, but not those of `w2`: "
        "look at the shapes.",
        lambda reference, w1, b1, w2, order: (w1[:, order], b1, w2[:, order]),
    ),
    Mistake(
        "rows of w1 and columns of w2",
        "It is the other way round: a hidden unit is a column of `w1` and a row "
        "of `w2`.",
        lambda reference, w1, b1, w2, order: (
            w1[order],
            reference(w1, b1, w2, order)[1],
            w2[:, order],
        ),
    ),
    Mistake(
        "inverse order",
        "New unit j is the old unit order[j]; you sent the old unit j to order[j].",
        _inverse_for(True, True, True),
    ),
    Mistake(
        "inverse order for w2",
        "The two layers must agree on who is who: "
        "you moved the rows of `w2` the other way round.",
        _inverse_for(False, False, True),
    ),
    Mistake(
        "inverse order for w1 and b1",
        "The two layers must agree on who is who: "
        "you moved the units one way and the rows of `w2` the other.",
        _inverse_for(True, True, False),
    ),
    Mistake(
        "arrays returned in another order",
        "The arrays are right; return them in the order w1, b1, w2.",
        after(lambda arrays: (arrays[0], arrays[2], arrays[1])),
    ),
    Mistake(
        "arrays returned in another order: b1, w1, w2",
        "The arrays are right; return them in the order w1, b1, w2.",
        after(lambda arrays: (arrays[1], arrays[0], arrays[2])),
    ),
    Mistake(
        "arrays returned in another order: w2, b1, w1",
        "The arrays are right; return them in the order w1, b1, w2.",
        after(lambda arrays: (arrays[2], arrays[1], arrays[0])),
    ),
    Mistake(
        "arrays returned in another order: w2, w1, b1",
        "The arrays are right; return them in the order w1, b1, w2.",
        after(lambda arrays: (arrays[2], arrays[0], arrays[1])),
    ),
    Mistake(
        "arrays returned in another order: b1, w2, w1",
        "The arrays are right; return them in the order w1, b1, w2.",
        after(lambda arrays: (arrays[1], arrays[2], arrays[0])),
    ),
    Mistake(
        "dictionary returned",
        "The arrays are right; return them as a tuple in the order w1, b1, w2.",
        after(lambda arrays: dict(zip(("w1", "b1", "w2"), arrays, strict=True))),
    ),
    Mistake(
        "b1 not returned",
        "Return all three arrays, the biases as well.",
        after(lambda arrays: (arrays[0], arrays[2])),
    ),
    Mistake(
        "w2 not returned",
        "Return all three arrays, the weights to the outputs as well.",
        after(lambda arrays: tuple(arrays[:2])),
    ),
    Mistake(
        "only w1 returned",
        "Return all three arrays as a tuple: w1, b1, w2.",
        after(lambda arrays: arrays[0]),
    ),
    Mistake(
        "biases only",
        "You move the biases alone. A unit also has incoming and outgoing weights.",
        _some_reordered(False, True, False),
    ),
    Mistake(
        "inverse order for b1",
        "The arrays must agree on who is who: you moved the biases the other way "
        "round.",
        _inverse_for(False, True, False),
    ),
    Mistake(
        "inverse order for w1",
        "The arrays must agree on who is who: "
        "you moved the columns of `w1` the other way round.",
        _inverse_for(True, False, False),
    ),
    Mistake(
        "w1 transposed",
        "Your `w1` has its hidden units one below the other; "
        "in the network they stand side by side.",
        after(lambda arrays: (arrays[0].T, *arrays[1:])),
    ),
    Mistake(
        "reversed, whatever the order",
        "Your units stand in the reverse order whatever `order` says: use `order`.",
        lambda reference, w1, b1, w2, order: (w1[:, ::-1], b1[::-1], w2[::-1]),
    ),
    Mistake(
        "units read after they were overwritten",
        "A second name for an array is no copy: you overwrite units that are still "
        "to be read.",
        lambda reference, w1, b1, w2, order: tuple(
            overwritten(old, new)
            for old, new in zip(
                (w1, b1, w2), reference(w1, b1, w2, read_late(order)), strict=True
            )
        ),
    ),
    Mistake(
        "changed in place",
        "The result is right, but the caller's arrays are changed. Work on copies.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
