"""Jupyter kernels forked from a warm process, for whoever names the kernelspec `convlab`.

An entry point of jupyter_client (`KernelProvisionerBase`), so that nbclient and plain
nbgrader use it like any other kernel.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerBase

from grader.exceptions import HostError
from grader.kernel import folders
from grader.kernel.environment import ONE_THREAD
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock
from grader.kernel.warm import MAX_MESSAGE

KERNEL_NAME = "convlab"
START_SECONDS = 120
# What a kernel finds in its environment, beside what the caller gives on purpose.
_KEPT = ("CONVLAB_DATA", "LANG", "LC_ALL", "PATH", "TZ")
_GIVEN = ("CONVLAB_",)
# One thread each is faster than many kernels that share the cores, and a process with
# threads cannot be forked safely.
_QUIET = ONE_THREAD | {
    # Memory that was freed is kept: figures would ask for the same pages again and again.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class WarmProcess:
    """The warm process of this process; started when the first kernel is asked for.

    With `adopted` it is the one of another process, by its folder; that one ends it.
    """

    current: ClassVar[WarmProcess | None] = None
    # What the next warm process imports; a grading run names what its lab uses.
    names: ClassVar[tuple[str, ...]] = ("tensorflow", "keras", "ipywidgets")

    def __init__(self, adopted: Path | None = None) -> None:
        self.owner = os.getpid() if adopted is None else None
        self.folder = adopted or Path(tempfile.mkdtemp(prefix="convlab-warm-"))
        self.path = self.folder / "s"
        if adopted is not None:
            return
        self.process = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "grader.kernel.warm", str(self.path), *self.names],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_warm_environment(self.folder),
            start_new_session=True,
        )
        atexit.register(self.stop)

    @classmethod
    def start(cls, names: tuple[str, ...]) -> WarmProcess:
        """Start a warm process that imports `names`, in place of the one before."""
        if cls.current is not None:
            cls.current.stop()
        cls.names = names
        cls.current = cls()
        return cls.current

    @classmethod
    def share(cls, folder: Path | None, names: tuple[str, ...]) -> None:
        """Let a worker use the warm process of the process that coordinates.

        Args:
            folder: of that warm process, `None` where there is none.
            names: what the worker's own would import, should that one die.
        """
        cls.names = names
        cls.current = None if folder is None else cls(folder)

    @classmethod
    def connect(cls) -> socket.socket:
        """Return a connection for one kernel; a warm process that died is replaced.

        Raises:
            HostError: none can be started.
        """
        for _ in range(2):
            if cls.current is None:
                cls.current = cls()
            try:
                return cls.current._connect()
            except OSError:
                cls.current.stop()
                cls.current = None
        raise HostError("The warm process that starts kernels cannot be reached.")

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + START_SECONDS
        while not self.path.exists():
            # Only the owner may ask: to others it is no child.
            ended = self.owner == os.getpid() and self.process.poll() is not None
            if ended or time.monotonic() > deadline or not self.folder.exists():
                raise OSError("the warm process did not start")
            time.sleep(0.01)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(str(self.path))
        return connection

    def stop(self) -> None:
        """End the warm process and its kernels; elsewhere than in its owner, nothing."""
        if self.owner != os.getpid():
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        folders.remove(self.folder)


def _warm_environment(folder: Path) -> dict[str, str]:
    import matplotlib  # workers, which start no warm process, do without

    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # matplotlib's own folder: reading the fonts anew takes seconds.
    own = {"HOME": str(folder), "MPLCONFIGDIR": matplotlib.get_configdir()}
    return kept | _QUIET | own


# A socket's path has 107 bytes at most; the temporary folder stands in the middle of it.
_LONGEST_PATH = 107 - len("/proc/4194304/root/convlab-12345678/s-5")


class ConvlabProvisioner(KernelProvisionerBase):  # type: ignore[misc]  # not typed
    """Start a kernel by asking the warm process for a fork.

    Starting takes three arguments more than other kernels: ``limits`` (`Limits`),
    ``readable`` (paths beside the usual ones), ``layers`` (of `sandbox.LAYERS`).
    """

    connection: socket.socket | None = None
    scratch: Path | None = None
    policy: lock.Policy | None = None
    pid: int | None = None
    exit_code: int | None = None
    reason: str = ""

    @property
    def has_process(self) -> bool:
        """Return whether a kernel was started and not cleaned up."""
        return self.connection is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose sockets in the file system: a kernel without a network has no other.

        Raises:
            HostError: there is no room for their paths.
        """
        manager = self.parent
        if len(os.fsencode(tempfile.gettempdir())) > _LONGEST_PATH:
            raise HostError(
                f"The temporary folder {tempfile.gettempdir()} has too long a path for "
                "the sockets of a kernel. Set TMPDIR to a short one, such as /tmp."
            )
        self.scratch = Path(tempfile.mkdtemp(prefix="convlab-"))
        (self.scratch / "root").mkdir()
        manager.transport = "ipc"
        manager.ip = str(self.scratch / "s")
        manager.connection_file = str(self.scratch / "connection.json")
        manager.write_connection_file()
        self.connection_info: KernelConnectionInfo = manager.get_connection_info()
        options: dict[str, Any] = await super().pre_launch(cmd=[], **kwargs)
        return options

    async def launch_kernel(
        self, cmd: list[str], **kwargs: Any
    ) -> KernelConnectionInfo:
        """Ask the warm process for a kernel.

        Raises:
            HostError: it cannot be had.
        """
        assert self.scratch is not None  # noqa: S101  (pre_launch made it)
        environment = dict(kwargs.get("env") or {})
        given = kwargs.get("cwd")
        folder = Path(given).resolve() if given else self.scratch / "work"
        writable = (folder,) if given else ()
        self.policy = self._policy(writable, environment, kwargs)
        connection_file = Path(self.parent.connection_file)
        request = {
            "policy": self.policy.to_json(),
            "connection_file": str(connection_file),
            "connection": connection_file.read_text(),
            "folder": str(folder),
            "environment": _kernel_environment(self.scratch, environment),
        }
        self.connection = WarmProcess.connect()
        self.connection.send(json.dumps(request).encode())
        told = await asyncio.to_thread(self._receive)
        if "pid" not in told:
            raise HostError(f"No kernel could be started: {told.get('error')}.")
        self.pid = told["pid"]
        # The host finds its sockets elsewhere than it does itself.
        seen = self.policy.seen_from_outside(told["pid"])
        self.connection_info["ip"] = str(seen / "s")
        return self.connection_info

    def _policy(
        self,
        writable: tuple[Path, ...],
        environment: dict[str, str],
        options: dict[str, Any],
    ) -> lock.Policy:
        assert self.scratch is not None  # noqa: S101
        readable = [Path(path) for path in options.get("readable", ())]
        data = environment.get("CONVLAB_DATA")
        readable += [Path(data)] if data else []
        hidden: tuple[Path, ...] = lock.SECRETS
        if "CONVLAB_SEED" in environment:
            # Plain nbgrader: the check itself runs in the kernel, so it needs these.
            readable.append(Path(environment["CONVLAB_SOLUTIONS"]))
            hidden = ()
        return lock.Policy(
            root=self.scratch / "root",
            own=self.scratch,
            writable=writable,
            readable=tuple(readable),
            hidden=hidden,
            limits=options.get("limits", Limits()),
            layers=tuple(options.get("layers", lock.available())),
        )

    def _receive(self) -> dict[str, Any]:
        assert self.connection is not None  # noqa: S101
        data = self.connection.recv(MAX_MESSAGE)
        told: dict[str, Any] = json.loads(data) if data else {"exit": 1, "reason": ""}
        return told

    async def poll(self) -> int | None:
        """Return the exit code, `None` while the kernel runs."""
        if self.connection is None or self.exit_code is not None:
            return self.exit_code if self.exit_code is not None else 0
        self.connection.setblocking(False)
        try:
            told = self._receive()
        except BlockingIOError:
            return None
        except OSError:
            told = {"exit": 1, "reason": ""}
        finally:
            self.connection.setblocking(True)
        self._note_exit(told)
        return self.exit_code

    def _note_exit(self, told: dict[str, Any]) -> None:
        self.exit_code, self.reason = int(told.get("exit", 1)), told.get("reason", "")

    async def wait(self) -> int | None:
        """Wait until the kernel ended and give its exit code."""
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.01)
        return code

    async def send_signal(self, signum: int) -> None:
        """Send the kernel a signal, and return when it has it; SIGKILL ends any kernel.

        An interrupt that came later would hit the cell after the one it is meant for.
        """
        if self.connection is None or self.exit_code is not None:
            return
        if signum == signal.SIGKILL:
            await self.kill()
            return
        try:
            self.connection.send(json.dumps({"signal": int(signum)}).encode())
            told = self._receive()
            if "sent" not in told:
                self._note_exit(told)
        except OSError:
            self.exit_code = 1

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and return when all of it has ended."""
        if self.connection is None:
            return
        if self.exit_code is None:
            await asyncio.to_thread(self._kill)
        self.connection.close()
        self.connection = None

    def _kill(self) -> None:
        assert self.connection is not None  # noqa: S101
        told: dict[str, Any] = {}
        with suppress(OSError):  # a warm process that died took its kernels with it
            self.connection.send(json.dumps({"signal": signal.SIGKILL}).encode())
            while "exit" not in told:
                told = self._receive()
        self._note_exit(told)

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder."""
        await self.kill(restart)
        if self.scratch is not None:
            folders.remove(self.scratch)
            self.scratch = None


def _kernel_environment(scratch: Path, given: dict[str, str]) -> dict[str, str]:
    """Return a kernel's environment: nothing of the course or of whoever grades."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept |= {name: text for name, text in given.items() if name.startswith(_GIVEN)}
    own = str(scratch / "tmp")
    return (
        kept
        | _QUIET
        | {
            "CONVLAB_OFFLINE": "1",
            "HOME": own,
            "IPYTHONDIR": f"{own}/ipython",
            "KERAS_HOME": f"{own}/keras",
            "LOGNAME": "student",
            "MPLCONFIGDIR": f"{own}/matplotlib",
            "TMPDIR": own,
            "USER": "student",
        }
    )
