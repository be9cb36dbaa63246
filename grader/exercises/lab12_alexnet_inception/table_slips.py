"""Mistakes in a network's table, made of its right rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import Wrong
from grader.exercises.lab12_alexnet_inception.shared import (
    Layer,
    Row,
    Shape,
    count_entries,
)

# Gives something new from a layer, the shape that it reads, and its right row.
Change = Callable[[Layer, Shape, Row], Any]


def at(kinds: str, change: Change) -> Wrong:
    """Return a mistake made at some layers; a wrong shape goes on to the next one.

    Args:
        kinds: of the layers, in one string; "all" for all of them.
        change: gives what is wrong in the row.
    """

    def wrong(reference: Callable[..., Any], spec: Sequence[Layer]) -> list[Row]:
        rows: list[Row] = []
        shape: Shape = ()
        for layer in spec:
            row = reference([{"layer": "input", "shape": shape}, layer])[1]
            if kinds == "all" or layer["layer"] in kinds.split():
                row = {**row, **change(layer, shape, row)}
            rows.append(row)
            shape = row["shape"]
        return rows

    return wrong


def wrong_columns(kinds: str, **columns: Change) -> Wrong:
    """Return a mistake made in some columns of the table, at some layers."""
    return at(
        kinds,
        lambda *layer: {name: change(*layer) for name, change in columns.items()},
    )


def other_biases(count: Change) -> Wrong:
    """Return a mistake in the number of biases of a convolution."""
    return wrong_columns(
        "conv", params=lambda la, s, r: kernel_count(la, r) + count(la, s, r)
    )


def other_weights(count: Callable[[Layer, Shape, int], int]) -> Wrong:
    """Return a mistake in the number of weights of a convolution, and so in its work.

    Args:
        count: gives it from the layer, the shape that it reads, and the right number.
    """

    def change(layer: Layer, shape: Shape, row: Row) -> Row:
        weights = count(layer, shape, kernel_count(layer, row))
        params = weights + bias_count(layer)
        return {"params": params, "macs": weights * area(row)}

    return at("conv", change)


def sized(padding: str, size: Callable[[int, int, int], int]) -> Wrong:
    """Return a mistake in the output size for one kind of padding.

    Args:
        padding: the kind.
        size: gives it along an axis from the size, the window and the stride.
    """

    def change(layer: Layer, shape: Shape, row: Row) -> Row:
        if layer["padding"] != padding:
            return row
        window = layer["kernel_size" if layer["layer"] == "conv" else "pool_size"]
        height, width = (size(n, window, layer["strides"]) for n in shape[:2])
        return resized(row, max(height, 0), max(width, 0))

    return at("conv pool", change)


def respecified(**changes: Any) -> Wrong:
    """Return a mistake that reads a setting of every convolution wrongly."""
    return lambda reference, spec: reference(
        [{**layer, **changes} if layer["layer"] == "conv" else layer for layer in spec]
    )


def bias_count(layer: Layer) -> int:
    """Return the number of biases of a convolution."""
    return int(layer["filters"]) if layer["use_bias"] else 0


def kernel_count(layer: Layer, row: Row) -> int:
    """Return the number of weights of a convolution."""
    return int(row["params"] - bias_count(layer))


def area(row: Row) -> int:
    return count_entries(*row["shape"][:2])


def resized(row: Row, height: int, width: int) -> Row:
    """Return a row's counts for another size of its output."""
    shape = (height, width, row["shape"][2])
    per_place = row["macs"] // max(area(row), 1)
    return {"shape": shape, "macs": per_place * count_entries(height, width)}


def of_first_input(reference: Callable[..., Any], spec: Sequence[Layer]) -> Any:
    channels = spec[0]["shape"][-1]
    wrong = other_weights(
        lambda la, s, w: w // (s[2] // la["groups"]) * (channels // la["groups"])
    )
    return wrong(reference, spec)


def running(rows: list[Row]) -> list[Row]:
    params, macs = (np.cumsum([row[key] for row in rows]) for key in ("params", "macs"))
    return [
        {"shape": row["shape"], "params": int(p), "macs": int(m)}
        for row, p, m in zip(rows, params, macs, strict=True)
    ]


def int32(count: int) -> int:
    return int(np.array(count, dtype=np.int64).astype(np.int32))


def spec_changed(reference: Callable[..., Any], spec: list[Any]) -> Any:
    rows = reference(spec)
    spec[0] = {**spec[0], "params": 0}
    return rows
