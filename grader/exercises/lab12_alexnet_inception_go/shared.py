"""What the exercises of lab 12 share: tables of layers, and the eight symmetries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Layer = Mapping[str, Any]


Row = dict[str, Any]


Shape = tuple[int, ...]


def input_layer(*shape: int) -> Layer:
    return {"layer": "input", "shape": shape}


def conv_layer(
    filters: int,
    kernel_size: int,
    strides: int = 1,
    padding: str = "same",
    groups: int = 1,
    use_bias: bool = True,
) -> Layer:
    return {
        "layer": "conv",
        "filters": filters,
        "kernel_size": kernel_size,
        "strides": strides,
        "padding": padding,
        "groups": groups,
        "use_bias": use_bias,
    }


def entries(*shape: int) -> int:
    """Count an array's entries without storing them."""
    return int(np.broadcast_to(0, shape).size)


def places(n: int, window: int, strides: int, padding: str) -> int:
    """Count windows by where they start."""
    starts = n if padding == "same" else max(n - window + 1, 0)
    return len(range(0, starts, strides))


def slid(shape: Shape, layer: Layer, window: int) -> Shape:
    strides, padding = layer["strides"], layer["padding"]
    return tuple(places(n, window, strides, padding) for n in shape[:2])


def row(layer: Layer, shape: Shape) -> Row:
    kind = layer["layer"]
    if kind == "conv":
        k, groups, filters = (layer[n] for n in ("kernel_size", "groups", "filters"))
        places = slid(shape, layer, k)
        weights = entries(k, k, shape[2] // groups, filters)
        biases = filters if layer["use_bias"] else 0
        return counted((*places, filters), weights + biases, weights * entries(*places))
    if kind == "dense":
        weights = entries(*shape, layer["units"])
        return counted((layer["units"],), weights + layer["units"], weights)
    if kind == "pool":
        return counted((*slid(shape, layer, layer["pool_size"]), shape[2]))
    if kind == "bias":
        return counted(shape, entries(*shape))
    return counted(layer["shape"] if kind == "input" else (entries(*shape),))


def counted(shape: Shape, params: int = 0, macs: int = 0) -> Row:
    return {"shape": tuple(shape), "params": params, "macs": macs}


def table(spec: Sequence[Layer]) -> list[Row]:
    rows: list[Row] = []
    for layer in spec:
        rows.append(row(layer, rows[-1]["shape"] if rows else ()))
    return rows


def eight(board: np.ndarray) -> np.ndarray:
    mirrored = np.fliplr(board)
    return np.stack([np.rot90(b, k) for b in (board, mirrored) for k in range(4)])
