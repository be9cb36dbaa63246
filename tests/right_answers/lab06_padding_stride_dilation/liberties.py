"""Right answers to lab06.liberties in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def liberties_by_loops(board):
    height, width = board.shape
    counts = [[0] * width for _ in range(height)]
    for i in range(height):
        for j in range(width):
            if board[i, j] == 0:
                continue
            for row, column in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                inside = 0 <= row < height and 0 <= column < width
                if inside and board[row, column] == 0:
                    counts[i][j] += 1
    return counts


def liberties_by_slices(board):
    empty = board == 0
    counts = np.zeros(board.shape, dtype="int32")
    counts[1:] += empty[:-1]
    counts[:-1] += empty[1:]
    counts[:, 1:] += empty[:, :-1]
    counts[:, :-1] += empty[:, 1:]
    return np.where(empty, 0, counts)


def liberties_by_repeating_the_edge(board):
    # Beyond an edge stands a copy of the stone itself, which is not empty either.
    near = np.pad(board, 1, mode="edge") == 0
    counts = near[:-2, 1:-1] * 1 + near[2:, 1:-1] + near[1:-1, :-2] + near[1:-1, 2:]
    return counts * (board != 0)


def liberties_by_windows(board):
    plus = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    empty = np.pad((board == 0).astype(float), 1)
    counts = (sliding_window_view(empty, (3, 3)) * plus).sum(axis=(2, 3))
    return counts * (board > 0)


def liberties_of_a_set(board):
    """Keep the empty points as a set, in which nothing lies beyond the edge."""
    empty = {(int(i), int(j)) for i, j in np.argwhere(board == 0)}
    counts = np.zeros_like(board)
    for i, j in np.argwhere(board != 0).tolist():
        beside = {(i, j - 1), (i, j + 1), (i - 1, j), (i + 1, j)}
        counts[i, j] = len(beside & empty)
    return counts
