"""What judging an exercise may take of the process that judges.

An answer is plain data whose size was counted, and still our own code may compute on it
for very long, or ask for much memory. That is a fault of the answer, not ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator

import psutil

from grader.kernel.limits import MB


class TooLong(BaseException):
    """Judging took too long. No `Exception`, which whoever judges might take for its own."""


@contextlib.contextmanager
def limited(seconds: int, megabytes: int, grace: int = 30) -> Iterator[None]:
    """Limit what is computed inside; where there are no such limits, limit nothing.

    Args:
        seconds: of the processor.
        megabytes: of memory, more than the process has already.
        grace: so many seconds later what is not to be interrupted, such as a call of
            NumPy or of Python's parser, ends with its process, by the signal SIGXCPU.

    Raises:
        TooLong: the time is over.
        MemoryError: there is no more memory.
    """
    if os.name != "posix":
        yield
        return
    before = signal.signal(signal.SIGPROF, _stop)
    try:
        with _resources(seconds + grace, megabytes):
            # Again and again, because whoever comes first may have caught it.
            signal.setitimer(signal.ITIMER_PROF, seconds, 1)
            yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(number: int, frame: object) -> None:
    """Raise `TooLong`, but not while a kernel is asked: left half-way, it asks no more."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise TooLong from None


@contextlib.contextmanager
def _resources(seconds: int, megabytes: int) -> Iterator[None]:
    import resource

    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(time.process_time()) + seconds,
    }
    if sys.platform == "linux":  # elsewhere nobody minds it
        used = psutil.Process().memory_info().data
        limits[resource.RLIMIT_DATA] = used + megabytes * MB
    before = {kind: resource.getrlimit(kind) for kind in limits}
    for kind, most in limits.items():
        _, hard = before[kind]
        lower = hard != resource.RLIM_INFINITY and hard < most
        resource.setrlimit(kind, (hard if lower else most, hard))
    try:
        yield
    finally:
        for kind, limit in before.items():
            resource.setrlimit(kind, limit)
