"""What of a case can be changed: the arguments that differ from case to case of an exercise."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.judging.exercise import PUBLIC_SEED, Case, Exercise

_WEIGHTS = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0)


@dataclass(frozen=True)
class Setting:
    """An argument and the values that it has among the cases.

    Attributes:
        name: the argument's name; "kernel size" for the shape of the weights.
        place: of the argument in the call.
        choices: its values, sorted.
    """

    name: str
    place: int
    choices: tuple[Any, ...]

    @property
    def is_kernel(self) -> bool:
        """Return whether it is the shape of an array of weights."""
        return self.name == "kernel size"


def settings_of(exercise: Exercise, cases: Sequence[Case]) -> list[Setting]:
    """Return what differs between cases, beside the numbers of pictures and weights."""
    bound = [_bound(exercise, case) for case in cases]
    found = []
    for place, name in enumerate(list(bound[0])[1:], start=1):
        values = [arguments[name] for arguments in bound]
        weights = [np.shape(v)[:2] for v in values if np.ndim(v) >= 2]
        title = "kernel size" if weights else name
        choices = {_plain(value) for value in weights or values if _is_choice(value)}
        if len(choices) > 1:
            found.append(Setting(title, place, tuple(sorted(choices, key=_order))))
    return found


def value_of(setting: Setting, exercise: Exercise, case: Case) -> Any:
    """Return what a setting is in a case."""
    value = list(_bound(exercise, case).values())[setting.place]
    return _plain(np.shape(value)[:2] if setting.is_kernel else value)


def with_value(setting: Setting, exercise: Exercise, case: Case, value: Any) -> Case:
    """Return a case with another value of a setting; new weights are small numbers."""
    if value == value_of(setting, exercise, case):
        return case
    arguments = _bound(exercise, case)
    name = list(arguments)[setting.place]
    if setting.is_kernel:
        rng = np.random.default_rng(PUBLIC_SEED)
        value = rng.choice(_WEIGHTS, (*value, *np.shape(arguments[name])[2:]))
    if setting.place >= len(case.args):
        return replace(case, kwargs={**case.kwargs, name: value})
    args = list(case.args)
    args[setting.place] = value
    return replace(case, args=tuple(args))


def _bound(exercise: Exercise, case: Case) -> Mapping[str, Any]:
    """Return the arguments of a case by their names, defaults as well, in order."""
    signature = inspect.signature(exercise.reference)
    bound = signature.bind(*case.args, **case.kwargs)
    bound.apply_defaults()
    return bound.arguments


def _is_choice(value: Any) -> bool:
    parts = value if isinstance(value, (tuple, list)) else [value]
    return all(part is None or isinstance(part, (int, str)) for part in parts)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _order(value: Any) -> tuple[bool, str]:
    """Return what sorts the values of an argument: nothing first, then by their digits."""
    return value is not None, str(value)
