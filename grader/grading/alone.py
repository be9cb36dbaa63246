"""Check or grade one submission alone: `convlab check`."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.course.course import Course
from grader.course.roles import is_check
from grader.exceptions import InstructorError, StudentError
from grader.grading.entry import Entry, Job
from grader.grading.many import ClassRun
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


def grade_alone(
    course: Course, handed_in: Path, stem: str, student: str, sandboxed: bool
) -> Entry:
    """Grade one submission as `convlab grade` does, and record it nowhere.

    Args:
        handed_in: the notebook, or the folder it lies in with whatever else came.
        stem: of the lab.
        student: whose secret seed draws the cases.
        sandboxed: lock it into a sandbox.

    Raises:
        InstructorError: there is nothing.
    """
    if not handed_in.exists():
        raise InstructorError(f"There is no {handed_in}.")
    with tempfile.TemporaryDirectory() as folder, course.with_other_gradebook() as here:
        submitted = Path(folder) / "submitted"
        target = submitted / student / stem
        if handed_in.is_dir():
            shutil.copytree(handed_in, target, symlinks=True)
        else:
            target.mkdir(parents=True)
            shutil.copy(handed_in, target, follow_symlinks=False)
        run = ClassRun(
            course=here,
            stem=stem,
            submitted=submitted,
            workers=1,
            regrade=True,
            limits=Limits.from_config(course.config),
            sandboxed=sandboxed,
            run_all=bool(course.config.Grading.get("run_all")),
            rehearsal=True,
        )
        (entry,) = run.grade()
    return entry


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
