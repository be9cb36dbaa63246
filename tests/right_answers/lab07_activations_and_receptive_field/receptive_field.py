"""Right answers to lab07.receptive_field in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


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


def field_by_recursion(layers):
    """Ask how far the units of the layer before lie apart, and go on."""

    def field(depth):
        if depth == 0:
            return 1, 1
        size, jump = field(depth - 1)
        kernel, stride = layers[depth - 1]
        return size + (kernel - 1) * jump, jump * stride

    return [field(depth)[0] for depth in range(1, len(layers) + 1)]


def field_backwards(layers):
    """Walk from one unit of a layer back to the input."""
    sizes = []
    for depth in range(len(layers)):
        size = 1
        for kernel, stride in layers[depth::-1]:
            size = (size - 1) * stride + kernel
        sizes.append(float(size))
    return sizes


def field_by_cumulation(layers):
    """Let NumPy multiply and add up."""
    kernels, strides = np.array(layers).T
    jumps = np.concatenate([[1], np.cumprod(strides)[:-1]])
    return 1 + np.cumsum((kernels - 1) * jumps)
