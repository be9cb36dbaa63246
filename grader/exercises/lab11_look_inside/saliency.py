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
from grader.exercises.lab11_look_inside.shared import (
    CLOSE_ENOUGH,
    CONVERTED,
    INDEXED,
    Score,
    all_scores,
    label_ignored,
    label_of,
    label_zero,
    looker,
    losses,
    other_label,
    planted,
    result,
    scores,
    shares,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
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
        ("a convolutional network", looker(rng, (6, 8, 1)), True),
        ("a convolutional network, colour", looker(rng, (4, 6, 3)), False),
    ]
    cases = []
    for text, net, given in grid:
        image = 0.1 + 0.8 * drawn_image(rng, *net["input_shape"])
        label = 1 if net is plant else other_label(rng, net, image)
        cases.append(Case((image,), {"label": label} if given else {}, text, "", net))
    return cases


def reference(model: Any, img: Any, label: int | None = None) -> Any:
    return _slope_of(scores)(None, model, img, label)


def _slope_of(score: Score) -> Callable[..., Any]:
    """Return the slope of another number than the label's score."""

    def wrong(
        reference: Any, model: Any, img: Any, label: int | None = None
    ) -> np.ndarray:
        own = label_of(model, img, label)
        return slopes(lambda images: score(model, images, own), img)

    return wrong


def _times_image(
    reference: Callable[..., Any], model: Any, img: Any, label: int | None = None
) -> Any:
    return reference(model, img, label) * img


MISTAKES = (
    Mistake(
        "absolute values",
        "Your slopes have lost their sign, which says whether more ink at a pixel "
        "would raise the score or lower it.",
        result(abs),
    ),
    Mistake(
        "sign turned",
        "Your slopes point the other way: positive means that more ink raises the "
        "score.",
        result(np.negative),
    ),
    Mistake(
        "slope of the loss",
        "You took the slope of a loss, as in training. Here it is the score itself.",
        _slope_of(losses),
    ),
    Mistake(
        "slope of the probability",
        "You took the slope behind a softmax, which mixes in all other classes and is "
        "nearly 0 for a sure answer.",
        _slope_of(shares),
    ),
    Mistake(
        "all scores together",
        "A tape that is asked for the slope of several numbers gives the slope of "
        "their sum. Pick the score of the label first.",
        _slope_of(all_scores),
    ),
    Mistake(
        "label ignored",
        "You always explain the class with the largest score. If a `label` is "
        "given, its score counts.",
        label_ignored,
    ),
    Mistake(
        "always class 0",
        "You read the first score, whatever the label.",
        label_zero,
    ),
    Mistake(
        "negative slopes cut off",
        "A pixel where ink would lower the score has a negative slope, and it stays.",
        result(lambda slope: np.maximum(slope, 0)),
    ),
    Mistake(
        "signs only",
        "You kept only the signs. How strong a pixel acts counts too.",
        result(np.sign),
    ),
    Mistake(
        "scaled to 1",
        "You divided by the largest slope. For a picture that is fine; here give the "
        "slopes as they are.",
        result(lambda slope: slope / abs(slope).max()),
    ),
    Mistake(
        "multiplied by the image",
        "Slope times pixel is another map: it is 0 wherever the image is.",
        _times_image,
    ),
    Mistake(
        "batch axis left",
        "Your result still has the axis of the batch, which holds one image.",
        result(lambda slope: slope[None]),
    ),
    Mistake(
        "slope not on the tape",
        "`gradient` gave `None`: its tape knows no path to the first argument from "
        "the second. Run the model on `x` itself, and pick the score while the tape "
        "is running.",
        INDEXED,
    ),
    Mistake(
        "no slope to convert",
        "`gradient` gave `None`: its tape knows no path to the first argument from "
        "the second. Run the model on `x` itself, and pick the score while the tape "
        "is running.",
        CONVERTED,
    ),
    Mistake(
        "channels joined",
        "Each channel of each pixel has a slope: the result has the image's shape.",
        result(lambda slope: abs(slope).max(axis=-1)),
    ),
    Mistake(
        "channel axis dropped",
        "Your result has no axis for the channels: keep the image's shape.",
        result(lambda slope: slope[..., 0]),
    ),
    Mistake(
        "the score itself",
        "You give the score. Its slope says how it answers to a change.",
        lambda reference, model, img, label=None: float(
            scores(model, img[None], label_of(model, img, label))[0]
        ),
    ),
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=CLOSE_ENOUGH,
    probe="on_network",
    time_limit=20.0,
    where=lambda index, img, label=None: (
        f"That is row {index[0]}, column {index[1]}, channel {index[2]} of the image."
        if len(index) == 3
        else ""
    ),
    forbidden=("tensorflow.gradients",),
    mistakes=MISTAKES,
)
