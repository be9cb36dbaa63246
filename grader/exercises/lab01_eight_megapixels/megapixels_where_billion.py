"""From which image size on a dense layer has a billion weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, multiplied
from grader.exercises.common.wrong import GIVEN_AS_TEXT, after, texts_alike
from grader.exercises.lab01_eight_megapixels.shared import (
    drawn_sizes,
    entries,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw channels and units, one case with so many units that a pixel more is seen."""
    return [
        Case((1, 100), label="grey, 100 units"),
        Case((3, 100), label="RGB, 100 units"),
        Case((3, 1000), label="RGB, 1000 units"),
        Case((4, 64), label="RGB with transparency, 64 units"),
        Case((1, 1), label="grey, a single unit"),
        # So many units that a pixel more or less, or a bias for each, is seen.
        Case((3, 7_000_000), label="RGB, 7 million units"),
        Case(drawn_sizes(rng, 12, 5000)),
        Case(drawn_sizes(rng, 12, 500)),
    ]


def reference(channels: int, units: int) -> float:
    """Return the megapixels at which the weights of a dense layer reach a billion."""
    return 10**9 / entries((10**6, channels, units))


def arithmetic(index: Index, channels: int, units: int) -> str:
    """Return the pixels at a billion weights, in millions."""
    words = f"a pixel has {multiplied(channels, units)} weights"
    return f"{words}\n10**9 / ({multiplied(channels, units)}) / 10**6"


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
        after(lambda megapixels: megapixels * 1e6),
    ),
    Mistake(
        "billion of the long scale",
        "A billion is a thousand millions here. In German, French or Spanish the "
        "word that sounds alike means a million millions.",
        after(lambda megapixels: megapixels * 1e3),
    ),
    Mistake(
        "million in place of billion",
        "You found where a million weights are reached.",
        after(lambda megapixels: megapixels / 1e3),
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
        after(lambda megapixels: 1 / megapixels),
    ),
    Mistake(
        "powers of two",
        "A megapixel and a billion are powers of ten here, not of two.",
        after(lambda megapixels: megapixels * 1.024),
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
        after(lambda megapixels: megapixels * 10),
    ),
    Mistake(
        "rounded to whole pixels",
        "You cut the pixels off to a whole number, as `//` does. "
        "Return the exact number.",
        after(lambda megapixels: math.floor(megapixels * 10**6) / 10**6),
    ),
    Mistake(
        "rounded to two decimals",
        "You round the result. Return the exact number, round only when you print.",
        after(lambda megapixels: round(megapixels, 2)),
    ),
    Mistake(
        "rounded up",
        "You round to whole megapixels. Return the exact number.",
        after(math.ceil),
    ),
    Mistake(
        "rounded down",
        "You cut off the decimals, as `//` does. Return the exact number.",
        after(math.floor),
    ),
    Mistake(
        "megapixel of two to the 20",
        "A megapixel is a million pixels here, a power of ten.",
        after(lambda megapixels: megapixels * 10**6 / 2**20),
    ),
    Mistake(
        "billion of two to the 30",
        "A billion is a power of ten, not of two.",
        after(lambda megapixels: megapixels * 2**30 / 10**9),
    ),
    Mistake(
        "side of the photo, in millions of pixels",
        "You take a root, which gives the side of a square photo. "
        "Megapixels count all of its pixels.",
        after(lambda megapixels: math.sqrt(megapixels * 1e6) / 1e6),
    ),
    Mistake(
        "side of the photo, in pixels",
        "You take a root, which gives the side of a square photo. "
        "Megapixels count all of its pixels.",
        after(lambda megapixels: math.sqrt(megapixels * 1e6)),
    ),
    Mistake(
        "root taken",
        "You take a root at the end; megapixels count all pixels of the photo.",
        after(math.sqrt),
    ),
    Mistake(
        "weights for one megapixel",
        "You count the weights of a photo of one megapixel. "
        "How many such photos make a billion?",
        lambda reference, channels, units: 10**9 / reference(channels, units),
    ),
    Mistake(
        "channels and units added",
        "Every unit has a weight for every channel of a pixel: the two are multiplied.",
        lambda reference, channels, units: reference(channels + units, 1),
    ),
    Mistake(
        "rounded to one decimal",
        "You round the result. Return the exact number, round only when you print.",
        after(lambda megapixels: round(megapixels, 1)),
    ),
    Mistake(
        "rounded to three decimals",
        "You round the result. Return the exact number, round only when you print.",
        after(lambda megapixels: round(megapixels, 3)),
    ),
    Mistake(
        "rounded to a whole number",
        "You round the result. Return the exact number, round only when you print.",
        after(round),
    ),
    Mistake(
        "^ in place of **",
        "In Python `^` is no power, it compares the bits of whole numbers. "
        "A power is written `**`.",
        after(lambda megapixels: 10 ^ (megapixels / 1)),
    ),
    Mistake(
        "bias counted as a channel",
        "You count one value too many for each pixel. The billion is one of weights "
        "only.",
        lambda reference, channels, units: reference(channels + 1, units),
    ),
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=texts_alike(compare.close),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
