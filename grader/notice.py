"""A notice below a cell, in place of which another one can be shown later."""

from __future__ import annotations

from typing import Any


class Notice:
    """What stands below the cell that runs; made there, nothing is shown yet."""

    def __init__(self) -> None:
        self._handle: Any = None

    @staticmethod
    def can_change() -> bool:
        """Return whether what is shown can be replaced: in a notebook, not in a terminal."""
        from IPython.core.getipython import get_ipython

        return hasattr(get_ipython(), "kernel")

    def show(self, thing: Any) -> None:
        """Show a thing in place of the last one."""
        from IPython.display import display

        if self._handle is None:
            self._handle = display(thing, display_id=True)
        else:
            self._handle.update(thing)


class Line:
    """A line of plain text, shown without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text
