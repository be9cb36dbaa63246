"""What several commands take: labs, and the course folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.exceptions import InstructorError

Lab = Annotated[str, typer.Argument(help="The lab: its stem, or short as lab01.")]
Root = Annotated[
    Path | None,
    typer.Option("--course", help="The course folder; by default the nearest upwards."),
]
Labs = Annotated[
    list[str] | None,
    typer.Argument(help="The labs: stems, or short as lab01; all by default."),
]


def root_of(course: Path | None) -> Path:
    """Return the course folder that was named, or the nearest upwards.

    Raises:
        InstructorError: it is none.
    """
    from grader.folder import CONFIG_NAME, find_root

    if course is not None and not (course / CONFIG_NAME).is_file():
        raise InstructorError(f"{course} is not a course folder (no {CONFIG_NAME}).")
    return course.resolve() if course is not None else find_root()


def stem_of(lab: str) -> str:
    """Return the stem of a lab that was named."""
    from grader import exercises

    return exercises.stem_of(lab.strip("/"))


def stems_of(labs: list[str] | None) -> list[str]:
    """Return the stems of the labs that were named."""
    return [stem_of(lab) for lab in labs or []]
