"""How many positions a filter has on a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.exercises.common.arithmetic import Index, counted, span
from grader.exercises.common.wrong import GIVEN_AS_TEXT, texts_alike
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


def arithmetic(index: Index, n: int, k: int) -> str:
    """Return the positions, counted one by one."""
    begins = range(n)[: reference(n, k)]
    return (
        f"it can begin at pixel {span(begins)} of 0 to {n - 1}\n{counted(len(begins))}"
    )


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
    Mistake(
        "positions listed",
        "You list the positions; wanted is how many there are.",
        lambda reference, n, k: list(range(reference(n, k))),
    ),
    Mistake(
        "height and width given",
        "You give two numbers; n and k are lengths of one axis, and so is the result.",
        lambda reference, n, k: (reference(n, k), reference(n, k)),
    ),
    Mistake(
        "tiles counted, with a fraction",
        "You divide the row into filters. "
        "The filter moves on by one pixel, not by its own length.",
        lambda reference, n, k: n / k,
    ),
    Mistake(
        "tiles counted, the last one cut off",
        "You count how many filters cover the row side by side. "
        "The filter moves on by one pixel, not by its own length.",
        lambda reference, n, k: -(-n // k),
    ),
    Mistake(
        "every second position counted",
        "You count in steps of two; the filter moves on by one pixel.",
        lambda reference, n, k: (n - k) // 2 + 1,
    ),
    Mistake(
        "half the filter off once, for odd filters",
        "The filter needs room for its whole length, not for half of it.",
        lambda reference, n, k: n - (k - 1) // 2,
    ),
    Mistake(
        "half the filter off each side, for odd filters",
        "That is right for odd filters only. Draw a filter of 4 on a row of 9.",
        lambda reference, n, k: n - (k - 1) // 2 * 2,
    ),
    Mistake(
        "filter's length taken off both sides",
        "The filter can stick out at one end only, and by all but one of its pixels.",
        lambda reference, n, k: n - 2 * k,
    ),
    Mistake(
        "filter taken off twice",
        "You take the length of the filter off twice. Put a filter of 3 on a row of 3: "
        "it fits once.",
        lambda reference, n, k: n - 2 * k + 1,
    ),
    Mistake(
        "sign turned",
        "Your sizes are negative: which of the two lengths is the longer one?",
        lambda reference, n, k: k - n + 1,
    ),
    Mistake(
        "one pixel off, whatever the filter",
        "You take off a fixed number; it has to depend on k.",
        lambda reference, n, k: n - 1,
    ),
    Mistake(
        "row and filter multiplied",
        "You count pairs of pixels and weights. How many places has the filter?",
        lambda reference, n, k: n * k,
    ),
    Mistake(
        "products counted",
        "You count the multiplications at all positions; "
        "wanted is the number of positions.",
        lambda reference, n, k: reference(n, k) * k,
    ),
    Mistake(
        "filter's length returned",
        "You give the length of the filter; how often does it fit?",
        lambda reference, n, k: k,
    ),
    Mistake(
        "no place for a filter as long as the row",
        "A filter that covers the whole row lies wholly inside it: that is one place.",
        lambda reference, n, k: reference(n, k) if k < n else 0,
    ),
    Mistake(
        "filter of 5 assumed",
        "You take off a fixed number; it has to depend on k.",
        lambda reference, n, k: n - 4,
    ),
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=texts_alike(compare.exact),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
