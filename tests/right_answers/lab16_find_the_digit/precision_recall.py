"""Right answers to lab16.precision_recall in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def _iou(box, other):
    height = min(box[2], other[2]) - max(box[0], other[0])
    width = min(box[3], other[3]) - max(box[1], other[1])
    shared = max(height, 0) * max(width, 0)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (box, other)]
    return shared / (sum(areas) - shared)


def _table(boxes, others):
    return np.array([[_iou(a, b) for b in others] for a in boxes]).reshape(
        len(boxes), len(others)
    )


def shares_taken_flags(boxes, labels, scores, true_boxes, true_labels, threshold=0.5):
    taken = [False] * len(true_boxes)
    tp = 0
    for i in np.argsort(-scores):
        best, best_iou = None, threshold
        for j in range(len(true_boxes)):
            if taken[j] or labels[i] != true_labels[j]:
                continue
            value = _iou(boxes[i], true_boxes[j])
            if value > best_iou:
                best, best_iou = j, value
        if best is not None:
            taken[best] = True
            tp += 1
    fp, fn = len(boxes) - tp, len(true_boxes) - tp
    precision = tp / (tp + fp) if tp + fp else 1
    recall = tp / (tp + fn) if tp + fn else 1
    return precision, recall


def shares_struck_table(boxes, labels, scores, true_boxes, true_labels, threshold=0.5):
    if len(boxes) == 0 or len(true_boxes) == 0:
        return float(len(boxes) == 0), float(len(true_boxes) == 0)
    table = _table(boxes, true_boxes)
    table = np.where(labels[:, None] == true_labels[None, :], table, 0)
    right = 0
    for row in np.argsort(scores)[::-1]:
        column = table[row].argmax()
        if table[row, column] > threshold:
            right += 1
            table[:, column] = 0
    return right / len(boxes), right / len(true_boxes)


def shares_shrinking_lists(
    boxes, labels, scores, true_boxes, true_labels, threshold=0.5
):
    left = list(zip(true_boxes.tolist(), true_labels.tolist(), strict=True))
    found = sorted(
        zip(scores, boxes.tolist(), labels, strict=True), key=lambda one: -one[0]
    )
    hits = []
    for _, box, label in found:
        fits = [t for t in left if t[1] == label and _iou(box, t[0]) > threshold]
        if fits:
            left.remove(max(fits, key=lambda t: _iou(box, t[0])))
        hits.append(bool(fits))
    precision = sum(hits) / len(hits) if hits else 1.0
    recall = sum(hits) / len(true_boxes) if len(true_boxes) else 1.0
    return [precision, recall]


def shares_left_places(boxes, labels, scores, true_boxes, true_labels, threshold=0.5):
    left = np.arange(len(true_boxes))
    right = 0
    for place in np.argsort(scores)[::-1]:
        same = left[true_labels[left] == labels[place]]
        values = [_iou(boxes[place], true_boxes[t]) for t in same]
        if values and max(values) > threshold:
            right += 1
            left = left[left != same[int(np.argmax(values))]]
    shares = [1.0, 1.0]
    for number, count in enumerate((len(boxes), len(true_boxes))):
        if count > 0:
            shares[number] = right / count
    return tuple(shares)


def shares_label_by_label(
    boxes, labels, scores, true_boxes, true_labels, threshold=0.5
):
    right = 0
    for label in set(labels.tolist()):
        found = np.flatnonzero(labels == label)
        found = found[np.argsort(-scores[found])]
        truth = true_boxes[true_labels == label]
        table = _table(boxes[found], truth)
        free = np.ones(len(truth), bool)
        for row in table:
            row = np.where(free, row, -1)
            if len(row) and row.max() > threshold:
                free[row.argmax()] = False
                right += 1
    return np.array([right / n if n else 1.0 for n in (len(boxes), len(true_boxes))])
