"""Say which inputs are right and which are wrong, if one thing tells them apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.judging.exercise import Case, Exercise
from grader.judging.outcome import Outcome
from grader.judging.show import show

MAX_SHOWN = 3


class Text(str):
    """A value of a feature that is shown as it is, without quotes."""

    def __repr__(self) -> str:
        return str(self)


NOT_GIVEN = Text("not given")
ABSENT = object()


def pattern(exercise: Exercise, outcomes: Sequence[Outcome]) -> str:
    """Say in a sentence which inputs are right and which are wrong, if one thing tells."""
    rows = [(dict(_features(exercise, o.case)), o.passed) for o in outcomes]
    names = {name: None for features, _ in rows for name in features}
    for name in names:
        values = [(_feature(features, name), passed) for features, passed in rows]
        right = [value for value, passed in values if passed]
        wrong = [value for value, passed in values if not passed]
        if _tells(right, wrong):
            return _sentence(name, _distinct(right), _distinct(wrong))
    return ""


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
    if not right or not wrong or set(right) & set(wrong) or ABSENT in [*right, *wrong]:
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
    """Yield what can tell one case from another: arguments, then kinds of arrays."""
    arguments = list(_arguments(exercise, case))
    for name, value in arguments:
        if value is None or isinstance(value, (bool, int, float, str)):
            yield f"`{name}`", value
        elif isinstance(value, (list, tuple)) and len(value) <= 4 and _plain(value):
            yield f"`{name}`", Text(tuple(value))
    for name, value in arguments:
        yield f"the kind of `{name}`", _kind(value)
        if isinstance(value, np.ndarray):
            yield from _array_features(f"`{name}`", value)


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


def _array_features(name: str, array: np.ndarray) -> Iterator[tuple[str, Any]]:
    kinds = {"f": "decimal numbers", "b": "true and false"}
    yield f"the content of {name}", Text(kinds.get(array.dtype.kind, "whole numbers"))
    if array.ndim == 4 and name.startswith("`W"):
        yield f"the number of filters in {name}", array.shape[3]
        yield f"the kernel in {name}", _squareness(*array.shape[:2])
    elif array.ndim == 4:
        yield (
            f"the number of images in {name}",
            Text("1" if len(array) == 1 else "more"),
        )
        yield f"the number of channels of {name}", array.shape[3]
        height, width = array.shape[1:3]
        yield f"the picture in {name}", _squareness(height, width)
    elif array.ndim == 2:
        yield name, _squareness(*array.shape)
    if array.size and array.dtype.kind in "if":
        sign = "with" if (array < 0).any() else "without"
        kind = f"{sign} negative values" if array.any() else "zeros only"
        yield f"the content of {name}, by sign,", Text(kind)
    yield f"the number of axes of {name}", array.ndim


def _squareness(height: int, width: int) -> Text:
    if height == width:
        return Text("square")
    return Text("higher than wide" if height > width else "wider than high")
