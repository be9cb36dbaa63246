"""Right answers to lab 08 in other styles than the solution's."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal


def _span(n, k, step, padding):
    """Give, for each window along one axis, the pixels it reads."""
    if padding == "valid":
        return [range(start, start + k) for start in range(0, n - k + 1, step)]
    count = math.ceil(n / step)
    before = max((count - 1) * step + k - n, 0) // 2
    starts = (i * step - before for i in range(count))
    return [range(max(start, 0), min(start + k, n)) for start in starts]


def _by_spans(x, size, stride, padding, reduce):
    down, across = stride or size
    rows = _span(x.shape[1], size[0], down, padding)
    columns = _span(x.shape[2], size[1], across, padding)
    strips = [
        [reduce(x[:, r.start : r.stop, c.start : c.stop]) for c in columns]
        for r in rows
    ]
    return np.moveaxis(np.array(strips), 2, 0)


def max_pool_by_spans(x, size, stride=None, padding="valid"):
    return _by_spans(x, size, stride, padding, lambda block: block.max(axis=(1, 2)))


def avg_pool_by_spans(x, size, stride=None, padding="valid"):
    return _by_spans(x, size, stride, padding, lambda block: block.mean(axis=(1, 2)))


def _scalar_pool(x, size, stride, padding, reduce):
    (kh, kw), (down, across) = size, stride if stride is not None else size
    images, height, width, channels = x.shape
    if padding == "same":
        rows, columns = -(-height // down), -(-width // across)
        top = max((rows - 1) * down + kh - height, 0) // 2
        left = max((columns - 1) * across + kw - width, 0) // 2
    else:
        rows, columns = (height - kh) // down + 1, (width - kw) // across + 1
        top = left = 0
    out = np.empty((images, rows, columns, channels), "float32")
    for n, i, j, c in np.ndindex(out.shape):
        seen = []
        for di, dj in itertools.product(range(kh), range(kw)):
            y, z = i * down - top + di, j * across - left + dj
            if 0 <= y < height and 0 <= z < width:
                seen.append(float(x[n, y, z, c]))
        out[n, i, j, c] = reduce(seen)
    return out


def max_pool_by_scalars(x, size, stride=None, padding="valid"):
    return _scalar_pool(x, size, stride, padding, max)


def avg_pool_by_scalars(x, size, stride=None, padding="valid"):
    return _scalar_pool(x, size, stride, padding, lambda seen: sum(seen) / len(seen))


def _padded(x, size, stride, padding, fill):
    if padding == "valid":
        return x.astype(float)
    pads = [(0, 0)]
    for n, k, step in zip(x.shape[1:3], size, stride, strict=True):
        total = max(k - (n % step or step), 0)
        pads.append((total // 2, total - total // 2))
    return np.pad(x.astype(float), [*pads, (0, 0)], constant_values=fill)


def max_pool_by_view(x, size, stride=None, padding="valid"):
    stride = stride or size
    wide = _padded(x, size, stride, padding, -np.inf)
    view = sliding_window_view(wide, size, axis=(1, 2))
    return view[:, :: stride[0], :: stride[1]].max(axis=(-2, -1))


def max_pool_by_shifts(x, size, stride=None, padding="valid"):
    """Compare shifted copies: one slice for each place in the window."""
    down, across = stride or size
    wide = _padded(x, size, (down, across), padding, -np.inf)
    height, width = wide.shape[1] - size[0] + 1, wide.shape[2] - size[1] + 1
    best = None
    for di, dj in np.ndindex(*size):
        part = wide[:, di : di + height : down, dj : dj + width : across]
        best = part if best is None else np.maximum(best, part)
    return best


def max_pool_of_lists(x, size, stride=None, padding="valid"):
    """Pool one picture and one channel at a time, in nested lists."""
    stride = stride or size
    wide = _padded(x, size, stride, padding, -math.inf)

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


def avg_pool_axis_by_axis(x, size, stride=None, padding="valid"):
    """Average with two matrices, one for the rows and one for the columns."""
    down, across = stride or size

    def shares(n, k, step):
        spans = _span(n, k, step, padding)
        matrix = np.zeros((len(spans), n))
        for row, span in zip(matrix, spans, strict=True):
            row[list(span)] = 1 / len(span)
        return matrix

    rows, columns = (
        shares(x.shape[1], size[0], down),
        shares(x.shape[2], size[1], across),
    )
    return np.einsum("ia,nabc,jb->nijc", rows, x.astype(float), columns)


def avg_pool_by_einsum(x, size, stride=None, padding="valid"):
    stride = stride or size
    sums, counts = (
        np.einsum(
            "nijcab->nijc",
            sliding_window_view(
                _padded(values, size, stride, padding, 0), size, (1, 2)
            ),
        )
        for values in (x, np.ones(x.shape))
    )
    return (sums / counts)[:, :: stride[0], :: stride[1]]


def avg_pool_by_cumsum(x, size, stride=None, padding="valid"):
    """Take differences of running sums, in two dimensions."""
    stride = stride or size

    def window_sums(values):
        wide = _padded(values, size, stride, padding, 0)
        table = np.pad(wide, [(0, 0), (1, 0), (1, 0), (0, 0)]).cumsum(1).cumsum(2)
        tall = table[:, size[0] :] - table[:, : -size[0]]
        both = tall[:, :, size[1] :] - tall[:, :, : -size[1]]
        return both[:, :: stride[0], :: stride[1]]

    return window_sums(x) / window_sums(np.ones(x.shape, int))


def global_avg_by_einsum(x):
    return np.einsum("nhwc->nc", x.astype(float)) / (x.shape[1] * x.shape[2])


def global_avg_by_loops(x):
    images, height, width, channels = x.shape
    out = np.zeros((images, channels))
    for n, c in np.ndindex(out.shape):
        for i, j in np.ndindex(height, width):
            out[n, c] += x[n, i, j, c] / (height * width)
    return out


def global_avg_of_lists(x):
    return [
        [float(np.mean(picture[..., c])) for c in range(x.shape[3])] for picture in x
    ]


def global_avg_by_weights(x):
    """Multiply each flattened map with equal shares."""
    flat = x.reshape(x.shape[0], -1, x.shape[3]).astype("float32")
    shares = np.full(flat.shape[1], 1 / flat.shape[1], "float32")
    return shares @ flat


def global_avg_twice(x):
    return np.mean(np.average(x, axis=2), axis=1, dtype=np.float64)


def global_max_by_reshape(x):
    return x.reshape(x.shape[0], -1, x.shape[3]).max(axis=1)


def global_max_by_loops(x):
    out = np.full((x.shape[0], x.shape[3]), -np.inf)
    for row in range(x.shape[1]):
        for column in range(x.shape[2]):
            out = np.maximum(out, x[:, row, column])
    return out


def global_max_twice(x):
    return np.max(np.max(x, axis=1), axis=1)


def global_max_by_sorting(x):
    maps = np.moveaxis(x, 3, 1).reshape(x.shape[0], x.shape[3], -1)
    return np.sort(maps, axis=-1)[..., -1].astype("float64")


def global_max_by_recursion(x):
    """Compare the two halves of a map until one cell is left."""
    height, width = x.shape[1:3]
    if height == width == 1:
        return x[:, 0, 0, :]
    if height > 1:
        first, second = x[:, : height // 2], x[:, height // 2 :]
    else:
        first, second = x[:, :, : width // 2], x[:, :, width // 2 :]
    return np.maximum(global_max_by_recursion(first), global_max_by_recursion(second))


def shift_by_padding(x, dx, dy):
    _, height, width, _ = x.shape
    a, b = abs(dy), abs(dx)
    wide = np.pad(x, [(0, 0), (a, a), (b, b), (0, 0)])
    return wide[:, a - dy : a - dy + height, b - dx : b - dx + width]


def shift_by_loops(x, dx, dy):
    out = np.zeros_like(x)
    for i, j in np.ndindex(*x.shape[1:3]):
        if 0 <= i - dy < x.shape[1] and 0 <= j - dx < x.shape[2]:
            out[:, i, j] = x[:, i - dy, j - dx]
    return out


def shift_by_roll(x, dx, dy):
    rows, columns = np.arange(x.shape[1]) - dy, np.arange(x.shape[2]) - dx
    keep_rows = (rows >= 0) & (rows < x.shape[1])
    keep_columns = (columns >= 0) & (columns < x.shape[2])
    keep = keep_rows[:, None] & keep_columns
    return np.roll(x, (dy, dx), axis=(1, 2)) * keep[None, :, :, None]


def shift_by_matrices(x, dx, dy):
    """Multiply from both sides with a matrix that has ones on one diagonal."""
    down = np.eye(x.shape[1], k=-dy)
    right = np.eye(x.shape[2], k=dx)
    return np.einsum("ia,nabc,bj->nijc", down, x, right)


def shift_by_slices(x, dx, dy):
    """Work out which part stays, and where it comes from and goes to."""
    _, height, width, _ = x.shape
    out = np.zeros(x.shape, "float32")
    if abs(dy) < height and abs(dx) < width:
        to = np.s_[:, max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)]
        out[to] = x[:, max(-dy, 0) : height - max(dy, 0)][
            :, :, max(-dx, 0) : width - max(dx, 0)
        ]
    return out


def shift_step_by_step(x, dx, dy):
    """Move by one pixel and call itself for the rest."""
    if dx == dy == 0:
        return x.copy()
    axis, step = (2, dx) if dx else (1, dy)
    line = np.zeros_like(np.take(x, [0], axis=axis))
    if step > 0:
        kept = np.delete(x, -1, axis=axis)
        moved, rest = np.concatenate([line, kept], axis=axis), step - 1
    else:
        kept = np.delete(x, 0, axis=axis)
        moved, rest = np.concatenate([kept, line], axis=axis), step + 1
    return shift_step_by_step(moved, *((rest, dy) if dx else (0, rest)))


def gap_by_slices(x, kernel, dx, dy, stride=1):
    """Compare cell by cell; nothing is moved, only looked up elsewhere."""
    x = np.asarray(x, float)

    def filtered(image):
        return np.einsum(
            "ijab,ab->ij", sliding_window_view(image, kernel.shape), kernel
        )[::stride, ::stride]

    moved = shift_by_padding(x[None, ..., None], dx, dy)[0, ..., 0]
    one, two = filtered(moved), filtered(x)
    worst = 0.0
    for i in range(abs(dy), one.shape[0] - abs(dy)):
        for j in range(abs(dx), one.shape[1] - abs(dx)):
            other = two[i - dy // stride, j - dx // stride]
            worst = max(worst, abs(one[i, j] - other))
    return worst


def gap_by_roll(x, kernel, dx, dy, stride=1):
    """Move with wrap-around, which is right as long as only the interior counts."""
    one = signal.correlate(np.roll(x, (dy, dx), (0, 1)), kernel, "valid")
    one = one[::stride, ::stride]
    two = signal.correlate(x, kernel, "valid")[::stride, ::stride]
    two = np.roll(two, (math.floor(dy / stride), math.floor(dx / stride)), (0, 1))
    a, b = abs(dy), abs(dx)
    return np.abs(one - two)[a : len(one) - a, b : one.shape[1] - b].max()


def gap_by_ndimage(x, kernel, dx, dy, stride=1):
    height, width = (n - k for n, k in zip(x.shape, kernel.shape, strict=True))

    def filtered(image):
        origin = [-(k // 2) for k in kernel.shape]
        maps = ndimage.correlate(image, kernel, mode="constant", origin=origin)
        return maps[: height + 1 : stride, : width + 1 : stride]

    one = filtered(ndimage.shift(x, (dy, dx), order=0))
    two = ndimage.shift(filtered(x), (dy // stride, dx // stride), order=0)
    difference = np.ravel(
        (one - two)[abs(dy) : len(one) - abs(dy), abs(dx) : one.shape[1] - abs(dx)]
    )
    return max(difference.max(), -difference.min())


def gap_with_tensorflow(x, kernel, dx, dy, stride=1):
    """Let TensorFlow filter and pad."""
    import tensorflow as tf

    def filtered(image):
        maps = tf.nn.conv2d(
            tf.constant(image, tf.float64)[None, :, :, None],
            tf.constant(kernel, tf.float64)[:, :, None, None],
            strides=stride,
            padding="VALID",
        )
        return maps.numpy()

    def moved(maps, right, down):
        a, b = abs(down), abs(right)
        sheet = tf.pad(maps, [(0, 0), (a, a), (b, b), (0, 0)])
        return sheet[:, a - down :, b - right :][:, : maps.shape[1], : maps.shape[2]]

    shifted = moved(np.asarray(x, float)[None, ..., None], dx, dy)[0, ..., 0]
    one, two = filtered(shifted), moved(filtered(x), dx // stride, dy // stride)
    height, width = one.shape[1:3]
    a, b = abs(dy), abs(dx)
    inner = (one - two)[0, a : height - a, b : width - b, 0]
    return float(tf.reduce_max(tf.abs(inner)))


def gap_as_the_lab_says(x, kernel, dx, dy, stride=1):
    """Follow the four steps, with slices that have no end where nothing is cut off."""

    def moved(image, right, down):
        return ndimage.shift(image, (down, right), order=0)

    def filtered(image):
        return signal.correlate(image, kernel, mode="valid")[::stride, ::stride]

    one = filtered(moved(x, dx, dy))
    two = moved(filtered(x), dx // stride, dy // stride)
    inner = (one - two)[abs(dy) : -abs(dy) or None, abs(dx) : -abs(dx) or None]
    return np.linalg.norm(inner.ravel(), ord=np.inf)


def macs_by_flat_size(layers):
    """Follow one number through the dense layers, three through the others."""
    height, width, channels = layers[0]["shape"]
    found = []
    for layer in layers[1:]:
        match layer["layer"]:
            case "conv":
                k, step = layer["kernel_size"], layer["strides"]
                height, width = (height - k) // step + 1, (width - k) // step + 1
                found.append(height * width * k**2 * channels * layer["filters"])
                channels = layer["filters"]
            case "pool":
                height, width = height // layer["size"], width // layer["size"]
                found.append(0)
            case "global_pool":
                height = width = 1
                found.append(0)
            case "dense":
                found.append(height * width * channels * layer["units"])
                height, width, channels = 1, 1, layer["units"]
    return found


def macs_by_arrays(layers):
    """Build an array for each layer and read its shape."""
    maps = np.zeros(layers[0]["shape"], np.int8)
    found = np.zeros(len(layers) - 1, np.int64)
    for number, layer in enumerate(layers[1:]):
        kind = layer["layer"]
        if kind == "conv":
            cut, step = layer["kernel_size"] - 1, layer["strides"]
            rows, columns = (max(n - cut, 0) for n in maps.shape[:2])
            area = maps[:rows:step, :columns:step]
            after = np.zeros((*area.shape[:2], layer["filters"]), np.int8)
            found[number] = after.size * (cut + 1) ** 2 * maps.shape[2]
            maps = after
        elif kind == "pool":
            size = layer["size"]
            rows, columns = (n - n % size for n in maps.shape[:2])
            maps = maps[:rows:size, :columns:size]
        elif kind == "global_pool":
            maps = maps[:1, :1]
        else:
            found[number] = maps.size * layer["units"]
            maps = np.zeros((1, 1, layer["units"]), np.int8)
    return found


def macs_of_keras(layers):
    """Build the network in Keras and count from the shapes of its weights."""
    import keras

    x = keras.Input(shape=layers[0]["shape"])
    found = []
    for item in layers[1:]:
        kind = item["layer"]
        if kind == "conv":
            built = keras.layers.Conv2D(
                item["filters"], item["kernel_size"], strides=item["strides"]
            )
        elif kind == "pool":
            built = keras.layers.MaxPooling2D(item["size"])
        elif kind == "global_pool":
            built = keras.layers.GlobalAveragePooling2D()
        else:
            x = keras.layers.Flatten()(x) if len(x.shape) > 2 else x
            built = keras.layers.Dense(item["units"])
        x = built(x)
        places = math.prod(x.shape[1:3]) if kind == "conv" else 1
        weights = math.prod(built.kernel.shape) if hasattr(built, "kernel") else 0
        found.append(places * weights)
    return found


def macs_by_recursion(layers):
    """Count the first layer, and hand its output on as the input of the rest."""
    if len(layers) == 1:
        return []
    (height, width, channels), layer = layers[0]["shape"], layers[1]
    work = 0
    if layer["layer"] == "conv":
        k, step = layer["kernel_size"], layer["strides"]
        shape = (-(-(height - k + 1) // step), -(-(width - k + 1) // step))
        shape += (layer["filters"],)
        work = math.prod(shape) * k * k * channels
    elif layer["layer"] == "pool":
        shape = (height // layer["size"], width // layer["size"], channels)
    elif layer["layer"] == "global_pool":
        shape = (1, 1, channels)
    else:
        shape = (1, 1, layer["units"])
        work = height * width * channels * layer["units"]
    return [work, *macs_by_recursion([{"shape": shape}, *layers[2:]])]


def macs_by_shapes_first(layers):
    """Write all shapes down, then the work of each layer from the two beside it."""
    shapes = [list(layers[0]["shape"])]
    for layer in layers[1:]:
        *sides, channels = shapes[-1]
        if layer["layer"] == "conv":
            k = layer["kernel_size"]
            sides = [len(range(0, n - k + 1, layer["strides"])) for n in sides]
            shapes.append([*sides, layer["filters"]])
        elif layer["layer"] == "pool":
            shapes.append([*(int(n / layer["size"]) for n in sides), channels])
        elif layer["layer"] == "global_pool":
            shapes.append([channels])
        else:
            shapes.append([layer["units"]])
    work = []
    for layer, before, after in zip(layers[1:], shapes, shapes[1:], strict=False):
        if "units" in layer:
            work.append(float(np.prod(before) * np.prod(after)))
        elif "filters" in layer:
            work.append(float(np.prod(after) * layer["kernel_size"] ** 2 * before[-1]))
        else:
            work.append(0.0)
    return np.array(work)


RIGHT_ANSWERS = {
    "max_pool2d": [
        max_pool_by_spans,
        max_pool_by_scalars,
        max_pool_by_view,
        max_pool_by_shifts,
        max_pool_of_lists,
    ],
    "avg_pool2d": [
        avg_pool_by_spans,
        avg_pool_by_scalars,
        avg_pool_by_einsum,
        avg_pool_by_cumsum,
        avg_pool_axis_by_axis,
    ],
    "global_avg_pool": [
        global_avg_by_einsum,
        global_avg_by_loops,
        global_avg_of_lists,
        global_avg_by_weights,
        global_avg_twice,
    ],
    "global_max_pool": [
        global_max_by_reshape,
        global_max_by_loops,
        global_max_twice,
        global_max_by_sorting,
        global_max_by_recursion,
    ],
    "shift_images": [
        shift_by_padding,
        shift_by_loops,
        shift_by_roll,
        shift_by_matrices,
        shift_by_slices,
        shift_step_by_step,
    ],
    "equivariance_gap": [
        gap_by_slices,
        gap_by_roll,
        gap_by_ndimage,
        gap_with_tensorflow,
        gap_as_the_lab_says,
    ],
    "model_macs": [
        macs_by_flat_size,
        macs_by_arrays,
        macs_of_keras,
        macs_by_recursion,
        macs_by_shapes_first,
    ],
}
