"""Mistakes written as the right answer, changed before or after it is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.judging.compare import Comparison, Difference
from grader.judging.exercise import Mistake

# Called as wrong(reference, *args, **kwargs): see `Mistake.wrong`.
Wrong = Callable[..., Any]


def after(change: Callable[[Any], Any]) -> Wrong:
    """Return a mistake: the right answer, then changed."""
    return lambda reference, *args, **kwargs: change(reference(*args, **kwargs))


def with_arguments(change: Callable[..., tuple[Any, ...]]) -> Wrong:
    """Return a mistake: the right answer to other positional arguments.

    Args:
        change: gets the positional arguments of a case and returns others; those given
            by name stay as they are.
    """
    return lambda reference, *args, **kwargs: reference(*change(*args), **kwargs)


def with_settings(**settings: Any) -> Wrong:
    """Return a mistake: the right answer with some arguments fixed by name."""
    return lambda reference, *args, **kwargs: reference(*args, **{**kwargs, **settings})


def by_default(**settings: Any) -> Wrong:
    """Return a mistake: other values for what a call leaves out."""
    return lambda reference, *args, **kwargs: reference(*args, **{**settings, **kwargs})


def input_changed(
    reference: Callable[..., Any], array: Any, *rest: Any, **settings: Any
) -> Any:
    """Return the right answer, and change the caller's first array in place."""
    answer = reference(array, *rest, **settings)
    array += 1
    return answer


def texts_alike(comparison: Comparison) -> Comparison:
    """Return a comparison to which one text in place of a result is like another."""

    def compare(expected: Any, actual: Any) -> Difference | None:
        if isinstance(expected, str) and isinstance(actual, str):
            return None
        return comparison(expected, actual)

    return compare


# Named alike wherever it occurs, so that a class report counts it together.
# Told only where the exercise compares with `texts_alike`.
GIVEN_AS_TEXT = Mistake(
    "result given as text",
    "Your function gives a text, and nobody can compute with that. Return the number "
    "itself; units and rounding belong into the `print`.",
    after(str),
)
