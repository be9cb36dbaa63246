"""The points where a player may put a stone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from grader import go
from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab13_a_network_that_captures.shared import (
    PLUS,
    alone,
    in_words,
    random_board,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show

# What makes a point playable when it lies beside it, from (board, liberties, player).
Helps = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw boards with suicides, captures that look like one, and groups to join."""
    corner = np.array([[0, 2, 0], [2, 0, 1]])
    capture = np.array([[0, 2, 1], [2, 1, 0]])
    surrounded = np.array([[0, 2, 0, 0], [2, 0, 2, 0], [0, 2, 0, 0]])
    far = np.array([[0, 2, 0, 2], [2, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0]])
    eyes = np.array([[0, 1, 0, 1], [1, 1, 1, 1], [2, 2, 2, 2], [0, 2, 0, 2]])
    joined = np.array([[1, 0, 1, 2], [2, 2, 2, 0], [0, 0, 0, 0], [0, 1, 0, 0]])
    taken = np.array([[1, 1, 0, 2], [2, 2, 2, 2], [0, 1, 1, 1], [1, 1, 0, 1]])
    sizes = [(9, 9), (5, 6), tuple(int(n) for n in rng.integers(4, 8, 2))]
    boards = [random_board(rng, *size) for size in sizes]
    return [
        Case((corner, 1), label="a closed corner, black to play"),
        Case((capture, 1), label="a corner with a capture, black to play"),
        Case((surrounded, 1), label="a closed middle, black to play"),
        Case((far, 1), label="a closed corner, white on the other sides"),
        Case((eyes, 2), label="two eyes, white to play"),
        Case((eyes, 1), label="two eyes, black to play"),
        Case((3 * (joined > 0) - joined, 2), label="two white stones to join"),
        Case((joined, 1), label="two black stones to join, black to play"),
        Case((taken, 1), label="groups that touch, black to play"),
        Case((taken, 2), label="groups that touch, white to play"),
        Case((np.zeros((3, 3), int), 1), label="an empty board"),
        Case((boards[0], 1), label="random stones on 9x9, black to play"),
        Case((boards[1], 2), label="random stones on 5x6, white to play"),
        Case((boards[2], 1), label="random stones on a drawn size, black to play"),
        *(
            Case((random_board(rng, 4, 4), player), label="random stones on 4x4")
            for player in (1, 2)
        ),
    ]


def reference(board: np.ndarray, player: int) -> np.ndarray:
    """Return where a stone may be put, by a convolution with a plus, of SciPy."""
    return _mask(board, player)


def where(index: tuple[int, ...], board: np.ndarray, player: int) -> str:
    """Return in words what stands at a point and beside it."""
    if len(index) != 2:
        return ""
    if board[index]:
        return f"At [{index[0]}, {index[1]}] stands a stone already."
    beside = ", ".join(_beside_in_words(index, board, player))
    return f"The point [{index[0]}, {index[1]}] is empty; beside it: {beside}."


def _beside_in_words(
    index: tuple[int, ...], board: np.ndarray, player: int
) -> list[str]:
    """Return what stands on the neighbours of a point."""
    free, found = go.liberties(board), []
    for i, j in np.argwhere(_near(np.indices(board.shape), index)).tolist():
        whose = "own stone" if board[i, j] == player else "other's stone"
        group = f"{whose} whose group has {in_words(free[i, j])}"
        found.append(f"[{i}, {j}] {group if board[i, j] else 'empty'}")
    return found


def _near(places: np.ndarray, index: tuple[int, ...]) -> np.ndarray:
    steps = abs(places - np.reshape(index, (2, 1, 1))).sum(axis=0)
    return np.asarray(steps == 1)


def arithmetic(index: Index, board: np.ndarray, player: int) -> str:
    """Return what decides about a point, and whether it may be played."""
    value = int(reference(board, player)[index])
    return f"{where(index, board, player)} (1 stands for legal)\n{show(value)}"


def _empty(board: np.ndarray) -> np.ndarray:
    return np.asarray(board == 0)


def _helps(
    board: np.ndarray,
    free: np.ndarray,
    player: int,
    own: tuple[int, int] = (2, 99),
    other: tuple[int, int] = (1, 1),
    empty: bool = True,
) -> np.ndarray:
    """Return which points help a stone beside them; liberties from and up to."""
    mine = (board == player) & (own[0] <= free) & (free <= own[1])
    theirs = (board == 3 - player) & (other[0] <= free) & (free <= other[1])
    return np.asarray(mine | theirs | (_empty(board) & empty))


def _mask(
    board: np.ndarray,
    player: int,
    counts: Callable[[np.ndarray], np.ndarray] = go.liberties,
    kernel: Any = PLUS,
    mode: str = "constant",
    outside: int = 0,
    empty_only: bool = True,
    **helps: Any,
) -> np.ndarray:
    """Return the mask by what lies beside each point, under a kernel."""
    good = _helps(board, counts(board), player, **helps).astype(int)
    kernel = np.asarray(kernel)
    beside = ndimage.correlate(good, kernel, mode=mode, cval=outside) > 0
    return np.asarray(beside & (_empty(board) | (not empty_only)))


def _with(**how: Any) -> Wrong:
    """Return a mistake: another mask, see `_mask`."""
    return lambda reference, board, player: _mask(board, player, **how)


_NEVER = (1, 0)


def _last_one(good: np.ndarray) -> np.ndarray:
    """Return whether the neighbour on the right helps; at the right edge, the left one."""
    last = np.zeros_like(good)
    last[:, :-1] = good[:, 1:]
    last[:, -1] = good[:, -2]
    return last


def _only_the_last(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    good = _helps(board, go.liberties(board), player)
    return _last_one(good) & _empty(board)


def _from_the_end(reference: Callable[..., Any], board: np.ndarray, player: int) -> Any:
    """Let the first row and column look at the last ones, and not the other way round."""
    good = _helps(board, go.liberties(board), player)
    sheet = np.pad(good, 1)
    sheet[0, 1:-1], sheet[1:-1, 0] = good[-1], good[:, -1]
    beside = ndimage.correlate(sheet.astype(int), PLUS, mode="constant") > 0
    return beside[1:-1, 1:-1] & _empty(board)


def _without(line: int) -> Wrong:
    """Return a mistake: points in one row and one column help nobody."""

    def wrong(reference: Callable[..., Any], board: np.ndarray, player: int) -> Any:
        good = _helps(board, go.liberties(board), player).astype(int)
        good[line], good[:, line] = 0, 0
        beside = ndimage.correlate(good, PLUS, mode="constant") > 0
        return np.asarray(beside & _empty(board))

    return wrong


def _first_row(mask: np.ndarray) -> np.ndarray:
    return np.asarray(mask & (np.arange(len(mask)) == 0)[:, None])


def _empty_for_one(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    """Ask for an empty point only where the neighbour on the right helps."""
    left_out = np.where(np.arange(9).reshape(3, 3) == 5, 0, PLUS)
    three = _mask(board, player, kernel=left_out, empty_only=False)
    return three | reference(board, player)


def _all_of_them(outside: bool) -> Wrong:
    """Return a mistake: every neighbour has to help."""

    def wrong(reference: Callable[..., Any], board: np.ndarray, player: int) -> Any:
        good = _helps(board, go.liberties(board), player)
        bad = np.pad(~good, 1, constant_values=not outside).astype(int)
        beside = ndimage.correlate(bad, PLUS, mode="constant")[1:-1, 1:-1]
        return (beside == 0) & _empty(board)

    return wrong


def _before_the_capture(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    """Ask whether the stone itself is left without an empty point beside it."""
    return _mask(board, player, own=_NEVER, other=_NEVER)


def _numbers(mask: np.ndarray) -> np.ndarray:
    return np.flatnonzero(mask)


def _board_changed(
    reference: Callable[..., Any], board: np.ndarray, player: int
) -> Any:
    mask = reference(board, player)
    board[mask] = player
    return mask


def _square(reference: Callable[..., Any], board: np.ndarray, player: int) -> Any:
    mask = reference(board, player).copy()
    side = len(board)
    if side > board.shape[1]:
        raise IndexError(
            f"index {board.shape[1]} is out of bounds for axis 1 with size "
            f"{board.shape[1]}"
        )
    mask[:, side:] = False
    return mask


MISTAKES = (
    Mistake(
        "suicide allowed",
        "You allow every empty point. A stone that has no liberty when it lies there may "
        "not be played, unless it captures.",
        lambda reference, board, player: _empty(board),
    ),
    Mistake(
        "player ignored",
        "Your mask is black's, whoever is to play.",
        lambda reference, board, player: reference(board, 1),
    ),
    Mistake(
        "players exchanged",
        "Your mask is the other player's: what may be joined and what may be captured "
        "are exchanged.",
        lambda reference, board, player: reference(board, 3 - player),
    ),
    Mistake(
        "only with an empty point beside it",
        "You allow a point only if an empty one lies beside it. A stone may also join a "
        "group that has liberties left, or capture.",
        _before_the_capture,
    ),
    Mistake(
        "captures forgotten",
        "You forbid moves that capture: the taken stones make room for the one that "
        "takes them. Until then their group still has its last liberty, this point.",
        _with(other=_NEVER),
    ),
    Mistake(
        "groups of one's own forgotten",
        "A stone without an empty point beside it may still join a group of its own that "
        "has a liberty left.",
        _with(own=_NEVER),
    ),
    Mistake(
        "any stone of one's own helps",
        "You join a group whose only liberty is the point that you fill. Then the whole "
        "group has none left.",
        _with(own=(1, 99)),
    ),
    Mistake(
        "three liberties asked of one's own group",
        "A group with two liberties has one left after the move, and that is enough.",
        _with(own=(3, 99)),
    ),
    Mistake(
        "exactly two liberties asked of one's own group",
        "A group with more than two liberties can be joined all the same.",
        _with(own=(2, 2)),
    ),
    Mistake(
        "own group with one liberty",
        "You join only groups with exactly one liberty, which the move takes away. A "
        "group of your own needs a liberty that is left after the move.",
        _with(own=(1, 1)),
    ),
    Mistake(
        "any stone of the other's helps",
        "A stone of the other player's is captured only if its group has no liberty but "
        "this point.",
        _with(other=(1, 99)),
    ),
    Mistake(
        "two liberties are few enough to capture",
        "A group with two liberties has one left after the move, so it is not captured.",
        _with(other=(1, 2)),
    ),
    Mistake(
        "captures only",
        "You allow only moves that capture.",
        _with(own=_NEVER, empty=False),
    ),
    Mistake(
        "empty neighbours forgotten",
        "A stone with an empty point beside it has a liberty, whatever else stands "
        "there.",
        _with(empty=False),
    ),
    Mistake(
        "liberties of single stones",
        "You count the liberties of each stone by itself. Stones that touch share theirs.",
        _with(counts=alone),
    ),
    Mistake(
        "taken points allowed",
        "Some points of your mask have a stone already.",
        _with(empty_only=False),
    ),
    Mistake(
        "diagonals counted",
        "In Go only the four neighbours along the lines touch.",
        _with(kernel=np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])),
    ),
    Mistake(
        "outside the board counted as empty",
        "Beyond the edge there is no empty point.",
        _with(outside=1),
    ),
    Mistake(
        "board wraps around",
        "For you the left edge touches the right one, or the top the bottom. `np.roll` "
        "and the index -1 come in at the other side.",
        _with(mode="wrap"),
    ),
    *(
        Mistake(
            f"neighbour {place} forgotten",
            "You look at three of the four neighbours.",
            _with(kernel=np.where(np.arange(9).reshape(3, 3) == at, 0, PLUS)),
        )
        for at, place in (
            (1, "above"),
            (3, "on the left"),
            (5, "on the right"),
            (7, "below"),
        )
    ),
    Mistake(
        "left and right only",
        "You look along the rows only.",
        _with(kernel=[[0, 0, 0], [1, 0, 1], [0, 0, 0]]),
    ),
    Mistake(
        "above and below only",
        "You look along the columns only.",
        _with(kernel=[[0, 1, 0], [0, 0, 0], [0, 1, 0]]),
    ),
    Mistake(
        "index -1 reads the other side",
        "In Python, row -1 is the last row. So your points at the top and on the left "
        "look at the opposite edge, too.",
        _from_the_end,
    ),
    Mistake(
        "only the last neighbour decides",
        "Each neighbour overwrites what those before it have said, so the last one "
        "decides. One that helps is enough.",
        _only_the_last,
    ),
    Mistake(
        "all neighbours have to help",
        "You ask all neighbours to help; one is enough.",
        _all_of_them(outside=True),
    ),
    Mistake(
        "all neighbours have to help, on the board and outside",
        "You ask all neighbours to help, and those outside the board never do; one is "
        "enough.",
        _all_of_them(outside=False),
    ),
    Mistake(
        "empty points asked of one neighbour only",
        "`&` binds more strongly than `|`: it takes the last of your neighbours only. "
        "Put the neighbours into brackets.",
        _empty_for_one,
    ),
    Mistake(
        "neighbours in row 0 and column 0 left out",
        "A neighbour may lie in row 0 or column 0: the first number on the board is 0.",
        _without(0),
    ),
    Mistake(
        "neighbours in the last row and column left out",
        "A neighbour may lie in the last row or column. `rows - 1` is on the board.",
        _without(-1),
    ),
    Mistake(
        "first row only",
        "Only the first row of your mask is filled. Does the function return inside the "
        "loop?",
        after(_first_row),
    ),
    Mistake(
        "any group with two liberties helps",
        "You ask two liberties of every group beside the point. The other's group has to "
        "have exactly one, so that it is captured.",
        _with(other=(2, 99)),
    ),
    Mistake(
        "mask inverted",
        "Your mask is True where a move is not legal.",
        after(np.logical_not),
    ),
    Mistake(
        "nothing allowed",
        "Your mask is False everywhere.",
        after(np.zeros_like),
    ),
    Mistake(
        "numbers of the moves",
        "You list the numbers of the legal moves; the task asks for a mask with the "
        "board's shape.",
        after(_numbers),
    ),
    Mistake(
        "places of the moves",
        "You list rows and columns of the legal moves; the task asks for a mask with "
        "the board's shape.",
        after(np.argwhere),
    ),
    Mistake(
        "mask flattened",
        "Your mask is one long row. Keep the board's shape.",
        after(np.ravel),
    ),
    Mistake(
        "rows and columns exchanged",
        "Your mask is transposed.",
        after(np.transpose),
    ),
    Mistake(
        "square board assumed",
        "Both of your loops run as far as the board is high; one must follow its width.",
        _square,
    ),
    Mistake(
        "board changed",
        "The mask is right, but stones are left on the caller's board. Try moves out on "
        "a copy.",
        _board_changed,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    where=where,
    arithmetic=arithmetic,
    forbidden=("grader.go.play",),
    mistakes=MISTAKES,
)
