"""Roles of cells are checked as nbgrader does, and told to whoever imports no nbgrader."""

from __future__ import annotations

import subprocess
import sys

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.nbgraderformat import ValidationError
from nbgrader.preprocessors import CheckCellMetadata

from grader.course.repair_roles import CheckRoles
from grader.course.silence import in_silence

GOOD = {
    "grade": True,
    "grade_id": "relu",
    "locked": True,
    "points": 2,
    "schema_version": 3,
    "solution": False,
}


def _is_taken(step, cells: list[NotebookNode]) -> bool:
    try:
        with in_silence(step):
            step.preprocess(new_notebook(cells=cells), {})
    except ValidationError:
        return False
    return True


def _cell(**changed) -> NotebookNode:
    role = {key: value for key, value in (GOOD | changed).items() if value != "gone"}
    return new_code_cell("check()", metadata={"nbgrader": role})


@pytest.mark.parametrize(
    ("cells", "taken"),
    [
        ([_cell(), new_code_cell("x = 1"), new_markdown_cell("words")], True),
        ([_cell(), _cell(grade_id="softmax")], True),
        ([_cell(), _cell()], False),
        ([_cell(grade="yes")], False),
        ([_cell(grade_id="no such name")], False),
        ([_cell(grade_id="gone")], False),
        ([_cell(points="gone")], False),
        ([_cell(points=-1)], False),
        ([_cell(colour="red")], False),
        ([_cell(solution="gone")], False),
        ([new_markdown_cell("words", metadata={"nbgrader": GOOD})], False),
    ],
)
def test_roles_are_checked_as_nbgrader_checks_them(cells, taken):
    """Looking at the schema once changes nothing about what it says."""
    assert _is_taken(CheckRoles(), cells) is taken
    assert _is_taken(CheckCellMetadata(), cells) is taken


def test_a_worker_imports_no_nbgrader():
    """It takes as long as all the rest that a worker imports, and it has no use for it."""
    code = (
        "import grader.kernel.lean, grader.grading.one, sys\n"
        "assert not {'nbgrader', 'sqlalchemy', 'nbconvert'} & {*sys.modules}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
