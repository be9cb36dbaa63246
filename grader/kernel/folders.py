"""Measure and remove folders in which a student's code wrote: however deep, however odd.

`shutil.rmtree` and `os.walk` call themselves for each level, so a thousand folders in one
another end the process that uses them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BLOCK = 4096
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def remove(folder: Path) -> None:
    """Remove a folder and all below it; links are removed, not followed.

    What cannot be removed is left, as when another process still writes there.
    """
    empty(folder)
    with suppress(OSError):
        os.rmdir(folder)


def empty(folder: Path) -> None:
    """Remove all that is in a folder.

    It goes down and up by one level at a time: no path grows too long, and no file
    stays open. Call it when the student's processes have ended.
    """
    try:
        here = os.open(folder, _FOLDER)
    except OSError:
        return
    above: list[list[str]] = []
    inside = _remove_files(here)
    while inside or above:
        if not inside:
            inside = above.pop()
            here = _moved(here, "..")
            with suppress(OSError):
                os.rmdir(inside.pop(), dir_fd=here)
            continue
        try:
            os.chmod(inside[-1], 0o700, dir_fd=here)
            here = _moved(here, inside[-1])
        except OSError:
            inside.pop()
            continue
        above.append(inside)
        inside = _remove_files(here)
    os.close(here)


def _moved(folder: int, name: str) -> int:
    """Open a folder beside an open one, which is closed."""
    opened = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    os.close(folder)
    return opened


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
