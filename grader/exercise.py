"""What an exercise is made of, and what a check answers.

An exercise is written once and used five ways: the student's instant check, the judge's
secret check, the diagnosis of a mistake, the measurement of the grader, and the
documentation of the mistake.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from grader import compare
from grader.compare import Comparison

Status = Literal["passed", "failed", "grader error"]


@dataclass(frozen=True)
class Case:
    """One set of inputs.

    Attributes:
        args, kwargs: what the student's function is called with; plain data.
        label: what the student reads, such as "stride 2 on a 5x7 image"; by default the
            call itself.
        part: the part of the exercise that this case decides (a key of
            `Exercise.parts`).
        extra: what the probe needs beside the call (see `grader.probe`); plain data.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    part: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students really write.

    Attributes:
        name: a few words, such as "bias forgotten"; shown in the verdict and counted in
            the class report.
        hint: a sentence or two that teach and do not give the answer.
        wrong: called as ``wrong(reference, *args, **kwargs)``; returns what a student
            with this mistake would return. It is written around the reference so that
            nothing here reads like a solution.
    """

    name: str
    hint: str
    wrong: Callable[..., Any]


@dataclass(frozen=True)
class Exercise:
    """One thing to implement, with points.

    Attributes:
        id: "lab01.dense_params"; the part behind the dot names the student's object.
        points: the full score.
        cases: draws the cases: a fixed grid plus random ones from the generator given.
            A student's check passes a public seed, the judge a secret one.
        reference: the right answer, for the same arguments as the student's function;
            `None` if only the solution notebook knows (see `grader.reference`).
        parameters: names of the positional arguments of a case, where no reference has
            them.
        mistakes: the most general first: of several that explain an answer, the first
            is named.
        comparison: how an answer is compared with the right one.
        parts: name of each independent part -> its share of the points. Empty: all or
            nothing.
        forbidden: dotted names the student may not call, such as "scipy.signal".
        probe: how the student's object is reached; a key of `grader.probe.PROBES`.
        window: ``window(index, *args, **kwargs)`` says in words which inputs feed the
            output at `index`.
        time_limit: seconds for one case.
    """

    id: str
    points: int
    cases: Callable[[np.random.Generator], Sequence[Case]]
    reference: Any
    mistakes: tuple[Mistake, ...] = ()
    comparison: Comparison = compare.close
    parts: Mapping[str, float] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    probe: str = "call"
    window: Callable[..., str] | None = None
    time_limit: float = 10.0
    parameters: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Give the name of the student's object."""
        return self.id.split(".", 1)[1]

    @property
    def lab(self) -> str:
        """Give the short name of the lab, such as "lab01"."""
        return self.id.split(".", 1)[0]

    def argument_name(self, place: int) -> str:
        """Name a positional argument of a case as the task does, where that is known."""
        names = list(self.parameters)
        if self.reference is not None:
            with contextlib.suppress(TypeError, ValueError):
                names = list(inspect.signature(self.reference).parameters)
            if self.probe == "on_network":
                names = names[1:]  # the network itself is no part of a case
        return names[place] if place < len(names) else f"argument {place + 1}"


@dataclass(frozen=True)
class CaseResult:
    """How one case went: its label, and what differed (empty if nothing)."""

    label: str
    passed: bool
    difference: str = ""
    part: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check answers.

    Attributes:
        status: "grader error" means that the fault is ours, never the student's.
        message: one sentence.
        mistakes: (name, hint) of each mistake recognised.
        evidence: lines that show where: expected, actual, and the window that feeds it.
        cases: every case that was run.
        example: the smallest wrong case, worked in full; may be empty.
    """

    exercise: str
    status: Status
    points: float
    max_points: float
    message: str
    mistakes: tuple[tuple[str, str], ...] = ()
    evidence: tuple[str, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    example: str = ""

    @property
    def passed(self) -> bool:
        """Say whether the exercise got all its points."""
        return self.status == "passed"

    def to_json(self) -> dict[str, Any]:
        """Give the verdict as plain data; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """Rebuild a verdict from `to_json`."""
        fields = dict(data)
        fields["mistakes"] = tuple((name, hint) for name, hint in data["mistakes"])
        fields["evidence"] = tuple(data["evidence"])
        fields["cases"] = tuple(CaseResult(**case) for case in data["cases"])
        return cls(**fields)
