"""What an exercise is made of.

An exercise is written once and used five ways: the student's instant check, the judge's
secret check, the diagnosis of a mistake, the measurement of the grader, and the
documentation of the mistake.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from grader.judging import compare
from grader.judging.compare import Comparison

# Draws the cases that a student's own check sees.
PUBLIC_SEED = 0
# In place of a reference: the right answer stands in solutions/ alone.
FROM_SOLUTION: Any = object()


@dataclass(frozen=True)
class Case:
    """One set of inputs.

    Attributes:
        args, kwargs: what the student's function is called with; plain data.
        label: what the student reads, such as "stride 2 on a 5x7 image"; by default the
            call itself.
        part: the part of the exercise that this case decides (a key of
            `Exercise.parts`).
        number: its place among the cases of a seed (see `drawn`).
        extra: what the probe needs beside the call (see `grader.probing.request`); plain data.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    part: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0


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
        points: the full score.
        cases: draws the cases: a fixed grid plus random ones from the generator given.
            A student's check passes a public seed, the judge a secret one.
        reference: the right answer, for the same arguments as the student's function;
            `FROM_SOLUTION` if only the solution notebook knows.
        parameters: names of the positional arguments of a case, where no reference has
            them.
        mistakes: the most general first: of several that explain an answer, the first
            is named.
        comparison: how an answer is compared with the right one.
        parts: name of each independent part -> its share of the points. Empty: all or
            nothing.
        forbidden: dotted names the student may not call, such as "scipy.signal".
        probe: how the student's object is reached; a key of `PROBES` in
            `grader.probing.answer`.
        where: ``where(index, *args, **kwargs)`` says in words which inputs feed the
            output at `index`.
        arithmetic: ``arithmetic(index, *args, **kwargs)`` says how the right value at
            `index` comes about with the numbers of a small case: in words, which may be
            missing, and on a last line as an expression in Python's signs. `index` leads
            through lists and dictionaries, too; it is () for a single number.
        window: ``window(index, *args, **kwargs)`` gives the matrices that make the right
            value at `index` of a small case, each with its title, to be drawn in rows:
            what is read, the weights, their products.
        time_limit: seconds of the processor for one case.
        id: "lab01.dense_params"; the part behind the dot names the student's object. An
            exercise's folder and file say it (see `grader.exercises`).
    """

    points: int
    cases: Callable[[np.random.Generator], Sequence[Case]]
    reference: Any
    mistakes: tuple[Mistake, ...] = ()
    comparison: Comparison = compare.close
    parts: Mapping[str, float] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    probe: str = "call"
    where: Callable[..., str] | None = None
    arithmetic: Callable[..., str] | None = None
    window: Callable[..., Sequence[Sequence[tuple[str, np.ndarray]]]] | None = None
    time_limit: float = 10.0
    parameters: tuple[str, ...] = ()
    id: str = ""

    @property
    def name(self) -> str:
        """Return the name of the student's object."""
        return self.id.split(".", 1)[1]

    @property
    def lab(self) -> str:
        """Return the short name of the lab, such as "lab01"."""
        return self.id.split(".", 1)[0]

    def drawn(self, seed: int) -> tuple[Case, ...]:
        """Return the cases that a seed draws, numbered; asked again, the same objects."""
        return _drawn(self.cases, seed)

    def argument_name(self, place: int) -> str:
        """Name a positional argument of a case as the task does, where that is known."""
        names = list(self.parameters)
        if self.reference is not FROM_SOLUTION:
            with contextlib.suppress(TypeError, ValueError):
                names = list(inspect.signature(self.reference).parameters)
            if self.probe == "on_network":
                names = names[1:]  # the network itself is no part of a case
        return names[place] if place < len(names) else f"argument {place + 1}"


@lru_cache(maxsize=64)  # the exercises of a lab, for each of its secret seeds
def _drawn(
    cases: Callable[[np.random.Generator], Sequence[Case]], seed: int
) -> tuple[Case, ...]:
    found = cases(np.random.default_rng(seed))
    return tuple(replace(case, number=number) for number, case in enumerate(found))
