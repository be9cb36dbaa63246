"""Right answers to lab08.shift_images in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def shift_by_padding(x, dx, dy):
    _, height, width, _ = x.shape
    a, b = abs(dy), abs(dx)
    wide = np.pad(x, [(0, 0), (a, a), (b, b), (0, 0)])
    return wide[:, a - dy : a - dy + height, b - dx : b - dx + width]


def shift_by_loops(x, dx, dy):
    out = np.zeros_like(x)
    for i, j in np.ndindex(*x.shape[1:3]):
        if 0 <= i - dy < x.shape[1] and 0 <= j - dx < x.shape[2]:
            out[:, i, j] = x[:, i - dy, j - dx]
    return out


def shift_by_roll(x, dx, dy):
    rows, columns = np.arange(x.shape[1]) - dy, np.arange(x.shape[2]) - dx
    keep_rows = (rows >= 0) & (rows < x.shape[1])
    keep_columns = (columns >= 0) & (columns < x.shape[2])
    keep = keep_rows[:, None] & keep_columns
    return np.roll(x, (dy, dx), axis=(1, 2)) * keep[None, :, :, None]


def shift_by_matrices(x, dx, dy):
    """Multiply from both sides with a matrix that has ones on one diagonal."""
    down = np.eye(x.shape[1], k=-dy)
    right = np.eye(x.shape[2], k=dx)
    return np.einsum("ia,nabc,bj->nijc", down, x, right)


def shift_by_slices(x, dx, dy):
    """Work out which part stays, and where it comes from and goes to."""
    _, height, width, _ = x.shape
    out = np.zeros(x.shape, "float32")
    if abs(dy) < height and abs(dx) < width:
        to = np.s_[:, max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)]
        out[to] = x[:, max(-dy, 0) : height - max(dy, 0)][
            :, :, max(-dx, 0) : width - max(dx, 0)
        ]
    return out


def shift_step_by_step(x, dx, dy):
    """Move by one pixel and call itself for the rest."""
    if dx == dy == 0:
        return x.copy()
    axis, step = (2, dx) if dx else (1, dy)
    line = np.zeros_like(np.take(x, [0], axis=axis))
    if step > 0:
        kept = np.delete(x, -1, axis=axis)
        moved, rest = np.concatenate([line, kept], axis=axis), step - 1
    else:
        kept = np.delete(x, 0, axis=axis)
        moved, rest = np.concatenate([kept, line], axis=axis), step + 1
    return shift_step_by_step(moved, *((rest, dy) if dx else (0, rest)))
