"""A wheel of the student's side: what `check` needs, and nothing of what grades."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import distribution, version
from pathlib import Path

from grader.authoring.release.fill import filled
from grader.exceptions import HostError
from grader.exercises import written
from grader.folder import PACKAGE

NAME = "convlab-student"
# The package's files and rooms that a student's notebook imports.
ROOMS = (
    *("__init__.py", "py.typed", "exceptions.py", "folder.py", "labs.mplstyle"),
    *("digits.py", "go.py", "graded.py", "notice.py", "training.py"),
    *("pretrained.py", "pretrained.npz"),
    *("notebook", "exercises", "judging", "probing"),
)
# The project's requirements that these rooms have, and those that the labs have beside
# them. Colab and Kaggle have the latter in versions of their own, which stay.
CHECKS_NEED = (
    *("anywidget", "nbformat", "numpy", "scikit-image"),
    *("scikit-learn", "scipy", "tensorflow"),
)
LABS_NEED = ("ipywidgets", "jupyterlab", "matplotlib")
# JupyterLab as a student sees it: a folder for JUPYTER_PATH and JUPYTER_CONFIG_PATH.
ROOM = PACKAGE / "authoring" / "release" / "room"
_SETTINGS = "default_setting_overrides.json"
# The same files give the same bytes: an archive's times begin in 1980.
_EARLIEST = "315532800"
_BUILD = (
    "import sys; from setuptools.build_meta import build_wheel as b; b(sys.argv[1])"
)


@dataclass(frozen=True)
class Wheel:
    """A wheel, which pip installs: the name of its file and its content."""

    name: str
    content: bytes


def student_wheel(model_answers: bool = False) -> Wheel:
    """Return the wheel of the student's side, built without a network.

    Args:
        model_answers: whether it holds answers to what is asked in words.

    Raises:
        HostError: setuptools cannot build it.
    """
    with tempfile.TemporaryDirectory(prefix="convlab-") as name:
        folder = Path(name)
        _lay_out(folder)
        if not model_answers:
            _keep_back_answers(folder)
        _build(folder)
        (path,) = (folder / "dist").iterdir()
        return Wheel(path.name, path.read_bytes())


def python_versions() -> str:
    """Return the versions of Python that the project works with, as pip writes them."""
    return str(distribution("convlab").metadata["Requires-Python"])


def pins() -> list[str]:
    """Return what students install: the versions that the course itself runs with."""
    return [f"{name}=={version(name)}" for name in sorted(CHECKS_NEED + LABS_NEED)]


def license_text() -> str:
    """Return the project's licence."""
    return distribution("convlab").read_text("licenses/LICENSE") or ""


def _lay_out(folder: Path) -> None:
    """Put what the wheel is made of into an empty folder."""
    for name in ROOMS:
        source, target = PACKAGE / name, folder / "grader" / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target, ignore=ignored)
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
    asked = distribution("convlab").requires or []
    project = filled(
        "pyproject.toml.j2",
        name=NAME,
        version=version("convlab"),
        python=python_versions(),
        needs=[need for need in asked if need.startswith(CHECKS_NEED)],
    )
    (folder / "pyproject.toml").write_text(project, "utf-8")
    (folder / "LICENSE").write_text(license_text(), "utf-8")
    shutil.copyfile(ROOM / "labconfig" / _SETTINGS, folder / f"{NAME}.json")
    shutil.copytree(ROOM / "labextensions", folder / "labextensions")


def _keep_back_answers(folder: Path) -> None:
    """Leave of the questions in words what counts in an answer, and no answer."""
    for path in (folder / "grader" / "exercises").glob(f"*/{written.FILE}"):
        asked = written.loads(path.read_text("utf-8"))
        path.write_text(written.dumps(written.without_answers(asked)), "utf-8")


def _build(folder: Path) -> None:
    built = subprocess.run(  # noqa: S603  (our own Python)
        [sys.executable, "-c", _BUILD, "dist"],
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": _EARLIEST},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        last = (built.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise HostError(f"setuptools cannot build the wheel: {last}")
