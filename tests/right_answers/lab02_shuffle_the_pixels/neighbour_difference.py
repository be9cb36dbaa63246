"""Right answers to lab02.neighbour_difference in other styles than the solution's."""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def neighbour_difference_with_diff(images):
    return np.mean(np.abs(np.diff(np.asarray(images, float))))


def neighbour_difference_in_loops(images):
    total, count = 0.0, 0
    for image in images:
        for row in image:
            for left, right in pairwise(row):
                total += abs(float(right) - float(left))
                count += 1
    return total / count


def neighbour_difference_as_float32(images):
    images = images.astype("float32")
    return np.abs(images[..., :-1] - images[..., 1:]).mean()


def neighbour_difference_of_integers(images):
    wide = images.astype(int) if images.dtype == np.uint8 else images
    steps = np.maximum(wide[:, :, 1:], wide[:, :, :-1]) - np.minimum(
        wide[:, :, 1:], wide[:, :, :-1]
    )
    return steps.sum() / steps.size


def neighbour_difference_of_windows(images):
    pairs = np.lib.stride_tricks.sliding_window_view(images.astype("f4"), 2, axis=-1)
    return abs(pairs @ np.array([1, -1], dtype="f4")).mean()


def neighbour_difference_of_lists(images):
    steps = [
        abs(row[i + 1] - row[i])
        for image in images.tolist()
        for row in image
        for i in range(len(row) - 1)
    ]
    return sum(steps) / len(steps)


def neighbour_difference_by_image(images):
    means = []
    for image in images:
        left, right = np.float64(image[:, :-1]), np.float64(image[:, 1:])
        means.append(np.sqrt((left - right) ** 2).mean())
    return np.array(np.mean(means))
