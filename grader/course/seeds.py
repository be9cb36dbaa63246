"""The course's secret seed, and each student's, from which the cases are drawn."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from grader.exceptions import InstructorError

# Seeds from which a lab's cases are drawn, unless the course says otherwise.
SECRET_SEEDS = 4


def course_seed(root: Path) -> int:
    """Return the course's secret seed; make it on first use, readable by its owner only.

    Raises:
        InstructorError: the file does not hold one.
    """
    path = root / ".convlab" / "seed"
    if not path.exists():
        _make(path)
    try:
        return int(path.read_text())
    except ValueError:
        raise InstructorError(
            f"{path} should hold the course's secret seed, a number, and does not. Put "
            "back a copy of it; or delete it: then a new seed is drawn, and everybody "
            "is graded again."
        ) from None


def _make(path: Path) -> None:
    """Write a seed whole, unless another process was faster."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{1 + secrets.randbits(62)}\n")
    with contextlib.suppress(FileExistsError):
        os.link(part, path)
    os.unlink(part)


def student_seed(seed: int, lab: str, student: str, seeds: int) -> int:
    """Return the secret seed of one student in one lab.

    Args:
        seed: the course's.
        lab: its stem.
        student: nbgrader's name of the student.
        seeds: how many there are in a lab; right answers are computed once for each.
    """
    which = _derived(seed, f"{lab}\0{student}") % seeds
    return 1 + _derived(seed, f"{lab}\0\0{which}")


def _derived(seed: int, message: str) -> int:
    """Derive a number of seven bytes that nobody can tell without the seed (HMAC)."""
    key = str(seed).encode()
    digest = hmac.new(key, message.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:7], "big")
