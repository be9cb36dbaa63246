"""Right answers to lab14.separable_cost in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


def separable_cost_step_by_step(input_shape, filters, kernel_size, strides=1):
    height, width, channels = input_shape
    out_h, out_w = math.ceil(height / strides), math.ceil(width / strides)
    depthwise_macs = out_h * out_w * channels * kernel_size * kernel_size
    pointwise_macs = out_h * out_w * channels * filters
    params = channels * kernel_size**2 + channels * filters + filters
    return {"params": params, "macs": depthwise_macs + pointwise_macs}


def separable_cost_factored(input_shape, filters, kernel_size, strides=1):
    *sides, channels = input_shape
    weights = channels * (kernel_size**2 + filters)
    places = math.prod((n + strides - 1) // strides for n in sides)
    return {"macs": weights * places, "params": weights + filters}


def separable_cost_by_arrays(input_shape, filters, kernel_size, strides=1):
    channels = input_shape[-1]
    kernels = np.zeros((kernel_size, kernel_size, channels, 1))
    mixing, biases = np.zeros((1, 1, channels, filters)), np.zeros(filters)
    maps = np.zeros(input_shape)[::strides, ::strides, 0]
    work = maps.size * (kernels.size + mixing.size)
    return {"params": kernels.size + mixing.size + biases.size, "macs": work}


def separable_cost_in_floats(input_shape, filters, kernel_size, strides=1):
    height, width, channels = map(float, input_shape)
    positions = np.ceil(height / strides) * np.ceil(width / strides)
    per_position = channels * kernel_size**2.0 + channels * filters
    return {"params": per_position + filters, "macs": per_position * positions}


def separable_cost_by_loops(input_shape, filters, kernel_size, strides=1):
    params = macs = 0
    places = len(range(0, input_shape[0], strides)) * len(
        range(0, input_shape[1], strides)
    )
    for _ in range(input_shape[2]):
        params += kernel_size**2
        macs += kernel_size**2 * places
    for _ in range(filters):
        params += input_shape[2] + 1
        macs += input_shape[2] * places
    return {"params": params, "macs": macs}
