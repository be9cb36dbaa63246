"""Right answers to lab04.learn_kernel in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal


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
