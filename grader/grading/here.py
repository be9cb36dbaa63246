"""Grade on this machine, some submissions at once, each in a process that can be lost."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from multiprocessing import forkserver, get_context
from pathlib import Path

from grader.grading.entry import Entry, Job, broken, too_much
from grader.grading.one import grade_notebook
from grader.grading.place import Needs
from grader.kernel.provisioner import WarmProcess
from grader.kernel.workers import Worker, WorkerDied

# For each worker: the submission that runs, and one that waits restored.
_AHEAD = 2
# Times that a submission's worker may die before nobody tries again.
_TRIES = 2


class Here:
    """Workers on this machine (a `Place`), forked from a process that has imported."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._names: tuple[str, ...] = ()
        self._idle: list[Worker] = []
        self._all: list[Worker] = []
        self._ending = False

    def begin(self, stem: str, needs: Needs) -> None:
        """Let the processes that fork import what a lab needs."""
        self._names = needs.names
        if needs.sandboxed:
            WarmProcess.start(needs.names)
        get_context("forkserver").set_forkserver_preload(list(needs.modules))
        forkserver.ensure_running()

    def graded(self, jobs: Iterable[Job | Entry]) -> Iterator[Entry]:
        """Grade jobs, an entry for each (see `Place`)."""
        self._ending = False
        flying: set[Future[Entry]] = set()
        with ThreadPoolExecutor(self.workers) as threads:
            try:
                for job in jobs:
                    if isinstance(job, Entry):
                        yield job
                        continue
                    flying.add(threads.submit(self.grade, job))
                    if len(flying) >= _AHEAD * self.workers:
                        yield from _landed(flying)
                while flying:
                    yield from _landed(flying)
                self.end()
            finally:
                threads.shutdown(wait=False, cancel_futures=True)
                self.kill()

    def grade(self, job: Job) -> Entry:
        """Grade one submission; whoever calls from several threads uses several workers.

        A worker that dies costs a retry; one that judged for too long (see `budget`)
        costs its submission.
        """
        for _ in range(_TRIES):
            try:
                return self._graded(job)
            except WorkerDied as died:
                if self._ending:
                    raise
                if died.signal == getattr(signal, "SIGXCPU", None):
                    return too_much(job)
        return broken(job, "a worker process died")

    def _graded(self, job: Job) -> Entry:
        # Appending to lists and taking from them needs no lock.
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = self._started()
        entry: Entry = worker.call(job)
        self._idle.append(worker)
        return entry

    def _started(self) -> Worker:
        warm = WarmProcess.current
        shared = None if warm is None else warm.folder, self._names
        worker = Worker(partial(_graded_or_broken, grade_notebook), _begin, shared)
        self._all.append(worker)
        if self._ending:
            worker.kill()
        return worker

    def end(self) -> None:
        """End the workers, none of which has anything to do."""
        while self._idle:
            self._idle.pop().end()

    def kill(self) -> None:
        """End the workers now."""
        self._ending = True
        for worker in self._all:
            worker.kill()


def _landed(flying: set[Future[Entry]]) -> Iterator[Entry]:
    """Wait for what is done first, and take it out of what is under way."""
    for future in wait(flying, return_when=FIRST_COMPLETED).done:
        flying.remove(future)
        yield future.result()


def _begin(warm: Path | None, names: tuple[str, ...]) -> None:
    """Begin in a worker: what the fork server has imported is no garbage to look for."""
    gc.freeze()
    WarmProcess.share(warm, names)


def _graded_or_broken(grade: Callable[[Job], Entry], job: Job) -> Entry:
    try:
        return grade(job)
    except Exception as error:
        return broken(job, f"{type(error).__name__}: {error}")
