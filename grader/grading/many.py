"""Grade many submissions side by side, on this machine's cores."""

from __future__ import annotations

import gc
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from multiprocessing import active_children, forkserver, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import nbformat

from grader import exercises
from grader.course.course import Course
from grader.exceptions import UnreadableSubmission
from grader.grading.entry import Entry, Job, broken, too_much, unreadable
from grader.grading.gradebook import one_gradebook, reached, record, register
from grader.grading.journal import Journal, key_of
from grader.grading.one import grade_notebook
from grader.grading.submission import Submission, find, parse, restore, students
from grader.judging import forbidden_source
from grader.kernel.limits import Limits
from grader.kernel.provisioner import WarmProcess
from grader.kernel.workers import worker_processes

# Imported once, before the workers are forked; in this order.
_WORKERS_NEED = ("grader.kernel.quiet", "grader.kernel.lean", "grader.grading.one")
_FRAMEWORKS = ("tensorflow", "keras")
# For each worker: the one that runs, and one that waits restored.
_AHEAD = 2


def labs_in(submitted: Path) -> list[str]:
    """Return the labs that somebody handed in."""
    return [stem for stem in exercises.stems() if any(students(submitted, stem))]


@dataclass(frozen=True)
class _Waiting:
    """A submission, the student's secret seed, and the key of the journal's entry."""

    submission: Submission
    seed: int
    key: str


@dataclass
class ClassRun:
    """One grading of a class in one lab.

    Attributes:
        submitted: a folder in nbgrader's layout, <student>/<lab>/<lab>.ipynb.
        workers: how many submissions run at once.
        regrade: grade again what the journal holds already.
        limits: what one submission may use.
        sandboxed: lock each submission into a sandbox.
        run_all: run every cell, not only what the checks need.
        report: called after each submission: how many are done, of how many.
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
    run_all: bool = False
    report: Callable[[int, int], None] = lambda done, total: None
    later: tuple[str, ...] = ()
    known: int = 0

    def grade(self) -> list[Entry]:
        """Grade all submissions and record them.

        Returns:
            One entry per student, sorted.

        Raises:
            InstructorError: there are no submissions, a file of the lab is missing, or
                the gradebook has another lab of that name.
            HostError: the gradebook cannot be read or written.
        """
        self.course.look_at(self.stem)
        with one_gradebook(), reached(self.course):
            return self._grade(find(self.submitted, self.stem))

    def _grade(self, submissions: list[Submission]) -> list[Entry]:
        journal = Journal(self.course.root)
        waiting = [self._waiting(submission) for submission in submissions]
        known = [self._known(journal, each) for each in waiting]
        todo = [w for w, entry in zip(waiting, known, strict=True) if entry is None]
        if todo:
            self._start_importing()
        register(self.course, self.stem)
        done = [entry for entry in known if entry is not None]
        self.known = len(done)
        entries: list[Entry] = []
        for entry in chain(done, self._graded(journal, todo)):
            record(self.course, entry, self.submitted / entry.student / self.stem)
            entries.append(entry)
            self.report(len(entries), len(submissions))
        return sorted(entries, key=lambda entry: entry.student)

    def _waiting(self, submission: Submission) -> _Waiting:
        seed = self.course.student_seed(self.stem, submission.student)
        solution = self.course.solution(self.stem)
        key = key_of(self.stem, submission.sha256, solution, seed)
        return _Waiting(submission, seed, key)

    def _known(self, journal: Journal, waiting: _Waiting) -> Entry | None:
        """Return what the journal holds; what could not be graded is tried again."""
        if self.regrade:
            return None
        found = journal.find(self.stem, waiting.submission.student, waiting.key)
        return None if found is None or found.ungraded else found

    def _graded(self, journal: Journal, todo: list[_Waiting]) -> Iterator[Entry]:
        """Grade what waits; each entry is in the journal before it is given."""
        if not todo:
            return
        workers = min(self.workers, len(todo))
        jobs = ((self._job(waiting), waiting.key) for waiting in todo)
        for entry, key in _run_jobs(jobs, workers, self._names(self.stem)):
            journal.write(entry, key)
            yield entry

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
                *(name for stem in stems for name in exercises.modules(stem)),
            ]
        )
        forkserver.ensure_running()

    def _names(self, stem: str) -> list[str]:
        """Return what a solution uses of libraries: what most students will use."""
        # A later lab has its own turn to say what is wrong with its script.
        with suppress(OSError, SyntaxError):
            script = self.course.script(stem).read_text("utf-8")
            return forbidden_source.names_used(script)
        return []

    def _job(self, waiting: _Waiting) -> Job | Entry:
        """Return what a worker gets, or the entry of what cannot be read."""
        course, submission = self.course, waiting.submission
        try:
            notebook, notes = restore(
                parse(submission),
                self.stem,
                submission.student,
                course.db_url,
                course.config,
            )
        except UnreadableSubmission as error:
            return unreadable(course, submission, self.stem, str(error))
        return Job(
            stem=self.stem,
            student=submission.student,
            submitted_sha256=submission.sha256,
            notebook=nbformat.writes(notebook),
            solutions=str(course.root / "solutions"),
            seed=waiting.seed,
            limits=self.limits,
            sandboxed=self.sandboxed,
            notes=(*submission.notes, *notes),
            released="" if self.run_all else self._released,
        )

    @cached_property
    def _released(self) -> str:
        return self.course.released(self.stem).read_text("utf-8")


def _run_jobs(
    jobs: Iterable[tuple[Job | Entry, str]], workers: int, names: list[str]
) -> Iterator[tuple[Entry, str]]:
    """Run jobs in worker processes; a worker that dies costs a retry, not the run.

    One that dies because it judged for too long (see `budget`) costs its submission.

    Args:
        jobs: what to grade, with the key it is recorded under; read a few ahead. An
            entry is done already.
        workers: how many at once.
        names: what the lab uses of libraries.
    """
    coming, left = iter(jobs), dict[Job, str]()
    crashes: Counter[Job] = Counter()
    while True:
        processes: set[BaseProcess] = set()
        try:
            yield from _in_one_pool(coming, left, workers, names, processes)
            return
        except BrokenProcessPool:
            # One worker takes them in order: then it is known whose turn it was.
            if workers == 1:
                first = next(iter(left))
                crashes[first] += 1
                if any(map(_overran, processes)):
                    yield too_much(first), left.pop(first)
                elif crashes[first] > 1:
                    yield broken(first, "a worker process died"), left.pop(first)
            workers = 1


def _in_one_pool(
    coming: Iterator[tuple[Job | Entry, str]],
    left: dict[Job, str],
    workers: int,
    names: list[str],
    processes: set[BaseProcess],
) -> Iterator[tuple[Entry, str]]:
    """Run what is left and what comes; note the worker processes.

    Raises:
        BrokenProcessPool: one of them died; what is left has to be run again.
    """
    warm = WarmProcess.current
    shared = None if warm is None else warm.folder, tuple(names)
    with worker_processes(workers, _begin, shared) as pool:
        futures = {pool.submit(grade_notebook, job): job for job in left}
        try:
            while True:
                while len(futures) < _AHEAD * workers:
                    job, key = next(coming, (None, ""))
                    if job is None:
                        break
                    if isinstance(job, Entry):
                        yield job, key
                        continue
                    left[job] = key
                    futures[pool.submit(grade_notebook, job)] = job
                if not futures:
                    return
                if len(processes) < workers:
                    # Once: a dead one's exit code is read by one thread alone.
                    processes.update(active_children())
                for future in wait(futures, return_when=FIRST_COMPLETED).done:
                    entry = _result(future, futures[future])
                    yield entry, left.pop(futures.pop(future))
        except BrokenProcessPool:
            for future, job in futures.items():
                if not _died(future):
                    yield _result(future, job), left.pop(job)
            raise


def _overran(process: BaseProcess) -> bool:
    """Return whether a process was ended because it computed for too long."""
    signalled = -(process.exitcode or 0)
    return signalled > 0 and signalled == getattr(signal, "SIGXCPU", None)


def _begin(warm: Path | None, names: tuple[str, ...]) -> None:
    """Begin in a worker: what the fork server has imported is no garbage to look for."""
    gc.freeze()
    WarmProcess.share(warm, names)


def _died(future: Future[Entry]) -> bool:
    return not future.done() or isinstance(future.exception(), BrokenProcessPool)


def _result(future: Future[Entry], job: Job) -> Entry:
    try:
        return future.result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        return broken(job, f"{type(error).__name__}: {error}")
