"""How far a layer is from moving its output with its input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, bracketed
from grader.exercises.common.pictures import layer, pictures, small_numbers
from grader.exercises.common.wrong import Wrong, with_arguments, with_settings
from grader.exercises.lab08_pooling.shared import Pair, shifted
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw moves to all sides, multiples of the stride or not, and a bright image."""
    grid: list[tuple[Pair, Pair, int, int, int]] = [
        ((9, 8), (3, 3), 1, 0, 1),
        ((10, 9), (2, 3), -1, 2, 1),
        ((12, 13), (3, 2), 2, 0, 2),
        ((13, 12), (2, 3), 1, 0, 2),
        ((12, 15), (3, 2), 0, -1, 2),
        ((16, 19), (2, 3), -1, 2, 2),
        ((21, 23), (3, 3), -2, 1, 3),
        # Two steps that are no multiple of the stride, on either side of a half.
        ((24, 26), (3, 2), 2, -1, 3),
    ]
    for _ in range(2):
        dx, dy, stride = (int(number) for number in rng.integers(1, 4, 3))
        grid.append(((24, 26), (3, 2), dx, -dy, stride))
    # On a bright picture the gap at the border, where zeros come in, is far larger.
    bright = _gap_case(rng, (24, 26), (3, 2), -3, 2, 2, brightness=200)
    cases = [_gap_case(rng, *row) for row in grid]
    # By far the largest gap lies where only too narrow a margin looks.
    cases[6].args[0][10, 6] += 1000
    # Small enough to follow by hand.
    small = [((6, 5), (2, 2), 0, -1, 1), ((7, 8), (2, 2), 1, 0, 2)]
    return [
        *cases,
        bright,
        *(_gap_case(rng, *row, draw=small_numbers) for row in small),
    ]


def _gap_case(
    rng: np.random.Generator,
    image: Pair,
    kernel: Pair,
    dx: int,
    dy: int,
    stride: int,
    brightness: int = 0,
    draw: Callable[..., np.ndarray] = pictures,
) -> Case:
    x, weights = brightness + draw(rng, *image), draw(rng, *kernel)
    gap = _inside(_gap(x, weights, dx, dy, stride), dx, dy)
    if gap.max() > -gap.min():
        weights = -weights  # the largest difference is negative: its sign matters
    label = (
        f"{image[0]}x{image[1]} {'bright ' if brightness else ''}image, "
        f"{kernel[0]}x{kernel[1]} kernel, dx={dx}, dy={dy}, stride {stride}"
    )
    label += ", small numbers" if draw is small_numbers else ""
    kwargs = {} if stride == 1 else {"stride": stride}
    return Case((x, weights, dx, dy), kwargs, label=label)


def reference(
    x: np.ndarray, kernel: np.ndarray, dx: int, dy: int, stride: int = 1
) -> float:
    """Return the largest absolute difference of the two orders inside the border."""
    return float(abs(_inside(_gap(x, kernel, dx, dy, stride), dx, dy)).max())


def arithmetic(
    index: Index,
    x: np.ndarray,
    kernel: np.ndarray,
    dx: int,
    dy: int,
    stride: int = 1,
) -> str:
    """Return the two numbers that differ most."""
    both = [_inside(one, dx, dy) for one in _maps(x, kernel, dx, dy, stride)]
    gap = abs(both[0] - both[1])
    row, column = np.unravel_index(gap.argmax(), gap.shape)
    first, second = (round(float(one[row, column]), 9) for one in both)
    words = (
        f"they differ most at [{row + abs(dy)}, {column + abs(dx)}] of the map: moved, "
        "then filtered; filtered, then moved"
    )
    return f"{words}\nabs({show(first)} - {bracketed(second)})"


def _gap(
    x: np.ndarray,
    kernel: np.ndarray,
    dx: int,
    dy: int,
    stride: int = 1,
    mode: str = "constant",
    map_shift: Callable[[int, int], float] = lambda step, stride: step // stride,
) -> np.ndarray:
    """Return shift-then-filter minus filter-then-shift, border included.

    Args:
        x, kernel, dx, dy, stride: as in the exercise.
        mode: what comes in at the border, as in `scipy.ndimage.shift`.
        map_shift: how far the map moves, for a step in pixels and a stride.
    """
    first, second = _maps(x, kernel, dx, dy, stride, mode, map_shift)
    return np.asarray(first - second)


def _maps(
    x: np.ndarray,
    kernel: np.ndarray,
    dx: int,
    dy: int,
    stride: int,
    mode: str = "constant",
    map_shift: Callable[[int, int], float] = lambda step, stride: step // stride,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the map of the moved image, and the moved map, as `_gap` compares them."""
    moved = shifted(x[None, ..., None], dx, dy, mode)
    first, second = (
        layer(image, kernel[..., None, None], np.zeros(1))[:, ::stride, ::stride]
        for image in (moved, x[None, ..., None].astype(float))
    )
    right, down = (int(map_shift(step, stride)) for step in (dx, dy))
    return first[0, ..., 0], shifted(second, right, down, mode)[0, ..., 0]


def _inside(gap: np.ndarray, dx: int, dy: int) -> np.ndarray:
    rows, columns = (
        slice(abs(step), size - abs(step))
        for step, size in zip((dy, dx), gap.shape, strict=True)
    )
    return gap[rows, columns]


def _other(
    cut: Callable[[np.ndarray, int, int, int], np.ndarray] = (
        lambda gap, dx, dy, stride: _inside(gap, dx, dy)
    ),
    measure: Callable[[np.ndarray], Any] = lambda gap: abs(gap).max(),
    **how: Any,
) -> Wrong:
    """Return a mistake in one of the steps.

    Args:
        cut: gives the part of the differences that counts, from (gap, dx, dy, stride).
        measure: makes a number of that part.
        how: `mode` and `map_shift` for `_gap`.
    """
    return lambda reference, x, kernel, dx, dy, stride=1: measure(
        cut(_gap(x, kernel, dx, dy, stride, **how), dx, dy, stride)
    )


def _maps_of_stride_1(
    reference: Callable[..., Any],
    x: Any,
    kernel: Any,
    dx: int,
    dy: int,
    stride: int = 1,
) -> Any:
    gap = _gap(x, kernel, dx, dy, map_shift=lambda step, _: step // stride)
    return abs(_inside(gap, dx, dy)).max()


def _signed_margin(gap: np.ndarray, dx: int, dy: int, stride: int) -> np.ndarray:
    rows, columns = gap.shape
    return gap[dy : rows - dy, dx : columns - dx]


def _of_the_largest(
    reference: Callable[..., Any],
    x: Any,
    kernel: Any,
    dx: int,
    dy: int,
    stride: int = 1,
) -> Any:
    first, second = (
        _inside(one, dx, dy).max() for one in _maps(x, kernel, dx, dy, stride)
    )
    return abs(first - second)


def _map_turned(
    reference: Callable[..., Any],
    x: Any,
    kernel: Any,
    dx: int,
    dy: int,
    stride: int = 1,
) -> Any:
    first, _ = _maps(x, kernel, dx, dy, stride)
    _, second = _maps(x, kernel, dy, dx, stride)
    return abs(_inside(first - second, dx, dy)).max()


def _minus_zero(
    reference: Callable[..., Any], x: Any, kernel: Any, dx: int, dy: int, **stride: int
) -> Any:
    if not (dx and dy):
        raise ValueError("zero-size array to reduction operation maximum")
    return reference(x, kernel, dx, dy, **stride)


MISTAKES = (
    Mistake(
        "border compared too",
        "At the border zeros came in, into the image in one case and into the map "
        "in the other. Compare the interior only.",
        _other(cut=lambda gap, *_: gap),
    ),
    Mistake(
        "wrapped around and border compared",
        "You move with wrap-around, as `np.roll` does, and compare all cells. At "
        "the border the window reads pixels from the other side.",
        _other(cut=lambda gap, *_: gap, mode="grid-wrap"),
    ),
    Mistake(
        "difference of the largest values",
        "You compare the largest value of one map with that of the other. Compare "
        "cell by cell, then take the largest.",
        _of_the_largest,
    ),
    Mistake(
        "map moved by dy across and dx down",
        "The map moves in the same direction as the image: dx to the right, dy down.",
        _map_turned,
    ),
    Mistake(
        "map not moved",
        "You compare with the map of the image in its old place. That tests "
        "invariance (nothing changes), not equivariance (the map moves along).",
        _other(map_shift=lambda step, stride: 0),
    ),
    Mistake(
        "map moved by pixels",
        "With a stride the map has fewer cells than the image has pixels, so it "
        "moves by fewer cells.",
        _other(map_shift=lambda step, stride: step),
    ),
    Mistake(
        "map moved the other way",
        "The map should move in the same direction as the image.",
        _other(map_shift=lambda step, stride: -(step // stride)),
    ),
    Mistake(
        "map moved by a number rounded towards 0",
        "For negative moves `//` rounds down, and `int(dx / stride)` does not.",
        _other(map_shift=lambda step, stride: int(step / stride)),
    ),
    Mistake(
        "map moved by a fraction of a cell",
        "`dx / stride` need not be a whole number, and `move` then takes the nearest "
        "cell. Round down, as `//` does.",
        _other(map_shift=lambda step, stride: np.ceil(step / stride - 0.5)),
    ),
    Mistake(
        "map moved by a number rounded up",
        "You round dx / stride up; round it down, as `//` does.",
        _other(map_shift=lambda step, stride: -(-step // stride)),
    ),
    Mistake(
        "stride ignored",
        "Your gap is always 0, as it is for stride 1. "
        "Filter with `stride`, and move the smaller map that comes out.",
        with_settings(stride=1),
    ),
    Mistake(
        "stride of 2 by default",
        "Called without a `stride` your filter moves by 2. The default is 1.",
        lambda reference, x, kernel, dx, dy, stride=2: reference(
            x, kernel, dx, dy, stride
        ),
    ),
    Mistake(
        "stride not handed to the filter",
        "You divide the move of the map by the stride, but your maps have stride 1. "
        "Hand `stride` on to the filter, both times.",
        _maps_of_stride_1,
    ),
    Mistake(
        "sign kept",
        "You look for the largest difference, and a very negative one is large too.",
        _other(measure=np.max),
    ),
    Mistake(
        "average difference",
        "You average the differences; the largest one is asked for.",
        _other(measure=lambda gap: abs(gap).mean()),
    ),
    Mistake(
        "differences added up",
        "You add the differences up; the largest one is asked for.",
        _other(measure=lambda gap: abs(gap).sum()),
    ),
    Mistake(
        "yes or no, border included",
        "You say whether the maps are alike. Return how large the largest difference "
        "is, and leave out the border.",
        _other(cut=lambda gap, *_: gap, measure=lambda gap: bool(np.allclose(gap, 0))),
    ),
    Mistake(
        "yes or no",
        "You say whether the interiors are alike. Return how large the largest "
        "difference is, a number.",
        _other(measure=lambda gap: bool(np.allclose(gap, 0))),
    ),
    Mistake(
        "smallest difference",
        "You keep the smallest of the differences; the largest one is asked for.",
        _other(measure=lambda gap: abs(gap).min()),
    ),
    Mistake(
        "array of differences",
        "You return all differences; one number is asked for.",
        _other(measure=abs),
    ),
    Mistake(
        "difference squared",
        "You square the differences; the largest absolute one is asked for.",
        _other(measure=lambda gap: (gap**2).max()),
    ),
    Mistake(
        "slice ends at minus zero",
        "`[dx:-dx]` is empty if `dx` is 0, since -0 is 0. "
        "Say where the interior ends, counted from the start.",
        _minus_zero,
    ),
    Mistake(
        "sign kept in the margin",
        "A negative number in a slice counts from the other end, so for a move to "
        "the left or up you compare the last rows or columns only. "
        "The margin is as wide as for a move to the right or down.",
        _other(cut=_signed_margin),
    ),
    Mistake(
        "margin divided by the stride",
        "The map moves by `dx // stride` cells, but the margin is as wide as "
        "the move in pixels.",
        _other(
            cut=lambda gap, dx, dy, stride: _inside(
                gap, abs(dx) // stride, abs(dy) // stride
            )
        ),
    ),
    Mistake(
        "margin as wide as the move of the map",
        "The map moves by `dx // stride` cells, but the margin is as wide as "
        "the move in pixels.",
        _other(
            cut=lambda gap, dx, dy, stride: _inside(gap, dx // stride, dy // stride)
        ),
    ),
    Mistake(
        "margins exchanged",
        "You leave out rows by dx and columns by dy. dx moves along the columns.",
        _other(cut=lambda gap, dx, dy, stride: _inside(gap, dy, dx)),
    ),
    Mistake(
        "margin on one side only",
        "You leave cells out at the top and left only; zeros may have come in at "
        "the bottom and right as well.",
        _other(cut=lambda gap, dx, dy, stride: gap[abs(dy) :, abs(dx) :]),
    ),
    Mistake(
        "dx and dy exchanged",
        "dx moves to the right, along the columns, dy down, along the rows.",
        with_arguments(lambda x, kernel, dx, dy: (x, kernel, dy, dx)),
    ),
    Mistake(
        "kernel rotated",
        "You rotate the kernel, as mathematical convolution does. "
        "The layers of a network do not.",
        with_arguments(lambda x, kernel, *move: (x, kernel[::-1, ::-1], *move)),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
