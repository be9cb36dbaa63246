"""Choose what of a wrong answer is drawn: what is right, what the student gives, the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.judging.compare import as_array
from grader.judging.diagnosis import Bank
from grader.judging.example import at, first_difference
from grader.judging.exercise import Exercise
from grader.judging.outcome import Outcome
from grader.judging.show import matrices, numbers, path
from grader.judging.verdict import Panel, Picture

# Rows and columns of a picture; of a larger array, what is around the first wrong value.
SIDE = 12
_DIGITS = 6


def picture(bank: Bank, worked: Outcome | None) -> Picture | None:
    """Return what is drawn of a wrong answer.

    Args:
        bank: the exercise, the outcomes and the right answers.
        worked: the case that the example works, which is drawn if there is one; else the
            smallest one that failed.

    Returns:
        `None` where no arrays of two axes or more are compared.
    """
    if bank.exercise.probe != "call":
        return None
    for outcome in [worked] if worked else _by_size(bank):
        right = bank.answers.expected(outcome.case)["value"]
        yours = outcome.reply["value"]
        place = first_difference(right, yours) if worked else outcome.place
        if panels := _compared(right, yours, place):
            window = _window(bank.exercise, outcome, place) if panels[0].mark else ()
            return Picture(outcome.label, panels, window)
    return None


def _by_size(bank: Bank) -> list[Outcome]:
    """Return the wrong answers, the smallest first."""
    told = [outcome for outcome in bank.failing if outcome.reply["status"] == "ok"]
    return sorted(told, key=lambda outcome: numbers(outcome.reply["value"]))


def _window(
    exercise: Exercise, outcome: Outcome, place: tuple[Any, ...] | None
) -> tuple[tuple[Panel, ...], ...]:
    """Return what feeds a value, if the exercise says so and it is small."""
    if exercise.window is None or place is None:
        return ()
    case = outcome.case
    rows = exercise.window(place, *case.args, **case.kwargs)
    if any(side > SIDE for row in rows for _, matrix in row for side in matrix.shape):
        return ()
    return tuple(
        tuple(Panel(title, rows_of(matrix)) for title, matrix in row) for row in rows
    )


def _compared(
    right: Any, yours: Any, place: tuple[Any, ...] | None
) -> tuple[Panel, ...]:
    steps = _to_an_array(right, place or ())
    try:
        right, yours = at(right, steps), at(yours, steps)
    except (LookupError, TypeError):
        return ()
    found = as_array(yours)
    if not isinstance(right, np.ndarray) or right.ndim < 2 or not right.size:
        return ()
    if found is None or found.ndim != right.ndim or not found.size:
        return ()
    inside = "".join(f"[{step!r}]" for step in steps)
    if found.shape != right.shape:
        return of_another_shape(inside, right, found)
    return _of_one_shape(inside, right, found, place and place[len(steps) :])


def _to_an_array(value: Any, place: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the steps of a place that lead through dictionaries and lists."""
    steps = []
    for step in place:
        if not isinstance(value, (Mapping, list, tuple)):
            break
        value = value[step]
        steps.append(step)
    return tuple(steps)


def of_another_shape(
    inside: str, right: np.ndarray, yours: np.ndarray
) -> tuple[Panel, ...]:
    """Return the first matrix of each, as many numbers of it as are drawn."""
    named = (("right", right), ("yours", yours))
    found = []
    for name, array in named:
        index, matrix = next(iter(matrices(name, array)))
        title = _title(f"{name}{inside}", index)
        size = " by ".join(map(str, array.shape))
        shown = rows_of(matrix[:SIDE, :SIDE])
        found.append(Panel(f"{title}, of shape {size}" if title else name, shown))
    return tuple(found)


def _of_one_shape(
    inside: str, right: np.ndarray, yours: np.ndarray, place: tuple[Any, ...] | None
) -> tuple[Panel, ...]:
    if place is None or len(place) != right.ndim:
        return ()
    index = next(
        index
        for index, _ in matrices("right", right)
        if all(i == p for i, p in zip(index, place, strict=True) if not _free(i))
    )
    matrix = right[index]
    at = tuple(p for i, p in zip(index, place, strict=True) if _free(i))
    rows, columns = (_around(p, n) for p, n in zip(at, matrix.shape, strict=True))
    parts = iter((rows, columns))
    shown = tuple(
        _named(next(parts), n) if _free(i) else i
        for i, n in zip(index, right.shape, strict=True)
    )
    mark = at[0] - rows.start, at[1] - columns.start
    ours, theirs = matrix[rows, columns], yours[index][rows, columns]
    pairs = (("right", ours), ("yours", theirs))
    panels = [Panel(_title(f"{n}{inside}", shown), rows_of(v), mark) for n, v in pairs]
    difference = theirs.astype(float) - ours.astype(float)
    return (*panels, Panel("yours minus right", rows_of(difference), mark))


def _free(step: Any) -> bool:
    return isinstance(step, slice)


def _around(place: int, size: int) -> slice:
    """Return the part of an axis that is drawn: all of it, or some around a place."""
    start = min(max(place - SIDE // 2, 0), max(size - SIDE, 0))
    return slice(start, min(start + SIDE, size))


def _named(part: slice, size: int) -> slice:
    return slice(None) if part == slice(0, size) else part


def _title(name: str, index: tuple[Any, ...]) -> str:
    whole = all(step == slice(None) for step in index)
    return name if whole else f"{name}[{path(index)}]"


def rows_of(matrix: np.ndarray) -> tuple[tuple[float | None, ...], ...]:
    """Return the numbers of a matrix; `None` for what is no finite number."""
    return tuple(
        tuple(float(f"{v:.{_DIGITS}g}") if np.isfinite(v) else None for v in row)
        for row in matrix.astype(float).tolist()
    )
