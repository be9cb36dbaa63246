"""Exercises of lab 01: counting parameters, multiply-accumulates and memory.

The references count the entries of the arrays that a layer owns or forms; the mistakes
are written around them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader import compare
from grader.exercise import Case, Exercise, Mistake

Reference = Callable[..., Any]

PREDICTIONS = Exercise(
    id="lab01.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


def _size(*shapes: tuple[int, ...]) -> int:
    return sum(math.prod(shape) for shape in shapes)


def _int32(count: int) -> int:
    return int(np.array(count, dtype=np.int64).astype(np.int32))


def _draw(rng: np.random.Generator, *highs: int) -> tuple[int, ...]:
    """Draw sizes from 2 to each of `highs`, all different, so that none hides another."""
    while True:
        sizes = tuple(int(rng.integers(2, high + 1)) for high in highs)
        if len(set(sizes)) == len(sizes):
            return sizes


# Named alike wherever they occur, so that a class report counts them together.
OVERFLOW = Mistake(
    "32-bit overflow",
    "A 32-bit integer ends at 2,147,483,647 and wraps around to negative numbers. "
    "Count with Python's own integers, or with int64.",
    lambda reference, *args, **kwargs: _int32(reference(*args, **kwargs)),
)
OPERATIONS = Mistake(
    "additions counted as well",
    "A multiply-accumulate is one multiplication together with its addition: "
    "the pair counts once.",
    lambda reference, *args: 2 * reference(*args),
)
SWITCH_IGNORED = Mistake(
    "bias switch ignored",
    "Your count is the same with and without bias. Look at the argument `bias`.",
    lambda reference, *args, bias=True: reference(*args),
)
SWITCH_REVERSED = Mistake(
    "bias switch reversed",
    "You count biases exactly when there are none. Turn the condition round.",
    lambda reference, *args, bias=True: reference(*args, bias=not bias),
)
SIDES_ADDED = Mistake(
    "output height and width added",
    "An output of 4 by 3 has a position at every crossing of a row and a column: "
    "draw it and count.",
    lambda ref, h, w, *rest: ref(h + w, 1, *rest),
)
FITTED_AGAIN = Mistake(
    "output taken for the input",
    "You work out how often the kernel fits, but `h_out` and `w_out` count "
    "the positions already.",
    lambda ref, h, w, kh, kw, *rest: (
        ref(1, 1, kh, kw, *rest) * (h - kh + 1) * (w - kw + 1)
    ),
)
WIDTH_FORGOTTEN = Mistake(
    "output width forgotten",
    "You count a single column of positions: the output has a width, too.",
    lambda ref, h, w, *rest: ref(h, 1, *rest),
)
BIAS_PARTS = {"with bias": 2, "without bias": 1}


def _params_cases(
    with_bias: Sequence[tuple[Any, ...]], without: Sequence[tuple[Any, ...]]
) -> list[Case]:
    return [
        *(Case(args, part="with bias") for args in with_bias),
        *(Case(args, {"bias": False}, part="without bias") for args in without),
    ]


def _dense_params(n_in: int, n_units: int, bias: bool = True) -> int:
    return _size((n_in, n_units), *([(n_units,)] if bias else []))


def _dense_params_cases(rng: np.random.Generator) -> Sequence[Case]:
    return _params_cases(
        [
            (3, 2),
            (784, 10),
            (784, 100),
            (1, 5),
            (8_000_000, 100),
            (24_000_000, 100),
            _draw(rng, 900, 90),
            _draw(rng, 9, 900),
        ],
        [(3, 2), (784, 100), (24_000_000, 100), (23_970_816, 100), _draw(rng, 900, 90)],
    )


DENSE_PARAMS = Exercise(
    id="lab01.dense_params",
    points=3,
    cases=_dense_params_cases,
    reference=_dense_params,
    comparison=compare.exact,
    parts=BIAS_PARTS,
    mistakes=(
        Mistake(
            "bias forgotten",
            "You count weights only; each unit also owns one bias.",
            lambda reference, n_in, n_units, bias=True: reference(
                n_in, n_units, bias=False
            ),
        ),
        SWITCH_IGNORED,
        SWITCH_REVERSED,
        Mistake(
            "one bias per input",
            "A bias belongs to a unit: it is added once to what the unit has summed, "
            "however many inputs there are.",
            lambda reference, n_in, n_units, bias=True: (
                reference(n_in, n_units, bias=False) + bias * n_in
            ),
        ),
        Mistake(
            "one bias for the layer",
            "The units do not share a bias; each has its own.",
            lambda reference, n_in, n_units, bias=True: (
                reference(n_in, n_units, bias=False) + bias
            ),
        ),
        Mistake(
            "one bias per weight",
            "A unit has a weight for each input, but a single bias.",
            lambda reference, n_in, n_units, bias=True: (
                reference(n_in, n_units, bias=False) * (1 + bias)
            ),
        ),
        Mistake(
            "one unit counted",
            "This is what a single unit owns. The units share nothing.",
            lambda reference, n_in, n_units, bias=True: reference(n_in, 1, bias=bias),
        ),
        Mistake(
            "one weight per input",
            "In a dense layer each input is connected with every unit, "
            "and each connection has a weight.",
            lambda reference, n_in, n_units, bias=True: n_in + bias * n_units,
        ),
        Mistake(
            "inputs and units added",
            "Every unit has a weight for every input: draw the lines from 3 inputs to "
            "2 units and count them.",
            lambda reference, n_in, n_units, bias=True: n_in + n_units + bias * n_units,
        ),
        OVERFLOW,
        Mistake(
            "counted in float32",
            "A 32-bit floating-point number holds about seven digits, so the biases "
            "were lost in rounding. Count with integers.",
            lambda reference, *args, **kwargs: float(
                np.float32(reference(*args, **kwargs))
            ),
        ),
    ),
)


def _conv2d_params(kh: int, kw: int, c_in: int, filters: int, bias: bool = True) -> int:
    return _size((kh, kw, c_in, filters), *([(filters,)] if bias else []))


def _conv2d_params_cases(rng: np.random.Generator) -> Sequence[Case]:
    return _params_cases(
        [
            (3, 3, 1, 8),
            (3, 3, 1, 32),
            (3, 3, 32, 64),
            (3, 3, 3, 100),
            (11, 11, 3, 96),
            (5, 2, 3, 7),
            (1, 1, 192, 64),
            _draw(rng, 9, 9, 50, 90),
        ],
        [(3, 3, 1, 8), (5, 2, 3, 7), (3, 3, 32, 64), _draw(rng, 9, 9, 50, 90)],
    )


def _conv_mistake(
    name: str, hint: str, wrong: Callable[[Reference, int, int, int, int, bool], int]
) -> Mistake:
    return Mistake(
        name,
        hint,
        lambda reference, kh, kw, c_in, filters, bias=True: wrong(
            reference, kh, kw, c_in, filters, bias
        ),
    )


CONV2D_PARAMS = Exercise(
    id="lab01.conv2d_params",
    points=4,
    cases=_conv2d_params_cases,
    reference=_conv2d_params,
    comparison=compare.exact,
    parts={"with bias": 3, "without bias": 1},
    mistakes=(
        _conv_mistake(
            "bias forgotten",
            "You count weights only; each filter also owns one bias.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, c, f, bias=False),
        ),
        SWITCH_IGNORED,
        SWITCH_REVERSED,
        _conv_mistake(
            "one bias per input channel",
            "A filter has one bias, however many channels it reads.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, c, f, bias=False) + bias * c,
        ),
        _conv_mistake(
            "one bias for the layer",
            "The filters do not share a bias; each has its own.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, c, f, bias=False) + bias,
        ),
        _conv_mistake(
            "one bias per filter and channel",
            "A filter sums over all its channels first and adds its bias once.",
            lambda ref, kh, kw, c, f, bias: (
                ref(kh, kw, c, f, bias=False) + bias * c * f
            ),
        ),
        _conv_mistake(
            "one bias per weight",
            "A filter has many weights, but a single bias.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, c, f, bias=False) * (1 + bias),
        ),
        _conv_mistake(
            "bias at every kernel position",
            "You treat the bias like one more channel under the whole kernel. "
            "It is a single number per filter.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, c + bias, f, bias=False),
        ),
        _conv_mistake(
            "input channels forgotten",
            "Each filter spans all `c_in` channels: a filter on an RGB photo has a "
            "slice for red, one for green and one for blue.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, 1, f, bias=bias),
        ),
        _conv_mistake(
            "one filter counted",
            "This is what a single filter owns; the layer has `filters` of them.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, c, 1, bias=bias),
        ),
        _conv_mistake(
            "one filter with many biases",
            "You count the biases of all filters, but the weights of one.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kw, c, 1, bias=False) + bias * f,
        ),
        _conv_mistake(
            "height and width added",
            "A kernel has a weight at every crossing of a row and a column: "
            "draw one of 2 by 3 and count.",
            lambda ref, kh, kw, c, f, bias: ref(kh + kw, 1, c, f, bias=bias),
        ),
        _conv_mistake(
            "counted at every position",
            "The weights are shared: a filter keeps them while it slides, "
            "so the number does not depend on the size of the image.",
            lambda ref, kh, kw, c, f, bias: (
                ref(kh, kw, c, f, bias=bias) * (29 - kh) * (29 - kw)
            ),
        ),
        _conv_mistake(
            "square kernel assumed",
            "A kernel may be higher than wide: use both `kh` and `kw`.",
            lambda ref, kh, kw, c, f, bias: ref(kh, kh, c, f, bias=bias),
        ),
        _conv_mistake(
            "width used for the height",
            "A kernel may be higher than wide: use both `kh` and `kw`.",
            lambda ref, kh, kw, c, f, bias: ref(kw, kw, c, f, bias=bias),
        ),
    ),
)


def _local_params(
    h_out: int, w_out: int, kh: int, kw: int, c_in: int, filters: int
) -> int:
    return _size((h_out, w_out, kh, kw, c_in, filters), (h_out, w_out, filters))


def _local_params_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((1, 1, 3, 3, 2, 4), label="a single position"),
        Case((4, 3, 5, 2, 6, 7)),
        Case((26, 26, 3, 3, 1, 32)),
        Case((55, 55, 11, 11, 3, 96), label="AlexNet's first layer, unshared"),
        Case((2448, 3264, 3, 3, 3, 100), label="100 filters on a phone's photo"),
        Case(_draw(rng, 30, 30, 9, 9, 20, 90)),
        Case(_draw(rng, 30, 30, 9, 9, 20, 90)),
    ]


LOCAL_PARAMS = Exercise(
    id="lab01.local_params",
    points=3,
    cases=_local_params_cases,
    reference=_local_params,
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "weights shared",
            "This is a convolution, whose filters keep their weights while they slide. "
            "Here every position has weights of its own.",
            lambda ref, h, w, kh, kw, c, f: ref(1, 1, kh, kw, c, f),
        ),
        Mistake(
            "biases shared",
            "Your weights are right, but you count one bias per filter for all "
            "positions. Nothing is shared here, biases neither.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, c, f) - (h * w - 1) * f,
        ),
        Mistake(
            "bias forgotten",
            "You count weights only; every filter has a bias at every position.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, c, f) - h * w * f,
        ),
        Mistake(
            "one bias per position",
            "Your filters share a bias at each position; every filter has its own.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, c, f) - h * w * (f - 1),
        ),
        Mistake(
            "one bias per filter and channel",
            "A filter sums over all its channels first and adds its bias once.",
            lambda ref, h, w, kh, kw, c, f: (
                ref(h, w, kh, kw, c, f) + h * w * f * (c - 1)
            ),
        ),
        Mistake(
            "one bias for the layer",
            "You add a single bias. Nothing is shared here: every filter has one of its "
            "own, and another one at every position.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, c, f) - h * w * f + 1,
        ),
        Mistake(
            "input channels forgotten",
            "Each filter spans all `c_in` channels.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, 1, f),
        ),
        Mistake(
            "one filter counted",
            "This is what a single filter owns; there are `filters` at each position.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, c, 1),
        ),
        FITTED_AGAIN,
        SIDES_ADDED,
        WIDTH_FORGOTTEN,
        Mistake(
            "square output assumed",
            "The output may be wider than high: use both `h_out` and `w_out`.",
            lambda ref, h, w, kh, kw, c, f: ref(h, h, kh, kw, c, f),
        ),
        Mistake(
            "square kernel assumed",
            "A kernel may be higher than wide: use both `kh` and `kw`.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kh, c, f),
        ),
        OVERFLOW,
    ),
)


def _pool_params_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((2, 2, 32)),
        Case((3, 3, 96)),
        Case((3, 2, 5)),
        Case((1, 1, 7)),
        Case(_draw(rng, 9, 9, 90)),
    ]


NOTHING_TO_LEARN = "Pooling has nothing to learn, so it owns no array. "
POOL_PARAMS = Exercise(
    id="lab01.pool_params",
    points=1,
    cases=_pool_params_cases,
    reference=lambda pool_h, pool_w, channels: _size(),
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "window counted",
            NOTHING_TO_LEARN + "The window only says where to look for the largest.",
            lambda reference, ph, pw, c: ph * pw,
        ),
        Mistake(
            "window counted in every channel",
            NOTHING_TO_LEARN + "A window of values is compared, not weighted.",
            lambda reference, ph, pw, c: ph * pw * c,
        ),
        Mistake(
            "one bias per channel",
            NOTHING_TO_LEARN + "A bias would be learned, and nothing is added here.",
            lambda reference, ph, pw, c: c,
        ),
        Mistake(
            "window and bias counted",
            NOTHING_TO_LEARN + "You counted a filter and a bias for each channel.",
            lambda reference, ph, pw, c: ph * pw * c + c,
        ),
        Mistake(
            "counted like a convolution",
            NOTHING_TO_LEARN
            + "A window is not a filter: it has a size but no weights.",
            lambda reference, ph, pw, c: _conv2d_params(ph, pw, c, c),
        ),
        Mistake(
            "scale and shift per channel",
            "The pooling of 1998 (LeNet-5) had a factor and a bias for each map. "
            "Max pooling, as here, has neither.",
            lambda reference, ph, pw, c: 2 * c,
        ),
    ),
)


def _dense_macs_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((3, 2)),
        Case((784, 100)),
        Case((1600, 10)),
        Case((1, 5)),
        Case((8_000_000, 100), label="8 megapixels in grey, 100 units"),
        Case((24_000_000, 100), label="8 megapixels in RGB, 100 units"),
        Case(_draw(rng, 900, 90)),
        Case(_draw(rng, 90, 900)),
    ]


DENSE_MACS = Exercise(
    id="lab01.dense_macs",
    points=2,
    cases=_dense_macs_cases,
    reference=lambda n_in, n_units: _size((n_in, n_units)),
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "biases counted",
            "This is the number of parameters. Adding a bias is no multiplication.",
            lambda reference, n_in, n_units: reference(n_in + 1, n_units),
        ),
        OPERATIONS,
        Mistake(
            "one unit counted",
            "This is the work of a single unit; each unit reads all inputs.",
            lambda reference, n_in, n_units: reference(n_in, 1),
        ),
        Mistake(
            "outputs counted",
            "This is the number of results. How many products go into each?",
            lambda reference, n_in, n_units: reference(1, n_units),
        ),
        Mistake(
            "inputs and units added",
            "Every unit meets every input: the pairs count, not the two together.",
            lambda reference, n_in, n_units: n_in + n_units,
        ),
        Mistake(
            "first product left out",
            "You count the additions between the products. Count the products.",
            lambda reference, n_in, n_units: reference(n_in - 1, n_units),
        ),
        OVERFLOW,
    ),
)


def _conv2d_macs(
    h_out: int, w_out: int, kh: int, kw: int, c_in: int, filters: int
) -> int:
    return _size((h_out, w_out, filters, kh, kw, c_in))


def _conv2d_macs_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((1, 1, 3, 3, 2, 4), label="a single position"),
        Case((4, 3, 5, 2, 6, 7)),
        Case((26, 26, 3, 3, 1, 32)),
        Case((11, 11, 3, 3, 32, 64)),
        Case((55, 55, 11, 11, 3, 96), label="AlexNet's first layer"),
        Case((2000, 4000, 3, 3, 3, 100), label="100 filters on 8 megapixels in RGB"),
        Case(_draw(rng, 30, 30, 9, 9, 20, 90)),
        Case(_draw(rng, 30, 30, 9, 9, 20, 90)),
    ]


CONV2D_MACS = Exercise(
    id="lab01.conv2d_macs",
    points=3,
    cases=_conv2d_macs_cases,
    reference=_conv2d_macs,
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "parameters counted",
            "This is the number of parameters. They are shared, but each is used anew "
            "at every output position.",
            lambda ref, h, w, kh, kw, c, f: _conv2d_params(kh, kw, c, f),
        ),
        Mistake(
            "positions forgotten",
            "This is the work at one output position; "
            "multiply by the number of positions.",
            lambda ref, h, w, kh, kw, c, f: ref(1, 1, kh, kw, c, f),
        ),
        Mistake(
            "input channels forgotten",
            "Each filter reads all `c_in` channels at every position.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, 1, f),
        ),
        Mistake(
            "one filter counted",
            "This is the work of a single filter; the layer has `filters` of them.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, c, 1),
        ),
        Mistake(
            "outputs counted",
            "This is the number of output values. How many products go into each?",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, 1, 1, 1, f),
        ),
        Mistake(
            "biases counted",
            "Adding a bias is no multiplication; only products count.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kw, c, f) + h * w * f,
        ),
        OPERATIONS,
        FITTED_AGAIN,
        SIDES_ADDED,
        WIDTH_FORGOTTEN,
        Mistake(
            "square output assumed",
            "The output may be wider than high: use both `h_out` and `w_out`.",
            lambda ref, h, w, kh, kw, c, f: ref(h, h, kh, kw, c, f),
        ),
        Mistake(
            "square kernel assumed",
            "A kernel may be higher than wide: use both `kh` and `kw`.",
            lambda ref, h, w, kh, kw, c, f: ref(h, w, kh, kh, c, f),
        ),
        OVERFLOW,
    ),
)


def _memory_gb(params: int, bytes_per: int = 4, copies: int = 1) -> float:
    return _size((params, bytes_per, copies)) / 10**9


def _memory_gb_cases(rng: np.random.Generator) -> Sequence[Case]:
    one, several = "one copy", "several copies"
    drawn = int(rng.integers(10**6, 10**9))
    return [
        Case((2_400_000_000,), part=one),
        Case((2_800,), part=one),
        Case((0,), label="a layer without parameters", part=one),
        Case((78_500_000,), part=one),
        Case((2_400_000_000, 2), part=one),
        Case((drawn,), {"bytes_per": int(rng.choice([1, 2, 8]))}, part=one),
        Case((2_400_000_000, 4, 4), part=several),
        Case((78_500,), {"copies": 3}, part=several),
        Case((drawn, 2), {"copies": int(rng.integers(2, 9))}, part=several),
    ]


def _memory_mistake(
    name: str, hint: str, wrong: Callable[[Reference, int, int, int], float]
) -> Mistake:
    return Mistake(
        name,
        hint,
        lambda reference, params, bytes_per=4, copies=1: wrong(
            reference, params, bytes_per, copies
        ),
    )


MEMORY_GB = Exercise(
    id="lab01.memory_gb",
    points=3,
    cases=_memory_gb_cases,
    reference=_memory_gb,
    parts={"one copy": 2, "several copies": 1},
    mistakes=(
        _memory_mistake(
            "GiB in place of GB",
            "You divide by a power of two, which gives gibibytes (GiB). "
            "A gigabyte (GB) is a power of ten.",
            lambda ref, params, size, copies: ref(params, size, copies) * 1e9 / 2**30,
        ),
        _memory_mistake(
            "bits in place of bytes",
            "You count bits. `bytes_per` is in bytes already, and so is the result.",
            lambda ref, params, size, copies: ref(params, size, copies) * 8,
        ),
        _memory_mistake(
            "divided by 8",
            "`bytes_per` is in bytes, not in bits: there is nothing to convert.",
            lambda ref, params, size, copies: ref(params, size, copies) / 8,
        ),
        _memory_mistake(
            "not in gigabytes",
            "The number is in bytes; the result should be in gigabytes.",
            lambda ref, params, size, copies: ref(params, size, copies) * 1e9,
        ),
        _memory_mistake(
            "megabytes",
            "The number is in megabytes; the result should be in gigabytes.",
            lambda ref, params, size, copies: ref(params, size, copies) * 1e3,
        ),
        _memory_mistake(
            "10e9 in place of 10**9",
            "Python reads `10e9` as 10 times 10 to the 9, so your result is too small "
            "by a factor of ten.",
            lambda ref, params, size, copies: ref(params, size, copies) / 10,
        ),
        _memory_mistake(
            "copies ignored",
            "Your result is the same for one copy and for several. "
            "Look at the argument `copies`.",
            lambda ref, params, size, copies: ref(params, size),
        ),
        _memory_mistake(
            "one copy too many",
            "`copies` already includes the weights themselves: "
            "with `copies=1` only they are stored.",
            lambda ref, params, size, copies: ref(params, size, copies + 1),
        ),
        _memory_mistake(
            "4 bytes hard-coded",
            "Not every number takes 4 bytes: a float16 takes 2. Use `bytes_per`.",
            lambda ref, params, size, copies: ref(params, 4, copies),
        ),
        _memory_mistake(
            "bytes per number forgotten",
            "You count numbers, not bytes. Each number takes `bytes_per` bytes.",
            lambda ref, params, size, copies: ref(params, 1, copies),
        ),
        _memory_mistake(
            "rounded to whole gigabytes",
            "Your result is a whole number; a small layer then takes no memory at all. "
            "Round only when you print.",
            lambda ref, params, size, copies: math.floor(ref(params, size, copies)),
        ),
        _memory_mistake(
            "rounded",
            "You round the result, so a small layer takes no memory at all. "
            "Round only when you print.",
            lambda ref, params, size, copies: round(ref(params, size, copies), 1),
        ),
        _memory_mistake(
            "rounded to two decimals",
            "You round the result, so a small layer takes no memory at all. "
            "Round only when you print.",
            lambda ref, params, size, copies: round(ref(params, size, copies), 2),
        ),
    ),
)


def _megapixels_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((1, 100), label="grey, 100 units"),
        Case((3, 100), label="RGB, 100 units"),
        Case((3, 1000), label="RGB, 1000 units"),
        Case((4, 64), label="RGB with transparency, 64 units"),
        Case((1, 1), label="grey, a single unit"),
        # So many that a pixel more or less, or a bias for each, is seen.
        Case((3, 7_000_000), label="RGB, 7 million units"),
        Case(_draw(rng, 12, 5000)),
        Case(_draw(rng, 12, 500)),
    ]


MEGAPIXELS_WHERE_BILLION = Exercise(
    id="lab01.megapixels_where_billion",
    points=3,
    cases=_megapixels_cases,
    reference=lambda channels, units: 10**9 / _size((10**6, channels, units)),
    mistakes=(
        Mistake(
            "channels ignored",
            "Check the number of values per pixel: every channel of a pixel has "
            "weights of its own.",
            lambda reference, channels, units: reference(1, units),
        ),
        Mistake(
            "one unit counted",
            "Every unit has its own weight for every value of the photo.",
            lambda reference, channels, units: reference(channels, 1),
        ),
        Mistake(
            "channels on the wrong side",
            "You found that colour needs a larger photo than grey. With more values "
            "per pixel, the billion is reached sooner.",
            lambda reference, channels, units: (
                reference(channels, units) * channels * channels
            ),
        ),
        Mistake(
            "pixels in place of megapixels",
            "The number is in pixels; the result should be in millions of pixels.",
            lambda reference, channels, units: reference(channels, units) * 1e6,
        ),
        Mistake(
            "billion of the long scale",
            "A billion is a thousand millions here. In German, French or Spanish the "
            "word that sounds alike means a million millions.",
            lambda reference, channels, units: reference(channels, units) * 1e3,
        ),
        Mistake(
            "million in place of billion",
            "You found where a million weights are reached.",
            lambda reference, channels, units: reference(channels, units) / 1e3,
        ),
        Mistake(
            "brackets missing under the division",
            "Python divides by the channels and then multiplies by the units: "
            "what stands under a fraction needs brackets of its own.",
            lambda reference, channels, units: (
                reference(channels, units) * units * units
            ),
        ),
        Mistake(
            "fraction upside down",
            "More units should need a smaller photo; in your result they need a larger.",
            lambda reference, channels, units: 1 / reference(channels, units),
        ),
        Mistake(
            "powers of two",
            "A megapixel and a billion are powers of ten here, not of two.",
            lambda reference, channels, units: reference(channels, units) * 1.024,
        ),
        Mistake(
            "biases counted",
            "You set aside a bias for each unit. The billion is one of weights only.",
            lambda reference, channels, units: (
                reference(channels, units) * (1 - units / 10**9)
            ),
        ),
        Mistake(
            "10e9 in place of 10**9",
            "Python reads `10e9` as 10 times 10 to the 9, so your result is too large "
            "by a factor of ten.",
            lambda reference, channels, units: reference(channels, units) * 10,
        ),
        Mistake(
            "rounded to whole pixels",
            "You cut the pixels off to a whole number, as `//` does. "
            "Return the exact number.",
            lambda reference, channels, units: (
                math.floor(reference(channels, units) * 10**6) / 10**6
            ),
        ),
        Mistake(
            "rounded to two decimals",
            "You round the result. Return the exact number, round only when you print.",
            lambda reference, channels, units: round(reference(channels, units), 2),
        ),
        Mistake(
            "rounded up",
            "You round to whole megapixels. Return the exact number.",
            lambda reference, channels, units: math.ceil(reference(channels, units)),
        ),
        Mistake(
            "rounded down",
            "You cut off the decimals, as `//` does. Return the exact number.",
            lambda reference, channels, units: math.floor(reference(channels, units)),
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    DENSE_PARAMS,
    CONV2D_PARAMS,
    LOCAL_PARAMS,
    POOL_PARAMS,
    DENSE_MACS,
    CONV2D_MACS,
    MEMORY_GB,
    MEGAPIXELS_WHERE_BILLION,
)
