"""The kernel's end of a question: runs in the student's process.

Requests arrive as text in a cell's source, replies leave in displays of type `MIME_TYPE`,
one to a line; both are plain data in base64.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from typing import Any

from grader.exceptions import PlainDataError
from grader.probing import plain
from grader.probing.answer import reach
from grader.probing.entry_points import entry_points
from grader.probing.request import LAST, Reply, Request

MIME_TYPE = "application/x-convlab-reply"
# The kernel's own texts are shorter (`grader.probing`); a forged one would fill a page.
_MAX_TEXT = 4000
# Replies wait for each other, because a message costs more than most of them: for so many
# seconds and characters.
_WAIT, _GATHERED = 0.2, 2**20


def cell_source(requests: Sequence[Request]) -> str:
    """Return the source of the cell that puts requests to the kernel, one after the other."""
    data = plain.to_bytes([dict(request) for request in requests])
    text = base64.b64encode(data).decode()
    return f'from grader.kernel.answer import _publish\n_publish(globals(), "{text}")'


def decode_reply(text: str) -> Reply:
    """Decode what a kernel claims to be a reply.

    Raises:
        PlainDataError: it is not a reply.
    """
    try:
        reply = plain.from_bytes(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise PlainDataError(f"no readable reply ({error})") from None
    return _checked(reply)


def _publish(namespace: Mapping[str, Any], text: str) -> None:
    gathered: list[str] = []
    begun = time.monotonic()
    requests = plain.from_bytes(base64.b64decode(text))
    # They are about one exercise; done once for all of them, it takes less.
    with entry_points(tuple(requests[0].get("forbidden", ()))).kept_out():
        for request in requests:
            reply = reach(namespace, request)
            gathered.append(_encoded(reply))
            waited = time.monotonic() - begun
            if waited > _WAIT or sum(map(len, gathered)) > _GATHERED:
                _send(gathered)
                gathered, begun = [], time.monotonic()
            if reply["status"] in LAST:
                break
    if gathered:
        _send(gathered)


def _encoded(reply: Reply) -> str:
    try:
        data = plain.to_bytes(reply)
    except PlainDataError as error:
        data = plain.to_bytes({"status": "unplain", "message": str(error)})
    return base64.b64encode(data).decode()


def _send(replies: Sequence[str]) -> None:
    from IPython.display import display

    display({MIME_TYPE: "\n".join(replies)}, raw=True)


def _checked(reply: Any) -> Reply:
    """Check the form of a reply, whose content nobody has to believe."""
    fields: dict[str, dict[str, type]] = {
        "ok": {"after": dict},
        "missing": {},
        "error": {"type": str, "message": str, "line": str},
        "timeout": {"busy": bool, "importing": bool},
        "unplain": {"message": str},
    }
    status = reply.get("status") if isinstance(reply, dict) else None
    if not isinstance(status, str) or status not in fields:
        raise PlainDataError("a reply of a form that no probe gives")
    if status == "ok" and "value" not in reply:
        raise PlainDataError("a reply without a value")
    for key, kind in fields[status].items():
        if not isinstance(reply.get(key), kind):
            raise PlainDataError(f"a reply whose {key!r} is not a {kind.__name__}")
        if kind is str:
            reply[key] = reply[key][:_MAX_TEXT]
    return dict(reply)
