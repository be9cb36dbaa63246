"""The course folder as nbgrader sees it: settings, secret, gradebook, feedback."""

from __future__ import annotations

import ast
from functools import cached_property
from pathlib import Path

import nbformat
from traitlets.config import Config

from grader.course.seeds import SECRET_SEEDS, course_seed, student_seed
from grader.course.settings import nbgrader_config
from grader.exceptions import InstructorError
from grader.folder import lab_path, solution_path


def _parsed(path: Path) -> None:
    ast.parse(path.read_text("utf-8"))


def _read_notebook(path: Path) -> None:
    nbformat.read(path, as_version=4)


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
        """Return the gradebook's database: SQLite in the course folder unless configured."""
        configured = self.config.CourseDirectory.get("db_url")
        return str(configured or f"sqlite:///{self.root / 'gradebook.db'}")

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
