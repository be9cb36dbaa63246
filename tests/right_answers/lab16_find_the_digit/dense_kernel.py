"""Right answers to lab16.dense_kernel in other styles than the solution's."""

from __future__ import annotations

import itertools

import numpy as np


def kernel_named_sizes(weights, shape):
    height, width, channels = shape
    return np.reshape(weights, (height, width, channels, weights.shape[1]))


def kernel_loops(weights, shape):
    height, width, channels = shape
    kernel = np.empty((height, width, channels, weights.shape[1]))
    for i in range(height):
        for j in range(width):
            for c in range(channels):
                kernel[i, j, c] = weights[(i * width + j) * channels + c]
    return kernel


def kernel_unit_by_unit(weights, shape):
    filters = [column.reshape(shape) for column in weights.T]
    return np.stack(filters, axis=-1)


def kernel_moved_axis(weights, shape):
    return np.moveaxis(weights.T.reshape(-1, *shape), 0, -1)


def kernel_counter(weights, shape):
    kernel = np.zeros((*shape, weights.shape[-1]), dtype=weights.dtype)
    places = itertools.product(*map(range, shape))
    for row, place in zip(weights, places, strict=True):
        kernel[place] = row
    return kernel


def kernel_numbered(weights, shape):
    numbers = np.arange(len(weights)).reshape(shape)
    return weights[numbers]


def kernel_own_shape(weights, shape):
    kernel = weights.copy()
    kernel.shape = (*shape, kernel.shape[1])
    return kernel


def kernel_lists(weights, shape):
    rows = iter(weights.tolist())
    height, width, channels = shape
    return [
        [[next(rows) for _ in range(channels)] for _ in range(width)]
        for _ in range(height)
    ]
