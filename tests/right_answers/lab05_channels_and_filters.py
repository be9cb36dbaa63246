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


def _layer_recursive(x, W, b):
    """Split the batch, then the filters, until one picture meets one filter."""
    if len(x) > 1:
        half = len(x) // 2
        parts = [_layer_recursive(part, W, b) for part in (x[:half], x[half:])]
        return np.concatenate(parts, axis=0)
    if len(b) > 1:
        parts = [
            _layer_recursive(x, W[..., f : f + 1], b[f : f + 1]) for f in range(len(b))
        ]
        return np.concatenate(parts, axis=3)
    windows = sliding_window_view(x[0], W.shape[:3])[:, :, 0]
    return (windows * W[..., 0]).sum(axis=(2, 3, 4))[None, ..., None] + b


def _pixel_loops(x, W, b):
    out = np.empty((*x.shape[:3], W.shape[3]))
    for n, i, j in np.ndindex(x.shape[:3]):
        out[n, i, j] = np.dot(W[0, 0].T, x[n, i, j]) + b
    return out


def _one_by_one_einsum(x, W, b):
    return np.einsum("nhwc,uvcf->nhwf", x, W) + b[None, None, None, :]


def _one_by_one_sum(x, W, b):
    return (x[..., None] * W[0, 0]).sum(axis=-2) + b


def _one_by_one_lists(x, W, b):
    columns = list(zip(*W[0, 0].tolist(), strict=True))
    return [
        [
            [
                [
                    bias + sum(p * w for p, w in zip(pixel, column, strict=True))
                    for column, bias in zip(columns, b.tolist(), strict=True)
                ]
                for pixel in row
            ]
            for row in picture
        ]
        for picture in x.tolist()
    ]


def _one_by_one_tensordot(x, W, b):
    flat = x.reshape(-1, x.shape[3]).astype("float32")
    maps = np.tensordot(flat, W.squeeze((0, 1)).astype("float32"), axes=1)
    return (maps + b.astype("float32")).reshape(*x.shape[:3], -1)


def _gray_array():
    W = np.zeros((1, 1, 3, 1), dtype="float32")
    W[0, 0, :, 0] = 0.2125, 0.7154, 0.0721
    return W, np.array([0.0])


def _gray_lists():
    return [[[[[0.2125], [0.7154], [0.0721]]]], [0]]


def _gray_new_axes():
    red, green = 0.2125, 0.7154
    weights = np.array([red, green, 1 - red - green])
    return weights[None, None, :, None], np.zeros_like(weights[:1])


def _gray_loop():
    W, b = np.empty((1, 1, 3, 1)), np.zeros((1,), dtype=int)
    for channel, weight in enumerate([0.2125, 0.7154, 0.0721]):
        W[0][0][channel][0] = weight
    return [W, b]


def _gray_from_photo_of_ones():
    """Take the weights as what the layer makes of pure red, green and blue."""
    pure = np.eye(3, dtype="float32").reshape(3, 1, 1, 3)
    W = np.sum(pure * np.float32([0.2125, 0.7154, 0.0721]), axis=-1)
    return W.transpose(1, 2, 0)[..., None], [0.0]


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


def _im2col_by_weight(x, kh, kw):
    """Fill the matrix column by column: one slice for each place of the window."""
    images, height, width, channels = x.shape
    rows, columns = height - kh + 1, width - kw + 1
    matrix = np.empty((images * rows * columns, kh * kw * channels), x.dtype)
    for place, (u, v, c) in enumerate(np.ndindex(kh, kw, channels)):
        part = x[:, u : u + rows, v : v + columns, c]
        matrix[:, place] = part.ravel()
    return matrix


def _im2col_flat_indices(x, kh, kw):
    _, height, width, channels = x.shape
    places = np.arange(x[0].size).reshape(height, width, channels)
    patches = [
        places[i : i + kh, j : j + kw].ravel()
        for i in range(height - kh + 1)
        for j in range(width - kw + 1)
    ]
    flat = x.reshape(len(x), -1).astype(float)
    return flat[:, np.array(patches)].reshape(-1, kh * kw * channels)


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


def _matmul_bias_as_column(x, W, b):
    """Append a 1 to each patch, so that the biases are one more row of weights."""
    patches = _im2col_by_weight(x.astype("float64"), *W.shape[:2])
    patches = np.hstack([patches, np.ones((len(patches), 1))])
    weights = np.vstack([W.reshape(-1, len(b)), b])
    height, width = x.shape[1] - W.shape[0] + 1, x.shape[2] - W.shape[1] + 1
    return patches.dot(weights).reshape(len(x), height, width, len(b))


def _matmul_filters_first(x, W, b):
    windows = sliding_window_view(x, W.shape[:2], axis=(1, 2))  # (N, H', W', C, kh, kw)
    images, height, width = windows.shape[:3]
    columns = windows.transpose(3, 4, 5, 0, 1, 2).reshape(-1, images * height * width)
    weights = W.transpose(3, 2, 0, 1).reshape(len(b), -1)
    maps = (weights @ columns + b[:, None]).reshape(len(b), images, height, width)
    return np.moveaxis(maps, 0, -1)


RIGHT_ANSWERS = {
    "conv_layer_forward": [
        _scalar_loops,
        _einsum,
        _shifted_slices,
        _nested_lists,
        _layer_recursive,
    ],
    "conv1x1": [
        _pixel_loops,
        _one_by_one_einsum,
        _one_by_one_sum,
        _one_by_one_lists,
        _one_by_one_tensordot,
    ],
    "grayscale_as_1x1": [
        _gray_array,
        _gray_lists,
        _gray_new_axes,
        _gray_loop,
        _gray_from_photo_of_ones,
    ],
    "im2col": [
        _im2col_loops,
        _im2col_view,
        _im2col_indices,
        _im2col_by_weight,
        _im2col_flat_indices,
    ],
    "conv_via_matmul": [
        _matmul_view,
        _matmul_channel_rows,
        _matmul_loops,
        _matmul_bias_as_column,
        _matmul_filters_first,
    ],
}
