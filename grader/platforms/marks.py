"""What students have in a lab, as nbgrader's gradebook says, penalties included."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from traitlets.config import Config

from grader.course.course import Course
from grader.course.late import days_late
from grader.course.silence import in_silence
from grader.platforms.person import Person
from grader.platforms.receipt import Receipt, read_receipt
from grader.platforms.roster import person_of
from grader.platforms.sheet import harmless

_HEADINGS = (
    *("student_id", "last_name", "first_name", "email", "lab", "exercise"),
    *("points", "max_points", "status", "handed_in", "days_late", "penalty"),
)


@dataclass(frozen=True)
class Mark:
    """What a student has in a lab.

    Attributes:
        exercises: points and full points by the name of the cell; points are `None`
            where an answer waits for somebody to read it.
        penalty: points lost because it came late.
        time: when it was handed in, in UTC; `None` if nothing tells.
        days_late: days begun since it was due.
        receipt: where it came from, if it was collected.
    """

    person: Person
    stem: str
    exercises: Mapping[str, tuple[float | None, float]]
    penalty: float = 0.0
    time: datetime | None = None
    days_late: int = 0
    receipt: Receipt | None = None

    @cached_property
    def points(self) -> float:
        """Return the points without what waits, less the penalty, never below 0."""
        earned = sum(points or 0.0 for points, _ in self.exercises.values())
        return max(0.0, earned - self.penalty)

    @cached_property
    def max_points(self) -> float:
        """Return the full points."""
        return sum(most for _, most in self.exercises.values())

    @property
    def pending(self) -> bool:
        """Return whether an answer waits for somebody to read it."""
        return any(points is None for points, _ in self.exercises.values())

    @property
    def late(self) -> str:
        """Return in words how late it came; empty if it did not."""
        if not self.days_late:
            return "late" if self.receipt and self.receipt.late else ""
        days = f"{self.days_late} day{'s' if self.days_late > 1 else ''}"
        return f"{days}, -{self.penalty:g}" if self.penalty else days


def read_marks(course: Course, stem: str) -> list[Mark]:
    """Return the marks of a lab, sorted by student; none if nobody was graded.

    Penalties in the gradebook are renewed.
    """
    from grader.course.gradebook import Gradebook

    if not course.has_gradebook:
        return []
    with Gradebook(course.db_url) as gradebook:
        return marks_in(gradebook, course.config, stem, course.root)


def by_student(marks: Sequence[Mark]) -> dict[str, Mark]:
    """Return marks by the student's id."""
    return {mark.person.id: mark for mark in marks}


def marks_in(gradebook: Any, config: Config, stem: str, root: Path) -> list[Mark]:
    """Return the marks of a lab in an open gradebook, whose penalties it renews.

    nbgrader sets a penalty while it grades; points given by hand come later.
    """
    from nbgrader.api import MissingEntry

    try:
        submissions = gradebook.find_assignment(stem).submissions
    except MissingEntry:
        return []
    _charge(submissions, config)
    gradebook.db.commit()
    marks = [_mark(each, stem, root) for each in submissions]
    return sorted(marks, key=lambda mark: mark.person.id)


def mark_in(
    gradebook: Any, config: Config, stem: str, root: Path, student: str
) -> Mark:
    """Return the mark of one student in an open gradebook, with the penalty renewed."""
    submission = gradebook.find_submission(stem, student)
    _charge([submission], config)
    gradebook.db.commit()
    return _mark(submission, stem, root)


def _charge(submissions: Sequence[Any], config: Config) -> None:
    """Set the penalty of each submission, with the plugin that the course names."""
    from nbgrader.preprocessors import AssignLatePenalties

    step = AssignLatePenalties(config=config)
    with in_silence(step):
        step.init_plugin()
        for each in submissions:
            seconds = each.total_seconds_late
            for notebook in each.notebooks:
                lost = seconds and step.plugin_inst.late_submission_penalty(
                    each.student.id, notebook.score, seconds
                )
                notebook.late_submission_penalty = (
                    step._check_late_penalty(notebook, lost) if lost else None
                )


def _mark(submission: Any, stem: str, root: Path) -> Mark:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Mark(
        person=person_of(submission.student),
        stem=stem,
        exercises={
            grade.name: (
                None if grade.needs_manual_grade else float(grade.score),
                float(grade.max_score),
            )
            for grade in grades
        },
        penalty=submission.late_submission_penalty or 0.0,
        time=submission.timestamp,
        days_late=days_late(submission.total_seconds_late),
        receipt=read_receipt(root, stem, submission.student.id),
    )


def as_csv(marks: Sequence[Mark]) -> str:
    """Return a table with a row per student, lab and exercise."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADINGS)
    for mark in marks:
        writer.writerows(_rows(mark))
    return text.getvalue()


def _rows(mark: Mark) -> Iterator[list[str]]:
    person = mark.person
    who = (person.id, person.last_name, person.first_name, person.email)
    time = mark.time.isoformat(" ", "seconds") if mark.time else ""
    for name, (points, most) in mark.exercises.items():
        yield [
            *map(harmless, who),
            *(mark.stem, name, "" if points is None else f"{points:g}", f"{most:g}"),
            *("pending" if points is None else "graded", time),
            *(str(mark.days_late), f"{mark.penalty:g}"),
        ]
