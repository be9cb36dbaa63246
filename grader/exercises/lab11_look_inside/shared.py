"""What the exercises of lab 11 share: labels, planted networks, wrong slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.toy import (
    AVERAGE,
    DROPOUT,
    FLATTEN,
    POOL,
    Toy,
    conv_layer,
    dense_layer,
    run,
    toy,
)
from grader.exercises.common.wrong import with_settings
from grader.judging.compare import Close
from grader.judging.exercise import Mistake

CLOSE_ENOUGH = Close(rtol=1e-4, atol=1e-5)
# From (model, images, label, name of the last layer that is left out) to a number each.
Score = Callable[..., Any]


def label_scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    """Return the score of a label for each image, or for maps of the layer `after`."""
    return run(model, images, after)[:, label]


def label_probabilities(model: Any, images: Any, label: int, after: str = "") -> Any:
    """Return the probability of a label for each image, by a softmax of the scores."""
    scores = run(model, images, after)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers[:, label] / powers.sum(axis=1)


def label_losses(model: Any, images: Any, label: int, after: str = "") -> Any:
    """Return the cross-entropy of a label for each image."""
    return -np.log(label_probabilities(model, images, label, after))


def summed_scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    """Return the sum of all scores for each image, whatever the label."""
    return run(model, images, after).sum(axis=1)


def explained_label(model: Any, img: Any, label: int | None) -> int:
    """Return the label, or where none is given that of the largest score."""
    return int(run(model, img[None])[0].argmax()) if label is None else label


def layer_names(model: Any) -> list[str]:
    """Return the names of a model's layers, its input's first."""
    return [layer.name for layer in model.layers]


def last_convolution(model: Any) -> str:
    """Return the name of the convolution that is nearest to the scores."""
    return [name for name in layer_names(model) if "conv" in name][-1]


def planted(shape: tuple[int, int], units: int, weights: dict[Any, float]) -> Toy:
    """Return a linear network with chosen weights and no others.

    Args:
        shape: height and width of a grey image.
        units: number of scores.
        weights: (row, column, unit) -> weight.
    """
    kernel = np.zeros((*shape, units), "float32")
    for place, weight in weights.items():
        kernel[place] = weight
    bias = np.linspace(0.5, -0.5, units).astype("float32")
    return {
        "input_shape": (*shape, 1),
        "layers": [FLATTEN, dense_layer("scores", units)],
        "weights": [kernel.reshape(-1, units), bias],
    }


def small_network(rng: np.random.Generator, shape: tuple[int, int, int]) -> Toy:
    """Draw a network of two convolutions, for images of a shape."""
    return toy(
        rng,
        shape,
        conv_layer("conv_a", 4, (3, 3), "tanh"),
        POOL,
        conv_layer("conv_b", 5, (3, 3), "relu"),
        AVERAGE,
        DROPOUT,
        dense_layer("scores", 4),
    )


def other_label(rng: np.random.Generator, net: Toy, image: np.ndarray) -> int:
    """Draw a label that is neither the first nor the one with the largest score."""
    from grader.probing.networks import build_network

    order = np.argsort(run(build_network(**net), image[None])[0])
    return int(rng.choice([label for label in order[:-1] if label != 0]))


def _label_ignored(
    reference: Callable[..., Any], model: Any, *args: Any, label: int | None = None
) -> Any:
    return reference(model, *args)


def off_the_tape(advice: str) -> tuple[Mistake, ...]:
    """Return mistakes: the tape knows of no slope and gives `None`, which is then used."""
    hint = (
        "`gradient` gave `None`: its tape knows no path to the first argument from "
        f"the second. {advice}"
    )

    def indexed(*args: Any, **kwargs: Any) -> Any:
        raise TypeError("'NoneType' object is not subscriptable")

    def converted(*args: Any, **kwargs: Any) -> Any:
        raise AttributeError("'NoneType' object has no attribute 'numpy'")

    def computed(*args: Any, **kwargs: Any) -> Any:
        raise ValueError(
            "Attempt to convert a value (None) with an unsupported type "
            "(<class 'NoneType'>) to a Tensor."
        )

    def left(*args: Any, **kwargs: Any) -> Any:
        raise AttributeError("'numpy.float32' object has no attribute '_id'")

    return (
        Mistake("slope not on the tape", hint, indexed),
        Mistake("no slope to convert", hint, converted),
        Mistake("no slope to compute with", hint, computed),
        Mistake(
            "score turned into NumPy",
            "A tape follows tensors alone. What was turned into NumPy has left it; "
            "turn the slope into NumPy at the end.",
            left,
        ),
    )


def _unknown_layer(*args: Any, **kwargs: Any) -> Any:
    raise ValueError("No such layer: conv1. Existing layers are:")


def _one_axis_too_few(*args: Any, **kwargs: Any) -> Any:
    raise ValueError(
        "Input 0 with name 'input_layer' of layer 'functional' is incompatible with "
        "the layer: expected shape=(None, 4, 6, 1), found shape=(4, 6)"
    )


LAYER_BY_NAME = Mistake(
    "name of a layer written into the function",
    "You ask for a layer of the notebook's network, and another network has none of "
    "that name. The argument `layer` says which one is meant.",
    _unknown_layer,
)
BATCH_MISSING = Mistake(
    "axis of the batch missing",
    "A model takes a batch of images, even if there is only one: the first axis counts "
    "them.",
    _one_axis_too_few,
)


def fresh_copy(model: Any) -> Any:
    """Return a copy whose dropout begins anew: our own network is asked many times."""
    import keras

    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


WRONG_LABELS = (
    Mistake(
        "label ignored",
        "You always explain the class with the largest score. If a `label` is "
        "given, its score counts.",
        _label_ignored,
    ),
    Mistake(
        "always class 0",
        "You read the first score, whatever the label.",
        with_settings(label=0),
    ),
)
