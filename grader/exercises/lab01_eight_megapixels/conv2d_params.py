"""How many weights a convolutional layer has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.wrong import GIVEN_AS_TEXT, with_arguments, with_settings
from grader.exercises.lab01_eight_megapixels.shared import (
    COUNTED_ALIKE,
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    WEIGHTS_LOST_WITHOUT_BIAS,
    bias_cases,
    conv2d_params,
    drawn_sizes,
    other_biases,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw kernels of known layers and ones that are not square, with and without bias."""
    return bias_cases(
        [
            (3, 3, 1, 8),
            (3, 3, 1, 32),
            (3, 3, 32, 64),
            (3, 3, 3, 100),
            (11, 11, 3, 96),
            (5, 2, 3, 7),
            (1, 1, 192, 64),
            drawn_sizes(rng, 9, 9, 50, 90),
        ],
        [(3, 3, 1, 8), (5, 2, 3, 7), (3, 3, 32, 64), drawn_sizes(rng, 9, 9, 50, 90)],
    )


def arithmetic(
    index: Index, kh: int, kw: int, c_in: int, filters: int, bias: bool = True
) -> str:
    """Return the weights and the biases, counted apart."""
    words = "a weight for each value under each filter"
    weights = multiplied(kh, kw, c_in, filters)
    if not bias:
        return f"{words}\n{weights}"
    return f"{words}, and a bias for each filter\n{added([weights, filters])}"


MISTAKES = (
    Mistake(
        "bias forgotten",
        "You count weights only; each filter also owns one bias.",
        with_settings(bias=False),
    ),
    SWITCH_IGNORED,
    SWITCH_REVERSED,
    WEIGHTS_LOST_WITHOUT_BIAS,
    Mistake(
        "one bias per input channel",
        "A filter has one bias, however many channels it reads.",
        other_biases(lambda kh, kw, c, f: c),
    ),
    Mistake(
        "one bias for the layer",
        "The filters do not share a bias; each has its own.",
        other_biases(lambda kh, kw, c, f: 1),
    ),
    Mistake(
        "one bias per filter and channel",
        "A filter sums over all its channels first and adds its bias once.",
        other_biases(lambda kh, kw, c, f: c * f),
    ),
    Mistake(
        "one bias per weight",
        "A filter has many weights, but a single bias.",
        lambda reference, *sizes, bias=True: reference(*sizes, bias=False) * (1 + bias),
    ),
    Mistake(
        "bias at every kernel position",
        "You treat the bias like one more channel under the whole kernel. "
        "It is a single number per filter.",
        lambda reference, kh, kw, c, f, bias=True: reference(
            kh, kw, c + bias, f, bias=False
        ),
    ),
    Mistake(
        "input channels forgotten",
        "Each filter spans all `c_in` channels: a filter on an RGB photo has a "
        "slice for red, one for green and one for blue.",
        with_arguments(lambda kh, kw, c, f: (kh, kw, 1, f)),
    ),
    Mistake(
        "one filter counted",
        "This is what a single filter owns; the layer has `filters` of them.",
        with_arguments(lambda kh, kw, c, f: (kh, kw, c, 1)),
    ),
    Mistake(
        "one filter with many biases",
        "You count the biases of all filters, but the weights of one.",
        lambda reference, kh, kw, c, f, bias=True: (
            reference(kh, kw, c, 1, bias=False) + bias * f
        ),
    ),
    Mistake(
        "height and width added",
        "A kernel has a weight at every crossing of a row and a column: "
        "draw one of 2 by 3 and count.",
        with_arguments(lambda kh, kw, c, f: (kh + kw, 1, c, f)),
    ),
    Mistake(
        "counted at every position",
        "The weights are shared: a filter keeps them while it slides, "
        "so the number does not depend on the size of the image.",
        lambda reference, kh, kw, *rest, **bias: (
            reference(kh, kw, *rest, **bias) * (29 - kh) * (29 - kw)
        ),
    ),
    Mistake(
        "square kernel assumed",
        "A kernel may be higher than wide: use both `kh` and `kw`.",
        with_arguments(lambda kh, kw, c, f: (kh, kh, c, f)),
    ),
    Mistake(
        "width used for the height",
        "A kernel may be higher than wide: use both `kh` and `kw`.",
        with_arguments(lambda kh, kw, c, f: (kw, kw, c, f)),
    ),
    Mistake(
        "kernel width forgotten",
        "You count a single column of the kernel: it has a width, too.",
        with_arguments(lambda kh, kw, c, f: (kh, 1, c, f)),
    ),
    Mistake(
        "kernel height forgotten",
        "You count a single row of the kernel: it has a height, too.",
        with_arguments(lambda kh, kw, c, f: (1, kw, c, f)),
    ),
    Mistake(
        "input channels added",
        "A filter has a slice of kh x kw weights for each input channel: "
        "the channels multiply the weights.",
        lambda reference, kh, kw, c, f, bias=True: reference(
            kh * kw + c, 1, 1, f, bias
        ),
    ),
    Mistake(
        "filters added to the input channels",
        "Each filter reads every input channel: the two numbers are multiplied.",
        lambda reference, kh, kw, c, f, bias=True: (
            reference(kh, kw, c + f, 1, bias=False) + bias * f
        ),
    ),
    Mistake(
        "one filter more for the bias",
        "A bias is a single number for each filter; a further filter has many weights.",
        lambda reference, kh, kw, c, f, bias=True: reference(
            kh, kw, c, f + bias, bias=False
        ),
    ),
    Mistake(
        "one bias per place in the kernel",
        "A filter adds its bias once, to the sum of all products.",
        other_biases(lambda kh, kw, c, f: kh * kw),
    ),
    Mistake(
        "bias subtracted",
        "A bias is one parameter more for each filter, not one less.",
        other_biases(lambda kh, kw, c, f: -f),
    ),
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=conv2d_params,
    comparison=COUNTED_ALIKE,
    parts={"with bias": 3, "without bias": 1},
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
