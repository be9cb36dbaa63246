"""A process that grades for a worker of Dask, with processes of its own.

    python -m grader.grading.machine LAB DESCRIPTOR [DESCRIPTOR ...]

LAB is JSON, `{"stem", "needs"}`. On each open descriptor (a socket) it takes one job
after another, as JSON, and answers with the entry; on an empty message it says what it
is: `{"versions", "layers"}`. It ends when its standard input is closed, and with it all
that it started. A worker of Dask is a daemon, which may have no children that fork.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import grader.kernel.lean  # noqa: F401  (before what it keeps out)
from grader.grading.entry import Job
from grader.grading.place import Needs
from grader.grading.versions import versions
from grader.kernel import folders
from grader.kernel.environment import ONE_THREAD
from grader.kernel.sandbox import lock

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from grader.grading.here import Here


def _answer(here: Here, hello: dict[str, Any], message: bytes) -> bytes:
    if not message:
        return json.dumps(hello).encode()
    job = Job.from_json(json.loads(message))
    return json.dumps(here.grade(job).to_json()).encode()


def _serve(connection: Connection, here: Here, hello: dict[str, Any]) -> None:
    with suppress(EOFError, OSError):
        while True:
            connection.send_bytes(_answer(here, hello, connection.recv_bytes()))


def main() -> None:
    """Grade what comes until standard input is closed."""
    folders.keep_together()
    # Later, and so it removes its own folder before that one goes.
    from multiprocessing.connection import Connection

    from grader.grading.here import Here

    lab = json.loads(sys.argv[1])
    for name, text in ONE_THREAD.items():
        os.environ.setdefault(name, text)
    here = Here(len(sys.argv) - 2)
    # Found out in a child of its own, before there are threads.
    hello = {"versions": versions(lab["stem"]), "layers": lock.available()}
    here.begin(lab["stem"], Needs.from_json(lab["needs"]))
    for descriptor in map(int, sys.argv[2:]):
        os.set_inheritable(descriptor, False)
        arguments = Connection(descriptor), here, hello
        threading.Thread(target=_serve, args=arguments, daemon=True).start()
    sys.stdin.buffer.read()
    here.kill()


if __name__ == "__main__":
    main()
