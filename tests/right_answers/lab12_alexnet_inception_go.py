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


def architecture_table_with_match(spec):
    """Unpack each dictionary by its pattern."""
    table, shape = [], ()
    for layer in spec:
        weights = biases = positions = 0
        match layer:
            case {"layer": "input"}:
                shape = tuple(layer["shape"])
            case {"layer": "conv", "kernel_size": k, "filters": f, "strides": s}:
                channels = shape[2] // layer["groups"]
                cut = 0 if layer["padding"] == "same" else k - 1
                sides = tuple((n - cut + s - 1) // s for n in shape[:2])
                weights, positions = k * k * channels * f, sides[0] * sides[1]
                biases, shape = f * bool(layer["use_bias"]), (*sides, f)
            case {"layer": "pool", "pool_size": k, "strides": s}:
                cut = 0 if layer["padding"] == "same" else k - 1
                shape = (*((n - cut + s - 1) // s for n in shape[:2]), shape[2])
            case {"layer": "flatten"}:
                shape = (math.prod(shape),)
            case {"layer": "dense", "units": units}:
                weights, biases, positions = shape[0] * units, units, 1
                shape = (units,)
            case {"layer": "bias"}:
                biases = math.prod(shape)
        macs, params = weights * positions, weights + biases
        table.append({"shape": shape, "params": params, "macs": macs})
    return table


def architecture_table_by_recursion(spec):
    """Describe all layers but the last, then the last one from what it reads."""
    if len(spec) == 1:
        return [{"shape": list(spec[0]["shape"]), "params": 0, "macs": 0}]
    table = architecture_table_by_recursion(spec[:-1])
    layer, shape, params, macs = spec[-1], table[-1]["shape"], 0, 0
    kind = layer["layer"]
    if kind == "dense":
        macs, params = shape[0] * layer["units"], (shape[0] + 1) * layer["units"]
        shape = [layer["units"]]
    if kind == "flatten":
        shape = [math.prod(shape)]
    if kind == "bias":
        params = math.prod(shape)
    if kind in ("conv", "pool"):
        k = layer.get("kernel_size", layer.get("pool_size"))
        reach = 0 if layer["padding"] == "same" else k - 1
        sides = [len(range(0, n - reach, layer["strides"])) for n in shape[:2]]
        if kind == "conv":
            box = k * k * shape[2] // layer["groups"]
            macs = box * math.prod(sides) * layer["filters"]
            params = (box + layer["use_bias"]) * layer["filters"]
        shape = [*sides, layer.get("filters", shape[2])]
    return [*table, {"shape": shape, "params": params, "macs": macs}]


def architecture_table_of_objects(spec):
    """Keep the running shape in an object, and count in floats."""

    class Follower:
        shape = np.array([], dtype=int)

        def input(self, layer):
            self.shape = np.array(layer["shape"])
            return 0.0, 0.0

        def slide(self, window, layer):
            places = self.shape[:2]
            if layer["padding"] == "valid":
                places = places - window + 1
            self.shape = np.append(np.ceil(places / layer["strides"]), self.shape[2])

        def conv(self, layer):
            channels = self.shape[2] / layer["groups"]
            self.slide(layer["kernel_size"], layer)
            self.shape[2] = layer["filters"]
            weights = layer["kernel_size"] ** 2 * channels * layer["filters"]
            biases = layer["filters"] if layer["use_bias"] else 0
            return weights + biases, weights * self.shape[0] * self.shape[1]

        def pool(self, layer):
            self.slide(layer["pool_size"], layer)
            return 0.0, 0.0

        def flatten(self, layer):
            self.shape = self.shape.prod(keepdims=True)
            return 0.0, 0.0

        def dense(self, layer):
            weights = float(self.shape[0]) * layer["units"]
            self.shape = np.array([layer["units"]])
            return weights + layer["units"], weights

        def bias(self, layer):
            return float(self.shape.prod()), 0.0

    follower, rows = Follower(), []
    for layer in spec:
        params, macs = getattr(follower, layer["layer"])(layer)
        rows.append({"params": params, "macs": macs, "shape": follower.shape.copy()})
    return rows


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


def inception_saving_written_out(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    naive = c * f1 + 9 * c * f3 + 25 * c * f5
    first = c * (f1 + f3r + f5r + fp)
    small = first + 9 * f3r * f3 + 25 * f5r * f5
    return {
        "naive_params": naive + f1 + f3 + f5,
        "naive_macs": h * w * naive,
        "params": small + f1 + f3r + f3 + f5r + f5 + fp,
        "macs": h * w * small,
    }


def inception_saving_by_arrays_of_weights(input_shape, f1, f3r, f3, f5r, f5, fp):
    """Build the weights themselves, empty, and count what they hold."""
    height, width, channels = input_shape

    def count(*branches):
        params = macs = 0
        for branch in branches:
            before = channels
            for k, filters in branch:
                weights = np.empty((k, k, before, filters), np.int8)
                params += weights.size + filters
                macs += weights.size * height * width
                before = filters
        return params, macs

    naive = count([(1, f1)], [(3, f3)], [(5, f5)])
    block = count([(1, f1)], [(1, f3r), (3, f3)], [(1, f5r), (5, f5)], [(1, fp)])
    keys = ("naive_params", "naive_macs", "params", "macs")
    return dict(zip(keys, naive + block, strict=True))


def inception_saving_by_differences(input_shape, f1, f3r, f3, f5r, f5, fp):
    """Start from the naive block and say what each branch changes, in floats."""
    positions = float(input_shape[0] * input_shape[1])
    channels = input_shape[2]
    naive_weights = channels * np.dot([1, 9, 25], [f1, f3, f5])
    gained = channels * (f3r + f5r + fp)
    gained -= 9 * f3 * (channels - f3r) + 25 * f5 * (channels - f5r)
    weights = naive_weights + gained
    return {
        "naive_params": naive_weights + f1 + f3 + f5,
        "naive_macs": naive_weights * positions,
        "params": weights + f1 + f3 + f5 + f3r + f5r + fp,
        "macs": weights * positions,
    }


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


def board_symmetries_by_recursion(board):
    def turns(current, left):
        if left == 0:
            return []
        return [current, *turns(current.transpose()[::-1], left - 1)]

    return np.stack(turns(board, 4) + turns(board[..., ::-1], 4))


def board_symmetries_by_coordinates(board):
    """Turn the coordinates with matrices, and look each point up."""
    n = len(board)
    rows, columns = np.indices(board.shape) * 2 - (n - 1)  # centred, in half steps
    result = np.empty((8, n, n), board.dtype)
    for number in range(8):
        i, j = rows, columns
        for _ in range(number % 4):
            i, j = j, -i
        if number > 3:
            j = -j
        result[number] = board[(i + n - 1) // 2, (j + n - 1) // 2]
    return result


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


def symmetrise_kernel_channel_by_channel(kernel):
    maps = []
    for channel in np.moveaxis(kernel, 2, 0):
        images = []
        for image in (channel, channel.T):
            images += [image, image[::-1], image[:, ::-1], image[::-1, ::-1]]
        maps.append(np.mean(images, axis=0, dtype="float32"))
    return np.dstack(maps)


def symmetrise_kernel_by_recursion(kernel):
    """Average with the turned kernel, then with that turned twice, then mirrored."""

    def with_its(kernel, changes):
        if not changes:
            return kernel
        return with_its((kernel + changes[0](kernel)) * 0.5, changes[1:])

    quarter, half = np.rot90, lambda k: np.rot90(k, 2)
    return with_its(kernel, [quarter, half, lambda k: np.flip(k, 0)])


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


def conv2d_backward_full_correlation(x, W, dy):
    """Slide the turned kernel over dy with a border of zeros."""
    kh, kw = W.shape[:2]
    wide = np.pad(dy, ((0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)))
    windows = sliding_window_view(wide, (kh, kw), axis=(1, 2))
    reads = sliding_window_view(x, dy.shape[1:3], axis=(1, 2))
    return {
        "b": np.einsum("nijf->f", dy),
        "W": np.einsum("nuvcij,nijf->uvcf", reads, dy),
        "x": np.einsum("nijfuv,uvcf->nijc", windows, W[::-1, ::-1]),
    }


def conv2d_backward_picture_by_picture(x, W, dy):
    """Add up one picture after the other, one filter after the other."""
    kh, kw, _, filters = W.shape
    dx = np.zeros(x.shape, "float64")
    dW, db = np.zeros(W.shape), [0.0] * filters
    for picture, upstream, back in zip(x, dy, dx, strict=True):
        for f in range(filters):
            db[f] += upstream[..., f].sum()
            for (i, j), share in np.ndenumerate(upstream[..., f]):
                dW[..., f] += share * picture[i : i + kh, j : j + kw]
                back[i : i + kh, j : j + kw] += share * W[..., f]
    return {"x": dx, "W": dW, "b": np.array(db)}


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


def max_pool_backward_by_argmax(x, dy, size):
    """Find all winners at once and write to their places."""
    windows = sliding_window_view(x, (size, size), axis=(1, 2))[:, ::size, ::size]
    place = windows.reshape(*dy.shape, size * size).argmax(axis=-1)
    n, i, j, c = np.indices(dy.shape)
    dx = np.zeros_like(x, dtype=float)
    dx[n, i * size + place // size, j * size + place % size, c] = dy
    return dx


def max_pool_backward_by_recursion(x, dy, size):
    """Split the batch, the channels, the rows and the columns down to one window."""
    dx = np.zeros(x.shape)
    for axis, step in ((0, 1), (3, 1), (1, size), (2, size)):
        if dy.shape[axis] > 1:
            for part in range(dy.shape[axis]):
                pick = [slice(None)] * 4
                pick[axis] = slice(part * step, (part + 1) * step)
                share = np.take(dy, [part], axis=axis)
                dx[tuple(pick)] = max_pool_backward_by_recursion(
                    x[tuple(pick)], share, size
                )
            return dx
    window = x[0, :size, :size, 0].tolist()
    best = max(max(row) for row in window)
    row = next(number for number, values in enumerate(window) if best in values)
    dx[0, row, window[row].index(best), 0] = dy[0, 0, 0, 0]
    return dx


RIGHT_ANSWERS = {
    "architecture_table": [
        architecture_table_by_shapes,
        architecture_table_by_loops,
        architecture_table_with_match,
        architecture_table_by_recursion,
        architecture_table_of_objects,
    ],
    "inception_saving": [
        inception_saving_by_lists,
        inception_saving_by_arrays,
        inception_saving_written_out,
        inception_saving_by_arrays_of_weights,
        inception_saving_by_differences,
    ],
    "board_symmetries": [
        board_symmetries_by_index,
        board_symmetries_by_slices,
        board_symmetries_zipped,
        board_symmetries_by_recursion,
        board_symmetries_by_coordinates,
    ],
    "symmetrise_kernel": [
        symmetrise_kernel_turned,
        symmetrise_kernel_step_by_step,
        symmetrise_kernel_by_weights,
        symmetrise_kernel_channel_by_channel,
        symmetrise_kernel_by_recursion,
    ],
    "conv2d_backward": [
        conv2d_backward_scalar_loops,
        conv2d_backward_by_weight,
        conv2d_backward_as_matmul,
        conv2d_backward_full_correlation,
        conv2d_backward_picture_by_picture,
    ],
    "max_pool_backward": [
        max_pool_backward_loops,
        max_pool_backward_masked,
        max_pool_backward_repeated,
        max_pool_backward_by_argmax,
        max_pool_backward_by_recursion,
    ],
}
