"""The course's secret seed, and each student's, from which the cases are drawn."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path


def course_seed(root: Path) -> int:
    """Return the course's secret seed; make it on first use, readable by its owner only."""
    path = root / ".convlab" / "seed"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{1 + secrets.randbits(62)}\n")
    return int(path.read_text())


def student_seed(seed: int, lab: str, student: str) -> int:
    """Derive the secret seed of one student in one lab (HMAC-SHA-256)."""
    message = f"{lab}\0{student}".encode()
    digest = hmac.new(str(seed).encode(), message, hashlib.sha256).digest()
    return 1 + int.from_bytes(digest[:7], "big")
