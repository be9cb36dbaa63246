"""Grade a class by `convlab grade` and by plain `nbgrader autograde`, and compare.

    python benchmarks/grading.py [LAB ...] [--students N] [--plain N] [--parts] [--json FILE]

For each lab a class like real ones (`classroom.py`) is graded by both commands in one
run, on the same files, one command after the other. CPU seconds are those of every
process that a command starts, from its first to its last (`meter.py`); what a run costs
once, such as imports, is in them. The lab is in the gradebook already, as it is once it
was released. With `--plain` nbgrader grades only so many of the class: it shares nothing
between students but its start, which is measured apart. The floor is what the needed
statements alone cost in a warm interpreter (`floor.py`); what `convlab grade` takes
beyond it is overhead. `--parts` says where that goes (`breakdown.py`).

What else runs on a machine makes the same work cost up to half as much again, both
commands alike: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import meter
from rich.console import Console
from rich.table import Table

from grader import exercises
from grader.course.course import Course
from grader.folder import CONFIG_NAME
from grader.grading.gradebook import register
from grader.grading.journal import Journal
from grader.kernel.environment import kernel_environment

HERE = Path(__file__).resolve().parent
SCRIPTS = Path(sys.executable).parent
# A class is smaller where plain nbgrader takes half a minute of each student.
STUDENTS, FEWER = 30, {"lab08": 15, "lab09": 15, "lab10": 15, "lab11": 15, "lab13": 15}
MOST_OF_PLAIN, MOST_IN_MEDIAN, MOST_MB = 0.2, 0.1, 200.0


@dataclass(frozen=True)
class Result:
    """What was measured in one lab; CPU seconds are per submission.

    Attributes:
        students, plain_students: whom `convlab grade` graded, and plain nbgrader of them.
        answers, wrong, unnamed: answers judged, those that are not right, and of these
            those whose mistake has no name.
        kernel_mb: the most private memory of a kernel, in `convlab grade`.
        parts: where `convlab grade` spends CPU seconds, if that was asked.
    """

    lab: str
    students: int
    plain_students: int
    answers: int
    wrong: int
    unnamed: int
    plain: float
    ours: float
    floor: float
    kernel_mb: float
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Return what a submission costs, as a part of plain nbgrader's."""
        return self.ours / self.plain

    @property
    def overhead(self) -> float:
        """Return what a submission costs beyond the floor."""
        return self.ours - self.floor


def measure(
    lab: str, students: int, plain: int, with_parts: bool, folder: Path
) -> Result:
    """Measure one lab, in copies of the course below `folder`."""
    stem = exercises.stem_of(lab)
    bench = _Bench(stem, students, folder)
    bench.run_script("classroom.py", stem, str(students), str(bench.pattern))
    ours, entries = bench.convlab()
    verdicts = [v for entry in entries for v in entry.verdicts.values()]
    wrong = [v for v in verdicts if not v.passed]
    return Result(
        lab=stem,
        students=students,
        plain_students=plain,
        answers=len(verdicts),
        wrong=len(wrong),
        unnamed=sum(not v.mistakes for v in wrong),
        plain=bench.plain(plain),
        ours=ours.cpu / students,
        floor=bench.floor() / students,
        kernel_mb=ours.private_mb.get("kernel", 0.0),
        parts=bench.parts() if with_parts else {},
    )


@dataclass
class _Bench:
    """Runs the commands, each in a fresh copy of the course with its class."""

    stem: str
    students: int
    folder: Path

    @property
    def pattern(self) -> Path:
        return self.folder / "class"

    def convlab(self) -> tuple[meter.Cost, list[Any]]:
        """Grade the class with the command that an instructor uses."""
        course = self._course()
        options = ["--course", str(course), "--workers", "1", "--json"]
        command = [str(SCRIPTS / "convlab"), "grade", self.stem, *options]
        cost = meter.run(command, course, dict(os.environ))
        return cost, Journal(course).latest(self.stem)

    def plain(self, students: int) -> float:
        """Return nbgrader's CPU seconds per submission, by the first of the class.

        Settings of the course are included. A second run, which finds all graded, shows
        what the command's start costs, which the whole class shares.
        """
        course = self._course()
        for path in sorted((course / "submitted").iterdir())[students:]:
            shutil.rmtree(path)
        command = [str(SCRIPTS / "nbgrader"), "autograde", self.stem]
        both, start = (
            meter.run(command, course, dict(os.environ)).cpu for _ in range(2)
        )
        return (both - start) / students + start / self.students

    def floor(self) -> float:
        """Return the CPU seconds of what has to run."""
        course, output = self._course(), self.folder / "floor.json"
        self.run_script("floor.py", self.stem, str(course), str(output))
        return float(json.loads(output.read_text()))

    def parts(self) -> dict[str, float]:
        """Grade the class with clocks in; return what they saw, per submission."""
        course, output = self._course(), self.folder / "clocks" / "all.json"
        output.parent.mkdir()
        self.run_script("breakdown.py", str(course), self.stem, str(output))
        seen: dict[str, float] = json.loads(output.read_text())
        return {what: seconds / self.students for what, seconds in seen.items()}

    def run_script(self, script: str, *arguments: str) -> None:
        """Run one of the scripts beside this one."""
        command = [sys.executable, str(HERE / script), *arguments]
        meter.run(command, self.folder, dict(kernel_environment()))

    def _course(self) -> Path:
        course = Path(tempfile.mkdtemp(dir=self.folder))
        for name in ("solutions", "labs", "submitted"):
            shutil.copytree(self.pattern / name, course / name)
        shutil.copy(self.pattern / CONFIG_NAME, course)
        register(Course(course), self.stem)
        return course


def targets(results: Sequence[Result]) -> Iterator[tuple[str, str, str, bool]]:
    """Yield what is to be reached: what, the limit, what was measured, whether it is."""
    ratios = [result.ratio for result in results]
    memory = max(result.kernel_mb for result in results)
    for what, limit, found in (
        ("of plain nbgrader's CPU, in every lab", MOST_OF_PLAIN, max(ratios)),
        ("in the median lab", MOST_IN_MEDIAN, median(ratios)),
    ):
        yield what, f"at most {limit:.0%}", f"{found:.1%}", found <= limit
    fits = 0 < memory <= MOST_MB
    most = f"at most {MOST_MB:.0f} MB", f"{memory:.0f} MB" if memory else "not readable"
    yield "private memory of a kernel", *most, fits


def show(results: Sequence[Result], console: Console) -> None:
    """Print the table of labs, what is to be reached, and the parts."""
    table = Table("lab", title="CPU seconds per submission, whole commands")
    for heading in (
        *("students", "of\nthem", "wrong", "no\nname", "nbgrader", "convlab", "ratio"),
        *("floor", "beyond\nit", "kernel\nMB"),
    ):
        table.add_column(heading, justify="right")
    for each in results:
        shares = (
            f"{each.wrong / each.answers:.0%}",
            f"{each.unnamed / each.answers:.0%}",
        )
        seconds = f"{each.plain:.2f}", f"{each.ours:.2f}", f"{each.ratio:.1%}"
        rest = f"{each.floor:.2f}", f"{each.overhead:.2f}", f"{each.kernel_mb:.0f}"
        whom = each.lab[3:5], str(each.students), str(each.plain_students)
        table.add_row(*whom, *shares, *seconds, *rest)
    console.print(table)
    found = Table("to reach", "limit", "measured", "")
    for what, limit, measured, reached in targets(results):
        found.add_row(what, limit, measured, "reached" if reached else "missed")
    console.print(found)
    for each in filter(lambda result: result.parts, results):
        console.print(_parts(each))


def _parts(result: Result) -> Table:
    table = Table(title=f"{result.lab}: where it goes (clocks in)")
    table.add_column("what")
    table.add_column("CPU s per submission", justify="right")
    for what, seconds in sorted(result.parts.items(), key=lambda part: -part[1]):
        table.add_row(what, f"{seconds:.3f}")
    return table


def main() -> None:
    """Measure labs and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labs", nargs="*", help="such as lab03; default: all")
    parser.add_argument("--students", type=int, help="default: 30, in slow labs fewer")
    parser.add_argument("--plain", type=int, help="how many nbgrader grades: all")
    parser.add_argument("--parts", action="store_true", help="say where it goes")
    parser.add_argument("--json", type=Path, help="write the figures to a file")
    options = parser.parse_args()
    results: list[Result] = []
    for lab in options.labs or [stem.split("_")[0] for stem in exercises.stems()]:
        students = options.students or FEWER.get(lab, STUDENTS)
        plain = min(options.plain or students, students)
        with tempfile.TemporaryDirectory(prefix="convlab-bench-") as folder:
            found = measure(lab, students, plain, options.parts, Path(folder))
            results.append(found)
        if options.json:  # after each: what was measured is not lost
            rows = [asdict(r) | {"ratio": r.ratio} for r in results]
            options.json.write_text(json.dumps(rows, indent=1) + "\n")
        Console(stderr=True).print(f"{lab}: {results[-1].ratio:.1%} of plain nbgrader")
    show(results, Console())


if __name__ == "__main__":
    main()
