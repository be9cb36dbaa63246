"""Refuse forbidden calls while a student's function runs, whatever name they go by.

The judge looks for them in the source as well (`grader.judging.forbidden_source`); this also stops
``getattr(tf.nn, "con" + "v2d")``.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType, ModuleType
from typing import Any

from grader.probing.frames import INSTALLED, STANDARD, is_students, package_of


class ForbiddenCall(Exception):
    """A function was called that the task forbids."""


@contextmanager
def refused(names: Iterable[str]) -> Iterator[None]:
    """Raise `ForbiddenCall` at the first call into what is named, in this thread.

    Args:
        names: dotted names of packages, modules and functions. What nobody imported yet
            needs no watching until it is.
    """
    wanted = tuple(names)
    if not wanted:
        yield
        return
    codes = dict(_codes(wanted))
    prefixes = tuple(f"{name}." for name in wanted)

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event != "call":
            return
        found = codes.get(frame.f_code)
        if found is None:
            module = str(frame.f_globals.get("__name__", ""))
            if module not in wanted and not module.startswith(prefixes):
                return
            found = f"{module}.{frame.f_code.co_name}"
        if _is_students_call(frame):
            raise ForbiddenCall(f"the task asks for your own code, without `{found}`")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _is_students_call(frame: FrameType) -> bool:
    """Return whether the student's code called this, and no library for its own ends.

    Decorators only pass the call on, and so do the standard library and NumPy, which
    know no other library.
    """
    passing_on = {"numpy"} - {package_of(frame)}
    caller = frame.f_back
    while caller is not None and not is_students(caller):
        standard = caller.f_code.co_filename.startswith((STANDARD, "<frozen "))
        installed = caller.f_code.co_filename.startswith(INSTALLED)
        own = _is_decorator(caller.f_code) or package_of(caller) in passing_on
        if not own and (installed or not standard):
            return False
        caller = caller.f_back
    return caller is not None


def _is_decorator(code: CodeType) -> bool:
    """Return whether a function takes whatever it is given, as a decorator's does."""
    anything = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
    return code.co_flags & anything == anything and code.co_argcount == 0


def _codes(names: Iterable[str]) -> Iterator[tuple[CodeType, str]]:
    """Yield the code of the functions that are named, or public in a module named."""
    for name in names:
        found = _imported(name)
        if not isinstance(found, ModuleType):
            yield from _code(found, name)
        elif "." in name:
            for key, value in vars(found).items():
                yield from _code(value, f"{name}.{key}")


def _imported(name: str) -> Any:
    """Return what a dotted name stands for, without importing anything."""
    if name in sys.modules:
        return sys.modules[name]
    module, _, attribute = name.rpartition(".")
    return getattr(_imported(module), "__dict__", {}).get(attribute) if module else None


def _code(value: Any, name: str) -> Iterator[tuple[CodeType, str]]:
    # NumPy's functions and TensorFlow's decorated ones keep the code they wrap.
    code = getattr(inspect.unwrap(value), "__code__", None) if callable(value) else None
    if isinstance(code, CodeType):
        yield code, name
