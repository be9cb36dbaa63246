"""Right answers to lab08.model_macs in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


def macs_by_flat_size(layers):
    """Follow one number through the dense layers, three through the others."""
    height, width, channels = layers[0]["shape"]
    found = []
    for layer in layers[1:]:
        match layer["layer"]:
            case "conv":
                k, step = layer["kernel_size"], layer["strides"]
                height, width = (height - k) // step + 1, (width - k) // step + 1
                found.append(height * width * k**2 * channels * layer["filters"])
                channels = layer["filters"]
            case "pool":
                height, width = height // layer["size"], width // layer["size"]
                found.append(0)
            case "global_pool":
                height = width = 1
                found.append(0)
            case "dense":
                found.append(height * width * channels * layer["units"])
                height, width, channels = 1, 1, layer["units"]
    return found


def macs_by_arrays(layers):
    """Build an array for each layer and read its shape."""
    maps = np.zeros(layers[0]["shape"], np.int8)
    found = np.zeros(len(layers) - 1, np.int64)
    for number, layer in enumerate(layers[1:]):
        kind = layer["layer"]
        if kind == "conv":
            cut, step = layer["kernel_size"] - 1, layer["strides"]
            rows, columns = (max(n - cut, 0) for n in maps.shape[:2])
            area = maps[:rows:step, :columns:step]
            after = np.zeros((*area.shape[:2], layer["filters"]), np.int8)
            found[number] = after.size * (cut + 1) ** 2 * maps.shape[2]
            maps = after
        elif kind == "pool":
            size = layer["size"]
            rows, columns = (n - n % size for n in maps.shape[:2])
            maps = maps[:rows:size, :columns:size]
        elif kind == "global_pool":
            maps = maps[:1, :1]
        else:
            found[number] = maps.size * layer["units"]
            maps = np.zeros((1, 1, layer["units"]), np.int8)
    return found


def macs_of_keras(layers):
    """Build the network in Keras and count from the shapes of its weights."""
    import keras

    x = keras.Input(shape=layers[0]["shape"])
    found = []
    for item in layers[1:]:
        kind = item["layer"]
        if kind == "conv":
            built = keras.layers.Conv2D(
                item["filters"], item["kernel_size"], strides=item["strides"]
            )
        elif kind == "pool":
            built = keras.layers.MaxPooling2D(item["size"])
        elif kind == "global_pool":
            built = keras.layers.GlobalAveragePooling2D()
        else:
            x = keras.layers.Flatten()(x) if len(x.shape) > 2 else x
            built = keras.layers.Dense(item["units"])
        x = built(x)
        places = math.prod(x.shape[1:3]) if kind == "conv" else 1
        weights = math.prod(built.kernel.shape) if hasattr(built, "kernel") else 0
        found.append(places * weights)
    return found


def macs_by_recursion(layers):
    """Count the first layer, and hand its output on as the input of the rest."""
    if len(layers) == 1:
        return []
    (height, width, channels), layer = layers[0]["shape"], layers[1]
    work = 0
    if layer["layer"] == "conv":
        k, step = layer["kernel_size"], layer["strides"]
        shape = (-(-(height - k + 1) // step), -(-(width - k + 1) // step))
        shape += (layer["filters"],)
        work = math.prod(shape) * k * k * channels
    elif layer["layer"] == "pool":
        shape = (height // layer["size"], width // layer["size"], channels)
    elif layer["layer"] == "global_pool":
        shape = (1, 1, channels)
    else:
        shape = (1, 1, layer["units"])
        work = height * width * channels * layer["units"]
    return [work, *macs_by_recursion([{"shape": shape}, *layers[2:]])]


def macs_by_shapes_first(layers):
    """Write all shapes down, then the work of each layer from the two beside it."""
    shapes = [list(layers[0]["shape"])]
    for layer in layers[1:]:
        *sides, channels = shapes[-1]
        if layer["layer"] == "conv":
            k = layer["kernel_size"]
            sides = [len(range(0, n - k + 1, layer["strides"])) for n in sides]
            shapes.append([*sides, layer["filters"]])
        elif layer["layer"] == "pool":
            shapes.append([*(int(n / layer["size"]) for n in sides), channels])
        elif layer["layer"] == "global_pool":
            shapes.append([channels])
        else:
            shapes.append([layer["units"]])
    work = []
    for layer, before, after in zip(layers[1:], shapes, shapes[1:], strict=False):
        if "units" in layer:
            work.append(float(np.prod(before) * np.prod(after)))
        elif "filters" in layer:
            work.append(float(np.prod(after) * layer["kernel_size"] ** 2 * before[-1]))
        else:
            work.append(0.0)
    return np.array(work)
