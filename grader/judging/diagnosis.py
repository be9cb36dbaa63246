"""Tell which mistake a wrong answer is: one, two together, a part, or where it shows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from grader.judging.answers import Answers
from grader.judging.exercise import FROM_SOLUTION, Exercise, Mistake
from grader.judging.explain import alike
from grader.judging.outcome import Outcome
from grader.judging.pattern import pattern
from grader.judging.show import numbers
from grader.probing.request import Reply

# A mistake that explains fewer wrong cases than these explains none of them.
MIN_PARTLY = 2


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


def diagnose(
    exercise: Exercise, outcomes: Sequence[Outcome], answers: Answers
) -> Diagnosis:
    """Return what is known about the outcomes, of which at least one is wrong."""
    failing = [outcome for outcome in outcomes if not outcome.passed]
    if failing[0].untouched:
        return Diagnosis()
    bank = Bank(exercise, answers)
    mistakes = bank.single(outcomes, failing) or bank.pair(outcomes, failing)
    if mistakes:
        return Diagnosis(mistakes)
    return Diagnosis(partly=bank.part(failing), pattern=pattern(exercise, outcomes))


@dataclass(frozen=True)
class Bank:
    """The mistakes of an exercise, and the answers they give."""

    exercise: Exercise
    answers: Answers

    def single(
        self, outcomes: Sequence[Outcome], failing: Sequence[Outcome]
    ) -> tuple[Mistake, ...]:
        """Return the mistake that explains all failing cases, if there is one.

        One that also explains the passing cases goes before one that does not; among
        equals the first listed, which is the most general. Exceptions alone are too
        little for one that does not: many mistakes end in the same one.
        """
        partly: list[Mistake] = []
        only_errors = all(outcome.reply["status"] == "error" for outcome in failing)
        for mistake in self.exercise.mistakes:
            if not self._explains(mistake, failing):
                continue
            if self._explains(mistake, outcomes):
                return (mistake,)
            partly.append(mistake)
        return () if only_errors else tuple(partly[:1])

    def pair(
        self, outcomes: Sequence[Outcome], failing: Sequence[Outcome]
    ) -> tuple[Mistake, ...]:
        """Return two mistakes that explain every case together, passing ones as well.

        Where only the solution knows the answer, building it for every pair would take
        minutes: there none is looked for.
        """
        if (
            self.exercise.reference is FROM_SOLUTION
            or failing[0].reply["status"] != "ok"
        ):
            return ()
        # Nearly all pairs fail the first comparison: a small case makes it quick.
        sized = sorted(failing, key=_size)
        for first, second in itertools.permutations(self.exercise.mistakes, 2):
            if self._both_explain(first, second, [*sized, *outcomes]):
                return (first, second)
        return ()

    def part(self, failing: Sequence[Outcome]) -> tuple[Mistake, int] | None:
        """Return the mistake that explains most of the failing cases, and how many.

        An exception alone does not count: many mistakes raise it.
        """
        told = [outcome for outcome in failing if outcome.reply["status"] == "ok"]
        counts = [
            (sum(self._explains(mistake, [o]) for o in told), -place, mistake)
            for place, mistake in enumerate(self.exercise.mistakes)
        ]
        count, _, mistake = max(counts, default=(0, 0, None))
        if mistake is None or count < MIN_PARTLY or 2 * count < len(failing):
            return None
        return mistake, count

    def _explains(self, mistake: Mistake, outcomes: Sequence[Outcome]) -> bool:
        return all(
            self._same(
                self.answers.mistaken(mistake, outcome.case),
                outcome.reply,
            )
            for outcome in outcomes
        )

    def _both_explain(
        self, first: Mistake, second: Mistake, outcomes: Sequence[Outcome]
    ) -> bool:
        for outcome in outcomes:
            reply = self.answers.combined(first, second, outcome.case)
            if reply is None or not self._same(reply, outcome.reply):
                return False
        return True

    def _same(self, wrong: Reply, reply: Reply) -> bool:
        if wrong["status"] != reply["status"]:
            return False
        if wrong["status"] == "error":
            if wrong["type"] != reply["type"] or wrong["type"] == "NotImplementedError":
                return False
            return alike(wrong["type"], wrong["message"], reply["message"])
        if wrong["status"] != "ok" or bool(wrong["changed"]) != bool(reply["changed"]):
            return False
        return self.exercise.comparison(wrong["value"], reply["value"]) is None


def _size(outcome: Outcome) -> int:
    return numbers([*outcome.case.args, *outcome.case.kwargs.values()])
