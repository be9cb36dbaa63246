"""One order of the pixels, from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.exercises.lab02_shuffle_the_pixels.shared import STORED_AS_FLOATS
from grader.judging.compare import Difference
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw lengths and seeds; each case calls three times, the first seed again last."""
    n, seed = int(rng.integers(40, 400)), int(rng.integers(500, 20_000))
    return [
        _permutation_case(784, 1, 2),
        _permutation_case(36, 7, 5),
        _permutation_case(n, seed, seed + 1),
    ]


def _permutation_case(n: int, seed: int, other: int) -> Case:
    seeds = (seed, other, seed)
    return Case(
        kwargs={"n": n, "seed": seed},
        label=f"n={n}, called with the seeds {', '.join(map(str, seeds))}",
        extra={"changes": [{"seed": s} for s in seeds]},
    )


def reference(n: int, seed: int) -> np.ndarray:
    """Return a permutation of `n` places, by sorting numbers drawn from the seed."""
    return np.argsort(np.random.RandomState(seed).uniform(size=n))


def _drawn_alike(expected: Any, actual: Any) -> Difference | None:
    """Compare three draws by their properties; the order itself is free."""
    for property_of in (_kind, _order, _same_seed, _other_seed):
        wanted, found = property_of(expected), property_of(actual)
        if wanted != found:
            return Difference("value", f"{found}; expected: {wanted}")
    return None


def _same_seed(draws: Sequence[Any]) -> str:
    return f"the same seed gives {_again(draws[0], draws[2])}"


def _other_seed(draws: Sequence[Any]) -> str:
    return f"another seed gives {_again(draws[0], draws[1])}"


def _again(first: Any, second: Any) -> str:
    one, two = (
        repr(d.tolist() if isinstance(d, np.ndarray) else d) for d in (first, second)
    )
    return "the same" if one == two else "another result"


# More numbers than these are looked at no further: sorting them takes time.
_MANY = 100_000


def _kind(draws: Sequence[Any]) -> str:
    """Return what kind of numbers a draw has, as a student reads it."""
    drawn = draws[0]
    if drawn is None:
        return "it gives None (is a return missing, or does the call give nothing?)"
    try:
        array = np.asarray(drawn)
    except ValueError:
        return "it is not an array of whole numbers"
    if array.ndim > 1:
        return f"it has {array.ndim} axes"
    if array.ndim == 0 and array.dtype.kind in "iuf":
        return "it is a single number"
    if array.ndim == 1 and array.dtype.kind == "f" and len(array):
        whole = (array == np.floor(array)).all()
        return f"its numbers are {'stored as floats' if whole else 'fractions'}"
    if array.ndim != 1 or array.dtype.kind not in "iu" or not len(array):
        return f"it is not a row of whole numbers but {show(drawn)}"
    if len(array) > _MANY:
        return f"it has {len(array)} numbers"
    if len(np.unique(array)) < len(array):
        return f"it has {len(array)} numbers, and some come twice"
    return f"it has {len(array)} numbers, from {array.min()} to {array.max()}"


def _order(draws: Sequence[Any]) -> str:
    """Return how far the numbers of a draw are from their order, as a student reads it."""
    try:
        array = np.asarray(draws[0])
    except ValueError:
        return ""
    if array.ndim != 1 or array.size < 2 or array.dtype.kind not in "iuf":
        return ""
    steps = np.diff(array)
    if (steps == 1).all():
        return "its numbers stand in their order"
    if (steps == -1).all():
        return "its numbers stand in the reverse order"
    if (abs(steps) == 1).mean() > 0.5:
        return "most neighbours are still neighbours"
    return "its numbers are mixed"


MISTAKES = (
    Mistake(
        "seed not used",
        "Every call gives another permutation, so nobody can repeat your shuffle, "
        "and training and test images are shuffled differently. Use `seed`.",
        lambda reference, n, seed: np.random.default_rng().permutation(n),
    ),
    Mistake(
        "same permutation for every seed",
        "The seed is fixed inside the function: another `seed` should give another "
        "permutation.",
        lambda reference, n, seed: reference(n, 42),
    ),
    Mistake(
        "numbers drawn with repeats",
        "Some places come twice and others never, so pixels get lost. "
        "Each place must occur exactly once.",
        lambda reference, n, seed: np.random.RandomState(seed).randint(0, n, n),
    ),
    Mistake(
        "counted from 1",
        "Python counts places from 0: your last number is no place of an array.",
        lambda reference, n, seed: reference(n, seed) + 1,
    ),
    Mistake(
        "one place missing",
        "There is one number too few: the last place never occurs.",
        lambda reference, n, seed: reference(n - 1, seed),
    ),
    Mistake(
        "one place too many",
        "There is one number too many: n places are counted from 0 to n - 1.",
        lambda reference, n, seed: reference(n + 1, seed),
    ),
    Mistake(
        "not shuffled",
        "Your numbers stand in their order, so no pixel moves.",
        lambda reference, n, seed: np.arange(n),
    ),
    Mistake(
        "rotated, not shuffled",
        "Your numbers are moved on in a circle: "
        "nearly all neighbours are still neighbours.",
        lambda reference, n, seed: np.roll(np.arange(n), 1 + seed % (n - 1)),
    ),
    Mistake(
        "nothing returned",
        "Your function gives None: is a `return` missing? And `shuffle` mixes the array "
        "that you give it and returns nothing, so return the array itself.",
        lambda reference, n, seed: None,
    ),
    Mistake(
        "reversed, not shuffled",
        "Your numbers stand in the reverse order, whatever the seed: draw their order.",
        lambda reference, n, seed: np.arange(n)[::-1],
    ),
    Mistake(
        "a single number",
        "You draw one place; the result holds all of them, each once.",
        lambda reference, n, seed: int(reference(n, seed)[0]),
    ),
    Mistake(
        "0 left out",
        "Your numbers run from 1 to n - 1, so place 0 never occurs: "
        "n places are counted from 0 to n - 1.",
        lambda reference, n, seed: reference(n - 1, seed) + 1,
    ),
    Mistake(
        "random fractions",
        "You give random numbers between 0 and 1; wanted are places, "
        "which are whole numbers.",
        lambda reference, n, seed: np.random.RandomState(seed).uniform(size=n),
    ),
    Mistake(
        "places stored as floats",
        STORED_AS_FLOATS,
        lambda reference, n, seed: reference(n, seed).astype(float),
    ),
    Mistake(
        "one axis too many",
        "Your numbers stand in a table of rows and columns: wanted is a single row, "
        "with one axis.",
        lambda reference, n, seed: reference(n, seed)[None],
    ),
    Mistake(
        "n and seed swapped",
        "The length of your result depends on the seed: "
        "which of the two numbers is which?",
        lambda reference, n, seed: reference(seed, n),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=_drawn_alike,
    probe="calls",
    mistakes=MISTAKES,
)
