"""However a submission ends, everybody who tells its points tells the same."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from conftest import copy_course
from nbformat import NotebookNode

from grader import exercises
from grader.authoring.sample_class import sample_class
from grader.cli.tables import class_json, class_table, console, ungraded
from grader.course.course import Course
from grader.course.gradebook import Gradebook
from grader.exceptions import HostError
from grader.folder import write_whole
from grader.grading import here
from grader.grading.entry import Entry, Job
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.grading.one import grade_notebook
from grader.kernel.limits import Limits
from grader.kernel.provisioner import WarmProcess
from grader.kernel.sandbox import lock
from grader.reading.text import MAX_BYTES
from grader.reports.feedback import write_feedback

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux"),
]

STEM = "lab00_how_grading_works"
LIMITS = Limits(cell_seconds=20, memory_mb=256)
# What becomes of the process that grades them; the others end by themselves.
DEADLY, OURS, HOST, WARM = "worker-dies", "error-of-ours", "no-kernel", "warm-dies"
UNGRADED = {DEADLY, OURS, HOST}

POINTS = {
    **dict.fromkeys(["all-right", "own-cells", "deleted-check", WARM], (1.0, 2.0)),
    **dict.fromkeys(["crash", "edited-check", "endless-loop"], (1.0, 0.0)),
    **dict.fromkeys(["memory", "mistake-1", "refused", "syntax-error"], (1.0, 0.0)),
    **dict.fromkeys(["missing", "not-a-notebook", "too-large"], (0.0, 0.0)),
    **dict.fromkeys(["untouched"], (0.0, 0.0)),
    "partial": (1.0, 0.0),
    **dict.fromkeys(UNGRADED, (None, None)),
}
# Student -> what `double` is.
ANSWERS = {
    "memory": "def double(x):\n    return len(bytearray(b'x') * 2**30)",
    "refused": "import grader.exercises\n\ndef double(x):\n"
    "    return grader.exercises.get('lab00.double').reference(x)",
}


def _grade(job: Job) -> Entry:
    """Grade as always, but for the students of whom something else dies."""
    if job.student == DEADLY:
        os._exit(1)
    if job.student == OURS:
        raise ZeroDivisionError("a slip of ours")
    if job.student == HOST:
        raise HostError("No kernel could be started.")
    if job.student == WARM:
        warm = _warm_process()
        warm.kill()
        while warm.status() != psutil.STATUS_ZOMBIE:  # its parent does not look yet
            time.sleep(0.01)
    return grade_notebook(job)


def _warm_process() -> psutil.Process:
    """Give the warm process of this one, found by the socket that it serves."""
    assert WarmProcess.current is not None
    socket = str(WarmProcess.current.path)
    running = psutil.process_iter(["cmdline"])
    return next(p for p in running if socket in (p.info["cmdline"] or ()))


def _hand_in(course: Course, submitted: Path) -> None:
    sample_class(course, STEM, submitted)
    solved = submitted / "all-right" / STEM / f"{STEM}.ipynb"
    for student in (DEADLY, OURS, HOST, WARM):
        shutil.copytree(solved.parent, submitted / student / STEM)
    for student, code in ANSWERS.items():
        notebook = nbformat.read(solved, as_version=4)
        _cell(notebook, "double-solution").source = code
        path = submitted / student / STEM / f"{STEM}.ipynb"
        write_whole(path, nbformat.writes(notebook))
    (submitted / "missing" / STEM).mkdir(parents=True)
    large = submitted / "too-large" / STEM / f"{STEM}.ipynb"
    write_whole(large, " " * (MAX_BYTES + 1))


def _cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


@dataclass(frozen=True)
class Graded:
    """A class in which submissions end in every way, graded and exported."""

    course: Course
    entries: list[Entry]
    exported: dict[str, float]

    def run(self) -> ClassRun:
        """Give another run over the same class."""
        submitted = self.course.root / "submitted"
        return ClassRun(self.course, STEM, submitted, 1, limits=LIMITS, once=False)

    def grades(self, student: str) -> dict[str, tuple[float | None, bool]]:
        """Give the automatic points in the gradebook, and whether a check waits."""
        with Gradebook(self.course.db_url) as gradebook:
            notebook = gradebook.find_submission_notebook(STEM, STEM, student)
            return {
                grade.name: (grade.auto_score, grade.needs_manual_grade)
                for grade in notebook.grades
                if grade.name in exercises.of_lab(STEM)
            }


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Graded:
    """Grade the class, write its pages, export the gradebook."""
    course = copy_course(tmp_path_factory.mktemp("ends") / "course")
    _hand_in(course, course.root / "submitted")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(here, "grade_notebook", _grade)
        entries = Graded(course, [], {}).run().grade()
    write_feedback(course, STEM, 1)
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", "grades.csv"],
        cwd=course.root,
        check=True,
        capture_output=True,
    )
    with (course.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    exported = {student: float(row["raw_score"]) for student, row in rows.items()}
    return Graded(course, entries, exported)


def test_points(graded):
    """Everybody has the points that the work is worth, or none yet."""
    names = list(exercises.of_lab(STEM))
    found = {e.student: tuple(map(e.points_of, names)) for e in graded.entries}
    assert found == POINTS


def test_the_gradebook(graded):
    """It holds the points of the verdicts; what has no verdict waits for a grade."""
    for entry in graded.entries:
        points = {name: entry.points_of(name) for name in entry.verdicts}
        expected = {name: (given, given is None) for name, given in points.items()}
        assert graded.grades(entry.student) == expected, entry.student


def test_who_else_tells(graded):
    """Journal, JSON, table, export and feedback tell the same as the entries."""
    told: dict[str, Callable[[Entry], float]] = {
        "journal": _by_student(Journal(graded.course.root).latest(STEM)),
        "json": lambda entry: class_json([entry], {})[entry.student]["total"],
        "table": _total_in_the_table,
        "export": lambda entry: graded.exported[entry.student],
        "page": lambda entry: _score_on_the_page(graded.course, entry.student),
    }
    for entry in graded.entries:
        for who, points in told.items():
            assert points(entry) == entry.points, (entry.student, who)


def _by_student(entries: list[Entry]) -> Callable[[Entry], float]:
    points = {entry.student: entry.points for entry in entries}
    return lambda entry: points[entry.student]


def _total_in_the_table(entry: Entry) -> float:
    with console.capture() as printed:
        console.print(class_table(STEM, [entry], {}))
    row = next(line for line in printed.get().splitlines() if entry.student in line)
    return float(row.split("│")[-3])


def _score_on_the_page(course: Course, student: str) -> float:
    page = course.feedback_page(STEM, student).read_text("utf-8")
    found = re.search(r'<data value="([\d.]+)">', page)
    assert found is not None
    return float(found[1])


def test_who_is_not_graded_is_told(graded):
    """The command and the student's page say so, and blame nobody."""
    sentence = ungraded(STEM, graded.entries)
    for student in UNGRADED:
        assert student in sentence
        page = graded.course.feedback_page(STEM, student).read_text("utf-8")
        assert "through no fault of yours" in page
    assert "all-right" not in sentence
    assert ungraded(STEM, [e for e in graded.entries if not e.ungraded]) == ""


def test_the_next_run_tries_again(graded):
    """What could not be graded was not graded before; the others were. Hand grades stay."""
    with Gradebook(graded.course.db_url) as gradebook:
        for student in (OURS, "all-right"):
            grade = gradebook.find_grade("double", STEM, STEM, student)
            grade.manual_score, grade.extra_credit = 1.5, 0.25
            grade.needs_manual_grade = False  # as formgrader does
        comment = gradebook.find_comment("double-solution", STEM, STEM, OURS)
        comment.manual_comment = "By hand."
        gradebook.db.commit()
    run = graded.run()
    entries = {entry.student: entry for entry in run.grade()}
    assert run.known == len(entries) - len(UNGRADED)
    for student in UNGRADED:
        assert entries[student].points == 3
        assert not entries[student].ungraded
    assert graded.grades(DEADLY) == {"predictions": (1, False), "double": (2, False)}
    for student in (OURS, "all-right"):
        with Gradebook(graded.course.db_url) as gradebook:
            grade = gradebook.find_grade("double", STEM, STEM, student)
            assert (grade.auto_score, grade.score) == (2, 1.75)
            # The answers are the same: nobody has to look again.
            assert not grade.needs_manual_grade
    with Gradebook(graded.course.db_url) as gradebook:
        comment = gradebook.find_comment("double-solution", STEM, STEM, OURS)
        assert comment.manual_comment == "By hand."
