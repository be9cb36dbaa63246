"""What the exercises of lab 12 share: tables of layers, and gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Layer = Mapping[str, Any]
Row = dict[str, Any]
Shape = tuple[int, ...]
BIAS_LAYER: Layer = {"layer": "bias"}


def input_layer(*shape: int) -> Layer:
    """Return the settings of an input of this shape, as the exercises write them."""
    return {"layer": "input", "shape": shape}


def conv_layer(
    filters: int,
    kernel_size: int,
    strides: int = 1,
    padding: str = "same",
    groups: int = 1,
    use_bias: bool = True,
) -> Layer:
    """Return the settings of a convolution, as the exercises write them."""
    return {
        "layer": "conv",
        "filters": filters,
        "kernel_size": kernel_size,
        "strides": strides,
        "padding": padding,
        "groups": groups,
        "use_bias": use_bias,
    }


def pool_layer(pool_size: int, strides: int, padding: str = "valid") -> Layer:
    """Return the settings of a pooling layer, as the exercises write them."""
    return {
        "layer": "pool",
        "pool_size": pool_size,
        "strides": strides,
        "padding": padding,
    }


def dense_layers(*units: int) -> list[Layer]:
    """Return the settings of a flatten layer and of dense ones behind it."""
    return [{"layer": "flatten"}, *({"layer": "dense", "units": n} for n in units)]


def rows_of(spec: Sequence[Layer]) -> list[Row]:
    """Return shape, parameters and multiply-accumulates of each layer, by counting."""
    rows: list[Row] = []
    for layer in spec:
        rows.append(_row_of(layer, rows[-1]["shape"] if rows else ()))
    return rows


def _row_of(layer: Layer, shape: Shape) -> Row:
    kind = layer["layer"]
    if kind == "conv":
        k, groups, filters = (layer[n] for n in ("kernel_size", "groups", "filters"))
        places = _places(shape, layer, k)
        weights = count_entries(k, k, shape[2] // groups, filters)
        biases = filters if layer["use_bias"] else 0
        macs = weights * count_entries(*places)
        return _row((*places, filters), weights + biases, macs)
    if kind == "dense":
        weights = count_entries(*shape, layer["units"])
        return _row((layer["units"],), weights + layer["units"], weights)
    if kind == "pool":
        return _row((*_places(shape, layer, layer["pool_size"]), shape[2]))
    if kind == "bias":
        return _row(shape, count_entries(*shape))
    return _row(layer["shape"] if kind == "input" else (count_entries(*shape),))


def _row(shape: Shape, params: int = 0, macs: int = 0) -> Row:
    return {"shape": tuple(shape), "params": params, "macs": macs}


def _places(shape: Shape, layer: Layer, window: int) -> Shape:
    """Return how many windows fit down and across, counted by where they start."""
    same = layer["padding"] == "same"
    starts = (n if same else max(n - window + 1, 0) for n in shape[:2])
    return tuple(len(range(0, n, layer["strides"])) for n in starts)


def count_entries(*shape: int) -> int:
    """Return the number of an array's entries, without storing them."""
    return int(np.broadcast_to(0, shape).size)


def first_only(dy: np.ndarray) -> np.ndarray:
    """Return gradients of which all but the very first are 0."""
    kept = np.zeros_like(dy)
    kept[0, 0, 0, 0] = dy[0, 0, 0, 0]
    return kept
