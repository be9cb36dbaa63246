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
        raise ForbiddenCall(f"the task asks for your own code, without `{found}`")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


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
