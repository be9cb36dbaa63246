"""Right answers to lab06.same_pads in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


def pads_by_modulo(n, k, stride, dilation=1):
    # The form of TensorFlow's documentation, with and without a rest.
    reach = (k - 1) * dilation + 1
    total = max(reach - (n % stride or stride), 0)
    return [total // 2, total - total // 2]


def pads_by_ceil(n, k, stride, dilation=1):
    outputs = math.ceil(n / stride)
    lacking = (outputs - 1) * stride + 1 + (k - 1) * dilation - n
    total = np.maximum(lacking, 0)
    return np.array([np.floor(total / 2), np.ceil(total / 2)])


def pads_by_trying(n, k, stride, dilation=1):
    before = after = 0
    while (n + before + after - (k - 1) * dilation - 1) // stride + 1 < -(-n // stride):
        if before == after:
            after += 1
        else:
            before += 1
    return before, after


def pads_by_divmod(n, k, stride, dilation=1):
    windows, rest = divmod(n, stride)
    windows += rest > 0
    last_pixel = (windows - 1) * stride + (k - 1) * dilation
    before, odd = divmod(max(0, last_pixel - (n - 1)), 2)
    return before, before + odd


def pads_by_window_starts(n, k, stride, dilation=1):
    """Look how far the last window sticks out of the row."""
    starts = list(range(0, n, stride))
    touched = {starts[-1] + tap * dilation for tap in range(k)}
    outside = max(touched | {n - 1}) - n + 1
    return np.int64(outside // 2), np.int64((outside + 1) // 2)
