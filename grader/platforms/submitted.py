"""Put what was collected into `submitted/`, and keep what was there before."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.late import TIMESTAMP
from grader.folder import write_whole
from grader.platforms.collect import Attempt, Plan
from grader.platforms.receipt import read_receipt, receipt_path, write_not_taken

_Files = dict[str, bytes]


def write(root: Path, submitted: Path, stem: str, work: Plan) -> Counter[str]:
    """Write what was planned; what it takes the place of is kept as an earlier attempt.

    Args:
        root: the course folder; earlier attempts lie in its `.convlab/attempts/`.
        submitted: where to, as <submitted>/<student>/<lab>/.

    Returns:
        How many students' work is "new", "changed" and "unchanged".
    """
    told = Counter[str]()
    for student, attempts in work.work.items():
        place = _Place(root, submitted, stem, student)
        for attempt in attempts[:-1]:
            place.keep(attempt)
        told[place.hand_in(attempts[-1])] += 1
    write_not_taken(root, stem, work.platform, work.came, _not_taken(work))
    return told


def _not_taken(work: Plan) -> dict[str, str]:
    where = f"handed in through {work.platform}"
    unknown = {
        whose: f"{name}: {where} and not taken ({why}); say who it is with "
        "`convlab roster`, and collect again"
        for whose, (name, why) in work.unknown.items()
    }
    typed = {
        whose: f"{name}: {where} a text or a link in place of a file"
        for whose, name in work.typed.items()
    }
    return unknown | typed


@dataclass(frozen=True)
class _Place:
    """Where a student's work on a lab lies."""

    root: Path
    submitted: Path
    stem: str
    student: str

    @property
    def folder(self) -> Path:
        return self.submitted / self.student / self.stem

    @property
    def history(self) -> Path:
        return self.root / ".convlab" / "attempts" / self.stem / self.student

    def hand_in(self, attempt: Attempt) -> str:
        """Put an attempt where it is graded, unless a later one is there."""
        files = {name: read() for name, read in attempt.files}
        here = read_receipt(self.root, self.stem, self.student)
        if not self.folder.exists():
            self._write(attempt, files)
            return "new"
        if _contents(self.folder) == _without_times(files):
            time = attempt.receipt.time or (here.time if here else "")
            receipt = replace(attempt.receipt, time=time)
            if receipt != here:
                self._sign(replace(attempt, receipt=receipt))
            return "unchanged"
        if here is not None and attempt.receipt.is_before(here):
            self.keep(attempt)
            return "unchanged"
        self.history.mkdir(parents=True, exist_ok=True)
        shutil.move(self.folder, self._next())
        self._write(attempt, files)
        return "changed"

    def keep(self, attempt: Attempt) -> None:
        """Keep an earlier attempt, once."""
        files = {name: read() for name, read in attempt.files}
        if _without_times(files) not in map(_contents, self._attempts()):
            _write_folder(self._next(), files)

    def _attempts(self) -> list[Path]:
        return sorted(self.history.glob("[0-9]*"))

    def _next(self) -> Path:
        return self.history / f"{len(self._attempts()) + 1:03d}"

    def _write(self, attempt: Attempt, files: _Files) -> None:
        _write_folder(self.folder, files)
        self._sign(attempt)

    def _sign(self, attempt: Attempt) -> None:
        """Keep the receipt, and tell nbgrader the time."""
        if attempt.receipt.time:
            write_whole(self.folder / TIMESTAMP, attempt.receipt.time)
        attempt.receipt.write(receipt_path(self.root, self.stem, self.student))


def _write_folder(folder: Path, files: _Files) -> None:
    """Write a folder whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".part-"))
    for name, data in files.items():
        (part / name).write_bytes(data)
    part.chmod(0o755)
    part.rename(folder)


def _contents(folder: Path) -> _Files:
    """Return what a student handed in, of what lies in a folder."""
    files = (path for path in folder.glob("[!.]*") if path.is_file())
    return _without_times({path.name: path.read_bytes() for path in files})


def _without_times(files: _Files) -> _Files:
    return {name: data for name, data in files.items() if name != TIMESTAMP}
