"""A small network in NumPy, for exercises that look into one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# What builds a network, for the probe "on_network".
Toy = dict[str, Any]
Layer = tuple[str, dict[str, Any]]


def toy(
    rng: np.random.Generator,
    input_shape: tuple[int, int, int],
    *layers: Layer,
) -> Toy:
    """Return a small network for the probe "on_network", its weights drawn.

    Args:
        rng: draws weights and biases.
        input_shape: height, width, channels.
        layers: class name and settings; convolutions need padding "same".
    """
    # Here, because importing it takes longer than the first case may on a busy machine.
    import keras  # noqa: F401

    (height, width, channels), weights = input_shape, []
    for kind, settings in layers:
        shape: tuple[int, ...] = ()
        if kind == "Conv2D":
            shape = (*settings["kernel_size"], channels, settings["filters"])
            channels = settings["filters"]
        elif kind == "Dense":
            shape = (height * width * channels, settings["units"])
            height, width, channels = 1, 1, settings["units"]
        elif "Pooling" in kind:
            size = settings.get("pool_size", max(height, width))
            height, width = max(height // size, 1), max(width // size, 1)
        if shape:
            scale = 1.5 / np.sqrt(np.prod(shape[:-1]))
            weights.append(rng.normal(0, scale, shape).astype("float32"))
            weights.append(rng.normal(0, 0.3, shape[-1]).astype("float32"))
    return {"input_shape": input_shape, "layers": list(layers), "weights": weights}


def conv_layer(
    name: str, filters: int, size: tuple[int, int], activation: str
) -> Layer:
    """Return a convolution that keeps the size, for `toy`."""
    settings = {"name": name, "filters": filters, "kernel_size": size}
    return "Conv2D", {**settings, "padding": "same", "activation": activation}


def dense_layer(name: str, units: int, activation: str = "linear") -> Layer:
    """Return a dense layer for `toy`."""
    return "Dense", {"name": name, "units": units, "activation": activation}


FLATTEN: Layer = ("Flatten", {"name": "flatten"})
AVERAGE: Layer = ("GlobalAveragePooling2D", {"name": "average"})
# Does nothing but in training. Its seed makes it repeat itself.
DROPOUT: Layer = ("Dropout", {"name": "dropout", "rate": 0.5, "seed": 11})
POOL: Layer = ("MaxPooling2D", {"name": "pool", "pool_size": 2})
MEAN_POOL: Layer = ("AveragePooling2D", {"name": "mean_pool", "pool_size": 2})


def drawn_image(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw pixels from 0 to 1."""
    return rng.uniform(0, 1, shape).astype("float32")


def run(
    model: Any, values: Any, after: str = "", until: str = "", raw: bool = False
) -> np.ndarray:
    """Run layers of a network of `toy` one after another, in double precision.

    Args:
        model: a Keras model whose layers form a chain.
        values: a batch, for the layer behind `after`, or for the first.
        after: name of the last layer that is left out.
        until: name of the last layer that is run.
        raw: leave out the activation of that layer.
    """
    names = [layer.name for layer in model.layers]
    start = names.index(after) + 1 if after else 1
    end = names.index(until) + 1 if until else len(names)
    x = np.asarray(values, float)
    for layer in model.layers[start:end]:
        x = _step(layer, x, raw and layer.name == until)
    return x


def _step(layer: Any, x: np.ndarray, raw: bool) -> np.ndarray:
    import tensorflow as tf

    kind = type(layer).__name__
    if kind == "Dropout":
        return x
    if kind == "Flatten":
        return x.reshape(len(x), -1)
    if kind == "GlobalAveragePooling2D":
        return np.asarray(x.mean(axis=(1, 2)))
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        # Not with TensorFlow: its maximum rounds to single precision.
        reduce = np.max if kind == "MaxPooling2D" else np.mean
        return _pooled(x, reduce, *layer.pool_size)
    kernel, bias = (np.asarray(weight, float) for weight in layer.get_weights())
    linear = x @ kernel if kind == "Dense" else tf.nn.conv2d(x, kernel, 1, "SAME")
    linear = np.asarray(linear) + bias
    return linear if raw else _ACTIVATIONS[layer.get_config()["activation"]](linear)


_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": np.asarray,
    "relu": lambda values: np.asarray(np.maximum(values, 0)),
    "tanh": lambda values: np.asarray(np.tanh(values)),
}


def _pooled(
    x: np.ndarray, reduce: Callable[..., Any], down: int, across: int
) -> np.ndarray:
    images, rows, columns, channels = x.shape
    rows, columns = rows // down, columns // across
    whole = x[:, : rows * down, : columns * across]
    blocks = whole.reshape(images, rows, down, columns, across, channels)
    return np.asarray(reduce(blocks, axis=(2, 4)))


def slopes(
    function: Callable[[np.ndarray], Any], point: Any, move: float = 1e-6
) -> np.ndarray:
    """Return how fast a function grows with each value, by moving one after another.

    Args:
        function: batch (n, ...) -> n numbers.
        point: array (...), where to measure.
        move: half the distance between the two places that are compared.
    """
    point = np.asarray(point, float)
    moves = move * np.eye(point.size).reshape(-1, *point.shape)
    more, less = np.split(
        np.asarray(function(np.concatenate([point + moves, point - moves]))), 2
    )
    return np.asarray((more - less) / (2 * move)).reshape(point.shape)
