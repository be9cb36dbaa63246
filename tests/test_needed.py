"""What of a notebook has to run: with less, the same is said of every student."""

from __future__ import annotations

import copy
import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from grader.authoring.sample_class import sample_class
from grader.course.course import Course
from grader.folder import stems
from grader.grading import needed as needed_module
from grader.grading import one
from grader.grading.entry import Entry, Job
from grader.grading.many import ClassRun
from grader.grading.needed import needed
from grader.grading.one import grade_notebook
from grader.grading.statements import statements_of
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock

FIRST = "lab00_how_grading_works"


def _released(stem: str = FIRST):
    return nbformat.read(Course(ROOT).released(stem), as_version=4)


def _handed_in(solution: str, before: list[str] = (), after: list[str] = ()):
    """Return lab 00 with a solution of `double`, and own cells around it."""
    notebook = _released()
    place = next(
        i
        for i, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double-solution"
    )
    notebook.cells[place].source = solution
    new = nbformat.v4.new_code_cell
    notebook.cells[place + 1 : place + 1] = [new(source) for source in after]
    notebook.cells[place:place] = [new(source) for source in before]
    return notebook


def _runs(notebook) -> str | None:
    plan = needed(_released(), notebook)
    return None if plan is None else "".join(plan.values())


DOUBLE = "def double(x):\n    return 2 * x"


def test_a_solution_that_needs_nothing():
    """Nothing of what was released runs beside it."""
    assert _runs(_handed_in(DOUBLE)) == ""


def test_an_import_is_needed_and_its_cell_is_not():
    """The statement that imports runs, the rest of its cell does not."""
    told = _runs(_handed_in("def double(x):\n    return np.multiply(2, x)"))
    assert told == "import numpy as np\n"


def test_a_local_name_is_no_global_one():
    """A variable of a function brings in nothing of the same name."""
    code = "def double(x):\n    counter = 2\n    return counter * x"
    assert _runs(_handed_in(code)) == ""


def test_what_changes_a_needed_name_runs_too():
    """In place, or by a new binding; what only reads it does not."""
    released = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(source)
            for source in (
                "parts = [1]\nprint(parts)",
                "parts.append(2)",
                "other = parts[0]",
                "same = parts\nsame[0] = 7",
                "parts = parts + [3]",
            )
        ]
    )
    submitted = copy.deepcopy(released)
    submitted.cells.append(
        nbformat.v4.new_code_cell("def double(x):\n    return len(parts) * x")
    )
    plan = needed(released, submitted)
    assert list(plan.values()) == [
        "parts = [1]\n",
        "parts.append(2)\n",
        "",
        "same = parts\nsame[0] = 7\n",
        "parts = parts + [3]\n",
    ]


@pytest.mark.parametrize(
    "code",
    [
        "globals()['double'] = lambda x: 2 * x",
        "def double(x):\n    return eval('2 * x')",
        "from math import *",
        "%run other.ipynb",
        "%time double = None",
        "n = len(In)",
        "double = getattr(np, 'negative')",
        "from operator import attrgetter\ndouble = attrgetter('negative')(np)",
        "names = double.__getattribute__('__globals__')",
        "def double(x):\n    return double.__globals__['np'].multiply(2, x)",
        "import sys\nsys.modules['mine'] = 1",
        "x = await something()",
        "print(_)",
    ],
)
def test_what_cannot_be_read_makes_everything_run(code):
    """Whoever may reach any name gets all of them."""
    assert _runs(_handed_in(DOUBLE, [code])) is None


@pytest.mark.parametrize(
    "code", ["!pip install tqdm", "%matplotlib inline", "def broken(:", "_ = 3", ""]
)
def test_what_is_harmless_does_not(code):
    """A shell line, a magic of display, what is no Python."""
    assert _runs(_handed_in(DOUBLE, [code])) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "(" + "\n" * 99_000,
        "f = [" + ",\n".join(["lambda:" * 85 + "0"] * 150) + "]",
        "a0 = 0\n" + "\n".join(f"a{n} = a{n - 1}" for n in range(1, 9_000)),
    ],
    ids=["empty lines", "functions in functions", "statements"],
)
def test_reading_ends_soon_and_leaves_nothing(code):
    """What a student wrote takes seconds at most, and is not kept for the next one."""
    before = needed_module._given.cache_info().currsize
    begun = time.process_time()
    _runs(_handed_in(DOUBLE, [code]))
    assert time.process_time() - begun < 20
    # The cells of the lab, and no other.
    assert needed_module._given.cache_info().currsize <= max(before, 10)


def test_what_takes_too_long_to_read_runs(monkeypatch):
    """A limit of time and memory holds for choosing, too."""

    def endless(*arguments):
        while True:
            pass

    monkeypatch.setattr(one, "needed", endless)
    limits = Limits(judge_seconds=1)
    assert one._plan(_released(), _released(), Job(**_JOB | {"limits": limits})) is None


def test_a_function_with_a_memory_is_called_as_often():
    """A given cell that calls it may change what its check finds."""
    stateful = "seen = []\ndef triple(x):\n    seen.append(x)\n    return 3 * x"
    plain = "def triple(x):\n    return 3 * x"
    released = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("print(triple(4))")]
    )
    imports = "def triple(x):\n    import keras\n    return keras.ops.multiply(3, x)"
    for code, runs in ((stateful, "print(triple(4))\n"), (plain, ""), (imports, "")):
        submitted = copy.deepcopy(released)
        submitted.cells.insert(0, nbformat.v4.new_code_cell(code))
        assert needed(released, submitted) == {1: runs}


def test_statements():
    """Names that are read at once and later, bound, and changed."""
    code = (
        "@tag\ndef f(a, b=default):\n    global kept\n    kept = a + outer\n    b.x = 1"
    )
    (statement,) = statements_of(code)
    assert statement.early == {"tag", "default"}
    assert statement.late >= {"outer"}
    assert statement.binds == {"f", "kept"}
    assert statement.changes == set()
    assert statement.source == code
    (loop,) = statements_of("for name in names:\n    total += len(name)")
    assert loop.early == {"names", "total", "len"}
    assert loop.changes >= {"total"}


_JOB = {
    "stem": FIRST,
    "student": "ada",
    "submitted_sha256": "0" * 64,
    "notebook": "",
    "seed": 7,
    "limits": Limits(cell_seconds=4, grace_seconds=4),
    "sandboxed": True,
    "released": Course(ROOT).released(FIRST).read_text("utf-8"),
}
TRAPS = json.loads((Path(__file__).parent / "traps.json").read_text("utf-8"))


def _said(entry: Entry) -> dict[str, object]:
    return {name: verdict.to_json() for name, verdict in entry.verdicts.items()}


@pytest.mark.slow
@pytest.mark.skipif(not lock.available(), reason="a sandbox needs Linux")
@pytest.mark.parametrize(
    "trap",
    [
        # One in three each time, all in `make test-all`.
        pytest.param(
            trap, id=trap["what"], marks=[pytest.mark.complete] if place % 3 else []
        )
        for place, trap in enumerate(TRAPS)
    ],
)
def test_less_says_the_same(trap):
    """What a check says does not depend on how much ran."""
    notebook = _handed_in(trap["solution"], trap["before"], trap["after"])
    job = Job(**_JOB | {"notebook": nbformat.writes(notebook)})
    assert _said(grade_notebook(job)) == _said(
        grade_notebook(replace(job, released=""))
    )


# The others take minutes, and so do all students of a class.
HERE = ("lab00", "lab03")
STUDENTS = ("all-right", "mistake-1", "own-cells", "syntax-error")
LABS = [
    pytest.param(s, marks=() if s.startswith(HERE) else pytest.mark.complete, id=s)
    for s in stems(ROOT)
]


@pytest.mark.slow
@pytest.mark.skipif(not lock.available(), reason="a sandbox needs Linux")
@pytest.mark.parametrize("stem", LABS)
def test_a_class_is_told_the_same(course, stem):
    """Students of the sample class, the solved notebook among them."""
    submitted = course.root / "submitted"
    for student in sample_class(course, stem, submitted):
        if student not in STUDENTS:
            shutil.rmtree(submitted / student)
    told = []
    for run_all in (False, True):
        run = ClassRun(
            *(course, stem, submitted, 2),
            regrade=True,
            limits=Limits(cell_seconds=30),
            run_all=run_all,
        )
        told.append({entry.student: _said(entry) for entry in run.grade()})
    assert told[0] == told[1]
