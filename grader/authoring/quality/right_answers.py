"""Right answers in many styles, and the solution's own source."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from grader import exercises
from grader.authoring.quality.asked import AskedExercise
from grader.authoring.quality.mutants import Mutant
from grader.exercises.answers import solution_namespace
from grader.judging.exercise import Exercise


def solution_source(at: AskedExercise) -> str:
    """Return the source of the solution's function."""
    text = _script(at).read_text("utf-8")
    for node in ast.parse(text).body:
        if getattr(node, "name", None) == at.exercise.name:
            return ast.get_source_segment(text, node) or ""
    raise KeyError(at.exercise.name)


def _script(at: AskedExercise) -> Path:
    return at.solutions / f"{exercises.stem_of(at.exercise.lab)}.py"


def compiled(at: AskedExercise, mutant: Mutant) -> Any:
    """Define a mutant's function beside what the solution defines; `None` if it fails."""
    namespace = dict(solution_namespace(_script(at)))
    try:
        exec(mutant.source, namespace)  # noqa: S102  (our own solution, changed)
    except Exception:
        return None
    return namespace[at.exercise.name]


def right_answers(root: Path, exercise: Exercise) -> Iterator[Any]:
    """Yield the independent right answers to an exercise.

    They are the functions of `tests/right_answers/<stem>/<exercise>.py`; a name that
    begins with an underscore is a helper's.
    """
    stem = exercises.stem_of(exercise.lab)
    path = root / "tests" / "right_answers" / stem / f"{exercise.name}.py"
    if path.exists():
        module = _module(path)
        for name, value in list(vars(module).items()):
            own = getattr(value, "__module__", "") == module.__name__
            if inspect.isfunction(value) and own and not name.startswith("_"):
                yield value


def _module(path: Path) -> ModuleType:
    """Import a file as part of its folder, whose files import from each other."""
    package = f"right_answers_{path.parent.name}"
    if package not in sys.modules:
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [str(path.parent)]
    return importlib.import_module(f"{package}.{path.stem}")
