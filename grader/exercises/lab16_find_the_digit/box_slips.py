"""Boxes compared in wrong ways: sides, areas and unions as they are mistaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.lab16_find_the_digit.shared import pixels

Wrong = Callable[..., Any]


def _sides(boxes: Any) -> tuple[Any, Any]:
    return boxes[..., 2] - boxes[..., 0], boxes[..., 3] - boxes[..., 1]


def _inside(height: Any, width: Any) -> Any:
    return np.maximum(height, 0) * np.maximum(width, 0)


def by(
    ratio: Callable[..., Any],
    sides: Callable[[Any], tuple[Any, Any]] = _sides,
    shared: Callable[[Any, Any], Any] = _inside,
    one_more: int = 0,
) -> Wrong:
    """Return a mistake: a ratio of counts that are made in some other way.

    Args:
        ratio: from the pixels shared, those of the box and those of each other one.
        sides: from boxes to height and width.
        shared: from height and width of the overlap, which may be negative, to pixels.
        one_more: what is added to each side of the overlap.
    """

    def wrong(reference: Any, box: Any, boxes: Any) -> Any:
        overlap = [
            np.minimum(boxes[:, end], box[end])
            - np.maximum(boxes[:, end - 2], box[end - 2])
            + one_more
            for end in (2, 3)
        ]
        areas = (np.multiply(*sides(some)) for some in (box, boxes))
        with np.errstate(all="ignore"):
            return ratio(shared(*overlap), *areas)

    return wrong


def plain_union(shared: Any, one: Any, others: Any) -> Any:
    """Return the pixels shared as part of the union, even 0 of 0."""
    return shared / (one + others - shared)


def positive_union(shared: Any, one: Any, others: Any) -> Any:
    """Return the pixels shared as part of the union, 0 where that holds no pixel."""
    together = one + others - shared
    return np.where(together > 0, shared / np.maximum(together, 1), 0.0)


def by_corners(
    corners: Callable[[Any, Any], tuple[Any, Any]],
    ratio: Callable[..., Any] = plain_union,
) -> Wrong:
    """Return a mistake: an overlap from other corners, whose sides are cut at 0.

    Args:
        corners: from box and boxes to the overlap's first and last corner.
        ratio: from the pixels shared, those of the box and those of each other one.
    """

    def wrong(reference: Any, box: Any, boxes: Any) -> Any:
        first, last = corners(box, boxes)
        shared = np.prod(np.maximum(last - first, 0), axis=-1)
        areas = (np.multiply(*_sides(some)) for some in (box, boxes))
        with np.errstate(all="ignore"):
            return ratio(shared, *areas)

    return wrong


def union(shared: Any, one: Any, others: Any) -> Any:
    """Return the pixels shared as part of the union, 0 where none is shared."""
    return np.where(shared == 0, 0.0, plain_union(shared, one, others))


def over_the_hull(reference: Any, box: Any, boxes: Any) -> Any:
    """Return the pixels shared as part of the box around both."""
    sides = np.maximum(box[2:], boxes[:, 2:]) - np.minimum(box[:2], boxes[:, :2])
    with np.errstate(all="ignore"):
        return np.nan_to_num(pixels(box[None], boxes)[0][0] / sides.prod(axis=1))


def read_as_sizes(reference: Any, box: Any, boxes: Any) -> Any:
    """Return the IoU of boxes whose last numbers are read as height and width."""

    def corners(some: Any) -> Any:
        return np.concatenate([some[..., :2], some[..., :2] + some[..., 2:]], axis=-1)

    return by(union)(reference, corners(box), corners(boxes))


def order(*places: int) -> Wrong:
    """Return a mistake: the four numbers of a box read in another order."""
    return lambda reference, box, boxes: by(union)(
        reference, box[list(places)], boxes[:, list(places)]
    )


def first_only(reference: Any, box: Any, boxes: Any) -> Any:
    """Return the IoU with the first box, as a loop does that returns in its first round."""
    return float(reference(box, boxes)[0]) if len(boxes) else None


def one_for_no_pixels(reference: Any, box: Any, boxes: Any) -> Any:
    """Return 1 where neither box holds a pixel, else the right IoU."""
    _, together = pixels(box[None], boxes) if len(boxes) else (0, np.ones((1, 0)))
    return np.where(together[0] == 0, 1.0, reference(box, boxes))


def boxes_changed(reference: Any, box: Any, boxes: Any) -> Any:
    """Return the right IoU, and turn the caller's boxes into corners and sizes."""
    answer = reference(box, boxes)
    boxes[:, 2:] -= boxes[:, :2]
    return answer


def box_changed(reference: Any, box: Any, boxes: Any) -> Any:
    """Return the right IoU, and turn the caller's box into corner and size."""
    answer = reference(box, boxes)
    box[2:] -= box[:2]
    return answer
