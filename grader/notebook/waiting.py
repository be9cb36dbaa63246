"""A line that says how far a long check is, until its verdict takes the line's place."""

from __future__ import annotations

import time
from collections.abc import Callable

from grader.judging.exercise import Exercise
from grader.notice import Line
from grader.probing.request import WITHOUT_KERAS

# Whoever waits no longer than this is told nothing.
_SECONDS = 2.0


class Waiting:
    """What is shown while a check runs.

    Args:
        exercise: what is checked.
        show: shows a line in place of the last one.
        clock: tells seconds.
    """

    def __init__(
        self,
        exercise: Exercise,
        show: Callable[[Line], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._noun = "inputs" if exercise.probe in WITHOUT_KERAS else "networks"
        self._show = show
        self._clock = clock
        self._begun = clock()

    def tell(self, done: int, cases: int) -> None:
        """Say how far the check is, if it takes long."""
        if self._clock() - self._begun < _SECONDS:
            return
        if done < cases:
            self._show(Line(f"checking {done + 1} of {cases} {self._noun} ..."))
        else:
            self._show(Line("looking at what came back ..."))
