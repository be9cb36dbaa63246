"""Refuse forbidden calls and imports while a student's function runs, by whatever name.

The judge looks for them in the source as well (`grader.judging.forbidden_source`); this also stops
``getattr(tf.nn, "con" + "v2d")``, and the import of a module. Functions of C, whose calls
nobody sees, are kept from the student's (`grader.probing.entry_points`).
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, FrameType, ModuleType
from typing import Any

from grader.probing.entry_points import (
    ForbiddenCall,
    entry_points,
    held,
    refusals,
)
from grader.probing.frames import INSTALLED, is_students, is_students_call

_IMPORT = builtins.__import__
# What every import in words comes to, `importlib.import_module` and others.
_FIND = vars(importlib)["_bootstrap"]._find_and_load.__code__
# `threading` starts threads that are watched.
_START = threading.Thread.start.__code__
# What Python tells of itself as it happens, and what takes the watching apart.
_APART = ("ctypes.", "gc.get_", "sys.setprofile")


@contextmanager
def refused(names: Iterable[str], subject: Any = None) -> Iterator[None]:
    """Raise `ForbiddenCall` at each call into what is named, here and in new threads.

    From Python 3.12 on also in threads that run already. An import of a module that is
    named is refused as well, whether it is loaded already or not.

    Args:
        names: dotted names of packages, modules and functions. What nobody imported yet
            needs no watching until it is.
        subject: what will be called; it may not hold a function of C that is named.
    """
    wanted = tuple(names)
    if not wanted:
        yield
        return
    watch, points = _Watch(wanted), entry_points(wanted)
    with _told_in_the_end():
        found = held(subject, points)
        if found:
            raise ForbiddenCall(found)
        with (
            _imports_refused(watch.inside),
            points.kept_out(),
            _nothing_taken_apart(),
            _profiled(watch),
        ):
            yield


@contextmanager
def _told_in_the_end() -> Iterator[None]:
    """Raise `ForbiddenCall` for the first call that was refused, whoever caught that.

    Python stops watching once a call was refused, so what a function does afterwards is
    its own affair, and its answer is none.
    """
    before = len(refusals)
    try:
        yield
    except ForbiddenCall:
        raise
    except BaseException:
        _tell(refusals[before:])
        raise
    else:
        _tell(refusals[before:])
    finally:
        del refusals[before:]


def _tell(caught: list[str]) -> None:
    # Not what was raised then: Python 3.11 may have freed the frames that it speaks of.
    if caught:
        raise ForbiddenCall(caught[0]) from None


class _Watch:
    """Sees each call as Python tells it to a profiler, and refuses what is named."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.wanted = wanted
        self.codes = _codes(wanted, len(sys.modules))
        self.prefixes = tuple(f"{name}." for name in wanted)
        self.files = tuple(_files(wanted))

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            self._called(frame)
        elif event == "c_call":
            self._called_in_c(frame, argument)

    def _called(self, frame: FrameType) -> None:
        code, caller = frame.f_code, frame.f_back
        if code is _FIND:
            module = found = str(frame.f_locals["name"])
            refused, caller = self.inside(module), frame
        elif code is _START:
            module, found = "threading", "threading.setprofile"
            refused = threading.getprofile() is not self
        else:
            module = str(frame.f_globals.get("__name__", ""))
            found = self.codes.get(code, f"{module}.{code.co_name}")
            by_file = code.co_filename.startswith(self.files)
            refused = code in self.codes or by_file or self.inside(module)
        if refused and is_students_call(caller, module.split(".")[0]):
            raise ForbiddenCall(found)

    def _called_in_c(self, frame: FrameType, function: Any) -> None:
        module = function.__module__
        if module is None or (module == "builtins" and function is not _IMPORT):
            return  # most of what a loop calls
        refused = self._in_c(module, function.__name__) or self.inside(module)
        refused |= function is _IMPORT and is_students(frame)
        if refused and is_students_call(frame, module.split(".")[0]):
            raise ForbiddenCall(f"{module}.{function.__name__}")

    def _in_c(self, module: str, name: str) -> bool:
        """Return whether this is named, or what does its work: NumPy's `correlate2`."""
        names = f"{module}.{name}", f"{module.split('.')[0]}.{name.rstrip('2')}"
        return any(each in self.wanted for each in names)

    def inside(self, module: str) -> bool:
        """Return whether a module is named, or in a package that is."""
        return module in self.wanted or module.startswith(self.prefixes)


# Of those calls that are judged now, one in another.
_judged: list[bool] = []


def _take_apart(event: str, arguments: tuple[Any, ...]) -> None:
    if _judged and event.startswith(_APART) and is_students(sys._getframe(1)):
        raise ForbiddenCall(event)


@lru_cache(maxsize=1)
def _listen() -> None:
    sys.addaudithook(_take_apart)  # it stays as long as the process


@contextmanager
def _nothing_taken_apart() -> Iterator[None]:
    _listen()
    _judged.append(True)
    try:
        yield
    finally:
        _judged.pop()


@contextmanager
def _imports_refused(inside: Callable[[str], bool]) -> Iterator[None]:
    """Refuse import statements in the student's code, also of what is loaded already."""
    before = builtins.__import__

    def guarded(name: str, *rest: Any, **named: Any) -> Any:
        if not is_students_call(sys._getframe(1), ""):
            return before(name, *rest, **named)
        if inside(name):
            raise ForbiddenCall(name)
        module = before(name, *rest, **named)
        given = named.get("fromlist") or (*rest, None, None, None)[2] or ()
        for part in given:
            found = isinstance(getattr(module, part, None), ModuleType)
            if found and inside(f"{name}.{part}"):
                raise ForbiddenCall(f"{name}.{part}")
        return module

    vars(builtins)["__import__"] = guarded
    try:
        yield
    finally:
        vars(builtins)["__import__"] = before


@contextmanager
def _profiled(watch: Any) -> Iterator[None]:
    """Let a function see the calls of this thread and of others, as far as possible."""
    here, others = sys.getprofile(), threading.getprofile()
    sys.setprofile(watch)
    if sys.version_info >= (3, 12):
        threading.setprofile_all_threads(watch)
    else:
        threading.setprofile(watch)
    try:
        yield
    finally:
        if sys.version_info >= (3, 12):
            threading.setprofile_all_threads(others)
        else:
            threading.setprofile(others)
        sys.setprofile(here)


@lru_cache(maxsize=8)
def _codes(names: tuple[str, ...], _modules: int) -> dict[CodeType, str]:
    """Return the code of the functions that are named, or public in a module named."""
    codes: dict[CodeType, str] = {}
    for name in names:
        found = _imported(name)
        if not isinstance(found, ModuleType):
            codes |= _code(found, name)
        elif "." in name:
            for key, value in vars(found).items():
                codes |= _code(value, f"{name}.{key}")
    return codes


def _files(names: Iterable[str]) -> Iterator[str]:
    """Yield how the paths of what is named begin: what it calls itself can be changed."""
    for name in names:
        path = os.path.join(INSTALLED, *name.split("."))
        yield from (path + os.sep, f"{path}.py")


def _imported(name: str) -> Any:
    """Return what a dotted name stands for, without importing anything."""
    if name in sys.modules:
        return sys.modules[name]
    module, _, attribute = name.rpartition(".")
    return getattr(_imported(module), "__dict__", {}).get(attribute) if module else None


def _code(value: Any, name: str) -> dict[CodeType, str]:
    # NumPy's functions and TensorFlow's decorated ones keep the code they wrap.
    code = getattr(inspect.unwrap(value), "__code__", None) if callable(value) else None
    return {code: name} if isinstance(code, CodeType) else {}
