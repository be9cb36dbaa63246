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


def gabor_by_broadcasting(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Let a column of y meet a row of x; centre with a sum."""
    x = np.arange(size)[None, :] - size // 2
    y = x.T
    u = np.cos(theta) * x + np.sin(theta) * y
    v = np.cos(theta) * y - np.sin(theta) * x
    kernel = np.exp(-0.5 * (u / sigma) ** 2) * np.exp(-0.5 * (gamma * v / sigma) ** 2)
    kernel = kernel * np.cos(2 * np.pi * u / wavelength + psi)
    return kernel - kernel.sum() / kernel.size


def gabor_in_float32(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Work in float32 from the start."""
    half = size // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype("float32")
    c, s = np.float32(math.cos(theta)), np.float32(math.sin(theta))
    u, v = x * c + y * s, y * c - x * s
    bell = np.exp(-(u * u + np.float32(gamma) ** 2 * v * v) / np.float32(2 * sigma**2))
    wave = np.cos(np.float32(2 * math.pi / wavelength) * u + np.float32(psi))
    product = bell * wave
    return product - product.mean(dtype="float32")


def gabor_by_a_function_of_a_point(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Apply a function of one point to all, in polar coordinates."""

    def value(row, column):
        x, y = column - size // 2, row - size // 2
        distance, angle = math.hypot(x, y), math.atan2(y, x) - theta
        u, v = distance * math.cos(angle), distance * math.sin(angle)
        bell = math.exp(-(u**2 + gamma**2 * v**2) / 2 / sigma**2)
        return bell * math.cos(2 * math.pi * u / wavelength + psi)

    kernel = np.fromfunction(np.vectorize(value, otypes=[float]), (size, size))
    kernel -= kernel.mean()
    return kernel


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


def _neighbours(img, dx, dy):
    """Give the levels of all pixels that have a neighbour, and of the neighbours."""
    rows, columns = np.indices(img.shape).reshape(2, -1)
    inside = (rows + dy >= 0) & (rows + dy < img.shape[0])
    inside &= (columns + dx >= 0) & (columns + dx < img.shape[1])
    rows, columns = rows[inside], columns[inside]
    return img[rows, columns], img[rows + dy, columns + dx]


def cooccurrence_by_add_at(img, dx, dy, levels, symmetric=False, normed=False):
    """Add 1 to every place that a pair names, however often."""
    matrix = np.zeros((levels, levels), dtype=np.int32)
    first, second = _neighbours(img, dx, dy)
    np.add.at(matrix, (first, second), 1)
    if symmetric:
        np.add.at(matrix, (second, first), 1)
    return np.true_divide(matrix, matrix.sum()) if normed else matrix


def cooccurrence_by_one_hot(img, dx, dy, levels, symmetric=False, normed=False):
    """Multiply two tables that say which pixel has which level, in float32."""
    hot = np.eye(levels, dtype="float32")
    first, second = (hot[level] for level in _neighbours(img, dx, dy))
    matrix = np.einsum("pi,pj->ij", first, second)
    if symmetric:
        matrix += matrix.T.copy()
    if normed:
        matrix /= matrix.sum()
    return matrix


def cooccurrence_by_padding(img, dx, dy, levels, symmetric=False, normed=False):
    """Surround the image with a level of its own, and cut that level off at the end."""
    reach = max(abs(dx), abs(dy))
    padded = np.pad(img.astype(int), reach, constant_values=levels)
    moved = np.roll(padded, (-dy, -dx), axis=(0, 1))
    edges = np.arange(levels + 2) - 0.5
    matrix = np.histogram2d(padded.ravel(), moved.ravel(), bins=(edges, edges))[0]
    matrix = matrix[:levels, :levels]
    if symmetric:
        matrix = matrix + matrix.transpose()
    return (matrix / matrix.sum() if normed else matrix).tolist()


def cooccurrence_by_recursion(img, dx, dy, levels, symmetric=False, normed=False):
    """Turn the image until both offsets point right and down, then slice."""
    if dy < 0 or (dy == 0 and dx < 0):
        return np.transpose(
            cooccurrence_by_recursion(img, -dx, -dy, levels, symmetric, normed)
        )
    if dx < 0:
        mirrored = img[:, ::-1]
        return cooccurrence_by_recursion(mirrored, -dx, dy, levels, symmetric, normed)
    height, width = img.shape
    first, second = img[: height - dy, : width - dx], img[dy:, dx:]
    counts = [
        [np.sum((first == i) & (second == j)) for j in range(levels)]
        for i in range(levels)
    ]
    matrix = np.array(counts, dtype=float)
    matrix = matrix + matrix.T if symmetric else matrix
    return matrix / np.sum(matrix) if normed else matrix


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


def contrast_by_einsum(P):
    """Weigh the shares with a table of squared differences."""
    i, j = np.indices(P.shape)
    return np.einsum("ij,ij->", P / np.sum(P), (i - j) ** 2)


def contrast_by_average(P):
    """Average with weights, in float32."""
    levels = np.arange(len(P), dtype="float32")
    squares = np.square(levels[:, None] - levels)
    return np.average(squares, weights=P).astype("float32")


def contrast_of_lists(P):
    """Add up row by row, in plain lists."""
    rows = np.asarray(P).tolist()
    total = sum(map(sum, rows))
    parts = [
        c / total * (i - j) ** 2 for i, r in enumerate(rows) for j, c in enumerate(r)
    ]
    return math.fsum(parts)


def contrast_by_recursion(P):
    """Peel off the first row and the first column."""

    def weighed(matrix):
        if not len(matrix):
            return 0.0
        squares = np.arange(len(matrix)) ** 2
        return squares @ (matrix[0] + matrix[:, 0]) + weighed(matrix[1:, 1:])

    return weighed(np.asarray(P, dtype=float)) / np.sum(P)


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


def homogeneity_by_einsum(P):
    """Weigh the shares with a table of weights."""
    i, j = np.ogrid[: len(P), : len(P)]
    return float(np.einsum("ij,ij", P / P.sum(), 1 / (1.0 + (i - j) ** 2)))


def homogeneity_by_average(P):
    """Average with weights, in float32."""
    levels = np.arange(len(P), dtype="float32")
    nearness = np.reciprocal(1 + np.subtract.outer(levels, levels) ** 2)
    return np.average(nearness, weights=P.astype("float32"))


def homogeneity_of_lists(P):
    """Add up row by row, in plain lists."""
    total, result = float(np.sum(P)), 0.0
    for i, row in enumerate(P.tolist()):
        for j, count in enumerate(row):
            share = count / total
            result = result + share / (1 + abs(i - j) ** 2)
    return result


def homogeneity_by_recursion(P):
    """Peel off the first row and the first column."""

    def weighed(matrix):
        if not len(matrix):
            return 0.0
        weights = 1 / (1 + np.arange(len(matrix)) ** 2)
        edge = weights @ (matrix[0] + matrix[:, 0]) - matrix[0, 0]
        return edge + weighed(matrix[1:, 1:])

    return weighed(P / P.sum())


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


def learn_by_matrix(x, y, size, lr, steps):
    """Unroll the windows: a linear regression with size * size weights."""
    windows = sliding_window_view(x, (size, size)).reshape(-1, size * size)
    targets, weights = np.ravel(y), np.zeros(size * size)
    for _ in range(steps):
        error = windows @ weights - targets
        weights = weights - lr * 2 * windows.T @ error / len(targets)
    return weights.reshape(size, size)


def learn_by_einsum(x, y, size, lr, steps):
    """Use every window at once, in float32."""
    x, y = np.asarray(x, "float32"), np.asarray(y, "float32")
    windows = sliding_window_view(x, (size, size))
    kernel = np.zeros((size, size), "float32")
    for _ in range(steps):
        error = np.einsum("ijab,ab->ij", windows, kernel) - y
        kernel -= np.float32(2 * lr / y.size) * np.einsum("ijab,ij->ab", windows, error)
    return kernel


def learn_by_recursion(x, y, size, lr, steps):
    """Take one step from the kernel of all the steps before."""
    if steps == 0:
        return np.zeros((size, size))
    kernel = learn_by_recursion(x, y, size, lr, steps - 1)
    radius = size // 2
    rows, columns = np.arange(y.shape[0]) + radius, np.arange(y.shape[1]) + radius
    answer = ndimage.correlate(np.asarray(x, float), kernel)[np.ix_(rows, columns)]
    gradient = signal.correlate(np.asarray(x, float), 2 * (answer - y), "valid")
    return kernel - lr * gradient / y.size


RIGHT_ANSWERS: dict[str, list[Callable]] = {
    "gabor_kernel": [
        gabor_by_loops,
        gabor_by_rotation_matrix,
        gabor_by_broadcasting,
        gabor_in_float32,
        gabor_by_a_function_of_a_point,
    ],
    "filter_bank_features": [
        features_by_ndimage,
        features_by_windows,
        features_by_shifts,
        features_by_signal,
        features_in_float32,
    ],
    "cooccurrence": [
        cooccurrence_by_loops,
        cooccurrence_by_histogram,
        cooccurrence_by_add_at,
        cooccurrence_by_one_hot,
        cooccurrence_by_padding,
        cooccurrence_by_recursion,
    ],
    "glcm_contrast": [
        contrast_by_loops,
        contrast_by_moments,
        contrast_by_einsum,
        contrast_by_average,
        contrast_of_lists,
        contrast_by_recursion,
    ],
    "glcm_homogeneity": [
        homogeneity_by_loops,
        homogeneity_by_diagonals,
        homogeneity_by_einsum,
        homogeneity_by_average,
        homogeneity_of_lists,
        homogeneity_by_recursion,
    ],
    "learn_kernel": [
        learn_by_correlation,
        learn_by_loops,
        learn_by_matrix,
        learn_by_einsum,
        learn_by_recursion,
    ],
}
