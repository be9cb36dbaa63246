"""Right answers to lab04.glcm_homogeneity in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def homogeneity_by_loops(P):
    """Add pair by pair, divide at the end."""
    total = 0.0
    for (i, j), count in np.ndenumerate(P):
        total += count / (1 + (i - j) ** 2)
    return total / np.sum(P)


def homogeneity_by_diagonals(P):
    """All pairs on one diagonal have the same weight."""
    n = len(P)
    weighted = [np.trace(P, offset=k) / (1 + k * k) for k in range(1 - n, n)]
    return np.array(sum(weighted) / P.sum())


def homogeneity_by_einsum(P):
    """Weigh the shares with a table of weights."""
    i, j = np.ogrid[: len(P), : len(P)]
    return float(np.einsum("ij,ij", P / P.sum(), 1 / (1.0 + (i - j) ** 2)))


def homogeneity_by_average(P):
    """Average with weights, in float32."""
    levels = np.arange(len(P), dtype="float32")
    nearness = np.reciprocal(1 + np.subtract.outer(levels, levels) ** 2)
    return np.average(nearness, weights=P.astype("float32"))


def homogeneity_of_lists(P):
    """Add up row by row, in plain lists."""
    total, result = float(np.sum(P)), 0.0
    for i, row in enumerate(P.tolist()):
        for j, count in enumerate(row):
            share = count / total
            result = result + share / (1 + abs(i - j) ** 2)
    return result


def homogeneity_by_recursion(P):
    """Peel off the first row and the first column."""

    def weighed(matrix):
        if not len(matrix):
            return 0.0
        weights = 1 / (1 + np.arange(len(matrix)) ** 2)
        edge = weights @ (matrix[0] + matrix[:, 0]) - matrix[0, 0]
        return edge + weighed(matrix[1:, 1:])

    return weighed(P / P.sum())
