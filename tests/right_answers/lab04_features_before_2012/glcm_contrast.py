"""Right answers to lab04.glcm_contrast in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


def contrast_by_loops(P):
    """Add pair by pair, divide at the end."""
    total = 0.0
    for i, row in enumerate(P):
        for j, count in enumerate(row):
            total += count * (i - j) ** 2
    return total / P.sum()


def contrast_by_moments(P):
    """Expand the square: E[i^2] - 2 E[ij] + E[j^2]."""
    shares = P / P.sum()
    levels = np.arange(len(P))
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    return rows @ levels**2 - 2 * levels @ shares @ levels + columns @ levels**2


def contrast_by_einsum(P):
    """Weigh the shares with a table of squared differences."""
    i, j = np.indices(P.shape)
    return np.einsum("ij,ij->", P / np.sum(P), (i - j) ** 2)


def contrast_by_average(P):
    """Average with weights, in float32."""
    levels = np.arange(len(P), dtype="float32")
    squares = np.square(levels[:, None] - levels)
    return np.average(squares, weights=P).astype("float32")


def contrast_of_lists(P):
    """Add up row by row, in plain lists."""
    rows = np.asarray(P).tolist()
    total = sum(map(sum, rows))
    parts = [
        c / total * (i - j) ** 2 for i, r in enumerate(rows) for j, c in enumerate(r)
    ]
    return math.fsum(parts)


def contrast_by_recursion(P):
    """Peel off the first row and the first column."""

    def weighed(matrix):
        if not len(matrix):
            return 0.0
        squares = np.arange(len(matrix)) ** 2
        return squares @ (matrix[0] + matrix[:, 0]) + weighed(matrix[1:, 1:])

    return weighed(np.asarray(P, dtype=float)) / np.sum(P)
