"""What a submission may use, and what a sandbox has to promise; set in nbgrader_config.py."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from traitlets.config import Config

from grader.exceptions import InstructorError

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """What a submission may use; each is a setting `c.Limits.<name>` of the course.

    Attributes:
        cell_seconds: wall time of one cell before it is interrupted.
        grace_seconds: how long an interrupted kernel may take to answer again.
        notebook_seconds: wall time of all cells and checks of a notebook.
        cpu_seconds: processor time of one kernel.
        memory_mb: memory of one kernel beyond what the warm process shares with it.
        processes: threads of one kernel; other processes are never allowed.
        open_files: files open at once.
        disk_mb: all files of one kernel together; one file may take half of it.
        cell_output_mb: outputs of one cell before it is interrupted.
        notebook_output_mb: outputs of a notebook; later ones are dropped.
        judge_seconds: processor time in which the judge compares one exercise's answers.
        judge_memory_mb: memory that it takes for that.
    """

    cell_seconds: int = 120
    grace_seconds: int = 5
    notebook_seconds: int = 900
    cpu_seconds: int = 900
    memory_mb: int = 2048
    processes: int = 200
    open_files: int = 256
    disk_mb: int = 256
    cell_output_mb: int = 4
    notebook_output_mb: int = 32
    judge_seconds: int = 120
    judge_memory_mb: int = 2048

    @classmethod
    def from_config(cls, config: Config, **changes: int) -> Limits:
        """Read the course's settings.

        Args:
            config: the course's nbgrader settings.
            changes: settings that a command gave; they go before the course's.

        Raises:
            InstructorError: a setting has an unknown name or no positive whole number.
        """
        known = {field.name for field in fields(cls)}
        found: dict[str, Any] = {**config.get("Limits", {}), **changes}
        for name, value in found.items():
            if name not in known:
                raise InstructorError(
                    f"nbgrader_config.py sets c.Limits.{name}, which does not exist; "
                    f"there are {', '.join(sorted(known))}."
                )
            if type(value) is not int or value < 1:
                raise InstructorError(
                    f"c.Limits.{name} is {value!r}; it takes a whole number above 0."
                )
        return cls(**found)

    def to_json(self) -> dict[str, int]:
        """Return the limits as plain data; ``Limits(**data)`` reads them back."""
        return asdict(self)
