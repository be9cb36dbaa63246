"""What the exercises of lab 01 share: sizes to draw, and mistakes of counting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.judging.exercise import Case, Mistake


def size(*shapes: tuple[int, ...]) -> int:
    return sum(math.prod(shape) for shape in shapes)


def int32(count: int) -> int:
    return int(np.array(count, dtype=np.int64).astype(np.int32))


def draw(rng: np.random.Generator, *highs: int) -> tuple[int, ...]:
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
    lambda reference, *args, **kwargs: int32(reference(*args, **kwargs)),
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
    lambda reference, h, w, *rest: reference(h + w, 1, *rest),
)


FITTED_AGAIN = Mistake(
    "output taken for the input",
    "You work out how often the kernel fits, but `h_out` and `w_out` count "
    "the positions already.",
    lambda reference, h, w, kh, kw, *rest: (
        reference(1, 1, kh, kw, *rest) * (h - kh + 1) * (w - kw + 1)
    ),
)


WIDTH_FORGOTTEN = Mistake(
    "output width forgotten",
    "You count a single column of positions: the output has a width, too.",
    lambda reference, h, w, *rest: reference(h, 1, *rest),
)


def params_cases(
    with_bias: Sequence[tuple[Any, ...]], without: Sequence[tuple[Any, ...]]
) -> list[Case]:
    return [
        *(Case(args, part="with bias") for args in with_bias),
        *(Case(args, {"bias": False}, part="without bias") for args in without),
    ]


def conv2d_params(kh: int, kw: int, c_in: int, filters: int, bias: bool = True) -> int:
    return size((kh, kw, c_in, filters), *([(filters,)] if bias else []))
