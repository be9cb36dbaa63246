"""Right answers to lab 04, in other styles than the solution's."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal


def gabor_by_loops(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Fill the kernel point by point and return a list of lists."""
    half = size // 2
    kernel = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(size):
            x, y = column - half, row - half
            u = x * math.cos(theta) + y * math.sin(theta)
            v = -x * math.sin(theta) + y * math.cos(theta)
            bell = math.exp(-(u * u + (gamma * v) ** 2) / (2 * sigma * sigma))
            kernel[row][column] = bell * math.cos(2 * math.pi * u / wavelength + psi)
    mean = sum(map(sum, kernel)) / size**2
    return [[value - mean for value in row] for row in kernel]


def gabor_by_rotation_matrix(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Rotate all points at once; the wave is the real part of an exponential."""
    line = np.arange(size) - (size - 1) // 2
    points = np.stack(np.meshgrid(line, line))
    turn = np.array([[np.cos(theta), np.sin(theta)], [-np.sin(theta), np.cos(theta)]])
    u, v = np.einsum("ab,bij->aij", turn, points)
    exponent = -(u**2 + gamma**2 * v**2) / (2 * sigma**2)
    kernel = np.exp(exponent + 1j * (2 * np.pi * u / wavelength + psi)).real
    return (kernel - np.average(kernel)).astype("float32")


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


def cooccurrence_by_loops(img, dx, dy, levels, symmetric=False, normed=False):
    """Visit every pixel and count pairs in a `Counter`."""
    height, width = img.shape
    pairs = Counter()
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column + dx < width:
                pair = int(img[row, column]), int(img[row + dy, column + dx])
                pairs[pair] += 1
                if symmetric:
                    pairs[pair[::-1]] += 1
    total = sum(pairs.values()) if normed else 1
    return [[pairs[i, j] / total for j in range(levels)] for i in range(levels)]


def cooccurrence_by_histogram(img, dx, dy, levels, symmetric=False, normed=False):
    """Shift with slices and count with `np.bincount`."""
    img = img.astype(int)

    def cut(offset):
        return slice(max(-offset, 0), -offset if offset > 0 else None)

    first = img[cut(dy), cut(dx)]
    second = img[cut(-dy), cut(-dx)]
    code = first.ravel() * levels + second.ravel()
    matrix = np.bincount(code, minlength=levels**2).reshape(levels, levels)
    if symmetric:
        matrix = matrix + matrix.T
    return matrix / matrix.sum() if normed else matrix


def contrast_by_loops(P):
    """Add pair by pair, divide at the end."""
    total = 0.0
    for i, row in enumerate(P):
        for j, count in enumerate(row):
            total += count * (i - j) ** 2
    return total / P.sum()


def contrast_by_moments(P):
    """Expand the square: E[i^2] - 2 E[ij] + E[j^2]."""
    shares = P / P.sum()
    levels = np.arange(len(P))
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    return rows @ levels**2 - 2 * levels @ shares @ levels + columns @ levels**2


def homogeneity_by_loops(P):
    """Add pair by pair, divide at the end."""
    total = 0.0
    for (i, j), count in np.ndenumerate(P):
        total += count / (1 + (i - j) ** 2)
    return total / np.sum(P)


def homogeneity_by_diagonals(P):
    """All pairs on one diagonal have the same weight."""
    n = len(P)
    weighted = [np.trace(P, offset=k) / (1 + k * k) for k in range(1 - n, n)]
    return np.array(sum(weighted) / P.sum())


def learn_by_correlation(x, y, size, lr, steps):
    """Let the gradient be the correlation of the image with the error."""
    kernel = np.zeros((size, size))
    for _ in range(steps):
        error = signal.correlate2d(x, kernel, mode="valid") - y
        kernel -= lr * 2 / error.size * signal.correlate2d(x, error, mode="valid")
    return kernel


def learn_by_loops(x, y, size, lr, steps):
    """Compute the gradient weight by weight."""
    kernel = np.zeros((size, size))
    height, width = y.shape
    for _ in range(steps):
        out = np.zeros(y.shape)
        for a in range(size):
            for b in range(size):
                out += kernel[a, b] * x[a : a + height, b : b + width]
        gradient = np.zeros_like(kernel)
        for a in range(size):
            for b in range(size):
                part = (out - y) * x[a : a + height, b : b + width]
                gradient[a, b] = 2 * part.mean()
        kernel = kernel - lr * gradient
    return kernel.tolist()


RIGHT_ANSWERS: dict[str, list[Callable]] = {
    "gabor_kernel": [gabor_by_loops, gabor_by_rotation_matrix],
    "filter_bank_features": [features_by_ndimage, features_by_windows],
    "cooccurrence": [cooccurrence_by_loops, cooccurrence_by_histogram],
    "glcm_contrast": [contrast_by_loops, contrast_by_moments],
    "glcm_homogeneity": [homogeneity_by_loops, homogeneity_by_diagonals],
    "learn_kernel": [learn_by_correlation, learn_by_loops],
}
