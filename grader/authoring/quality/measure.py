"""Measure how often the judge is wrong about an exercise, and how.

Wrong versions come from the bank of mistakes, from mutants of the solution and from
mistakes in pairs; right ones from `tests/right_answers/`. What the judge accepts is
compared with the solution on the cases of many more seeds: equal there, it is listed as
equivalent, otherwise it is a false accept.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from grader.authoring.quality.asked import AskedExercise
from grader.authoring.quality.effort import Effort, spread
from grader.authoring.quality.mutants import mutants
from grader.authoring.quality.right_answers import (
    compiled,
    right_answers,
    solution_source,
)
from grader.judging.exercise import FROM_SOLUTION, PUBLIC_SEED, Exercise, Mistake
from grader.judging.verdict import Verdict
from grader.probing.request import WITHOUT_KERAS

# Drawn once; a student's secret seed is another one each time.
FIRST_SECRET = 20_251_123
# A mutant may loop for ever: this is enough for right answers to small cases.
MUTANT_SECONDS = 2.0


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


def measure(exercise: Exercise, root: Path, effort: Effort) -> Quality:
    """Measure one exercise in which something is to be written.

    Args:
        exercise: the exercise.
        root: the course folder, with solutions/ and tests/right_answers/.
        effort: how much to measure.
    """
    measuring = _Measuring(exercise, root, effort)
    measuring.right()
    measuring.bank()
    measuring.unknown()
    measuring.mutants()
    measuring.pairs()
    if effort.seeds > 1:
        measuring.flakes()
    found, seconds = measuring.found, measuring.at.seconds
    if seconds:
        found.median_seconds = round(statistics.median(seconds), 4)
        found.worst_seconds = round(max(seconds), 4)
    return found


class _Measuring:
    """One exercise while it is measured.

    Attributes:
        at: the exercise, to be asked.
        found: what was found so far.
        graded: the seeds on which each version is judged.
        oracle: the seeds that tell what is equivalent.
    """

    def __init__(self, exercise: Exercise, root: Path, effort: Effort) -> None:
        self.effort = effort
        self.at = AskedExercise(exercise, root, effort.stored)
        self.found = Quality(exercise.id)
        self.graded = (PUBLIC_SEED, FIRST_SECRET)[: 1 + effort.secret]
        self.oracle = range(FIRST_SECRET + 1, FIRST_SECRET + 1 + effort.oracle_seeds)

    @property
    def exercise(self) -> Exercise:
        return self.at.exercise

    def right(self) -> None:
        """Judge every right answer."""
        answers = list(right_answers(self.at.root, self.exercise))
        for function in spread(answers, self.effort.right_answers):
            self.found.right_answers += 1
            # The public one last: what the first imports is nobody's slow answer.
            for seed in reversed(self.graded):
                timed = self.effort.timed and seed == PUBLIC_SEED
                verdict = self.at.verdict(function, seed, timed=timed)
                if not verdict.passed:
                    name = getattr(function, "__name__", "an answer")
                    told = f"{name}, seed {seed}: {verdict.message}"
                    self.found.false_rejects.append(told)

    def bank(self) -> None:
        """Judge every mistake, and look which of those not told no input tells apart."""
        found, missed = self.found, list[Mistake]()
        for mistake in spread(self.exercise.mistakes, self.effort.mistakes):
            found.mistakes += 1
            told = [self.at.verdict_of(mistake, seed) for seed in self.graded]
            found.examples += any(verdict.example for verdict in told)
            if not self._told_as_itself(mistake, told):
                missed.append(mistake)
        found.alike += [
            f"{one.name} = {other.name}"
            for one in missed
            for other in self.exercise.mistakes
            if other is not one and self._alike(one, other)
        ]

    def _told_as_itself(self, mistake: Mistake, told: Sequence[Verdict]) -> bool:
        found = self.found
        names = {tuple(name for name, _ in verdict.mistakes) for verdict in told}
        if any(verdict.status == "grader error" for verdict in told):
            found.grader_errors.append(f"mistake: {mistake.name}: {told[-1].message}")
        elif any(verdict.passed for verdict in told):
            found.false_accepts.append(f"mistake: {mistake.name}")
        elif names == {(mistake.name,)}:
            found.named += 1
            return True
        elif names == {()}:
            found.unnamed.append(mistake.name)
        else:
            others = " / ".join(sorted(" and ".join(each) or "-" for each in names))
            found.named_wrongly.append(f"{mistake.name} is told: {others}")
        return False

    def _alike(self, first: Mistake, second: Mistake) -> bool:
        comparison = self.exercise.comparison
        for seed in self.graded:
            answers = self.at.answers(seed)
            for case in self.exercise.drawn(seed):
                one = answers.mistaken(first, case)
                two = answers.mistaken(second, case)
                if one["status"] != two["status"]:
                    return False
                if one["status"] == "ok" and (
                    bool(one["changed"]) != bool(two["changed"])
                    or comparison(one["value"], two["value"]) is not None
                ):
                    return False
                if one["status"] == "error" and one["type"] != two["type"]:
                    return False
        return True

    def unknown(self) -> None:
        """Time what no mistake explains: it is compared with every one, and every pair."""
        right = self.exercise.reference
        if right is FROM_SOLUTION or not self.effort.timed:
            return

        def wrong(*args: Any, **kwargs: Any) -> Any:
            answer = right(*args, **kwargs)
            number = isinstance(answer, (int, float, np.ndarray))
            return 1.37 * answer + 0.11 if number else answer

        self.at.verdict(wrong, PUBLIC_SEED, timed=True)

    def mutants(self) -> None:
        """Judge mutants of the solution."""
        for mutant in mutants(solution_source(self.at), self.effort.mutants):
            function = compiled(self.at, mutant)
            if function is None:
                continue
            self.found.mutants += 1
            self._passes(function, mutant.change)
            self._forget_networks()

    def pairs(self) -> None:
        """Judge mistakes in pairs."""
        # Where only the solution knows the answer, the judge looks for no pair.
        looked_for = self.exercise.reference is not FROM_SOLUTION
        pairs = list(itertools.combinations(self.exercise.mistakes, 2))
        for first, second in spread(pairs, self.effort.pairs):
            self.found.pairs += 1
            function = self.at.wrong(first, second)
            if self._passes(function, f"{first.name} and {second.name}"):
                continue
            if looked_for:
                verdict = self.at.verdict(function, self.graded[-1])
                told = {name for name, _ in verdict.mistakes}
                self.found.pairs_named += told == {first.name, second.name}

    def _passes(self, function: Any, words: str) -> bool:
        """Return whether a wrong version passes; note it as accepted or as equivalent.

        Two mistakes can undo each other, and a mutant may compute the same in another
        way.
        """
        try:
            passes = self.at.accepts(function, self.graded, MUTANT_SECONDS)
            if passes:
                # Without hurry: on a busy machine it would be told from what it equals.
                if self.at.accepts(function, self.oracle):
                    inputs = sum(len(self.exercise.drawn(s)) for s in self.oracle)
                    reason = f"gives the solution's answers to {inputs} more inputs"
                    self.found.equivalent.append(f"{words} ({reason})")
                else:
                    self.found.false_accepts.append(words)
        except Exception as error:
            told = f"{words}: {type(error).__name__}: {error}"
            self.found.grader_errors.append(told)
            return False
        return passes

    def flakes(self) -> None:
        """Look for verdicts that change from seed to seed."""
        seeds = range(FIRST_SECRET, FIRST_SECRET + self.effort.seeds)
        rights = right_answers(self.at.root, self.exercise)
        for number, function in enumerate([self.at.live.reference, *rights]):
            name = f"right answer {number}" if number else "the solution"
            self._note_flake(name, [self.at.verdict(function, s) for s in seeds])
        for mistake in self.exercise.mistakes:
            told = [self.at.verdict_of(mistake, seed) for seed in seeds]
            self._note_flake(mistake.name, told)
            self._forget_networks()

    def _note_flake(self, name: str, verdicts: Sequence[Verdict]) -> None:
        told = {
            (
                verdict.status,
                verdict.points,
                tuple(name for name, _ in verdict.mistakes),
            )
            for verdict in verdicts
        }
        if len(told) > 1:
            words = f"{name}: {len(told)} verdicts over {len(verdicts)} seeds"
            self.found.flakes.append(words)

    def _forget_networks(self) -> None:
        """Let go of the thousands of networks built here, which Keras remembers."""
        if self.exercise.probe not in WITHOUT_KERAS:  # else none, and this is slow
            import keras

            keras.utils.clear_session()
