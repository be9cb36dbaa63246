"""What `convlab grade` does: each lab graded, and the class shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.cli.tables import class_json, progress, show_class
from grader.course.course import Course
from grader.grading.many import ClassRun, labs_in
from grader.grading.submission import passed_over
from grader.kernel.limits import Limits
from grader.kernel.sandbox.promises import PROMISES, check_level
from grader.platforms.marks import by_student, read_marks


@dataclass(frozen=True)
class Asked:
    """How to grade, as the command was asked (see `ClassRun`)."""

    workers: int
    regrade: bool
    cell_seconds: int | None
    sandbox: bool
    run_all: bool


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
    if asked.sandbox:
        check_level(here.config.get("Sandbox", {}).get("required", PROMISES))
    folder = submitted or here.root / "submitted"
    stems = stems or labs_in(folder)
    graded = {}
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
            )
            entries = run.grade()
        graded[stem] = entries, by_student(read_marks(here, stem))
        if not as_json:
            show_class(stem, *graded[stem], run.known, passed_over(folder, stem))
    if as_json:
        print(json.dumps({stem: class_json(*told) for stem, told in graded.items()}))
