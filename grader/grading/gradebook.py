"""nbgrader's gradebook: opened often at little cost, told of labs and of entries."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from grader import exercises
from grader.course.course import Course
from grader.course.late import TIMESTAMP, due_date, handed_in
from grader.course.roles import is_check
from grader.course.settings import nbgrader_config
from grader.course.silence import in_silence
from grader.exceptions import HostError, InstructorError
from grader.folder import write_whole
from grader.grading.by_hand import ByHand
from grader.grading.entry import Entry
from grader.platforms.roster import enrol

# What nbgrader needs in a feedback folder before it gives it back.
_FROM_THE_EXCHANGE = (TIMESTAMP, "submission_secret.txt")

if TYPE_CHECKING:
    from grader.course.gradebook import Gradebook


@contextmanager
def one_gradebook() -> Iterator[None]:
    """Let all gradebooks of a database and course that are opened inside be one.

    nbgrader's steps open one each, several times per submission, and each looks whether
    the tables and the course are there. Sessions end with each of them as before, the
    connections when this ends.
    """
    from grader.course.gradebook import Gradebook

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


@contextmanager
def reached(course: Course) -> Iterator[None]:
    """Tell in a sentence when the gradebook's database cannot be used.

    Raises:
        HostError: it is locked, damaged, or not there.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        where = make_url(course.db_url).render_as_string(hide_password=True)
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise HostError(
            f"The gradebook {where} cannot be read and written ({why}). Close what else "
            "uses it, such as formgrader, and grade again; what is graded is kept."
        ) from error


def register(course: Course, stem: str) -> None:
    """Tell the gradebook the cells of a lab, when it is due, and who is in the class.

    The cells as `nbgrader generate_assignment` does.

    Raises:
        InstructorError: the lab's cells changed although submissions were graded, or the
            settings name no time.
    """
    from nbgrader.apps import NbGraderAPI
    from sqlalchemy import text

    from grader.course.gradebook import Gradebook

    due = due_date(course.config, stem)
    with Gradebook(course.db_url) as gradebook:
        # nbgrader's command below would not tell a locked database from another lab.
        gradebook.db.execute(text("UPDATE course SET id = id"))
        gradebook.db.commit()
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

    A check's points are those of its verdict. nbgrader reads from the notebook what it
    has no verdict on: which written answers wait for a grade, and who wrote nothing.
    What was given by hand stays.

    Args:
        submitted: the folder that was handed in; what tells when goes with the entry.
    """
    from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

    from grader.course.gradebook import Gradebook

    stem, student = entry.stem, entry.student
    folder = course.root / "autograded" / student / stem
    recorded = folder / f"{stem}.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    _bring_along(submitted, folder)
    with Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_student(student)
        time = handed_in(submitted)
        gradebook.update_or_create_submission(stem, student, timestamp=time)
        by_hand = ByHand.of(gradebook, stem, student, recorded, entry.notebook)
        _save_points(gradebook, entry)
    resources = {
        "nbgrader": {
            "student": student,
            "assignment": stem,
            "notebook": stem,
            "db_url": course.db_url,
        }
    }
    notebook = nbformat.v4.reads(entry.notebook)
    notebook.cells = [cell for cell in notebook.cells if not is_check(cell)]
    for kind in (SaveAutoGrades, AssignLatePenalties):
        step = kind(config=course.config)
        with in_silence(step):
            notebook, _ = step.preprocess(notebook, resources)
    with Gradebook(course.db_url) as gradebook:
        by_hand.restore(gradebook)
    # Last: until then it is what the answers are compared with.
    write_whole(recorded, entry.notebook)


def _bring_along(submitted: Path, folder: Path) -> None:
    """Copy what the exchange put beside a submission, and forget what was there."""
    for name in _FROM_THE_EXCHANGE:
        (folder / name).unlink(missing_ok=True)
        # What a link leads to would go back to the student with the feedback.
        if not any(path.is_symlink() for path in (submitted, submitted / name)):
            with suppress(FileNotFoundError):
                shutil.copy(submitted / name, folder)


def _save_points(gradebook: Gradebook, entry: Entry) -> None:
    """Save the points of the checks as nbgrader does: a score given by hand stays.

    Without a verdict a check has no points, and waits to be graded.
    """
    checks = exercises.of_lab(entry.stem)
    notebook = gradebook.find_submission_notebook(entry.stem, entry.stem, entry.student)
    for grade in notebook.grades:
        if grade.name in checks:
            grade.auto_score = entry.points_of(grade.name)
            grade.needs_manual_grade = grade.auto_score is None
    gradebook.db.commit()


def _last_line(result: dict[str, Any]) -> str:
    lines = [line for line in str(result.get("log", "")).splitlines() if line.strip()]
    return lines[-1] if lines else str(result.get("error", "no reason given"))
