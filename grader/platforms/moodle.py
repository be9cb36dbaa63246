"""Moodle: the names in its archive of submissions, and its grading worksheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from grader.platforms.handed import Handed

NAME = "Moodle"
_PERSON = r"(?P<name>.+?)_(?P<key>\d+)_assignsubmission_(?P<kind>file|onlinetext)"
# Versions before 4.1 end a folder's name with one more underscore.
_FOLDER = re.compile(_PERSON + "_?")
_FLAT = re.compile(_PERSON + "_(?P<file>.+)")
_MORE = re.compile(r"_(\d+)_assignsubmission_")
# What stands for a name where Moodle hides it, in English; in other languages it is told
# by being everybody's name.
_HIDDEN = "Participant"
_EVERYBODY = 3


def recognise(path: PurePosixPath) -> Handed | None:
    """Return what a path in an archive of submissions says; `None` if it is no such."""
    for depth, part in enumerate(path.parts[:-1], 1):
        if found := _FOLDER.fullmatch(part):
            return _handed(found, "/".join(path.parts[depth:]))
    found = _FLAT.fullmatch(path.name)
    if found is None:
        return None
    handed = _handed(found, found["file"])
    return replace(handed, others=tuple(_MORE.findall(found["file"])))


def _handed(found: re.Match[str], file: str) -> Handed:
    handed = Handed(
        name=found["name"],
        file=file,
        key=found["key"],
        kind="file" if found["kind"] == "file" else "text",
    )
    return _hidden(handed) if found["name"] == _HIDDEN else handed


def _hidden(handed: Handed) -> Handed:
    return replace(handed, name=f"participant_{handed.key}", anonymous=True)


def hide(found: Sequence[Handed | None]) -> list[Handed | None]:
    """Return what was handed in, without names if all have the same: marked blindly."""
    keys = {each.key for each in found if each}
    names = {each.name for each in found if each}
    blind = len(keys) >= _EVERYBODY and len(names) == 1
    return [_hidden(each) if blind and each else each for each in found]
