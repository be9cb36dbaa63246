"""Right answers to lab11.per_class_recall in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def recall_loop(matrix):
    shares = []
    for i, row in enumerate(matrix):
        total = sum(row)
        shares.append(row[i] / total if total else float("nan"))
    return shares


def recall_where(matrix):
    totals = matrix.sum(axis=1)
    return np.where(totals > 0, matrix.diagonal() / np.maximum(totals, 1), np.nan)


def recall_divide(matrix):
    counts = matrix.astype(float)
    result = np.full(len(counts), np.nan)
    totals = counts @ np.ones(len(counts))
    return np.divide(np.diagonal(counts), totals, out=result, where=totals != 0)


def recall_with_a_warning(matrix):
    return np.diag(matrix) / np.sum(matrix, 1)


def recall_normed_rows(matrix):
    with np.errstate(all="ignore"):
        return np.diag((matrix.T / matrix.sum(axis=-1)).T)
