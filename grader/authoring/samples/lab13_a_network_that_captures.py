"""Wrong answers to lab 13, as students would write them."""

import numpy as np

from grader import go


# mistake: captures forgotten
def legal_moves(board, player):
    rows, columns = board.shape
    free = go.liberties(board)
    legal = np.zeros(board.shape, dtype=bool)
    for i in range(rows):
        for j in range(columns):
            neighbours = [(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)]
            for a, b in neighbours:
                if 0 <= a < rows and 0 <= b < columns and board[i, j] == 0:
                    # there is room, or a friend with room
                    if board[a, b] == 0:
                        legal[i, j] = True
                    if board[a, b] == player and free[a, b] > 1:
                        legal[i, j] = True
    return legal


# mistake: move turned the other way
def turn_position(planes, move, number):
    n = planes.shape[0]
    points = np.arange(n * n).reshape(n, n)
    if number > 3:
        planes, points = np.fliplr(planes), np.fliplr(points)
    new_move = np.rot90(points, number % 4).flatten()[move]
    return np.rot90(planes, number % 4), new_move
