"""Right answers to lab12.architecture_table in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


def _window_starts(n, window, strides, padding):
    if padding == "same":
        return math.ceil(n / strides)
    return math.floor((n - window) / strides) + 1


def architecture_table_by_shapes(spec):
    """Follow a list of dispatching functions; shapes are lists, counts NumPy integers."""

    def conv(shape, filters, kernel_size, strides, padding, groups, use_bias):
        out = [_window_starts(n, kernel_size, strides, padding) for n in shape[:2]]
        box = np.int64(kernel_size) ** 2 * (shape[2] // groups)
        params = (box + use_bias) * filters
        return [*out, filters], params, box * filters * out[0] * out[1]

    def pool(shape, pool_size, strides, padding):
        out = [_window_starts(n, pool_size, strides, padding) for n in shape[:2]]
        return [*out, shape[2]], 0, 0

    def dense(before, units):
        return [units], (before[0] + 1) * units, before[0] * units

    kinds = {
        "input": lambda before, shape: (list(shape), 0, 0),
        "conv": conv,
        "pool": pool,
        "flatten": lambda before: ([math.prod(before)], 0, 0),
        "dense": dense,
        "bias": lambda before: (before, math.prod(before), 0),
    }
    shape, table = None, []
    for layer in spec:
        settings = {key: value for key, value in layer.items() if key != "layer"}
        shape, params, macs = kinds[layer["layer"]](shape, **settings)
        table.append({"macs": macs, "params": params, "shape": shape})
    return table


def architecture_table_by_loops(spec):
    """Add up group by group and count positions one after the other."""
    rows = []
    for layer in spec:
        name = layer["layer"]
        row = {"shape": rows[-1]["shape"] if rows else (), "params": 0, "macs": 0}
        if name == "input":
            row["shape"] = np.array(layer["shape"])
        elif name in ("conv", "pool"):
            height, width, channels = row["shape"]
            window = layer["kernel_size" if name == "conv" else "pool_size"]
            out = []
            for n in (height, width):
                if layer["padding"] == "same":
                    out.append(-(-n // layer["strides"]))
                else:
                    out.append(len(range(0, n - window + 1, layer["strides"])))
            row["shape"] = (*out, channels)
            if name == "conv":
                row["shape"] = (*out, layer["filters"])
                for _ in range(layer["groups"]):
                    inside = channels / layer["groups"]
                    outside = layer["filters"] / layer["groups"]
                    row["params"] += window * window * inside * outside
                row["macs"] = row["params"] * out[0] * out[1]
                if layer["use_bias"]:
                    row["params"] += layer["filters"]
        elif name == "bias":
            row["params"] = int(np.prod(row["shape"]))
        elif name == "flatten":
            row["shape"] = (int(np.prod(row["shape"])),)
        elif name == "dense":
            row["macs"] = int(row["shape"][0]) * layer["units"]
            row["params"] = row["macs"] + layer["units"]
            row["shape"] = (layer["units"],)
        rows.append(row)
    return tuple(rows)


def architecture_table_with_match(spec):
    """Unpack each dictionary by its pattern."""
    table, shape = [], ()
    for layer in spec:
        weights = biases = positions = 0
        match layer:
            case {"layer": "input"}:
                shape = tuple(layer["shape"])
            case {"layer": "conv", "kernel_size": k, "filters": f, "strides": s}:
                channels = shape[2] // layer["groups"]
                cut = 0 if layer["padding"] == "same" else k - 1
                sides = tuple((n - cut + s - 1) // s for n in shape[:2])
                weights, positions = k * k * channels * f, sides[0] * sides[1]
                biases, shape = f * bool(layer["use_bias"]), (*sides, f)
            case {"layer": "pool", "pool_size": k, "strides": s}:
                cut = 0 if layer["padding"] == "same" else k - 1
                shape = (*((n - cut + s - 1) // s for n in shape[:2]), shape[2])
            case {"layer": "flatten"}:
                shape = (math.prod(shape),)
            case {"layer": "dense", "units": units}:
                weights, biases, positions = shape[0] * units, units, 1
                shape = (units,)
            case {"layer": "bias"}:
                biases = math.prod(shape)
        macs, params = weights * positions, weights + biases
        table.append({"shape": shape, "params": params, "macs": macs})
    return table


def architecture_table_by_recursion(spec):
    """Describe all layers but the last, then the last one from what it reads."""
    if len(spec) == 1:
        return [{"shape": list(spec[0]["shape"]), "params": 0, "macs": 0}]
    table = architecture_table_by_recursion(spec[:-1])
    layer, shape, params, macs = spec[-1], table[-1]["shape"], 0, 0
    kind = layer["layer"]
    if kind == "dense":
        macs, params = shape[0] * layer["units"], (shape[0] + 1) * layer["units"]
        shape = [layer["units"]]
    if kind == "flatten":
        shape = [math.prod(shape)]
    if kind == "bias":
        params = math.prod(shape)
    if kind in ("conv", "pool"):
        k = layer.get("kernel_size", layer.get("pool_size"))
        reach = 0 if layer["padding"] == "same" else k - 1
        sides = [len(range(0, n - reach, layer["strides"])) for n in shape[:2]]
        if kind == "conv":
            box = k * k * shape[2] // layer["groups"]
            macs = box * math.prod(sides) * layer["filters"]
            params = (box + layer["use_bias"]) * layer["filters"]
        shape = [*sides, layer.get("filters", shape[2])]
    return [*table, {"shape": shape, "params": params, "macs": macs}]


def architecture_table_of_objects(spec):
    """Keep the running shape in an object, and count in floats."""

    class Follower:
        shape = np.array([], dtype=int)

        def input(self, layer):
            self.shape = np.array(layer["shape"])
            return 0.0, 0.0

        def slide(self, window, layer):
            places = self.shape[:2]
            if layer["padding"] == "valid":
                places = places - window + 1
            self.shape = np.append(np.ceil(places / layer["strides"]), self.shape[2])

        def conv(self, layer):
            channels = self.shape[2] / layer["groups"]
            self.slide(layer["kernel_size"], layer)
            self.shape[2] = layer["filters"]
            weights = layer["kernel_size"] ** 2 * channels * layer["filters"]
            biases = layer["filters"] if layer["use_bias"] else 0
            return weights + biases, weights * self.shape[0] * self.shape[1]

        def pool(self, layer):
            self.slide(layer["pool_size"], layer)
            return 0.0, 0.0

        def flatten(self, layer):
            self.shape = self.shape.prod(keepdims=True)
            return 0.0, 0.0

        def dense(self, layer):
            weights = float(self.shape[0]) * layer["units"]
            self.shape = np.array([layer["units"]])
            return weights + layer["units"], weights

        def bias(self, layer):
            return float(self.shape.prod()), 0.0

    follower, rows = Follower(), []
    for layer in spec:
        params, macs = getattr(follower, layer["layer"])(layer)
        rows.append({"params": params, "macs": macs, "shape": follower.shape.copy()})
    return rows
