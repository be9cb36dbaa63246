"""Right answers to lab08.global_avg_pool in other styles than the solution's."""

from __future__ import annotations

import numpy as np


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
