"""A page on how often the judge is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.authoring.quality import summary
from grader.authoring.quality.measure import Quality
from grader.reports.page import write_page

# Heading -> the list of a `Quality` that stands below it.
_QUALITY_LISTS = (
    ("False accepts", "false_accepts"),
    ("False rejects", "false_rejects"),
    ("Mistakes told another's name", "named_wrongly"),
    ("Mistakes without a name", "unnamed"),
    ("Mistakes that no input tells apart", "alike"),
    ("Flakes", "flakes"),
    ("Errors of the grader", "grader_errors"),
    ("Equivalent: wrong versions that compute the same as the solution", "equivalent"),
)


def write_quality(found: Sequence[Quality], effort: str, path: Path) -> None:
    """Write the page on how often the grader is wrong.

    Args:
        found: what was measured, by exercise.
        effort: how much was measured, in words.
        path: the file to write.
    """
    write_page(
        path,
        "quality.html.j2",
        found=found,
        summary=summary(found),
        effort=effort,
        lists=_QUALITY_LISTS,
    )
