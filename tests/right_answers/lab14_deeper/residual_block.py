"""Right answers to lab14.residual_block in other styles than the solution's."""

from __future__ import annotations

import keras
import tensorflow as tf


def residual_by_shape(x, filters, strides=1):
    y = keras.layers.Conv2D(filters, 3, strides=strides, padding="same")(x)
    y = keras.layers.Activation("relu")(y)
    y = keras.layers.Conv2D(filters, 3, padding="same")(y)
    if x.shape != y.shape:
        x = keras.layers.Conv2D(filters, 1, strides=strides)(x)
    return keras.layers.ReLU()(keras.layers.Add()([x, y]))


def residual_with_operators(x, filters, strides=1):
    conv = keras.layers.Conv2D
    shortcut = x
    if strides > 1 or x.shape[-1] != filters:
        shortcut = conv(filters, kernel_size=(1, 1), strides=(strides, strides))(x)
    inner = conv(filters, 3, strides, padding="same", activation="relu")(x)
    return keras.ops.relu(conv(filters, 3, padding="same")(inner) + shortcut)


class _Residual(keras.layers.Layer):
    """The block as one layer, which makes its projection when it sees its input."""

    def __init__(self, filters, strides):
        super().__init__()
        self.filters, self.strides = filters, strides
        self.second = keras.layers.Conv2D(filters, 3, padding="same")
        self.first = keras.layers.Conv2D(
            filters, 3, strides=strides, padding="same", activation="relu"
        )
        self.projection = None

    def build(self, shape):
        if self.strides != 1 or shape[-1] != self.filters:
            self.projection = keras.layers.Conv2D(self.filters, 1, self.strides)
            self.projection.build(shape)
        self.first.build(shape)
        self.second.build((*shape[:-1], self.filters))

    def call(self, x):
        shortcut = x if self.projection is None else self.projection(x)
        return tf.nn.relu(self.second(self.first(x)) + shortcut)


def residual_layer(x, filters, strides=1):
    return _Residual(filters, strides)(x)


def residual_sequential(x, filters, strides=1):
    branch = keras.Sequential(
        [
            keras.layers.Conv2D(filters, 3, strides=strides, padding="same"),
            keras.layers.ReLU(),
            keras.layers.Conv2D(filters, 3, padding="same"),
        ]
    )
    same = strides == 1 and x.shape[3] == filters
    skip = keras.layers.Identity() if same else keras.layers.Conv2D(filters, 1, strides)
    return keras.layers.Activation("relu")(keras.layers.add([branch(x), skip(x)]))


def residual_pads_by_hand(x, filters, strides=1):
    """Thin the shortcut before its convolution, and pad with layers of their own."""
    layers = keras.layers
    height, width, channels = x.shape[1:]
    pads = []
    for n in (height, width):
        total = max((-(-n // strides) - 1) * strides + 3 - n, 0)
        pads.append((total // 2, total - total // 2))
    y = layers.Conv2D(filters, 3, strides=strides)(layers.ZeroPadding2D(pads)(x))
    y = layers.Conv2D(filters, 3)(layers.ZeroPadding2D(1)(keras.activations.relu(y)))
    if (strides, channels) != (1, filters):
        x = layers.Conv2D(filters, 1)(x[:, ::strides, ::strides])
    return keras.activations.relu(keras.ops.add(y, x))
