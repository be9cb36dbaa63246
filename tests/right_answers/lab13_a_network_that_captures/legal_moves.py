"""Right answers to lab13.legal_moves in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from grader import go


def legal_moves_by_loops(board, player):
    rows, columns = board.shape
    free = go.liberties(board)
    legal = np.zeros((rows, columns), dtype=bool)
    for i in range(rows):
        for j in range(columns):
            if board[i, j] != 0:
                continue
            for a, b in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                if not (0 <= a < rows and 0 <= b < columns):
                    continue
                if (
                    board[a, b] == 0
                    or (board[a, b] == player and free[a, b] > 1)
                    or (board[a, b] != player and free[a, b] == 1)
                ):
                    legal[i, j] = True
    return legal


def legal_moves_by_dilation(board, player):
    free = go.liberties(board)
    helps = np.where(board == player, free > 1, free == 1) | (board == 0)
    plus = ndimage.generate_binary_structure(2, 1)
    plus[1, 1] = False
    return ndimage.binary_dilation(helps, plus) & (board == 0)


def legal_moves_by_shifts(board, player):
    free, empty = go.liberties(board), board == 0
    helps = empty | ((board == player) & (free > 1))
    helps |= (board == 3 - player) & (free == 1)
    beside = np.zeros(board.shape, bool)
    beside[1:] |= helps[:-1]
    beside[:-1] |= helps[1:]
    beside[:, 1:] |= helps[:, :-1]
    beside[:, :-1] |= helps[:, 1:]
    return empty & beside


def legal_moves_tried_on_copies(board, player):
    legal = np.zeros(board.shape, bool)
    for point in zip(*np.nonzero(board == 0), strict=True):
        after = board.copy()
        after[point] = player
        after[(after == 3 - player) & (go.liberties(after) == 0)] = 0
        legal[point] = go.liberties(after)[point] > 0
    return legal


def legal_moves_as_numbers(board, player):
    padded = np.pad(board, 1, constant_values=-1)
    free = np.pad(go.liberties(board), 1)
    count = np.zeros(board.shape, int)
    for down, right in ((0, 1), (2, 1), (1, 0), (1, 2)):
        rows, columns = board.shape
        part = np.s_[down : down + rows, right : right + columns]
        stone, left = padded[part], free[part]
        count += (stone == 0) + (stone == player) * (left >= 2)
        count += (stone == 3 - player) * (left == 1)
    return (count * (board == 0) > 0).astype(int)


def _helps(stone, free, player):
    if stone == 0:
        return True
    return free >= 2 if stone == player else free == 1


def legal_moves_point_by_point(board, player):
    free = go.liberties(board)
    stones = dict(np.ndenumerate(board))

    def is_legal(i, j):
        near = [(i, j + 1), (i, j - 1), (i + 1, j), (i - 1, j)]
        return stones[i, j] == 0 and any(
            _helps(stones[place], free[place], player)
            for place in near
            if place in stones
        )

    return np.array(
        [[is_legal(i, j) for j in range(board.shape[1])] for i in range(len(board))]
    )
