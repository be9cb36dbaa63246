"""How many weights a pooling layer has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import GIVEN_AS_TEXT
from grader.exercises.lab01_eight_megapixels.shared import (
    COUNTED_ALIKE,
    conv2d_params,
    drawn_sizes,
    entries,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw windows, square and not, and channels."""
    return [
        Case((2, 2, 32)),
        Case((3, 3, 96)),
        Case((3, 2, 5)),
        Case((1, 1, 7)),
        Case(drawn_sizes(rng, 9, 9, 90)),
    ]


def reference(pool_h: int, pool_w: int, channels: int) -> int:
    """Count the entries of no array at all."""
    return entries()


def arithmetic(index: Index, pool_h: int, pool_w: int, channels: int) -> str:
    """Return that there is nothing to count."""
    return "no weights and no biases\n0"


_NOTHING_TO_LEARN = "Pooling has nothing to learn, so it owns no array. "
MISTAKES = (
    Mistake(
        "window counted",
        _NOTHING_TO_LEARN + "The window only says where to look for the largest.",
        lambda reference, ph, pw, c: ph * pw,
    ),
    Mistake(
        "window counted in every channel",
        _NOTHING_TO_LEARN + "A window of values is compared, not weighted.",
        lambda reference, ph, pw, c: ph * pw * c,
    ),
    Mistake(
        "one bias per channel",
        _NOTHING_TO_LEARN + "A bias would be learned, and nothing is added here.",
        lambda reference, ph, pw, c: c,
    ),
    Mistake(
        "window and bias counted",
        _NOTHING_TO_LEARN + "You counted a filter and a bias for each channel.",
        lambda reference, ph, pw, c: ph * pw * c + c,
    ),
    Mistake(
        "counted like a convolution",
        _NOTHING_TO_LEARN + "A window is not a filter: it has a size but no weights.",
        lambda reference, ph, pw, c: conv2d_params(ph, pw, c, c),
    ),
    Mistake(
        "scale and shift per channel",
        "The pooling of 1998 (LeNet-5) had a factor and a bias for each map. "
        "Max pooling, as here, has neither.",
        lambda reference, ph, pw, c: 2 * c,
    ),
    Mistake(
        "one parameter",
        _NOTHING_TO_LEARN + "You count a single one: which array would hold it?",
        lambda reference, ph, pw, c: 1,
    ),
    Mistake(
        "settings counted",
        _NOTHING_TO_LEARN + "The height and the width of the window are chosen by "
        "whoever builds the network, not learned.",
        lambda reference, ph, pw, c: 2,
    ),
    Mistake(
        "arguments counted",
        _NOTHING_TO_LEARN + "The window and the channels are given by whoever builds "
        "the network, not learned.",
        lambda reference, ph, pw, c: 3,
    ),
    Mistake(
        "window sides added",
        _NOTHING_TO_LEARN + "The window only says where to look for the largest.",
        lambda reference, ph, pw, c: ph + pw,
    ),
    Mistake(
        "window and one bias counted",
        _NOTHING_TO_LEARN + "You counted a filter and its bias.",
        lambda reference, ph, pw, c: ph * pw + 1,
    ),
    Mistake(
        "counted like a convolution without biases",
        _NOTHING_TO_LEARN + "A window is not a filter: it has a size but no weights.",
        lambda reference, ph, pw, c: conv2d_params(ph, pw, c, c, bias=False),
    ),
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=1,
    cases=cases,
    reference=reference,
    comparison=COUNTED_ALIKE,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
