"""nbgrader's own steps, used by us, say nothing on the screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def in_silence(step: Any) -> Iterator[None]:
    """Let a step of nbgrader say nothing.

    Its log is that of all of nbgrader, which may have something to say afterwards.
    """
    level = step.log.level
    step.log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        step.log.setLevel(level)
