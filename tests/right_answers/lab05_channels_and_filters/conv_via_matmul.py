"""Right answers to lab05.conv_via_matmul in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .im2col import im2col_by_weight, im2col_loops


def matmul_view(x, W, b):
    kh, kw, channels, filters = W.shape
    windows = sliding_window_view(x, (kh, kw), axis=(1, 2))
    shape = windows.shape[:3]
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kh * kw * channels)
    return (patches @ W.reshape(-1, filters) + b).reshape(*shape, filters)


def matmul_channel_rows(x, W, b):
    kh, kw, _, filters = W.shape
    windows = sliding_window_view(x, (kh, kw), axis=(1, 2))
    weights = W.transpose(2, 0, 1, 3).reshape(-1, filters)
    patches = windows.reshape(*windows.shape[:3], -1)
    return patches @ weights + b


def matmul_loops(x, W, b):
    patches = np.array(im2col_loops(x, *W.shape[:2]))
    product = np.dot(patches, W.reshape(-1, W.shape[3])) + b
    height, width = (x.shape[axis] - W.shape[axis - 1] + 1 for axis in (1, 2))
    return product.reshape(len(x), height, width, -1)


def matmul_bias_as_column(x, W, b):
    """Append a 1 to each patch, so that the biases are one more row of weights."""
    patches = im2col_by_weight(x.astype("float64"), *W.shape[:2])
    patches = np.hstack([patches, np.ones((len(patches), 1))])
    weights = np.vstack([W.reshape(-1, len(b)), b])
    height, width = x.shape[1] - W.shape[0] + 1, x.shape[2] - W.shape[1] + 1
    return patches.dot(weights).reshape(len(x), height, width, len(b))


def matmul_filters_first(x, W, b):
    windows = sliding_window_view(x, W.shape[:2], axis=(1, 2))  # (N, H', W', C, kh, kw)
    images, height, width = windows.shape[:3]
    columns = windows.transpose(3, 4, 5, 0, 1, 2).reshape(-1, images * height * width)
    weights = W.transpose(3, 2, 0, 1).reshape(len(b), -1)
    maps = (weights @ columns + b[:, None]).reshape(len(b), images, height, width)
    return np.moveaxis(maps, 0, -1)
