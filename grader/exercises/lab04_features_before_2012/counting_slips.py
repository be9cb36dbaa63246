"""Mistakes in counting which levels are neighbours, and in what becomes of the counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def counted(
    change: Callable[[np.ndarray, np.ndarray, int, int], np.ndarray],
) -> Callable[..., Any]:
    """Return a mistake in counting; the flags are then treated rightly.

    `change` gets the right counts, the image and the offsets.
    """

    def wrong(
        reference: Any, img: Any, dx: int, dy: int, levels: int, **flags: bool
    ) -> Any:
        counts = change(reference(img, dx, dy, levels), img, dx, dy)
        return finished(counts, **flags)

    return wrong


def wrapped(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    wrapped = np.zeros_like(counts)
    np.add.at(wrapped, (img, np.roll(img, (-dy, -dx), axis=(0, 1))), 1)
    return wrapped


def wrapped_below_zero(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    wrapped = np.zeros_like(counts)
    rows, columns = img.shape[0] - max(dy, 0), img.shape[1] - max(dx, 0)
    moved = np.roll(img, (-dy, -dx), axis=(0, 1))
    np.add.at(wrapped, (img[:rows, :columns], moved[:rows, :columns]), 1)
    return wrapped


def sliced_to_minus(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    pairs = zip(img[:-dy, :-dx].flat, img[dy:, dx:].flat, strict=False)
    found = np.zeros_like(counts)
    for pair in pairs:
        found[pair] += 1
    return found


def pairs_between(counts: np.ndarray, first: Any, second: Any) -> Any:
    """Count the pairs of pixels at the same place of two arrays."""
    found = np.zeros_like(counts)
    np.add.at(found, (first, second), 1)
    return found


def inside_only(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    """Count pixels whose neighbours on both sides are inside."""
    rows, columns = (
        np.arange(abs(step), max(n - abs(step), abs(step)))
        for step, n in zip((dy, dx), img.shape, strict=True)
    )
    return pairs_between(
        counts, img[np.ix_(rows, columns)], img[np.ix_(rows + dy, columns + dx)]
    )


def without_last(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    """Count no pixels of the last row and column, but their levels as neighbours."""
    places = np.indices((img.shape[0] - 1, img.shape[1] - 1)).reshape(2, -1)
    moved = places + np.array([[dy], [dx]])
    inside = ((moved >= 0) & (moved < np.array(img.shape)[:, None])).all(0)
    return pairs_between(
        counts, img[tuple(places[:, inside])], img[tuple(moved[:, inside])]
    )


def out_of_range(
    reference: Any, img: Any, dx: int, dy: int, levels: int, **flags: bool
) -> Any:
    if dx < 0 or dy < 0:
        raise IndexError
    return reference(img, dx, dy, levels, **flags)


def numbered_in_own_type(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    if img.dtype != np.uint8:
        return counts
    numbers = np.arange(counts.size).astype(np.uint8)
    found = np.bincount(numbers, counts.ravel(), counts.size)
    return found.reshape(counts.shape)


def flags(change: Callable[[Any, bool, bool], Any]) -> Callable[..., Any]:
    """Return a mistake in what becomes of the right counts."""

    def wrong(
        reference: Any, *image: Any, symmetric: bool = False, normed: bool = False
    ) -> Any:
        return change(reference(*image), symmetric, normed)

    return wrong


def finished(counts: Any, symmetric: bool = False, normed: bool = False) -> Any:
    counts = counts + counts.T if symmetric else counts
    return counts / counts.sum() if normed else counts


def diagonal_once(counts: Any, symmetric: bool, normed: bool) -> Any:
    if symmetric:
        counts = counts + counts.T - np.diag(np.diag(counts))
    return finished(counts, False, normed)


def diagonal_doubled(counts: Any, symmetric: bool, normed: bool) -> Any:
    if symmetric:
        counts = counts + counts.T + 2 * np.diag(np.diag(counts))
    return finished(counts, False, normed)


def normed_first(counts: Any, symmetric: bool, normed: bool) -> Any:
    return finished(finished(counts, False, normed), symmetric, False)


def normed_by_rows(counts: Any, symmetric: bool, normed: bool) -> Any:
    counts = finished(counts, symmetric, False)
    with np.errstate(invalid="ignore"):
        return counts / counts.sum(1, keepdims=True) if normed else counts


def normed_by_pixels(
    reference: Any,
    img: Any,
    *offset: int,
    symmetric: bool = False,
    normed: bool = False,
) -> Any:
    counts = reference(img, *offset, symmetric=symmetric)
    return counts / img.size if normed else counts
