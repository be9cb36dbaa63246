"""A network as a table: shapes, parameters, multiplications."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.lab12_alexnet_inception_go.shared import (
    Layer,
    Row,
    Shape,
    conv_layer,
    entries,
    input_layer,
    table,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def _pool(pool_size: int, strides: int, padding: str = "valid") -> Layer:
    return {
        "layer": "pool",
        "pool_size": pool_size,
        "strides": strides,
        "padding": padding,
    }


def _dense(*units: int) -> list[Layer]:
    return [{"layer": "flatten"}, *({"layer": "dense", "units": n} for n in units)]


BIAS: Layer = {"layer": "bias"}


LENET = [
    input_layer(28, 28, 1),
    conv_layer(6, 5),
    _pool(2, 2),
    conv_layer(16, 5, padding="valid"),
    _pool(2, 2),
    *_dense(120, 84, 10),
]


ALEXNET = [
    input_layer(227, 227, 3),
    conv_layer(96, 11, strides=4, padding="valid"),
    _pool(3, 2),
    conv_layer(256, 5, groups=2),
    _pool(3, 2),
    conv_layer(384, 3),
    conv_layer(384, 3, groups=2),
    conv_layer(256, 3, groups=2),
    _pool(3, 2),
    *_dense(4096, 4096, 1000),
]


ALPHAGO = [
    input_layer(19, 19, 48),
    conv_layer(192, 5),
    *[conv_layer(192, 3)] * 11,
    conv_layer(1, 1, use_bias=False),
    BIAS,
]


def _random_network(rng: np.random.Generator, groups: int) -> list[Layer]:
    height, width, channels, filters = (int(n) for n in rng.integers(5, 30, 4))
    strides, units = int(rng.integers(2, 4)), int(rng.integers(2, 50))
    return [
        input_layer(height + 9, width + 40, channels),
        conv_layer(groups * filters, 3, strides=strides, padding="same"),
        conv_layer(groups * (filters + 1), 4, padding="valid", groups=groups),
        _pool(2, 2),
        *_dense(units),
    ]


def cases(rng: np.random.Generator) -> list[Case]:
    plain: dict[str, list[Layer]] = {
        "LeNet-5": LENET,
        "8 megapixels in RGB, 100 units": [input_layer(2000, 4000, 3), *_dense(100)],
        "9x12x3, valid, stride 2": [
            input_layer(9, 12, 3),
            conv_layer(5, 3, strides=2, padding="valid"),
        ],
        "7x10x2, same, stride 2": [input_layer(7, 10, 2), conv_layer(4, 3, strides=2)],
        "15x11x6, pools of 3 by 2": [
            input_layer(15, 11, 6),
            _pool(3, 2),
            _pool(3, 2, "same"),
            conv_layer(2, 2, padding="valid"),
        ],
        "Inception 3a, branch of the pool": [
            input_layer(28, 28, 192),
            _pool(3, 1, "same"),
            conv_layer(32, 1),
        ],
        "drawn at random, without groups": _random_network(rng, 1),
    }
    more: dict[str, list[Layer]] = {
        "9x7x6, 2 groups": [input_layer(9, 7, 6), conv_layer(10, 3, groups=2)],
        "9x7x6, without bias": [
            input_layer(9, 7, 6),
            conv_layer(10, 3, use_bias=False),
        ],
        "15x11x6, 2 groups, sizes that do not fit": [
            input_layer(15, 11, 6),
            conv_layer(4, 3, strides=2, padding="same", groups=2),
            _pool(3, 2),
        ],
        "4x3x5, a bias for each value": [input_layer(4, 3, 5), BIAS],
        "AlexNet": ALEXNET,
        "AlphaGo's policy network": ALPHAGO,
        "drawn at random, 3 groups": _random_network(rng, 3),
    }
    return [
        Case((spec,), label=label, part=part)
        for part, specs in (("one group", plain), ("groups and biases", more))
        for label, spec in specs.items()
    ]


def _layerwise(
    change: Callable[[Layer, Shape, Row], Mapping[str, Any]],
) -> Callable[..., Any]:
    """Return a mistake made at each layer; a wrong shape goes on to the next one."""

    def wrong(reference: Callable[..., Any], spec: Sequence[Layer]) -> list[Row]:
        rows: list[Row] = []
        shape: Shape = ()
        for layer in spec:
            right = reference([{"layer": "input", "shape": shape}, layer])[1]
            rows.append({**right, **change(layer, shape, right)})
            shape = rows[-1]["shape"]
        return rows

    return wrong


def _at(
    kinds: str, change: Callable[[Layer, Shape, Row], Mapping[str, Any]]
) -> Callable[..., Any]:
    """Return a mistake made at layers of some kinds, named in one string."""
    return _layerwise(
        lambda layer, shape, row: (
            change(layer, shape, row) if layer["layer"] in kinds.split() else {}
        )
    )


def _respecified(**changes: Any) -> Callable[..., Any]:
    """Return a mistake that reads a setting of every convolution wrongly."""
    return lambda reference, spec: reference(
        [{**layer, **changes} if layer["layer"] == "conv" else layer for layer in spec]
    )


def _area(row: Row) -> int:
    return entries(*row["shape"][:2])


def _biases(layer: Layer) -> int:
    if layer["layer"] == "dense":
        return int(layer["units"])
    return int(layer["filters"]) if layer.get("use_bias") else 0


def _more_biases(layer: Layer, row: Row) -> int:
    """Count what is too much if each position has biases of its own."""
    return _biases(layer) * (_area(row) - 1)


def _resized(layer: Layer, row: Row, height: int, width: int) -> Row:
    """Return a row's counts for another size of its output."""
    shape = (height, width, row["shape"][2])
    per_place = row["macs"] // max(_area(row), 1)
    return {**row, "shape": shape, "macs": per_place * entries(height, width)}


def _sized(padding: str, size: Callable[[int, int, int], int]) -> Callable[..., Any]:
    """Return a mistake in the output size for one kind of padding."""

    def change(layer: Layer, shape: Shape, row: Row) -> Row:
        if layer["padding"] != padding:
            return row
        window = layer.get("kernel_size", layer.get("pool_size"))
        height, width = (size(n, window, layer["strides"]) for n in shape[:2])
        return _resized(layer, row, max(height, 0), max(width, 0))

    return _at("conv pool", change)


def _weights(count: Callable[[Layer, Shape, int], int]) -> Callable[..., Any]:
    """Return a mistake in the number of weights of a convolution, and so in its work."""

    def change(layer: Layer, shape: Shape, row: Row) -> Row:
        weights = count(layer, shape, row["params"] - _biases(layer))
        params = weights + _biases(layer)
        return {**row, "params": params, "macs": weights * _area(row)}

    return _at("conv", change)


def _of_first_input(reference: Callable[..., Any], spec: Sequence[Layer]) -> list[Row]:
    channels = spec[0]["shape"][-1]
    wrong = _weights(
        lambda layer, shape, weights: (
            weights // (shape[2] // layer["groups"]) * (channels // layer["groups"])
        )
    )
    rows: list[Row] = wrong(reference, spec)
    return rows


def _running(reference: Callable[..., Any], spec: Sequence[Layer]) -> list[Row]:
    rows = reference(spec)
    totals = {k: np.cumsum([row[k] for row in rows]) for k in ("params", "macs")}
    return [
        {**row, **{key: int(total[n]) for key, total in totals.items()}}
        for n, row in enumerate(rows)
    ]


def _int32(count: int) -> int:
    return int(np.array(count, dtype=np.int64).astype(np.int32))


MISTAKES = (
    Mistake(
        "bias forgotten",
        "You count weights only; each filter also owns one bias.",
        _at("conv", lambda la, s, r: {"params": r["params"] - _biases(la)}),
    ),
    Mistake(
        "one bias for the whole layer",
        "Your layer owns a single bias. Its filters do not share one.",
        _at(
            "conv",
            lambda la, s, r: {"params": r["params"] - _biases(la) + la["use_bias"]},
        ),
    ),
    Mistake(
        "one bias per input channel",
        "A filter has one bias, however many channels it reads.",
        _at(
            "conv",
            lambda la, s, r: {
                "params": r["params"] - _biases(la) + s[2] * la["use_bias"]
            },
        ),
    ),
    Mistake(
        "a bias for each position",
        "A filter adds the same bias at all positions. "
        'Only a layer `"bias"` owns a number for each value.',
        _at("conv", lambda la, s, r: {"params": r["params"] + _more_biases(la, r)}),
    ),
    Mistake(
        "biases divided by the groups",
        "There are as many filters as without groups, and each owns its bias.",
        _at(
            "conv",
            lambda la, s, r: {
                "params": r["params"] - _biases(la) + _biases(la) // la["groups"]
            },
        ),
    ),
    Mistake(
        "bias switch ignored",
        "Some convolutions have no bias; look at `use_bias`.",
        _respecified(use_bias=True),
    ),
    Mistake(
        "input channels forgotten",
        "Each filter spans the channels that come in, not only one.",
        _weights(lambda la, s, w: la["kernel_size"] ** 2 * la["filters"]),
    ),
    Mistake(
        "output channels for input channels",
        "A filter is as deep as what it reads; you take the depth of what it gives.",
        _weights(
            lambda la, s, w: w // (s[2] // la["groups"]) * la["filters"] // la["groups"]
        ),
    ),
    Mistake(
        "channels of the first input everywhere",
        "Every layer reads what the layer before it gives; only the first one "
        "reads the photo's channels.",
        _of_first_input,
    ),
    Mistake(
        "one filter counted",
        "This is what a single filter owns and does; a layer has `filters` of them.",
        _at(
            "conv",
            lambda la, s, r: {k: r[k] // la["filters"] for k in ("params", "macs")},
        ),
    ),
    Mistake(
        "counted at every position",
        "The weights are shared: their number does not depend on how often "
        "a filter is applied.",
        _at("conv", lambda la, s, r: {"params": r["params"] * _area(r)}),
    ),
    Mistake(
        "kernel side for kernel area",
        "A kernel of size k has k rows and k columns of weights.",
        _weights(lambda la, s, w: w // la["kernel_size"]),
    ),
    Mistake(
        "groups ignored",
        "With two groups, a filter reads only half of the channels that come in.",
        _respecified(groups=1),
    ),
    Mistake(
        "groups ignored in the work",
        "Your weights are right. A filter that reads fewer channels also "
        "multiplies less.",
        _at("conv", lambda la, s, r: {"macs": r["macs"] * la["groups"]}),
    ),
    Mistake(
        "groups counted twice",
        "You divide the channels and the filters. Each filter reads fewer channels, "
        "but there are as many filters as before.",
        _weights(lambda la, s, w: w // la["groups"]),
    ),
    Mistake(
        "multiplied by the groups",
        "More groups mean fewer weights, because each filter reads fewer channels.",
        _weights(lambda la, s, w: w * la["groups"] ** 2),
    ),
    Mistake(
        "work equals parameters",
        "A filter's weights are used again at every output position: "
        "count how many there are.",
        _at("conv", lambda la, s, r: {"macs": r["params"] - _biases(la)}),
    ),
    Mistake(
        "filters counted twice in the work",
        "The weights of all filters are counted already. A position is a place in "
        "height and width.",
        _at("conv", lambda la, s, r: {"macs": r["macs"] * la["filters"]}),
    ),
    Mistake(
        "work at every input position",
        "You count the positions of the input. A filter is applied once for each "
        "position of the output, and stride and padding change their number.",
        _at(
            "conv",
            lambda la, s, r: {"macs": (r["params"] - _biases(la)) * entries(*s[:2])},
        ),
    ),
    Mistake(
        "biases counted as work",
        "Adding a bias is no multiplication, so it is no multiply-accumulate.",
        _at(
            "conv",
            lambda la, s, r: {"macs": r["macs"] + _biases(la) * _area(r)},
        ),
    ),
    Mistake(
        "additions counted as well",
        "A multiply-accumulate is one multiplication together with its addition: "
        "the pair counts once.",
        _layerwise(lambda la, s, r: {"macs": 2 * r["macs"]}),
    ),
    Mistake(
        "pooling counted as work",
        "Pooling compares values and multiplies none.",
        _at(
            "pool",
            lambda la, s, r: {"macs": entries(*r["shape"]) * la["pool_size"] ** 2},
        ),
    ),
    Mistake(
        "pooling given parameters",
        "Pooling has nothing to learn; its window has a size but no weights.",
        _at("pool", lambda la, s, r: {"params": la["pool_size"] ** 2 * s[2]}),
    ),
    Mistake(
        "flatten given parameters",
        "Flatten only writes the same values in one row; it owns nothing.",
        _at("flatten", lambda la, s, r: {"params": entries(*s)}),
    ),
    Mistake(
        "flatten loses the channels",
        "Flatten keeps all values: height times width times channels.",
        _at("flatten", lambda la, s, r: {"shape": (entries(*s[:2]),)}),
    ),
    Mistake(
        "bias layer shared by all positions",
        "The bias layer owns a number for each value, also for each position.",
        _at("bias", lambda la, s, r: {"params": s[2]}),
    ),
    Mistake(
        "bias layer owns nothing",
        "The bias layer owns one number for each value that comes in.",
        _at("bias", lambda la, s, r: {"params": 0}),
    ),
    Mistake(
        "strides ignored",
        "Your filters move by one pixel. Look at `strides`.",
        _respecified(strides=1),
    ),
    Mistake(
        "strides of pooling ignored",
        "You move the window of a pool by its own size; "
        "AlexNet's windows overlap. Look at `strides`.",
        lambda reference, spec: reference(
            [
                {**layer, "strides": layer.get("pool_size", layer.get("strides"))}
                for layer in spec
            ]
        ),
    ),
    Mistake(
        "always valid",
        "Your convolutions never pad. Look at `padding`.",
        _respecified(padding="valid"),
    ),
    Mistake(
        "always same",
        "Your convolutions always pad. Look at `padding`.",
        _respecified(padding="same"),
    ),
    Mistake(
        "same size at every stride",
        'With padding "same" the size stays only if the window moves by 1.',
        _sized("same", lambda n, window, strides: n),
    ),
    Mistake(
        "same rounded down",
        'With padding "same" a last window starts wherever a pixel is left, '
        "so the division is rounded up.",
        _sized("same", lambda n, window, strides: n // strides),
    ),
    Mistake(
        "valid rounded up",
        'With padding "valid" a window that would stick out is left out.',
        _sized("valid", lambda n, window, s: (n - window + s - 1) // s + 1),
    ),
    Mistake(
        "one position too few",
        "You count the steps between windows; there is one window more than steps.",
        _sized("valid", lambda n, window, strides: (n - window) // strides),
    ),
    Mistake(
        "height and width swapped",
        "Shapes are (height, width, channels), in this order.",
        _at(
            "conv",
            lambda la, s, r: {"shape": (r["shape"][1], r["shape"][0], *r["shape"][2:])},
        ),
    ),
    Mistake(
        "square picture assumed",
        "A picture may be wider than high: compute both sizes.",
        _at(
            "conv pool",
            lambda la, s, r: _resized(la, r, r["shape"][0], r["shape"][0]),
        ),
    ),
    Mistake(
        "running totals",
        "Your counts grow from row to row; each row tells about one layer.",
        _running,
    ),
    Mistake(
        "no row for the input",
        "The input has a row too, with its shape and two zeros.",
        lambda reference, spec: reference(spec)[1:],
    ),
    Mistake(
        "32-bit overflow",
        "A 32-bit integer ends at 2,147,483,647 and wraps around to negative "
        "numbers. Count with Python's own integers, or with int64.",
        _layerwise(lambda la, s, r: {k: _int32(r[k]) for k in ("params", "macs")}),
    ),
)


EXERCISE = Exercise(
    points=5,
    cases=cases,
    reference=table,
    comparison=compare.exact,
    parts={"one group": 3, "groups and biases": 2},
    forbidden=FORBIDDEN,
    mistakes=MISTAKES,
)
