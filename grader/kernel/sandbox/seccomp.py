"""Refuse system calls that no lab needs (seccomp filter mode, see seccomp(2)).

A list of refusals and not of permissions: TensorFlow and Python make hundreds of calls
that change with their versions. Calls newer than this module are refused as well.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
from collections.abc import Iterable

from grader.kernel.sandbox import linux

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN, _AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_SET_FILTER, _ALL_THREADS = 1, 1
Instruction = tuple[int, int, int, int]
# What changes the machine, other processes, or reaches past the other layers.
REFUSED = (
    *("acct", "add_key", "adjtimex", "bpf", "chroot", "clock_adjtime", "clock_settime"),
    *("connect", "delete_module", "fanotify_init", "fanotify_mark", "finit_module"),
    *("fork", "fsconfig", "fsmount", "fsopen", "fspick", "init_module"),
    *(
        "io_uring_enter",
        "io_uring_register",
        "io_uring_setup",
        "ioperm",
        "iopl",
        "kcmp",
    ),
    *("kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "memfd_create"),
    *("memfd_secret", "migrate_pages"),
    *("mount", "mount_setattr", "move_mount", "move_pages", "mq_open", "mq_unlink"),
    *(
        "msgget",
        "name_to_handle_at",
        "open_by_handle_at",
        "open_tree",
        "open_tree_attr",
    ),
    *(
        "perf_event_open",
        "pidfd_getfd",
        "pidfd_open",
        "pidfd_send_signal",
        "pivot_root",
    ),
    *("process_madvise", "process_mrelease", "process_vm_readv", "process_vm_writev"),
    *("ptrace", "quotactl", "quotactl_fd", "reboot", "request_key", "semget", "setns"),
    *("setdomainname", "sethostname", "settimeofday", "shmget", "swapoff", "swapon"),
    *("syslog", "tkill", "umount2", "unshare", "userfaultfd", "vfork", "vhangup"),
)
# They could touch files and processes outside, and honest code makes them in passing
# (`shutil.copy` sets a mode): they do nothing and say that all went well.
PRETENDED = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "fchownat"),
    *("lchown", "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr"),
    *("lremovexattr", "fremovexattr", "removexattrat", "utime", "utimes", "futimesat"),
    *("utimensat", "ioprio_set", "sched_setaffinity", "sched_setattr"),
    *("sched_setparam", "sched_setscheduler", "setpriority"),
)
# Refused once the kernel has opened its own sockets.
SEALED = ("socket", "bind", "listen")


def refuse() -> None:
    """Install the filter for this process and its threads to come; it cannot be undone.

    Sockets of the family Unix can still be made and bound, until `seal`; none can be
    connected to anything.

    Raises:
        OSError: the kernel refuses.
    """
    pid = os.getpid()
    own = (pid, pid & 0xFFFFFFFF)
    rules = [_deny(name, errno.EPERM) for name in REFUSED]
    rules += [_deny(name, 0) for name in PRETENDED]
    rules += [
        _deny("clone3", errno.ENOSYS),  # the C library then calls clone
        _allow_bits("clone", _CLONE_THREAD),
        # Itself and its own group: an interrupt arrives that way.
        _allow_values("kill", 0, [pid, -pid & 0xFFFFFFFF, 0]),
        _allow_values("tgkill", 0, own),
        _allow_values("rt_sigqueueinfo", 0, own),
        _allow_values("rt_tgsigqueueinfo", 0, own),
        _allow_values("prlimit64", 0, [0, pid]),
        # It ends with its parent, and can be looked at from outside.
        _deny_values("prctl", 0, [linux.PR_SET_PDEATHSIG, linux.PR_SET_DUMPABLE]),
        _allow_values("socket", 0, [socket.AF_UNIX]),
        # A datagram socket can send to others without being connected to them.
        _allow_values("socketpair", 1, [socket.SOCK_STREAM], mask=0xF),
    ]
    _install(_program(rules), 0)


def seal() -> None:
    """Refuse new sockets, in all threads that run already."""
    _install(_program([_deny(name, errno.EPERM) for name in SEALED]), _ALL_THREADS)


def _deny(name: str, code: int) -> list[Instruction]:
    number = linux.number(name)
    if number is None:
        return []
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | code)]


def _allow_bits(name: str, bits: int) -> list[Instruction]:
    """Allow a call only if its first argument has some of these bits."""
    check = [(_HAS_BITS, 1, 0, bits), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    return _with_argument(name, 0, check)


def _allow_values(
    name: str, argument: int, values: Iterable[int], mask: int = 0xFFFFFFFF
) -> list[Instruction]:
    """Allow a call only if an argument, masked, has one of these values."""
    wanted = list(values)
    check = [(_AND, 0, 0, mask)]
    for position, value in enumerate(wanted):
        check.append((_EQUAL, len(wanted) - position, 0, value))
    return _with_argument(
        name, argument, [*check, (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    )


def _deny_values(name: str, argument: int, values: Iterable[int]) -> list[Instruction]:
    """Refuse a call if an argument has one of these values."""
    check: list[Instruction] = []
    for value in values:
        check += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    return _with_argument(name, argument, check)


def _with_argument(
    name: str, argument: int, check: list[Instruction]
) -> list[Instruction]:
    """Run a check on an argument's low 32 bits; falling through allows the call."""
    number = linux.number(name)
    if number is None:
        return []
    body = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument), *check, (_LOAD, 0, 0, _NUMBER)]
    return [(_EQUAL, 0, len(body), number), *body]


def _program(rules: list[list[Instruction]]) -> bytes:
    head = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _AUDIT[platform.machine()]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, min(_X32, linux.LAST_KNOWN + 1)),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    body = [instruction for rule in rules for instruction in rule]
    program = [*head, *body, (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _install(program: bytes, flags: int) -> None:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    number = linux.number("seccomp")
    assert number is not None  # noqa: S101  (both machines have it)
    filter_ = _Filter(len(program) // 8, program)
    linux.syscall(number, _SET_FILTER, flags, ctypes.byref(filter_))
