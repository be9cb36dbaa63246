"""The exercises, one module per lab, each named like its notebook."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.exceptions import InstructorError
from grader.exercise import Exercise


@cache
def stems() -> tuple[str, ...]:
    """Give the stem of every lab that has exercises, in the order of the course."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def stem_of(lab: str) -> str:
    """Give the stem of a lab named by stem or short name, such as "lab01"."""
    for stem in stems():
        if lab in (stem, stem.split("_")[0]):
            return stem
    raise InstructorError(
        f"There is no lab {lab!r}; the labs are {', '.join(stems())}."
    )


@cache
def of_lab(lab: str) -> dict[str, Exercise]:
    """Give the exercises of a lab by the name of the student's object, in order."""
    module = importlib.import_module(f"{__name__}.{stem_of(lab)}")
    return {exercise.name: exercise for exercise in module.EXERCISES}


def get(exercise_id: str) -> Exercise:
    """Give an exercise by id, such as "lab01.dense_params"."""
    lab, _, name = exercise_id.partition(".")
    try:
        return of_lab(lab)[name]
    except KeyError:
        raise InstructorError(f"There is no exercise {exercise_id!r}.") from None
