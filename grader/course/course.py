"""The course folder as nbgrader sees it: settings, secret, gradebook, feedback."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from traitlets.config import Config

from grader.course.seeds import course_seed, student_seed
from grader.course.settings import nbgrader_config
from grader.folder import lab_path, solution_path


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

    def student_seed(self, stem: str, student: str) -> int:
        """Return the secret seed of a student in a lab."""
        return student_seed(course_seed(self.root), stem, student)

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
