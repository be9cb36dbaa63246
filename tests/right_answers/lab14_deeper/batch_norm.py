"""Right answers to lab14.batch_norm in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def batch_norm_by_axes(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    if not training:
        y = gamma * (x - moving_mean) / np.sqrt(moving_var + epsilon) + beta
        return {"y": y, "moving_mean": moving_mean, "moving_var": moving_var}
    axes = tuple(range(x.ndim - 1))
    mean, var = np.mean(x, axis=axes), np.var(x, axis=axes)
    return {
        "y": gamma * (x - mean) / np.sqrt(var + epsilon) + beta,
        "moving_mean": momentum * moving_mean + (1 - momentum) * mean,
        "moving_var": momentum * moving_var + (1 - momentum) * var,
    }


def batch_norm_flat(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    """Write all pictures below each other, a column for each channel."""
    rows = x.reshape(-1, x.shape[-1]).astype("float64")
    mean, var = moving_mean, moving_var
    if training:
        mean = rows.mean(0)
        var = (rows**2).mean(0) - mean**2
        moving_mean = moving_mean - (1 - momentum) * (moving_mean - mean)
        moving_var = moving_var - (1 - momentum) * (moving_var - var)
    normed = (rows - mean) * (1 / (var + epsilon) ** 0.5)
    return {
        "moving_var": moving_var,
        "moving_mean": moving_mean,
        "y": (gamma * normed + beta).reshape(x.shape),
    }


def batch_norm_by_loops(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    """Go channel by channel, and fill arrays."""
    y = np.zeros(x.shape)
    new_mean, new_var = np.zeros(len(gamma)), np.zeros(len(gamma))
    for c in range(len(gamma)):
        values = x[..., c]
        m, v = moving_mean[c], moving_var[c]
        new_mean[c], new_var[c] = m, v
        if training:
            m, v = values.mean(), values.var()
            new_mean[c] = new_mean[c] * momentum + m * (1 - momentum)
            new_var[c] = new_var[c] * momentum + v * (1 - momentum)
        y[..., c] = (values - m) / np.sqrt(v + epsilon) * gamma[c] + beta[c]
    return {"y": y, "moving_mean": new_mean, "moving_var": new_var}


def batch_norm_in_float32(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    """Compute in single precision, with the axes kept and taken away again."""
    x = np.asarray(x, dtype=np.float32)
    mean, var = np.float32(moving_mean), np.float32(moving_var)
    if training:
        axes = tuple(np.arange(x.ndim - 1))
        batch_mean = x.mean(axis=axes, keepdims=True)
        batch_var = np.square(x - batch_mean).mean(axis=axes, keepdims=True)
        y = gamma * (x - batch_mean) / np.sqrt(batch_var + epsilon) + beta
        mean = momentum * mean + (1 - momentum) * batch_mean.ravel()
        var = momentum * var + (1 - momentum) * batch_var.ravel()
    else:
        y = gamma * (x - mean) / np.sqrt(var + epsilon) + beta
    return {"y": y, "moving_mean": mean, "moving_var": var}


def batch_norm_by_sums(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    """Sum over everything but the channels, by einsum, and scale once."""
    old = np.array([moving_mean, moving_var], float)
    if training:
        rows = x.reshape(-1, x.shape[-1])
        mean = np.einsum("nc->c", rows) / len(rows)
        apart = rows - mean
        used = np.array([mean, np.einsum("nc,nc->c", apart, apart) / len(rows)])
        moving = momentum * old + (1 - momentum) * used
    else:
        used = moving = old
    scale = gamma / np.sqrt(used[1] + epsilon)
    y = x * scale - used[0] * scale + beta
    return {"y": y, "moving_mean": moving[0], "moving_var": moving[1]}


def batch_norm_with_lists(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    """Swap the channels to the front, and give the averages as lists."""
    channels = np.swapaxes(x, 0, -1)
    means, variances, kept = list(moving_mean), list(moving_var), []
    for c, values in enumerate(channels):
        mean, variance = means[c], variances[c]
        if training:
            mean, variance = np.average(values), np.std(values) ** 2
            means[c] = np.average([means[c], mean], weights=[momentum, 1 - momentum])
            variances[c] = np.average(
                [variances[c], variance], weights=[momentum, 1 - momentum]
            )
        kept.append((values - mean) / (variance + epsilon) ** 0.5 * gamma[c] + beta[c])
    y = np.swapaxes(np.array(kept), 0, -1)
    return {"y": y, "moving_mean": means, "moving_var": variances}
