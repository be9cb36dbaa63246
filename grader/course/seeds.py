"""The course's secret seed, and each student's, from which the cases are drawn."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

# Seeds from which a lab's cases are drawn, unless the course says otherwise.
SECRET_SEEDS = 4


def course_seed(root: Path) -> int:
    """Return the course's secret seed; make it on first use, readable by its owner only."""
    path = root / ".convlab" / "seed"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{1 + secrets.randbits(62)}\n")
    return int(path.read_text())


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
