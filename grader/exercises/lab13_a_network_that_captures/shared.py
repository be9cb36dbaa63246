"""What the exercises of lab 13 share: boards, neighbours and the eight symmetries."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from grader import go

Shape = tuple[int, ...]
PLUS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def in_words(liberties: int) -> str:
    """Return how many liberties there are, in words."""
    return "1 liberty" if liberties == 1 else f"{liberties} liberties"


def random_board(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Draw a board full of small groups; what has no liberty is taken off."""
    board = rng.choice([0, 0, 1, 2], (rows, columns))
    while ((board > 0) & (go.liberties(board) == 0)).any():
        board = board * (go.liberties(board) > 0)
    return np.asarray(board)


def alone(board: np.ndarray) -> np.ndarray:
    """Return for each stone the empty points beside itself, whatever its group has."""
    empty = (board == 0).astype(int)
    beside = ndimage.correlate(empty, PLUS, mode="constant")
    return np.asarray(beside * (board > 0))


def other_planes(planes: np.ndarray, others: Mapping[int, np.ndarray]) -> np.ndarray:
    """Return a copy of planes (rows, columns, C), some of them replaced."""
    copied = planes.copy()
    for number, plane in others.items():
        copied[..., number] = plane
    return copied


def turned(grid: np.ndarray, number: int) -> np.ndarray:
    """Return symmetry `number` of a board, or of planes (n, n, C)."""
    return np.rot90(np.fliplr(grid) if number > 3 else grid, number % 4)


def eight_symmetries(board: np.ndarray) -> np.ndarray:
    """Return a board's four turns and the four of its mirror image, (8, n, n)."""
    return np.stack([turned(board, number) for number in range(8)])
