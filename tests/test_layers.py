"""A wrong network stands beside the right one, layer by layer."""

from __future__ import annotations

import pytest

from grader import exercises
from grader.course.sanitise import clean
from grader.exercises.answers import answers_for
from grader.judging.judge import judge
from grader.judging.layers import side_by_side
from grader.judging.render import EXAMPLE, IDEA, to_html, to_text
from grader.judging.subject import InProcess
from grader.judging.verdict import LayerPair, Verdict

RIGHT = [
    {"class": "Conv2D", "filters": 6, "activation": "tanh"},
    {"class": "MaxPooling2D", "pool_size": [2, 2]},
    {"class": "Flatten"},
    {"class": "Dense", "units": 10, "activation": "linear"},
]


def test_the_same_layers_are_no_table():
    """Nothing is shown where the difference is none of layers."""
    assert side_by_side(RIGHT, [dict(layer) for layer in RIGHT]) == ()


def test_a_setting():
    """Of a layer of the same kind the setting is told that differs."""
    yours = [*RIGHT[:3], {**RIGHT[3], "activation": "softmax"}]
    pairs = side_by_side(RIGHT, yours)
    assert [pair.same for pair in pairs] == [True, True, True, False]
    assert pairs[3].right == "Dense of 10, activation linear"
    assert pairs[3].yours == "Dense of 10, activation softmax"


def test_missing_and_too_many():
    """What has no partner stands alone, and what follows stands beside its own again."""
    missing = side_by_side(RIGHT, [RIGHT[0], *RIGHT[2:]])
    assert missing[1] == LayerPair("MaxPooling2D of 2", "", same=False)
    assert missing[2].same
    more = side_by_side(RIGHT, [RIGHT[0], RIGHT[0], *RIGHT[1:]])
    assert [pair.right for pair in more if not pair.same] == [""]
    assert len(more) == len(RIGHT) + 1


def test_the_card_marks_the_first():
    """With the example comes the table; it survives the journal and the feedback page."""
    yours = [{**RIGHT[0], "filters": 8}, *RIGHT[1:3]]
    layers = side_by_side(RIGHT, yours)
    verdict = Verdict("lab99.f", "failed", 0.0, 4, "Not yet.", layers=layers)
    assert Verdict.from_json(verdict.to_json()) == verdict
    page = to_html(verdict, EXAMPLE)
    assert page.count("<td><strong>") == 2
    assert (
        "<td><strong>Conv2D of 6</strong></td><td><strong>Conv2D of 8</strong>" in page
    )
    assert "<em>nothing</em>" in page
    assert clean(page).count("<td>") == page.count("<td>")
    assert "Conv2D of 6 | Conv2D of 8" in to_text(verdict, EXAMPLE)
    assert "side by side" in to_html(verdict, IDEA)
    assert "Conv2D of 6" not in to_html(verdict, IDEA) + to_text(verdict, IDEA)


@pytest.mark.slow
def test_of_a_students_network():
    """The judge lays the layers of the first wrong network beside the right ones."""
    import keras

    def build_lenet(*args, **kwargs):
        image = keras.Input((28, 28, 1))
        return keras.Sequential([image, keras.layers.Flatten(), keras.layers.Dense(10)])

    exercise = exercises.get("lab09.build_lenet")
    subject = InProcess({exercise.name: build_lenet})
    verdict = judge(exercise, subject, answers_for(exercise))
    assert "Flatten" in [pair.yours for pair in verdict.layers if pair.same]
    assert verdict.layers[0].right.startswith("Conv2D of 6")
    assert verdict.layers[0].yours == ""
