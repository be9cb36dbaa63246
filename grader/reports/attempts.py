"""Did the hint help? What became of the next try after a mistake was named."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from grader import exercises
from grader.judging.render import EXAMPLE, IDEA, SYMPTOM
from grader.notebook.attempts import FILE

RUNGS = {SYMPTOM: "where it shows", IDEA: "the idea", EXAMPLE: "a worked example"}
# Of one student's file; more is not written by a check.
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Attempt:
    """How one check went."""

    exercise: str
    points: float
    mistakes: frozenset[str]
    told: int


@dataclass(frozen=True)
class Helped:
    """What became of a mistake after a rung of the ladder.

    Attributes:
        rung: how much the check had told.
        tries: how many checks of the same exercise followed.
        mended: in how many of them the mistake was gone, and no points were lost.
    """

    exercise: str
    mistake: str
    rung: str
    tries: int
    mended: int

    @property
    def share(self) -> float:
        """Return the part of the next tries that mended the mistake."""
        return self.mended / self.tries


def attempts_in(submitted: Path, stem: str) -> list[list[Attempt]]:
    """Return the tries of each student who handed in the file, in their order.

    A student may write anything into it: what is no try at one of the lab's exercises,
    with mistakes that it has, is passed over.
    """
    known = {
        exercise.id: {mistake.name for mistake in exercise.mistakes}
        for exercise in exercises.of_lab(stem).values()
    }
    files = sorted(submitted.glob(f"[!.]*/{stem}/{FILE}"))
    return [
        [found for line in _lines(path) if (found := _attempt(line, known)) is not None]
        for path in files
        if not path.is_symlink() and not path.parent.is_symlink()
    ]


def _lines(path: Path) -> Iterator[Any]:
    try:
        with path.open("rb") as file:
            lines = file.read(_MAX_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            continue


def _attempt(line: Any, known: dict[str, set[str]]) -> Attempt | None:
    try:
        exercise, told = line["exercise"], line["told"]
        mistakes = frozenset(line["mistakes"]) & known[exercise]
        points = float(line["points"])
    except (KeyError, TypeError, ValueError):
        return None
    valid = type(told) is int and told in RUNGS
    return Attempt(exercise, points, mistakes, told) if valid else None


def helped(students: Iterable[list[Attempt]]) -> list[Helped]:
    """Return how often the next try mended a mistake, the least often first."""
    found: defaultdict[tuple[str, str, int], list[bool]] = defaultdict(list)
    for attempts in students:
        by_exercise: defaultdict[str, list[Attempt]] = defaultdict(list)
        for attempt in attempts:
            by_exercise[attempt.exercise].append(attempt)
        for exercise, tries in by_exercise.items():
            for now, after in pairwise(tries):
                for mistake in now.mistakes:
                    gone = mistake not in after.mistakes and after.points >= now.points
                    found[exercise, mistake, now.told].append(gone)
    told = [
        Helped(exercise, mistake, RUNGS[rung], len(tries), sum(tries))
        for (exercise, mistake, rung), tries in found.items()
    ]
    return sorted(told, key=lambda h: (h.share, -h.tries, h.exercise, h.mistake))
