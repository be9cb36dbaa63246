"""What a command costs, with every process it starts: CPU, wall time, private memory."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from grader.kernel.sandbox import linux

_PR_SET_CHILD_SUBREAPER = 36
_CLOCK = os.sysconf("SC_CLK_TCK")
_TICK = 0.2
_MEMORY_TICK = 0.4
_OTHER = "command"


class CommandFailed(Exception):
    """A measured command ended with an error."""


@dataclass
class Cost:
    """What a command cost.

    Attributes:
        cpu: user and system seconds of the whole tree of processes, none left out.
        wall: seconds until the command ended.
        seen: kind of process -> CPU seconds as sampled; a little less than `cpu` in all.
        private_mb: kind of process -> the most private memory that one of them had.
    """

    cpu: float = 0.0
    wall: float = 0.0
    seen: dict[str, float] = field(default_factory=dict)
    private_mb: dict[str, float] = field(default_factory=dict)


def run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Cost:
    """Run a command to its end and measure it; this process may have no other children.

    Processes whose parent was killed are inherited and waited for, so that their time is
    counted as well (`PR_SET_CHILD_SUBREAPER`).

    Raises:
        CommandFailed: with the last lines that it printed.
    """
    linux.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    before, started = _children_cpu(), time.monotonic()
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603  (our own commands)
            list(command), cwd=folder, env=environment, stdout=file, stderr=file
        )
        watch = _Watch()
        code, ended = _wait_for_all(process.pid)
        watch.stop()
    process.returncode = code
    if code:
        lines = log.read_text("utf-8", "replace").splitlines()[-15:]
        raise CommandFailed("\n".join([f"{' '.join(command)}: {code}", *lines]))
    cost = watch.cost
    cost.cpu, cost.wall = _children_cpu() - before, ended - started
    return cost


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for_all(first: int) -> tuple[int, float]:
    """Wait for every child, inherited ones too; give the first one's code and end."""
    code, ended = 0, 0.0
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == first:
                code, ended = os.waitstatus_to_exitcode(status), time.monotonic()
    return code, ended


class _Watch:
    """Samples the processes below this one, in a thread."""

    def __init__(self) -> None:
        self.cost = Cost()
        self._cpu: dict[tuple[int, str], tuple[str, float]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
        for kind, cpu in self._cpu.values():
            self.cost.seen[kind] = self.cost.seen.get(kind, 0.0) + cpu

    def _sample(self) -> None:
        memory_due = 0.0
        while not self._ended.wait(_TICK):
            with_memory = time.monotonic() > memory_due
            if with_memory:
                memory_due = time.monotonic() + _MEMORY_TICK
            for pid, kind, born, cpu in _below(os.getpid()):
                # A process that has ended, but is not waited for, has no name any more.
                known, _ = self._cpu.get((pid, born), (kind, 0.0))
                kind = known if kind == _OTHER else kind
                self._cpu[pid, born] = kind, cpu
                if with_memory:
                    most = max(self.cost.private_mb.get(kind, 0.0), private_mb(pid))
                    self.cost.private_mb[kind] = most


def _below(root: int) -> Iterator[tuple[int, str, str, float]]:
    """Yield pid, kind, start time and CPU seconds of all processes below one."""
    found: dict[int, tuple[int, str, float]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            fields = (path / "stat").read_text().rsplit(")", 1)[1].split()
            found[int(path.name)] = int(fields[1]), fields[19], _seconds(fields)
    kinds = {root: ""}

    def kind_of(pid: int) -> str | None:
        if pid not in kinds and pid in found:
            above = kind_of(found[pid][0])
            if above is not None:
                kinds[pid] = _kind(pid, above)
        return kinds.get(pid)

    for pid, (_, born, cpu) in found.items():
        kind = kind_of(pid)
        if kind:
            yield pid, kind, born, cpu


def _seconds(fields: Sequence[str]) -> float:
    return (int(fields[11]) + int(fields[12])) / _CLOCK


def _kind(pid: int, above: str) -> str:
    """Return what a process is, from its command line and what its parent is."""
    command = ""
    with suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    if "grader.kernel.warm" in command:
        return "kernel" if above in ("warm process", "kernel") else "warm process"
    if "multiprocessing.forkserver" in command:
        return "worker" if above in ("fork server", "worker") else "fork server"
    return "kernel" if "ipykernel" in command else _OTHER


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process, of all its threads but of no children."""
    try:
        return _seconds(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split())
    except (OSError, IndexError):
        return 0.0


def private_mb(pid: int) -> float:
    """Return the memory that a process shares with no other, in MB; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    private = (line for line in lines if line.startswith(("Private_C", "Private_D")))
    return sum(int(line.split()[1]) for line in private) / 1024
