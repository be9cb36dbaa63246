"""Right answers to lab13.build_policy in other styles than the solution's."""

from __future__ import annotations

import keras


def build_sequential(size=9, channels=5, filters=24):
    model = keras.Sequential()
    model.add(keras.Input((size, size, channels)))
    for _ in range(3):
        model.add(keras.layers.Conv2D(filters, (3, 3), padding="same"))
        model.add(keras.layers.ReLU())
    model.add(keras.layers.Conv2D(1, (1, 1)))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Activation("softmax"))
    return model


def build_reshaped(size=9, channels=5, filters=24):
    inputs = keras.Input((size, size, channels))
    x = inputs
    for number in range(3):
        x = keras.layers.Conv2D(
            filters, 3, 1, "same", activation=keras.activations.relu, name=f"c{number}"
        )(x)
    x = keras.layers.Conv2D(1, 1, padding="same")(x)
    x = keras.layers.Reshape((size * size,))(x)
    return keras.Model(inputs, keras.ops.softmax(x, axis=-1))


class _Policy(keras.Model):
    """Creates its layers in another order than it calls them."""

    def __init__(self, filters):
        super().__init__()
        self.score = keras.layers.Conv2D(1, kernel_size=1)
        self.convolutions = [
            keras.layers.Conv2D(filters, 3, padding="same") for _ in range(3)
        ]
        self.flat = keras.layers.Flatten()

    def call(self, x):
        for convolution in self.convolutions:
            x = keras.ops.relu(convolution(x))
        return keras.ops.softmax(self.flat(self.score(x)))


def build_subclassed(size=9, channels=5, filters=24):
    model = _Policy(filters)
    model.build((None, size, size, channels))
    return model


def build_nested(size=9, channels=5, filters=24):
    layers = keras.layers
    same = {"kernel_size": 3, "padding": "SAME".lower(), "activation": "relu"}
    body = keras.Sequential([layers.Conv2D(filters, **same) for _ in range(3)])
    inputs = keras.Input((size, size, channels))
    head = keras.Sequential([layers.Conv2D(1, 1), layers.Flatten(), layers.Softmax()])
    return keras.Model(inputs, head(body(inputs)))


def build_softmax_over_the_board(size=9, channels=5, filters=24):
    inputs = keras.Input((size, size, channels))
    x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(inputs)
    x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = keras.layers.Conv2D(1, 1, activation=None)(x)
    x = keras.layers.Softmax(axis=(1, 2, 3))(x)
    return keras.Model(inputs, keras.layers.Flatten()(x))
