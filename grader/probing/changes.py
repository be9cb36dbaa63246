"""What a call did to its arguments: they come back, and whoever sent them compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.exceptions import PlainDataError
from grader.probing.plain import to_plain
from grader.probing.request import Reply, Request


def after(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return, by position or keyword, the arguments that a call could change, as plain data.

    One that is plain no longer is left out, which tells that it was changed.
    """
    found = {}
    for name, value in _named(args, kwargs).items():
        if isinstance(value, (np.ndarray, list, dict)):
            try:
                found[name] = to_plain(value)
            except PlainDataError:
                continue
    return found


def compared(request: Request, reply: Reply) -> Reply:
    """Return a reply with "changed", the arguments that are not as sent, for its "after"."""
    if reply["status"] != "ok":
        return reply
    now = reply["after"]
    sent = after(request.get("args", ()), request.get("kwargs", {}))
    changed = [name for name in sent if _differs(now.get(name), sent[name])]
    return {"status": "ok", "value": reply["value"], "changed": changed}


def _named(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {**{str(place): value for place, value in enumerate(args)}, **kwargs}


def _differs(now: Any, before: Any) -> bool:
    if isinstance(before, np.ndarray):
        # To look for NaNs is slow, and nearly always there is nothing to look for.
        return not np.array_equal(now, before) and (
            before.dtype.kind != "f"
            or not isinstance(now, np.ndarray)
            or now.dtype.kind not in "fiub"
            or not np.array_equal(now, before, equal_nan=True)
        )
    return repr(now) != repr(before)
