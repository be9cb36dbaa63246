"""Right answers to lab08.equivariance_gap in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal

from .shift_images import shift_by_padding


def gap_by_slices(x, kernel, dx, dy, stride=1):
    """Compare cell by cell; nothing is moved, only looked up elsewhere."""
    x = np.asarray(x, float)

    def filtered(image):
        return np.einsum(
            "ijab,ab->ij", sliding_window_view(image, kernel.shape), kernel
        )[::stride, ::stride]

    moved = shift_by_padding(x[None, ..., None], dx, dy)[0, ..., 0]
    one, two = filtered(moved), filtered(x)
    worst = 0.0
    for i in range(abs(dy), one.shape[0] - abs(dy)):
        for j in range(abs(dx), one.shape[1] - abs(dx)):
            other = two[i - dy // stride, j - dx // stride]
            worst = max(worst, abs(one[i, j] - other))
    return worst


def gap_by_roll(x, kernel, dx, dy, stride=1):
    """Move with wrap-around, which is right as long as only the interior counts."""
    one = signal.correlate(np.roll(x, (dy, dx), (0, 1)), kernel, "valid")
    one = one[::stride, ::stride]
    two = signal.correlate(x, kernel, "valid")[::stride, ::stride]
    two = np.roll(two, (math.floor(dy / stride), math.floor(dx / stride)), (0, 1))
    a, b = abs(dy), abs(dx)
    return np.abs(one - two)[a : len(one) - a, b : one.shape[1] - b].max()


def gap_by_ndimage(x, kernel, dx, dy, stride=1):
    height, width = (n - k for n, k in zip(x.shape, kernel.shape, strict=True))

    def filtered(image):
        origin = [-(k // 2) for k in kernel.shape]
        maps = ndimage.correlate(image, kernel, mode="constant", origin=origin)
        return maps[: height + 1 : stride, : width + 1 : stride]

    one = filtered(ndimage.shift(x, (dy, dx), order=0))
    two = ndimage.shift(filtered(x), (dy // stride, dx // stride), order=0)
    difference = np.ravel(
        (one - two)[abs(dy) : len(one) - abs(dy), abs(dx) : one.shape[1] - abs(dx)]
    )
    return max(difference.max(), -difference.min())


def gap_with_tensorflow(x, kernel, dx, dy, stride=1):
    """Let TensorFlow filter and pad."""
    import tensorflow as tf

    def filtered(image):
        maps = tf.nn.conv2d(
            tf.constant(image, tf.float64)[None, :, :, None],
            tf.constant(kernel, tf.float64)[:, :, None, None],
            strides=stride,
            padding="VALID",
        )
        return maps.numpy()

    def moved(maps, right, down):
        a, b = abs(down), abs(right)
        sheet = tf.pad(maps, [(0, 0), (a, a), (b, b), (0, 0)])
        return sheet[:, a - down :, b - right :][:, : maps.shape[1], : maps.shape[2]]

    shifted = moved(np.asarray(x, float)[None, ..., None], dx, dy)[0, ..., 0]
    one, two = filtered(shifted), moved(filtered(x), dx // stride, dy // stride)
    height, width = one.shape[1:3]
    a, b = abs(dy), abs(dx)
    inner = (one - two)[0, a : height - a, b : width - b, 0]
    return float(tf.reduce_max(tf.abs(inner)))


def gap_as_the_lab_says(x, kernel, dx, dy, stride=1):
    """Follow the four steps, with slices that have no end where nothing is cut off."""

    def moved(image, right, down):
        return ndimage.shift(image, (down, right), order=0)

    def filtered(image):
        return signal.correlate(image, kernel, mode="valid")[::stride, ::stride]

    one = filtered(moved(x, dx, dy))
    two = moved(filtered(x), dx // stride, dy // stride)
    inner = (one - two)[abs(dy) : -abs(dy) or None, abs(dx) : -abs(dx) or None]
    return np.linalg.norm(inner.ravel(), ord=np.inf)
