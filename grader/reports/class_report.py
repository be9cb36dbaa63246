"""The class report: one page, a table or JSON, of what to do next and whom to see."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from grader import exercises
from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.folder import PACKAGE
from grader.grading.changes import stale
from grader.grading.journal import Journal
from grader.grading.runs import last_conditions
from grader.grading.submission import passed_over
from grader.platforms.marks import Mark, by_student, read_marks
from grader.platforms.receipt import not_taken
from grader.platforms.roster import read_roster
from grader.platforms.sheet import harmless
from grader.reports import plots
from grader.reports.attempts import attempts_in, helped
from grader.reports.class_data import ENOUGH, Lab, Student, lab_data
from grader.reports.page import write_page

_HEADINGS = (
    *("student_id", "name", "lab", "points", "max_points", "percent", "late"),
    *("state", "failed", "mistakes", "page"),
)


@dataclass(frozen=True)
class Across:
    """A student over all labs of a report.

    Attributes:
        shares: by lab, the part of its points; `None` where nothing was handed in.
        notable: the mistakes made, for a talk.
    """

    name: str
    shares: dict[str, float | None]
    notable: tuple[str, ...]

    @property
    def share(self) -> float:
        """Return the mean part of the points, 0 for what was not handed in."""
        return sum(share or 0.0 for share in self.shares.values()) / len(self.shares)


def class_labs(course: Course, stems: Sequence[str], beside: Path) -> list[Lab]:
    """Return what the class did in the given labs, or in all that were graded.

    Args:
        beside: the folder from which pages are linked.

    Raises:
        InstructorError: nothing was graded yet.
    """
    labs = [
        lab
        for stem in stems or exercises.stems()
        if (lab := _lab(course, stem, beside)) is not None
    ]
    if not labs:
        raise InstructorError("Nothing is graded yet; run `convlab grade LAB` first.")
    return labs


def _lab(course: Course, stem: str, beside: Path) -> Lab | None:
    entries = Journal(course.root).latest(stem)
    if not entries:
        return None
    marks = by_student(read_marks(course, stem))
    pages = {
        entry.student: course.feedback_page(stem, entry.student) for entry in entries
    }
    return lab_data(
        stem,
        entries,
        marks,
        pages={s: os.path.relpath(p, beside) for s, p in pages.items() if p.exists()},
        stale=stale(course, stem),
        missing=_missing(course, marks, {entry.student for entry in entries}),
        aside=_aside(course, stem),
        helped=helped(attempts_in(course.root / "submitted", stem)),
        conditions=last_conditions(course.root, stem),
    )


def _missing(course: Course, marks: Mapping[str, Mark], graded: set[str]) -> list[str]:
    """Return who is in the roster and did not hand in."""
    people = read_roster(course).people
    there = graded | set(marks)
    return sorted(person.label for person in people if person.id not in there)


def _aside(course: Course, stem: str) -> list[str]:
    """Return in sentences what was not taken, and why."""
    submitted = course.root / "submitted"
    journal = Journal(course.root).folder / stem
    return [
        *not_taken(course.root, stem),
        *(
            f"the folder {name}: it is a link, or its name cannot be printed; rename it"
            for name in passed_over(submitted, stem)
        ),
        *(
            f"{path.parent.name}: a record of an earlier grading was damaged and is kept "
            f"as {path.name}"
            for path in sorted(journal.glob("*/*.broken"))
        ),
    ]


def across(labs: Sequence[Lab]) -> list[Across]:
    """Return the students over all labs, those with the fewest points first."""
    found: dict[str, dict[str, Student]] = {}
    for lab in labs:
        for student in lab.students:
            found.setdefault(student.name, {})[lab.stem] = student
    missing = {name for lab in labs for name in lab.missing}
    people = [
        Across(
            name,
            {
                lab.stem: found[name][lab.stem].share
                if lab.stem in found.get(name, {})
                else None
                for lab in labs
            },
            tuple(
                dict.fromkeys(
                    m for s in found.get(name, {}).values() for m in s.mistakes
                )
            ),
        )
        for name in {**found, **dict.fromkeys(missing)}
    ]
    return sorted(people, key=lambda person: (person.share, person.name))


def write_report(course: Course, stems: Sequence[str], path: Path) -> None:
    """Write the page of the given labs, or of all that were graded if none is given.

    Raises:
        InstructorError: nothing was graded yet.
    """
    labs = class_labs(course, stems, path.resolve().parent)
    write_class_page(labs, path, (course.root / "quality.html").exists())


def write_class_page(labs: Sequence[Lab], path: Path, measured: bool = False) -> None:
    """Write the page of some labs.

    Args:
        measured: whether the page on the grader itself is beside it.
    """
    script = (PACKAGE / "reports" / "report.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    write_page(
        path,
        "report.html.j2",
        labs=labs,
        people=across(labs),
        enough=ENOUGH,
        overview=Markup(plots.overview(labs)),  # noqa: S704  (Matplotlib's, escaped)
        plots={lab.stem: Markup(plots.distribution(lab)) for lab in labs},  # noqa: S704
        script=Markup(script),  # noqa: S704  (a file of this package)
        digest=digest,
        measured=measured,
    )


def as_csv(labs: Sequence[Lab]) -> str:
    """Return a table with a row per student and lab, who is missing as well."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADINGS)
    for lab in labs:
        writer.writerows(_row(lab, student) for student in lab.students)
        for name in lab.missing:
            row = (name, name, lab.stem, "", f"{lab.most:g}", "", "", "missing")
            writer.writerow([*map(harmless, row), "", "", ""])
    return text.getvalue()


def _row(lab: Lab, student: Student) -> Iterator[str]:
    cells = student.cells.values()
    ours = any(cell.state == "ours" for cell in cells)
    waits = "pending" if student.waiting or ours else "graded"
    yield from map(
        harmless,
        (
            *(student.id, student.name, lab.stem, f"{student.points:g}"),
            *(f"{student.most:g}", f"{100 * student.share:.1f}", student.late),
            *("outdated" if student.stale else waits, " ".join(student.failed)),
            *("; ".join(student.mistakes), student.page),
        ),
    )


def as_json(labs: Sequence[Lab]) -> dict[str, Any]:
    """Return all that the page shows, by lab."""
    return {lab.stem: asdict(lab) for lab in labs}
