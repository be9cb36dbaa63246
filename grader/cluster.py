"""Grade many submissions side by side, on this machine's cores."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import forkserver, get_context
from pathlib import Path

import nbformat

from grader import exercises, rules
from grader.course import Course
from grader.exceptions import UnreadableSubmission
from grader.gradebook import one_gradebook
from grader.grading import Task, broken, grade_notebook, unreadable
from grader.journal import Entry, Journal, key_of
from grader.kernel.limits import Limits
from grader.kernel.provisioner import WarmProcess
from grader.submission import Submission, find, parse, restore

# Imported once, before the workers are forked; in this order.
_WORKERS_NEED = ("grader.quiet", "grader.lean", "grader.grading")
_FRAMEWORKS = ("tensorflow", "keras")
# For each worker: the one that runs, and one that waits restored.
_AHEAD = 2


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
        limits: what one submission may use.
        sandboxed: lock each submission into a sandbox.
        report: called after each submission.
        later: labs that are graded after this one, for which workers are forked from the
            same process.
        known: how many submissions the journal held already.
    """

    course: Course
    stem: str
    submitted: Path
    workers: int
    regrade: bool = False
    limits: Limits = field(default_factory=Limits)
    sandboxed: bool = True
    report: Callable[[Progress], None] = lambda progress: None
    later: tuple[str, ...] = ()
    known: int = 0

    def grade(self) -> list[Entry]:
        """Grade all submissions and record them; give one entry per student, sorted.

        Raises:
            InstructorError: there are no submissions, or the gradebook has another lab
                of that name.
        """
        with one_gradebook():
            return self._grade(find(self.submitted, self.stem))

    def _grade(self, submissions: list[Submission]) -> list[Entry]:
        journal = Journal(self.course.root)
        entries: list[Entry] = []

        def finish(entry: Entry) -> None:
            self.course.record(entry)
            entries.append(entry)
            self.report(Progress(len(entries), len(submissions), entry))

        def restored() -> Iterator[tuple[Task, str]]:
            for submission, seed, key in todo:
                try:
                    yield self._task(submission, seed), key
                except UnreadableSubmission as error:
                    entry = unreadable(self.course, submission, self.stem, str(error))
                    journal.write(entry, key)
                    finish(entry)

        todo: list[tuple[Submission, int, str]] = []
        graded: list[Entry] = []
        solution = self.course.solution(self.stem)
        for submission in submissions:
            seed = self.course.student_seed(self.stem, submission.student)
            key = key_of(submission.sha256, solution, seed)
            known = journal.find(self.stem, submission.student, key)
            if known is None or self.regrade:
                todo.append((submission, seed, key))
            else:
                graded.append(known)
        if todo:
            self._start_importing()
        self.course.register(self.stem)
        self.known = len(graded)
        for entry in graded:
            finish(entry)
        if todo:
            workers = min(self.workers, len(todo))
            for entry, key in _run_tasks(restored(), workers, self._names(self.stem)):
                journal.write(entry, key)
                finish(entry)
        return sorted(entries, key=lambda entry: entry.student)

    def _start_importing(self) -> None:
        """Let the processes that fork import while the submissions are restored."""
        if self.sandboxed:
            WarmProcess.start(tuple(self._names(self.stem)))
        stems = (self.stem, *self.later)
        names = {name for stem in stems for name in self._names(stem)}
        context = get_context("forkserver")
        context.set_forkserver_preload(
            [
                *_WORKERS_NEED,
                *(name for name in _FRAMEWORKS if name in names),
                *(f"grader.exercises.{stem}" for stem in stems),
            ]
        )
        forkserver.ensure_running()

    def _names(self, stem: str) -> list[str]:
        """Give what a solution uses of libraries: what most students will use."""
        script = self.course.root / "solutions" / f"{stem}.py"
        return rules.names_used(script.read_text("utf-8"))

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
            self.sandboxed,
        )


def _run_tasks(
    tasks: Iterable[tuple[Task, str]], workers: int, names: list[str]
) -> Iterator[tuple[Entry, str]]:
    """Run tasks in worker processes; a worker that dies costs a retry, not the run.

    Args:
        tasks: what to grade, with the key it is recorded under; read a few ahead.
        workers: how many at once.
        names: what the lab uses of libraries.
    """
    coming, left = iter(tasks), dict[Task, str]()
    crashes: dict[Task, int] = {}
    context = get_context("forkserver")
    warm = WarmProcess.current
    shared = None if warm is None else warm.folder, tuple(names)
    while True:
        with ProcessPoolExecutor(workers, context, _begin, shared) as pool:
            futures: dict[Future[Entry], Task] = {}
            try:
                for task in left:
                    futures[pool.submit(grade_notebook, task)] = task
                while True:
                    room = max(0, _AHEAD * workers - len(futures))
                    for task, key in islice(coming, room):
                        left[task] = key
                        futures[pool.submit(grade_notebook, task)] = task
                    if not futures:
                        return
                    for future in wait(futures, return_when=FIRST_COMPLETED).done:
                        entry = _result(future, futures[future])
                        yield entry, left.pop(futures.pop(future))
            except BrokenProcessPool:
                for future, task in futures.items():
                    if not _died(future):
                        yield _result(future, task), left.pop(task)
                # One worker takes them in order: then it is known whose turn it was.
                if workers == 1:
                    first = next(iter(left))
                    crashes[first] = crashes.get(first, 0) + 1
                    if crashes[first] > 1:
                        yield broken(first, "a worker process died"), left.pop(first)
                workers = 1


def _begin(warm: Path | None, names: tuple[str, ...]) -> None:
    """Begin in a worker: what the fork server has imported is no garbage to look for."""
    gc.freeze()
    WarmProcess.share(warm, names)


def _died(future: Future[Entry]) -> bool:
    return not future.done() or isinstance(future.exception(), BrokenProcessPool)


def _result(future: Future[Entry], task: Task) -> Entry:
    try:
        return future.result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        return broken(task, f"{type(error).__name__}: {error}")
