"""Copy what the solved notebook says of answers in words to where notebooks look it up."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode

from grader.exceptions import InstructorError
from grader.exercises.written import Written, dumps, path_of
from grader.folder import write_whole

_MARKED = re.compile(r"### BEGIN SOLUTION\n(.*?)\n### END SOLUTION", re.DOTALL)
# What divides an answer from what counts in it.
HEADING = "**What counts:**"


def store_written(stem: str, solved: NotebookNode) -> Path | None:
    """Write the answers in words of a solved notebook beside the lab's exercises.

    Returns:
        The file written, or `None` if the lab asks for no words.

    Raises:
        InstructorError: an answer does not say what counts.
    """
    found = {
        cell.metadata.nbgrader.grade_id: _read(cell, stem)
        for cell in solved.cells
        if cell.cell_type == "markdown"
        and cell.metadata.get("nbgrader", {}).get("grade")
    }
    if not found:
        return None
    path = path_of(stem)
    write_whole(path, dumps(found))
    return path


def _read(cell: NotebookNode, stem: str) -> Written:
    role = cell.metadata.nbgrader
    solution = _MARKED.search(cell.source)
    answer, heading, criteria = (solution[1] if solution else "").partition(HEADING)
    lines = [line[2:] for line in criteria.splitlines() if line.startswith("- ")]
    if not (heading and answer.strip() and lines):
        raise InstructorError(
            f"solutions/{stem}.py: the answer {role.grade_id!r} needs, between its "
            f"SOLUTION marks, an answer, a line {HEADING} and a list of what counts."
        )
    return Written(role.points, tuple(lines), answer.strip())
