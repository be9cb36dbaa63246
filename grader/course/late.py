"""When labs are due, when they came, and what a day's delay costs."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

from dateutil.parser import ParserError, parse
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.utils import parse_utc
from traitlets import Dict, Float
from traitlets.config import Config

from grader.exceptions import InstructorError

TIMESTAMP = "timestamp.txt"
_DAY = 24 * 60 * 60


class Late(LateSubmissionPlugin):  # type: ignore[misc]  # not typed
    """A part of the points is lost for each day that has begun since a lab was due."""

    due = Dict(
        help='When labs are due: {"lab01": "2026-10-05 23:59 +0200"}; without a zone the '
        "time is this machine's. A lab that is not named keeps the date that nbgrader has."
    ).tag(config=True)
    penalty_per_day = Float(
        0.0, min=0.0, max=1.0, help="The part of the points that a day costs, as 0.1."
    ).tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points that are lost."""
        lost = self.penalty_per_day * days_late(total_seconds_late)
        return score * min(1.0, lost) or None


def days_late(seconds: float) -> int:
    """Return how many days have begun in some seconds after the due date."""
    return math.ceil(seconds / _DAY)


def due_date(config: Config, stem: str) -> datetime | None:
    """Return when a lab is due, in UTC without a zone as nbgrader keeps it.

    Raises:
        InstructorError: the settings name a time that cannot be read.
    """
    due = Late(config=config).due
    told = due.get(stem, due.get(stem.split("_")[0]))
    if told is None:
        return None
    try:
        return in_utc(parse(str(told)))
    except (ParserError, ValueError, OverflowError):
        raise InstructorError(
            f"`c.Late.due` says {told!r} for {stem}, which is no time; write "
            "2026-10-05 23:59 +0200."
        ) from None


def in_utc(time: datetime) -> datetime:
    """Return a time in UTC, without a zone as nbgrader keeps it."""
    return time.astimezone(UTC).replace(tzinfo=None)


def handed_in(folder: Path) -> datetime | None:
    """Return when a submission was handed in, as `timestamp.txt` in its folder says."""
    try:
        return moment((folder / TIMESTAMP).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def moment(text: str) -> datetime | None:
    """Return the time that nbgrader wrote, in UTC; `None` if it cannot be read."""
    try:
        found: datetime | None = parse_utc(text.strip()) if text.strip() else None
    except (ValueError, OverflowError):
        return None
    return found
