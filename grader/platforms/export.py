"""The marks of some labs in the file that a platform gave for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.exceptions import InstructorError
from grader.platforms import moodle
from grader.platforms.canvas_gradebook import CanvasGradebook
from grader.platforms.fill import Filled, Form, fill
from grader.platforms.marks import Mark
from grader.platforms.moodle_worksheet import Worksheet
from grader.platforms.people import person_in_worksheet

Marks = Mapping[str, Sequence[Mark]]


@dataclass(frozen=True)
class Export:
    """A file that is filled in.

    Attributes:
        data: its bytes.
        labs: what became of the marks of each lab.
        warnings: sentences for the instructor.
    """

    data: bytes
    labs: dict[str, Filled]
    warnings: list[str]


def fill_canvas(path: Path, marks: Marks, title: str | None, so_far: bool) -> Export:
    """Fill the marks of some labs into Canvas's gradebook.

    Args:
        path: the gradebook as Canvas exported it.
        marks: by lab.
        title: of the column; by default each lab's is the one that names it.
        so_far: also of students of whom an answer waits to be read.

    Raises:
        InstructorError: the file, a column, or a student's row is not sure.
    """
    if title is not None and len(marks) != 1:
        raise InstructorError("--column names one lab's column; say which lab.")
    gradebook = CanvasGradebook(path)
    forms = {stem: gradebook.form(stem, title) for stem in marks}
    labs = {stem: fill(form, marks[stem], so_far) for stem, form in forms.items()}
    warnings = [gradebook.warning(form.column) for form in forms.values()]
    return Export(gradebook.sheet.data(), labs, [*filter(None, warnings)])


def fill_moodle(path: Path, marks: Marks, so_far: bool) -> Export:
    """Fill the marks of a lab into Moodle's grading worksheet; see `fill_canvas`."""
    if len(marks) != 1:
        raise InstructorError(
            "Moodle's worksheet is of one assignment; say which lab it is."
        )
    worksheet = Worksheet.read(path)
    form = Form(
        platform=moodle.NAME,
        path=path,
        sheet=worksheet.sheet,
        people={
            row: person_in_worksheet(worksheet, row) for row in worksheet.rows.values()
        },
        lasting=False,
        column=worksheet.grade_column,
        maximum=worksheet.maximum_of,
    )
    labs = {stem: fill(form, found, so_far) for stem, found in marks.items()}
    return Export(worksheet.sheet.data(), labs, [])
