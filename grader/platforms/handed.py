"""A file that somebody handed in, as the place where it was handed in names it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Handed:
    """What the path of a file says.

    Attributes:
        name: the student's name or id, as it stands there.
        file: the name that the student gave the file.
        key: the platform's id of the student in this assignment; empty if there is none.
        late: the platform says that it came late.
        number: grows from one upload to the next.
        kind: "file", or "text" or "link" for what was typed into a form.
        anonymous: the platform hides who it is.
        others: other keys that it may be, if the path can be read in several ways: a
            name or a file may be called so that it looks like somebody else's.
    """

    name: str
    file: str
    key: str = ""
    late: bool = False
    number: int = 0
    kind: str = "file"
    anonymous: bool = False
    others: tuple[str, ...] = ()

    @property
    def whose(self) -> str:
        """Return what tells this student from all others in the same download."""
        return f"{self.name} {self.key}".rstrip()


def bare(name: str) -> str:
    """Return a name as letters and digits only, in lower case: how names are compared."""
    composed = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]", "", composed)
