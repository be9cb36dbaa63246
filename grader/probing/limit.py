"""A limit on the time of a call: the processor's time, not the clock's.

A busy machine makes no function slow. What a call computes counts, in its own thread or
in those of a library, shared among the processors; what it imports does not. A much
later limit of the clock ends what computes nothing and never comes back.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# So many seconds of the clock for each of the processor's; ten times as many while
# something is imported, which may read a slow disk.
CLOCK_FACTOR = 10.0
_IMPORT_FACTOR = 10.0
# Seconds between two looks at what a call has computed.
_TICK = 0.05


class TimeIsUp(Exception):
    """A call was interrupted.

    Attributes:
        busy: it had little of the processor: the limit of the clock ended it.
        importing: an import was interrupted; what is half imported is of no use.
    """

    def __init__(self, busy: bool, importing: bool) -> None:
        super().__init__("the time is up")
        self.busy = busy
        self.importing = importing


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Interrupt the main thread when it has computed for too long; `None`: never.

    Args:
        seconds: of the processor; the clock may take `CLOCK_FACTOR` times as many.

    Raises:
        TimeIsUp: in the main thread; in another one nothing is limited.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    # A program in the background ignores interrupts, and an event loop may keep them.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    watch = _Watch(seconds)
    watch.start()
    try:
        yield
    except KeyboardInterrupt:
        if watch.over is None:
            raise
        raise watch.over from None
    finally:
        watch.done.set()
        if before is not None:  # `None` stands for a handler that Python did not set
            signal.signal(signal.SIGINT, before)


class _Watch(threading.Thread):
    """Looks at the main thread now and then, and interrupts it when its time is up."""

    def __init__(self, seconds: float) -> None:
        super().__init__(daemon=True)
        self.seconds = seconds
        self.done = threading.Event()
        self.over: TimeIsUp | None = None
        self._spent = _Spent.begin()

    def run(self) -> None:
        used = waited = 0.0
        last = time.monotonic()
        while not self.done.wait(_TICK):
            importing, new, now = _imports(), self._spent.more(), time.monotonic()
            used += 0.0 if importing else new
            waited += (now - last) / (_IMPORT_FACTOR if importing else 1.0)
            last = now
            computed = used > self.seconds
            if computed or waited > CLOCK_FACTOR * self.seconds:
                self.over = TimeIsUp(not computed, importing)
                self._interrupt()
                return

    def _interrupt(self) -> None:
        main = threading.main_thread().ident
        if os.name == "posix" and main is not None:
            signal.pthread_kill(main, signal.SIGINT)  # it wakes one that sleeps
        else:
            _thread.interrupt_main()


@dataclass
class _Spent:
    """The processor's time of the main thread, or its share of the whole process's."""

    thread: Callable[[], float]
    last: tuple[float, float]

    @classmethod
    def begin(cls) -> _Spent:
        main = threading.main_thread().ident
        clock = time.process_time
        if hasattr(time, "pthread_getcpuclockid") and main is not None:
            number = time.pthread_getcpuclockid(main)

            def clock() -> float:
                return time.clock_gettime(number)

        return cls(clock, (clock(), time.process_time()))

    def more(self) -> float:
        """Return the seconds since the last call."""
        now = self.thread(), time.process_time()
        own, all_threads = (new - old for new, old in zip(now, self.last, strict=True))
        self.last = now
        return max(own, all_threads / (os.cpu_count() or 1))


def _imports() -> bool:
    """Return whether the main thread is importing something."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
