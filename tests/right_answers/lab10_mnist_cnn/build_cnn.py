"""Right answers to lab10.build_cnn in other styles than the solution's."""

from __future__ import annotations

import math

import keras
import tensorflow as tf


def build_sequential(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(16, (5, 5)),
            layers.ReLU(),
            layers.MaxPool2D(),
            layers.Conv2D(32, 3, padding="valid"),
            layers.Activation(tf.nn.relu),
            layers.MaxPool2D((2, 2)),
            layers.Conv2D(64, (3, 3), strides=1, activation=keras.ops.relu),
            layers.Reshape((-1,)),
            layers.Dropout(dropout),
            layers.Dense(num_classes, activation=None),
        ]
    )


class _Subclassed(keras.Model):
    """Creates its layers in another order than it calls them."""

    def __init__(self, num_classes, dropout):
        super().__init__()
        self.scores = keras.layers.Dense(num_classes)
        self.drop = keras.layers.Dropout(dropout)
        self.third = keras.layers.Conv2D(64, 3, activation="relu")
        self.second = keras.layers.Conv2D(32, 3)
        self.first = keras.layers.Conv2D(16, 5, activation=keras.activations.relu)

    def call(self, inputs, training=False):
        x = keras.ops.max_pool(self.first(inputs), 2)
        x = keras.ops.max_pool(keras.ops.relu(self.second(x)), 2)
        x = self.third(x)
        x = keras.ops.reshape(x, (-1, math.prod(x.shape[1:])))
        return self.scores(self.drop(x, training=training))


def build_subclassed(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    model = _Subclassed(num_classes, dropout)
    model.build((None, *input_shape))
    return model


def build_nested(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    def block(filters, kernel_size):
        return keras.Sequential(
            [
                keras.layers.Conv2D(
                    filters, kernel_size, kernel_initializer="he_normal"
                ),
                keras.layers.MaxPooling2D(2),
                keras.layers.ReLU(),
            ]
        )

    inputs = keras.Input(shape=input_shape)
    x = block(32, 3)(block(16, 5)(inputs))
    x = keras.layers.Conv2D(64, 3, name="last")(x)
    x = keras.layers.Flatten()(keras.layers.ReLU()(x))
    if dropout:
        x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Dense(num_classes)(x)
    return keras.Model(inputs, keras.layers.Activation("linear")(x))


def build_added(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    model = keras.models.Sequential()
    model.add(keras.layers.InputLayer(shape=input_shape))
    for filters, size, pooled in ((16, 5, True), (32, 3, True), (64, 3, False)):
        model.add(keras.layers.Convolution2D(filters, size, activation="relu"))
        if pooled:
            model.add(keras.layers.MaxPool2D(2, 2))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(num_classes, activation="linear"))
    return model


class _Rectified(keras.layers.Layer):
    """A convolution and what follows it, as a layer of its own."""

    def __init__(self, filters, size, pool):
        super().__init__()
        self.convolution = keras.layers.Conv2D(filters, size)
        self.pool = keras.layers.MaxPooling2D() if pool else None

    def call(self, x):
        x = tf.nn.relu(self.convolution(x))
        return self.pool(x) if self.pool else x


def build_own_layers(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    inputs = keras.Input(input_shape)
    x = _Rectified(16, 5, pool=True)(inputs)
    x = _Rectified(32, 3, pool=True)(x)
    x = keras.layers.Flatten()(_Rectified(64, 3, pool=False)(x))
    outputs = keras.layers.Dense(num_classes)(keras.layers.Dropout(dropout)(x))
    return keras.Model(inputs=inputs, outputs=outputs)
