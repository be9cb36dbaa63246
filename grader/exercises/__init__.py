"""The exercises: a folder for each lab, named like its notebook; in it a file for each.

Nothing here says an exercise's id: its folder and its file do.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from functools import cache

from grader.exceptions import InstructorError
from grader.judging import compare
from grader.judging.exercise import Case, Exercise

# Notebooks that were handed out, and answers that were kept, ask by the id of their day.
MOVED = {
    # Lab 12 was two sittings long; what is about Go went where a network plays it.
    "lab12.board_symmetries": "lab13.board_symmetries",
    "lab12.symmetrise_kernel": "lab13.symmetrise_kernel",
}


@cache
def stems() -> tuple[str, ...]:
    """Return the stem of every lab that has exercises, in the order of the course."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if name.startswith("lab")))


def stem_of(lab: str) -> str:
    """Return the stem of a lab named by stem or short name, such as "lab01".

    Raises:
        InstructorError: there is no such lab.
    """
    for stem in stems():
        if lab in (stem, stem.split("_")[0]):
            return stem
    raise InstructorError(
        f"There is no lab {lab!r}; the labs are {', '.join(stems())}."
    )


def names(lab: str) -> list[str]:
    """Return the names of a lab's exercises, in order, without loading one."""
    package = importlib.import_module(f"{__name__}.{stem_of(lab)}")
    return ["predictions", *package.ORDER]


def modules(lab: str) -> list[str]:
    """Return the names of the modules of a lab's exercises, in order."""
    package = f"{__name__}.{stem_of(lab)}"
    return [f"{package}.{name}" for name in importlib.import_module(package).ORDER]


@cache
def of_lab(lab: str) -> dict[str, Exercise]:
    """Return the exercises of a lab by the name of the student's object, in order."""
    stem = stem_of(lab)
    short = stem.split("_")[0]
    guesses = importlib.import_module(f"{__name__}.{stem}").PREDICTIONS
    found = {"predictions": predictions(short, guesses)}
    for module in modules(lab):
        name = module.rpartition(".")[2]
        written = importlib.import_module(module).EXERCISE
        found[name] = replace(written, id=f"{short}.{name}")
    return found


def predictions(lab: str, number: int) -> Exercise:
    """Return the exercise that asks for guesses before a lab begins: any count."""
    return Exercise(
        id=f"{lab}.predictions",
        points=1,
        cases=lambda rng: [Case()],
        reference=[0] * number,
        comparison=compare.answered,
        probe="value",
    )


def get(exercise_id: str) -> Exercise:
    """Return an exercise by id, such as "lab01.dense_params"; a former id will do.

    Raises:
        InstructorError: there is no such exercise.
    """
    lab, _, name = MOVED.get(exercise_id, exercise_id).partition(".")
    try:
        return of_lab(lab)[name]
    except KeyError:
        raise InstructorError(f"There is no exercise {exercise_id!r}.") from None
