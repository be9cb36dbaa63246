"""On a worker of Dask: the process that grades there, and the functions that ask it."""

from __future__ import annotations

import json
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

from distributed import Worker, WorkerPlugin, get_worker


class MachineLost(Exception):
    """The process that grades on a worker has ended, or is not the one that was asked."""


class _Machine:
    """The process (`grader.grading.machine`), and a socket to it for each thread."""

    def __init__(self, lab: str, threads: int) -> None:
        self.id = uuid4().hex
        self._free: SimpleQueue[Connection] = SimpleQueue()
        pairs = [Pipe() for _ in range(threads)]
        theirs = [other for _, other in pairs]
        descriptors = [str(other.fileno()) for other in theirs]
        self._process = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "grader.grading.machine", lab, *descriptors],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[other.fileno() for other in theirs],
            start_new_session=True,
        )
        for own, other in pairs:
            other.close()
            self._free.put(own)

    @property
    def runs(self) -> bool:
        """Return whether the process has not ended."""
        return self._process.poll() is None

    def ask(self, message: bytes) -> bytes:
        """Return the answer to a message; called by no more threads than it was made for.

        Raises:
            MachineLost: the process ended before.
        """
        connection = self._free.get()
        try:
            connection.send_bytes(message)
            return connection.recv_bytes()
        except (EOFError, OSError):
            raise MachineLost(self.id) from None
        finally:
            self._free.put(connection)

    def end(self) -> None:
        """End the process, and all that it started."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class GradingPlugin(WorkerPlugin):  # type: ignore[misc]  # not typed
    """Keep a process that grades on each worker, from its beginning to its end.

    Args:
        name: of the plugin; one that is registered under the same name is replaced.
        lab: what that process is told of the lab.
    """

    def __init__(self, name: str, lab: str) -> None:
        self.name = name
        self.lab = lab

    def setup(self, worker: Worker) -> None:
        """Start the process."""
        self._threads = worker.state.nthreads
        self.machine = _Machine(self.lab, self._threads)

    def teardown(self, worker: Worker) -> None:
        """End the process."""
        self.machine.end()

    def renew(self) -> None:
        """Start the process again if it has ended."""
        if not self.machine.runs:
            self.machine = _Machine(self.lab, self._threads)


def introduce(name: str) -> dict[str, Any]:
    """Return what the worker that runs this is: the process, versions, the sandbox."""
    plugin = get_worker().plugins[name]
    plugin.renew()
    machine = plugin.machine
    told: dict[str, Any] = json.loads(machine.ask(b""))
    return {"machine": machine.id, **told}


def grade(name: str, machine_id: str, job: bytes) -> bytes:
    """Return the entry of a job, both JSON, graded by a worker's process.

    Raises:
        MachineLost: it ended, or another one took its place.
    """
    machine = get_worker().plugins[name].machine
    if machine.id != machine_id:
        raise MachineLost(machine_id)
    answer: bytes = machine.ask(job)
    return answer
