"""Right answers to lab 03 in other styles than the solution's."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def size_by_counting(n, k):
    """Count the starts one by one."""
    positions = 0
    for start in range(n):
        if start + k <= n:
            positions += 1
    return positions


def size_by_numpy(n, k):
    """Ask NumPy how many windows it sees; a NumPy integer is as good."""
    return np.int64(sliding_window_view(np.zeros(n), k).shape[0])


def size_as_float(n, k):
    """Give a float."""
    return float(n) - k + 1


def size_by_recursion(n, k):
    """Take the row one pixel shorter, until the filter fills it."""
    return 1 if n == k else size_by_recursion(n - 1, k) + 1


def size_by_correlating(n, k):
    """Slide ones over zeros and count the values."""
    return len(np.correlate(np.zeros(n), np.ones(k), mode="valid"))


def size_by_range(n, k):
    """Count the last pixels of the window, as an array with one number."""
    return np.array(len(list(range(k - 1, n))))


def window_by_index(x, i, j, kh, kw, stride=1):
    """Index with lists of rows and columns: a copy, not a view."""
    rows = [i * stride + a for a in range(kh)]
    columns = [j * stride + b for b in range(kw)]
    return x[np.ix_(rows, columns)]


def window_as_lists(x, i, j, kh, kw, stride=1):
    """Build plain lists, value by value."""
    return [
        [float(x[i * stride + a, j * stride + b]) for b in range(kw)] for a in range(kh)
    ]


def window_by_views(x, i, j, kh, kw, stride=1):
    """Take every stride-th of all windows."""
    return sliding_window_view(x, (kh, kw))[::stride, ::stride][i, j]


def window_with_take(x, i, j, kh, kw, stride=1):
    """Take rows, then columns, in float32."""
    rows = np.take(x, np.arange(kh) + i * stride, axis=0)
    return np.take(rows, np.arange(kw) + j * stride, axis=1).astype("float32")


def window_in_two_steps(x, i, j, kh, kw, stride=1):
    """Drop what lies above and to the left, then keep the corner."""
    rest = x[i * stride :, j * stride :]
    return np.array(rest[:kh, :kw])


def window_by_matrices(x, i, j, kh, kw, stride=1):
    """Choose rows and columns with matrices of 0 and 1."""
    rows = np.eye(x.shape[0])[i * stride : i * stride + kh]
    columns = np.eye(x.shape[1])[j * stride : j * stride + kw]
    return rows @ x @ columns.T


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


def correlate_by_fourier(x, k):
    """Multiply spectra, and keep the part where the filter lies inside."""
    size = [n + m - 1 for n, m in zip(x.shape, k.shape, strict=True)]
    spectrum = np.fft.rfft2(x, size) * np.fft.rfft2(k[::-1, ::-1], size)
    full = np.fft.irfft2(spectrum, size)
    return full[k.shape[0] - 1 : x.shape[0], k.shape[1] - 1 : x.shape[1]]


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


RIGHT_ANSWERS: dict[str, list[Callable[..., Any]]] = {
    "output_size_valid": [
        size_by_counting,
        size_by_numpy,
        size_as_float,
        size_by_recursion,
        size_by_correlating,
        size_by_range,
    ],
    "window": [
        window_by_index,
        window_as_lists,
        window_by_views,
        window_with_take,
        window_in_two_steps,
        window_by_matrices,
    ],
    "correlate2d_valid": [
        correlate_by_scalars,
        correlate_by_shifts,
        correlate_by_einsum,
        correlate_by_matrix,
        correlate_row_by_row,
        correlate_by_recursion,
        correlate_by_fourier,
    ],
    "convolve2d_valid": [
        convolve_by_scipy,
        convolve_by_rotation,
        convolve_by_definition,
        convolve_by_scattering,
        convolve_in_loops,
        convolve_by_turning_twice,
    ],
}
