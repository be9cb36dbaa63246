"""An exercise with its answers, ready to be asked many times."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from grader.authoring.quality.effort import limit
from grader.exercises.answers import answers_for, from_solution
from grader.judging.answers import Answers, LiveAnswers, Remembered, networks_of
from grader.judging.exercise import FROM_SOLUTION, PUBLIC_SEED, Case, Exercise, Mistake
from grader.judging.judge import accepts, judge
from grader.judging.missing import Cell
from grader.judging.subject import InProcess
from grader.judging.verdict import Verdict
from grader.probing.request import Reply, Request

# A check that took longer is timed again, at most so often in all: its least time is
# its own, the rest is what else the machine had to do.
MOST_TIMED = 3


class OnKnownNetworks(InProcess):
    """A subject of ours, which changes no network: each is built once."""

    def ask(self, request: Request) -> Reply:
        """Answer as any other subject in this process does."""
        if request["probe"] != "on_network":
            return super().ask(request)
        network = networks_of(request["extra"])()
        (name, function), *_ = self.namespace.items()
        bound = OnKnownNetworks({name: partial(function, network)})
        return bound.ask({**request, "probe": "call", "extra": {}})


@dataclass(frozen=True)
class MistakenSubject:
    """A subject that makes a mistake, by what the judge knows of it."""

    cases: Sequence[Case]
    answers: Answers
    mistake: Mistake

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Yield the mistake's reply to each case."""
        for case in self.cases:
            yield self.answers.mistaken(self.mistake, case)

    def source(self) -> str:
        """Return no code: it is ours."""
        return ""

    def cells(self) -> Sequence[Cell]:
        """Return no cells: it is in none."""
        return ()


class AskedExercise:
    """An exercise, and what is known of the cases of each seed.

    Args:
        exercise: the exercise.
        root: the course folder, with solutions/ and tests/right_answers/.
        stored: take a mistake's replies to the public cases from the data stored with
            the exercise, where there is some; else it is asked as a student's object.
    """

    def __init__(self, exercise: Exercise, root: Path, stored: bool = False) -> None:
        self.exercise = exercise
        self.root = root
        self.stored = stored
        self.solutions = root / "solutions"
        self.seconds: list[float] = []
        self._answers: dict[int, Remembered] = {}

    @property
    def live(self) -> LiveAnswers:
        """Return answers that can be computed for any input."""
        if self.exercise.reference is not FROM_SOLUTION:
            return LiveAnswers(self.exercise, self.exercise.reference)
        return from_solution(self.exercise, self.solutions)

    def answers(self, seed: int) -> Remembered:
        """Return the answers to the cases of a seed."""
        if seed not in self._answers:
            found = answers_for(self.exercise, self.solutions, seed)
            self._answers[seed] = Remembered(found)
        return self._answers[seed]

    def verdict(self, function: Any, seed: int, timed: bool = False) -> Verdict:
        """Judge a function.

        Args:
            function: the student's object.
            seed: draws the cases.
            timed: as a student's check does, which remembers no answers.
        """
        subject = self._only(function)
        if not timed:
            return judge(self.exercise, subject, self.answers(seed), seed)
        seconds = np.inf
        for _ in range(MOST_TIMED):
            started = time.perf_counter()
            verdict = judge(self.exercise, subject, answers_for(self.exercise), seed)
            seconds = min(seconds, time.perf_counter() - started)
            if seconds <= limit(self.exercise):
                break
        self.seconds.append(seconds)
        return verdict

    def verdict_of(self, mistake: Mistake, seed: int) -> Verdict:
        """Judge a mistake on the cases of a seed.

        Where only the solution knows the answer, a mistake is slow to ask, and its
        replies to secret cases are known from the judge's side.
        """
        public = seed == PUBLIC_SEED
        if self.exercise.reference is not FROM_SOLUTION:
            known = OnKnownNetworks({self.exercise.name: self.wrong(mistake)})
            return judge(self.exercise, known, self.answers(seed), seed)
        if public and not self.stored:
            return self.verdict(self.wrong(mistake), seed, timed=True)
        answers = self.answers(seed)
        subject = MistakenSubject(self.exercise.drawn(seed), answers, mistake)
        return judge(self.exercise, subject, answers, seed)

    def accepts(
        self, function: Any, seeds: Iterable[int], seconds: float = np.inf
    ) -> bool:
        """Return whether a function gets full points on the cases of every seed.

        Args:
            function: the student's object.
            seeds: draw the cases.
            seconds: the most that a call may take, if that is less than the exercise's.
        """
        least = min(seconds, self.exercise.time_limit)
        exercise = replace(self.exercise, time_limit=least)
        subject = OnKnownNetworks({self.exercise.name: function})
        return all(
            accepts(exercise, subject, self.answers(seed), seed) for seed in seeds
        )

    def _only(self, function: Any) -> InProcess:
        return InProcess({self.exercise.name: function})

    def wrong(self, *mistakes: Mistake) -> Callable[..., Any]:
        """Return a function that makes these mistakes, the first around the others."""
        function: Callable[..., Any] = self.live.reference
        for mistake in reversed(mistakes):
            function = _wrapped(mistake, function)
        return function


def _wrapped(mistake: Mistake, inner: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: mistake.wrong(inner, *args, **kwargs)
