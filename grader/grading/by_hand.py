"""What a person gave stays, and is not asked for again unless the answer changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.course.roles import is_check

if TYPE_CHECKING:
    from grader.course.gradebook import Gradebook


@dataclass(frozen=True)
class ByHand:
    """Who has to look again at points given by hand, by the name of the cell."""

    stem: str
    student: str
    again: Mapping[str, bool]

    @classmethod
    def of(
        cls, gradebook: Gradebook, stem: str, student: str, before: Path, now: str
    ) -> ByHand:
        """Return it for a submission that is about to be recorded.

        Args:
            gradebook: open, with the submission.
            before: the notebook that was recorded last; need not be there.
            now: the one to record, as JSON text.
        """
        changed = _Changed(before, now, stem)
        again = {
            grade.name: grade.needs_manual_grade
            or changed(grade.name)
            or grade.manual_score > grade.max_score
            for grade in _grades(gradebook, stem, student)
            if grade.manual_score is not None
        }
        return cls(stem, student, again)

    def restore(self, gradebook: Gradebook) -> None:
        """Flag in an open gradebook what has to be looked at, and nothing else."""
        for grade in _grades(gradebook, self.stem, self.student):
            if grade.name in self.again:
                grade.needs_manual_grade = self.again[grade.name]
        gradebook.db.commit()


def _grades(gradebook: Gradebook, stem: str, student: str) -> Iterator[Any]:
    yield from gradebook.find_submission_notebook(stem, stem, student).grades


class _Changed:
    """Whether the answer that a cell of points belongs to changed; few ask, most never."""

    def __init__(self, before: Path, now: str, stem: str) -> None:
        self.checks = exercises.of_lab(stem)
        self._before, self._now = before, now

    @cached_property
    def now(self) -> NotebookNode:
        return nbformat.reads(self._now, as_version=4)

    @cached_property
    def before(self) -> NotebookNode:
        try:
            return nbformat.read(self._before, as_version=4)
        except Exception:  # not there, or no notebook: then it is another
            return nbformat.v4.new_notebook()

    def __call__(self, name: str) -> bool:
        part = _code if name in self.checks else _text_of(name)
        return part(self.before) != part(self.now)


def _code(notebook: NotebookNode) -> list[str]:
    """Return the code that is the student's; which of it an answer uses is not asked."""
    cells = (c for c in notebook.cells if c.cell_type == "code" and not is_check(c))
    return [c.source for c in cells if not _is_locked(c)]


def _text_of(name: str) -> Any:
    def text(notebook: NotebookNode) -> list[str]:
        told = ((c, c.metadata.get("nbgrader", {})) for c in notebook.cells)
        return [cell.source for cell, role in told if role.get("grade_id") == name]

    return text


def _is_locked(cell: NotebookNode) -> bool:
    role = cell.metadata.get("nbgrader", {})
    return bool(role.get("locked")) and not role.get("solution")
