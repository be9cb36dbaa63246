"""How much a score changes with each pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.toy import (
    FLATTEN,
    Toy,
    dense_layer,
    drawn_image,
    slopes,
    toy,
)
from grader.exercises.common.wrong import after
from grader.exercises.lab11_look_inside.shared import (
    BATCH_MISSING,
    CLOSE_ENOUGH,
    WRONG_LABELS,
    Score,
    explained_label,
    fresh_copy,
    label_losses,
    label_probabilities,
    label_scores,
    off_the_tape,
    other_label,
    planted,
    small_network,
    summed_scores,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw networks and images, with labels that are mostly not the network's answer."""
    linear = toy(rng, (3, 5, 1), FLATTEN, dense_layer("scores", 4))
    plant = planted((4, 3), 2, {(1, 2, 1): 3.0, (3, 0, 1): -2.0, (0, 0, 0): 5.0})
    two = toy(
        rng, (4, 5, 2), FLATTEN, dense_layer("hidden", 6, "tanh"), dense_layer("out", 3)
    )
    grid: list[tuple[str, Toy, bool]] = [
        ("a linear network, a label that is not the best", linear, True),
        ("a linear network, its own answer", linear, False),
        ("two planted pixels, label 1", plant, True),
        ("two layers, two channels", two, True),
        ("a convolutional network", small_network(rng, (6, 8, 1)), True),
        ("a convolutional network, colour", small_network(rng, (4, 6, 3)), False),
    ]
    cases = []
    for text, net, given in grid:
        image = 0.1 + 0.8 * drawn_image(rng, *net["input_shape"])
        label = 1 if net is plant else other_label(rng, net, image)
        cases.append(Case((image,), {"label": label} if given else {}, text, "", net))
    return cases


def reference(model: Any, img: Any, label: int | None = None) -> Any:
    """Return the slope of the label's score by each value, (rows, columns, channels)."""
    return _slopes_of(label_scores, model, img, label)


def where(index: tuple[int, ...], img: Any, label: int | None = None) -> str:
    """Return in words which pixel the slope at `index` belongs to."""
    if len(index) != 3:
        return ""
    row, column, channel = index
    return f"That is row {row}, column {column}, channel {channel} of the image."


def _slopes_of(score: Score, model: Any, img: Any, label: int | None = None) -> Any:
    own = explained_label(model, img, label)
    return slopes(lambda images: score(model, images, own), img)


def _slope_of(score: Score) -> Callable[..., Any]:
    """Return a mistake: the slope of another number than the label's score."""
    return lambda reference, *args, **kwargs: _slopes_of(score, *args, **kwargs)


def _times_image(
    reference: Callable[..., Any], model: Any, img: Any, label: int | None = None
) -> Any:
    return reference(model, img, label) * img


def _score_itself(
    reference: Callable[..., Any], model: Any, img: Any, label: int | None = None
) -> Any:
    own = explained_label(model, img, label)
    return float(label_scores(model, img[None], own)[0])


def _in_training(
    reference: Callable[..., Any], model: Any, img: Any, label: int | None = None
) -> Any:
    import tensorflow as tf

    own, images = explained_label(model, img, label), tf.constant(img[None])
    with tf.GradientTape() as tape:
        tape.watch(images)
        score = fresh_copy(model)(images, training=True)[0, own]
    return np.asarray(tape.gradient(score, images)[0])


MISTAKES = (
    Mistake(
        "absolute values",
        "Your slopes have lost their sign, which says whether more ink at a pixel "
        "would raise the score or lower it.",
        after(abs),
    ),
    Mistake(
        "sign turned",
        "Your slopes point the other way: positive means that more ink raises the "
        "score.",
        after(np.negative),
    ),
    Mistake(
        "slope of the loss",
        "You took the slope of a loss, as in training. Here it is the score itself.",
        _slope_of(label_losses),
    ),
    Mistake(
        "slope of the log-probability",
        "You took the slope of the logarithm of a probability, which mixes in all other "
        "classes. Here it is the score itself.",
        _slope_of(lambda *args: -label_losses(*args)),
    ),
    Mistake(
        "slope of the probability",
        "You took the slope behind a softmax, which mixes in all other classes and is "
        "nearly 0 for a sure answer.",
        _slope_of(label_probabilities),
    ),
    Mistake(
        "all scores together",
        "A tape that is asked for the slope of several numbers gives the slope of "
        "their sum. Pick the score of the label first.",
        _slope_of(summed_scores),
    ),
    *WRONG_LABELS,
    Mistake(
        "negative slopes cut off",
        "A pixel where ink would lower the score has a negative slope, and it stays.",
        after(lambda slope: np.maximum(slope, 0)),
    ),
    Mistake(
        "signs only",
        "You kept only the signs. How strong a pixel acts counts too.",
        after(np.sign),
    ),
    Mistake(
        "scaled to 1",
        "You divided by the largest slope. For a picture that is fine; here give the "
        "slopes as they are.",
        after(lambda slope: slope / abs(slope).max()),
    ),
    Mistake(
        "multiplied by the image",
        "Slope times pixel is another map: it is 0 wherever the image is.",
        _times_image,
    ),
    Mistake(
        "batch axis left",
        "Your result still has the axis of the batch, which holds one image.",
        after(lambda slope: slope[None]),
    ),
    BATCH_MISSING,
    *off_the_tape(
        "Run the model on `x` itself, and pick the score while the tape is running."
    ),
    Mistake(
        "channels joined",
        "Each channel of each pixel has a slope: the result has the image's shape.",
        after(lambda slope: abs(slope).max(axis=-1)),
    ),
    Mistake(
        "largest of the channels",
        "Each channel of each pixel has a slope: the result has the image's shape.",
        after(lambda slope: slope.max(axis=-1)),
    ),
    Mistake(
        "channels added up",
        "Each channel of each pixel has a slope: the result has the image's shape.",
        after(lambda slope: slope.sum(axis=-1)),
    ),
    Mistake(
        "channels averaged",
        "Each channel of each pixel has a slope: the result has the image's shape.",
        after(lambda slope: slope.mean(axis=-1)),
    ),
    Mistake(
        "channel axis dropped",
        "Your result has no axis for the channels: keep the image's shape.",
        after(lambda slope: slope[..., 0]),
    ),
    Mistake(
        "dropout left on",
        "With `training=True` the network drops values at random, which is for "
        "learning only.",
        _in_training,
    ),
    Mistake(
        "the score itself",
        "You give the score. Its slope says how it answers to a change.",
        _score_itself,
    ),
    Mistake(
        "scaled from 0 to 1",
        "You scale the slopes, and so lose where they change their sign.",
        after(lambda slopes: (slopes - slopes.min()) / np.ptp(slopes)),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=CLOSE_ENOUGH,
    probe="on_network",
    time_limit=20.0,
    where=where,
    forbidden=("tensorflow.gradients",),
    mistakes=MISTAKES,
)
