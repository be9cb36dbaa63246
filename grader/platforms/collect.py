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
        unknown: whose work is not taken: the name that stands there, and why.
        missing: who has handed in nothing.
        typed: who typed a text or a link into a form in place of a file.
        strange: files whose names say nothing.
    """

    platform: str
    work: dict[str, list[Attempt]] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    missing: list[Person] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
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
    result = Plan(platform)
    files = defaultdict[str, list[tuple[Handed, Member]]](list)
    owners, unknown = dict[str, str](), dict[tuple[str, str], None]()
    for each, member in zip(handed, members, strict=True):
        if each is None:
            result.strange.append(member.path)
        elif each.kind != "file":
            result.typed.append(each.name)
        elif isinstance(student := _student(each, platform, roster, worksheet), tuple):
            unknown[student] = None
        elif owners.setdefault(student, each.whose) != each.whose:
            raise InstructorError(
                f"{student} would get the work of two, {owners[student]!r} and "
                f"{each.whose!r}, and nothing says who is who; put both into a roster "
                "with `convlab roster`, or rename one."
            )
        else:
            files[student].append((each, member))
    if not (files or unknown or result.typed):
        raise InstructorError("There is no submission in it.")
    result.unknown = list(unknown)
    for student, theirs in files.items():
        result.work[student] = _attempts(theirs, stem, platform, worksheet)
    here = set(result.work)
    result.missing = [p for p in roster.people if p.id not in here]
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


def _student(
    handed: Handed, platform: str, roster: Roster, worksheet: Worksheet | None
) -> str | tuple[str, str]:
    """Return the student's id; a pair of the name and a reason, if it is not known."""
    if handed.anonymous:
        return handed.name
    told = [key for key in (handed.key, *handed.others) if roster.has_key(key)]
    if handed.others and told != [handed.key]:
        return handed.name, "the name can be read in several ways"
    if not roster.people:
        name = _safe(handed.name)
        return name if name == handed.name else (handed.name, "no name for a folder")
    person: Person | str
    if platform == canvas.NAME:
        person = roster.with_key(handed.key, handed.name)
    elif platform == moodle.NAME:
        person = _in_worksheet(handed, roster, worksheet) or roster.called(handed.name)
    else:
        person = roster.meant(handed.name)
    return person.id if isinstance(person, Person) else (handed.name, person)


def _in_worksheet(
    handed: Handed, roster: Roster, worksheet: Worksheet | None
) -> Person | None:
    """Return who a participant is by number or address; `None` if that is not told."""
    if worksheet is None or handed.key not in worksheet.rows:
        return None
    row = worksheet.rows[handed.key]
    found = roster.same(person_in_worksheet(worksheet, row))
    return found if isinstance(found, Person) else None


def _attempts(
    files: list[tuple[Handed, Member]],
    stem: str,
    platform: str,
    worksheet: Worksheet | None,
) -> list[Attempt]:
    """Return a student's attempts, earliest first: a file handed in again is a new one."""
    names = {handed.file for handed, _ in files}
    again = defaultdict[str, list[tuple[Handed, Member]]](list)
    for handed, member in sorted(files, key=lambda file: file[0].number):
        first = _AGAIN.sub(r"\1", handed.file)
        again[first if first in names else handed.file].append((handed, member))
    rounds = max(map(len, again.values()))
    return [
        _attempt(
            [each[-back] for each in again.values() if back <= len(each)],
            stem,
            platform,
            worksheet,
        )
        for back in range(rounds, 0, -1)
    ]


def _attempt(
    files: list[tuple[Handed, Member]],
    stem: str,
    platform: str,
    worksheet: Worksheet | None,
) -> Attempt:
    handed, member = max(files, key=lambda file: file[0].number)
    receipt = Receipt(
        platform=platform,
        key=handed.key,
        name=handed.name,
        original=str(member.path),
        late=any(each.late for each, _ in files),
        number=handed.number,
        time=_time(files, platform, worksheet),
    )
    # Only in nbgrader's layout is a time stamp not a file that a student named so.
    taken = [] if platform == flat.NBGRADER else [TIMESTAMP]
    names = _names([each.file for each, _ in files], stem, taken)
    read = [member.read for _, member in files]
    return Attempt(receipt, tuple(zip(names, read, strict=True)))


def _time(
    files: list[tuple[Handed, Member]], platform: str, worksheet: Worksheet | None
) -> str:
    """Return when files were handed in, in nbgrader's form; empty if nothing tells."""
    handed = files[0][0]
    if worksheet is not None and handed.key in worksheet.rows:
        time = worksheet.time_of(worksheet.rows[handed.key])
        return _in_nbgraders_form(time) if time else ""
    if platform == flat.NBGRADER:
        told = [member.read() for each, member in files if each.file == TIMESTAMP]
        return told[0].decode("utf-8", "replace") if told else ""
    # A platform's archive is as old as its download; so are the times in it.
    own = [member.time for _, member in files if member.time]
    return _in_nbgraders_form(max(own)) if own and platform == flat.NAME else ""


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
