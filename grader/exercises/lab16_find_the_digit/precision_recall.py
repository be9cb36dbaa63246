"""Precision and recall of boxes."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import (
    after,
    by_default,
    with_settings,
)
from grader.exercises.lab16_find_the_digit import pairing_slips as slips
from grader.exercises.lab16_find_the_digit.shared import (
    best_first,
    boxes_of,
    drawn_scores,
    pairwise_iou,
)
from grader.judging.exercise import Case, Exercise, Mistake

BOTH, ONE_SIDE = "boxes on both sides", "none on one side"
# What is near: 12 of 15 pixels; a third; nothing.
A, NEAR_A = (0, 0, 3, 5), (0, 1, 3, 5)
B, NEAR_B = (5, 4, 9, 9), (5, 5, 9, 9)
FAR = (6, 0, 9, 2)
Found = list[tuple[tuple[int, int, int, int], int, float]]
True_ = list[tuple[tuple[int, int, int, int], int]]


def _case(
    label: str, found: Found, true: True_, part: str = BOTH, **settings: float
) -> Case:
    """Return a case of rows: box, label, score; and box, label."""
    args = (
        boxes_of(*(box for box, _, _ in found)),
        np.array([name for _, name, _ in found], int),
        np.array([score for _, _, score in found], float),
        boxes_of(*(box for box, _ in true)),
        np.array([name for _, name in true], int),
    )
    return Case(args, settings, label, part)


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw finds that are right, wrong, doubled, taken already, or none."""
    half = (0, 0, 3, 8), (0, 4, 3, 8)
    return [
        _case("one right, one elsewhere", [(NEAR_A, 7, 5), (FAR, 7, 9)], [(A, 7)]),
        _case(
            "both right, the better one listed last",
            [(NEAR_A, 1, 2), (B, 2, 6)],
            [(A, 1), (B, 2)],
        ),
        _case(
            "the same digit found twice",
            [(NEAR_A, 3, 4), (A, 3, 8), (B, 2, 6)],
            [(A, 3), (B, 2), (FAR, 1)],
        ),
        _case(
            "right place, wrong name",
            [(A, 5, 9), (NEAR_B, 2, 3)],
            [(A, 6), (B, 2)],
        ),
        _case(
            "a wrong name first, the right one after it",
            [(A, 5, 9), (NEAR_A, 6, 8)],
            [(A, 6)],
        ),
        _case(
            "an IoU of just 0.5", [(half[1], 4, 2), (B, 4, 1)], [(half[0], 4), (B, 4)]
        ),
        _case(
            "an IoU of a half, threshold 0.25",
            [(half[1], 4, 2), (FAR, 4, 3)],
            [(half[0], 4), (B, 4), (FAR, 4)],
            threshold=0.25,
        ),
        _case(
            "scores that are negative, threshold 0",
            [((0, 4, 3, 8), 1, -7), ((0, 0, 3, 4), 1, -2)],
            [((0, 0, 3, 5), 1), ((6, 6, 9, 9), 1)],
            threshold=0,
        ),
        *_crowds(rng),
        _drawn(rng, 10, 6),
        _drawn(rng, 7, 12),
        _case("nothing found", [], [(A, 1), (B, 2)], ONE_SIDE),
        _case("nothing there", [(A, 1, 5), (B, 2, 4)], [], ONE_SIDE),
        _case("nothing found, nothing there", [], [], ONE_SIDE),
    ]


def _crowds(rng: np.random.Generator) -> list[Case]:
    """Return true boxes of one name so near each other that a find fits both."""
    left, right = (0, 0, 4, 6), (0, 2, 4, 8)
    wide, narrow = (0, 1, 4, 6), (0, 0, 4, 4)
    name = int(rng.integers(10))
    true = [(left, name), (right, name)]
    return [
        # Both fit the left one better, and the right one is still free.
        _case(
            "the better one is taken, the other is free",
            [(left, name, 9), ((0, 1, 4, 6), name, 6)],
            true,
            threshold=0.4,
        ),
        # The wide one fits both, the narrow one fits the left digit alone.
        _case(
            "the better score takes what the other one needs",
            [(narrow, name, 2), (wide, name, 5)],
            true,
            threshold=0.3,
        ),
        _case(
            "the better score leaves enough",
            [(wide, name, 3), (narrow, name, 7)],
            true,
            threshold=0.3,
        ),
        _case(
            "the better score comes first",
            [(wide, name, 6), (narrow, name, 1)],
            true,
            threshold=0.3,
        ),
        # The wide one fits both, the other one fits the right digit alone.
        *(
            _case(
                f"a find that fits two digits, the better one listed {place}",
                [(wide, name, 9), ((0, 4, 4, 8), name, 4)],
                listed,
                threshold=0.3,
            )
            for place, listed in (("first", true), ("last", true[::-1]))
        ),
        # What fits best has another name.
        _case(
            "the nearest digit has another name",
            [(left, name, 4), (right, name + 1, 2)],
            [(left, name + 1), (right, name)],
            threshold=0.3,
        ),
    ]


def _drawn(rng: np.random.Generator, found: int, true: int) -> Case:
    """Draw windows of 28x28: some near a digit, some twice, some with a wrong name."""
    corners = 30 * np.argwhere(np.ones((3, 4)))[rng.permutation(12)[:true]]
    names = rng.integers(0, 3, true)
    chosen = rng.integers(0, true, found)
    moved = corners[chosen] + rng.integers(-9, 10, (found, 2))
    wrong = rng.random(found) < 0.2
    args = (
        np.hstack([moved, moved + 28]),
        np.where(wrong, (names[chosen] + 1) % 3, names[chosen]),
        drawn_scores(rng, found),
        np.hstack([corners, corners + 28]),
        names,
    )
    return Case(args, label=f"{found} boxes found, {true} there", part=BOTH)


def reference(
    boxes: Any,
    labels: Any,
    scores: Any,
    true_boxes: Any,
    true_labels: Any,
    threshold: float = 0.5,
) -> tuple[float, float]:
    """Return (precision, recall), by a table from which taken columns are struck out."""
    table = pairwise_iou(boxes, true_boxes)
    table[np.not_equal.outer(labels, true_labels)] = -1
    right = 0
    for row in best_first(scores) if table.size else ():
        column = int(table[row].argmax())
        if table[row, column] > threshold:
            right += 1
            table[:, column] = -1
    return slips.shares(right, len(boxes), len(true_boxes))


def _told(*args: Any, **kwargs: Any) -> str:
    """Say in words which true box each found one takes, in the order of the scores."""
    takes = (
        f"{place} takes {'none' if there is None else f'true box {there}'}"
        for place, there in slips.RULES.pairs(*args, **kwargs)
    )
    return ", ".join(takes)


def where(index: Index, *args: Any, **kwargs: Any) -> str:
    """Return in words which true box each found one takes."""
    if not len(args[0]):
        return "Nothing is found here."
    return f"By their scores, the found boxes choose so: {_told(*args, **kwargs)}."


def arithmetic(index: Index, *args: Any, **kwargs: Any) -> str:
    """Return how many found boxes are right, of how many."""
    right = sum(there is not None for _, there in slips.RULES.pairs(*args, **kwargs))
    counted = len(args[(0, 3)[index[0]]])
    if not counted:
        return "there are no boxes to divide by\n1"
    of = ("found boxes", "true boxes")[index[0]]
    words = f"of the found boxes, {_told(*args, **kwargs)}; right ones and {of}"
    return (
        f"{words if len(args[0]) else f'nothing is found; {of}'}\n{right} / {counted}"
    )


MISTAKES = (
    Mistake(
        "the same digit found several times",
        "Each of several boxes at one digit counts as right. A true box is taken by the "
        "first that fits, and a second one is wrong.",
        slips.judged(once=False),
    ),
    Mistake(
        "second finds right in the precision",
        "A second box at the same digit counts as right in your precision. A true box "
        "that is taken is gone.",
        slips.doubles_right,
    ),
    Mistake(
        "second finds left out",
        "You leave second boxes at the same digit out of the count. They were found, and "
        "they are wrong.",
        slips.doubles_ignored,
    ),
    Mistake(
        "labels ignored",
        "A box at the right place with another name counts as right. The labels have to "
        "agree.",
        slips.judged(by_name=False),
    ),
    Mistake(
        "wrong names take digits",
        "A box with a wrong name takes the digit away from the right one. Only true boxes "
        "with the same label can be taken.",
        slips.wrong_name_takes,
    ),
    Mistake(
        "nearest digit of any name",
        "You look for the nearest true box first and at its label afterwards. Near it may "
        "stand one with the right name.",
        slips.nearest_then("name"),
    ),
    Mistake(
        "nearest digit, taken or not",
        "You look at the nearest true box alone. If it is taken, another one that is free "
        "may fit.",
        slips.nearest_then("free"),
    ),
    Mistake(
        "nearest digit of all",
        "You look at the nearest true box alone, and then ask for its label and whether "
        "it is taken. Another one with the right name may fit and be free.",
        slips.nearest_then("all"),
    ),
    Mistake(
        "every pair that fits",
        "You count pairs of boxes that fit. A found box and a true box belong to one pair "
        "at most.",
        slips.every_pair,
    ),
    Mistake(
        "every pair that does not fit",
        "You count a wrong box for each true box that it does not fit. A found box is "
        "wrong once, and only if it fits none.",
        slips.every_misfit,
    ),
    Mistake(
        "as many pairs as possible",
        "You look for the most pairs. Here the highest score chooses first, for good.",
        slips.most_pairs,
    ),
    Mistake(
        "precision and recall exchanged",
        "The pair stands the wrong way round: first the share of the found boxes, then "
        "that of the true ones.",
        after(lambda shares: shares[::-1]),
    ),
    Mistake(
        "order of the list",
        "You ask the found boxes as they come. The one with the highest score chooses "
        "first.",
        slips.judged(order=slips.as_they_came),
    ),
    Mistake(
        "lowest score first",
        "You ask the box with the lowest score first. In which direction does a sort go?",
        slips.judged(order=lambda scores: best_first(scores)[::-1]),
    ),
    Mistake(
        "first that fits in place of the nearest",
        "You take the first true box of the list that fits. Of several the one with the "
        "largest IoU is taken.",
        slips.judged(choose=min),
    ),
    Mistake(
        "last that fits in place of the nearest",
        "You take the last true box of the list that fits. Of several the one with the "
        "largest IoU is taken.",
        slips.judged(choose=max),
    ),
    Mistake(
        "farthest in place of the nearest",
        "Of several true boxes that fit, you take the one with the smallest IoU.",
        slips.judged(choose=lambda fits: min(fits, key=fits.__getitem__)),
    ),
    Mistake(
        "just the threshold is enough",
        "You accept a box whose IoU is just `threshold`. It has to be larger.",
        slips.judged(least=lambda value, threshold: value >= threshold - 1e-6),
    ),
    Mistake(
        "threshold the wrong way round",
        "You accept boxes whose IoU is small. A box is right where it nearly coincides "
        "with a true one.",
        slips.judged(least=lambda value, threshold: value <= threshold),
    ),
    Mistake(
        "any overlap is enough",
        "You accept a box that shares a single pixel with a true one. How much is asked "
        "for is in `threshold`.",
        with_settings(threshold=0.0),
    ),
    Mistake(
        "names without places",
        "You compare labels only. A box has to lie where the digit is.",
        slips.judged(least=lambda value, threshold: True),
    ),
    Mistake(
        "threshold written into the function",
        "You compare with 0.5, whatever `threshold` says.",
        with_settings(threshold=0.5),
    ),
    Mistake(
        "another threshold by default",
        "Called without a threshold your function takes another one than the stub says.",
        by_default(threshold=0.4),
    ),
    Mistake(
        "found and true boxes exchanged",
        "You ask the true boxes who found them, in the order of the list. The found boxes "
        "are asked, the highest score first.",
        slips.asked_by_the_true,
    ),
    Mistake(
        "both divided by the found boxes",
        "You divide both by the number of found boxes. The recall is a share of the true "
        "ones.",
        slips.counted(
            lambda right, found, there: 2 * (slips.shares(right, found, 0)[0],)
        ),
    ),
    Mistake(
        "both divided by the true boxes",
        "You divide both by the number of true boxes. The precision is a share of the "
        "found ones.",
        slips.counted(
            lambda right, found, there: 2 * (slips.shares(right, 0, there)[1],)
        ),
    ),
    Mistake(
        "F1",
        "You give one number that mixes precision and recall. The task asks for both.",
        slips.counted(slips.f1),
    ),
    Mistake(
        "right of all that is found or there",
        "You divide by all boxes that are found or there. That is another measure: the "
        "precision divides by those found, the recall by those there.",
        slips.counted(slips.iou_of_sets),
    ),
    Mistake(
        "counts in place of shares",
        "You give the number of right boxes. The task asks for shares.",
        slips.counted(lambda right, found, there: (right, right)),
    ),
    Mistake(
        "counts of right, wrong and missed",
        "You give the three counts. The task asks for two shares that are made of them.",
        slips.counted(
            lambda right, found, there: (right, found - right, there - right)
        ),
    ),
    Mistake(
        "shares of what is wrong",
        "You give the shares of the wrong and of the missed boxes. The task asks for "
        "those that are right and found.",
        after(lambda shares: tuple(1 - share for share in shares)),
    ),
    Mistake(
        "in percent",
        "You give percent. The task asks for shares from 0 to 1.",
        after(lambda shares: tuple(100 * share for share in shares)),
    ),
    Mistake(
        "cut to whole numbers",
        "A division with `//` leaves only 0 and 1.",
        after(lambda shares: tuple(int(share) for share in shares)),
    ),
    Mistake(
        "rounded",
        "You round the shares, and the task does not.",
        after(lambda shares: tuple(round(share, 2) for share in shares)),
    ),
    Mistake(
        "boxes taken out, labels left",
        "You take a found digit out of the list of boxes and leave its label in the other "
        "list, so that from then on each box has another one's label.",
        slips.boxes_taken_out,
    ),
    Mistake(
        "boxes sorted, labels left behind",
        "You put the boxes into another order and the labels not, so that a box is asked "
        "with another one's label.",
        slips.labels_left_behind,
    ),
    Mistake(
        "stopped at the first wrong box",
        "You stop at the first box that is wrong. Those behind it may be right.",
        slips.stopped_at_a_wrong_one,
    ),
    Mistake(
        "only one share",
        "You give the precision. The task asks for a pair.",
        after(lambda shares: shares[0]),
    ),
    Mistake(
        "a dictionary in place of a pair",
        "You give the shares by name. The task asks for a pair, the precision first.",
        after(lambda shares: {"precision": shares[0], "recall": shares[1]}),
    ),
    Mistake(
        "divided by none",
        "Where nothing is found, or nothing is there, you divide by 0. The task says what "
        "holds then.",
        slips.divides,
    ),
    Mistake(
        "0 where there is nothing to divide by",
        "Without found boxes nothing is wrong, and without true boxes nothing is missed. "
        "Which shares does the task ask for then?",
        slips.divided(0.0),
    ),
    Mistake(
        "no number where there is nothing to divide by",
        "Where there is nothing to divide by you give nan. The task says which shares it "
        "asks for then.",
        slips.divided(float("nan")),
    ),
    Mistake(
        "empty lists exchanged",
        "Without found boxes you set the recall, without true boxes the precision. Which "
        "of both is divided by which?",
        slips.empty_exchanged,
    ),
    Mistake(
        "0 unless both lists are empty",
        "If one list is empty, one of both shares has nothing to divide by. The task says "
        "what it is then.",
        slips.zero_unless_both_empty,
    ),
    Mistake(
        "both 1 where one list is empty",
        "If one list is empty, you give 1 for both shares. Each share has its own list to "
        "divide by.",
        slips.only_where_both(1.0),
    ),
    Mistake(
        "nothing returned where one list is empty",
        "There is a pair also where one list is empty.",
        slips.only_where_both(None),
    ),
    Mistake(
        "scores sorted in place",
        "The right shares, but the caller's scores stand in another order afterwards.",
        slips.scores_sorted,
    ),
    Mistake(
        "true labels changed",
        "The right shares, but the caller's `true_labels` are other ones afterwards.",
        slips.truth_changed,
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    parts={BOTH: 3, ONE_SIDE: 1},
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
