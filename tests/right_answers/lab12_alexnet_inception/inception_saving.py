"""Right answers to lab12.inception_saving in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


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
