"""Processes that work for this one, and end when it does, however it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import Pipe, active_children, get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any

import psutil


@contextmanager
def worker_processes(
    count: int,
    begin: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of workers, forked from multiprocessing's server.

    An exception that leaves this, such as an interrupt, ends what the workers do.

    Args:
        count: how many.
        begin: called in each worker before its first task.
        arguments: what it is called with.
    """
    context = get_context("forkserver")
    shared = (begin, arguments)
    with ProcessPoolExecutor(count, context, _begin, shared) as pool:
        try:
            yield pool
        except BrokenProcessPool:
            raise  # the pool ends the others itself
        except BaseException:
            for worker in active_children():
                _end(worker.pid)
            raise


class WorkerDied(Exception):
    """A worker ended in the middle of its work.

    Attributes:
        signal: the number of the signal that ended it, 0 for none.
    """

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"a worker process ended with {exit_code}")
        self.signal = max(0, -(exit_code or 0))


class Worker:
    """A process of its own, forked from multiprocessing's server, for calls in turn.

    Args:
        function: what it calls; an exception of it ends the process.
        begin: called first.
        arguments: what `begin` is called with.
    """

    # An exit code is there to be read once, and starting a process reads those of others.
    _one_at_a_time = threading.Lock()

    def __init__(
        self,
        function: Callable[[Any], Any],
        begin: Callable[..., None],
        arguments: tuple[Any, ...],
    ) -> None:
        self._connection, theirs = Pipe()
        self._process = get_context("forkserver").Process(
            target=_serve, args=(theirs, function, begin, arguments)
        )
        with self._one_at_a_time:
            self._process.start()
        theirs.close()

    def call(self, argument: Any) -> Any:
        """Return what the function gives for an argument.

        Raises:
            WorkerDied: the process ended before.
        """
        try:
            self._connection.send(argument)
            return self._connection.recv()
        except (EOFError, OSError):
            self.end()
            raise WorkerDied(self._process.exitcode) from None

    def end(self) -> None:
        """End the process, once what it does is done."""
        self._connection.close()
        with self._one_at_a_time:
            self._process.join()

    def kill(self) -> None:
        """End the process now, and all that it started; whoever calls it learns so."""
        with self._one_at_a_time:
            if self._process.is_alive():
                _end(self._process.pid)


def _serve(
    connection: Connection,
    function: Callable[[Any], Any],
    begin: Callable[..., None],
    arguments: tuple[Any, ...],
) -> None:
    # An interrupt is for the process that waits; no handler would be given on to kernels.
    signal.signal(signal.SIGINT, lambda *_: None)
    _begin(begin, arguments)
    with suppress(EOFError):
        while True:
            connection.send(function(connection.recv()))


def _begin(begin: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin is not None:
        begin(*arguments)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()  # on a pipe that closes, however it ends
        _end(os.getpid())


def _end(pid: int | None) -> None:
    """End a process, after all that it started: nobody else would."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (*process.children(recursive=True), process):
            with suppress(psutil.Error):
                each.kill()
