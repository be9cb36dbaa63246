"""Right answers to lab16.build_finder in other styles than the solution's."""

from __future__ import annotations

import keras
from keras import layers, models


def finder_functional(num_classes=11):
    inputs = keras.Input(shape=(None, None, 1))
    x = layers.Conv2D(8, 5, activation="relu")(inputs)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(16, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(48, 5, activation="relu")(x)
    outputs = layers.Conv2D(num_classes, 1)(x)
    return keras.Model(inputs, outputs)


def finder_added(num_classes=11):
    model = models.Sequential()
    model.add(layers.Input((None, None, 1)))
    for filters, size in ((8, 5), (16, 3)):
        model.add(layers.Conv2D(filters, (size, size), padding="valid"))
        model.add(layers.ReLU())
        model.add(layers.MaxPool2D((2, 2), strides=2))
    model.add(layers.Conv2D(48, (5, 5), activation="relu"))
    model.add(layers.Conv2D(num_classes, (1, 1), activation=None))
    return model


def finder_linear(num_classes=11):
    inputs = keras.Input((None, None, 1))
    x = inputs
    for filters, size, pooled in ((8, 5, True), (16, 3, True), (48, 5, False)):
        x = layers.Conv2D(filters, size)(x)
        x = layers.Activation("relu")(x)
        if pooled:
            x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(num_classes, 1, activation="linear", name="scores")(x)
    return keras.Model(inputs=inputs, outputs=x)


class _Finder(keras.Model):
    def __init__(self, num_classes):
        super().__init__()
        self.first = layers.Conv2D(8, 5, activation="relu")
        self.second = layers.Conv2D(16, 3, activation="relu")
        self.hidden = layers.Conv2D(48, 5, activation="relu")
        self.scores = layers.Conv2D(num_classes, 1)
        self.pool = layers.MaxPooling2D(2)

    def call(self, images):
        maps = self.pool(self.second(self.pool(self.first(images))))
        return self.scores(self.hidden(maps))


def finder_subclassed(num_classes=11):
    return _Finder(num_classes)


def _build_classifier(num_classes):
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(48, activation="relu"),
            layers.Dense(num_classes),
        ]
    )


def finder_from_the_classifier(num_classes=11):
    *front, flatten, hidden, scores = _build_classifier(num_classes).layers
    size = flatten.input.shape[1:3]
    finder = keras.Sequential([keras.Input((None, None, 1))])
    for layer in front:
        finder.add(layer.__class__.from_config(layer.get_config()))
    finder.add(layers.Conv2D(hidden.units, size, activation=hidden.activation))
    finder.add(layers.Conv2D(scores.units, 1))
    return finder
