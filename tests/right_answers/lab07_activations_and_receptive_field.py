"""Right answers to lab 07, in other styles than the solution's."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def collapse_by_loops(W1, W2):
    """Let every weight of one kernel meet every weight of the other."""
    kh1, kw1, c_in, c_mid = W1.shape
    kh2, kw2, _, c_out = W2.shape
    W = np.zeros((kh1 + kh2 - 1, kw1 + kw2 - 1, c_in, c_out))
    for a, b, i, m in np.ndindex(kh1, kw1, c_in, c_mid):
        for p, q, o in np.ndindex(kh2, kw2, c_out):
            W[a + p, b + q, i, o] += W1[a, b, i, m] * W2[p, q, m, o]
    return W


def collapse_by_impulse(W1, W2):
    """Send an impulse per channel through both layers; the answer is the kernel, turned."""

    def conv(x, W):
        windows = sliding_window_view(x, W.shape[:2], axis=(0, 1))
        return np.einsum("ijchw,hwco->ijo", windows, W)

    height, width = (W1.shape[a] + W2.shape[a] - 1 for a in (0, 1))
    kernels = []
    for channel in range(W1.shape[2]):
        x = np.zeros((2 * height - 1, 2 * width - 1, W1.shape[2]))
        x[height - 1, width - 1, channel] = 1
        kernels.append(conv(conv(x, W1), W2)[::-1, ::-1])
    return np.stack(kernels, axis=2)


def relu_by_maximum(x):
    """Compare with 0."""
    return np.maximum(0, x)


def relu_by_mask(x):
    """Multiply by a mask."""
    return x * (x > 0)


def leaky_by_where(x, slope=0.1):
    """Choose between two lines."""
    return np.where(x < 0, slope * x, x)


def leaky_by_parts(x, slope=0.1):
    """Add the positive part and a share of the negative one."""
    return np.clip(x, 0, None) + slope * np.clip(x, None, 0)


def sigmoid_by_tanh(x):
    """Use that tanh is a stretched sigmoid."""
    return 0.5 * (np.tanh(x / 2) + 1)


def sigmoid_by_loop(x):
    """Choose the form without overflow, number by number."""

    def one(v):
        if v >= 0:
            return 1 / (1 + math.exp(-v))
        return math.exp(v) / (1 + math.exp(v))

    return np.array([one(v) for v in x.ravel().tolist()]).reshape(x.shape)


def sigmoid_naive(x):
    """Overflow to infinity, with a warning, where the result is 0 anyway."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def softmax_by_slices(x, axis=-1):
    """Apply a one-dimensional softmax along the axis."""

    def one(values):
        shifted = [math.exp(v - max(values)) for v in values]
        return [v / sum(shifted) for v in shifted]

    return np.apply_along_axis(one, axis, np.asarray(x, float))


def softmax_by_logarithm(x, axis=-1):
    """Subtract the logarithm of the sum of the exponentials."""
    moved = np.moveaxis(x, axis, 0)
    total = np.logaddexp.reduce(moved.astype(float), axis=0)
    return np.moveaxis(np.exp(moved - total), 0, axis).astype("float32")


def field_by_jump(layers):
    """Keep the size and the jump."""
    size, jump, sizes = 1, 1, []
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
        sizes.append(size)
    return np.array(sizes)


def field_by_formula(layers):
    """Write the sum of products out."""
    return tuple(
        1
        + sum(
            (layers[i][0] - 1) * math.prod(s for _, s in layers[:i])
            for i in range(depth + 1)
        )
        for depth in range(len(layers))
    )


def probe_by_loops(layers, n):
    """Send one impulse after the other through the layers."""
    answers = []
    for place in range(n):
        x = [0] * n
        x[place] = 1
        for kernel, stride in layers:
            x = [sum(x[i : i + kernel]) for i in range(0, len(x) - kernel + 1, stride)]
        answers.append(x[len(x) // 2])
    return answers


def probe_by_matrix(layers, n):
    """Send all impulses through at once, as the rows of an identity matrix."""
    x = np.eye(n)
    for kernel, stride in layers:
        x = sliding_window_view(x, kernel, axis=1)[:, ::stride].sum(axis=-1)
    return x[:, x.shape[1] // 2]


RIGHT_ANSWERS: dict[str, list[Callable]] = {
    "collapse_two_linear_convs": [collapse_by_loops, collapse_by_impulse],
    "relu": [relu_by_maximum, relu_by_mask],
    "leaky_relu": [leaky_by_where, leaky_by_parts],
    "sigmoid": [sigmoid_by_tanh, sigmoid_by_loop, sigmoid_naive],
    "softmax": [softmax_by_slices, softmax_by_logarithm],
    "receptive_field": [field_by_jump, field_by_formula],
    "probe_receptive_field": [probe_by_loops, probe_by_matrix],
}
