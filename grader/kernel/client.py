"""The judge's end of a kernel: nbclient and jupyter_client, with what grading needs."""

from __future__ import annotations

import asyncio
import json
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.session import json_unpacker
from nbclient import NotebookClient
from nbclient.client import CellExecutionComplete
from nbclient.util import ensure_async
from nbformat import NotebookNode

from grader.kernel.answer import MIME_TYPE
from grader.probing.plain import most_items

_REPLY_SECONDS, _IDLE_SECONDS = 1.0, 0.2
# More than any exercise has cases.
_MAX_REPLIES = 1000
# Of one cell: each costs the judge more time than the kernel.
MAX_MESSAGES = 20_000
# In a message: no output that a page could show has as many.
_MAX_ITEMS = 4_000_000


def unpacked(data: bytes) -> Any:
    """Decode a part of a message, counted before it takes memory.

    Raises:
        ValueError: no kernel sends this; a student's code does.
    """
    if most_items(data) > _MAX_ITEMS:
        raise ValueError("a message of too many items")
    return json_unpacker(data)


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

    It answers an Output widget, which `interact` makes, on the socket on which it waits
    for the cell's reply. To send there takes note of what has arrived, and asyncio is
    not told: if that was the reply, nbclient waits until the cell's time is over. The
    labs have `sliders`, without that widget; a student may still have `interact`.
    """

    def on_comm_open_jupyter_widget(self, msg: dict[str, Any]) -> None:
        """Ignore a widget that opens."""


class CellRunner(WidgetsLeftAlone, NotebookClient):  # type: ignore[misc]  # not typed
    """nbclient without widgets, and with an end to what a cell may print.

    Attributes:
        output_left: bytes of output that the running cell may still make.
        messages_left: messages that it may still send.
        grace: seconds that an interrupted cell has to come to its end.
        flooded: it made more, and was interrupted.
        replies: what the running cell published for the judge.
    """

    output_left: int = 0
    messages_left: int = MAX_MESSAGES
    grace: int = 5
    flooded: bool = False
    replies: tuple[str, ...] = ()

    def expect(self, seconds: int, output: int, grace: int) -> None:
        """Get ready for a cell.

        Args:
            seconds: that it may take, and its messages after it.
            output: bytes that it may print.
            grace: seconds that it has to end when it is interrupted.
        """
        self.timeout = self.iopub_timeout = seconds
        self.output_left, self.messages_left = output, MAX_MESSAGES
        self.grace, self.flooded, self.replies = grace, False, ()
        # A later cell is no place for an earlier output.
        self._display_id_map: dict[str, Any] = {}

    async def _async_handle_timeout(
        self, timeout: int, cell: NotebookNode | None = None
    ) -> dict[str, Any] | None:
        self.iopub_timeout = self.grace
        reply: dict[str, Any] | None = await super()._async_handle_timeout(
            timeout, cell
        )
        return reply

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        """Read what a cell sends, and let other tasks run after each message.

        nbclient's own waits only if there is no message: a flood would keep it from
        sending the interrupt that ends the flood, and from minding the time.
        """
        while True:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
            self.messages_left -= 1
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return
            if self._too_much() and not self.flooded:
                self.flooded, self.iopub_timeout = True, self.grace
                # Waited for: a cell may end at once, and the next one is innocent.
                await ensure_async(self.km.interrupt_kernel())
            await asyncio.sleep(0)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message of the kernel, unless the cell printed too much already."""
        if not self._too_much():
            self.output_left -= len(json.dumps(msg["content"], default=str))
        if self._too_much() and msg["msg_type"] != "status":
            return None
        text = _published(msg)
        if text is None:
            return super().process_message(msg, cell, cell_index)
        more = _MAX_REPLIES - len(self.replies)
        self.replies = (*self.replies, *text.split("\n", _MAX_REPLIES)[:more])
        return None

    def _too_much(self) -> bool:
        return self.output_left < 0 or self.messages_left < 0


def _published(message: dict[str, Any]) -> str | None:
    """Return the text of replies to the judge, `None` if the message is another one."""
    data = message["content"].get("data")
    text = data.get(MIME_TYPE) if isinstance(data, dict) else None
    return text if isinstance(text, str) else None
