"""Measure what grading costs beyond the student's own work.

    python benchmarks/grading.py [--lab lab03 ...] [--students 30] [--rounds 3] [--json]

In one run and on one class, for each lab: the floor, `convlab grade` with one and with two
workers, and plain `nbgrader autograde`. The class repeats the honest and mistaken students
of `convlab sample-class`; those that plain nbgrader would lose are left out.

The floor is the same cells, check cells included, run one after the other in one process
whose libraries are imported already, with no grading around them (`floor.py`). Overhead is
what a submission costs beyond the floor. CPU seconds are those of every process a command
starts (`meter.py`); what a run costs once, such as imports, is shared by the class. The
lab is in the gradebook already, as it is once it was released, for both graders. Plain
nbgrader grades a sample of the class, because it is slow; its imports are shared by the
whole class all the same. Everything is measured in rounds, one variant after the other.
What else runs on a machine, or on the one that a virtual machine shares, makes the same
work cost up to half as much again, for minutes: so variants are compared within a round,
and the middle one of the rounds counts. The last table says where the overhead goes
(`breakdown.py`).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

import meter
from rich.console import Console
from rich.table import Table

from grader import exercises
from grader.authoring.sample_class import sample_class
from grader.course.course import Course
from grader.folder import CONFIG_NAME, find_root
from grader.grading.gradebook import register
from grader.kernel.environment import kernel_environment

LABS = ("lab03", "lab09")
# The floor in forks is measured on so many students: one of each kind.
APART = 6
KINDS = ("all-right", "mistake-1", "own-cells", "mistake-2", "partial", "deleted-check")
HERE = Path(__file__).resolve().parent
SCRIPTS = Path(sys.executable).parent
# CPU seconds of overhead, by whether a lab needs TensorFlow.
MOST_OVERHEAD = {False: 0.3, True: 0.5}
MOST_OF_PLAIN, LEAST_SPEEDUP, MOST_MB = 0.1, 1.8, 200.0
_IMPORT_NBGRADER = "import grader.course.nbgrader_steps, nbgrader.converters.autograde, nbgrader.apps.nbgraderapp"


@dataclass
class Result:
    """What was measured in one lab; seconds of CPU and wall are per submission.

    Attributes:
        cpu, wall: variant -> what each round measured.
        floor_checks: CPU seconds in check cells, a part of the floor, of each round.
        startup, plain_startup: CPU seconds that a run costs once; shared by the class in
            the other figures.
        private_mb: kind of process -> most private memory of one, in `convlab grade`.
        parts: what the clocks saw, CPU seconds per submission.
    """

    lab: str
    tensorflow: bool
    students: int
    cpu: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)
    floor_checks: list[float] = field(default_factory=list)
    plain_students: int = 0
    startup: float = 0.0
    plain_startup: float = 0.0
    private_mb: dict[str, float] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    clocked_students: int = 0

    def note(self, name: str, cpu: float, wall: float) -> None:
        """Keep what a variant cost in a round."""
        self.cpu.setdefault(name, []).append(cpu)
        self.wall.setdefault(name, []).append(wall)

    def overhead(self, name: str) -> float:
        """Return the CPU seconds that a variant costs beyond the floor of its round."""
        floor = "floor of plain" if name == "plain nbgrader" else "floor"
        return _middle(float.__sub__, self.cpu[name], self.cpu[floor])

    @property
    def of_plain(self) -> float:
        """Return the overhead as a part of plain nbgrader's."""
        return self.overhead("one worker") / self.overhead("plain nbgrader")

    @property
    def speedup(self) -> float:
        """Return how many times as fast as one worker two are."""
        return self._times_as_fast("one worker", "two workers")

    @property
    def cores_speedup(self) -> float:
        """Return the same for the cells alone: what this machine's second core is worth."""
        return self._times_as_fast("apart", "paired")

    def _times_as_fast(self, one: str, two: str) -> float:
        return _middle(float.__truediv__, self.wall[one], self.wall[two])


def _middle(
    compare: Callable[[float, float], float], ours: list[float], theirs: list[float]
) -> float:
    return median(map(compare, ours, theirs))


def measure(
    lab: str, students: int, plain: int, clocked: int, rounds: int, folder: Path
) -> Result:
    """Measure everything in one lab, in copies of the course below `folder`."""
    stem = exercises.stem_of(lab)
    names = make_class(stem, students, folder / "class")
    bench = _Bench(stem, names, folder)
    script = (find_root() / "solutions" / f"{stem}.py").read_text("utf-8")
    result = Result(stem, "import tensorflow" in script, len(names))
    sample = _spread(names, plain)
    for _ in range(rounds):
        floor = bench.floor(names)
        _note_floor(result, "floor", list(floor.values()))
        result.floor_checks.append(mean(spent["checks"] for spent in floor.values()))
        apart = bench.floor(names[:APART], "--apart")
        _note_floor(result, "apart", list(apart.values()))
        paired = bench.floor(names[:APART], "--apart", "--two")
        _note_floor(result, "paired", list(paired.values()), at_once=2)
        for workers, name in ((1, "one worker"), (2, "two workers")):
            cost = bench.convlab(workers)
            result.note(name, cost.cpu / len(names), cost.wall / len(names))
            for kind, most in cost.private_mb.items():
                result.private_mb[kind] = max(result.private_mb.get(kind, 0.0), most)
        if sample:
            _note_floor(result, "floor of plain", [floor[name] for name in sample])
            bench.plain(result, sample)
    result.plain_students = len(sample)
    bench.clocks(result, _spread(names, clocked))
    return result


def _note_floor(
    result: Result, name: str, spent: list[dict[str, float]], at_once: int = 1
) -> None:
    wall = mean(s["wall"] for s in spent) / at_once
    result.note(name, mean(s["cpu"] for s in spent), wall)


def make_class(stem: str, students: int, target: Path) -> list[str]:
    """Copy the course and write its submissions; give the names, sorted."""
    root = find_root()
    for name in ("solutions", "labs"):
        shutil.copytree(root / name, target / name)
    shutil.copy(root / CONFIG_NAME, target)
    written = sample_class(Course(target), stem, target / "samples")
    kinds = [kind for kind in KINDS if kind in written]
    names = [f"student-{number:02d}" for number in range(1, students + 1)]
    for number, name in enumerate(names):
        kind = kinds[number % len(kinds)]
        shutil.copytree(written[kind].parents[1], target / "submitted" / name)
    return names


def _spread(names: Sequence[str], count: int) -> list[str]:
    count = min(count, len(names))
    return [names[i * len(names) // count] for i in range(count)]


@dataclass
class _Bench:
    """Runs the variants, each in a fresh copy of the course with its class."""

    stem: str
    names: Sequence[str]
    folder: Path

    def floor(self, names: Sequence[str], *options: str) -> dict[str, dict[str, float]]:
        """Return name of the student -> what the cells alone cost."""
        course, output = self._course(names), self.folder / "floor.json"
        submitted = str(course / "submitted")
        self._run(["floor.py", self.stem, submitted, str(output), *options], course)
        found: dict[str, dict[str, float]] = json.loads(output.read_text())
        return found

    def convlab(self, workers: int) -> meter.Cost:
        """Grade the class with the command that an instructor uses."""
        course = self._course(self.names)
        register(Course(course), self.stem)
        options = ["--course", str(course), "--workers", str(workers), "--json"]
        command = [str(SCRIPTS / "convlab"), "grade", self.stem, *options]
        return meter.run(command, course, dict(os.environ))

    def clocks(self, result: Result, names: Sequence[str]) -> None:
        """Grade some of the class with clocks in."""
        course = self._course(names)
        output = self.folder / "clocks" / "all.json"
        output.parent.mkdir(exist_ok=True)
        register(Course(course), self.stem)
        cost = self._run(["breakdown.py", str(course), self.stem, str(output)], course)
        result.clocked_students = len(names)
        seen = json.loads(output.read_text())
        result.parts = dict(_parts(seen, cost.cpu, len(names), result))
        result.startup = sum(seen.get(key, 0.0) for key in _ONCE)

    def plain(self, result: Result, names: Sequence[str]) -> None:
        """Grade some of the class with nbgrader, settings of the course included."""
        course = self._course(names)
        register(Course(course), self.stem)
        nbgrader, environment = str(SCRIPTS / "nbgrader"), dict(os.environ)
        imports = [sys.executable, "-c", _IMPORT_NBGRADER]
        once = meter.run(imports, course, environment)
        cost = meter.run([nbgrader, "autograde", self.stem], course, environment)
        each, share = len(names), 1 / len(self.names)
        result.note(
            "plain nbgrader",
            (cost.cpu - once.cpu) / each + once.cpu * share,
            (cost.wall - once.wall) / each + once.wall * share,
        )
        result.plain_startup = once.cpu

    def _run(self, arguments: Sequence[str], course: Path) -> meter.Cost:
        script, *others = arguments
        command = [sys.executable, str(HERE / script), *others]
        return meter.run(command, course, dict(kernel_environment()))

    def _course(self, names: Sequence[str]) -> Path:
        course = Path(tempfile.mkdtemp(dir=self.folder))
        for name in ("solutions", "labs"):
            shutil.copytree(self.folder / "class" / name, course / name)
        shutil.copy(self.folder / "class" / CONFIG_NAME, course)
        for name in names:
            source = self.folder / "class" / "submitted" / name
            shutil.copytree(source, course / "submitted" / name)
        return course


# What a run costs once, as `breakdown.py` names it.
_ONCE = (
    "coordinator: importing",
    "coordinator: registering the lab",
    "fork server: the rest",
    "warm process: the rest",
)
# The rows of the last table: title -> what belongs there.
_ROWS: dict[str, tuple[str, ...]] = {
    "reading and restoring the notebook": (
        "coordinator: reading",
        "coordinator: restoring",
    ),
    "starting and stopping the kernel, its side": ("kernel: starting",),
    "starting and stopping the kernel, our side": (
        "worker: starting",
        "worker: stopping",
    ),
    "cells: messages and outputs, our side": ("worker: cells",),
    "cells: in the kernel": ("kernel: cells",),
    "judging: the student's calls, in the kernel": (
        "kernel: questions",
        "kernel: comparing",
    ),
    "judging: messages, our side": ("worker: questions",),
    "judging: references and right answers": (
        "worker: loading references",
        "worker: right answers",
    ),
    "judging: naming mistakes": ("worker: naming mistakes",),
    "judging: comparing, rules": ("worker: comparing", "worker: reading rules"),
    "the executed notebook": ("worker: reading and writing the notebook",),
    "the worker's start": ("worker: the rest",),
    "journal and autograded/": ("coordinator: journal", "coordinator: autograded"),
    "gradebook": ("coordinator: gradebook",),
    "the rest of the coordinator": ("coordinator: the rest",),
}


def _parts(
    seen: dict[str, float], total: float, students: int, result: Result
) -> Iterator[tuple[str, float]]:
    """Yield each part's CPU seconds per submission; in all they are the overhead."""
    shared = sum(seen.get(key, 0.0) for key in _ONCE)
    yield "imports and registering, shared by the class", shared / result.students
    for title, keys in _ROWS.items():
        yield title, sum(seen.get(key, 0.0) for key in keys) / students
    yield "what the clocks did not see", (total - sum(seen.values())) / students
    checks = median(result.floor_checks)
    yield "less the floor: student's cells", checks - median(result.cpu["floor"])
    yield "less the floor: check cells", -checks


@dataclass(frozen=True)
class Target:
    """What is to be reached, and what was."""

    what: str
    limit: str
    measured: str
    reached: bool


def targets(result: Result) -> Iterator[Target]:
    """Yield the targets of the project with what was measured."""
    most, overhead = MOST_OVERHEAD[result.tensorflow], result.overhead("one worker")
    yield Target(
        "CPU overhead of a submission",
        f"at most {most} s",
        f"{overhead:.2f} s",
        overhead <= most,
    )
    if "plain nbgrader" in result.cpu:
        yield Target(
            "overhead, of plain nbgrader's",
            f"at most {MOST_OF_PLAIN:.0%}",
            f"{result.of_plain:.0%} (of {result.overhead('plain nbgrader'):.2f} s)",
            result.of_plain <= MOST_OF_PLAIN,
        )
    yield Target(
        "two workers, times as fast as one",
        f"at least {LEAST_SPEEDUP}",
        f"{result.speedup:.2f} (the cells alone, on these cores: "
        f"{result.cores_speedup:.2f})",
        result.speedup >= LEAST_SPEEDUP,
    )
    memory = result.private_mb.get("kernel", 0.0)
    yield Target(
        "private memory of a running submission",
        f"at most {MOST_MB:.0f} MB",
        f"{memory:.0f} MB" if memory else "not readable",
        0 < memory <= MOST_MB,
    )


def show(result: Result, console: Console) -> None:
    """Print the tables of one lab."""
    console.print(_variants(result))
    console.print(_parts_table(result))
    table = Table("target", "to reach", "measured", "", title="Targets")
    for target in targets(result):
        mark = "[blue]reached[/]" if target.reached else "[yellow]missed[/]"
        table.add_row(target.what, target.limit, target.measured, mark)
    console.print(table)


def _variants(result: Result) -> Table:
    title = f"{result.lab}: per submission, a class of {result.students}"
    table = Table("", title=title, caption_justify="left")
    for heading in ("CPU s", "wall s", "overhead, CPU s"):
        table.add_column(heading, justify="right")
    labels = {
        "floor": "floor: the cells alone, warm",
        "apart": "the same, each in a fork of its own",
        "paired": "the same, two forks at once",
        "one worker": "convlab grade --workers 1",
        "two workers": "convlab grade --workers 2",
        "plain nbgrader": f"nbgrader autograde (of {result.plain_students})",
    }
    for name, label in labels.items():
        if name in result.cpu:
            cpu, wall = median(result.cpu[name]), median(result.wall[name])
            beyond = result.overhead(name)
            table.add_row(label, f"{cpu:.2f}", f"{wall:.2f}", f"{beyond:.2f}")
    memory = ", ".join(
        f"{kind} {result.private_mb[kind]:.0f} MB"
        for kind in ("kernel", "worker", "warm process", "fork server", "command")
        if kind in result.private_mb
    )
    table.caption = (
        "The floor runs every code cell, check cells included, in one process whose "
        "libraries are imported, without a kernel or any grading, and draws figures as "
        "a notebook does; in a fork of its own, a submission pays what libraries do when "
        "they are first used. convlab's kernel draws a figure once (kernel/pictures.py).\n"
        f"Once per run, shared above: {result.startup:.1f} CPU s (convlab), "
        f"{result.plain_startup:.1f} (nbgrader).\n"
        f"Most private memory of one process: {memory}.\n"
        f"{_bytecode()}"
    )
    return table


def _parts_table(result: Result) -> Table:
    title = (
        f"Where the overhead goes (clocks in, {result.clocked_students} submissions)"
    )
    table = Table("", title=title)
    table.add_column("CPU s per submission", justify="right")
    for what, seconds in result.parts.items():
        table.add_row(what, f"{seconds:.3f}")
    table.add_section()
    table.add_row("overhead", f"{sum(result.parts.values()):.3f}")
    return table


def _bytecode() -> str:
    spec = importlib.util.find_spec("tensorflow")
    compiled = spec and spec.origin and importlib.util.cache_from_source(spec.origin)
    state = "" if compiled and Path(compiled).exists() else "not "
    return f"TensorFlow's bytecode is {state}compiled."


def main() -> None:
    """Print the tables of each lab, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lab", action="append", help="default: lab03 and lab09")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plain", type=int, default=4, help="for nbgrader; 0: none")
    parser.add_argument("--clocks", type=int, default=10, help="for the last table")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    found: list[dict[str, Any]] = []
    for lab in options.lab or LABS:
        with tempfile.TemporaryDirectory(prefix="convlab-bench-") as folder:
            result = measure(
                lab,
                options.students,
                options.plain,
                options.clocks,
                options.rounds,
                Path(folder),
            )
        found.append(asdict(result) | {"targets": [asdict(t) for t in targets(result)]})
        if not options.json:
            show(result, Console())
    if options.json:
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
