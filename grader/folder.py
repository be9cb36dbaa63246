"""Where the course folder is and what lies in it; how a file is written whole.

A student's notebook asks, so nothing large is imported here.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from grader.exceptions import InstructorError

CONFIG_NAME = "nbgrader_config.py"
PACKAGE = Path(__file__).parent


def find_root(start: Path | None = None) -> Path:
    """Return the course folder: the nearest one upwards that holds `nbgrader_config.py`.

    Raises:
        InstructorError: neither `start` (by default the working directory) nor the
            installed package stands in a course folder.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, PACKAGE.resolve().parent):
        if (folder / CONFIG_NAME).is_file():
            return folder
    raise InstructorError(
        f"{here} is not in a course folder (no {CONFIG_NAME} upwards of it); "
        "change into the folder that holds solutions/ and labs/."
    )


def stems(root: Path) -> list[str]:
    """Return the labs that have a script in `root`/solutions, in order."""
    return sorted(path.stem for path in (root / "solutions").glob("lab*.py"))


def solution_path(root: Path, stem: str) -> Path:
    """Return the path of a lab's solution notebook."""
    return root / "solutions" / stem / f"{stem}.ipynb"


def lab_path(root: Path, stem: str) -> Path:
    """Return the path of a lab's student notebook."""
    return root / "labs" / stem / f"{stem}.ipynb"


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader finds the old content or the new one, never half.

    Raises:
        InstructorError: there is a folder in its place.
    """
    if path.is_dir():
        raise InstructorError(f"{path} is a folder; name a file to write.")
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o644)
    os.replace(name, path)
