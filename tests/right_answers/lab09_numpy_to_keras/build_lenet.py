"""Right answers to lab09.build_lenet in other styles than the solution's."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


def lenet_functional(input_shape=(28, 28, 1), classes=10):
    inputs = keras.Input(shape=input_shape)
    x = keras.layers.Conv2D(6, 5, padding="same")(inputs)
    x = keras.layers.ReLU()(x)
    x = keras.layers.MaxPool2D(2)(x)
    x = keras.layers.Conv2D(16, (5, 5), padding="valid")(x)
    x = keras.activations.relu(x)
    x = keras.layers.MaxPool2D(2, strides=2)(x)
    x = keras.layers.Reshape((-1,))(x)
    for units in (120, 84):
        x = keras.layers.Dense(units, activation=tf.nn.relu)(x)
    return keras.Model(inputs=inputs, outputs=keras.layers.Dense(classes)(x))


def lenet_added(input_shape=(28, 28, 1), classes=10):
    model = keras.models.Sequential(name="lenet")
    model.add(keras.layers.InputLayer(shape=input_shape))
    model.add(keras.layers.ZeroPadding2D(2))
    model.add(keras.layers.Conv2D(6, 5, kernel_initializer="he_uniform"))
    model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Conv2D(16, 5, activation="relu"))
    model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(120, "relu"))
    model.add(keras.layers.Dense(84, "relu"))
    model.add(keras.layers.Dense(classes, activation=None))
    return model


class _LeNet(keras.Model):
    """Creates its layers in another order than it calls them."""

    def __init__(self, classes):
        super().__init__()
        self.scores = keras.layers.Dense(classes)
        self.hidden = [keras.layers.Dense(n, activation="relu") for n in (120, 84)]
        self.second = keras.layers.Conv2D(16, 5, activation="relu")
        self.first = keras.layers.Conv2D(6, 5, activation="relu", padding="same")
        self.pool = keras.layers.MaxPooling2D(2)

    def call(self, inputs):
        x = self.pool(self.second(self.pool(self.first(inputs))))
        x = tf.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))
        for layer in self.hidden:
            x = layer(x)
        return self.scores(x)


def lenet_subclassed(input_shape=(28, 28, 1), classes=10):
    model = _LeNet(classes)
    model(np.zeros((1, *input_shape), "float32"))
    return model


def lenet_nested(input_shape=(28, 28, 1), classes=10):
    def block(filters, padding):
        layers = keras.layers
        conv = layers.Conv2D(filters, 5, padding=padding, activation="relu")
        return keras.Sequential([conv, layers.MaxPooling2D((2, 2))])

    head = keras.Sequential(
        [keras.layers.Dense(n, activation="relu") for n in (120, 84)]
    )
    inputs = keras.Input(input_shape)
    x = keras.layers.Flatten()(block(16, "valid")(block(6, "same")(inputs)))
    return keras.Model(inputs, keras.layers.Dense(classes)(head(x)))


def lenet_compiled(input_shape=(28, 28, 1), classes=10):
    """Compiled already, and with a last activation that changes nothing."""
    relu = {"activation": keras.ops.relu}
    model = keras.Sequential(
        [
            keras.Input(input_shape, batch_size=None),
            keras.layers.Conv2D(6, 5, strides=1, padding="SAME", **relu),
            keras.layers.MaxPooling2D(2, padding="valid"),
            keras.layers.Conv2D(16, 5, **relu),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(data_format="channels_last"),
            keras.layers.Dense(120, **relu),
            keras.layers.Dense(84, **relu),
            keras.layers.Dense(classes),
            keras.layers.Activation("linear"),
        ]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
