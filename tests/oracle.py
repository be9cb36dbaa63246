"""Tell whether an answer from outside is right, without the judge.

The solution of the lab is asked beside the answer, on many random inputs, and what they
return is compared here: no comparison, no bank and no verdict of the judge takes part.
"""

from __future__ import annotations

import copy
import io
import itertools
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

from grader import exercises
from grader.authoring.quality.outside import Answer
from grader.exercises.answers import solution_namespace
from grader.judging.exercise import Case, Exercise
from grader.judging.subject import InProcess, request_for
from grader.probing.limit import limited

INPUTS = 200
# What builds or trains networks is asked on the cases of so many seeds.
SEEDS_WITH_KERAS = 2


def differs(answer: Answer, root: Path) -> str:
    """Return the first input on which an answer and the solution differ; "" if on none."""
    exercise = exercises.get(answer.exercise)
    solved = solution_namespace(root / "solutions" / f"{_stem(exercise)}.py")
    others = set(exercises.of_lab(_stem(exercise))) - {exercise.name}
    theirs = {name: solved[name] for name in others if name in solved}
    theirs["__name__"] = "__main__"
    with (
        tempfile.TemporaryDirectory() as folder,
        chdir(folder),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        try:
            exec(compile(f"{answer.setup}\n{answer.code}", "<answer>", "exec"), theirs)
        except Exception as error:
            return f"it does not run: {error!r}"
        for case in _inputs(exercise):
            right = _reply(exercise, solved, case)
            given = _reply(exercise, theirs, case)
            if not alike(right, given):
                return f"{case.label or case.args}: {given}, right {right}"[:300]
    return ""


def _stem(exercise: Exercise) -> str:
    return exercises.stem_of(exercise.lab)


def _inputs(exercise: Exercise) -> Iterator[Case]:
    seeds = itertools.count(1_000)
    if exercise.probe not in ("call", "calls"):
        seeds = iter(range(1_000, 1_000 + SEEDS_WITH_KERAS))
    drawn = (case for seed in seeds for case in exercise.drawn(seed))
    yield from itertools.islice(drawn, INPUTS)


def _reply(exercise: Exercise, namespace: Mapping[str, Any], case: Case) -> Any:
    if exercise.probe != "call":
        request = request_for(exercise, case) | {"time_limit": 60.0}
        reply = InProcess(namespace).ask(request)
        return {key: reply.get(key) for key in ("status", "value", "changed")}
    args, kwargs = copy.deepcopy((case.args, dict(case.kwargs)))
    try:
        with limited(60.0):
            value = namespace[exercise.name](*args, **kwargs)
    except Exception as error:
        return repr(error)
    return value, args, kwargs


def alike(right: Any, given: Any) -> bool:
    """Return whether two values are the same but for rounding and the kind of container."""
    if isinstance(right, Mapping):
        return (
            isinstance(given, Mapping)
            and set(right) == set(given)
            and all(alike(right[key], given[key]) for key in right)
        )
    if isinstance(right, str | None) or isinstance(given, str | None):
        return type(right) is type(given) and right == given
    if isinstance(right, list | tuple) and any(map(_is_made, right)):
        return (
            isinstance(given, list | tuple)
            and len(right) == len(given)
            and all(map(alike, right, given))
        )
    try:
        one, two = np.asarray(right), np.asarray(given)
        if one.dtype.kind in "OUS" or two.dtype.kind in "OUS":
            return one.shape == two.shape and bool(np.all(one == two))
        scale = float(np.max(np.abs(one), initial=0.0))
        return one.shape == two.shape and bool(
            np.allclose(one, two, rtol=1e-3, atol=1e-5 * scale + 1e-9, equal_nan=True)
        )
    except (TypeError, ValueError):
        return False


def _is_made(value: Any) -> bool:
    return not isinstance(value, int | float | np.generic)
