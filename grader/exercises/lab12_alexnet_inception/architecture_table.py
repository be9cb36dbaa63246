"""A network as a table: shapes, parameters, multiplications."""

from __future__ import annotations

import numpy as np

from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import after
from grader.exercises.lab12_alexnet_inception.shared import (
    BIAS_LAYER,
    Layer,
    conv_layer,
    count_entries,
    dense_layers,
    input_layer,
    pool_layer,
    rows_of,
)
from grader.exercises.lab12_alexnet_inception.table_slips import (
    area,
    at,
    bias_count,
    int32,
    kernel_count,
    of_first_input,
    other_biases,
    other_weights,
    resized,
    respecified,
    running,
    sized,
    spec_changed,
    wrong_columns,
)
from grader.exercises.lab12_alexnet_inception.worked import row_in_full
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw famous networks and small ones, not square, with and without groups."""
    plain: dict[str, list[Layer]] = {
        "LeNet-5": _LENET,
        "8 megapixels in RGB, 100 units": [
            input_layer(2000, 4000, 3),
            *dense_layers(100),
        ],
        "9x12x3, valid, stride 2": [
            input_layer(9, 12, 3),
            conv_layer(5, 3, strides=2, padding="valid"),
        ],
        "7x10x2, same, stride 2": [input_layer(7, 10, 2), conv_layer(4, 3, strides=2)],
        "15x11x6, pools of 3 by 2": [
            input_layer(15, 11, 6),
            pool_layer(3, 2),
            pool_layer(3, 2, "same"),
            conv_layer(2, 2, padding="valid"),
        ],
        "Inception 3a, branch of the pool": [
            input_layer(28, 28, 192),
            pool_layer(3, 1, "same"),
            conv_layer(32, 1),
        ],
        "drawn at random, without groups": _random_network(rng, 1),
    }
    groups_and_biases: dict[str, list[Layer]] = {
        "9x7x6, 2 groups": [input_layer(9, 7, 6), conv_layer(10, 3, groups=2)],
        "9x7x6, without bias": [
            input_layer(9, 7, 6),
            conv_layer(10, 3, use_bias=False),
        ],
        "15x11x6, 2 groups, sizes that do not fit": [
            input_layer(15, 11, 6),
            conv_layer(4, 3, strides=2, padding="same", groups=2),
            pool_layer(3, 2),
        ],
        "4x3x5, a bias for each value": [input_layer(4, 3, 5), BIAS_LAYER],
        "AlexNet": _ALEXNET,
        "AlphaGo's policy network": _ALPHAGO,
        "drawn at random, 3 groups": _random_network(rng, 3),
    }
    return [
        Case((spec,), label=label, part=part)
        for part, specs in (
            ("one group", plain),
            ("groups and biases", groups_and_biases),
        )
        for label, spec in specs.items()
    ]


def _random_network(rng: np.random.Generator, groups: int) -> list[Layer]:
    height, width, channels, filters = (int(n) for n in rng.integers(5, 30, 4))
    strides, units = int(rng.integers(2, 4)), int(rng.integers(2, 50))
    return [
        input_layer(height + 9, width + 40, channels),
        conv_layer(groups * filters, 3, strides=strides, padding="same"),
        conv_layer(groups * (filters + 1), 4, padding="valid", groups=groups),
        pool_layer(2, 2),
        *dense_layers(units),
    ]


_LENET = [
    input_layer(28, 28, 1),
    conv_layer(6, 5),
    pool_layer(2, 2),
    conv_layer(16, 5, padding="valid"),
    pool_layer(2, 2),
    *dense_layers(120, 84, 10),
]
_ALEXNET = [
    input_layer(227, 227, 3),
    conv_layer(96, 11, strides=4, padding="valid"),
    pool_layer(3, 2),
    conv_layer(256, 5, groups=2),
    pool_layer(3, 2),
    conv_layer(384, 3),
    conv_layer(384, 3, groups=2),
    conv_layer(256, 3, groups=2),
    pool_layer(3, 2),
    *dense_layers(4096, 4096, 1000),
]
_ALPHAGO = [
    input_layer(19, 19, 48),
    conv_layer(192, 5),
    *[conv_layer(192, 3)] * 11,
    conv_layer(1, 1, use_bias=False),
    BIAS_LAYER,
]


MISTAKES = (
    Mistake(
        "bias forgotten",
        "You count weights only; each filter also owns one bias.",
        other_biases(lambda la, s, r: 0),
    ),
    Mistake(
        "one bias for the whole layer",
        "Your layer owns a single bias. Its filters do not share one.",
        other_biases(lambda la, s, r: la["use_bias"]),
    ),
    Mistake(
        "one bias per input channel",
        "A filter has one bias, however many channels it reads.",
        other_biases(lambda la, s, r: s[2] * la["use_bias"]),
    ),
    Mistake(
        "a bias for each position",
        "A filter adds the same bias at all positions. "
        'Only a layer `"bias"` owns a number for each value.',
        other_biases(lambda la, s, r: bias_count(la) * area(r)),
    ),
    Mistake(
        "biases divided by the groups",
        "There are as many filters as without groups, and each owns its bias.",
        other_biases(lambda la, s, r: bias_count(la) // la["groups"]),
    ),
    Mistake(
        "a bias for each filter and group",
        "A filter belongs to one group and owns one bias, however many groups there "
        "are.",
        other_biases(lambda la, s, r: bias_count(la) * la["groups"]),
    ),
    Mistake(
        "bias switch ignored",
        "Some convolutions have no bias; look at `use_bias`.",
        respecified(use_bias=True),
    ),
    Mistake(
        "input channels forgotten",
        "Each filter spans the channels that come in, not only one.",
        other_weights(lambda la, s, w: la["kernel_size"] ** 2 * la["filters"]),
    ),
    Mistake(
        "output channels for input channels",
        "A filter is as deep as what it reads; you take the depth of what it gives.",
        other_weights(
            lambda la, s, w: w // (s[2] // la["groups"]) * la["filters"] // la["groups"]
        ),
    ),
    Mistake(
        "channels of the first input everywhere",
        "Every layer reads what the layer before it gives; only the first one "
        "reads the photo's channels.",
        of_first_input,
    ),
    Mistake(
        "one filter counted",
        "This is what a single filter owns and does; a layer has `filters` of them.",
        wrong_columns(
            "conv",
            params=lambda la, s, r: r["params"] // la["filters"],
            macs=lambda la, s, r: r["macs"] // la["filters"],
        ),
    ),
    Mistake(
        "counted at every position",
        "The weights are shared: their number does not depend on how often "
        "a filter is applied.",
        wrong_columns("conv", params=lambda la, s, r: r["params"] * area(r)),
    ),
    Mistake(
        "kernel side for kernel area",
        "A kernel of size k has k rows and k columns of weights.",
        other_weights(lambda la, s, w: w // la["kernel_size"]),
    ),
    Mistake(
        "groups ignored",
        "With two groups, a filter reads only half of the channels that come in.",
        respecified(groups=1),
    ),
    Mistake(
        "groups ignored in the work",
        "Your weights are right. A filter that reads fewer channels also "
        "multiplies less.",
        wrong_columns("conv", macs=lambda la, s, r: r["macs"] * la["groups"]),
    ),
    Mistake(
        "groups counted twice",
        "You divide the channels and the filters. Each filter reads fewer channels, "
        "but there are as many filters as before.",
        other_weights(lambda la, s, w: w // la["groups"]),
    ),
    Mistake(
        "multiplied by the groups",
        "More groups mean fewer weights, because each filter reads fewer channels.",
        other_weights(lambda la, s, w: w * la["groups"] ** 2),
    ),
    Mistake(
        "work equals parameters",
        "A filter's weights are used again at every output position: "
        "count how many there are.",
        wrong_columns("conv", macs=lambda la, s, r: kernel_count(la, r)),
    ),
    Mistake(
        "filters counted twice in the work",
        "The weights of all filters are counted already. A position is a place in "
        "height and width.",
        wrong_columns("conv", macs=lambda la, s, r: r["macs"] * la["filters"]),
    ),
    Mistake(
        "work at every input position",
        "You count the positions of the input. A filter is applied once for each "
        "position of the output, and stride and padding change their number.",
        wrong_columns(
            "conv", macs=lambda la, s, r: kernel_count(la, r) * count_entries(*s[:2])
        ),
    ),
    Mistake(
        "square map assumed in the work",
        "Your shapes and parameters are right. A map may be wider than high, so the "
        "positions are its height times its width.",
        wrong_columns(
            "conv", macs=lambda la, s, r: r["macs"] // r["shape"][1] * r["shape"][0]
        ),
    ),
    Mistake(
        "positions divided by the strides once more",
        "`shape` is what the layer gives, with its strides taken into account already.",
        wrong_columns(
            "conv",
            macs=lambda la, s, r: (
                r["macs"]
                // area(r)
                * count_entries(*(side // la["strides"] for side in r["shape"][:2]))
            ),
        ),
    ),
    Mistake(
        "height and width added in the work",
        "A map has a position at every crossing of a row and a column: multiply.",
        wrong_columns(
            "conv",
            macs=lambda la, s, r: r["macs"] // area(r) * sum(r["shape"][:2]),
        ),
    ),
    Mistake(
        "windows counted once more in the work",
        "`shape` is what the layer gives: its positions are counted already.",
        wrong_columns(
            "conv",
            macs=lambda la, s, r: (
                r["macs"]
                // area(r)
                * count_entries(*(n - la["kernel_size"] + 1 for n in r["shape"][:2]))
            ),
        ),
    ),
    Mistake(
        "biases counted as work",
        "Adding a bias is no multiplication, so it is no multiply-accumulate.",
        wrong_columns(
            "conv", macs=lambda la, s, r: r["macs"] + bias_count(la) * area(r)
        ),
    ),
    Mistake(
        "additions counted as well",
        "A multiply-accumulate is one multiplication together with its addition: "
        "the pair counts once.",
        wrong_columns("all", macs=lambda la, s, r: 2 * r["macs"]),
    ),
    Mistake(
        "pooling counted as work",
        "Pooling compares values and multiplies none.",
        wrong_columns(
            "pool",
            macs=lambda la, s, r: count_entries(*r["shape"]) * la["pool_size"] ** 2,
        ),
    ),
    Mistake(
        "pooling given parameters",
        "Pooling has nothing to learn; its window has a size but no weights.",
        wrong_columns("pool", params=lambda la, s, r: la["pool_size"] ** 2 * s[2]),
    ),
    Mistake(
        "flatten given parameters",
        "Flatten only writes the same values in one row; it owns nothing.",
        wrong_columns("flatten", params=lambda la, s, r: count_entries(*s)),
    ),
    Mistake(
        "flatten loses the channels",
        "Flatten keeps all values: height times width times channels.",
        wrong_columns("flatten", shape=lambda la, s, r: (count_entries(*s[:2]),)),
    ),
    Mistake(
        "bias layer shared by all positions",
        "The bias layer owns a number for each value, also for each position.",
        wrong_columns("bias", params=lambda la, s, r: s[2]),
    ),
    Mistake(
        "bias layer owns nothing",
        "The bias layer owns one number for each value that comes in.",
        wrong_columns("bias", params=lambda la, s, r: 0),
    ),
    Mistake(
        "strides ignored",
        "Your filters move by one pixel. Look at `strides`.",
        respecified(strides=1),
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
        respecified(padding="valid"),
    ),
    Mistake(
        "always same",
        "Your convolutions always pad. Look at `padding`.",
        respecified(padding="same"),
    ),
    Mistake(
        "same size at every stride",
        'With padding "same" the size stays only if the window moves by 1.',
        sized("same", lambda n, window, strides: n),
    ),
    Mistake(
        "same rounded down",
        'With padding "same" a last window starts wherever a pixel is left, '
        "so the division is rounded up.",
        sized("same", lambda n, window, strides: n // strides),
    ),
    Mistake(
        "valid rounded up",
        'With padding "valid" a window that would stick out is left out.',
        sized("valid", lambda n, window, s: (n - window + s - 1) // s + 1),
    ),
    Mistake(
        "one position too few",
        "You count the steps between windows; there is one window more than steps.",
        sized("valid", lambda n, window, strides: (n - window) // strides),
    ),
    Mistake(
        "height and width swapped",
        "Shapes are (height, width, channels), in this order.",
        wrong_columns(
            "conv", shape=lambda la, s, r: r["shape"][1::-1] + r["shape"][2:]
        ),
    ),
    Mistake(
        "square picture assumed",
        "A picture may be wider than high: compute both sizes.",
        at("conv pool", lambda la, s, r: resized(r, r["shape"][0], r["shape"][0])),
    ),
    Mistake(
        "running totals",
        "Your counts grow from row to row; each row tells about one layer.",
        after(running),
    ),
    Mistake(
        "no row for the input",
        "The input has a row too, with its shape and two zeros.",
        after(lambda rows: rows[1:]),
    ),
    Mistake(
        "spec changed",
        "Your table is right, but you wrote into the caller's list. Write into the "
        "rows.",
        spec_changed,
    ),
    Mistake(
        "32-bit overflow",
        "A 32-bit integer ends at 2,147,483,647 and wraps around to negative "
        "numbers. Count with Python's own integers, or with int64.",
        wrong_columns(
            "all",
            params=lambda la, s, r: int32(r["params"]),
            macs=lambda la, s, r: int32(r["macs"]),
        ),
    ),
)
EXERCISE = Exercise(
    points=5,
    cases=cases,
    reference=rows_of,
    comparison=compare.exact,
    parts={"one group": 3, "groups and biases": 2},
    forbidden=FORBIDDEN,
    arithmetic=row_in_full,
    mistakes=MISTAKES,
)
