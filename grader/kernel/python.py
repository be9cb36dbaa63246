"""Start the Python kernel in a process that is locked in already."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from typing import Any

import numpy as np
from traitlets.config import Config

from grader.kernel import sandbox


def run_kernel(
    connection_file: str, folder: str, seed: int, policy: sandbox.Policy
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
    app: Any = kernelapp.IPKernelApp.instance(config=_config())
    app.initialize(["-f", connection_file])
    sandbox.seal(policy)
    app.start()


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
    config.IPKernelApp.capture_fd_output = False
    return config
