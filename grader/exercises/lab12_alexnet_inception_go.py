"""Exercises of lab 12: three networks counted, eight boards, and the way back.

The references count arrays, turn with NumPy and gather windows; the mistakes are written
around them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader import compare
from grader.exercise import Case, Exercise, Mistake
from grader.exercises.lab05_channels_and_filters import FORBIDDEN, pictures

Wrong = Callable[..., Any]
Layer = Mapping[str, Any]
Row = dict[str, Any]
Shape = tuple[int, ...]

PREDICTIONS = Exercise(
    id="lab12.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


def _input(*shape: int) -> Layer:
    return {"layer": "input", "shape": shape}


def _conv(
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
    _input(28, 28, 1),
    _conv(6, 5),
    _pool(2, 2),
    _conv(16, 5, padding="valid"),
    _pool(2, 2),
    *_dense(120, 84, 10),
]
ALEXNET = [
    _input(227, 227, 3),
    _conv(96, 11, strides=4, padding="valid"),
    _pool(3, 2),
    _conv(256, 5, groups=2),
    _pool(3, 2),
    _conv(384, 3),
    _conv(384, 3, groups=2),
    _conv(256, 3, groups=2),
    _pool(3, 2),
    *_dense(4096, 4096, 1000),
]
ALPHAGO = [
    _input(19, 19, 48),
    _conv(192, 5),
    *[_conv(192, 3)] * 11,
    _conv(1, 1, use_bias=False),
    BIAS,
]


def _entries(*shape: int) -> int:
    """Count an array's entries without storing them."""
    return int(np.broadcast_to(0, shape).size)


def _places(n: int, window: int, strides: int, padding: str) -> int:
    """Count windows by where they start."""
    starts = n if padding == "same" else max(n - window + 1, 0)
    return len(range(0, starts, strides))


def _slid(shape: Shape, layer: Layer, window: int) -> Shape:
    strides, padding = layer["strides"], layer["padding"]
    return tuple(_places(n, window, strides, padding) for n in shape[:2])


def _row(layer: Layer, shape: Shape) -> Row:
    kind = layer["layer"]
    if kind == "conv":
        k, groups, filters = (layer[n] for n in ("kernel_size", "groups", "filters"))
        places = _slid(shape, layer, k)
        weights = _entries(k, k, shape[2] // groups, filters)
        biases = filters if layer["use_bias"] else 0
        return _counted(
            (*places, filters), weights + biases, weights * _entries(*places)
        )
    if kind == "dense":
        weights = _entries(*shape, layer["units"])
        return _counted((layer["units"],), weights + layer["units"], weights)
    if kind == "pool":
        return _counted((*_slid(shape, layer, layer["pool_size"]), shape[2]))
    if kind == "bias":
        return _counted(shape, _entries(*shape))
    return _counted(layer["shape"] if kind == "input" else (_entries(*shape),))


def _counted(shape: Shape, params: int = 0, macs: int = 0) -> Row:
    return {"shape": tuple(shape), "params": params, "macs": macs}


def _table(spec: Sequence[Layer]) -> list[Row]:
    rows: list[Row] = []
    for layer in spec:
        rows.append(_row(layer, rows[-1]["shape"] if rows else ()))
    return rows


def _random_network(rng: np.random.Generator, groups: int) -> list[Layer]:
    height, width, channels, filters = (int(n) for n in rng.integers(5, 30, 4))
    strides, units = int(rng.integers(2, 4)), int(rng.integers(2, 50))
    return [
        _input(height + 9, width + 40, channels),
        _conv(groups * filters, 3, strides=strides, padding="same"),
        _conv(groups * (filters + 1), 4, padding="valid", groups=groups),
        _pool(2, 2),
        *_dense(units),
    ]


def _table_cases(rng: np.random.Generator) -> list[Case]:
    plain: dict[str, list[Layer]] = {
        "LeNet-5": LENET,
        "8 megapixels in RGB, 100 units": [_input(2000, 4000, 3), *_dense(100)],
        "9x12x3, valid, stride 2": [
            _input(9, 12, 3),
            _conv(5, 3, strides=2, padding="valid"),
        ],
        "7x10x2, same, stride 2": [_input(7, 10, 2), _conv(4, 3, strides=2)],
        "15x11x6, pools of 3 by 2": [
            _input(15, 11, 6),
            _pool(3, 2),
            _pool(3, 2, "same"),
            _conv(2, 2, padding="valid"),
        ],
        "Inception 3a, branch of the pool": [
            _input(28, 28, 192),
            _pool(3, 1, "same"),
            _conv(32, 1),
        ],
        "drawn at random, without groups": _random_network(rng, 1),
    }
    more: dict[str, list[Layer]] = {
        "9x7x6, 2 groups": [_input(9, 7, 6), _conv(10, 3, groups=2)],
        "9x7x6, without bias": [_input(9, 7, 6), _conv(10, 3, use_bias=False)],
        "15x11x6, 2 groups, sizes that do not fit": [
            _input(15, 11, 6),
            _conv(4, 3, strides=2, padding="same", groups=2),
            _pool(3, 2),
        ],
        "4x3x5, a bias for each value": [_input(4, 3, 5), BIAS],
        "AlexNet": ALEXNET,
        "AlphaGo's policy network": ALPHAGO,
        "drawn at random, 3 groups": _random_network(rng, 3),
    }
    return [
        Case((spec,), label=label, part=part)
        for part, specs in (("one group", plain), ("groups and biases", more))
        for label, spec in specs.items()
    ]


def _layerwise(change: Callable[[Layer, Shape, Row], Mapping[str, Any]]) -> Wrong:
    """Give a mistake made at each layer; a wrong shape goes on to the next one."""

    def wrong(reference: Wrong, spec: Sequence[Layer]) -> list[Row]:
        rows: list[Row] = []
        shape: Shape = ()
        for layer in spec:
            right = reference([{"layer": "input", "shape": shape}, layer])[1]
            rows.append({**right, **change(layer, shape, right)})
            shape = rows[-1]["shape"]
        return rows

    return wrong


def _at(kinds: str, change: Callable[[Layer, Shape, Row], Mapping[str, Any]]) -> Wrong:
    """Give a mistake made at layers of some kinds, named in one string."""
    return _layerwise(
        lambda layer, shape, row: (
            change(layer, shape, row) if layer["layer"] in kinds.split() else {}
        )
    )


def _respecified(**changes: Any) -> Wrong:
    """Give a mistake that reads a setting of every convolution wrongly."""
    return lambda reference, spec: reference(
        [{**layer, **changes} if layer["layer"] == "conv" else layer for layer in spec]
    )


def _area(row: Row) -> int:
    return _entries(*row["shape"][:2])


def _biases(layer: Layer) -> int:
    if layer["layer"] == "dense":
        return int(layer["units"])
    return int(layer["filters"]) if layer.get("use_bias") else 0


def _more_biases(layer: Layer, row: Row) -> int:
    """Count what is too much if each position has biases of its own."""
    return _biases(layer) * (_area(row) - 1)


def _resized(layer: Layer, row: Row, height: int, width: int) -> Row:
    """Give a row's counts for another size of its output."""
    shape = (height, width, row["shape"][2])
    per_place = row["macs"] // max(_area(row), 1)
    return {**row, "shape": shape, "macs": per_place * _entries(height, width)}


def _sized(padding: str, size: Callable[[int, int, int], int]) -> Wrong:
    """Give a mistake in the output size for one kind of padding."""

    def change(layer: Layer, shape: Shape, row: Row) -> Row:
        if layer["padding"] != padding:
            return row
        window = layer.get("kernel_size", layer.get("pool_size"))
        height, width = (size(n, window, layer["strides"]) for n in shape[:2])
        return _resized(layer, row, max(height, 0), max(width, 0))

    return _at("conv pool", change)


def _weights(count: Callable[[Layer, Shape, int], int]) -> Wrong:
    """Give a mistake in the number of weights of a convolution, and so in its work."""

    def change(layer: Layer, shape: Shape, row: Row) -> Row:
        weights = count(layer, shape, row["params"] - _biases(layer))
        params = weights + _biases(layer)
        return {**row, "params": params, "macs": weights * _area(row)}

    return _at("conv", change)


def _of_first_input(reference: Wrong, spec: Sequence[Layer]) -> list[Row]:
    channels = spec[0]["shape"][-1]
    wrong = _weights(
        lambda layer, shape, weights: (
            weights // (shape[2] // layer["groups"]) * (channels // layer["groups"])
        )
    )
    rows: list[Row] = wrong(reference, spec)
    return rows


def _running(reference: Wrong, spec: Sequence[Layer]) -> list[Row]:
    rows = reference(spec)
    totals = {k: np.cumsum([row[k] for row in rows]) for k in ("params", "macs")}
    return [
        {**row, **{key: int(total[n]) for key, total in totals.items()}}
        for n, row in enumerate(rows)
    ]


def _int32(count: int) -> int:
    return int(np.array(count, dtype=np.int64).astype(np.int32))


ARCHITECTURE_TABLE = Exercise(
    id="lab12.architecture_table",
    points=5,
    cases=_table_cases,
    reference=_table,
    comparison=compare.exact,
    parts={"one group": 3, "groups and biases": 2},
    forbidden=FORBIDDEN,
    mistakes=(
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
                lambda la, s, w: (
                    w // (s[2] // la["groups"]) * la["filters"] // la["groups"]
                )
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
                lambda la, s, r: {
                    "macs": (r["params"] - _biases(la)) * _entries(*s[:2])
                },
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
                lambda la, s, r: {"macs": _entries(*r["shape"]) * la["pool_size"] ** 2},
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
            _at("flatten", lambda la, s, r: {"params": _entries(*s)}),
        ),
        Mistake(
            "flatten loses the channels",
            "Flatten keeps all values: height times width times channels.",
            _at("flatten", lambda la, s, r: {"shape": (_entries(*s[:2]),)}),
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
                lambda la, s, r: {
                    "shape": (r["shape"][1], r["shape"][0], *r["shape"][2:])
                },
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
    ),
)


def _totals(shape: Shape, *layers: Layer) -> np.ndarray:
    """Give (parameters, multiply-accumulates) of a chain of layers."""
    rows = _table([_input(*shape), *layers])
    counts = np.array([[row["params"], row["macs"]] for row in rows])
    return np.asarray(counts.sum(axis=0))


def _saving(naive: np.ndarray, block: np.ndarray) -> dict[str, int]:
    return {
        "naive_params": int(naive[0]),
        "params": int(block[0]),
        "naive_macs": int(naive[1]),
        "macs": int(block[1]),
    }


def _naive(s: Shape, f1: int, f3: int, f5: int) -> np.ndarray:
    large = _totals(s, _conv(f3, 3)) + _totals(s, _conv(f5, 5))
    return np.asarray(_totals(s, _conv(f1, 1)) + large)


def _block(
    s: Shape, f1: int, f3r: int, f3: int, f5r: int, f5: int, fp: int
) -> np.ndarray:
    third = _totals(s, _conv(f3r, 1), _conv(f3, 3))
    fifth = _totals(s, _conv(f5r, 1), _conv(f5, 5))
    ones = _totals(s, _conv(f1, 1)) + _totals(s, _conv(fp, 1))
    return np.asarray(ones + third + fifth)


def _inception(
    input_shape: Shape, f1: int, f3r: int, f3: int, f5r: int, f5: int, fp: int
) -> dict[str, int]:
    naive = _naive(input_shape, f1, f3, f5)
    return _saving(naive, _block(input_shape, f1, f3r, f3, f5r, f5, fp))


def _inception_cases(rng: np.random.Generator) -> list[Case]:
    blocks: dict[str, tuple[Any, ...]] = {
        "2x3x4, to count by hand": ((2, 3, 4), 3, 2, 5, 1, 2, 6),
        "Inception 3a": ((28, 28, 192), 64, 96, 128, 16, 32, 32),
        "Inception 3b": ((28, 28, 256), 128, 128, 192, 32, 96, 64),
        "7x10x12, small": ((7, 10, 12), 5, 3, 8, 2, 7, 4),
        "bottlenecks wider than the input": ((6, 5, 3), 2, 20, 4, 11, 9, 13),
    }
    for number in (1, 2):
        sizes = [int(n) for n in rng.permutation(np.arange(5, 40))[:9]]
        blocks[f"drawn at random, {number}"] = (tuple(sizes[:3]), *sizes[3:])
    return [Case(args, label=label) for label, args in blocks.items()]


def _inception_mistake(
    naive: Callable[..., Any] | None, block: Callable[..., Any] | None
) -> Wrong:
    """Give a mistake that adds something to what the two blocks cost.

    Args:
        naive, block: from (s, f1, f3r, f3, f5r, f5, fp) to (parameters,
            multiply-accumulates) to add; `None` for nothing.
    """

    def wrong(reference: Wrong, *args: Any) -> dict[str, int]:
        right = reference(*args)
        nothing = np.zeros(2, int)
        more_naive = naive(*args) if naive else nothing
        more_block = block(*args) if block else nothing
        return _saving(
            np.array([right["naive_params"], right["naive_macs"]]) + more_naive,
            np.array([right["params"], right["macs"]]) + more_block,
        )

    return wrong


def _keyed(change: Callable[[dict[str, int], Shape], dict[str, int]]) -> Wrong:
    return lambda reference, s, *filters: change(reference(s, *filters), s)


def _only_params(count: int) -> np.ndarray:
    return np.array([count, 0])


def _only_macs(count: int) -> np.ndarray:
    return np.array([0, count])


def _weights_alone(s: Shape, weights: int) -> np.ndarray:
    return np.array([weights, weights * _entries(*s[:2])])


def _one_by_one(s: Shape, channels: int, filters: int) -> np.ndarray:
    return _totals((*s[:2], channels), _conv(filters, 1))


def _swapped_reductions(
    reference: Wrong, s: Shape, f1: int, f3r: int, f3: int, f5r: int, f5: int, fp: int
) -> Any:
    return reference(s, f1, f5r, f3, f3r, f5, fp)


INCEPTION_SAVING = Exercise(
    id="lab12.inception_saving",
    points=3,
    cases=_inception_cases,
    reference=_inception,
    comparison=compare.exact,
    forbidden=FORBIDDEN,
    mistakes=(
        Mistake(
            "bias forgotten",
            "You count weights only; each filter of every layer also owns one bias.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(
                    -(f1 + f3r + f3 + f5r + f5 + fp)
                ),
            ),
        ),
        Mistake(
            "biases of the naive block",
            "You add the biases that the naive block has. The 1x1 layers that came with "
            "the bottlenecks own filters too.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(-(f3r + f5r + fp)),
            ),
        ),
        Mistake(
            "biases of the bottlenecks forgotten",
            "The filters of a bottleneck own one bias each, like all others.",
            _inception_mistake(
                None, lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(-(f3r + f5r))
            ),
        ),
        Mistake(
            "bias of the projection forgotten",
            "The 1x1 filters behind the pool own one bias each, like all others.",
            _inception_mistake(
                None, lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(-fp)
            ),
        ),
        Mistake(
            "the two blocks swapped",
            "You give the counts of the naive block for the other one, and the other "
            "way round.",
            _keyed(
                lambda r, s: {
                    "naive_params": r["params"],
                    "params": r["naive_params"],
                    "naive_macs": r["macs"],
                    "macs": r["naive_macs"],
                }
            ),
        ),
        Mistake(
            "bottlenecks for free",
            "The 1x1 filters of a bottleneck own weights and do work too.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: (
                    -_one_by_one(s, s[2], f3r) - _one_by_one(s, s[2], f5r)
                ),
            ),
        ),
        Mistake(
            "bottlenecks beside, not before",
            "Behind a bottleneck, the large filters read its output and no longer all "
            "channels of the input.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: (
                    _naive(s, f1, f3, f5)
                    + _one_by_one(s, s[2], f3r)
                    + _one_by_one(s, s[2], f5r)
                    + _one_by_one(s, s[2], fp)
                    - _block(s, f1, f3r, f3, f5r, f5, fp)
                ),
            ),
        ),
        Mistake(
            "projection forgotten",
            "In the block with bottlenecks, a 1x1 layer follows the pool.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: -_one_by_one(s, s[2], fp),
            ),
        ),
        Mistake(
            "projection in the naive block",
            "The naive block passes the pooled channels on as they are.",
            _inception_mistake(
                lambda s, f1, f3r, f3, f5r, f5, fp: _one_by_one(s, s[2], fp), None
            ),
        ),
        Mistake(
            "projection reads one channel",
            "The 1x1 layer behind the pool reads all channels of the input.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: (
                    _one_by_one(s, 1, fp) - _one_by_one(s, s[2], fp)
                ),
            ),
        ),
        Mistake(
            "projection as large as the pool",
            "The layer behind the pool has filters of 1x1, however large the pool's "
            "window is.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: _weights_alone(s, 8 * s[2] * fp),
            ),
        ),
        Mistake(
            "branches one after the other",
            "Your branches read each other's output. They stand side by side: "
            "each begins with the input of the block.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: (
                    _totals(
                        s,
                        *(_conv(f1, 1), _conv(f3r, 1), _conv(f3, 3)),
                        *(_conv(f5r, 1), _conv(f5, 5), _conv(fp, 1)),
                    )
                    - _block(s, f1, f3r, f3, f5r, f5, fp)
                ),
            ),
        ),
        Mistake(
            "bottlenecks exchanged",
            "`f3r` stands before the 3x3 filters and `f5r` before the 5x5 filters.",
            _swapped_reductions,
        ),
        Mistake(
            "5x5 counted as 3x3",
            "The third branch has 25 weights for each channel and filter.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: (
                    _totals((*s[:2], f5r), _conv(f5, 3))
                    - _totals((*s[:2], f5r), _conv(f5, 5))
                ),
            ),
        ),
        Mistake(
            "kernel side for kernel area",
            "A window of 3x3 has 9 weights for each channel and one of 5x5 has 25.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: (
                    -_weights_alone(s, 6 * f3r * f3 + 20 * f5r * f5)
                ),
            ),
        ),
        Mistake(
            "1x1 branch forgotten",
            "A block has four branches; one of yours is missing.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: -_one_by_one(s, s[2], f1),
            ),
        ),
        Mistake(
            "5x5 branch forgotten",
            "A block has four branches; one of yours is missing.",
            _inception_mistake(
                None,
                lambda s, f1, f3r, f3, f5r, f5, fp: (
                    -_totals(s, _conv(f5r, 1), _conv(f5, 5))
                ),
            ),
        ),
        Mistake(
            "pooling given parameters",
            "Pooling has nothing to learn; its window has a size but no weights.",
            _inception_mistake(None, lambda s, *filters: _only_params(9 * s[2])),
        ),
        Mistake(
            "pooling counted as work",
            "Pooling compares values and multiplies none.",
            _inception_mistake(None, lambda s, *filters: _only_macs(9 * _entries(*s))),
        ),
        Mistake(
            "positions forgotten",
            "A weight is used at every position of the picture.",
            _keyed(lambda r, s: {**r, "macs": r["macs"] // _entries(*s[:2])}),
        ),
        Mistake(
            "biases counted as work",
            "Adding a bias is no multiplication, so it is no multiply-accumulate.",
            _keyed(lambda r, s: {**r, "macs": r["params"] * _entries(*s[:2])}),
        ),
        Mistake(
            "additions counted as well",
            "A multiply-accumulate is one multiplication together with its addition: "
            "the pair counts once.",
            _keyed(lambda r, s: {**r, "macs": 2 * r["macs"]}),
        ),
        Mistake(
            "square picture assumed",
            "A picture may be wider than high: use both sizes.",
            _keyed(lambda r, s: {**r, "macs": r["macs"] // s[1] * s[0]}),
        ),
    ),
)


def _eight(board: np.ndarray) -> np.ndarray:
    mirrored = np.fliplr(board)
    return np.stack([np.rot90(b, k) for b in (board, mirrored) for k in range(4)])


def _position(rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw a position of empty, black and white points without any symmetry."""
    while True:
        board = rng.choice([0, 0, 1, 2], (n, n))
        if len(np.unique(_eight(board), axis=0)) == 8:
            return board


def _board_cases(rng: np.random.Generator) -> list[Case]:
    sizes = [3, 5, 9, 19, int(rng.integers(4, 9))]
    boards = [_position(rng, n) for n in sizes]
    lone = np.zeros((4, 4), int)
    lone[0, 1] = 1
    return [
        Case((lone,), label="one black stone on a 4x4 board"),
        *(Case((b,), label=f"a {len(b)}x{len(b)} board") for b in boards),
        Case((np.array([[1, 2], [0, 0]]),), label="two stones on a 2x2 board"),
    ]


def _stacked(*boards: np.ndarray) -> np.ndarray:
    return np.stack(boards)


def _turns(board: np.ndarray, *turns: int) -> list[np.ndarray]:
    return [np.rot90(board, k) for k in turns]


def _with_board_changed(reference: Wrong, board: np.ndarray) -> Any:
    result = reference(board)
    board[:] = result[1]
    return result


def _board_window(index: Shape, board: np.ndarray) -> str:
    number = index[0]
    mirrored = "mirrored, then " if number > 3 else ""
    return (
        f"Board {number} of the eight should be {mirrored}turned "
        f"by {90 * (number % 4)} degrees counter-clockwise."
    )


BOARD_SYMMETRIES = Exercise(
    id="lab12.board_symmetries",
    points=2,
    cases=_board_cases,
    reference=_eight,
    comparison=compare.exact,
    window=_board_window,
    forbidden=(
        "numpy.flip",
        "numpy.fliplr",
        "numpy.flipud",
        "numpy.rot90",
        *FORBIDDEN,
    ),
    mistakes=(
        Mistake(
            "only the four turns",
            "You give four boards. A mirrored board is as good as the first, "
            "and can be turned as well.",
            lambda reference, b: reference(b)[:4],
        ),
        Mistake(
            "only the four mirror images",
            "You mirror but do not turn: no board of yours has its rows where "
            "columns were.",
            lambda reference, b: _stacked(b, b[:, ::-1], b[::-1], b[::-1, ::-1]),
        ),
        Mistake(
            "transposed, not turned",
            "A transpose mirrors the board at its diagonal. A quarter turn needs one "
            "more step after it.",
            lambda reference, b: _stacked(
                *[b, b.T] * 2, *[b[:, ::-1], b[:, ::-1].T] * 2
            ),
        ),
        Mistake(
            "quarter turns only transposed",
            "Your half turn is right. A transpose alone mirrors the board at its "
            "diagonal, and a quarter turn needs one more step.",
            lambda reference, b: _stacked(
                *[b, b.T, *_turns(b, 2), np.rot90(b, 2).T],
                *[b[:, ::-1], b[:, ::-1].T, b[::-1], b[::-1].T],
            ),
        ),
        Mistake(
            "half turn only mirrored",
            "After a half turn the upper left corner lies at the lower right; "
            "in boards 2 and 6 it has kept its column.",
            lambda reference, b: _stacked(
                *[b, np.rot90(b), np.flipud(b), np.rot90(b, 3)],
                *[reference(b)[4], reference(b)[5], np.rot90(b, 2), reference(b)[7]],
            ),
        ),
        Mistake(
            "turned clockwise",
            "Counter-clockwise, the right column becomes the top row.",
            lambda reference, b: _stacked(
                *_turns(b, 0, 3, 2, 1), *_turns(np.fliplr(b), 0, 3, 2, 1)
            ),
        ),
        Mistake(
            "mirrored top to bottom",
            "You exchange top and bottom; the task mirrors left and right.",
            lambda reference, b: _stacked(
                *_turns(b, 0, 1, 2, 3), *_turns(np.flipud(b), 0, 1, 2, 3)
            ),
        ),
        Mistake(
            "mirrored at the diagonal",
            "You begin the second four with the transposed board; "
            "the task mirrors left and right.",
            lambda reference, b: _stacked(
                *_turns(b, 0, 1, 2, 3), *_turns(b.T, 0, 1, 2, 3)
            ),
        ),
        Mistake(
            "mirrored after turning",
            "Your eight boards are the right ones in another order: "
            "mirror first, then turn.",
            lambda reference, b: _stacked(
                *_turns(b, 0, 1, 2, 3), *map(np.fliplr, _turns(b, 0, 1, 2, 3))
            ),
        ),
        Mistake(
            "mirrored and turned in turn",
            "Your eight boards come in pairs, each with its mirror image. "
            "First come four turns, then four of the mirrored board.",
            lambda reference, b: reference(b)[[0, 4, 1, 5, 2, 6, 3, 7]],
        ),
        Mistake(
            "unturned board left out",
            "The board as it is counts as one of the eight.",
            lambda reference, b: reference(b)[[1, 2, 3, 5, 6, 7]],
        ),
        Mistake(
            "one quarter turn too far",
            "Your eight boards are the right ones in another order: board 0 is the "
            "board as it is, and board 4 is mirrored and not turned.",
            lambda reference, b: reference(b)[[1, 2, 3, 0, 5, 6, 7, 4]],
        ),
        Mistake(
            "turns added up",
            "Each board is turned once more than the one before it; yours turns "
            "by 0, 1, 3 and 6 quarters.",
            lambda reference, b: _stacked(
                *_turns(b, 0, 1, 3, 6), *_turns(np.fliplr(b), 0, 1, 3, 6)
            ),
        ),
        Mistake(
            "colours exchanged, not mirrored",
            "You exchange black and white. That changes who plays; "
            "a symmetry of the board only moves the stones.",
            lambda reference, b: _stacked(
                *_turns(b, 0, 1, 2, 3), *_turns((3 - b) * (b > 0), 0, 1, 2, 3)
            ),
        ),
        Mistake(
            "board changed",
            "The result is right, but you wrote into the caller's board. "
            "Work on a copy, or make new boards.",
            _with_board_changed,
        ),
    ),
)


def _images(kernel: np.ndarray) -> np.ndarray:
    """Give the eight images of a kernel (k, k, C)."""
    return np.stack([_eight(kernel[..., c]) for c in range(kernel.shape[2])], axis=-1)


def _symmetric(kernel: np.ndarray) -> np.ndarray:
    return np.asarray(_images(kernel).mean(axis=0))


def _kernel_cases(rng: np.random.Generator) -> list[Case]:
    k, channels = int(rng.integers(3, 8)), int(rng.integers(1, 5))
    shapes = [(3, 3, 1), (5, 5, 3), (3, 3, 3), (4, 4, 2), (k, k, channels)]
    cases = [
        Case((pictures(rng, *s) + 0.3,), label="kernel " + "x".join(map(str, s)))
        for s in shapes
    ]
    whole = rng.integers(-9, 10, (3, 3, 2))
    whole[0, 0] = [8, 5]
    whole[0, 2] = whole[2, 0] = whole[2, 2] = [1, -2]
    return [*cases, Case((whole,), label="kernel 3x3x2 of whole numbers")]


def _mean_of(*choose: int) -> Wrong:
    """Give a mistake that averages only some of the eight images."""
    return lambda reference, kernel: _images(kernel)[list(choose)].mean(axis=0)


def _kernel_changed(reference: Wrong, kernel: np.ndarray) -> Any:
    result = reference(kernel)
    kernel[:] = result if kernel.dtype.kind == "f" else kernel[::-1]
    return result


def _wrong_axes(reference: Wrong, kernel: np.ndarray) -> Any:
    turned = kernel.transpose(1, 2, 0)
    if turned.shape[0] != turned.shape[1]:
        raise ValueError("all input arrays must have the same shape")
    return reference(turned).transpose(2, 0, 1)


SYMMETRISE_KERNEL = Exercise(
    id="lab12.symmetrise_kernel",
    points=2,
    cases=_kernel_cases,
    reference=_symmetric,
    forbidden=FORBIDDEN,
    mistakes=(
        Mistake(
            "added, not averaged",
            "The shape of your kernel is right, but its weights are eight times too "
            "large: take the mean.",
            lambda reference, kernel: 8 * reference(kernel),
        ),
        Mistake(
            "one number for all weights",
            "You average over all weights as well. "
            "The mean is over the eight kernels, weight by weight.",
            lambda reference, kernel: reference(kernel).mean(),
        ),
        Mistake(
            "only the four turns",
            "Your kernel looks the same after a turn, but not in a mirror.",
            _mean_of(0, 1, 2, 3),
        ),
        Mistake(
            "only the four mirror images",
            "Your kernel looks the same in two mirrors, but not after a quarter turn.",
            _mean_of(0, 2, 4, 6),
        ),
        Mistake(
            "mirrored left to right only",
            "Left and right are alike in your kernel, top and bottom are not.",
            _mean_of(0, 4),
        ),
        Mistake(
            "mirrored top to bottom only",
            "Top and bottom are alike in your kernel, left and right are not.",
            _mean_of(0, 6),
        ),
        Mistake(
            "transposed only",
            "Your kernel is the same when rows and columns are exchanged; "
            "that is one of the seven changes it should survive.",
            _mean_of(0, 5),
        ),
        Mistake(
            "transposed the other way only",
            "Your kernel survives one change of seven.",
            _mean_of(0, 7),
        ),
        Mistake(
            "half turn only",
            "Your kernel is the same upside down, but not after a quarter turn.",
            _mean_of(0, 2),
        ),
        Mistake(
            "one quarter turn only",
            "You average the kernel with a single turned copy. There are more.",
            _mean_of(0, 1),
        ),
        Mistake(
            "kernel itself left out",
            "The kernel as it is counts as one of the eight.",
            _mean_of(1, 2, 3, 4, 5, 6, 7),
        ),
        Mistake(
            "last image left out",
            "You average seven kernels; with `number` from 0 to 7 there are eight.",
            _mean_of(0, 1, 2, 3, 4, 5, 6),
        ),
        Mistake(
            "last image only",
            "You keep one of the eight images and forget the others.",
            _mean_of(7),
        ),
        Mistake(
            "largest, not mean",
            "You keep the largest of the eight weights; take their mean.",
            lambda reference, kernel: _images(kernel).max(axis=0),
        ),
        Mistake(
            "channels mixed",
            "Every channel keeps weights of its own; yours are all the same.",
            lambda reference, kernel: (
                np.zeros(kernel.shape) + reference(kernel).mean(axis=2, keepdims=True)
            ),
        ),
        Mistake(
            "channels reversed, not mirrored",
            "You reverse the order of the channels. "
            "Mirror along axis 0 or 1, and name the axis: without one, all are reversed.",
            lambda reference, kernel: (
                (
                    _images(kernel)[:4].mean(axis=0)
                    + _images(kernel[..., ::-1])[:4].mean(axis=0)
                )
                / 2
            ),
        ),
        Mistake(
            "turned over the wrong axes",
            "You turn columns into channels. Turn within each channel: axes 0 and 1.",
            _wrong_axes,
        ),
        Mistake(
            "made to sum up to one",
            "Averaging does not change the sum of the weights, so there is nothing "
            "to divide by.",
            lambda reference, kernel: reference(kernel) / kernel.sum(),
        ),
        Mistake(
            "rounded to whole numbers",
            "The mean of whole numbers can be a fraction; start from an array of floats.",
            lambda reference, kernel: reference(kernel).astype(kernel.dtype),
        ),
        Mistake(
            "kernel returned as it is",
            "Your kernel has not changed.",
            lambda reference, kernel: kernel,
        ),
        Mistake(
            "kernel changed",
            "The result is right, but you wrote it into the caller's kernel. "
            "Make a new array.",
            _kernel_changed,
        ),
    ),
)


def _gradients(x: np.ndarray, W: np.ndarray, dy: np.ndarray) -> dict[str, np.ndarray]:
    windows = sliding_window_view(x, dy.shape[1:3], axis=(1, 2))
    return {
        "x": _spread(dy, W),
        "W": np.einsum("nabcij,nijf->abcf", windows, dy),
        "b": np.einsum("nijf->f", dy),
    }


def _spread(dy: np.ndarray, W: np.ndarray) -> np.ndarray:
    kh, kw = W.shape[:2]
    border = [(0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)]
    windows = sliding_window_view(np.pad(dy, border), (kh, kw), axis=(1, 2))
    return np.asarray(np.einsum("nijfab,abcf->nijc", windows, W[::-1, ::-1]))


def _balanced(dy: np.ndarray) -> np.ndarray:
    """Make a gradient whose sum is zero for each picture and filter."""
    return np.asarray(dy - dy.mean(axis=(1, 2), keepdims=True))


def _gradient_cases(rng: np.random.Generator) -> list[Case]:
    kh, kw, more_h, more_w, channels, filters = (int(n) for n in rng.integers(2, 5, 6))
    drawn = ((3, kh + more_h, kw + more_w, channels), (kh, kw, filters))
    grid = [
        ((1, 4, 5, 1), (2, 3, 1)),
        ((2, 5, 4, 3), (3, 2, 2)),
        ((2, 6, 7, 2), (3, 3, 2)),
        drawn,
        ((1, 3, 3, 1), (2, 2, 1)),
    ]
    cases: list[Case] = []
    for image, (rows, columns, filters) in grid:
        x = pictures(rng, *image)
        W = pictures(rng, rows, columns, image[3], filters)
        out = (image[0], image[1] - rows + 1, image[2] - columns + 1, filters)
        dy = pictures(rng, *out) + 0.5 + np.arange(filters)
        note = f"{image[0]} x {image[1]}x{image[2]}x{image[3]}, W {rows}x{columns}x"
        note += f"{image[3]}x{filters}"
        even = _balanced(dy)
        # With x = 0, W = 0 or a sum of 0, the gradients of the other parts are zero.
        cases += [
            Case((0 * x, 0 * W, dy), label=f"b alone: {note}, x and W all 0", part="b"),
            Case((x, 0 * W, even), label=f"W alone: {note}, W all 0", part="W"),
            Case((0 * x, W, even), label=f"x alone: {note}, x all 0", part="x"),
        ]
    whole = np.zeros((2, 4, 4, 2), int)
    W = pictures(rng, 2, 2, 2, 3)
    even = _balanced(pictures(rng, 2, 3, 3, 3))
    label = "x alone: 2 x 4x4x2, W 2x2x2x3, x all 0 in whole numbers"
    return [*cases, Case((whole, W, even), label=label, part="x")]


def _gradient_mistake(**change: Callable[..., Any]) -> Wrong:
    """Give a mistake in some of the gradients.

    Args:
        change: key -> function of (right gradient, x, W, dy).
    """

    def wrong(reference: Wrong, x: Any, W: Any, dy: Any) -> dict[str, Any]:
        right = reference(x, W, dy)
        wrongs = {key: f(right[key], x, W, dy) for key, f in change.items()}
        return {**right, **wrongs}

    return wrong


def _first_window_only(dy: np.ndarray) -> np.ndarray:
    """Keep the gradient of output (0, 0) alone."""
    kept = np.zeros_like(dy)
    kept[:, 0, 0] = dy[:, 0, 0]
    return kept


def _written_over(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Give dx where each window overwrites the ones before it."""
    dx = np.zeros(x.shape)
    kh, kw = W.shape[:2]
    for i, j in np.ndindex(dy.shape[1:3]):
        corner = _spread(dy[:, i : i + 1, j : j + 1], W)
        dx[:, i : i + kh, j : j + kw] = corner
    return dx


def _last_share(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Give dx where each window and each filter overwrites what was there."""
    return _written_over(right, x, W[..., -1:], dy[..., -1:])


def _last_of_all(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Give dW where each window of each picture overwrites the one before."""
    window = x[-1, -W.shape[0] :, -W.shape[1] :]
    return np.asarray(window[..., None] * dy[-1, -1, -1])


def _sums_of_pixels(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Give dx where a window gets its own pixels, not the filter."""
    kh, kw = W.shape[:2]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape[1:3]):
        window = np.s_[:, i : i + kh, j : j + kw]
        factor = dy[:, i, j].sum(axis=-1)
        dx[window] += x[window] * factor[:, None, None, None]
    return dx


def _as_dy(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    top, left = (W.shape[0] - 1) // 2, (W.shape[1] - 1) // 2
    return np.asarray(right[:, top : top + dy.shape[1], left : left + dy.shape[2]])


def _first_picture(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    return np.asarray(_gradients(x[:1], W, dy[:1])["W"])


CONV2D_BACKWARD = Exercise(
    id="lab12.conv2d_backward",
    points=4,
    cases=_gradient_cases,
    reference=_gradients,
    parts={"b": 1, "W": 1, "x": 2},
    forbidden=FORBIDDEN,
    mistakes=(
        Mistake(
            "kernel turned in the gradient of x",
            "Follow one pixel: the weight that read it on the way forward carries its "
            "gradient on the way back. In your sum it is the weight on the opposite "
            "side of the kernel.",
            _gradient_mistake(x=lambda r, x, W, dy: _spread(dy, W[::-1, ::-1])),
        ),
        Mistake(
            "kernel turned upside down only",
            "Rows of the kernel meet the wrong rows in your gradient of x; "
            "columns are right.",
            _gradient_mistake(x=lambda r, x, W, dy: _spread(dy, W[::-1])),
        ),
        Mistake(
            "kernel mirrored left to right only",
            "Columns of the kernel meet the wrong columns in your gradient of x; "
            "rows are right.",
            _gradient_mistake(x=lambda r, x, W, dy: _spread(dy, W[:, ::-1])),
        ),
        Mistake(
            "shares replaced, not added",
            "All three gradients are sums: a bias, a weight and a pixel get a share "
            "from every output they took part in. Add to what is there.",
            _gradient_mistake(
                x=_last_share, W=_last_of_all, b=lambda r, x, W, dy: dy[-1, -1, -1]
            ),
        ),
        Mistake(
            "last share of each pixel",
            "A pixel gets a share from each window and each filter that reads it. "
            "Add to what is there; do not replace it.",
            _gradient_mistake(x=_last_share),
        ),
        Mistake(
            "overlapping windows overwritten",
            "A pixel lies in several windows and gets a share from each. "
            "Add to what is there; do not replace it.",
            _gradient_mistake(x=_written_over),
        ),
        Mistake(
            "dy left out of the gradient of x",
            "You add up weights; each has to be multiplied by the dy of its output.",
            _gradient_mistake(x=lambda r, x, W, dy: _spread(np.ones_like(dy), W)),
        ),
        Mistake(
            "dy left out of all gradients",
            "You add up weights, pixels and ones. "
            "Each share has to be multiplied by the dy of its output.",
            _gradient_mistake(
                x=lambda r, x, W, dy: _spread(np.ones_like(dy), W),
                W=lambda r, x, W, dy: _gradients(x, W, np.ones_like(dy))["W"],
                b=lambda r, x, W, dy: np.full(r.shape, dy.size / dy.shape[3]),
            ),
        ),
        Mistake(
            "x and W exchanged",
            "You multiply each by itself. Ask how much an output changes when one weight "
            "does, and when one pixel does.",
            _gradient_mistake(
                x=_sums_of_pixels, W=lambda r, x, W, dy: W * dy.sum(axis=(0, 1, 2))
            ),
        ),
        Mistake(
            "gradient of x as large as dy",
            "A gradient has the shape of what it belongs to; every pixel of x was read.",
            _gradient_mistake(x=_as_dy),
        ),
        Mistake(
            "gradient of x from the first filter",
            "All filters read the pixel, so all filters send something back.",
            _gradient_mistake(
                x=lambda r, x, W, dy: _spread(dy[..., :1], W[..., :1]),
            ),
        ),
        Mistake(
            "gradient of x the same for all pictures",
            "Each picture has a gradient of its own.",
            _gradient_mistake(x=lambda r, x, W, dy: np.repeat(r[:1], len(r), axis=0)),
        ),
        Mistake(
            "gradient of x cut to whole numbers",
            "Pictures of whole numbers have gradients with decimals: "
            "start from an array of floats.",
            _gradient_mistake(x=lambda r, x, W, dy: r.astype(x.dtype)),
        ),
        Mistake(
            "gradient of W turned",
            "Your gradient of W stands on its head: weight [0, 0] meets the upper left "
            "pixel of each window.",
            _gradient_mistake(W=lambda r, x, W, dy: r[::-1, ::-1]),
        ),
        Mistake(
            "only the first window",
            "Your gradients of x and W hold the share of the first window alone: does "
            "the function return before its loop has ended?",
            _gradient_mistake(
                x=lambda r, x, W, dy: _spread(_first_window_only(dy), W),
                W=lambda r, x, W, dy: _gradients(x, W, _first_window_only(dy))["W"],
            ),
        ),
        Mistake(
            "gradient of W from the last window",
            "A weight is used at every position of every picture. Add up all of them.",
            _gradient_mistake(W=_last_of_all),
        ),
        Mistake(
            "gradient of W from the first picture",
            "All pictures of the batch use the same weights, so all of them count.",
            _gradient_mistake(W=_first_picture),
        ),
        Mistake(
            "both gradients averaged over the batch",
            "You divide the gradients of W and b by the number of pictures. "
            "Their shares are added; if the loss is a mean, that is already in dy.",
            _gradient_mistake(
                W=lambda r, x, W, dy: r / len(x), b=lambda r, x, W, dy: r / len(x)
            ),
        ),
        Mistake(
            "gradient of W averaged over the batch",
            "The loss is a function of all pictures; their shares are added. "
            "If the loss is a mean, that is already in dy.",
            _gradient_mistake(W=lambda r, x, W, dy: r / len(x)),
        ),
        Mistake(
            "gradient of W averaged over positions",
            "The shares of all positions are added, not averaged.",
            _gradient_mistake(
                W=lambda r, x, W, dy: r / (dy.shape[1] * dy.shape[2]),
            ),
        ),
        Mistake(
            "dy left out of the gradient of W",
            "You add up the pixels; each has to be multiplied by the dy of its window.",
            _gradient_mistake(
                W=lambda r, x, W, dy: _gradients(x, W, np.ones_like(dy))["W"]
            ),
        ),
        Mistake(
            "channels and filters exchanged",
            "The gradient of W has the axes of W: (kh, kw, C, F).",
            _gradient_mistake(W=lambda r, x, W, dy: r.swapaxes(2, 3)),
        ),
        Mistake(
            "gradient of b from the last output",
            "A bias is added to every value of its feature map. Add up all shares.",
            _gradient_mistake(b=lambda r, x, W, dy: dy[-1, -1, -1]),
        ),
        Mistake(
            "gradient of b averaged",
            "A bias is added to every value of its feature map, and the shares of all "
            "are added: take the sum, not the mean.",
            _gradient_mistake(b=lambda r, x, W, dy: dy.mean(axis=(0, 1, 2))),
        ),
        Mistake(
            "gradient of b averaged over the batch",
            "The pictures' shares are added too.",
            _gradient_mistake(b=lambda r, x, W, dy: r / len(x)),
        ),
        Mistake(
            "gradient of b from the first picture",
            "All pictures of the batch use the same bias, so all of them count.",
            _gradient_mistake(b=lambda r, x, W, dy: dy[0].sum(axis=(0, 1))),
        ),
        Mistake(
            "gradient of b for each picture",
            "There is one bias for each filter, shared by the pictures of the batch: "
            "add over them as well.",
            _gradient_mistake(b=lambda r, x, W, dy: dy.sum(axis=(1, 2))),
        ),
        Mistake(
            "gradient of b for each position",
            "There is one bias for each filter, shared by all positions: "
            "add over them as well.",
            _gradient_mistake(b=lambda r, x, W, dy: dy.sum(axis=0)),
        ),
        Mistake(
            "one gradient for all biases",
            "Each filter has a bias of its own, so keep the filters apart.",
            _gradient_mistake(b=lambda r, x, W, dy: np.full(r.shape, r.sum())),
        ),
        Mistake(
            "dy left out of the gradient of b",
            "You count the values that the bias was added to; add their dy.",
            _gradient_mistake(
                b=lambda r, x, W, dy: np.full(r.shape, dy.size / dy.shape[3])
            ),
        ),
        Mistake(
            "sign turned",
            "You give the direction downhill. The gradient points uphill; "
            "the minus comes with the learning rate.",
            _gradient_mistake(
                x=lambda r, *inputs: -r,
                W=lambda r, *inputs: -r,
                b=lambda r, *inputs: -r,
            ),
        ),
    ),
)


def _shares(x: np.ndarray, size: int) -> np.ndarray:
    """Give the windows of a pool, (N, H', W', C, size, size)."""
    windows = sliding_window_view(x, (size, size), axis=(1, 2))
    return np.asarray(windows[:, ::size, ::size])


def _winners(windows: np.ndarray) -> np.ndarray:
    """Mark the largest value of each window by 1, the first one if there are several."""
    flat = windows.reshape(*windows.shape[:4], -1)
    return np.asarray(
        np.eye(flat.shape[-1])[flat.argmax(axis=-1)].reshape(windows.shape)
    )


def _put_back(shares: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Put windows (N, H', W', C, size, size) where they came from in x."""
    rows = np.concatenate(np.moveaxis(shares, 1, 0), axis=-2)
    grid = np.concatenate(np.moveaxis(rows, 1, 0), axis=-1)  # (N, C, H, W)
    rest = [(0, 0), (0, 0)]
    rest += [(0, x.shape[a] - grid.shape[a + 1]) for a in (1, 2)]
    return np.asarray(np.moveaxis(np.pad(grid, rest), 1, -1))


def _pool_gradient(x: np.ndarray, dy: np.ndarray, size: int) -> np.ndarray:
    return _put_back(_winners(_shares(x, size)) * dy[..., None, None], x)


def _distinct(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw values of both signs of which no two are equal or opposite."""
    sizes = 1.0 + rng.permutation(int(np.prod(shape)))
    return np.reshape(sizes * rng.choice([-1, 1], sizes.size) / 4, shape)


def _pool_cases(rng: np.random.Generator) -> list[Case]:
    size, rest, windows, channels = (int(n) for n in rng.integers(2, 4, 4))
    drawn = (2, size * windows + rest - 1, size * (windows + 1), channels)
    grid: list[tuple[Shape, int, str]] = [
        ((1, 4, 4, 1), 2, ""),
        ((2, 5, 7, 3), 2, ""),
        ((2, 7, 6, 2), 3, ""),
        ((2, 4, 6, 2), 2, "all negative"),
        ((2, 6, 5, 2), 2, "whole numbers"),
        (drawn, size, ""),
        ((1, 4, 2, 2), 2, ""),
    ]
    cases: list[Case] = []
    for shape, window, note in grid:
        x = _distinct(rng, *shape)
        x = -abs(x) if note == "all negative" else x
        x = (4 * x).astype(int) if note == "whole numbers" else x
        out = (shape[0], shape[1] // window, shape[2] // window, shape[3])
        dy = _distinct(rng, *out) / 3
        label = f"{shape[0]} x {shape[1]}x{shape[2]}x{shape[3]}, size {window}"
        label += f", {note}" if note else ""
        cases.append(Case((x, dy, window), label=label))
    return cases


def _shared(share: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Wrong:
    """Give a mistake in who gets what, from (windows, dy of each window)."""

    def wrong(reference: Wrong, x: Any, dy: Any, size: int) -> np.ndarray:
        windows = _shares(x, size)
        return _put_back(share(windows, dy[..., None, None]), x)

    return wrong


def _corner(windows: np.ndarray, row: int, column: int) -> np.ndarray:
    marks = np.zeros(windows.shape)
    marks[..., row, column] = 1
    return marks


def _among_channels(windows: np.ndarray) -> np.ndarray:
    best = windows.max(axis=(3, 4, 5), keepdims=True)
    return np.asarray(windows == best)


def _among_all(windows: np.ndarray) -> np.ndarray:
    best = windows.max(axis=(0, 3, 4, 5), keepdims=True)
    return np.asarray(windows == best)


def _of_picture(reference: Wrong, x: Any, dy: Any, size: int) -> np.ndarray:
    best = x.max(axis=(1, 2), keepdims=True)
    return np.asarray((x == best) * dy.sum(axis=(1, 2), keepdims=True))


def _misplaced(step: int, added: bool = False) -> Wrong:
    """Give a mistake that puts the shares of windows `step` pixels apart."""

    def wrong(reference: Wrong, x: Any, dy: Any, size: int) -> np.ndarray:
        dx = np.zeros(x.shape)
        marks = np.moveaxis(_winners(_shares(x, size)), 3, -1)
        for i, j in np.ndindex(dy.shape[1:3]):
            place = np.s_[:, i * step : i * step + size, j * step : j * step + size]
            share = marks[:, i, j] * dy[:, i : i + 1, j : j + 1]
            kept = dx[place] if added else dx[place] * (marks[:, i, j] == 0)
            dx[place] = kept + share
        return dx

    return wrong


def _cropped(reference: Wrong, x: Any, dy: Any, size: int) -> Any:
    return reference(x[:, : dy.shape[1] * size, : dy.shape[2] * size], dy, size)


def _into_x(reference: Wrong, x: Any, dy: Any, size: int) -> Any:
    gradient = reference(x, dy, size)
    x[:] = gradient
    return gradient


def _pool_window(index: Shape, x: np.ndarray, dy: np.ndarray, size: int) -> str:
    n, row, column, c = index
    i, j = row // size, column // size
    if i >= dy.shape[1] or j >= dy.shape[2]:
        return f"[{n}, {row}, {column}, {c}] lies in no window."
    window = x[n, i * size : (i + 1) * size, j * size : (j + 1) * size, c]
    return (
        f"[{n}, {row}, {column}, {c}] lies in the window\n{compare.show(window)}\n"
        f"whose dy is {compare.show(dy[n, i, j, c])}."
    )


MAX_POOL_BACKWARD = Exercise(
    id="lab12.max_pool_backward",
    points=3,
    cases=_pool_cases,
    reference=_pool_gradient,
    window=_pool_window,
    forbidden=FORBIDDEN,
    mistakes=(
        Mistake(
            "given to the whole window",
            "Only the largest value went forward; the others could change a little "
            "and the output would stay the same.",
            _shared(lambda windows, dy: np.ones(windows.shape) * dy),
        ),
        Mistake(
            "shared equally",
            "That is the way back through average pooling. "
            "In max pooling one value of the window gets everything.",
            _shared(
                lambda windows, dy: np.ones(windows.shape) * dy / windows.shape[-1] ** 2
            ),
        ),
        Mistake(
            "dy left out",
            "You mark the largest values; each should get the dy of its window.",
            _shared(lambda windows, dy: _winners(windows)),
        ),
        Mistake(
            "maximum sent back",
            "You send the largest value back. What goes back is dy.",
            _shared(lambda windows, dy: _winners(windows) * windows),
        ),
        Mistake(
            "multiplied by the maximum",
            "The output is the largest value itself, so its slope is 1, "
            "however large the value is.",
            _shared(lambda windows, dy: _winners(windows) * windows * dy),
        ),
        Mistake(
            "given to the smallest",
            "You look for the smallest value of each window.",
            _shared(lambda windows, dy: _winners(-windows) * dy),
        ),
        Mistake(
            "given to the largest amount",
            "The maximum of -5 and 2 is 2: compare the values with their signs.",
            _shared(lambda windows, dy: _winners(abs(windows)) * dy),
        ),
        Mistake(
            "negative maxima lost",
            "In a window of negative values, one of them is still the largest.",
            _shared(lambda windows, dy: _winners(windows) * (windows > 0) * dy),
        ),
        Mistake(
            "search begun at 0",
            "If a window holds only negative values, nothing is larger than 0: "
            "begin the search with a value of the window.",
            _shared(lambda windows, dy: _winners(np.maximum(windows, 0)) * dy),
        ),
        Mistake(
            "given to the first pixel",
            "You give dy to the upper left pixel of each window, whatever its value.",
            _shared(lambda windows, dy: _corner(windows, 0, 0) * dy),
        ),
        Mistake(
            "given to the last pixel",
            "You give dy to the lower right pixel of each window, whatever its value.",
            _shared(lambda windows, dy: _corner(windows, -1, -1) * dy),
        ),
        Mistake(
            "row and column exchanged",
            "Inside the window you found the right pair of numbers, "
            "and used the row as column.",
            _shared(lambda windows, dy: _winners(windows).swapaxes(4, 5) * dy),
        ),
        Mistake(
            "winner of the first channel for all",
            "Each channel has its own largest value in a window.",
            _shared(lambda windows, dy: _winners(windows[:, :, :, :1]) * dy),
        ),
        Mistake(
            "winner of the first picture for all",
            "Each picture has its own largest values.",
            _shared(lambda windows, dy: _winners(windows[:1]) * dy),
        ),
        Mistake(
            "one winner among all channels",
            "You compare across channels. Pooling works in each channel by itself.",
            _shared(lambda windows, dy: _among_channels(windows) * dy),
        ),
        Mistake(
            "one winner among all pictures and channels",
            "Your maximum of a window is that of all pictures and channels together. "
            "Each channel of each picture has its own.",
            _shared(lambda windows, dy: _among_all(windows) * dy),
        ),
        Mistake(
            "one winner in the picture",
            "You look for the largest value of the whole picture. "
            "Every window has its own.",
            _of_picture,
        ),
        Mistake(
            "place of the window forgotten",
            "The row and column that you found are counted from the corner of the "
            "window. In the picture, the window itself starts further on.",
            _misplaced(0),
        ),
        Mistake(
            "all shares added in the first window",
            "Row and column within a window say little without the window's own place.",
            _misplaced(0, added=True),
        ),
        Mistake(
            "windows one pixel apart",
            "Window (i, j) starts at row i * size and column j * size.",
            _misplaced(1),
        ),
        Mistake(
            "shares added one pixel apart",
            "Window (i, j) starts at row i * size and column j * size.",
            _misplaced(1, added=True),
        ),
        Mistake(
            "leftover pixels cut off",
            "The gradient has the shape of x. Pixels in no window get 0.",
            _cropped,
        ),
        Mistake(
            "cut to whole numbers",
            "Pictures of whole numbers have gradients with decimals: "
            "start from an array of floats.",
            lambda reference, x, dy, size: reference(x, dy, size).astype(x.dtype),
        ),
        Mistake(
            "sign turned",
            "You give the direction downhill. The gradient points uphill.",
            lambda reference, x, dy, size: -reference(x, dy, size),
        ),
        Mistake(
            "written into x",
            "The result is right, but you wrote it into the caller's picture. "
            "Make a new array.",
            _into_x,
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    ARCHITECTURE_TABLE,
    INCEPTION_SAVING,
    BOARD_SYMMETRIES,
    SYMMETRISE_KERNEL,
    CONV2D_BACKWARD,
    MAX_POOL_BACKWARD,
)
