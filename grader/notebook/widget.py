"""The explorer in a front end: explore.js draws what Python sends, and sends what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_HERE = Path(__file__).parent


class ExplorerWidget(anywidget.AnyWidget):  # type: ignore[misc]  # not typed
    """A widget that shows a scene and asks for another one when something is chosen.

    Args:
        show: gives the scene for a choice, as `Explorer.show` does.
    """

    _esm = (_HERE / "explore.js").read_text("utf-8")
    _css = (_HERE / "explore.css").read_text("utf-8")
    scene = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)

    def __init__(self, show: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        super().__init__(scene=show({}))
        self.observe(lambda change: self._show(show, change["new"]), "chosen")

    def _show(
        self, show: Callable[..., dict[str, Any]], chosen: dict[str, Any]
    ) -> None:
        self.scene = show(chosen)
