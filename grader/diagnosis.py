"""Tell which mistake a wrong answer is: one, two together, a part, or where it shows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from grader import compare
from grader.exercise import Case, Exercise, Mistake
from grader.explain import alike
from grader.probe import Reply

# A mistake that explains fewer wrong cases than these explains none of them.
MIN_PARTLY = 2
MAX_SHOWN = 3


class Answers(Protocol):
    """Where right and wrong answers come from."""

    def expected(self, number: int, case: Case) -> Reply:
        """Give the reply that a right implementation gives to case `number`."""

    def mistaken(self, mistake: Mistake, number: int, case: Case) -> Reply:
        """Give the reply that an implementation with this mistake gives."""

    def combined(
        self, first: Mistake, second: Mistake, number: int, case: Case
    ) -> Reply | None:
        """Give the reply of one with both mistakes, `None` if that is not known."""


@dataclass(frozen=True)
class Outcome:
    """A case, the student's reply, and how it differs from the right one."""

    number: int
    case: Case
    label: str
    reply: Reply
    difference: str
    index: tuple[int, ...] | None = None

    @property
    def passed(self) -> bool:
        """Say whether nothing differs."""
        return not self.difference

    @property
    def untouched(self) -> bool:
        """Say whether the student did not begin."""
        missing = self.reply["status"] == "missing"
        return missing or self.reply.get("type") == "NotImplementedError"


class Text(str):
    """A value of a feature that is shown as it is, without quotes."""

    def __repr__(self) -> str:
        return str(self)


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


NOT_GIVEN = Text("not given")
ABSENT = object()


def diagnose(
    exercise: Exercise, outcomes: Sequence[Outcome], answers: Answers
) -> Diagnosis:
    """Say what is known about the outcomes, of which at least one is wrong."""
    failing = [outcome for outcome in outcomes if not outcome.passed]
    if failing[0].untouched:
        return Diagnosis()
    known = _Known(exercise, answers)
    mistakes = known.single(outcomes, failing) or known.pair(outcomes, failing)
    if mistakes:
        return Diagnosis(mistakes)
    return Diagnosis(partly=known.part(failing), pattern=pattern(exercise, outcomes))


@dataclass(frozen=True)
class _Known:
    """The mistakes of an exercise, and the answers they give."""

    exercise: Exercise
    answers: Answers

    def single(
        self, outcomes: Sequence[Outcome], failing: Sequence[Outcome]
    ) -> tuple[Mistake, ...]:
        """Give the mistake that explains all failing cases, if there is one.

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
        """Give two mistakes that explain every case together, passing ones as well.

        Where only the solution knows the answer, building it for every pair would take
        minutes: there none is looked for.
        """
        if self.exercise.reference is None or failing[0].reply["status"] != "ok":
            return ()
        # Nearly all pairs fail the first comparison: a small case makes it quick.
        sized = sorted(failing, key=_size)
        for first, second in itertools.permutations(self.exercise.mistakes, 2):
            if self._both_explain(first, second, [*sized, *outcomes]):
                return (first, second)
        return ()

    def part(self, failing: Sequence[Outcome]) -> tuple[Mistake, int] | None:
        """Give the mistake that explains most of the failing cases, and how many.

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
                self.answers.mistaken(mistake, outcome.number, outcome.case),
                outcome.reply,
            )
            for outcome in outcomes
        )

    def _both_explain(
        self, first: Mistake, second: Mistake, outcomes: Sequence[Outcome]
    ) -> bool:
        for outcome in outcomes:
            reply = self.answers.combined(first, second, outcome.number, outcome.case)
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
    return compare.numbers([*outcome.case.args, *outcome.case.kwargs.values()])


def pattern(exercise: Exercise, outcomes: Sequence[Outcome]) -> str:
    """Say in a sentence which inputs are right and which are wrong, if one thing tells."""
    rows = [(dict(_features(exercise, o.case)), o.passed) for o in outcomes]
    names = {name: None for features, _ in rows for name in features}
    for name in names:
        values = [(_feature(features, name), passed) for features, passed in rows]
        right = [value for value, passed in values if passed]
        wrong = [value for value, passed in values if not passed]
        if _tells(right, wrong):
            return _sentence(name, _distinct(right), _distinct(wrong))
    return ""


def _feature(features: Mapping[str, Any], name: str) -> Any:
    """Give a feature of a case: a number given as argument has no shape, for one."""
    argument = name.split("`")[1]
    given = f"the kind of `{argument}`" in features
    return features.get(name, ABSENT if given else NOT_GIVEN)


def _tells(right: list[Any], wrong: list[Any]) -> bool:
    """Say whether a feature tells right from wrong, and hardly by chance.

    A number that one side has in a single case, or several values on both sides, may be
    chance.
    """
    if not right or not wrong or set(right) & set(wrong) or ABSENT in [*right, *wrong]:
        return False
    sides = [side for side in (right, wrong) if len(set(side)) == 1]
    return any(len(side) > 1 or not _is_number(side[0]) for side in sides)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _sentence(name: str, right: list[Any], wrong: list[Any]) -> str:
    if max(len(right), len(wrong)) <= MAX_SHOWN:
        return f"Right where {name} is {_either(right)}, wrong where it is {_either(wrong)}."
    if len(right) == 1:
        return f"Right only where {name} is {_either(right)}."
    return f"Wrong only where {name} is {_either(wrong)}."


def _either(values: list[Any]) -> str:
    return " or ".join(map(compare.show, values))


def _features(exercise: Exercise, case: Case) -> Iterator[tuple[str, Any]]:
    """Give what can tell one case from another: arguments, then kinds of arrays."""
    arguments = list(_arguments(exercise, case))
    for name, value in arguments:
        if value is None or isinstance(value, (bool, int, float, str)):
            yield f"`{name}`", value
        elif isinstance(value, (list, tuple)) and len(value) <= 4 and _plain(value):
            yield f"`{name}`", Text(tuple(value))
    for name, value in arguments:
        yield f"the kind of `{name}`", _kind(value)
        if isinstance(value, np.ndarray):
            yield from _array_features(f"`{name}`", value)


def _kind(value: Any) -> Text:
    if isinstance(value, np.ndarray):
        return Text("an array")
    return Text("a number" if _is_number(value) else type(value).__name__)


def _plain(value: Sequence[Any]) -> bool:
    return all(isinstance(item, (bool, int, float, str)) for item in value)


def _arguments(exercise: Exercise, case: Case) -> Iterator[tuple[str, Any]]:
    for place, value in enumerate(case.args):
        yield exercise.argument_name(place), value
    yield from case.kwargs.items()


def _array_features(name: str, array: np.ndarray) -> Iterator[tuple[str, Any]]:
    kinds = {"f": "decimal numbers", "b": "true and false"}
    yield f"the content of {name}", Text(kinds.get(array.dtype.kind, "whole numbers"))
    if array.ndim == 4 and name.startswith("`W"):
        yield f"the number of filters in {name}", array.shape[3]
        yield f"the kernel in {name}", _squareness(*array.shape[:2])
    elif array.ndim == 4:
        yield (
            f"the number of images in {name}",
            Text("1" if len(array) == 1 else "more"),
        )
        yield f"the number of channels of {name}", array.shape[3]
        height, width = array.shape[1:3]
        yield f"the picture in {name}", _squareness(height, width)
    elif array.ndim == 2:
        yield name, _squareness(*array.shape)
    if array.size and array.dtype.kind in "if":
        sign = "with" if (array < 0).any() else "without"
        kind = f"{sign} negative values" if array.any() else "zeros only"
        yield f"the content of {name}, by sign,", Text(kind)
    yield f"the number of axes of {name}", array.ndim


def _squareness(height: int, width: int) -> Text:
    if height == width:
        return Text("square")
    return Text("higher than wide" if height > width else "wider than high")
