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


RIGHT_ANSWERS = {
    "max_pool2d": [
        max_pool_by_spans,
        max_pool_by_scalars,
        max_pool_by_view,
        max_pool_by_shifts,
    ],
    "avg_pool2d": [
        avg_pool_by_spans,
        avg_pool_by_scalars,
        avg_pool_by_einsum,
        avg_pool_by_cumsum,
    ],
    "global_avg_pool": [global_avg_by_einsum, global_avg_by_loops, global_avg_of_lists],
    "global_max_pool": [global_max_by_reshape, global_max_by_loops, global_max_twice],
    "shift_images": [
        shift_by_padding,
        shift_by_loops,
        shift_by_roll,
        shift_by_matrices,
    ],
    "equivariance_gap": [gap_by_slices, gap_by_roll, gap_by_ndimage],
    "model_macs": [macs_by_flat_size, macs_by_arrays],
}
