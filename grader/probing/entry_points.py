"""Find the functions of C in what is forbidden, and keep them from the student's function.

Nobody sees how a function of C is called by another one, as by `map`, and nobody sees a
call of a universal function of NumPy's or of a compiled one of Cython's at all. So while
the student's function runs, something else stands in the modules in their place; and what
the student's function holds itself is looked for before it runs.
"""

from __future__ import annotations

import _thread
import builtins
import gc
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from grader.probing.frames import is_students, is_students_call, is_students_file

# Called by Python's own interpreter, which shows each call.
_SHOWN = (FunctionType, ModuleType, type)
# Hold nothing else, and there may be many.
_PLAIN = (str, bytes, int, float, complex, bool, type(None), type(Ellipsis))
# A function with one of these reaches names that it does not spell.
_REACHES = frozenset(
    ("__dict__", "__globals__", "eval", "exec", "getattr", "globals", "locals", "vars")
)
_THREADS = ("_thread", "threading")
# Of a class that Python code wrote, or may have written to.
_CHANGEABLE = 1 << 9
# More objects than these are not looked at.
_MOST = 100_000


# What was refused while a function is judged: it may catch what tells it so.
refusals: list[str] = []


class ForbiddenCall(Exception):
    """A function was called, or a module imported, that the task forbids."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the task asks for your own code, without `{found}`")
        refusals.append(found)


class _StandIn:
    """Stands in for a function of C: a library may have it, the student may not."""

    def __init__(self, function: Any, name: str) -> None:
        self._convlab = function, name

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        function, name = self._convlab
        _refuse(name)
        return function(*args, **kwargs)

    def __getattr__(self, attribute: str) -> Any:
        function, name = self._convlab
        _refuse(name)
        return getattr(function, attribute)


class _Function:
    """A function of C where it stands: under a key in a module, from a home."""

    def __init__(self, key: str, value: Any, home: str, name: str) -> None:
        self.key, self.value, self.home, self.name = key, value, home, name
        self.stand_in = _StandIn(value, name)


def _refuse(name: str) -> None:
    """Raise `ForbiddenCall` if the student wants a function, and no library does."""
    caller, package = sys._getframe(2), name.partition(".")[0]
    # Python's own `threading` starts threads that are watched.
    own = is_students if package in _THREADS else is_students_call
    if own(caller, package):
        raise ForbiddenCall(name)


@dataclass
class EntryPoints:
    """Functions of C that are forbidden, and where they stand.

    Attributes:
        names: of each function, by its identity.
        places: namespaces, with what stands in them and what is to stand in for it.
        out: something else stands in their place.
    """

    names: dict[int, str] = field(default_factory=dict)
    places: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = field(
        default_factory=list
    )
    out: bool = False

    def add(self, space: dict[str, Any], found: Iterable[_Function]) -> None:
        """Add functions that stand in a namespace."""
        there, others = {}, {}
        for each in found:
            self.names[id(each.value)] = each.name
            there[each.key] = each.value
            others[each.key] = each.stand_in
        if there:
            self.places.append((space, there, others))

    @contextmanager
    def kept_out(self) -> Iterator[None]:
        """Put something else in their place; what is inside this finds it done."""
        if self.out:
            yield
            return
        self.out = True
        for space, _, others in self.places:
            space.update(others)
        try:
            yield
        finally:
            for space, there, _ in self.places:
                space.update(there)
            self.out = False


def entry_points(wanted: tuple[str, ...]) -> EntryPoints:
    """Return the functions of C that are named, or in a module or package named.

    With them those that start a thread nobody would watch.
    """
    return _entry_points(wanted, len(sys.modules))


@lru_cache(maxsize=8)
def _entry_points(wanted: tuple[str, ...], _modules: int) -> EntryPoints:
    points, prefixes = EntryPoints(), tuple(f"{name}." for name in wanted)
    named, packages = _named(wanted), {name.partition(".")[0] for name in wanted}
    for name, module in list(sys.modules.items()):
        package = name.partition(".")[0]
        if package not in packages:
            continue
        keys = named.get(package, ())
        inside = name in wanted or name.startswith(prefixes)
        if (keys or inside) and isinstance(module, ModuleType):
            found = (
                each
                for each in _of_c(name, module)
                if (inside and (each.home in wanted or each.home.startswith(prefixes)))
                or (each.key in keys and isinstance(each.value, BuiltinFunctionType))
            )
            points.add(vars(module), found)
    for module in (_thread, threading):
        found = (
            each for each in _of_c(module.__name__, module) if "start_" in each.key
        )
        points.add(vars(module), (each for each in found if each.home == "_thread"))
    return points


def _named(wanted: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each package what its functions of C are called that do what is named.

    NumPy's `correlate` leaves its work to a `correlate2`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for package, _, name in (each.rpartition(".") for each in wanted):
        if package and "." not in package:
            found[package] = (*found.get(package, ()), name, f"{name}2")
    return found


# Of each module that was looked at: itself, the size of its namespace, what was found.
_SEEN: dict[str, tuple[ModuleType, int, tuple[_Function, ...]]] = {}


def look() -> None:
    """Look at all modules that are loaded, so that less is to be done later."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, ModuleType):
            _of_c(name, module)


def _of_c(name: str, module: ModuleType) -> tuple[_Function, ...]:
    """Return the functions of C in the namespace of a module."""
    space = vars(module)
    seen = _SEEN.get(name)
    if seen is None or seen[0] is not module or seen[1] != len(space):
        found = (
            _Function(key, value, _home(value, name), f"{name}.{key}")
            for key, value in list(space.items())
            if not isinstance(value, _SHOWN) and callable(value) and _is_of_c(value)
        )
        seen = _SEEN[name] = module, len(space), tuple(found)
    return seen[2]


def _is_of_c(value: Any) -> bool:
    # Not whether it can be called: what is called in the end.
    return not isinstance(getattr(type(value), "__call__", None), FunctionType)  # noqa: B004


def _home(value: Any, module: str) -> str:
    home = getattr(value, "__module__", None)
    if isinstance(home, str):
        return home
    # Universal functions have no home; those of NumPy's own stand in it.
    own = vars(np).get(getattr(value, "__name__", "")) is value
    return "numpy" if own else module


def held(subject: Any, points: EntryPoints) -> str:
    """Return the name of a function of C that a student's function holds, "" for none.

    Looked at are the names that it uses and what they stand for, through other functions
    of the student's, closures, containers and attributes; what is nearest first.
    """
    todo, seen = deque([subject]), set[int]()
    while todo and len(seen) < _MOST:
        value = todo.popleft()
        if id(value) in points.names:
            return points.names[id(value)]
        if id(value) not in seen and not isinstance(value, _PLAIN):
            seen.add(id(value))
            todo += _parts(value)
    return ""


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, FunctionType):
        own = is_students_file(value.__code__.co_filename)
        kept = (value.__defaults__, value.__kwdefaults__, value.__closure__)
        return [*kept, value.__dict__, *(_used(value) if own else ())]
    if isinstance(value, ModuleType):
        return ()
    if isinstance(value, type):
        return vars(value).values() if value.__flags__ & _CHANGEABLE else ()
    if isinstance(value, np.ndarray):
        return value.ravel().tolist() if value.dtype.hasobject else ()
    return gc.get_referents(value)


def _used(function: FunctionType) -> Iterator[Any]:
    """Yield what the names in a function stand for, and attributes so called of modules."""
    names = set(_names(function.__code__))
    spaces = (function.__globals__, vars(builtins))
    anything = bool(names & _REACHES)
    if anything:
        names |= set(function.__globals__)
    for name in names:
        found = next((space[name] for space in spaces if name in space), None)
        yield found
        if isinstance(found, ModuleType):
            inside = vars(found)
            yield from (
                inside.values()
                if anything
                else (inside[name] for name in names if name in inside)
            )


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
