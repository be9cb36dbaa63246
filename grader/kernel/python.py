"""Start the Python kernel in a process that is locked in already."""

from __future__ import annotations

import logging
import os
import random
import sys
import tempfile
import threading
import zlib
from typing import Any

import numpy as np
from ipykernel.compiler import XCachingCompiler, get_tmp_directory
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from grader.kernel import pictures
from grader.kernel.sandbox import lock

_UNSENT = 2**16  # characters


class PromptStream(OutStream):  # type: ignore[misc]  # not typed
    """Send what is printed when it has become much, and wait until it is sent.

    ipykernel's own gathers it for a fifth of a second: time enough for an endless loop to
    fill the memory, before anybody can see that it prints too much.
    """

    _unsent = 0

    def write(self, string: str) -> int | None:
        """Print a text."""
        written: int | None = super().write(string)
        self._unsent += len(string)
        if self._unsent > _UNSENT:
            self._unsent = 0
            self.flush()
        return written

    def flush(self) -> None:
        """Send what is left, if any is: ipykernel asks six times for each cell."""
        if self._flush_pending:
            super().flush()


class _MainThread:
    """Stands where ipykernel expects the thread of the subshells: there is none.

    For a cell with `await` it asks that thread for its parent, whether or not it is one.
    """

    def __init__(self) -> None:
        self.parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class PromptCompiler(XCachingCompiler):  # type: ignore[misc]  # not typed
    """Name a cell as ipykernel does, after a number made of its text.

    ipykernel's own makes it in Python, letter by letter, and the judge's cells are long.
    """

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Return the name of the file that a cell is said to stand in."""
        return f"{get_tmp_directory()}{os.sep}{zlib.crc32(raw_code.encode())}.py"


class OneShellKernel(IPythonKernel):  # type: ignore[misc]  # not typed
    """The kernel of ipykernel, without subshells."""

    compiler_class = PromptCompiler

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False


class OneShellApp(IPKernelApp):  # type: ignore[misc]  # not typed
    """The application of ipykernel, without a command line and without subshells.

    Nobody asks for a subshell here, and each message would pass through one more thread.
    """

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Read none: putting its grammar together takes a fifth of the start."""

    def init_control(self, context: Any) -> None:
        """Open the sockets, and leave the shell's to the main thread."""
        super().init_control(context)
        self.shell_channel_thread = _MainThread()


def run_kernel(
    connection_file: str, folder: str, seed: int, policy: lock.Policy
) -> None:
    """Run ipykernel until it is told to stop.

    Args:
        connection_file: of Jupyter, with the sockets to open.
        folder: the working directory.
        seed: seeds Python, NumPy and, where it is imported, Keras.
        policy: what the process was locked in with.
    """
    from ipykernel import kernelapp

    os.chdir(folder)
    tempfile.tempdir = None  # the warm process has looked up its own
    set_seeds(seed)
    # The pipe is a TCP port for the output of child processes: here is neither.
    kernelapp.IOPubThread = _without_pipe(kernelapp.IOPubThread)
    app: Any = OneShellApp.instance(config=_config(), connection_file=connection_file)
    app.initialize()
    # Its handlers drop what is less, once it is put together: several lines for each cell.
    app.log.setLevel(logging.WARNING)
    # Matplotlib's import does this in other kernels; here there was no shell yet.
    app.shell.enable_matplotlib("inline")
    pictures.install(app.shell)
    # As in JupyterLab, `exit()` does not end the cell it stands in; here it ends nothing.
    app.shell.ask_exit = _do_nothing
    lock.seal(policy)
    app.start()
    while not app.shell.exit_now:
        app.io_loop.start()  # a cell has stopped it, not the judge


def _do_nothing() -> None:
    pass


def _without_pipe(thread: Any) -> Any:
    def start(socket: Any, pipe: bool, session: Any) -> Any:
        return thread(socket, pipe=False, session=session)

    return start


def set_seeds(seed: int) -> None:
    """Seed what draws numbers: a fork would draw what its siblings draw, or never twice."""
    random.seed(seed)
    np.random.seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)


def _config() -> Config:
    config = Config()
    config.HistoryManager.enabled = False
    # A tip is drawn with the seed's generator, one for every time the kernel is asked for
    # its banner.
    config.InteractiveShell.enable_tip = False
    config.IPKernelApp.capture_fd_output = False
    config.IPKernelApp.kernel_class = f"{__name__}.{OneShellKernel.__name__}"
    config.IPKernelApp.outstream_class = f"{__name__}.{PromptStream.__name__}"
    return config
