"""The course folder as nbgrader sees it: settings, secret, gradebook, feedback."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import os
import secrets
import sysconfig
from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader

from grader.exceptions import InstructorError

_PACKAGE_ROOT = Path(__file__).resolve().parent.parent
CONFIG_NAME = "nbgrader_config.py"


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


def nbgrader_config(root: Path) -> Config:
    """Load the course's nbgrader settings and point them at the folder `root`."""
    source = root if (root / CONFIG_NAME).is_file() else find_root()
    _put_scripts_on_path()
    config = PyFileConfigLoader(CONFIG_NAME, str(source)).load_config()
    config.CourseDirectory.root = str(root)
    config.NbGrader.logfile = None
    return config


def _put_scripts_on_path() -> None:
    """Let nbgrader find `alembic`, which it calls by name, in this environment."""
    scripts = sysconfig.get_path("scripts")
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if scripts not in folders:
        os.environ["PATH"] = os.pathsep.join([scripts, *folders])


def course_seed(root: Path) -> int:
    """Give the course's secret seed; make it on first use, readable by its owner only."""
    path = root / ".convlab" / "seed"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{1 + secrets.randbits(62)}\n")
    return int(path.read_text())


def student_seed(seed: int, lab: str, student: str) -> int:
    """Derive the secret seed of one student in one lab (HMAC-SHA-256)."""
    message = f"{lab}\0{student}".encode()
    digest = hmac.new(str(seed).encode(), message, hashlib.sha256).digest()
    return 1 + int.from_bytes(digest[:7], "big")


def is_installed(module: str) -> bool:
    """Say whether a module can be imported, without importing it."""
    return importlib.util.find_spec(module) is not None
