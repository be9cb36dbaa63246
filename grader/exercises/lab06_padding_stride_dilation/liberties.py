"""The liberties of Go, counted by convolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from grader.exercises.common.arithmetic import Index, counted
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw boards with stones at edges and in chains, a full and an empty board."""
    corner = np.zeros((3, 3), int)
    corner[0, 0] = 1
    full = np.ones((2, 3), int)
    ring = np.array([[0, 1, 0], [1, 2, 1], [0, 1, 0]])
    block = np.array([[2, 2, 0, 0], [0, 1, 1, 0], [0, 0, 1, 2]])
    wide = rng.integers(0, 3, (3, 6))
    wide[0, :3] = 2, 0, 1
    return [
        Case((corner,), label="one black stone in the corner"),
        Case((ring,), label="a white stone with black neighbours"),
        Case((block,), label="black and white stones on 3x4"),
        Case((np.diag([0, 2, 0]),), label="a white stone alone in the middle"),
        Case((full,), label="a full board"),
        Case((np.zeros((2, 4), int),), label="an empty board"),
        Case((wide,), label="random stones on 3x6"),
        Case((rng.integers(0, 3, (9, 9)),), label="random stones on 9x9"),
        Case((rng.integers(0, 2, (5, 4)) * 2,), label="white stones on 5x4"),
    ]


PLUS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def reference(board: np.ndarray, kernel: Any = PLUS, **border: Any) -> np.ndarray:
    """Return, for each stone, the number of empty points under the kernel, by SciPy."""
    border = border or {"mode": "constant"}
    empty = (board == 0).astype(int)
    return np.asarray(
        ndimage.correlate(empty, np.asarray(kernel), **border) * (1 - empty)
    )


def where(index: tuple[int, ...], board: Any) -> str:
    """Return in words what stands around the point at `index`."""
    if len(index) != 2:
        return ""
    i, j = index
    near = board[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
    return f"Around [{i}, {j}] the board is\n{show(near)}"


def arithmetic(index: Index, board: np.ndarray) -> str:
    """Return the empty points beside the one at `index`, counted one by one."""
    if not board[index]:
        return "no stone stands there\n0"
    steps = abs(np.indices(board.shape) - np.reshape(index, (2, 1, 1))).sum(axis=0)
    empty = np.argwhere((steps == 1) & (board == 0)).tolist()
    if not empty:
        return "no point beside it is empty\n0"
    words = f"the points beside it that are empty are {', '.join(map(str, empty))}"
    return f"{words}\n{counted(len(empty))}"


def _instead(count: Callable[[np.ndarray], Any]) -> Wrong:
    """Return a mistake that counts something else on the board."""
    return lambda reference, board: count(board)


def _under(kernel: Any = PLUS, **border: Any) -> Wrong:
    """Return a mistake that counts empty points under another kernel or border."""
    return _instead(lambda board: reference(board, kernel, **border))


def _beside(points: np.ndarray) -> np.ndarray:
    """Add up the numbers on the four neighbours of each point."""
    return np.asarray(ndimage.correlate(points, PLUS, mode="constant"))


def _chains(board: np.ndarray) -> np.ndarray:
    """Count the empty points beside each stone's whole chain."""
    counts = np.zeros_like(board)
    for colour in (1, 2):
        chains, number = ndimage.label(board == colour, PLUS)
        for chain in range(1, number + 1):
            beside = ndimage.binary_dilation(chains == chain, PLUS) & (board == 0)
            counts[chains == chain] = beside.sum()
    return counts


def _from_the_end(board: np.ndarray) -> np.ndarray:
    """Count as if beyond the top and the left edge lay the opposite one."""
    empty = (board == 0).astype(int)
    sheet = np.pad(empty, 1)
    sheet[0, 1:-1], sheet[1:-1, 0] = empty[-1], empty[:, -1]
    return np.asarray(_beside(sheet)[1:-1, 1:-1] * (1 - empty))


def _inside_only(reference: Callable[..., Any], board: np.ndarray) -> np.ndarray:
    counts = np.zeros_like(board)
    counts[1:-1, 1:-1] = reference(board)[1:-1, 1:-1]
    return counts


def _own_stones_too(board: np.ndarray) -> np.ndarray:
    """Count the neighbours that are empty or of the stone's colour."""
    counts = np.zeros_like(board)
    for colour in (1, 2):
        free = _beside(((board == 0) | (board == colour)).astype(int))
        counts += free * (board == colour)
    return counts


def _board_changed(reference: Callable[..., Any], board: Any) -> Any:
    board[:] = reference(board)
    return board


def _as_wide_as_high(reference: Callable[..., Any], board: Any) -> Any:
    counts, side = reference(board), len(board)
    counts[:, side - 1] += 0  # raises where theirs does
    counts[:, side:] = 0
    return counts


MISTAKES = (
    Mistake(
        "outside the board counted as empty",
        "A stone in a corner has two neighbours on the board, and you count four. "
        "What must the padding be, so that a point outside is not empty?",
        _under(mode="constant", cval=1),
    ),
    Mistake(
        "board wraps around",
        "For you the left edge touches the right one; a board ends at its edges.",
        _under(mode="wrap"),
    ),
    Mistake(
        "index -1 reads the other side",
        "In Python, row -1 is the last row. So your stones at the top and on the "
        "left look at the opposite edge too.",
        _instead(_from_the_end),
    ),
    Mistake(
        "border reflects the board",
        "You mirror the board at its edge; nothing beyond the edge is empty.",
        _under(mode="mirror"),
    ),
    Mistake(
        "stones on the border left out",
        "Your loops leave out the outermost rows and columns. Stones there have "
        "liberties too; only a neighbour outside the board does not count.",
        _inside_only,
    ),
    Mistake(
        "diagonals counted",
        "You count eight neighbours; in Go only those along the lines touch.",
        _under(np.ones((3, 3), int)),
    ),
    Mistake(
        "right and below only",
        "You count two of the four directions.",
        _under([[0, 0, 0], [0, 0, 1], [0, 1, 0]]),
    ),
    Mistake(
        "left and right only",
        "You count along the rows; columns touch as well.",
        _under([[0, 0, 0], [1, 0, 1], [0, 0, 0]]),
    ),
    Mistake(
        "left and above only",
        "You count two of the four directions.",
        _under([[0, 1, 0], [1, 0, 0], [0, 0, 0]]),
    ),
    Mistake(
        "above and below only",
        "You count along the columns; along the rows stones touch as well.",
        _under([[0, 1, 0], [0, 0, 0], [0, 1, 0]]),
    ),
    *(
        Mistake(
            f"neighbour {place} forgotten",
            "You count three of the four directions.",
            _under(np.where(np.arange(9).reshape(3, 3) == at, 0, PLUS)),
        )
        for at, place in (
            (1, "above"),
            (3, "on the left"),
            (5, "on the right"),
            (7, "below"),
        )
    ),
    Mistake(
        "diagonals in place of lines",
        "You count the four corners; in Go only neighbours along the lines touch.",
        _under([[1, 0, 1], [0, 0, 0], [1, 0, 1]]),
    ),
    Mistake(
        "empty points counted too",
        "Your empty points have counts. The result is 0 where no stone is.",
        _instead(lambda board: _beside((board == 0).astype(int))),
    ),
    Mistake(
        "stones counted, not empty points",
        "You count neighbours that hold a stone; liberties are the empty ones.",
        _instead(lambda board: _beside((board > 0).astype(int)) * (board > 0)),
    ),
    Mistake(
        "white stones counted as empty",
        "You count every point that is not black. A white stone is no empty point.",
        _instead(lambda board: _beside((board != 1).astype(int)) * (board > 0)),
    ),
    Mistake(
        "colours added up",
        "You add the numbers of the board, in which 2 means white and not two. "
        "Make a board of empty points first.",
        _instead(lambda board: _beside(board) * (board > 0)),
    ),
    Mistake(
        "black stones only",
        "White stones have liberties too.",
        lambda reference, board: reference(board) * (board == 1),
    ),
    Mistake(
        "white stones only",
        "Black stones have liberties too.",
        lambda reference, board: reference(board) * (board == 2),
    ),
    Mistake(
        "own stones counted too",
        "A neighbour of the stone's own colour is no empty point.",
        _instead(_own_stones_too),
    ),
    Mistake(
        "one liberty too many",
        "Each of your stones has one liberty too many: is the stone itself counted?",
        lambda reference, board: reference(board) + (board > 0),
    ),
    Mistake(
        "counts multiplied by the colour",
        "White stones show twice their count, because white is 2.",
        lambda reference, board: reference(board) * board,
    ),
    Mistake(
        "at most three counted",
        "A stone in the middle of the board has four neighbours.",
        lambda reference, board: np.minimum(reference(board), 3),
    ),
    Mistake(
        "True added to True",
        "You add up True and False, and True + True stays True in NumPy. "
        "Count with numbers.",
        lambda reference, board: reference(board) > 0,
    ),
    Mistake(
        "whole chain counted",
        "In a game of Go connected stones share their liberties; here each stone "
        "counts only the empty points beside itself.",
        _instead(_chains),
    ),
    Mistake(
        "border kept",
        "Your result is as large as the padded board: cut the border off again.",
        lambda reference, board: np.pad(reference(board), 1),
    ),
    Mistake(
        "square board assumed",
        "Both of your loops run as far as the board is high; "
        "one of them must follow its width.",
        _as_wide_as_high,
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's board. "
        "Build a new array instead.",
        _board_changed,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=where,
)
