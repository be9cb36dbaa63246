"""Grade one submission, end to end: run it, judge it, give the entry to record."""

from __future__ import annotations

import time
from pathlib import Path

import nbformat

from grader import digits, exercises
from grader.course.roles import is_check
from grader.exercises.answers import answers_for
from grader.grading import budget
from grader.grading.entry import Entry, Job, notes_cell
from grader.judging.answers import Answers
from grader.judging.exercise import Exercise
from grader.judging.judge import judge
from grader.judging.render import verdict_outputs
from grader.judging.verdict import Verdict
from grader.judging.words import TOO_MUCH
from grader.kernel import folders
from grader.kernel.environment import kernel_environment
from grader.kernel.session import Session
from grader.notebook.check import OUTSIDE_VARIABLE
from grader.probing.plain import writable


def grade_notebook(job: Job) -> Entry:
    """Run a restored notebook and judge each of its check cells.

    The kernel runs the student's code alone; the check cells are not run there.
    """
    started = time.monotonic()
    # Valid as it was restored; and what a kernel shows need not be.
    notebook = nbformat.v4.reads(job.notebook)
    verdicts: dict[str, Verdict] = {}
    solutions = Path(job.solutions)
    with (
        folders.temporary() as folder,
        _session(folder, job) as session,
    ):
        session.run(nbformat.v4.new_code_cell("from grader import check"))
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for number, cell in enumerate(cells, 1):
            session.later = [later.source for later in cells[number:]]
            if not is_check(cell):
                session.run(cell)
                continue
            name = cell.metadata.nbgrader.grade_id
            exercise = exercises.of_lab(job.stem)[name]
            answers = answers_for(exercise, solutions, job.seed)
            verdicts[name] = _judged(exercise, session, answers, job)
            cell.outputs = verdict_outputs(verdicts[name])
        notes = [*job.notes, *session.notes]
    if notes:
        notebook.cells.insert(0, notes_cell(notes))
    return Entry(
        student=job.student,
        stem=job.stem,
        submitted_sha256=job.submitted_sha256,
        verdicts=verdicts,
        notes=notes,
        notebook=writable(nbformat.v4.writes(notebook)),
        seed=job.seed,
        seconds=round(time.monotonic() - started, 2),
        layers=list(session.layers) if job.sandboxed else [],
    )


def _judged(
    exercise: Exercise, session: Session, answers: Answers, job: Job
) -> Verdict:
    limits = job.limits
    try:
        with budget.limited(limits.judge_seconds, limits.judge_memory_mb):
            return judge(exercise, session, answers, job.seed)
    except budget.TooLong:
        return Verdict(exercise.id, "failed", 0.0, exercise.points, TOO_MUCH)


def _session(folder: Path, job: Job) -> Session:
    environment = kernel_environment() | {OUTSIDE_VARIABLE: "1"}
    data = digits.mnist_folder()
    if data is not None:
        environment[digits.FOLDER_VARIABLE] = str(data)
    readable = () if data is None else (data,)
    return Session(folder, job.limits, environment, job.sandboxed, readable)
