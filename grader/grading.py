"""Grade one submission, end to end: run it, judge it, give the entry to record."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import digits, exercises
from grader.course import Course
from grader.exercise import Verdict
from grader.journal import Entry
from grader.judge import judge
from grader.kernel import folders
from grader.kernel.limits import Limits
from grader.kernel.session import Session
from grader.notebook import OUTSIDE_VARIABLE, verdict_outputs
from grader.plain import writable
from grader.reference import answers_for
from grader.submission import Submission


@dataclass(frozen=True)
class Task:
    """All that a worker needs to grade one submission: plain data and the solutions."""

    stem: str
    student: str
    submitted_sha256: str
    notebook: str
    solutions: str
    seed: int
    limits: Limits
    sandboxed: bool


def grade_notebook(task: Task) -> Entry:
    """Run a restored notebook and judge each of its check cells.

    The kernel runs the student's code alone; the check cells are not run there.
    """
    started = time.monotonic()
    # Valid as it was restored; and what a kernel shows need not be.
    notebook = nbformat.v4.reads(task.notebook)
    verdicts: dict[str, Verdict] = {}
    solutions = Path(task.solutions)
    with (
        folders.temporary() as folder,
        _session(folder, task) as session,
    ):
        session.run(nbformat.v4.new_code_cell("from grader import check"))
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            if not is_check(cell):
                session.run(cell)
                continue
            name = cell.metadata.nbgrader.grade_id
            exercise = exercises.of_lab(task.stem)[name]
            answers = answers_for(exercise, solutions, task.seed)
            verdicts[name] = judge(exercise, session, answers, task.seed)
            cell.outputs = verdict_outputs(verdicts[name])
        notes = session.notes
    if notes:
        notebook.cells.insert(0, _notes_cell(notes))
    return Entry(
        task.student,
        task.stem,
        task.submitted_sha256,
        {name: verdict.to_json() for name, verdict in verdicts.items()},
        notes,
        writable(nbformat.v4.writes(notebook)),
        task.seed,
        round(time.monotonic() - started, 2),
        list(session.layers) if task.sandboxed else [],
    )


def _session(folder: Path, task: Task) -> Session:
    environment = kernel_environment() | {OUTSIDE_VARIABLE: "1"}
    data = digits.mnist_folder()
    if data is not None:
        environment[digits.FOLDER_VARIABLE] = str(data)
    readable = () if data is None else (data,)
    return Session(folder, task.limits, environment, task.sandboxed, readable)


def is_check(cell: NotebookNode) -> bool:
    """Say whether a code cell is a check cell: graded, and not the student's."""
    role = cell.metadata.get("nbgrader", {})
    return bool(role.get("grade") and not role.get("solution"))


def kernel_environment() -> dict[str, str]:
    """Give a kernel's environment: offline, quiet, one thread, no setting of the course.

    One thread each is faster than many kernels that share the cores.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CONVLAB_") or name == "CONVLAB_DATA"
    }
    return kept | {
        "CONVLAB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
    }


def _notes_cell(notes: list[str]) -> NotebookNode:
    lines = ["**Notes from grading**", "", *(f"- {note}" for note in notes)]
    return nbformat.v4.new_markdown_cell("\n".join(lines), id="grading-notes")


def unreadable(course: Course, submission: Submission, stem: str, why: str) -> Entry:
    """Give the entry of a file that is no notebook: the empty lab, and why."""
    notebook = nbformat.read(course.released(stem), as_version=4)
    verdicts = {}
    for cell in notebook.cells:
        if is_check(cell):
            name = cell.metadata.nbgrader.grade_id
            exercise = exercises.of_lab(stem)[name]
            verdict = Verdict(exercise.id, "failed", 0.0, exercise.points, why)
            verdicts[name] = verdict.to_json()
            cell.outputs = verdict_outputs(verdict)
    notebook.cells.insert(0, _notes_cell([why]))
    return Entry(
        submission.student,
        stem,
        submission.sha256,
        verdicts,
        [why],
        nbformat.writes(notebook),
        0,
        0.0,
    )


def broken(task: Task, why: str) -> Entry:
    """Give the entry of a submission that our own code could not grade."""
    note = f"This lab could not be graded, through no fault of yours: {why}"
    verdicts = {
        name: Verdict(e.id, "grader error", 0.0, e.points, note).to_json()
        for name, e in exercises.of_lab(task.stem).items()
    }
    notebook = nbformat.reads(task.notebook, as_version=4)
    notebook.cells.insert(0, _notes_cell([note]))
    return Entry(
        task.student,
        task.stem,
        task.submitted_sha256,
        verdicts,
        [note],
        nbformat.writes(notebook),
        task.seed,
        0.0,
    )
