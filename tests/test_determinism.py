"""The same class gives the same marks, messages and pages, however it is graded."""

from __future__ import annotations

import re
import shutil

import pytest
from conftest import copy_course

from grader.authoring.sample_class import sample_class
from grader.course.course import Course
from grader.grading import many
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.reports.feedback import write_feedback

pytestmark = pytest.mark.slow
# Who waits for no limit, and of the lab that draws pictures only a few: a whole class
# takes minutes.
FIRST_LAB = "lab00_how_grading_works"
STUDENTS = {
    FIRST_LAB: (
        *("all-right", "crash", "deleted-check", "edited-check", "mistake-1"),
        *("not-a-notebook", "own-cells", "partial", "syntax-error", "untouched"),
    ),
    "lab03_slide_a_filter": ("all-right", "mistake-1"),
}
FIRST = "two workers"
# Way of grading -> workers; each in a course of its own with the same seed.
WAYS = {FIRST: 2, "one worker, last first": 1}
AGAIN = "again in the same course"


def _class(folder, stem: str) -> Course:
    course = copy_course(folder / "course")
    (course.root / ".convlab").mkdir()
    (course.root / ".convlab" / "seed").write_text("20251123\n")
    submitted = course.root / "submitted"
    for student in sample_class(course, stem, submitted):
        if student not in STUDENTS[stem]:
            shutil.rmtree(submitted / student)
    return course


def _graded(course: Course, stem: str, workers: int, regrade: bool = False):
    """Give the entries and the pages of feedback, by student."""
    run = ClassRun(course, stem, course.root / "submitted", workers, regrade)
    run.grade()
    entries = {entry.student: entry for entry in Journal(course.root).latest(stem)}
    written = write_feedback(course, stem, workers)
    pages = {p.parent.parent.name: p.read_text() for p in written}
    return entries, pages


@pytest.fixture(
    scope="module",
    params=[
        FIRST_LAB,
        *(
            pytest.param(s, marks=pytest.mark.complete)
            for s in STUDENTS
            if s != FIRST_LAB
        ),
    ],
)
def graded(request, tmp_path_factory):
    """Grade the sample class of a lab in every way; give entries and pages of each."""
    found, stem, find = {}, request.param, many.find
    with pytest.MonkeyPatch.context() as patch:
        for way, workers in WAYS.items():
            course = _class(tmp_path_factory.mktemp("way"), stem)
            if "last first" in way:
                patch.setattr(many, "find", lambda *where: find(*where)[::-1])
            found[way] = _graded(course, stem, workers)
    found[AGAIN] = _graded(course, stem, 2, regrade=True)
    return found


@pytest.mark.parametrize("way", [*list(WAYS)[1:], AGAIN])
def test_entries_are_the_same(graded, way):
    """Scores, messages, notes and executed notebooks do not depend on the way."""
    first, second = graded[FIRST][0], graded[way][0]
    assert set(first) == set(second)
    for student, one in first.items():
        two = second[student]
        assert one.verdicts == two.verdicts, student
        assert one.notes == two.notes, student
        assert one.notebook == two.notebook, student


def _without_time(page: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*", "", page)


@pytest.mark.parametrize("way", [*list(WAYS)[1:], AGAIN])
def test_pages_are_the_same(graded, way):
    """Feedback is the same to the byte, time stamps aside."""
    first, second = graded[FIRST][1], graded[way][1]
    assert set(first) == set(second)
    for student, page in first.items():
        assert _without_time(page) == _without_time(second[student]), student
