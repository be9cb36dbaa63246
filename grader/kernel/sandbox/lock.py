"""Lock a process in: namespaces, Landlock, seccomp, limits; in the child after a fork.

Each layer holds some promises alone (see `grader.kernel.promises`), so that where a host
lacks one the others still hold theirs. What a host lacks is known before a student's
code runs; a layer that fails later stops the kernel.
"""

from __future__ import annotations

import os
import select
import signal
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from grader.folder import PACKAGE
from grader.kernel.limits import MB, Limits
from grader.kernel.sandbox import landlock, linux, namespaces, seccomp

NAMESPACES, LANDLOCK, SECCOMP = "namespaces", "landlock", "seccomp"
# Resource limits and the watchdog of the warm process: they hold wherever it runs.
WATCHED = "limits"
LAYERS = (NAMESPACES, LANDLOCK, SECCOMP, WATCHED)
# References and mistakes: whoever can read them need not solve anything.
SECRETS = (PACKAGE.resolve() / "exercises",)
_STACK_MB = 8  # of each thread, reserved and hardly used
# What Python and TensorFlow read of the host, beside Python itself.
_SYSTEM = (
    *("/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc/ld.so.cache", "/etc/localtime"),
    *("/etc/alternatives", "/etc/ssl/certs", "/sys/devices/system", "/sys/fs/cgroup"),
)


@dataclass(frozen=True)
class Policy:
    """What one process may do.

    Attributes:
        root: an empty folder, where its file system is built.
        own: a folder that is its own; with namespaces a file system in memory, which
            ends with the process, so that nothing of it is ever in the host's folder.
        writable: folders of the host that it may write to as well.
        readable: files and folders to read, beside Python and the system's libraries.
        hidden: folders that it may not read although they lie below readable ones.
        limits: what it may use.
        layers: the layers to apply, of `LAYERS`.
    """

    root: Path
    own: Path
    writable: tuple[Path, ...] = ()
    readable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = SECRETS
    limits: Limits = field(default_factory=Limits)
    layers: tuple[str, ...] = LAYERS

    def to_json(self) -> dict[str, Any]:
        """Return the policy as plain data; `from_json` reads it back."""
        return {
            "root": str(self.root),
            "own": str(self.own),
            "writable": [str(path) for path in self.writable],
            "readable": [str(path) for path in self.readable],
            "hidden": [str(path) for path in self.hidden],
            "limits": self.limits.to_json(),
            "layers": list(self.layers),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Policy:
        """Rebuild a policy from `to_json`."""
        return cls(
            Path(data["root"]),
            Path(data["own"]),
            tuple(map(Path, data["writable"])),
            tuple(map(Path, data["readable"])),
            tuple(map(Path, data["hidden"])),
            Limits(**data["limits"]),
            tuple(data["layers"]),
        )

    def seen_from_outside(self, pid: int) -> Path:
        """Return where the host finds what the process `pid` has in its own folder."""
        if NAMESPACES not in self.layers:
            return self.own
        return Path(f"/proc/{pid}/root") / self.own.relative_to("/")


def enter(
    policy: Policy, announce: Callable[[int], None], alive: int | None = None
) -> None:
    """Lock this process in; it must have one thread and be the leader of its session.

    With namespaces the code after this call runs in a child of the calling process,
    which waits for it and ends as it does. That child is the first process of its
    namespace: whatever it started ends with it.

    Args:
        policy: what is allowed from here on.
        announce: called once, outside, with the process id that the host knows.
        alive: a pipe of which whoever started this holds the other end; when that is
            closed, so is the child's life. No signal does that: it can be cleared.

    Raises:
        OSError: a layer could not be had.
    """
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # the warm process is not; we need our /proc
    readable = (*system_paths(), *policy.readable)
    if NAMESPACES in policy.layers:
        namespaces.leave()
        _continue_in_child(announce, alive)
        namespaces.build_root(
            root=policy.root,
            readable=readable,
            hidden=policy.hidden,
            writable=policy.writable,
            own=policy.own,
            own_bytes=policy.limits.disk_mb * MB,
        )
    else:
        announce(os.getpid())
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if WATCHED in policy.layers:
        _limit(policy.limits)
    if LANDLOCK in policy.layers or SECCOMP in policy.layers:
        linux.drop_capabilities()
    if LANDLOCK in policy.layers:
        landlock.restrict(_files(policy, readable))
    if SECCOMP in policy.layers:
        seccomp.refuse()


def seal(policy: Policy) -> None:
    """Refuse what only the start of a kernel needs."""
    if SECCOMP in policy.layers:
        seccomp.seal()


def _continue_in_child(announce: Callable[[int], None], alive: int | None) -> None:
    """Fork; the child goes on, the parent waits and ends with its status."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        return
    announce(pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watched = select.poll()
    ended = linux.pidfd_open(pid)
    watched.register(ended, select.POLLIN)
    if alive is not None:
        watched.register(alive, 0)  # that it was closed is told unasked
    if ended not in dict(watched.poll()):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _limit(limits: Limits) -> None:
    """Set resource limits: a second line behind the watchdog of the warm process.

    The one for memory is wider, because it counts what is reserved, such as the stacks
    of threads. A kernel that reached it would live on and fail in every cell after.
    """
    import resource

    reserved = 2 * limits.memory_mb + _STACK_MB * limits.processes
    data = _data_bytes() + reserved * MB
    wanted = {
        resource.RLIMIT_CPU: limits.cpu_seconds + 5,
        resource.RLIMIT_DATA: data,
        resource.RLIMIT_FSIZE: limits.disk_mb * MB // 2,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))
    # Writing beyond the largest file is an error of that write, not the end.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _data_bytes() -> int:
    """Return the writable private memory mapped now, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


@cache
def system_paths() -> tuple[Path, ...]:
    """Return what every kernel may read: Python, its packages, the system's libraries."""
    python = {sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix)}
    python |= set(site.getsitepackages())
    python |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    found = {PACKAGE.resolve(), *map(Path, (*python, *_SYSTEM))}
    return tuple(sorted(path for path in found if path.exists()))


def _files(policy: Policy, readable: Iterable[Path]) -> landlock.Files:
    """Return the same files as the namespaces show, in Landlock's terms.

    Landlock cannot take back what it gave to a folder: one that holds something hidden
    is given part by part.
    """
    parts: list[Path] = []
    listable: list[Path] = []
    for path in (*readable, Path("/proc/self"), *_PROC, *_NULLS):
        for given, whole in _without(path.resolve(), policy.hidden):
            (parts if whole else listable).append(given)
    devices = (Path("/dev/null"), Path("/dev/zero"), Path("/dev/full"))
    writable = (policy.own, *policy.writable, *devices)
    return landlock.Files(tuple(parts), tuple(listable), writable)


_PROC = tuple(Path("/proc") / name for name in ("cpuinfo", "meminfo", "stat", "sys"))
_NULLS = (Path("/dev/urandom"), Path("/dev/random"))


def _without(path: Path, hidden: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    """Yield (path, whether all below it is meant), leaving out what is hidden."""
    if any(path.is_relative_to(secret) for secret in hidden):
        return
    if not any(secret.is_relative_to(path) for secret in hidden):
        yield path, True
        return
    yield path, False
    for child in path.iterdir():
        yield from _without(child, hidden)


@cache
def available() -> tuple[str, ...]:
    """Return the layers that work on this host, found out by using each in a child."""
    if not linux.supported():
        return ()
    return tuple(layer for layer in LAYERS if _works(layer))


def _works(layer: str) -> bool:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="convlab-") as folder:
        root, own = Path(folder) / "root", Path(folder) / "own"
        root.mkdir()
        own.mkdir()
        policy = Policy(root, own, layers=(layer,))
        pid = os.fork()
        if pid == 0:
            try:
                enter(policy, lambda _: None)
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(pid, 0)
        return status == 0
