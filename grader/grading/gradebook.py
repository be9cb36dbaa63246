"""nbgrader's gradebook: opened often at little cost, told of labs and of entries."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat

from grader.course.course import Course
from grader.course.late import TIMESTAMP, due_date, handed_in
from grader.course.settings import nbgrader_config
from grader.exceptions import InstructorError
from grader.folder import write_whole
from grader.grading.entry import Entry
from grader.platforms.roster import enrol

# What nbgrader needs in a feedback folder before it gives it back.
_FROM_THE_EXCHANGE = (TIMESTAMP, "submission_secret.txt")


@contextmanager
def one_gradebook() -> Iterator[None]:
    """Let all gradebooks of a database and course that are opened inside be one.

    nbgrader's steps open one each, several times per submission, and each looks whether
    the tables and the course are there. Sessions end with each of them as before, the
    connections when this ends.
    """
    from nbgrader.api import Gradebook

    opened: dict[tuple[Any, ...], dict[str, Any]] = {}
    original = Gradebook.__init__, Gradebook.close

    def reopen(self: Any, *args: Any, **kwargs: Any) -> None:
        which = (*args, *sorted(kwargs.items()))
        if which in opened:
            vars(self).update(opened[which])
        else:
            original[0](self, *args, **kwargs)
            opened[which] = dict(vars(self))

    Gradebook.__init__, Gradebook.close = reopen, lambda self: self.db.remove()
    try:
        yield
    finally:
        Gradebook.__init__, Gradebook.close = original
        for state in opened.values():
            state["engine"].dispose()


def register(course: Course, stem: str) -> None:
    """Tell the gradebook the cells of a lab, when it is due, and who is in the class.

    The cells as `nbgrader generate_assignment` does.

    Raises:
        InstructorError: the lab's cells changed although submissions were graded, or the
            settings name no time.
    """
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI

    due = due_date(course.config, stem)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "solutions" / stem
        shutil.copytree(course.solution(stem).parent, target)
        config = nbgrader_config(Path(folder))
        config.CourseDirectory.db_url = course.db_url
        api = NbGraderAPI(config=config)
        result = api.generate_assignment(stem)
    if not result["success"]:
        raise InstructorError(
            f"The gradebook does not take {stem}. If its exercises changed after "
            "submissions were graded, move gradebook.db away and grade again. "
            f"nbgrader says: {_last_line(result)}"
        )
    if due is not None:
        with Gradebook(course.db_url) as gradebook:
            gradebook.update_or_create_assignment(stem, duedate=due)
    enrol(course)


def record(course: Course, entry: Entry, submitted: Path) -> None:
    """Write an entry to autograded/ and the gradebook; doing it twice is harmless.

    Args:
        submitted: the folder that was handed in; what tells when goes with the entry.
    """
    from nbgrader.api import Gradebook
    from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

    stem, student = entry.stem, entry.student
    folder = course.root / "autograded" / student / stem
    write_whole(folder / f"{stem}.ipynb", entry.notebook)
    for name in _FROM_THE_EXCHANGE:
        (folder / name).unlink(missing_ok=True)
        # What a link leads to would go back to the student with the feedback.
        if not any(path.is_symlink() for path in (submitted, submitted / name)):
            with suppress(FileNotFoundError):
                shutil.copy(submitted / name, folder)
    with Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_student(student)
        time = handed_in(submitted)
        gradebook.update_or_create_submission(stem, student, timestamp=time)
    resources = {
        "nbgrader": {
            "student": student,
            "assignment": stem,
            "notebook": stem,
            "db_url": course.db_url,
        }
    }
    notebook = nbformat.reads(entry.notebook, as_version=4)
    for kind in (SaveAutoGrades, AssignLatePenalties):
        step = kind(config=course.config)
        step.log.setLevel("CRITICAL")
        notebook, _ = step.preprocess(notebook, resources)
    broken = [n for n, v in entry.verdicts.items() if v.status == "grader error"]
    if broken:
        _ask_for_manual_grade(course, entry, broken)


def _ask_for_manual_grade(course: Course, entry: Entry, names: list[str]) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as gradebook:
        for name in names:
            grade = gradebook.find_grade(name, entry.stem, entry.stem, entry.student)
            grade.needs_manual_grade = True
        gradebook.db.commit()


def _last_line(result: dict[str, Any]) -> str:
    lines = [line for line in str(result.get("log", "")).splitlines() if line.strip()]
    return lines[-1] if lines else str(result.get("error", "no reason given"))
