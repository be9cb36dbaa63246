"""Right answers to lab09.build_inception_block in other styles than the solution's."""

from __future__ import annotations

import functools

import keras
import tensorflow as tf


def inception_function(x, f1, f3r, f3, f5r, f5, fp):
    def conv(tensor, filters, size=1):
        made = keras.layers.Conv2D(filters, (size, size), padding="same")(tensor)
        return keras.layers.Activation("relu")(made)

    pool = keras.layers.MaxPool2D((3, 3), (1, 1), "same")(x)
    branches = [
        conv(x, f1),
        conv(conv(x, f3r), f3, 3),
        conv(conv(x, f5r), f5, 5),
        conv(pool, fp),
    ]
    return keras.layers.concatenate(branches)


def inception_ops(x, f1, f3r, f3, f5r, f5, fp):
    conv = functools.partial(keras.layers.Conv2D, padding="same")
    relu = keras.ops.relu
    pooled = keras.ops.max_pool(x, 3, strides=1, padding="same")
    last = relu(conv(fp, 1)(pooled))
    third = relu(conv(f5, 5)(relu(conv(f5r, 1)(x))))
    second = relu(conv(f3, 3)(relu(conv(f3r, 1)(x))))
    first = relu(conv(f1, 1)(x))
    return keras.ops.concatenate([first, second, third, last], axis=3)


class _Block(keras.layers.Layer):
    """An Inception block as one layer of its own."""

    def __init__(self, f1, f3r, f3, f5r, f5, fp):
        super().__init__()
        made = {"padding": "same", "activation": "relu"}
        self.small = [keras.layers.Conv2D(f, 1, **made) for f in (fp, f5r, f3r, f1)]
        self.three = keras.layers.Conv2D(f3, 3, **made)
        self.five = keras.layers.Conv2D(f5, 5, **made)
        self.pool = keras.layers.MaxPooling2D(3, strides=1, padding="same")

    def call(self, x):
        project, before_five, before_three, one = self.small
        three, five = self.three(before_three(x)), self.five(before_five(x))
        return tf.concat([one(x), three, five, project(self.pool(x))], axis=-1)


def inception_layer(x, f1, f3r, f3, f5r, f5, fp):
    return _Block(f1, f3r, f3, f5r, f5, fp)(x)


def inception_sequential(x, f1, f3r, f3, f5r, f5, fp):
    def conv(filters, size):
        return keras.layers.Conv2D(
            filters, size, strides=1, padding="same", activation="relu"
        )

    pool = keras.layers.MaxPooling2D(pool_size=3, strides=1, padding="same")
    branches = (
        [conv(f1, 1)],
        [conv(f3r, 1), conv(f3, 3)],
        [conv(f5r, 1), conv(f5, 5)],
        [pool, conv(fp, 1)],
    )
    return keras.layers.Concatenate(axis=3)(
        [keras.Sequential(branch)(x) for branch in branches]
    )


def inception_relu_last(x, f1, f3r, f3, f5r, f5, fp):
    """The ReLU of all branches at once, behind the joint; pads added by hand."""
    layers = keras.layers
    small = [layers.Conv2D(f, 1, activation="relu")(x) for f in (f3r, f5r)]
    three = layers.Conv2D(f3, 3)(layers.ZeroPadding2D(1)(small[0]))
    five = layers.Conv2D(f5, 5)(layers.ZeroPadding2D(2)(small[1]))
    pooled = layers.MaxPooling2D(3, 1, padding="same")(x)
    joined = [layers.Conv2D(f1, 1)(x), three, five, layers.Conv2D(fp, 1)(pooled)]
    return layers.ReLU()(layers.Concatenate()(joined))
