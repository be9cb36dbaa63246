"""`play`: a game against one's own network, on a board to click on or with typed moves."""

from __future__ import annotations

import html
import string
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader import go
from grader.exceptions import IllegalMove
from grader.notebook.front_end import is_someone_there

# From a board and a player to a probability for each point.
Policy = Callable[[np.ndarray, int], Any]
YOU, NETWORK = 1, 2
_STONES = {0: "empty", YOU: "black", NETWORK: "white"}
_BEGIN = "You are black and begin; whoever captures first has won."
_TYPED = 'Where no board can be clicked, type moves: game.move("c3").'
# A picture of the board: the distance of two lines, and colours of its own, so that it
# looks the same on light and dark.
_STEP = 30
_WOOD, _INK = "#E8D5A8", "#333333"
_FILLS = {YOU: "#000000", NETWORK: "#FFFFFF"}


def play(policy: Policy, size: int = 9) -> Game:
    """Begin a game: you are black, the policy is white, and the first capture wins.

    The last line of a cell shows it: a board to click on, or a still one where nothing
    can be clicked.

    Args:
        policy: called with a board (n, n) and the player to move; gives a probability or
            a score for each point, (n * n,) or (n, n).
        size: lines of the board.
    """
    return Game(policy, size)


class Game:
    """A game of two players, of whom one is a policy.

    Args:
        policy, size: as `play` takes them.
    """

    def __init__(self, policy: Policy, size: int = 9) -> None:
        self.policy = policy
        self.size = size
        self._widget: Any = None
        self.begin()

    def begin(self) -> None:
        """Clear the board."""
        self.board = np.zeros((self.size, self.size), int)
        self.last = -1
        self.over = False
        self.words = _BEGIN

    def move(self, point: str) -> Game:
        """Play a move and let the policy answer.

        Args:
            point: a column's letter and a row's number, counted from below: "c3".

        Returns:
            The game, which shows itself.
        """
        names = self.names()
        if point.strip().lower() in names:
            self.choose(names.index(point.strip().lower()))
        else:
            self.words = f"There is no point {point!r}; they go from a1 to {names[self.size - 1]}."
        return self

    def choose(self, move: int) -> None:
        """Play a move by the number of its point, and let the policy answer."""
        if self.over:
            self.words = "The game is over. Begin a new one."
            return
        try:
            self._put(move, YOU)
        except IllegalMove as error:
            self.words = f"Not there: {error}."
            return
        if not self.over:
            self._answer()

    def names(self) -> list[str]:
        """Return the names of all points in reading order, such as "a9"."""
        letters = string.ascii_lowercase[: self.size]
        return [f"{x}{y}" for y in range(self.size, 0, -1) for x in letters]

    def state(self) -> dict[str, Any]:
        """Return what a front end shows, as plain data."""
        stones = self.board.ravel().tolist()
        labels = [
            f"{name}, {_STONES[stone]}"
            for name, stone in zip(self.names(), stones, strict=True)
        ]
        return {
            "size": self.size,
            "stones": stones,
            "labels": labels,
            "last": self.last,
            "words": self.words,
        }

    def _put(self, move: int, player: int) -> None:
        after = go.play(self.board, move, player)
        taken = int(np.sum(self.board > 0) + 1 - np.sum(after > 0))
        self.board, self.last = after, int(move)
        if taken:
            self.over = True
            who = "You capture" if player == YOU else "The network captures"
            stones = "stone" if taken == 1 else "stones"
            end = "You have won." if player == YOU else "It has won."
            self.words = f"{who} {taken} {stones} at {self.names()[move]}. {end}"

    def _answer(self) -> None:
        """Play the likeliest move of the policy that the rules allow."""
        try:
            chances = np.ravel(np.asarray(self.policy(self.board.copy(), NETWORK)))
        except Exception as error:  # it is the student's: say so, and let them go on
            self.words = f"The policy stopped: {type(error).__name__}: {error}"
            return
        if chances.size != self.board.size:
            self.words = (
                f"The policy gave {chances.size} numbers for {self.board.size} points."
            )
            return
        for move in np.argsort(-chances, kind="stable"):
            try:
                self._put(int(move), NETWORK)
            except IllegalMove:
                continue
            if not self.over:
                self.words = f"The network plays {self.names()[move]}. Your move."
            return
        self.words = "The network has no move and passes. Your move."

    def __repr__(self) -> str:
        signs = np.array([".", "X", "O"])[self.board]
        rows = [f"{self.size - i:2d} {' '.join(row)}" for i, row in enumerate(signs)]
        letters = " ".join(string.ascii_lowercase[: self.size])
        return "\n".join([*rows, f"   {letters}", self.words])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return a widget where a person can click, and a still board elsewhere."""
        if is_someone_there():
            return self._as_widget()._repr_mimebundle_(**kwargs)
        words = f"<div>{html.escape(f'{self.words} {_TYPED}')}</div>"
        return {"text/plain": repr(self), "text/html": self.to_svg() + words}

    def _as_widget(self) -> Any:
        if self._widget is None:
            # Half a second to import, which no check needs.
            from grader.notebook.board_widget import BoardWidget

            self._widget = BoardWidget(self.state(), self._chosen)
        self._widget.state = self.state()
        return self._widget

    def _chosen(self, choice: Mapping[str, Any]) -> dict[str, Any]:
        """Do what was chosen in the front end; return what it shows then."""
        if "move" in choice:
            self.choose(int(choice["move"]))
        else:
            self.begin()
        return self.state()

    def to_svg(self) -> str:
        """Return a picture of the board, with a name for those who do not see it."""
        side = _STEP * (self.size + 1)
        ends = f"{_STEP} {side - _STEP}".split()
        lines = "".join(
            f"M{ends[0]} {at}H{ends[1]}M{at} {ends[0]}V{ends[1]}"
            for at in range(_STEP, side, _STEP)
        )
        stones = "".join(
            f'<circle cx="{_STEP * (j + 1)}" cy="{_STEP * (i + 1)}" r="{_STEP * 0.45:g}" '
            f'fill="{_FILLS[stone]}" stroke="{_INK}"/>'
            for (i, j), stone in np.ndenumerate(self.board)
            if stone
        )
        count = [int(np.sum(self.board == player)) for player in (YOU, NETWORK)]
        label = f"A Go board with {count[0]} black and {count[1]} white stones"
        return (
            f'<svg role="img" aria-label="{label}" width="{side}" viewBox="0 0 {side} {side}">'
            f'<rect width="{side}" height="{side}" fill="{_WOOD}"/>'
            f'<path d="{lines}" stroke="{_INK}" fill="none"/>{self._marks()}{stones}</svg>'
        )

    def _marks(self) -> str:
        """Return letters and numbers along the edges."""
        below, beside = _STEP * (self.size + 0.8), _STEP * 0.3
        texts = []
        for k, letter in enumerate(string.ascii_lowercase[: self.size]):
            texts.append((_STEP * (k + 1.0), below, letter))
            texts.append((beside, _STEP * (self.size - k + 0.15), str(k + 1)))
        return "".join(
            f'<text x="{x:g}" y="{y:g}" font-size="11" text-anchor="middle" '
            f'fill="{_INK}">{text}</text>'
            for x, y, text in texts
        )
