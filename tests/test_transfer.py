"""The probe that says what is left of a trained network, and what of a new one learns."""

from __future__ import annotations

import pytest

from grader import exercises
from grader.exceptions import PlainDataError
from grader.judging.exercise import PUBLIC_SEED
from grader.probing.transfer import transferred

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def case():
    """Give a trained network, and what is done with it."""
    return exercises.get("lab15.transfer").drawn(PUBLIC_SEED)[0]


def _with_head(base, frozen, after_compiling):
    import keras

    def freeze():
        for layer in base.layers:
            layer.trainable = layer.name not in frozen

    if not after_compiling:
        freeze()
    head = keras.layers.Dense(3)(base.layers[-2].output)
    model = keras.Model(base.input, head)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    if after_compiling:
        freeze()
    return model


@pytest.mark.parametrize("after_compiling", [False, True])
def test_what_learns_is_what_a_step_changes(case, after_compiling):
    """A layer that is frozen before the first step is left as it was, and is kept."""
    told = transferred(_with_head, [{"conv1"}, after_compiling], {}, case.extra)
    assert told["learns"] == {"conv1": False, "conv2": True, "scores": False}
    assert told["kept"] == {"conv1": True, "conv2": True, "scores": False}
    assert told["new_learns"]
    assert told["optimizer"] == "Adam"


def test_what_is_no_model_is_named(case):
    """A function that gives back nothing is told so, and not an error of the grader."""
    with pytest.raises(PlainDataError, match="None"):
        transferred(lambda base: None, [], {}, case.extra)
