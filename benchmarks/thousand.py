"""Grade a large class in lab 03 on a Dask cluster of this machine, and watch who does what.

    python benchmarks/thousand.py [--size 1000] [--workers 2] [--json]

A scheduler and one Dask worker with a thread for each of `--workers` run as processes of
their own; `convlab grade --cluster` coordinates. No two submissions are equal: students
of a sample class in turn, each with cells of their own. CPU seconds are those of a
process and of all below it. The coordinator's private memory is read every second; flat
means that its last tenth is not above its first by more than a submission would hold.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import mean

import nbformat
import psutil
from rich.console import Console
from rich.table import Table

from grader.authoring.sample_class import sample_class
from grader.course.course import Course
from grader.folder import CONFIG_NAME, find_root, write_whole

STEM = "lab03_slide_a_filter"
KINDS = ("all-right", "mistake-1", "own-cells", "mistake-2", "partial", "deleted-check")
SCRIPTS = Path(sys.executable).parent
MB = 2**20


def hand_in(course: Course, size: int) -> None:
    """Write a class of students, no two of whom handed in the same."""
    submitted = course.root / "submitted"
    with tempfile.TemporaryDirectory() as folder:
        written = sample_class(course, STEM, Path(folder))
        kinds = [json.loads(written[kind].read_text("utf-8")) for kind in KINDS]
    for number in range(size):
        notebook = kinds[number % len(kinds)]
        own = nbformat.v4.new_code_cell(f"my_try = {number}", id="my-try")
        text = json.dumps({**notebook, "cells": [own, *notebook["cells"]]})
        student = f"student-{number:05d}"
        write_whole(submitted / student / STEM / f"{STEM}.ipynb", text)


@contextmanager
def started(*command: str, folder: Path) -> Iterator[psutil.Process]:
    """Run a command beside this one, for as long as it is needed."""
    with (folder / f"{Path(command[0]).name}-{command[1]}.log").open("wb") as log:
        process = psutil.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


class Watch:
    """Watches processes while a command runs: CPU seconds, and the command's memory."""

    def __init__(self, **others: psutil.Process) -> None:
        self.others = others
        self.before = {name: _cpu(process) for name, process in others.items()}
        self.cpu = dict.fromkeys(["coordinator", *others], 0.0)
        self.memory: list[float] = []

    def run(self, *command: str, folder: Path) -> float:
        """Run a command to its end; return the seconds that it took."""
        began = time.monotonic()
        with (folder / "command.log").open("wb") as log:
            process = psutil.Popen(command, cwd=folder, stdout=log, stderr=log)
            while process.poll() is None:
                self._sample(process)
                with suppress(psutil.TimeoutExpired):
                    process.wait(1)
        if process.returncode:
            sys.exit((folder / "command.log").read_text("utf-8")[-2000:])
        return time.monotonic() - began

    def _sample(self, process: psutil.Process) -> None:
        with suppress(psutil.Error):
            self.memory.append(process.memory_full_info().uss / MB)
            self.cpu["coordinator"] = max(self.cpu["coordinator"], _cpu(process))
        for name, other in self.others.items():
            # What a worker started ends with the command: it is most before.
            spent = _cpu(other) - self.before[name]
            self.cpu[name] = max(self.cpu[name], spent)


def _cpu(top: psutil.Process) -> float:
    """Return the CPU seconds of a process, those below it, and those they waited for."""
    total = 0.0
    for process in (top, *top.children(recursive=True)):
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total


def size_of(*paths: Path) -> float:
    """Return the megabytes of files, and of those in folders."""
    files = [f for path in paths for f in (path, *path.rglob("*")) if f.is_file()]
    return sum(file.stat().st_size for file in files) / MB


def measure(size: int, workers: int, folder: Path) -> dict[str, float]:
    """Grade a class of that size; return what was measured, by name."""
    course = Course(folder / "course")
    for name in ("solutions", "labs"):
        shutil.copytree(find_root() / name, course.root / name)
    shutil.copy(find_root() / CONFIG_NAME, course.root)
    hand_in(course, size)
    convlab, dask = str(SCRIPTS / "convlab"), str(SCRIPTS / "dask")
    with ExitStack() as stack:
        there = folder / "scheduler.json"
        where = ("--no-dashboard", "--host", "127.0.0.1")
        command = (dask, "scheduler", *where, "--port", "0", "--scheduler-file")
        scheduler = stack.enter_context(started(*command, str(there), folder=folder))
        while not there.exists():
            time.sleep(0.1)
        address = json.loads(there.read_text())["address"]
        command = (dask, "worker", address, *where, "--nthreads", str(workers))
        worker = stack.enter_context(started(*command, folder=folder))
        watch = Watch(scheduler=scheduler, workers=worker)
        grade = (convlab, "grade", "lab03", "--cluster", address)
        seconds = watch.run(*grade, folder=course.root)
    tenth = max(1, len(watch.memory) // 10)
    found = {
        "submissions": float(size),
        "minutes": seconds / 60,
        "submissions a minute": 60 * size / seconds,
        **{f"CPU s a submission, {n}": cpu / size for n, cpu in watch.cpu.items()},
        "scheduler's share of CPU, %": 100
        * watch.cpu["scheduler"]
        / sum(watch.cpu.values()),
        # From the second tenth: in the first it imports.
        "coordinator's memory, MB, second tenth": mean(watch.memory[tenth : 2 * tenth]),
        "coordinator's memory, MB, middle": mean(
            watch.memory[len(watch.memory) // 2 :][:tenth]
        ),
        "coordinator's memory, MB, last tenth": mean(watch.memory[-tenth:]),
        "journal, MB": size_of(course.root / ".convlab" / "journal"),
        "gradebook, MB": size_of(course.root / "gradebook.db"),
        "autograded notebooks, MB": size_of(course.root / "autograded"),
    }
    for verb in ("feedback", "report"):
        after = Watch()
        found[f"{verb}, s"] = after.run(convlab, verb, "lab03", folder=course.root)
        found[f"{verb}, CPU s a submission"] = after.cpu["coordinator"] / size
    found["feedback pages, MB"] = size_of(course.root / "feedback")
    found["report, MB"] = size_of(course.root / "report.html")
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="convlab-") as folder:
        found = measure(asked.size, asked.workers, Path(folder))
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    table = Table("", "measured", title=f"{asked.size} submissions to {STEM}")
    for name, value in found.items():
        table.add_row(name, f"{value:,.2f}" if value < 100 else f"{value:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
