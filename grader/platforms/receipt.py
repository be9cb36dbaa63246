"""What is kept of a submission's coming: from where, and when, and whose was not taken.

Receipts lie in .convlab/receipts/<lab>/<student>.json. In the submission's own folder a
student could write one. Who was not taken stands in .convlab/receipts/<lab>.json.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.course.late import moment
from grader.folder import write_whole


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

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_whole(path, json.dumps(asdict(self), indent=1) + "\n")

    def is_before(self, other: Receipt) -> bool:
        """Return whether this was handed in before another one, as far as is known."""
        mine, theirs = moment(self.time), moment(other.time)
        if mine and theirs:
            return mine < theirs
        return self.number < other.number


def receipt_path(root: Path, stem: str, student: str) -> Path:
    """Return where the receipt of a student's submission to a lab is kept."""
    return root / ".convlab" / "receipts" / stem / f"{student}.json"


def read_receipt(root: Path, stem: str, student: str) -> Receipt | None:
    """Return the receipt of a submission; `None` if it was not collected."""
    path = receipt_path(root, stem, student)
    return Receipt(**json.loads(path.read_text("utf-8"))) if path.is_file() else None


def write_not_taken(root: Path, stem: str, platform: str, told: list[str]) -> None:
    """Write in sentences whose work a platform gave and nobody could take.

    They take the place of what the platform gave before.
    """
    kept = _not_taken(root, stem) | {platform: told}
    path = root / ".convlab" / "receipts" / f"{stem}.json"
    write_whole(path, json.dumps(kept, indent=1) + "\n")


def not_taken(root: Path, stem: str) -> list[str]:
    """Return in sentences whose work on a lab was not taken when it was last collected."""
    return [each for told in _not_taken(root, stem).values() for each in told]


def _not_taken(root: Path, stem: str) -> dict[str, list[str]]:
    path = root / ".convlab" / "receipts" / f"{stem}.json"
    found: dict[str, list[str]] = (
        json.loads(path.read_text("utf-8")) if path.is_file() else {}
    )
    return found
