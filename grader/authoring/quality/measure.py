"""Measure how often the judge is wrong about an exercise, and how.

Wrong versions come from the bank of mistakes, from mutants of the solution and from
mistakes in pairs; right ones from `tests/right_answers/`. What the judge accepts is
compared with the solution on the cases of many more seeds: equal there, it is listed as
equivalent, otherwise it is a false accept.
"""

from __future__ import annotations

import io
import itertools
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from grader.authoring.quality.effort import Effort, limit
from grader.authoring.quality.mutants import mutants
from grader.authoring.quality.right_answers import (
    compiled,
    right_answers,
    solution_source,
)
from grader.exercises.answers import answers_for, from_solution
from grader.judging.answers import Answers, LiveAnswers
from grader.judging.exercise import FROM_SOLUTION, PUBLIC_SEED, Case, Exercise, Mistake
from grader.judging.judge import accepts, judge
from grader.judging.subject import InProcess
from grader.judging.verdict import Verdict
from grader.probing.request import WITHOUT_KERAS, Reply, Request

# Drawn once; a student's secret seed is another one each time.
FIRST_SECRET = 20_251_123

# A mutant may loop for ever: this is enough for right answers to small cases.
MUTANT_SECONDS = 2.0

# A check that took longer is timed again, at most so often in all: its least time is
# its own, the rest is what else the machine had to do.
MOST_TIMED = 3


@dataclass
class Quality:
    """What was measured for one exercise; the lists hold what went wrong, in words.

    Attributes:
        examples: mistakes whose verdict works a small example.
    """

    exercise: str
    right_answers: int = 0
    mistakes: int = 0
    mutants: int = 0
    pairs: int = 0
    false_accepts: list[str] = field(default_factory=list)
    false_rejects: list[str] = field(default_factory=list)
    named: int = 0
    examples: int = 0
    named_wrongly: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    pairs_named: int = 0
    alike: list[str] = field(default_factory=list)
    equivalent: list[str] = field(default_factory=list)
    flakes: list[str] = field(default_factory=list)
    grader_errors: list[str] = field(default_factory=list)
    median_seconds: float = 0.0
    worst_seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self)


Answer = TypeVar("Answer")


class _Remembered:
    """Answers to the cases of one seed, each computed once."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.known: dict[tuple[str, int], Any] = {}

    def expected(self, case: Case) -> Reply:
        return self._once("", case, partial(self.answers.expected, case))

    def mistaken(self, mistake: Mistake, case: Case) -> Reply:
        ask = partial(self.answers.mistaken, mistake, case)
        return self._once(mistake.name, case, ask)

    def combined(self, first: Mistake, second: Mistake, case: Case) -> Reply | None:
        ask = partial(self.answers.combined, first, second, case)
        return self._once(f"{first.name}\0{second.name}", case, ask)

    def _once(self, names: str, case: Case, ask: Callable[[], Answer]) -> Answer:
        key = (names, case.number)
        if key not in self.known:
            self.known[key] = ask()
        known: Answer = self.known[key]
        return known


@dataclass(frozen=True)
class MistakenSubject:
    """A subject that makes a mistake, by what the judge knows of it."""

    cases: Sequence[Case]
    answers: _Remembered
    mistake: Mistake

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        for case in self.cases:
            yield self.answers.mistaken(self.mistake, case)

    def source(self) -> str:
        return ""


class Measured:
    """An exercise with its answers, ready to be asked many times."""

    def __init__(self, exercise: Exercise, root: Path) -> None:
        self.exercise = exercise
        self.root = root
        self.solutions = root / "solutions"
        self._answers: dict[int, _Remembered] = {}
        self.seconds: list[float] = []

    def live(self) -> LiveAnswers:
        """Return answers that can be computed for any input."""
        if self.exercise.reference is not FROM_SOLUTION:
            return LiveAnswers(self.exercise, self.exercise.reference)
        return from_solution(self.exercise, self.solutions)

    def answers(self, seed: int) -> _Remembered:
        """Return the answers to the cases of a seed."""
        if seed not in self._answers:
            self._answers[seed] = _Remembered(
                answers_for(self.exercise, self.solutions, seed)
            )
        return self._answers[seed]

    def verdict(self, function: Any, seed: int, timed: bool = False) -> Verdict:
        """Judge a function.

        Args:
            timed: as a student's check does, which remembers no answers.
        """
        if not timed:
            return self._asked(function, seed, self.answers(seed))
        seconds = np.inf
        for _ in range(MOST_TIMED):
            started = time.perf_counter()
            verdict = self._asked(function, seed, answers_for(self.exercise))
            seconds = min(seconds, time.perf_counter() - started)
            if seconds <= limit(self.exercise):
                break
        self.seconds.append(seconds)
        return verdict

    def _asked(self, function: Any, seed: int, answers: Answers) -> Verdict:
        with _quiet():
            return judge(self.exercise, self._only(function), answers, seed)

    def verdict_of(self, mistake: Mistake, seed: int) -> Verdict:
        """Judge a mistake on the cases of a seed.

        Where only the solution knows the answer, a mistake is slow to ask, and its replies
        to secret cases are known from the judge's side: it is asked on the public ones.
        """
        if self.exercise.reference is not FROM_SOLUTION:
            return self.verdict(self.wrong(mistake), seed)
        if seed == PUBLIC_SEED:
            return self.verdict(self.wrong(mistake), seed, timed=True)
        answers = self.answers(seed)
        cases = self.exercise.drawn(seed)
        subject = MistakenSubject(cases, answers, mistake)
        return judge(self.exercise, subject, answers, seed)

    def accepts(
        self, function: Any, seeds: Iterable[int], seconds: float = np.inf
    ) -> bool:
        """Return whether a function gets full points on the cases of every seed.

        Args:
            seconds: the most that a call may take, if that is less than the exercise's.
        """
        least = min(seconds, self.exercise.time_limit)
        exercise = replace(self.exercise, time_limit=least)
        with _quiet():
            return all(
                accepts(exercise, self._only(function), self.answers(seed), seed)
                for seed in seeds
            )

    def _only(self, function: Any) -> InProcess:
        return InProcess({self.exercise.name: function})

    def wrong(self, *mistakes: Mistake) -> Callable[..., Any]:
        """Return a function that makes these mistakes, the first around the others."""
        function: Callable[..., Any] = self.live().reference
        for mistake in reversed(mistakes):
            function = _wrapped(mistake, function)
        return function


@contextmanager
def _quiet() -> Iterator[None]:
    """Let nobody hear what wrong answers warn of and print."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def _wrapped(mistake: Mistake, inner: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: mistake.wrong(inner, *args, **kwargs)


def measure(exercise: Exercise, root: Path, effort: Effort) -> Quality:
    """Measure one exercise in which something is to be written.

    Args:
        exercise: the exercise.
        root: the course folder, with solutions/ and tests/right_answers/.
        effort: how much to measure.
    """
    at = Measured(exercise, root)
    found = Quality(exercise.id)
    graded = (PUBLIC_SEED, FIRST_SECRET) if effort.secret else (PUBLIC_SEED,)
    oracle = range(FIRST_SECRET + 1, FIRST_SECRET + 1 + effort.oracle_seeds)
    _measure_right(at, found, graded)
    _measure_bank(at, found, graded)
    _measure_unknown(at)
    _measure_mutants(at, found, graded, oracle, effort.mutants)
    _measure_pairs(at, found, graded, oracle, effort.pairs)
    if effort.seeds > 1:
        _measure_flakes(at, found, range(FIRST_SECRET, FIRST_SECRET + effort.seeds))
    found.median_seconds = round(statistics.median(at.seconds), 4)
    found.worst_seconds = round(max(at.seconds), 4)
    return found


def _measure_right(at: Measured, found: Quality, seeds: Sequence[int]) -> None:
    for function in right_answers(at.root, at.exercise):
        found.right_answers += 1
        # The public one last: what the first imports is nobody's slow answer.
        for seed in reversed(seeds):
            verdict = at.verdict(function, seed, timed=seed == PUBLIC_SEED)
            if not verdict.passed:
                name = getattr(function, "__name__", "an answer")
                found.false_rejects.append(f"{name}, seed {seed}: {verdict.message}")


def _measure_bank(at: Measured, found: Quality, seeds: Sequence[int]) -> None:
    missed: list[Mistake] = []
    for mistake in at.exercise.mistakes:
        found.mistakes += 1
        told = [at.verdict_of(mistake, seed) for seed in seeds]
        found.examples += any(verdict.example for verdict in told)
        names = {tuple(name for name, _ in verdict.mistakes) for verdict in told}
        if any(verdict.status == "grader error" for verdict in told):
            found.grader_errors.append(f"mistake: {mistake.name}: {told[-1].message}")
        elif any(verdict.passed for verdict in told):
            found.false_accepts.append(f"mistake: {mistake.name}")
        elif names == {(mistake.name,)}:
            found.named += 1
            continue
        elif names == {()}:
            found.unnamed.append(mistake.name)
        else:
            others = " / ".join(sorted(" and ".join(each) or "-" for each in names))
            found.named_wrongly.append(f"{mistake.name} is told: {others}")
        missed.append(mistake)
    found.alike += [
        f"{one.name} = {other.name}"
        for one in missed
        for other in at.exercise.mistakes
        if other is not one and _alike(at, one, other, seeds)
    ]


def _measure_unknown(at: Measured) -> None:
    """Time what no mistake explains: it is compared with every one, and every pair."""
    right = at.exercise.reference
    if right is FROM_SOLUTION:
        return

    def wrong(*args: Any, **kwargs: Any) -> Any:
        answer = right(*args, **kwargs)
        number = isinstance(answer, (int, float, np.ndarray))
        return 1.37 * answer + 0.11 if number else answer

    at.verdict(wrong, PUBLIC_SEED, timed=True)


def _alike(at: Measured, first: Mistake, second: Mistake, seeds: Sequence[int]) -> bool:
    for seed in seeds:
        answers = at.answers(seed)
        for case in at.exercise.drawn(seed):
            one = answers.mistaken(first, case)
            two = answers.mistaken(second, case)
            if one["status"] != two["status"]:
                return False
            if one["status"] == "ok" and (
                bool(one["changed"]) != bool(two["changed"])
                or at.exercise.comparison(one["value"], two["value"]) is not None
            ):
                return False
            if one["status"] == "error" and one["type"] != two["type"]:
                return False
    return True


def _measure_mutants(
    at: Measured,
    found: Quality,
    seeds: Sequence[int],
    oracle: Sequence[int],
    most: int,
) -> None:
    for mutant in _spread(mutants(solution_source(at)), most):
        function = compiled(at, mutant)
        if function is None:
            continue
        found.mutants += 1
        _sort(at, found, function, mutant.change, seeds, oracle)
        _forget_networks(at.exercise)


def _sort(
    at: Measured,
    found: Quality,
    function: Any,
    words: str,
    seeds: Sequence[int],
    oracle: Sequence[int],
) -> bool:
    """Return whether a wrong version passes, and note it: wrongly, or as equivalent.

    Two mistakes can undo each other, and a mutant may compute the same in another way.
    """
    try:
        passes = at.accepts(function, seeds, MUTANT_SECONDS)
        if passes:
            # Without hurry: on a busy machine it would be told from what it equals.
            if at.accepts(function, oracle):
                inputs = sum(len(at.exercise.drawn(seed)) for seed in oracle)
                reason = f"gives the solution's answers to {inputs} more inputs"
                found.equivalent.append(f"{words} ({reason})")
            else:
                found.false_accepts.append(words)
    except Exception as error:
        found.grader_errors.append(f"{words}: {type(error).__name__}: {error}")
        return False
    return passes


def _measure_pairs(
    at: Measured,
    found: Quality,
    seeds: Sequence[int],
    oracle: Sequence[int],
    most: int,
) -> None:
    pairs = list(itertools.combinations(at.exercise.mistakes, 2))
    for first, second in _spread(pairs, most):
        found.pairs += 1
        words = f"{first.name} and {second.name}"
        function = at.wrong(first, second)
        passes = _sort(at, found, function, words, seeds, oracle)
        if (
            not passes and at.exercise.reference is not FROM_SOLUTION
        ):  # else no pair is looked for
            verdict = at.verdict(function, seeds[-1])
            told = {name for name, _ in verdict.mistakes}
            found.pairs_named += told == {first.name, second.name}


def _measure_flakes(at: Measured, found: Quality, seeds: Sequence[int]) -> None:
    rights = right_answers(at.root, at.exercise)
    for number, function in enumerate([at.live().reference, *rights]):
        name = f"right answer {number}" if number else "the solution"
        told = {_told(at.verdict(function, seed)) for seed in seeds}
        _note_flake(found, name, told, seeds)
    for mistake in at.exercise.mistakes:
        told = {_told(at.verdict_of(mistake, seed)) for seed in seeds}
        _note_flake(found, mistake.name, told, seeds)
        _forget_networks(at.exercise)


def _forget_networks(exercise: Exercise) -> None:
    """Let go of the thousands of networks built here, which Keras remembers."""
    if exercise.probe not in WITHOUT_KERAS:  # else nothing is built, and this is slow
        import keras

        keras.utils.clear_session()


def _note_flake(
    found: Quality, name: str, told: set[Any], seeds: Sequence[int]
) -> None:
    if len(told) > 1:
        found.flakes.append(f"{name}: {len(told)} verdicts over {len(seeds)} seeds")


def _told(verdict: Verdict) -> tuple[str, float, tuple[str, ...]]:
    return verdict.status, verdict.points, tuple(name for name, _ in verdict.mistakes)


def _spread(items: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many items, evenly from all."""
    if len(items) <= most:
        return list(items)
    return [items[i * len(items) // most] for i in range(most)]
