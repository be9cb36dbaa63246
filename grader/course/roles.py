"""What each cell of a lab is for, as nbgrader's metadata say.

The processes that run and judge notebooks ask, so nothing of nbgrader is imported here.
"""

from __future__ import annotations

from nbformat import NotebookNode


def cell_id(grade_id: str) -> str:
    """Return the cell id of a cell with a grade id."""
    return grade_id.replace("_", "-")


def is_check(cell: NotebookNode) -> bool:
    """Return whether a code cell is a check cell: graded, and not the student's."""
    role = cell.metadata.get("nbgrader", {})
    return bool(role.get("grade") and not role.get("solution"))
