"""Right answers to lab07.collapse_two_linear_convs in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def collapse_by_loops(W1, W2):
    """Let every weight of one kernel meet every weight of the other."""
    kh1, kw1, c_in, c_mid = W1.shape
    kh2, kw2, _, c_out = W2.shape
    W = np.zeros((kh1 + kh2 - 1, kw1 + kw2 - 1, c_in, c_out))
    for a, b, i, m in np.ndindex(kh1, kw1, c_in, c_mid):
        for p, q, o in np.ndindex(kh2, kw2, c_out):
            W[a + p, b + q, i, o] += W1[a, b, i, m] * W2[p, q, m, o]
    return W


def collapse_by_impulse(W1, W2):
    """Send an impulse per channel through both layers; the answer is the kernel, turned."""

    def conv(x, W):
        windows = sliding_window_view(x, W.shape[:2], axis=(0, 1))
        return np.einsum("ijchw,hwco->ijo", windows, W)

    height, width = (W1.shape[a] + W2.shape[a] - 1 for a in (0, 1))
    kernels = []
    for channel in range(W1.shape[2]):
        x = np.zeros((2 * height - 1, 2 * width - 1, W1.shape[2]))
        x[height - 1, width - 1, channel] = 1
        kernels.append(conv(conv(x, W1), W2)[::-1, ::-1])
    return np.stack(kernels, axis=2)


def collapse_by_shifted_products(W1, W2):
    """Lay the whole first kernel down once for each weight of the second."""
    kh1, kw1 = W1.shape[:2]
    kh2, kw2 = W2.shape[:2]
    shape = (kh1 + kh2 - 1, kw1 + kw2 - 1, W1.shape[2], W2.shape[3])
    W = np.zeros(shape, "float32")
    for i in range(kh2):
        for j in range(kw2):
            W[i : i + kh1, j : j + kw1] += W1 @ W2[i, j]
    return W


def collapse_by_gathering(W1, W2):
    """Pad the first kernel and slide the second, turned, over it."""
    kh2, kw2 = W2.shape[:2]
    wide = np.pad(W1, ((kh2 - 1, kh2 - 1), (kw2 - 1, kw2 - 1), (0, 0), (0, 0)))
    windows = sliding_window_view(wide, (kh2, kw2), axis=(0, 1))
    return np.einsum("ijcmuv,uvmo->ijco", windows, W2[::-1, ::-1])


def collapse_by_polynomials(W1, W2):
    """Multiply polynomials: a kernel of one row becomes the digits of one number."""
    width = W1.shape[1] + W2.shape[1] - 1
    shape = (W1.shape[0] + W2.shape[0] - 1, width, W1.shape[2], W2.shape[3])
    W = np.zeros(shape)

    def digits(kernel):
        rest = width - kernel.shape[1]
        return np.pad(kernel, ((0, 0), (0, rest))).ravel()

    for i, m, o in np.ndindex(W1.shape[2], W1.shape[3], W2.shape[3]):
        product = np.polymul(digits(W1[:, :, i, m]), digits(W2[:, :, m, o]))
        # polymul drops leading zeros.
        length = digits(W1[:, :, i, m]).size + digits(W2[:, :, m, o]).size - 1
        product = np.pad(product, (length - len(product), 0))
        W[:, :, i, o] += product[: shape[0] * width].reshape(shape[:2])
    return W
