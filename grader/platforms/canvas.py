"""Canvas: the names in its archive of submissions, and its gradebook as a file."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from grader.platforms.handed import Handed

NAME = "Canvas"
# doejane_LATE_4321_98765_lab01-1.ipynb; a name in signs that are no letters leaves "".
_FILE = re.compile(
    r"(?P<name>\w*?)(?:_(?P<late>LATE))?_(?P<key>\d+)"
    r"_(?:(?P<number>\d+)_(?P<file>.+)|(?P<kind>text|link)\.html)"
)
# What a file's name begins with if ids may stand further back.
_MORE = re.compile(r"(?:\d+_)*")
_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<name>anon_(?P<key>[A-Za-z0-9]+))"
    r"_(?:(?P<number>\d+)_(?P<file>.+)|(?P<kind>text|link)\.html)"
)


def recognise(path: PurePosixPath) -> Handed | None:
    """Return what a path in an archive of submissions says; `None` if it is no such."""
    anonymous = _ANONYMOUS.fullmatch(path.name)
    found = anonymous or _FILE.fullmatch(path.name)
    if found is None:
        return None
    file = found["file"] or f"{found['kind']}.html"
    number = found["number"] or "0"
    more = _MORE.findall(file)[0].split("_")[:-1]
    others = [number, *more][: len(more)]
    return Handed(
        name=found["name"] or found["key"],
        file=file,
        key=found["key"],
        late=found["late"] is not None,
        number=int(number),
        kind=found["kind"] or "file",
        anonymous=anonymous is not None,
        others=() if anonymous else tuple(others),
    )
