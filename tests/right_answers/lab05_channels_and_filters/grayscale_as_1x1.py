"""Right answers to lab05.grayscale_as_1x1 in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def gray_array():
    W = np.zeros((1, 1, 3, 1), dtype="float32")
    W[0, 0, :, 0] = 0.2125, 0.7154, 0.0721
    return W, np.array([0.0])


def gray_lists():
    return [[[[[0.2125], [0.7154], [0.0721]]]], [0]]


def gray_new_axes():
    red, green = 0.2125, 0.7154
    weights = np.array([red, green, 1 - red - green])
    return weights[None, None, :, None], np.zeros_like(weights[:1])


def gray_loop():
    W, b = np.empty((1, 1, 3, 1)), np.zeros((1,), dtype=int)
    for channel, weight in enumerate([0.2125, 0.7154, 0.0721]):
        W[0][0][channel][0] = weight
    return [W, b]


def gray_from_photo_of_ones():
    """Take the weights as what the layer makes of pure red, green and blue."""
    pure = np.eye(3, dtype="float32").reshape(3, 1, 1, 3)
    W = np.sum(pure * np.float32([0.2125, 0.7154, 0.0721]), axis=-1)
    return W.transpose(1, 2, 0)[..., None], [0.0]
