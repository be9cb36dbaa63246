"""Wrong answers to lab 14, as students would write them."""

import numpy as np


# mistake: receptive field forgotten in fan out
def initial_scale(shape, scheme="he", distribution="normal"):
    fan_in = 1
    for size in shape[:-1]:
        fan_in = fan_in * size
    fan_out = shape[-1]
    variance = 2 / fan_in
    if scheme == "glorot":
        variance = 1 / ((fan_in + fan_out) / 2)
    if distribution == "normal":
        return np.sqrt(variance)
    return np.sqrt(3 * variance)


# mistake: momentum the wrong way round
def batch_norm(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    if training:
        axes = tuple(range(len(x.shape) - 1))
        mean = np.mean(x, axis=axes)
        var = np.var(x, axis=axes)
        moving_mean = (1 - momentum) * moving_mean + momentum * mean
        moving_var = (1 - momentum) * moving_var + momentum * var
    else:
        mean, var = moving_mean, moving_var
    y = gamma * (x - mean) / np.sqrt(var + epsilon) + beta
    return {"y": y, "moving_mean": moving_mean, "moving_var": moving_var}
