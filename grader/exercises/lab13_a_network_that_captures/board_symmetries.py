"""A board's eight turns and reflections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab13_a_network_that_captures.shared import (
    Shape,
    eight_symmetries,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw boards without any symmetry, of 2 to 19 lines."""
    sizes = [3, 5, 9, 19, int(rng.integers(4, 9))]
    boards = [_position(rng, n) for n in sizes]
    lone = np.zeros((4, 4), int)
    lone[0, 1] = 1
    return [
        Case((lone,), label="one black stone on a 4x4 board"),
        *(Case((b,), label=f"a {len(b)}x{len(b)} board") for b in boards),
        Case((np.array([[1, 2], [0, 0]]),), label="two stones on a 2x2 board"),
    ]


def _position(rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw a position of empty, black and white points without any symmetry."""
    while True:
        board = rng.choice([0, 0, 1, 2], (n, n))
        if len(np.unique(eight_symmetries(board), axis=0)) == 8:
            return board


def where(index: Shape, board: np.ndarray) -> str:
    """Return in words how the board at `index` is mirrored and turned."""
    number = index[0]
    mirrored = "mirrored, then " if number > 3 else ""
    return (
        f"Board {number} of the eight should be {mirrored}turned "
        f"by {90 * (number % 4)} degrees counter-clockwise."
    )


def arithmetic(index: Index, board: np.ndarray) -> str:
    """Return which point of the board lies at `index`."""
    points = np.arange(board.size).reshape(board.shape)
    source = np.unravel_index(eight_symmetries(points)[index], board.shape)
    return taken_from("board", source)


def _turns(board: np.ndarray, turns: Sequence[int] = range(4)) -> list[np.ndarray]:
    return [np.rot90(board, k) for k in turns]


def _eight(
    second: Callable[[np.ndarray], np.ndarray] = np.fliplr,
    turns: Sequence[int] = range(4),
) -> Wrong:
    """Return a mistake that turns the board, and then another one made from it."""
    return lambda reference, board: np.stack(
        [*_turns(board, turns), *_turns(second(board), turns)]
    )


def _board_changed(reference: Callable[..., Any], board: np.ndarray) -> Any:
    result = reference(board)
    board[:] = result[1]
    return result


# The board and its mirror images, then the transposed one and its.
_MIRRORS_FIRST = [0, 4, 6, 2, 5, 3, 1, 7]
MISTAKES = (
    Mistake(
        "only the four turns",
        "You give four boards. A mirrored board is as good as the first, "
        "and can be turned as well.",
        after(lambda boards: boards[:4]),
    ),
    Mistake(
        "only the four mirror images",
        "You mirror but do not turn: no board of yours has its rows where "
        "columns were.",
        lambda reference, b: np.stack([b, b[:, ::-1], b[::-1], b[::-1, ::-1]]),
    ),
    Mistake(
        "the same board eight times",
        "All of your boards are alike. A list that holds one array several times shows "
        "its last state everywhere: keep a copy of each, or make new ones.",
        lambda reference, b: np.stack([b] * 8),
    ),
    Mistake(
        "mirror images before turns",
        "Your eight boards are the right ones in another order: four turns come first, "
        "and then four turns of the mirrored board.",
        after(lambda boards: boards[_MIRRORS_FIRST]),
    ),
    Mistake(
        "mirror images before turns, top to bottom first",
        "Your eight boards are the right ones in another order: four turns come first, "
        "and then four turns of the mirrored board.",
        after(lambda boards: boards[_MIRRORS_FIRST][[0, 2, 1, 3, 4, 6, 5, 7]]),
    ),
    Mistake(
        "mirrored boards first",
        "Your eight boards are the right ones in another order: the board itself "
        "comes first, the mirrored ones are 4 to 7.",
        after(lambda boards: np.concatenate([boards[4:], boards[:4]])),
    ),
    Mistake(
        "transposed, not turned",
        "A transpose mirrors the board at its diagonal. A quarter turn needs one "
        "more step after it.",
        lambda reference, b: np.stack([*[b, b.T] * 2, *[b[:, ::-1], b[:, ::-1].T] * 2]),
    ),
    Mistake(
        "quarter turns only transposed",
        "Your half turn is right. A transpose alone mirrors the board at its "
        "diagonal, and a quarter turn needs one more step.",
        lambda reference, b: np.stack(
            [
                *(b, b.T, b[::-1, ::-1], b[::-1, ::-1].T),
                *(b[:, ::-1], b[:, ::-1].T, b[::-1], b[::-1].T),
            ]
        ),
    ),
    Mistake(
        "half turn only mirrored",
        "After a half turn the upper left corner lies at the lower right; "
        "in boards 2 and 6 it has kept its column.",
        lambda reference, b: np.stack(
            [
                *(b, np.rot90(b), np.flipud(b), np.rot90(b, 3)),
                *(reference(b)[4], reference(b)[5], np.rot90(b, 2), reference(b)[7]),
            ]
        ),
    ),
    Mistake(
        "turned clockwise",
        "Counter-clockwise, the right column becomes the top row.",
        _eight(turns=(0, 3, 2, 1)),
    ),
    Mistake(
        "mirrored top to bottom",
        "You exchange top and bottom; the task mirrors left and right.",
        _eight(np.flipud),
    ),
    Mistake(
        "mirrored at the diagonal",
        "You begin the second four with the transposed board; "
        "the task mirrors left and right.",
        _eight(np.transpose),
    ),
    Mistake(
        "mirrored after turning",
        "Your eight boards are the right ones in another order: "
        "mirror first, then turn.",
        lambda reference, b: np.stack([*_turns(b), *map(np.fliplr, _turns(b))]),
    ),
    Mistake(
        "mirrored and turned in turn",
        "Your eight boards come in pairs, each with its mirror image. "
        "First come four turns, then four of the mirrored board.",
        after(lambda boards: boards[[0, 4, 1, 5, 2, 6, 3, 7]]),
    ),
    Mistake(
        "unturned board left out",
        "The board as it is counts as one of the eight.",
        after(lambda boards: boards[[1, 2, 3, 5, 6, 7]]),
    ),
    Mistake(
        "one quarter turn too far",
        "Your eight boards are the right ones in another order: board 0 is the "
        "board as it is, and board 4 is mirrored and not turned.",
        after(lambda boards: boards[[1, 2, 3, 0, 5, 6, 7, 4]]),
    ),
    Mistake(
        "turns added up",
        "Each board is turned once more than the one before it; yours turns "
        "by 0, 1, 3 and 6 quarters.",
        _eight(turns=(0, 1, 3, 6)),
    ),
    Mistake(
        "colours exchanged, not mirrored",
        "You exchange black and white. That changes who plays; "
        "a symmetry of the board only moves the stones.",
        _eight(lambda board: (3 - board) * (board > 0)),
    ),
    Mistake(
        "board changed",
        "The result is right, but you wrote into the caller's board. "
        "Work on a copy, or make new boards.",
        _board_changed,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=eight_symmetries,
    comparison=compare.exact,
    where=where,
    forbidden=(
        "numpy.flip",
        "numpy.fliplr",
        "numpy.flipud",
        "numpy.rot90",
        *FORBIDDEN,
    ),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
