"""Who handed in what to a lab, told by an archive or a folder before it is unpacked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, count
from pathlib import PurePosixPath

from grader.course.late import TIMESTAMP, in_utc
from grader.exceptions import InstructorError
from grader.platforms import canvas, flat, moodle
from grader.platforms.archives import Member
from grader.platforms.handed import Handed
from grader.platforms.moodle_worksheet import Worksheet
from grader.platforms.people import person_in_worksheet
from grader.platforms.person import Person, Roster
from grader.platforms.receipt import Receipt

# As nbgrader writes times.
_TIME = "%Y-%m-%d %H:%M:%S.%f UTC"
_LONGEST = 200  # bytes of a file's name
# Canvas and browsers number what has the name of an earlier file.
_AGAIN = re.compile(r"(?:-\d+| ?\(\d+\))(\.\w+)$")

_Files = list[tuple[Handed, Member]]


@dataclass(frozen=True)
class Attempt:
    """What one student handed in at one time."""

    receipt: Receipt
    files: tuple[tuple[str, Callable[[], bytes]], ...]


@dataclass
class Plan:
    """What would be written, and what would not.

    Attributes:
        platform: where the submissions come from.
        work: by the student's id, earliest attempt first.
        came: who is in it, by what tells each from all others in the same download.
        unknown: whose work is not taken: of who came, the name that stands there, and why.
        missing: who has handed in nothing; nobody where the platform hides names.
        anonymous: the platform hides who it is.
        typed: of who came, who typed a text or a link into a form in place of a file.
        strange: files whose names say nothing.
    """

    platform: str
    work: dict[str, list[Attempt]] = field(default_factory=dict)
    came: set[str] = field(default_factory=set)
    unknown: dict[str, tuple[str, str]] = field(default_factory=dict)
    missing: list[Person] = field(default_factory=list)
    anonymous: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    strange: list[PurePosixPath] = field(default_factory=list)

    @property
    def late(self) -> list[str]:
        """Return whose newest attempt the platform calls late."""
        return [s for s, attempts in self.work.items() if attempts[-1].receipt.late]

    @property
    def untimed(self) -> int:
        """Return for how many nothing tells when they handed in."""
        return sum(not attempts[-1].receipt.time for attempts in self.work.values())


def plan(
    members: Sequence[Member], stem: str, roster: Roster, worksheet: Worksheet | None
) -> Plan:
    """Return what is to be written for a lab; nothing is written, and no file is read.

    Args:
        members: what lies in the archive or folder.
        stem: the lab.
        roster: the class; without anybody in it, all are taken as they are called.
        worksheet: Moodle's, which says who is who and when they handed in.

    Raises:
        InstructorError: nobody handed in, or two students would share a folder.
    """
    platform, handed = recognise([member.path for member in members], stem)
    download, result = _Download(platform, stem, roster, worksheet), Plan(platform)
    files, owners = defaultdict[str, _Files](list), dict[str, str]()
    for each, member in zip(handed, members, strict=True):
        if each is None:
            result.strange.append(member.path)
        elif each.kind != "file":
            result.typed[each.whose] = download.label(each)
        elif isinstance(student := download.student(each), tuple):
            result.unknown[each.whose] = student
        elif owners.setdefault(student, each.whose) != each.whose:
            raise InstructorError(
                f"{student} would get the work of two, {owners[student]!r} and "
                f"{each.whose!r}, and nothing says who is who; put both into a roster "
                "with `convlab roster`, or rename one."
            )
        else:
            files[student].append((each, member))
    if not (files or result.unknown or result.typed):
        raise InstructorError("There is no submission in it.")
    result.came = {each.whose for each in handed if each is not None}
    result.work = {name: download.attempts(theirs) for name, theirs in files.items()}
    result.anonymous = any(each and each.anonymous for each in handed)
    if not result.anonymous:
        result.missing = [p for p in roster.people if p.id not in result.work]
    return result


def recognise(paths: list[PurePosixPath], stem: str) -> tuple[str, list[Handed | None]]:
    """Return the platform that explains most of some paths, and what each path says."""
    ways: dict[str, Callable[[PurePosixPath], Handed | None]] = {
        moodle.NAME: moodle.recognise,
        canvas.NAME: canvas.recognise,
        flat.NBGRADER: lambda path: flat.recognise_nbgrader(path, stem),
    }
    for platform, way in ways.items():
        found = [way(path) for path in paths]
        if 2 * sum(each is not None for each in found) > len(found):
            return platform, moodle.hide(found) if platform == moodle.NAME else found
    return flat.NAME, [flat.recognise(p, stem) for p in flat.without_top(paths)]


@dataclass(frozen=True)
class _Download:
    """An archive or a folder of one lab, and what tells whose the files in it are."""

    platform: str
    stem: str
    roster: Roster
    worksheet: Worksheet | None

    def student(self, handed: Handed) -> str | tuple[str, str]:
        """Return the student's id; a pair of the name and a reason, if nobody is sure."""
        if handed.anonymous:
            return handed.name
        keys = filter(self.roster.has_key, (handed.key, *handed.others))
        if handed.others and list(keys) != [handed.key]:
            return handed.name, "the name can be read in several ways"
        if not self.roster.people:
            name = _safe(handed.name)
            return name if name == handed.name else (handed.name, "no folder's name")
        found = self._person(handed)
        return found.id if isinstance(found, Person) else (handed.name, found)

    def label(self, handed: Handed) -> str:
        """Return the student's name and id, or the name that stands there."""
        student = self.student(handed)
        return handed.name if isinstance(student, tuple) else self.roster.label(student)

    def attempts(self, files: _Files) -> list[Attempt]:
        """Return a student's attempts, earliest first: what came again is a new one."""
        names = {handed.file for handed, _ in files}
        again = defaultdict[str, _Files](list)
        for handed, member in sorted(files, key=lambda file: file[0].number):
            first = _AGAIN.sub(r"\1", handed.file)
            again[first if first in names else handed.file].append((handed, member))
        rounds = max(map(len, again.values()))
        return [
            self._attempt([each[-back] for each in again.values() if back <= len(each)])
            for back in range(rounds, 0, -1)
        ]

    def _person(self, handed: Handed) -> Person | str:
        if self.platform == canvas.NAME:
            return self.roster.with_key(handed.key, handed.name)
        if self.platform in (flat.NAME, flat.NBGRADER):
            return self.roster.meant(handed.name)
        if self.worksheet is not None and handed.key in self.worksheet.rows:
            row = self.worksheet.rows[handed.key]
            found = self.roster.same(person_in_worksheet(self.worksheet, row))
            if isinstance(found, Person):
                return found
        return self.roster.called(handed.name)

    def _attempt(self, files: _Files) -> Attempt:
        handed, member = max(files, key=lambda file: file[0].number)
        receipt = Receipt(
            platform=self.platform,
            key=handed.key,
            name=handed.name,
            original=str(member.path),
            late=any(each.late for each, _ in files),
            number=handed.number,
            time=self._time(files),
        )
        # Only in nbgrader's layout is a time stamp not a file that a student named so.
        taken = [] if self.platform == flat.NBGRADER else [TIMESTAMP]
        names = _names([each.file for each, _ in files], self.stem, taken)
        read = [member.read for _, member in files]
        return Attempt(receipt, tuple(zip(names, read, strict=True)))

    def _time(self, files: _Files) -> str:
        """Return when files were handed in, in nbgrader's form; empty if nothing tells."""
        key = files[0][0].key
        if self.worksheet is not None and key in self.worksheet.rows:
            time = self.worksheet.time_of(self.worksheet.rows[key])
            return _in_nbgraders_form(time) if time else ""
        if self.platform == flat.NBGRADER:
            told = [member.read() for each, member in files if each.file == TIMESTAMP]
            return told[0].decode("utf-8", "replace") if told else ""
        # A platform's archive is as old as its download; so are the times in it.
        own = [member.time for _, member in files if member.time]
        return (
            _in_nbgraders_form(max(own)) if own and self.platform == flat.NAME else ""
        )


def _in_nbgraders_form(time: datetime) -> str:
    return in_utc(time).strftime(_TIME)


def _names(names: list[str], stem: str, taken: list[str]) -> list[str]:
    """Return under which names files are kept: a single notebook gets the lab's."""
    notebooks = [name for name in names if name.lower().endswith(".ipynb")]
    kept = list[str]()
    for name in names:
        new = (
            f"{stem}.ipynb" if [name] == notebooks else _safe(PurePosixPath(name).name)
        )
        ending = PurePosixPath(new).suffix
        numbered = (f"{new.removesuffix(ending)}-{n}{ending}" for n in count(1))
        free = (each for each in chain([new], numbered) if each not in kept + taken)
        kept.append(next(free))
    return kept


def _safe(name: str) -> str:
    """Return a name that is one for a file: no folder, not hidden, printable, short."""
    plain = "".join(
        sign if sign.isprintable() and sign != "/" else "_" for sign in name
    )
    plain = plain.lstrip(".") or "_"
    if len(plain.encode()) <= _LONGEST:
        return plain
    ending = PurePosixPath(plain).suffix[:10]
    return plain.encode()[: _LONGEST - 40].decode(errors="ignore") + ending
