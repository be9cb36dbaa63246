"""How found boxes are paired with true ones, in the task's way and in others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.exercises.lab16_find_the_digit.shared import best_first, pairwise_iou

# For each found box in turn the true one that it takes, if any.
Pairs = list[tuple[int, int | None]]


@dataclass
class Rules:
    """How boxes are paired; what is not set is as the task says.

    Attributes:
        order: from scores to the order in which the found boxes are asked.
        by_name: only true boxes with the same label are looked at.
        once: a true box is found at most once.
        least: whether an IoU is enough, from IoU and threshold.
        choose: from the IoUs of the true boxes that fit to the one taken.
    """

    order: Callable[[Any], Iterable[int]] = best_first
    by_name: bool = True
    once: bool = True
    least: Callable[[Any, float], Any] = lambda value, threshold: value > threshold
    choose: Callable[[dict[int, float]], int] = field(
        default=lambda fits: max(fits, key=fits.__getitem__)
    )

    def pairs(
        self,
        boxes: Any,
        labels: Any,
        scores: Any,
        true_boxes: Any,
        true_labels: Any,
        threshold: float = 0.5,
    ) -> Pairs:
        """Return for each found box in turn the true box that it takes, or None."""
        values = pairwise_iou(boxes, true_boxes)
        taken: set[int] = set()
        pairs: Pairs = []
        for place in self.order(scores):
            fits = {
                there: float(values[place, there])
                for there in range(len(true_boxes))
                if self.least(values[place, there], threshold)
                and not (self.once and there in taken)
                and not (self.by_name and labels[place] != true_labels[there])
            }
            there = self.choose(fits) if fits else None
            taken |= set() if there is None else {there}
            pairs.append((place, there))
        return pairs


RULES = Rules()


def shares(right: float, found: int, there: int) -> tuple[float, float]:
    """Return the share of right boxes of those found and of those there; 1 of none."""
    return right / found if found else 1.0, right / there if there else 1.0


def judged(**settings: Any) -> Callable[..., Any]:
    """Return a mistake: boxes paired by other rules."""
    rules = Rules(**settings)

    def wrong(reference: Any, *args: Any, **kwargs: Any) -> Any:
        pairs = rules.pairs(*args, **kwargs)
        right = sum(there is not None for _, there in pairs)
        return shares(right, len(args[0]), len(args[3]))

    return wrong


def counted(
    shares: Callable[[int, int, int], Any], rules: Rules = RULES
) -> Callable[..., Any]:
    """Return a mistake: other shares of the right boxes, the found ones and those there."""

    def wrong(reference: Any, *args: Any, **kwargs: Any) -> Any:
        pairs = rules.pairs(*args, **kwargs)
        right = sum(there is not None for _, there in pairs)
        return shares(right, len(args[0]), len(args[3]))

    return wrong


def doubles_right(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return shares of found boxes that fit any digit, and of digits that any fits."""
    fits = _fitting(*args, **kwargs)
    precision, _ = shares(fits.any(axis=1).sum(), len(args[0]), 0)
    _, recall = shares(fits.any(axis=0).sum(), 0, len(args[3]))
    return precision, recall


def every_pair(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return shares of the pairs that fit."""
    return shares(_fitting(*args, **kwargs).sum(), len(args[0]), len(args[3]))


def every_misfit(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return shares where every pair that does not fit is a wrong box."""
    fits = _fitting(*args, **kwargs)
    taken: set[int] = set()
    wrong = 0
    for place in best_first(args[2]):
        for there in range(len(args[3])):
            if fits[place, there] and there not in taken:
                taken.add(there)
                break
            wrong += 1
    return shares(len(taken), len(taken) + wrong, len(args[3]))


def asked_by_the_true(
    reference: Any,
    boxes: Any,
    labels: Any,
    scores: Any,
    true_boxes: Any,
    true_labels: Any,
    **settings: float,
) -> Any:
    """Return shares where the true boxes choose, one after another."""
    order = -np.arange(len(true_boxes))
    found = reference(true_boxes, true_labels, order, boxes, labels, **settings)
    return found[::-1]


def most_pairs(
    reference: Any,
    boxes: Any,
    labels: Any,
    scores: Any,
    true_boxes: Any,
    true_labels: Any,
    **settings: float,
) -> Any:
    """Return shares for as many pairs as possible, whoever comes first."""
    fits = _fitting(boxes, labels, scores, true_boxes, true_labels, **settings)
    rows, columns = linear_sum_assignment(fits, maximize=True)
    return shares(int(fits[rows, columns].sum()), len(boxes), len(true_boxes))


def _fitting(
    boxes: Any,
    labels: Any,
    scores: Any,
    true_boxes: Any,
    true_labels: Any,
    threshold: float = 0.5,
) -> Any:
    same = np.equal.outer(labels, true_labels)
    return same & (pairwise_iou(boxes, true_boxes) > threshold)


def doubles_ignored(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return shares without the finds that would be right, were their digit not taken."""
    right = [p for p, there in RULES.pairs(*args, **kwargs) if there is not None]
    fit = [p for p, t in Rules(once=False).pairs(*args, **kwargs) if t is not None]
    doubles = len(set(fit) - set(right))
    return shares(len(right), len(args[0]) - doubles, len(args[3]))


def nearest_then(what: str) -> Callable[..., Any]:
    """Return a mistake: only the nearest true box is looked at.

    Args:
        what: "name" if it is the nearest of all names, "free" if it may be taken, "all"
            if it is the nearest of all.
    """

    def wrong(
        reference: Any,
        boxes: Any,
        labels: Any,
        scores: Any,
        true_boxes: Any,
        true_labels: Any,
        threshold: float = 0.5,
    ) -> Any:
        values = pairwise_iou(boxes, true_boxes)
        taken: set[int] = set()
        for place in best_first(scores) if values.size else ():
            row = values[place].copy()
            if what == "free":
                row[true_labels != labels[place]] = -1
            if what == "name":
                row[list(taken)] = -1
            there = int(row.argmax())
            if (
                row[there] > threshold
                and true_labels[there] == labels[place]
                and there not in taken
            ):
                taken.add(there)
        return shares(len(taken), len(boxes), len(true_boxes))

    return wrong


def wrong_name_takes(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return shares where a box with a wrong name takes the digit, too."""
    pairs = Rules(by_name=False).pairs(*args, **kwargs)
    right = sum(t is not None and args[1][p] == args[4][t] for p, t in pairs)
    return shares(right, len(args[0]), len(args[3]))


def boxes_taken_out(
    reference: Any,
    boxes: Any,
    labels: Any,
    scores: Any,
    true_boxes: Any,
    true_labels: Any,
    threshold: float = 0.5,
) -> Any:
    """Return shares where taken boxes leave their list and their names stay in theirs."""
    left, right = list(range(len(true_boxes))), 0
    values = pairwise_iou(boxes, true_boxes)
    for place in best_first(scores):
        fits = [
            at
            for at, there in enumerate(left)
            if values[place, there] > threshold and true_labels[at] == labels[place]
        ]
        if fits:
            left.pop(max(fits, key=lambda at: values[place, left[at]]))
            right += 1
    return shares(right, len(boxes), len(true_boxes))


def only_where_both(value: float | None) -> Callable[..., Any]:
    """Return a mistake: both shares have a fixed value where one list is empty."""

    def wrong(reference: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args[0]) and len(args[3]):
            return reference(*args, **kwargs)
        return value, value

    return wrong


def divided(value: float) -> Callable[..., Any]:
    """Return a mistake: a share of no boxes has this value."""

    def wrong(reference: Any, *args: Any, **kwargs: Any) -> Any:
        precision, recall = reference(*args, **kwargs)
        return precision if len(args[0]) else value, recall if len(args[3]) else value

    return wrong


def divides(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return both shares, or divide by 0 where one list is empty."""
    if not (len(args[0]) and len(args[3])):
        raise ZeroDivisionError("division by zero")
    return reference(*args, **kwargs)


def as_they_came(scores: Any) -> Iterable[int]:
    """Return the positions in the order of the list."""
    return range(len(scores))


def scores_sorted(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the right shares, and sort the caller's scores."""
    answer = reference(*args, **kwargs)
    args[2].sort()
    return answer


def truth_changed(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the right shares, and change the caller's true labels."""
    answer = reference(*args, **kwargs)
    args[4][:] = -1
    return answer


def f1(right: int, found: int, there: int) -> Any:
    """Return the harmonic mean of both shares, twice."""
    share = 2 * right / (found + there) if found + there else 1.0
    return share, share


def iou_of_sets(right: int, found: int, there: int) -> Any:
    """Return the right boxes as a share of all that are found or there, twice."""
    every = found + there - right
    share = right / every if every else 1.0
    return share, share


def empty_exchanged(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return shares where 1 stands for the wrong one if a list is empty."""
    precision, recall = reference(*args, **kwargs)
    if len(args[0]) and len(args[3]):
        return precision, recall
    return (0.0, 1.0)[not len(args[3])], (0.0, 1.0)[not len(args[0])]


def zero_unless_both_empty(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return 0 and 0 if just one list is empty."""
    if bool(len(args[0])) != bool(len(args[3])):
        return 0.0, 0.0
    return reference(*args, **kwargs)


def labels_left_behind(
    reference: Any, boxes: Any, labels: Any, scores: Any, *args: Any, **kwargs: Any
) -> Any:
    """Return shares where the boxes are sorted by score, and their labels are not."""
    falling = -np.arange(len(scores))
    return reference(boxes[best_first(scores)], labels, falling, *args, **kwargs)


def stopped_at_a_wrong_one(reference: Any, *args: Any, **kwargs: Any) -> Any:
    """Return shares where nobody is asked behind the first wrong box."""
    pairs = RULES.pairs(*args, **kwargs)
    taken = [there is not None for _, there in pairs]
    right = taken.index(False) if False in taken else len(taken)
    return shares(right, len(args[0]), len(args[3]))
