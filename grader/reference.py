"""Where the right answers of an exercise come from.

From the exercise itself where it has a reference; else from the solution script, on the
side of the judge; else, in a student's copy, from data stored for the public cases.
"""

from __future__ import annotations

import ast
import contextlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from grader import exercises
from grader.diagnosis import Answers
from grader.exceptions import InstructorError
from grader.exercise import Exercise
from grader.explain import alike
from grader.judge import PUBLIC_SEED, LiveAnswers, StoredAnswers
from grader.plain import from_bytes, to_bytes
from grader.probe import Reply

_STORED = Path(exercises.__file__).parent


def answers_for(
    exercise: Exercise, solutions: Path | None = None, seed: int = PUBLIC_SEED
) -> Answers:
    """Give the source of right answers to an exercise.

    Args:
        exercise: the exercise.
        solutions: the folder of the solution scripts, where there is one.
        seed: stored answers serve the public seed alone.
    """
    if exercise.reference is not None:
        return LiveAnswers(exercise, exercise.reference)
    if seed == PUBLIC_SEED:
        return StoredAnswers(_stored(exercise.lab)[exercise.name])
    if solutions is None:
        raise InstructorError(
            f"The right answer to {exercise.id} stands in solutions/, "
            "which is not here; run this in the course folder."
        )
    return from_solution(exercise, solutions)


def from_solution(exercise: Exercise, solutions: Path) -> LiveAnswers:
    """Give the answers of the solution script's own object."""
    script = solutions / f"{exercises.stem_of(exercise.lab)}.py"
    return LiveAnswers(exercise, solution_namespace(script)[exercise.name])


@cache
def solution_namespace(script: Path) -> dict[str, Any]:
    """Give what a solution script defines: imports, functions, classes, constants.

    The rest of the script (training, plots, checks) is not run.
    """
    namespace: dict[str, Any] = {"__name__": script.stem}
    defines = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    for node in ast.parse(script.read_text("utf-8")).body:
        if not (isinstance(node, defines) or _is_constant(node)):
            continue
        code = compile(ast.Module(body=[node], type_ignores=[]), str(script), "exec")
        # A constant computed from what the notebook measured is not needed here.
        with contextlib.suppress(NameError):
            exec(code, namespace)  # noqa: S102  (our own script)
    return namespace


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and all(
        isinstance(target, ast.Name) and target.id.isupper() for target in node.targets
    )


def stored_path(lab: str) -> Path:
    """Give the file that holds the stored answers of a lab."""
    return _STORED / f"{exercises.stem_of(lab)}.npz"


@cache
def _stored(lab: str) -> dict[str, Any]:
    stored: dict[str, Any] = from_bytes(stored_path(lab).read_bytes())
    return stored


def store(lab: str, solutions: Path) -> Path | None:
    """Write the answers to the public cases that only the solution knows.

    Returns:
        The file written, or `None` if every exercise of the lab has a reference.
    """
    unknown = [e for e in exercises.of_lab(lab).values() if e.reference is None]
    if not unknown:
        return None
    data = {e.name: public_answers(e, from_solution(e, solutions)) for e in unknown}
    path = stored_path(lab)
    if not (path.exists() and _in_step(unknown, from_bytes(path.read_bytes()), data)):
        path.write_bytes(to_bytes(data))
    return path


def _in_step(known: list[Exercise], old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Say whether stored answers are the new ones but for rounding.

    A network's outputs differ in the last digits from machine to machine.
    """
    if old.keys() != new.keys():
        return False
    return all(same_answers(e, old[e.name], new[e.name]) for e in known)


def same_answers(exercise: Exercise, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Say whether two results of `public_answers` are equal within the tolerance."""
    if old["mistakes"].keys() != new["mistakes"].keys():
        return False
    pairs = [(old["expected"], new["expected"])]
    pairs += [(replies, new["mistakes"][n]) for n, replies in old["mistakes"].items()]
    return all(
        len(before) == len(after)
        and all(
            _same_reply(exercise, one, two)
            for one, two in zip(before, after, strict=True)
        )
        for before, after in pairs
    )


def _same_reply(exercise: Exercise, one: Reply, two: Reply) -> bool:
    if one["status"] != two["status"]:
        return False
    if one["status"] == "error":
        if one["type"] != two["type"]:
            return False
        return alike(one["type"], one["message"], two["message"])
    if one["status"] != "ok":
        return True
    return exercise.comparison(one["value"], two["value"]) is None


def public_answers(exercise: Exercise, answers: Answers) -> dict[str, Any]:
    """Give the right reply and each mistake's reply to every public case."""
    cases = list(enumerate(exercise.cases(np.random.default_rng(PUBLIC_SEED))))
    return {
        "expected": [answers.expected(number, case) for number, case in cases],
        "mistakes": {
            mistake.name: [answers.mistaken(mistake, n, case) for n, case in cases]
            for mistake in exercise.mistakes
        },
    }
