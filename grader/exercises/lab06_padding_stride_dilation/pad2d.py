"""Pictures in a frame of zeros."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.pictures import FORBIDDEN, pictures
from grader.exercises.common.wrong import (
    Wrong,
    by_default,
    input_changed,
    with_arguments,
)
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw sides that differ or are 0, values other than 0, and whole numbers."""
    pads = [int(p) for p in rng.integers(0, 4, 4)]
    grid: list[tuple[tuple[int, ...], Sequence[int], float]] = [
        ((1, 2, 3, 1), (1, 1, 1, 1), 0),
        ((2, 3, 4, 2), (1, 2, 3, 4), 0),
        ((2, 3, 2, 2), (0, 1, 2, 0), -7.5),
        ((2, 4, 3, 1), (2, 0, 0, 1), 0),
        ((2, 2, 3, 2), (0, 0, 0, 0), 5),
        ((2, 3, 3, 3), pads, float(rng.uniform(1, 2))),
    ]
    cases = [
        Case(
            (pictures(rng, *shape), *sides),
            {} if value == 0 else {"value": value},
            label=_pad_label(shape, sides, value),
        )
        for shape, sides, value in grid
    ]
    small, sides = np.arange(1.0, 7).reshape(1, 2, 3, 1), (1, 0, 0, 2)
    label = _pad_label(small.shape, sides, 9) + ", small numbers"
    cases.append(Case((small, *sides), {"value": 9}, label=label))
    whole, sides = rng.integers(1, 10, (2, 2, 2, 1)), (1, 0, 2, 1)
    label = _pad_label(whole.shape, sides, 0.5) + ", whole numbers"
    cases.append(Case((whole, *sides), {"value": 0.5}, label=label))
    dark, sides = np.arange(6).reshape(1, 3, 2, 1) % 3, (0, 1, 1, 0)
    label = _pad_label(dark.shape, sides, 4) + ", pixels of 0"
    return [*cases, Case((dark, *sides), {"value": 4}, label=label)]


def _pad_label(shape: Sequence[int], sides: Sequence[int], value: float) -> str:
    images, height, width, channels = shape
    top, bottom, left, right = sides
    return (
        f"{images}x{height}x{width}x{channels}, top {top}, bottom {bottom}, left {left}, "
        f"right {right}, value {show(value)}"
    )


def reference(
    x: np.ndarray, top: int, bottom: int, left: int, right: int, value: float = 0
) -> np.ndarray:
    """Return the pictures on larger sheets of `value`, by clipped indices."""
    images, height, width, channels = x.shape
    sheet = (images, top + height + bottom, left + width + right, channels)
    rows, columns = (np.arange(sheet[1]) - top, np.arange(sheet[2]) - left)
    inside = np.logical_and.outer(
        (rows >= 0) & (rows < height), (columns >= 0) & (columns < width)
    )
    copies = x.take(rows, 1, mode="clip").take(columns, 2, mode="clip")
    return np.where(inside[None, :, :, None], copies, value)


def where(
    index: tuple[int, ...],
    x: Any,
    top: int,
    bottom: int,
    left: int,
    right: int,
    value: float = 0,
) -> str:
    """Return in words which pixel stands at `index`, or that it lies in the border."""
    if len(index) != 4:
        return ""
    n, i, j, c = index
    row, column = i - top, j - left
    if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
        return f"Padded [{n}, {i}, {j}, {c}] is the picture's x[{n}, {row}, {column}, {c}]."
    return f"Padded [{n}, {i}, {j}, {c}] lies in the border."


def arithmetic(
    index: Index,
    x: np.ndarray,
    top: int,
    bottom: int,
    left: int,
    right: int,
    value: float = 0,
) -> str:
    """Return which pixel or value stands at `index`."""
    n, i, j, c = index
    row, column = i - top, j - left
    if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
        return taken_from("x", (n, row, column, c))
    return f"in the border\n{show(value)}"


def _sides(change: Callable[[int, int, int, int], Sequence[int]]) -> Wrong:
    """Return a mistake that pads other sides than asked."""
    return with_arguments(lambda x, *sides: (x, *change(*sides)))


def _border(**how: Any) -> Wrong:
    """Return a mistake that pads with something else, by `numpy.pad`."""
    return lambda reference, x, *sides, value=0: np.pad(
        x, [(0, 0), sides[:2], sides[2:], (0, 0)], **how
    )


def _wrong_axes(height: int, width: int) -> Wrong:
    """Return a mistake that takes two other axes for height and width."""

    def wrong(
        reference: Callable[..., Any], x: Any, *sides: int, value: Any = 0
    ) -> Any:
        pads: list[Any] = [(0, 0)] * 4
        pads[height], pads[width] = sides[:2], sides[2:]
        dtype = np.result_type(x, value)
        return np.pad(x.astype(dtype), pads, constant_values=value)

    return wrong


def _minus_zero(
    reference: Callable[..., Any], x: Any, *sides: int, value: Any = 0
) -> Any:
    top, bottom, left, right = sides
    padded = np.full_like(reference(x, *sides, value=value), value)
    padded[:, top:-bottom, left:-right, :] = x
    return padded


def _copied(choose: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    """Return a mistake that copies another part of the pictures into the sheets."""

    def wrong(
        reference: Callable[..., Any], x: Any, *sides: int, value: Any = 0
    ) -> Any:
        sheet = np.full_like(reference(x, *sides, value=value), value)
        part = choose(x)
        top, _, left, _ = sides
        corner = sheet[:, top : top + x.shape[1], left : left + x.shape[2]]
        corner[: len(part), ..., : part.shape[3]] = part
        return sheet

    return wrong


def _value_beside(axis: int) -> Wrong:
    """Return a mistake whose border along one axis, added first, holds 0."""

    def wrong(
        reference: Callable[..., Any], x: Any, *sides: int, value: Any = 0
    ) -> Any:
        first, second = (*sides[:2], 0, 0), (0, 0, *sides[2:])
        if axis == 2:
            first, second = second, first
        return reference(reference(x, *first), *second, value=value)

    return wrong


def _corners_empty(
    reference: Callable[..., Any], x: Any, *sides: int, value: Any = 0
) -> Any:
    top, bottom, left, right = sides
    beside = reference(x, 0, 0, left, right, value=value)
    above = reference(x, top, bottom, 0, 0, value=value) + 0 * value
    sheet = reference(above, 0, 0, left, right)
    sheet[:, top : top + x.shape[1]] = beside
    return sheet


def _corner_exchanged(
    reference: Callable[..., Any], x: Any, *sides: int, value: Any = 0
) -> Any:
    top, _, left, _ = sides
    sheet = np.full_like(reference(x, *sides, value=value), value)
    sheet[:, left : left + x.shape[1], top : top + x.shape[2]] = x
    return sheet


def _as_type_of(which: Callable[[Any, Any], Any]) -> Wrong:
    """Return a mistake whose answer has the type of the picture or the value."""
    return lambda reference, x, *sides, value=0: reference(
        x, *sides, value=value
    ).astype(np.asarray(which(x, value)).dtype)


MISTAKES = (
    Mistake(
        "slice ends at minus zero",
        "`[top:-bottom]` is empty if `bottom` is 0, since -0 is 0. "
        "Say where the picture ends, counted from the start.",
        _minus_zero,
    ),
    Mistake(
        "value ignored",
        "Your border is always 0; it should hold `value`.",
        _border(),
    ),
    Mistake(
        "rows of zeros",
        "What you add above and below holds 0; it should hold `value`, as the columns "
        "do.",
        _value_beside(1),
    ),
    Mistake(
        "columns of zeros",
        "What you add on the left and right holds 0; it should hold `value`, as the "
        "rows do.",
        _value_beside(2),
    ),
    Mistake(
        "corners of zeros",
        "The four corners of your border hold 0; they should hold `value`, too.",
        _corners_empty,
    ),
    Mistake(
        "border of ones",
        "Your border is always 1; it should hold `value`.",
        _border(constant_values=1),
    ),
    Mistake(
        "border of ones by default",
        "A call that names no value means 0: look at the first line of the function.",
        by_default(value=1),
    ),
    Mistake(
        "border repeats the edge",
        "You continue the outermost pixels into the border; it should hold `value`.",
        _border(mode="edge"),
    ),
    Mistake(
        "border reflects the picture",
        "You mirror the picture into the border; it should hold `value`.",
        _border(mode="reflect"),
    ),
    Mistake(
        "top and bottom exchanged",
        "What should be added above is added below.",
        _sides(lambda top, bottom, left, right: (bottom, top, left, right)),
    ),
    Mistake(
        "left and right exchanged",
        "What should be added on the left is added on the right.",
        _sides(lambda top, bottom, left, right: (top, bottom, right, left)),
    ),
    Mistake(
        "both pairs exchanged",
        "What should be added above is added below, and left and right are "
        "exchanged as well: how many rows stand above the picture's first one?",
        _sides(lambda top, bottom, left, right: (bottom, top, right, left)),
    ),
    Mistake(
        "rows and columns exchanged",
        "Top and bottom belong to the rows (axis 1), left and right to the columns "
        "(axis 2).",
        _sides(lambda top, bottom, left, right: (left, right, top, bottom)),
    ),
    Mistake(
        "first side used twice",
        "You pad as much below as above and as much on the right as on the left; "
        "each of the four numbers counts for itself.",
        _sides(lambda top, bottom, left, right: (top, top, left, left)),
    ),
    Mistake(
        "second side used twice",
        "You pad as much above as below and as much on the left as on the right; "
        "each of the four numbers counts for itself.",
        _sides(lambda top, bottom, left, right: (bottom, bottom, right, right)),
    ),
    Mistake(
        "bottom used for the right",
        "You add `bottom` columns on the right; each of the four numbers counts for "
        "itself.",
        _sides(lambda top, bottom, left, right: (top, bottom, left, bottom)),
    ),
    Mistake(
        "top used for the left",
        "You add `top` columns on the left; each of the four numbers counts for "
        "itself.",
        _sides(lambda top, bottom, left, right: (top, bottom, top, right)),
    ),
    Mistake(
        "one number for all sides",
        "You add `top` on all four sides; each of the four numbers counts for itself.",
        _sides(lambda top, bottom, left, right: (top, top, top, top)),
    ),
    Mistake(
        "order of the sides",
        "The four numbers are top, bottom, left, right; you read them as "
        "top, left, bottom, right.",
        _sides(lambda top, bottom, left, right: (top, left, bottom, right)),
    ),
    Mistake(
        "row and column of the corner exchanged",
        "The sheet is right, and the picture lies at row `left` and column `top` of "
        "it.",
        _corner_exchanged,
    ),
    Mistake(
        "all padding at the end",
        "You put everything at the bottom and on the right.",
        _sides(lambda top, bottom, left, right: (0, top + bottom, 0, left + right)),
    ),
    Mistake(
        "height only",
        "Only the height grows; the width has its own two numbers.",
        _sides(lambda top, bottom, left, right: (top, bottom, 0, 0)),
    ),
    Mistake(
        "all padding at the start",
        "You put everything at the top and on the left.",
        _sides(lambda top, bottom, left, right: (top + bottom, 0, left + right, 0)),
    ),
    Mistake(
        "width only",
        "Only the width grows; the height has its own two numbers.",
        _sides(lambda top, bottom, left, right: (0, 0, left, right)),
    ),
    Mistake(
        "first picture only",
        "Only picture 0 is copied; the other sheets hold `value` everywhere.",
        _copied(lambda inside: inside[:1]),
    ),
    Mistake(
        "first picture for all",
        "All of your pictures are picture 0; the batch has more.",
        _copied(lambda inside: np.broadcast_to(inside[:1], inside.shape)),
    ),
    Mistake(
        "first channel only",
        "Only channel 0 is copied; the others hold `value` everywhere.",
        _copied(lambda inside: inside[..., :1]),
    ),
    Mistake(
        "picture forgotten",
        "Your sheet holds `value` everywhere: the picture is not in it.",
        _copied(lambda inside: inside[:0]),
    ),
    Mistake(
        "one channel too many",
        "Your result has one channel more than the picture. Only height and width "
        "grow.",
        lambda reference, x, *sides, value=0: np.pad(
            reference(x, *sides, value=value),
            [(0, 0), (0, 0), (0, 0), (0, 1)],
            constant_values=value,
        ),
    ),
    Mistake(
        "batch axis padded",
        "You added pictures to the batch: height is axis 1 and width is axis 2.",
        _wrong_axes(0, 1),
    ),
    Mistake(
        "channel axis padded",
        "You added channels: height is axis 1 and width is axis 2.",
        _wrong_axes(2, 3),
    ),
    Mistake(
        "type of the border",
        "Your new array has the type of `value`: `np.full(shape, 0)` holds whole "
        "numbers, and the picture loses its decimals in it.",
        _as_type_of(lambda x, value: value),
    ),
    Mistake(
        "pixels of 0 filled, too",
        "You fill in `value` wherever the sheet holds 0, and a pixel of the picture may "
        "be 0, too. Fill the sheet first, then lay the picture on it.",
        lambda reference, x, *sides, value=0: np.where(
            reference(x, *sides) == 0, value, reference(x, *sides)
        ),
    ),
    Mistake(
        "border added to the picture",
        "`value` is also added to the picture's own pixels. Put the picture into "
        "the middle; do not add it to what is there.",
        lambda reference, x, *sides, value=0: reference(x + value, *sides, value=value),
    ),
    Mistake(
        "cut to whole numbers",
        "For a picture of whole numbers a border of 0.5 becomes 0: your new array "
        "has the picture's dtype.",
        _as_type_of(lambda x, value: x),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's picture. "
        "Build a new array instead.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    forbidden=(*FORBIDDEN, "numpy.pad"),
    where=where,
)
