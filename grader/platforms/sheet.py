"""A table in a file, as platforms export it: what is not filled in stays byte for byte."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from grader.exceptions import InstructorError

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_DELIMITERS = ",;\t"
_NUMBER = re.compile(r"-?\d+(?P<mark>[.,])?\d*")
# What a spreadsheet runs, or takes for the beginning of it.
_RUNS = ("=", "+", "-", "@", "\t", "\r")


class Sheet:
    """A table: rows of cells, each as the file writes it, with quotes.

    The csv module reads the values only; what it writes differs from what it read.
    """

    def __init__(self, data: bytes) -> None:
        self.bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
        self.encoding, text = _decoded(data[len(self.bom) :], _BOMS.get(self.bom))
        self.delimiter = _delimiter(text)
        self.rows, self.ends = _split(text, self.delimiter)

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """Read a file.

        Raises:
            InstructorError: there is none, or there is no row in it.
        """
        if not path.is_file():
            raise InstructorError(f"There is no file {path}.")
        sheet = cls(path.read_bytes())
        if not sheet.rows:
            raise InstructorError(f"{path} is empty.")
        return sheet

    def data(self) -> bytes:
        """Return the file's bytes."""
        lines = map(self.delimiter.join, self.rows)
        text = "".join(line + end for line, end in zip(lines, self.ends, strict=True))
        return self.bom + text.encode(self.encoding)

    def value(self, row: int, column: int) -> str:
        """Return what a cell says, without quotes; empty if the row is too short."""
        cells = self.rows[row]
        return _unquoted(cells[column]) if column < len(cells) else ""

    def values(self, row: int) -> list[str]:
        """Return what the cells of a row say."""
        return [_unquoted(cell) for cell in self.rows[row]]

    def fill(self, row: int, column: int, points: float) -> None:
        """Write a number into a cell, with the file's decimal mark and its quotes."""
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        text = f"{points:.2f}".rstrip("0").rstrip(".")
        if self.decimal_comma:
            text = text.replace(".", ",")
        quoted = cells[column].startswith('"') or self.delimiter in text
        cells[column] = f'"{text}"' if quoted else text

    @cached_property
    def decimal_comma(self) -> bool:
        """Return whether numbers are written as 1,5: as most are, else by the delimiter."""
        cells = (_unquoted(cell).strip() for row in self.rows for cell in row)
        marks = Counter(
            found["mark"] for cell in cells if (found := _NUMBER.fullmatch(cell))
        )
        if marks[","] or marks["."]:
            return marks[","] > marks["."]
        return self.delimiter == ";"


def number(text: str) -> float | None:
    """Return the number that a cell says, with either decimal mark; `None` if it is none."""
    found = _NUMBER.fullmatch(text.strip())
    return float(found[0].replace(",", ".")) if found else None


def harmless(text: str) -> str:
    """Return a text such that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def as_meant(text: str) -> str:
    """Return a text that was made harmless as it was before."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_RUNS) else text


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the encoding and the text; latin-1 takes all that is no UTF-8."""
    try:
        return encoding or "utf-8", data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return "latin-1", data.decode("latin-1")


def _delimiter(text: str) -> str:
    """Return what parts the cells of the first line that has several."""
    for line in re.sub(r'"(?:[^"]|"")*"', "", text).splitlines():
        best = max(_DELIMITERS, key=line.count)
        if best in line:
            return best
    return ","


def _split(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    """Return the cells of each row, and how each row ends."""
    cell = rf'((?:"(?:[^"]|"")*")?[^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)'
    rows, ends, row = list[list[str]](), list[str](), list[str]()
    for found in re.finditer(cell, text):
        if not found[0] and not row:
            break  # behind the end of the last row
        row.append(found[1])
        if found[2] != delimiter:
            rows.append(row)
            ends.append(found[2])
            row = []
    return rows, ends


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def column_of(headings: Sequence[str], *names: str) -> int | None:
    """Return the first column that has one of some headings, in whatever case."""
    plain = [heading.strip().casefold() for heading in headings]
    return next((plain.index(name) for name in names if name in plain), None)
