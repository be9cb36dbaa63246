"""What the exercises of lab 09 share."""

from __future__ import annotations

from collections.abc import Sequence


def in_words(shapes: Sequence[Sequence[int]]) -> str:
    """Return the shapes of a layer's weights as a sentence names them."""
    return " and ".join(str(tuple(shape)) for shape in shapes) or "none"
