"""Right and wrong answers: computed by a reference, or stored as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol

import numpy as np

from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.subject import request_for
from grader.probing.answer import answer
from grader.probing.networks import build, build_network
from grader.probing.plain import copied, from_bytes, to_bytes
from grader.probing.request import BUILDING, Reply, Request

# The reference may take its time on a busy machine.
REFERENCE_SECONDS = 120.0
# Replies of pairs of mistakes that are kept.
MOST_PAIRS = 2_000


class Answers(Protocol):
    """Where right and wrong answers come from."""

    def expected(self, case: Case) -> Reply:
        """Return the reply that a right implementation gives to a case."""

    def mistaken(self, mistake: Mistake, case: Case) -> Reply:
        """Return the reply that an implementation with this mistake gives."""

    def excluded(self, mistake: Mistake, case: Case, reply: Reply) -> bool:
        """Return whether the mistake's reply is known to differ from this one."""

    def combined(self, first: Mistake, second: Mistake, case: Case) -> Reply | None:
        """Return the reply of one with both mistakes, `None` if that is not known."""


class LiveAnswers:
    """Answers computed by a reference implementation, through the same probe.

    Args:
        exercise: the exercise.
        reference: the right object.
        outlines: of what is built, as far as that is known already (`outlines_of`).
    """

    def __init__(
        self,
        exercise: Exercise,
        reference: Any,
        outlines: Mapping[tuple[str, bytes], Reply] | None = None,
    ) -> None:
        self.exercise = exercise
        self.reference = reference
        self._put: dict[int, tuple[Case, Request, Callable[[], Any] | None]] = {}
        self._outlines = dict(outlines or {})

    def expected(self, case: Case) -> Reply:
        """Ask the reference."""
        if self.exercise.probe in BUILDING:
            return self._ask_built(self.reference, case, REFERENCE_SECONDS)
        return self._ask(self.reference, case, REFERENCE_SECONDS)

    def mistaken(self, mistake: Mistake, case: Case) -> Reply:
        """Ask the mistake, which is written around the reference."""
        if self.exercise.probe == "value":
            return self._ask(mistake.wrong(self.reference), case)
        if self.exercise.probe not in BUILDING:
            return self._ask(partial(mistake.wrong, self.reference), case)
        key = mistake.name, _what_to_build(case)
        known = self._outlines.get(key)
        if known is not None and known["status"] != "ok":
            return known
        reply = self._ask_built(_Wrong(mistake.wrong, self.reference), case)
        self._outlines[key] = _outline(reply)
        return reply

    def excluded(self, mistake: Mistake, case: Case, reply: Reply) -> bool:
        """Return whether networks differ before a number is computed."""
        if self.exercise.probe not in BUILDING:
            return False
        known = self._outlines.get((mistake.name, _what_to_build(case)))
        return known is not None and _differ(known, _outline(reply))

    def combined(self, first: Mistake, second: Mistake, case: Case) -> Reply | None:
        """Ask the first mistake, written around the second."""
        if self.exercise.probe == "value":
            return None
        return self._ask(
            partial(first.wrong, partial(second.wrong, self.reference)), case
        )

    def _ask(self, subject: Any, case: Case, seconds: float | None = None) -> Reply:
        """Ask our own code, which ends: for thousands of pairs no clock is started."""
        request, network = self._prepared(case)
        if network is not None:
            subject = partial(subject, network())
        namespace = {self.exercise.name: subject}
        reply: Reply = copied(answer(namespace, {**request, "time_limit": seconds}))
        return reply

    def _ask_built(
        self, subject: Any, case: Case, seconds: float | None = None
    ) -> Reply:
        """Ask about a model: building takes most of the time, and all need the same."""
        what = _what_to_build(case)
        built = partial(_built, self.exercise.probe, subject, what)
        request = dict(request_for(self.exercise, case)) | {"probe": "network"}
        request |= {"time_limit": seconds, "forbidden": []}
        namespace = {self.exercise.name: lambda *args, **kwargs: built()}
        reply: Reply = copied(answer(namespace, copied(request)))
        return reply

    def _prepared(self, case: Case) -> tuple[Request, Callable[[], Any] | None]:
        """Return the request for a case, and what gives the network it is about.

        The request is copied as if it had crossed a process.
        """
        known = self._put.get(case.number)
        if known is None or known[0] is not case:
            request = {**request_for(self.exercise, case), "forbidden": []}
            network = None
            if self.exercise.probe == "on_network":
                network = networks_of(case.extra)
                request |= {"probe": "call", "extra": {}}
            known = self._put[case.number] = case, copied(request), network
        return known[1:]


class Remembered:
    """Answers to the cases of one seed, each computed once.

    Of pairs of mistakes there are thousands, and only some are kept.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._known: dict[tuple[str, int], Reply] = {}
        self._pairs: dict[tuple[str, str, int], Reply | None] = {}

    def expected(self, case: Case) -> Reply:
        """Return the right reply to a case."""
        return self._once("", case, partial(self._answers.expected, case))

    def mistaken(self, mistake: Mistake, case: Case) -> Reply:
        """Return the reply of a mistake to a case."""
        ask = partial(self._answers.mistaken, mistake, case)
        return self._once(mistake.name, case, ask)

    def excluded(self, mistake: Mistake, case: Case, reply: Reply) -> bool:
        """Return whether a mistake's reply is known to differ from this one."""
        asked = (mistake.name, case.number) in self._known
        return not asked and self._answers.excluded(mistake, case, reply)

    def combined(self, first: Mistake, second: Mistake, case: Case) -> Reply | None:
        """Return the reply of two mistakes to a case, if it is known."""
        key = (first.name, second.name, case.number)
        if key not in self._pairs:
            if len(self._pairs) >= MOST_PAIRS:
                self._pairs.clear()
            self._pairs[key] = self._answers.combined(first, second, case)
        return self._pairs[key]

    def _once(self, name: str, case: Case, ask: Callable[[], Reply]) -> Reply:
        key = (name, case.number)
        if key not in self._known:
            reply = ask()
            if reply.get("type") == "MemoryError":
                # An answer has filled the memory; the next student's may not have.
                raise MemoryError
            self._known[key] = reply
        return self._known[key]


def _what_to_build(case: Case) -> bytes:
    """Encode what a model depends on before its weights are drawn."""
    like = np.zeros((1, *np.shape(case.extra["inputs"])[1:]), "float32")
    return to_bytes((list(case.args), dict(case.kwargs), {"inputs": like}))


@lru_cache(maxsize=64)
def _built(kind: str, subject: Any, what: bytes) -> Any:
    """Return the model that a right or a mistaken function builds."""
    return build(kind, subject, *from_bytes(what))


@dataclass(frozen=True)
class _Wrong:
    """A mistake around a reference, equal to another one of the same two."""

    wrong: Callable[..., Any]
    reference: Any

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.wrong(self.reference, *args, **kwargs)


def outlines_of(
    exercise: Exercise, mistakes: Mapping[str, Sequence[Reply]], cases: Sequence[Case]
) -> dict[tuple[str, bytes], Reply]:
    """Return what replies tell of networks that is the same whatever their weights are.

    Args:
        exercise: the exercise.
        mistakes: name -> the replies to the cases.
        cases: the cases.

    Returns:
        (name of the mistake, what is built) -> outline; of what builds no network, none.
    """
    if exercise.probe not in BUILDING:
        return {}
    built = [_what_to_build(case) for case in cases]
    return {
        (name, what): _outline(reply)
        for name, replies in mistakes.items()
        for what, reply in zip(built, replies, strict=True)
    }


def _outline(reply: Reply) -> Reply:
    """Return what of a reply depends on no weight; an error is all of it."""
    if reply["status"] != "ok":
        return reply
    value = reply["value"]
    return {
        "status": "ok",
        "shape": np.shape(value["outputs"]),
        "weight_shapes": value["weight_shapes"],
        "layers": [(each["class"], each.get("activation")) for each in value["layers"]],
    }


def _differ(known: Reply, other: Reply) -> bool:
    """Return whether two outlines are of networks that compute different things.

    The other network may have activations that no layer tells of, but where it tells of
    more, in as many layers of each class, the known one lacks them.
    """
    if known["status"] != "ok" or other["status"] != "ok":
        return bool(known["status"] != other["status"])
    if any(known[key] != other[key] for key in ("shape", "weight_shapes")):
        return True
    kinds = [Counter(kind for kind, _ in each["layers"]) for each in (known, other)]
    more = Counter(map(tuple, other["layers"]))
    more.subtract(map(tuple, known["layers"]))
    told = (layer for layer, count in more.items() if count > 0)
    return kinds[0] == kinds[1] and any(how not in (None, "linear") for _, how in told)


def networks_of(extra: Mapping[str, Any]) -> Callable[[], Any]:
    """Return what gives the network that the probe "on_network" is asked for.

    It is built once, so whoever asks must not change it; what its layers draw begins
    anew each time.
    """
    network, begun = _network(to_bytes(dict(extra)))

    def as_begun() -> Any:
        for state, value in begun:
            state.assign(value)
        return network

    return as_begun


@lru_cache(maxsize=64)
def _network(what: bytes) -> tuple[Any, list[tuple[Any, np.ndarray]]]:
    """Return a network, and the states of its random numbers: no weights, but variables."""
    network = build_network(**from_bytes(what))
    weights = set(map(id, network.weights))
    states = [state for state in network.variables if id(state) not in weights]
    return network, [(state, np.array(state)) for state in states]


@dataclass(frozen=True)
class StoredAnswers:
    """Answers to the public cases, stored as data because only the solution knows."""

    data: Mapping[str, Any]

    def expected(self, case: Case) -> Reply:
        """Look up the right reply."""
        reply: Reply = self.data["expected"][case.number]
        return reply

    def mistaken(self, mistake: Mistake, case: Case) -> Reply:
        """Look up the reply of a mistake."""
        reply: Reply = self.data["mistakes"][mistake.name][case.number]
        return reply

    def excluded(self, mistake: Mistake, case: Case, reply: Reply) -> bool:
        """Return no: looking a reply up is as quick."""
        return False

    def combined(self, first: Mistake, second: Mistake, case: Case) -> Reply | None:
        """Return nothing: pairs are not stored."""
        return None
