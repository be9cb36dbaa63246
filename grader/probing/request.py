"""What the judge sends to the student's side, and what comes back: plain data.

A request is a dictionary:

    probe       a key of `PROBES` in `grader.probing.answer`
    name        the student's object
    args kwargs what to call it with
    extra       what the probe itself needs, such as the images to show a model
    time_limit  seconds of the processor, `None` for no limit
    forbidden   dotted names that it may not call

A reply is a dictionary whose "status" is "ok" (with "value", and "changed", the
arguments that the call changed: from another process come the arguments themselves, as
they are "after" it, see `grader.probing.changes`), "missing", "error" (with "type", "message", "line"),
"timeout" (with "busy" and "importing", see `grader.probing.limit`) or "unplain" (with
"message"). Whoever carries the request to another process
adds "crashed" (with "why"): that process ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Request = Mapping[str, Any]
Reply = dict[str, Any]
# After such a reply every other case would fail alike: one time-out is enough to wait for.
LAST = frozenset({"crashed", "missing", "timeout"})
# They build a model and then tell what it computes, for weights that they draw.
BUILDING = frozenset({"block", "network"})
# The others work with Keras, whose import is nobody's slow answer.
WITHOUT_KERAS = frozenset({"call", "calls", "value"})
