"""What a lab's change does to who is graded already, and what a run changed.

A gradebook that is told a new maximum keeps everybody's old points, so that some would
stand at 5 of 6 beside 6 of 6: whoever was graded by another version of the lab, and is
not graded yet by this one, has no points until then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grader import exercises
from grader.course.course import Course
from grader.course.roles import is_check
from grader.exceptions import InstructorError
from grader.grading.entry import Entry
from grader.grading.journal import Journal, file_name, key_of

# Of a student, by exercise: points (`None`: not graded yet), full points, mistakes.
Told = Mapping[str, tuple[float | None, float, tuple[str, ...]]]


def agree_on_points(course: Course, stem: str) -> None:
    """Look whether a lab's notebooks give the points that its exercises give.

    Raises:
        InstructorError: they do not: they were not built since the exercise changed.
    """
    expected = {name: e.points for name, e in exercises.of_lab(stem).items()}
    for path in (course.solution(stem), course.released(stem)):
        shown = _points_in(path)
        for name in {**expected, **shown}:
            if expected.get(name) != shown.get(name):
                raise InstructorError(
                    f"{name} has {_points(shown, name)} in {path} and "
                    f"{_points(expected, name)} in its exercise. Run `make labs` (or "
                    f"`convlab build {stem}`), release the lab again and grade then."
                )


def _points_in(path: Path) -> dict[str, float]:
    cells = nbformat.read(path, as_version=4).cells
    told = [cell.metadata.nbgrader for cell in cells if is_check(cell)]
    return {each.grade_id: float(each.points) for each in told}


def _points(points: Mapping[str, float], name: str) -> str:
    if name not in points:
        return "no check"
    return f"{points[name]:g} point{'' if points[name] == 1 else 's'}"


def key_now(course: Course, stem: str, student: str, submitted_sha256: str) -> str:
    """Return the journal's key of a submission for the lab and grader as they are now."""
    seed = course.student_seed(stem, student)
    return key_of(stem, submitted_sha256, course.solution(stem), seed)


def stale(course: Course, stem: str) -> list[str]:
    """Return who was graded last by another version of the lab or the grader, sorted."""
    return [
        entry.student
        for path, entry in Journal(course.root).latest_files(stem)
        if path.name
        != file_name(key_now(course, stem, entry.student, entry.submitted_sha256))
    ]


def withdraw(course: Course, stem: str, students: Collection[str]) -> None:
    """Take back the points of checks in the gradebook; they wait to be graded again.

    Points given by hand, extra credit and comments stay.

    Args:
        students: whose; who is not in the gradebook has none.
    """
    from grader.course.gradebook import Gradebook

    if not students:
        return
    names = exercises.of_lab(stem)
    with Gradebook(course.db_url) as gradebook:
        for submission in gradebook.find_assignment(stem).submissions:
            if submission.student.id in students:
                for grade in _checks(submission, names):
                    grade.auto_score = None
                    grade.needs_manual_grade |= grade.manual_score is None
        gradebook.db.commit()


def _checks(submission: Any, names: Collection[str]) -> Iterator[Any]:
    for notebook in submission.notebooks:
        yield from (grade for grade in notebook.grades if grade.name in names)


@dataclass(frozen=True)
class Change:
    """What a run changed for a student.

    Attributes:
        before: the points of the checks after the run before; `None`: there were none.
        after: those after this run.
        reasons: for each exercise that changed, what it was and is.
    """

    student: str
    before: float | None
    after: float
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Return it in a line, such as "ada 14 to 15, relu: sign kept, now right"."""
        if self.before is None:
            return f"{self.student} is new: {self.after:g}"
        same = self.before == self.after
        points = f"stays at {self.after:g}" if same else _to(self.before, self.after)
        return f"{self.student} {points}, {'; '.join(self.reasons)}"


def told(entry: Entry) -> Told:
    """Return what of an entry is compared with the next run's."""
    return {
        name: (
            entry.points_of(name),
            verdict.max_points,
            tuple(mistake for mistake, _ in verdict.mistakes),
        )
        for name, verdict in entry.verdicts.items()
    }


def changes(before: Mapping[str, Told], entries: Sequence[Entry]) -> list[Change]:
    """Return whose points or mistakes are others than after the run before.

    Args:
        before: what was told then, by student; empty: nothing was.
        entries: what this run found.
    """
    found = (_change(before.get(entry.student), entry) for entry in entries)
    return [change for change in found if change is not None] if before else []


def _change(before: Told | None, entry: Entry) -> Change | None:
    if before is None:
        return Change(entry.student, None, entry.points, ())
    now = told(entry)
    reasons = tuple(
        f"{name}: {_what(before.get(name), now.get(name))}"
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    )
    points = sum(each[0] or 0.0 for each in before.values())
    return Change(entry.student, points, entry.points, reasons) if reasons else None


def _what(
    before: tuple[float | None, float, tuple[str, ...]] | None,
    now: tuple[float | None, float, tuple[str, ...]] | None,
) -> str:
    """Return in words what became of an exercise."""
    if before is None or now is None:
        return "new" if before is None else "gone"
    if before[0] is None or now[0] is None:
        return "now graded" if before[0] is None else "could not be graded"
    if before[1] != now[1]:
        return f"{before[0]:g} of {before[1]:g}, now {now[0]:g} of {now[1]:g}"
    was = ", ".join(before[2]) or _grade(before[0], before[1])
    return f"{was}, now {', '.join(now[2]) or _grade(now[0], now[1])}"


def _grade(points: float, most: float) -> str:
    return "right" if points == most else f"{points:g} of {most:g}"


def _to(before: float, after: float) -> str:
    return f"{before:g} to {after:g}"
