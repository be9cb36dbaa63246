"""Right answers to lab15.moved_copies in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def copies_padded(images, labels, shifts):
    reach = int(np.abs(shifts).max())
    _, height, width, _ = images.shape
    wide = np.pad(images, [(0, 0), (reach, reach), (reach, reach), (0, 0)])
    found = [
        image[
            reach - down : reach - down + height, reach - right : reach - right + width
        ]
        for image in wide
        for down, right in shifts
    ]
    sources = [i for i in range(len(images)) for _ in shifts]
    return np.array(found), [labels[i] for i in sources], sources


def copies_pixel_by_pixel(images, labels, shifts):
    n, height, width, _ = images.shape
    out = np.zeros((n, len(shifts), *images.shape[1:]))
    for k, (down, right) in enumerate(shifts.tolist()):
        for i in range(height):
            for j in range(width):
                if 0 <= i - down < height and 0 <= j - right < width:
                    out[:, k, i, j] = images[:, i - down, j - right]
    return (
        out.reshape(n * len(shifts), *images.shape[1:]),
        np.repeat(labels, len(shifts)),
        np.repeat(np.arange(n), len(shifts)),
    )


def copies_rolled_and_cleared(images, labels, shifts):
    def move(image, down, right):
        height, width, _ = image.shape
        moved = np.roll(image, (down, right), axis=(0, 1))
        moved[: min(max(down, 0), height)] = 0
        moved[max(height + min(down, 0), 0) :] = 0
        moved[:, : min(max(right, 0), width)] = 0
        moved[:, max(width + min(right, 0), 0) :] = 0
        return moved

    found = [move(image, *step) for image in images for step in shifts]
    sources = np.arange(len(found)) // len(shifts)
    return [np.stack(found), labels[sources], sources]


def copies_by_matrices(images, labels, shifts):
    """Multiply from both sides with a matrix that has ones on one diagonal."""
    _, height, width, _ = images.shape
    downs = np.stack([np.eye(height, k=-down) for down, _ in shifts])
    rights = np.stack([np.eye(width, k=right) for _, right in shifts])
    moved = np.einsum("kia,nabc,kbj->nkijc", downs, images, rights)
    sources = np.indices(moved.shape[:2])[0].ravel()
    return moved.reshape(-1, *images.shape[1:]), labels[sources], sources


def copies_by_slices(images, labels, shifts):
    """Work out which part stays, and where it comes from and goes to."""
    _, height, width, _ = images.shape
    found, names, sources = [], [], []
    for place, image in enumerate(images):
        for down, right in shifts:
            copy = np.zeros_like(image)
            if abs(down) < height and abs(right) < width:
                to_rows = slice(max(down, 0), height + min(down, 0))
                to_columns = slice(max(right, 0), width + min(right, 0))
                from_rows = slice(max(-down, 0), height - max(down, 0))
                from_columns = slice(max(-right, 0), width - max(right, 0))
                copy[to_rows, to_columns] = image[from_rows, from_columns]
            found.append(copy)
            names.append(labels[place])
            sources.append(place)
    return np.array(found), np.array(names), np.array(sources)


def copies_looked_up(images, labels, shifts):
    """Look every pixel up, in images with one row and one column of background more."""
    _, height, width, _ = images.shape
    wide = np.pad(images, [(0, 0), (0, 1), (0, 1), (0, 0)])
    rows = np.arange(height) - shifts[:, :1]
    columns = np.arange(width) - shifts[:, 1:]
    rows = np.where((rows < 0) | (rows >= height), height, rows)
    columns = np.where((columns < 0) | (columns >= width), width, columns)
    moved = wide[:, rows[:, :, None], columns[:, None, :]]
    k = len(shifts)
    moved = moved.reshape(len(images) * k, height, width, -1)
    return moved, labels.repeat(k), np.arange(len(images)).repeat(k)
