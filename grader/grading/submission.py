"""Read a submitted notebook, which may be anything, and restore what is not the student's."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from grader.exceptions import InstructorError, UnreadableSubmission
from grader.probing.plain import writable

MAX_BYTES = 20 * 2**20
MAX_CELLS = 2000
# Turning words into a page can take a time that grows with the square of them. The
# labs' own have under 2,000 characters a cell and 20,000 in all.
MAX_WORDS, MAX_ALL_WORDS = 20_000, 200_000
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Submission:
    """A file that a student handed in.

    Attributes:
        student: the student's id, the name of the folder.
        path: the notebook, or where it should have been.
        data: its bytes; empty if there is none.
    """

    student: str
    path: Path
    data: bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the bytes handed in."""
        return hashlib.sha256(self.data).hexdigest()


def find(submitted: Path, stem: str) -> list[Submission]:
    """Return the submissions to a lab in nbgrader's layout: <submitted>/<student>/<lab>/.

    A hidden folder is nobody's, as for nbgrader, and so is one whose name cannot be
    printed, such as one with a line break: with it nbgrader writes no feedback at all.

    Raises:
        InstructorError: there are none.
    """
    folders = sorted(
        path / stem
        for path in submitted.glob("[!.]*")
        if (path / stem).is_dir() and not path.is_symlink() and path.name.isprintable()
    )
    if not folders:
        raise InstructorError(
            f"There are no submissions to {stem} in {submitted}; expected "
            f"{submitted.name}/<student>/{stem}/{stem}.ipynb."
        )
    return [_read(folder, stem) for folder in folders]


def _read(folder: Path, stem: str) -> Submission:
    path = folder / f"{stem}.ipynb"
    if folder.is_symlink():
        # It may lead to somebody else's work.
        return Submission(folder.parent.name, path, b"")
    if not path.is_file():
        # A renamed file is a student's work all the same.
        others = [p for p in sorted(folder.iterdir()) if p.suffix.lower() == ".ipynb"]
        path = others[0] if others else path
    readable = path.is_file() and not path.is_symlink()
    data = b""
    if readable:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    return Submission(folder.parent.name, path, data)


def parse(submission: Submission) -> NotebookNode:
    """Parse the notebook.

    Raises:
        UnreadableSubmission: it is missing, too large, or no notebook.
    """
    name = submission.path.name
    if not submission.data:
        raise UnreadableSubmission(f"No readable file {name} was handed in.")
    if len(submission.data) > MAX_BYTES:
        limit = MAX_BYTES // 2**20
        raise UnreadableSubmission(f"{name} is larger than {limit} MB.")
    try:
        raw = json.loads(submission.data.decode("utf-8"))
        _repair_ids(raw)
        with warnings.catch_warnings():
            # Old formats are upgraded, not complained about.
            warnings.simplefilter("ignore")
            text = writable(json.dumps(raw, ensure_ascii=False))
            notebook = nbformat.reads(text, as_version=4)
        _repair(notebook)
        nbformat.validate(notebook)
    except UnreadableSubmission:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or ["no reason given"])[0][:200]
        raise UnreadableSubmission(
            f"{name} is not a Jupyter notebook that can be read ({reason}). "
            "Open it in JupyterLab, save it, and hand it in again."
        ) from None
    return notebook


def _repair_ids(raw: Any) -> None:
    """Number cells without a usable id; nbformat would give them random ones."""
    cells = raw.get("cells") if isinstance(raw, dict) else None
    seen: set[str] = set()
    for number, cell in enumerate(cells if isinstance(cells, list) else []):
        if not isinstance(cell, dict):
            continue
        found = cell.get("id")
        if not (isinstance(found, str) and _CELL_ID.fullmatch(found)) or found in seen:
            cell["id"] = f"repaired-{number:03d}"
        seen.add(cell["id"])


def _repair(notebook: NotebookNode) -> None:
    if len(notebook.cells) > MAX_CELLS:
        raise UnreadableSubmission(f"The notebook has more than {MAX_CELLS} cells.")
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    _repair_ids(notebook)
    left = MAX_ALL_WORDS
    for cell in notebook.cells:
        if cell.cell_type != "code":
            cell.source = _cut(cell.source, min(MAX_WORDS, left))
            left = max(0, left - len(cell.source))
        # A tag can keep nbgrader from running a cell.
        cell.metadata.pop("tags", None)
        role = cell.metadata.get("nbgrader")
        if not (isinstance(role, dict) and isinstance(role.get("grade_id"), str)):
            cell.metadata.pop("nbgrader", None)


def _cut(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    return f"{words[:most]}\n\n(Cut here: {len(words):,} characters are too many.)"


def restore(
    notebook: NotebookNode, stem: str, student: str, db_url: str, config: Config
) -> NotebookNode:
    """Put locked and missing cells back as they were released, with nbgrader's own tools.

    Args:
        notebook: what was handed in; changed in place.
        db_url: a gradebook that knows the lab's cells.
        config: the course's nbgrader settings.

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
) -> NotebookNode:
    from nbgrader import preprocessors as pp

    from grader.course.roles import RepairRoles

    resources = {
        "nbgrader": {
            "student": student,
            "assignment": stem,
            "notebook": stem,
            "db_url": db_url,
        }
    }
    for kind in (
        pp.ClearOutput,
        pp.DeduplicateIds,
        RepairRoles,
        pp.OverwriteKernelspec,
        pp.OverwriteCells,
        pp.CheckCellMetadata,
    ):
        step = kind(config=config)
        step.enabled = True
        step.log.setLevel("CRITICAL")
        notebook, _ = step.preprocess(notebook, resources)
    # nbgrader adds missing cells as plain dictionaries.
    notebook = nbformat.from_dict(notebook)
    _repair(notebook)
    return notebook
