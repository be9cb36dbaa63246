"""Right answers to lab01.conv2d_macs in other styles than the solution's."""

from __future__ import annotations

import itertools
import math
import operator

import numpy as np

from ._shared import entries


def conv2d_macs_reduced(h_out, w_out, kh, kw, c_in, filters):
    sizes = [h_out, w_out, kh, kw, c_in, filters]
    return list(itertools.accumulate(sizes, operator.mul))[-1]


def conv2d_macs_of_matmul(h_out, w_out, kh, kw, c_in, filters):
    rows, inner = h_out * w_out, kh * kw * c_in
    return entries(rows, inner, filters)


def conv2d_macs_filter_by_filter(h_out, w_out, kh, kw, c_in, filters):
    total = 0
    for _ in range(filters):
        for _ in range(c_in):
            total += math.prod((h_out, w_out, kh, kw))
    return total


def conv2d_macs_int64(h_out, w_out, kh, kw, c_in, filters):
    return np.prod(np.array([h_out, w_out, kh, kw, c_in, filters], dtype="int64"))


def conv2d_macs_row_by_row(h_out, w_out, kh, kw, c_in, filters):
    one_value = kh * kw * c_in
    macs = 0
    for _ in range(h_out):
        macs = macs + w_out * filters * one_value
    return macs
