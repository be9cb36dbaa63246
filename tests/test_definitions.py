"""What a cell defines is read from its text, however it is written."""

from __future__ import annotations

import ast

import nbformat
import pytest
from conftest import ROOT

from grader import exercises
from grader.judging.definitions import answers, defined, is_empty, statements

ANSWERS = {
    "def f(x):\n    return 1": True,
    "async def f(x):\n    return 1": True,
    "f = lambda x: 1": True,
    "f: int = 3": True,
    "f, g = 1, 2": True,
    "if True:\n    def f(x):\n        return 1": True,
    "try:\n    import torch\nfinally:\n    f = 1": True,
    "%%time\ndef f(x):\n    return 1": True,
    "%pip list\ndef f(x):\n    return 1": True,
    "def f(x:\n    return 1": True,
    "def f(x):\n    return 1\n    raise NotImplementedError": True,
    "def f(x):\n    if x:\n        raise NotImplementedError('size')\n    return 1": True,
    "def f(x):\n    pass\n\ndef f(x):\n    return 1": True,
    "def f(x):\n    pass": False,
    'def f(x):\n    """Return 1."""': False,
    "def f(x):\n    raise NotImplementedError  # your code here": False,
    "def f(x):\n    y = x\n    raise NotImplementedError": False,
    "def f(x):\n    for y in x:\n        raise NotImplementedError\n    return y": False,
    "def ff(x):\n    return f(x)": False,
    "f == 3\nf(3)\nf.x = 1\nf[0] = 1": False,
    "x = {'f': 1}": False,
    "f" * 200_000: False,
    "(" * 5000: False,
}


@pytest.mark.parametrize(("source", "answer"), ANSWERS.items())
def test_answers(source, answer):
    """A definition is an answer once there is more to it than the lab gave."""
    assert answers(source, "f") == answer


@pytest.mark.parametrize("stem", exercises.stems())
def test_a_lab_as_released_answers_nothing(stem):
    """No cell of an untouched lab is taken for an answer, each of the solved one's is."""
    found = {}
    for folder in ("labs", "solutions"):
        path = ROOT / folder / stem / f"{stem}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        names = exercises.names(stem)
        found[folder] = [n for n in names if any(answers(s, n) for s in code)]
    assert found == {"labs": [], "solutions": exercises.names(stem)}


def test_empty_is_less_than_unfinished():
    """What a lab begins with is not empty, but only its end is missing."""
    begun = "def f(x):\n    y = x\n    raise NotImplementedError"
    assert not is_empty(ast.parse(begun).body[0])
    assert is_empty(ast.parse("def f(x):\n    ...").body[0])
    assert defined("import numpy as np\nfor i in ():\n    f = 1") == ["f"]
    assert statements("%matplotlib inline\nx = 1")


@pytest.mark.parametrize("branches", [10, 800, 900, 980, 5_000])
def test_many_branches(branches):
    """Each `elif` lies in the one before: that ends no reading."""
    code = "def double(x):\n    if x: pass\n" + "    elif x: pass\n" * branches
    assert answers(code, "double") in (True, False)
    code = "if x:\n    double = 1\n" + "elif x: pass\n" * branches
    assert answers(code, "double")


def test_a_count_that_python_lost(monkeypatch):
    """A fault of Python's own in reading a tree is no fault of the code."""
    faults = [SystemError("recursion depth mismatch"), SystemError("again")]
    parse = ast.parse

    def faulty(*args, **kwargs):
        if faults:
            raise faults.pop()
        return parse(*args, **kwargs)

    monkeypatch.setattr(ast, "parse", faulty)
    assert defined("a = 1  # never read before") == ["a"]
