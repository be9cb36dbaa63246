"""What is kept of a submission's coming: from where, and when, and whose was not taken.

Receipts lie in .convlab/receipts/<lab>/<student>.json. In the submission's own folder a
student could write one. Who was not taken stands in .convlab/receipts/<lab>.json.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
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


def write_not_taken(
    root: Path, stem: str, platform: str, came: Collection[str], told: Mapping[str, str]
) -> None:
    """Write whose work a platform gave and nobody could take.

    Args:
        root: the course folder.
        stem: the lab.
        platform: where the work comes from.
        came: everybody whose work came this time; of them nothing is kept from before.
        told: of them, whose was not taken, and a sentence on it.
    """
    kept = _not_taken(root, stem)
    before = kept.get(platform, {})
    left = {whose: words for whose, words in before.items() if whose not in came}
    kept[platform] = left | dict(told)
    path = root / ".convlab" / "receipts" / f"{stem}.json"
    write_whole(path, json.dumps(kept, indent=1) + "\n")


def not_taken(root: Path, stem: str) -> list[str]:
    """Return in sentences whose work on a lab was not taken when it was last collected."""
    told = _not_taken(root, stem).values()
    return [words for by_person in told for words in by_person.values()]


def _not_taken(root: Path, stem: str) -> dict[str, dict[str, str]]:
    path = root / ".convlab" / "receipts" / f"{stem}.json"
    found: dict[str, dict[str, str]] = (
        json.loads(path.read_text("utf-8")) if path.is_file() else {}
    )
    # Earlier versions kept lists, which say not of whom.
    return {name: told for name, told in found.items() if isinstance(told, dict)}
