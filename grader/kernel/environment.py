"""The environment variables of a kernel that grades."""

from __future__ import annotations

import os

# One thread each is faster than many processes that share the cores.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}

# For an ordinary kernel: `exit()` and a stopped event loop end nothing. In the kernel of a
# sandbox it is so already (`grader.kernel.python`).
STAYS = [
    "--IPKernelApp.exec_lines=get_ipython().ask_exit = lambda: None",
    "--IPKernelApp.exec_lines=__import__('asyncio').get_event_loop().stop = lambda: None",
]


def kernel_environment() -> dict[str, str]:
    """Return a kernel's environment: offline, quiet, one thread, no setting of the course.

    A kernel has one thread (`ONE_THREAD`).
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CONVLAB_") or name == "CONVLAB_DATA"
    }
    return kept | ONE_THREAD | {"CONVLAB_OFFLINE": "1"}
