"""Values of lab 12 worked in full, for exercises whose own files are long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import (
    Index,
    added,
    multiplied,
    products,
    span,
    taken_from,
)
from grader.exercises.lab12_alexnet_inception.shared import Layer, Shape, rows_of
from grader.judging.show import show


def row_in_full(index: Index, spec: Sequence[Layer]) -> str:
    """Return how a number in the row of a layer comes about."""
    place, column, *axis = index
    layer, row = spec[place], rows_of(spec)[place]
    read: Shape = rows_of(spec)[place - 1]["shape"] if place else ()
    if column == "shape":
        return _side(layer, read, row["shape"], axis[0])
    kind = layer["layer"]
    if kind == "bias":
        return multiplied(*read) if column == "params" else "0"
    if kind not in ("conv", "dense"):
        return "nothing to learn and nothing multiplied\n0"
    weights, made, places = multiplied(*read, row["shape"][0]), row["shape"][0], ()
    if kind == "conv":
        k, made, places = layer["kernel_size"], layer["filters"], row["shape"][:2]
        weights = multiplied(k, k, read[2] // layer["groups"], made)
    if column == "macs":
        words = "the weights, at each position" if places else "the weights"
        return f"{words}\n{'*'.join([weights, *map(show, places)])}"
    biases = [made] if layer.get("use_bias", True) else []
    words = "weights and biases" if biases else "weights"
    return f"{words}\n{added([weights, *biases])}"


def _side(layer: Layer, read: Shape, shape: Shape, axis: int) -> str:
    """Return a side of a layer's output; windows are counted by where they begin."""
    if layer["layer"] == "flatten":
        return f"all values in a row\n{multiplied(*read)}"
    if layer["layer"] not in ("conv", "pool") or axis == 2:
        return show(shape[axis])
    step = layer["strides"]
    starts = span(range(0, shape[axis] * step, step))
    words = f"windows begin at {starts} of {read[axis]}"
    return f"{words}\n{show(shape[axis])}" if shape[axis] else ""


def gradient_in_full(index: Index, x: np.ndarray, W: np.ndarray, dy: np.ndarray) -> str:
    """Return how an entry of the gradient of x, W or b comes about."""
    name, *place = index
    if name == "b":
        terms = dy[..., place[0]].ravel().tolist()
        return f"all of dy for filter {place[0]}\n{added(terms)}"
    height, width = dy.shape[1:3]
    if name == "W":
        u, v, c, f = place
        pixels = x[:, u : u + height, v : v + width, c]
        words = f"each dy with the pixel that W[{u}, {v}, {c}, {f}] met"
        return f"{words}\n{added(products(pixels, dy[..., f]))}"
    n, row, column, c = place
    terms = [
        term
        for i, j in np.ndindex(height, width)
        if 0 <= row - i < W.shape[0] and 0 <= column - j < W.shape[1]
        for term in products(dy[n, i, j], W[row - i, column - j, c])
    ]
    return f"each dy whose window holds the pixel, times its weight\n{added(terms)}"


def share_in_full(index: Index, x: np.ndarray, dy: np.ndarray, size: int) -> str:
    """Return which dy a pixel gets: that of its window, if it is the largest there."""
    n, row, column, c = index
    i, j = row // size, column // size
    if i >= dy.shape[1] or j >= dy.shape[2]:
        return "in no window\n0"
    window = x[n, i * size : (i + 1) * size, j * size : (j + 1) * size, c]
    first = [int(side) for side in np.unravel_index(window.argmax(), window.shape)]
    words = f"the largest of its window is x[{n}, {i * size + first[0]}, "
    words += f"{j * size + first[1]}, {c}]"
    if [row - i * size, column - j * size] == first:
        return f"{words}\n{taken_from('dy', (n, i, j, c))}"
    return f"{words}\n0"
