"""Right answers to lab09.conv_as_tf_nn in other styles than the solution's."""

from __future__ import annotations

import math

import keras
import numpy as np
import tensorflow as tf


def conv_convolution(x, W, b, stride=(1, 1), padding="valid"):
    x, W = np.float32(x), np.float32(W)
    maps = tf.nn.convolution(x, W, strides=stride, padding=padding.upper())
    return tf.nn.bias_add(maps, b.astype("float32"))


def conv_float64(x, W, b, stride=(1, 1), padding="valid"):
    mode = {"valid": "VALID", "same": "SAME"}[padding]
    x, W, b = (tf.constant(array, dtype=tf.float64) for array in (x, W, b))
    return (tf.nn.conv2d(x, W, [1, *stride, 1], mode) + b).numpy()


def conv_raw(x, W, b, stride=(1, 1), padding="valid"):
    maps = tf.raw_ops.Conv2D(
        input=tf.convert_to_tensor(x.astype(np.float32)),
        filter=tf.convert_to_tensor(W.astype(np.float32)),
        strides=[1, stride[0], stride[1], 1],
        padding=padding.upper(),
        data_format="NHWC",
    )
    return np.asarray(maps) + b


def conv_patches(x, W, b, stride=(1, 1), padding="valid"):
    kh, kw, _, filters = W.shape
    patches = tf.image.extract_patches(
        tf.cast(x, "float32"),
        sizes=(1, kh, kw, 1),
        strides=(1, *stride, 1),
        rates=(1, 1, 1, 1),
        padding=padding.upper(),
    )
    return tf.tensordot(patches, W.reshape(-1, filters).astype("float32"), axes=1) + b


def conv_explicit_pads(x, W, b, stride=(1, 1), padding="valid"):
    pads = [[0, 0]]
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        total = max((math.ceil(n / step) - 1) * step + k - n, 0)
        total = total if padding == "same" else 0
        pads.append([total // 2, total - total // 2])
    x, W, b = (tf.cast(array, tf.float32) for array in (x, W, b))
    return tf.nn.conv2d(x, W, list(stride), padding=[*pads, [0, 0]]) + b


def conv_keras_ops(x, W, b, stride=(1, 1), padding="valid"):
    x, W, b = (keras.ops.cast(array, "float32") for array in (x, W, b))
    return keras.ops.add(keras.ops.conv(x, W, tuple(stride), padding), b)
