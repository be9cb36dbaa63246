"""A student, and how to find one in a class by what platforms and people write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.platforms.handed import bare


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

    def label(self, student: str) -> str:
        """Return the name and the id of who has an id; of a stranger the id."""
        found = (person.label for person in self.people if person.id == student)
        return next(found, student)

    def has_key(self, key: str) -> bool:
        """Return whether somebody has the platform's id."""
        return key in self._by_key

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
