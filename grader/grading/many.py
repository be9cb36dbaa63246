"""Grade many submissions side by side, on this machine's cores."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import forkserver, get_context
from pathlib import Path

import nbformat

from grader import exercises
from grader.course.course import Course
from grader.exceptions import UnreadableSubmission
from grader.grading.entry import Entry, Job, broken, unreadable
from grader.grading.gradebook import one_gradebook, record, register
from grader.grading.journal import Journal, key_of
from grader.grading.one import grade_notebook
from grader.grading.submission import Submission, find, parse, restore
from grader.judging import forbidden_source
from grader.kernel.limits import Limits
from grader.kernel.provisioner import WarmProcess

# Imported once, before the workers are forked; in this order.
_WORKERS_NEED = ("grader.kernel.quiet", "grader.kernel.lean", "grader.grading.one")
_FRAMEWORKS = ("tensorflow", "keras")
# For each worker: the one that runs, and one that waits restored.
_AHEAD = 2


def labs_in(submitted: Path) -> list[str]:
    """Return the labs that somebody handed in."""
    return [stem for stem in exercises.stems() if any(submitted.glob(f"*/{stem}"))]


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
    report: Callable[[int, int], None] = lambda done, total: None
    later: tuple[str, ...] = ()
    known: int = 0

    def grade(self) -> list[Entry]:
        """Grade all submissions and record them.

        Returns:
            One entry per student, sorted.

        Raises:
            InstructorError: there are no submissions, or the gradebook has another lab
                of that name.
        """
        with one_gradebook():
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
        if self.regrade:
            return None
        return journal.find(self.stem, waiting.submission.student, waiting.key)

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
        script = self.course.root / "solutions" / f"{stem}.py"
        return forbidden_source.names_used(script.read_text("utf-8"))

    def _job(self, waiting: _Waiting) -> Job | Entry:
        """Return what a worker gets, or the entry of what cannot be read."""
        course, submission = self.course, waiting.submission
        try:
            notebook = restore(
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
        )


def _run_jobs(
    jobs: Iterable[tuple[Job | Entry, str]], workers: int, names: list[str]
) -> Iterator[tuple[Entry, str]]:
    """Run jobs in worker processes; a worker that dies costs a retry, not the run.

    Args:
        jobs: what to grade, with the key it is recorded under; read a few ahead. An
            entry is done already.
        workers: how many at once.
        names: what the lab uses of libraries.
    """
    coming, left = iter(jobs), dict[Job, str]()
    crashes: Counter[Job] = Counter()
    context = get_context("forkserver")
    warm = WarmProcess.current
    shared = None if warm is None else warm.folder, tuple(names)
    while True:
        with ProcessPoolExecutor(workers, context, _begin, shared) as pool:
            futures = {pool.submit(grade_notebook, job): job for job in left}
            try:
                while True:
                    room = max(0, _AHEAD * workers - len(futures))
                    for job, key in islice(coming, room):
                        if isinstance(job, Entry):
                            yield job, key
                            continue
                        left[job] = key
                        futures[pool.submit(grade_notebook, job)] = job
                    if not futures:
                        return
                    for future in wait(futures, return_when=FIRST_COMPLETED).done:
                        entry = _result(future, futures[future])
                        yield entry, left.pop(futures.pop(future))
            except BrokenProcessPool:
                for future, job in futures.items():
                    if not _died(future):
                        yield _result(future, job), left.pop(job)
                # One worker takes them in order: then it is known whose turn it was.
                if workers == 1:
                    first = next(iter(left))
                    crashes[first] += 1
                    if crashes[first] > 1:
                        yield broken(first, "a worker process died"), left.pop(first)
                workers = 1


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
