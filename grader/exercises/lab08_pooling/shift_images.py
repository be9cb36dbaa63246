"""Pictures moved by whole pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.pictures import FORBIDDEN, pictures
from grader.exercises.common.wrong import Wrong, with_arguments
from grader.exercises.lab08_pooling.shared import Pair, shifted
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw moves to all sides, of 0 and beyond the picture, and whole numbers."""
    grid: list[tuple[tuple[int, ...], int, int]] = [
        ((2, 4, 5, 2), 2, 1),
        ((2, 5, 4, 3), -1, 2),
        ((3, 4, 6, 2), 3, -1),
        ((2, 6, 5, 2), -2, -3),
        ((2, 3, 4, 1), 0, 0),
        ((2, 3, 4, 1), 30, 1),
        ((2, 4, 3, 2), 1, -5),
    ]
    for _ in range(2):
        height, width = (int(side) for side in rng.integers(4, 8, 2))
        dx, dy = (int(step) for step in rng.integers(-3, 4, 2))
        grid.append(((2, height, width, 2), dx, dy))
    cases = [
        _shift_case(np.arange(1.0, 10).reshape(1, 3, 3, 1), *step, ", small numbers")
        for step in ((1, 0), (0, 1))
    ]
    cases += [_shift_case(pictures(rng, *shape), dx, dy) for shape, dx, dy in grid]
    whole = rng.integers(1, 256, (2, 4, 5, 1)).astype(np.uint8)
    return [*cases, _shift_case(whole, 1, -2, ", whole numbers")]


def _shift_case(x: np.ndarray, dx: int, dy: int, note: str = "") -> Case:
    label = f"{'x'.join(map(str, x.shape))}, dx={dx}, dy={dy}{note}"
    return Case((x, dx, dy), label=label)


def arithmetic(index: Index, x: np.ndarray, dx: int, dy: int) -> str:
    """Return which pixel moves to `index`, if one does."""
    n, i, j, c = index
    row, column = i - dy, j - dx
    if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
        return taken_from("x", (n, row, column, c))
    return "no pixel moves there\n0"


def _other_shift(change: Callable[[int, int], Pair]) -> Wrong:
    """Return a mistake that moves by another (dx, dy)."""
    return with_arguments(lambda x, dx, dy: (x, *change(dx, dy)))


def _along(*axes: int) -> Wrong:
    """Return a mistake that moves along other axes; dy belongs to the first of them."""

    def wrong(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
        steps = np.zeros(4)
        steps[list(axes)] = dy, dx
        return ndimage.shift(x.astype(float), steps, order=0)

    return wrong


def _only_for(allowed: Callable[[int, int, int, int], bool]) -> Wrong:
    """Return a mistake that fails but where dx, dy, height and width are allowed."""

    def wrong(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
        if not allowed(dx, dy, *x.shape[1:3]):
            # In NumPy's words, so that it is known for the same error.
            raise ValueError(
                "could not broadcast input array from shape (1,) into shape (2,)"
            )
        return reference(x, dx, dy)

    return wrong


def _sliced(stop: Callable[[int, int], int]) -> Wrong:
    """Return a mistake whose slices are those for moves to the right and down."""

    def wrong(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
        rows, columns = (
            stop(n, step) for n, step in zip(x.shape[1:3], (dy, dx), strict=True)
        )
        moved = np.zeros_like(x)
        moved[:, dy:, dx:] = x[:, :rows, :columns]
        return moved

    return wrong


def _wrapping(sign: int) -> Wrong:
    """Return a mistake that checks indices at the upper end only.

    Args:
        sign: of the moves that bring indices below 0.
    """

    def wrong(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
        around = [max(sign * step, 0) * sign for step in (dy, dx)]
        for n, step in zip(x.shape[1:3], around, strict=True):
            if abs(step) > n:
                raise IndexError(
                    f"index {-abs(step)} is out of bounds for axis 1 with size {n}"
                )
        rolled = np.roll(x, around, axis=(1, 2))
        return reference(rolled, dx - around[1], dy - around[0])

    return wrong


def _cropped(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
    kept = np.ones_like(x, bool)
    rows, columns = (
        reference(kept, dx, dy)[0, ..., 0].any(axis=axis) for axis in (1, 0)
    )
    return reference(x, dx, dy)[:, rows][:, :, columns]


def _grown(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
    sides = [(max(step, 0), max(-step, 0)) for step in (dy, dx)]
    return np.pad(x, [(0, 0), *sides, (0, 0)])


def _cleared_by_0(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
    return reference(x, dx, dy) if dx and dy else np.zeros_like(x)


def _without_the_first(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
    kept = x.copy()
    kept[:, 0] = kept[:, :, 0] = 0
    return reference(kept, dx, dy)


def _in_place(reference: Callable[..., Any], x: Any, dx: int, dy: int) -> Any:
    x[...] = reference(x, dx, dy)
    return x


MISTAKES = (
    Mistake(
        "wrapped around",
        "What leaves the picture on one side comes in again on the other, as "
        "`np.roll` does. What comes in should be 0.",
        lambda reference, x, dx, dy: np.roll(x, (dy, dx), axis=(1, 2)),
    ),
    Mistake(
        "dx and dy exchanged",
        "dx counts columns (axis 2), dy counts rows (axis 1).",
        _other_shift(lambda dx, dy: (dy, dx)),
    ),
    Mistake(
        "opposite direction",
        "Your pictures move to the left and up where they should move to the right "
        "and down.",
        _other_shift(lambda dx, dy: (-dx, -dy)),
    ),
    Mistake(
        "left and right exchanged",
        "A positive dx moves the pictures to the right.",
        _other_shift(lambda dx, dy: (-dx, dy)),
    ),
    Mistake(
        "up and down exchanged",
        "A positive dy moves the pictures down; rows are counted from the top.",
        _other_shift(lambda dx, dy: (dx, -dy)),
    ),
    Mistake(
        "edge repeated",
        "You continue the outermost pixels into the free place; it should be 0.",
        lambda reference, x, dx, dy: shifted(x, dx, dy, mode="nearest"),
    ),
    Mistake(
        "negative indices read",
        "An index below 0 reads from the other end of the picture. "
        "Look whether a place lies outside at either end.",
        _wrapping(1),
    ),
    Mistake(
        "negative indices written",
        "An index below 0 writes at the other end of the picture. "
        "Look whether a place lies outside at either end.",
        _wrapping(-1),
    ),
    Mistake(
        "cleared for moves to the right and down only",
        "What leaves the picture at the top or on the left comes in on the other side: "
        "clear the place that becomes free there, too.",
        lambda reference, x, dx, dy: reference(
            np.roll(x, (min(dy, 0), min(dx, 0)), axis=(1, 2)), max(dx, 0), max(dy, 0)
        ),
    ),
    Mistake(
        "slices end at minus the move",
        "`x[:, :-dy]` fits a dy above 0 only: for 0 it is empty, and for a negative "
        "dy it starts counting from the other end.",
        _sliced(lambda n, step: -step),
    ),
    Mistake(
        "slices for moves to the right and down only",
        "A negative dx or dy counts from the other end in a slice. "
        "Moves to the left and up need other slices, and moves beyond the picture "
        "need care too.",
        _sliced(lambda n, step: n - step),
    ),
    Mistake(
        "moves of 0 fail",
        "A move by 0 breaks your slices: `x[:, :-0]` is empty.",
        _only_for(lambda dx, dy, height, width: dx != 0 and dy != 0),
    ),
    Mistake(
        "slices end at minus zero",
        "Only moves to the right and down work: elsewhere your slice ends at -0, "
        "which is 0, and is empty.",
        _only_for(lambda dx, dy, height, width: dx > 0 and dy > 0),
    ),
    Mistake(
        "a move of 0 clears the picture",
        "A slice such as `[-dx:]` or `[dx:]` holds everything if `dx` is 0, so "
        "setting it to 0 leaves nothing of the picture.",
        _cleared_by_0,
    ),
    Mistake(
        "moves beyond the picture fail",
        "A move by more than the picture's size breaks your slices; nothing of "
        "the picture is left then.",
        _only_for(lambda dx, dy, height, width: abs(dx) <= width and abs(dy) <= height),
    ),
    Mistake(
        "negative moves ignored",
        "A negative dx or dy does nothing in your function; it moves the pictures "
        "to the left or up.",
        _other_shift(lambda dx, dy: (max(dx, 0), max(dy, 0))),
    ),
    Mistake(
        "sign of the move lost",
        "A negative dx or dy moves your pictures as a positive one does.",
        _other_shift(lambda dx, dy: (abs(dx), abs(dy))),
    ),
    Mistake(
        "moves doubled",
        "Your pictures move twice as far as asked.",
        _other_shift(lambda dx, dy: (2 * dx, 2 * dy)),
    ),
    Mistake(
        "free place filled with 1",
        "What comes in from outside should be 0; yours is 1.",
        lambda reference, x, dx, dy: reference(x - 1.0, dx, dy) + 1,
    ),
    Mistake(
        "other pictures left at 0",
        "Only picture 0 is moved; the others are still 0.",
        lambda reference, x, dx, dy: np.concatenate(
            [reference(x[:1], dx, dy), np.zeros_like(x[1:])]
        ),
    ),
    Mistake(
        "other channels left at 0",
        "Only channel 0 is moved; the others are still 0.",
        lambda reference, x, dx, dy: (
            reference(x, dx, dy) * (np.arange(x.shape[3]) == 0)
        ),
    ),
    Mistake(
        "first row and column lost",
        "Row 0 and column 0 of the picture belong to it: compare with `0 <=`.",
        _without_the_first,
    ),
    Mistake(
        "first picture only",
        "Your result holds picture 0 alone; the batch has more pictures.",
        lambda reference, x, dx, dy: reference(x[:1], dx, dy),
    ),
    Mistake(
        "dy ignored",
        "Your pictures move sideways only.",
        _other_shift(lambda dx, dy: (dx, 0)),
    ),
    Mistake(
        "dx ignored",
        "Your pictures move up and down only.",
        _other_shift(lambda dx, dy: (0, dy)),
    ),
    Mistake(
        "channels moved",
        "You move along the axes 2 and 3. In (N, H, W, C) height is axis 1 and "
        "width is axis 2.",
        _along(2, 3),
    ),
    Mistake(
        "pictures of the batch moved",
        "You move along the axes 0 and 1, so pictures change their place in the "
        "batch. Height is axis 1 and width is axis 2.",
        _along(0, 1),
    ),
    Mistake(
        "picture cropped",
        "Your pictures shrink: you keep what is still visible and lose the place "
        "that became free.",
        _cropped,
    ),
    Mistake(
        "picture grown",
        "Your pictures grow: what leaves the picture should be gone.",
        _grown,
    ),
    Mistake(
        "first picture used for all",
        "All your results come from the first picture of the batch.",
        lambda reference, x, dx, dy: np.repeat(
            reference(x[:1], dx, dy), len(x), axis=0
        ),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote it into the caller's pictures. "
        "Build a new array instead.",
        _in_place,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=shifted,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
