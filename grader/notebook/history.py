"""Remember which cells of a notebook stopped with an error: IPython does not."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from typing import Any

from grader.exceptions import CheckFailed
from grader.judging.missing import Cell
from grader.probing.frames import is_students

# A cell's text -> what stopped it; the text may have changed since.
_errors: dict[str, str] = {}
# A cell's id -> its first line and what stopped it when it last ran.
_stopped: dict[str, tuple[str, str]] = {}


def remember() -> None:
    """Note from here on how each cell of this notebook ends; elsewhere do nothing."""
    interactive = sys.modules.get("IPython.core.getipython")
    shell = interactive.get_ipython() if interactive is not None else None
    if shell is not None:
        shell.events.register("post_run_cell", _note)


def with_errors(cells: Sequence[str]) -> list[Cell]:
    """Return cells with what became of them when they last ran."""
    return [
        Cell(cell, "failed", _errors[key]) if key in _errors else Cell(cell)
        for cell, key in ((cell, cell.strip()) for cell in cells)
    ]


def stopped() -> dict[str, str]:
    """Return what stopped cells when they last ran, by first line; checks tell it themselves."""
    return dict(_stopped.values())


def _note(result: Any) -> None:
    source = getattr(getattr(result, "info", None), "raw_cell", None)
    if not isinstance(source, str):
        return
    error = result.error_before_exec or result.error_in_exec
    identity = getattr(result.info, "cell_id", None) or source.strip()
    _stopped.pop(identity, None)
    if error is not None and not isinstance(error, CheckFailed):
        first = next(filter(None, map(str.strip, source.splitlines())), "")
        _stopped[identity] = (first, f"{type(error).__name__}: {error}{_line(error)}")
    if error is None:
        _errors.pop(source.strip(), None)
    else:
        _errors[source.strip()] = f"{type(error).__name__}: {error}{_line(error)}"


def _line(error: BaseException) -> str:
    """Return the student's line that raised it, as the end of a sentence."""
    frames = list(traceback.walk_tb(error.__traceback__))
    own = [number for frame, number in frames if is_students(frame)]
    return f" (line {own[0]} of that cell)" if own else ""
