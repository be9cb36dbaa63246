"""Build the notebooks: solutions/<stem>.py -> solutions/<stem>/ -> labs/<stem>/.

The script is the only form written by hand. Its cells carry short nbgrader metadata,
one key that names the role and the grade id:

    nbgrader={"solution": "dense_params"}          the student's code
    nbgrader={"check": "dense_params"}             its check; points from the exercise
    nbgrader={"written": "explain", "points": 2}   an answer in words, graded by hand
    nbgrader={"locked": "setup"}                   read-only

Jupytext makes the solution notebook, nbgrader's own `generate_assignment` the student's.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.authoring.stored import store
from grader.authoring.written import store_written
from grader.course.roles import cell_id
from grader.exceptions import InstructorError, UnimportedEdits
from grader.folder import CONFIG_NAME, lab_path, solution_path, stems, write_whole
from grader.judging.exercise import Exercise
from grader.notebook.record import FILE as PROGRESS_FILE

_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
_ROLES: dict[str, dict[str, bool]] = {
    "solution": {"grade": False, "locked": False, "solution": True},
    "check": {"grade": True, "locked": True, "solution": False},
    "written": {"grade": True, "locked": False, "solution": True},
    "locked": {"grade": False, "locked": True, "solution": False},
}
# Jupyter's tag for a cell behind which "Run All" goes on, though it stopped: one exercise
# that is not right yet hides no other, and the lab's end lists it.
_RUN_ON = "raises-exception"
# Grade ids are unique in a notebook; a gradebook shows those of the check cells.
_SUFFIX = {"solution": "-solution", "check": "", "written": "", "locked": ""}
_SCRIPT_FILTERS = {
    "jupytext": {
        "notebook_metadata_filter": "-all",
        "cell_metadata_filter": "nbgrader,tags,-all",
    }
}


def build(
    root: Path, only: Iterable[str] | None = None, discard_edits: bool = False
) -> list[Path]:
    """Build labs in this process.

    Args:
        root: the course folder.
        only: the stems to build; all by default.
        discard_edits: overwrite solution notebooks whose edits were not imported.

    Returns:
        The files written.

    Raises:
        UnimportedEdits: a solution notebook was edited in JupyterLab.
    """
    chosen = list(only) if only is not None else stems(root)
    written: list[Path] = []
    for stem in chosen:
        solved = _build_solution(root, stem, discard_edits)
        words = store_written(stem, nbformat.read(solved, as_version=4))
        stored = store(stem, root / "solutions")
        written += [path for path in (solved, words, stored) if path]
    with student_labs(root, chosen) as labs:
        written += [_copy_release(labs, root, stem) for stem in chosen]
    return written


def _build_solution(root: Path, stem: str, discard_edits: bool) -> Path:
    path = solution_path(root, stem)
    if path.exists() and not discard_edits and _is_edited(path):
        raise UnimportedEdits(
            f"{path.relative_to(root)} was edited after it was built; run "
            f"`make import LAB={stem}` to keep the edits, or "
            f"`convlab build {stem} --discard-edits` to lose them."
        )
    script = root / "solutions" / f"{stem}.py"
    notebook = to_notebook(script.read_text("utf-8"), stem)
    write_whole(path, dumps(notebook))
    return path


def to_notebook(script: str, stem: str) -> NotebookNode:
    """Turn a py:percent script into a solution notebook."""
    import jupytext  # it loads a Jupyter server, which grading does without

    notebook = jupytext.reads(script, fmt="py:percent")
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        short = cell.metadata.get("nbgrader")
        if short is not None:
            cell.metadata["nbgrader"] = _full_metadata(short, cell, stem)
            cell.id = cell_id(cell.metadata["nbgrader"]["grade_id"])
            if short.keys() & {"solution", "check"}:
                cell.metadata["tags"] = [_RUN_ON]
    notebook.metadata = nbformat.from_dict(_METADATA)
    notebook.metadata["convlab"] = {"built": fingerprint(notebook)}
    nbformat.validate(notebook)
    return notebook


def to_script(notebook: NotebookNode) -> str:
    """Turn a solution notebook back into its py:percent script."""
    import jupytext

    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        full = cell.metadata.get("nbgrader")
        tags = [tag for tag in cell.metadata.get("tags", ()) if tag != _RUN_ON]
        cell.metadata = NotebookNode({"tags": tags} if tags else {})
        if full:
            cell.metadata["nbgrader"] = _short_metadata(full)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = nbformat.from_dict(_SCRIPT_FILTERS)
    script: str = jupytext.writes(notebook, fmt="py:percent")
    # Jupytext writes its own settings as a header; ours stand in this module.
    if script.startswith("# ---"):
        script = script.split("# ---\n", 2)[2].lstrip("\n")
    # Jupytext guesses the blank lines between cells; `ruff format` then sets them.
    return re.sub(r"\n{3,}# %%", "\n\n# %%", script)


def import_notebook(root: Path, stem: str) -> Path:
    """Write a solution notebook edited in JupyterLab back into its script."""
    path = solution_path(root, stem)
    if not path.exists():
        raise InstructorError(f"There is no {path.relative_to(root)} to import.")
    notebook = nbformat.read(path, as_version=4)
    script = root / "solutions" / f"{stem}.py"
    write_whole(script, to_script(notebook))
    _build_solution(root, stem, discard_edits=True)
    return script


def dumps(notebook: NotebookNode) -> str:
    """Return a notebook's text, the same for the same content."""
    text: str = nbformat.writes(notebook)
    return text if text.endswith("\n") else text + "\n"


def fingerprint(notebook: NotebookNode) -> str:
    """Return the SHA-256 of what an author edits: cell types, sources, grading roles."""
    content = [
        [cell.cell_type, cell.source, cell.metadata.get("nbgrader")]
        for cell in notebook.cells
    ]
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_edited(path: Path) -> bool:
    notebook = nbformat.read(path, as_version=4)
    built = notebook.metadata.get("convlab", {}).get("built")
    return bool(built != fingerprint(notebook))


def _full_metadata(
    short: dict[str, Any], cell: NotebookNode, stem: str
) -> dict[str, Any]:
    role = next((role for role in _ROLES if role in short), None)
    if role is None:
        raise InstructorError(
            f"In solutions/{stem}.py a cell has nbgrader={short}; "
            f"it needs one of the keys {', '.join(_ROLES)}."
        )
    name = short[role]
    full = {
        **_ROLES[role],
        "cell_type": cell.cell_type,
        "grade_id": f"{name}{_SUFFIX[role]}",
        "schema_version": 3,
        "task": False,
    }
    if role == "check":
        full["points"] = _exercise(stem, name).points
    elif role == "written":
        full["points"] = short["points"]
    return full


def _exercise(stem: str, name: str) -> Exercise:
    try:
        return exercises.of_lab(stem)[name]
    except KeyError:
        raise InstructorError(
            f"{stem}.py has a check of {name!r}, and grader/exercises/{stem} has no "
            f"exercise of that name in its ORDER: write {name}.py there and list it."
        ) from None


def _short_metadata(full: dict[str, Any]) -> dict[str, Any]:
    flags = {key: bool(full.get(key)) for key in ("grade", "locked", "solution")}
    role = next(role for role, wanted in _ROLES.items() if wanted == flags)
    short = {role: full["grade_id"].removesuffix(_SUFFIX[role] or "\0")}
    return {**short, "points": full["points"]} if role == "written" else short


@contextmanager
def student_labs(root: Path, chosen: Sequence[str]) -> Iterator[Path]:
    """Make the student notebooks with nbgrader, away from the course's own gradebook.

    Args:
        root: the course folder; its solution notebooks are read.
        chosen: the stems of the labs.

    Returns:
        A folder that holds a folder for each lab, and is gone afterwards.

    Raises:
        InstructorError: nbgrader does not release a lab.
    """
    from nbgrader.apps import NbGraderAPI

    import grader.course.gradebook  # noqa: F401  (a new one without another process)
    from grader.course.settings import nbgrader_config

    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        shutil.copytree(
            root / "solutions",
            course / "solutions",
            ignore=shutil.ignore_patterns("*.py", PROGRESS_FILE),
        )
        shutil.copy(root / CONFIG_NAME, course)
        api = NbGraderAPI(config=nbgrader_config(course))
        for stem in chosen:
            result = api.generate_assignment(stem)
            if not result["success"]:
                logging.getLogger(__name__).error(result["log"])
                raise InstructorError(
                    f"nbgrader cannot release {stem}: {result.get('error')}"
                )
        yield course / "labs"


def _copy_release(labs: Path, root: Path, stem: str) -> Path:
    target = lab_path(root, stem)
    shutil.rmtree(target.parent, ignore_errors=True)
    shutil.copytree(labs / stem, target.parent)
    return target
