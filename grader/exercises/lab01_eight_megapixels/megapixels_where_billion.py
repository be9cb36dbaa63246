"""From which image size on a dense layer has a billion weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from grader.exercises.lab01_eight_megapixels.shared import draw, size
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((1, 100), label="grey, 100 units"),
        Case((3, 100), label="RGB, 100 units"),
        Case((3, 1000), label="RGB, 1000 units"),
        Case((4, 64), label="RGB with transparency, 64 units"),
        Case((1, 1), label="grey, a single unit"),
        # So many that a pixel more or less, or a bias for each, is seen.
        Case((3, 7_000_000), label="RGB, 7 million units"),
        Case(draw(rng, 12, 5000)),
        Case(draw(rng, 12, 500)),
    ]


MISTAKES = (
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
        lambda reference, channels, units: reference(channels, units) * units * units,
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
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=lambda channels, units: 10**9 / size((10**6, channels, units)),
    mistakes=MISTAKES,
)
