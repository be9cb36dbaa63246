"""The best box of each bundle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.places import places_alike
from grader.exercises.common.wrong import after, by_default, with_settings
from grader.exercises.lab16_find_the_digit import suppression_slips as slips
from grader.exercises.lab16_find_the_digit.shared import (
    boxes_of,
    bundles,
    drawn_scores,
    pairwise_iou,
)
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show

# Below every threshold of the cases, above it, or just on it: no IoU lies nearby.
THRESHOLDS = (0.23, 0.41, 0.67)
Rule = Callable[..., Sequence[int]]


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw boxes in bundles, in rows that overlap like scales, apart, and none."""
    scales = boxes_of((0, 0, 4, 4), (0, 1, 4, 5), (0, 2, 4, 6), (0, 3, 4, 7))
    halves = boxes_of((0, 0, 4, 8), (2, 0, 4, 8), (6, 0, 9, 4), (6, 0, 9, 9))
    same = boxes_of((1, 2, 5, 6), (1, 2, 5, 6), (6, 6, 9, 9))
    first = boxes_of((5, 1, 9, 5), (0, 0, 4, 4), (0, 1, 4, 5), (5, 0, 9, 4))
    grid: list[tuple[str, Any, Any, dict[str, float]]] = [
        ("two bundles of two", first, [1, 5, 8, 3], {}),
        ("boxes that overlap like scales", scales, [9, 8, 7, 6], {}),
        ("scales, the best in the middle", scales, [2, 4, 9, 3], {}),
        ("an IoU of just 0.5", halves, [6, 4, 2, 1], {}),
        ("threshold 0", scales[[0, 2, 3]], [3, 5, 4], {"threshold": 0}),
        ("the same box twice, threshold 1", same, [2, 3, 1], {"threshold": 1}),
        ("scores that are all negative", first, [-5, -1, -9, -3], {}),
        ("one box", boxes_of((2, 3, 8, 9)), [4], {}),
        ("boxes far apart", boxes_of((0, 0, 3, 3), (6, 6, 9, 9)), [1, 2], {}),
        ("no boxes", boxes_of(), [], {}),
    ]
    for threshold in THRESHOLDS[:2]:
        boxes = bundles(rng, places=4, each=3, size=28, spread=9)
        scores = drawn_scores(rng, len(boxes))
        label = f"twelve windows of 28x28, threshold {threshold}"
        grid.append((label, boxes, scores, {"threshold": threshold}))
    for_default = bundles(rng, places=3, each=4, size=28, spread=7)
    scores = drawn_scores(rng, len(for_default))
    grid.append(("twelve windows of 28x28", for_default, scores, {}))
    return [
        Case((boxes, np.array(scores, float)), settings, label)
        for label, boxes, scores, settings in grid
    ]


def reference(boxes: Any, scores: Any, threshold: float = 0.5) -> Any:
    """Return the positions of the best boxes: the best one, then those of the rest."""
    overlap = pairwise_iou(boxes, boxes)

    def best_of(places: list[int]) -> list[int]:
        if not places:
            return []
        best = max(places, key=scores.__getitem__)
        rest = [p for p in places if p != best and overlap[best, p] <= threshold]
        return [best, *best_of(rest)]

    return np.array(best_of(list(range(len(boxes)))), int)


def where(index: Index, boxes: Any, scores: Any, threshold: float = 0.5) -> str:
    """Return in words which boxes come first, and what they nearly coincide with."""
    kept = reference(boxes, scores, threshold)
    place = int(kept[index[0]])
    overlap = pairwise_iou(boxes, boxes)[place]
    near = [p for p in np.flatnonzero(overlap > threshold).tolist() if p != place]
    return (
        f"Box {place} has the score {show(scores[place])}; its IoU is larger than "
        f"{show(threshold)} with the boxes at {near or 'no place'}."
    )


def arithmetic(index: Index, boxes: Any, scores: Any, threshold: float = 0.5) -> str:
    """Return which boxes are left when one is chosen, and where the best of them is."""
    kept = reference(boxes, scores, threshold).tolist()
    overlap = pairwise_iou(boxes, boxes)
    before = kept[: index[0]]
    left = [
        place
        for place in range(len(boxes))
        if place not in before and all(overlap[p, place] <= threshold for p in before)
    ]
    told = ", ".join(f"{show(scores[place])} at {place}" for place in left)
    words = f"of the scores that are left, {told}, the highest is at"
    return f"{words}\n{kept[index[0]]}"


MISTAKES = (
    Mistake(
        "lowest score first",
        "You go through the boxes from the lowest score up, so the worst box of each "
        "bundle stays. In which direction does a sort go?",
        slips.greedy(slips.rightly, slips.lowest_first),
    ),
    Mistake(
        "order of the list",
        "You go through the boxes as they come. Which of two boxes stays is decided by "
        "their scores.",
        slips.greedy(slips.rightly, slips.as_they_came),
    ),
    Mistake(
        "order of the list, from behind",
        "You go through the boxes as they come, from behind. Which of two boxes stays is "
        "decided by their scores.",
        slips.greedy(slips.rightly, slips.as_they_came_backwards),
    ),
    Mistake(
        "boxes sorted, scores left behind",
        "You put the boxes into another order and the scores not, so that a box is judged "
        "by another one's score.",
        slips.sorted_boxes,
    ),
    Mistake(
        "compared with all better boxes",
        "You compare a box with every better one, also with those that were not kept. A "
        "box that is not kept suppresses no other.",
        slips.greedy(
            lambda overlap, kept, seen, limit: slips.over(overlap, seen, limit)
        ),
    ),
    Mistake(
        "each box suppresses itself",
        "A box coincides with itself most of all. You compare it with every box of the "
        "list.",
        slips.itself_too,
    ),
    Mistake(
        "compared with the best box only",
        "You compare all boxes with the very best one. There are other bundles, and each "
        "has a best box of its own.",
        slips.first_round_only,
    ),
    Mistake(
        "compared with the last kept box only",
        "You compare a box with the one that was kept last. It may nearly coincide with "
        "one that was kept earlier.",
        slips.greedy(
            lambda overlap, kept, seen, limit: slips.over(overlap, kept[-1:], limit)
        ),
    ),
    Mistake(
        "compared with the box before",
        "You compare a box with its neighbour in the order of the scores. Boxes of other "
        "places stand in between.",
        slips.greedy(
            lambda overlap, kept, seen, limit: slips.over(overlap, seen[-1:], limit)
        ),
    ),
    Mistake(
        "threshold the wrong way round",
        "You keep a box if it nearly coincides with a kept one, and drop those that stand "
        "elsewhere.",
        slips.greedy(
            lambda overlap, kept, seen, limit: bool(
                kept and not slips.over(overlap, kept, limit)
            )
        ),
    ),
    Mistake(
        "far from one is enough",
        "You keep a box as soon as one kept box is far away. It must be far from all of "
        "them.",
        slips.greedy(
            lambda overlap, kept, seen, limit: bool(
                kept and np.all(overlap[list(kept)] > limit)
            )
        ),
    ),
    Mistake(
        "just the threshold is too much",
        "You drop a box whose IoU is just `threshold`. It goes only if it is larger.",
        slips.greedy(
            lambda overlap, kept, seen, limit: bool(
                np.any(overlap[list(kept)] >= limit - 1e-6)
            )
        ),
    ),
    Mistake(
        "any overlap is too much",
        "You drop a box that shares a single pixel with a kept one. How much is allowed "
        "is in `threshold`.",
        with_settings(threshold=0.0),
    ),
    Mistake(
        "threshold written into the function",
        "You compare with 0.5, whatever `threshold` says.",
        with_settings(threshold=0.5),
    ),
    Mistake(
        "another threshold by default",
        "Called without a threshold your function takes another one than the stub says.",
        by_default(threshold=0.3),
    ),
    Mistake(
        "nothing suppressed",
        "You keep all boxes, in the order of their scores.",
        with_settings(threshold=2.0),
    ),
    Mistake(
        "best box only",
        "You keep one box. Each place has a best one.",
        after(lambda kept: kept[:1]),
    ),
    Mistake(
        "last box left out",
        "You stop while one box is left. It was compared with all others and stays.",
        slips.last_left_out,
    ),
    Mistake(
        "taken out of the list while looping over it",
        "A loop over a list from which you remove something skips the next one, so some "
        "boxes are never looked at.",
        slips.skipping,
    ),
    Mistake(
        "positions in the sorted order",
        "You give positions among the boxes sorted by score. The task asks for positions "
        "in `boxes`.",
        slips.sorted_places,
    ),
    Mistake(
        "positions in what is left",
        "You take boxes out of the list, and from then on you give positions in the "
        "shorter one. The task asks for positions in `boxes`.",
        slips.places_in_the_rest,
    ),
    Mistake(
        "stopped at the first box that goes",
        "You stop at the first box that is not kept. Those behind it may stand elsewhere.",
        slips.stopped,
    ),
    Mistake(
        "positions in the ascending order",
        "You give positions among the sorted boxes. The task asks for positions in "
        "`boxes`.",
        slips.ascending_places,
    ),
    Mistake(
        "kept, but in the order of the list",
        "The right boxes, in the order of `boxes`. The highest score comes first.",
        after(np.sort),
    ),
    Mistake(
        "kept, but the highest score last",
        "The right boxes in the wrong direction: the highest score comes first.",
        after(lambda kept: kept[::-1]),
    ),
    Mistake(
        "boxes in place of positions",
        "You give the boxes themselves. The task asks for their positions in `boxes`.",
        slips.taken(lambda boxes, scores: boxes),
    ),
    Mistake(
        "scores in place of positions",
        "You give the scores. The task asks for the positions of the boxes.",
        slips.taken(lambda boxes, scores: scores),
    ),
    Mistake(
        "yes or no for each box",
        "You say of each box whether it is kept. The task asks for the positions of those "
        "that are.",
        slips.mask,
    ),
    Mistake(
        "suppressed boxes returned",
        "You give the positions of the boxes that go. Those that stay are asked for.",
        slips.the_others,
    ),
    Mistake(
        "low scores left out",
        "You also drop boxes whose score is below `threshold`. It is a limit for the IoU.",
        slips.by_threshold_too,
    ),
    Mistake(
        "negative scores left out",
        "You leave out boxes whose score is not positive. Scores may have any sign; only "
        "their order counts.",
        slips.positive_only,
    ),
    Mistake(
        "positions stored as floats",
        "Your positions are right, and no index: an array of `np.zeros` or `np.array([])` "
        "holds floats. Ask for `dtype=int`.",
        after(lambda kept: kept.astype(float)),
    ),
    Mistake(
        "fails without boxes",
        "Without boxes there is no best one. The result is then empty.",
        slips.fails_without_boxes,
    ),
    Mistake(
        "first box taken without a look",
        "Without boxes there is no first one. The result is then empty.",
        slips.first_place_missing,
    ),
    Mistake(
        "scores changed",
        "The right positions, but the caller's scores are other ones afterwards.",
        slips.scores_changed,
    ),
    Mistake(
        "boxes changed",
        "The right positions, but the caller's boxes stand in another order afterwards.",
        slips.boxes_changed,
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    comparison=places_alike,
    forbidden=("tensorflow.image",),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
