"""What `convlab report` and `similar` do: the class as a page, a table or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from grader.cli.tables import console, plain
from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.folder import write_whole
from grader.grading.journal import Journal
from grader.platforms.marks import by_student, read_marks
from grader.reports import class_report
from grader.reports import similar as alike


def write_reports(
    root: Path,
    stems: Sequence[str],
    page: Path | None,
    table: Path | None,
    data: Path | None,
) -> None:
    """Write the report on some labs, or on all that were graded.

    Args:
        root: the course folder.
        stems: of the labs.
        page: the page; by default report.html, unless another form is asked for.
        table: a CSV file.
        data: a JSON file.
    """
    here = Course(root)
    labs = class_report.class_labs(here, stems, here.root)
    if table is not None:
        _write(table, class_report.as_csv(labs))
    if data is not None:
        _write(data, json.dumps(class_report.as_json(labs), indent=2))
    if page is not None or not (table or data):
        target = page or here.root / "report.html"
        class_report.write_report(here, stems, target)
        _say(target)


def show_similar(root: Path, stem: str, page: Path | None) -> None:
    """Print who is alike in a lab, and write a page with their code.

    Args:
        root: the course folder.
        stem: of the lab.
        page: by default similar.html.

    Raises:
        InstructorError: nothing was graded yet.
    """
    here = Course(root)
    entries = Journal(root).latest(stem)
    if not entries:
        raise InstructorError(
            f"Nothing is graded in {stem} yet; run `convlab grade {stem}` first."
        )
    marks = by_student(read_marks(here, stem))
    names = {student: mark.person.label for student, mark in marks.items()}
    works = [alike.work_of(e, names.get(e.student, e.student)) for e in entries]
    given = alike.code_in(here.released(stem).read_text("utf-8"), locked=True)
    pairs = alike.similar(works, given)
    table = Table("one", "other", "percent", "pieces", "rare mistakes", title=stem)
    for pair in pairs:
        shown = (pair.one, pair.other, f"{100 * pair.share:.0f}", str(pair.pieces))
        table.add_row(*map(plain, (*shown, ", ".join(pair.mistakes))))
    if pairs:
        console.print(table)
    console.print(
        f"{len(pairs)} of {len(works) * (len(works) - 1) // 2} pairs are alike. "
        f"{alike.LIMITS}"
    )
    target = page or root / "similar.html"
    alike.write_similar(stem, pairs, len(works), target)
    _say(target)


def _write(path: Path, text: str) -> None:
    write_whole(path, text)
    _say(path)


def _say(path: Path) -> None:
    console.print(f"wrote {path}", highlight=False, markup=False, soft_wrap=True)
