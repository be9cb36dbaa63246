"""What the exercises of lab 09 share."""

from __future__ import annotations

from collections.abc import Sequence


def shapes(shapes: Sequence[Sequence[int]]) -> str:
    return " and ".join(str(tuple(shape)) for shape in shapes) or "none"
