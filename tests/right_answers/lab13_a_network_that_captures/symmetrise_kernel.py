"""Right answers to lab13.symmetrise_kernel in other styles than the solution's."""

from __future__ import annotations

import itertools

import numpy as np


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
