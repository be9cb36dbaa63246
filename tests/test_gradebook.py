"""A gradebook is opened once for each course in it."""

from __future__ import annotations

import pytest
from nbgrader.api import Course, Gradebook

from grader.grading.gradebook import one_gradebook


@pytest.mark.slow
def test_each_course_is_entered(course):
    """Or those who write feedback, several at once, would enter it: all but one fail."""
    assert course.config  # which lets nbgrader find alembic
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
