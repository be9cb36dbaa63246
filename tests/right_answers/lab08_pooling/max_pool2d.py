"""Right answers to lab08.max_pool2d in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ._shared import by_spans, padded, scalar_pool


def max_pool_by_spans(x, size, stride=None, padding="valid"):
    return by_spans(x, size, stride, padding, lambda block: block.max(axis=(1, 2)))


def max_pool_by_scalars(x, size, stride=None, padding="valid"):
    return scalar_pool(x, size, stride, padding, max)


def max_pool_by_view(x, size, stride=None, padding="valid"):
    stride = stride or size
    wide = padded(x, size, stride, padding, -np.inf)
    view = sliding_window_view(wide, size, axis=(1, 2))
    return view[:, :: stride[0], :: stride[1]].max(axis=(-2, -1))


def max_pool_by_shifts(x, size, stride=None, padding="valid"):
    """Compare shifted copies: one slice for each place in the window."""
    down, across = stride or size
    wide = padded(x, size, (down, across), padding, -np.inf)
    height, width = wide.shape[1] - size[0] + 1, wide.shape[2] - size[1] + 1
    best = None
    for di, dj in np.ndindex(*size):
        part = wide[:, di : di + height : down, dj : dj + width : across]
        best = part if best is None else np.maximum(best, part)
    return best


def max_pool_of_lists(x, size, stride=None, padding="valid"):
    """Pool one picture and one channel at a time, in nested lists."""
    stride = stride or size
    wide = padded(x, size, stride, padding, -math.inf)

    def pooled(sheet):
        return [
            [
                max(max(row[j : j + size[1]]) for row in sheet[i : i + size[0]])
                for j in range(0, len(sheet[0]) - size[1] + 1, stride[1])
            ]
            for i in range(0, len(sheet) - size[0] + 1, stride[0])
        ]

    maps = [
        [pooled(picture[..., c].tolist()) for c in range(x.shape[3])]
        for picture in wide
    ]
    return np.moveaxis(np.array(maps), 1, -1)
