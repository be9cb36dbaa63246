"""Right answers to lab 06 in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _size_by_counting(n, k, stride, pad_total, dilation=1):
    last = n + pad_total - 1 - (k - 1) * dilation
    return len(range(0, last + 1, stride))


def _size_by_floor(n, k, stride, pad_total, dilation=1):
    reach = dilation * (k - 1) + 1
    return math.floor((n + pad_total - reach) / stride) + 1


def _size_by_walking(n, k, stride, pad_total, dilation=1):
    start = count = 0
    while start + (k - 1) * dilation < n + pad_total:
        count += 1
        start += stride
    return float(count)


def _size_by_recursion(n, k, stride, pad_total, dilation=1):
    if n + pad_total < (k - 1) * dilation + 1:
        return 0
    return 1 + _size_by_recursion(n - stride, k, stride, pad_total, dilation)


def _size_of_a_view(n, k, stride, pad_total, dilation=1):
    row = np.zeros(n + pad_total)
    return sliding_window_view(row, k + (k - 1) * (dilation - 1))[::stride].shape[0]


def _pads_by_modulo(n, k, stride, dilation=1):
    # The form of TensorFlow's documentation, with and without a rest.
    reach = (k - 1) * dilation + 1
    total = max(reach - (n % stride or stride), 0)
    return [total // 2, total - total // 2]


def _pads_by_ceil(n, k, stride, dilation=1):
    outputs = math.ceil(n / stride)
    lacking = (outputs - 1) * stride + 1 + (k - 1) * dilation - n
    total = np.maximum(lacking, 0)
    return np.array([np.floor(total / 2), np.ceil(total / 2)])


def _pads_by_trying(n, k, stride, dilation=1):
    before = after = 0
    while (n + before + after - (k - 1) * dilation - 1) // stride + 1 < -(-n // stride):
        if before == after:
            after += 1
        else:
            before += 1
    return before, after


def _pads_by_divmod(n, k, stride, dilation=1):
    windows, rest = divmod(n, stride)
    windows += rest > 0
    last_pixel = (windows - 1) * stride + (k - 1) * dilation
    before, odd = divmod(max(0, last_pixel - (n - 1)), 2)
    return before, before + odd


def _pads_by_window_starts(n, k, stride, dilation=1):
    """Look how far the last window sticks out of the row."""
    starts = list(range(0, n, stride))
    touched = {starts[-1] + tap * dilation for tap in range(k)}
    outside = max(touched | {n - 1}) - n + 1
    return np.int64(outside // 2), np.int64((outside + 1) // 2)


def _pad_by_stacking(x, top, bottom, left, right, value=0):
    images, height, _, channels = x.shape

    def block(rows, columns):
        return np.full((images, rows, columns, channels), value)

    middle = [block(height, left), x, block(height, right)]
    wide = np.concatenate(middle, axis=2)
    total = wide.shape[2]
    return np.concatenate([block(top, total), wide, block(bottom, total)], axis=1)


def _pad_by_loops(x, top, bottom, left, right, value=0):
    images, height, width, channels = x.shape
    shape = (images, top + height + bottom, left + width + right, channels)
    padded = np.full(shape, float(value))
    for n, i, j, c in np.ndindex(x.shape):
        padded[n, i + top, j + left, c] = x[n, i, j, c]
    return padded


def _pad_by_lists(x, top, bottom, left, right, value=0):
    channels = x.shape[3]
    border = [value] * channels
    result = []
    for image in x.tolist():
        width = left + len(image[0]) + right
        rows = [[border] * left + row + [border] * right for row in image]
        result.append([[border] * width] * top + rows + [[border] * width] * bottom)
    return result


def _pad_with_matrices(x, top, bottom, left, right, value=0):
    """Move the picture and a mask of ones by products with shifted identities."""
    _, height, width, _ = x.shape
    down = np.eye(top + height + bottom, height, k=-top)
    across = np.eye(width, left + width + right, k=left)
    inside = np.einsum("ia,nabc,bj->nijc", down, np.ones(x.shape), across)
    return np.einsum("ia,nabc,bj->nijc", down, x, across) + value * (1 - inside)


def _pad_line_by_line(x, top, bottom, left, right, value=0):
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


def _same(x, W, stride, dilation, padding):
    if padding == "valid":
        return x
    down = _pads_by_modulo(x.shape[1], W.shape[0], stride[0], dilation)
    across = _pads_by_modulo(x.shape[2], W.shape[1], stride[1], dilation)
    return np.pad(x, ((0, 0), down, across, (0, 0)))


def _conv_by_view(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    x = _same(x, W, stride, dilation, padding)
    reach = [(k - 1) * dilation + 1 for k in W.shape[:2]]
    windows = sliding_window_view(x, reach, axis=(1, 2))
    windows = windows[:, :: stride[0], :: stride[1], :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvcf->nijf", windows, W) + b


def _conv_by_shifts(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    x = _same(x, W, stride, dilation, padding)
    kh, kw = W.shape[:2]
    down, across = stride
    rows = _size_by_floor(x.shape[1], kh, down, 0, dilation)
    columns = _size_by_floor(x.shape[2], kw, across, 0, dilation)
    total = np.zeros((len(x), rows, columns, W.shape[3])) + b
    for u in range(kh):
        for v in range(kw):
            part = x[:, u * dilation :, v * dilation :][:, ::down, ::across]
            total += part[:, :rows, :columns] @ W[u, v]
    return total


def _conv_by_scalars(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    kh, kw, channels, filters = W.shape
    if padding == "same":
        top, bottom = _pads_by_ceil(x.shape[1], kh, stride[0], dilation).astype(int)
        left, right = _pads_by_ceil(x.shape[2], kw, stride[1], dilation).astype(int)
    else:
        top = bottom = left = right = 0
    images, height, width, _ = x.shape
    rows = _size_by_floor(height, kh, stride[0], top + bottom, dilation)
    columns = _size_by_floor(width, kw, stride[1], left + right, dilation)
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


def _conv_with_spread_kernel(x, W, b, stride=(1, 1), padding="valid", dilation=1):
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


def _conv_of_index_lists(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    """Gather the rows and columns of all windows at once."""
    x = _same(x, W, stride, dilation, padding)
    gathered = x
    for axis in (1, 2):
        k, step = W.shape[axis - 1], stride[axis - 1]
        starts = range(0, x.shape[axis] - (k - 1) * dilation, step)
        rows = [[start + tap * dilation for tap in range(k)] for start in starts]
        gathered = np.take(gathered, rows, axis=2 * axis - 1)
    return np.tensordot(gathered, W, axes=([2, 4, 5], [0, 1, 2])) + b


def _liberties_by_loops(board):
    height, width = board.shape
    counts = [[0] * width for _ in range(height)]
    for i in range(height):
        for j in range(width):
            if board[i, j] == 0:
                continue
            for row, column in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                inside = 0 <= row < height and 0 <= column < width
                if inside and board[row, column] == 0:
                    counts[i][j] += 1
    return counts


def _liberties_by_slices(board):
    empty = board == 0
    counts = np.zeros(board.shape, dtype="int32")
    counts[1:] += empty[:-1]
    counts[:-1] += empty[1:]
    counts[:, 1:] += empty[:, :-1]
    counts[:, :-1] += empty[:, 1:]
    return np.where(empty, 0, counts)


def _liberties_by_repeating_the_edge(board):
    # Beyond an edge stands a copy of the stone itself, which is not empty either.
    near = np.pad(board, 1, mode="edge") == 0
    counts = near[:-2, 1:-1] * 1 + near[2:, 1:-1] + near[1:-1, :-2] + near[1:-1, 2:]
    return counts * (board != 0)


def _liberties_by_windows(board):
    plus = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    empty = np.pad((board == 0).astype(float), 1)
    counts = (sliding_window_view(empty, (3, 3)) * plus).sum(axis=(2, 3))
    return counts * (board > 0)


def _liberties_of_a_set(board):
    """Keep the empty points as a set, in which nothing lies beyond the edge."""
    empty = {(int(i), int(j)) for i, j in np.argwhere(board == 0)}
    counts = np.zeros_like(board)
    for i, j in np.argwhere(board != 0).tolist():
        beside = {(i, j - 1), (i, j + 1), (i - 1, j), (i + 1, j)}
        counts[i, j] = len(beside & empty)
    return counts


RIGHT_ANSWERS = {
    "output_size": [
        _size_by_counting,
        _size_by_floor,
        _size_by_walking,
        _size_by_recursion,
        _size_of_a_view,
    ],
    "same_pads": [
        _pads_by_modulo,
        _pads_by_ceil,
        _pads_by_trying,
        _pads_by_divmod,
        _pads_by_window_starts,
    ],
    "pad2d": [
        _pad_by_stacking,
        _pad_by_loops,
        _pad_by_lists,
        _pad_with_matrices,
        _pad_line_by_line,
    ],
    "conv2d": [
        _conv_by_view,
        _conv_by_shifts,
        _conv_by_scalars,
        _conv_with_spread_kernel,
        _conv_of_index_lists,
    ],
    "liberties": [
        _liberties_by_loops,
        _liberties_by_slices,
        _liberties_by_repeating_the_edge,
        _liberties_by_windows,
        _liberties_of_a_set,
    ],
}
