"""Restrict which files a process reaches (Landlock, see landlock(7)).

A process restricts itself, without any privilege; what is not named is refused. Newer
kernels also refuse TCP, signals to processes outside, and their abstract sockets.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.kernel.sandbox import linux

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_DEVICES = 1 << 6 | 1 << 11  # making character and block devices
_REFER, _TRUNCATE, _IOCTL = 1 << 13, 1 << 14, 1 << 15
# Access rights by the version of Landlock's interface that brought them.
_FILES_BY_ABI = {1: (1 << 13) - 1, 2: _REFER, 3: _TRUNCATE, 5: _IOCTL}
_FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | _TRUNCATE | _IOCTL
_TCP, _TCP_ABI = 1 << 0 | 1 << 1, 4
_SCOPES, _SCOPES_ABI = 1 << 0 | 1 << 1, 6
_PATH_BENEATH = 1


@dataclass(frozen=True)
class Files:
    """What a process may reach.

    Attributes:
        readable: files and folders with all below them.
        listable: folders whose names may be listed, but whose files not read.
        writable: files and folders with all below them, to read, write and make.
    """

    readable: tuple[Path, ...]
    listable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()


def abi() -> int:
    """Return the version of Landlock's interface on this host, 0 for none."""
    try:
        return linux.syscall(linux.LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    except OSError:
        return 0


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def restrict(files: Files) -> None:
    """Restrict this process, its threads to come and its children; for good.

    Raises:
        OSError: the host has no Landlock.
    """
    version = abi()
    handled = 0
    for since, rights in _FILES_BY_ABI.items():
        handled |= rights if version >= since else 0
    ruleset = _Ruleset(
        handled,
        _TCP if version >= _TCP_ABI else 0,
        _SCOPES if version >= _SCOPES_ABI else 0,
    )
    # Older kernels take a shorter structure, but only zeros beyond it.
    size = ctypes.c_size_t(ctypes.sizeof(ruleset))
    descriptor = linux.syscall(
        linux.LANDLOCK_CREATE_RULESET, ctypes.byref(ruleset), size, 0
    )
    try:
        readable = (READ_FILE | READ_DIR | EXECUTE) & handled
        writable = handled & ~_DEVICES
        _allow(descriptor, files.readable, readable)
        _allow(descriptor, files.listable, READ_DIR & handled)
        _allow(descriptor, files.writable, writable)
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.syscall(linux.LANDLOCK_RESTRICT_SELF, descriptor, 0)
    finally:
        os.close(descriptor)


def _allow(ruleset: int, paths: Iterable[Path], rights: int) -> None:
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError):
            _allow_one(ruleset, path, rights)


def _allow_one(ruleset: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        allowed = rights if path.is_dir() else rights & _FILE_ONLY
        beneath = _PathBeneath(allowed, descriptor)
        linux.syscall(
            linux.LANDLOCK_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0
        )
    finally:
        os.close(descriptor)
