"""Tell the student's code from that of libraries, and from ours."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import FrameType

import numpy as np

from grader.folder import PACKAGE

# Packages installed lie beside NumPy, the standard library beside `traceback`.
INSTALLED = str(Path(np.__file__).parents[1])
STANDARD = str(Path(traceback.__file__).parent)
_NOT_THE_STUDENTS = (str(PACKAGE), INSTALLED, STANDARD, "<frozen ")


def is_students(frame: FrameType) -> bool:
    """Return whether a frame runs what a student wrote."""
    return not frame.f_code.co_filename.startswith(_NOT_THE_STUDENTS)


def package_of(frame: FrameType) -> str:
    """Return the package whose code a frame runs, such as "numpy"."""
    return str(frame.f_globals.get("__name__", "")).split(".")[0]
