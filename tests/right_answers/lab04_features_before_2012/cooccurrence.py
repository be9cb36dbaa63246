"""Right answers to lab04.cooccurrence in other styles than the solution's."""

from __future__ import annotations

from collections import Counter

import numpy as np


def cooccurrence_by_loops(img, dx, dy, levels, symmetric=False, normed=False):
    """Visit every pixel and count pairs in a `Counter`."""
    height, width = img.shape
    pairs = Counter()
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column + dx < width:
                pair = int(img[row, column]), int(img[row + dy, column + dx])
                pairs[pair] += 1
                if symmetric:
                    pairs[pair[::-1]] += 1
    total = sum(pairs.values()) if normed else 1
    return [[pairs[i, j] / total for j in range(levels)] for i in range(levels)]


def cooccurrence_by_histogram(img, dx, dy, levels, symmetric=False, normed=False):
    """Shift with slices and count with `np.bincount`."""
    img = img.astype(int)

    def cut(offset):
        return slice(max(-offset, 0), -offset if offset > 0 else None)

    first = img[cut(dy), cut(dx)]
    second = img[cut(-dy), cut(-dx)]
    code = first.ravel() * levels + second.ravel()
    matrix = np.bincount(code, minlength=levels**2).reshape(levels, levels)
    if symmetric:
        matrix = matrix + matrix.T
    return matrix / matrix.sum() if normed else matrix


def _neighbours(img, dx, dy):
    """Give the levels of all pixels that have a neighbour, and of the neighbours."""
    rows, columns = np.indices(img.shape).reshape(2, -1)
    inside = (rows + dy >= 0) & (rows + dy < img.shape[0])
    inside &= (columns + dx >= 0) & (columns + dx < img.shape[1])
    rows, columns = rows[inside], columns[inside]
    return img[rows, columns], img[rows + dy, columns + dx]


def cooccurrence_by_add_at(img, dx, dy, levels, symmetric=False, normed=False):
    """Add 1 to every place that a pair names, however often."""
    matrix = np.zeros((levels, levels), dtype=np.int32)
    first, second = _neighbours(img, dx, dy)
    np.add.at(matrix, (first, second), 1)
    if symmetric:
        np.add.at(matrix, (second, first), 1)
    return np.true_divide(matrix, matrix.sum()) if normed else matrix


def cooccurrence_by_one_hot(img, dx, dy, levels, symmetric=False, normed=False):
    """Multiply two tables that say which pixel has which level, in float32."""
    hot = np.eye(levels, dtype="float32")
    first, second = (hot[level] for level in _neighbours(img, dx, dy))
    matrix = np.einsum("pi,pj->ij", first, second)
    if symmetric:
        matrix += matrix.T.copy()
    if normed:
        matrix /= matrix.sum()
    return matrix


def cooccurrence_by_padding(img, dx, dy, levels, symmetric=False, normed=False):
    """Surround the image with a level of its own, and cut that level off at the end."""
    reach = max(abs(dx), abs(dy))
    padded = np.pad(img.astype(int), reach, constant_values=levels)
    moved = np.roll(padded, (-dy, -dx), axis=(0, 1))
    edges = np.arange(levels + 2) - 0.5
    matrix = np.histogram2d(padded.ravel(), moved.ravel(), bins=(edges, edges))[0]
    matrix = matrix[:levels, :levels]
    if symmetric:
        matrix = matrix + matrix.transpose()
    return (matrix / matrix.sum() if normed else matrix).tolist()


def cooccurrence_by_recursion(img, dx, dy, levels, symmetric=False, normed=False):
    """Turn the image until both offsets point right and down, then slice."""
    if dy < 0 or (dy == 0 and dx < 0):
        return np.transpose(
            cooccurrence_by_recursion(img, -dx, -dy, levels, symmetric, normed)
        )
    if dx < 0:
        mirrored = img[:, ::-1]
        return cooccurrence_by_recursion(mirrored, -dx, dy, levels, symmetric, normed)
    height, width = img.shape
    first, second = img[: height - dy, : width - dx], img[dy:, dx:]
    counts = [
        [np.sum((first == i) & (second == j)) for j in range(levels)]
        for i in range(levels)
    ]
    matrix = np.array(counts, dtype=float)
    matrix = matrix + matrix.T if symmetric else matrix
    return matrix / np.sum(matrix) if normed else matrix
