"""A class is graded end to end: right, the same as nbgrader, resumable, repeatable."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from conftest import COMPLETE, ROOT, copy_course
from nbclient import NotebookClient
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import determine_grade

from grader import exercises
from grader.authoring.sample_class import HOSTILE, sample_class
from grader.course.course import Course
from grader.course.gradebook import Gradebook
from grader.course.roles import is_check
from grader.exceptions import InstructorError
from grader.folder import stems
from grader.graded import SEED_VARIABLE, SOLUTIONS_VARIABLE
from grader.grading.entry import Entry
from grader.grading.gradebook import register
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.grading.needed import needed
from grader.judging.exercise import PUBLIC_SEED
from grader.kernel.client import WidgetsLeftAlone
from grader.kernel.provisioner import KERNEL_NAME
from grader.reports.class_report import write_report
from grader.reports.feedback import write_feedback

pytestmark = pytest.mark.slow

STEMS = stems(ROOT)
FIRST = STEMS[0]
# One lab of each kind: plain functions, pictures, networks trained, networks looked into.
# Of the others `make test` grades the solved notebook alone, and of those beyond the
# lecture none.
OF_EACH_KIND = (FIRST, *(s for s in STEMS if s[:5] in ("lab03", "lab09", "lab11")))
OTHERS = [stem for stem in STEMS if stem not in OF_EACH_KIND]
BEYOND = [stem for stem in OTHERS if stem[:5] >= "lab13"]  # the lecture
WITHIN = [stem for stem in OTHERS if stem not in BEYOND]
# What is graded on one worker.
GROUPS = {"one half": WITHIN[::2], "the other": WITHIN[1::2], "beyond": BEYOND}
# Every student of the sample class in these; in the others one of each kind, because a
# whole class takes minutes. `make demo` grades whole classes.
WHOLE_CLASS = {"lab00_how_grading_works", "lab03_slide_a_filter"}
FEW = ("all-right", "mistake-1")


def _labs(here: tuple[str, ...] | list[str]) -> list[object]:
    """Give all labs as parameters; those not in `here` are left to `make test-all`."""
    return [
        pytest.param(stem, marks=() if stem in here else pytest.mark.complete, id=stem)
        for stem in STEMS
    ]


WORKERS = 2


@dataclass(frozen=True)
class Graded:
    """A sample class, graded."""

    course: Course
    stem: str
    entries: dict[str, Entry]

    def points(self, student: str) -> dict[str, float]:
        """Give a student's points by exercise."""
        verdicts = self.entries[student].verdicts
        return {name: verdict.points for name, verdict in verdicts.items()}

    def gradebook_points(self, student: str) -> dict[str, float]:
        """Give what the gradebook holds, by exercise."""
        with Gradebook(self.course.db_url) as gradebook:
            notebook = gradebook.find_submission_notebook(self.stem, self.stem, student)
            checks = exercises.of_lab(self.stem)
            return {g.name: g.score for g in notebook.grades if g.name in checks}


def _submitted(course: Course) -> Path:
    return course.root / "submitted"


def _graded(folder: Path, stem: str, students: tuple[str, ...] = ()) -> Graded:
    """Grade a lab's sample class, or some of its students, as `convlab grade` does."""
    course = copy_course(folder / "course")
    for student in sample_class(course, stem, _submitted(course)):
        if students and student not in students:
            shutil.rmtree(_submitted(course) / student)
    run = ClassRun(course, stem, _submitted(course), WORKERS)
    return Graded(course, stem, {entry.student: entry for entry in run.grade()})


@pytest.fixture(scope="module", params=_labs(OF_EACH_KIND))
def graded(request, tmp_path_factory) -> Graded:
    """Give the graded sample class of a lab."""
    students = () if request.param in WHOLE_CLASS else FEW
    return _graded(tmp_path_factory.mktemp("class"), request.param, students)


whole_class = pytest.mark.parametrize("graded", sorted(WHOLE_CLASS), indirect=True)


def _full(stem: str) -> dict[str, float]:
    return {name: e.points for name, e in exercises.of_lab(stem).items()}


@pytest.fixture(scope="module")
def solved(request, tmp_path_factory) -> dict[str, Graded]:
    """Give the solved notebooks of a group of labs that have no graded class here."""
    stems = GROUPS[request.param]
    course = copy_course(tmp_path_factory.mktemp("solved") / "course")
    for stem in stems:
        for student in sample_class(course, stem, _submitted(course)):
            if student != "all-right":
                shutil.rmtree(_submitted(course) / student)
    found = {}
    for number, stem in enumerate(stems, 1):
        later = tuple(stems[number:])
        run = ClassRun(course, stem, _submitted(course), WORKERS, later=later)
        found[stem] = Graded(course, stem, {e.student: e for e in run.grade()})
    return found


@pytest.mark.parametrize(
    ("solved", "stem"),
    [
        pytest.param(
            *(group, stem), marks=pytest.mark.complete if stem in BEYOND else ()
        )
        for group, stems in GROUPS.items()
        for stem in stems
    ],
    indirect=["solved"],
    scope="module",  # a group is graded once
)
def test_a_solved_notebook(solved, stem):
    """It runs from top to bottom, scores full points, and the gradebook has them."""
    graded = solved[stem]
    assert _errors(graded) == []
    assert graded.points("all-right") == _full(stem)
    assert graded.gradebook_points("all-right") == _full(stem)


def _errors(graded: Graded) -> list[object]:
    """Give the errors that the solved notebook shows."""
    folder = graded.course.root / "autograded" / "all-right" / graded.stem
    notebook = nbformat.read(folder / f"{graded.stem}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output for output in outputs if output.output_type == "error"]


def test_solution_gets_all_points(graded):
    """The solution scores full points."""
    assert graded.points("all-right") == _full(graded.stem)


@whole_class
def test_untouched_lab_gets_none(graded):
    """A lab handed in as released scores zero."""
    assert set(graded.points("untouched").values()) == {0}


def test_solution_runs_without_errors(graded):
    """The solved notebook runs from top to bottom."""
    assert _errors(graded) == []


def test_nobody_is_lost_or_blamed(graded):
    """Every student has every verdict, and none is blamed for an error of ours."""
    for entry in graded.entries.values():
        assert set(entry.verdicts) == set(_full(graded.stem)), entry.student
        for verdict in entry.verdicts.values():
            assert verdict.status != "grader error", verdict


def test_named_mistakes(graded):
    """A typical mistake is named in a graded submission, and costs its exercise alone."""
    for student, entry in graded.entries.items():
        if student.startswith("mistake-"):
            failed = [v for v in entry.verdicts.values() if not v.passed]
            assert len(failed) == 1, student
            assert len(failed[0].mistakes) == 1, student


def test_gradebook_holds_the_same(graded):
    """nbgrader's gradebook has the points of the verdicts, for every student."""
    for student in graded.entries:
        assert graded.gradebook_points(student) == graded.points(student), student


@pytest.mark.parametrize("whole", [COMPLETE, False])
def test_three_ways_give_the_same(graded, whole, tmp_path):
    """The judge outside, plain nbgrader, and the student's own checks agree.

    In `make test` the two that run whole notebooks get what the checks need of them.
    """
    _assert_three_ways(graded, "mistake-1", tmp_path, whole)


@pytest.mark.complete
@pytest.mark.parametrize("stem", [stem for stem in STEMS if stem not in WHOLE_CLASS])
def test_untouched_lab_in_three_ways(stem, tmp_path):
    """A lab handed in as released scores zero, whoever asks."""
    graded = _graded(tmp_path, stem, ("untouched",))
    assert set(graded.points("untouched").values()) == {0}
    _assert_three_ways(graded, "untouched", tmp_path / "plain")


def _assert_three_ways(
    graded: Graded, student: str, folder: Path, whole: bool = True
) -> None:
    course = copy_course(folder / "course")
    sample_class(course, graded.stem, _submitted(course))
    if not whole:
        _leave_out_what_no_check_needs(course, graded.stem, student)
    register(course, graded.stem)
    course.config.Execute.kernel_name = KERNEL_NAME
    result = NbGraderAPI(config=course.config).autograde(graded.stem, student)
    assert result["success"], result["log"]
    plain = Graded(course, graded.stem, {})
    assert plain.gradebook_points(student) == graded.points(student)
    assert _own_points(course, graded.stem, student) == graded.points(student)


def _leave_out_what_no_check_needs(course: Course, stem: str, student: str) -> None:
    path = _submitted(course) / student / stem / f"{stem}.ipynb"
    submitted = nbformat.read(path, as_version=4)
    plan = needed(nbformat.read(course.released(stem), as_version=4), submitted)
    assert plan is not None
    for place, source in plan.items():
        submitted.cells[place].source = source
    nbformat.write(submitted, path)


class _Student(WidgetsLeftAlone, NotebookClient):
    """A client that does not play the front end of widgets, as none of ours does."""


def _own_points(course: Course, stem: str, student: str) -> dict[str, float]:
    """Run a notebook as its student does, checks included; give the points shown."""
    path = _submitted(course) / student / stem / f"{stem}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    client = _Student(
        notebook,
        kernel_name=KERNEL_NAME,
        allow_errors=True,
        timeout=300,
        resources={"metadata": {"path": str(path.parent)}},
    )
    public = {
        SEED_VARIABLE: str(PUBLIC_SEED),
        SOLUTIONS_VARIABLE: str(course.root / "solutions"),
    }
    client.execute(env=os.environ | public)
    return {
        cell.metadata.nbgrader.grade_id: determine_grade(cell)[0]
        for cell in notebook.cells
        if is_check(cell)
    }


@pytest.mark.parametrize(
    "graded",
    [FIRST, pytest.param("lab03_slide_a_filter", marks=pytest.mark.complete)],
    indirect=True,
)
def test_the_ordinary_kernel_gives_the_same(graded, tmp_path_factory):
    """`nbgrader autograde` as it is gives every student who is not hostile the same."""
    course = copy_course(tmp_path_factory.mktemp("plain") / "course")
    sample_class(course, graded.stem, _submitted(course))
    register(course, graded.stem)
    api = NbGraderAPI(config=course.config)
    for student in sorted(set(graded.entries) - HOSTILE):
        result = api.autograde(graded.stem, student)
        assert result["success"], result["log"]
        plain = Graded(course, graded.stem, {})
        assert plain.gradebook_points(student) == graded.points(student), student


@whole_class
def test_strange_students(graded):
    """Ten submissions and more: own cells and a deleted check cost nothing."""
    assert len(graded.entries) >= 10
    for student in ("own-cells", "deleted-check"):
        assert graded.points(student) == _full(graded.stem), student


@whole_class
def test_one_disaster_costs_one_exercise(graded):
    """An endless loop, a crash or a syntax error costs its exercise, not the notebook."""
    for student in ("endless-loop", "crash", "syntax-error", "edited-check"):
        lost = {name for name, points in graded.points(student).items() if points == 0}
        assert len(lost) == 1, (student, lost)


@whole_class
def test_not_a_notebook(graded):
    """What cannot be read scores zero and is told why."""
    entry = graded.entries["not-a-notebook"]
    assert set(graded.points("not-a-notebook").values()) == {0}
    assert "not a Jupyter notebook" in entry.notes[0]


def test_feedback_and_report(graded):
    """Every student gets a page, and the class one, without scripts of students."""
    pages = write_feedback(graded.course, graded.stem, WORKERS)
    assert len(pages) == len(graded.entries)
    assert all(page.stat().st_size > 10_000 for page in pages)
    report = graded.course.root / "report.html"
    write_report(graded.course, [], report)
    text = report.read_text("utf-8")
    assert text.count("<script") == 1  # ours
    assert all(student in text for student in graded.entries)


@pytest.mark.parametrize("graded", [FIRST], indirect=True)
def test_a_page_that_cannot_be_written(graded):
    """What nbgrader cannot read costs one page, and the instructor is told whose."""
    course, stem = graded.course, graded.stem
    path = course.root / "autograded" / "partial" / stem / f"{stem}.ipynb"
    kept = path.read_text("utf-8")
    path.write_text("no notebook")
    with pytest.raises(InstructorError, match=r"page: partial\..*NotJSONError"):
        write_feedback(course, stem, WORKERS)
    assert not course.feedback_page(stem, "partial").exists()
    assert course.feedback_page(stem, "untouched").exists()
    path.write_text(kept)


@pytest.fixture
def small_class(course) -> Course:
    """Give a course with a sample class of the first lab, not graded."""
    sample_class(course, FIRST, _submitted(course))
    for student in ("crash", "endless-loop"):
        (_submitted(course) / student / FIRST / f"{FIRST}.ipynb").unlink()
        (_submitted(course) / student / FIRST).rmdir()
    return course


def test_nothing_is_graded_twice(small_class):
    """A second run takes what the journal holds; a changed file is graded anew."""
    run = ClassRun(small_class, FIRST, _submitted(small_class), 2)
    entries = run.grade()
    path = _submitted(small_class) / "untouched" / FIRST / f"{FIRST}.ipynb"
    path.write_bytes(small_class.solution(FIRST).read_bytes())
    second = ClassRun(small_class, FIRST, _submitted(small_class), 2)
    changed = {e.student: e for e in second.grade()}["untouched"]
    assert (run.known, second.known) == (0, len(entries) - 1)
    assert changed.points == 3


def test_killed_run_resumes(small_class):
    """A run killed half-way keeps what was finished and goes on from there."""
    command = [sys.executable, "-m", "grader", "grade", FIRST, "--workers", "1"]
    process = subprocess.Popen(
        command,
        cwd=small_class.root,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    journal = Journal(small_class.root)
    deadline = time.monotonic() + 120
    while len(journal.latest(FIRST)) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    finished = len(journal.latest(FIRST))
    assert finished >= 3
    run = ClassRun(small_class, FIRST, _submitted(small_class), 2)
    entries = run.grade()
    assert run.known >= finished - 1
    graded = Graded(small_class, FIRST, {e.student: e for e in entries})
    assert graded.gradebook_points("all-right") == _full(FIRST)


# As `nbgrader` starts each command; what it imports for seconds is imported once.
NBGRADER = """
import json, os, sys
from nbgrader.apps.nbgraderapp import main
for command in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        sys.argv[1:] = command
        main()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, command
"""


def test_nbgrader_commands(small_class):
    """nbgrader's own commands work in the course folder as they are."""
    released = small_class.released(FIRST).read_bytes()
    solution, untouched = small_class.solution(FIRST), small_class.released(FIRST)
    commands = [
        ["generate_assignment", FIRST, "--force"],
        ["validate", str(solution)],
        ["validate", str(untouched)],
        ["autograde", FIRST, "--student", "all-right"],
        ["generate_feedback", FIRST, "--student", "all-right"],
        ["export", "--to", "grades.csv"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", NBGRADER, json.dumps(commands)],
        cwd=small_class.root,
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": _path()},
    )
    assert done.returncode == 0, done.stderr
    assert small_class.released(FIRST).read_bytes() == released
    assert "Success" in done.stdout
    assert "failed" in done.stdout
    with (small_class.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert float(rows["all-right"]["raw_score"]) == 3
    page = small_class.root / "feedback" / "all-right" / FIRST / f"{FIRST}.html"
    assert "2 of 2 points" in page.read_text("utf-8")


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def test_grade_as_json(small_class):
    """`convlab grade --json` prints points, mistakes and notes of each student."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", FIRST, "--json"],
        cwd=small_class.root,
        capture_output=True,
        text=True,
        check=True,
    )
    students = json.loads(done.stdout)[FIRST]
    assert students["all-right"]["total"] == 3
    assert students["mistake-1"]["mistakes"] == {"double": ["squared"]}
