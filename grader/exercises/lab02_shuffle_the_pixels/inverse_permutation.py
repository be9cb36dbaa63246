"""The order that undoes an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.places import places_alike
from grader.exercises.common.wrong import input_changed
from grader.exercises.lab02_shuffle_the_pixels.shared import (
    STORED_AS_FLOATS,
    not_its_own_inverse,
    overwritten,
    permutation_matrix,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw orders that are not their own inverse, a pair of swaps, and a single pixel."""
    return [
        Case((np.array([2, 0, 3, 1, 4]),)),
        Case((np.array([1, 2, 0]),)),
        Case((np.array([1, 0, 2, 4, 3]),), label="two swaps: [1, 0, 2, 4, 3]"),
        Case((np.array([0]),), label="a single pixel"),
        Case((not_its_own_inverse(rng, 7),)),
        Case((not_its_own_inverse(rng, int(rng.integers(9, 30))),)),
        Case((not_its_own_inverse(rng, 784),), label="784 pixels"),
    ]


def reference(perm: np.ndarray) -> np.ndarray:
    """Return the place of each number in `perm`, by a product with its matrix."""
    return np.asarray(permutation_matrix(perm).T @ np.arange(len(perm))).astype(int)


def arithmetic(index: Index, perm: np.ndarray) -> str:
    """Return where the number of this place stands."""
    place = int(np.flatnonzero(np.asarray(perm) == index[0])[0])
    return f"perm[{place}] is {index[0]}, so here stands\n{place}"


def _put_into_itself(perm: np.ndarray) -> np.ndarray:
    """Fill in the inverse while `perm` is still being read."""
    for place in range(len(perm)):
        perm[perm[place]] = place
    return perm


def _into_perm(reference: Callable[..., Any], perm: np.ndarray) -> np.ndarray:
    return overwritten(perm, reference(perm))


MISTAKES = (
    Mistake(
        "permutation returned unchanged",
        "A permutation that only swaps pairs undoes itself; others do not. "
        "Follow one pixel there and back.",
        lambda reference, perm: perm,
    ),
    Mistake(
        "read backwards",
        "You reverse the order of the numbers. To undo a shuffle, each pixel has "
        "to go back to its own old place.",
        lambda reference, perm: perm[::-1],
    ),
    Mistake(
        "inverse read backwards",
        "The right numbers stand in the reverse order: "
        "you sorted from the largest to the smallest.",
        lambda reference, perm: reference(perm)[::-1],
    ),
    Mistake(
        "always 0, 1, 2, ...",
        "Your result is 0, 1, 2, ... for every permutation: so it is if the numbers are "
        "sorted, or if each pixel is followed there and back. "
        "Wanted are the places of the numbers.",
        lambda reference, perm: np.arange(len(perm)),
    ),
    Mistake(
        "permuted twice",
        "Permuting again moves the pixels on, not back.",
        lambda reference, perm: perm[perm],
    ),
    Mistake(
        "counted from the end",
        "You turn each number round, so that 0 becomes the largest. "
        "It is the number and its place that change roles.",
        lambda reference, perm: len(perm) - 1 - perm,
    ),
    Mistake(
        "negative numbers",
        "Minus a place is no place; NumPy reads it as counted from the end.",
        lambda reference, perm: -perm,
    ),
    Mistake(
        "counted from 1",
        "Every number is too large by one: Python counts places from 0.",
        lambda reference, perm: reference(perm) + 1,
    ),
    Mistake(
        "last entry left out",
        "Your loop stops one entry too early: one place is still 0.",
        lambda reference, perm: np.where(
            np.arange(len(perm)) == perm[-1], 0, reference(perm)
        ),
    ),
    Mistake(
        "sorted from the largest",
        "You sort the numbers, the largest first, whatever the permutation. "
        "Wanted are the places of the numbers.",
        lambda reference, perm: np.arange(len(perm))[::-1],
    ),
    Mistake(
        "inverse counted from the end",
        "The places are counted from the end; the first place is 0.",
        lambda reference, perm: len(perm) - 1 - reference(perm),
    ),
    Mistake(
        "inverse negated",
        "Minus a place is no place; NumPy reads it as counted from the end.",
        lambda reference, perm: -reference(perm),
    ),
    Mistake(
        "permuted three times",
        "Permuting again and again moves the pixels on, not back.",
        lambda reference, perm: perm[perm][perm],
    ),
    Mistake(
        "inverse permuted twice",
        "You undo the shuffle twice: once brings every pixel home.",
        lambda reference, perm: reference(perm)[reference(perm)],
    ),
    Mistake(
        "matrix returned",
        "The matrix of zeros and ones does undo the shuffle, but wanted are the places: "
        "one whole number for each pixel.",
        lambda reference, perm: permutation_matrix(reference(perm)),
    ),
    Mistake(
        "one place for all",
        "You give a single number; every place of the result needs one.",
        lambda reference, perm: int(reference(perm)[0]),
    ),
    Mistake(
        "dictionary returned",
        "The pairs are right, but a dictionary cannot index an array: "
        "put them into one.",
        lambda reference, perm: {int(q): p for p, q in enumerate(perm)},
    ),
    Mistake(
        "places stored as floats",
        STORED_AS_FLOATS,
        lambda reference, perm: np.asarray(reference(perm)).astype(float),
    ),
    Mistake(
        "places overwritten before they were read",
        "You write into `perm` itself while you still read it; a second name for "
        "it is no copy. Write into a new array.",
        lambda reference, perm: _put_into_itself(perm),
    ),
    Mistake(
        "changed in place",
        "The result is right, but the caller's `perm` is changed. Work on a copy.",
        input_changed,
    ),
    Mistake(
        "written into perm",
        "The result is right, and it stands in the caller's `perm`. Make a new array.",
        _into_perm,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=places_alike,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
