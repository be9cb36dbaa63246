"""A folder without a platform: a file or a folder for each student, or nbgrader's own."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from grader.platforms.handed import Handed

NAME, NBGRADER = "a folder", "nbgrader"
# A browser numbers what it downloads again.
_AGAIN = re.compile(r" ?\((?P<number>\d+)\)$")


def recognise_nbgrader(path: PurePosixPath, stem: str) -> Handed | None:
    """Return what a path in nbgrader's layout says: <student>/<lab>/<file>."""
    if stem not in path.parts[1:-1]:
        return None
    depth = path.parts.index(stem, 1)
    return Handed(path.parts[depth - 1], "/".join(path.parts[depth + 1 :]))


def recognise(path: PurePosixPath, stem: str) -> Handed | None:
    """Return what a path says: <student>/<file>, or a file named for its student.

    The lab may stand in the file's name as well, as in lab01_jane.ipynb.
    """
    if len(path.parts) > 1:
        return Handed(path.parts[0], "/".join(path.parts[1:]))
    name = path.stem
    again = _AGAIN.search(name)
    if again:
        name = name[: again.start()]
    short = stem.split("_")[0]
    name = re.sub(rf"{re.escape(stem)}|{short}(?![0-9])", "", name, flags=re.IGNORECASE)
    name = name.strip("-_. ")
    number = int(again["number"]) if again else 0
    return Handed(name, path.name, number=number) if name else None


def without_top(paths: list[PurePosixPath]) -> list[PurePosixPath]:
    """Return paths without the folders around all of them, as an archive adds one.

    A folder that holds a single file is the student's.
    """
    while len(paths) > 1 and len({path.parts[0] for path in paths}) == 1:
        if any(len(path.parts) == 1 for path in paths):
            break
        paths = [path.relative_to(path.parts[0]) for path in paths]
    return paths


def downloads(source: Path, stem: str) -> list[Path]:
    """Return what to look into: the source, or the archives that nbgrader's layout has.

    `downloaded/<lab>/archive/` holds what a platform gave; the oldest comes first.
    """
    for folder in (source / "archive", source / stem / "archive"):
        if folder.is_dir():
            archives = [p for p in folder.iterdir() if p.suffix.lower() == ".zip"]
            archives.sort(key=lambda path: path.stat().st_mtime_ns)
            return archives or [folder]
    return [source]
