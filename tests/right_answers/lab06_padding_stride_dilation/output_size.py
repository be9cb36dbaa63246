"""Right answers to lab06.output_size in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def size_by_counting(n, k, stride, pad_total, dilation=1):
    last = n + pad_total - 1 - (k - 1) * dilation
    return len(range(0, last + 1, stride))


def size_by_floor(n, k, stride, pad_total, dilation=1):
    reach = dilation * (k - 1) + 1
    return math.floor((n + pad_total - reach) / stride) + 1


def size_by_walking(n, k, stride, pad_total, dilation=1):
    start = count = 0
    while start + (k - 1) * dilation < n + pad_total:
        count += 1
        start += stride
    return float(count)


def size_by_recursion(n, k, stride, pad_total, dilation=1):
    if n + pad_total < (k - 1) * dilation + 1:
        return 0
    return 1 + size_by_recursion(n - stride, k, stride, pad_total, dilation)


def size_of_a_view(n, k, stride, pad_total, dilation=1):
    row = np.zeros(n + pad_total)
    return sliding_window_view(row, k + (k - 1) * (dilation - 1))[::stride].shape[0]
