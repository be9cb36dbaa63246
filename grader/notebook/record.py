"""How far a student is: the points of the last check of each exercise, kept for the student.

They lie in one small file beside the notebook, with no name, code or time, and are handed
to nobody: what a course may ask for is another file (see `grader.notebook.attempts`).
Where nothing can be written, they are known until the kernel ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader import exercises
from grader.exceptions import ConvlabError
from grader.exercises import written
from grader.folder import write_whole
from grader.judging.render import Bar
from grader.judging.verdict import Verdict

FILE = ".convlab-progress.json"
# No student's file comes near; whatever else lies there under its name is not read.
_MAX_BYTES = 100_000
_MAX_POINTS = 1000

# Exercise -> points, of the checks in this kernel.
_checked: dict[str, float] = {}


@dataclass(frozen=True)
class Standing:
    """How far somebody is in a lab.

    Attributes:
        lab: such as "lab03".
        points: of each exercise that was checked, by name.
        most: full points of each exercise, by name.
        by_hand: full points of what is graded by hand.
    """

    lab: str
    points: Mapping[str, float]
    most: Mapping[str, float]
    by_hand: float

    @property
    def got(self) -> float:
        """Return the points of all exercises together."""
        return sum(self.points.values())

    @property
    def whole(self) -> float:
        """Return the full points of all exercises together."""
        return sum(self.most.values())

    @property
    def left(self) -> int:
        """Return how many exercises do not have their full points."""
        return sum(self.points.get(name, 0) < most for name, most in self.most.items())

    @property
    def words(self) -> str:
        """Return one line, such as "Lab 03: 9 of 14 points, 2 of 5 exercises left"."""
        left = f"{self.left} of {len(self.most)} exercises left"
        done = left if self.left else f"all {len(self.most)} exercises done"
        return f"Lab {self.lab[3:]}: {self.got:g} of {self.whole:g} points, {done}"

    @property
    def bar(self) -> Bar:
        """Return the line with a bar beside it."""
        return Bar(self.words, self.got / self.whole)


def note(verdict: Verdict, folder: Path | None = None) -> None:
    """Keep what a check gave; a folder that takes no file is no error.

    Args:
        folder: where the file lies; by default the notebook's folder.
    """
    if verdict.status == "grader error":
        return
    _checked[verdict.exercise] = verdict.points
    place = folder or Path.cwd()
    kept = {**points_in(place), verdict.exercise: verdict.points}
    with suppress(OSError, ConvlabError):
        write_whole(place / FILE, json.dumps(kept, indent=1, sort_keys=True) + "\n")


def standing(lab: str, folder: Path | None = None) -> Standing:
    """Return how far the student is in a lab, by the file and the checks of this kernel."""
    return standing_of(lab, {**points_in(folder or Path.cwd()), **_checked})


def standing_of(lab: str, checked: Mapping[str, float]) -> Standing:
    """Return how far somebody is in a lab.

    Args:
        lab: its stem or short name.
        checked: exercise -> points; what is no exercise of the lab is passed over.
    """
    known = exercises.of_lab(lab)
    short = exercises.stem_of(lab).split("_")[0]
    points = {
        name: min(checked[exercise.id], float(exercise.points))
        for name, exercise in known.items()
        if exercise.id in checked
    }
    most = {name: float(exercise.points) for name, exercise in known.items()}
    return Standing(short, points, most, written.by_hand(lab))


def points_in(folder: Path) -> dict[str, float]:
    """Return what a folder's file keeps; nothing if it is missing or damaged."""
    path = folder / FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            return {}
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {
        name: float(points)
        for name, points in kept.items()
        if isinstance(points, int | float) and 0 <= points < _MAX_POINTS
    }


def points_below(folder: Path) -> dict[str, float]:
    """Return what the files of a folder and its folders keep; the newest decides."""
    files = [path for depth in ("", "*/", "*/*/") for path in folder.glob(depth + FILE)]
    found: dict[str, float] = {}
    for path in sorted(files, key=lambda path: path.stat().st_mtime):
        found |= points_in(path.parent)
    return found
