"""What a check answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["passed", "failed", "grader error"]


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
        clue: where no mistake is recognised: which inputs are right, or a mistake that
            explains a part; may be empty.
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
    clue: str = ""

    @property
    def passed(self) -> bool:
        """Return whether the exercise got all its points."""
        return self.status == "passed"

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain data; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """Rebuild a verdict from `to_json`."""
        fields = dict(data)
        fields["mistakes"] = tuple((name, hint) for name, hint in data["mistakes"])
        fields["evidence"] = tuple(data["evidence"])
        fields["cases"] = tuple(CaseResult(**case) for case in data["cases"])
        return cls(**fields)
