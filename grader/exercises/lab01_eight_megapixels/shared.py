"""What the exercises of lab 01 share: sizes to drawn_sizes, and mistakes of counting."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import (
    after,
    texts_alike,
)
from grader.judging import compare
from grader.judging.exercise import Case, Mistake


def drawn_sizes(rng: np.random.Generator, *highs: int) -> tuple[int, ...]:
    """Draw sizes from 2 to each of `highs`, all different, so that none hides another."""
    while True:
        sizes = tuple(int(rng.integers(2, high + 1)) for high in highs)
        if len(set(sizes)) == len(sizes):
            return sizes


def bias_cases(
    with_bias: Sequence[tuple[Any, ...]], without: Sequence[tuple[Any, ...]]
) -> list[Case]:
    """Return a case for each tuple of sizes, in a part with bias and one without."""
    return [
        *(Case(sizes, part="with bias") for sizes in with_bias),
        *(Case(sizes, {"bias": False}, part="without bias") for sizes in without),
    ]


def entries(*shapes: tuple[int, ...]) -> int:
    """Count the entries of arrays of these shapes, with Python's own integers."""
    return sum(math.prod(shape) for shape in shapes)


def conv2d_params(kh: int, kw: int, c_in: int, filters: int, bias: bool = True) -> int:
    """Count the entries of the kernel (kh, kw, c_in, filters) and of the biases."""
    return entries((kh, kw, c_in, filters), *([(filters,)] if bias else []))


def other_biases(count: Callable[..., int]) -> Callable[..., Any]:
    """Return a mistake: the right number of weights, and `count(*sizes)` biases."""
    return lambda reference, *sizes, bias=True: (
        reference(*sizes, bias=False) + bias * count(*sizes)
    )


COUNTED_ALIKE = texts_alike(compare.exact)
# Named alike wherever they occur, so that a class report counts them together.
OVERFLOW = Mistake(
    "32-bit overflow",
    "A 32-bit integer ends at 2,147,483,647 and wraps around to negative numbers. "
    "Count with Python's own integers, or with int64.",
    after(lambda count: int(np.array(count, dtype=np.int64).astype(np.int32))),
)
ADDITIONS_COUNTED = Mistake(
    "additions counted as well",
    "A multiply-accumulate is one multiplication together with its addition: "
    "the pair counts once.",
    after(lambda count: 2 * count),
)
SWITCH_IGNORED = Mistake(
    "bias switch ignored",
    "Your count is the same with and without bias. Look at the argument `bias`.",
    lambda reference, *sizes, bias=True: reference(*sizes),
)
SWITCH_REVERSED = Mistake(
    "bias switch reversed",
    "You count biases exactly when there are none. Turn the condition round.",
    lambda reference, *sizes, bias=True: reference(*sizes, bias=not bias),
)
WEIGHTS_LOST_WITHOUT_BIAS = Mistake(
    "weights lost without bias",
    "Without biases your count has lost the weights: the switch belongs to the biases "
    "alone.",
    lambda reference, *sizes, bias=True: (
        reference(*sizes) if bias else reference(*sizes) - reference(*sizes, bias=False)
    ),
)
# Of layers that are asked for by (h_out, w_out, kh, kw, c_in, filters).
SIDES_MISTAKEN = (
    Mistake(
        "output taken for the input",
        "You work out how often the kernel fits, but `h_out` and `w_out` count "
        "the positions already.",
        lambda reference, h, w, kh, kw, *rest: (
            reference(1, 1, kh, kw, *rest) * (h - kh + 1) * (w - kw + 1)
        ),
    ),
    Mistake(
        "input taken for the output",
        "You work out the size of the input, but the filter stands once at each "
        "position of the output.",
        lambda reference, h, w, kh, kw, *rest: reference(
            h + kh - 1, w + kw - 1, kh, kw, *rest
        ),
    ),
    Mistake(
        "output height and width added",
        "An output of 4 by 3 has a position at every crossing of a row and a column: "
        "draw it and count.",
        lambda reference, h, w, *rest: reference(h + w, 1, *rest),
    ),
    Mistake(
        "output height forgotten",
        "You count a single row of positions: the output has a height, too.",
        lambda reference, h, w, *rest: reference(1, w, *rest),
    ),
    Mistake(
        "output width forgotten",
        "You count a single column of positions: the output has a width, too.",
        lambda reference, h, w, *rest: reference(h, 1, *rest),
    ),
    Mistake(
        "square output assumed",
        "The output may be wider than high: use both `h_out` and `w_out`.",
        lambda reference, h, w, *rest: reference(h, h, *rest),
    ),
    Mistake(
        "square kernel assumed",
        "A kernel may be higher than wide: use both `kh` and `kw`.",
        lambda reference, h, w, kh, kw, *rest: reference(h, w, kh, kh, *rest),
    ),
    Mistake(
        "output width used for the height",
        "The output may be wider than high: use both `h_out` and `w_out`.",
        lambda reference, h, w, *rest: reference(w, w, *rest),
    ),
    Mistake(
        "kernel width used for the height",
        "A kernel may be higher than wide: use both `kh` and `kw`.",
        lambda reference, h, w, kh, kw, *rest: reference(h, w, kw, kw, *rest),
    ),
    Mistake(
        "kernel width forgotten",
        "You count a single column of the kernel: it has a width, too.",
        lambda reference, h, w, kh, kw, *rest: reference(h, w, kh, 1, *rest),
    ),
    Mistake(
        "kernel height forgotten",
        "You count a single row of the kernel: it has a height, too.",
        lambda reference, h, w, kh, kw, *rest: reference(h, w, 1, kw, *rest),
    ),
    Mistake(
        "kernel height and width added",
        "A kernel has a weight at every crossing of a row and a column: "
        "draw one of 2 by 3 and count.",
        lambda reference, h, w, kh, kw, *rest: reference(h, w, kh + kw, 1, *rest),
    ),
)
