"""Say why a student's object is not there: what happened to the cell that defines it."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from grader.judging.definitions import defined, statements, would_define
from grader.judging.source import parsed

# Whether a cell ran, stopped with an error, or comes later than the check.
State = Literal["ran", "failed", "later"]
# Names that differ in more than this share of their letters are no misspelling.
_ALIKE = 0.75
_CHECKED = re.compile(r"""^\s*check\(\s*["'](lab\d\d)\.""", re.MULTILINE)


class Cell(NamedTuple):
    """A code cell: its source, what became of it, and the error that stopped it."""

    source: str
    state: State = "ran"
    error: str = ""


def why_missing(lab: str, name: str, cells: Sequence[Cell]) -> str:
    """Return in words why `name` is not defined, for a student.

    Args:
        lab: the short name of the lab that asks for it, such as "lab03".
        name: the student's object.
        cells: the code cells that are known, in order.
    """
    defining = [cell for cell in cells if name in defined(cell.source)]
    failed = [cell for cell in defining if cell.state == "failed"]
    if failed:
        return (
            f"the cell that defines `{name}` stopped with an error: {failed[-1].error}"
        )
    broken = [cell for cell in cells if _is_broken(cell.source, name)]
    if broken:
        return (
            f"the cell that defines `{name}` is not Python yet: {_syntax(broken[-1])}"
        )
    if any(cell.state == "later" for cell in defining):
        return f"`{name}` is defined further down: move its cell above this check"
    close = [n for cell in cells for n in defined(cell.source) if _alike(name, n)]
    if close:
        return f"`{name}` is not defined, but `{close[-1]}` is: compare the spelling"
    other = _other_lab(lab, cells)
    if other:
        return f"this is the notebook of {other}, and `{name}` belongs to {lab}"
    stopped = [cell for cell in cells if cell.state == "failed"]
    if stopped:
        return f"`{name}` is not defined, and a cell stopped: {stopped[-1].error}"
    return f"`{name}` is not defined: run the cell above that defines it"


def _other_lab(lab: str, cells: Sequence[Cell]) -> str:
    """Return the lab whose exercises the cells check, where that is another one."""
    checked = [found for cell in cells for found in _CHECKED.findall(cell.source)]
    counts = Counter(checked)
    most = max(counts, key=counts.__getitem__, default="")
    return most if counts[most] > counts[lab] else ""


def _is_broken(source: str, name: str) -> bool:
    """Return whether a cell would define `name` if it were Python."""
    return would_define(source, name) and not statements(source)


def _syntax(cell: Cell) -> str:
    """Return what Python says of a cell that it cannot read, with the line."""
    try:
        parsed(cell.source)
    except SyntaxError as error:
        lines = cell.source.splitlines()
        number = error.lineno or 1
        line = lines[number - 1].strip() if number <= len(lines) else ""
        where = f" in its line {number}, `{line}`" if line else f" in its line {number}"
        return f"{type(error).__name__}{where} ({error.msg})"
    except (ValueError, MemoryError, RecursionError) as error:
        return type(error).__name__
    return ""


def _alike(name: str, other: str) -> bool:
    one, two = name.lower().replace("_", ""), other.lower().replace("_", "")
    return difflib.SequenceMatcher(None, one, two).ratio() >= _ALIKE
