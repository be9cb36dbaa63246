"""Measure and remove folders in which a student's code wrote: however deep, however odd.

`shutil.rmtree` and `os.walk` call themselves for each level, so a thousand folders in one
another end the process that uses them.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BLOCK = 4096
_RUN = "convlab-run-"


def remove(folder: Path) -> None:
    """Remove a folder and all below it; links are removed, not followed.

    What cannot be removed is left, as when another process still writes there.
    """
    empty(folder)
    with suppress(OSError):
        os.rmdir(folder)


def empty(folder: Path) -> None:
    """Remove all that is in a folder.

    A folder in it is emptied by moving the folders that it holds up beside it. So no path
    grows too long, two files are open however deep it goes, and there is no way back up,
    which a process that still renames folders could let end elsewhere.
    """
    if os.name != "posix":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        return
    try:
        top = _opened(str(folder))
    except OSError:
        return
    found = _remove_files(top)
    while found:
        found = [moved for name in found for moved in _dissolve(top, name)]
    os.close(top)


def _dissolve(top: int, name: str) -> list[str]:
    """Remove a folder in an open one; give the new names in it of the folders it held."""
    moved = []
    with suppress(OSError):
        folder = _opened(name, top)
        for inner in _remove_files(folder):
            new = secrets.token_hex(16)
            with suppress(OSError):
                os.close(_opened(inner, folder))  # one that is read-only does not move
                os.rename(inner, new, src_dir_fd=folder, dst_dir_fd=top)
                moved.append(new)
        os.close(folder)
        os.rmdir(name, dir_fd=top)
    return moved


def _opened(name: str, above: int | None = None) -> int:
    """Open a folder, no link, and let its owner do everything in it."""
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        folder = os.open(name, os.O_RDONLY | flags, dir_fd=above)
    except PermissionError:
        if not hasattr(os, "O_PATH"):
            raise
        # By its descriptor: under its name there may be a link by now.
        unread = os.open(name, os.O_PATH | flags, dir_fd=above)
        try:
            os.chmod(f"/proc/self/fd/{unread}", 0o700)
            folder = os.open(".", os.O_RDONLY | flags, dir_fd=unread)
        finally:
            os.close(unread)
    with suppress(PermissionError):
        os.fchmod(folder, 0o700)
    return folder


def _remove_files(folder: int) -> list[str]:
    """Remove the files in an open folder, and give the names of the folders in it."""
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                found.append(entry.name)
                continue
            with suppress(OSError):
                os.unlink(entry.name, dir_fd=folder)
    return found


def keep_together() -> None:
    """Let this process and those it starts make their temporary folders in one of its own.

    That one is removed when this process ends, or by the next that calls this: whoever
    lives holds a lock on its own.
    """
    if os.name != "posix":
        return
    above = Path(tempfile.gettempdir())
    for left in above.glob(f"{_RUN}*"):
        if _locked(left):
            remove(left)
    while not _locked(own := Path(tempfile.mkdtemp(prefix=_RUN, dir=above))):
        continue  # another process took it for one that was left
    atexit.register(remove, own)
    os.environ["TMPDIR"] = tempfile.tempdir = str(own)


def _locked(folder: Path) -> bool:
    """Lock a folder of this user, for as long as this process lives, if nobody has."""
    import fcntl

    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    with suppress(OSError):
        if os.fstat(held).st_uid == os.geteuid():
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return folder.exists()
    os.close(held)
    return False


@contextmanager
def temporary() -> Iterator[Path]:
    """Return a new folder for a student's code, and remove it whatever is in it."""
    folder = Path(tempfile.mkdtemp(prefix="convlab-"))
    try:
        yield folder
    finally:
        remove(folder)


def size(folders: Iterable[Path], most: int) -> int:
    """Return the bytes below some folders; a file or folder counts for 4 KB at least.

    A folder that cannot be read, because it or its path is hidden or too long, counts
    for more than `most`: nobody knows what is in it.
    """
    total = 0
    todo = [str(folder) for folder in folders]
    while todo and total <= most:
        current = todo.pop()
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        total += _BLOCK
                        todo.append(entry.path)
                    else:
                        total += max(_BLOCK, _bytes(entry))
        except (FileNotFoundError, NotADirectoryError):
            continue  # it is gone already
        except OSError:
            return most + 1
    return total


def _bytes(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
