"""What is kept beside a submission: where it came from, and when."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.course.late import TIMESTAMP, moment
from grader.folder import write_whole

# Hidden, so that nobody takes it for what the student handed in.
RECEIPT = ".receipt.json"


@dataclass(frozen=True)
class Receipt:
    """Where a submission came from.

    Attributes:
        platform: "Canvas", "Moodle", "nbgrader" or "a folder".
        key: the platform's id of the student.
        name: the student's name, as the platform wrote it.
        original: the path in the archive: what a page has to be called to go back.
        late: the platform says that it came late.
        number: grows from one upload to the next.
        time: when it was handed in, in nbgrader's form; empty if nothing tells.
    """

    platform: str
    key: str = ""
    name: str = ""
    original: str = ""
    late: bool = False
    number: int = 0
    time: str = ""

    def write(self, folder: Path) -> None:
        """Write it into a submission's folder, with the time as nbgrader reads it."""
        write_whole(folder / RECEIPT, json.dumps(asdict(self), indent=1) + "\n")
        if self.time:
            write_whole(folder / TIMESTAMP, self.time)

    def is_before(self, other: Receipt) -> bool:
        """Return whether this was handed in before another one, as far as is known."""
        mine, theirs = moment(self.time), moment(other.time)
        if mine and theirs:
            return mine < theirs
        return self.number < other.number


def read_receipt(folder: Path) -> Receipt | None:
    """Return the receipt in a submission's folder; `None` if it was not collected."""
    try:
        told: dict[str, Any] = json.loads((folder / RECEIPT).read_text("utf-8"))
        return Receipt(**told)
    except (OSError, ValueError, TypeError):
        return None
