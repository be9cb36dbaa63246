"""Right answers to lab03.convolve2d_valid in other styles than the solution's."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def convolve_by_scipy(x, k):
    """Turn the filter and let SciPy correlate."""
    from scipy.signal import correlate2d

    return correlate2d(x, k[::-1, ::-1], mode="valid")


def convolve_by_rotation(x, k):
    """Turn the filter by two quarters and use one product of tensors."""
    return np.tensordot(sliding_window_view(x, k.shape), np.rot90(k, 2), axes=2)


def convolve_by_definition(x, k):
    """Walk backwards through the filter, as the formula says."""
    (kh, kw) = k.shape
    out = np.empty((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    for i, j in np.ndindex(*out.shape):
        out[i, j] = sum(
            x[i + kh - 1 - a, j + kw - 1 - b] * k[a, b] for a, b in np.ndindex(kh, kw)
        )
    return out


def convolve_by_scattering(x, k):
    """Let every pixel leave a copy of the filter, then cut off the overhang."""
    (h, w), (kh, kw) = x.shape, k.shape
    full = np.zeros((h + kh - 1, w + kw - 1))
    for a in range(h):
        for b in range(w):
            full[a : a + kh, b : b + kw] += x[a, b] * k
    return full[kh - 1 : h, kw - 1 : w]


def convolve_in_loops(x, k):
    """Turn the filter in loops, and slide it in loops; the result is a list of lists."""
    kh, kw = k.shape
    turned = np.zeros((kh, kw), dtype="float32")
    for a in range(kh):
        for b in range(kw):
            turned[kh - 1 - a, kw - 1 - b] = k[a, b]
    return [
        [
            float(np.sum(x[i : i + kh, j : j + kw] * turned))
            for j in range(x.shape[1] - kw + 1)
        ]
        for i in range(x.shape[0] - kh + 1)
    ]


def convolve_by_turning_twice(x, k):
    """Turn the image in place of the filter, and turn the result back."""
    turned = np.flip(np.asarray(x, dtype=float))
    windows = sliding_window_view(turned, k.shape)
    return np.flip(np.einsum("ijab,ab->ij", windows, k))
