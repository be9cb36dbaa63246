"""Go on a small board: groups, liberties, moves and captures, for a lab and its game.

A board is an array (n, n) of whole numbers: 0 for an empty point, 1 and 2 for the stones
of the two players. A move is the number of a point in reading order, `row * n + column`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from grader.exceptions import IllegalMove

# Left, right, above and below within a board, nothing between the boards of a stack.
_TOUCHING = np.zeros((3, 3, 3), bool)
_TOUCHING[1, 1, :] = _TOUCHING[1, :, 1] = True
# A position of a game of random moves is kept from each of these spans of moves.
_SPANS = ((12, 24), (24, 36), (36, 48), (48, 60))


def liberties(board: np.ndarray) -> np.ndarray:
    """Return for each stone how many liberties its group has; 0 on empty points.

    A group is all stones of a colour that touch along the lines; its liberties are the
    empty points beside it, each counted once.

    Args:
        board: (n, n), or a stack of boards (N, n, n); not changed.

    Returns:
        Whole numbers of the same shape.
    """
    stack = _stack(board)
    groups, _, beside = _groups(stack)
    counts = np.bincount(beside, minlength=groups.max() + 1)
    counts[0] = 0
    return np.asarray(counts[groups].reshape(np.shape(board)))


def play(board: np.ndarray, move: int, player: int) -> np.ndarray:
    """Return the board after a move; the other player's groups without liberties are gone.

    Args:
        board: (n, n); not changed.
        move: the number of a point.
        player: 1 or 2.

    Raises:
        IllegalMove: the point is taken, or the move would be suicide.
    """
    if np.ravel(board)[move]:
        raise IllegalMove("there is a stone already")
    after = _after(_stack(board), np.array([move]), player)
    if not np.ravel(liberties(after))[move]:
        raise IllegalMove("a group of your own would have no liberty left")
    return np.asarray(after[0])


def positions(count: int, seed: int, size: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """Draw positions of random games in which exactly one move captures.

    Args:
        count: how many; up to four come from one game.
        seed: the same seed gives the same positions.
        size: lines of the board.

    Returns:
        Boards (count, size, size), player 1 to move, and the capturing moves (count,).
    """
    rng = np.random.default_rng(seed)
    boards, moves = np.zeros((0, size, size), int), np.zeros(0, int)
    while len(boards) < count:
        for more in _from_games(1 + count // 3, size, rng):
            boards, moves = np.concatenate([boards, more[0]]), np.append(moves, more[1])
    order = rng.permutation(len(boards))[:count]
    return boards[order], moves[order]


def _from_games(
    games: int, size: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Play games of random moves side by side; yield those of each span that fit."""
    boards, step = np.zeros((games, size, size), int), 0
    for start, stop in ((0, _SPANS[0][0]), *_SPANS):
        kept, moves, seen = boards.copy(), np.zeros(games, int), np.zeros(games, int)
        while step < stop:
            player = 1 + step % 2
            if start:
                captures = _captures(boards, player)
                fits = captures.sum(axis=1) == 1
                seen += fits
                # Of those that fit, each is kept with the same probability.
                taken = fits & (rng.random(games) * seen < 1)
                kept[taken] = _seen_by(player, boards[taken])
                moves[taken] = captures[taken].argmax(axis=1)
            boards = _random_step(boards, player, rng)
            step += 1
        yield kept[seen > 0], moves[seen > 0]


def _random_step(
    boards: np.ndarray, player: int, rng: np.random.Generator
) -> np.ndarray:
    """Play a random move on each board; where it is no legal one, the player passes."""
    is_empty = boards.reshape(len(boards), -1) == 0
    moves = (rng.random(is_empty.shape) * is_empty).argmax(axis=1)
    after = _after(boards, moves, player)
    own = liberties(after).reshape(len(boards), -1)[np.arange(len(boards)), moves]
    legal = (own > 0) & is_empty[np.arange(len(boards)), moves]
    return np.where(legal[:, None, None], after, boards)


def _after(boards: np.ndarray, moves: np.ndarray, player: int) -> np.ndarray:
    """Put a stone on each board and take the other player's dead groups away."""
    after = boards.copy()
    after.reshape(len(boards), -1)[np.arange(len(boards)), moves] = player
    after[(after == 3 - player) & (liberties(after) == 0)] = 0
    return after


def _captures(boards: np.ndarray, player: int) -> np.ndarray:
    """Return (N, n * n), True where a move takes the last liberty of a group."""
    groups, points, beside = _groups(boards)
    counts = np.bincount(beside, minlength=groups.max() + 1)
    of_other = np.zeros(len(counts), bool)
    of_other[groups[boards == 3 - player]] = True
    found = np.zeros(boards.size, bool)
    found[points[(counts == 1)[beside] & of_other[beside]]] = True
    return found.reshape(len(boards), -1)


def _groups(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number the groups of a stack of boards, and find which empty points lie beside them.

    Returns:
        The number of each stone's group, 0 on empty points; and pairs, an empty point (of
        all boards in a row) and the number of a group beside it, or 0 for none.
    """
    black, count = ndimage.label(boards == 1, _TOUCHING)
    white, _ = ndimage.label(boards == 2, _TOUCHING)
    groups = np.where(white > 0, white + count, black)
    padded = np.pad(groups, ((0, 0), (1, 1), (1, 1)))
    middle = slice(1, -1)
    sides = [
        padded[:, :-2, middle],
        padded[:, 2:, middle],
        padded[:, middle, :-2],
        padded[:, middle, 2:],
    ]
    beside = np.sort(np.stack(sides).reshape(4, -1)[:, boards.ravel() == 0], axis=0)
    # A group on two sides of a point has one liberty there.
    beside[1:][beside[1:] == beside[:-1]] = 0
    points = np.broadcast_to(np.flatnonzero(boards.ravel() == 0), beside.shape)
    return groups, points.ravel(), beside.ravel()


def _seen_by(player: int, boards: np.ndarray) -> np.ndarray:
    """Exchange the colours where the second player is to move."""
    return boards if player == 1 else (3 - boards) * (boards > 0)


def _stack(board: np.ndarray) -> np.ndarray:
    board = np.asarray(board)
    return board.reshape(-1, *board.shape[-2:])
