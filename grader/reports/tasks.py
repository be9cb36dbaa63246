"""Where a lab asks for what: read from its own text, heading by heading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

_HEADING = re.compile(r"^(#{1,6}) +(.+?)(?: +\(\d+ points?\))?\s*$", re.MULTILINE)
_LABS = re.compile(r"\b[Ll]abs? (\d\d(?:(?:, | and | to )\d\d)*)")
_NUMBER = re.compile(r"lab(\d\d)_")
# What a lab says that it builds on, in its first cell.
_NEEDS = re.compile(r"\*\*What you'll need\.\*\*.*")
# Of the sections before an exercise those that are named: they lead up to it.
_NAMED = 2


@dataclass(frozen=True)
class Task:
    """An exercise as its lab asks for it.

    Attributes:
        heading: of the exercise, without its points.
        sections: headings of what stands before it, since the exercise before.
        labs: numbers of earlier labs that it builds on.
        source: what the cell of the answer holds in the beginning.
    """

    heading: str
    sections: tuple[str, ...] = ()
    labs: tuple[int, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Outline:
    """A lab: its number as in "Lab 03", its title, and its tasks by the graded cell."""

    number: str
    title: str
    tasks: Mapping[str, Task] = field(default_factory=dict)


def outline(stem: str, lab: NotebookNode) -> Outline:
    """Return the outline of a lab, or of any assignment.

    Args:
        stem: the assignment's id.
        lab: the notebook that students got.
    """
    found = _NUMBER.match(stem)
    number = int(found[1]) if found else 0
    tasks: dict[str, Task] = {}
    needs = ""
    text, answer = "", ""
    for cell in lab.cells:
        role = cell.metadata.get("nbgrader") or {}
        if role.get("solution"):
            answer = cell.source
        if role.get("grade"):
            name = role["grade_id"]
            tasks[name] = _task(name, text, needs, number, answer)
            text, answer = "", ""
        elif cell.cell_type == "markdown":
            needs = needs or "".join(_NEEDS.findall(cell.source))
            text += f"{cell.source}\n"
    titles = [m[2] for c in lab.cells for m in _headings(c) if m[1] == "#"]
    title = titles[0] if titles else stem
    return Outline(f"Lab {found[1]}" if found else "", title, tasks)


def _headings(cell: NotebookNode) -> list[re.Match[str]]:
    return list(_HEADING.finditer(cell.source)) if cell.cell_type == "markdown" else []


def _task(name: str, text: str, needs: str, number: int, answer: str) -> Task:
    below = [m[2] for m in _HEADING.finditer(text) if m[1] != "#"]
    all_needed = _labs_in(needs, number)
    labs = (all_needed & _labs_in(text, number)) or all_needed
    heading = below[-1] if below else name
    return Task(heading, tuple(below[:-1][-_NAMED:]), tuple(sorted(labs)), answer)


def _labs_in(text: str, before: int) -> set[int]:
    """Return the numbers of labs that a text names, of those before a lab."""
    numbers: set[int] = set()
    for found in _LABS.finditer(text):
        for part in re.split(", | and ", found[1]):
            first, *last = map(int, part.split(" to "))
            numbers.update(range(first, (last[0] if last else first) + 1))
    return {number for number in numbers if number < before}
