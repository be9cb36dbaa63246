"""Grade one submission, end to end: run it, judge it, give the entry to record."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import digits, exercises
from grader.course.roles import is_check
from grader.exercises.answers import answers_by
from grader.graded import OUTSIDE_VARIABLE
from grader.grading import budget
from grader.grading.entry import MARK, Entry, Job, told
from grader.grading.lacking import absent, lacks
from grader.grading.needed import Plan, needed
from grader.judging.answers import Answers, Remembered
from grader.judging.exercise import Exercise
from grader.judging.judge import judge
from grader.judging.missing import Cell
from grader.judging.render import verdict_outputs
from grader.judging.subject import Subject
from grader.judging.verdict import Verdict
from grader.judging.words import TOO_MUCH
from grader.kernel import folders
from grader.kernel.environment import kernel_environment
from grader.kernel.session import Session
from grader.probing.request import Reply, Request


def grade_notebook(job: Job) -> Entry:
    """Run what the checks of a restored notebook need, and judge each of them.

    The kernel runs the student's code alone; the check cells are not run there. Where an
    answer lacks a name, everything runs in a fresh kernel, and that counts.
    """
    started = time.monotonic()
    # Valid as it was restored; and what a kernel shows need not be.
    notebook = nbformat.v4.reads(job.notebook)
    released = nbformat.v4.reads(job.released) if job.released else None
    plan = _plan(released, notebook, job)
    ran = _Ran.of(job, notebook, plan)
    if ran.lacking:
        notebook = nbformat.v4.reads(job.notebook)
        ran = _Ran.of(job, notebook, None)
    notes = [*job.notes, *ran.notes]
    return Entry(
        student=job.student,
        stem=job.stem,
        submitted_sha256=job.submitted_sha256,
        verdicts=ran.verdicts,
        notes=notes,
        notes_before=len(job.notes),
        notebook=told(notebook, notes),
        seed=job.seed,
        seconds=round(time.monotonic() - started, 2),
        layers=list(ran.layers) if job.sandboxed else [],
    )


def _plan(
    released: NotebookNode | None, notebook: NotebookNode, job: Job
) -> Plan | None:
    """Return what has to run; all of what takes too long to be read."""
    limits = job.limits
    try:
        with budget.limited(limits.judge_seconds, limits.judge_memory_mb):
            return None if released is None else needed(released, notebook)
    except (budget.TooLong, MemoryError):
        return None


@dataclass
class _Ran:
    """A notebook that ran in a kernel, and what the judge said; the cells have outputs.

    Attributes:
        absent: names that were left out with the cells that bind them.
        lacking: an answer may have needed one of them.
    """

    job: Job
    absent: frozenset[str] = frozenset()
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    layers: tuple[str, ...] = ()
    lacking: bool = False

    @classmethod
    def of(cls, job: Job, notebook: NotebookNode, plan: Plan | None) -> _Ran:
        """Run and judge a notebook; of a plan's cells only what it says."""
        ran = cls(job, absent(notebook, plan))
        with folders.temporary() as folder, _session(folder, job) as session:
            session.run(nbformat.v4.new_code_cell("from grader import check"))
            places = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code"]
            for number, place in enumerate(places, 1):
                cell = notebook.cells[place]
                later = (notebook.cells[other] for other in places[number:])
                session.later = [other.source for other in later]
                if is_check(cell):
                    ran._judge(cell, session)
                else:
                    _run(cell, session, None if plan is None else plan.get(place))
            ran.notes = session.notes
            ran.layers = session.layers
        return ran

    def _judge(self, cell: NotebookNode, session: Session) -> None:
        job, name = self.job, cell.metadata.nbgrader.grade_id
        exercise = exercises.of_lab(job.stem)[name]
        answers = _answers(job.stem, name, job.script, job.seed)
        asked = _Asked(session, self.absent)
        self.verdicts[name] = _judged(exercise, asked, answers, job)
        self.lacking = self.lacking or asked.lacking
        cell.outputs = verdict_outputs(self.verdicts[name])


@lru_cache(maxsize=64)
def _answers(stem: str, name: str, script: str, seed: int) -> Answers:
    """Return answers that are computed once for all students of a seed."""
    exercise = exercises.of_lab(stem)[name]
    return Remembered(answers_by(exercise, script, seed))


@dataclass
class _Asked:
    """A session that remembers whether something was lacking (a `Subject`)."""

    session: Session
    absent: frozenset[str]
    lacking: bool = False

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Put requests to the kernel."""
        name = str(requests[0]["name"])
        for reply in self.session.ask_all(requests):
            if not self.lacking:
                self.lacking = lacks(reply, name, self.cells(), self.absent)
            yield reply

    def source(self) -> str:
        """Return the code of the cells that ran."""
        return self.session.source()

    def cells(self) -> Sequence[Cell]:
        """Return all code cells, and how those before ended."""
        return self.session.cells()


def _run(cell: NotebookNode, session: Session, text: str | None) -> None:
    """Run a cell, or only a text of it; what was left out is said in its place."""
    whole = text is None or text.strip() == cell.source.strip()
    if whole:
        session.run(cell)
    elif text:
        part = nbformat.v4.new_code_cell(text)
        session.run(part, cell.source)
        cell.outputs = [*part.outputs, _not_run(_IN_PART)]
    else:
        session.pass_over(cell.source)
        cell.outputs = [_not_run(_NOT_AT_ALL)]


_NOT_AT_ALL = "Not run for grading: no check needs it."
_IN_PART = "Run for grading in part: the checks need no more."


def _not_run(words: str) -> NotebookNode:
    # As nbformat would make it, without asking the schema whether it is valid.
    return nbformat.from_dict(
        {
            "output_type": "display_data",
            "data": {"text/plain": words, "text/html": f"<em>{words}</em>"},
            "metadata": {MARK: "not run"},
        }
    )


def _judged(
    exercise: Exercise, subject: Subject, answers: Answers, job: Job
) -> Verdict:
    limits = job.limits
    try:
        with budget.limited(limits.judge_seconds, limits.judge_memory_mb):
            return judge(exercise, subject, answers, job.seed)
    except budget.TooLong:
        return Verdict(exercise.id, "failed", 0.0, exercise.points, TOO_MUCH)


def _session(folder: Path, job: Job) -> Session:
    environment = kernel_environment() | {OUTSIDE_VARIABLE: "1"}
    data = digits.mnist_folder()
    if data is not None:
        environment[digits.FOLDER_VARIABLE] = str(data)
    readable = () if data is None else (data,)
    return Session(folder, job.limits, environment, job.sandboxed, readable)
