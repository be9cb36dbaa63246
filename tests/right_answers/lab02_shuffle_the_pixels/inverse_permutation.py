"""Right answers to lab02.inverse_permutation in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def inverse_permutation_in_a_loop(perm):
    inverse = [0] * len(perm)
    for place, source in enumerate(perm):
        inverse[source] = place
    return inverse


def inverse_permutation_by_assignment(perm):
    inverse = np.empty_like(perm)
    inverse[perm] = np.arange(len(perm))
    return inverse


def inverse_permutation_by_search(perm):
    return [list(perm).index(place) for place in range(len(perm))]


def inverse_permutation_by_sorting(perm):
    return np.argsort(perm, kind="stable")


def inverse_permutation_of_a_matrix(perm):
    matrix = np.eye(len(perm), dtype="float32")[perm]
    return matrix.argmax(axis=0)


def inverse_permutation_by_sorted_pairs(perm):
    pairs = sorted((int(source), place) for place, source in enumerate(perm))
    return tuple(place for _, place in pairs)


def inverse_permutation_along_cycles(perm):
    """Walk from each place until the next step would lead home."""
    inverse = []
    for home in range(len(perm)):
        place = home
        while perm[place] != home:
            place = perm[place]
        inverse.append(place)
    return np.array(inverse, dtype="int32")
