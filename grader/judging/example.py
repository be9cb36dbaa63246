"""Work a small wrong case in full: what goes in, what comes out, and how one value is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader.judging.compare import as_array
from grader.judging.diagnosis import Bank
from grader.judging.exercise import Case, Exercise
from grader.judging.outcome import Outcome
from grader.judging.show import labelled, numbers, one_line, path, show
from grader.judging.words import call_label

# More numbers than this are no example to follow by hand; a longer argument stands apart.
_EXAMPLE_NUMBERS, _ARGUMENT = 80, 30
# A longer line scrolls.
_LINE = 100
# Up to here one multiplies in one's head.
_LARGEST = 9.9
# What rounding leaves of a 0.
_NOISE = 1e-9
Place = tuple[Any, ...]


def example(bank: Bank) -> tuple[Outcome, str] | None:
    """Work the wrong case that shows best what is wrong.

    Returns:
        The outcome and the lines about it; `None` if all cases are too large.
    """
    if bank.exercise.probe != "call":
        return None
    small = [outcome for outcome in bank.failing if _is_small(bank, outcome)]
    efforts = [effort(outcome.case) for outcome in small]
    for least in sorted(set(efforts)):
        alike = [o for o, found in zip(small, efforts, strict=True) if found == least]
        worked = [(*found, o) for o in alike if (found := _worked(bank, o))]
        if worked:
            _, lines, outcome = min(worked, key=lambda each: each[:2])
            return outcome, lines
    return None


def first_difference(right: Any, yours: Any) -> Place | None:
    """Return where two answers differ to the eye; `None` if nowhere."""
    return next(
        (p for p in places(right) if told_at(right, p) != told_at(yours, p)), None
    )


def effort(case: Case) -> int:
    """Return how hard the numbers of a case are: 0 for 1 to 9, 1 for 0.1 to 9.9, else 2."""
    leaves = (
        leaf for value in (*case.args, *case.kwargs.values()) for leaf in _leaves(value)
    )
    return max(
        (_effort(leaf) for leaf in leaves if not isinstance(leaf, str)), default=0
    )


def _effort(number: float | None) -> int:
    if number is None:
        return 0
    if abs(number) > _LARGEST or number != round(number, 1):
        return 2
    return int(number != round(number))


def _leaves(value: Any) -> Iterator[Any]:
    return (at(value, place) for place in places(value))


def places(value: Any) -> Iterator[Place]:
    """Yield the index of each number, text and the like in a value."""
    if isinstance(value, np.ndarray):
        yield from np.ndindex(value.shape)
    elif isinstance(value, (Mapping, list, tuple)):
        steps = value if isinstance(value, Mapping) else range(len(value))
        for step in steps:
            yield from ((step, *rest) for rest in places(value[step]))
    else:
        yield ()


def at(value: Any, place: Place) -> Any:
    """Return what stands at a place.

    Raises:
        LookupError, TypeError: there is no such place.
    """
    for step in place:
        if isinstance(value, str):
            raise TypeError("a text has no places")
        value = value[step]
    return value


def _is_small(bank: Bank, outcome: Outcome) -> bool:
    """Return whether there is a wrong answer, and no more numbers than one can follow."""
    return outcome.reply["status"] == "ok" and _size(bank, outcome) <= _EXAMPLE_NUMBERS


def _size(bank: Bank, outcome: Outcome) -> int:
    case, right = outcome.case, bank.answers.expected(outcome.case)["value"]
    return numbers([*case.args, *case.kwargs.values(), right, outcome.reply["value"]])


def _worked(bank: Bank, outcome: Outcome) -> tuple[tuple[int, ...], str] | None:
    """Return how hard an example is to follow, beside its effort, and its lines.

    Returns:
        `None` if both answers would look the same.
    """
    exercise, case = bank.exercise, outcome.case
    right, yours = bank.answers.expected(case)["value"], outcome.reply["value"]
    if isinstance(right, np.ndarray) and isinstance(yours, (list, tuple)):
        rows = as_array(yours)
        yours = yours if rows is None else rows
    answers = labelled("right", right), labelled("yours", yours)
    if labelled("right", yours) == answers[0]:
        return None
    lines = [*_call(exercise, case), *answers[0], *answers[1]]
    lines += _in_full(exercise, case, right, yours)
    too_long = sum(len(line) > _LINE for line in lines)
    hard = too_long, bank.explanations(outcome), _size(bank, outcome)
    return hard, "\n".join(lines)


def _call(exercise: Exercise, case: Case) -> list[str]:
    """Return a case as a call, its arrays on lines of their own if one of them is large."""
    given = {exercise.argument_name(i): arg for i, arg in enumerate(case.args)}
    named = given | dict(case.kwargs)
    apart = {n: v for n, v in named.items() if isinstance(v, np.ndarray) or _is_long(v)}
    if not any(map(_is_long, apart.values())):
        return [call_label(exercise, case)]
    args = [name if name in apart else one_line(arg) for name, arg in given.items()]
    args += [
        f"{name}={name if name in apart else one_line(arg)}"
        for name, arg in case.kwargs.items()
    ]
    lines = [f"{exercise.name}({', '.join(args)})"]
    return lines + [line for pair in apart.items() for line in labelled(*pair)]


def _is_long(value: Any) -> bool:
    is_matrix = isinstance(value, np.ndarray) and value.ndim > 1
    return is_matrix or len(one_line(value)) > _ARGUMENT


def _in_full(exercise: Exercise, case: Case, right: Any, yours: Any) -> list[str]:
    """Return how the first value that differs comes about, and what the student's is."""
    place = first_difference(right, yours)
    if place is None:
        return []
    *words, equation = how(exercise, case, right, place) or [""]
    if not equation:
        return []
    line = f"{equation}; yours {_yours(yours, place)}"
    head = [f"At [{path(place)}]"] if place else []
    head += words
    return [f"{': '.join(head)}:", f"    {line}"] if head else [line]


def how(exercise: Exercise, case: Case, right: Any, place: Place) -> list[str]:
    """Return how the right value at a place comes about: words, and last an equation.

    Returns:
        Nothing where the exercise does not say it.
    """
    if exercise.arithmetic is None:
        return []
    told = exercise.arithmetic(place, *case.args, **case.kwargs).splitlines()
    if not told:
        return []
    *words, expression = told
    result = told_at(right, place)
    return [*words, result if expression == result else f"{expression} = {result}"]


def told_at(value: Any, place: Place) -> str:
    """Return what stands at a place, as a student reads it; "" if there is no number."""
    try:
        found = at(value, place)
    except (LookupError, TypeError):
        return ""
    if numbers(found) != 1:
        return ""
    is_noise = isinstance(found, float) and abs(found) < _NOISE
    return show(0 if is_noise else found)


def _yours(yours: Any, place: Place) -> str:
    told = told_at(yours, place)
    return f"is {told}" if told else "has no value there"
