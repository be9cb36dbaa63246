"""Moodle's grading worksheet: who is who, when they handed in, and their grades."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path

from grader.exceptions import InstructorError
from grader.platforms.dates import date_in, has_year
from grader.platforms.sheet import Sheet, column_of, number

_IDENTIFIER = re.compile(r"(?P<word>\D{4,})(?P<key>\d+)")


class Worksheet:
    """A grading worksheet of one assignment.

    Its headings follow the site's language: where they are not English, a column is told
    by what stands in it and beside it.
    """

    def __init__(self, sheet: Sheet, path: Path) -> None:
        self.sheet, self.path = sheet, path
        self.headings = sheet.values(0)

    @classmethod
    def read(cls, path: Path) -> Worksheet:
        """Read a file.

        Raises:
            InstructorError: it is no grading worksheet.
        """
        sheet = Sheet.read(path)
        if not cls.is_one(sheet):
            raise InstructorError(
                f"{path} is no grading worksheet of Moodle: its first column should say "
                "`Participant 123` or the like. Switch on offline grading in the "
                "assignment and download the worksheet."
            )
        return cls(sheet, path)

    @staticmethod
    def is_one(sheet: Sheet) -> bool:
        """Return whether a table is a grading worksheet: people are numbered in it."""
        headings = sheet.values(0)
        if headings[0] == "Identifier" or "lms_user_id" in headings:
            return headings[0] == "Identifier"
        rows = range(1, len(sheet.rows))
        found = [
            _IDENTIFIER.fullmatch(cells[0])
            for row in rows
            if any(cells := sheet.values(row))
        ]
        words = {each["word"] for each in found if each}
        # Ids such as ab123 are no sentence in any language, and have no full marks beside.
        return (
            None not in found
            and len(words) == 1
            and Worksheet(sheet, Path())._constant_column is not None
        )

    @cached_property
    def rows(self) -> dict[str, int]:
        """Return the row of each participant, by the key that Moodle gives them."""
        return {
            self.key_of(row): row
            for row in range(1, len(self.sheet.rows))
            if self.key_of(row)
        }

    def key_of(self, row: int) -> str:
        """Return a participant's key; empty for a row without one."""
        found = _IDENTIFIER.fullmatch(self.sheet.value(row, 0).strip())
        return found["key"] if found else ""

    @cached_property
    def maximum_column(self) -> int:
        """Return the column of the full marks: the first with one number in all rows.

        Raises:
            InstructorError: there is none, as with grades in words.
        """
        named = column_of(self.headings, "maximum grade")
        if named is not None:
            return named
        if self._constant_column is not None:
            return self._constant_column
        raise InstructorError(
            f"{self.path} has no column with the full marks, so the one before it, with "
            "the grades, is not known; use a worksheet in English."
        )

    @cached_property
    def grade_column(self) -> int:
        """Return the column of the grades, which stands before that of the full marks."""
        named = column_of(self.headings, "grade")
        return self.maximum_column - 1 if named is None else named

    def maximum_of(self, row: int) -> float | None:
        """Return the full marks of a row."""
        return number(self.sheet.value(row, self.maximum_column))

    def name_of(self, row: int) -> str:
        """Return a participant's name; empty where Moodle hides it."""
        named = column_of(self.headings, "full name")
        if named is None and self._email_column is None:
            return ""
        return self.sheet.value(row, 1 if named is None else named).strip()

    def email_of(self, row: int) -> str:
        """Return a participant's address; empty where Moodle hides it."""
        column = self._email_column
        return "" if column is None else self.sheet.value(row, column).strip()

    def number_of(self, row: int) -> str:
        """Return a participant's number at the university, if the worksheet has it."""
        column = column_of(self.headings, "id number")
        return "" if column is None else self.sheet.value(row, column).strip()

    def time_of(self, row: int) -> datetime | None:
        """Return when a participant handed in; `None` if that cannot be read."""
        column = self._time_column
        return None if column is None else date_in(self.sheet.value(row, column))

    @cached_property
    def _constant_column(self) -> int | None:
        for column in range(2, len(self.headings)):
            cells = set(self._column(column))
            if len(cells) == 1 and number(cells.pop()) is not None:
                return column
        return None

    @cached_property
    def _email_column(self) -> int | None:
        for column in range(1, len(self.headings)):
            cells = list(self._column(column))
            if cells and all("@" in cell for cell in cells):
                return column
        return None

    @cached_property
    def _time_column(self) -> int | None:
        named = column_of(self.headings, "last modified (submission)")
        if named is not None:
            return named
        behind = range(self.maximum_column + 1, len(self.headings))
        dated = (c for c in behind if any(map(has_year, self._column(c))))
        return next(dated, None)

    def _column(self, column: int) -> Iterator[str]:
        """Yield what a column says where it says something."""
        cells = (self.sheet.value(row, column).strip() for row in self.rows.values())
        return filter(None, cells)
