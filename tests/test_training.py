"""The curve below a cell that trains: what it says, what it draws, and when it is silent."""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader import training
from grader.graded import OUTSIDE_VARIABLE
from grader.notice import Notice
from grader.training import Curve, live, watched


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_how_far_and_how_long():
    """The rest takes as long as what is done, in proportion."""
    clock = _Clock()
    curve = Curve("network", clock=clock)
    curve.begin(epochs=4, steps=10)
    assert curve.words == "network: epoch 1 of 4"
    clock.now = 0.1
    assert not curve.advance(1)
    clock.now = 3.0
    assert curve.advance(10)
    assert curve.words == "network: epoch 1 of 4, about 9 s left"
    curve.add({"loss": 0.5, "val_loss": 0.7})
    losses = "loss 0.500, validation loss 0.700 (dashed)"
    assert curve.words == f"network: epoch 2 of 4, {losses}, about 9 s left"
    curve.losses["val_loss"].clear()
    for loss in (0.4, 0.3, 0.2):
        clock.now += 3
        curve.add({"loss": loss})
    assert curve.words == "network: 4 epochs in 12 s, loss 0.200"
    curve.begin(epochs=1, steps=None)
    assert curve.words == "network 2: epoch 1 of 1"
    curve.add({"loss": 0.1})
    assert curve.words == "network 2: 1 epoch in 0 s, loss 0.100"


def test_several_calls_as_one_training():
    """Epochs that are trained one by one are counted together."""
    curve = Curve(epochs=3, clock=_Clock())
    for number in range(1, 4):
        curve.begin(epochs=1, steps=5)
        assert curve.words.startswith(f"epoch {number} of 3")
        curve.add({"loss": 1 / number})
    assert curve.words == "3 epochs in 0 s, loss 0.333"


def test_stopped_early():
    """A training that a callback ends says after how many epochs, and waits for none."""
    curve = Curve("network", clock=_Clock())
    curve.begin(epochs=25, steps=4)
    for loss in (0.4, 0.3):
        curve.add({"loss": loss})
    assert curve.end()
    assert curve.words == "network: stopped after 2 of 25 epochs in 0 s, loss 0.300"
    together = Curve(epochs=3, clock=_Clock())
    together.begin(epochs=1, steps=4)
    together.add({"loss": 0.4})
    assert not together.end()
    assert together.words.startswith("epoch 2 of 3")


@pytest.mark.parametrize("losses", [[], [1.0], [2.0, 1.0], [0.0, 0.0], [1e9, np.nan]])
def test_what_is_drawn(losses):
    """A drawing without scripts, with words for who does not see it, whatever the loss."""
    curve = Curve("<b>", clock=_Clock())
    curve.begin(epochs=5, steps=None)
    for loss in losses:
        curve.add({"loss": loss, "val_loss": loss})
    page = curve._repr_html_()
    assert page.count("<polyline") == 2 * (len(losses) > 1)
    assert "<b>" not in page
    assert "nan" not in page.partition("</svg>")[0].partition("<svg")[2]
    assert 'role="img" aria-label="&lt;b&gt;: epoch' in page


@pytest.fixture
def model():
    """Give a network of one weight, and what it learns from."""
    import keras

    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    network.compile("sgd", "mse")
    return network


def _fit(model, **options):
    x = np.ones((8, 1))
    model.fit(x, x, batch_size=4, epochs=2, verbose=0, **options)


@pytest.mark.slow
def test_in_a_terminal_a_line(model, capsys):
    """Where nothing can be drawn, each training ends with a line."""
    _fit(watched(model, "mine"))
    assert re.match(r"mine: 2 epochs in \d+ s, loss ", capsys.readouterr().out)


@pytest.mark.slow
def test_in_a_notebook_one_place(model, monkeypatch):
    """What is shown takes the place of the last; where a class is graded, nothing is."""
    shown = []
    monkeypatch.setattr(Notice, "can_change", staticmethod(lambda: True))
    monkeypatch.setattr(Notice, "show", lambda self, thing: shown.append((self, thing)))
    monkeypatch.setattr(training, "_SECONDS", 0.0)
    watch = live()
    _fit(model, callbacks=[watch])
    _fit(model, callbacks=[watch])
    assert len(shown) == 2 * (2 + 4 + 1)  # each epoch, each batch, and the end
    assert len(set(shown)) == 1
    monkeypatch.setenv(OUTSIDE_VARIABLE, "1")
    _fit(watched(model), callbacks=[live()])
    assert len(shown) == 14
