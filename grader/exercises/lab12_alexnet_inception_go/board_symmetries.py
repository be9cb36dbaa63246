"""A board's eight turns and reflections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.lab12_alexnet_inception_go.shared import Shape, eight
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def _position(rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw a position of empty, black and white points without any symmetry."""
    while True:
        board = rng.choice([0, 0, 1, 2], (n, n))
        if len(np.unique(eight(board), axis=0)) == 8:
            return board


def cases(rng: np.random.Generator) -> list[Case]:
    sizes = [3, 5, 9, 19, int(rng.integers(4, 9))]
    boards = [_position(rng, n) for n in sizes]
    lone = np.zeros((4, 4), int)
    lone[0, 1] = 1
    return [
        Case((lone,), label="one black stone on a 4x4 board"),
        *(Case((b,), label=f"a {len(b)}x{len(b)} board") for b in boards),
        Case((np.array([[1, 2], [0, 0]]),), label="two stones on a 2x2 board"),
    ]


def where(index: Shape, board: np.ndarray) -> str:
    number = index[0]
    mirrored = "mirrored, then " if number > 3 else ""
    return (
        f"Board {number} of the eight should be {mirrored}turned "
        f"by {90 * (number % 4)} degrees counter-clockwise."
    )


def _stacked(*boards: np.ndarray) -> np.ndarray:
    return np.stack(boards)


def _turns(board: np.ndarray, *turns: int) -> list[np.ndarray]:
    return [np.rot90(board, k) for k in turns]


def _with_board_changed(reference: Callable[..., Any], board: np.ndarray) -> Any:
    result = reference(board)
    board[:] = result[1]
    return result


MISTAKES = (
    Mistake(
        "only the four turns",
        "You give four boards. A mirrored board is as good as the first, "
        "and can be turned as well.",
        lambda reference, b: reference(b)[:4],
    ),
    Mistake(
        "only the four mirror images",
        "You mirror but do not turn: no board of yours has its rows where "
        "columns were.",
        lambda reference, b: _stacked(b, b[:, ::-1], b[::-1], b[::-1, ::-1]),
    ),
    Mistake(
        "transposed, not turned",
        "A transpose mirrors the board at its diagonal. A quarter turn needs one "
        "more step after it.",
        lambda reference, b: _stacked(*[b, b.T] * 2, *[b[:, ::-1], b[:, ::-1].T] * 2),
    ),
    Mistake(
        "quarter turns only transposed",
        "Your half turn is right. A transpose alone mirrors the board at its "
        "diagonal, and a quarter turn needs one more step.",
        lambda reference, b: _stacked(
            *[b, b.T, *_turns(b, 2), np.rot90(b, 2).T],
            *[b[:, ::-1], b[:, ::-1].T, b[::-1], b[::-1].T],
        ),
    ),
    Mistake(
        "half turn only mirrored",
        "After a half turn the upper left corner lies at the lower right; "
        "in boards 2 and 6 it has kept its column.",
        lambda reference, b: _stacked(
            *[b, np.rot90(b), np.flipud(b), np.rot90(b, 3)],
            *[reference(b)[4], reference(b)[5], np.rot90(b, 2), reference(b)[7]],
        ),
    ),
    Mistake(
        "turned clockwise",
        "Counter-clockwise, the right column becomes the top row.",
        lambda reference, b: _stacked(
            *_turns(b, 0, 3, 2, 1), *_turns(np.fliplr(b), 0, 3, 2, 1)
        ),
    ),
    Mistake(
        "mirrored top to bottom",
        "You exchange top and bottom; the task mirrors left and right.",
        lambda reference, b: _stacked(
            *_turns(b, 0, 1, 2, 3), *_turns(np.flipud(b), 0, 1, 2, 3)
        ),
    ),
    Mistake(
        "mirrored at the diagonal",
        "You begin the second four with the transposed board; "
        "the task mirrors left and right.",
        lambda reference, b: _stacked(*_turns(b, 0, 1, 2, 3), *_turns(b.T, 0, 1, 2, 3)),
    ),
    Mistake(
        "mirrored after turning",
        "Your eight boards are the right ones in another order: "
        "mirror first, then turn.",
        lambda reference, b: _stacked(
            *_turns(b, 0, 1, 2, 3), *map(np.fliplr, _turns(b, 0, 1, 2, 3))
        ),
    ),
    Mistake(
        "mirrored and turned in turn",
        "Your eight boards come in pairs, each with its mirror image. "
        "First come four turns, then four of the mirrored board.",
        lambda reference, b: reference(b)[[0, 4, 1, 5, 2, 6, 3, 7]],
    ),
    Mistake(
        "unturned board left out",
        "The board as it is counts as one of the eight.",
        lambda reference, b: reference(b)[[1, 2, 3, 5, 6, 7]],
    ),
    Mistake(
        "one quarter turn too far",
        "Your eight boards are the right ones in another order: board 0 is the "
        "board as it is, and board 4 is mirrored and not turned.",
        lambda reference, b: reference(b)[[1, 2, 3, 0, 5, 6, 7, 4]],
    ),
    Mistake(
        "turns added up",
        "Each board is turned once more than the one before it; yours turns "
        "by 0, 1, 3 and 6 quarters.",
        lambda reference, b: _stacked(
            *_turns(b, 0, 1, 3, 6), *_turns(np.fliplr(b), 0, 1, 3, 6)
        ),
    ),
    Mistake(
        "colours exchanged, not mirrored",
        "You exchange black and white. That changes who plays; "
        "a symmetry of the board only moves the stones.",
        lambda reference, b: _stacked(
            *_turns(b, 0, 1, 2, 3), *_turns((3 - b) * (b > 0), 0, 1, 2, 3)
        ),
    ),
    Mistake(
        "board changed",
        "The result is right, but you wrote into the caller's board. "
        "Work on a copy, or make new boards.",
        _with_board_changed,
    ),
)


EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=eight,
    comparison=compare.exact,
    where=where,
    forbidden=(
        "numpy.flip",
        "numpy.fliplr",
        "numpy.flipud",
        "numpy.rot90",
        *FORBIDDEN,
    ),
    mistakes=MISTAKES,
)
