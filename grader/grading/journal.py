"""What has been graded: one file per submission and version, written whole or not at all.

A run that is killed finds here what was finished. A submission is graded again only if
its bytes, the lab or the grader changed; earlier attempts stay as history.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from grader.folder import PACKAGE, write_whole
from grader.grading.entry import Entry

# The command, what it shows, and where work comes from decide no verdict.
_DECIDE_NOTHING = ("authoring", "cli", "platforms", "reports")


class Journal:
    """The journal of a course, in <root>/.convlab/journal/.

    A rehearsal writes into <root>/.convlab/rehearsed/ instead and leaves the journal as
    it is; the run that follows takes from there what it would have graded the same.
    """

    def __init__(self, root: Path, rehearsal: bool = False) -> None:
        self.folder = root / ".convlab" / "journal"
        self._rehearsed = root / ".convlab" / "rehearsed"
        self._rehearsal = rehearsal

    def find(self, stem: str, student: str, key: str) -> Entry | None:
        """Return what was recorded under a key, `None` if nothing that can be read."""
        path = self._path(stem, student, key)
        rehearsed = self._rehearsed / path.relative_to(self.folder)
        found = next((each for each in (path, rehearsed) if each.exists()), None)
        entry = None if found is None else _read(found)
        if found is not None and entry is not None and not self._rehearsal:
            path.parent.mkdir(parents=True, exist_ok=True)
            found.replace(path)
            path.touch()  # it is the student's latest again
        return entry

    def forget_rehearsal(self, stem: str) -> None:
        """Remove what a rehearsal graded and the run after it had no use for."""
        if not self._rehearsal:
            shutil.rmtree(self._rehearsed / stem, ignore_errors=True)

    def latest(self, stem: str) -> list[Entry]:
        """Return the entry graded last of every student, sorted by student."""
        return [entry for _, entry in self.latest_files(stem)]

    def latest_files(self, stem: str) -> Iterator[tuple[Path, Entry]]:
        """Yield the entry graded last of every student and its file, sorted."""
        for folder in sorted((self.folder / stem).glob("*")):
            files = sorted(folder.glob("*.json"), key=lambda p: -p.stat().st_mtime_ns)
            read = ((path, _read(path)) for path in files)
            yield from islice(((p, e) for p, e in read if e is not None), 1)

    def write(self, entry: Entry, key: str) -> None:
        """Record an entry; it is on disk when this returns."""
        path = self._path(entry.stem, entry.student, key)
        if self._rehearsal:
            path = self._rehearsed / path.relative_to(self.folder)
        write_whole(path, json.dumps(entry.to_json()))

    def _path(self, stem: str, student: str, key: str) -> Path:
        return self.folder / stem / student / file_name(key)


def file_name(key: str) -> str:
    """Return the name of the file of an entry that is recorded under a key."""
    return f"{key[:32]}.json"


def _read(path: Path) -> Entry | None:
    """Read an entry; one that is broken is set aside, as if it had not been graded."""
    try:
        return Entry.from_json(json.loads(path.read_text("utf-8")))
    except (AttributeError, KeyError, TypeError, ValueError):
        path.replace(path.with_suffix(".broken"))
        return None


def key_of(stem: str, submitted_sha256: str, solution: Path, seed: int) -> str:
    """Return the key under which a grading is found again.

    Args:
        stem: of the lab; what decides about other labs alone does not count.
        submitted_sha256: of the bytes handed in.
        solution: the lab's solution notebook.
        seed: the student's secret seed.
    """
    digest = hashlib.sha256(grader_sha256(stem).encode())
    for part in (submitted_sha256.encode(), solution.read_bytes(), str(seed).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@cache
def grader_sha256(stem: str) -> str:
    """Return a digest of all of the package that a verdict on a lab depends on."""
    digest = hashlib.sha256()
    for path in _deciding(stem):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _deciding(stem: str) -> Iterator[Path]:
    """Yield the files of the package that a verdict on a lab depends on, sorted."""
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.npz")]):
        top, *below = path.relative_to(PACKAGE).parts
        other_lab = top == "exercises" and below[0] not in (stem, "common", below[-1])
        if top not in _DECIDE_NOTHING and not other_lab:
            yield path
