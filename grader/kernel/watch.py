"""End a kernel that computes for too long and does not let itself be interrupted."""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType

import psutil

# Seconds between two looks at what the kernel has computed.
_TICK = 0.2


class ProcessorLimit(threading.Thread):
    """Kills a process once it has used so many seconds of the processor from here on.

    Attributes:
        over: whether it was killed.
    """

    def __init__(self, pid: int | None, seconds: float) -> None:
        super().__init__(daemon=True)
        self.over = False
        self._seconds = seconds
        self._done = threading.Event()
        self._process: psutil.Process | None = None
        self._begun = 0.0
        with contextlib.suppress(psutil.Error):
            if pid is not None:
                self._process = psutil.Process(pid)
                self._begun = _used(self._process)

    def __enter__(self) -> ProcessorLimit:
        if self._process is not None:
            self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()

    def run(self) -> None:
        """Look now and then, until it is over or this object is left."""
        process = self._process
        with contextlib.suppress(psutil.Error):
            while process is not None and not self._done.wait(_TICK):
                if _used(process) - self._begun > self._seconds:
                    self.over = True
                    process.kill()
                    return


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
