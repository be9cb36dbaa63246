"""How often two grey levels are neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added
from grader.exercises.common.wrong import after, with_arguments
from grader.exercises.lab04_features_before_2012.counting_slips import (
    counted,
    diagonal_doubled,
    diagonal_once,
    finished,
    flags,
    inside_only,
    normed_by_pixels,
    normed_by_rows,
    normed_first,
    numbered_in_own_type,
    out_of_range,
    sliced_to_minus,
    without_last,
    wrapped,
    wrapped_below_zero,
)
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw wide and tall images, for offsets of every sign, and for the two switches."""
    # Every level stands in a row, in a column, and on the border.
    wide, tall = _wide(rng), _tall(rng)
    hand = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 2, 2, 2], [2, 2, 3, 3]])
    # More than 255 pairs of one kind: a count in 8 bits wraps around.
    plain = np.zeros((18, 20), np.uint8)
    plain[3, 4:9] = 1
    # So many levels that the number of a pair does not fit into 8 bits.
    fine = rng.permutation(np.arange(42) % 21).reshape(6, 7).astype(np.uint8)
    levels = int(rng.integers(3, 7))
    drawn = rng.integers(0, levels, (int(rng.integers(5, 9)), int(rng.integers(5, 9))))
    dx, dy = (int(v) for v in rng.integers(-2, 3, 2))
    dx = dx or 1
    size = f"{drawn.shape[0]}x{drawn.shape[1]}"
    counts = [
        ("4x4 example, dx=1, dy=0", (hand, 1, 0, 4)),
        ("4x4 example, dx=0, dy=1", (hand, 0, 1, 4)),
        ("4x7 image, dx=2, dy=1", (wide, 2, 1, 4)),
        ("4x7 image, dx=-1, dy=2", (wide, -1, 2, 4)),
        ("8x5 uint8 image, dx=1, dy=-1", (tall, 1, -1, 6)),
        ("8x5 uint8 image, dx=3, dy=0", (tall, 3, 0, 5)),
        ("18x20 uint8 image, nearly even", (plain, 1, 1, 2)),
        ("6x7 uint8 image, 21 levels", (fine, 1, 0, 21)),
        (f"{size} image, dx={dx}, dy={dy}", (drawn, dx, dy, levels)),
    ]
    symmetric = [
        ("4x4 example, symmetric", (hand, 1, 0, 4)),
        ("4x7 image, dx=1, dy=1, symmetric", (wide, 1, 1, 4)),
    ]
    return [
        *(Case(args, label=label, part="counts") for label, args in counts),
        *(
            Case(args, {"symmetric": True}, label=label, part="symmetric")
            for label, args in symmetric
        ),
        Case(
            (tall, 0, 2, 5),
            {"normed": True},
            label="8x5 uint8 image, dx=0, dy=2, normed",
            part="normed",
        ),
        Case(
            (wide, 1, 2, 4),
            {"symmetric": True, "normed": True},
            label="4x7 image, dx=1, dy=2, symmetric and normed",
            part="normed",
        ),
    ]


def _wide(rng: np.random.Generator) -> np.ndarray:
    wide = rng.integers(0, 4, (4, 7))
    wide[0, :4] = wide[1, 3:] = [3, 2, 1, 0]
    wide[:, 0] = [3, 3, 1, 0]
    wide[:, -1] = [0, 3, 2, 2]
    wide[2, 1] = wide[0, 0]  # a pair of equal levels, one across and two down
    # Of the pairs one across and two down, too many end at level 0 to be symmetric.
    wide[2, 2:4] = wide[3, [1, 4, 5]] = 0
    return wide


def _tall(rng: np.random.Generator) -> np.ndarray:
    tall = rng.integers(0, 5, (8, 5)).astype(np.uint8)
    tall[0], tall[-1] = [4, 4, 1, 0, 3], [1, 3, 2, 4, 0]
    return tall


def reference(
    img: np.ndarray,
    dx: int,
    dy: int,
    levels: int,
    symmetric: bool = False,
    normed: bool = False,
) -> np.ndarray:
    """Return the co-occurrence matrix (levels, levels) of one offset, by scikit-image."""
    from skimage.feature import graycomatrix

    distance, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    matrix: np.ndarray = graycomatrix(
        img.astype(np.uint8), [distance], [angle], levels, symmetric, normed
    )[:, :, 0, 0].astype(float)
    return matrix


def where(
    index: tuple[int, ...], img: Any, dx: int, dy: int, *args: Any, **kwargs: Any
) -> str:
    """Return in words which pairs of pixels are counted at `index`."""
    return (
        f"  [{index[0]}, {index[1]}] is about pixels of level {index[0]} whose neighbour "
        f"dx = {dx} to the right and dy = {dy} down has level {index[1]}."
    )


def arithmetic(
    index: Index,
    img: np.ndarray,
    dx: int,
    dy: int,
    levels: int,
    symmetric: bool = False,
    normed: bool = False,
) -> str:
    """Return the pairs counted at `index`: there, back if asked, and as a share."""
    there = reference(img, dx, dy, levels)
    ways = [there[index], there.T[index]] if symmetric else [there[index]]
    words = f"pairs with level {index[0]} here and {index[1]} there"
    words += ", then those the other way" if symmetric else ""
    if not normed:
        return f"{words}\n{added(ways)}"
    total = there.sum() * len(ways)
    return f"{words}, of all {show(total)}\n({added(ways)}) / {show(total)}"


MISTAKES = (
    Mistake(
        "dx and dy swapped",
        "`dx` counts columns to the right and `dy` rows down; "
        "an array is indexed with the row first.",
        with_arguments(lambda img, dx, dy, levels: (img, dy, dx, levels)),
    ),
    Mistake(
        "dy counted upwards",
        "Rows are numbered from the top: a positive `dy` goes down.",
        with_arguments(lambda img, dx, dy, levels: (img, dx, -dy, levels)),
    ),
    Mistake(
        "wrapped around",
        "A pixel at the border has no neighbour outside; "
        "`np.roll` and negative indices bring one back from the other side.",
        counted(wrapped),
    ),
    Mistake(
        "wrapped around at the top or left",
        "With a negative offset an index below 0 reads from the other end. "
        "Check both ends of the range.",
        counted(wrapped_below_zero),
    ),
    Mistake(
        "negative offsets leave the image",
        "With a negative offset, a range that ends at the height or width minus "
        "the offset goes past the end, and it must not start at 0.",
        out_of_range,
    ),
    Mistake(
        "slice ends at minus zero",
        "`[:-dy]` is empty if `dy` is 0, since -0 is 0, "
        "and with a negative offset the two slices change their roles.",
        counted(sliced_to_minus),
    ),
    Mistake(
        "repeated pairs counted once",
        "Your matrix says whether a pair occurs, not how often. "
        "(`matrix[a, b] += 1` with whole arrays a and b adds to each place only once.)",
        counted(lambda counts, img, dx, dy: np.minimum(counts, 1)),
    ),
    Mistake(
        "first row and column left out",
        "Row 0 and column 0 belong to the image: look at your comparison signs.",
        with_arguments(
            lambda img, dx, dy, levels: (
                img[int(dy <= 0) :, int(dx <= 0) :],
                dx,
                dy,
                levels,
            )
        ),
    ),
    Mistake(
        "border left out on every side",
        "You leave out pixels at all four borders. A pixel counts whenever this one "
        "neighbour of it, at dx and dy, lies inside.",
        counted(inside_only),
    ),
    Mistake(
        "last row and column not visited",
        "Your loops end one row and one column too early: their pixels have "
        "neighbours, too.",
        counted(without_last),
    ),
    Mistake(
        "last row and column left out",
        "The last row and the last column belong to the image: where do your loops "
        "end?",
        with_arguments(lambda img, dx, dy, levels: (img[:-1, :-1], dx, dy, levels)),
    ),
    Mistake(
        "only positive offsets",
        "A negative `dx` goes to the left and a negative `dy` up; "
        "you drop their signs.",
        with_arguments(lambda img, dx, dy, levels: (img, abs(dx), abs(dy), levels)),
    ),
    Mistake(
        "dx counted to the left",
        "Columns are numbered from the left: a positive `dx` goes to the right.",
        with_arguments(lambda img, dx, dy, levels: (img, -dx, dy, levels)),
    ),
    Mistake(
        "dx ignored",
        "Your pairs stand one above the other: `dx` moves to the right as well.",
        with_arguments(lambda img, dx, dy, levels: (img, 0, dy, levels)),
    ),
    Mistake(
        "dy ignored",
        "Your pairs stand in one row: `dy` moves down as well.",
        with_arguments(lambda img, dx, dy, levels: (img, dx, 0, levels)),
    ),
    Mistake(
        "steps of one assumed",
        "`dx` and `dy` may be more than one pixel; you use their signs only.",
        with_arguments(
            lambda img, dx, dy, levels: (
                img,
                int(np.sign(dx)),
                int(np.sign(dy)),
                levels,
            )
        ),
    ),
    Mistake(
        "counted in 8 bits",
        "Your matrix holds bytes, which wrap around after 255.",
        counted(lambda counts, img, dx, dy: counts % 256),
    ),
    Mistake(
        "pairs numbered in 8 bits",
        "You make one number of the two levels of a pair, in the number type of the "
        "image: 8 bits end at 255. Count with whole numbers of the usual size.",
        counted(numbered_in_own_type),
    ),
    Mistake(
        "pair read backwards",
        "The row of the matrix is the level of the pixel itself, "
        "the column that of its neighbour.",
        counted(lambda counts, img, dx, dy: counts.T),
    ),
    Mistake(
        "always symmetric",
        "Without `symmetric` each pair counts once, in one direction.",
        flags(lambda counts, symmetric, normed: finished(counts, True, normed)),
    ),
    Mistake(
        "always both directions, and again if symmetric",
        "Without `symmetric` each pair counts once, in one direction; with it, in both, "
        "which you do already.",
        flags(
            lambda counts, symmetric, normed: finished(
                counts + counts.T, symmetric, normed
            )
        ),
    ),
    Mistake(
        "symmetric turned round",
        "You count both directions exactly when one is asked for: "
        "turn the condition round.",
        flags(
            lambda counts, symmetric, normed: finished(counts, not symmetric, normed)
        ),
    ),
    Mistake(
        "normed turned round",
        "You divide exactly when counts are asked for: turn the condition round.",
        flags(
            lambda counts, symmetric, normed: finished(counts, symmetric, not normed)
        ),
    ),
    Mistake(
        "transposed in place of symmetric",
        "You keep one direction only, the other one: "
        "`symmetric` adds the two directions.",
        flags(
            lambda counts, symmetric, normed: finished(
                counts.T if symmetric else counts, False, normed
            )
        ),
    ),
    Mistake(
        "transpose added to itself",
        "`symmetric` adds the counts of the two directions; you double one of them.",
        flags(
            lambda counts, symmetric, normed: finished(
                2 * counts if symmetric else counts, False, normed
            )
        ),
    ),
    Mistake(
        "upper half only",
        "You put each pair in order of its levels, so that the lower half stays empty: "
        "the row is the level of the pixel, the column that of its neighbour.",
        counted(lambda counts, img, dx, dy: np.triu(counts + np.tril(counts, -1).T)),
    ),
    Mistake(
        "both switches ignored",
        "Your matrix holds the plain counts, whatever the caller asks for: "
        "`symmetric` and `normed` are still to come.",
        flags(lambda counts, symmetric, normed: counts),
    ),
    Mistake(
        "not symmetric",
        "With `symmetric=True` each pair counts in both directions.",
        flags(lambda counts, symmetric, normed: finished(counts, False, normed)),
    ),
    Mistake(
        "diagonal counted once",
        "A pair of equal levels also counts in both directions, "
        "so it adds two to its place on the diagonal.",
        flags(diagonal_once),
    ),
    Mistake(
        "diagonal doubled again",
        "Counting each pair in both directions doubles the diagonal already.",
        flags(diagonal_doubled),
    ),
    Mistake(
        "averaged over the two directions",
        "`symmetric` adds the counts of the two directions; it does not average them.",
        flags(
            lambda counts, symmetric, normed: finished(
                (counts + counts.T) / 2 if symmetric else counts, False, normed
            )
        ),
    ),
    Mistake(
        "not normalised",
        "With `normed=True` the entries are shares of all pairs and sum to 1.",
        flags(lambda counts, symmetric, normed: finished(counts, symmetric, False)),
    ),
    Mistake(
        "always normalised",
        "Without `normed` the entries are counts, whole numbers.",
        flags(lambda counts, symmetric, normed: finished(counts, symmetric, True)),
    ),
    Mistake(
        "divided by the largest entry",
        "The entries should sum to 1: divide by all the pairs, "
        "not by those of the most frequent kind.",
        flags(
            lambda counts, symmetric, normed: (
                finished(counts, symmetric, False)
                / (finished(counts, symmetric, False).max() if normed else 1)
            )
        ),
    ),
    Mistake(
        "divided by the sum of each row",
        "Each of your rows sums to 1. "
        "All entries together should: divide by the sum of the whole matrix.",
        flags(normed_by_rows),
    ),
    Mistake(
        "normalised before symmetric",
        "Your matrix sums to 2. Divide at the end, after both directions are counted.",
        flags(normed_first),
    ),
    Mistake(
        "shares cut off to whole numbers",
        "Shares are fractions; stored as whole numbers they become 0.",
        flags(
            lambda counts, symmetric, normed: np.trunc(
                finished(counts, symmetric, normed)
            )
        ),
    ),
    Mistake(
        "divided by the number of pixels",
        "There are fewer pairs than pixels: divide by the number of pairs counted.",
        normed_by_pixels,
    ),
    Mistake(
        "one level too few",
        "The levels run from 0 to `levels` - 1, so there are `levels` of them. "
        "(An 8-bit image has 256 values, not 255: `255 // 32` is one level short.)",
        after(lambda matrix: matrix[:-1, :-1]),
    ),
    Mistake(
        "size taken from the image",
        "Your matrix is as large as the highest level of the image asks for. "
        "An image need not hold every level: the size is `levels`.",
        lambda reference, img, *offset, **flags: reference(img, *offset, **flags)[
            : img.max() + 1, : img.max() + 1
        ],
    ),
    Mistake(
        "one level too many",
        "The levels run from 0 to `levels` - 1: the matrix has `levels` rows.",
        with_arguments(lambda img, dx, dy, levels: (img, dx, dy, levels + 1)),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    parts={"counts": 2, "symmetric": 1, "normed": 1},
    forbidden=("skimage",),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
