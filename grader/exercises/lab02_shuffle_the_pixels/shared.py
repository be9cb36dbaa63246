"""What the exercises of lab 02 share: orders, and what overwriting does to arrays."""

from __future__ import annotations

import numpy as np

STORED_AS_FLOATS = (
    "The numbers are whole, but their type is float, and NumPy takes no float as an "
    "index: such an array cannot shuffle anything. Look for the `dtype`."
)


def not_its_own_inverse(rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw an order of `n` places that differs from the one that undoes it."""
    while True:
        perm = rng.permutation(n)
        if (perm[perm] != np.arange(n)).any():
            return perm


def permutation_matrix(perm: np.ndarray) -> np.ndarray:
    """Return the permutation as a matrix: row p has its 1 in column perm[p]."""
    places = np.asarray(perm)
    return np.asarray(places[:, None] == np.arange(len(places)), float)


def read_late(perm: np.ndarray) -> np.ndarray:
    """Return the places that are read if each is overwritten before the later ones."""
    sources = np.arange(len(perm))
    for place, source in enumerate(perm):
        sources[place] = sources[source]
    return sources


def swapped_in_pairs(perm: np.ndarray) -> np.ndarray:
    """Return where things end if each place changes places with the one it names."""
    places = np.arange(len(perm))
    for place, source in enumerate(perm):
        places[[place, source]] = places[[source, place]]
    return places


def overwritten(array: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Write `answer` into the caller's `array` and return that."""
    array[...] = answer
    return array
