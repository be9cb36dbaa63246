"""Right answers to lab01.conv2d_params in other styles than the solution's."""

from __future__ import annotations

import functools

import numpy as np


def conv2d_params_of_arrays(kh, kw, c_in, filters, bias=True):
    weights = np.zeros((kh, kw, c_in, filters))
    biases = np.zeros(filters if bias else 0)
    return weights.size + biases.size


def conv2d_params_filter_by_filter(kh, kw, c_in, filters, bias=True):
    total = 0
    for _ in range(filters):
        for _ in range(c_in):
            total += kh * kw
        if bias:
            total += 1
    return total


def conv2d_params_as_float(kh, kw, c_in, filters, bias=True):
    return float(np.prod([kh, kw, c_in, filters])) + (filters if bias else 0.0)


def conv2d_params_as_dense(kh, kw, c_in, filters, bias=True):
    n_in = functools.reduce(lambda total, side: total * side, (kh, kw, c_in))
    return (n_in + 1) * filters if bias else n_in * filters


def conv2d_params_without_the_switch(kh, kw, c_in, filters, bias=True):
    box = np.int64(kh) * kw * c_in
    return np.array([box * filters, filters]) @ np.array([1, int(bias)])
