"""Intersection over union of one box with others."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import after
from grader.exercises.lab16_find_the_digit.box_slips import (
    box_changed,
    boxes_changed,
    by,
    by_corners,
    first_only,
    one_for_no_pixels,
    order,
    over_the_hull,
    plain_union,
    positive_union,
    read_as_sizes,
    union,
)
from grader.exercises.lab16_find_the_digit.shared import (
    boxes_of,
    drawn_boxes,
    pairwise_iou,
    pixels,
)
from grader.judging.exercise import Case, Exercise, Mistake

FULL, EMPTY = "boxes with pixels", "boxes without pixels"


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw boxes that overlap, touch, hold each other or lie apart in either direction."""
    box = np.array([2, 3, 6, 9])
    grid = {
        "an overlap at a corner": (box, boxes_of((4, 7, 9, 9))),
        "apart in both directions": (box, boxes_of((8, 0, 9, 1))),
        "apart in one direction only": (box, boxes_of((7, 4, 9, 8), (3, 0, 5, 2))),
        "touching, the same, inside, around": (
            box,
            boxes_of((6, 3, 9, 9), (2, 3, 6, 9), (3, 5, 5, 6), (0, 1, 9, 12)),
        ),
        "an overlap that is a cross": (box, boxes_of((0, 5, 9, 7))),
        "sticking out of the page": (
            np.array([-4, -2, 8, 10]),
            boxes_of((-9, -9, 1, 5), (-6, 3, 2, 30)),
        ),
        "a long and a small box": (
            np.array([40, 10, 45, 190]),
            boxes_of((0, 20, 200, 60), (42, 100, 43, 101)),
        ),
    }
    cases = [Case(pair, label=label, part=FULL) for label, pair in grid.items()]
    for n in (6, 9):
        drawn = drawn_boxes(rng, n + 1, page=12, longest=14)
        label = f"{n} boxes drawn at random"
        cases.append(Case((drawn[0], drawn[1:]), label=label, part=FULL))
    nothing = {
        "a box of no height": (box, boxes_of((4, 4, 4, 8), (1, 3, 6, 9))),
        "no pixels on either side": (np.array([3, 3, 3, 7]), boxes_of((3, 3, 3, 7))),
        "no width, beside a full box": (np.array([1, 4, 6, 4]), boxes_of((2, 2, 5, 8))),
        "no other boxes": (box, boxes_of()),
    }
    return cases + [Case(pair, label=n, part=EMPTY) for n, pair in nothing.items()]


def reference(box: Any, boxes: Any) -> Any:
    """Return the IoU (n,) by painting the pixels of every box."""
    return pairwise_iou(box[None], boxes)[0] if len(boxes) else np.zeros(0)


def where(index: Index, box: Any, boxes: Any) -> str:
    """Return in words how the pixels of two boxes are counted."""
    shared, together = (int(count[0, index[0]]) for count in pixels(box[None], boxes))
    return (
        f"Of the box {box.tolist()} and boxes[{index[0]}] = {boxes[index[0]].tolist()}, "
        f"{shared} pixels lie in both and {together} in at least one."
    )


def _area(box: Any) -> int:
    return int((box[2] - box[0]) * (box[3] - box[1]))


def arithmetic(index: Index, box: Any, boxes: Any) -> str:
    """Return the pixels in both boxes, and those of each."""
    other = boxes[index[0]]
    shared = int(pixels(box[None], boxes)[0][0, index[0]])
    areas = f"{_area(box)} and {_area(other)} pixels"
    words = f"the boxes hold {areas}, and {shared} of these lie in both"
    if not shared:
        return f"{words}\n0"
    return f"{words}\n{shared} / ({_area(box)} + {_area(other)} - {shared})"


def _one_too_many(boxes: Any) -> tuple[Any, Any]:
    return boxes[..., 2] - boxes[..., 0] + 1, boxes[..., 3] - boxes[..., 1] + 1


MISTAKES = (
    Mistake(
        "two negative sides multiplied",
        "Boxes that lie apart in both directions give a negative height and a negative "
        "width, and their product is positive. Ask of each side alone whether anything "
        "is left.",
        by(union, shared=lambda h, w: h * w),
    ),
    Mistake(
        "nothing asked of sides and areas",
        "Where boxes lie apart in both directions two negative sides give a positive "
        "product, and where no box holds a pixel you divide 0 by 0.",
        by(plain_union, shared=lambda h, w: h * w),
    ),
    Mistake(
        "product cut, not the sides",
        "You cut off negative areas. But boxes that lie apart in both directions have two "
        "negative sides, whose product is positive.",
        by(union, shared=lambda h, w: np.maximum(h * w, 0)),
    ),
    Mistake(
        "distances counted as overlap",
        "You take the sides without their sign, so the gap between two boxes counts as "
        "an overlap.",
        by(union, shared=lambda h, w: np.abs(h * w)),
    ),
    Mistake(
        "0 only if both sides are negative",
        "You give 0 where both sides of the overlap are negative. One is enough: then the "
        "boxes share no pixel either.",
        by(union, shared=lambda h, w: np.where((h < 0) & (w < 0), 0, h * w)),
    ),
    Mistake(
        "only the height cut at 0",
        "You cut a negative height, and a negative width still comes through.",
        by(union, shared=lambda h, w: np.maximum(h, 0) * w),
    ),
    Mistake(
        "only the width cut at 0",
        "You cut a negative width, and a negative height still comes through.",
        by(union, shared=lambda h, w: h * np.maximum(w, 0)),
    ),
    Mistake(
        "at least one pixel shared",
        "You let no side of the overlap be smaller than 1. Boxes may share no pixel.",
        by(union, shared=lambda h, w: np.maximum(h, 1) * np.maximum(w, 1)),
    ),
    Mistake(
        "pixels of both counted twice",
        "You divide by the sum of both areas. What lies in both boxes is counted twice "
        "in it.",
        by(lambda shared, one, others: shared / np.maximum(one + others, 1)),
    ),
    Mistake(
        "Dice",
        "You count what lies in both boxes twice, above and below. That is another "
        "measure; the union counts each pixel once.",
        by(lambda shared, one, others: 2 * shared / np.maximum(one + others, 1)),
    ),
    Mistake(
        "divided by the box",
        "You divide by the pixels of `box`. The union holds those of both boxes.",
        by(lambda shared, one, others: shared / np.maximum(one, 1)),
    ),
    Mistake(
        "divided by the other box",
        "You divide by the pixels of each of `boxes`. The union holds those of both.",
        by(lambda shared, one, others: shared / np.maximum(others, 1)),
    ),
    Mistake(
        "divided by the smaller box",
        "You divide by the smaller of both areas. The union holds the pixels of both "
        "boxes.",
        by(lambda shared, one, others: shared / np.maximum(np.minimum(one, others), 1)),
    ),
    Mistake(
        "divided by the larger box",
        "You divide by the larger of both areas. The union holds the pixels of both "
        "boxes.",
        by(lambda shared, one, others: shared / np.maximum(np.maximum(one, others), 1)),
    ),
    Mistake(
        "divided by the box around both",
        "You divide by the area of a box around both. It also holds pixels that lie in "
        "neither.",
        over_the_hull,
    ),
    Mistake(
        "minimum and maximum exchanged",
        "You take the outer edges: that is the box around both. The overlap begins at "
        "the later of both beginnings and ends at the earlier of both ends.",
        by_corners(
            lambda box, boxes: (
                np.minimum(box[:2], boxes[:, :2]),
                np.maximum(box[2:], boxes[:, 2:]),
            )
        ),
    ),
    Mistake(
        "overlap begins too early",
        "The overlap cannot begin before both boxes have begun: which of the two tops, "
        "and of the two lefts?",
        by_corners(
            lambda box, boxes: (
                np.minimum(box[:2], boxes[:, :2]),
                np.minimum(box[2:], boxes[:, 2:]),
            )
        ),
    ),
    Mistake(
        "overlap ends too late",
        "The overlap ends where the first of both boxes ends: which of the two bottoms, "
        "and of the two rights?",
        by_corners(
            lambda box, boxes: (
                np.maximum(box[:2], boxes[:, :2]),
                np.maximum(box[2:], boxes[:, 2:]),
            ),
            positive_union,
        ),
    ),
    Mistake(
        "own area taken twice",
        "You count the pixels of `box` for both boxes.",
        by(lambda shared, one, others: shared / np.maximum(2 * one - shared, 1)),
    ),
    Mistake(
        "one pixel too many on every side",
        "You count the last row and column too. The boxes are half-open: a height is "
        "`bottom - top`.",
        by(plain_union, sides=_one_too_many, one_more=1),
    ),
    Mistake(
        "one pixel too many in the overlap",
        "The sides of your overlap are one pixel too long. The boxes are half-open: "
        "`bottom` is no longer inside.",
        by(plain_union, one_more=1),
    ),
    Mistake(
        "one pixel too many in the areas",
        "The areas of your boxes are too large: their sides are `bottom - top` and "
        "`right - left`.",
        by(plain_union, sides=_one_too_many),
    ),
    Mistake(
        "read as corner and size",
        "You read the last two numbers as height and width. They are `bottom` and "
        "`right`.",
        read_as_sizes,
    ),
    Mistake(
        "read as (top, bottom, left, right)",
        "The four numbers come in another order: top, left, bottom, right.",
        order(0, 2, 1, 3),
    ),
    Mistake(
        "sides mixed up in the areas",
        "The sides of your areas go from top to right and from left to bottom. A height "
        "lies between two rows, a width between two columns.",
        by(
            plain_union,
            sides=lambda boxes: (
                boxes[..., 3] - boxes[..., 0],
                boxes[..., 2] - boxes[..., 1],
            ),
        ),
    ),
    Mistake(
        "areas of the wrong sign",
        "A side of your areas is taken from its end to its beginning, so the areas are "
        "negative.",
        by(
            union,
            sides=lambda boxes: (
                boxes[..., 0] - boxes[..., 2],
                boxes[..., 3] - boxes[..., 1],
            ),
        ),
    ),
    Mistake(
        "edges taken for sides",
        "You multiply `bottom` and `right`. A side goes from one edge to the other.",
        by(plain_union, sides=lambda boxes: (boxes[..., 2], boxes[..., 3])),
    ),
    Mistake(
        "sides of the overlap cut at 1",
        "You let no side of the overlap be longer than 1. Coordinates are counted in "
        "pixels, not in shares of the page.",
        by(union, shared=lambda h, w: np.clip(h, 0, 1) * np.clip(w, 0, 1)),
    ),
    Mistake(
        "edges of all boxes together",
        "You take the largest top of all boxes, and compare it with every one. Each box "
        "is compared with `box` on its own: there is a maximum of two numbers.",
        by_corners(
            lambda box, boxes: (
                np.maximum(box[:2], boxes[:, :2].max(axis=0)),
                np.minimum(box[2:], boxes[:, 2:].min(axis=0)),
            )
        ),
    ),
    Mistake(
        "sides added",
        "You add the edges of a box where its side is their difference.",
        by(
            plain_union,
            sides=lambda boxes: (
                boxes[..., 2] + boxes[..., 0],
                boxes[..., 3] + boxes[..., 1],
            ),
        ),
    ),
    Mistake(
        "height used for both sides",
        "You use the height of the overlap for its width as well.",
        by(union, shared=lambda h, w: np.maximum(h, 0) ** 2),
    ),
    Mistake(
        "width used for both sides",
        "You use the width of the overlap for its height as well.",
        by(union, shared=lambda h, w: np.maximum(w, 0) ** 2),
    ),
    Mistake(
        "sides added to an area",
        "You add height and width of the overlap. The number of its pixels is their "
        "product.",
        by(
            union,
            shared=lambda h, w: np.where((h > 0) & (w > 0), h + w, 0),
        ),
    ),
    Mistake(
        "pixels shared, not a share",
        "You give the number of pixels that lie in both. The IoU divides it by those in "
        "at least one of the boxes.",
        by(lambda shared, one, others: shared),
    ),
    Mistake(
        "distance in place of overlap",
        "You give 1 minus the IoU. Equal boxes have an IoU of 1.",
        after(lambda values: 1 - values),
    ),
    Mistake(
        "union over intersection",
        "You divide the wrong way round: an IoU is never larger than 1.",
        by(lambda shared, one, others: (one + others - shared) / np.maximum(shared, 1)),
    ),
    Mistake(
        "in percent",
        "You give percent. The task asks for numbers from 0 to 1.",
        after(lambda values: 100 * values),
    ),
    Mistake(
        "cut to whole numbers",
        "A division with `//`, or an array of whole numbers, leaves only 0 and 1.",
        after(lambda values: np.floor(values).astype(int)),
    ),
    Mistake(
        "rounded",
        "You round the result, and the task does not.",
        after(lambda values: values.round(2)),
    ),
    Mistake(
        "yes or no",
        "You say whether two boxes overlap. The task asks how much.",
        after(lambda values: (values > 0).astype(float)),
    ),
    Mistake(
        "first box only",
        "You give one number. There is one for each of `boxes`.",
        first_only,
    ),
    Mistake(
        "largest only",
        "You give the largest IoU. The task asks for that of each box.",
        lambda reference, box, boxes: float(reference(box, boxes).max(initial=0)),
    ),
    Mistake(
        "a column of results",
        "Your result has two axes. The task asks for (n,).",
        after(lambda values: values[:, np.newaxis]),
    ),
    Mistake(
        "a row of results",
        "Your result has two axes. The task asks for (n,).",
        after(lambda values: values[np.newaxis]),
    ),
    Mistake(
        "0 divided by 0",
        "Where neither box holds a pixel you divide 0 by 0. What does the task say about "
        "such boxes?",
        by(plain_union),
    ),
    Mistake(
        "1 for two boxes without pixels",
        "Two boxes without pixels share none. The task says what their IoU is.",
        one_for_no_pixels,
    ),
    Mistake(
        "fails without other boxes",
        "`boxes` may be empty, and then so is the result.",
        lambda reference, box, boxes: reference(box, np.stack(list(boxes))),
    ),
    Mistake(
        "boxes changed",
        "The right numbers, but the caller's `boxes` are other ones afterwards.",
        boxes_changed,
    ),
    Mistake(
        "box changed",
        "The right numbers, but the caller's `box` is another one afterwards.",
        box_changed,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    parts={FULL: 2, EMPTY: 1},
    forbidden=("keras", "tensorflow"),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
