"""The last run of each lab: when and how it was graded, and what it told of everybody."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from grader.folder import write_whole
from grader.grading.changes import Told, told
from grader.grading.entry import Entry
from grader.grading.journal import Journal


@dataclass(frozen=True)
class Conditions:
    """How a class was graded.

    Attributes:
        time: when the run ended, in UTC.
        seconds: wall time.
        graded: submissions that were graded; the others were known.
        known: submissions that had not changed.
        run_all: every cell ran, not only what the checks need.
        convlab: the version.
        machine: what it ran on.
    """

    time: str
    seconds: float
    graded: int
    known: int
    workers: int
    sandboxed: bool
    run_all: bool
    convlab: str
    machine: str

    @classmethod
    def now(
        cls,
        *,
        seconds: float,
        graded: int,
        known: int,
        workers: int,
        sandboxed: bool,
        run_all: bool,
    ) -> Conditions:
        """Return the conditions of a run that ends now, here."""
        return cls(
            time=datetime.now(UTC).isoformat(" ", "seconds"),
            seconds=round(seconds, 1),
            graded=graded,
            known=known,
            workers=workers,
            sandboxed=sandboxed,
            run_all=run_all,
            convlab=version("convlab"),
            machine=f"{platform.system()} {platform.machine()}, "
            f"Python {platform.python_version()}",
        )


def _path(root: Path, stem: str) -> Path:
    return root / ".convlab" / "runs" / f"{stem}.json"


def last_conditions(root: Path, stem: str) -> Conditions | None:
    """Return how a lab was graded last; `None` if that is not known."""
    try:
        return Conditions(**json.loads(_path(root, stem).read_text())["conditions"])
    except (OSError, KeyError, TypeError, ValueError):
        return None


def last_told(root: Path, stem: str) -> dict[str, Told]:
    """Return what the last complete run told, by student.

    Without a record it is what the journal has.
    """
    try:
        record = json.loads(_path(root, stem).read_text("utf-8"))["told"]
        return {
            student: {
                name: (points, most, tuple(mistakes))
                for name, (points, most, mistakes) in exercises.items()
            }
            for student, exercises in record.items()
        }
    except (AttributeError, OSError, KeyError, TypeError, ValueError):
        latest = Journal(root).latest(stem)
        return {entry.student: told(entry) for entry in latest}


def write_run(
    root: Path,
    stem: str,
    conditions: Conditions,
    before: Mapping[str, Told],
    entries: Sequence[Entry],
) -> None:
    """Record a run that is complete.

    Args:
        before: what was told before; of whom this run had no submission, it stays.
        entries: what this run found.
    """
    now = {**before, **{entry.student: told(entry) for entry in entries}}
    record = {"conditions": asdict(conditions), "told": now}
    write_whole(_path(root, stem), json.dumps(record))
