"""A lab changes after it was graded, somebody comes late: all who tell points agree."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import copy_course

from grader import exercises
from grader.authoring.sample_class import HOSTILE, sample_class
from grader.cli.grading import Asked, Graded, _grade, _show_changes
from grader.cli.tables import class_json, class_table, console
from grader.course.course import Course
from grader.course.gradebook import Gradebook
from grader.exceptions import InstructorError
from grader.folder import PACKAGE, write_whole
from grader.grading import changes, journal
from grader.grading.changes import Change, agree_on_points, stale, told
from grader.grading.entry import Entry, Job
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.grading.one import _answers, grade_notebook
from grader.grading.place import Needs
from grader.grading.runs import last_conditions
from grader.judging.verdict import Verdict
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock
from grader.platforms.marks import as_csv, read_marks
from grader.reports import feedback

RENAMED = "lab00_how_grading_works"  # its reference changes
LOWERED = "lab01_eight_megapixels"  # a maximum changes
LATE = "lab03_slide_a_filter"  # somebody comes late
LABS = (RENAMED, LOWERED, LATE)
# A kernel that is forked takes a tenth of the time of one that is started.
LOCKED = bool(lock.available())
EXERCISE = "dense_params"
HAND, WRITTEN = "student-001", "explain"


def _verdict(points: float, *mistakes: str, most: float = 2.0) -> Verdict:
    status = "passed" if points == most else "failed"
    named = tuple((name, "A hint.") for name in mistakes)
    return Verdict("lab00.double", status, points, most, "", named)


def _entry(student: str, verdict: Verdict) -> Entry:
    return Entry(student, RENAMED, "", {"double": verdict}, [], "{}")


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (_verdict(2.0), _verdict(2.0), None),
        (None, _verdict(2.0), "ada is new: 2"),
        (
            _verdict(1.0, "sign kept"),
            _verdict(2.0),
            "ada 1 to 2, double: sign kept, now right",
        ),
        (
            _verdict(1.0, "sign kept"),
            _verdict(1.0, "squared"),
            "ada stays at 1, double: sign kept, now squared",
        ),
        (
            _verdict(2.0),
            _verdict(1.0, most=1.0),
            "ada 2 to 1, double: 2 of 2, now 1 of 1",
        ),
        (_verdict(0.0), _verdict(1.0), "ada 0 to 1, double: 0 of 2, now 1 of 2"),
        (
            replace(_verdict(0.0), status="grader error"),
            _verdict(2.0),
            "ada 0 to 2, double: now graded",
        ),
    ],
)
def test_a_change_in_words(before, after, line):
    """It says from how many points to how many, and why; what stays is not told."""
    then = {"bob": told(_entry("bob", _verdict(0.0)))}
    if before is not None:
        then["ada"] = told(_entry("ada", before))
    found = changes.changes(then, [_entry("ada", after)])
    assert [str(change) for change in found] == ([] if line is None else [line])


def test_the_first_run_changes_nothing():
    """Whoever is graded for the first time with everybody else is no change."""
    assert changes.changes({}, [_entry("ada", _verdict(2.0))]) == []


def _points_to(course: Course, stem: str, name: str, points: float) -> None:
    """Write other points into a check cell of both notebooks, as `make labs` would."""
    for path in (course.solution(stem), course.released(stem)):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
                cell.metadata.nbgrader.points = points
        write_whole(path, nbformat.writes(notebook))


def test_grading_refuses_other_points(course):
    """A notebook that was not built since the exercise changed is named."""
    agree_on_points(course, LOWERED)
    _points_to(course, LOWERED, EXERCISE, 7)
    with pytest.raises(InstructorError, match=rf"{EXERCISE} has 7 points in .*`make l"):
        agree_on_points(course, LOWERED)


class _InProcess:
    """A `Place` and a pool without processes: what a test patches is patched there."""

    def __init__(self, grade: Callable[[Job], Entry] = grade_notebook) -> None:
        self.grade = grade

    def begin(self, stem: str, needs: Needs) -> None:
        """Begin with what is imported anyway."""

    def graded(self, jobs: Iterable[Job | Entry]) -> Iterator[Entry]:
        """Grade one after the other."""
        yield from (job if isinstance(job, Entry) else self.grade(job) for job in jobs)

    def submit(self, task: Callable[..., Any], *args: Any) -> Future[Any]:
        """Do a task at once."""
        future: Future[Any] = Future()
        future.set_result(task(*args))
        return future


@contextmanager
def _no_processes(*args: Any, **kwargs: Any) -> Iterator[_InProcess]:
    yield _InProcess()


@pytest.fixture
def editable(monkeypatch, tmp_path) -> Path:
    """Give a copy of the package, whose files the journal looks at, and grade here."""
    package = tmp_path / "grader"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(journal, "PACKAGE", package)
    monkeypatch.setattr(feedback, "worker_processes", _no_processes)
    monkeypatch.setattr(feedback, "as_completed", list)
    journal.grader_sha256.cache_clear()
    yield package
    journal.grader_sha256.cache_clear()
    _answers.cache_clear()


def _forget() -> None:
    """Let the next grading look at the exercises anew, as the next command does."""
    journal.grader_sha256.cache_clear()
    _answers.cache_clear()


@dataclass(frozen=True)
class Class:
    """A class, its course, and how it is graded."""

    course: Course
    students: int

    def hand_in(self, stem: str, number: int) -> None:
        """Hand in one of the sample's submissions, which is nobody else's to the byte."""
        samples = sorted((self.course.root / "samples").glob(f"*/{stem}/{stem}.ipynb"))
        solved = self.course.root / "samples" / "all-right" / stem / f"{stem}.ipynb"
        kept = [path for path in samples if path.parts[-3] not in HOSTILE]
        path = solved if number == 1 else kept[number % len(kept)]
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(f"# {number}", id="mine"))
        target = self.folder / f"student-{number:03d}" / stem / f"{stem}.ipynb"
        write_whole(target, nbformat.writes(notebook))

    @property
    def folder(self) -> Path:
        """Return where they hand in."""
        return self.course.root / "submitted"

    def grade(
        self,
        stem: str,
        dry_run: bool = False,
        grade: Callable[[Job], Entry] = grade_notebook,
    ) -> Graded:
        """Grade a lab as the command does, and write its pages."""
        _forget()
        asked = Asked(1, False, None, LOCKED, False, None, dry_run)
        place = _InProcess(grade)
        graded = _grade(self.course, stem, self.folder, asked, Limits(), (), place)
        if not dry_run:
            feedback.write_feedback(self.course, stem, 1)
        return graded

    def agree(self, stem: str, graded: Graded) -> None:
        """Assert that table, JSON, gradebook, feedback and export say the same."""
        marks = {m.person.id: m for m in read_marks(self.course, stem)}
        told = class_json(graded.entries, {})
        rows = list(csv.DictReader(io.StringIO(as_csv(list(marks.values())))))
        checks = exercises.of_lab(stem)
        most = sum(exercise.points for exercise in checks.values())
        assert len(graded.entries) == len(marks)
        for entry in graded.entries:
            student = entry.student
            in_gradebook = {
                name: pair
                for name, pair in marks[student].exercises.items()
                if name in checks
            }
            exported = sum(
                float(row["points"])
                for row in rows
                if row["student_id"] == student and row["exercise"] in checks
            )
            page = self.course.feedback_page(stem, student).read_text("utf-8")
            score = re.search(r'<data value="([\d.]+)">[^<]*</data> of ([\d.]+) ', page)
            assert score is not None
            by_hand = sum(
                points or 0.0
                for name, (points, _) in marks[student].exercises.items()
                if name not in checks
            )
            assert {
                _table_total(stem, entry),
                told[student]["total"],
                sum(points for points, _ in in_gradebook.values()),
                float(score[1]) - by_hand,
                exported,
            } == {entry.points}, student
            assert sum(full for _, full in in_gradebook.values()) == most
            in_all = marks[student].exercises.values()
            read = [most for points, most in in_all if points is not None]
            assert float(score[2]) == sum(read)
        assert stale(self.course, stem) == []


def _table_total(stem: str, entry: Entry) -> float:
    with console.capture() as printed:
        console.print(class_table(stem, [entry], {}))
    row = next(line for line in printed.get().splitlines() if entry.student in line)
    return float(row.split("│")[len(exercises.of_lab(stem)) + 2])


def _by_hand(course: Course) -> None:
    """Grade one written answer and one check by hand, with a comment."""
    with Gradebook(course.db_url) as gradebook:
        for name, score in ((WRITTEN, 1.5), (EXERCISE, 1.0)):
            grade = gradebook.find_grade(name, LOWERED, LOWERED, HAND)
            grade.manual_score, grade.needs_manual_grade = score, False
        grade.extra_credit = 0.5
        comment = gradebook.find_comment(WRITTEN, LOWERED, LOWERED, HAND)
        comment.manual_comment = "Well said."
        gradebook.db.commit()


def _hand_grades(course: Course) -> list[tuple[Any, ...]]:
    with Gradebook(course.db_url) as gradebook:
        grades = [
            gradebook.find_grade(name, LOWERED, LOWERED, HAND)
            for name in (WRITTEN, EXERCISE)
        ]
        comment = gradebook.find_comment(WRITTEN, LOWERED, LOWERED, HAND)
        return [
            *((g.manual_score, g.extra_credit, g.needs_manual_grade) for g in grades),
            (comment.manual_comment,),
        ]


@pytest.mark.slow
@pytest.mark.parametrize("students", [3, pytest.param(300, marks=pytest.mark.complete)])
def test_all_agree_after_each_change(editable, monkeypatch, tmp_path, students):
    """A reference, a maximum and the class change; nothing given by hand is lost."""
    course = copy_course(tmp_path / "course")
    class_ = Class(course, students)
    for stem in LABS:
        sample_class(course, stem, course.root / "samples")
        for number in range(1, students + 1):
            class_.hand_in(stem, number)
        graded = class_.grade(stem)
        assert graded.changes == []
        class_.agree(stem, graded)
    _reference_changes(class_, editable, monkeypatch)
    _maximum_changes(class_, monkeypatch)
    class_.hand_in(LATE, students + 1)
    graded = class_.grade(LATE)
    assert graded.counts[0] == students
    (change,) = graded.changes
    assert str(change).startswith(f"student-{students + 1:03d} is new: ")
    class_.agree(LATE, graded)


def _reference_changes(class_: Class, editable: Path, monkeypatch: Any) -> None:
    """Double now means three times: who was right is wrong, after a rehearsal as well."""
    course, known = class_.course, exercises.of_lab(RENAMED)
    with (editable / "exercises" / RENAMED / "double.py").open("a") as file:
        file.write("# changed")
    other = replace(known["double"], reference=lambda x: 3 * x)
    monkeypatch.setitem(known, "double", other)
    _forget()
    assert len(stale(course, RENAMED)) == class_.students
    before = _files(course)
    rehearsed = class_.grade(RENAMED, dry_run=True)
    assert _files(course) == before
    graded = class_.grade(RENAMED)
    assert graded.changes == rehearsed.changes != []
    assert graded.counts[0] == class_.students
    assert Change("student-001", 3.0, 1.0, ("double: right, now 0 of 2",)) in [
        replace(change, reasons=(re.sub("now .*", "now 0 of 2", change.reasons[0]),))
        for change in graded.changes
    ]
    class_.agree(RENAMED, graded)
    assert last_conditions(course.root, RENAMED).known == class_.students


def _files(course: Course) -> dict[Path, Any]:
    """Give what a rehearsal must leave as it is; a gradebook by what it tells."""
    with Gradebook(course.db_url) as gradebook:
        scores = [
            (grade.name, grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.find_assignment(RENAMED).submissions
            for grade in submission.notebooks[0].grades
        ]
    folders = ("autograded", ".convlab/journal", ".convlab/runs")
    files = [path for name in folders for path in (course.root / name).rglob("*.*")]
    return {course.root: scores} | {path: path.stat().st_mtime_ns for path in files}


def _maximum_changes(class_: Class, monkeypatch: Any) -> None:
    """An exercise is worth a point less; until all are graded nobody has both."""
    course, known = class_.course, exercises.of_lab(LOWERED)
    lower = known[EXERCISE].points - 1
    monkeypatch.setitem(known, EXERCISE, replace(known[EXERCISE], points=lower))
    with pytest.raises(InstructorError, match="make labs"):
        class_.grade(LOWERED)
    _points_to(course, LOWERED, EXERCISE, lower)
    _by_hand(course)
    given = _hand_grades(course)
    with pytest.raises(KeyboardInterrupt):
        class_.grade(LOWERED, grade=_killed)
    for mark in read_marks(course, LOWERED):
        points = [mark.exercises[name][0] for name in known]
        waiting = [p for p in points if p is None]
        assert len(waiting) == len(known) - (mark.person.id == HAND)
    graded = class_.grade(LOWERED)
    assert any("now " in reason for c in graded.changes for reason in c.reasons)
    assert _hand_grades(course) == given
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade(EXERCISE, LOWERED, LOWERED, HAND)
        grade.manual_score, grade.extra_credit = None, 0.0
        gradebook.db.commit()
    feedback.write_feedback(course, LOWERED, 1)
    class_.agree(LOWERED, graded)
    path = class_.folder / HAND / LOWERED / f"{LOWERED}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == WRITTEN:
            cell.source += " And more."
    write_whole(path, nbformat.writes(notebook))
    class_.grade(LOWERED)
    assert _hand_grades(course)[0] == (1.5, None, True)  # the answer is another


def _killed(job: Any) -> Entry:
    raise KeyboardInterrupt


def test_who_was_graded_by_another_version_and_did_not_hand_in(course, tmp_path):
    """A run knows from its beginning whom it leaves; it reads the journal once."""
    for student in ("ada", "zoe"):
        entry = _entry(student, _verdict(2.0))
        Journal(course.root).write(entry, "a key of another version")
    run = ClassRun(course, RENAMED, tmp_path, workers=1, rehearsal=True)
    run._withdraw(set(), handed_in={"ada"})
    assert run.outdated == ("zoe",)


def test_what_the_command_prints():
    """The first changes, how many more there are, who is left, and that it is a rehearsal."""
    found = [
        Change(f"s{n}", 1.0, 2.0, ("double: 1 of 2, now right",)) for n in range(14)
    ]
    with console.capture() as printed:
        _show_changes(Graded([], found, (0, 0), ("zoe",)), dry_run=True)
    lines = printed.get().splitlines()
    assert lines[0] == "14 changed:"
    assert lines[1] == "  s0 1 to 2, double: 1 of 2, now right"
    assert lines[13] == "  and 2 more; --json has all"
    assert "not handed in here: zoe" in lines[14]
    assert "Nothing is written" in lines[15]
