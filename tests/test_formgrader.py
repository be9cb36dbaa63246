"""Points by hand, entered in a browser on nbgrader's page for instructors."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser import chromium, jupyterlab, lacking

from grader.authoring.sample_class import sample_class
from grader.course.course import Course
from grader.course.gradebook import Gradebook
from grader.grading.many import ClassRun
from grader.reports.feedback import write_feedback

pytestmark = [
    pytest.mark.complete,
    pytest.mark.slow,
    pytest.mark.skipif(bool(lacking()), reason=f"no browser: {lacking()}"),
]
STEM = "lab00_how_grading_works"
STUDENT = "all-right"


def _points(course: Course) -> tuple[float, bool]:
    with Gradebook(course.db_url) as gradebook:
        submission = gradebook.find_submission(STEM, STUDENT)
        return submission.score, submission.needs_manual_grade


def test_points_by_hand(course: Course, tmp_path: Path) -> None:
    """They and a comment are kept, also when the class is graded again."""
    submitted = course.root / "submitted"
    for student in sample_class(course, STEM, submitted):
        if student != STUDENT:
            shutil.rmtree(submitted / student)
    ClassRun(course, STEM, submitted, 1).grade()
    before, waits = _points(course)
    assert waits
    home = tmp_path / "home"
    home.mkdir()
    with (
        chromium() as browser,
        jupyterlab(course.root, home, instructor=True) as address,
    ):
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)  # which lets whoever has the token in
        server, _, _ = address.partition("/lab?")
        page.goto(f"{server}/formgrader/gradebook/{STEM}/{STEM}/")
        page.get_by_role("link", name="Submission #1").click()
        points = page.locator("input.score.needs_manual_grade")
        with page.expect_response("**/api/grade/*") as answer:
            points.fill("1")
            points.press("Tab")
        assert answer.value.ok
        with page.expect_response("**/api/comment/*") as answer:
            page.locator("textarea.comment").last.fill("Say which weights.")
            page.keyboard.press("Tab")
        assert answer.value.ok
        page.screenshot(path=tmp_path / "formgrader.png", full_page=True)
    assert _points(course) == (before + 1, False)
    ClassRun(course, STEM, submitted, 1, regrade=True).grade()
    assert _points(course) == (before + 1, False)
    (written,) = write_feedback(course, STEM, 1)
    assert "Say which weights." in written.read_text("utf-8")
