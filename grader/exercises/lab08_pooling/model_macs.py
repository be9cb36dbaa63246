"""The multiplications of a network, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake

Layer = Mapping[str, Any]


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


GLOBAL_POOL: Layer = {"layer": "global_pool"}


def cases(rng: np.random.Generator) -> list[Case]:
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
            GLOBAL_POOL,
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


def _shapes(layers: Sequence[Layer]) -> Iterator[tuple[Layer, tuple[int, ...], int]]:
    """Yield each layer behind the input, the shape it reads, and its work.

    Windows are laid over an array that takes no memory, and counted.
    """
    shape = tuple(int(side) for side in layers[0]["shape"])
    for setting in layers[1:]:
        empty = np.broadcast_to(np.int8(0), shape)
        kind, work, read = setting["layer"], 0, shape
        if kind == "conv":
            k, step = setting["kernel_size"], setting["strides"]
            view = sliding_window_view(empty, (k, k), (0, 1))[::step, ::step]
            work = view.size * setting["filters"]
            shape = (*view.shape[:2], setting["filters"])
        elif kind == "pool":
            size = setting["size"]
            view = sliding_window_view(empty, (size, size), (0, 1))
            shape = view[::size, ::size].shape[:3]
        elif kind == "global_pool":
            shape = (1, 1, shape[2])
        else:
            work, shape = empty.size * setting["units"], (1, 1, setting["units"])
        yield setting, read, work


def reference(layers: Sequence[Layer]) -> list[int]:
    return [work for _, _, work in _shapes(layers)]


def where(index: tuple[int, ...], layers: Sequence[Layer]) -> str:
    if len(index) != 1:
        return ""
    setting, shape, _ = list(_shapes(layers))[index[0]]
    read = " x ".join(map(str, shape))
    return f"Number {index[0]} belongs to {dict(setting)}, which reads {read}."


def _each(change: Callable[[Layer, tuple[int, ...], int], int]) -> Callable[..., Any]:
    """Return a mistake in the work of single layers, all shapes being right."""
    return lambda reference, layers: [change(*item) for item in _shapes(layers)]


def _weights(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] != "conv":
        return work
    return int(setting["kernel_size"] ** 2 * shape[2] * setting["filters"])


def _parameters(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    owners = setting.get("filters", 0) + setting.get("units", 0)
    return _weights(setting, shape, work) + int(owners)


def _comparisons(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] == "pool":
        size = setting["size"]
        return int((shape[0] // size) * (shape[1] // size) * shape[2] * size**2)
    return shape[0] * shape[1] * shape[2] if setting["layer"] == "global_pool" else work


def _with_biases(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] == "conv":
        terms = setting["kernel_size"] ** 2 * shape[2]
    elif setting["layer"] == "dense":
        terms = shape[0] * shape[1] * shape[2]
    else:
        return work
    return work + work // int(terms)


def _at_input_positions(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    if setting["layer"] != "conv":
        return work
    return shape[0] * shape[1] * _weights(setting, shape, work)


def _one_channel(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return work // shape[2] if setting["layer"] == "conv" else work


def _one_filter(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return work // int(setting["filters"]) if setting["layer"] == "conv" else work


def _dense_on_channels(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return shape[2] * int(setting["units"]) if setting["layer"] == "dense" else work


def _kernel_once(setting: Layer, shape: tuple[int, ...], work: int) -> int:
    return work // int(setting["kernel_size"]) if setting["layer"] == "conv" else work


Shape = tuple[int, ...]


def _walked(
    behind: Callable[[Layer, Shape, Shape], Shape] = lambda setting, before, after: (
        after
    ),
    read: Callable[[Layer, Shape], Shape] = lambda setting, shape: shape,
) -> Callable[..., Any]:
    """Return a mistake in the shapes.

    Args:
        behind: gives the shape behind a layer, from the ones before and behind it.
        read: gives the shape that a layer reads, from the one before it.
    """

    def wrong(reference: Callable[..., Any], layers: Sequence[Layer]) -> Any:
        found: list[int] = []
        shape = tuple(layers[0]["shape"])
        for setting in layers[1:]:
            here = [{"layer": "input", "shape": read(setting, shape)}, setting]
            found += reference(here)
            shape = behind(setting, shape, _after(here))
        return found

    return wrong


def _with_size_kept(*kinds: str) -> Callable[..., Any]:
    """Return a mistake that does not shrink the picture behind some kinds of layers."""
    return _walked(
        lambda setting, before, after: (
            (*before[:2], after[2]) if setting["layer"] in kinds else after
        )
    )


def _conv_reads(side: Callable[[int, int, int], int]) -> Callable[..., Any]:
    """Return a mistake: conv layers read a picture of another size.

    Args:
        side: gives it from the size, the kernel size and the stride.
    """

    def read(setting: Layer, shape: Shape) -> Shape:
        if setting["layer"] != "conv":
            return shape
        how = setting["kernel_size"], setting["strides"]
        return (*(side(n, *how) for n in shape[:2]), shape[2])

    return _walked(read=read)


def _without_dense_shapes(
    reference: Callable[..., Any], layers: Sequence[Layer]
) -> Any:
    kept = [layer for layer in layers if layer["layer"] != "dense"]
    return [
        reference([*kept, setting])[-1] if setting["layer"] == "dense" else work
        for setting, _, work in _shapes(layers)
    ]


def _after(layers: Sequence[Layer]) -> tuple[int, ...]:
    """Return the shape behind a network."""
    return list(_shapes([*layers, GLOBAL_POOL]))[-1][1]


def _changed_layers(change: Callable[[Layer], Layer]) -> Callable[..., Any]:
    return lambda reference, layers: reference([change(item) for item in layers])


def _rounded_up_behind(setting: Layer, before: Shape, after: Shape) -> Shape:
    if setting["layer"] != "pool":
        return after
    return (*(-(-side // setting["size"]) for side in before[:2]), before[2])


def _square_input(item: Layer) -> Layer:
    if item["layer"] != "input":
        return item
    height, _, channels = item["shape"]
    return {**item, "shape": (height, height, channels)}


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
        _each(_comparisons),
    ),
    Mistake(
        "biases counted",
        "Adding a bias is no multiplication; only products count.",
        _each(_with_biases),
    ),
    Mistake(
        "multiplications and additions counted apart",
        "One multiply-accumulate is a product and the addition of it, together.",
        _each(lambda setting, shape, work: 2 * work),
    ),
    Mistake(
        "positions of the input counted",
        "A window has fewer positions than the picture has pixels. "
        "Count the positions of the layer's output.",
        _each(_at_input_positions),
    ),
    Mistake(
        "input channels forgotten",
        "Each filter reads all channels of the layer's input.",
        _each(_one_channel),
    ),
    Mistake(
        "channels of the picture used throughout",
        "A layer reads as many channels as the layer before it has filters, not "
        "as many as the picture has.",
        _walked(
            lambda setting, before, after: (
                (*after[:2], before[2]) if setting["layer"] == "conv" else after
            )
        ),
    ),
    Mistake(
        "one filter counted",
        "This is the work of a single filter; the layer has several.",
        _each(_one_filter),
    ),
    Mistake(
        "kernel size not squared",
        "A kernel of size 3 is 3 high and 3 wide: how many weights is that?",
        _each(_kernel_once),
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
        _with_size_kept("conv"),
    ),
    Mistake(
        "pooling keeps the size",
        "Your layers behind a pooling layer work as if it were not there.",
        _with_size_kept("pool"),
    ),
    Mistake(
        "global pooling keeps the size",
        "Behind global pooling one number is left for each channel.",
        _with_size_kept("global_pool"),
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
        _with_size_kept("dense"),
    ),
    Mistake(
        "pooled size rounded up",
        "A pooling window that would stick out is left out.",
        _walked(_rounded_up_behind),
    ),
    Mistake(
        "dense layer reads the channels only",
        "A dense layer reads every value: all positions in all channels.",
        _each(_dense_on_channels),
    ),
    Mistake(
        "strides ignored",
        "Your conv layers move by one pixel, whatever their strides.",
        _changed_layers(
            lambda item: {**item, "strides": 1} if item["layer"] == "conv" else item
        ),
    ),
    Mistake(
        "square picture assumed",
        "The picture may be wider than high: keep both sizes.",
        _changed_layers(_square_input),
    ),
    Mistake(
        "sum in place of a list",
        "You added all layers up. Return one number for each layer.",
        lambda reference, layers: sum(reference(layers)),
    ),
    Mistake(
        "running sum",
        "Each of your numbers contains those of the layers before it.",
        lambda reference, layers: np.cumsum(reference(layers)),
    ),
    Mistake(
        "input listed",
        "Your list starts with a number for the input, which is not a layer that "
        "computes; leave it out.",
        lambda reference, layers: [0, *reference(layers)],
    ),
    Mistake(
        "pooling layers left out",
        "Your list has no number for the pooling layers; theirs is 0.",
        lambda reference, layers: [
            work
            for setting, _, work in _shapes(layers)
            if "pool" not in setting["layer"]
        ],
    ),
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    mistakes=MISTAKES,
    where=where,
)
