"""Who is in the class: kept in `roster.csv`, and told to nbgrader's gradebook.

The file has the columns that `nbgrader db student import` takes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, astuple, fields
from typing import Any

from grader.course.course import Course
from grader.folder import write_whole
from grader.platforms.people import read_people
from grader.platforms.person import Person, Roster
from grader.platforms.sheet import harmless


def read_roster(course: Course) -> Roster:
    """Return the class: `roster.csv`, and whom nbgrader imported with a name."""
    path = course.root / "roster.csv"
    people = {p.id: p for p in read_people(path)} if path.is_file() else {}
    return Roster((_imported(course) | people).values())


def _imported(course: Course) -> dict[str, Person]:
    from grader.course.gradebook import Gradebook

    if not course.has_gradebook:
        return {}
    with Gradebook(course.db_url) as gradebook:
        people = [person_of(student) for student in gradebook.students]
    return {p.id: p for p in people if p.first_name or p.last_name or p.lms_user_id}


def person_of(student: Any) -> Person:
    """Return a student of nbgrader's gradebook."""
    return Person(*(getattr(student, field.name) or "" for field in fields(Person)))


def write_roster(course: Course, people: Iterable[Person]) -> None:
    """Write `roster.csv`, and the names into nbgrader's gradebook."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Person))
    writer.writerows(map(harmless, astuple(person)) for person in people)
    write_whole(course.root / "roster.csv", text.getvalue())
    enrol(course)


def enrol(course: Course) -> None:
    """Tell nbgrader's gradebook the names in `roster.csv`; harmless if done twice."""
    from nbgrader.api import Student

    from grader.course.gradebook import Gradebook

    path = course.root / "roster.csv"
    if not path.is_file():
        return
    with Gradebook(course.db_url) as gradebook:
        known = {person_of(student) for student in gradebook.students}
        for person in read_people(path):
            if person not in known:
                told = {name: text or None for name, text in asdict(person).items()}
                # The gradebook's own method writes to the disk for each of them.
                gradebook.db.merge(Student(**told))
        gradebook.db.commit()
