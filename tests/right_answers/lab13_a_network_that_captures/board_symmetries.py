"""Right answers to lab13.board_symmetries in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def board_symmetries_by_index(board):
    n = len(board)
    turn = [(i, j) for i in range(n) for j in range(n)]
    boards = []
    for mirrored in (False, True):
        current = [list(row)[:: -1 if mirrored else 1] for row in board]
        for _ in range(4):
            boards.append(current)
            new = [[0] * n for _ in range(n)]
            for i, j in turn:
                new[n - 1 - j][i] = current[i][j]
            current = new
    return boards


def board_symmetries_by_slices(board):
    first = [board, board.T[::-1], board[::-1, ::-1], board[::-1].T]
    mirrored = board[:, ::-1]
    second = [mirrored, mirrored.T[::-1], mirrored[::-1, ::-1], mirrored[::-1].T]
    return np.array(first + second)


def board_symmetries_zipped(board):
    def turned(rows):
        return list(zip(*rows, strict=True))[::-1]

    boards = [board.tolist(), [row[::-1] for row in board.tolist()]]
    result = []
    for start in boards:
        result.append(start)
        for _ in range(3):
            result.append(turned(result[-1]))
    return np.array(result)


def board_symmetries_by_recursion(board):
    def turns(current, left):
        if left == 0:
            return []
        return [current, *turns(current.transpose()[::-1], left - 1)]

    return np.stack(turns(board, 4) + turns(board[..., ::-1], 4))


def board_symmetries_by_coordinates(board):
    """Turn the coordinates with matrices, and look each point up."""
    n = len(board)
    rows, columns = np.indices(board.shape) * 2 - (n - 1)  # centred, in half steps
    result = np.empty((8, n, n), board.dtype)
    for number in range(8):
        i, j = rows, columns
        for _ in range(number % 4):
            i, j = j, -i
        if number > 3:
            j = -j
        result[number] = board[(i + n - 1) // 2, (j + n - 1) // 2]
    return result
