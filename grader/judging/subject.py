"""The ways to reach a student's object, which the judge never touches itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from grader.judging.exercise import Case, Exercise
from grader.judging.missing import Cell
from grader.judging.silence import LineCounter, counted
from grader.probing.answer import answer
from grader.probing.plain import copied
from grader.probing.request import Reply, Request


class Subject(Protocol):
    """A way to reach the student's objects, in this process or in another one."""

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Send requests (see `grader.probing.request`) and give the replies, in order."""

    def source(self) -> str:
        """Return the student's code, to look for forbidden calls."""

    def cells(self) -> Sequence[Cell]:
        """Return the student's code cells and what became of them, as far as known."""


class InProcess:
    """A subject that lives in this process: the student's own check.

    Without a source it is nobody's code, such as a reference, and no rule holds for it.

    Attributes:
        printed: counts the lines that it printed and warned of; they are not shown.
    """

    def __init__(
        self,
        namespace: Mapping[str, Any],
        source: str | None = None,
        cells: Sequence[Cell] = (),
    ) -> None:
        self.namespace = namespace
        self.printed = LineCounter()
        self._source = source
        self._cells = cells

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Answer each when its reply is wanted."""
        return map(self.ask, requests)

    def ask(self, request: Request) -> Reply:
        """Answer here, with the data copied as if it had crossed a process."""
        forbidden = () if self._source is None else request.get("forbidden", ())
        sent = copied({**request, "forbidden": forbidden})
        with counted(self.printed):
            reply: Reply = copied(answer(self.namespace, sent))
        return reply

    def source(self) -> str:
        """Return the code handed to the constructor."""
        return self._source or ""

    def cells(self) -> Sequence[Cell]:
        """Return the cells handed to the constructor."""
        return self._cells


def request_for(exercise: Exercise, case: Case) -> Request:
    """Return the request that puts a case to the student's object."""
    return {
        "probe": exercise.probe,
        "name": exercise.name,
        "args": case.args,
        "kwargs": dict(case.kwargs),
        "extra": dict(case.extra),
        "time_limit": exercise.time_limit,
        "forbidden": list(exercise.forbidden),
    }
