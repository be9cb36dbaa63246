"""Give a process a world of its own (user namespaces, see namespaces(7)).

Its file system holds what was named and nothing else; it sees no other process, no
network, no shared memory of others. Some hosts forbid this to ordinary users.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from grader.kernel.sandbox import linux

_NEW_MOUNTS, _NEW_CGROUPS, _NEW_HOST_NAME = 0x00020000, 0x02000000, 0x04000000
_NEW_IPC, _NEW_USERS, _NEW_PROCESSES = 0x08000000, 0x10000000, 0x20000000
_NEW_NETWORK = 0x40000000
_ALL = (
    _NEW_MOUNTS
    | _NEW_CGROUPS
    | _NEW_HOST_NAME
    | _NEW_IPC
    | _NEW_USERS
    | _NEW_PROCESSES
    | _NEW_NETWORK
)
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18
_READ_ONLY, _NO_SETUID, _NO_DEVICES = 1, 2, 4
_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_DEVICES = ("null", "zero", "full", "random", "urandom")
# A file or folder takes so many bytes at least, however little is in it.
LEAST_FILE = 4096


def leave() -> None:
    """Leave the namespaces of the host; the next child is the first process of new ones.

    Raises:
        OSError: the host forbids it.
    """
    user, group = os.geteuid(), os.getegid()
    flags = ctypes.c_int(_ALL)
    linux.checked(linux.libc().unshare(flags), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def build_root(
    root: Path,
    readable: Iterable[Path],
    hidden: Iterable[Path],
    writable: Iterable[Path],
    own: Path,
    own_bytes: int,
) -> None:
    """Make `root` this process's whole file system; call in the child after `leave`.

    Args:
        root: an empty folder of the host.
        readable: files and folders to show, read-only, where they are on the host.
        hidden: folders below them that are empty instead.
        writable: folders to show, writable; they come last and lie over the others.
        own: where an empty file system in memory is mounted, writable.
        own_bytes: what may be written there; it holds an eighth more, so that whoever
            looks sees that it was too much.

    Raises:
        OSError: the host forbids it.
    """
    _mount(None, Path("/"), None, _RECURSIVE | _PRIVATE)
    _mount("tmpfs", root, "tmpfs", _NO_SETUID, "size=4m,mode=755")
    shown: list[Path] = []
    for path in sorted(readable):
        _show(root, path, shown)
    for path in hidden:
        if _inside(root, path).exists():
            _mount("tmpfs", _inside(root, path), "tmpfs", _NO_SETUID, "size=4k")
    for name in ("proc", "dev", "tmp"):
        (root / name).mkdir(exist_ok=True)
    for path in (own, *writable):
        _inside(root, path).mkdir(parents=True, exist_ok=True)
    _set_read_only(root)
    most = own_bytes * 9 // 8
    size = f"size={most},nr_inodes={most // LEAST_FILE},mode=700"
    _mount("tmpfs", _inside(root, own), "tmpfs", _NO_SETUID | _NO_DEVICES, size)
    for path in writable:
        _mount(str(path), _inside(root, path), None, _BIND)
    _mount("proc", root / "proc", "proc", _NO_SETUID | _NO_DEVICES)
    _mount("tmpfs", root / "dev", "tmpfs", _NO_SETUID, "size=64k,mode=755")
    for name in _DEVICES:
        _show(root, Path("/dev") / name, [])
    os.symlink("/proc/self/fd", root / "dev/fd")
    os.chdir(root)
    pivot = linux.number("pivot_root")
    assert pivot is not None  # noqa: S101  (both machines have it)
    linux.syscall(pivot, b".", b".")
    linux.checked(linux.libc().umount2(b".", _DETACH), "umount2")
    os.chdir("/")


def _inside(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _show(root: Path, path: Path, shown: list[Path]) -> None:
    """Bind a file or folder to its own place below `root`; links are made anew.

    What lies below something shown is there already: a second mount point would have to
    be made in the host's own folder.
    """
    if path.is_symlink() and not _below(path, shown):
        target = _inside(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(os.readlink(path))
    path = path.resolve()
    if not path.exists() or _below(path, shown):
        return
    target = _inside(root, path)
    if path.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(str(path), target, None, _BIND | _RECURSIVE)
    shown.append(path)


def _below(path: Path, shown: list[Path]) -> bool:
    return any(path.is_relative_to(parent) for parent in shown)


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace", ctypes.c_uint64),
    )


def _set_read_only(root: Path) -> None:
    attributes = _Attributes(_READ_ONLY | _NO_SETUID | _NO_DEVICES, 0, 0, 0)
    linux.syscall(
        linux.MOUNT_SETATTR,
        _AT_FDCWD,
        os.fsencode(root),
        _AT_RECURSIVE,
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )


def _mount(
    source: str | None, target: Path, kind: str | None, flags: int, options: str = ""
) -> None:
    arguments = [
        source.encode() if source else None,
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    ]
    linux.checked(linux.libc().mount(*arguments), f"mount {target}")
