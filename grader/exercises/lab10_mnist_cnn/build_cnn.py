"""The network for MNIST."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.networks import (
    AVERAGE_POOLING,
    BATCH_NORMALISED,
    NO_BIASES_IN_CONVOLUTIONS,
    ONE_AVERAGE_POOLING,
    ONE_CLASS_FORGOTTEN,
    ONE_OUTPUT,
    OTHER_ACTIVATIONS,
    OTHER_POOLING,
    SCALED_INSIDE,
    SIGMOID_INSIDE,
    STRIDE_2,
    TWO_SOFTMAXES,
    Layers,
    edited,
    exchanging,
    inserting,
    places,
    replacing,
    same_network,
    setting,
)
from grader.exercises.common.wrong import with_settings
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images for the default and for other sizes, classes and rates of dropout."""
    settings: list[tuple[str, dict[str, Any]]] = [
        ("build_cnn(), for 28x28 grey images", {}),
        ("half of the features dropped", {"dropout": 0.5}),
        # Large enough for wider windows, which then fail by what they compute.
        (
            "seven classes, grey images of 60x64",
            {"num_classes": 7, "input_shape": (60, 64, 1)},
        ),
        # A map of 21 rows: a pooling window that is not whole shows.
        ("colour images of 25x28", {"input_shape": (25, 28, 3), "dropout": 0.3}),
    ]
    cases = []
    for label, kwargs in settings:
        shape = kwargs.get("input_shape", (28, 28, 1))
        inputs = rng.uniform(0, 1, (4, *shape)).astype("float32")
        extra = {"inputs": inputs, "weight_seed": int(rng.integers(2**31))}
        cases.append(Case((), kwargs, label, extra=extra))
    return cases


def _one_convolution_more(layers: Layers) -> None:
    place = places(layers, "Conv2D")[-1]
    layers.insert(place, (layers[place][0], dict(layers[place][1])))


def _pooling_last(layers: Layers) -> None:
    pooling = layers[places(layers, "MaxPooling2D")[0]]
    layers.insert(places(layers, "Flatten")[0], (pooling[0], dict(pooling[1])))


def _dropout_last(layers: Layers) -> None:
    layers.append(layers.pop(places(layers, "Dropout")[0]))


def _second_block_left_out(layers: Layers) -> None:
    place = places(layers, "Conv2D")[1]
    del layers[place : place + 2]


def _rate_of_the_kept(layers: Layers) -> None:
    settings = layers[places(layers, "Dropout")[0]][1]
    settings["rate"] = 1 - settings["rate"]


def _dropped_behind(*numbers: int) -> Callable[..., Any]:
    """Return a mistake: dropout also behind convolutions of these numbers."""

    def edit(layers: Layers) -> None:
        dropout = layers[places(layers, "Dropout")[0]]
        for number in sorted(numbers, reverse=True):
            place = places(layers, "Conv2D")[number]
            layers.insert(place + 1, (dropout[0], dict(dropout[1])))

    return edited(edit)


def _dropped_by(kind: str) -> Callable[..., Any]:
    """Return a mistake: another layer in place of Dropout, before Flatten."""

    def edit(layers: Layers) -> None:
        place = places(layers, "Dropout")[0]
        rate = layers.pop(place)[1]["rate"]
        layers.insert(places(layers, "Flatten")[0], (kind, {"rate": rate}))

    return edited(edit)


def _another_default(rate: float) -> Mistake:
    return Mistake(
        f"{rate} as the default of dropout",
        "Called without arguments your network drops another share than the task says.",
        lambda reference, **kwargs: reference(**{"dropout": rate, **kwargs}),
    )


MISTAKES = (
    Mistake(
        "no Flatten",
        "Your scores still have a height and a width, one set for each position. "
        "Make one long vector of the feature maps before the Dense layer.",
        replacing("Flatten", 0),
    ),
    Mistake(
        "softmax on the last layer",
        "Your outputs are positive and sum to 1; the task asks for plain scores. "
        "With a loss that expects scores you may never notice: Keras looks behind "
        "the softmax and only warns.",
        setting("Dense", -1, activation="softmax"),
    ),
    Mistake(
        "two softmaxes",
        "A softmax of a softmax is nearly flat: the loss could not fall below 1.46. "
        "The task asks for scores, without any.",
        TWO_SOFTMAXES,
    ),
    Mistake(
        "ReLU on the last layer",
        "No score can be negative, so a class that scores 0 gets no gradient any more.",
        setting("Dense", -1, activation="relu"),
    ),
    Mistake(
        "sigmoid on the last layer",
        "Each score is squeezed between 0 and 1 by itself; "
        "the task asks for plain scores.",
        setting("Dense", -1, activation="sigmoid"),
    ),
    ONE_OUTPUT,
    ONE_CLASS_FORGOTTEN,
    Mistake(
        "number of classes fixed at ten",
        "The last layer has ten units whatever `num_classes` says.",
        setting("Dense", -1, units=10),
    ),
    Mistake(
        "softmax inside the network",
        "Your convolutions use softmax, which lets one filter win over the others. "
        "Hidden layers of this network use ReLU.",
        setting("Conv2D", activation="softmax"),
    ),
    Mistake(
        "no activation between the layers",
        "Without ReLU the convolutions stay linear, and two linear layers are one.",
        setting("Conv2D", activation="linear"),
    ),
    Mistake(
        "ReLU in the first convolution only",
        "The second and the third convolution have no activation.",
        setting("Conv2D", slice(1, None), activation="linear"),
    ),
    Mistake(
        "no ReLU in the last convolution",
        "The third convolution has no activation, so it and the dense layer "
        "behind it are one linear step.",
        setting("Conv2D", -1, activation="linear"),
    ),
    Mistake(
        "no ReLU in the first convolution",
        "The first convolution has no activation; all three have ReLU.",
        setting("Conv2D", 0, activation="linear"),
    ),
    Mistake(
        "no ReLU in the second convolution",
        "The second convolution has no activation; all three have ReLU.",
        setting("Conv2D", 1, activation="linear"),
    ),
    SIGMOID_INSIDE,
    *OTHER_ACTIVATIONS,
    Mistake(
        "tanh in place of ReLU",
        "Your convolutions use tanh; the task asks for ReLU.",
        setting("Conv2D", activation="tanh"),
    ),
    Mistake(
        "average pooling",
        "The task asks for the largest value of each window, not the mean.",
        AVERAGE_POOLING,
    ),
    *ONE_AVERAGE_POOLING,
    *OTHER_POOLING,
    STRIDE_2,
    BATCH_NORMALISED,
    NO_BIASES_IN_CONVOLUTIONS,
    Mistake(
        "padding same",
        "Your convolutions keep the size. The task asks for valid padding.",
        setting("Conv2D", padding="same"),
    ),
    Mistake(
        "padding same behind the first convolution",
        "Your first convolution shrinks the image as it should, the others keep the "
        "size. All three have valid padding.",
        setting("Conv2D", slice(1, None), padding="same"),
    ),
    Mistake(
        "pooling padded",
        "Where the size is odd your pooling adds a window that sticks out. "
        "Keras's default is to leave it out.",
        setting("MaxPooling2D", padding="same"),
    ),
    Mistake(
        "second pooling forgotten",
        "There is no pooling between the second and the third convolution.",
        replacing("MaxPooling2D", -1),
    ),
    Mistake(
        "first pooling forgotten",
        "There is no pooling between the first and the second convolution.",
        replacing("MaxPooling2D", 0),
    ),
    Mistake(
        "a third pooling",
        "You pool after the last convolution too. Its maps are small already, "
        "and the task keeps every position of them.",
        edited(_pooling_last),
    ),
    Mistake(
        "one convolution too many",
        "You have four convolutions, the task three. "
        "With valid padding a small image is soon used up.",
        edited(_one_convolution_more),
    ),
    Mistake(
        "third convolution forgotten",
        "There are two convolutions, the task asks for three.",
        replacing("Conv2D", -1),
    ),
    Mistake(
        "second block left out",
        "Between the first pooling and the last convolution something is missing.",
        edited(_second_block_left_out),
    ),
    Mistake(
        "global pooling in place of Flatten",
        "Taking one number per map forgets where it was found. "
        "The task keeps every position.",
        replacing("Flatten", 0, ("GlobalAveragePooling2D", {})),
    ),
    Mistake(
        "numbers of filters in reverse",
        "The first convolution has the filters of the last. The number of filters "
        "grows while the maps get smaller.",
        exchanging("Conv2D", "filters", 0, -1),
    ),
    Mistake(
        "numbers of filters of two layers exchanged",
        "Two neighbouring convolutions have each other's number of filters.",
        exchanging("Conv2D", "filters", 1, 2),
    ),
    Mistake(
        "kernel sizes exchanged",
        "The larger kernel belongs to the first convolution.",
        exchanging("Conv2D", "kernel_size", 0, 1),
    ),
    Mistake(
        "one kernel size for all",
        "All convolutions have the same kernel size; the first one's is larger.",
        setting("Conv2D", 0, kernel_size=(3, 3)),
    ),
    Mistake(
        "kernels of 5x5 everywhere",
        "All convolutions have the same kernel size; only the first one's is that "
        "large.",
        setting("Conv2D", kernel_size=(5, 5)),
    ),
    Mistake(
        "second kernel of 5x5",
        "The second convolution has windows of 3x3.",
        setting("Conv2D", 1, kernel_size=(5, 5)),
    ),
    Mistake(
        "scaled again inside",
        "The model divides its input by 255, and `preprocess` did so already.",
        SCALED_INSIDE,
    ),
    Mistake(
        "a dense layer more",
        "There is a hidden dense layer before the last one. "
        "The task goes from the flattened maps straight to the scores.",
        inserting(-1, "Dense", units=64, activation="relu"),
    ),
    Mistake(
        "dropout after the last layer",
        "Dropping a score tells the loss that a class got 0, whatever the network "
        "thinks. Drop features, before the last layer.",
        edited(_dropout_last),
    ),
    Mistake(
        "dropout forgotten",
        "No layer drops anything in training, whatever `dropout` says.",
        replacing("Dropout", 0),
    ),
    Mistake(
        "dropout rate fixed",
        "The rate does not follow the argument `dropout`.",
        setting("Dropout", rate=0.2),
    ),
    Mistake(
        "dropout rate fixed at a half",
        "The rate does not follow the argument `dropout`.",
        setting("Dropout", rate=0.5),
    ),
    _another_default(0.5),
    _another_default(0.25),
    Mistake(
        "colour images by default",
        "Called without arguments your network is for images with three channels.",
        lambda reference, **kwargs: reference(**{"input_shape": (28, 28, 3), **kwargs}),
    ),
    Mistake(
        "five classes by default",
        "Called without arguments your network has another number of scores than ten.",
        lambda reference, **kwargs: reference(**{"num_classes": 5, **kwargs}),
    ),
    Mistake(
        "dropout in two places",
        "Your network drops twice. The task has one dropout, before the last layer.",
        _dropped_behind(-1),
    ),
    Mistake(
        "dropout in three places",
        "Your network drops three times. The task has one dropout, before the last "
        "layer.",
        _dropped_behind(0, 1),
    ),
    Mistake(
        "dropout in four places",
        "Your network drops behind every convolution too. The task has one dropout, "
        "before the last layer.",
        _dropped_behind(0, 1, 2),
    ),
    Mistake(
        "Gaussian dropout",
        "GaussianDropout multiplies by random numbers and sets nothing to 0. The task "
        "asks for Dropout.",
        _dropped_by("GaussianDropout"),
    ),
    Mistake(
        "whole maps dropped",
        "SpatialDropout2D drops whole feature maps. The task drops single values.",
        _dropped_by("SpatialDropout2D"),
    ),
    Mistake(
        "alpha dropout",
        "AlphaDropout belongs to networks with the activation SELU. The task asks for "
        "Dropout.",
        _dropped_by("AlphaDropout"),
    ),
    Mistake(
        "share kept given as share dropped",
        "The rate is the share that is dropped, not the share that stays.",
        edited(_rate_of_the_kept),
    ),
    Mistake(
        "channel axis missing",
        "Conv2D wants images with height, width and channels; "
        "your input has only height and width.",
        lambda reference, **kwargs: reference(
            **{**kwargs, "input_shape": kwargs.get("input_shape", (28, 28))[:2]}
        ),
    ),
    Mistake(
        "shape of the images fixed",
        "Your model takes images of 28x28 with one channel, whatever `input_shape` "
        "says.",
        with_settings(input_shape=(28, 28, 1)),
    ),
)
EXERCISE = Exercise(
    points=5,
    cases=cases,
    reference=FROM_SOLUTION,
    comparison=same_network,
    probe="network",
    time_limit=20.0,
    mistakes=MISTAKES,
)
