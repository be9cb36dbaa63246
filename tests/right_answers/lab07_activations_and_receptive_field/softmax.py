"""Right answers to lab07.softmax in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


def softmax_by_slices(x, axis=-1):
    """Apply a one-dimensional softmax along the axis."""

    def one(values):
        shifted = [math.exp(v - max(values)) for v in values]
        return [v / sum(shifted) for v in shifted]

    return np.apply_along_axis(one, axis, np.asarray(x, float))


def softmax_by_logarithm(x, axis=-1):
    """Subtract the logarithm of the sum of the exponentials."""
    moved = np.moveaxis(x, axis, 0)
    total = np.logaddexp.reduce(moved.astype(float), axis=0)
    return np.moveaxis(np.exp(moved - total), 0, axis).astype("float32")


def softmax_with_keepdims(x, axis=-1):
    """Subtract the maximum and divide by the sum."""
    powers = np.exp(np.subtract(x, np.amax(x, axis, keepdims=True)))
    return powers / np.sum(powers, axis, keepdims=True)


def softmax_by_transposing(x, axis=-1):
    """Bring the axis to the end, where a column of sums can be added by hand."""
    moved = np.swapaxes(x.astype(float), axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    shares = np.empty(rows.shape)
    for number, row in enumerate(rows):
        powers = np.exp(row - row.max())
        shares[number] = powers / powers.sum()
    return np.swapaxes(shares.reshape(moved.shape), axis, -1)


def softmax_by_differences(x, axis=-1):
    """Divide 1 by the sum of exp(x_j - x_i); what overflows is a share of 0."""
    moved = np.moveaxis(np.asarray(x, float), axis, -1)
    with np.errstate(over="ignore"):
        powers = np.exp(moved[..., None, :] - moved[..., :, None])
    return np.moveaxis(1 / powers.sum(axis=-1), -1, axis)
