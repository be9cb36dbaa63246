"""How many positions a filter has on a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw rows and filters, even and odd, from one that fits once to one far smaller."""
    fixed = [(6, 3), (28, 5), (9, 4), (7, 7), (5, 1), (210, 2)]
    k = int(rng.integers(2, 12))
    return [
        *(Case(pair) for pair in fixed),
        Case((k + int(rng.integers(3, 500)), k)),
        Case((int(rng.integers(40, 90)), 6)),
    ]


def reference(n: int, k: int) -> int:
    """Return how many places of the row can hold the last pixel of a filter."""
    return len(range(k, n + 1))


MISTAKES = (
    Mistake(
        "size too small by one",
        "Put a filter of 3 on a row of 3: it fits once, not zero times. "
        "The first position counts too.",
        lambda reference, n, k: reference(n, k) - 1,
    ),
    Mistake(
        "size too large by one",
        "You count one position at which the filter hangs over the end.",
        lambda reference, n, k: reference(n, k) + 1,
    ),
    Mistake(
        "size too small by two",
        "Put a filter of 3 on a row of 3: it fits once, and you count -1. "
        "Is a sign wrong, or a pair of brackets missing?",
        lambda reference, n, k: reference(n, k) - 2,
    ),
    Mistake(
        "size unchanged",
        "Without padding the filter must lie wholly inside, "
        "so it has fewer positions than the row has pixels.",
        lambda reference, n, k: n,
    ),
    Mistake(
        "positions that hang over counted",
        "You count every position at which the filter touches the row; "
        "it must lie wholly inside.",
        lambda reference, n, k: n + k - 1,
    ),
    Mistake(
        "half the filter off each side",
        "That is right for odd filters only. Draw a filter of 4 on a row of 9.",
        lambda reference, n, k: n - k // 2 * 2,
    ),
    Mistake(
        "half the filter off once",
        "The filter needs room for its whole length, not for half of it.",
        lambda reference, n, k: n - k // 2,
    ),
    Mistake(
        "filter taken off both sides",
        "You take the filter's overhang off twice. "
        "It can stick out at one end only, if its start is what you count.",
        lambda reference, n, k: n - 2 * (k - 1),
    ),
    Mistake(
        "tiles counted",
        "You count how many filters fit side by side. "
        "The filter moves on by one pixel, not by its own length.",
        lambda reference, n, k: n // k,
    ),
    Mistake(
        "filter of 3 assumed",
        "You take off a fixed number; it has to depend on k.",
        lambda reference, n, k: n - 2,
    ),
    Mistake(
        "positions of a square image",
        "You count the positions in a whole picture; n and k are lengths of one axis.",
        lambda reference, n, k: reference(n, k) ** 2,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    mistakes=MISTAKES,
)
