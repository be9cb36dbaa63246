"""Refuse forbidden calls and imports while a student's function runs, by whatever name.

The judge looks for them in the source as well (`grader.judging.forbidden_source`); this also stops
``getattr(tf.nn, "con" + "v2d")``, and the import of a module whose functions nobody can
watch, as NumPy's universal functions.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType, ModuleType
from typing import Any

from grader.probing.frames import INSTALLED, STANDARD, is_students, package_of

_IMPORT = builtins.__import__
# What every import in words comes to, `importlib.import_module` and others.
_FIND = vars(importlib)["_bootstrap"]._find_and_load.__code__
_UNWATCHED = {
    *("sys.setprofile", "_thread.start_new_thread", "_thread.start_new"),
    "builtins.__import__",
}


class ForbiddenCall(Exception):
    """A function was called, or a module imported, that the task forbids."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the task asks for your own code, without `{found}`")


@contextmanager
def refused(names: Iterable[str]) -> Iterator[None]:
    """Raise `ForbiddenCall` at each call into what is named, here and in new threads.

    From Python 3.12 on also in threads that run already. An import of a module that is
    named is refused as well, whether it is loaded already or not.

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
        caller: FrameType | None = frame
        if frame.f_code is _FIND and event == "call":
            module = found = str(frame.f_locals["name"])
            refused = _inside(module)
        elif event == "call":
            module = str(frame.f_globals.get("__name__", ""))
            found = codes.get(frame.f_code, f"{module}.{frame.f_code.co_name}")
            refused = frame.f_code in codes or _inside(module)
            caller = frame.f_back
        elif event == "c_call":
            module = argument.__module__
            if module is None or (module == "builtins" and argument is not _IMPORT):
                return  # most of what a loop calls
            found = f"{module}.{argument.__name__}"
            refused = _in_c(module, argument.__name__) or _inside(module)
            # Where nobody would watch any more; `threading` starts its own.
            refused |= found in _UNWATCHED and is_students(frame)
        else:
            return
        if refused and _is_students_call(caller, module.split(".")[0]):
            raise ForbiddenCall(found)

    def _in_c(module: str, name: str) -> bool:
        """Return whether this is named, or what does its work: NumPy's `correlate2`."""
        package, plain = module.split(".")[0], name.rstrip("2")
        return any(
            each in wanted for each in (f"{module}.{name}", f"{package}.{plain}")
        )

    def _inside(module: str) -> bool:
        return module in wanted or module.startswith(prefixes)

    with _imports_refused(_inside), _profiled(watch):
        yield


@contextmanager
def _imports_refused(inside: Callable[[str], bool]) -> Iterator[None]:
    """Refuse import statements in the student's code, also of what is loaded already."""
    before = builtins.__import__

    def guarded(name: str, *rest: Any, **named: Any) -> Any:
        if not _is_students_call(sys._getframe(1), ""):
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


def _is_students_call(caller: FrameType | None, package: str) -> bool:
    """Return whether the student's code called this, and no library for its own ends.

    Decorators only pass the call on, and so do the standard library and NumPy, which
    know no other library. So a thread that begins with what is called is the student's.
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
