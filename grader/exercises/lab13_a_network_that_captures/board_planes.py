"""A Go board as planes for a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader import go
from grader.exercises.common.arithmetic import Index
from grader.exercises.common.dtypes import close_and_of_dtype
from grader.exercises.common.wrong import Wrong, after, input_changed
from grader.exercises.lab13_a_network_that_captures.shared import (
    alone,
    in_words,
    other_planes,
    random_board,
)
from grader.judging.exercise import Case, Exercise, Mistake

_STONES = ("the player's own stones", "the other player's stones")
_LIBERTIES = ("exactly one liberty", "exactly two liberties", "three liberties or more")


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw boards with groups of all kinds, for both players, some not square."""
    pair = np.array([[1, 1, 0], [2, 0, 0]])
    wide = np.array([[0, 1, 0], [2, 0, 2]])
    ring = np.array([[0, 1, 1, 0], [1, 2, 2, 1], [0, 1, 0, 0], [2, 0, 0, 2]])
    lone = np.zeros((5, 5), int)
    lone[2, 2] = 2
    sizes = [(9, 9), (5, 7), tuple(int(n) for n in rng.integers(4, 9, 2))]
    boards = [random_board(rng, *size) for size in sizes]
    return [
        Case((pair, 1), label="a pair of stones on 2x3, black to play"),
        Case((wide, 2), label="three stones on 2x3, white to play"),
        Case((ring, 1), label="a group in a ring, black to play"),
        Case((lone, 1), label="a white stone in the middle, black to play"),
        Case((boards[0], 1), label="random stones on 9x9, black to play"),
        Case((boards[0], 2), label="the same stones, white to play"),
        Case((boards[1], 2), label="random stones on 5x7, white to play"),
        Case((boards[2], 1), label="random stones on a drawn size, black to play"),
    ]


def reference(board: np.ndarray, player: int) -> np.ndarray:
    """Return the five planes, (rows, columns, 5), by comparing with tables."""
    return _planes(board, player)


def _planes(
    board: np.ndarray,
    player: int,
    counts: Callable[[np.ndarray], np.ndarray] = go.liberties,
    kinds: Callable[[np.ndarray], np.ndarray] = lambda found: np.minimum(found, 3),
    numbers: tuple[int, ...] = (1, 2, 3),
) -> np.ndarray:
    """Return planes of stones and of kinds of liberties."""
    stones = np.asarray(board)[..., None] == np.array([player, 3 - player])
    free = kinds(counts(np.asarray(board)))[..., None] == np.array(numbers)
    return np.concatenate([stones, free], axis=-1).astype("float32")


def where(index: tuple[int, ...], board: np.ndarray, player: int) -> str:
    """Return in words what the plane holds, and what stands at the point."""
    if len(index) != 3:
        return ""
    i, j, plane = index
    if plane > 4:
        return ""
    what = [*_STONES, *(f"stones of groups with {words}" for words in _LIBERTIES)]
    found = int(go.liberties(board)[i, j])
    stone = "no stone" if not board[i, j] else f"a stone of player {board[i, j]}"
    group = f", in a group with {in_words(found)}" if board[i, j] else ""
    return (
        f"Plane {plane} holds {what[plane]}; player {player} is to play, and at "
        f"[{i}, {j}] is {stone}{group}."
    )


def arithmetic(index: Index, board: np.ndarray, player: int) -> str:
    """Return what stands at a point, and whether the plane holds that."""
    value = int(reference(board, player)[index])
    return f"{where(index, board, player)}\n{value}"


def _with(**how: Any) -> Wrong:
    """Return a mistake that makes the liberties' planes in another way."""
    return lambda reference, board, player: _planes(board, player, **how)


def _only_of(mine: bool) -> Wrong:
    """Return a mistake: liberties of one player's stones only."""

    def wrong(reference: Callable[..., Any], board: np.ndarray, player: int) -> Any:
        planes = reference(board, player).copy()
        planes[..., 2:] *= planes[..., [0 if mine else 1]]
        return planes

    return wrong


def _square(reference: Callable[..., Any], board: np.ndarray, player: int) -> Any:
    side, width = board.shape
    if side > width:
        raise IndexError(f"index {width} is out of bounds for axis 1 with size {width}")
    return reference(board, player)[:, :side]


def _one_plane_early(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    """Write stones with k liberties into plane k, where the other's stones are."""
    planes = reference(board, player)
    early = {1: np.maximum(planes[..., 1], planes[..., 2]), 4: 0 * planes[..., 4]}
    return other_planes(planes, early | {2: planes[..., 3], 3: planes[..., 4]})


def _with_values(reference: Callable[..., Any], board: np.ndarray, player: int) -> Any:
    planes = reference(board, player).copy()
    planes[..., 2:] *= go.liberties(board)[..., None]
    return planes


def _of_stone_numbers(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    planes = reference(board, player).copy()
    planes[..., :2] *= board[..., None]
    return planes


def _exchanged_in_place(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    """Exchange the colours on the caller's board where white is to play."""
    planes = reference(board, player)
    if player == 2:
        board[:] = (3 - board) * (board > 0)
    return planes


def _in_every_plane(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    planes = reference(board, player).copy()
    planes[..., 1] = board != player
    return planes


MISTAKES = (
    Mistake(
        "player ignored",
        "Plane 0 holds black's stones, whoever is to play. It should hold the stones of "
        "`player`, so that the network always sees the board with the same eyes.",
        lambda reference, board, player: reference(board, 1),
    ),
    Mistake(
        "players exchanged",
        "Your first plane holds the other player's stones and your second plane the "
        "player's own.",
        lambda reference, board, player: reference(board, 3 - player),
    ),
    Mistake(
        "empty points counted as the other's",
        "A point that is not the player's own can be empty. The other player has the "
        "number `3 - player`.",
        _in_every_plane,
    ),
    Mistake(
        "liberties of single stones",
        "You count the empty points beside each stone by itself, as in lab 06. Stones "
        "that touch share their liberties: `go.liberties` counts for groups.",
        _with(counts=alone),
    ),
    Mistake(
        "more than three left out",
        "Stones with four liberties or more are in no plane of yours. The last plane "
        "takes all of them from three on.",
        _with(kinds=np.asarray),
    ),
    Mistake(
        "more than three in place of three or more",
        "The last plane begins with three liberties; yours begins with four.",
        _with(kinds=lambda found: np.where(found > 3, 3, found * (found < 3))),
    ),
    Mistake(
        "two or more in the second plane of liberties",
        "A group with three liberties is in two of your planes. Each stone is in exactly "
        "one of the planes of liberties.",
        lambda reference, board, player: other_planes(
            reference(board, player), {3: go.liberties(board) >= 2}
        ),
    ),
    Mistake(
        "at least in place of exactly",
        "Your planes hold all stones with at least so many liberties; a stone should be "
        "in one of the three only.",
        lambda reference, board, player: other_planes(
            reference(board, player),
            {2: go.liberties(board) >= 1, 3: go.liberties(board) >= 2},
        ),
    ),
    Mistake(
        "at most in place of exactly",
        "A stone with one liberty is in several of your planes; it should be in one "
        "only.",
        lambda reference, board, player: other_planes(
            reference(board, player),
            {3: np.isin(go.liberties(board), (1, 2)), 4: go.liberties(board) >= 1},
        ),
    ),
    Mistake(
        "liberties counted from 0",
        "`go.liberties` is 0 on empty points, so your first plane of liberties holds "
        "those. No stone on a board has 0 liberties: begin with 1.",
        _with(numbers=(0, 1, 2), kinds=np.asarray),
    ),
    Mistake(
        "empty points in the last plane",
        "Whatever has neither one liberty nor two is in your last plane, empty points as "
        "well: `go.liberties` is 0 there. Ask for three or more.",
        lambda reference, board, player: other_planes(
            reference(board, player), {4: ~np.isin(go.liberties(board), (1, 2))}
        ),
    ),
    Mistake(
        "planes of liberties one place too early",
        "Stones with one liberty are in your plane 1, which is for the other player's "
        "stones. The planes of liberties begin with plane 2.",
        _one_plane_early,
    ),
    Mistake(
        "other player's stones missing",
        "Your plane 1 is empty. The other player has the number `3 - player`.",
        lambda reference, board, player: other_planes(
            reference(board, player), {1: np.zeros(board.shape)}
        ),
    ),
    Mistake(
        "planes of liberties in reverse",
        "One liberty comes first, then two, then three or more.",
        _with(numbers=(3, 2, 1)),
    ),
    Mistake(
        "liberties before stones",
        "The two planes of stones come first, the three of liberties behind them.",
        after(lambda planes: planes[..., [2, 3, 4, 0, 1]]),
    ),
    Mistake(
        "other's stones behind the liberties",
        "Your second plane comes last. The two planes of stones come first.",
        after(lambda planes: planes[..., [0, 2, 3, 4, 1]]),
    ),
    Mistake(
        "other player by the remainder",
        "`player % 2` is 1 for player 1 and 0 for player 2. The other player is "
        "`3 - player`.",
        lambda reference, board, player: other_planes(
            reference(board, player), {1: np.asarray(board) == player % 2}
        ),
    ),
    Mistake(
        "own stones left out of plane 2",
        "Your plane 2 holds stones of the other player only. Own groups with one liberty "
        "belong there as well.",
        lambda reference, board, player: other_planes(
            reference(board, player),
            {2: (go.liberties(board) == 1) & (board == 3 - player)},
        ),
    ),
    Mistake(
        "numbers of liberties in place of ones",
        "Your planes hold how many liberties there are. A plane says yes or no: 1 where "
        "such a stone is, else 0.",
        _with_values,
    ),
    Mistake(
        "number of the player in place of ones",
        "White's stones are 2 in your planes, since 2 means white on the board. A plane "
        "says yes or no: 1 where a stone is, else 0.",
        _of_stone_numbers,
    ),
    Mistake(
        "own stones only",
        "Your planes of liberties hold the player's own stones only. What can be "
        "captured are the other's: the liberties of both are needed.",
        _only_of(mine=True),
    ),
    Mistake(
        "other's stones only",
        "Your planes of liberties hold the other player's stones only; a player's own "
        "stones can be in danger too.",
        _only_of(mine=False),
    ),
    Mistake(
        "planes first",
        "Your planes are the first axis. Keras wants the channels last.",
        after(lambda planes: np.moveaxis(planes, -1, 0)),
    ),
    Mistake(
        "planes stacked as rows",
        "Your planes lie below each other on one board. Give them an axis of their own, "
        "the last one.",
        after(lambda planes: np.concatenate(list(np.moveaxis(planes, -1, 0)))),
    ),
    Mistake(
        "rows and columns exchanged",
        "Your planes are transposed: row i of the board is row i of each plane.",
        after(lambda planes: np.swapaxes(planes, 0, 1)),
    ),
    Mistake(
        "an axis for the batch",
        "Your planes have one axis more in front. The function makes the planes of one "
        "board; a batch comes later.",
        after(lambda planes: planes[None]),
    ),
    Mistake(
        "a plane of empty points added",
        "AlphaGo had a plane of empty points, too. The task asks for five planes.",
        lambda reference, board, player: np.insert(
            reference(board, player), 2, np.asarray(board) == 0, axis=-1
        ),
    ),
    Mistake(
        "only the stones",
        "You give the two planes of stones; three planes of liberties are missing.",
        after(lambda planes: planes[..., :2]),
    ),
    Mistake(
        "only the liberties",
        "You give the three planes of liberties; the two planes of stones are missing.",
        after(lambda planes: planes[..., 2:]),
    ),
    Mistake(
        "all zeros",
        "Nothing was written into your planes.",
        after(np.zeros_like),
    ),
    Mistake(
        "True and False left",
        "The values are right, but they are True and False. Networks compute with "
        "`float32`; `astype` converts an array.",
        after(lambda planes: planes.astype(bool)),
    ),
    Mistake(
        "whole numbers left",
        "The values are right, but they are whole numbers. Networks compute with "
        "`float32`; `astype` converts an array.",
        after(lambda planes: planes.astype(int)),
    ),
    Mistake(
        "float64",
        "The values are right, in double precision, which NumPy takes by default. The "
        "task asks for `float32`.",
        after(lambda planes: planes.astype("float64")),
    ),
    Mistake(
        "square board assumed",
        "You count with as many columns as there are rows.",
        _square,
    ),
    Mistake(
        "colours exchanged on the caller's board",
        "The result is right, but where white is to play you exchange the colours on the "
        "caller's board. Do it on a copy.",
        _exchanged_in_place,
    ),
    Mistake(
        "board changed",
        "The result is right, but you wrote into the caller's board. Compare with it, or "
        "work on a copy.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=close_and_of_dtype,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
