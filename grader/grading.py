"""Grade submissions: read, restore, run, judge, record."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.course import Course
from grader.exceptions import UnreadableSubmission
from grader.exercise import Verdict
from grader.journal import Entry, Journal, key_of
from grader.judge import judge
from grader.kernel.session import Limits, Session
from grader.notebook import verdict_outputs
from grader.reference import answers_for
from grader.submission import Submission, find, parse, restore


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


def grade_notebook(task: Task) -> Entry:
    """Run a restored notebook and judge each of its check cells.

    The kernel runs the student's code alone; the check cells are not run there.
    """
    started = time.monotonic()
    notebook = nbformat.reads(task.notebook, as_version=4)
    verdicts: dict[str, Verdict] = {}
    solutions = Path(task.solutions)
    with (
        tempfile.TemporaryDirectory(prefix="convlab-") as folder,
        Session(Path(folder), task.limits, kernel_environment()) as session,
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
        nbformat.writes(notebook),
        task.seed,
        round(time.monotonic() - started, 2),
    )


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


@dataclass(frozen=True)
class Progress:
    """One submission is done: how many of how many."""

    done: int
    total: int
    entry: Entry


def labs_in(submitted: Path) -> list[str]:
    """Give the labs that somebody handed in."""
    return [stem for stem in exercises.stems() if any(submitted.glob(f"*/{stem}"))]


@dataclass
class Run:
    """One grading of a class in one lab.

    Attributes:
        submitted: a folder in nbgrader's layout, <student>/<lab>/<lab>.ipynb.
        workers: how many submissions run at once.
        regrade: grade again what the journal holds already.
        report: called after each submission.
        known: how many submissions the journal held already.
    """

    course: Course
    stem: str
    submitted: Path
    workers: int
    regrade: bool = False
    limits: Limits = field(default_factory=Limits)
    report: Callable[[Progress], None] = lambda progress: None
    known: int = 0

    def grade(self) -> list[Entry]:
        """Grade all submissions and record them; give one entry per student, sorted.

        Raises:
            InstructorError: there are no submissions, or the gradebook has another lab
                of that name.
        """
        submissions = find(self.submitted, self.stem)
        self.course.register(self.stem)
        journal = Journal(self.course.root)
        entries: list[Entry] = []
        tasks: list[tuple[Task, str]] = []

        def finish(entry: Entry) -> None:
            self.course.record(entry)
            entries.append(entry)
            self.report(Progress(len(entries), len(submissions), entry))

        for submission in submissions:
            seed = self.course.student_seed(self.stem, submission.student)
            solution = self.course.solution(self.stem)
            key = key_of(submission.sha256, solution, seed)
            known = journal.find(self.stem, submission.student, key)
            if known is not None and not self.regrade:
                self.known += 1
                finish(known)
                continue
            try:
                tasks.append((self._task(submission, seed), key))
            except UnreadableSubmission as error:
                entry = unreadable(self.course, submission, self.stem, str(error))
                journal.write(entry, key)
                finish(entry)
        for entry, key in _run_tasks(tasks, self.workers):
            journal.write(entry, key)
            finish(entry)
        return sorted(entries, key=lambda entry: entry.student)

    def _task(self, submission: Submission, seed: int) -> Task:
        course = self.course
        notebook = restore(
            parse(submission),
            self.stem,
            submission.student,
            course.db_url,
            course.config,
        )
        return Task(
            self.stem,
            submission.student,
            submission.sha256,
            nbformat.writes(notebook),
            str(course.root / "solutions"),
            seed,
            self.limits,
        )


def _run_tasks(
    tasks: list[tuple[Task, str]], workers: int
) -> Iterator[tuple[Entry, str]]:
    """Run tasks in worker processes; a worker that dies costs a retry, not the run."""
    left = dict(tasks)
    crashes: dict[Task, int] = {}
    while left:
        context = get_context("spawn")
        count = min(workers, len(left))
        with ProcessPoolExecutor(count, context, _silence_stderr) as pool:
            futures: dict[Future[Entry], Task] = {
                pool.submit(grade_notebook, task): task for task in left
            }
            try:
                for future in as_completed(futures):
                    task = futures[future]
                    entry = _result(future, task)
                    yield entry, left.pop(task)
            except BrokenProcessPool:
                for task in list(left):
                    crashes[task] = crashes.get(task, 0) + 1
                    if crashes[task] > 2:
                        yield _broken(task, "a worker process died"), left.pop(task)


def _silence_stderr() -> None:
    """Keep what TensorFlow logs at import off the instructor's screen."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)


def _result(future: Future[Entry], task: Task) -> Entry:
    try:
        return future.result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        return _broken(task, f"{type(error).__name__}: {error}")


def _broken(task: Task, why: str) -> Entry:
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
