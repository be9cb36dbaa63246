"""What the exercises of lab 16 share: boxes drawn, painted and counted pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def boxes_of(*rows: tuple[int, int, int, int]) -> np.ndarray:
    """Return boxes (n, 4) of rows (top, left, bottom, right); none of no rows."""
    return np.array(rows, int).reshape(-1, 4)


def drawn_boxes(rng: np.random.Generator, n: int, page: int, longest: int) -> Any:
    """Draw boxes (n, 4) of 2 to `longest` pixels a side, with their corners on a page."""
    corners = rng.integers(0, page, (n, 2))
    return np.hstack([corners, corners + rng.integers(2, longest + 1, (n, 2))])


def bundles(
    rng: np.random.Generator, places: int, each: int, size: int, spread: int
) -> Any:
    """Draw boxes of one size that lie in bundles, those of a bundle near each other."""
    corners = rng.integers(0, 4 * size, (places, 1, 2))
    corners = corners + rng.integers(-spread, spread + 1, (places, each, 2))
    corners = corners.reshape(-1, 2)
    return np.hstack([corners, corners + size])


def drawn_scores(rng: np.random.Generator, n: int) -> Any:
    """Draw scores that are all different, of both signs."""
    return rng.permutation(np.arange(n) - n // 3) / 4 + 0.125


def painted(boxes: Any, low: Any, size: Any) -> Any:
    """Return for each box which pixels of a sheet it holds, (n, pixels).

    Args:
        boxes: whole numbers (n, 4).
        low: row and column of the sheet's first pixel.
        size: rows and columns of the sheet.
    """
    rows, columns = (
        np.arange(first, first + n) for first, n in zip(low, size, strict=True)
    )
    down = (rows >= boxes[:, :1]) & (rows < boxes[:, 2:3])
    across = (columns >= boxes[:, 1:2]) & (columns < boxes[:, 3:])
    return (down[:, :, None] & across[:, None, :]).reshape(len(boxes), -1)


def pixels(boxes: Any, others: Any) -> tuple[Any, Any]:
    """Return how many pixels each box shares with each other one, and both hold, (n, m)."""
    every = np.concatenate([np.reshape(boxes, (-1, 4)), np.reshape(others, (-1, 4))])
    every = every.astype(int)
    if not len(every):
        return np.zeros((0, 0)), np.zeros((0, 0))
    low = every.min(axis=0)[:2]
    size = every.max(axis=0)[2:] - low
    sheet = painted(every, low, np.maximum(size, 0)).astype(float)
    one, other = sheet[: len(boxes)], sheet[len(boxes) :]
    shared = one @ other.T
    return shared, one.sum(axis=1)[:, None] + other.sum(axis=1) - shared


def pairwise_iou(boxes: Any, others: Any) -> Any:
    """Return the IoU of each box with each other one, (n, m), by counting pixels."""
    shared, together = pixels(boxes, others)
    return shared / np.maximum(together, 1)


def best_first(scores: Any) -> list[int]:
    """Return the positions of scores, the highest first."""
    return sorted(range(len(scores)), key=lambda place: -float(scores[place]))


def failing(error: type[Exception], message: str) -> Callable[..., Any]:
    """Return what raises an error, whatever it is called with."""

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error(message)

    return fail
