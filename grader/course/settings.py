"""nbgrader's settings, read from the course folder."""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader

from grader.exceptions import InstructorError
from grader.folder import CONFIG_NAME, find_root


def nbgrader_config(root: Path) -> Config:
    """Load the course's nbgrader settings and point them at the folder `root`.

    Raises:
        InstructorError: `nbgrader_config.py` cannot be run.
    """
    source = root if (root / CONFIG_NAME).is_file() else find_root()
    try:
        config = PyFileConfigLoader(CONFIG_NAME, str(source)).load_config()
    except Exception as error:
        raise InstructorError(
            f"{source / CONFIG_NAME} has a mistake: {type(error).__name__}: {error}."
        ) from error
    config.CourseDirectory.root = str(root)
    config.NbGrader.logfile = None
    return config
