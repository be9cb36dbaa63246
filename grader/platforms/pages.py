"""Feedback pages in one archive, named as the platform wants them back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath

from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.folder import write_whole
from grader.platforms import canvas, moodle
from grader.platforms.receipt import Receipt, read_receipt


def write_pages(course: Course, stem: str, target: Path) -> list[str]:
    """Write the pages of a lab into a zip archive.

    Returns:
        The names in it.

    Raises:
        InstructorError: no page is written yet.
    """
    pages = {
        name_of(student, stem, read_receipt(course.root, stem, student)): page
        for student in course.graded_students(stem)
        if (page := course.feedback_page(stem, student)).is_file()
    }
    if not pages:
        raise InstructorError(
            f"There are no pages of {stem}; run `convlab feedback {stem}` first."
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in pages.items():
            archive.write(page, name)
    write_whole(target, packed.getvalue())
    return list(pages)


def name_of(student: str, stem: str, receipt: Receipt | None) -> str:
    """Return what a page is called: the platform finds its ids in the name."""
    platform = "" if receipt is None else receipt.platform
    original = PurePosixPath("" if receipt is None else receipt.original)
    if platform == canvas.NAME:
        return original.with_suffix(".html").name
    if platform == moodle.NAME and receipt is not None:
        person = str(original).partition("_assignsubmission_")[0]
        return f"{PurePosixPath(person).name}_assignsubmission_file/{stem}.html"
    return f"{student}/{stem}.html"
