"""Where submissions are graded, as whoever grades a class sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from grader.grading.entry import Entry, Job


@dataclass(frozen=True)
class Needs:
    """What is imported once where a lab is graded, before the first submission.

    Attributes:
        names: what the lab's solution uses of libraries, and so most students will.
        modules: what judges, this lab and later ones.
        sandboxed: submissions run in kernels that are forked and locked in.
    """

    names: tuple[str, ...]
    modules: tuple[str, ...]
    sandboxed: bool

    def to_json(self) -> dict[str, Any]:
        """Return the needs as plain data; `from_json` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Needs:
        """Rebuild needs from `to_json`."""
        names, modules = tuple(data["names"]), tuple(data["modules"])
        return cls(names, modules, data["sandboxed"])


class Place(Protocol):
    """A place where submissions are graded: this machine, or many."""

    def begin(self, stem: str, needs: Needs) -> None:
        """Begin to import what a lab needs, while its submissions are restored."""

    def graded(self, jobs: Iterable[Job | Entry]) -> Iterator[Entry]:
        """Grade jobs; none is lost, whatever becomes of the process that grades it.

        Args:
            jobs: what to grade, of the lab that was begun; read a few ahead. An entry
                is done already.

        Yields:
            An entry for each, in the order in which they are done.
        """
