"""The Go board in a front end: board.js draws what Python sends, and sends what is clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_HERE = Path(__file__).parent


class BoardWidget(anywidget.AnyWidget):  # type: ignore[misc]  # not typed
    """A widget that shows a board and asks for another one when a point is clicked.

    Args:
        state: what is shown first, as `Game.state` gives it.
        choose: gives the state after a choice: {"move": its number}, or a new game.
    """

    _esm = (_HERE / "board.js").read_text("utf-8")
    _css = (_HERE / "board.css").read_text("utf-8")
    state = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        state: dict[str, Any],
        choose: Callable[[Mapping[str, Any]], dict[str, Any]],
    ) -> None:
        super().__init__(state=state)
        self.observe(lambda change: self._choose(choose, change["new"]), "chosen")

    def _choose(
        self, choose: Callable[..., dict[str, Any]], chosen: dict[str, Any]
    ) -> None:
        # The number of the choice makes a state that looks like the last one be sent.
        self.state = {**choose(chosen), "number": chosen.get("number", 0)}
