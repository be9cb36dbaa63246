"""How widely the first weights of a layer are spread."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong, after, by_default, with_settings
from grader.judging.exercise import Case, Exercise, Mistake

Shape = tuple[int, ...]
# What the variance of the weights is: this number, divided by a fan or a mean of fans.
_GAIN = {"he": 2, "glorot": 1}
# How Keras's truncated normal distribution is narrower than the one it is cut from.
_TRUNCATED = 0.87962566103423978


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw kernels of dense and convolutional layers whose sizes all differ."""
    settings = [
        {"scheme": scheme, "distribution": distribution}
        for scheme in _GAIN
        for distribution in ("normal", "uniform")
    ]
    dense: list[Shape] = [(3, 5), (784, 100)]
    conv: list[Shape] = [(3, 2, 4, 5), (5, 5, 1, 16), (1, 1, 64, 16)]
    dense.append(tuple(int(n) for n in 2 + rng.permutation(60)[:2]))
    sides, channels = rng.permutation(np.arange(1, 8))[:2], rng.permutation(70)[:2] + 8
    conv.append(tuple(int(n) for n in (*sides, *channels)))
    cases = [Case((dense[0],), part="dense"), Case((conv[0],), part="conv")]
    for part, shapes in (("dense", dense), ("conv", conv)):
        for shape in shapes:
            cases += [Case((shape,), chosen, part=part) for chosen in settings]
    return cases


def reference(shape: Shape, scheme: str = "he", distribution: str = "normal") -> float:
    """Return a deviation, or a limit, from the sizes of a kernel's slices."""
    return _scale(_variance(_fans(shape), scheme), distribution)


def arithmetic(
    index: Index, shape: Shape, scheme: str = "he", distribution: str = "normal"
) -> str:
    """Return the root of a fraction, with the fans as products."""
    fan_in, fan_out = multiplied(*shape[:-1]), multiplied(*shape[:-2], shape[-1])
    below = fan_in if scheme == "he" else added([fan_in, fan_out])
    top = 2 if distribution == "normal" else 6
    words = f"each unit reads {fan_in} values, each value is read {fan_out} times"
    kind = "limit" if distribution == "uniform" else "deviation"
    return f"{words}; the {kind} of {scheme}\nsqrt({top} / ({below}))"


def _fans(shape: Shape) -> tuple[int, int]:
    kernel = np.empty(shape, "int8")
    return kernel[..., 0].size, kernel[..., 0, :].size


def _variance(fans: Sequence[float], scheme: str) -> float:
    return float(_GAIN[scheme] / (fans[0] if scheme == "he" else np.mean(fans)))


def _scale(variance: float, distribution: str) -> float:
    return math.sqrt(variance * (3 if distribution == "uniform" else 1))


def _with_fans(fans: Callable[[Shape], Sequence[float]]) -> Wrong:
    """Return a mistake that counts what is read, or how often, in another way.

    Args:
        fans: gives fan in and fan out of a shape.
    """

    def wrong(
        reference: Callable[..., float],
        shape: Shape,
        scheme: str = "he",
        distribution: str = "normal",
    ) -> float:
        return _scale(_variance(fans(shape), scheme), distribution)

    return wrong


def _with_variance(variance: Callable[[float, float, str], float]) -> Wrong:
    """Return a mistake in the formula: (fan in, fan out, scheme) -> variance."""

    def wrong(
        reference: Callable[..., float],
        shape: Shape,
        scheme: str = "he",
        distribution: str = "normal",
    ) -> float:
        return _scale(variance(*_fans(shape), scheme), distribution)

    return wrong


def _spread_by(scale: Callable[[float, str], Any]) -> Wrong:
    """Return a mistake in what is given: (variance, distribution) -> number."""

    def wrong(
        reference: Callable[..., float],
        shape: Shape,
        scheme: str = "he",
        distribution: str = "normal",
    ) -> Any:
        return scale(_variance(_fans(shape), scheme), distribution)

    return wrong


def _exchanged_schemes(
    reference: Callable[..., float],
    shape: Shape,
    scheme: str = "he",
    distribution: str = "normal",
) -> float:
    return reference(shape, "he" if scheme == "glorot" else "glorot", distribution)


def _exchanged_distributions(
    reference: Callable[..., float],
    shape: Shape,
    scheme: str = "he",
    distribution: str = "normal",
) -> float:
    other = "normal" if distribution == "uniform" else "uniform"
    return reference(shape, scheme, other)


def _root_of_one_part(top: bool) -> Callable[[float, float, str], float]:
    """Return a variance whose root is that of the numerator, or of the denominator, alone."""

    def variance(fan_in: float, fan_out: float, scheme: str) -> float:
        above = 2.0
        below = fan_in if scheme == "he" else fan_in + fan_out
        return above / below**2 if top else above**2 / below

    return variance


FANS = (
    Mistake(
        "fan in and fan out exchanged",
        "What you take for the values that a unit reads is how often a value is read. "
        "In Keras the last axis of a kernel counts the units or filters.",
        _with_fans(lambda shape: _fans(shape)[::-1]),
    ),
    Mistake(
        "receptive field forgotten",
        "A filter reads a whole window of each channel, not one pixel of it, and each "
        "value is read by several windows.",
        _with_fans(lambda shape: shape[-2:]),
    ),
    Mistake(
        "receptive field forgotten in fan out",
        "Fan in is right. In fan out a value is read by all windows that hold it, for "
        "each filter.",
        _with_fans(lambda shape: (_fans(shape)[0], shape[-1])),
    ),
    Mistake(
        "receptive field forgotten in fan in",
        "A filter reads a whole window of each channel, not one pixel of it.",
        _with_fans(lambda shape: (shape[-2], _fans(shape)[1])),
    ),
    Mistake(
        "first two axes taken for the fans",
        "The first two axes of a convolution's kernel are the height and the width of "
        "its window.",
        _with_fans(lambda shape: shape[:2]),
    ),
    Mistake(
        "kernel read in another order",
        "You read the shape as (filters, channels, height, width), as other libraries "
        "store it. In Keras it is (height, width, channels, filters).",
        _with_fans(
            lambda shape: (
                (math.prod(shape[1:]), shape[0] * math.prod(shape[2:]))
                if len(shape) == 4
                else _fans(shape)
            )
        ),
    ),
    Mistake(
        "channels forgotten",
        "A filter reads its window in every channel.",
        _with_fans(
            lambda shape: (
                (math.prod(shape[:2]),) * 2 if len(shape) == 4 else _fans(shape)
            )
        ),
    ),
    Mistake(
        "kernel taken for a square",
        "You use one side of the window twice; height and width may differ.",
        _with_fans(
            lambda shape: (
                _fans((shape[0], shape[0], *shape[2:]))
                if len(shape) == 4
                else _fans(shape)
            )
        ),
    ),
    Mistake(
        "side for area",
        "You count one side of the window. It has height times width places.",
        _with_fans(
            lambda shape: _fans((shape[0], 1, *shape[2:]) if len(shape) == 4 else shape)
        ),
    ),
    Mistake(
        "sizes added, not multiplied",
        "A window of 3x3 in 4 channels holds more than 3 + 3 + 4 values.",
        _with_fans(lambda shape: (sum(shape[:-1]), sum((*shape[:-2], shape[-1])))),
    ),
    Mistake(
        "all weights counted",
        "You divide by the number of all weights. What counts is how many of them meet "
        "in one sum.",
        _with_fans(lambda shape: (math.prod(shape),) * 2),
    ),
    Mistake(
        "bias counted",
        "You count one value more than a unit reads. The bias is not multiplied by "
        "anything that comes in, and it begins at 0.",
        _with_fans(lambda shape: (_fans(shape)[0] + 1, _fans(shape)[1])),
    ),
)
SPREAD = (
    Mistake(
        "variance, not its root",
        "You give the variance. The numbers asked for, a deviation and a limit, are "
        "roots.",
        after(lambda scale: scale**2),
    ),
    Mistake(
        "variance for the deviation",
        "For the normal distribution you give the variance. A deviation is its root.",
        _spread_by(lambda v, d: _scale(v, d) if d == "uniform" else v),
    ),
    Mistake(
        "limit not rooted",
        "For the uniform distribution you give a², and the root is missing.",
        _spread_by(lambda v, d: 3 * v if d == "uniform" else _scale(v, d)),
    ),
    Mistake(
        "both ends of the interval",
        "For the uniform distribution you give both ends. The limit a is one "
        "number, the upper end.",
        _spread_by(
            lambda v, d: (-_scale(v, d), _scale(v, d)) if d == "uniform" else v**0.5
        ),
    ),
    Mistake(
        "limit and deviation exchanged",
        "You give the limit for the normal distribution and the deviation for the "
        "uniform one.",
        _exchanged_distributions,
    ),
    Mistake(
        "deviation for the limit",
        "Numbers drawn evenly between -a and a have a deviation smaller than a. You "
        "give the deviation for both distributions.",
        with_settings(distribution="normal"),
    ),
    Mistake(
        "limit for the deviation",
        "You give the limit of the uniform distribution for the normal one as well, "
        "which is described by its deviation.",
        with_settings(distribution="uniform"),
    ),
    Mistake(
        "whole width for the limit",
        "The uniform distribution reaches from -a to a: you give its whole width, 2a. (A "
        "variance of width squared by 12 speaks of that width.)",
        _spread_by(lambda v, d: _scale(v, d) * (2 if d == "uniform" else 1)),
    ),
    Mistake(
        "limit divided by the root of 3",
        "The limit is larger than the deviation, not smaller.",
        _spread_by(lambda v, d: math.sqrt(v / (3 if d == "uniform" else 1))),
    ),
    Mistake(
        "limit three times the deviation",
        "The variance of the uniform distribution has a 3 in it, so the deviation has "
        "its root.",
        _spread_by(lambda v, d: math.sqrt(v) * (3 if d == "uniform" else 1)),
    ),
    Mistake(
        "corrected for truncation",
        "Keras draws from a normal distribution cut at two deviations and makes up for "
        "it with a factor. The task asks for the deviation that comes out.",
        _spread_by(lambda v, d: _scale(v, d) / (_TRUNCATED if d == "normal" else 1)),
    ),
    Mistake(
        "schemes exchanged",
        "You give He's number for Glorot and Glorot's for He.",
        _exchanged_schemes,
    ),
    Mistake(
        "He for both",
        "Your number does not depend on `scheme`: it is He's.",
        with_settings(scheme="he"),
    ),
    Mistake(
        "Glorot for both",
        "Your number does not depend on `scheme`: it is Glorot's.",
        with_settings(scheme="glorot"),
    ),
    Mistake(
        "Glorot by default",
        "A call that names no scheme means He: look at the first line of the function.",
        by_default(scheme="glorot"),
    ),
    Mistake(
        "uniform by default",
        "A call that names no distribution means the normal one: look at the first "
        "line of the function.",
        by_default(distribution="uniform"),
    ),
    Mistake(
        "factor of He forgotten",
        "ReLU halves the mean square, and He's factor of 2 makes up for that.",
        _with_variance(lambda i, o, s: 1 / i if s == "he" else 2 / (i + o)),
    ),
    Mistake(
        "sum of the fans for their mean",
        "Glorot divides by the mean of both fans; you divide by their sum.",
        _with_variance(lambda i, o, s: 2 / i if s == "he" else 1 / (i + o)),
    ),
    Mistake(
        "half of one fan only",
        "A mean of two numbers is half of their whole sum: brackets are missing.",
        _with_variance(lambda i, o, s: 2 / i if s == "he" else 1 / (i + o / 2)),
    ),
    Mistake(
        "factor of He in Glorot",
        "The factor of 2 belongs to He. Glorot's variance is one divided by the mean "
        "of the fans.",
        _with_variance(lambda i, o, s: 2 / i if s == "he" else 4 / (i + o)),
    ),
    Mistake(
        "limit of Glorot for He",
        "Your limit does not depend on `scheme`: it is Glorot's. He's rule has one of its "
        "own, by fan in alone.",
        lambda reference, shape, scheme="he", distribution="normal": reference(
            shape, "glorot" if distribution == "uniform" else scheme, distribution
        ),
    ),
    Mistake(
        "limit of He without the root of 3",
        "He's uniform distribution has a limit as well, larger than the deviation.",
        lambda reference, shape, scheme="he", distribution="normal": reference(
            shape, scheme, "normal" if scheme == "he" else distribution
        ),
    ),
    Mistake(
        "Glorot with fan in alone",
        "Some libraries do so, but Glorot's mean is that of fan in and fan out.",
        _with_variance(lambda i, o, s: 2 / i if s == "he" else 1 / i),
    ),
    Mistake(
        "He with the mean of the fans",
        "He looks at the values that a unit reads, fan in, alone.",
        _with_variance(lambda i, o, s: 4 / (i + o) if s == "he" else 2 / (i + o)),
    ),
    Mistake(
        "root of the numerator only",
        "The root covers the whole fraction, what you divide by too.",
        _with_variance(_root_of_one_part(top=True)),
    ),
    Mistake(
        "root of the denominator only",
        "The root covers the whole fraction, its numerator too.",
        _with_variance(_root_of_one_part(top=False)),
    ),
    Mistake(
        "product of the fans",
        "Glorot's mean of two numbers is half of their sum, not a product.",
        _with_variance(lambda i, o, s: 2 / i if s == "he" else 1 / math.sqrt(i * o)),
    ),
    Mistake(
        "rounded",
        "You round. Small numbers like these lose what matters.",
        after(lambda scale: round(scale, 2)),
    ),
    Mistake(
        "cut to whole numbers",
        "You divide with `//`, which keeps whole numbers only, and 2 // 9 is 0.",
        _spread_by(lambda v, d: math.sqrt(_scale(v, d) ** 2 // 1)),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    arithmetic=arithmetic,
    parts={"dense": 1, "conv": 2},
    mistakes=FANS + SPREAD,
    forbidden=FORBIDDEN,
)
