"""A class of invented students, so that grading can be tried without a real one.

Each student is a change to the solved lab: what a named situation does to a notebook,
or a wrong answer from `grader/authoring/samples/`.
"""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.course.course import Course
from grader.course.roles import is_check
from grader.folder import PACKAGE, write_whole
from grader.judging.exercise import Exercise

SOLUTION_SUFFIX = "-solution"
# Plain nbgrader cannot be compared on these: it loses the notebook or the student.
HOSTILE = frozenset({"endless-loop", "crash", "not-a-notebook"})
# Wrong answers in students' words, a file per lab; read as text, run by students only.
_SAMPLES = PACKAGE / "authoring" / "samples"
MARKERS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


@dataclass(frozen=True)
class Material:
    """What a sample student starts from: the solved lab and the untouched one."""

    stem: str
    solved: NotebookNode
    untouched: NotebookNode

    def functions(self) -> list[Exercise]:
        """Return the exercises in which a function is to be written."""
        found = exercises.of_lab(self.stem).values()
        return [exercise for exercise in found if exercise.probe != "value"]


def sample_class(course: Course, stem: str, submitted: Path) -> dict[str, Path]:
    """Write a class of submissions to a lab in nbgrader's layout.

    Returns:
        Name of the student -> the file written.
    """
    solved = nbformat.read(course.solution(stem), as_version=4)
    for cell in solved.cells:
        cell.source = MARKERS.sub("", cell.source)
    material = Material(
        stem,
        solved,
        nbformat.read(course.released(stem), as_version=4),
    )
    written = {}
    for student, text in _students(material):
        path = submitted / student / stem / f"{stem}.ipynb"
        write_whole(path, text)
        written[student] = path
    return written


def _students(material: Material) -> Iterator[tuple[str, str]]:
    for name, situation in SITUATIONS.items():
        notebook = copy.deepcopy(material.solved)
        yield name, _dumps(situation(material, notebook) or notebook)
    answers = (_SAMPLES / f"{material.stem}.py").read_text("utf-8")
    for number, name in enumerate(_functions(answers), start=1):
        yield f"mistake-{number}", _with_mistake(material, name, answers)
    yield "not-a-notebook", "My answers are in the other file.\n"


def _untouched(material: Material, notebook: NotebookNode) -> NotebookNode:
    return material.untouched


def _partial(material: Material, notebook: NotebookNode) -> None:
    """Leave the second half of the exercises as released."""
    released = {cell.id: cell for cell in material.untouched.cells}
    solutions = [cell for cell in notebook.cells if _is_solution(cell)]
    for cell in solutions[len(solutions) // 2 :]:
        cell.source = released[cell.id].source


def _endless_loop(material: Material, notebook: NotebookNode) -> None:
    """Let the last function never return."""
    name = material.functions()[-1].name
    _solution_of(
        notebook, name
    ).source = f"def {name}(*args, **kwargs):\n    while True:\n        pass"


def _crash(material: Material, notebook: NotebookNode) -> None:
    """Let the first function end the Python process."""
    name = material.functions()[0].name
    _solution_of(
        notebook, name
    ).source = f"import os\n\n\ndef {name}(*args, **kwargs):\n    os._exit(1)"


def _edited_check(material: Material, notebook: NotebookNode) -> None:
    """Replace the last check by one that always passes, with nothing solved."""
    name = material.functions()[-1].name
    _solution_of(notebook, name).source = f"def {name}(*args, **kwargs):\n    return 0"
    _check_of(notebook, name).source = 'print("passed")'


def _deleted_check(material: Material, notebook: NotebookNode) -> None:
    """Delete the last check cell; the work itself is right."""
    notebook.cells.remove(_check_of(notebook, material.functions()[-1].name))


def _own_cells(material: Material, notebook: NotebookNode) -> None:
    """Add prints, a warning and a copy of a solved cell with its id, as students do."""
    name = material.functions()[0].name
    position = notebook.cells.index(_solution_of(notebook, name))
    notebook.cells.insert(position, copy.deepcopy(notebook.cells[position]))
    noise = 'import warnings\n\nprint("trying things")\nwarnings.warn("just a warning")'
    notebook.cells.insert(0, nbformat.v4.new_code_cell(noise, id="own-cell"))


def _syntax_error(material: Material, notebook: NotebookNode) -> None:
    """Leave one cell that is not Python."""
    name = material.functions()[0].name
    _solution_of(notebook, name).source = f"def {name}(x)\n    return x"


SITUATIONS: dict[str, Callable[[Material, NotebookNode], NotebookNode | None]] = {
    "all-right": lambda material, notebook: None,
    "crash": _crash,
    "deleted-check": _deleted_check,
    "edited-check": _edited_check,
    "endless-loop": _endless_loop,
    "own-cells": _own_cells,
    "partial": _partial,
    "syntax-error": _syntax_error,
    "untouched": _untouched,
}


def _with_mistake(material: Material, name: str, answers: str) -> str:
    """Hand in the wrong answer to one exercise, under the lab's signature and docstring."""
    notebook = copy.deepcopy(material.solved)
    cell = _solution_of(notebook, name)
    docstring = _functions(cell.source)[name].body[0]
    wrong = _functions(answers)[name].body
    given = cell.source.splitlines()[: docstring.end_lineno]
    written = answers.splitlines()[wrong[0].lineno - 1 : wrong[-1].end_lineno]
    cell.source = "\n".join(given + written)
    return _dumps(notebook)


def _functions(source: str) -> dict[str, ast.FunctionDef]:
    found = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    return {function.name: function for function in found}


def _dumps(notebook: NotebookNode) -> str:
    """Return the text as JupyterLab would save it, unlike nbformat also if it is odd."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _is_solution(cell: NotebookNode) -> bool:
    role = cell.metadata.get("nbgrader", {})
    return bool(role.get("solution")) and cell.cell_type == "code"


def _solution_of(notebook: NotebookNode, name: str) -> NotebookNode:
    wanted = f"{name}{SOLUTION_SUFFIX}"
    return next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == wanted
    )


def _check_of(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(
        cell
        for cell in notebook.cells
        if is_check(cell) and cell.metadata.nbgrader.grade_id == name
    )
