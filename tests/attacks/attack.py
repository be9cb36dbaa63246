"""What an attack is: a hostile submission to lab 00, and what it must get."""

from __future__ import annotations

import copy
import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.sample_class import Material
from grader.folder import write_whole

STEM = "lab00_how_grading_works"
RIGHT = (1, 2)
NOTHING = (0, 0)
# Every attack that gets through prints this, and what it got.
BROKE = "BROKE"

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Attack:
    """A hostile submission.

    Attributes:
        name: of the student who hands it in.
        does: what it tries, in a sentence.
        cell: code of a cell before all others.
        double: code in place of the solution of `double`.
        edit: changes the notebook, plain JSON, before it is written.
        file: writes what is handed in itself, given (folder of the lab, notebook).
        solved: start from the solved lab; else from the untouched one.
        points: of the exercises `predictions` and `double`.
        note: part of a note that the student must read.
        graded: it appears in the gradebook.
    """

    name: str
    does: str
    cell: str = ""
    double: str = ""
    edit: Callable[[Notebook], None] | None = None
    file: Callable[[Path, Notebook], None] | None = None
    solved: bool = True
    points: tuple[float, float] = RIGHT
    note: str = ""
    graded: bool = True

    def write(
        self, submitted: Path, material: Material, words: Mapping[str, str]
    ) -> None:
        """Hand it in: write <submitted>/<name>/<lab>/<lab>.ipynb."""
        lab = material.solved if self.solved else material.untouched
        notebook: Notebook = json.loads(json.dumps(copy.deepcopy(lab)))
        if self.double:
            solution(notebook, "double")["source"] = _code(self.double, words)
        if self.cell:
            notebook["cells"].insert(0, code_cell(_code(self.cell, words)))
        if self.edit is not None:
            self.edit(notebook)
        folder = submitted / self.name / STEM
        if self.file is None:
            write_whole(folder / f"{STEM}.ipynb", json.dumps(notebook))
        else:
            folder.parent.mkdir(parents=True)
            self.file(folder, notebook)


def _code(source: str, words: Mapping[str, str]) -> str:
    for word, text in words.items():
        source = source.replace(f"@{word}@", text)
    return source


def tries(*pieces: str) -> str:
    """Give a cell that tries each piece of code, whatever became of those before."""
    lines = ["import glob, os, sys, pathlib"]
    for piece in pieces:
        lines += ["try:", textwrap.indent(textwrap.dedent(piece).strip(), "    ")]
        lines += ["except BaseException as error:", "    print(type(error).__name__)"]
    return "\n".join(lines)


def code_cell(source: str, cell_id: str = "attack", **metadata: Any) -> Notebook:
    """Give a code cell as plain JSON."""
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def markdown_cell(source: str, cell_id: str = "words") -> Notebook:
    """Give a Markdown cell as plain JSON."""
    return {
        "cell_type": "markdown",
        "id": cell_id,
        "metadata": {},
        "source": source,
    }


def graded_id(cell: Notebook) -> str:
    """Give nbgrader's id of a cell, "" for none."""
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def find(notebook: Notebook, grade_id: str) -> Notebook:
    """Give the cell with an id of nbgrader's."""
    return next(cell for cell in notebook["cells"] if graded_id(cell) == grade_id)


def solution(notebook: Notebook, name: str) -> Notebook:
    """Give the cell in which an exercise is solved."""
    return find(notebook, f"{name}-solution")
