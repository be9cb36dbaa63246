"""Grade a class with clocks around the grader's own functions.

    python benchmarks/breakdown.py COURSE LAB OUTPUT

One worker; no clock stands in the grader itself. Functions are wrapped here, in the
process that coordinates and, because the workers import this file, in them as well. A
kernel's time is read from outside. The file written maps a place ("coordinator",
"worker", "kernel", "fork server", "warm process") and what it did to CPU seconds.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grader.kernel.lean  # noqa: F401  (before what it keeps out)

_FOLDER = "CONVLAB_BENCHMARK_FOLDER"
NOTHING = "the rest"


class Ledger:
    """Books CPU seconds, of this process and of its kernel, on what runs now."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.kernel: int | None = None
        self.spent: Counter[tuple[str, str]] = Counter()
        self._stack = [NOTHING]
        self._own = self._kernel = 0.0

    def book(self) -> None:
        """Book what was spent since the last call on what runs now."""
        now = time.process_time()
        self.spent[self.place, self._stack[-1]] += now - self._own
        self._own = now
        if self.kernel is not None:
            # At its end a process is gone from /proc.
            now = max(self._kernel, _cpu_of(self.kernel))
            self.spent["kernel", self._stack[-1]] += now - self._kernel
            self._kernel = now

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Book the time inside on `what`, without what is booked further in."""
        self.book()
        self._stack.append(what)
        try:
            yield
        finally:
            self.book()
            self._stack.pop()

    def wrap(self, owner: Any, name: str, what: str) -> None:
        """Book the time of a function on `what`."""
        function = getattr(owner, name)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.on(what):
                return function(*args, **kwargs)

        setattr(owner, name, timed)

    def watch(self, pid: int | None) -> None:
        """Book the time of another kernel from now on."""
        self.book()
        self.kernel, self._kernel = pid, 0.0

    def dump(self) -> list[tuple[str, str, float]]:
        """Return the bookings and start afresh."""
        self.book()
        found = [(*key, seconds) for key, seconds in self.spent.items()]
        self.spent.clear()
        return found


def _cpu_of(pid: int) -> float:
    from meter import cpu_of

    return cpu_of(pid)


def _clocks_in_worker() -> None:
    from grader.grading import one
    from grader.judging import answers, judge
    from grader.kernel.session import Session

    ledger = Ledger("worker")
    output = Path(os.environ[_FOLDER]) / f"{os.getpid()}.jsonl"
    ledger.wrap(Session, "run", "cells")
    ledger.wrap(Session, "_put", "questions")
    ledger.wrap(one, "judge", "comparing")
    ledger.wrap(one, "answers_by", "loading references")
    ledger.wrap(answers.LiveAnswers, "expected", "right answers")
    ledger.wrap(judge, "diagnose", "naming mistakes")
    ledger.wrap(Session, "source", "reading rules")
    _watch_kernels(ledger, Session)
    ledger.wrap(one, "grade_notebook", "reading and writing the notebook")
    _after(one, "grade_notebook", lambda: _append(output, ledger.dump()))


def _watch_kernels(ledger: Ledger, session: Any) -> None:
    start, stop = session._start, session._stop

    def started(self: Any) -> None:
        with ledger.on("starting"):
            start(self)
            ledger.watch(getattr(self._client.km.provisioner, "pid", None))

    def stopped(self: Any) -> None:
        ledger.watch(None)
        with ledger.on("stopping"):
            stop(self)

    session._start, session._stop = started, stopped


def _after(owner: Any, name: str, then: Callable[[], None]) -> None:
    function = getattr(owner, name)

    @functools.wraps(function)
    def both(*args: Any) -> Any:
        try:
            return function(*args)
        finally:
            then()

    setattr(owner, name, both)


def _append(path: Path, found: list[tuple[str, str, float]]) -> None:
    with path.open("a") as file:
        file.write(json.dumps(found) + "\n")


def main() -> None:
    """Grade with clocks and write what they showed."""
    course, stem, output = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    os.environ[_FOLDER] = str(output.parent)
    ledger = Ledger("coordinator")
    with ledger.on("importing"):
        from multiprocessing import forkserver

        from nbgrader.apps import NbGraderAPI  # noqa: F401  (what grading imports late)

        from grader.course.course import Course
        from grader.grading import gradebook, many
        from grader.grading.journal import Journal
        from grader.kernel.provisioner import WarmProcess

    ledger.wrap(many, "register", "registering the lab")
    ledger.wrap(many, "parse", "reading")
    ledger.wrap(many, "restore", "restoring")
    ledger.wrap(Journal, "write", "journal")
    ledger.wrap(many, "record", "gradebook")
    ledger.wrap(gradebook, "write_whole", "autograded")
    run = many.ClassRun(Course(course), stem, course / "submitted", workers=1)
    entries = run.grade()
    found = ledger.dump()
    statuses = {v.status for entry in entries for v in entry.verdicts.values()}
    if "grader error" in statuses:
        sys.exit(f"the grader broke: {[entry.notes for entry in entries]}")
    warm = WarmProcess.current
    others = {
        "warm process": warm.process.pid if warm else None,
        "fork server": forkserver._forkserver._forkserver_pid,
    }
    found += [(n, NOTHING, _cpu_of(pid)) for n, pid in others.items() if pid]
    for path in output.parent.glob("*.jsonl"):
        for line in path.read_text().splitlines():
            found += json.loads(line)
    total: Counter[str] = Counter()
    for place, what, seconds in found:
        total[f"{place}: {what}"] += seconds
    output.write_text(json.dumps(total))


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":
    _clocks_in_worker()
