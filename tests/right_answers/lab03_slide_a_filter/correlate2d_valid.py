"""Right answers to lab03.correlate2d_valid in other styles than the solution's."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def correlate_by_scalars(x, k):
    """Loop over outputs and over the filter, in Python numbers."""
    (h, w), (kh, kw) = x.shape, k.shape
    rows = []
    for i in range(h - kh + 1):
        row = []
        for j in range(w - kw + 1):
            total = 0.0
            for a in range(kh):
                for b in range(kw):
                    total += float(x[i + a, j + b]) * float(k[a, b])
            row.append(total)
        rows.append(row)
    return rows


def correlate_by_shifts(x, k):
    """Add up one shifted image per value of the filter, in float32."""
    height, width = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    out = np.zeros((height, width), dtype=np.float32)
    for (a, b), value in np.ndenumerate(k):
        out += value.astype(np.float32) * x[a : a + height, b : b + width].astype("f4")
    return out


def correlate_by_einsum(x, k):
    """Use every window at once."""
    return np.einsum("ijab,ab->ij", sliding_window_view(x, k.shape), k)


def correlate_by_matrix(x, k):
    """Unroll the windows and multiply with the flat filter."""
    views = sliding_window_view(x, k.shape)
    return (views.reshape(-1, k.size) @ k.ravel()).reshape(views.shape[:2])


def correlate_row_by_row(x, k):
    """Add up one correlation along a line for each row of the filter."""
    height, width = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    out = np.zeros((height, width))
    for i in range(height):
        for a, weights in enumerate(k):
            line = x[i + a]
            out[i] += [weights @ line[j : j + len(weights)] for j in range(width)]
    return out


def correlate_by_recursion(x, k):
    """Split the filter into its rows until one is left."""
    if len(k) > 1:
        first = correlate_by_recursion(x[: len(x) - len(k) + 1], k[:1])
        return first + correlate_by_recursion(x[1:], k[1:])
    return np.tensordot(sliding_window_view(x, k.shape), k * 1.0, axes=2)
