"""The warm process: libraries imported once, a fork for every kernel.

    python -m grader.kernel.warm SOCKET NAME [NAME ...]

It imports the named things (a module, or an attribute of one, which loads what a library
loads late), draws a figure, shows an error, reads the digits, runs no TensorFlow
operation, and then serves one kernel per connection to its socket. It ends when its standard input is
closed, and every kernel with it. Messages are JSON, one per packet:

    to it     {"policy", "connection_file", "connection", "folder", "environment"}
                                          start a kernel; the file is written for it
              {"signal"}                  send it a signal
    from it   {"pid"}                     it runs
              {"error"}                   it could not be started
              {"sent"}                    the signal, unless the kernel ended before
              {"exit", "reason"}          it and all that it started have ended; which
                                          limit it broke, or ""

A kernel whose connection is closed is killed. No kernel outlives the judge that asked
for it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.kernel import disk, folders
from grader.kernel.limits import MB
from grader.kernel.sandbox import linux, lock
from grader.probing import entry_points

TICK = 0.05
DISK_TICK = 0.5
MAX_MESSAGE = 2**20
SEED = 0
# Every kernel needs these; what a lab needs is named by the caller.
ALWAYS = (
    *("IPython", "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell"),
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger"),
    *("IPython.core.logger", "IPython.core.magics.execution", "IPython.core.oinspect"),
    *("IPython.extensions.storemagic", "IPython.utils.wildcard", "faulthandler"),
    *("tornado.platform.asyncio",),
    *("matplotlib_inline.backend_inline", "matplotlib.pyplot", "numpy.random"),
    *("grader.digits", "grader.kernel.answer", "grader.kernel.python"),
)
# What a library imports only when it is used: part of a name used -> modules.
_LATE = {
    "skimage.data.": ("imageio.v3", "skimage.io", "skimage.io._plugins.imageio_plugin"),
    "tensorflow.data": tuple(
        f"tensorflow.python.data.ops.{kind}_op"
        for kind in ("concatenate", "flat_map", "from_tensors", "range", "zip")
    ),
}


@dataclass
class _Kernel:
    """A running kernel, as its warm process sees it.

    Attributes:
        child: the process forked; with namespaces it waits for the kernel.
        ended: a descriptor that can be read when the child has ended.
        pid: the kernel's own process, as the host knows it.
        baseline: bytes of memory that it shared with the warm process at its start.
    """

    child: int
    ended: int
    pid: int
    policy: lock.Policy
    baseline: int = 0
    reason: str = ""
    disk_due: float = 0.0


@dataclass
class Warm:
    """The server; see this module's description of its messages."""

    listener: socket.socket
    kernels: dict[socket.socket, _Kernel] = field(default_factory=dict)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    scratch: list[Path] = field(default_factory=list)
    # Nobody writes to it: that it is closed tells those who wait for kernels.
    alive: tuple[int, int] = field(default_factory=os.pipe)

    def serve(self) -> None:
        """Serve until standard input is closed."""
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select(TICK if self.kernels else None):
                if key.fileobj is self.listener:
                    connection, _ = self.listener.accept()
                    self.selector.register(connection, selectors.EVENT_READ)
                elif isinstance(key.fileobj, socket.socket):
                    self._receive(key.fileobj)
                elif key.data is not None:
                    self._bury(key.data)
                elif not os.read(sys.stdin.fileno(), 1):
                    return
            for kernel in self.kernels.values():
                self._watch(kernel)

    def _receive(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(MAX_MESSAGE)
        except OSError:
            data = b""
        kernel = self.kernels.get(connection)
        message = json.loads(data or "{}")
        if not data:
            self.selector.unregister(connection)
            connection.close()
            if kernel is not None:
                _signal(kernel, signal.SIGKILL)
        elif "signal" in message:
            if kernel is not None:
                _signal(kernel, message["signal"])
            _send(connection, {"sent": message["signal"]})
        else:
            self._start(connection, message)

    def _start(self, connection: socket.socket, request: dict[str, Any]) -> None:
        policy = lock.Policy.from_json(request["policy"])
        report, reporting = os.pipe()
        child = os.fork()
        if child == 0:
            _run_child(policy, request, reporting, self.alive[0])
        os.close(reporting)
        told: dict[str, Any] = {}
        with os.fdopen(report, "rb") as pipe:
            # Two processes report, in either order.
            while "error" not in told and not told.keys() >= {"pid", "ready"}:
                told |= json.loads(pipe.readline() or b'{"error": "it died at once"}')
        if "error" not in told:
            kernel = _Kernel(child, linux.pidfd_open(child), told["pid"], policy)
            kernel.baseline = _memory(kernel.pid)
            self.kernels[connection] = kernel
            self.selector.register(kernel.ended, selectors.EVENT_READ, connection)
        else:
            os.waitpid(child, 0)
        _send(connection, told)

    def _watch(self, kernel: _Kernel) -> None:
        if lock.WATCHED in kernel.policy.layers and not kernel.reason:
            kernel.reason = _broken_limit(kernel)
            if kernel.reason:
                _signal(kernel, signal.SIGKILL)

    def _bury(self, connection: socket.socket) -> None:
        kernel = self.kernels.pop(connection)
        self.selector.unregister(kernel.ended)
        os.close(kernel.ended)
        _, status = os.waitpid(kernel.child, 0)
        # The judge removes its folder; removing may take long, and others wait here.
        self.scratch.append(kernel.policy.own)
        code = os.waitstatus_to_exitcode(status)
        _send(connection, {"exit": code, "reason": kernel.reason})

    def end(self) -> None:
        """End all kernels, and remove what a judge left that is gone itself."""
        for kernel in self.kernels.values():
            _signal(kernel, signal.SIGKILL)
        for connection in list(self.kernels):
            self._bury(connection)
        for scratch in self.scratch:
            folders.remove(scratch)


def _send(connection: socket.socket, message: dict[str, Any]) -> None:
    # Whoever asked may be gone.
    with contextlib.suppress(OSError):
        connection.send(json.dumps(message).encode())


def _signal(kernel: _Kernel, number: int) -> None:
    # Not the child that waits for it: it tells when all of the kernel has ended.
    with contextlib.suppress(ProcessLookupError):
        os.kill(kernel.pid, number)


def _broken_limit(kernel: _Kernel) -> str:
    """Return which limit a kernel broke, in words that follow "it used"; "" for none."""
    limits = kernel.policy.limits
    try:
        fields = Path(f"/proc/{kernel.pid}/stat").read_text().rsplit(")", 1)[1].split()
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        threads = int(fields[17])
        memory = _memory(kernel.pid) - kernel.baseline
    except (OSError, IndexError):
        return ""
    if memory > limits.memory_mb * MB:
        return f"more than {limits.memory_mb:,} MB of memory"
    if cpu > limits.cpu_seconds:
        return f"more than {limits.cpu_seconds:,} seconds of processor time"
    if threads > limits.processes:
        return f"more than {limits.processes:,} threads"
    if time.monotonic() > kernel.disk_due:
        started = time.monotonic()
        used = disk.used(kernel.policy, kernel.pid)
        # Many files take long to count; other kernels are not to wait for it.
        spent = time.monotonic() - started
        kernel.disk_due = started + max(DISK_TICK, 10 * spent)
        if used > limits.disk_mb * MB:
            return f"more than {limits.disk_mb:,} MB of disk"
    return ""


def _memory(pid: int) -> int:
    """Return the bytes of memory of a process that no file on disk backs."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines())
    kept = ("RssAnon:", "RssShmem:", "VmSwap:")
    return sum(int(line[1]) * 1024 for line in lines if line and line[0] in kept)


def _run_child(
    policy: lock.Policy, request: dict[str, Any], reporting: int, alive: int
) -> None:
    """Become the kernel; never returns."""

    def report(message: dict[str, Any]) -> None:
        os.write(reporting, json.dumps(message).encode() + b"\n")

    try:
        _detach(reporting, alive)
        os.environ.clear()
        os.environ.update(request["environment"])
        lock.enter(policy, lambda pid: report({"pid": pid}), alive)
        for folder in (request["folder"], os.environ["HOME"]):
            os.makedirs(folder, exist_ok=True)
        Path(request["connection_file"]).write_text(request["connection"])
        report({"ready": True})
    except BaseException as error:
        report({"error": f"{type(error).__name__}: {error}"})
        os._exit(1)
    os.close(reporting)
    os.close(alive)
    try:
        from grader.kernel.python import run_kernel

        run_kernel(request["connection_file"], request["folder"], SEED, policy)
    finally:
        os._exit(1)


def _detach(*kept: int) -> None:
    """Leave the terminal and every open file of the warm process, but these."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > 2 and descriptor not in kept:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def preload(names: Iterable[str]) -> None:
    """Import modules, and look up attributes that make libraries load more."""
    for name in names:
        parts = name.split(".")
        found: Any = None
        for end in range(len(parts), 0, -1):
            with contextlib.suppress(Exception):
                found = importlib.import_module(".".join(parts[:end]))
                for part in parts[end:]:
                    found = getattr(found, part)
                break


def warm_up(names: Iterable[str]) -> None:
    """Do what would else be done anew in every kernel that uses these names."""
    names = list(names)
    preload([*ALWAYS, *names])
    for part, modules in _LATE.items():
        if any(name.startswith(part) for name in names):
            preload(modules)
    draw_figure()
    show_error()
    if any(name.startswith("grader.digits.") for name in names):
        read_digits()
    entry_points.look()
    # Or a kernel's first full collection reads, and so copies, all that is imported.
    gc.collect()
    gc.freeze()


def draw_figure() -> None:
    """Draw a figure: what pictures are made with is loaded by the first one.

    The fonts' files stay open; matplotlib forgets them when a process is forked.
    """
    from matplotlib.backends import backend_registry
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.mathtext import MathTextParser

    from grader.kernel.pictures import picture

    backend_registry.list_all()  # looks into every package that is installed
    MathTextParser("agg").parse("$10^0$")  # the labels of a logarithmic axis
    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.imshow([[0.0, 1.0]], cmap="gray")
    axes.plot([0, 1], [0, 1], label="a line")
    axes.legend()
    picture(figure)


def show_error() -> None:
    """Show an error: the first one looks where the files of all modules lie."""
    from IPython.core.ultratb import FormattedTB

    try:
        raise NotImplementedError
    except NotImplementedError as error:
        shown = FormattedTB(mode="Context", theme_name="linux")
        shown.structured_traceback(type(error), error, error.__traceback__)


def read_digits() -> None:
    """Read the digits once; what is wrong with them is told to each student who asks."""
    from grader import digits
    from grader.exceptions import DataError

    with contextlib.suppress(DataError):
        digits.find(download=False)


@contextlib.contextmanager
def _ended_by_input() -> Iterator[None]:
    """End when standard input is closed, though an import keeps us from looking at it."""
    import fcntl

    number = sys.stdin.fileno()
    flags = fcntl.fcntl(number, fcntl.F_GETFL)
    fcntl.fcntl(number, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_ASYNC)  # a signal that ends
    if select.select([number], [], [], 0)[0]:
        os._exit(0)  # it was closed before
    yield
    fcntl.fcntl(number, fcntl.F_SETFL, flags)


def main() -> None:
    """Import what was named, then serve."""
    path, *names = sys.argv[1:]
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with _ended_by_input():
        warm_up(names)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path + ".new")
    listener.listen(64)
    warm = Warm(listener)
    # Whoever waits for the path finds a socket that listens.
    os.rename(path + ".new", path)
    try:
        warm.serve()
    finally:
        warm.end()
        folders.remove(Path(path).parent)
    # Taking TensorFlow apart first would take a second, and whoever grades waits.
    os._exit(0)


if __name__ == "__main__":
    main()
