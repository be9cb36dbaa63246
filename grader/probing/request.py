"""What the judge sends to the student's side, and what comes back: plain data."""

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
