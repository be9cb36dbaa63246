"""Canvas's gradebook as a file: whose row is whose, and which column is a lab's."""

from __future__ import annotations

import re
from pathlib import Path

from grader.exceptions import InstructorError
from grader.platforms import canvas
from grader.platforms.fill import Form
from grader.platforms.handed import bare
from grader.platforms.people import person_in_canvas
from grader.platforms.person import Person
from grader.platforms.sheet import Sheet, number

# Canvas drops a column whose title has one of these, without a word.
_DROPPED = re.compile(
    r"\b(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)"
)
_READ_ONLY = "(read only)"
_POINTS = "Points Possible"


class CanvasGradebook:
    """A gradebook that Canvas exported, to be filled in and imported again."""

    def __init__(self, path: Path) -> None:
        """Read a file.

        Raises:
            InstructorError: it is no gradebook of Canvas.
        """
        self.path, self.sheet = path, Sheet.read(path)
        self.headings = self.sheet.values(0)
        if not {"ID", "Section"} <= set(self.headings):
            raise InstructorError(
                f"{path} is no gradebook of Canvas: it has no columns ID and Section. "
                "Export the gradebook there and use that file."
            )
        rows = range(1, len(self.sheet.rows))
        found = {r: person_in_canvas(self.headings, self.sheet.values(r)) for r in rows}
        self.people: dict[int, Person] = {r: p for r, p in found.items() if p}
        above = [row for row in rows if _POINTS in self.sheet.value(row, 0)]
        self.points_row = above[0] if above else None

    def form(self, stem: str, title: str | None = None) -> Form:
        """Return the form of a lab.

        Args:
            stem: the lab.
            title: of its column; by default the one that names the lab.

        Raises:
            InstructorError: no column has that title, or several name the lab.
        """
        column = self._column(stem, title)
        maximum = number(self._points(column))
        return Form(
            platform=canvas.NAME,
            path=self.path,
            sheet=self.sheet,
            people=self.people,
            lasting=True,
            column=column,
            maximum=lambda row: maximum,
        )

    def warning(self, column: int) -> str:
        """Return a sentence if Canvas will take no notice of a column; else nothing."""
        title = self.headings[column]
        found = _DROPPED.search(title)
        if found is None:
            return ""
        return (
            f"Canvas drops a column whose title has {found[0]!r} in it, as {title!r} has; "
            "rename the assignment there and export again."
        )

    def _points(self, column: int) -> str:
        row = self.points_row
        return "" if row is None else self.sheet.value(row, column)

    def _column(self, stem: str, title: str | None) -> int:
        first = self.headings.index("Section") + 1
        columns = {
            column: heading
            for column, heading in enumerate(self.headings)
            if column >= first and self._points(column).strip() != _READ_ONLY
        }
        if title is None:
            found = [c for c, heading in columns.items() if _names(heading, stem)]
        else:
            short = {column: h.partition(" (")[0] for column, h in columns.items()}
            found = [c for c, h in columns.items() if title in (h, short[c])]
        if len(found) != 1:
            many = "several columns" if found else "no column"
            listed = ", ".join(repr(heading) for heading in columns.values())
            raise InstructorError(
                f"{self.path} has {many} for {title or stem}; say which with --column. "
                f"There are: {listed or 'none'}."
            )
        return found[0]


def _names(title: str, stem: str) -> bool:
    """Return whether a title names a lab: as lab01, as Lab 1, or by its own name."""
    short, _, name = stem.partition("_")
    which = int(short.removeprefix("lab"))
    as_lab = re.search(rf"\blab[\s_-]*0*{which}(?!\d)", title, re.IGNORECASE)
    return as_lab is not None or bare(name) in bare(title)
