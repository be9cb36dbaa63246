"""What a sandbox promises, which layers hold it, and attacks that try to break it.

`convlab doctor` runs the attacks on this host; `convlab grade` goes by `HELD_BY`, which a
test holds against the attacks.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.exceptions import HostError, InstructorError
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock
from grader.kernel.sandbox.lock import LANDLOCK, NAMESPACES, SECCOMP, WATCHED
from grader.kernel.session import Session

# Promise -> what it says of a submission.
PROMISES = {
    "network": "reaches no network and no socket of another program",
    "reading": "reads no file but its own, Python's and the system's libraries",
    "writing": "changes no file but its own",
    "processes of others": "neither sees nor signals another process",
    "memory": "uses no more memory and disk than it may",
    "processes": "starts no other process",
    "time": "is stopped when its time is over",
    "output": "prints no more than it may",
    "persistence": "leaves nothing running behind",
}
# Promise -> sets of layers, each of which holds it alone. The last layer, the session
# with its judge, is always there.
HELD_BY: Mapping[str, tuple[frozenset[str], ...]] = {
    "network": (frozenset({NAMESPACES}), frozenset({SECCOMP})),
    "reading": (frozenset({NAMESPACES}), frozenset({LANDLOCK})),
    "writing": (frozenset({NAMESPACES}), frozenset({LANDLOCK, SECCOMP})),
    "processes of others": (frozenset({NAMESPACES}), frozenset({LANDLOCK, SECCOMP})),
    "memory": (frozenset({WATCHED}),),
    "processes": (frozenset({SECCOMP}),),
    "time": (frozenset(),),
    "output": (frozenset(),),
    "persistence": (frozenset({NAMESPACES}), frozenset({SECCOMP})),
}
SETTING = "c.Sandbox.required"


def missing(layers: Iterable[str], required: Iterable[str] = PROMISES) -> list[str]:
    """Return the required promises that these layers do not hold.

    Raises:
        InstructorError: a required promise does not exist.
    """
    have = frozenset(layers)
    unknown = set(required) - set(PROMISES)
    if unknown:
        raise InstructorError(
            f"{SETTING} names {', '.join(sorted(unknown))}; "
            f"the promises are {', '.join(PROMISES)}."
        )
    return [
        promise
        for promise in PROMISES
        if promise in required and not any(one <= have for one in HELD_BY[promise])
    ]


def check_level(required: Iterable[str] = PROMISES) -> None:
    """Stop before a student's code runs on a host that holds too little.

    Raises:
        HostError: what is missing, why, and the options that override it.
    """
    layers = lock.available()
    lost = missing(layers, required)
    if lost:
        absent = [layer for layer in lock.LAYERS if layer not in layers]
        raise HostError(
            f"This host cannot promise {', '.join(lost)} (it lacks {', '.join(absent)}): "
            f"grade on Linux 5.13 or later, require less with {SETTING} in "
            "nbgrader_config.py, or say --no-sandbox to run the submissions unprotected."
        )


@dataclass(frozen=True)
class Ground:
    """What the attacks aim at: things of the host, outside of any submission."""

    folder: Path
    tcp: int
    udp: int
    victim: int
    mark: str

    def cells(self, promise: str) -> list[str]:
        """Return the attacks on a promise as cells; they print BROKE if they succeed."""
        words = {
            "FOLDER": str(self.folder),
            "ABSTRACT": f"convlab-{os.getpid()}",
            "TCP": str(self.tcp),
            "UDP": str(self.udp),
            "VICTIM": str(self.victim),
            "MARK": self.mark,
        }
        pattern = re.compile("|".join(words))
        return [
            pattern.sub(lambda found: words[found[0]], cell)
            for cell in _ATTACKS[promise]
        ]


_ATTACKS: dict[str, tuple[str, ...]] = {
    "network": (
        "import socket\n"
        "socket.create_connection(('127.0.0.1', TCP), 1)\nprint('BROKE: TCP')",
        "import socket\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', UDP))\n"
        "print('BROKE: UDP')",
        "import socket\n"
        "socket.socket(socket.AF_UNIX).connect('FOLDER/socket')\nprint('BROKE: Unix')",
        "import socket\n"
        "socket.socket(socket.AF_UNIX).connect('\\0ABSTRACT')\nprint('BROKE: abstract')",
    ),
    "reading": ("print('BROKE:', open('FOLDER/secret').read())",),
    "writing": (
        "open('FOLDER/new', 'w').write('x')\nprint('BROKE: a new file')",
        "open('FOLDER/secret', 'a').write('x')\nprint('BROKE: a changed file')",
        "import os\nos.chmod('FOLDER/secret', 0o640)\n"
        "if os.stat('FOLDER/secret').st_mode & 0o777 == 0o640:\n"
        "    print('BROKE: a changed mode')",
    ),
    "processes of others": (
        "import os\nos.kill(VICTIM, 0)\nprint('BROKE: a signal')",
        "print('BROKE:', open('/proc/VICTIM/environ').read()[:9])",
        "import os\nos.setpriority(os.PRIO_PROCESS, VICTIM, 9)\n"
        "if os.getpriority(os.PRIO_PROCESS, VICTIM) == 9:\n"
        "    print('BROKE: a priority')",
    ),
    "memory": (
        "import time\nkept = bytes(b'x' * (5 * 2**26))\n"
        "time.sleep(1)\nprint('BROKE: 320 MB of memory')",
        "for number in range(8):\n"
        "    with open(f'big-{number}', 'wb') as file:\n"
        "        file.write(bytes(2**24))\n"
        "import time\ntime.sleep(1.5)\nprint('BROKE: 128 MB of disk')",
    ),
    "processes": (
        "import os\npid = os.fork()\nif pid == 0:\n    os._exit(0)\nprint('BROKE')",
    ),
    "time": (
        "import time\nwhile True:\n    try:\n        time.sleep(9)\n"
        "    except BaseException:\n        pass",
    ),
    "output": ("while True:\n    print('x' * 9999)",),
    "persistence": (
        "import ctypes, os, time\nif os.fork() == 0:\n    os.setsid()\n"
        "    ctypes.CDLL(None).prctl(15, b'MARK')\n    time.sleep(30)\n    os._exit(0)",
    ),
}
_LIMITS = Limits(
    cell_seconds=5, grace_seconds=1, memory_mb=256, disk_mb=64, cell_output_mb=1
)


@contextmanager
def ground() -> Iterator[Ground]:
    """Set up what the attacks aim at."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "secret").write_text("a secret")
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        for name in (f"{folder}/socket", f"\0convlab-{os.getpid()}"):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(name)
            listener.listen()
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        victim = stack.enter_context(subprocess.Popen(command))  # noqa: S603  (ours)
        stack.callback(victim.kill)
        mark = f"cvl{os.getpid()}"
        ports = tcp.getsockname()[1], udp.getsockname()[1]
        yield Ground(folder, *ports, victim.pid, mark)


def broken(
    layers: tuple[str, ...], promises: Iterable[str] = PROMISES
) -> dict[str, list[str]]:
    """Attack promises with these layers alone.

    Returns:
        What broke, by promise; an empty list where the promise held.
    """
    found: dict[str, list[str]] = {}
    with ground() as aim, tempfile.TemporaryDirectory(prefix="convlab-") as own:
        with Session(Path(own), _LIMITS, sandboxed=True, layers=layers) as session:
            for promise in promises:
                found[promise] = _attack(session, aim.cells(promise))
        if "persistence" in found and _outlives(aim.mark):
            found["persistence"].append("BROKE: a process")
    return found


def holders(promises: Iterable[str] = PROMISES) -> dict[str, list[str]]:
    """Attack with each layer of this host alone; give the layers that held, by promise."""
    layered = [name for name in promises if frozenset() not in HELD_BY[name]]
    alone = {layer: broken((layer,), layered) for layer in lock.available()}
    return {
        promise: [layer for layer, found in alone.items() if not found.get(promise)]
        for promise in layered
    }


def _attack(session: Session, cells: Iterable[str]) -> list[str]:
    broke = []
    for source in cells:
        cell = nbformat.v4.new_code_cell(source)
        session.run(cell)
        text = "".join(str(output.get("text", "")) for output in cell.outputs)
        broke += re.findall(r"^BROKE.*$", text, re.MULTILINE)
        if len(text) > 2 * 2**20:
            broke.append("BROKE: output")
    after = nbformat.v4.new_code_cell("print(6 * 7)")
    session.run(after)
    if not after.outputs or after.outputs[0].get("text") != "42\n":
        broke.append("BROKE: the rest of the notebook")
    return broke


def _outlives(mark: str, seconds: float = 2.0) -> bool:
    """Return whether a process of that name is still there after a while; end it."""
    deadline = time.monotonic() + seconds
    while found := _named(mark):
        if time.monotonic() > deadline:
            os.kill(found, signal.SIGKILL)
            return True
        time.sleep(0.05)
    return False


def _named(mark: str) -> int | None:
    for path in Path("/proc").glob("[0-9]*/comm"):
        with suppress(OSError):
            if path.read_text().strip() == mark:
                return int(path.parent.name)
    return None
