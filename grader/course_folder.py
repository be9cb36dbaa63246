"""Find the course folder; a student's notebook does, so nothing large is imported here."""

from __future__ import annotations

from pathlib import Path

from grader.exceptions import InstructorError

CONFIG_NAME = "nbgrader_config.py"
_PACKAGE_ROOT = Path(__file__).resolve().parent.parent


def find_root(start: Path | None = None) -> Path:
    """Give the course folder: the nearest one upwards that holds `nbgrader_config.py`.

    Raises:
        InstructorError: neither `start` (by default the working directory) nor the
            installed package stands in a course folder.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, _PACKAGE_ROOT):
        if (folder / CONFIG_NAME).is_file():
            return folder
    raise InstructorError(
        f"{here} is not in a course folder (no {CONFIG_NAME} upwards of it); "
        "change into the folder that holds solutions/ and labs/."
    )
