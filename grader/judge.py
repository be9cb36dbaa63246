"""An exercise and a way to reach the student's object give a verdict.

The judge holds the right answers and runs on the trusted side. It never touches the
student's object: it sends requests and gets replies, both plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from textwrap import indent
from typing import Any, Protocol

import numpy as np

from grader import compare, probe, rules
from grader.diagnosis import Answers, Diagnosis, Outcome, diagnose
from grader.exercise import Case, CaseResult, Exercise, Mistake, Verdict
from grader.explain import explain, without_colours
from grader.plain import copied, from_bytes, to_bytes
from grader.probe import BUILDING, Reply, Request

PUBLIC_SEED = 0
REFERENCE_SECONDS = 120.0


class Subject(Protocol):
    """A way to reach the student's objects, in this process or in another one."""

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Send requests (see `grader.probe`) and give the replies, in order."""

    def source(self) -> str:
        """Give the student's code, to look for forbidden calls."""


class InProcess:
    """A subject that lives in this process: the student's own check.

    Without a source it is nobody's code, such as a reference, and no rule holds for it.
    """

    def __init__(self, namespace: Mapping[str, Any], source: str | None = None) -> None:
        self.namespace = namespace
        self._source = source

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Answer each when its reply is wanted."""
        return map(self.ask, requests)

    def ask(self, request: Request) -> Reply:
        """Answer here, with the data copied as if it had crossed a process."""
        forbidden = () if self._source is None else request.get("forbidden", ())
        sent = copied({**request, "forbidden": forbidden})
        reply: Reply = copied(probe.answer(self.namespace, sent))
        return reply

    def source(self) -> str:
        """Give the code handed to the constructor."""
        return self._source or ""


@dataclass(frozen=True)
class LiveAnswers:
    """Answers computed by a reference implementation, through the same probe."""

    exercise: Exercise
    reference: Any
    _known: dict[int, tuple[Case, Request]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def expected(self, number: int, case: Case) -> Reply:
        """Ask the reference, which may take its time on a busy machine."""
        if self.exercise.probe not in BUILDING:
            return self._ask(self.reference, case, REFERENCE_SECONDS)
        # Building takes most of the time, and the same is built for every student.
        built = _built(self.exercise.probe, self.reference, _what_to_build(case))
        request = dict(request_for(self.exercise, case))
        request |= {"probe": "network", "time_limit": REFERENCE_SECONDS}
        return InProcess({self.exercise.name: built}).ask(request)

    def mistaken(self, mistake: Mistake, number: int, case: Case) -> Reply:
        """Ask the mistake, which is written around the reference."""

        def wrong(*args: Any, **kwargs: Any) -> Any:
            return mistake.wrong(self.reference, *args, **kwargs)

        if self.exercise.probe == "value":
            return self._ask(mistake.wrong(self.reference), case)
        return self._ask(wrong, case)

    def combined(
        self, first: Mistake, second: Mistake, number: int, case: Case
    ) -> Reply | None:
        """Ask the first mistake, written around the second."""

        def mistaken(*args: Any, **kwargs: Any) -> Any:
            return second.wrong(self.reference, *args, **kwargs)

        def wrong(*args: Any, **kwargs: Any) -> Any:
            return first.wrong(mistaken, *args, **kwargs)

        return None if self.exercise.probe == "value" else self._ask(wrong, case)

    def _ask(self, subject: Any, case: Case, seconds: float | None = None) -> Reply:
        """Ask our own code, which ends: for thousands of pairs no clock is started."""
        request = {**self._request(case), "time_limit": seconds}
        if self.exercise.probe == "on_network":
            # Building it takes most of the time, and nobody here changes it.
            subject = partial(subject, _network(to_bytes(dict(case.extra))))
            request |= {"probe": "call", "extra": {}}
        reply: Reply = copied(probe.answer({self.exercise.name: subject}, request))
        return reply

    def _request(self, case: Case) -> Request:
        """Give the request for a case, copied once as if it had crossed a process."""
        if id(case) not in self._known:
            request = {**request_for(self.exercise, case), "forbidden": []}
            self._known[id(case)] = case, copied(request)  # the case keeps its id
        return self._known[id(case)][1]


def _what_to_build(case: Case) -> bytes:
    """Encode what a model depends on before its weights are drawn."""
    like = np.zeros((1, *np.shape(case.extra["inputs"])[1:]), "float32")
    return to_bytes((list(case.args), dict(case.kwargs), {"inputs": like}))


@lru_cache(maxsize=64)
def _built(kind: str, reference: Any, what: bytes) -> Callable[..., Any]:
    """Give a function that gives the model, whatever it is called with."""
    model = probe.build(kind, reference, *from_bytes(what))
    return lambda *args, **kwargs: model


@lru_cache(maxsize=64)
def _network(what: bytes) -> Any:
    """Build the network that `probe.on_network` is asked for."""
    return probe.build_network(**from_bytes(what))


@dataclass(frozen=True)
class StoredAnswers:
    """Answers to the public cases, stored as data because only the solution knows."""

    data: Mapping[str, Any]

    def expected(self, number: int, case: Case) -> Reply:
        """Look up the right reply."""
        reply: Reply = self.data["expected"][number]
        return reply

    def mistaken(self, mistake: Mistake, number: int, case: Case) -> Reply:
        """Look up the reply of a mistake."""
        reply: Reply = self.data["mistakes"][mistake.name][number]
        return reply

    def combined(
        self, first: Mistake, second: Mistake, number: int, case: Case
    ) -> Reply | None:
        """Pairs are not stored."""
        return None


def request_for(exercise: Exercise, case: Case) -> Request:
    """Give the request that puts a case to the student's object."""
    return {
        "probe": exercise.probe,
        "name": exercise.name,
        "args": case.args,
        "kwargs": dict(case.kwargs),
        "extra": dict(case.extra),
        "time_limit": exercise.time_limit,
        "forbidden": list(exercise.forbidden),
    }


def judge(
    exercise: Exercise, subject: Subject, answers: Answers, seed: int = PUBLIC_SEED
) -> Verdict:
    """Judge the student's object.

    Args:
        exercise: what to judge.
        subject: reaches the student's object.
        answers: gives right and wrong answers.
        seed: draws the cases; `PUBLIC_SEED` in a student's notebook.

    Returns:
        A verdict. An error of our own becomes status "grader error".
    """
    try:
        return _judge(exercise, subject, answers, seed)
    except Exception as error:
        return Verdict(
            exercise.id,
            "grader error",
            0.0,
            exercise.points,
            "This check broke, through no fault of yours. "
            f"Please report it: {type(error).__name__}: {error}",
        )


def accepts(
    exercise: Exercise, subject: Subject, answers: Answers, seed: int = PUBLIC_SEED
) -> bool:
    """Say whether `judge` gives full points, without asking what comes after a mistake.

    Raises:
        Exception: an error of our own, which `judge` turns into a verdict.
    """
    if _broken_rule(exercise, subject):
        return False
    return all(
        outcome.passed for outcome in _outcomes(exercise, subject, answers, seed)
    )


def _judge(
    exercise: Exercise, subject: Subject, answers: Answers, seed: int
) -> Verdict:
    broken = _broken_rule(exercise, subject)
    if broken:
        return _failed(exercise, 0.0, broken)
    return _verdict(
        exercise, list(_outcomes(exercise, subject, answers, seed)), answers
    )


def _outcomes(
    exercise: Exercise, subject: Subject, answers: Answers, seed: int
) -> Iterator[Outcome]:
    cases = exercise.cases(np.random.default_rng(seed))
    replies = subject.ask_all([request_for(exercise, case) for case in cases])
    for number, (case, reply) in enumerate(zip(cases, replies, strict=False)):
        yield _outcome(exercise, number, case, reply, answers)
        if reply["status"] in probe.LAST:
            break


def _outcome(
    exercise: Exercise, number: int, case: Case, reply: Reply, answers: Answers
) -> Outcome:
    label = case.label or call_label(exercise, case)
    difference, index = _reply_difference(exercise, case, reply), None
    if not difference:
        right = answers.expected(number, case)
        if right["status"] != "ok":
            raise RuntimeError(f"the reference of {exercise.id} failed: {right}")
        found = exercise.comparison(right["value"], reply["value"])
        if found is not None:
            difference, index = found.sentence, found.index
        elif reply.get("changed"):
            difference = _changed(exercise, case, reply["changed"])
    return Outcome(number, case, label, reply, difference, index)


def _reply_difference(exercise: Exercise, case: Case, reply: Reply) -> str:
    status, name = reply["status"], exercise.name
    if status == "ok":
        return ""
    if status == "missing":
        return f"`{name}` is not defined: run the cell above that defines it"
    if status == "timeout":
        return (
            f"no answer after {exercise.time_limit:g} seconds: "
            "is there a loop that never ends, or one that counts very far?"
        )
    if status == "crashed":
        return f"calling `{name}` {reply.get('why') or 'ended the Python process'}"
    if status == "unplain":
        return f"`{name}` gives {reply['message']}, which cannot be compared"
    if reply["type"] == "NotImplementedError":
        return "it is not written yet"
    at = f" in the line `{reply['line'].strip()}`" if reply.get("line") else ""
    return f"it raises {reply['type']}{at}"


def _exception(reply: Reply) -> list[str]:
    """Give our words for the student's exception, then the original ones."""
    if reply["status"] != "error":
        return []
    words = explain(str(reply["type"]), str(reply["message"]))
    message = without_colours(str(reply["message"])).strip()
    return [line for line in (words, "" if message in words else message) if line]


def _changed(exercise: Exercise, case: Case, changed: Sequence[str]) -> str:
    names = _arguments_named(exercise, changed)
    return f"the result is right, but your function changes its input ({names}): copy it first"


def _arguments_named(exercise: Exercise, changed: Sequence[str]) -> str:
    names = [exercise.argument_name(int(c)) if c.isdigit() else c for c in changed]
    return ", ".join(f"`{name}`" for name in names)


def _broken_rule(exercise: Exercise, subject: Subject) -> str:
    if not exercise.forbidden:
        return ""
    try:
        source = subject.source()
        found = rules.forbidden_calls(source, exercise.name, exercise.forbidden)
    except SyntaxError:
        return ""
    if not found:
        return ""
    return (
        f"The task asks for your own code: `{exercise.name}` may not use "
        + ", ".join(f"`{name}`" for name in found)
        + "."
    )


def _verdict(
    exercise: Exercise, outcomes: Sequence[Outcome], answers: Answers
) -> Verdict:
    failing = [outcome for outcome in outcomes if not outcome.passed]
    points = _points(exercise, outcomes)
    cases = tuple(
        CaseResult(o.label, o.passed, o.difference, o.case.part) for o in outcomes
    )
    if not failing:
        message = _praise(exercise, len(cases))
        return Verdict(
            exercise.id, "passed", points, exercise.points, message, cases=cases
        )
    found = diagnose(exercise, outcomes, answers)
    return Verdict(
        exercise.id,
        "failed",
        points,
        exercise.points,
        _message(outcomes, failing, found),
        tuple((mistake.name, mistake.hint) for mistake in found.mistakes),
        _evidence(exercise, failing, found),
        cases,
        _example(exercise, failing, answers),
    )


def _praise(exercise: Exercise, cases: int) -> str:
    if exercise.comparison is compare.answered:
        return "Noted. Right or wrong, an answer earns the point."
    return f"Correct: all {cases} cases are right." if cases > 1 else "Correct."


def _points(exercise: Exercise, outcomes: Sequence[Outcome]) -> float:
    if not exercise.parts:
        right = all(outcome.passed for outcome in outcomes)
        return float(exercise.points if right else 0)
    shares = 0.0
    for part, share in exercise.parts.items():
        own = [outcome for outcome in outcomes if outcome.case.part == part]
        if own and all(outcome.passed for outcome in own):
            shares += share
    return round(exercise.points * shares / sum(exercise.parts.values()), 2)


def _message(
    outcomes: Sequence[Outcome], failing: Sequence[Outcome], found: Diagnosis
) -> str:
    if failing[0].untouched:
        return f"Not yet: {failing[0].difference}."
    if found.mistakes:
        return f"Not yet: {' and '.join(mistake.name for mistake in found.mistakes)}."
    right = len(outcomes) - len(failing)
    if not right:
        return "Not yet: no case is right."
    return (
        f"Not yet: {right} of {len(outcomes)} cases are right. {found.pattern}".strip()
    )


def _evidence(
    exercise: Exercise, failing: Sequence[Outcome], found: Diagnosis
) -> tuple[str, ...]:
    outcome = failing[0]
    if outcome.untouched:
        return ()
    lines = [f"{outcome.label}: {outcome.difference}.", *_exception(outcome.reply)]
    changed = outcome.reply.get("changed")
    if changed and not found.mistakes and "changes its input" not in lines[0]:
        names = _arguments_named(exercise, changed)
        lines.append(
            f"Your function also changes its input ({names}), which may be the cause: "
            "work on a copy."
        )
    if exercise.window is not None and outcome.index is not None:
        case = outcome.case
        lines.append(exercise.window(outcome.index, *case.args, **case.kwargs))
    if found.partly is not None:
        mistake, count = found.partly
        lines.append(
            f"{count} of the {len(failing)} wrong cases look like this mistake, "
            f"the others do not: {mistake.name}. {mistake.hint}"
        )
    return tuple(lines)


# More numbers than this are no example to follow by hand; a longer call is hard to read.
_EXAMPLE_NUMBERS, _LINE = 80, 60


def _example(exercise: Exercise, failing: Sequence[Outcome], answers: Answers) -> str:
    """Work the smallest wrong case in full: inputs, the student's answer, the right one."""
    small: list[tuple[int, str]] = []
    for outcome in failing:
        if outcome.reply["status"] != "ok" or exercise.probe != "call":
            continue
        yours = outcome.reply["value"]
        right = answers.expected(outcome.number, outcome.case)["value"]
        inputs = [*outcome.case.args, *outcome.case.kwargs.values()]
        size = compare.numbers([*inputs, yours, right])
        if size <= _EXAMPLE_NUMBERS and _shown(yours) != _shown(right):
            lines = [_call(exercise, outcome.case)]
            lines += [_beside("gives", yours), _beside("right", right)]
            small.append((size, "\n".join(lines)))
    return min(small, key=lambda pair: pair[0])[1] if small else ""


def _call(exercise: Exercise, case: Case) -> str:
    """Give a case as a call, an argument on lines of its own if one line is not enough."""
    call = call_label(exercise, case)
    if len(call) <= _LINE and all(a.ndim < 3 for a in _arrays(case.args)):
        return call
    args = [_shown(arg) for arg in case.args]
    args += [f"{key}={_one_line(arg)}" for key, arg in case.kwargs.items()]
    shown = indent("".join(f"{arg},\n" for arg in args), " " * 4)
    return f"{exercise.name}(\n{shown})"


def _beside(word: str, value: Any) -> str:
    return f"{word:8}{indent(_shown(value), ' ' * 8).strip()}"


def _shown(value: Any) -> str:
    """Give a value with the rows of a matrix or the items of a collection on lines."""
    if isinstance(value, dict):
        return "\n".join(_beside_key(key, item) for key, item in value.items())
    if isinstance(value, (list, tuple)) and any(map(_has_parts, value)):
        return "\n".join(map(_item, value))
    if isinstance(value, np.ndarray) and value.ndim > 2 and 1 in value.shape:
        # A picture with one channel is read as a matrix.
        return f"{compare.show(np.squeeze(value))} in the shape {value.shape}"
    return compare.show(value)


def _arrays(values: Iterable[Any]) -> list[np.ndarray]:
    return [value for value in values if isinstance(value, np.ndarray)]


def _has_parts(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _beside_key(key: str, value: Any) -> str:
    return f"{key}: {indent(_shown(value), ' ' * (len(key) + 2)).strip()}"


def _item(value: Any) -> str:
    """Give a dictionary on one line, in full."""
    if not isinstance(value, dict):
        return _shown(value)
    return ", ".join(f"{key}: {_one_line(item)}" for key, item in value.items())


def call_label(exercise: Exercise, case: Case) -> str:
    """Give a case as the call it is, such as ``dense_params(784, 10, bias=False)``."""
    args = [_one_line(arg) for arg in case.args]
    kwargs = [f"{key}={_one_line(arg)}" for key, arg in case.kwargs.items()]
    if exercise.probe == "value":
        return exercise.name
    return f"{exercise.name}({', '.join(args + kwargs)})"


def _one_line(value: Any) -> str:
    return " ".join(compare.show(value).split())


def _failed(exercise: Exercise, points: float, message: str) -> Verdict:
    return Verdict(exercise.id, "failed", points, exercise.points, message)
