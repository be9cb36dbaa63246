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


def student_seed(seed: int, lab: str, student: str) -> int:
    """Derive the secret seed of one student in one lab (HMAC-SHA-256)."""
    message = f"{lab}\0{student}".encode()
    digest = hmac.new(str(seed).encode(), message, hashlib.sha256).digest()
    return 1 + int.from_bytes(digest[:7], "big")
