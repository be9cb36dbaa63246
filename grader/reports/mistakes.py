"""The mistakes that a class made: how many, with an example, and whom to talk to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nbformat

from grader.course.roles import is_check
from grader.grading.entry import Entry
from grader.judging.definitions import definitions, statements

# Lines of an example; the page of the student has all.
_LINES = 24


@dataclass(frozen=True)
class Mistake:
    """A mistake that students made.

    Attributes:
        students: names, for a talk.
        code: how one of them wrote it, the shortest; empty if that is not to be found.
        by: who wrote the code.
    """

    exercise: str
    name: str
    hint: str
    students: tuple[str, ...]
    code: str = ""
    by: str = ""

    @property
    def function(self) -> str:
        """Return the name of what was to be written."""
        return self.exercise.rpartition(".")[2]


def mistakes_in(
    entries: Sequence[Entry], names: Mapping[str, str] = {}
) -> list[Mistake]:
    """Return the mistakes that a class made, the most frequent first.

    Args:
        names: what students are called, by id.
    """
    made: defaultdict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        for verdict in entry.verdicts.values():
            for name, hint in verdict.mistakes:
                made[verdict.exercise, name, hint].append(entry)
    written = {
        entry.student: functions_in(entry.notebook)
        for entry in {e.student: e for those in made.values() for e in those}.values()
    }
    found = [
        Mistake(
            *what,
            students=tuple(sorted(names.get(e.student, e.student) for e in those)),
            **_example(what[0].rpartition(".")[2], those, written, names),
        )
        for what, those in made.items()
    ]
    return sorted(found, key=lambda each: (-len(each.students), each.exercise))


def _example(
    function: str,
    entries: Sequence[Entry],
    written: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
) -> dict[str, str]:
    """Return the shortest code that somebody wrote, and who."""
    codes = [(written[e.student].get(function, ""), e.student) for e in entries]
    found = sorted((len(code), code, student) for code, student in codes if code)
    if not found:
        return {}
    _, code, student = found[0]
    return {"code": _first_lines(code), "by": names.get(student, student)}


def functions_in(notebook: str) -> dict[str, str]:
    """Return the source of what a notebook defines, by name; of many the last."""
    try:
        cells = nbformat.reads(notebook, as_version=4).cells
    except Exception:  # what cannot be read defines nothing
        return {}
    found = {}
    for cell in cells:
        if cell.cell_type == "code" and not is_check(cell):
            lines = cell.source.splitlines()
            for name, node in definitions(statements(cell.source)):
                found[name] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found


def _first_lines(code: str) -> str:
    lines = code.splitlines()
    more = [f"# ... and {len(lines) - _LINES} more lines"]
    return "\n".join(lines[:_LINES] + (more if len(lines) > _LINES else []))
