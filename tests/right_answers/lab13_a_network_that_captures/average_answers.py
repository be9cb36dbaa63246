"""Right answers to lab13.average_answers in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def _turn(grid, number):
    return np.rot90(np.fliplr(grid) if number > 3 else grid, number % 4)


def average_answers_one_by_one(model, planes):
    n = len(planes)
    total = np.zeros((n, n))
    for number in range(8):
        answer = model(_turn(planes, number)[np.newaxis]).numpy().reshape(n, n)
        back = 4 - number if number in (1, 3) else number
        total += _turn(answer, back)
    return total.flatten() / 8


def average_answers_by_order(model, planes):
    n = planes.shape[0]
    mean = np.zeros(n * n)
    for number in range(8):
        order = _turn(np.arange(n * n).reshape(n, n), number).ravel()
        mean[order] += np.asarray(model(_turn(planes, number)[None]))[0] / 8
    return mean


def average_answers_undone_by_hand(model, planes):
    n = len(planes)
    boards = [_turn(planes, number) for number in range(8)]
    answers = model.predict_on_batch(np.array(boards)).reshape(8, n, n)
    turned_back = [np.rot90(answer, -number) for number, answer in enumerate(answers)]
    turned_back[4:] = [np.fliplr(answer) for answer in turned_back[4:]]
    return np.mean(turned_back, axis=0).reshape(-1)


def average_answers_searched(model, planes):
    n = len(planes)
    points = np.arange(n * n).reshape(n, n)
    maps = []
    for number in range(8):
        for back in range(8):
            if np.array_equal(_turn(_turn(points, number), back), points):
                answer = model.predict(_turn(planes, number)[None], verbose=0)
                maps.append(_turn(answer.reshape(n, n), back).ravel())
                break
    return sum(maps) / len(maps)


def average_answers_all_turns_then_mirrors(model, planes):
    n = len(planes)
    mean = 0
    for mirrored in (False, True):
        board = planes[:, ::-1] if mirrored else planes
        for quarters in range(4):
            x = np.rot90(board, quarters)
            y = np.rot90(np.array(model(x[None])).reshape(n, n), 4 - quarters)
            mean = mean + (y[:, ::-1] if mirrored else y)
    return (mean / 8).ravel()
