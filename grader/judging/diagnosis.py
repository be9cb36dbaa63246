"""Tell which mistake a wrong answer is: one, two together, a part, or where it shows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any

from grader.judging.answers import Answers
from grader.judging.exercise import FROM_SOLUTION, Exercise, Mistake
from grader.judging.explain import alike
from grader.judging.outcome import Outcome
from grader.judging.pattern import pattern
from grader.judging.show import numbers
from grader.probing.request import Reply

# A mistake that explains fewer wrong cases than these explains none of them.
MIN_PARTLY = 2
# For each passing case that contradicts it, so many failing ones have to speak for it.
MOST_AGAINST = 4
# In so many of the smallest cases one of two mistakes has to show alone.
SMALLEST = 8


@dataclass(frozen=True)
class Diagnosis:
    """What is known about wrong answers.

    Attributes:
        mistakes: one that explains all wrong cases, or two that do together.
        partly: one that explains some of them, and how many; if `mistakes` is empty.
        pattern: a sentence on which inputs are right and which are wrong; may be empty.
    """

    mistakes: tuple[Mistake, ...] = ()
    partly: tuple[Mistake, int] | None = None
    pattern: str = ""


def diagnose(bank: Bank) -> Diagnosis:
    """Return what is known about the outcomes, of which at least one is wrong."""
    if bank.failing[0].untouched:
        return Diagnosis()
    mistakes = general(bank.exercise, bank.failing) or bank.single() or bank.pair()
    if mistakes:
        return Diagnosis(mistakes)
    return Diagnosis(partly=bank.part(), pattern=pattern(bank.exercise, bank.outcomes))


def general(exercise: Exercise, failing: Sequence[Outcome]) -> tuple[Mistake, ...]:
    """Return the mistake that is the same in every exercise, if it is one.

    An exercise may have a hint of its own for it.
    """
    own = any(mistake.name == NOTHING_RETURNED.name for mistake in exercise.mistakes)
    if own or not all(map(_is_nothing, (outcome.reply for outcome in failing))):
        return ()
    return (NOTHING_RETURNED,)


def _is_nothing(reply: Reply) -> bool:
    value = reply.get("value", 0)
    return value is None or (
        isinstance(value, list) and set(map(type, value)) == {NoneType}
    )


def _never(*args: Any, **kwargs: Any) -> None:
    """Stand in for what a general mistake computes, which nobody asks."""


NOTHING_RETURNED = Mistake(
    "nothing returned",
    "Your function gives back `None`: what it computes, or prints, is lost at its end. "
    "Hand the result back with `return`, on every way through the function.",
    _never,
)


class Bank:
    """The mistakes of an exercise, and the answers they give; each is asked once.

    Args:
        exercise: the exercise.
        answers: give the replies.
        outcomes: of all cases, of which at least one is wrong.
    """

    def __init__(
        self, exercise: Exercise, answers: Answers, outcomes: Sequence[Outcome]
    ) -> None:
        self.exercise = exercise
        self.answers = answers
        self.outcomes = outcomes
        self.failing = [outcome for outcome in outcomes if not outcome.passed]
        # Most mistakes differ in the first case already: a small one makes it quick.
        self.sized = sorted(self.failing, key=_size)
        self.passing = [outcome for outcome in outcomes if outcome.passed]
        self._explained: dict[tuple[str, int], bool] = {}

    def single(self) -> tuple[Mistake, ...]:
        """Return the mistake that explains all failing cases, if there is one.

        One that also explains the passing cases goes before one that does not; among
        equals the first listed, which is the most general. One that the passing cases
        contradict is told only if few do, and if it is more than an exception, in which
        many mistakes end.
        """
        rest: list[Mistake] = []
        for mistake in self.exercise.mistakes:
            if all(self._explains(mistake, outcome) for outcome in self.sized):
                if all(self._explains(mistake, outcome) for outcome in self.passing):
                    return (mistake,)
                rest.append(mistake)
        if all(outcome.reply["status"] == "error" for outcome in self.failing):
            return ()
        return tuple(m for m in rest if self._fits(m, len(self.failing)))[:1]

    def _fits(self, mistake: Mistake, explained: int) -> bool:
        """Return whether hardly a passing case contradicts what explains failing ones."""
        against = sum(not self._explains(mistake, outcome) for outcome in self.passing)
        return MOST_AGAINST * against <= explained

    def pair(self) -> tuple[Mistake, ...]:
        """Return two mistakes that explain every case together, passing ones as well.

        One of them has to explain a failing case alone: two that explain nothing apart
        explain together by chance, and there would be hundreds of pairs to ask. Where
        only the solution knows the answer, building it for each would take minutes.
        """
        unknown = self.exercise.reference is FROM_SOLUTION
        if unknown or self.failing[0].reply["status"] != "ok":
            return ()
        alone = {
            mistake.name
            for mistake in self.exercise.mistakes
            if any(
                self._explains(mistake, outcome) for outcome in self.sized[:SMALLEST]
            )
        }
        ordered = [*self.sized, *self.passing]
        for first, second in itertools.permutations(self.exercise.mistakes, 2):
            if not alone & {first.name, second.name}:
                continue
            if all(self._both_explain(first, second, outcome) for outcome in ordered):
                return (first, second)
        return ()

    def part(self) -> tuple[Mistake, int] | None:
        """Return the mistake that explains most of the failing cases, and how many.

        An exception alone does not count, since many mistakes raise it, nor a mistake
        that the passing cases contradict.
        """
        told = [outcome for outcome in self.sized if outcome.reply["status"] == "ok"]
        counts = [
            (self._count(mistake, told), -place, mistake)
            for place, mistake in enumerate(self.exercise.mistakes)
        ]
        for count, _, mistake in sorted(counts, key=lambda c: c[:2], reverse=True):
            if count < MIN_PARTLY or 2 * count < len(self.failing):
                return None
            if self._fits(mistake, count):
                return mistake, count
        return None

    def _count(self, mistake: Mistake, told: Sequence[Outcome]) -> int:
        """Return how many cases a mistake explains; 0 if it cannot be half of them."""
        count = 0
        for left, outcome in zip(reversed(range(len(told))), told, strict=True):
            count += self._explains(mistake, outcome)
            if 2 * (count + left) < len(self.failing):
                return 0
        return count

    def explanations(self, outcome: Outcome) -> int:
        """Count the mistakes whose answer to a case is the student's."""
        return sum(self._explains(m, outcome) for m in self.exercise.mistakes)

    def _explains(self, mistake: Mistake, outcome: Outcome) -> bool:
        key = (mistake.name, outcome.case.number)
        if key not in self._explained:
            case, reply = outcome.case, outcome.reply
            self._explained[key] = not self.answers.excluded(
                mistake, case, reply
            ) and self._same(self.answers.mistaken(mistake, case), reply)
        return self._explained[key]

    def _both_explain(self, first: Mistake, second: Mistake, outcome: Outcome) -> bool:
        reply = self.answers.combined(first, second, outcome.case)
        return reply is not None and self._same(reply, outcome.reply)

    def _same(self, wrong: Reply, reply: Reply) -> bool:
        if wrong["status"] != reply["status"]:
            return False
        if wrong["status"] == "error":
            if wrong["type"] != reply["type"] or wrong["type"] == "NotImplementedError":
                return False
            return alike(wrong["type"], wrong["message"], reply["message"])
        if wrong["status"] == "unplain":
            return bool(wrong["message"] == reply["message"])
        if wrong["status"] != "ok" or bool(wrong["changed"]) != bool(reply["changed"]):
            return False
        return self.exercise.comparison(wrong["value"], reply["value"]) is None


def _size(outcome: Outcome) -> int:
    return numbers([*outcome.case.args, *outcome.case.kwargs.values()])
