"""Right answers to lab06.conv2d in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .output_size import size_by_floor
from .same_pads import pads_by_ceil, pads_by_modulo


def _same(x, W, stride, dilation, padding):
    if padding == "valid":
        return x
    down = pads_by_modulo(x.shape[1], W.shape[0], stride[0], dilation)
    across = pads_by_modulo(x.shape[2], W.shape[1], stride[1], dilation)
    return np.pad(x, ((0, 0), down, across, (0, 0)))


def conv_by_view(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    x = _same(x, W, stride, dilation, padding)
    reach = [(k - 1) * dilation + 1 for k in W.shape[:2]]
    windows = sliding_window_view(x, reach, axis=(1, 2))
    windows = windows[:, :: stride[0], :: stride[1], :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvcf->nijf", windows, W) + b


def conv_by_shifts(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    x = _same(x, W, stride, dilation, padding)
    kh, kw = W.shape[:2]
    down, across = stride
    rows = size_by_floor(x.shape[1], kh, down, 0, dilation)
    columns = size_by_floor(x.shape[2], kw, across, 0, dilation)
    total = np.zeros((len(x), rows, columns, W.shape[3])) + b
    for u in range(kh):
        for v in range(kw):
            part = x[:, u * dilation :, v * dilation :][:, ::down, ::across]
            total += part[:, :rows, :columns] @ W[u, v]
    return total


def conv_by_scalars(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    kh, kw, channels, filters = W.shape
    if padding == "same":
        top, bottom = pads_by_ceil(x.shape[1], kh, stride[0], dilation).astype(int)
        left, right = pads_by_ceil(x.shape[2], kw, stride[1], dilation).astype(int)
    else:
        top = bottom = left = right = 0
    images, height, width, _ = x.shape
    rows = size_by_floor(height, kh, stride[0], top + bottom, dilation)
    columns = size_by_floor(width, kw, stride[1], left + right, dilation)
    out = np.zeros((images, rows, columns, filters), dtype="float64")
    for n, i, j in np.ndindex(images, rows, columns):
        out[n, i, j] = b
        for u, v in np.ndindex(kh, kw):
            row = i * stride[0] + u * dilation - top
            column = j * stride[1] + v * dilation - left
            if 0 <= row < height and 0 <= column < width:
                for c in range(channels):
                    out[n, i, j] += x[n, row, column, c] * W[u, v, c]
    return out


def conv_with_spread_kernel(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    """Put zeros between the weights, convolve densely, and keep some of the values."""
    x = _same(x, W, stride, dilation, padding).astype("float32")
    kh, kw, channels, filters = W.shape
    tall, wide = (kh - 1) * dilation + 1, (kw - 1) * dilation + 1
    spread = np.zeros((tall, wide, channels, filters), "float32")
    spread[::dilation, ::dilation] = W
    columns = sliding_window_view(x, (tall, wide), axis=(1, 2))
    columns = columns.transpose(0, 1, 2, 4, 5, 3).reshape(*columns.shape[:3], -1)
    dense = columns @ spread.reshape(-1, filters) + b.astype("float32")
    return dense[:, :: stride[0], :: stride[1]]


def conv_of_index_lists(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    """Gather the rows and columns of all windows at once."""
    x = _same(x, W, stride, dilation, padding)
    gathered = x
    for axis in (1, 2):
        k, step = W.shape[axis - 1], stride[axis - 1]
        starts = range(0, x.shape[axis] - (k - 1) * dilation, step)
        rows = [[start + tap * dilation for tap in range(k)] for start in starts]
        gathered = np.take(gathered, rows, axis=2 * axis - 1)
    return np.tensordot(gathered, W, axes=([2, 4, 5], [0, 1, 2])) + b
