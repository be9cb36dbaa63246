"""A course's state in one file, and back: what was handed in, graded and given by hand.

The labs themselves and the grader are not in it: they are the clone's.
"""

from __future__ import annotations

import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.folder import CONFIG_NAME, write_whole

_GRADEBOOK = "gradebook.db"
_STATE = (
    *("submitted", "autograded", "feedback", "roster.csv", ".convlab"),
    *(CONFIG_NAME, _GRADEBOOK),
)


def backup(course: Course, path: Path) -> int:
    """Write a course's state into a compressed tar file.

    Returns:
        How many files are in it.

    Raises:
        InstructorError: the gradebook is no file, so that it would not be in it.
    """
    if not course.db_url.startswith("sqlite:///"):
        raise InstructorError(
            "The gradebook is in a database of its own; back that up with its own tools "
            "(such as pg_dump) and the folder as it is."
        )
    count = 0
    with tempfile.TemporaryFile() as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for each in _files(course.root):
                archive.add(each, each.relative_to(course.root).as_posix())
                count += 1
            count += _add_gradebook(course, archive)
        file.seek(0)
        write_whole(path, file.read())
    path.chmod(0o600)  # names, marks and the secret seed are in it
    return count


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of a course's state but for the gradebook, sorted; no links."""
    for name in _STATE:
        top = root / name
        found = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in found:
            inside = [path, *path.parents][: -len(root.parents) - 1]
            linked = any(each.is_symlink() for each in inside)
            if path.is_file() and not linked and name != _GRADEBOOK:
                yield path


def _add_gradebook(course: Course, archive: tarfile.TarFile) -> int:
    """Add the gradebook as it is at one moment, whoever writes to it."""
    source = Path(course.db_url.partition(":///")[2])
    if not source.is_file():
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / _GRADEBOOK
        with (
            closing(sqlite3.connect(source)) as now,
            closing(sqlite3.connect(copy)) as then,
        ):
            now.backup(then)
        archive.add(copy, _GRADEBOOK)
    return 1


def restore(course: Course, path: Path) -> int:
    """Put a course's state back; what is there already has to be the same.

    The settings are the exception: the ones that were there are kept beside as
    `nbgrader_config.py.before`.

    Returns:
        How many files were written.

    Raises:
        InstructorError: it is no backup, or something else is there.
    """
    try:
        with tarfile.open(path) as archive:
            members = {_target(course.root, m): m for m in archive.getmembers()}
            files = {p: (m, _read(archive, m)) for p, m in members.items()}
    except (OSError, EOFError, tarfile.TarError) as error:
        raise InstructorError(
            f"{path} is no backup that can be read ({type(error).__name__})."
        ) from error
    new = {p: found for p, found in files.items() if not _is(p, found[1])}
    config = course.root / CONFIG_NAME
    there = [p for p in new if p.exists() and p != config]
    if there:
        raise InstructorError(
            f"{there[0]} is there already, and another one in the backup "
            f"({len(there)} such files). Restore into a course in which nothing was "
            "graded yet; nothing was written."
        )
    if config in new and config.exists():
        write_whole(config.with_name(f"{CONFIG_NAME}.before"), config.read_bytes())
    (course.root / ".convlab").mkdir(mode=0o700, exist_ok=True)  # the seed is in it
    for target, (member, data) in new.items():
        write_whole(target, data)
        os.chmod(target, member.mode & 0o755)
        # The journal's latest entry is the one that was touched last.
        os.utime(target, (member.mtime, member.mtime))
    return len(new)


def _target(root: Path, member: tarfile.TarInfo) -> Path:
    """Return where a member belongs.

    Raises:
        InstructorError: it is no file of a course's state.
    """
    parts = PurePosixPath(member.name).parts
    if not member.isfile() or ".." in parts or not parts or parts[0] not in _STATE:
        raise InstructorError(
            f"{member.name!r} does not belong in a backup of Convlab; nothing was "
            "written."
        )
    return root.joinpath(*parts)


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    return (archive.extractfile(member) or io.BytesIO()).read()


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
