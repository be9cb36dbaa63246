"""Right answers to lab11.confusion_matrix in other styles than the solution's."""

from __future__ import annotations

import collections
import itertools

import numpy as np


def confusion_loop(y, p, n):
    matrix = [[0] * n for _ in range(n)]
    for truth, answer in zip(y, p, strict=True):
        matrix[truth][answer] += 1
    return matrix


def confusion_bincount(y, p, n):
    return np.bincount(n * y + p, minlength=n * n).reshape(n, n)


def confusion_one_hot(y, p, n):
    return np.eye(n)[y].T @ np.eye(n)[p]


def confusion_histogram(y, p, n):
    edges = np.arange(n + 1) - 0.5
    return np.histogram2d(y, p, bins=(edges, edges))[0]


def confusion_counter(y, p, n):
    pairs = collections.Counter(zip(y.tolist(), p.tolist(), strict=True))
    return np.array([[pairs[i, j] for j in range(n)] for i in range(n)])


def confusion_masks(y, p, n):
    matrix = np.empty((n, n), "int32")
    for i, j in itertools.product(range(n), repeat=2):
        matrix[i, j] = ((y == i) & (p == j)).sum()
    return matrix
