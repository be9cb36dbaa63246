"""Steps for nbgrader: each cell of a notebook gets the role that was released, and has it."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema.validators import validator_for
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.course.gradebook import Gradebook
from grader.course.roles import cell_id


class RepairRoles(NbGraderPreprocessor):  # type: ignore[misc]  # not typed
    """Make nbgrader's metadata such that `OverwriteCells` can work with it.

    Copied cells (which `DeduplicateIds` leaves with empty metadata, a KeyError later) and
    cells with an invented grade id become ordinary ones; the others get the role that
    was released. A cell that lost its metadata gets it back by its cell id. Of cells that
    are gone, those that are not graded are added, because a graded one is put behind the
    cell before it.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Repair the metadata of all cells."""
        of = resources["nbgrader"]
        with Gradebook(of["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(of["notebook"], of["assignment"])
            graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
            solved = {cell.name for cell in notebook.solution_cells}
            roles = {
                cell.name: _role(cell, graded, solved) for cell in notebook.source_cells
            }
            sources = {cell.name: cell.source for cell in notebook.source_cells}
        for cell in nb.cells:
            role = roles.get(_grade_id(cell) or "")
            if role is None:
                cell.metadata.pop("nbgrader", None)
            else:
                # An edited role, such as a solution that is graded, is unknown there.
                cell.metadata["nbgrader"] = NotebookNode(role)
        _give_back(nb, roles)
        _add_ungraded(nb, roles, sources)
        return nb, resources


def _role(cell: Any, graded: dict[str, float], solved: set[str]) -> dict[str, Any]:
    role = {
        "cell_type": cell.cell_type,
        "grade": cell.name in graded,
        "grade_id": cell.name,
        "locked": bool(cell.locked),
        "schema_version": 3,
        "solution": cell.name in solved,
        "task": False,
    }
    return role | ({"points": graded[cell.name]} if cell.name in graded else {})


def _grade_id(cell: NotebookNode) -> str | None:
    role = cell.metadata.get("nbgrader")
    found = role.get("grade_id") if isinstance(role, dict) else None
    return found if isinstance(found, str) else None


def _give_back(nb: NotebookNode, roles: dict[str, dict[str, Any]]) -> None:
    """Return a cell that lost its metadata the role that its cell id stands for."""
    present = {_grade_id(cell) for cell in nb.cells}
    by_cell_id = {cell_id(name): role for name, role in roles.items()}
    for cell in nb.cells:
        role = by_cell_id.get(cell.get("id"))
        if role is None or _grade_id(cell) or role["grade_id"] in present:
            continue
        # What is graded comes back from the gradebook, with its points.
        if not role["grade"]:
            cell.metadata["nbgrader"] = NotebookNode(role)
            present.add(role["grade_id"])


def _add_ungraded(
    nb: NotebookNode, roles: dict[str, dict[str, Any]], sources: dict[str, str]
) -> None:
    """Add missing cells that carry no points, behind the one before, or at the end."""
    position = None
    for name, role in roles.items():
        found = [i for i, cell in enumerate(nb.cells) if _grade_id(cell) == name]
        if found:
            position = found[0]
        elif not role["grade"]:
            new = new_code_cell if role["cell_type"] == "code" else new_markdown_cell
            source = sources[name] if role["locked"] else ""
            position = len(nb.cells) if position is None else position + 1
            added = new(source, id=f"added-{position:03d}", metadata={"nbgrader": role})
            nb.cells.insert(position, added)


class CheckRoles(NbGraderPreprocessor):  # type: ignore[misc]  # not typed
    """Look whether all roles are what nbgrader works with, as its `CheckCellMetadata` does."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Leave a notebook as it is.

        Raises:
            ValidationError: a role is not.
        """
        _validator().validate_nb(nb)
        return nb, resources


class _AgainstTheSchema(BaseMetadataValidator):  # type: ignore[misc]  # not typed
    """Compare a role with nbgrader's schema, which is looked at once, not for each cell."""

    def __init__(self) -> None:
        super().__init__()
        self._schema = validator_for(self.schema)(self.schema)

    def validate_cell(self, cell: NotebookNode) -> None:
        if "nbgrader" in cell.metadata:
            self._schema.validate(cell.metadata["nbgrader"])


class _Validator(MetadataValidator, _AgainstTheSchema):  # type: ignore[misc]
    """nbgrader's validator, for whose own checks the schema comes first as before."""


@cache
def _validator() -> _Validator:
    return _Validator()
