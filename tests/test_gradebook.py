"""A gradebook is opened once for each course in it, and is of nbgrader's newest form."""

from __future__ import annotations

import subprocess
import sys

import pytest
from nbgrader.api import Course
from nbgrader.dbutil import write_alembic_ini

from grader.course.gradebook import Gradebook
from grader.grading.gradebook import one_gradebook


@pytest.mark.slow
def test_each_course_is_entered(course):
    """Or those who write feedback, several at once, would enter it: all but one fail."""
    with one_gradebook():
        with Gradebook(course.db_url, course_id=""):
            pass
        with Gradebook(course.db_url) as first:
            pass
        with Gradebook(course.db_url) as second:
            second.update_or_create_student("ada")
        assert first.engine is second.engine
        with Gradebook(course.db_url) as third:
            assert [student.id for student in third.students] == ["ada"]
    with Gradebook(course.db_url, course_id="") as alone:
        assert [each.id for each in alone.db.query(Course)] == ["default_course"]
        assert alone.engine is not first.engine


@pytest.mark.complete
def test_of_the_newest_form(tmp_path):
    """As nbgrader's own migrations leave it."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url):
        pass
    settings = tmp_path / "alembic.ini"
    write_alembic_ini(str(settings), url)
    alembic = [sys.executable, "-m", "alembic.config", "-c", str(settings)]
    subprocess.run([*alembic, "current", "--check-heads"], check=True)
