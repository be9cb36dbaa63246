"""What lies in a zip archive or a folder, looked at before anything is unpacked."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath

from grader.exceptions import InstructorError

MAX_FILES = 20_000
# A file is read a byte further than it may be, so that grading sees that it is too large.
MAX_FILE = 20 * 2**20 + 1
MAX_ALL = 4 * 2**30
# An archive that unpacks to more than its share, and is no small one, is a bomb.
MAX_RATIO, ANY_RATIO = 100, 100 * 2**20
# Made by a program beside what people handed in.
_NOBODYS = {"__MACOSX", "Thumbs.db", "desktop.ini"}
_ENCRYPTED = 0x1
_DRIVE = re.compile("[A-Za-z]:")


@dataclass(frozen=True)
class Member:
    """A file in an archive or a folder.

    Attributes:
        path: as seen from the top.
        size: in bytes, as the archive says.
        time: when it was last changed, in local time; `None` if that is not told.
        read: returns its content, of a large file the beginning.
    """

    path: PurePosixPath
    size: int
    time: datetime | None
    read: Callable[[], bytes]


@contextmanager
def opened(source: Path) -> Iterator[list[Member]]:
    """Yield what lies in a zip archive or a folder, sorted; nothing is unpacked.

    Raises:
        InstructorError: it is neither, or it is hostile: a path leads out of it, there
            are links, it is encrypted, or it would unpack to too much.
    """
    if source.is_dir():
        yield _checked(source, _in_folder(source))
    elif zipfile.is_zipfile(source):
        try:
            archive = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            raise _damaged(source, error) from error
        with archive:
            yield _checked(source, _in_archive(source, archive))
    elif source.exists():
        raise InstructorError(f"{source} is neither a zip archive nor a folder.")
    else:
        raise InstructorError(f"There is no file or folder {source}.")


def _checked(source: Path, found: Iterator[Member]) -> list[Member]:
    """Return what belongs to somebody, if it keeps within the budget."""
    members, left, paths = [], MAX_ALL, set[PurePosixPath]()
    for count, member in enumerate(found, 1):
        left -= min(member.size, MAX_FILE)
        if count > MAX_FILES or left < 0:
            raise InstructorError(
                f"{source} has more than {MAX_FILES} files or {MAX_ALL // 2**30} GB "
                "in it; no class hands in so much."
            )
        if member.path in paths:
            raise InstructorError(f"{source} has two files {_shown(member.path)}.")
        paths.add(member.path)
        if not any(_is_nobodys(part) for part in member.path.parts):
            members.append(member)
    return sorted(members, key=lambda member: member.path)


def _is_nobodys(name: str) -> bool:
    return name.startswith(".") or name in _NOBODYS


def _shown(path: object) -> str:
    return ascii(str(path))[:200]


def _in_folder(folder: Path) -> Iterator[Member]:
    todo = [folder]
    while todo:
        for path in todo.pop().iterdir():
            inner = PurePosixPath(path.relative_to(folder).as_posix())
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                raise InstructorError(
                    f"{folder} has a link in it, {_shown(inner)}; it may lead anywhere."
                )
            if stat.S_ISDIR(status.st_mode):
                todo.append(path)
            elif stat.S_ISREG(status.st_mode):
                time = datetime.fromtimestamp(status.st_mtime)
                yield Member(inner, status.st_size, time, partial(_read, path))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE)


def _in_archive(source: Path, archive: zipfile.ZipFile) -> Iterator[Member]:
    infos = archive.infolist()
    packed, whole = source.stat().st_size, sum(info.file_size for info in infos)
    overlap = sum(info.compress_size for info in infos) > packed
    if overlap or whole > max(ANY_RATIO, MAX_RATIO * packed):
        raise InstructorError(
            f"{source} would unpack to {whole / 2**20:.0f} MB, far more than a class "
            "hands in; it is made to fill the disk."
        )
    for info in infos:
        # Some programs for Windows write its separator.
        path = PurePosixPath(info.orig_filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or _DRIVE.match(str(path)):
            raise InstructorError(
                f"{source} has a path in it that leads out of it, {_shown(path)}."
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise InstructorError(
                f"{source} has a link in it, {_shown(path)}; it may lead anywhere."
            )
        if info.flag_bits & _ENCRYPTED:
            raise InstructorError(f"{source} is encrypted; unpack it yourself first.")
        if not info.is_dir():
            read = partial(_unpack, source, archive, info)
            yield Member(path, info.file_size, _time(info), read)


def _time(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time)
    except ValueError:
        return None


def _unpack(source: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            return file.read(MAX_FILE)
    except Exception as error:  # zlib's, lzma's and bz2's own have no base in common
        raise _damaged(source, error) from error


def _damaged(source: Path, error: Exception) -> InstructorError:
    return InstructorError(f"{source} is damaged ({error}); download it again.")
