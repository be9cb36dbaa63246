"""A position and its move, turned together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab13_a_network_that_captures.shared import turned
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show

UNDO = (0, 3, 2, 1, 4, 5, 6, 7)


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw planes of several sizes, a move and a symmetry for each."""
    small = rng.integers(1, 10, (3, 3, 1))
    found = [
        Case((small, move, number), label=f"3x3 points, move {move}, symmetry {number}")
        for move, number in ((1, 1), (1, 5))
    ]
    for number in range(8):
        size, channels = int(rng.integers(3, 10)), int(rng.integers(1, 6))
        # Zeros and ones, as a position has them: many points are alike.
        planes = rng.integers(0, 2 if number % 2 else 10, (size, size, channels))
        move = _without_symmetry(rng, size)
        label = f"{size}x{size}x{channels}, move {move}, symmetry {number}"
        found.append(Case((planes, move, number), label=label))
    planes = rng.normal(size=(9, 9, 5)).astype("float32")
    move = _without_symmetry(rng, 9)
    return [*found, Case((planes, move, 3), label="9x9x5 decimal numbers, symmetry 3")]


def _without_symmetry(rng: np.random.Generator, size: int) -> int:
    """Draw a point that all symmetries but one move, in a place of its own each."""
    while True:
        move = int(rng.integers(size * size))
        if len({_goes_to(move, number, size) for number in range(8)}) == 8 or size < 4:
            return move


def _goes_to(move: int, number: int, size: int) -> int:
    """Return where the stone on a point lies after a symmetry."""
    points = np.arange(size * size).reshape(size, size)
    return int(np.flatnonzero(turned(points, number).ravel() == move)[0])


def reference(planes: np.ndarray, move: int, number: int) -> tuple[np.ndarray, int]:
    """Return the turned planes, and the point on which the move lies then."""
    return turned(planes, number), _goes_to(move, number, len(planes))


def where(index: tuple[Any, ...], planes: np.ndarray, move: int, number: int) -> str:
    """Return in words where a turned value or the move comes from."""
    mirrored = "mirrored left to right, then " if number > 3 else ""
    words = f"Symmetry {number}: {mirrored}turned by {90 * (number % 4)} degrees."
    if index and index[0] == 1:
        row, column = divmod(move, len(planes))
        return f"{words} The move was in row {row} and column {column}."
    return words


def arithmetic(index: Index, planes: np.ndarray, move: int, number: int) -> str:
    """Return which value of the planes lies at a place, or the move's row and column."""
    size = len(planes)
    words = where(index, planes, move, number)
    if index[0] == 1:
        row, column = divmod(_goes_to(move, number, size), size)
        place = f"Then it is in row {row} and column {column}."
        return f"{words} {place}\n{show(row)}*{show(size)} + {show(column)}"
    points = np.arange(planes.size).reshape(planes.shape)
    source = np.unravel_index(turned(points, number)[index[1:]], planes.shape)
    return f"{words}\n{taken_from('planes', source)}"


def _with(
    planes_number: Callable[[int], int] = int, move_number: Callable[[int], int] = int
) -> Wrong:
    """Return a mistake: planes or move turned by another symmetry."""
    return lambda reference, planes, move, number: (
        turned(planes, planes_number(number)),
        _goes_to(move, move_number(number), len(planes)),
    )


def _moved(change: Callable[[int, int], Any]) -> Wrong:
    """Return a mistake: the right planes, and the turned move changed.

    Args:
        change: from the move and the size of the board.
    """

    def wrong(
        reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
    ) -> Any:
        board, found = reference(planes, move, number)
        return board, change(found, len(planes))

    return wrong


def _exchanged(move: int, size: int) -> int:
    row, column = divmod(move, size)
    return column * size + row


def _in_nine_columns(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    """Turn the move as on a board of 9x9."""
    return turned(planes, number), _goes_to(move, number, 9)


def _exchanged_before(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    return reference(planes, _exchanged(move, len(planes)), number)


def _past_the_end(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    """Turn the move's row and column as if the last of n were number n."""
    size = len(planes)
    row, column = divmod(move, size)
    column = size - column if number > 3 else column
    for _ in range(number % 4):
        row, column = size - column, row
    return turned(planes, number), row * size + column


def _by_content(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    """Take the first point on which stands what stands on the move."""
    board = turned(planes, number)
    content = planes.reshape(-1, planes.shape[-1])[move]
    return board, int((board == content).all(axis=-1).argmax())


def _all_eight(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    pairs = [reference(planes, move, each) for each in range(8)]
    return np.stack([p for p, _ in pairs]), np.array([m for _, m in pairs])


def _clockwise(number: int) -> int:
    """Return the symmetry with the same mirror that turns the other way."""
    return number // 4 * 4 + -number % 4


def _one_hot(move: int, size: int) -> np.ndarray:
    return np.asarray((np.arange(size * size) == move).reshape(size, size).astype(int))


def _turned_then_mirrored(grid: np.ndarray, number: int) -> np.ndarray:
    board = np.rot90(grid, number % 4)
    return np.fliplr(board) if number > 3 else board


def _mirrored_last(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    points = np.arange(len(planes) ** 2).reshape(planes.shape[:2])
    found = _turned_then_mirrored(points, number)
    return _turned_then_mirrored(planes, number), int(np.argmax(found == move))


def _all_axes(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    board, found = reference(planes, move, number)
    return (board[..., ::-1] if number > 3 else board), found


def _planes_changed(
    reference: Callable[..., Any], planes: np.ndarray, move: int, number: int
) -> Any:
    board, found = reference(planes.copy(), move, number)
    planes[:] = 1 - planes
    return board, found


def _undone(number: int) -> int:
    return UNDO[number]


MISTAKES = (
    Mistake(
        "move not turned",
        "The planes turn and the move stays where it was: the label then names a point "
        "where nothing can be captured.",
        _with(move_number=lambda number: 0),
    ),
    Mistake(
        "move turned the other way",
        "Your move goes the opposite way round. To read which point comes to a place is "
        "not the same as to find the place to which a point goes.",
        _with(move_number=_undone),
    ),
    Mistake(
        "planes not turned",
        "The move turns and the planes stay.",
        _with(planes_number=lambda number: 0),
    ),
    Mistake(
        "nothing turned",
        "Neither the planes nor the move have turned.",
        _with(lambda number: 0, lambda number: 0),
    ),
    Mistake(
        "both turned the other way",
        "Planes and move fit each other, but turn the opposite way: clockwise.",
        _with(_undone, _undone),
    ),
    Mistake(
        "planes turned the other way",
        "Your move is right and your planes turn the opposite way round.",
        _with(planes_number=_undone),
    ),
    Mistake(
        "mirrored after turning",
        "You turn first and mirror then. With numbers from 4 on, the position is mirrored "
        "first.",
        _mirrored_last,
    ),
    Mistake(
        "mirror forgotten",
        "From number 4 on the position is mirrored before it is turned; yours only turns.",
        _with(lambda number: number % 4, lambda number: number % 4),
    ),
    Mistake(
        "mirror forgotten for the move",
        "Your planes are right. From number 4 on the move has to be mirrored, too.",
        _with(move_number=lambda number: number % 4),
    ),
    Mistake(
        "turn forgotten behind the mirror",
        "From number 4 on you mirror and do not turn; only number 4 itself has no turn.",
        _with(
            lambda number: min(number, 4),
            lambda number: min(number, 4),
        ),
    ),
    Mistake(
        "move turned clockwise",
        "Your move turns clockwise and the planes counter-clockwise.",
        _with(move_number=_clockwise),
    ),
    Mistake(
        "move mirrored after turning",
        "The planes are mirrored first and turned then; your move is turned first.",
        _with(
            move_number=lambda number: number if number < 4 else _clockwise(number),
        ),
    ),
    Mistake(
        "move mirrored top to bottom",
        "Your move is mirrored top to bottom, the planes are mirrored left to right.",
        _with(
            move_number=lambda number: number if number < 4 else 4 + (number + 2) % 4,
        ),
    ),
    Mistake(
        "row and column exchanged before turning",
        "You take the move's row for its column: `divmod(move, n)` gives the row first.",
        _exchanged_before,
    ),
    Mistake(
        "counted from n, not from n - 1",
        "The last row or column of n has the number n - 1, so mirroring takes c to "
        "n - 1 - c.",
        _past_the_end,
    ),
    Mistake(
        "move looked up by what stands there",
        "You look for the point on which the same stands as on the move. Many points are "
        "alike; turn the point itself.",
        _by_content,
    ),
    Mistake(
        "all eight symmetries",
        "You give all eight positions. The task asks for the one with this number.",
        _all_eight,
    ),
    Mistake(
        "row and column of the move exchanged",
        "The number of a point is its row times the size of the board, plus its column; "
        "yours is the other way round.",
        _moved(_exchanged),
    ),
    Mistake(
        "move counted from 1",
        "Points are counted from 0: your move is one too high.",
        _moved(lambda move, size: move + 1),
    ),
    Mistake(
        "move as row and column",
        "You give the move's row and column; the task asks for its number.",
        _moved(lambda move, size: divmod(move, size)),
    ),
    Mistake(
        "row of the move only",
        "You give the row of the move. The number of a point is its row times the size of "
        "the board, plus its column.",
        _moved(lambda move, size: move // size),
    ),
    Mistake(
        "column of the move only",
        "You give the column of the move. The number of a point is its row times the size "
        "of the board, plus its column.",
        _moved(lambda move, size: move % size),
    ),
    Mistake(
        "planes first",
        "Your planes are the first axis. The position comes with the planes last, and so "
        "it should be returned.",
        after(lambda both: (np.moveaxis(both[0], -1, 0), both[1])),
    ),
    Mistake(
        "a quarter turn, whatever the number",
        "You turn by 90 degrees each time. `turn(planes, number)` does what the number "
        "says.",
        _with(lambda number: 1, lambda number: 1),
    ),
    Mistake(
        "move as a map",
        "You give the move as a map with a single 1; the task asks for its number.",
        _moved(_one_hot),
    ),
    Mistake(
        "board of nine lines assumed",
        "You count with 9 points in a row, whatever the size of the board is.",
        _in_nine_columns,
    ),
    Mistake(
        "channels reversed as well",
        "You mirror the order of the planes, too. `np.flip` without an axis reverses all "
        "of them.",
        _all_axes,
    ),
    Mistake(
        "move before planes",
        "You give the move first; the planes come first.",
        after(lambda both: (both[1], both[0])),
    ),
    Mistake(
        "planes alone",
        "You give the planes without the move.",
        after(lambda both: both[0]),
    ),
    Mistake(
        "move alone",
        "You give the move without the planes.",
        after(lambda both: both[1]),
    ),
    Mistake(
        "first plane only",
        "You turn the first plane and leave the others out.",
        after(lambda both: (both[0][..., 0], both[1])),
    ),
    Mistake(
        "planes changed",
        "The result is right, but you wrote into the caller's planes. Work on a copy.",
        _planes_changed,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=compare.close,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
