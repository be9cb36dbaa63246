"""LeNet-5 in Keras."""

from __future__ import annotations

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
from grader.exercises.common.wrong import with_arguments
from grader.judging.compare import Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw small images, colour images of another shape, and large ones of any width."""
    side = int(rng.integers(44, 50))
    # The last is large enough for a third block, which then fails by its weights.
    grid: list[tuple[Any, ...]] = [(), ((20, 26, 3), 7), ((side, 44, 2), 5)]
    cases = []
    for args in grid:
        shape = args[0] if args else (28, 28, 1)
        inputs = rng.uniform(0, 1, (3, *shape)).astype("float32")
        extra = {"inputs": inputs, "weight_seed": int(rng.integers(2**31))}
        label = f"build_lenet({', '.join(map(str, args))})"
        cases.append(Case(args, label=label, extra=extra))
    return cases


def _lenets(expected: Any, actual: Any) -> Difference | None:
    """Compare networks; any dropout is as wrong as any other here."""
    replies = (
        {**reply, "dropout_rates": [0.5] if any(reply["dropout_rates"]) else []}
        for reply in (expected, actual)
    )
    return same_network(*replies)


def _block_more(layers: Layers) -> None:
    place = places(layers, "Flatten")[0]
    layers[place:place] = [(kind, dict(s)) for kind, s in layers[place - 2 : place]]


def _convolved_to_120(layers: Layers) -> None:
    """Write the first dense layer as a convolution, as the first LeNet did."""
    flatten, dense = layers[places(layers, "Flatten")[0] :][:2]
    place = layers.index(flatten)
    settings = {"kernel_size": (5, 5), "activation": "relu"}
    convolution = ("Conv2D", {"filters": dense[1]["units"], **settings})
    layers[place : place + 2] = [convolution, flatten]


def _leaky_dense(layers: Layers) -> None:
    place = places(layers, "Dense")[0]
    layers[place][1].update(activation="linear")
    layers.insert(place + 1, ("LeakyReLU", {}))


_WEIGHTED = ("Conv2D", "Dense")


def _as_in_1998(layers: Layers) -> None:
    for place in places(layers, *_WEIGHTED)[:-1]:
        layers[place][1].update(activation="tanh")
    for place in places(layers, "MaxPooling2D"):
        layers[place] = ("AveragePooling2D", layers[place][1])


MISTAKES = (
    Mistake(
        "no Flatten",
        "Your scores still have a height and a width: a dense layer works along the "
        "last axis only. Write the feature maps as one row of numbers first.",
        replacing("Flatten", 0),
    ),
    Mistake(
        "global pooling in place of Flatten",
        "One number per map forgets where it was found, and the dense layer loses "
        "most of its weights.",
        replacing("Flatten", 0, ("GlobalAveragePooling2D", {})),
    ),
    Mistake(
        "first convolution without padding",
        "The first convolution should keep the size. As a check, the default model "
        "has 61,706 parameters; yours has fewer.",
        setting("Conv2D", 0, padding="valid"),
    ),
    Mistake(
        "both convolutions padded",
        "Only the first convolution keeps the size.",
        setting("Conv2D", padding="same"),
    ),
    Mistake(
        "softmax on the last layer",
        "The outputs are positive and sum to 1; the task asks for plain scores. "
        "Accuracy would never tell you.",
        setting("Dense", -1, activation="softmax"),
    ),
    Mistake(
        "two softmaxes",
        "A softmax of a softmax is nearly flat, and the loss cannot fall below 1.46. "
        "The task asks for scores, without any.",
        TWO_SOFTMAXES,
    ),
    Mistake(
        "ReLU on the last layer",
        "No score can be negative, and a class at 0 gets no gradient any more.",
        setting("Dense", -1, activation="relu"),
    ),
    Mistake(
        "sigmoid on the last layer",
        "Each score is squeezed between 0 and 1; the task asks for plain scores.",
        setting("Dense", -1, activation="sigmoid"),
    ),
    ONE_OUTPUT,
    ONE_CLASS_FORGOTTEN,
    Mistake(
        "number of classes fixed at ten",
        "The last layer has ten units whatever `classes` says.",
        setting("Dense", -1, units=10),
    ),
    Mistake(
        "softmax inside the network",
        "Your convolutions use softmax, which makes the filters compete at each "
        "position. Hidden layers of this network use ReLU.",
        setting("Conv2D", activation="softmax"),
    ),
    Mistake(
        "no activation at all",
        "Without ReLU, layers that follow each other are as good as one.",
        setting(_WEIGHTED, activation="linear"),
    ),
    Mistake(
        "no activation in the convolutions",
        "The convolutions are linear; each is followed by ReLU.",
        setting("Conv2D", activation="linear"),
    ),
    Mistake(
        "no activation in the dense layers",
        "The hidden dense layers are linear, so all three could be one.",
        setting("Dense", activation="linear"),
    ),
    Mistake(
        "no activation in the first convolution",
        "The first convolution is linear; both are followed by ReLU.",
        setting("Conv2D", 0, activation="linear"),
    ),
    Mistake(
        "no activation in the second convolution",
        "The second convolution is linear; both are followed by ReLU.",
        setting("Conv2D", 1, activation="linear"),
    ),
    Mistake(
        "no activation in the first dense layer",
        "The dense layer of 120 units is linear; both hidden ones are followed by "
        "ReLU.",
        setting("Dense", 0, activation="linear"),
    ),
    Mistake(
        "no activation in the second dense layer",
        "The dense layer of 84 units is linear; both hidden ones are followed by ReLU.",
        setting("Dense", 1, activation="linear"),
    ),
    SIGMOID_INSIDE,
    *OTHER_ACTIVATIONS,
    Mistake(
        "leaky ReLU in the first dense layer",
        "Behind the dense layer of 120 units stands another activation than ReLU.",
        edited(_leaky_dense),
    ),
    Mistake(
        "tanh as in 1998",
        "The first LeNet used tanh; the task asks for ReLU.",
        setting(_WEIGHTED, slice(-1), activation="tanh"),
    ),
    Mistake(
        "tanh and average pooling as in 1998",
        "The first LeNet used tanh and averaged; the task asks for ReLU and for the "
        "largest of each window.",
        edited(_as_in_1998),
    ),
    Mistake(
        "average pooling as in 1998",
        "The first LeNet averaged; the task asks for the largest of each window.",
        AVERAGE_POOLING,
    ),
    *ONE_AVERAGE_POOLING,
    *OTHER_POOLING,
    Mistake(
        "second pooling forgotten",
        "The second pooling is missing, and the first dense layer becomes huge.",
        replacing("MaxPooling2D", -1),
    ),
    Mistake(
        "first pooling forgotten",
        "There is no pooling between the two convolutions.",
        replacing("MaxPooling2D", 0),
    ),
    Mistake(
        "one block too many",
        "You have three blocks of convolution and pooling, the task two. "
        "Without padding small images are soon used up.",
        edited(_block_more),
    ),
    Mistake(
        "numbers of filters exchanged",
        "The first convolution has the filters of the second.",
        exchanging("Conv2D", "filters", 0, 1),
    ),
    Mistake(
        "kernels of 3x3",
        "Both convolutions use windows of 5x5.",
        setting("Conv2D", kernel_size=(3, 3)),
    ),
    Mistake(
        "first kernel of 3x3",
        "The first convolution has windows of 5x5, as the second has.",
        setting("Conv2D", 0, kernel_size=(3, 3)),
    ),
    Mistake(
        "second kernel of 3x3",
        "The second convolution has windows of 5x5, as the first has.",
        setting("Conv2D", 1, kernel_size=(3, 3)),
    ),
    STRIDE_2,
    BATCH_NORMALISED,
    Mistake(
        "convolution in place of the first dense layer",
        "For images of 28x28 a convolution of 5x5 with 120 filters computes the same. "
        "For others its maps have more than one place, or none.",
        edited(_convolved_to_120),
    ),
    Mistake(
        "dense layers exchanged",
        "The larger hidden layer comes first.",
        exchanging("Dense", "units", 0, 1),
    ),
    Mistake(
        "first dense layer forgotten",
        "There are two hidden dense layers before the scores.",
        replacing("Dense", 0),
    ),
    Mistake(
        "second dense layer forgotten",
        "There are two hidden dense layers before the scores.",
        replacing("Dense", 1),
    ),
    Mistake(
        "no biases",
        "Every filter and every unit has a bias.",
        setting(_WEIGHTED, use_bias=False),
    ),
    NO_BIASES_IN_CONVOLUTIONS,
    Mistake(
        "dropout behind the scores",
        "Setting a score to 0 in training tells the loss something that the network "
        "never said. Behind the last layer nothing is dropped.",
        edited(lambda layers: layers.append(("Dropout", {"rate": 0.5}))),
    ),
    Mistake(
        "dropout added",
        "Dropout is a good idea for later; this network has none.",
        inserting(-1, "Dropout", rate=0.5),
    ),
    Mistake(
        "scaled inside",
        "The model divides by 255. Here the data set does that.",
        SCALED_INSIDE,
    ),
    Mistake(
        "channel axis missing",
        "Conv2D wants height, width and channels; the error says `expected "
        "min_ndim=4, found ndim=3`. Use `input_shape` as it is given.",
        with_arguments(
            lambda input_shape=(28, 28), classes=10: (input_shape[:2], classes)
        ),
    ),
    Mistake(
        "images of 32x32 by default",
        "The first LeNet read images of 32x32. Called without arguments, yours should "
        "take images of 28x28.",
        with_arguments(
            lambda input_shape=(32, 32, 1), classes=10: (input_shape, classes)
        ),
    ),
    Mistake(
        "five classes by default",
        "Called without arguments your network has another number of scores than ten.",
        with_arguments(
            lambda input_shape=(28, 28, 1), classes=5: (input_shape, classes)
        ),
    ),
    Mistake(
        "shape of the images fixed",
        "Your model takes images of 28x28 with one channel, whatever `input_shape` "
        "says.",
        with_arguments(
            lambda input_shape=(28, 28, 1), classes=10: ((28, 28, 1), classes)
        ),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("input_shape", "classes"),
    comparison=_lenets,
    probe="network",
    time_limit=20.0,
    mistakes=MISTAKES,
)
