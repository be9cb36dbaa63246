"""The wrong axes that both kinds of global pooling share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.wrong import Wrong, after
from grader.judging.exercise import Mistake


def wrong_axes(reduce: Callable[..., Any], doing: str) -> tuple[Mistake, ...]:
    """Return the mistakes about the axes of global pooling.

    Args:
        reduce: the pooling, such as `numpy.max`.
        doing: what it does, in words for a hint, such as "take the maximum over".
    """
    return tuple(
        Mistake(
            name,
            hint.format(doing=doing),
            wrong if callable(wrong) else pooled_over(reduce, wrong),
        )
        for name, hint, wrong in _TABLE
    )


def pooled_over(
    reduce: Callable[..., Any], axes: int | tuple[int, ...] | None = (1, 2)
) -> Wrong:
    """Return a mistake that pools other axes, or to another number."""
    return lambda reference, x: reduce(np.asarray(x, float), axis=axes)


# Name, hint, and the axes that are pooled (None: all), or what else is wrong.
_TABLE: tuple[tuple[str, str, int | tuple[int, ...] | Wrong | None], ...] = (
    (
        "axes of size 1 kept",
        "The numbers are right, but the shape is (N, 1, 1, C): drop both 1s.",
        after(lambda pooled: pooled[:, None, None, :]),
    ),
    (
        "channels pooled",
        "You {doing} the channels at each position. Pool the positions, and keep "
        "each channel for itself.",
        3,
    ),
    (
        "one number for each picture",
        "You {doing} the channels too. Each channel keeps a number of its own.",
        (1, 2, 3),
    ),
    (
        "batch pooled",
        "You {doing} the pictures too. Each picture keeps numbers of its own.",
        (0, 1, 2),
    ),
    (
        "one number for everything",
        "You {doing} everything at once. Each channel of each picture keeps "
        "a number of its own.",
        None,
    ),
    (
        "height only",
        "You {doing} the rows; the columns are still there.",
        1,
    ),
    (
        "width only",
        "You {doing} the columns; the rows are still there.",
        2,
    ),
    (
        "channels expected first",
        "You pool the last two axes. Here the channels come last, (N, H, W, C).",
        (2, 3),
    ),
    (
        "channels moved by reshape",
        "`reshape` keeps the numbers in their order, so it brings no axis to the "
        "front; it mixes pixels and channels.",
        lambda reference, x: reference(
            np.moveaxis(x.reshape(x.shape[0], x.shape[3], *x.shape[1:3]), 1, -1)
        ),
    ),
    (
        "height and channels pooled",
        "You {doing} the axes 1 and 3. Of two steps the first takes an axis away, so "
        "behind it the columns are axis 1 and the channels axis 2.",
        (1, 3),
    ),
    (
        "first two axes pooled",
        "You {doing} axes 0 and 1. Axis 0 counts the pictures; height and width "
        "come after it.",
        (0, 1),
    ),
    (
        "channels before pictures",
        "The shape is (C, N); the pictures come first, (N, C).",
        after(np.transpose),
    ),
)
