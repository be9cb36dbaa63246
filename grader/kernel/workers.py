"""Processes that work for this one, and end when it does, however it ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context, parent_process
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
