"""Right answers to lab03.window in other styles than the solution's."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


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
