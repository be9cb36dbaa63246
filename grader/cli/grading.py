"""What `convlab grade` does: each lab graded, and the class shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.cli.tables import class_json, errors, progress, show_class
from grader.course.course import Course
from grader.exceptions import HostError, InstructorError
from grader.grading.many import ClassRun, labs_in
from grader.grading.place import Place
from grader.grading.submission import passed_over
from grader.kernel.limits import Limits
from grader.kernel.sandbox.promises import PROMISES, check_level, missing
from grader.platforms.marks import by_student, read_marks


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
    cell_seconds = asked.cell_seconds
    changes = {} if cell_seconds is None else {"cell_seconds": cell_seconds}
    limits = Limits.from_config(here.config, **changes)
    folder = submitted or here.root / "submitted"
    stems = stems or labs_in(folder)
    graded = {}
    with _place(here, asked, limits) as place:
        for number, stem in enumerate(stems, 1):
            with progress(stem) as report:
                run = ClassRun(
                    course=here,
                    stem=stem,
                    submitted=folder,
                    workers=asked.workers,
                    regrade=asked.regrade,
                    limits=limits,
                    sandboxed=asked.sandbox,
                    run_all=asked.run_all or bool(here.config.Grading.get("run_all")),
                    report=report,
                    later=tuple(stems[number:]),
                    once=bool(here.config.Grading.get("judge_twins_once", True)),
                    place=place,
                )
                entries = run.grade()
            graded[stem] = entries, by_student(read_marks(here, stem))
            if not as_json:
                counts = run.known, run.twins
                show_class(stem, *graded[stem], counts, passed_over(folder, stem))
    if as_json:
        print(json.dumps({stem: class_json(*told) for stem, told in graded.items()}))


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
