"""What the exercises of lab 02 share: orders, and arrays in which every value is another."""

from __future__ import annotations

from typing import Any

import numpy as np

FLOATS = (
    "The numbers are whole, but their type is float, and NumPy takes no float as an "
    "index: such an array cannot shuffle anything. Look for the `dtype`."
)


def drawn_matrix(perm: np.ndarray) -> np.ndarray:
    """Return the permutation as a matrix: row p has its 1 in column perm[p]."""
    places = np.asarray(perm)
    return np.asarray(places[:, None] == np.arange(len(places)), float)


def not_its_own_inverse(rng: np.random.Generator, n: int) -> np.ndarray:
    while True:
        perm = rng.permutation(n)
        if (perm[perm] != np.arange(n)).any():
            return perm


def written_into(array: np.ndarray, result: Any) -> Any:
    array += 1
    return result


def read_late(perm: np.ndarray) -> np.ndarray:
    """Return the places that are read if each is overwritten before the later ones."""
    sources = np.arange(len(perm))
    for place, source in enumerate(perm):
        sources[place] = sources[source]
    return sources


def overwrite(array: np.ndarray, result: np.ndarray) -> np.ndarray:
    array[...] = result
    return array
