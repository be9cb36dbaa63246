"""Grade on many machines: the workers of a Dask scheduler, however it was made.

Only here are journal and gradebook written. To a worker go a few submissions at a time,
each with the student's seed and, where right answers stand in nothing else, the lab's
solution; a worker that was refused gets none.
"""

from __future__ import annotations

import hashlib
import json
import socket
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, Future

from grader.exceptions import HostError, InstructorError
from grader.grading import plugin
from grader.grading.entry import Entry, Job, broken
from grader.grading.place import Needs
from grader.grading.versions import difference, versions
from grader.kernel.limits import Limits
from grader.kernel.sandbox.promises import missing

# Beside those that run on a worker, one waits there.
_AHEAD = 1
_LOOK_SECONDS = 1.0
_FETCH_SECONDS = 20
# A scheduler that was just started has not written its file yet.
_FILE_SECONDS = 20
# More than a lab has: whatever is judged so often has ended.
_EXERCISES = 20
KILLED = "two machines were lost while they graded it"


@dataclass
class _Worker:
    """A worker of the cluster: what it is, and which jobs are there.

    Attributes:
        machine: its process that grades; empty: it was not heard of yet.
        heard: when it last answered, or got work after having none.
    """

    address: str
    threads: int
    machine: str = ""
    jobs: dict[Future, Job] = field(default_factory=dict)
    heard: float = field(default_factory=time.monotonic)

    def is_silent(self, since: float) -> bool:
        """Return whether it was asked, and has not answered since a time."""
        return self.heard < since and (bool(self.jobs) or not self.machine)


@dataclass
class Cluster:
    """The workers of a scheduler (a `Place`).

    Attributes:
        course: the course folder; another course may use the same scheduler.
        required: promises of the sandbox that a worker has to keep.
        tell: called with a sentence on each worker that is refused.
        silence_seconds: a worker that has work and does not answer for so long is lost.
        wait_seconds: for how long to wait for a worker where there is none.
    """

    client: Client
    course: Path
    required: tuple[str, ...]
    tell: Callable[[str], None]
    silence_seconds: float
    wait_seconds: float
    _name: str = ""
    _ours: dict[str, str] = field(default_factory=dict)
    _workers: dict[str, _Worker] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)
    _ended: SimpleQueue[Future] = field(default_factory=SimpleQueue)
    _asked: dict[Future, _Worker] = field(default_factory=dict)
    _looked: float = 0.0
    _anybody: float = field(default_factory=time.monotonic)

    def begin(self, stem: str, needs: Needs) -> None:
        """Let a process on each worker import what a lab needs, now and on late ones."""
        self.end()
        self._name = _name_of(self.course, stem)
        self._ours = versions(stem)
        self._workers, self._refused, self._looked = {}, {}, 0.0
        self._anybody = time.monotonic()
        lab = json.dumps({"stem": stem, "needs": needs.to_json()})
        try:
            with _scheduler_reached():
                self.client.register_plugin(plugin.GradingPlugin(self._name, lab))
        except HostError:
            raise
        except Exception as error:  # Dask tells it in many ways
            raise HostError(
                f"A worker of the cluster cannot load Convlab ({error}): install the "
                "same there, or end that worker."
            ) from error

    def end(self) -> None:
        """End what was begun on the workers."""
        if self._name:
            with suppress(Exception):  # the scheduler may be gone
                self.client.unregister_worker_plugin(self._name)

    def graded(self, jobs: Iterable[Job | Entry]) -> Iterator[Entry]:
        """Grade jobs, an entry for each (see `Place`).

        Whatever was on a worker that is lost is graded again when the others are done,
        alone on a worker: then it is known whose fault it is.
        """
        suspects: list[Job] = []
        guilty: list[Job] = []
        with _scheduler_reached():
            try:
                yield from self._flown(jobs, _AHEAD, suspects)
                yield from self._flown(suspects, None, guilty)
            finally:
                with suppress(Exception):
                    self.client.cancel([f for f, _ in self._flying()])
        for job in guilty:
            yield broken(job, KILLED)

    def _flown(
        self, jobs: Iterable[Job | Entry], ahead: int | None, lost: list[Job]
    ) -> Iterator[Entry]:
        """Send jobs to workers, and note what is lost with one.

        Args:
            ahead: how many wait on a worker beside those that run; `None`: one job alone.
        """
        coming, more = iter(jobs), True
        while more or any(self._flying()):
            self._look(lost)
            while more and (worker := self._free(ahead)) is not None:
                job = next(coming, None)
                more = job is not None
                if isinstance(job, Entry):
                    yield job
                elif job is not None:
                    self._send(job, worker)
            for future in self._landed():
                yield from self._received(future, lost)

    def _flying(self) -> Iterator[tuple[Future, Job]]:
        for worker in self._workers.values():
            yield from worker.jobs.items()

    def _free(self, ahead: int | None) -> _Worker | None:
        """Return the worker that has least to do, if it may have more."""

        def load(worker: _Worker) -> float:
            return len(worker.jobs) / worker.threads

        there = [worker for worker in self._workers.values() if worker.machine]
        best = min(there, key=load, default=None)
        if best is None:
            return None
        most = 1 if ahead is None else best.threads + ahead
        return best if len(best.jobs) < most else None

    def _send(self, job: Job, worker: _Worker) -> None:
        message = json.dumps(job.to_json()).encode()
        if not worker.jobs:
            worker.heard = time.monotonic()
        future = self._submit(worker, plugin.grade, worker.machine, message)
        worker.jobs[future] = job

    def _submit(
        self, worker: _Worker, function: Callable[..., Any], *args: Any
    ) -> Future:
        future = self.client.submit(
            function,
            self._name,
            *args,
            key=f"{self._name}-{function.__name__}-{uuid4().hex}",
            workers=[worker.address],
            pure=False,
        )
        self._asked[future] = worker
        future.add_done_callback(self._ended.put)
        return future

    def _landed(self) -> Iterator[Future]:
        """Yield what has ended; wait a moment for the first."""
        timeout = _LOOK_SECONDS
        with suppress(Empty):
            while True:
                yield self._ended.get(timeout=timeout)
                timeout = 0.0

    def _received(self, future: Future, lost: list[Job]) -> Iterator[Entry]:
        """Yield the entry that came, if one did."""
        worker = self._asked.pop(future, None)
        if worker is None:
            return  # of a worker that was lost before
        worker.heard = time.monotonic()
        job = worker.jobs.pop(future, None)
        try:
            # What ended lies on its worker still, and may be lost before it is fetched.
            told = future.result(timeout=_FETCH_SECONDS)
        except Exception as error:
            if job is not None:
                lost.append(job)
                self._lose(worker, lost)  # it is greeted anew if it is still there
            else:
                self._refuse(worker, f"cannot grade ({type(error).__name__}: {error})")
            return
        if job is not None:
            yield Entry.from_json(json.loads(told))
        else:
            self._meet(worker, told)

    def _look(self, lost: list[Job]) -> None:
        """Look which workers came and which are gone; not at each call.

        Raises:
            HostError: there is none that can grade.
        """
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        threads = self.client.nthreads()
        for worker in list(self._workers.values()):
            if worker.address not in threads:
                self._lose(worker, lost)
            elif worker.is_silent(now - self.silence_seconds):
                self._lose(worker, lost)
                self._refuse(worker, f"gave no answer for {self.silence_seconds:.0f} s")
        self._refused = {a: why for a, why in self._refused.items() if a in threads}
        for address in threads.keys() - self._workers.keys() - self._refused.keys():
            worker = _Worker(address, threads[address])
            self._workers[address] = worker
            self._submit(worker, plugin.introduce)
        if self._workers:
            self._anybody = now
        elif self._refused:
            raise HostError(
                "No worker of the cluster can grade. "
                + " ".join(self._refused.values())
            )
        elif now - self._anybody > self.wait_seconds:
            raise HostError(
                f"The scheduler had no worker for {self.wait_seconds:.0f} seconds. Start "
                "workers and grade again; what is graded is kept."
            )

    def _meet(self, worker: _Worker, told: Mapping[str, Any]) -> None:
        """Take in a worker that said what it is, or refuse it."""
        differs = difference(self._ours, told["versions"])
        broken_promises = missing(told["layers"], self.required)
        if differs:
            self._refuse(worker, f"has {differs}: install the same there")
        elif broken_promises:
            self._refuse(
                worker,
                f"cannot promise {', '.join(broken_promises)}: its system gives a "
                "sandbox too little, see `convlab doctor` there",
            )
        else:
            worker.machine = told["machine"]

    def _refuse(self, worker: _Worker, why: str) -> None:
        self._workers.pop(worker.address, None)
        sentence = f"Worker {worker.address} {why}."
        self._refused[worker.address] = sentence
        self.tell(f"{sentence} It gets no submissions.")

    def _lose(self, worker: _Worker, lost: list[Job]) -> None:
        """Forget a worker; what was on it is lost."""
        self._workers.pop(worker.address, None)
        for future, job in worker.jobs.items():
            self._asked.pop(future, None)
            future.cancel()
            lost.append(job)
        worker.jobs.clear()


def _name_of(course: Path, stem: str) -> str:
    """Return the name of a lab's plugin: a run replaces what a killed one left."""
    where = f"{socket.gethostname()}:{course.resolve()}:{stem}"
    return f"convlab-{hashlib.sha256(where.encode()).hexdigest()[:12]}"


@contextmanager
def _scheduler_reached() -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError) as error:
        raise HostError(
            f"The scheduler cannot be reached any more ({error}). Start it and grade "
            "again; what is graded is kept."
        ) from error


def _longest(limits: Limits) -> float:
    """Return the seconds after which a submission has ended, whatever it does."""
    judged = _EXERCISES * (limits.judge_seconds + 60)
    return 2.0 * (limits.notebook_seconds + judged)


def _connected(address: str) -> Client:
    if not address.endswith(".json"):
        return Client(address, set_as_default=False)
    deadline = time.monotonic() + _FILE_SECONDS
    while not Path(address).is_file():
        if time.monotonic() > deadline:
            raise FileNotFoundError("there is no such file")
        time.sleep(0.1)
    return Client(scheduler_file=address, set_as_default=False)


@contextmanager
def cluster(
    address: str,
    course: Path,
    required: tuple[str, ...],
    tell: Callable[[str], None],
    limits: Limits,
    wait_seconds: float,
) -> Iterator[Cluster]:
    """Connect to a scheduler; at the end nothing is left on its workers.

    Args:
        address: of the scheduler, or the file that it wrote of itself.
        course: the course folder.
        required: promises of the sandbox that a worker has to keep.
        tell: called with a sentence on each worker that gets no submissions.
        limits: of a submission; after them no worker is waited for.
        wait_seconds: for how long to wait where there is no worker.

    Raises:
        InstructorError: that is no address, or nobody answers there.
    """
    # Of Python's and Dask's versions; those that matter are compared by name.
    warnings.filterwarnings("ignore", module="distributed")
    # Dask would keep the last thousand messages, submissions and all.
    dask.config.set({"distributed.admin.low-level-log-length": 0})
    try:
        client = _connected(address)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise InstructorError(
            f"No Dask scheduler answers at {address} ({error}); give --cluster the "
            "address that `dask scheduler` prints, such as tcp://10.0.0.5:8786."
        ) from error
    with client:
        silence = _longest(limits)
        place = Cluster(client, course, required, tell, silence, wait_seconds)
        try:
            yield place
        finally:
            place.end()
