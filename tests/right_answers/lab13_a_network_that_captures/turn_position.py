"""Right answers to lab13.turn_position in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def _turn(grid, number):
    return np.rot90(np.fliplr(grid) if number > 3 else grid, number % 4)


def turn_position_by_a_map(planes, move, number):
    n = planes.shape[0]
    target = np.zeros(n * n)
    target[move] = 1
    return _turn(planes, number), np.argmax(_turn(target.reshape(n, n), number))


def turn_position_by_points(planes, move, number):
    n = len(planes)
    comes_from = _turn(np.arange(n * n).reshape(n, n), number).ravel()
    return _turn(planes, number), list(comes_from).index(move)


def turn_position_by_coordinates(planes, move, number):
    n = len(planes)
    row, column = divmod(move, n)
    if number >= 4:
        planes = planes[:, ::-1]
        column = n - 1 - column
    for _ in range(number % 4):
        planes = planes.transpose(1, 0, 2)[::-1]
        row, column = n - 1 - column, row
    return planes.copy(), row * n + column


def turn_position_as_one_more_plane(planes, move, number):
    n = len(planes)
    mark = np.eye(n * n)[move].reshape(n, n, 1)
    both = _turn(np.concatenate([planes, mark], axis=2), number)
    place = np.argwhere(both[:, :, -1] == 1)[0]
    return both[:, :, :-1], np.ravel_multi_index(place, (n, n))


def turn_position_sorted(planes, move, number):
    n = len(planes)
    comes_from = _turn(np.arange(n * n).reshape(n, n), number).ravel()
    goes_to = np.argsort(comes_from)
    return [_turn(planes, number), goes_to[move]]


def turn_position_plane_by_plane(planes, move, number):
    n = planes.shape[1]
    turned = [_turn(planes[:, :, c], number) for c in range(planes.shape[2])]
    board = np.full((n, n), False)
    board[move // n, move % n] = True
    row, column = np.where(_turn(board, number))
    return np.stack(turned, axis=-1), int(row[0]) * n + int(column[0])
