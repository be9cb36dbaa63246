"""How one case went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.judging.exercise import Case
from grader.probing.request import Reply


@dataclass(frozen=True)
class Outcome:
    """A case, the student's reply, and how it differs from the right one."""

    case: Case
    label: str
    reply: Reply
    difference: str
    place: tuple[Any, ...] | None = None

    @property
    def passed(self) -> bool:
        """Return whether nothing differs."""
        return not self.difference

    @property
    def untouched(self) -> bool:
        """Return whether the student did not begin."""
        missing = self.reply["status"] == "missing"
        return missing or self.reply.get("type") == "NotImplementedError"
