"""Who is in the class: read from what a platform exports, kept in `roster.csv`.

The file has the columns that `nbgrader db student import` takes.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.folder import write_whole
from grader.platforms.handed import bare
from grader.platforms.moodle_worksheet import Worksheet
from grader.platforms.sheet import Sheet, column_of

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
_LAST = ("last_name", "last name", "lastname", "surname", "nachname", "nom")
_LAST_TOO = ("nom de famille", "apellido(s)", "apellidos", "cognome", "achternaam")
_FULL = ("full name", "name", "student", "vollständiger name", "nom complet")
_MAIL = ("email", "email address", "e-mail", "e-mail-adresse", "adresse de courriel")
_TEST_STUDENT = "Student, Test"


@dataclass(frozen=True)
class Person:
    """A student, as nbgrader's gradebook has one."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """Return the name as one says it; the id if there is none."""
        return f"{self.first_name} {self.last_name}".strip() or self.id

    @property
    def label(self) -> str:
        """Return name and id, which finds the folder."""
        return self.id if self.name == self.id else f"{self.name} ({self.id})"


_Index = defaultdict[str, list[Person]]


class Roster:
    """The class, to find people in."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = tuple(people)

    def called(self, name: str) -> Person | str:
        """Return who has a name, first or last name first; a clause why nobody is sure."""
        return _one(self._by_name[bare(name)])

    def with_key(self, key: str, name: str) -> Person | str:
        """Return who has the platform's id, or the name if the roster has no ids."""
        found = self._by_key.get(key) or self.called(name)
        if isinstance(found, Person) and found.lms_user_id not in ("", key):
            return f"the roster has another id for {found.name}"
        return found

    def meant(self, text: str) -> Person | str:
        """Return whom a person means who wrote an id, an address or a name."""
        exact = [person for person in self.people if person.id == text]
        return _one(exact or self._by_anything[bare(text)])

    def same(self, other: Person) -> Person | str:
        """Return who is the same as somebody elsewhere: by id, address or name."""
        mail = other.email.casefold()
        for found in (
            [person for person in self.people if person.id == other.id],
            [
                person
                for person in self.people
                if mail and person.email.casefold() == mail
            ],
        ):
            if found:
                return _one(found)
        return self.called(other.name)

    @cached_property
    def _by_key(self) -> Mapping[str, Person]:
        return {p.lms_user_id: p for p in self.people if p.lms_user_id}

    @cached_property
    def _by_name(self) -> _Index:
        return _index((p, _names(p)) for p in self.people)

    @cached_property
    def _by_anything(self) -> _Index:
        return _index(
            (p, [*_names(p), p.id, p.email, p.email.partition("@")[0]])
            for p in self.people
        )


def _names(person: Person) -> list[str]:
    first, last = person.first_name, person.last_name
    return [first + last, last + first]


def _index(people: Iterable[tuple[Person, list[str]]]) -> _Index:
    """Return people by all that they may be called."""
    index = _Index(list)
    for person, names in people:
        for name in {bare(name) for name in names} - {""}:
            index[name].append(person)
    return index


def _one(found: Sequence[Person]) -> Person | str:
    if len(found) > 1:
        return f"{len(found)} in the roster are called so"
    return found[0] if found else "not in the roster"


def read_roster(course: Course) -> Roster:
    """Return the class: `roster.csv`, and whom nbgrader imported with a name."""
    path = course.root / "roster.csv"
    people = {p.id: p for p in read_people(path)} if path.is_file() else {}
    return Roster((_imported(course) | people).values())


def _imported(course: Course) -> dict[str, Person]:
    from nbgrader.api import Gradebook

    if not course.has_gradebook:
        return {}
    with Gradebook(course.db_url) as gradebook:
        people = [person_of(student) for student in gradebook.students]
    return {p.id: p for p in people if p.first_name or p.last_name or p.lms_user_id}


def person_of(student: Any) -> Person:
    """Return a student of nbgrader's gradebook."""
    return Person(*(getattr(student, field.name) or "" for field in fields(Person)))


def write_roster(course: Course, people: Iterable[Person]) -> None:
    """Write `roster.csv`, and the names into nbgrader's gradebook."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Person))
    writer.writerows(astuple(person) for person in people)
    write_whole(course.root / "roster.csv", text.getvalue())
    enrol(course)


def enrol(course: Course) -> None:
    """Tell nbgrader's gradebook the names in `roster.csv`; harmless if done twice."""
    from nbgrader.api import Gradebook

    path = course.root / "roster.csv"
    if not path.is_file():
        return
    with Gradebook(course.db_url) as gradebook:
        known = {person_of(student) for student in gradebook.students}
        for person in read_people(path):
            if person not in known:
                told = {name: text or None for name, text in asdict(person).items()}
                gradebook.update_or_create_student(told.pop("id"), **told)


def read_people(path: Path) -> list[Person]:
    """Return the people in a file: Canvas's gradebook, Moodle's participants or
    grading worksheet, or any table with a heading for each column.

    Raises:
        InstructorError: nobody can be read from it, or two have one id.
    """
    sheet = Sheet.read(path)
    headings = sheet.values(0)
    canvas = headings[1:2] == ["ID"] or headings[:3] == ["LastName", "FirstName", "ID"]
    rows = range(1, len(sheet.rows))
    if canvas:
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
        number = column_of(headings, *_ID)
        if number is None:
            number = column_of(headings, *_NUMBER)
        first, last = (
            column_of(headings, *_FIRST),
            column_of(headings, *_LAST, *_LAST_TOO),
        )
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
            return (
                cells[column].strip()
                if column is not None and column < len(cells)
                else ""
            )

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
