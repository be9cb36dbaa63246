"""The people in a table: Canvas's gradebook, what Moodle exports, or anybody's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from grader.exceptions import InstructorError
from grader.platforms.moodle_worksheet import Worksheet
from grader.platforms.person import Person
from grader.platforms.sheet import Sheet, as_meant, column_of

# As platforms head their columns, English first; in lower case.
_ID = ("id", "student_id", "sis login id", "login", "username", "sis user id")
_NUMBER = ("id number", "matrikelnummer", "student number", "student id")
_FIRST = (
    "first_name",
    "first name",
    "firstname",
    "vorname",
    "prénom",
    "nombre",
    "nome",
)
_LAST = (
    *("last_name", "last name", "lastname", "surname", "nachname", "nom"),
    *("nom de famille", "apellido(s)", "apellidos", "cognome", "achternaam"),
)
_FULL = ("full name", "name", "student", "vollständiger name", "nom complet")
_MAIL = ("email", "email address", "e-mail", "e-mail-adresse", "adresse de courriel")
_TEST_STUDENT = "Student, Test"


def read_people(path: Path) -> list[Person]:
    """Return the people in a file: Canvas's gradebook, Moodle's participants or
    grading worksheet, or any table with a heading for each column.

    Raises:
        InstructorError: nobody can be read from it, or two have one id.
    """
    sheet = Sheet.read(path)
    headings = sheet.values(0)
    rows = range(1, len(sheet.rows))
    if {"ID", "Section"} <= set(headings):
        people = [person_in_canvas(headings, sheet.values(row)) for row in rows]
    elif Worksheet.is_one(sheet):
        worksheet = Worksheet(sheet, path)
        # The key is another one in each assignment.
        people = [
            replace(person_in_worksheet(worksheet, row), lms_user_id="")
            for row in worksheet.rows.values()
            if worksheet.email_of(row) or worksheet.number_of(row)
        ]
    else:
        columns = _Columns.of(sheet, path)
        people = [columns.person(sheet.values(row)) for row in rows]
    found = [person for person in people if person is not None]
    _check(found, path)
    return found


def _check(people: list[Person], path: Path) -> None:
    if not people:
        raise InstructorError(f"There are no students in {path}.")
    ids, keys = set[str](), set[str]()
    for person in people:
        if person.id.startswith(".") or "/" in person.id or not person.id.isprintable():
            raise InstructorError(
                f"{person.id!a} in {path} cannot be an id: it is a folder's name."
            )
        if person.id in ids:
            raise InstructorError(f"Two students in {path} have the id {person.id}.")
        if person.lms_user_id and person.lms_user_id in keys:
            key = person.lms_user_id
            raise InstructorError(
                f"Two students in {path} have the platform's id {key}."
            )
        ids.add(person.id)
        keys.add(person.lms_user_id)


def person_in_canvas(headings: list[str], cells: list[str]) -> Person | None:
    """Return the person of a row of Canvas's gradebook; `None` for the rows above."""
    row = dict(zip(headings, cells, strict=False))
    key = row.get("ID", "").strip()
    if not key or row.get("Student") == _TEST_STUDENT:
        return None
    last, _, first = row.get("Student", "").partition(",")
    login = row.get("SIS Login ID") or row.get("SIS User ID") or key
    return Person(
        id=login.strip(),
        first_name=row.get("FirstName", first).strip(),
        last_name=row.get("LastName", last).strip(),
        email=login.strip() if "@" in login else "",
        lms_user_id=key,
    )


def person_in_worksheet(worksheet: Worksheet, row: int) -> Person:
    """Return the person of a row of Moodle's worksheet, with the assignment's own key.

    Where Moodle hides who it is, the id is made of that key.
    """
    key = worksheet.key_of(row)
    number, email = worksheet.number_of(row), worksheet.email_of(row)
    first, last = _parted(worksheet.name_of(row))
    return Person(number or email or f"participant_{key}", first, last, email, key)


@dataclass(frozen=True)
class _Columns:
    """Where a table has what; `None` where it has it not."""

    id: int | None
    first: int | None
    last: int | None
    full: int | None
    email: int | None
    lms: int | None

    @classmethod
    def of(cls, sheet: Sheet, path: Path) -> _Columns:
        """Find the columns by their headings, the one of addresses by what is in it."""
        headings = sheet.values(0)
        rows = [sheet.values(row) for row in range(1, len(sheet.rows))]
        email = column_of(headings, *_MAIL)
        if email is None:
            email = _column_of_addresses(rows, len(headings))
        number = column_of(headings, *_ID, *_NUMBER)
        first, last = column_of(headings, *_FIRST), column_of(headings, *_LAST)
        full = column_of(headings, *_FULL)
        if first is None and full is None and email is not None and email > 1:
            # Moodle's participants: first name, last name, in the site's language.
            first, last = email - 2, email - 1
        if number is None and email is None:
            raise InstructorError(
                f"{path} has no column for an id and none for an address; name one "
                "`id` or `email`."
            )
        return cls(number, first, last, full, email, column_of(headings, "lms_user_id"))

    def person(self, cells: list[str]) -> Person | None:
        """Return the person of a row; `None` if it is empty."""

        def cell(column: int | None) -> str:
            if column is None or column >= len(cells):
                return ""
            return as_meant(cells[column].strip())

        first, last, email = cell(self.first), cell(self.last), cell(self.email)
        if not first and not last:
            first, last = _parted(cell(self.full))
        key = cell(self.id) or email
        return Person(key, first, last, email, cell(self.lms)) if key else None


def _column_of_addresses(rows: list[list[str]], width: int) -> int | None:
    for column in range(width):
        cells = [row[column] for row in rows if column < len(row) and row[column]]
        if cells and all("@" in cell for cell in cells):
            return column
    return None


def _parted(name: str) -> tuple[str, str]:
    """Return first and last name of "Doe, Jane" or "Jane Mary Doe"."""
    if "," in name:
        last, _, first = name.partition(",")
    else:
        first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()
