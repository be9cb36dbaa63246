"""How much memory weights take."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, multiplied
from grader.exercises.common.wrong import GIVEN_AS_TEXT, after, texts_alike
from grader.exercises.lab01_eight_megapixels.shared import entries
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw numbers of weights from none to billions, stored once and several times."""
    one, several = "one copy", "several copies"
    drawn = int(rng.integers(10**6, 10**9))
    return [
        Case((2_400_000_000,), part=one),
        Case((2_800,), part=one),
        Case((0,), label="a layer without parameters", part=one),
        Case((78_500_000,), part=one),
        Case((2_400_000_000, 2), part=one),
        Case((drawn,), {"bytes_per": int(rng.choice([1, 2, 8]))}, part=one),
        Case((2_400_000_000, 4, 4), part=several),
        Case((78_500,), {"copies": 3}, part=several),
        Case((drawn, 2), {"copies": int(rng.integers(2, 9))}, part=several),
    ]


def reference(params: int, bytes_per: int = 4, copies: int = 1) -> float:
    """Return the bytes of all copies, in units of 10**9."""
    return entries((params, bytes_per, copies)) / 10**9


def arithmetic(index: Index, params: int, bytes_per: int = 4, copies: int = 1) -> str:
    """Return the bytes in units of 10**9."""
    return f"bytes, then gigabytes\n{multiplied(params, bytes_per, copies)} / 10**9"


MISTAKES = (
    Mistake(
        "GiB in place of GB",
        "You divide by a power of two, which gives gibibytes (GiB). "
        "A gigabyte (GB) is a power of ten.",
        after(lambda gigabytes: gigabytes * 1e9 / 2**30),
    ),
    Mistake(
        "bits in place of bytes",
        "You count bits. `bytes_per` is in bytes already, and so is the result.",
        after(lambda gigabytes: gigabytes * 8),
    ),
    Mistake(
        "divided by 8",
        "`bytes_per` is in bytes, not in bits: there is nothing to convert.",
        after(lambda gigabytes: gigabytes / 8),
    ),
    Mistake(
        "not in gigabytes",
        "The number is in bytes; the result should be in gigabytes.",
        after(lambda gigabytes: gigabytes * 1e9),
    ),
    Mistake(
        "megabytes",
        "The number is in megabytes; the result should be in gigabytes.",
        after(lambda gigabytes: gigabytes * 1e3),
    ),
    Mistake(
        "10e9 in place of 10**9",
        "Python reads `10e9` as 10 times 10 to the 9, so your result is too small "
        "by a factor of ten.",
        after(lambda gigabytes: gigabytes / 10),
    ),
    Mistake(
        "copies ignored",
        "Your result is the same for one copy and for several. "
        "Look at the argument `copies`.",
        lambda reference, params, bytes_per=4, copies=1: reference(params, bytes_per),
    ),
    Mistake(
        "one copy too many",
        "`copies` already includes the weights themselves: "
        "with `copies=1` only they are stored.",
        lambda reference, params, bytes_per=4, copies=1: reference(
            params, bytes_per, copies + 1
        ),
    ),
    Mistake(
        "4 bytes hard-coded",
        "Not every number takes 4 bytes: a float16 takes 2. Use `bytes_per`.",
        lambda reference, params, bytes_per=4, copies=1: reference(params, 4, copies),
    ),
    Mistake(
        "bytes per number forgotten",
        "You count numbers, not bytes. Each number takes `bytes_per` bytes.",
        lambda reference, params, bytes_per=4, copies=1: reference(params, 1, copies),
    ),
    Mistake(
        "rounded to whole gigabytes",
        "Your result is a whole number; a small layer then takes no memory at all. "
        "Round only when you print.",
        after(math.floor),
    ),
    Mistake(
        "rounded",
        "You round the result, so a small layer takes no memory at all. "
        "Round only when you print.",
        after(lambda gigabytes: round(gigabytes, 1)),
    ),
    Mistake(
        "rounded to two decimals",
        "You round the result, so a small layer takes no memory at all. "
        "Round only when you print.",
        after(lambda gigabytes: round(gigabytes, 2)),
    ),
    Mistake(
        "rounded to three decimals",
        "You round the result, so a small layer takes no memory at all. "
        "Round only when you print.",
        after(lambda gigabytes: round(gigabytes, 3)),
    ),
    Mistake(
        "copies added",
        "Each copy takes as much memory as the numbers themselves: "
        "`copies` multiplies.",
        lambda reference, params, bytes_per=4, copies=1: reference(
            params, bytes_per + copies
        ),
    ),
    Mistake(
        "one copy too few",
        "`copies` counts all arrays that are kept: with `copies=1` one is stored.",
        lambda reference, params, bytes_per=4, copies=1: reference(
            params, bytes_per, copies - 1
        ),
    ),
    Mistake(
        "divided by the copies",
        "More copies need more memory; in your result they need less.",
        lambda reference, params, bytes_per=4, copies=1: (
            reference(params, bytes_per) / copies
        ),
    ),
    Mistake(
        "divided by the bytes",
        "Larger numbers need more memory; in your result they need less.",
        lambda reference, params, bytes_per=4, copies=1: (
            reference(params, 1, copies) / bytes_per
        ),
    ),
    Mistake(
        "kilobytes",
        "The number is in kilobytes; the result should be in gigabytes.",
        after(lambda gigabytes: gigabytes * 1e6),
    ),
    Mistake(
        "MiB in place of GB",
        "You divide by 2**20, which gives mebibytes (MiB). "
        "A gigabyte (GB) is a power of ten.",
        after(lambda gigabytes: gigabytes * 1e9 / 2**20),
    ),
    Mistake(
        "a kilobyte of 1024",
        "Some of your steps divide by 1024. A gigabyte (GB) is a power of ten.",
        after(lambda gigabytes: gigabytes * 1000 / 1024),
    ),
    Mistake(
        "10^9 in place of 10**9",
        "In Python `^` is no power: `10^9` is 3. A power is written `**`.",
        after(lambda gigabytes: gigabytes * 10**9 / (10 ^ 9)),
    ),
    Mistake(
        "^ in place of **",
        "In Python `^` is no power, it compares the bits of whole numbers. "
        "A power is written `**`.",
        after(lambda gigabytes: (gigabytes * 1e8) ^ 9),
    ),
    Mistake(
        "8 bytes by default",
        "A call that says nothing about bytes means 4 for each number: look at the "
        "first line of the function.",
        lambda reference, params, bytes_per=8, copies=1: reference(
            params, bytes_per, copies
        ),
    ),
    Mistake(
        "two copies by default",
        "A call that says nothing about copies means a single one: look at the first "
        "line of the function.",
        lambda reference, params, bytes_per=4, copies=2: reference(
            params, bytes_per, copies
        ),
    ),
    Mistake(
        "copies as a power",
        "Two copies take twice as much: `copies` multiplies.",
        lambda reference, params, bytes_per=4, copies=1: reference(
            params, bytes_per**copies
        ),
    ),
    Mistake(
        "terabytes",
        "The number is in terabytes; the result should be in gigabytes.",
        after(lambda gigabytes: gigabytes / 1e3),
    ),
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=texts_alike(compare.close),
    parts={"one copy": 2, "several copies": 1},
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
