"""Grade a class in a lab: what was not graded before goes out, what comes back is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import nbformat

from grader import exercises
from grader.course.course import Course
from grader.exceptions import UnreadableSubmission
from grader.grading import preload
from grader.grading.changes import agree_on_points, key_now, stale, withdraw
from grader.grading.entry import Entry, Job, unreadable
from grader.grading.gradebook import one_gradebook, reached, record, register
from grader.grading.here import Here
from grader.grading.journal import Journal
from grader.grading.place import Needs, Place
from grader.grading.submission import Submission, find, parse, restore, students
from grader.grading.twins import code_sha256, twin
from grader.judging.exercise import FROM_SOLUTION
from grader.kernel.limits import Limits

# Imported once, before the workers are forked; in this order.
_WORKERS_NEED = ("grader.kernel.quiet", "grader.kernel.lean", "grader.grading.one")


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
        workers: how many submissions run at once on this machine.
        regrade: grade again what the journal holds already.
        limits: what one submission may use.
        sandboxed: lock each submission into a sandbox.
        run_all: run every cell, not only what the checks need.
        report: called after each submission: how many are done, of how many.
        later: labs that are graded after this one, for which workers are forked from the
            same process.
        once: judge submissions with the same code under the same seed once.
        place: where submissions are graded; by default on this machine.
        rehearsal: write nothing that anybody else reads (see `Journal`).
        known: how many submissions the journal held already.
        twins: how many were not judged, because one with the same code was.
        outdated: whom another version of the lab graded, and who did not hand in here.
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
    once: bool = True
    place: Place | None = None
    rehearsal: bool = False
    known: int = 0
    twins: int = 0
    outdated: tuple[str, ...] = ()

    def grade(self) -> list[Entry]:
        """Grade all submissions and record them.

        Returns:
            One entry per student, sorted; the notebooks are left to the journal, or a
            large class would not fit into memory.

        Raises:
            InstructorError: there are no submissions, a file of the lab is missing, its
                notebooks give other points than its exercises, or the gradebook has
                another lab of that name.
            HostError: the gradebook cannot be read or written.
        """
        self.course.look_at(self.stem)
        agree_on_points(self.course, self.stem)
        with one_gradebook(), reached(self.course):
            return self._grade(find(self.submitted, self.stem))

    def _grade(self, submissions: list[Submission]) -> list[Entry]:
        journal = Journal(self.course.root, self.rehearsal)
        waiting = [self._waiting(submission) for submission in submissions]
        todo = [each for each in waiting if self._known(journal, each) is None]
        left = {each.submission.student for each in todo}
        place = self.place or Here(max(1, min(self.workers, len(todo))))
        if todo:
            place.begin(self.stem, self._needs(todo))
        register(self.course, self.stem)
        done = [each for each in waiting if each.submission.student not in left]
        self._withdraw(
            {each.submission.student for each in done},
            {each.submission.student for each in waiting},
        )
        known = (self._known(journal, each) for each in done)
        self.known = len(done)
        entries: list[Entry] = []
        for entry in chain(filter(None, known), self._graded(place, journal, todo)):
            if not self.rehearsal:
                record(self.course, entry, self.submitted / entry.student / self.stem)
            entries.append(replace(entry, notebook=""))
            self.report(len(entries), len(submissions))
        journal.forget_rehearsal(self.stem)
        return sorted(entries, key=lambda entry: entry.student)

    def _withdraw(self, known: set[str], handed_in: set[str]) -> None:
        """Take back the points that another version of the lab gave."""
        outdated = stale(self.course, self.stem)
        self.outdated = tuple(each for each in outdated if each not in handed_in)
        if not self.rehearsal:
            withdraw(self.course, self.stem, set(outdated) - known)

    def _waiting(self, submission: Submission) -> _Waiting:
        seed = self.course.student_seed(self.stem, submission.student)
        key = key_now(self.course, self.stem, submission.student, submission.sha256)
        return _Waiting(submission, seed, key)

    def _known(self, journal: Journal, waiting: _Waiting) -> Entry | None:
        """Return what the journal holds; what could not be graded is tried again."""
        if self.regrade:
            return None
        found = journal.find(self.stem, waiting.submission.student, waiting.key)
        return None if found is None or found.ungraded else found

    def _graded(
        self, place: Place, journal: Journal, todo: list[_Waiting]
    ) -> Iterator[Entry]:
        """Grade what waits; each entry is in the journal before it is given."""
        first: dict[tuple[str, int], _Waiting] = {}
        seconds: list[tuple[_Waiting, _Waiting]] = []
        for waiting in todo:
            like = first.setdefault(self._code(waiting), waiting)
            if like is not waiting:
                seconds.append((waiting, like))
        yield from self._judged(place, journal, list(first.values()))
        apart = []
        for waiting, like in seconds:
            entry = self._as_twin(journal, waiting, like)
            if entry is None:
                apart.append(waiting)
                continue
            journal.write(entry, waiting.key)
            self.twins += 1
            yield entry
        yield from self._judged(place, journal, apart)

    def _code(self, waiting: _Waiting) -> tuple[str, int]:
        """Return what is the same where one answer serves for both."""
        code = code_sha256(waiting.submission.text) if self.once else ""
        return code or waiting.submission.student, waiting.seed

    def _as_twin(
        self, journal: Journal, waiting: _Waiting, first: _Waiting
    ) -> Entry | None:
        """Return the entry of a submission like another's, `None` if it is not."""
        job = self._job(waiting)
        judged = journal.find(self.stem, first.submission.student, first.key)
        if isinstance(job, Entry) or judged is None:
            return None
        return twin(job, judged)

    def _judged(
        self, place: Place, journal: Journal, todo: list[_Waiting]
    ) -> Iterator[Entry]:
        keys = {waiting.submission.student: waiting.key for waiting in todo}
        if todo:
            for entry in place.graded(map(self._job, todo)):
                journal.write(entry, keys[entry.student])
                yield entry

    def _needs(self, todo: list[_Waiting]) -> Needs:
        handed_in = (waiting.submission.text for waiting in todo)
        names = preload.of_kernels(self.course, self.stem, handed_in, self.run_all)
        judges = (preload.of_judges(stem) for stem in (self.stem, *self.later))
        # Each once; frameworks come before the modules that use them.
        modules = dict.fromkeys(chain(_WORKERS_NEED, *judges))
        return Needs(tuple(names), tuple(modules), self.sandboxed)

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
            notebook=nbformat.v4.writes(notebook),
            seed=waiting.seed,
            limits=self.limits,
            sandboxed=self.sandboxed,
            notes=(*submission.notes, *notes),
            released="" if self.run_all else self._released,
            script=self._script,
        )

    @cached_property
    def _script(self) -> str:
        """Return the solution, if it has right answers that stand nowhere else."""
        lab = exercises.of_lab(self.stem).values()
        if any(exercise.reference is FROM_SOLUTION for exercise in lab):
            return self.course.script(self.stem).read_text("utf-8")
        return ""

    @cached_property
    def _released(self) -> str:
        return self.course.released(self.stem).read_text("utf-8")
