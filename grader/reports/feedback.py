"""Write the pages that students read: nbgrader's converter, on all cores."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.kernel.workers import worker_processes
from grader.platforms.marks import read_marks

# One process writes so many at once: nbgrader compiles its template once for all of them.
_TOGETHER = 8
# Imported once, before the workers are forked; in this order. This process does without.
_WORKERS_NEED = (
    "grader.kernel.quiet",
    "grader.kernel.lean",
    "nbgrader.converters",
    "grader.reports.feedback_page",
)
_EXCEPTION = re.compile(r"[\w.]+(Error|Exception)\b")


def write_feedback(
    course: Course,
    stem: str,
    workers: int,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Write feedback/<student>/<lab>/<lab>.html for all graded students.

    Args:
        workers: processes that write at once.
        report: called with how many pages are done, of how many.

    Returns:
        The pages, sorted.

    Raises:
        InstructorError: nothing was graded yet, or nbgrader cannot write a page; all
            others are written.
    """
    students = course.graded_students(stem)
    if not students:
        raise InstructorError(
            f"Nothing is graded in {stem} yet; run `convlab grade {stem}` first."
        )
    # Points given by hand since may have changed a penalty: written once, not by all.
    read_marks(course, stem)
    size = max(1, min(_TOGETHER, -(-len(students) // workers)))
    parts = [students[i : i + size] for i in range(0, len(students), size)]
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_WORKERS_NEED))
    done, reasons = 0, []
    with worker_processes(min(workers, len(parts))) as pool:
        futures = {pool.submit(_write, course.root, stem, part): part for part in parts}
        for future in as_completed(futures):
            result = future.result()
            if not result["success"]:
                reasons.append(_reason(result.get("log") or result["error"]))
            done += len(futures[future])
            report(done, len(students))
    pages = {student: course.feedback_page(stem, student) for student in students}
    if reasons:
        without = [student for student, page in pages.items() if not page.exists()]
        raise InstructorError(
            f"nbgrader could not write all feedback of {stem}; "
            f"without a page: {', '.join(without) or 'nobody'}. "
            f"`convlab grade {stem}` writes autograded/ and the gradebook anew. "
            f"nbgrader says: {reasons[0]}"
        )
    return list(pages.values())


def _reason(log: str) -> str:
    """Return the line of a log that ends a traceback; the last line where none does."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return next(filter(_EXCEPTION.match, reversed(lines)), lines[-1])


def _write(root: Path, stem: str, students: Sequence[str]) -> dict[str, Any]:
    """Write the pages of some students; return what nbgrader says about it."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    class OfSome(GenerateFeedback):  # type: ignore[misc]  # not typed
        def init_destination(self, assignment_id: str, student_id: str) -> bool:
            wanted = student_id in students
            return wanted and bool(super().init_destination(assignment_id, student_id))

    config = Course(root).config
    folder = CourseDirectory(config=config, assignment_id=stem)
    converter = OfSome(coursedir=folder, config=config)
    converter.force = True
    result: dict[str, Any] = capture_log(converter)
    return result
