"""The course folder as nbgrader sees it: settings, secret, gradebook, feedback."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import nbformat
from traitlets.config import Config

from grader.course.seeds import SECRET_SEEDS, course_seed, student_seed
from grader.course.settings import nbgrader_config
from grader.exceptions import HostError, InstructorError
from grader.folder import CONFIG_NAME, lab_path, solution_path

# Driver -> what to install; others are called as they are imported.
_DRIVERS = {"psycopg": "convlab[postgresql]", "psycopg2": "psycopg2-binary"}


def _parsed(path: Path) -> None:
    ast.parse(path.read_text("utf-8"))


def _read_notebook(path: Path) -> None:
    nbformat.read(path, as_version=4)


def _look_for_driver(db_url: str) -> None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(db_url).get_dialect().import_dbapi()
    except ArgumentError as error:
        raise InstructorError(
            f"c.CourseDirectory.db_url in {CONFIG_NAME} is no address of a database "
            f"({error}); PostgreSQL's is postgresql+psycopg://USER:PASSWORD@HOST/NAME."
        ) from error
    except ModuleNotFoundError as error:
        driver = str(error.name)
        raise HostError(
            f"The gradebook's database needs the driver {driver}, which is not "
            f"installed here: pip install '{_DRIVERS.get(driver, driver)}'."
        ) from error


class Course:
    """A course folder: where its parts lie, and nbgrader's gradebook of it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def config(self) -> Config:
        """Return the nbgrader settings."""
        return nbgrader_config(self.root)

    @cached_property
    def db_url(self) -> str:
        """Return the gradebook's database: SQLite in the course folder unless configured.

        Raises:
            InstructorError: what is configured is no address of a database.
            HostError: its driver is not installed.
        """
        configured = self.config.CourseDirectory.get("db_url")
        if configured:
            _look_for_driver(str(configured))
        return str(configured or f"sqlite:///{self.root / 'gradebook.db'}")

    @contextmanager
    def with_other_gradebook(self) -> Iterator[Course]:
        """Give the same course with a gradebook that is empty, and gone afterwards."""
        with tempfile.TemporaryDirectory() as folder:
            other = Course(self.root)
            other.__dict__["db_url"] = f"sqlite:///{Path(folder) / 'gradebook.db'}"
            yield other

    @property
    def has_gradebook(self) -> bool:
        """Return whether there is a gradebook yet; a database by URL counts as there."""
        kind, _, path = self.db_url.partition(":///")
        return kind != "sqlite" or Path(path).is_file()

    def solution(self, stem: str) -> Path:
        """Return the path of a lab's solution notebook."""
        return solution_path(self.root, stem)

    def released(self, stem: str) -> Path:
        """Return the path of a lab's student notebook."""
        return lab_path(self.root, stem)

    def script(self, stem: str) -> Path:
        """Return the path of a lab's solution script."""
        return self.root / "solutions" / f"{stem}.py"

    def look_at(self, stem: str) -> None:
        """Look whether what a lab is graded with is there.

        Raises:
            InstructorError: a file is missing, or cannot be read.
        """
        for path, read in (
            (self.script(stem), _parsed),
            (self.solution(stem), _read_notebook),
            (self.released(stem), _read_notebook),
        ):
            try:
                read(path)
            except Exception as error:
                raise InstructorError(
                    f"{path} is needed to grade and cannot be read "
                    f"({type(error).__name__}). Put back the course's own; the notebooks "
                    f"are built from the script by `convlab build {stem}`."
                ) from error

    def student_seed(self, stem: str, student: str) -> int:
        """Return the secret seed of a student in a lab."""
        seeds = self.config.get("Grading", {}).get("secret_seeds", SECRET_SEEDS)
        if type(seeds) is not int or seeds < 1:
            raise InstructorError(
                f"c.Grading.secret_seeds is {seeds!r}; it takes a whole number above 0."
            )
        return student_seed(course_seed(self.root), stem, student, seeds)

    def graded_labs(self) -> list[str]:
        """Return the labs in which somebody was graded."""
        graded = {path.name for path in (self.root / "autograded").glob("*/*")}
        return sorted(graded)

    def graded_students(self, stem: str) -> list[str]:
        """Return the students who were graded in a lab, sorted."""
        graded = (self.root / "autograded").glob(f"*/{stem}/{stem}.ipynb")
        return sorted(path.parent.parent.name for path in graded)

    def feedback_page(self, stem: str, student: str) -> Path:
        """Return where a student's page on a lab is, once it was written."""
        return self.root / "feedback" / student / stem / f"{stem}.html"
