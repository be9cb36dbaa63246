"""Find what was handed in, and restore what is not the student's."""

from __future__ import annotations

import hashlib
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from grader.course.silence import in_silence
from grader.exceptions import InstructorError, UnreadableSubmission
from grader.reading.which import choose

# In a folder's name: controls, halves of surrogate pairs, ends of lines and paragraphs,
# and what turns round the direction of the text that follows.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = {"LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI"}


@dataclass(frozen=True)
class Submission:
    """What a student handed in to a lab, read.

    Attributes:
        student: the student's id, the name of the folder.
        path: the notebook, or where it should have been.
        packed: the notebook, mended and without outputs, compressed: those of a large
            class lie in memory together.
        notes: what was mended, and which file was taken, for the student.
        refused: why it cannot be graded; empty if it can.
    """

    student: str
    path: Path
    packed: bytes
    notes: tuple[str, ...] = ()
    refused: str = ""

    @property
    def text(self) -> str:
        """Return the notebook as JSON text; empty if there is none."""
        return zlib.decompress(self.packed).decode()

    @cached_property
    def sha256(self) -> str:
        """Return the SHA-256 of all that grading takes from the file, and says of it."""
        digest = hashlib.sha256()
        for part in (self.text, self.refused, *self.notes):
            digest.update(hashlib.sha256(part.encode()).digest())
        return digest.hexdigest()


def find(submitted: Path, stem: str) -> list[Submission]:
    """Return the submissions to a lab in nbgrader's layout: <submitted>/<student>/<lab>/.

    Raises:
        InstructorError: there are none.
    """
    folders = [path for path in students(submitted, stem) if not _is_passed_over(path)]
    if not folders:
        raise InstructorError(
            f"There are no submissions to {stem} in {submitted}; expected "
            f"{submitted.name}/<student>/{stem}/{stem}.ipynb."
        )
    return [_read(path, stem) for path in folders]


def passed_over(submitted: Path, stem: str) -> list[str]:
    """Return the folders that look like a student's and are not graded, as they print."""
    found = students(submitted, stem)
    return [ascii(path.name) for path in found if _is_passed_over(path)]


def students(submitted: Path, stem: str) -> Iterator[Path]:
    """Yield the folders of who handed in; a hidden one is nobody's, as for nbgrader."""
    for path in sorted(submitted.glob("[!.]*")):
        if (path / stem).is_dir() or (path / f"{stem}.ipynb").is_file():
            yield path


def _is_passed_over(path: Path) -> bool:
    """Return whether a folder is a link, or one whose name breaks the line it stands in.

    A link may lead to somebody else's work, and for such a name nbgrader writes no page.
    """
    broken = any(
        unicodedata.category(sign) in _UNPRINTABLE
        or unicodedata.bidirectional(sign) in _TURNING
        for sign in path.name
    )
    return broken or path.is_symlink()


def _read(student: Path, stem: str) -> Submission:
    # Without a folder of its own a lab may lie beside others.
    folder = student / stem if (student / stem).is_dir() else student
    path = folder / f"{stem}.ipynb"
    if folder.is_symlink():
        # It may lead to somebody else's work.
        refused = f"No readable file {path.name} was handed in: its folder is a link."
        return Submission(student.name, path, _packed(""), (), refused)
    found = choose(folder, stem)
    text = "" if found.notebook is None else nbformat.v4.writes(found.notebook)
    path, notes = folder / found.name, tuple(found.notes)
    return Submission(student.name, path, _packed(text), notes, found.refused)


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), level=1)


def parse(submission: Submission) -> NotebookNode:
    """Return the notebook.

    Raises:
        UnreadableSubmission: there is none.
    """
    if submission.refused:
        raise UnreadableSubmission(" ".join([submission.refused, *submission.notes]))
    return nbformat.v4.reads(submission.text)  # valid as it was mended


def restore(
    notebook: NotebookNode, stem: str, student: str, db_url: str, config: Config
) -> tuple[NotebookNode, list[str]]:
    """Put locked and missing cells back as they were released, with nbgrader's own tools.

    Args:
        notebook: what was handed in; changed in place.
        db_url: a gradebook that knows the lab's cells.
        config: the course's nbgrader settings.

    Returns:
        The notebook, and notes for the student on answers that stood in a wrong place.

    Raises:
        UnreadableSubmission: nbgrader's tools cannot work with it.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return _restore(notebook, stem, student, db_url, config)
    except (UnreadableSubmission, SQLAlchemyError):
        raise
    except Exception as error:
        raise UnreadableSubmission(
            f"The notebook's cells cannot be put back as they were released "
            f"({type(error).__name__}). Copy your answers into a fresh copy of the lab."
        ) from error


def _restore(
    notebook: NotebookNode, stem: str, student: str, db_url: str, config: Config
) -> tuple[NotebookNode, list[str]]:
    from grader.course.nbgrader_steps import SANITIZE_STEPS
    from grader.course.places import NOTES

    resources = {
        "nbgrader": {
            "student": student,
            "assignment": stem,
            "notebook": stem,
            "db_url": db_url,
        }
    }
    for name in SANITIZE_STEPS:
        step = import_item(name)(config=config)
        step.enabled = True
        with in_silence(step):
            notebook, resources = step.preprocess(notebook, resources)
    return notebook, list(resources.get(NOTES, []))
