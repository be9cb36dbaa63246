"""The class report: one page without scripts, to print or to send."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader import exercises
from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.grading.entry import Entry
from grader.grading.journal import Journal
from grader.judging.verdict import Verdict
from grader.platforms.marks import Mark, by_student, read_marks
from grader.reports.page import write_page

# Cividis (Nuñez, Anderton & Renslow 2018) at 0, 0.25, 0.5, 0.75, 1: it grows lighter
# evenly and looks the same with red-green blindness.
_SCALE = ((0, 34, 78), (65, 77, 107), (124, 123, 120), (187, 175, 113), (254, 232, 56))


@dataclass(frozen=True)
class Cell:
    """A student's points in one exercise, and how to colour them."""

    text: str
    background: str
    foreground: str
    title: str


@dataclass(frozen=True)
class Row:
    """A student's row: points by exercise, how late it came, and what happened."""

    student: str
    cells: list[Cell]
    late: str
    notes: list[str]


@dataclass(frozen=True)
class MistakeCount:
    """How many students made a mistake, with its hint."""

    exercise: str
    name: str
    hint: str
    students: int
    width: float


@dataclass(frozen=True)
class LabReport:
    """What the page shows of one lab."""

    stem: str
    title: str
    names: list[str]
    max_points: list[float]
    rows: list[Row]
    solved: list[Cell]
    mistakes: list[MistakeCount]
    unnamed: int
    unprotected: int
    mean: float
    median: float
    total: float


def write_report(course: Course, stems: list[str], path: Path) -> None:
    """Write the report of the given labs, or of all that were graded if none is given.

    Raises:
        InstructorError: nothing was graded yet.
    """
    journal = Journal(course.root)
    graded = {stem: journal.latest(stem) for stem in stems or exercises.stems()}
    labs = [
        lab_report(stem, entries, by_student(read_marks(course, stem)))
        for stem, entries in graded.items()
        if entries
    ]
    if not labs:
        raise InstructorError("Nothing is graded yet; run `convlab grade LAB` first.")
    measured = (course.root / "quality.html").exists()
    write_page(path, "report.html.j2", labs=labs, measured=measured)


def lab_report(stem: str, entries: list[Entry], marks: Mapping[str, Mark]) -> LabReport:
    """Sum up the entries of a lab.

    Args:
        marks: by student, what the gradebook says: names, and who was late.
    """
    known = exercises.of_lab(stem)
    rows, totals = [], []
    whole = float(sum(exercise.points for exercise in known.values()))
    for entry in sorted(entries, key=lambda e: (-e.points, e.student)):
        cells = [_cell(entry.verdicts.get(name)) for name in known]
        total = entry.points
        totals.append(total)
        cells.append(_shade(total, whole, f"{total:g}"))
        mark = marks.get(entry.student)
        name = mark.person.label if mark else entry.student
        rows.append(Row(name, cells, mark.late if mark else "", entry.notes))
    solved = [_solved(name, entries) for name in known]
    counts = _mistakes(entries)
    unnamed = sum(
        verdict.status == "failed" and not verdict.mistakes
        for entry in entries
        for verdict in entry.verdicts.values()
    )
    return LabReport(
        stem=stem,
        title=stem.split("_", 1)[1].replace("_", " "),
        names=list(known),
        max_points=[exercise.points for exercise in known.values()],
        rows=rows,
        solved=solved,
        mistakes=counts,
        unnamed=unnamed,
        unprotected=sum(not e.layers and e.seconds > 0 for e in entries),
        mean=statistics.mean(totals),
        median=statistics.median(totals),
        total=whole,
    )


def _cell(verdict: Verdict | None) -> Cell:
    if verdict is None:
        return Cell("–", "transparent", "inherit", "no check cell")
    if verdict.status == "grader error":
        return Cell("!", "#CC79A7", "#000", verdict.message)
    names = ", ".join(name for name, _ in verdict.mistakes)
    title = names or verdict.message
    return _shade(verdict.points, verdict.max_points, title=title)


def _shade(points: float, most: float, text: str = "", title: str = "") -> Cell:
    share = points / most if most else 0.0
    low = min(int(share * 4), 3)
    mix = share * 4 - low
    colour = [
        round(a + (b - a) * mix)
        for a, b in zip(_SCALE[low], _SCALE[low + 1], strict=True)
    ]
    foreground = "#000" if share > 0.55 else "#fff"
    red, green, blue = colour
    return Cell(text or f"{points:g}", f"rgb({red},{green},{blue})", foreground, title)


def _solved(name: str, entries: list[Entry]) -> Cell:
    told = [entry.verdicts[name] for entry in entries if name in entry.verdicts]
    passed = sum(verdict.passed for verdict in told)
    share = passed / len(entries)
    return _shade(share, 1.0, f"{share:.0%}", f"{passed} of {len(entries)} students")


def _mistakes(entries: list[Entry]) -> list[MistakeCount]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        for verdict in entry.verdicts.values():
            for name, hint in verdict.mistakes:
                counts[verdict.exercise, name, hint] += 1
    most = max(counts.values(), default=1)
    return [
        MistakeCount(exercise, name, hint, students, 100 * students / most)
        for (exercise, name, hint), students in counts.most_common()
    ]
