"""Where the right answers of an exercise come from.

From the exercise itself where it has a reference; else from the solution script, on the
side of the judge; else, in a student's copy, from data stored for the public cases.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grader import exercises
from grader.exceptions import HostError, InstructorError, PlainDataError
from grader.folder import PACKAGE
from grader.judging.answers import Answers, LiveAnswers, StoredAnswers, outlines_of
from grader.judging.exercise import FROM_SOLUTION, PUBLIC_SEED, Exercise
from grader.probing.plain import from_bytes
from grader.probing.request import Reply


def answers_for(
    exercise: Exercise, solutions: Path | None = None, seed: int = PUBLIC_SEED
) -> Answers:
    """Return the source of right answers to an exercise.

    Args:
        exercise: the exercise.
        solutions: the folder of the solution scripts, where there is one.
        seed: stored answers serve the public seed alone.
    """
    if solutions is None or not needs_script(exercise, seed):
        return answers_by(exercise, "", seed)
    script = _script(exercise, solutions).read_text("utf-8")
    return answers_by(exercise, script, seed)


def answers_by(exercise: Exercise, script: str, seed: int) -> Answers:
    """Return the source of right answers to an exercise, given the lab's solution script.

    Args:
        exercise: the exercise.
        script: the script's text; may be empty where `needs_script` says no.
        seed: stored answers serve the public seed alone.

    Raises:
        InstructorError: the script is needed and empty.
    """
    if exercise.reference is not FROM_SOLUTION:
        return LiveAnswers(exercise, exercise.reference)
    if not needs_script(exercise, seed):
        return StoredAnswers(_stored(exercise.lab)[exercise.name])
    if not script:
        raise InstructorError(
            f"The right answer to {exercise.id} stands in solutions/, "
            "which is not here; run this in the course folder."
        )
    mistakes = _stored(exercise.lab)[exercise.name]["mistakes"]
    known = outlines_of(exercise, mistakes, exercise.drawn(PUBLIC_SEED))
    return _of_script(exercise, script, known)


def needs_script(exercise: Exercise, seed: int) -> bool:
    """Return whether an exercise's right answers stand in the solution script alone."""
    return exercise.reference is FROM_SOLUTION and seed != PUBLIC_SEED


def from_solution(exercise: Exercise, solutions: Path) -> LiveAnswers:
    """Return the answers of the solution script's own object."""
    return _of_script(exercise, _script(exercise, solutions).read_text("utf-8"))


def _script(exercise: Exercise, solutions: Path) -> Path:
    return solutions / f"{exercises.stem_of(exercise.lab)}.py"


def _of_script(
    exercise: Exercise,
    script: str,
    outlines: Mapping[tuple[str, bytes], Reply] | None = None,
) -> LiveAnswers:
    name = exercises.stem_of(exercise.lab)
    return LiveAnswers(exercise, _defined(script, name)[exercise.name], outlines)


def solution_namespace(script: Path) -> dict[str, Any]:
    """Return what a solution script defines: imports, functions, classes, constants.

    The rest of the script (training, plots, checks) is not run.
    """
    return _defined(script.read_text("utf-8"), script.stem)


@cache
def _defined(script: str, name: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": name}
    defines = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    for node in ast.parse(script).body:
        if not (isinstance(node, defines) or _is_constant(node)):
            continue
        code = compile(ast.Module(body=[node], type_ignores=[]), f"{name}.py", "exec")
        # A constant computed from what the notebook measured is not needed here.
        with contextlib.suppress(NameError):
            exec(code, namespace)  # noqa: S102  (our own script)
    return namespace


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and all(
        isinstance(target, ast.Name) and target.id.isupper() for target in node.targets
    )


def stored_path(lab: str) -> Path:
    """Return the file that holds the stored answers of a lab."""
    return PACKAGE / "exercises" / exercises.stem_of(lab) / "answers.npz"


@cache
def _stored(lab: str) -> dict[str, Any]:
    path = stored_path(lab)
    try:
        stored: dict[str, Any] = from_bytes(path.read_bytes())
    except (OSError, PlainDataError) as error:
        raise HostError(
            f"{path} is missing or damaged; install the course again."
        ) from error
    return stored
