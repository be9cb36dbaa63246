"""The judge's end of a kernel: nbclient and jupyter_client, with what grading needs."""

from __future__ import annotations

import asyncio
import json
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.client import CellExecutionComplete
from nbclient.util import ensure_async
from nbformat import NotebookNode

from grader.kernel.answer import MIME_TYPE

_REPLY_SECONDS, _IDLE_SECONDS = 1.0, 0.2
# More than any exercise has cases.
_MAX_REPLIES = 1000


class PromptKernelClient(AsyncKernelClient):  # type: ignore[misc]  # not typed
    """A client that is ready when the kernel is.

    jupyter_client's own then waits a fifth of a second for more messages.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask the kernel what it is until all that belongs to an answer has come.

        Raises:
            RuntimeError: it died, or `timeout` seconds were not enough.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers(self.kernel_info()):
            if not await self._async_is_alive():
                raise RuntimeError("it died before it answered")
            if time.monotonic() > deadline:
                raise RuntimeError(f"it did not answer in {timeout} seconds")

    async def _answers(self, request: str) -> bool:
        try:
            reply = await self.get_shell_msg(timeout=_REPLY_SECONDS)
            while not _ends(await self.get_iopub_msg(timeout=_IDLE_SECONDS), request):
                pass
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _ends(message: dict[str, Any], request: str) -> bool:
    """Return whether a message tells that the kernel is done with a request."""
    idle = message["content"].get("execution_state") == "idle"
    return idle and bool(message["parent_header"].get("msg_id") == request)


class WidgetsLeftAlone:
    """Keep nbclient from playing the front end of widgets.

    It answers an Output widget, which `interact` makes, with messages to the kernel that
    now and then block until the cell's time is over. Nobody moves a slider here.
    """

    def on_comm_open_jupyter_widget(self, msg: dict[str, Any]) -> None:
        """Ignore a widget that opens."""


class CellRunner(WidgetsLeftAlone, NotebookClient):  # type: ignore[misc]  # not typed
    """nbclient without widgets, and with an end to what a cell may print.

    Attributes:
        output_left: bytes of output that the running cell may still make.
        flooded: it made more, and was interrupted.
        replies: what the running cell published for the judge.
    """

    output_left: int = 0
    flooded: bool = False
    replies: tuple[str, ...] = ()

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        """Read what a cell sends, and let other tasks run after each message.

        nbclient's own waits only if there is no message: a flood would keep it from
        sending the interrupt that ends the flood, and from minding the time.
        """
        while True:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return
                if self.output_left < 0 and not self.flooded:
                    self.flooded = True
                    # Waited for: a cell may end at once, and the next one is innocent.
                    await ensure_async(self.km.interrupt_kernel())
            await asyncio.sleep(0)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message of the kernel, unless the cell printed too much already."""
        if msg["msg_type"] == "status":
            return super().process_message(msg, cell, cell_index)
        self.output_left -= len(json.dumps(msg["content"], default=str))
        text = _published(msg)
        if text is not None and self.output_left >= 0:
            self.replies = (*self.replies, *text.split("\n", _MAX_REPLIES))
            return None
        if self.output_left >= 0:
            return super().process_message(msg, cell, cell_index)
        return None


def _published(message: dict[str, Any]) -> str | None:
    """Return the text of replies to the judge, `None` if the message is another one."""
    data = message["content"].get("data")
    text = data.get(MIME_TYPE) if isinstance(data, dict) else None
    return text if isinstance(text, str) else None
