"""What became of each try, noted beside the notebook if the course asked for it.

The course asks by putting the file there; without it nothing is kept anywhere. A line
has the exercise, its points, the mistakes named and how much was told: no name, no code
and no time.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from grader.judging.verdict import Verdict

FILE = "attempts.jsonl"
# The file's first line, which says to whoever opens it what it is for.
ABOUT = (
    "Each check adds a line here: the exercise, its points, the mistakes it named and "
    "how much it told. No names, no code, no times. Delete the file, and nothing is kept."
)
# No student comes near; a loop of checks is not to fill a disk.
_MAX_BYTES = 200_000


def note(verdict: Verdict, level: int, folder: Path | None = None) -> None:
    """Add a line on a check to the file, if there is one; a full disk is no error.

    Args:
        level: how much the check told (see `grader.judging.render`).
        folder: where the file may lie; by default the notebook's folder.
    """
    path = (folder or Path.cwd()) / FILE
    line = {
        "exercise": verdict.exercise,
        "points": verdict.points,
        "mistakes": [name for name, _ in verdict.mistakes],
        "told": level,
    }
    with suppress(OSError):
        if path.is_file() and path.stat().st_size < _MAX_BYTES:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def first_line() -> str:
    """Return what the file begins with when students get it."""
    return json.dumps({"about": ABOUT}) + "\n"
