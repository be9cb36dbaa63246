"""Right answers to lab12.max_pool_backward in other styles than the solution's."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def max_pool_backward_loops(x, dy, size):
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(dy.shape):
        best, place = -np.inf, None
        for u, v in itertools.product(range(size), repeat=2):
            value = x[n, i * size + u, j * size + v, c]
            if value > best:
                best, place = value, (n, i * size + u, j * size + v, c)
        dx[place] += dy[n, i, j, c]
    return dx


def max_pool_backward_masked(x, dy, size):
    pictures, height, width, channels = dy.shape
    inside = x[:, : height * size, : width * size]
    blocks = inside.reshape(pictures, height, size, width, size, channels)
    rows = blocks.transpose(0, 1, 3, 5, 2, 4).reshape(*dy.shape, -1)
    mask = rows == rows.max(axis=-1, keepdims=True)
    mask &= mask.cumsum(axis=-1) == 1  # of several largest, the first
    gradient = (mask * dy[..., None]).reshape(*dy.shape, size, size)
    gradient = gradient.transpose(0, 1, 4, 2, 5, 3)
    dx = np.zeros(x.shape)
    dx[:, : height * size, : width * size] = gradient.reshape(inside.shape)
    return dx


def max_pool_backward_repeated(x, dy, size):
    """Visit the places of all windows together, and give what is not given yet."""
    rows, columns = dy.shape[1] * size, dy.shape[2] * size
    inside = x[:, :rows, :columns]
    pooled = sliding_window_view(inside, (size, size), axis=(1, 2)).max(axis=(4, 5))
    best, left = pooled[:, ::size, ::size], dy.astype(float)
    dx = np.zeros(x.shape)
    for u, v in itertools.product(range(size), repeat=2):
        found = inside[:, u::size, v::size] == best
        dx[:, u:rows:size, v:columns:size] = np.where(found, left, 0)
        left = np.where(found, 0, left)
    return dx


def max_pool_backward_by_argmax(x, dy, size):
    """Find all winners at once and write to their places."""
    windows = sliding_window_view(x, (size, size), axis=(1, 2))[:, ::size, ::size]
    place = windows.reshape(*dy.shape, size * size).argmax(axis=-1)
    n, i, j, c = np.indices(dy.shape)
    dx = np.zeros_like(x, dtype=float)
    dx[n, i * size + place // size, j * size + place % size, c] = dy
    return dx


def max_pool_backward_by_recursion(x, dy, size):
    """Split the batch, the channels, the rows and the columns down to one window."""
    dx = np.zeros(x.shape)
    for axis, step in ((0, 1), (3, 1), (1, size), (2, size)):
        if dy.shape[axis] > 1:
            for part in range(dy.shape[axis]):
                pick = [slice(None)] * 4
                pick[axis] = slice(part * step, (part + 1) * step)
                share = np.take(dy, [part], axis=axis)
                dx[tuple(pick)] = max_pool_backward_by_recursion(
                    x[tuple(pick)], share, size
                )
            return dx
    window = x[0, :size, :size, 0].tolist()
    best = max(max(row) for row in window)
    row = next(number for number, values in enumerate(window) if best in values)
    dx[0, row, window[row].index(best), 0] = dy[0, 0, 0, 0]
    return dx
