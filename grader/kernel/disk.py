"""How much a kernel has written: asked of its own file system, or counted."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from grader.kernel import folders
from grader.kernel.limits import MB
from grader.kernel.sandbox import lock
from grader.kernel.sandbox.namespaces import LEAST_FILE


def used(policy: lock.Policy, pid: int) -> int:
    """Return the bytes of a kernel's files; a file or folder counts for 4 KB at least.

    Args:
        policy: what the kernel was locked in with.
        pid: its process; one that forbids to look counts for more than it may use.
    """
    walked, total = policy.writable, 0
    if lock.NAMESPACES in policy.layers:
        total = _filled(policy.seen_from_outside(pid))
    else:
        walked = (policy.own, *walked)
    if walked:
        total += folders.size(walked, policy.limits.disk_mb * MB) + _nameless(pid)
    return total


def _filled(file_system: Path) -> int:
    """Return the bytes used of a file system, deleted files that are open included."""
    try:
        status = os.statvfs(file_system)
    except FileNotFoundError:
        return 0  # the process is gone
    except OSError:
        return sys.maxsize
    blocks = (status.f_blocks - status.f_bfree) * status.f_frsize
    return max(blocks, (status.f_files - status.f_ffree) * LEAST_FILE)


def _nameless(pid: int) -> int:
    """Return the bytes of files that a process removed, but still has open or mapped.

    One that forbids to look counts as without bounds.
    """
    total = 0
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                status = descriptor.stat()
                if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                    total += status.st_size
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    except PermissionError:
        return sys.maxsize
    except OSError:
        return total
    for line in maps:
        # Memory shared with children looks like a file as well, and counts as memory.
        if line.endswith(" (deleted)") and "/dev/zero" not in line:
            start, end = line.split(" ", 1)[0].split("-")
            total += int(end, 16) - int(start, 16)
    return total
