"""Tell the student's code from that of libraries, and from ours."""

from __future__ import annotations

import inspect
import traceback
from pathlib import Path
from types import CodeType, FrameType

import numpy as np

from grader.folder import PACKAGE

# Packages installed lie beside NumPy, the standard library beside `traceback`.
INSTALLED = str(Path(np.__file__).parents[1])
STANDARD = str(Path(traceback.__file__).parent)
_NOT_THE_STUDENTS = (str(PACKAGE), INSTALLED, STANDARD, "<frozen ")


def is_students(frame: FrameType, package: str = "") -> bool:
    """Return whether a frame runs what a student wrote, whatever package it asks for."""
    return is_students_file(frame.f_code.co_filename)


def is_students_file(filename: str) -> bool:
    """Return whether code from a file, as it calls itself, is what a student wrote."""
    return not filename.startswith(_NOT_THE_STUDENTS)


def package_of(frame: FrameType) -> str:
    """Return the package whose code a frame runs, such as "numpy"."""
    return str(frame.f_globals.get("__name__", "")).split(".")[0]


def is_students_call(caller: FrameType | None, package: str) -> bool:
    """Return whether the student's code called this, and no library for its own ends.

    Decorators only pass the call on, and so do the standard library and NumPy, which
    know no other library. So a thread that begins with what is called is the student's.

    Args:
        caller: the frame that calls.
        package: the one whose function is called.
    """
    passing_on = {"numpy"} - {package}
    while caller is not None and not is_students(caller):
        standard = caller.f_code.co_filename.startswith((STANDARD, "<frozen "))
        installed = caller.f_code.co_filename.startswith(INSTALLED)
        own = _is_decorator(caller.f_code) or package_of(caller) in passing_on
        if not own and (installed or not standard):
            return False
        caller = caller.f_back
    return True


def _is_decorator(code: CodeType) -> bool:
    """Return whether a function takes whatever it is given, as a decorator's does."""
    anything = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
    return code.co_flags & anything == anything and code.co_argcount == 0
