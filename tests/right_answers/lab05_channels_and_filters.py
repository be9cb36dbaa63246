"""Right answers to lab 05 in other styles than the solution's."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _scalar_loops(x, W, b):
    images, height, width, channels = x.shape
    kh, kw, _, filters = W.shape
    out = np.zeros((images, height - kh + 1, width - kw + 1, filters))
    for n, i, j, f in np.ndindex(out.shape):
        total = b[f]
        for u, v, c in itertools.product(range(kh), range(kw), range(channels)):
            total += x[n, i + u, j + v, c] * W[u, v, c, f]
        out[n, i, j, f] = total
    return out


def _einsum(x, W, b):
    windows = sliding_window_view(x, W.shape[:2], axis=(1, 2))
    return np.einsum("nijcuv,uvcf->nijf", windows, W) + b


def _shifted_slices(x, W, b):
    kh, kw = W.shape[:2]
    height, width = x.shape[1] - kh + 1, x.shape[2] - kw + 1
    total = 0
    for u in range(kh):
        for v in range(kw):
            total = total + x[:, u : u + height, v : v + width] @ W[u, v]
    return (total + b).astype("float32")


def _nested_lists(x, W, b):
    kh, kw, _, filters = W.shape
    return [
        [
            [
                [
                    float((image[i : i + kh, j : j + kw] * W[..., f]).sum() + b[f])
                    for f in range(filters)
                ]
                for j in range(image.shape[1] - kw + 1)
            ]
            for i in range(image.shape[0] - kh + 1)
        ]
        for image in x
    ]


def _pixel_loops(x, W, b):
    out = np.empty((*x.shape[:3], W.shape[3]))
    for n, i, j in np.ndindex(x.shape[:3]):
        out[n, i, j] = np.dot(W[0, 0].T, x[n, i, j]) + b
    return out


def _one_by_one_einsum(x, W, b):
    return np.einsum("nhwc,uvcf->nhwf", x, W) + b[None, None, None, :]


def _one_by_one_sum(x, W, b):
    return (x[..., None] * W[0, 0]).sum(axis=-2) + b


def _gray_array():
    W = np.zeros((1, 1, 3, 1), dtype="float32")
    W[0, 0, :, 0] = 0.2125, 0.7154, 0.0721
    return W, np.array([0.0])


def _gray_lists():
    return [[[[[0.2125], [0.7154], [0.0721]]]], [0]]


def _im2col_loops(x, kh, kw):
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


def _im2col_view(x, kh, kw):
    windows = sliding_window_view(x, (kh, kw, x.shape[3]), axis=(1, 2, 3))
    return windows.reshape(-1, kh * kw * x.shape[3])


def _im2col_indices(x, kh, kw):
    _, height, width, channels = x.shape
    i, j, u, v = np.ogrid[: height - kh + 1, : width - kw + 1, :kh, :kw]
    return x[:, i + u, j + v].reshape(-1, kh * kw * channels)


def _matmul_view(x, W, b):
    kh, kw, channels, filters = W.shape
    windows = sliding_window_view(x, (kh, kw), axis=(1, 2))
    shape = windows.shape[:3]
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kh * kw * channels)
    return (patches @ W.reshape(-1, filters) + b).reshape(*shape, filters)


def _matmul_channel_rows(x, W, b):
    kh, kw, _, filters = W.shape
    windows = sliding_window_view(x, (kh, kw), axis=(1, 2))
    weights = W.transpose(2, 0, 1, 3).reshape(-1, filters)
    patches = windows.reshape(*windows.shape[:3], -1)
    return patches @ weights + b


def _matmul_loops(x, W, b):
    patches = np.array(_im2col_loops(x, *W.shape[:2]))
    product = np.dot(patches, W.reshape(-1, W.shape[3])) + b
    height, width = (x.shape[axis] - W.shape[axis - 1] + 1 for axis in (1, 2))
    return product.reshape(len(x), height, width, -1)


RIGHT_ANSWERS = {
    "conv_layer_forward": [_scalar_loops, _einsum, _shifted_slices, _nested_lists],
    "conv1x1": [_pixel_loops, _one_by_one_einsum, _one_by_one_sum],
    "grayscale_as_1x1": [_gray_array, _gray_lists],
    "im2col": [_im2col_loops, _im2col_view, _im2col_indices],
    "conv_via_matmul": [_matmul_view, _matmul_channel_rows, _matmul_loops],
}
