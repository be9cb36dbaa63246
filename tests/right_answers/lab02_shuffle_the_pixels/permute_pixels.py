"""Right answers to lab02.permute_pixels in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def permute_pixels_in_loops(images, perm):
    count, _, width = images.shape
    result = np.zeros(images.shape)
    for number in range(count):
        for place, source in enumerate(perm):
            row, column = divmod(place, width)
            result[number, row, column] = images[
                number, source // width, source % width
            ]
    return result


def permute_pixels_with_take(images, perm):
    flat = np.reshape(images, (images.shape[0], -1))
    return np.take(flat, perm, axis=1).reshape(images.shape)


def permute_pixels_by_rows_and_columns(images, perm):
    sources = np.unravel_index(np.reshape(perm, images.shape[1:]), images.shape[1:])
    return images[:, sources[0], sources[1]]


def permute_pixels_of_lists(images, perm):
    shuffled = []
    for image in images.tolist():
        pixels = [pixel for row in image for pixel in row]
        moved = [pixels[source] for source in perm]
        width = len(image[0])
        shuffled.append([moved[i : i + width] for i in range(0, len(moved), width)])
    return shuffled


def permute_pixels_image_by_image(images, perm):
    return np.stack([image.ravel()[perm].reshape(image.shape) for image in images])
