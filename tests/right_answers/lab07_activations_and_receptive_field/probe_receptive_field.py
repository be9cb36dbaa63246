"""Right answers to lab07.probe_receptive_field in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


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


def probe_by_recursion(layers, n):
    """Ask each unit what its own inputs answer, back to the impulse."""
    sizes = [n]
    for kernel, stride in layers:
        sizes.append((sizes[-1] - kernel) // stride + 1)

    def answer(depth, unit):
        if depth == 0:
            return np.eye(n)[unit]
        kernel, stride = layers[depth - 1]
        first = unit * stride
        return sum(answer(depth - 1, first + tap) for tap in range(kernel))

    return answer(len(layers), sizes[-1] // 2)


def probe_backwards(layers, n):
    """Count the ways from the middle unit back to each input."""
    sizes = [n]
    for kernel, stride in layers:
        sizes.append(len(range(0, sizes[-1] - kernel + 1, stride)))
    ways = {sizes[-1] // 2: 1}
    for kernel, stride in reversed(layers):
        before = {}
        for unit, count in ways.items():
            for place in range(unit * stride, unit * stride + kernel):
                before[place] = before.get(place, 0) + count
        ways = before
    return [ways.get(place, 0) for place in range(n)]


def probe_by_convolve(layers, n):
    """Use NumPy's one-dimensional convolution; a kernel of ones has no direction."""
    answers = np.zeros(n, "float32")
    for place in range(n):
        x = np.zeros(n, "float32")
        x[place] = 1
        for kernel, stride in layers:
            x = np.convolve(x, np.ones(kernel), mode="valid")[::stride]
        answers[place] = x[x.size // 2]
    return answers
