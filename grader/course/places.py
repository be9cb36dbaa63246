"""Answers in the wrong place: what a student plainly handed in is found and judged.

Each step rearranges cells, before anything runs and whoever grades; what checks do stays
as it was released. `FORGIVEN` says all of it, and so does `docs/instructor.md`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.course.deleted import deleted
from grader.course.roles import is_check
from grader.folder import find_root, lab_path
from grader.judging.definitions import (
    answers,
    definitions,
    is_empty,
    statements,
    would_define,
)
from grader.reading.repair import settle

# The key of nbgrader's resources under which steps leave their notes for the student.
NOTES = "convlab_notes"
FORGIVEN = {
    "check cell": "`{}` was written into its check cell. It ran as a cell of your own, before the check.",
    "below": "`{}` is written below its check, so the check was judged after it. Move it above the check.",
    "stub": "An empty `{}` stands below yours. It did not take the place of your answer.",
    "deleted": "Lines of the lab that your code needs are missing in your notebook. They ran first: {}.",
}
# Characters of code: no lab has a tenth, and reading it takes time and memory.
_MAX_CODE = 200_000
_CHECK_LINE = re.compile(r"^check\(.*\)[ \t]*$", re.MULTILINE)
_IN_WORDS = (
    "`{}` stands in a cell of text, which does not run. Turn it into a code cell."
)
_SHOWN = 5


class KeepAnswers(NbGraderPreprocessor):  # type: ignore[misc]  # not typed
    """Take answers out of locked cells, which are put back as they were released."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put each into a cell of its own, before the locked one, if it is the only one."""
        names = [] if _is_endless(nb) else _checked(nb)
        own = _code([cell for cell in nb.cells if not _locked(cell)])
        names = [name for name in names if not any(answers(s, name) for s in own)]
        cells = []
        for cell in nb.cells:
            found = [n for n in names if _locked(cell) and answers(cell.source, n)]
            if found:
                source = _CHECK_LINE.sub("", cell.source).strip()
                cells.append(_new_cell(source))
                _tell(resources, "check cell", found)
            cells.append(cell)
        nb.cells = cells
        settle(nb)
        return nb, resources


class PutInOrder(NbGraderPreprocessor):  # type: ignore[misc]  # not typed
    """Let checks come after their answers, stubs before them, and what both need first."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Move cells of which Python would see the wrong one, and no other."""
        nb = nbformat.from_dict(nb)  # nbgrader adds missing cells as plain dictionaries
        if _is_endless(nb):
            settle(nb)
            return nb, resources
        root = Path(self.config.CourseDirectory.get("root") or find_root())
        path = lab_path(root, resources["nbgrader"]["notebook"])
        released = _cells(path.read_text("utf-8"))
        given = {cell.source.strip() for cell in released}
        for name in _checked(nb):
            _tell(resources, "stub", [name] * _stubs_first(nb.cells, name, given))
            _tell(resources, "below", [name] * _check_last(nb.cells, name))
        notes = resources.setdefault(NOTES, [])
        notes += [_IN_WORDS.format(name) for name in _in_words(nb, given)]
        needed = list(deleted(_code(released), _code(nb.cells)))
        if needed:
            nb.cells.insert(0, _new_cell("\n\n".join(needed)))
            heads = [f"`{lines.splitlines()[0]}`" for lines in needed]
            more = [f"{len(heads) - _SHOWN} more"] if len(heads) > _SHOWN else []
            _tell(resources, "deleted", [", ".join([*heads[:_SHOWN], *more])])
        settle(nb)
        return nb, resources


@lru_cache(4)  # the same lab for all students
def _cells(notebook: str) -> Sequence[NotebookNode]:
    """Return the cells of a notebook as JSON; nobody changes them."""
    return tuple(nbformat.reads(notebook, as_version=4).cells)


def _new_cell(source: str) -> NotebookNode:
    cell = new_code_cell(source)
    cell["id"] = ""  # not a random one: `settle` numbers it
    return cell


def _locked(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))


def _is_endless(nb: NotebookNode) -> bool:
    return sum(map(len, _code(nb.cells))) > _MAX_CODE


def _tell(resources: dict[str, Any], what: str, of: Iterable[str]) -> None:
    notes = resources.setdefault(NOTES, [])
    notes += [FORGIVEN[what].format(each) for each in of]


def _checked(nb: NotebookNode) -> list[str]:
    """Return the names that are checked, in the notebook's order."""
    checks = (cell for cell in nb.cells if is_check(cell) and cell.cell_type == "code")
    return [cell.metadata.nbgrader.grade_id for cell in checks]


def _answering(cells: list[NotebookNode], name: str) -> list[int]:
    return [
        number
        for number, cell in enumerate(cells)
        if cell.cell_type == "code" and answers(cell.source, name)
    ]


def _check_of(cells: list[NotebookNode], name: str) -> int:
    return next(
        number
        for number, cell in enumerate(cells)
        if is_check(cell) and cell.metadata.nbgrader.grade_id == name
    )


def _stubs_first(cells: list[NotebookNode], name: str, given: set[str]) -> bool:
    """Move stubs of `name` that stand between the answer and its check above the answer."""
    check = _check_of(cells, name)
    before = [number for number in _answering(cells, name) if number < check]
    if not before:
        return False
    between = range(before[-1] + 1, check)
    stubs = [n for n in between if _is_stub_of(cells[n], name, given)]
    for number in stubs:
        cells.insert(before[0], cells.pop(number))
    return bool(stubs)


def _is_stub_of(cell: NotebookNode, name: str, given: set[str]) -> bool:
    """Return whether a cell defines `name` as the lab does, or as nothing at all."""
    body = statements(cell.source) if cell.cell_type == "code" else []
    rest = [s for s in body if not isinstance(s, ast.Import | ast.ImportFrom)]
    if name not in [known for known, _ in definitions(rest)]:
        return False
    return cell.source.strip() in given or all(map(is_empty, rest))


def _check_last(cells: list[NotebookNode], name: str) -> bool:
    """Move the check of `name` behind the last answer, if there is none above it."""
    check = _check_of(cells, name)
    found = _answering(cells, name)
    if not found or found[0] < check:
        return False
    cells.insert(found[-1], cells.pop(check))
    return True


def _in_words(nb: NotebookNode, given: set[str]) -> Iterator[str]:
    """Yield the names that are answered in the student's words alone."""
    words = [c.source.strip() for c in nb.cells if c.cell_type != "code"]
    for name in _checked(nb):
        own = [source for source in words if would_define(source, name)]
        if set(own) - given and not _answering(nb.cells, name):
            yield name


def _code(cells: Sequence[NotebookNode]) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "code"]
