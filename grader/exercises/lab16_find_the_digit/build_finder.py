"""The classifier as a network of convolutions that reads any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.networks import (
    AVERAGE_POOLING,
    BATCH_NORMALISED,
    NO_BIASES_IN_CONVOLUTIONS,
    ONE_AVERAGE_POOLING,
    OTHER_ACTIVATIONS,
    OTHER_POOLING,
    Layers,
    edited,
    exchanging,
    inserting,
    places,
    replacing,
    same_network,
    setting,
)
from grader.exercises.common.wrong import by_default, with_settings
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw pages for the default and for other sizes and numbers of classes."""
    settings: list[tuple[str, dict[str, Any], tuple[int, int]]] = [
        # Large enough for wider windows, which then fail by what they compute.
        ("build_finder(), for a page of 64x76", {}, (64, 76)),
        ("build_finder(), for images of 28x28", {}, (28, 28)),
        # Two poolings leave a rest here, so that a padded one shows.
        ("ten classes, pages of 51x38", {"num_classes": 10}, (51, 38)),
        ("three classes, pages of 33x49", {"num_classes": 3}, (33, 49)),
    ]
    cases = []
    for label, kwargs, shape in settings:
        inputs = rng.uniform(0, 1, (2, *shape, 1)).astype("float32")
        extra = {"inputs": inputs, "weight_seed": int(rng.integers(2**31))}
        cases.append(Case((), kwargs, label, extra=extra))
    return cases


def _for_images_of(*shape: int | None) -> Callable[..., Any]:
    """Return a mistake: the right layers, for inputs of a shape."""

    def wrong(reference: Callable[..., Any], **kwargs: Any) -> Any:
        import keras

        layers = [
            type(layer).from_config({**layer.get_config(), "name": f"layer_{number}"})
            for number, layer in enumerate(reference(**kwargs).layers)
        ]
        # Not Sequential, which does not ask for the size of what it reads.
        x = inputs = keras.Input(shape)
        for layer in layers:
            x = layer(x)
        return keras.Model(inputs, x)

    return wrong


def _dense_for(number: int, *before: tuple[str, dict[str, Any]]) -> Callable[..., Any]:
    """Return a mistake: from a convolution of this number on, dense layers.

    Args:
        number: among the convolutions.
        before: layers put before the first dense one.
    """

    def edit(layers: Layers) -> None:
        found = places(layers, "Conv2D")[number:]
        for place in found:
            settings = layers[place][1]
            dense = {key: settings[key] for key in ("activation",)}
            layers[place] = ("Dense", {"units": settings["filters"], **dense})
        layers[found[0] : found[0]] = list(before)

    return edited(edit)


def _the_classifier(reference: Callable[..., Any], **kwargs: Any) -> Any:
    import keras

    *front, hidden, scores = reference(**kwargs).layers
    kinds = [(type(layer), layer.get_config()) for layer in front]
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *(kind.from_config(settings) for kind, settings in kinds),
            keras.layers.Flatten(),
            keras.layers.Dense(hidden.filters, activation="relu"),
            keras.layers.Dense(scores.filters),
        ]
    )


def _head_exchanged(layers: Layers) -> None:
    hidden, scores = (layers[place][1] for place in places(layers, "Conv2D")[2:])
    for key in ("filters", "activation"):
        hidden[key], scores[key] = scores[key], hidden[key]


def _pooling_last(layers: Layers) -> None:
    pooling = layers[places(layers, "MaxPooling2D")[0]]
    layers.insert(places(layers, "Conv2D")[2], (pooling[0], dict(pooling[1])))


MISTAKES = (
    Mistake(
        "Flatten and Dense kept",
        "A dense layer has a weight for each value of its input, so Keras has to know "
        "how many there will be. With pages of any size nobody knows.",
        _dense_for(2, ("Flatten", {})),
    ),
    Mistake(
        "fixed to one size",
        "Your network reads images of one size and refuses others. `None` stands for a "
        "size that is not known yet.",
        _for_images_of(28, 28, 1),
    ),
    Mistake(
        "three channels",
        "Your network is for colour images; the pages have one channel.",
        _for_images_of(None, None, 3),
    ),
    Mistake(
        "dense layers at each place",
        "Keras applies a dense layer without `Flatten` to each place on its own, so "
        "yours never sees 5x5 places together.",
        _dense_for(2),
    ),
    Mistake(
        "last dense layer kept",
        "The last layer computes the right thing, and its weights have no place for "
        "height and width. The task asks for a `Conv2D` with filters of 1x1.",
        _dense_for(3),
    ),
    Mistake(
        "filters of 1x1 for the first dense layer",
        "One unit of the first dense layer looked at all places of the maps. A filter "
        "of 1x1 looks at one.",
        setting("Conv2D", 2, kernel_size=(1, 1)),
    ),
    Mistake(
        "filters of 3x3 for the first dense layer",
        "A filter has to be as large as the maps that `Flatten` read. Look up their "
        "size in the summary.",
        setting("Conv2D", 2, kernel_size=(3, 3)),
    ),
    Mistake(
        "filters of 4x4 for the first dense layer",
        "A filter has to be as large as the maps that `Flatten` read. Look up their "
        "size in the summary.",
        setting("Conv2D", 2, kernel_size=(4, 4)),
    ),
    Mistake(
        "filters of 10x10 for the first dense layer",
        "That is the size of the maps before the second pooling. `Flatten` read the maps "
        "behind it.",
        setting("Conv2D", 2, kernel_size=(10, 10)),
    ),
    Mistake(
        "filters of 7x7 for the first dense layer",
        'Maps of 7x7 are those of a network with padding. Here the padding is "valid"; '
        "the summary says what is left.",
        setting("Conv2D", 2, kernel_size=(7, 7)),
    ),
    Mistake(
        "last filters as large as the first ones",
        "The second dense layer read 48 numbers of one place, so its filters are 1x1.",
        setting("Conv2D", 3, kernel_size=(5, 5), padding="same"),
    ),
    Mistake(
        "last filters of 5x5",
        "The second dense layer read 48 numbers of one place, so its filters are 1x1.",
        setting("Conv2D", 3, kernel_size=(5, 5)),
    ),
    Mistake(
        "last filters of 3x3",
        "The second dense layer read 48 numbers of one place, so its filters are 1x1.",
        setting("Conv2D", 3, kernel_size=(3, 3)),
    ),
    Mistake(
        "averaged at the end",
        "Global pooling makes one answer for the whole page. The task asks for one at "
        "each place.",
        edited(lambda layers: layers.append(("GlobalAveragePooling2D", {}))),
    ),
    Mistake(
        "largest score of the page",
        "Global pooling makes one answer for the whole page. The task asks for one at "
        "each place.",
        edited(lambda layers: layers.append(("GlobalMaxPooling2D", {}))),
    ),
    Mistake(
        "averaged before the last layer",
        "Global pooling forgets where something was found, and the task asks for scores "
        "at each place.",
        inserting(-1, "GlobalAveragePooling2D", keepdims=True),
    ),
    Mistake(
        "global pooling in place of Flatten",
        "Global pooling makes one place of the whole page, and no answer says where "
        "anything is. A filter of 5x5 keeps the places, and slides.",
        _dense_for(2, ("GlobalAveragePooling2D", {})),
    ),
    Mistake(
        "axis of the channels missing",
        "An image has three axes: height, width and channels, of which there is one.",
        _for_images_of(None, None),
    ),
    Mistake(
        "classifier returned",
        "Your network has a `Flatten` and reads images of 28x28 alone. Convolutions take "
        "the place of its head.",
        _the_classifier,
    ),
    Mistake(
        "as many filters as values",
        "`Flatten` writes 400 values, and each filter reads them all. How many units read "
        "them?",
        setting("Conv2D", 2, filters=400),
    ),
    Mistake(
        "scores before the hidden units",
        "Your head begins with the scores. The classifier ends with them: first its 48 "
        "units, then a score for each class.",
        edited(_head_exchanged),
    ),
    Mistake(
        "flattened at the end",
        "Your scores are one long row for each page. The task asks for them at each "
        "place: (n, rows, columns, num_classes).",
        edited(lambda layers: layers.append(("Flatten", {}))),
    ),
    Mistake(
        "softmax at the end",
        "Your outputs are positive and sum to 1; the task asks for plain scores, as the "
        "classifier gives them.",
        setting("Conv2D", -1, activation="softmax"),
    ),
    Mistake(
        "ReLU at the end",
        "No score of yours can be negative. The last layer of the classifier has no "
        "activation.",
        setting("Conv2D", -1, activation="relu"),
    ),
    Mistake(
        "sigmoid at the end",
        "Each score is squeezed between 0 and 1; the task asks for plain scores.",
        setting("Conv2D", -1, activation="sigmoid"),
    ),
    Mistake(
        "ReLU of the first dense layer forgotten",
        "The first dense layer has an activation, and the convolution in its place has "
        "none.",
        setting("Conv2D", 2, activation="linear"),
    ),
    Mistake(
        "no ReLU in the first convolutions",
        "The first two convolutions of the classifier have an activation.",
        setting("Conv2D", slice(2), activation="linear"),
    ),
    Mistake(
        "no ReLU at all",
        "Without an activation your layers are one linear step (lab 07).",
        setting("Conv2D", activation="linear"),
    ),
    *OTHER_ACTIVATIONS,
    Mistake(
        "padding same",
        'Your convolutions put zeros around the page. All paddings are "valid".',
        setting("Conv2D", padding="same"),
    ),
    Mistake(
        "padding same in the first convolutions",
        'Your first convolutions keep the size. All paddings are "valid".',
        setting("Conv2D", slice(2), padding="same"),
    ),
    Mistake(
        "padding same in place of Flatten",
        "The large filters reach over the border of the maps. All paddings are "
        '"valid": they stop where they no longer fit.',
        setting("Conv2D", 2, padding="same"),
    ),
    Mistake(
        "poolings padded",
        "Where a size is odd your poolings add a window that sticks out. All paddings "
        'are "valid".',
        setting("MaxPooling2D", padding="same"),
    ),
    Mistake(
        "large filters with a stride",
        "Your large filters jump over places, so windows are left out. A convolution "
        "that replaces a dense layer moves place by place.",
        setting("Conv2D", 2, strides=(5, 5)),
    ),
    Mistake(
        "large filters with stride 2",
        "Your large filters jump over places, so windows are left out. A convolution "
        "that replaces a dense layer moves place by place.",
        setting("Conv2D", 2, strides=(2, 2)),
    ),
    Mistake(
        "number of classes fixed",
        "The network has eleven scores, whatever `num_classes` says.",
        with_settings(num_classes=11),
    ),
    Mistake(
        "number of classes fixed at ten",
        "The network has ten scores, whatever `num_classes` says.",
        with_settings(num_classes=10),
    ),
    Mistake(
        "ten classes by default",
        "Called without an argument your network has ten scores. The stub says how many "
        "there are by default.",
        by_default(num_classes=10),
    ),
    Mistake(
        "one score at each place",
        "Your last layer has one filter. There is one for each class.",
        setting("Conv2D", -1, filters=1),
    ),
    Mistake(
        "dense layer forgotten",
        "Between the second pooling and the last layer something is missing: the first "
        "dense layer with its 48 units.",
        replacing("Conv2D", 2),
    ),
    Mistake(
        "both dense layers in one",
        "You go from the maps to the scores in one step. The classifier has 48 units in "
        "between.",
        edited(
            lambda layers: layers.__setitem__(
                slice(places(layers, "Conv2D")[2], None),
                [
                    (
                        "Conv2D",
                        {
                            "filters": layers[-1][1]["filters"],
                            "kernel_size": (5, 5),
                        },
                    )
                ],
            )
        ),
    ),
    Mistake(
        "too few units",
        "The first dense layer has 48 units, so there are as many filters in its place.",
        setting("Conv2D", 2, filters=32),
    ),
    Mistake(
        "a third pooling",
        "You pool once more before the large filters. The classifier does not.",
        edited(_pooling_last),
    ),
    Mistake(
        "first pooling forgotten",
        "There is no pooling behind the first convolution.",
        replacing("MaxPooling2D", 0),
    ),
    Mistake(
        "second pooling forgotten",
        "There is no pooling behind the second convolution.",
        replacing("MaxPooling2D", -1),
    ),
    Mistake(
        "numbers of filters exchanged",
        "The first two convolutions have each other's number of filters.",
        exchanging("Conv2D", "filters", 0, 1),
    ),
    Mistake(
        "kernel sizes exchanged",
        "The first two convolutions have each other's kernel size.",
        exchanging("Conv2D", "kernel_size", 0, 1),
    ),
    Mistake(
        "average pooling",
        "Your poolings take the mean of each window. The classifier takes the largest "
        "value.",
        AVERAGE_POOLING,
    ),
    *ONE_AVERAGE_POOLING,
    *OTHER_POOLING,
    BATCH_NORMALISED,
    NO_BIASES_IN_CONVOLUTIONS,
    Mistake(
        "dropout added",
        "The classifier drops nothing, and this network is to compute the same.",
        inserting(-1, "Dropout", rate=0.5),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=FROM_SOLUTION,
    comparison=same_network,
    probe="network",
    mistakes=MISTAKES,
)
