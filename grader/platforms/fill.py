"""Fill marks into a table that a platform gave, and touch nothing else in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.exceptions import InstructorError
from grader.platforms.marks import Mark
from grader.platforms.person import Person, Roster
from grader.platforms.sheet import Sheet


@dataclass(frozen=True)
class Form:
    """A table to fill in.

    Attributes:
        platform: whose it is.
        path: the file, for what is said about it.
        sheet: the table.
        people: who stands in which row; `lms_user_id` is the platform's id.
        column: where the marks of a lab go.
        maximum: returns the full marks of a row there; `None` if it has none.
    """

    platform: str
    path: Path
    sheet: Sheet
    people: Mapping[int, Person]
    column: int
    maximum: Callable[[int], float | None]


@dataclass
class Filled:
    """What became of the marks of a lab.

    Attributes:
        count: how many were filled in.
        pending: who was left out because an answer waits to be read.
        strangers: who has marks and no row.
        scaled: the platform's full marks and ours, where they differ.
    """

    count: int = 0
    pending: list[Person] = field(default_factory=list)
    strangers: list[Person] = field(default_factory=list)
    scaled: tuple[float, float] | None = None

    def told(self) -> str:
        """Return it in words."""
        parts = [f"{self.count} filled in"]
        if self.pending:
            parts.append(f"{len(self.pending)} pending")
        if self.strangers:
            parts.append(f"{len(self.strangers)} not in the file")
        if self.scaled:
            theirs, ours = self.scaled
            parts.append(f"{ours:g} points there are {theirs:g}")
        return ", ".join(parts)


def fill(form: Form, marks: Sequence[Mark], so_far: bool) -> Filled:
    """Fill in the marks of a lab.

    Args:
        so_far: also of students of whom an answer waits to be read.

    Raises:
        InstructorError: two students would be filled into one row.
    """
    result, whose = Filled(), dict[int, Person]()
    find = _Finder(form)
    for mark in marks:
        row = find.row(mark)
        if row is None:
            result.strangers.append(mark.person)
            continue
        if row in whose:
            raise InstructorError(
                f"{whose[row].id} and {mark.person.id} are both {form.people[row].name} "
                f"in {form.path}; `convlab roster` tells them apart."
            )
        whose[row] = mark.person
        if mark.pending and not so_far:
            result.pending.append(mark.person)
            continue
        most = form.maximum(row)
        share = most / mark.max_points if most and mark.max_points else 1.0
        if most and share != 1.0:
            result.scaled = most, mark.max_points
        form.sheet.fill(row, form.column, mark.points * share)
        result.count += 1
    return result


class _Finder:
    """Finds the row of a student: by the platform's id, else by id, address or name."""

    def __init__(self, form: Form) -> None:
        self.platform = form.platform
        self.by_key = {p.lms_user_id: row for row, p in form.people.items()}
        self.by_person = {person: row for row, person in form.people.items()}
        self.roster = Roster(form.people.values())

    def row(self, mark: Mark) -> int | None:
        """Return a student's row; `None` if that is not sure."""
        receipt, person = mark.receipt, mark.person
        keys = [person.lms_user_id]
        if receipt is not None and receipt.platform == self.platform:
            keys.insert(0, receipt.key)
        for key in keys:
            if key in self.by_key:
                return self.by_key[key]
        found = self.roster.same(person)
        return self.by_person[found] if isinstance(found, Person) else None
