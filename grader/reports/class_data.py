"""What a class did in a lab, as plain data: the page, the table and the JSON show it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grader import exercises
from grader.grading.entry import Entry
from grader.grading.runs import Conditions
from grader.judging.verdict import Verdict
from grader.platforms.marks import Mark
from grader.reports.attempts import Helped
from grader.reports.mistakes import Mistake, mistakes_in

State = Literal["graded", "waits", "ours", "nothing"]
# Below this part of the points a student is on the list of those who need help.
ENOUGH = 0.5


@dataclass(frozen=True)
class Cell:
    """A student's points in one exercise.

    Attributes:
        points: `None` where it waits for somebody.
        title: what the check said, in a few words.
    """

    points: float | None
    most: float
    title: str = ""
    state: State = "graded"

    @property
    def share(self) -> float:
        """Return the part of the full points."""
        return (self.points or 0.0) / self.most if self.most else 0.0


@dataclass(frozen=True)
class Student:
    """A student in a lab.

    Attributes:
        points: what the gradebook says, with points by hand and penalties.
        cells: by exercise.
        mistakes: the names of those that the grader recognised.
        late: in words; empty if it came in time.
        notes: what happened while grading, in sentences.
        page: where the feedback page is, from the report; empty if there is none.
        stale: graded by another version of the lab or the grader.
    """

    id: str
    name: str
    points: float
    most: float
    cells: dict[str, Cell]
    mistakes: tuple[str, ...] = ()
    late: str = ""
    notes: tuple[str, ...] = ()
    page: str = ""
    stale: bool = False

    @property
    def share(self) -> float:
        """Return the part of the full points."""
        return self.points / self.most if self.most else 0.0

    @property
    def waiting(self) -> list[str]:
        """Return the names of what waits for somebody to read it."""
        return [name for name, cell in self.cells.items() if cell.state == "waits"]

    @property
    def failed(self) -> list[str]:
        """Return the names of the exercises that are not right."""
        return [
            name
            for name, cell in self.cells.items()
            if cell.state == "graded" and cell.share < 1
        ]


@dataclass(frozen=True)
class Difficulty:
    """How hard an exercise was."""

    name: str
    most: float
    mean: float
    solved: int
    partly: int
    students: int
    common: str

    @property
    def share(self) -> float:
        """Return the part of the points that the class got."""
        return self.mean / self.most if self.most else 0.0


@dataclass(frozen=True)
class Lab:
    """A lab: students with the fewest points first, and what an instructor asks of it.

    Attributes:
        missing: who is in the roster and did not hand in.
        aside: what was not graded, and why, in sentences.
        helped: what became of mistakes after a hint, if the course keeps tries.
        unprotected: how many ran without a sandbox.
        unnamed: failed checks without a mistake that has a name.
    """

    stem: str
    students: list[Student]
    difficulties: list[Difficulty]
    mistakes: list[Mistake]
    missing: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    helped: list[Helped] = field(default_factory=list)
    conditions: Conditions | None = None
    unprotected: int = 0
    unnamed: int = 0

    @property
    def title(self) -> str:
        """Return the lab's name in words."""
        return self.stem.split("_", 1)[1].replace("_", " ").capitalize()

    @property
    def most(self) -> float:
        """Return the full points."""
        return max((student.most for student in self.students), default=0.0)

    @property
    def shares(self) -> list[float]:
        """Return the parts of the full points, lowest first."""
        return [student.share for student in self.students]

    @property
    def median(self) -> float:
        """Return the median of the points."""
        return statistics.median(student.points for student in self.students)

    @property
    def mean(self) -> float:
        """Return the mean of the points."""
        return statistics.mean(student.points for student in self.students)

    @property
    def in_need(self) -> list[Student]:
        """Return who has less than half of the points, the fewest first."""
        return [student for student in self.students if student.share < ENOUGH]

    @property
    def names(self) -> list[str]:
        """Return the names of what has points, in the order of the lab."""
        names = dict.fromkeys(exercises.of_lab(self.stem))
        for student in self.students:
            names.update(dict.fromkeys(student.cells))
        return list(names)


def lab_data(
    stem: str,
    entries: Sequence[Entry],
    marks: Mapping[str, Mark],
    pages: Mapping[str, str] = {},
    stale: Collection[str] = (),
    missing: Sequence[str] = (),
    aside: Sequence[str] = (),
    helped: Sequence[Helped] = (),
    conditions: Conditions | None = None,
) -> Lab:
    """Sum up the entries of a lab.

    Args:
        marks: by student, what the gradebook says: names, points given by hand as well,
            and who was late. Without a mark the points are those of the checks.
        pages: by student, where the feedback page is from the report.
        stale: who was graded by another version of the lab.
        missing: who did not hand in.
        aside: what else was not graded, and why.
        helped: what became of mistakes after a hint.
        conditions: of the last run.
    """
    students = [
        _student(entry, marks.get(entry.student), pages, stale) for entry in entries
    ]
    names = {student.id: student.name for student in students}
    ungraded = [
        f"{names[entry.student]}: {', '.join(entry.ungraded)} could not be graded, "
        "through a fault of ours; grade again"
        for entry in entries
        if entry.ungraded
    ]
    return Lab(
        stem=stem,
        students=sorted(students, key=lambda s: (s.share, s.name)),
        difficulties=_difficulties(stem, students, entries),
        mistakes=mistakes_in(entries, names),
        missing=list(missing),
        aside=[*aside, *ungraded],
        helped=list(helped),
        conditions=conditions,
        unprotected=sum(not e.layers and e.seconds > 0 for e in entries),
        unnamed=sum(
            verdict.status == "failed" and not verdict.mistakes
            for entry in entries
            for verdict in entry.verdicts.values()
        ),
    )


def _student(
    entry: Entry, mark: Mark | None, pages: Mapping[str, str], stale: Collection[str]
) -> Student:
    cells = _cells(entry, mark)
    most = sum(cell.most for cell in cells.values())
    return Student(
        id=entry.student,
        name=mark.person.label if mark else entry.student,
        points=mark.points if mark else entry.points,
        most=most,
        cells=cells,
        mistakes=tuple(
            dict.fromkeys(
                name
                for verdict in entry.verdicts.values()
                for name, _ in verdict.mistakes
            )
        ),
        late=mark.late if mark else "",
        notes=tuple(entry.notes),
        page=pages.get(entry.student, ""),
        stale=entry.student in stale,
    )


def _cells(entry: Entry, mark: Mark | None) -> dict[str, Cell]:
    known = exercises.of_lab(entry.stem)
    found = {
        name: _cell(entry.verdicts.get(name), exercise.points)
        for name, exercise in known.items()
    }
    for name, (points, most) in (mark.exercises if mark else {}).items():
        cell = found.get(name, Cell(None, most, "a written answer", "waits"))
        if cell.state == "ours":
            continue
        title = cell.title if points == cell.points else f"{cell.title} (by hand)"
        state: State = "waits" if points is None else "graded"
        found[name] = Cell(points, most, title.strip(), state)
    return found


def _cell(verdict: Verdict | None, most: float) -> Cell:
    if verdict is None:
        return Cell(0.0, most, "no check cell", "nothing")
    if verdict.status == "grader error":
        return Cell(None, most, verdict.message, "ours")
    title = ", ".join(name for name, _ in verdict.mistakes) or verdict.message
    return Cell(verdict.points, verdict.max_points, title)


def _difficulties(
    stem: str, students: Sequence[Student], entries: Sequence[Entry]
) -> list[Difficulty]:
    """Return the exercises, the hardest first."""
    found = []
    for name, exercise in exercises.of_lab(stem).items():
        cells = [student.cells[name] for student in students]
        points = [cell.points or 0.0 for cell in cells]
        verdicts = [e.verdicts[name] for e in entries if name in e.verdicts]
        named = Counter(mistake for v in verdicts for mistake, _ in v.mistakes)
        common = named.most_common(1)
        solved = sum(cell.share >= 1 for cell in cells)
        found.append(
            Difficulty(
                name=name,
                most=exercise.points,
                mean=statistics.mean(points) if points else 0.0,
                solved=solved,
                partly=sum(cell.share > 0 for cell in cells) - solved,
                students=len(cells),
                common=f"{common[0][0]} ({common[0][1]})" if common else "",
            )
        )
    return sorted(found, key=lambda each: each.share)
