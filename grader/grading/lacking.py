"""Tell whether an answer may lack what of the notebook was left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from nbformat import NotebookNode

from grader.grading.needed import Plan, left_out
from grader.grading.statements import statements_of
from grader.judging.definitions import defined
from grader.judging.missing import Cell
from grader.probing.request import Reply

_UNKNOWN = re.compile(r"name '(\w+)' is not defined")


def absent(submitted: NotebookNode, plan: Plan | None) -> frozenset[str]:
    """Return the names that only statements bind which do not run."""
    left = (cell.source for cell in left_out(submitted, plan))
    return _bound(left) - _bound((plan or {}).values())


def _bound(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(name for code in codes for name in _binds(code.strip()))


@lru_cache(500)  # of released text, the same for most students
def _binds(code: str) -> frozenset[str]:
    return frozenset(name for each in statements_of(code) for name in each.binds)


def lacks(
    reply: Reply, name: str, cells: Sequence[Cell], absent: frozenset[str]
) -> bool:
    """Return whether an answer could be another one, had everything run.

    Args:
        reply: the answer.
        name: of the student's object.
        cells: the code cells before its check, and those to come.
        absent: names that may be lacking.
    """
    if not absent:
        return False
    if reply.get("type") == "NameError":
        return _lacks_name(str(reply["message"]), absent)
    if reply["status"] != "missing":
        return False
    if name in absent:
        return True
    # What is said of a missing name depends on the cell that should have defined it,
    # or that stopped last; what was left out might have stopped as well.
    before = [cell for cell in cells if cell.state != "later"]
    stopped = [cell for cell in before if cell.error and name in defined(cell.source)]
    kind, _, message = (stopped or before)[-1].error.partition(":")
    if kind == "NameError":
        return _lacks_name(message, absent)
    return kind != "NotImplementedError"


def _lacks_name(message: str, absent: frozenset[str]) -> bool:
    found = _UNKNOWN.search(message)
    return found is None or found[1] in absent
