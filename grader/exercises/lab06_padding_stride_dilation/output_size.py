"""How many positions a window has, with padding, stride and dilation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, counted, span
from grader.exercises.common.pads import positions, spread
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong, after, by_default
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw windows that fit exactly or leave a rest, and then dilated ones."""
    grid: list[tuple[int, ...]] = [
        (5, 3, 1, 0),
        (7, 3, 2, 2),
        (28, 3, 2, 0),
        (6, 3, 2, 1),
        (10, 2, 3, 0),
        (9, 4, 1, 3),
        (3, 3, 1, 0),
        (9, 2, 3, 0),
    ]
    dilated: list[tuple[int, ...]] = [(12, 3, 1, 0, 2), (11, 4, 2, 4, 3)]
    for _ in range(2):
        k, stride, pad, dilation, more = (int(d) for d in rng.integers(1, 5, 5))
        dilated.append(((k - 1) * dilation + 8 + 5 * more, k, stride, pad, dilation))
    cases = [Case(case) for case in grid]
    return cases + [Case(case[:4], {"dilation": case[4]}) for case in dilated]


def _asked(change: Callable[[int, int, int, int, int], Sequence[int]]) -> Wrong:
    """Return a mistake: the right answer to other numbers (n, k, s, p, d)."""
    return lambda reference, n, k, stride, pad_total, dilation=1: reference(
        *change(n, k, stride, pad_total, dilation)
    )


def _from_stride_1(divide: Callable[[int, int], float]) -> Wrong:
    """Return a mistake in how the windows of stride 1 are divided by the stride."""
    return lambda reference, n, k, stride, pad_total, dilation=1: divide(
        reference(n, k, 1, pad_total, dilation), stride
    )


def arithmetic(
    index: Index, n: int, k: int, stride: int, pad_total: int, dilation: int = 1
) -> str:
    """Return the positions, counted one by one."""
    count = positions(n, k, stride, pad_total, dilation)
    begins = range(0, count * stride, stride)
    reach = spread(k, dilation).size
    words = (
        f"a window of {reach} can begin at pixel {span(begins)} of the {n + pad_total} "
        "with padding"
    )
    return f"{words}\n{counted(count)}"


MISTAKES = (
    Mistake(
        "one position too few",
        "You count the steps between windows; there is one window more than steps.",
        after(lambda windows: windows - 1),
    ),
    Mistake(
        "last window forgotten",
        "You lose the last window where it fits exactly: "
        "it may end with the row. `range` leaves its end out.",
        _from_stride_1(lambda windows, s: -((1 - windows) // s)),
    ),
    Mistake(
        "stride before the window",
        "You divide the row by the stride and then fit the window in. A window fits "
        "into the whole row; the stride says how many of its places count.",
        lambda reference, n, k, stride, pad_total, dilation=1: (
            (n + pad_total) // stride - (k - 1) * dilation
        ),
    ),
    Mistake(
        "row divided by the dilation",
        "A window with gaps reaches further; the row does not shrink.",
        lambda reference, n, k, stride, pad_total, dilation=1: reference(
            (n + pad_total) // dilation, k, stride, 0
        ),
    ),
    Mistake(
        "rounded to the nearest",
        "You round to the nearest whole number, and so you sometimes count a window "
        "that would stick out.",
        _from_stride_1(lambda windows, s: round((windows - 1) / s) + 1),
    ),
    Mistake(
        "rounded to the nearest, halves up",
        "You round to the nearest whole number, and so you sometimes count a window "
        "that would stick out.",
        _from_stride_1(lambda windows, s: int((windows - 1) / s + 1.5)),
    ),
    Mistake(
        "rounded up",
        "You count a last window that does not fit. "
        "A window that would stick out is left out.",
        _from_stride_1(lambda windows, s: int(np.ceil((windows - 1) / s + 1))),
    ),
    Mistake(
        "not rounded",
        "Your result can be a fraction; the number of windows is a whole number.",
        _from_stride_1(lambda windows, s: (windows - 1) / s + 1),
    ),
    Mistake(
        "the one added before dividing",
        "You divide the positions of stride 1 by the stride. The first window costs "
        "no step, so it is counted apart.",
        _from_stride_1(lambda windows, s: windows // s),
    ),
    Mistake(
        "padding counted twice",
        "`pad_total` holds the pixels of both sides together; do not double it.",
        _asked(lambda n, k, s, p, d: (n, k, s, 2 * p, d)),
    ),
    Mistake(
        "padding counted once",
        "You use half of `pad_total`; all of it makes the picture longer.",
        _asked(lambda n, k, s, p, d: (n, k, s, p // 2, d)),
    ),
    Mistake(
        "odd pixel of padding lost",
        "You halve `pad_total` and double it again, which loses a pixel if it is odd.",
        _asked(lambda n, k, s, p, d: (n, k, s, p // 2 * 2, d)),
    ),
    Mistake(
        "padding taken away",
        "Padding makes the row longer; yours makes it shorter.",
        lambda reference, n, k, s, p, dilation=1: (
            (n - p - spread(k, dilation).size) // s + 1
        ),
    ),
    Mistake(
        "padding ignored",
        "Your result does not depend on `pad_total`.",
        _asked(lambda n, k, s, p, d: (n, k, s, 0, d)),
    ),
    Mistake(
        "stride ignored",
        "Your window moves one pixel at a time, whatever the stride.",
        _asked(lambda n, k, s, p, d: (n, k, 1, p, d)),
    ),
    Mistake(
        "same size at every stride",
        "You divide the size of the picture and leave the window out: "
        "the last start depends on how long the window is.",
        lambda reference, n, k, s, p, dilation=1: (n + p) // s,
    ),
    Mistake(
        "window left out",
        "Your result does not depend on how long the window is, and a longer one has "
        "fewer places.",
        lambda reference, n, k, s, p, dilation=1: (n + p) // s + 1,
    ),
    Mistake(
        "windows of SAME counted",
        "Dividing by the stride and rounding up is the rule of TensorFlow's SAME. "
        "Here the padding is given, and the last window has to fit.",
        lambda reference, n, k, s, p, dilation=1: -(-(n + p) // s),
    ),
    Mistake(
        "dilation ignored",
        "A dilated window reaches further than its number of weights.",
        _asked(lambda n, k, s, p, d: (n, k, s, p)),
    ),
    Mistake(
        "dilated reach one gap too long",
        "Your dilated window reaches from its first pixel to beyond its last. "
        "Between k pixels there are fewer gaps than pixels.",
        _asked(lambda n, k, s, p, d: (n, k * d, s, p)),
    ),
    Mistake(
        "reach one pixel short",
        "You take the distance from the window's first pixel to its last for its "
        "length; both pixels belong to it.",
        _asked(lambda n, k, s, p, d: (n, k, s, p + 1, d)),
    ),
    Mistake(
        "dilation added once",
        "Your window grows by the same amount, however many weights it has. "
        "Each of the gaps between its weights grows.",
        _asked(lambda n, k, s, p, d: (n, k + d - 1, s, p)),
    ),
    Mistake(
        "dilation of 2 by default",
        "A call that names no dilation means 1, the plain window: look at the first "
        "line of the function.",
        by_default(dilation=2),
    ),
    Mistake(
        "dilation counted from 0",
        "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
        lambda reference, n, k, s, p, dilation=1: (
            (n + p - spread(k, dilation + 1).size) // s + 1
        ),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=positions,
    comparison=compare.exact,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
