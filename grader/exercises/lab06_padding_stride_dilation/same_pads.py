"""How many zeros TensorFlow's padding "same" puts on each side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.pads import spread, tensorflow_pads
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import by_default
from grader.exercises.lab06_padding_stride_dilation.shared import PADDINGS
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw even and odd totals, a kernel below its stride, then dilated windows."""
    grid: list[tuple[int, ...]] = [
        (28, 3, 2),
        (5, 2, 1),
        (7, 3, 2),
        (4, 1, 2),
        (10, 6, 1),
        (13, 6, 5),
        (9, 4, 3),
    ]
    dilated: list[tuple[int, ...]] = [(9, 3, 1, 2), (12, 3, 2, 3), (11, 2, 2, 4)]
    for _ in range(2):
        n, k, stride, dilation = (int(d) for d in rng.integers(1, 6, 4))
        dilated.append((n + 8, k, stride, dilation))
    cases = [Case(case) for case in grid]
    return cases + [Case(case[:3], {"dilation": case[3]}) for case in dilated]


def _padding(pads: Callable[[int, int, int, int], Any]) -> Callable[..., Any]:
    return lambda reference, n, k, stride, dilation=1: pads(n, k, stride, dilation)


def arithmetic(index: Index, n: int, k: int, stride: int, dilation: int = 1) -> str:
    """Return what the windows reach over beside what there is, and its half."""
    windows, reach = len(range(0, n, stride)), spread(k, dilation).size
    words = (
        f"{windows} windows of {reach}, {stride} apart, on {n} pixels; "
        "of an odd number the end gets more"
    )
    lacking = f"max({added([multiplied(windows - 1, stride), reach, -n])}, 0)"
    half = f"{lacking} // 2"
    return f"{words}\n{half if index == (0,) else f'{lacking} - {half}'}"


MISTAKES = (
    *(Mistake(name, hint, _padding(pads)) for name, hint, pads in PADDINGS),
    Mistake(
        "odd pixel lost",
        "You use half of the total on each side and drop the rest of an odd total.",
        _padding(lambda *call: (tensorflow_pads(*call)[0],) * 2),
    ),
    Mistake(
        "odd pixel on both sides",
        "You round half of an odd total up on both sides; one of them is enough.",
        _padding(lambda *call: (tensorflow_pads(*call)[1],) * 2),
    ),
    Mistake(
        "half pixels",
        "Half a pixel cannot be added; an odd total needs unequal sides.",
        _padding(lambda *call: (sum(tensorflow_pads(*call)) / 2,) * 2),
    ),
    Mistake(
        "dilation of 2 by default",
        "A call that names no dilation means 1, the plain window: look at the first "
        "line of the function.",
        by_default(dilation=2),
    ),
    Mistake(
        "only the total",
        "Your number is the total of both sides; return two numbers, (before, after).",
        _padding(lambda *call: sum(tensorflow_pads(*call))),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=tensorflow_pads,
    comparison=compare.exact,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
