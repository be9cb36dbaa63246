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
class Panel:
    """A matrix to draw.

    Attributes:
        title: what it is, such as "right[0, :, :, 1]".
        rows: its numbers, `None` for what is none.
        mark: row and column of the one to look at.
    """

    title: str
    rows: tuple[tuple[float | None, ...], ...]
    mark: tuple[int, int] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Panel:
        """Rebuild a panel from plain data."""
        mark = data["mark"]
        rows = tuple(tuple(row) for row in data["rows"])
        return cls(data["title"], rows, None if mark is None else (mark[0], mark[1]))


@dataclass(frozen=True)
class Picture:
    """What is drawn of a wrong answer.

    Attributes:
        case: whose answer it is, in words.
        answers: what is right, what the student gives, and the difference.
        window: what feeds the first value that differs, in rows; may be empty.
    """

    case: str
    answers: tuple[Panel, ...]
    window: tuple[tuple[Panel, ...], ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Picture:
        """Rebuild a picture from plain data."""
        answers, *window = (
            tuple(map(Panel.from_json, row))
            for row in (data["answers"], *data["window"])
        )
        return cls(data["case"], answers, tuple(window))


@dataclass(frozen=True)
class LayerPair:
    """A layer of the right network beside one of the student's, in words; "" for none."""

    right: str
    yours: str
    same: bool


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
        picture: of the smallest wrong case, where matrices are compared.
        layers: of the first wrong case, where networks are compared.
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
    picture: Picture | None = None
    layers: tuple[LayerPair, ...] = ()

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
        drawn = data["picture"]
        fields["picture"] = None if drawn is None else Picture.from_json(drawn)
        fields["layers"] = tuple(LayerPair(**pair) for pair in data["layers"])
        return cls(**fields)
