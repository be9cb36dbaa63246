"""Whoever hands in the answers alone loses no point for what the lab would have defined."""

from __future__ import annotations

import ast

import nbformat
import pytest
from conftest import ROOT

from grader import exercises
from grader.course.deleted import deleted
from grader.exercises.answers import answers_for
from grader.judging.judge import judge
from grader.judging.subject import InProcess
from grader.probing.request import WITHOUT_KERAS


def _code(folder: str, stem: str) -> dict[str, str]:
    """Give the code cells of a lab by their ids."""
    path = ROOT / folder / stem / f"{stem}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return {cell.id: cell.source for cell in cells if cell.cell_type == "code"}


def _answers_alone(stem: str) -> tuple[list[str], list[str]]:
    """Give the solved cells of a lab, and what runs before them when all else is gone."""
    solved = [s for name, s in _code("solutions", stem).items() if "solution" in name]
    return solved, list(deleted(list(_code("labs", stem).values()), solved))


@pytest.mark.slow
@pytest.mark.parametrize("stem", exercises.stems())
def test_answers_alone(stem):
    """The solved cells pass their checks with nothing but what is put back."""
    solved, first = _answers_alone(stem)
    namespace: dict = {}
    for source in (*first, *solved):
        exec(source, namespace)
    subject = InProcess(namespace, "\n".join([*first, *solved]))
    for exercise in exercises.of_lab(stem).values():
        if exercise.probe in WITHOUT_KERAS:
            answers = answers_for(exercise, ROOT / "solutions")
            assert judge(exercise, subject, answers).passed, exercise.id


@pytest.mark.parametrize("stem", exercises.stems())
def test_nothing_more_is_put_back(stem):
    """Once is enough, and only imports, functions, classes and constants come back."""
    solved, first = _answers_alone(stem)
    released = list(_code("labs", stem).values())
    assert list(deleted(released, [*first, *solved])) == []
    kinds = {type(ast.parse(lines).body[0]) for lines in first}
    assert kinds <= {ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign}


def test_names_that_are_bound_are_left_alone():
    """What a student defines or imports otherwise is not defined a second time."""
    released = [
        "import numpy as np\n\nSIZE = 3\nx = np.zeros(SIZE)",
        "@np.vectorize\ndef turn(x):\n    return x",
    ]
    use = "def f():\n    return turn(np.ones(SIZE)) + x"
    turn = "@np.vectorize\ndef turn(x):\n    return x"
    assert list(deleted(released, [use])) == ["import numpy as np", "SIZE = 3", turn]
    own = "import numpy as np\nfor SIZE in (3,):\n    pass\nturn = abs"
    assert list(deleted(released, [own, use])) == []
