"""What has been graded: one file per submission and version, written whole or not at all.

A run that is killed finds here what was finished. A submission is graded again only if
its bytes, the lab or the grader changed; earlier attempts stay as history.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Entry:
    """One graded submission.

    Attributes:
        verdicts: name of the exercise -> `Verdict.to_json()`.
        notes: what happened, in sentences for the student.
        notebook: the executed notebook as JSON text.
        seed: the secret seed that drew the cases.
        seconds: wall time.
        layers: what the student's code was locked in with; empty: nothing.
    """

    student: str
    stem: str
    submitted_sha256: str
    verdicts: dict[str, Any]
    notes: list[str]
    notebook: str
    seed: int
    seconds: float
    layers: list[str] = field(default_factory=list)


class Journal:
    """The journal of a course, in <root>/.convlab/journal/."""

    def __init__(self, root: Path) -> None:
        self.folder = root / ".convlab" / "journal"

    def find(self, stem: str, student: str, key: str) -> Entry | None:
        """Give what was recorded under a key, or `None`."""
        path = self._path(stem, student, key)
        if not path.exists():
            return None
        path.touch()  # it is the student's latest again
        return Entry(**json.loads(path.read_text("utf-8")))

    def latest(self, stem: str) -> list[Entry]:
        """Give the entry graded last of every student, sorted by student."""
        found = []
        for folder in sorted((self.folder / stem).glob("*")):
            files = list(folder.glob("*.json"))
            if files:
                newest = max(files, key=lambda path: path.stat().st_mtime_ns)
                found.append(Entry(**json.loads(newest.read_text("utf-8"))))
        return found

    def write(self, entry: Entry, key: str) -> None:
        """Record an entry; it is on disk when this returns."""
        path = self._path(entry.stem, entry.student, key)
        write_whole(path, json.dumps(asdict(entry)))

    def _path(self, stem: str, student: str, key: str) -> Path:
        return self.folder / stem / student / f"{key[:32]}.json"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old content or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o644)
    os.replace(name, path)


def key_of(submitted_sha256: str, solution: Path, seed: int) -> str:
    """Give the key under which a grading is found again.

    Args:
        submitted_sha256: of the bytes handed in.
        solution: the lab's solution notebook.
        seed: the student's secret seed.
    """
    digest = hashlib.sha256(_grader_sha256().encode())
    for part in (submitted_sha256.encode(), solution.read_bytes(), str(seed).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@cache
def _grader_sha256() -> str:
    digest = hashlib.sha256()
    for path in sorted([*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.npz")]):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
