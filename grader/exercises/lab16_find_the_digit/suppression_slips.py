"""Boxes thinned out in wrong ways: who is compared with whom, and what is returned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.lab16_find_the_digit.shared import best_first, pairwise_iou


def greedy(
    goes: Callable[[Any, Sequence[int], Sequence[int], float], bool],
    order: Callable[[Any], Sequence[int]] = best_first,
) -> Callable[..., Any]:
    """Return a mistake: a walk in some order, with another rule for who goes.

    Args:
        goes: from the overlaps of a box, the positions kept, those seen and the
            threshold to whether the box goes.
        order: from scores to the positions in the order of the walk.
    """

    def wrong(
        reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
    ) -> list[int]:
        overlap = pairwise_iou(boxes, boxes)
        kept: list[int] = []
        seen: list[int] = []
        for place in order(scores):
            if not goes(overlap[place], kept, seen, threshold):
                kept.append(place)
            seen.append(place)
        return kept

    return wrong


def over(overlap: Any, places: Sequence[int], threshold: float) -> bool:
    """Return whether a box nearly coincides with one of those at some places."""
    return bool(np.any(overlap[list(places)] > threshold))


def rightly(overlap: Any, kept: Any, seen: Any, threshold: float) -> bool:
    """Return whether a box goes, as the task has it."""
    return over(overlap, kept, threshold)


def lowest_first(scores: Any) -> list[int]:
    """Return the positions of scores, the lowest first."""
    return best_first(scores)[::-1]


def as_they_came(scores: Any) -> list[int]:
    """Return the positions in the order of the list."""
    return list(range(len(scores)))


def as_they_came_backwards(scores: Any) -> list[int]:
    """Return the positions in the order of the list, from behind."""
    return as_they_came(scores)[::-1]


def sorted_places(
    reference: Any, boxes: Any, scores: Any, *args: Any, **kw: Any
) -> Any:
    """Return positions among the boxes sorted by falling score."""
    order = best_first(scores)
    return np.array(
        [order.index(p) for p in reference(boxes, scores, *args, **kw)], int
    )


def ascending_places(
    reference: Any, boxes: Any, scores: Any, *args: Any, **kw: Any
) -> Any:
    """Return positions among the boxes sorted by rising score."""
    order = lowest_first(scores)
    return np.array(
        [order.index(p) for p in reference(boxes, scores, *args, **kw)], int
    )


def taken(values: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake: something else of the right boxes than their positions."""
    return lambda reference, boxes, scores, *args, **kwargs: values(boxes, scores)[
        reference(boxes, scores, *args, **kwargs)
    ]


def mask(reference: Any, boxes: Any, scores: Any, *args: Any, **kwargs: Any) -> Any:
    """Return of each box whether it is kept."""
    return np.isin(np.arange(len(boxes)), reference(boxes, scores, *args, **kwargs))


def the_others(reference: Any, boxes: Any, scores: Any, *args: Any, **kw: Any) -> Any:
    """Return the positions of the boxes that go."""
    kept = reference(boxes, scores, *args, **kw)
    return np.array([p for p in best_first(scores) if p not in kept], int)


def itself_too(reference: Any, boxes: Any, scores: Any, threshold: float = 0.5) -> Any:
    """Return the positions of boxes that coincide with none, not even themselves."""
    overlap = pairwise_iou(boxes, boxes)
    return np.array(
        [p for p in best_first(scores) if not np.any(overlap[p] > threshold)], int
    )


def first_round_only(
    reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
) -> Any:
    """Return the best box and all that do not coincide with it."""
    order = best_first(scores)
    if not order:
        return []
    overlap = pairwise_iou(boxes, boxes)[order[0]]
    return [order[0], *(p for p in order[1:] if overlap[p] <= threshold)]


def last_left_out(
    reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
) -> list[int]:
    """Return positions by a loop that ends while one box is left."""
    left, kept = best_first(scores), []
    overlap = pairwise_iou(boxes, boxes)
    while len(left) > 1:
        best = left[0]
        kept.append(best)
        left = [p for p in left[1:] if overlap[best, p] <= threshold]
    return kept


def skipping(
    reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
) -> list[int]:
    """Return positions by a loop that takes from the list it runs over."""
    left, kept = best_first(scores), []
    overlap = pairwise_iou(boxes, boxes)
    while left:
        best = left.pop(0)
        kept.append(best)
        for place in left:
            if overlap[best, place] > threshold:
                left.remove(place)
    return kept


def places_in_the_rest(
    reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
) -> list[int]:
    """Return positions in a list that gets shorter."""
    overlap = pairwise_iou(boxes, boxes)
    left, kept = list(range(len(boxes))), []
    while left:
        best = max(left, key=scores.__getitem__)
        kept.append(left.index(best))
        left = [p for p in left if p != best and overlap[best, p] <= threshold]
    return kept


def stopped(
    reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
) -> list[int]:
    """Return the positions of the boxes before the first that goes."""
    kept: list[int] = []
    overlap = pairwise_iou(boxes, boxes)
    for place in best_first(scores):
        if over(overlap[place], kept, threshold):
            break
        kept.append(place)
    return kept


def by_threshold_too(
    reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
) -> Any:
    """Return the right positions without those of low scores."""
    kept = reference(boxes, scores, threshold)
    return kept[scores[kept] > threshold]


def positive_only(
    reference: Any, boxes: Any, scores: Any, threshold: float = 0.5
) -> Any:
    """Return the right positions without those of scores that are not positive."""
    kept = reference(boxes, scores, threshold)
    return kept[scores[kept] > 0]


def scores_changed(
    reference: Any, boxes: Any, scores: Any, *args: Any, **kwargs: Any
) -> Any:
    """Return the right positions, and overwrite the caller's scores."""
    kept = reference(boxes, scores, *args, **kwargs)
    scores[:] = -np.inf
    return kept


def boxes_changed(
    reference: Any, boxes: Any, scores: Any, *args: Any, **kwargs: Any
) -> Any:
    """Return the right positions, and sort the caller's boxes."""
    kept = reference(boxes, scores, *args, **kwargs)
    boxes[:] = boxes[best_first(scores)]
    return kept


def fails_without_boxes(
    reference: Any, boxes: Any, scores: Any, *args: Any, **kwargs: Any
) -> Any:
    """Return the right positions, or fail as an argmax of nothing does."""
    np.argmax(scores)
    return reference(boxes, scores, *args, **kwargs)


def first_place_missing(
    reference: Any, boxes: Any, scores: Any, *args: Any, **kwargs: Any
) -> Any:
    """Return the right positions, or fail where there is no first one."""
    np.argsort(scores)[0]
    return reference(boxes, scores, *args, **kwargs)


def sorted_boxes(
    reference: Any, boxes: Any, scores: Any, *args: Any, **kwargs: Any
) -> Any:
    """Return positions where the boxes are sorted by score and the scores are not."""
    return reference(boxes[best_first(scores)], scores, *args, **kwargs)
