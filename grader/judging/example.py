"""Work a small wrong case in full."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent
from typing import Any

import numpy as np

from grader.judging.answers import Answers
from grader.judging.exercise import Case, Exercise
from grader.judging.outcome import Outcome
from grader.judging.show import beside, in_lines, numbers, one_line
from grader.judging.words import call_label

# More numbers than this are no example to follow by hand; a longer call is hard to read.
_EXAMPLE_NUMBERS, _LINE = 80, 60


def example(exercise: Exercise, failing: Sequence[Outcome], answers: Answers) -> str:
    """Work the smallest wrong case in full: inputs, the student's answer, the right one."""
    small: list[tuple[int, str]] = []
    for outcome in failing:
        if outcome.reply["status"] != "ok" or exercise.probe != "call":
            continue
        yours = outcome.reply["value"]
        right = answers.expected(outcome.case)["value"]
        inputs = [*outcome.case.args, *outcome.case.kwargs.values()]
        size = numbers([*inputs, yours, right])
        if size <= _EXAMPLE_NUMBERS and in_lines(yours) != in_lines(right):
            lines = [_call(exercise, outcome.case)]
            lines += [beside("gives   ", yours), beside("right   ", right)]
            small.append((size, "\n".join(lines)))
    return min(small, key=lambda pair: pair[0])[1] if small else ""


def _call(exercise: Exercise, case: Case) -> str:
    """Return a case as a call, an argument on lines of its own if one line is not enough."""
    call = call_label(exercise, case)
    if len(call) <= _LINE and not any(map(_is_deep, case.args)):
        return call
    args = [in_lines(arg) for arg in case.args]
    args += [f"{key}={one_line(arg)}" for key, arg in case.kwargs.items()]
    shown = indent("".join(f"{arg},\n" for arg in args), " " * 4)
    return f"{exercise.name}(\n{shown})"


def _is_deep(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 2
