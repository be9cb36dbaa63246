"""Put what was collected into `submitted/`, and keep what was there before."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from grader.course.late import TIMESTAMP
from grader.platforms.collect import Attempt, Plan
from grader.platforms.receipt import Receipt, read_receipt


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
        folder = submitted / student / stem
        history = root / ".convlab" / "attempts" / stem / student
        for attempt in attempts[:-1]:
            _keep(history, attempt)
        told[_hand_in(folder, history, attempts[-1])] += 1
    return told


def _hand_in(folder: Path, history: Path, attempt: Attempt) -> str:
    """Put an attempt where it is graded, unless a later one is there."""
    files = {name: read() for name, read in attempt.files}
    if not folder.exists():
        _write(folder, files, attempt.receipt)
        return "new"
    here = read_receipt(folder)
    if _contents(folder) == _without_times(files):
        time = attempt.receipt.time or (here.time if here else "")
        receipt = replace(attempt.receipt, time=time)
        if receipt != here:
            receipt.write(folder)
        return "unchanged"
    if here is not None and attempt.receipt.is_before(here):
        _keep(history, attempt)
        return "unchanged"
    history.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, _next(history))
    _write(folder, files, attempt.receipt)
    return "changed"


def _keep(history: Path, attempt: Attempt) -> None:
    """Keep an earlier attempt, once."""
    files = {name: read() for name, read in attempt.files}
    kept = map(_contents, _attempts_in(history))
    if _without_times(files) not in kept:
        _write(_next(history), files, attempt.receipt)


def _attempts_in(history: Path) -> list[Path]:
    return sorted(history.glob("[0-9]*"))


def _next(history: Path) -> Path:
    return history / f"{len(_attempts_in(history)) + 1:03d}"


def _write(folder: Path, files: dict[str, bytes], receipt: Receipt) -> None:
    """Write a folder whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".part-"))
    for name, data in files.items():
        (part / name).write_bytes(data)
    receipt.write(part)
    part.chmod(0o755)
    part.rename(folder)


def _contents(folder: Path) -> dict[str, bytes]:
    """Return what a student handed in, of what lies in a folder."""
    files = (path for path in folder.glob("[!.]*") if path.is_file())
    return _without_times({path.name: path.read_bytes() for path in files})


def _without_times(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != TIMESTAMP}
