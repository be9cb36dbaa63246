"""What the exercises of lab 15 share: images that say who they are, draws judged by facts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.judging import compare
from grader.judging.compare import Comparison, Difference
from grader.judging.exercise import Mistake

# How often a function is called in a case, and with which seed.
SEEDS = ({"seed": 3}, {"seed": 3}, {"seed": 4})
# What is told of an answer: a sentence, and the value that has to be as in a right one.
Fact = tuple[str, Any]
_WIDTH = 4
_TICKETS = itertools.count(100)


def labelled_images(rng: np.random.Generator, *known: Any) -> np.ndarray:
    """Draw images (n, 4, 4) whose first pixels are known: see `told`.

    Args:
        rng: draws the other pixels.
        known: for each of the first pixels an array (n,) or a number.
    """
    rows = np.broadcast_arrays(*known)
    images = rng.integers(0, 256, (len(rows[0]), _WIDTH, _WIDTH)).astype(np.int64)
    for place, values in enumerate(rows):
        images[:, place // _WIDTH, place % _WIDTH] = values
    return images


def told(images: Any, place: int) -> np.ndarray:
    """Return what images say at one of their first pixels, (n,)."""
    found: np.ndarray = np.asarray(images)[:, place // _WIDTH, place % _WIDTH]
    return found


def facts_alike(
    axes: Sequence[int], facts: Callable[[Any], Sequence[Fact]]
) -> Comparison:
    """Return a comparison of the answers to several calls by facts about them.

    Args:
        axes: how many axes each array of an answer has: 3 for images, 1 for labels.
        facts: of all answers, in the order in which they are told. Where one is a fault
            after which nothing else makes sense, it is the last.
    """

    def compare_facts(expected: Any, actual: Any) -> Difference | None:
        sides = (expected, actual)
        forms = [next(filter(None, (_odd(a, axes) for a in s)), "") for s in sides]
        if any(forms):
            return None if forms[0] == forms[1] else Difference("type", forms[1])
        for (_, one), (sentence, two) in zip(*map(facts, sides), strict=False):
            if compare.exact(one, two) is not None:
                return Difference("value", sentence)
        return None

    return compare_facts


def _odd(answer: Any, axes: Sequence[int]) -> str:
    """Return how an answer is no row of arrays with so many axes; "" if it is one."""
    if not isinstance(answer, (list, tuple)) or len(answer) != len(axes):
        return f"it does not give {len(axes)} arrays"
    found = [np.ndim(part) for part in answer]
    if found != list(axes):
        told = ", ".join(map(str, found))
        return f"its arrays have {told} axes, expected {', '.join(map(str, axes))}"
    return ""


def seeds_decide(draws: Sequence[Any]) -> list[Fact]:
    """Return whether the seed decides, and nothing else.

    Args:
        draws: what was drawn with each of `SEEDS`, in a fixed order.
    """
    return [
        ("the same seed gives another result at the second call", draws[0] == draws[1]),
        ("another seed gives the same result", draws[0] == draws[2]),
    ]


def seed_mistakes(what: str) -> tuple[Mistake, Mistake]:
    """Return the two mistakes with a seed.

    Args:
        what: is drawn, such as "sample".
    """
    return (
        Mistake(
            "seed ignored",
            f"Two different seeds give the same {what}. Draw with a generator, and hand "
            "the seed to it.",
            lambda reference, *args, **kwargs: reference(*args, **kwargs | {"seed": 0}),
        ),
        Mistake(
            "no seed used",
            f"The same seed gives two different {what}s, so nobody can repeat your "
            "result.",
            lambda reference, *args, **kwargs: reference(
                *args, **kwargs | {"seed": next(_TICKETS)}
            ),
        ),
    )
