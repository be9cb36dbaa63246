"""Right answers to lab14.build_compact in other styles than the solution's."""

from __future__ import annotations

import keras


def compact_functional(
    separable=True, average=True, input_shape=(28, 28, 1), num_classes=10
):
    kind = keras.layers.SeparableConv2D if separable else keras.layers.Conv2D
    same = {"padding": "same", "activation": "relu"}
    inputs = keras.Input(input_shape)
    x = keras.layers.Conv2D(16, 3, strides=2, **same)(inputs)
    x = kind(32, 3, **same)(x)
    x = kind(64, 3, strides=2, **same)(x)
    end = keras.layers.GlobalAveragePooling2D() if average else keras.layers.Flatten()
    return keras.Model(inputs, keras.layers.Dense(num_classes)(end(x)))


def compact_in_two_steps(
    separable=True, average=True, input_shape=(28, 28, 1), num_classes=10
):
    layers = keras.layers
    model = keras.Sequential([keras.Input(shape=input_shape)])
    model.add(layers.Conv2D(16, (3, 3), strides=(2, 2), padding="same"))
    model.add(layers.ReLU())
    for filters, strides in ((32, 1), (64, 2)):
        if separable:
            model.add(
                layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False)
            )
            model.add(layers.Conv2D(filters, 1))
        else:
            model.add(layers.Conv2D(filters, 3, strides, padding="same"))
        model.add(layers.Activation("relu"))
    if average:
        model.add(layers.AveragePooling2D(pool_size=model.output_shape[1:3]))
    model.add(layers.Flatten())
    model.add(layers.Dense(units=num_classes, activation=None))
    return model


class _Compact(keras.Model):
    """Creates its layers from the last to the first."""

    def __init__(self, separable, average, num_classes):
        super().__init__()
        self.scores = keras.layers.Dense(num_classes)
        self.average = average
        inner = keras.layers.SeparableConv2D if separable else keras.layers.Conv2D
        self.third = inner(64, 3, strides=2, padding="same")
        self.second = inner(32, 3, padding="same")
        self.first = keras.layers.Conv2D(16, 3, strides=2, padding="same")

    def call(self, inputs):
        x = inputs
        for layer in (self.first, self.second, self.third):
            x = keras.ops.relu(layer(x))
        if self.average:
            return self.scores(keras.ops.mean(x, axis=(1, 2)))
        _, height, width, filters = x.shape
        return self.scores(keras.ops.reshape(x, (-1, height * width * filters)))


def compact_subclassed(
    separable=True, average=True, input_shape=(28, 28, 1), num_classes=10
):
    model = _Compact(separable, average, num_classes)
    model(keras.ops.zeros((1, *input_shape)))
    return model


def compact_keeping_axes(
    separable=True, average=True, input_shape=(28, 28, 1), num_classes=10
):
    """Keep the axes of the average, and flatten in either case."""
    inputs = x = keras.Input(input_shape)
    x = keras.layers.Conv2D(16, 3, 2, "same", activation="relu")(x)
    for filters, strides in ((32, 1), (64, 2)):
        if separable:
            depthwise = keras.layers.DepthwiseConv2D(
                kernel_size=3, strides=strides, padding="same", use_bias=False
            )
            x = keras.layers.Conv2D(filters, 1, activation="relu")(depthwise(x))
        else:
            x = keras.layers.Conv2D(filters, 3, strides, "same", activation="relu")(x)
    if average:
        x = keras.layers.GlobalAvgPool2D(keepdims=True)(x)
    outputs = keras.layers.Dense(num_classes)(keras.layers.Flatten()(x))
    return keras.Model(inputs=inputs, outputs=outputs)


def compact_by_a_list(
    separable=True, average=True, input_shape=(28, 28, 1), num_classes=10
):
    """Describe the layers first, and choose by looking up."""
    cheap = {True: "SeparableConv2D", False: "Conv2D"}[separable]
    end = ("Flatten", "GlobalAveragePooling2D")[average]
    conv = {"kernel_size": 3, "padding": "same", "activation": "relu"}
    spec = [
        ("Conv2D", {"filters": 16, "strides": 2, **conv}),
        (cheap, {"filters": 32, **conv}),
        (cheap, {"filters": 64, "strides": 2, **conv}),
        (end, {}),
        ("Dense", {"units": num_classes}),
    ]
    made = [getattr(keras.layers, kind)(**settings) for kind, settings in spec]
    return keras.Sequential([keras.Input(input_shape), *made])
