"""Right answers to lab14.initial_scale in other styles than the solution's."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np


def initial_scale_by_cases(shape, scheme="he", distribution="normal"):
    if len(shape) == 2:
        fan_in, fan_out = shape
    else:
        height, width, channels, filters = shape
        fan_in, fan_out = height * width * channels, height * width * filters
    if scheme == "he":
        return math.sqrt((2 if distribution == "normal" else 6) / fan_in)
    return math.sqrt((2 if distribution == "normal" else 6) / (fan_in + fan_out))


def initial_scale_by_numpy(shape, scheme="he", distribution="normal"):
    window = np.prod(shape[:-2])
    fans = window * np.array(shape[-2:])
    variance = 2 / fans[0] if scheme == "he" else 1 / fans.mean()
    limit = np.sqrt([variance, 3 * variance])
    return limit[["normal", "uniform"].index(distribution)]


def initial_scale_from_all_weights(shape, scheme="he", distribution="normal"):
    size = math.prod(shape)
    fan_in, fan_out = size / shape[-1], size / shape[-2]
    n = {"he": fan_in / 2, "glorot": (fan_in + fan_out) / 2}[scheme]
    return (n / {"normal": 1, "uniform": 3}[distribution]) ** -0.5


def initial_scale_by_fractions(shape, scheme="he", distribution="normal"):
    *window, channels, filters = map(Fraction, shape)
    area = math.prod(window)
    mean = area * channels if scheme == "he" else area * (channels + filters) / 2
    variance = (2 if scheme == "he" else 1) / mean
    if distribution == "uniform":
        variance *= 3
    return np.float64(variance) ** 0.5


def initial_scale_in_float32(shape, scheme="he", distribution="normal"):
    """Loop over the axes, and give a number of single precision."""
    fan_in = fan_out = np.float32(1)
    for axis, size in enumerate(shape):
        if axis != len(shape) - 1:
            fan_in *= size
        if axis != len(shape) - 2:
            fan_out *= size
    variance = 2 / fan_in
    if scheme != "he":
        variance = 2 / (fan_in + fan_out)
    deviation = np.sqrt(variance)
    return deviation if distribution == "normal" else deviation * np.sqrt(np.float32(3))
