"""Fill marks into a table that a platform gave, and touch nothing else in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.exceptions import InstructorError
from grader.platforms.marks import Mark
from grader.platforms.person import Person, Roster
from grader.platforms.sheet import Sheet

# What Canvas writes in place of a mark.
_EXCUSED = ("EX", "N/A")


@dataclass(frozen=True)
class Form:
    """A table to fill in.

    Attributes:
        platform: whose it is.
        path: the file, for what is said about it.
        sheet: the table.
        people: who stands in which row; `lms_user_id` is the platform's id.
        lasting: that id is the same in every lab, so the roster may have it.
        column: where the marks of a lab go.
        maximum: returns the full marks of a row there; `None` if it has none.
    """

    platform: str
    path: Path
    sheet: Sheet
    people: Mapping[int, Person]
    lasting: bool
    column: int
    maximum: Callable[[int], float | None]


@dataclass
class Filled:
    """What became of the marks of a lab.

    Attributes:
        count: how many were filled in.
        pending: who was left out because an answer waits to be read.
        strangers: who has marks and no row.
        excused: whom the platform excuses, or did not ask.
        scaled: the platform's full marks and ours, where they differ.
    """

    count: int = 0
    pending: list[Person] = field(default_factory=list)
    strangers: list[Person] = field(default_factory=list)
    excused: list[Person] = field(default_factory=list)
    scaled: tuple[float, float] | None = None

    def told(self) -> str:
        """Return it in words."""
        parts = [f"{self.count} filled in"]
        if self.pending:
            parts.append(f"{len(self.pending)} pending")
        if self.strangers:
            parts.append(f"{len(self.strangers)} not in the file")
        if self.excused:
            parts.append(f"{len(self.excused)} excused")
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
        if form.sheet.value(row, form.column).strip().upper() in _EXCUSED:
            result.excused.append(mark.person)
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
        self.form = form
        self.by_key = {p.lms_user_id: row for row, p in form.people.items()}
        # The platform's id is nobody's id elsewhere, even if the numbers are the same.
        self.rows = {
            replace(p, id="" if p.id == p.lms_user_id else p.id): row
            for row, p in form.people.items()
        }
        self.roster = Roster(self.rows)

    def row(self, mark: Mark) -> int | None:
        """Return a student's row; `None` if that is not sure."""
        receipt, person = mark.receipt, mark.person
        keys = list[str]()
        if receipt is not None and receipt.platform == self.form.platform:
            keys.append(receipt.key)
        if self.form.lasting:
            keys.append(person.lms_user_id)
        for key in keys:
            if key in self.by_key:
                return self.by_key[key]
        found = self.roster.same(person)
        return self.rows[found] if isinstance(found, Person) else None
