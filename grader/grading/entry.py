"""What is recorded of one submission, and what of one that could not be graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.course.course import Course
from grader.course.roles import is_check
from grader.grading.submission import Submission
from grader.judging.render import verdict_outputs
from grader.judging.verdict import Status, Verdict
from grader.judging.words import TOO_MUCH
from grader.kernel.limits import Limits
from grader.probing.plain import writable

# The key of metadata under which grading says what it put into a notebook. No student
# writes there: reading a submission keeps no metadata but roles.
MARK = "convlab"


@dataclass(frozen=True)
class Job:
    """All that a worker needs to grade one submission, as plain data.

    Attributes:
        notes: what happened to the file before, in sentences for the student.
        released: the notebook that students got, of which only what the checks need
            runs; empty: everything runs.
        script: the lab's solution, where right answers stand in nothing else.
    """

    stem: str
    student: str
    submitted_sha256: str
    notebook: str
    seed: int
    limits: Limits
    sandboxed: bool
    notes: tuple[str, ...] = ()
    released: str = ""
    script: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the job as plain data; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Job:
        """Rebuild a job from `to_json`."""
        limits, notes = Limits(**data["limits"]), tuple(data["notes"])
        return cls(**{**data, "limits": limits, "notes": notes})


@dataclass(frozen=True)
class Entry:
    """One graded submission.

    Attributes:
        verdicts: by the name of the exercise.
        notes: what happened, in sentences for the student.
        notes_before: of these, how many tell of the file, before it ran.
        notebook: the executed notebook as JSON text.
        seed: the secret seed that drew the cases.
        seconds: wall time.
        layers: what the student's code was locked in with; empty: nothing.
    """

    student: str
    stem: str
    submitted_sha256: str
    verdicts: dict[str, Verdict]
    notes: list[str]
    notebook: str
    seed: int = 0
    seconds: float = 0.0
    layers: list[str] = field(default_factory=list)
    notes_before: int = 0

    @property
    def points(self) -> float:
        """Return the sum of the points."""
        return float(sum(verdict.points for verdict in self.verdicts.values()))

    @property
    def ungraded(self) -> list[str]:
        """Return the exercises on which there is no verdict, through a fault of ours."""
        known = exercises.of_lab(self.stem)
        return [name for name in known if self.points_of(name) is None]

    def points_of(self, name: str) -> float | None:
        """Return the points in an exercise, `None` where there is no verdict on it."""
        verdict = self.verdicts.get(name)
        if verdict is None or verdict.status == "grader error":
            return None
        return verdict.points

    def to_json(self) -> dict[str, Any]:
        """Return the entry as plain data; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """Rebuild an entry from `to_json`."""
        verdicts = {n: Verdict.from_json(v) for n, v in data["verdicts"].items()}
        return cls(**{**data, "verdicts": verdicts})


def unreadable(course: Course, submission: Submission, stem: str, why: str) -> Entry:
    """Return the entry of a file that is no notebook: the empty lab, and why."""
    notebook = nbformat.read(course.released(stem), as_version=4)
    return Entry(
        student=submission.student,
        stem=stem,
        submitted_sha256=submission.sha256,
        verdicts=_alike(notebook, stem, "failed", why),
        notes=[why],
        notebook=nbformat.writes(notebook),
    )


def broken(job: Job, why: str) -> Entry:
    """Return the entry of a submission that our own code could not grade."""
    note = f"This lab could not be graded, through no fault of yours: {why}"
    return _not_judged(job, "grader error", note)


def too_much(job: Job) -> Entry:
    """Return the entry of a submission whose answers ended the process that judged them."""
    return _not_judged(job, "failed", TOO_MUCH)


def _not_judged(job: Job, status: Status, why: str) -> Entry:
    notebook = nbformat.reads(job.notebook, as_version=4)
    return Entry(
        student=job.student,
        stem=job.stem,
        submitted_sha256=job.submitted_sha256,
        verdicts=_alike(notebook, job.stem, status, why),
        notes=[why],
        notebook=nbformat.writes(notebook),
        seed=job.seed,
    )


def _alike(
    notebook: NotebookNode, stem: str, status: Status, why: str
) -> dict[str, Verdict]:
    """Return the same verdict on each exercise, without points; a notebook shows them."""
    verdicts = {
        name: Verdict(exercise.id, status, 0.0, exercise.points, why)
        for name, exercise in exercises.of_lab(stem).items()
    }
    for cell in notebook.cells:
        if is_check(cell):
            cell.outputs = verdict_outputs(verdicts[cell.metadata.nbgrader.grade_id])
    notebook.cells.insert(0, notes_cell([why]))
    return verdicts


def told(notebook: NotebookNode, notes: list[str]) -> str:
    """Return a notebook as JSON text, the notes in a cell before all others."""
    if notes:
        notebook.cells.insert(0, notes_cell(notes))
    return writable(nbformat.v4.writes(notebook))


def notes_cell(notes: list[str]) -> NotebookNode:
    """Return the cell that tells a student what happened while grading."""
    lines = ["**Notes from grading**", "", *(f"- {note}" for note in notes)]
    return nbformat.v4.new_markdown_cell(
        "\n".join(lines), id="grading-notes", metadata={MARK: "notes"}
    )
