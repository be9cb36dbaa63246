"""The rules of Go that a lab and its game share, and the game against a network."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT

from grader import exercises, go
from grader.exceptions import IllegalMove
from grader.exercises.lab13_a_network_that_captures.shared import random_board
from grader.notebook import board as room
from grader.notebook.board import play

GROUPS = np.array([[1, 1, 0], [2, 0, 0], [0, 0, 2]])


def test_liberties_are_those_of_groups():
    """Stones that touch share them; boards in a stack do not touch."""
    right = np.array([[2, 2, 0], [2, 0, 0], [0, 0, 2]])
    assert np.array_equal(go.liberties(GROUPS), right)
    both = go.liberties(np.stack([GROUPS, GROUPS]))
    assert np.array_equal(both, np.stack([right, right]))
    assert not go.liberties(np.ones((2, 3), int)).any()


def test_a_move_captures():
    """Groups of the other player without liberties are gone, the board given is not."""
    board = np.array([[0, 2, 1], [1, 1, 0]])
    before = board.copy()
    assert go.play(board, 0, 1).tolist() == [[1, 0, 1], [1, 1, 0]]
    assert np.array_equal(board, before)


@pytest.mark.parametrize(
    ("board", "words"),
    [([[1, 0], [0, 0]], "already"), ([[0, 2, 0], [2, 2, 0]], "no liberty")],
)
def test_a_move_that_is_not_legal(board, words):
    """It is refused in words: a point that is taken, and suicide."""
    with pytest.raises(IllegalMove, match=words):
        go.play(np.array(board), 0, 1)


def _tried(board: np.ndarray, player: int) -> dict[int, int]:
    """Give the stones that each legal move takes, by playing it."""
    found = {}
    for move in range(board.size):
        try:
            after = go.play(board, move, player)
        except IllegalMove:
            continue
        found[move] = int((board > 0).sum() + 1 - (after > 0).sum())
    return found


def test_positions_have_one_capture():
    """Of all legal moves exactly the one that is named takes stones."""
    boards, moves = go.positions(40, seed=3)
    assert boards.shape == (40, 9, 9)
    for board, move in zip(boards, moves, strict=True):
        assert [m for m, taken in _tried(board, 1).items() if taken] == [move]
    again, _ = go.positions(40, seed=3)
    assert np.array_equal(boards, again)


def test_the_mask_of_the_task_is_the_rule():
    """What the task says of a point's neighbours is what happens when it is played."""
    rng = np.random.default_rng(5)
    rule = exercises.get("lab13.legal_moves").reference
    for player in (1, 2) * 10:
        board = random_board(rng, *rng.integers(2, 6, 2))
        assert np.flatnonzero(rule(board, player)).tolist() == list(
            _tried(board, player)
        )


@pytest.mark.parametrize("former", sorted(exercises.MOVED))
def test_a_former_id_finds_its_exercise(former):
    """A notebook that was handed out earlier still finds its checks."""
    exercise = exercises.get(former)
    assert exercise.id == exercises.MOVED[former]
    assert former.split(".")[1] not in exercises.names(former.split(".")[0])


def _first_free(board: np.ndarray, player: int) -> np.ndarray:
    return np.arange(board.size, 0, -1)


def test_a_game_by_typed_moves():
    """A move is answered, a wrong one explained, and the first capture ends it."""
    game = play(_first_free, size=3)
    assert "no point 'z9'" in game.move("z9").words
    assert game.move("c1").board.tolist() == [[2, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert "The network plays a3" in game.words
    assert "already" in game.move("A3").words
    game.board = np.array([[2, 1, 0], [0, 0, 0], [0, 0, 1]])
    assert "You have won" in game.move("a2").words
    assert game.board.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert "over" in game.move("b2").words
    game.begin()
    assert not game.board.any()


def test_the_network_captures_and_passes():
    """Its likeliest legal move is played; without one it passes."""
    game = play(_first_free, size=3)
    game.board = np.array([[1, 0, 0], [2, 0, 0], [0, 0, 0]])
    assert "captures 1 stone at b3. It has won" in game.move("c1").words
    game = play(_first_free, size=3)
    game.board = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    assert "passes" in game.move("b2").words


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (lambda board, player: 1 / 0, "ZeroDivisionError"),
        (lambda board, player: [1, 2], "2 numbers for 9 points"),
    ],
)
def test_a_policy_that_fails(policy, words):
    """The game says so, and goes on."""
    assert words in play(policy, size=3).move("a1").words


def test_a_still_board():
    """Where nobody can click, a picture with a name, and the moves as text."""
    game = play(_first_free, size=3).move("b2")
    shown = game._repr_mimebundle_()
    assert "1 black and 1 white" in shown["text/html"]
    assert shown["text/plain"].splitlines()[:2] == [" 3 O . .", " 2 . X ."]


def test_a_click_is_a_move(monkeypatch):
    """The widget sends the number of a point and shows the board after the answer."""
    monkeypatch.setattr(room, "is_someone_there", lambda: True)
    game = play(_first_free, size=3)
    assert "application/vnd.jupyter.widget-view+json" in str(game._repr_mimebundle_())
    widget = game._as_widget()
    widget.chosen = {"move": 4, "number": 1}
    assert widget.state["stones"] == [2, 0, 0, 0, 1, 0, 0, 0, 0]
    assert widget.state["labels"][0] == "a3, white"
    json.dumps(widget.state)
    widget.chosen = {"number": 2}
    assert not any(widget.state["stones"])


def test_the_board_loads_nothing():
    """No address of another host stands in what a browser gets."""
    for name in ("board.js", "board.css"):
        text = (ROOT / "grader" / "notebook" / name).read_text("utf-8")
        assert not re.search(r"https?:|@import|\bimport\b.*\bfrom\b|url\(", text)


def test_stand_ins():
    """Who goes on with them gets the same planes in another order, and true symmetries."""
    from grader.notebook.stand_ins import STAND_INS

    of_lab = [given for id_, given in STAND_INS.items() if id_.startswith("lab13")]
    given = SimpleNamespace(**{name: f for g in of_lab for name, f in g.items()})
    board = np.array([[1, 1, 0], [2, 0, 0], [0, 0, 2]])
    right = exercises.get("lab13.board_planes").reference(board, 2)
    assert np.array_equal(given.board_planes(board, 2), right[..., ::-1])
    kernel = np.arange(18.0).reshape(3, 3, 2)
    alike = exercises.get("lab13.symmetrise_kernel").reference(kernel)
    assert np.allclose(given.symmetrise_kernel(kernel), alike)
    turned = exercises.get("lab13.turn_position").reference
    for number in range(8):
        planes, move = given.turn_position(kernel, 1, number)
        assert np.array_equal(planes, turned(kernel, 1, number)[0])
        assert move == turned(kernel, 1, number)[1]
