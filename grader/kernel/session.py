"""One notebook in one kernel: run cells, ask questions, survive crashes."""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import nbformat
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from grader.exceptions import HostError, PlainDataError
from grader.judging.missing import Cell
from grader.judging.source import MAX_ALL_CODE, MAX_CODE, source_of
from grader.kernel import disk, folders
from grader.kernel.answer import cell_source, decode_reply
from grader.kernel.client import MAX_MESSAGES, CellRunner, PromptKernelClient, unpacked
from grader.kernel.environment import STAYS
from grader.kernel.limits import MB, Limits
from grader.kernel.outputs import joined, raised, repeatable
from grader.kernel.provisioner import KERNEL_NAME
from grader.kernel.sandbox import lock
from grader.kernel.watch import ProcessorLimit
from grader.probing.changes import compared
from grader.probing.limit import CLOCK_FACTOR
from grader.probing.plain import MAX_BYTES
from grader.probing.request import LAST, Reply, Request

# How a cell ended: by itself, interrupted, not to be interrupted, with its process.
End = Literal["done", "stopped", "hung", "dead"]
_STOPPED = "CellTimeoutError"
# Two replies of the largest size; what is larger never reaches this process.
_MAX_MESSAGE = 2 * MAX_BYTES
# All replies to an exercise together, in characters.
_MAX_REPLIES = 2 * MAX_BYTES


@dataclass
class Session:
    """A kernel that runs the cells of a notebook and answers the judge (a `Subject`).

    A kernel that dies or hangs is replaced: the cells that ran before are run again in a
    new one, without the cell that did it.

    Attributes:
        folder: working directory of an ordinary kernel, emptied when it is replaced; one
            in a sandbox has its own.
        limits: what the kernel may use.
        environment: what the kernel finds in its environment; in a sandbox, of these
            only what `grader.kernel.provisioner` lets through.
        sandboxed: fork the kernel from the warm process and lock it in; otherwise start
            an ordinary one, with the rights of whoever grades.
        readable: files and folders that a sandboxed kernel may read.
        layers: the layers of the sandbox; by default all that this host has.
        notes: what happened, in sentences for the student.
        later: sources of the cells that are still to come.
    """

    folder: Path
    limits: Limits = field(default_factory=Limits)
    environment: dict[str, str] = field(default_factory=dict)
    sandboxed: bool = False
    readable: tuple[Path, ...] = ()
    layers: tuple[str, ...] = field(default_factory=lock.available)
    notes: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    _ran: list[NotebookNode] = field(default_factory=list)
    _seen: list[tuple[str, str]] = field(default_factory=list)
    _client: Any = None
    _end: End = "done"
    _deadline: float = 0.0
    _output_left: int = 0
    _code_left: int = MAX_ALL_CODE
    _replies_left: int = _MAX_REPLIES

    def __enter__(self) -> Session:
        self._deadline = time.monotonic() + self.limits.notebook_seconds
        self._output_left = self.limits.notebook_output_mb * MB
        self._start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()

    def run(self, cell: NotebookNode, whole: str = "") -> None:
        """Run a code cell; its outputs are written into it, errors included.

        Args:
            cell: the cell.
            whole: the source of which it is a part, if it is.
        """
        if len(cell.source) > min(MAX_CODE, self._code_left):
            self._leave_out(cell)
            return
        self._code_left -= len(cell.source)
        output_limit = min(self.limits.cell_output_mb * MB, self._output_left)
        end = self._execute(cell, self.limits.cell_seconds, output_limit)
        self._output_left -= output_limit - max(0, self._client.output_left)
        cell.outputs = [repeatable(output) for output in joined(cell.outputs)]
        if end == "done" and self._fills_disk():
            # Now, not when it is noticed: a later cell would have to answer for it.
            self._replace(cell, f"it used more than {self.limits.disk_mb:,} MB of disk")
        elif end == "done":
            self._ran.append(cell)
        elif end == "dead":
            self._replace(cell, f"it {self._why_dead()}")
        elif end == "hung":
            self._replace(cell, f"it could not be stopped: {self._why_stopped()}")
        else:
            what = f"stopped: {self._why_stopped()}"
            cell.outputs.append(_error("Stopped", f"This cell was {what}."))
            self.notes.append(f"A cell was {what} ({_first_line(cell.source)}).")
        self._seen.append((whole or cell.source, raised(cell)))

    def pass_over(self, source: str) -> None:
        """Note a cell that was seen, and need not run."""
        self._seen.append((source, ""))

    def _leave_out(self, cell: NotebookNode) -> None:
        """Keep what is too long to be read from the kernel, and from the judge."""
        what = (
            f"not run: {MAX_CODE:,} characters of code are the most in a cell, and "
            f"{MAX_ALL_CODE:,} in a notebook"
        )
        cell.outputs = [_error("TooLong", f"This cell was {what}.")]
        self.notes.append(f"A cell was {what} ({_first_line(cell.source)}).")
        self._seen.append(("", raised(cell)))

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Put requests to the kernel; a dead or hanging kernel is a reply as well.

        They go together, which costs a fraction of the messages, and end with the first
        reply of `grader.probing.request.LAST`. What is not answered in the time of one,
        or when the kernel dies, is asked alone.
        """
        self._replies_left = _MAX_REPLIES
        texts = self._ask_together(requests) if len(requests) > 1 else ()
        for request, text in zip(requests, texts, strict=False):
            reply = self._decoded(request, text)
            yield reply
            if reply["status"] in LAST:
                return
        for request in requests[len(texts) :]:
            yield self.ask(request)

    def _ask_together(self, requests: Sequence[Request]) -> Sequence[str]:
        try:
            end, texts = self._put(requests)
        except PlainDataError:
            return ()  # together they are too large
        if end == "dead" and len(texts) < len(requests):
            self._run_again(self._ran)  # whoever does it again when asked alone is told
        elif end in ("dead", "hung"):
            self._replace(None, f"calling `{requests[0]['name']}` never came back")
        return texts

    def ask(self, request: Request) -> Reply:
        """Put one request to the kernel."""
        end, texts = self._put([request])
        if end == "dead":
            return self._crashed(request)
        if end == "hung":
            self._replace(None, f"calling `{request['name']}` never came back")
        if end != "done" and self._is_over():
            return {"status": "crashed", "why": f"was too late: {self._over}"}
        if end != "done":
            return {"status": "timeout", "busy": end == "stopped", "importing": False}
        if not texts:
            return {"status": "unplain", "message": "no reply"}
        return self._decoded(request, texts[0])

    def _decoded(self, request: Request, text: str) -> Reply:
        """Decode one reply: the judge keeps all to an exercise, so they share a limit."""
        self._replies_left -= len(text)
        try:
            if self._replies_left < 0:
                raise PlainDataError("answers that are too large together")
            # Compared here, where the student's code can patch nothing.
            return compared(request, decode_reply(text))
        except PlainDataError as error:
            return {"status": "unplain", "message": str(error)}

    def _put(self, requests: Sequence[Request]) -> tuple[End, Sequence[str]]:
        cell = nbformat.v4.new_code_cell(cell_source(requests))
        seconds = float(requests[0].get("time_limit", 10.0))
        grace = self.limits.grace_seconds
        with ProcessorLimit(self._pid, seconds + grace) as limit:
            clock = int(CLOCK_FACTOR * seconds) + grace
            end = self._execute(cell, clock, _MAX_MESSAGE)
        if limit.over:
            end = "hung"
        return end, self._client.replies[: len(requests)]

    @property
    def _pid(self) -> int | None:
        pid: int | None = getattr(self._client.km.provisioner, "pid", None)
        return pid

    def _crashed(self, request: Request) -> Reply:
        why = self._why_dead()
        self._replace(None, f"calling `{request['name']}` {why}")
        return {"status": "crashed", "why": why}

    def source(self) -> str:
        """Return the code of the cells that ran."""
        return source_of([cell.source for cell in self._ran])

    def cells(self) -> list[Cell]:
        """Return all code cells: how those before ended, and those to come."""
        seen = [
            Cell(source, "failed" if error else "ran", error)
            for source, error in self._seen
        ]
        later = [source for source in self.later if len(source) <= MAX_CODE]
        return [*seen, *(Cell(source, "later") for source in later)]

    def _execute(self, cell: NotebookNode, seconds: int, output_limit: int) -> End:
        """Run a cell; a cell over its time or output is interrupted."""
        client = self._client
        left = self._deadline - time.monotonic()
        seconds = max(1, min(seconds, int(left)))
        client.expect(seconds, output_limit, self.limits.grace_seconds)
        client.nb.cells = [cell]
        cell.outputs = []
        self._end = "done"
        if left <= 0:
            return "stopped"
        try:
            client.execute_cell(cell, 0)
        except CellTimeoutError:
            return "hung"
        except DeadKernelError:
            return "dead"
        except (
            AttributeError,
            KeyError,
            RecursionError,
            TypeError,
            ValueError,
            nbformat.ValidationError,
        ):
            # Messages of a form that no kernel sends come from a student's code.
            return "dead"
        return "stopped" if client.flooded else self._end

    def _fills_disk(self) -> bool:
        if not (self.sandboxed and lock.WATCHED in self.layers):
            return False
        kernel = self._client.km.provisioner
        return disk.used(kernel.policy, kernel.pid) > self.limits.disk_mb * MB

    def _note_end(self, execute_reply: dict[str, Any], **kwargs: Any) -> None:
        if execute_reply["content"].get("ename") == _STOPPED:
            self._end = "stopped"

    def _why_stopped(self) -> str:
        if self._client.messages_left < 0:
            return f"it printed or drew more than {MAX_MESSAGES:,} times"
        if self._client.flooded:
            return f"it printed more than {self.limits.cell_output_mb} MB"
        if self._is_over():
            return self._over
        return f"it took more than {self.limits.cell_seconds} seconds"

    def _is_over(self) -> bool:
        return time.monotonic() > self._deadline - 1

    @property
    def _over(self) -> str:
        seconds = self.limits.notebook_seconds
        return f"the notebook took more than {seconds} seconds in all"

    def _why_dead(self) -> str:
        reason = getattr(self._client.km.provisioner, "reason", "")
        return f"used {reason}" if reason else "ended the Python process"

    def _replace(self, offender: NotebookNode | None, reason: str) -> None:
        if offender is not None and not offender.outputs:
            offender.outputs = [_error("Crash", reason)]
        where = f" ({_first_line(offender.source)})" if offender is not None else ""
        self.notes.append(
            f"A kernel was replaced because {reason}{where}; "
            "the cells before it were run again without it."
        )
        self._run_again(self._ran)

    def _run_again(self, cells: list[NotebookNode]) -> None:
        """Run cells in a fresh kernel and an empty folder, without those that end it."""
        offender: NotebookNode | None = None
        while True:
            self._stop()
            folders.empty(self.folder)
            self._start()
            cells, self._ran = [cell for cell in cells if cell is not offender], []
            for cell in cells:
                copy = nbformat.v4.new_code_cell(cell.source)
                end = self._execute(copy, self.limits.cell_seconds, _MAX_MESSAGE)
                if end in ("dead", "hung"):
                    offender = cell
                    break
                if end == "done":
                    self._ran.append(cell)
            else:
                return

    def _start(self) -> None:
        client = CellRunner(
            nbformat.v4.new_notebook(),
            kernel_name=KERNEL_NAME if self.sandboxed else "python3",
            extra_arguments=[] if self.sandboxed else STAYS,
            allow_errors=True,
            record_timing=False,
            interrupt_on_timeout=True,
            raise_on_iopub_timeout=True,
            error_on_timeout={"ename": _STOPPED, "evalue": "", "traceback": []},
            on_cell_executed=self._note_end,
            skip_cells_with_tag="",
            shutdown_kernel="immediate",
            resources={"metadata": {"path": None if self.sandboxed else self.folder}},
        )
        client.log.setLevel(logging.CRITICAL)
        manager = client.create_kernel_manager()
        manager.log.setLevel(logging.CRITICAL)
        manager.client_factory = PromptKernelClient
        manager.session.unpack = unpacked
        manager.context.setsockopt(zmq.MAXMSGSIZE, _MAX_MESSAGE)
        try:
            client.start_new_kernel(env=self.environment, **self._options(manager))
            client.start_new_kernel_client()
        except HostError:
            raise
        except Exception as error:
            raise HostError(f"No kernel could be started: {error}") from error
        self._client = client

    def _options(self, manager: Any) -> dict[str, Any]:
        """Return what starting the kernel takes beside its environment."""
        if self.sandboxed:
            # Found also where nobody installed the kernelspec.
            manager.kernel_spec_manager = KernelSpecManager(
                kernel_dirs=[str(Path(__file__).parent)]
            )
            return {
                "limits": self.limits,
                "readable": self.readable,
                "layers": self.layers,
            }
        if os.name == "posix":
            # Sockets in the file system: no port to listen on, none to collide.
            manager.transport = "ipc"
            manager.ip = str(self._sockets())
        # What libraries log below Python would land on the instructor's screen.
        return {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def _sockets(self) -> Path:
        """Return a fresh path for sockets; one may not be longer than 107 bytes."""
        return Path(tempfile.mkdtemp(prefix="k-", dir=self.folder)) / "s"

    def _stop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client._cleanup_kernel()


def _error(name: str, message: str) -> NotebookNode:
    return nbformat.v4.new_output(
        "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
    )


def _first_line(source: str) -> str:
    line = next((line for line in source.splitlines() if line.strip()), "")
    return f"`{line.strip()[:60]}`"
