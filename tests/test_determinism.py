"""The same class gives the same marks, messages and pages, however it is graded."""

from __future__ import annotations

import re

import pytest
from conftest import copy_course

from grader.cluster import Run
from grader.sample_class import sample_class

pytestmark = pytest.mark.slow
STEM = "lab00_how_grading_works"
# Each graded in this way, in a course of its own with the same seed.
WAYS = {"two workers": 2, "one worker": 1, "three workers": 3}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade the sample class in every way; give entries and pages of each."""
    found = {}
    for way, workers in WAYS.items():
        course = copy_course(tmp_path_factory.mktemp("way") / "course")
        (course.root / ".convlab").mkdir()
        (course.root / ".convlab" / "seed").write_text("20251123\n")
        submitted = course.root / "submitted"
        sample_class(course, STEM, submitted)
        entries = Run(course, STEM, submitted, workers).grade()
        pages = {p.parent.parent.name: p.read_text() for p in course.feedback(STEM)}
        found[way] = entries, pages
    return found


@pytest.mark.parametrize("way", list(WAYS)[1:])
def test_entries_are_the_same(graded, way):
    """Scores, messages, notes and executed notebooks do not depend on the way."""
    first, second = graded["two workers"][0], graded[way][0]
    assert [e.student for e in first] == [e.student for e in second]
    for one, two in zip(first, second, strict=True):
        assert one.verdicts == two.verdicts, one.student
        assert one.notes == two.notes, one.student
        assert one.notebook == two.notebook, one.student


def _without_time(page: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*", "", page)


@pytest.mark.parametrize("way", list(WAYS)[1:])
def test_pages_are_the_same(graded, way):
    """Feedback is the same to the byte, time stamps aside."""
    first, second = graded["two workers"][1], graded[way][1]
    assert set(first) == set(second)
    for student, page in first.items():
        assert _without_time(page) == _without_time(second[student]), student
