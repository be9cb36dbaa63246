"""What our nbgrader settings add to nbgrader's own preprocessors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from grader.course import course_seed, find_root
from grader.grading import kernel_environment
from grader.notebook import SEED_VARIABLE, SOLUTIONS_VARIABLE

SANITIZE_STEPS = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "grader.autograde.ForgetStrayRoles",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
AUTOGRADE_STEPS = [
    "grader.autograde.SeededExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]


class ForgetStrayRoles(NbGraderPreprocessor):  # type: ignore[misc]  # not typed
    """Make a cell an ordinary one if the gradebook does not know its grade id.

    `DeduplicateIds` leaves copied cells with empty metadata, on which `OverwriteCells`
    fails with a KeyError; an invented id fails in `CheckCellMetadata`.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Drop the nbgrader metadata of copied and invented cells."""
        of = resources["nbgrader"]
        with Gradebook(of["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(of["notebook"], of["assignment"])
            known = {cell.name for cell in notebook.source_cells}
        for cell in nb.cells:
            role = cell.metadata.get("nbgrader")
            if role is not None and role.get("grade_id") not in known:
                del cell.metadata["nbgrader"]
        return nb, resources


class SeededExecute(Execute):  # type: ignore[misc]  # not typed
    """Run a notebook whose checks draw their cases from the course's secret seed."""

    def start_new_kernel(self, **kwargs: Any) -> Any:
        """Start a kernel that knows the seed and where the solutions are."""
        return super().start_new_kernel(**kwargs, env=_environment())

    async def async_start_new_kernel(self, **kwargs: Any) -> Any:
        """Start a kernel that knows the seed and where the solutions are."""
        return await super().async_start_new_kernel(**kwargs, env=_environment())


def _environment() -> dict[str, str]:
    root: Path = find_root()
    return kernel_environment() | {
        SEED_VARIABLE: str(course_seed(root)),
        SOLUTIONS_VARIABLE: str(root / "solutions"),
    }
