"""Say which inputs are right and which are wrong, if one thing tells them apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.judging.exercise import Case, Exercise
from grader.judging.outcome import Outcome
from grader.judging.show import show

# Fewer cases on a side may be chance.
MIN_CASES = 2
MAX_SHOWN = 3


class Text(str):
    """A value of a feature that is shown as it is, without quotes."""

    def __repr__(self) -> str:
        return str(self)


NOT_GIVEN = Text("not given")
ABSENT = object()
# Of zeros alone nearly anything is right, so such a case is on no side.
SKIPPED = object()


def pattern(exercise: Exercise, outcomes: Sequence[Outcome]) -> str:
    """Return a sentence on which inputs are right and which are wrong, if one thing tells.

    Nothing is said where two things tell alike, or where a side has a single case: that
    may be chance, and a false clue is worse than none.
    """
    rows = [(dict(_features(exercise, o.case)), o.passed) for o in outcomes]
    passed = sum(right for _, right in rows)
    if min(passed, len(rows) - passed) < MIN_CASES:
        return ""
    names = {name: None for features, _ in rows for name in features}
    found: list[str] = []
    for name in names:
        values = [(_feature(features, name), right) for features, right in rows]
        values = [each for each in values if each[0] is not SKIPPED]
        right = [value for value, passed in values if passed]
        wrong = [value for value, passed in values if not passed]
        if min(len(right), len(wrong)) >= MIN_CASES and _tells(right, wrong):
            found.append(_sentence(name, _distinct(right), _distinct(wrong)))
    return found[0] if len(found) == 1 else ""


def _feature(features: Mapping[str, Any], name: str) -> Any:
    """Return a feature of a case: a number given as argument has no shape, for one."""
    argument = name.split("`")[1]
    given = f"the kind of `{argument}`" in features
    return features.get(name, ABSENT if given else NOT_GIVEN)


def _tells(right: list[Any], wrong: list[Any]) -> bool:
    """Return whether a feature tells right from wrong, and hardly by chance.

    A number that one side has in a single case, or several values on both sides, may be
    chance.
    """
    if set(right) & set(wrong) or ABSENT in [*right, *wrong]:
        return False
    sides = [side for side in (right, wrong) if len(set(side)) == 1]
    return any(len(side) > 1 or not _is_number(side[0]) for side in sides)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _sentence(name: str, right: list[Any], wrong: list[Any]) -> str:
    if max(len(right), len(wrong)) <= MAX_SHOWN:
        return f"Right where {name} is {_either(right)}, wrong where it is {_either(wrong)}."
    if len(right) == 1:
        return f"Right only where {name} is {_either(right)}."
    return f"Wrong only where {name} is {_either(wrong)}."


def _either(values: list[Any]) -> str:
    return " or ".join(map(show, values))


def _features(exercise: Exercise, case: Case) -> Iterator[tuple[str, Any]]:
    """Yield what can tell one case from another, in the order in which people think."""
    arguments = list(_arguments(exercise, case))
    for name, value in arguments:
        if isinstance(value, np.ndarray):
            yield from _sizes(f"`{name}`", value)
    for name, value in arguments:
        if value is None or isinstance(value, (bool, int, float, str)):
            yield f"`{name}`", value
        elif isinstance(value, (list, tuple)) and len(value) <= 4 and _plain(value):
            yield f"`{name}`", Text(tuple(value))
    for name, value in arguments:
        yield f"the kind of `{name}`", _kind(value)
        if isinstance(value, np.ndarray):
            yield from _shapes(f"`{name}`", value)
            yield from _values(f"`{name}`", value)


def _kind(value: Any) -> Text:
    if isinstance(value, np.ndarray):
        return Text("an array")
    return Text("a number" if _is_number(value) else type(value).__name__)


def _plain(value: Sequence[Any]) -> bool:
    return all(isinstance(item, (bool, int, float, str)) for item in value)


def _arguments(exercise: Exercise, case: Case) -> Iterator[tuple[str, Any]]:
    for place, value in enumerate(case.args):
        yield exercise.argument_name(place), value
    yield from case.kwargs.items()


def _sizes(name: str, array: np.ndarray) -> Iterator[tuple[str, Any]]:
    if array.ndim == 4 and name.startswith("`W"):
        yield f"the number of filters in {name}", array.shape[3]
    elif array.ndim == 4:
        yield f"the number of channels of {name}", array.shape[3]
        count = Text("1" if len(array) == 1 else "more")
        yield f"the number of images in {name}", count
    elif array.ndim == 1 and array.size and name == "`b`":
        yield f"every value of {name}", Text("0" if not array.any() else "not 0")


def _shapes(name: str, array: np.ndarray) -> Iterator[tuple[str, Any]]:
    if array.ndim == 4 and name.startswith("`W"):
        yield f"the kernel in {name}", _squareness(*array.shape[:2])
    elif array.ndim == 4:
        yield f"the picture in {name}", _squareness(*array.shape[1:3])
    elif array.ndim == 2:
        yield name, _squareness(*array.shape)
    yield f"the number of axes of {name}", array.ndim


def _values(name: str, array: np.ndarray) -> Iterator[tuple[str, Any]]:
    kinds = {"f": "decimal numbers", "b": "true and false"}
    kind = Text(kinds.get(array.dtype.kind, "whole numbers"))
    yield f"what {name} holds", kind
    if array.size and array.dtype.kind in "if":
        least = Text("below 0" if (array < 0).any() else "0 or more")
        yield f"the smallest value in {name}", least if array.any() else SKIPPED


def _squareness(height: int, width: int) -> Text:
    if height == width:
        return Text("square")
    return Text("higher than wide" if height > width else "wider than high")
