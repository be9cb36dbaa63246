"""Right answers to lab 12 in other styles than the solution's."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _window_starts(n, window, strides, padding):
    if padding == "same":
        return math.ceil(n / strides)
    return math.floor((n - window) / strides) + 1


def architecture_table_by_shapes(spec):
    """Follow a list of dispatching functions; shapes are lists, counts NumPy integers."""

    def conv(shape, filters, kernel_size, strides, padding, groups, use_bias):
        out = [_window_starts(n, kernel_size, strides, padding) for n in shape[:2]]
        box = np.int64(kernel_size) ** 2 * (shape[2] // groups)
        params = (box + use_bias) * filters
        return [*out, filters], params, box * filters * out[0] * out[1]

    def pool(shape, pool_size, strides, padding):
        out = [_window_starts(n, pool_size, strides, padding) for n in shape[:2]]
        return [*out, shape[2]], 0, 0

    def dense(before, units):
        return [units], (before[0] + 1) * units, before[0] * units

    kinds = {
        "input": lambda before, shape: (list(shape), 0, 0),
        "conv": conv,
        "pool": pool,
        "flatten": lambda before: ([math.prod(before)], 0, 0),
        "dense": dense,
        "bias": lambda before: (before, math.prod(before), 0),
    }
    shape, table = None, []
    for layer in spec:
        settings = {key: value for key, value in layer.items() if key != "layer"}
        shape, params, macs = kinds[layer["layer"]](shape, **settings)
        table.append({"macs": macs, "params": params, "shape": shape})
    return table


def architecture_table_by_loops(spec):
    """Add up group by group and count positions one after the other."""
    rows = []
    for layer in spec:
        name = layer["layer"]
        row = {"shape": rows[-1]["shape"] if rows else (), "params": 0, "macs": 0}
        if name == "input":
            row["shape"] = np.array(layer["shape"])
        elif name in ("conv", "pool"):
            height, width, channels = row["shape"]
            window = layer["kernel_size" if name == "conv" else "pool_size"]
            out = []
            for n in (height, width):
                if layer["padding"] == "same":
                    out.append(-(-n // layer["strides"]))
                else:
                    out.append(len(range(0, n - window + 1, layer["strides"])))
            row["shape"] = (*out, channels)
            if name == "conv":
                row["shape"] = (*out, layer["filters"])
                for _ in range(layer["groups"]):
                    inside = channels / layer["groups"]
                    outside = layer["filters"] / layer["groups"]
                    row["params"] += window * window * inside * outside
                row["macs"] = row["params"] * out[0] * out[1]
                if layer["use_bias"]:
                    row["params"] += layer["filters"]
        elif name == "bias":
            row["params"] = int(np.prod(row["shape"]))
        elif name == "flatten":
            row["shape"] = (int(np.prod(row["shape"])),)
        elif name == "dense":
            row["macs"] = int(row["shape"][0]) * layer["units"]
            row["params"] = row["macs"] + layer["units"]
            row["shape"] = (layer["units"],)
        rows.append(row)
    return tuple(rows)


def inception_saving_by_lists(input_shape, f1, f3r, f3, f5r, f5, fp):
    height, width, channels = input_shape
    naive = [(1, channels, f1), (3, channels, f3), (5, channels, f5)]
    block = [(1, channels, f) for f in (f1, f3r, f5r, fp)]
    block += [(3, f3r, f3), (5, f5r, f5)]

    def weights(layers):
        return sum(k**2 * before * after for k, before, after in layers)

    def biases(layers):
        return sum(after for _, _, after in layers)

    return {
        "naive_params": weights(naive) + biases(naive),
        "params": weights(block) + biases(block),
        "naive_macs": weights(naive) * height * width,
        "macs": weights(block) * height * width,
    }


def inception_saving_by_arrays(input_shape, f1, f3r, f3, f5r, f5, fp):
    channels = input_shape[2]
    naive = np.array([[1, channels, f1], [9, channels, f3], [25, channels, f5]])
    block = np.array(
        [
            [1, channels, f1],
            [1, channels, f3r],
            [9, f3r, f3],
            [1, channels, f5r],
            [25, f5r, f5],
            [1, channels, fp],
        ]
    )
    answer = {}
    for prefix, layers in {"naive_": naive, "": block}.items():
        weights = layers.prod(axis=1).sum()
        answer[prefix + "params"] = weights + layers[:, 2].sum()
        answer[prefix + "macs"] = float(weights) * math.prod(input_shape[:2])
    return answer


def board_symmetries_by_index(board):
    n = len(board)
    turn = [(i, j) for i in range(n) for j in range(n)]
    boards = []
    for mirrored in (False, True):
        current = [list(row)[:: -1 if mirrored else 1] for row in board]
        for _ in range(4):
            boards.append(current)
            new = [[0] * n for _ in range(n)]
            for i, j in turn:
                new[n - 1 - j][i] = current[i][j]
            current = new
    return boards


def board_symmetries_by_slices(board):
    first = [board, board.T[::-1], board[::-1, ::-1], board[::-1].T]
    mirrored = board[:, ::-1]
    second = [mirrored, mirrored.T[::-1], mirrored[::-1, ::-1], mirrored[::-1].T]
    return np.array(first + second)


def board_symmetries_zipped(board):
    def turned(rows):
        return list(zip(*rows, strict=True))[::-1]

    boards = [board.tolist(), [row[::-1] for row in board.tolist()]]
    result = []
    for start in boards:
        result.append(start)
        for _ in range(3):
            result.append(turned(result[-1]))
    return np.array(result)


def symmetrise_kernel_turned(kernel):
    turns = [np.rot90(kernel, k) for k in range(4)]
    return sum(turns + [np.flip(turn, axis=1) for turn in turns]) / 8


def symmetrise_kernel_step_by_step(kernel):
    kernel = (kernel + kernel.swapaxes(0, 1)) / 2
    kernel = (kernel + kernel[::-1]) / 2
    return (kernel + kernel[:, ::-1]) / 2


def symmetrise_kernel_by_weights(kernel):
    k = kernel.shape[0]
    result = np.zeros(kernel.shape)
    for i, j in itertools.product(range(k), repeat=2):
        a, b = k - 1 - i, k - 1 - j
        places = [(i, j), (i, b), (a, j), (a, b), (j, i), (j, a), (b, i), (b, a)]
        result[i, j] = sum(kernel[p] for p in places) / 8
    return result


def conv2d_backward_scalar_loops(x, W, dy):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[3])
    for n, i, j, f in np.ndindex(dy.shape):
        db[f] += dy[n, i, j, f]
        for u, v, c in np.ndindex(W.shape[:3]):
            dW[u, v, c, f] += x[n, i + u, j + v, c] * dy[n, i, j, f]
            dx[n, i + u, j + v, c] += W[u, v, c, f] * dy[n, i, j, f]
    return {"x": dx, "W": dW, "b": db}


def conv2d_backward_by_weight(x, W, dy):
    height, width = dy.shape[1:3]
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for u, v in np.ndindex(W.shape[:2]):
        patch = (slice(None), slice(u, u + height), slice(v, v + width))
        dW[u, v] = np.tensordot(x[patch], dy, axes=([0, 1, 2], [0, 1, 2]))
        dx[patch] += dy @ W[u, v].T
    return {"x": dx, "W": dW, "b": dy.reshape(-1, dy.shape[3]).sum(axis=0)}


def conv2d_backward_as_matmul(x, W, dy):
    kh, kw, channels, filters = W.shape
    windows = sliding_window_view(x, (kh, kw), axis=(1, 2))
    columns = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kh * kw * channels)
    flat = dy.reshape(-1, filters)
    pieces = (flat @ W.reshape(-1, filters).T).reshape(*dy.shape[:3], kh, kw, channels)
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape[1:3]):
        dx[:, i : i + kh, j : j + kw] += pieces[:, i, j]
    return {"x": dx, "W": (columns.T @ flat).reshape(W.shape), "b": flat.sum(0)}


def max_pool_backward_loops(x, dy, size):
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(dy.shape):
        best, place = -np.inf, None
        for u, v in itertools.product(range(size), repeat=2):
            value = x[n, i * size + u, j * size + v, c]
            if value > best:
                best, place = value, (n, i * size + u, j * size + v, c)
        dx[place] += dy[n, i, j, c]
    return dx


def max_pool_backward_masked(x, dy, size):
    pictures, height, width, channels = dy.shape
    inside = x[:, : height * size, : width * size]
    blocks = inside.reshape(pictures, height, size, width, size, channels)
    mask = blocks == blocks.max(axis=(2, 4), keepdims=True)
    gradient = mask * dy[:, :, None, :, None, :]
    dx = np.zeros(x.shape)
    dx[:, : height * size, : width * size] = gradient.reshape(inside.shape)
    return dx


def max_pool_backward_repeated(x, dy, size):
    rows, columns = dy.shape[1] * size, dy.shape[2] * size
    inside = x[:, :rows, :columns]
    pooled = sliding_window_view(inside, (size, size), axis=(1, 2)).max(axis=(4, 5))
    wide = pooled[:, ::size, ::size].repeat(size, axis=1).repeat(size, axis=2)
    shares = dy.repeat(size, axis=1).repeat(size, axis=2)
    rest = [(0, 0), (0, x.shape[1] - rows), (0, x.shape[2] - columns), (0, 0)]
    return np.pad(np.where(inside == wide, shares, 0), rest)


RIGHT_ANSWERS = {
    "architecture_table": [architecture_table_by_shapes, architecture_table_by_loops],
    "inception_saving": [inception_saving_by_lists, inception_saving_by_arrays],
    "board_symmetries": [
        board_symmetries_by_index,
        board_symmetries_by_slices,
        board_symmetries_zipped,
    ],
    "symmetrise_kernel": [
        symmetrise_kernel_turned,
        symmetrise_kernel_step_by_step,
        symmetrise_kernel_by_weights,
    ],
    "conv2d_backward": [
        conv2d_backward_scalar_loops,
        conv2d_backward_by_weight,
        conv2d_backward_as_matmul,
    ],
    "max_pool_backward": [
        max_pool_backward_loops,
        max_pool_backward_masked,
        max_pool_backward_repeated,
    ],
}
