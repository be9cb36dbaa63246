"""Reach a student's object, where it lives, with plain data in and plain data out.

This module runs beside the student's code, so it holds no right answer and decides
nothing. `grader.probing.request` says what a request and a reply are made of.
"""

from __future__ import annotations

import copy
import linecache
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from grader.exceptions import PlainDataError
from grader.probing import changes
from grader.probing.forbidden_calls import refused
from grader.probing.frames import is_students
from grader.probing.functions import call, calls, value
from grader.probing.limit import TimeIsUp, limited
from grader.probing.networks import (
    block,
    compiled,
    layer,
    network,
    on_network,
    pair,
    saved,
)
from grader.probing.plain import to_plain
from grader.probing.request import WITHOUT_KERAS, Reply, Request
from grader.probing.training import dataset, training
from grader.probing.transfer import transferred

# Of a long message its beginning and its end are kept, so many characters of each.
_MESSAGE_END = 1000


def answer(namespace: Mapping[str, Any], request: Request) -> Reply:
    """Answer one request about an object in this process; never raises."""
    return changes.compared(request, reach(namespace, request))


def reach(namespace: Mapping[str, Any], request: Request) -> Reply:
    """Answer one request, and leave it to whoever sent it to tell what was changed."""
    name = request["name"]
    if name not in namespace:
        return {"status": "missing"}
    if request["probe"] not in WITHOUT_KERAS:
        import keras  # noqa: F401
    try:
        with (
            limited(request.get("time_limit", 10.0)),
            refused(request.get("forbidden", ()), namespace[name]),
        ):
            return _probed(namespace[name], request)
    except TimeIsUp as over:
        return {"status": "timeout", "busy": over.busy, "importing": over.importing}
    except PlainDataError as error:
        return {"status": "unplain", "message": str(error)}
    except Exception as error:
        return _error(error)


def _probed(subject: Any, request: Request) -> Reply:
    before = request.get("args", ()), request.get("kwargs", {})
    # Copies, for subjects that change them: a request may be put again.
    args, kwargs = list(copy.deepcopy(before[0])), dict(copy.deepcopy(before[1]))
    probe = PROBES[request["probe"]]
    value = to_plain(probe(subject, args, kwargs, request.get("extra", {})))
    return {"status": "ok", "value": value, "after": changes.after(args, kwargs)}


def _error(error: Exception) -> Reply:
    message = str(error)
    if len(message) > 2 * _MESSAGE_END:
        # TensorFlow puts a stack of calls before what it has to say.
        message = f"{message[:_MESSAGE_END]}\n...\n{message[-_MESSAGE_END:]}"
    return {
        "status": "error",
        "type": type(error).__name__,
        "message": message,
        "line": _students_line(error),
    }


def _students_line(error: Exception) -> str:
    """Return the first line that is the student's: one of a library, or ours, says nothing."""
    for frame, number in traceback.walk_tb(error.__traceback__):
        if is_students(frame):
            path = frame.f_code.co_filename
            line = linecache.getline(path, number, frame.f_globals).strip()
            if line:
                return line
    return ""


PROBES: dict[str, Callable[[Any, list[Any], dict[str, Any], Any], Any]] = {
    "block": block,
    "call": call,
    "calls": calls,
    "compiled": compiled,
    "dataset": dataset,
    "layer": layer,
    "network": network,
    "on_network": on_network,
    "pair": pair,
    "saved": saved,
    "training": training,
    "transferred": transferred,
    "value": value,
}
