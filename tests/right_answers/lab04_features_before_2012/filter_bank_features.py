"""Right answers to lab04.filter_bank_features in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal


def features_by_ndimage(images, bank, grid):
    """Filter image by image; cut the cells out with slices."""
    rows = []
    height, width = images.shape[1] // grid, images.shape[2] // grid
    for image in images:
        row = []
        for kernel in bank:
            answer = abs(ndimage.correlate(image * 1.0, kernel, mode="constant"))
            row += [
                answer[
                    i * height : (i + 1) * height, j * width : (j + 1) * width
                ].mean()
                for i in range(grid)
                for j in range(grid)
            ]
        rows.append(row)
    return rows


def features_by_windows(images, bank, grid):
    """Filter everything with one einsum and average with one reshape."""
    n, h, w = images.shape
    kh, kw = bank.shape[1:]
    top, left = kh // 2, kw // 2
    padded = np.pad(images.astype(float), ((0, 0), (top, top), (left, left)))
    windows = sliding_window_view(padded, (kh, kw), axis=(1, 2))
    maps = np.abs(np.einsum("nhwij,kij->nkhw", windows, bank))
    cells = maps.reshape(n, len(bank), grid, h // grid, grid, w // grid)
    return cells.mean(axis=(3, 5)).reshape(n, -1)


def features_by_shifts(images, bank, grid):
    """Add up shifted images, a weight at a time, and average with matrices."""
    n, h, w = images.shape
    kh, kw = bank.shape[1:]
    padded = np.zeros((n, h + kh - 1, w + kw - 1))
    padded[:, kh // 2 : kh // 2 + h, kw // 2 : kw // 2 + w] = images
    rows = np.kron(np.eye(grid), np.full((1, h // grid), grid / h))
    columns = np.kron(np.eye(grid), np.full((1, w // grid), grid / w))
    blocks = []
    for kernel in bank:
        answer = np.zeros((n, h, w))
        for (a, b), weight in np.ndenumerate(kernel):
            answer += weight * padded[:, a : a + h, b : b + w]
        blocks.append((rows @ np.abs(answer) @ columns.T).reshape(n, -1))
    return np.concatenate(blocks, axis=1)


def features_by_signal(images, bank, grid):
    """Let SciPy's other function slide, and split the cells off as lists."""

    def describe(image, kernel):
        answer = np.abs(signal.correlate2d(image, kernel, mode="same"))
        bands = np.split(answer, grid, axis=0)
        return [np.mean(c) for band in bands for c in np.split(band, grid, axis=1)]

    floats = np.array(images, dtype=float)
    return [[mean for k in bank for mean in describe(i, k)] for i in floats]


def features_in_float32(images, bank, grid):
    """Filter by Fourier transform, in float32, and sum with `reduceat`."""
    images, bank = images.astype("float32"), np.asarray(bank, "float32")
    n, h, w = images.shape
    maps = [
        signal.fftconvolve(images, kernel[None, ::-1, ::-1], "same", axes=(1, 2))
        for kernel in bank
    ]
    sums = np.add.reduceat(np.abs(maps), range(0, h, h // grid), axis=2)
    sums = np.add.reduceat(sums, range(0, w, w // grid), axis=3)
    means = sums * (grid * grid / (h * w))
    return means.transpose(1, 0, 2, 3).reshape(n, -1)
