"""How one value of a small case comes about, written out in its numbers.

What is given here is `Exercise.arithmetic`: words, which may be missing, and on a last
line an expression in Python's signs, which a test evaluates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

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


def largest(values: Sequence[float]) -> str:
    """Return the maximum of numbers, to be worked out."""
    return f"max({', '.join(map(show, values))})" if len(values) > 1 else show(*values)


def average(values: Sequence[float]) -> str:
    """Return the mean of numbers, to be worked out."""
    return f"({added(values)}) / {len(values)}"
