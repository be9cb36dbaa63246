"""What `convlab grade` does: each lab graded, the class shown, and what changed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from grader.cli.tables import class_json, console, errors, progress, show_class
from grader.course.course import Course
from grader.exceptions import HostError, InstructorError
from grader.grading.changes import Change, changes
from grader.grading.entry import Entry
from grader.grading.many import ClassRun, labs_in
from grader.grading.place import Place
from grader.grading.runs import Conditions, last_told, write_run
from grader.grading.submission import passed_over
from grader.kernel.limits import Limits
from grader.kernel.sandbox.promises import PROMISES, check_level, missing
from grader.platforms.marks import by_student, read_marks

_SHOWN = 12


@dataclass(frozen=True)
class Asked:
    """How to grade, as the command was asked (see `ClassRun`).

    Attributes:
        cluster: the address of a Dask scheduler; `None`: this machine grades.
    """

    workers: int
    regrade: bool
    cell_seconds: int | None
    sandbox: bool
    run_all: bool
    cluster: str | None
    dry_run: bool = False


@dataclass(frozen=True)
class Graded:
    """A lab that was graded: by student, and what became of them since last time.

    Attributes:
        counts: how many were graded before, and how many with one of the same code.
        outdated: whom another version of the lab graded, and who did not hand in here.
    """

    entries: list[Entry]
    changes: list[Change]
    counts: tuple[int, int]
    outdated: tuple[str, ...]


def grade_labs(
    root: Path,
    stems: Sequence[str],
    submitted: Path | None,
    asked: Asked,
    as_json: bool,
) -> None:
    """Grade labs, and print a table of each, or JSON of all.

    Args:
        root: the course folder.
        stems: of the labs; none: all that somebody handed in.
        submitted: the folder of submissions; by default the course's.
        asked: how to grade.
        as_json: print JSON in place of tables.
    """
    here = Course(root)
    limited = {} if asked.cell_seconds is None else {"cell_seconds": asked.cell_seconds}
    limits = Limits.from_config(here.config, **limited)
    folder = submitted or here.root / "submitted"
    stems = stems or labs_in(folder)
    told = {}
    with _place(here, asked, limits) as place:
        for number, stem in enumerate(stems, 1):
            later = tuple(stems[number:])
            graded = _grade(here, stem, folder, asked, limits, later, place)
            marks = by_student(read_marks(here, stem))
            told[stem] = class_json(graded.entries, marks, graded.changes)
            if not as_json:
                passed = passed_over(folder, stem)
                show_class(stem, graded.entries, marks, graded.counts, passed)
                _show_changes(graded, asked.dry_run)
    if as_json:
        print(json.dumps(told))


def _grade(
    here: Course,
    stem: str,
    folder: Path,
    asked: Asked,
    limits: Limits,
    later: tuple[str, ...] = (),
    place: Place | None = None,
) -> Graded:
    """Grade a lab and record how; a rehearsal leaves everything as it is."""
    run_all = asked.run_all or bool(here.config.Grading.get("run_all"))
    before, started = last_told(here.root, stem), time.monotonic()
    with (
        here.with_other_gradebook() if asked.dry_run else nullcontext(here) as course,
        progress(stem) as report,
    ):
        run = ClassRun(
            course=course,
            stem=stem,
            submitted=folder,
            workers=asked.workers,
            regrade=asked.regrade,
            limits=limits,
            sandboxed=asked.sandbox,
            run_all=run_all,
            report=report,
            later=later,
            once=bool(here.config.Grading.get("judge_twins_once", True)),
            place=place,
            rehearsal=asked.dry_run,
        )
        entries = run.grade()
    conditions = Conditions.now(
        seconds=time.monotonic() - started,
        graded=len(entries) - run.known,
        known=run.known,
        workers=0 if asked.cluster else asked.workers,
        sandboxed=asked.sandbox,
        run_all=run_all,
    )
    if not asked.dry_run:
        write_run(here.root, stem, conditions, before, entries)
    counts = run.known, run.twins
    return Graded(entries, changes(before, entries), counts, run.outdated)


def _show_changes(graded: Graded, dry_run: bool) -> None:
    """Print what a run changed, whom it could not grade anew, and whether it counts."""
    if graded.changes:
        _say(f"{len(graded.changes)} changed:")
        for change in graded.changes[:_SHOWN]:
            _say(f"  {change}")
        if len(graded.changes) > _SHOWN:
            _say(f"  and {len(graded.changes) - _SHOWN} more; --json has all")
    if graded.outdated:
        _say(
            f"Graded before the lab or the grader changed, and not handed in here: "
            f"{', '.join(graded.outdated)}; the points of their checks wait in the gradebook."
        )
    if dry_run:
        _say("Nothing is written: --dry-run. The next run takes over what was graded.")


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _place(here: Course, asked: Asked, limits: Limits) -> Iterator[Place | None]:
    """Give the cluster that was named; `None` is this machine, if it promises enough."""
    required: tuple[str, ...] = ()
    if asked.sandbox:
        required = tuple(here.config.get("Sandbox", {}).get("required", PROMISES))
    if asked.cluster is None:
        check_level(required)
        yield None
        return
    missing((), required)  # that each is a promise
    try:
        from grader.grading.cluster import cluster
    except ModuleNotFoundError as error:
        raise HostError(
            f"Grading on a cluster needs {error.name}, which is not installed here: "
            "pip install 'convlab[cluster]'."
        ) from error
    with cluster(
        address=asked.cluster,
        course=here.root,
        required=required,
        tell=lambda line: errors.print(line, style="yellow", soft_wrap=True),
        limits=limits,
        wait_seconds=_wait_seconds(here),
    ) as place:
        yield place


def _wait_seconds(here: Course) -> int:
    seconds = here.config.get("Cluster", {}).get("wait_seconds", 600)
    if type(seconds) is not int or seconds < 1:
        raise InstructorError(
            f"c.Cluster.wait_seconds is {seconds!r}; it takes a whole number above 0."
        )
    return seconds
