"""Right answers to lab16.non_max_suppression in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def _iou(box, boxes):
    boxes = np.reshape(boxes, (-1, 4))
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    return shared / (np.prod(box[2:] - box[:2]) + areas - shared)


def nms_shrinking_order(boxes, scores, threshold=0.5):
    order = np.argsort(-scores)
    kept = []
    while order.size > 0:
        best, rest = order[0], order[1:]
        kept.append(best)
        order = rest[_iou(boxes[best], boxes[rest]) <= threshold]
    return np.array(kept, dtype=int)


def nms_marks(boxes, scores, threshold=0.5):
    gone = np.zeros(len(boxes), bool)
    kept = []
    for place in np.argsort(scores)[::-1]:
        if gone[place]:
            continue
        kept.append(int(place))
        gone |= _iou(boxes[place], boxes) > threshold
    return kept


def nms_sorted_list(boxes, scores, threshold=0.5):
    left = sorted(range(len(scores)), key=lambda n: scores[n], reverse=True)
    kept = []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [n for n in left if _iou(boxes[best], boxes[n])[0] <= threshold]
    return kept


def nms_largest_left(boxes, scores, threshold=0.5):
    scores = scores.astype(float)
    result = []
    while np.any(scores > -np.inf):
        best = int(np.argmax(scores))
        result.append(best)
        near = _iou(boxes[best], boxes) > threshold
        scores[near] = -np.inf
        scores[best] = -np.inf
    return result


def nms_table(boxes, scores, threshold=0.5):
    order = np.argsort(scores)[::-1]
    table = [_iou(boxes[place], boxes[order]) > threshold for place in order]
    keep = np.ones(len(order), bool)
    for number, row in enumerate(table):
        if keep[number]:
            keep[number + 1 :] &= ~row[number + 1 :]
    return order[keep]


def nms_pop_from_behind(boxes, scores, threshold=0.5):
    places = list(np.argsort(scores))
    picked = []
    while places:
        current = places.pop()
        clash = any(
            _iou(boxes[current], boxes[other])[0] > threshold for other in picked
        )
        if not clash:
            picked.append(current)
    return picked
