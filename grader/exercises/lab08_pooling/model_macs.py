"""The multiplications of a network, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.arithmetic import Index, multiplied
from grader.exercises.common.wrong import Wrong, after
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake

Layer = Mapping[str, Any]
Shape = tuple[int, ...]


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw networks of one kind of layer and of several, most not square."""
    digit = _input(28, 28, 1)
    drawn = [int(number) for number in rng.integers(2, 6, 8)]
    networks: dict[str, list[Layer]] = {
        "one conv layer": [_input(5, 7, 3), _conv(4, 3)],
        "two dense layers": [_input(4, 5, 2), _dense(6), _dense(3)],
        "conv, conv, dense": [_input(9, 8, 2), _conv(5, 3), _conv(4, 2), _dense(3)],
        "strided conv, dense": [_input(10, 13, 2), _conv(3, 3, 2), _dense(4)],
        "pool that does not divide": [_input(11, 14, 3), _pool(3), _conv(2, 2)],
        "conv, global pool, dense": [
            _input(8, 7, 2),
            _conv(6, 3),
            _GLOBAL_POOL,
            _dense(5),
        ],
        "the network of lab 10 in small": [
            digit,
            _conv(32, 3),
            _pool(2),
            _conv(64, 3),
            _pool(2),
            _dense(10),
        ],
        "the same with strides in place of pools": [
            digit,
            _conv(32, 3, 2),
            _conv(64, 3, 2),
            _dense(10),
        ],
        "drawn layers": [
            _input(20 + drawn[0], 30 + drawn[1], drawn[2]),
            _conv(drawn[3], drawn[4], 1 + drawn[5] % 2),
            _pool(drawn[6] // 2 + 1),
            _dense(drawn[7]),
        ],
    }
    return [Case((layers,), label=name) for name, layers in networks.items()]


def _input(*shape: int) -> Layer:
    return {"layer": "input", "shape": shape}


def _conv(filters: int, kernel_size: int, strides: int = 1) -> Layer:
    return {
        "layer": "conv",
        "filters": filters,
        "kernel_size": kernel_size,
        "strides": strides,
    }


def _pool(size: int) -> Layer:
    return {"layer": "pool", "size": size}


def _dense(units: int) -> Layer:
    return {"layer": "dense", "units": units}


_GLOBAL_POOL: Layer = {"layer": "global_pool"}


def reference(layers: Sequence[Layer]) -> list[int]:
    """Return the multiply-accumulates of each layer, counted by windows of an array."""
    return [work for _, _, work in _shapes(layers)]


def where(index: tuple[int, ...], layers: Sequence[Layer]) -> str:
    """Return in words which layer number `index` belongs to, and what it reads."""
    if len(index) != 1:
        return ""
    layer, shape, _ = list(_shapes(layers))[index[0]]
    read = " x ".join(map(str, shape))
    return f"Number {index[0]} belongs to {dict(layer)}, which reads {read}."


def arithmetic(index: Index, layers: Sequence[Layer]) -> str:
    """Return the multiplications of a layer: those of a value, times the values."""
    layer, read, _ = list(_shapes(layers))[index[0]]
    if layer["layer"] == "dense":
        return f"each unit reads all values\n{multiplied(*read, layer['units'])}"
    if layer["layer"] != "conv":
        return "nothing is multiplied in a pool\n0"
    # What a further layer would read is what this one makes.
    made = list(_shapes([*layers, _dense(1)]))[index[0] + 1][1]
    k = layer["kernel_size"]
    words = f"{k} x {k} x {read[2]} products for each of {' x '.join(map(str, made))} values"
    return f"{words}\n{multiplied(k, k, read[2], *made)}"


def _shapes(layers: Sequence[Layer]) -> Iterator[tuple[Layer, Shape, int]]:
    """Yield each layer behind the input, the shape it reads, and its work.

    Windows are laid over an array that takes no memory, and counted.
    """
    shape = tuple(int(side) for side in layers[0]["shape"])
    for layer in layers[1:]:
        empty = np.broadcast_to(np.int8(0), shape)
        kind, work, read = layer["layer"], 0, shape
        if kind == "conv":
            k, step = layer["kernel_size"], layer["strides"]
            view = sliding_window_view(empty, (k, k), (0, 1))[::step, ::step]
            work = view.size * layer["filters"]
            shape = (*view.shape[:2], layer["filters"])
        elif kind == "pool":
            size = layer["size"]
            view = sliding_window_view(empty, (size, size), (0, 1))
            shape = view[::size, ::size].shape[:3]
        elif kind == "global_pool":
            shape = (1, 1, shape[2])
        else:
            work, shape = empty.size * layer["units"], (1, 1, layer["units"])
        yield layer, read, work


def _each(change: Callable[[Layer, Shape, int], int], *kinds: str) -> Wrong:
    """Return a mistake in the work of single layers, all shapes being right.

    Args:
        change: gives it from the layer, the shape that it reads, and the right work.
        kinds: of the layers with the mistake; none means all.
    """
    return lambda reference, layers: [
        change(layer, shape, work) if not kinds or layer["layer"] in kinds else work
        for layer, shape, work in _shapes(layers)
    ]


def _weights(layer: Layer, shape: Shape, work: int) -> int:
    if layer["layer"] != "conv":
        return work
    return int(layer["kernel_size"] ** 2 * shape[2] * layer["filters"])


def _parameters(layer: Layer, shape: Shape, work: int) -> int:
    owners = layer.get("filters", 0) + layer.get("units", 0)
    return _weights(layer, shape, work) + int(owners)


def _with_owners(layer: Layer, shape: Shape, work: int) -> int:
    return work + int(layer.get("filters", 0) + layer.get("units", 0))


def _compared(layer: Layer, shape: Shape, work: int) -> int:
    """Return how many values a pooling layer reads."""
    size = layer.get("size", 1)
    return int((shape[0] // size) * (shape[1] // size) * shape[2] * size**2)


def _with_biases(layer: Layer, shape: Shape, work: int) -> int:
    conv = layer["layer"] == "conv"
    places = layer["kernel_size"] ** 2 if conv else shape[0] * shape[1]
    return work + work // int(places * shape[2])


def _walked(
    kind: str,
    behind: Callable[[Layer, Shape, Shape], Shape] = lambda layer, shape, right: right,
    read: Callable[[Layer, Shape], Shape] = lambda layer, shape: shape,
) -> Wrong:
    """Return a mistake in the shapes at layers of a kind; it goes on to the next ones.

    Args:
        kind: of the layers.
        behind: gives the shape behind a layer, from the one before and the right one.
        read: gives the shape that a layer reads, from the one before it.
    """

    def wrong(reference: Callable[..., Any], layers: Sequence[Layer]) -> Any:
        works: list[int] = []
        shape = tuple(layers[0]["shape"])
        for layer in layers[1:]:
            meant = layer["layer"] == kind
            here = [_input(*(read(layer, shape) if meant else shape)), layer]
            works += reference(here)
            shape = behind(layer, shape, _after(here)) if meant else _after(here)
        return works

    return wrong


def _after(layers: Sequence[Layer]) -> Shape:
    """Return the shape behind a network."""
    return list(_shapes([*layers, _GLOBAL_POOL]))[-1][1]


def _keeping_the_size(kind: str) -> Wrong:
    """Return a mistake that does not shrink the picture behind layers of a kind."""
    return _walked(kind, lambda layer, shape, right: (*shape[:2], right[2]))


def _conv_reads(side: Callable[[int, int, int], int]) -> Wrong:
    """Return a mistake: conv layers read a picture of another size.

    Args:
        side: gives it from the size, the kernel size and the stride.
    """

    def read(layer: Layer, shape: Shape) -> Shape:
        how = layer["kernel_size"], layer["strides"]
        return (*(side(n, *how) for n in shape[:2]), shape[2])

    return _walked("conv", read=read)


def _strided_down(layer: Layer, shape: Shape) -> Shape:
    """Return a picture so wide that its strides across leave the windows of stride 1."""
    k, step = layer["kernel_size"], layer["strides"]
    return shape[0], (shape[1] - k) * step + k, shape[2]


def _left_out(*kinds: str) -> Wrong:
    """Return a mistake without a number for layers of these kinds."""
    return lambda reference, layers: [
        work for layer, _, work in _shapes(layers) if layer["layer"] not in kinds
    ]


def _rounded_up(layer: Layer, shape: Shape, right: Shape) -> Shape:
    return (*(-(-side // layer["size"]) for side in shape[:2]), shape[2])


def _without_dense_shapes(
    reference: Callable[..., Any], layers: Sequence[Layer]
) -> Any:
    kept = [layer for layer in layers if layer["layer"] != "dense"]
    return [
        reference([*kept, layer])[-1] if layer["layer"] == "dense" else work
        for layer, _, work in _shapes(layers)
    ]


def _respecified(kind: str, change: Callable[[Layer], Layer]) -> Wrong:
    """Return a mistake: the right answer to other layers of a kind."""
    return lambda reference, layers: reference(
        [change(layer) if layer["layer"] == kind else layer for layer in layers]
    )


def _square(layer: Layer) -> Layer:
    height, _, channels = layer["shape"]
    return _input(height, height, channels)


MISTAKES = (
    Mistake(
        "parameters counted",
        "For a conv layer this is its number of weights. Each weight is used anew "
        "at every output position.",
        _each(_weights),
    ),
    Mistake(
        "parameters counted, biases too",
        "For a conv layer these are its parameters. Each weight is used anew at "
        "every output position, and a bias is not multiplied.",
        _each(_parameters),
    ),
    Mistake(
        "pooling counted",
        "Pooling compares values and multiplies none, so it has no "
        "multiply-accumulates.",
        _each(_compared, "pool", "global_pool"),
    ),
    Mistake(
        "global pooling counted",
        "Global pooling compares or adds values and multiplies none, so it has no "
        "multiply-accumulates.",
        _each(_compared, "global_pool"),
    ),
    Mistake(
        "biases counted",
        "Adding a bias is no multiplication; only products count.",
        _each(_with_biases, "conv", "dense"),
    ),
    Mistake(
        "biases of the conv layers counted",
        "Adding a bias is no multiplication; only products count.",
        _each(_with_biases, "conv"),
    ),
    Mistake(
        "biases of the dense layers counted",
        "Adding a bias is no multiplication; only products count.",
        _each(_with_biases, "dense"),
    ),
    Mistake(
        "number of biases added",
        "You add the number of biases to the work. Only products count.",
        _each(_with_owners),
    ),
    Mistake(
        "multiplications and additions counted apart",
        "One multiply-accumulate is a product and the addition of it, together.",
        _each(lambda layer, shape, work: 2 * work),
    ),
    Mistake(
        "positions of the input counted",
        "A window has fewer positions than the picture has pixels. "
        "Count the positions of the layer's output.",
        _each(
            lambda layer, shape, work: (
                shape[0] * shape[1] * _weights(layer, shape, work)
            ),
            "conv",
        ),
    ),
    Mistake(
        "input channels forgotten",
        "Each filter reads all channels of the layer's input.",
        _each(lambda layer, shape, work: work // shape[2], "conv"),
    ),
    Mistake(
        "channels of the picture used throughout",
        "A layer reads as many channels as the layer before it has filters, not "
        "as many as the picture has.",
        _walked("conv", lambda layer, shape, right: (*right[:2], shape[2])),
    ),
    Mistake(
        "one filter counted",
        "This is the work of a single filter; the layer has several.",
        _each(lambda layer, shape, work: work // layer["filters"], "conv"),
    ),
    Mistake(
        "kernel size not squared",
        "A kernel of size 3 is 3 high and 3 wide: how many weights is that?",
        _each(lambda layer, shape, work: work // layer["kernel_size"], "conv"),
    ),
    Mistake(
        "one position too few",
        "A window has one position more than steps: it starts at the first pixel "
        "before it takes the first step.",
        _conv_reads(lambda n, k, step: n - step),
    ),
    Mistake(
        "conv layers padded",
        "You count a position for every pixel and keep the size, as with padding. "
        "Without it a window has to fit into the picture.",
        _conv_reads(lambda n, k, step: (-(-n // step) - 1) * step + k),
    ),
    Mistake(
        "conv layers keep the size",
        "Behind a conv layer without padding the picture is smaller than before.",
        _keeping_the_size("conv"),
    ),
    Mistake(
        "pooling keeps the size",
        "Your layers behind a pooling layer work as if it were not there.",
        _keeping_the_size("pool"),
    ),
    Mistake(
        "global pooling keeps the size",
        "Behind global pooling one number is left for each channel.",
        _keeping_the_size("global_pool"),
    ),
    Mistake(
        "dense layers change nothing behind them",
        "The layer behind a dense layer reads the units of that layer.",
        _without_dense_shapes,
    ),
    Mistake(
        "dense layers keep the positions",
        "A dense layer reads all positions at once, so behind it there are no "
        "positions left, only its units.",
        _keeping_the_size("dense"),
    ),
    Mistake(
        "pools overlap",
        "Pooling windows lie side by side: they move by their size, not by one.",
        _walked(
            "pool",
            lambda layer, shape, right: (
                *(side - layer["size"] + 1 for side in shape[:2]),
                shape[2],
            ),
        ),
    ),
    Mistake(
        "pooled size rounded up",
        "A pooling window that would stick out is left out.",
        _walked("pool", _rounded_up),
    ),
    Mistake(
        "dense layer reads the channels only",
        "A dense layer reads every value: all positions in all channels.",
        _each(lambda layer, shape, work: shape[2] * layer["units"], "dense"),
    ),
    Mistake(
        "strides ignored",
        "Your conv layers move by one pixel, whatever their strides.",
        _respecified("conv", lambda layer: {**layer, "strides": 1}),
    ),
    Mistake(
        "strides divided first",
        "You divide the picture by the strides and then fit the kernel in. A kernel "
        "fits into the whole picture; the strides say how many of its places count.",
        _conv_reads(lambda n, k, step: (n // step - k) * step + k),
    ),
    Mistake(
        "strides in one direction only",
        "Your conv layers take their strides down the picture and move by one pixel "
        "across it. The strides hold for both directions.",
        _walked("conv", read=_strided_down),
    ),
    Mistake(
        "square picture assumed",
        "The picture may be wider than high: keep both sizes.",
        _respecified("input", _square),
    ),
    Mistake(
        "returned after the first layer",
        "Your list ends after one layer: how far is your `return` indented?",
        after(lambda works: works[:1]),
    ),
    Mistake(
        "sum in place of a list",
        "You added all layers up. Return one number for each layer.",
        after(sum),
    ),
    Mistake(
        "running sum",
        "Each of your numbers contains those of the layers before it.",
        after(np.cumsum),
    ),
    Mistake(
        "input listed",
        "Your list starts with a number for the input, which is not a layer that "
        "computes; leave it out.",
        after(lambda works: [0, *works]),
    ),
    Mistake(
        "pooling layers left out",
        "Your list has no number for the pooling layers; theirs is 0.",
        _left_out("pool", "global_pool"),
    ),
    Mistake(
        "pooling layers without an entry",
        "Your list has no number for the layers `pool`; theirs is 0.",
        _left_out("pool"),
    ),
    Mistake(
        "global pooling without an entry",
        "Your list has no number for the layers `global_pool`; theirs is 0.",
        _left_out("global_pool"),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    where=where,
)
