"""The course folder as nbgrader sees it: settings, secret, gradebook, feedback."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import os
import secrets
import shutil
import sysconfig
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from traitlets.config import Config, PyFileConfigLoader

from grader import build
from grader.course_folder import CONFIG_NAME, find_root
from grader.exceptions import InstructorError
from grader.journal import Entry, write_whole


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


class Course:
    """A course folder: where its parts lie, and nbgrader's gradebook of it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def config(self) -> Config:
        """Give the nbgrader settings."""
        return nbgrader_config(self.root)

    @cached_property
    def db_url(self) -> str:
        """Give the gradebook's database: SQLite in the course folder unless configured."""
        configured = self.config.CourseDirectory.get("db_url")
        return str(configured or f"sqlite:///{self.root / 'gradebook.db'}")

    def solution(self, stem: str) -> Path:
        """Give the path of a lab's solution notebook."""
        return build.solution_path(self.root, stem)

    def released(self, stem: str) -> Path:
        """Give the path of a lab's student notebook."""
        return build.lab_path(self.root, stem)

    def student_seed(self, stem: str, student: str) -> int:
        """Give the secret seed of a student in a lab."""
        return student_seed(course_seed(self.root), stem, student)

    def register(self, stem: str) -> None:
        """Tell the gradebook the cells of a lab, as `nbgrader generate_assignment` does.

        Raises:
            InstructorError: the lab's cells changed although submissions were graded.
        """
        from nbgrader.apps import NbGraderAPI

        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "solutions" / stem
            shutil.copytree(self.solution(stem).parent, target)
            config = nbgrader_config(Path(folder))
            config.CourseDirectory.db_url = self.db_url
            api = NbGraderAPI(config=config)
            result = api.generate_assignment(stem)
        if not result["success"]:
            raise InstructorError(
                f"The gradebook does not take {stem}. If its exercises changed after "
                "submissions were graded, move gradebook.db away and grade again. "
                f"nbgrader says: {_last_line(result)}"
            )

    def record(self, entry: Entry) -> None:
        """Write an entry to autograded/ and the gradebook; doing it twice is harmless."""
        from nbgrader.api import Gradebook
        from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

        stem, student = entry.stem, entry.student
        self._write_autograded(entry)
        with Gradebook(self.db_url) as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(stem, student)
        resources = {
            "nbgrader": {
                "student": student,
                "assignment": stem,
                "notebook": stem,
                "db_url": self.db_url,
            }
        }
        notebook = nbformat.reads(entry.notebook, as_version=4)
        for kind in (SaveAutoGrades, AssignLatePenalties):
            step = kind(config=self.config)
            step.log.setLevel("CRITICAL")
            notebook, _ = step.preprocess(notebook, resources)
        broken = [n for n, v in entry.verdicts.items() if v["status"] == "grader error"]
        if broken:
            self._ask_for_manual_grade(entry, broken)

    def _ask_for_manual_grade(self, entry: Entry, names: list[str]) -> None:
        from nbgrader.api import Gradebook

        with Gradebook(self.db_url) as gradebook:
            for name in names:
                grade = gradebook.find_grade(
                    name, entry.stem, entry.stem, entry.student
                )
                grade.needs_manual_grade = True
            gradebook.db.commit()

    def _write_autograded(self, entry: Entry) -> None:
        folder = self.root / "autograded" / entry.student / entry.stem
        write_whole(folder / f"{entry.stem}.ipynb", entry.notebook)

    def graded_labs(self) -> list[str]:
        """Give the labs in which somebody was graded."""
        graded = {path.name for path in (self.root / "autograded").glob("*/*")}
        return sorted(graded)

    def graded_students(self, stem: str) -> list[str]:
        """Give the students who were graded in a lab, sorted."""
        graded = (self.root / "autograded").glob(f"*/{stem}/{stem}.ipynb")
        return sorted(path.parent.parent.name for path in graded)

    def feedback_page(self, stem: str, student: str) -> Path:
        """Give where a student's page on a lab is, once it was written."""
        return self.root / "feedback" / student / stem / f"{stem}.html"


def _last_line(result: dict[str, Any]) -> str:
    lines = [line for line in str(result.get("log", "")).splitlines() if line.strip()]
    return lines[-1] if lines else str(result.get("error", "no reason given"))
