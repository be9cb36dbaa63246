"""Keep to ourselves what our own code prints and warns of, and count the student's."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import numpy as np


class LineCounter(io.TextIOBase):
    """A stream that keeps nothing but the number of its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0

    def writable(self) -> bool:
        """Return that it takes text."""
        return True

    def write(self, text: str) -> int:
        """Count the lines of a text."""
        self.lines += text.count("\n")
        return len(text)


@contextmanager
def silence() -> Iterator[None]:
    """Show nothing that is printed or warned of: wrong answers warn a lot."""
    nowhere = LineCounter()
    with (
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def counted(lines: LineCounter) -> Iterator[None]:
    """Count the lines that the student's code prints and warns of, also in a silence."""
    with (
        redirect_stdout(lines),
        redirect_stderr(lines),
        warnings.catch_warnings(),
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
    ):
        warnings.simplefilter("default")
        yield
