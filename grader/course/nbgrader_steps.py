"""What our nbgrader settings add to nbgrader's own steps of grading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import Execute
from traitlets import default

from grader.course.seeds import course_seed
from grader.folder import find_root
from grader.graded import SEED_VARIABLE, SOLUTIONS_VARIABLE
from grader.kernel.client import WidgetsLeftAlone
from grader.kernel.environment import STAYS, kernel_environment
from grader.reading.repair import read

SANITIZE_STEPS = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "grader.course.repair_roles.RepairRoles",
    "grader.course.places.KeepAnswers",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "grader.course.places.PutInOrder",
    "grader.course.repair_roles.CheckRoles",
]
AUTOGRADE_STEPS = [
    "grader.course.nbgrader_steps.SeededExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]


class ReadingExporter(NotebookExporter):  # type: ignore[misc]  # not typed
    """Read what was handed in as `convlab grade` does: mended, whatever program wrote it."""

    def from_file(
        self, file_stream: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        """Turn an open file into a notebook, by way of the steps."""
        notebook, _ = read(file_stream.buffer.read(), file_stream.name)
        result: tuple[str, Any] = self.from_notebook_node(
            notebook, resources=resources, **kwargs
        )
        return result


class SeededExecute(WidgetsLeftAlone, Execute):  # type: ignore[misc]  # not typed
    """Run a notebook whose checks draw their cases from the course's secret seed."""

    @default("extra_arguments")  # type: ignore[untyped-decorator]
    def _stays(self) -> list[str]:
        return STAYS

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
