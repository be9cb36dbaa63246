"""Check a notebook alone, without a course folder: `convlab check`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.course.roles import is_check
from grader.exceptions import InstructorError, StudentError
from grader.grading.entry import Job
from grader.grading.one import grade_notebook
from grader.judging.exercise import PUBLIC_SEED
from grader.judging.verdict import Verdict
from grader.kernel.limits import Limits
from grader.reading.repair import read


def check_notebook(path: Path) -> tuple[list[Verdict], list[str]]:
    """Run a lab's notebook in a fresh kernel and judge it on the public cases.

    Returns:
        The verdicts in the order of the notebook, and notes on what happened.

    Raises:
        InstructorError: there is no such file.
        StudentError: it is no notebook, or not one of the labs.
    """
    if not path.is_file():
        raise InstructorError(f"There is no file {path}.")
    data = path.read_bytes()
    notebook, mended = read(data, path.name)
    stem = _stem_of(notebook, path)
    job = Job(
        stem=stem,
        student="self",
        submitted_sha256=hashlib.sha256(data).hexdigest(),
        notebook=nbformat.writes(notebook),
        seed=PUBLIC_SEED,
        limits=Limits(),
        sandboxed=False,
        notes=tuple(mended),
    )
    entry = grade_notebook(job)
    verdicts = list(entry.verdicts.values())
    missing = [
        Verdict(e.id, "failed", 0.0, e.points, "Its check cell is missing.")
        for name, e in exercises.of_lab(stem).items()
        if name not in entry.verdicts
    ]
    return verdicts + missing, entry.notes


def _stem_of(notebook: NotebookNode, path: Path) -> str:
    """Tell the lab by its check cells, so that a renamed notebook is known too."""
    found = {c.metadata.nbgrader.grade_id for c in notebook.cells if is_check(c)}
    best = max(exercises.stems(), key=lambda s: len(found & set(exercises.of_lab(s))))
    if path.stem in exercises.stems():
        best = path.stem
    if not found & set(exercises.of_lab(best)):
        raise StudentError(
            f"{path} has no check cell of a lab; the labs are {exercises.stems()}."
        )
    return best
