"""How one value of a small case comes about, written out in its numbers.

What is given here is `Exercise.arithmetic`: words, which may be missing, and on a last
line an expression in Python's signs, which a test evaluates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pads import spread, tensorflow_pads
from grader.judging.show import path, show

Index = tuple[Any, ...]
_MOST_ONES = 12


def added(terms: Iterable[Any]) -> str:
    """Return a sum, such as "1 + 3 - 2", of numbers or of expressions."""
    texts = [term if isinstance(term, str) else show(term) for term in terms]
    return " + ".join(texts).replace("+ -", "- ") or "0"


def multiplied(*factors: Any) -> str:
    """Return a product, such as "3*(-1)"."""
    first, *others = map(show, factors)
    return "*".join([first, *map(bracketed, others)])


def bracketed(number: Any) -> str:
    """Return a number, in brackets if it is negative."""
    text = show(number) if not isinstance(number, str) else number
    return f"({text})" if text.startswith("-") else text


def products(values: Any, weights: Any) -> list[str]:
    """Return the products of two arrays of the same shape, those with 0 left out."""
    pairs = zip(np.ravel(values).tolist(), np.ravel(weights).tolist(), strict=True)
    return [multiplied(one, other) for one, other in pairs if one and other]


def counted(number: int) -> str:
    """Return a count as a sum of ones, unless that would be long."""
    return added([1] * number) if number <= _MOST_ONES else show(number)


def taken_from(name: str, index: Sequence[Any]) -> str:
    """Return a value by where it stands, such as "x[2, 1]"."""
    return f"{name}[{path(tuple(int(step) for step in index))}]"


def span(places: Sequence[int]) -> str:
    """Return places in words, such as "2 to 4" or "0, 2"."""
    if len(places) > 1 and list(places) == list(range(places[0], places[-1] + 1)):
        return f"{places[0]} to {places[-1]}"
    return ", ".join(map(str, places))


def pixels_at(rows: Sequence[int], columns: Sequence[int]) -> str:
    """Return rows and columns in words, such as "row 0 and columns 2 to 4"."""
    sides = zip(("row", "column"), (rows, columns), strict=True)
    return " and ".join(f"{s}{'s' * (len(at) != 1)} {span(at)}" for s, at in sides)


def left_out(terms: Sequence[str], values: np.ndarray) -> str:
    """Return in words that not all values have a product, if so."""
    return " (products with 0 left out)" if len(terms) < values.size else ""


def taps(
    place: int, n: int, k: int, step: int, padding: str, dilation: int = 1
) -> list[tuple[int, int]]:
    """Return (tap, pixel) for what a window at `place` has on the picture."""
    before = tensorflow_pads(n, k, step, dilation)[0] if padding == "same" else 0
    pixels = np.flatnonzero(spread(k, dilation)) + place * step - before
    on = enumerate(pixels.tolist())
    return [(tap, pixel) for tap, pixel in on if 0 <= pixel < n]


def windowed(
    index: Index,
    x: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    stride: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: int = 1,
) -> str:
    """Return how a convolutional layer makes the value at `index`."""
    n, i, j, f = index
    sides = zip((i, j), x.shape[1:3], W.shape[:2], stride, strict=True)
    rows, columns = (taps(*side, padding, dilation) for side in sides)
    pixels = x[n][np.ix_(*([pixel for _, pixel in line] for line in (rows, columns)))]
    weights = W[..., f][np.ix_(*([tap for tap, _ in line] for line in (rows, columns)))]
    place = pixels_at([p for _, p in rows], [p for _, p in columns])
    terms = products(pixels, weights)
    times = f"times W[:, :, :, {f}]{left_out(terms, pixels)}, plus b[{f}]"
    return f"{place} of x[{n}], {times}\n{added([*terms, b[f]])}"


def pooled(form: Callable[[Sequence[float]], str]) -> Callable[..., str]:
    """Return how a pooling layer makes the value at an index.

    Args:
        form: writes the number of a window from its values.
    """

    def arithmetic(
        index: Index,
        x: np.ndarray,
        size: Sequence[int],
        stride: Sequence[int] | None = None,
        padding: str = "valid",
    ) -> str:
        n, i, j, c = index
        sides = zip((i, j), x.shape[1:3], size, stride or size, strict=True)
        rows, columns = ([p for _, p in taps(*side, padding)] for side in sides)
        words = f"{pixels_at(rows, columns)} of x[{n}, :, :, {c}]"
        return f"{words}\n{form(x[n][np.ix_(rows, columns)][..., c].ravel().tolist())}"

    return arithmetic


def largest(values: Sequence[float]) -> str:
    """Return the maximum of numbers, to be worked out."""
    return f"max({', '.join(map(show, values))})" if len(values) > 1 else show(*values)


def average(values: Sequence[float]) -> str:
    """Return the mean of numbers, to be worked out."""
    return f"({added(values)}) / {len(values)}"
