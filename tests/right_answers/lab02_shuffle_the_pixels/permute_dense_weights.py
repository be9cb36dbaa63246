"""Right answers to lab02.permute_dense_weights in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def permute_dense_weights_in_a_loop(weights, perm):
    moved = np.zeros(weights.shape)
    for place in range(len(perm)):
        moved[place, :] = weights[perm[place], :]
    return moved


def permute_dense_weights_with_take(weights, perm):
    return np.take(weights, perm, axis=0)


def permute_dense_weights_of_lists(weights, perm):
    rows = weights.tolist()
    return [rows[source] for source in perm]


def permute_dense_weights_by_assignment(weights, perm):
    moved = np.empty_like(weights)
    moved[np.argsort(perm)] = weights
    return moved.astype("float32")


def permute_dense_weights_of_a_matrix(weights, perm):
    shuffle = np.eye(len(perm))[perm]
    return shuffle @ weights


def permute_dense_weights_by_recursion(weights, perm):
    if len(perm) == 1:
        return weights[perm]
    half = len(perm) // 2
    parts = [
        permute_dense_weights_by_recursion(weights, part)
        for part in (perm[:half], perm[half:])
    ]
    return np.concatenate(parts)
