"""Right answers to lab03.output_size_valid in other styles than the solution's."""

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
