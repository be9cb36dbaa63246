"""Right answers to lab06.pad2d in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def pad_by_stacking(x, top, bottom, left, right, value=0):
    images, height, _, channels = x.shape

    def block(rows, columns):
        return np.full((images, rows, columns, channels), value)

    middle = [block(height, left), x, block(height, right)]
    wide = np.concatenate(middle, axis=2)
    total = wide.shape[2]
    return np.concatenate([block(top, total), wide, block(bottom, total)], axis=1)


def pad_by_loops(x, top, bottom, left, right, value=0):
    images, height, width, channels = x.shape
    shape = (images, top + height + bottom, left + width + right, channels)
    padded = np.full(shape, float(value))
    for n, i, j, c in np.ndindex(x.shape):
        padded[n, i + top, j + left, c] = x[n, i, j, c]
    return padded


def pad_by_lists(x, top, bottom, left, right, value=0):
    channels = x.shape[3]
    border = [value] * channels
    result = []
    for image in x.tolist():
        width = left + len(image[0]) + right
        rows = [[border] * left + row + [border] * right for row in image]
        result.append([[border] * width] * top + rows + [[border] * width] * bottom)
    return result


def pad_with_matrices(x, top, bottom, left, right, value=0):
    """Move the picture and a mask of ones by products with shifted identities."""
    _, height, width, _ = x.shape
    down = np.eye(top + height + bottom, height, k=-top)
    across = np.eye(width, left + width + right, k=left)
    inside = np.einsum("ia,nabc,bj->nijc", down, np.ones(x.shape), across)
    return np.einsum("ia,nabc,bj->nijc", down, x, across) + value * (1 - inside)


def pad_line_by_line(x, top, bottom, left, right, value=0):
    """Insert one line after the other."""
    for _ in range(top):
        x = np.insert(x.astype(float), 0, value, axis=1)
    for _ in range(left):
        x = np.insert(x.astype(float), 0, value, axis=2)
    for _ in range(bottom):
        x = np.append(x, np.full_like(x[:, :1], value, dtype=float), axis=1)
    for _ in range(right):
        x = np.append(x, np.full_like(x[:, :, :1], value, dtype=float), axis=2)
    return x.copy()
