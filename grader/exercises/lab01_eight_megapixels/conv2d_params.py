"""How many weights a convolutional layer has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.lab01_eight_megapixels.shared import (
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    conv2d_params,
    draw,
    params_cases,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    return params_cases(
        [
            (3, 3, 1, 8),
            (3, 3, 1, 32),
            (3, 3, 32, 64),
            (3, 3, 3, 100),
            (11, 11, 3, 96),
            (5, 2, 3, 7),
            (1, 1, 192, 64),
            draw(rng, 9, 9, 50, 90),
        ],
        [(3, 3, 1, 8), (5, 2, 3, 7), (3, 3, 32, 64), draw(rng, 9, 9, 50, 90)],
    )


def _conv_mistake(
    name: str,
    hint: str,
    wrong: Callable[[Callable[..., Any], int, int, int, int, bool], int],
) -> Mistake:
    return Mistake(
        name,
        hint,
        lambda reference, kh, kw, c_in, filters, bias=True: wrong(
            reference, kh, kw, c_in, filters, bias
        ),
    )


MISTAKES = (
    _conv_mistake(
        "bias forgotten",
        "You count weights only; each filter also owns one bias.",
        lambda reference, kh, kw, c, f, bias: reference(kh, kw, c, f, bias=False),
    ),
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    _conv_mistake(
        "one bias per input channel",
        "A filter has one bias, however many channels it reads.",
        lambda reference, kh, kw, c, f, bias: (
            reference(kh, kw, c, f, bias=False) + bias * c
        ),
    ),
    _conv_mistake(
        "one bias for the layer",
        "The filters do not share a bias; each has its own.",
        lambda reference, kh, kw, c, f, bias: (
            reference(kh, kw, c, f, bias=False) + bias
        ),
    ),
    _conv_mistake(
        "one bias per filter and channel",
        "A filter sums over all its channels first and adds its bias once.",
        lambda reference, kh, kw, c, f, bias: (
            reference(kh, kw, c, f, bias=False) + bias * c * f
        ),
    ),
    _conv_mistake(
        "one bias per weight",
        "A filter has many weights, but a single bias.",
        lambda reference, kh, kw, c, f, bias: (
            reference(kh, kw, c, f, bias=False) * (1 + bias)
        ),
    ),
    _conv_mistake(
        "bias at every kernel position",
        "You treat the bias like one more channel under the whole kernel. "
        "It is a single number per filter.",
        lambda reference, kh, kw, c, f, bias: reference(
            kh, kw, c + bias, f, bias=False
        ),
    ),
    _conv_mistake(
        "input channels forgotten",
        "Each filter spans all `c_in` channels: a filter on an RGB photo has a "
        "slice for red, one for green and one for blue.",
        lambda reference, kh, kw, c, f, bias: reference(kh, kw, 1, f, bias=bias),
    ),
    _conv_mistake(
        "one filter counted",
        "This is what a single filter owns; the layer has `filters` of them.",
        lambda reference, kh, kw, c, f, bias: reference(kh, kw, c, 1, bias=bias),
    ),
    _conv_mistake(
        "one filter with many biases",
        "You count the biases of all filters, but the weights of one.",
        lambda reference, kh, kw, c, f, bias: (
            reference(kh, kw, c, 1, bias=False) + bias * f
        ),
    ),
    _conv_mistake(
        "height and width added",
        "A kernel has a weight at every crossing of a row and a column: "
        "draw one of 2 by 3 and count.",
        lambda reference, kh, kw, c, f, bias: reference(kh + kw, 1, c, f, bias=bias),
    ),
    _conv_mistake(
        "counted at every position",
        "The weights are shared: a filter keeps them while it slides, "
        "so the number does not depend on the size of the image.",
        lambda reference, kh, kw, c, f, bias: (
            reference(kh, kw, c, f, bias=bias) * (29 - kh) * (29 - kw)
        ),
    ),
    _conv_mistake(
        "square kernel assumed",
        "A kernel may be higher than wide: use both `kh` and `kw`.",
        lambda reference, kh, kw, c, f, bias: reference(kh, kh, c, f, bias=bias),
    ),
    _conv_mistake(
        "width used for the height",
        "A kernel may be higher than wide: use both `kh` and `kw`.",
        lambda reference, kh, kw, c, f, bias: reference(kw, kw, c, f, bias=bias),
    ),
)


EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=conv2d_params,
    comparison=compare.exact,
    parts={"with bias": 3, "without bias": 1},
    mistakes=MISTAKES,
)
