"""Right answers to lab05.im2col in other styles than the solution's."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def im2col_loops(x, kh, kw):
    images, height, width, channels = x.shape
    rows = []
    for n in range(images):
        for i in range(height - kh + 1):
            for j in range(width - kw + 1):
                row = []
                for u, v, c in itertools.product(range(kh), range(kw), range(channels)):
                    row.append(x[n, i + u, j + v, c])
                rows.append(row)
    return rows


def im2col_view(x, kh, kw):
    windows = sliding_window_view(x, (kh, kw, x.shape[3]), axis=(1, 2, 3))
    return windows.reshape(-1, kh * kw * x.shape[3])


def im2col_indices(x, kh, kw):
    _, height, width, channels = x.shape
    i, j, u, v = np.ogrid[: height - kh + 1, : width - kw + 1, :kh, :kw]
    return x[:, i + u, j + v].reshape(-1, kh * kw * channels)


def im2col_by_weight(x, kh, kw):
    """Fill the matrix column by column: one slice for each place of the window."""
    images, height, width, channels = x.shape
    rows, columns = height - kh + 1, width - kw + 1
    matrix = np.empty((images * rows * columns, kh * kw * channels), x.dtype)
    for place, (u, v, c) in enumerate(np.ndindex(kh, kw, channels)):
        part = x[:, u : u + rows, v : v + columns, c]
        matrix[:, place] = part.ravel()
    return matrix


def im2col_flat_indices(x, kh, kw):
    _, height, width, channels = x.shape
    places = np.arange(x[0].size).reshape(height, width, channels)
    patches = [
        places[i : i + kh, j : j + kw].ravel()
        for i in range(height - kh + 1)
        for j in range(width - kw + 1)
    ]
    flat = x.reshape(len(x), -1).astype(float)
    return flat[:, np.array(patches)].reshape(-1, kh * kw * channels)
