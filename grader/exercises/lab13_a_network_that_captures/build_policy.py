"""A policy network without pooling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.networks import (
    BATCH_NORMALISED,
    NO_BIASES_IN_CONVOLUTIONS,
    OTHER_ACTIVATIONS,
    SIGMOID_INSIDE,
    Layer,
    Layers,
    behind_each,
    edited,
    inserting,
    places,
    replacing,
    same_network,
    setting,
)
from grader.exercises.common.wrong import by_default, with_settings
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw planes for the default and for other boards, planes and filters."""
    settings: list[tuple[str, dict[str, Any]]] = [
        ("build_policy(), for 9x9 points and 5 planes", {}),
        ("a board of 7x7", {"size": 7}),
        ("a board of 6x6 with 3 planes", {"size": 6, "channels": 3}),
        ("8 filters", {"filters": 8}),
    ]
    found = []
    for label, kwargs in settings:
        size, channels = kwargs.get("size", 9), kwargs.get("channels", 5)
        inputs = rng.uniform(0, 1, (4, size, size, channels)).astype("float32")
        extra = {"inputs": inputs, "weight_seed": int(rng.integers(2**31))}
        found.append(Case((), kwargs, label, extra=extra))
    return found


def _softmax_per_point(layers: Layers) -> None:
    """Let each point have a softmax of its own: over one channel, it is always 1."""
    del layers[places(layers, "Softmax", "Activation")[-1]]
    layers[places(layers, "Conv2D")[-1]][1].update(activation="softmax")


def _with_dense(edit: Callable[[Layers, int], None]) -> Callable[..., Any]:
    """Return a mistake: a dense layer with a unit for each point, put in by `edit`."""

    def wrong(reference: Callable[..., Any], size: int = 9, **kwargs: Any) -> Any:
        put_in = edited(lambda layers: edit(layers, size * size))
        return put_in(reference, size=size, **kwargs)

    return wrong


def _dense_head(layers: Layers, units: int) -> None:
    """Put a dense layer in place of the 1x1 convolution."""
    place = places(layers, "Conv2D")[-1]
    layers[place:] = [("Flatten", {}), _dense_softmax(units)]


def _dense_behind(layers: Layers, units: int) -> None:
    """Put a dense layer between the flattened map and the softmax."""
    layers[places(layers, "Flatten")[0] + 1 :] = [_dense_softmax(units)]


def _dense_softmax(units: int) -> Layer:
    return "Dense", {"units": units, "activation": "softmax"}


def _pooled(layers: Layers) -> None:
    layers.insert(places(layers, "Conv2D")[1], ("MaxPooling2D", {"pool_size": 2}))


def _softmax_twice(layers: Layers) -> None:
    layers.append(("Softmax", {}))


def _one_more(layers: Layers) -> None:
    place = places(layers, "Conv2D")[1]
    layers.insert(place, (layers[place][0], dict(layers[place][1])))


def _doubled(layers: Layers) -> None:
    for number, place in enumerate(places(layers, "Conv2D")[:-1]):
        layers[place][1]["filters"] *= 2**number


def _last(**settings: Any) -> Any:
    """Return a mistake: other settings in the last convolution."""
    return setting("Conv2D", -1, **settings)


MISTAKES = (
    Mistake(
        "no softmax",
        "Your outputs are plain scores. The task asks for probabilities, which sum to 1 "
        "over all points.",
        edited(lambda layers: layers.__delitem__(slice(-1, None))),
    ),
    Mistake(
        "softmax of each point by itself",
        "Your softmax runs over the last axis, and before Flatten that is a single "
        "channel: all your outputs are 1. The points of the board have to compete with "
        "each other.",
        edited(_softmax_per_point),
    ),
    Mistake(
        "two softmaxes",
        "A softmax of a softmax is nearly flat.",
        edited(_softmax_twice),
    ),
    Mistake(
        "sigmoid in place of the softmax",
        "Each point is judged by itself; the task asks for probabilities that sum to 1.",
        edited(
            lambda layers: layers.__setitem__(
                -1, ("Activation", {"activation": "sigmoid"})
            )
        ),
    ),
    Mistake(
        "dense layer at the end",
        "A dense layer has weights of its own for every point, and learns each place by "
        "itself. The 1x1 convolution uses the same weights everywhere.",
        _with_dense(_dense_head),
    ),
    Mistake(
        "dense layer behind the convolutions",
        "Behind the 1x1 convolution there are scores already, one for each point: "
        "flatten them and take the softmax.",
        _with_dense(_dense_behind),
    ),
    Mistake(
        "pooling added",
        "A pool makes the board smaller, and the network has to answer for every point.",
        edited(_pooled),
    ),
    Mistake(
        "global pooling in place of Flatten",
        "You average over all points, and one number is left. Flatten keeps a score for "
        "each.",
        replacing("Flatten", 0, ("GlobalAveragePooling2D", {})),
    ),
    Mistake(
        "no Flatten",
        "Your answer still has rows and columns. The task asks for one row of all "
        "points.",
        replacing("Flatten", 0),
    ),
    Mistake(
        "padding valid",
        "Without padding every convolution takes a line off each edge, and the last map "
        "is smaller than the board.",
        setting("Conv2D", padding="valid"),
    ),
    Mistake(
        "padding valid in the first convolution",
        "Your first convolution takes a line off each edge of the board.",
        setting("Conv2D", 0, padding="valid"),
    ),
    Mistake(
        "convolutions with stride 2",
        "Your convolutions move two points at a time, so there is no score for every "
        "point.",
        setting("Conv2D", slice(-1), strides=(2, 2)),
    ),
    Mistake(
        "no activation between the layers",
        "Without ReLU the convolutions stay linear, and all of them are one.",
        setting("Conv2D", slice(-1), activation="linear"),
    ),
    Mistake(
        "no ReLU in the first convolution",
        "Your first convolution has no activation; all three have ReLU.",
        setting("Conv2D", 0, activation="linear"),
    ),
    Mistake(
        "no ReLU in the second convolution",
        "Your second convolution has no activation; all three have ReLU.",
        setting("Conv2D", 1, activation="linear"),
    ),
    Mistake(
        "no ReLU in the third convolution",
        "Your third convolution has no activation; all three have ReLU.",
        setting("Conv2D", 2, activation="linear"),
    ),
    Mistake(
        "ReLU on the last convolution",
        "A score may be negative. With ReLU all bad moves get the same score, 0.",
        _last(activation="relu"),
    ),
    SIGMOID_INSIDE,
    *OTHER_ACTIVATIONS,
    Mistake(
        "tanh in place of ReLU",
        "Your convolutions use tanh; the task asks for ReLU.",
        setting("Conv2D", slice(-1), activation="tanh"),
    ),
    Mistake(
        "one convolution too few",
        "Before the 1x1 convolution there are three others.",
        replacing("Conv2D", 0),
    ),
    Mistake(
        "one convolution alone",
        "Before the 1x1 convolution there are three others.",
        edited(lambda layers: layers.__delitem__(slice(0, 2))),
    ),
    Mistake(
        "one convolution too many",
        "Before the 1x1 convolution there are three others, and you have four.",
        edited(_one_more),
    ),
    Mistake(
        "1x1 convolution first",
        "Your 1x1 convolution comes before the others and mixes the planes into a single "
        "one. It belongs at the end, where it makes one score of all filters.",
        edited(
            lambda layers: layers.insert(0, layers.pop(places(layers, "Conv2D")[-1]))
        ),
    ),
    Mistake(
        "1x1 convolution left out",
        "Nothing brings your filters together to one score for each point.",
        replacing("Conv2D", -1),
    ),
    Mistake(
        "3x3 in place of 1x1",
        "Your last convolution looks at the neighbours, too. The task asks for 1x1.",
        _last(kernel_size=(3, 3), padding="same"),
    ),
    Mistake(
        "3x3 in place of 1x1, without padding",
        "Your last convolution looks at the neighbours, too, and takes a line off each "
        "edge of the board. The task asks for 1x1.",
        _last(kernel_size=(3, 3)),
    ),
    Mistake(
        "as many filters at the end as before",
        "Your last convolution has many filters, so each point gets many numbers. One "
        "filter gives one score.",
        edited(
            lambda layers: layers[places(layers, "Conv2D")[-1]][1].update(
                filters=layers[0][1]["filters"]
            )
        ),
    ),
    Mistake(
        "1x1 everywhere",
        "A 1x1 convolution sees one point. To see what stands beside it takes 3x3.",
        setting("Conv2D", kernel_size=(1, 1)),
    ),
    Mistake(
        "5x5 in place of 3x3",
        "The task asks for windows of 3x3.",
        setting("Conv2D", slice(-1), kernel_size=(5, 5)),
    ),
    Mistake(
        "5x5 in the first convolution",
        "AlphaGo's first convolution had 5x5. The task asks for 3x3 in all three.",
        setting("Conv2D", 0, kernel_size=(5, 5)),
    ),
    Mistake(
        "number of filters doubled each time",
        "The number of filters grows in your network. Here all three convolutions have "
        "`filters` filters.",
        edited(_doubled),
    ),
    BATCH_NORMALISED,
    NO_BIASES_IN_CONVOLUTIONS,
    Mistake(
        "no bias in the last convolution",
        "The last convolution has a bias here, as all have by Keras's default.",
        _last(use_bias=False),
    ),
    Mistake(
        "dropout added",
        "Dropout is a good idea for later; this network has none.",
        inserting(-2, "Dropout", rate=0.25),
    ),
    Mistake(
        "dropout behind each convolution",
        "Dropout is a good idea for later; this network has none.",
        behind_each("Conv2D", added=("Dropout", {"rate": 0.25})),
    ),
    Mistake(
        "size of the board fixed",
        "Your network is for boards of 9x9, whatever `size` says.",
        with_settings(size=9),
    ),
    Mistake(
        "number of planes fixed",
        "Your network reads 5 planes, whatever `channels` says.",
        with_settings(channels=5),
    ),
    Mistake(
        "number of filters fixed",
        "Your network has the same number of filters, whatever `filters` says.",
        with_settings(filters=24),
    ),
    Mistake(
        "19x19 by default",
        "Called without arguments, yours is for a board of 19x19; here it is 9x9.",
        by_default(size=19),
    ),
    Mistake(
        "32 filters by default",
        "Called without arguments, yours has another number of filters than the task "
        "says.",
        by_default(filters=32),
    ),
    Mistake(
        "16 filters by default",
        "Called without arguments, yours has another number of filters than the task "
        "says.",
        by_default(filters=16),
    ),
    Mistake(
        "three planes by default",
        "Called without arguments, yours reads another number of planes than the task "
        "says.",
        by_default(channels=3),
    ),
    Mistake(
        "channel axis missing",
        "Conv2D wants rows, columns and channels; your input has only rows and columns.",
        lambda reference, size=9, channels=5, filters=24: _without_channels(size),
    ),
)


def _without_channels(size: int) -> Any:
    import keras

    inputs = keras.Input((size, size))
    return keras.Model(inputs, keras.layers.Conv2D(1, 1)(inputs))


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("size", "channels", "filters"),
    comparison=same_network,
    probe="network",
    time_limit=20.0,
    mistakes=MISTAKES,
)
