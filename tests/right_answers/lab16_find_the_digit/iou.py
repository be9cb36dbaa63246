"""Right answers to lab16.iou in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def iou_loop(box, boxes):
    result = []
    for other in boxes:
        h = max(0, min(box[2], other[2]) - max(box[0], other[0]))
        w = max(0, min(box[3], other[3]) - max(box[1], other[1]))
        inter = h * w
        a = (box[2] - box[0]) * (box[3] - box[1])
        b = (other[2] - other[0]) * (other[3] - other[1])
        union = a + b - inter
        result.append(inter / union if union > 0 else 0.0)
    return np.array(result)


def iou_corners(box, boxes):
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:], boxes[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    union = np.prod(box[2:] - box[:2]) + areas - shared
    return np.divide(shared, union, out=np.zeros(len(boxes)), where=union > 0)


def iou_pixels(box, boxes):
    def pixels(one):
        top, left, bottom, right = one
        return {(i, j) for i in range(top, bottom) for j in range(left, right)}

    mine = pixels(box)
    both = [(mine & pixels(other), mine | pixels(other)) for other in boxes]
    return [len(inter) / len(union) if union else 0 for inter, union in both]


def iou_where(box, boxes):
    top = np.maximum(boxes[:, 0], box[0])
    left = np.maximum(boxes[:, 1], box[1])
    bottom = np.minimum(boxes[:, 2], box[2])
    right = np.minimum(boxes[:, 3], box[3])
    meet = (bottom > top) & (right > left)
    inter = np.where(meet, (bottom - top) * (right - left), 0)
    area = (box[2] - box[0]) * (box[3] - box[1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return np.where(inter > 0, inter / np.maximum(area + areas - inter, 1e-9), 0.0)


def iou_nan(box, boxes):
    box, boxes = np.asarray(box, float), np.asarray(boxes, float)
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    inter = np.where((sides > 0).all(axis=1), sides[:, 0] * sides[:, 1], 0)
    area = (box[2] - box[0]) * (box[3] - box[1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(inter / (area + areas - inter))


def iou_epsilon(box, boxes):
    y1, x1, y2, x2 = (boxes[:, k] for k in range(4))
    t, le, b, r = box
    h = np.maximum(0, np.minimum(y2, b) - np.maximum(y1, t))
    w = np.maximum(0, np.minimum(x2, r) - np.maximum(x1, le))
    return (h * w) / ((b - t) * (r - le) + (y2 - y1) * (x2 - x1) - h * w + 1e-9)
