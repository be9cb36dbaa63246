"""One notebook in one kernel: run cells, ask questions, survive crashes."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from grader.exceptions import HostError, PlainDataError
from grader.kernel.answer import MIME_TYPE, cell_source, decode_reply
from grader.probe import Reply, Request

# How a cell ended: by itself, interrupted, not to be interrupted, with its process.
End = Literal["done", "stopped", "hung", "dead"]
_STOPPED = "CellTimeoutError"
_VARYING = (
    (re.compile(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py"), "<cell>"),
    (re.compile(r"\b0x[0-9a-fA-F]{6,16}\b"), "0x..."),
)


@dataclass(frozen=True)
class Limits:
    """What one cell may use.

    Attributes:
        cell_seconds: wall time of a cell before it is interrupted.
        grace_seconds: how long an interrupted kernel may take to answer again.
    """

    cell_seconds: int = 120
    grace_seconds: int = 5


class WidgetsLeftAlone:
    """Keep nbclient from playing the front end of widgets.

    It answers an Output widget, which `interact` makes, with messages to the kernel that
    now and then block until the cell's time is over. Nobody moves a slider here.
    """

    def on_comm_open_jupyter_widget(self, msg: dict[str, Any]) -> None:
        """Ignore a widget that opens."""


class _Client(WidgetsLeftAlone, NotebookClient):  # type: ignore[misc]  # not typed
    """nbclient without widgets."""


@dataclass
class Session:
    """A kernel that runs the cells of a notebook and answers the judge (a `Subject`).

    A kernel that dies or hangs is replaced: the cells that ran before are run again in a
    new one, without the cell that did it.

    Attributes:
        folder: working directory of the kernel.
        notes: what happened, in sentences for the student.
    """

    folder: Path
    limits: Limits = Limits()
    environment: dict[str, str] = field(default_factory=dict)
    kernel_name: str = "python3"
    notes: list[str] = field(default_factory=list)
    _ran: list[NotebookNode] = field(default_factory=list)
    _client: Any = None
    _end: End = "done"

    def __enter__(self) -> Session:
        self._start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()

    def run(self, cell: NotebookNode) -> None:
        """Run a code cell; its outputs are written into it, errors included."""
        end = self._execute(cell, self.limits.cell_seconds)
        cell.outputs = [_repeatable(output) for output in cell.outputs]
        if end == "done":
            self._ran.append(cell)
            return
        seconds = self.limits.cell_seconds
        if end == "dead":
            self._replace(cell, "it ended the Python process")
        elif end == "hung":
            self._replace(cell, f"it could not be stopped after {seconds} seconds")
        else:
            what = f"stopped after {seconds} seconds"
            cell.outputs.append(_error("TimeoutError", what))
            self.notes.append(f"A cell was {what} ({_first_line(cell.source)}).")

    def ask(self, request: Request) -> Reply:
        """Put a request to the kernel; a dead or hanging kernel is a reply as well."""
        cell = nbformat.v4.new_code_cell(cell_source(request))
        limit = int(request.get("time_limit", 10.0)) + self.limits.grace_seconds
        end = self._execute(cell, limit)
        if end == "done":
            return _reply(cell)
        if end == "dead":
            self._replace(None, f"calling `{request['name']}` ended the Python process")
            return {"status": "crashed"}
        if end == "hung":
            self._replace(None, f"calling `{request['name']}` never came back")
        return {"status": "timeout"}

    def source(self) -> str:
        """Give the code of the cells that ran."""
        from grader.notebook import source_of

        return source_of([cell.source for cell in self._ran])

    def _execute(self, cell: NotebookNode, seconds: int) -> End:
        """Run a cell; a cell over its time is interrupted."""
        client = self._client
        client.timeout = seconds
        client.iopub_timeout = self.limits.grace_seconds
        client.nb.cells = [cell]
        cell.outputs = []
        self._end = "done"
        try:
            client.execute_cell(cell, 0)
        except CellTimeoutError:
            return "hung"
        except DeadKernelError:
            return "dead"
        return self._end

    def _note_end(self, execute_reply: dict[str, Any], **kwargs: Any) -> None:
        if execute_reply["content"].get("ename") == _STOPPED:
            self._end = "stopped"

    def _replace(self, offender: NotebookNode | None, reason: str) -> None:
        if offender is not None and not offender.outputs:
            offender.outputs = [_error("Crash", reason)]
        where = f" ({_first_line(offender.source)})" if offender is not None else ""
        self.notes.append(
            f"A kernel was replaced because {reason}{where}; "
            "the cells before it were run again without it."
        )
        self._stop()
        self._start()
        again, self._ran = self._ran, []
        for cell in again:
            copy = nbformat.v4.new_code_cell(cell.source)
            end = self._execute(copy, self.limits.cell_seconds)
            if end == "done":
                self._ran.append(cell)
            elif end in ("dead", "hung"):
                self._stop()
                self._start()

    def _start(self) -> None:
        client = _Client(
            nbformat.v4.new_notebook(),
            kernel_name=self.kernel_name,
            allow_errors=True,
            record_timing=False,
            coalesce_streams=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": _STOPPED, "evalue": "", "traceback": []},
            on_cell_executed=self._note_end,
            skip_cells_with_tag="",
            resources={"metadata": {"path": str(self.folder)}},
        )
        client.log.setLevel(logging.CRITICAL)
        manager = client.create_kernel_manager()
        if os.name == "posix":
            # Sockets in the file system: no port to listen on, none to collide.
            manager.transport = "ipc"
            manager.ip = str(self._sockets())
        try:
            # What libraries log below Python would land on the instructor's screen.
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            client.start_new_kernel(env=self.environment, **quiet)
            client.start_new_kernel_client()
        except Exception as error:
            raise HostError(f"No kernel could be started: {error}") from error
        self._client = client

    def _sockets(self) -> Path:
        """Give a fresh path for sockets; one may not be longer than 107 bytes."""
        return Path(tempfile.mkdtemp(prefix="k-", dir=self.folder)) / "s"

    def _stop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.shutdown_kernel = "immediate"
            client._cleanup_kernel()


def _reply(cell: NotebookNode) -> Reply:
    for output in cell.outputs:
        text = output.get("data", {}).get(MIME_TYPE)
        if isinstance(text, str):
            try:
                return decode_reply(text)
            except PlainDataError as error:
                return {"status": "unplain", "message": str(error)}
    errors = [output for output in cell.outputs if output.output_type == "error"]
    kind = errors[0].ename if errors else "nothing"
    return {"status": "unplain", "message": f"no reply ({kind})"}


def _repeatable(output: NotebookNode) -> NotebookNode:
    """Take process ids and memory addresses out of an output's text.

    With them the same submission would not give the same feedback twice.
    """
    for pattern, text in _VARYING:
        for key in ("text", "evalue"):
            if isinstance(output.get(key), str):
                output[key] = pattern.sub(text, output[key])
        if "traceback" in output:
            output.traceback = [pattern.sub(text, line) for line in output.traceback]
        data = output.get("data", {})
        for kind in data:
            if kind.startswith("text/") and isinstance(data[kind], str):
                data[kind] = pattern.sub(text, data[kind])
    return output


def _error(name: str, message: str) -> NotebookNode:
    return nbformat.v4.new_output(
        "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
    )


def _first_line(source: str) -> str:
    line = next((line for line in source.splitlines() if line.strip()), "")
    return f"`{line.strip()[:60]}`"
