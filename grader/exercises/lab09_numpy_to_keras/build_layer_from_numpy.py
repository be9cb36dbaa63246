"""A Keras layer that has given weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pictures import biases, pictures
from grader.exercises.lab09_numpy_to_keras.shared import in_words
from grader.judging.compare import Close, Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw weights of convolutions and dense layers, most with sides all different."""
    drawn = tuple(int(size) for size in rng.permutation([2, 3, 4, 5]))
    grid = {
        "two filters of 3x3 on 2 channels": ((3, 3, 2, 2), (2, 6, 5, 2)),
        "three filters of 3x2 on 3 channels": ((3, 2, 3, 3), (2, 5, 7, 3)),
        "four filters of 2x2 on one channel": ((2, 2, 1, 4), (1, 4, 6, 1)),
        "a dense layer, 6 values to 4 units": ((6, 4), (3, 6)),
        "a dense layer, 5 values to 5 units": ((5, 5), (2, 5)),
        f"{drawn[3]} filters of {drawn[0]}x{drawn[1]} on {drawn[2]} channels": (
            drawn,
            (2, 7, 6, drawn[2]),
        ),
    }
    cases = []
    for label, (shape, inputs) in grid.items():
        W, b = pictures(rng, *shape), rng.permutation(biases(rng, shape[-1]))
        extra = {"inputs": pictures(rng, *inputs).astype("float32")}
        cases.append(Case((W, b), label=label, extra=extra))
    return cases


def _layers(expected: Any, actual: Any) -> Difference | None:
    """Compare layers by their weights and by what they compute."""
    if expected["weight_shapes"] != actual["weight_shapes"]:
        wanted, given = (in_words(one["weight_shapes"]) for one in (expected, actual))
        return Difference("shape", f"its weights have the shapes {given}, not {wanted}")
    if expected["repeats"] != actual["repeats"]:
        return Difference("value", "it computes something else each time it is built")
    return Close(rtol=1e-4, atol=1e-5)(expected["outputs"], actual["outputs"])


def _rebuilt(
    weights: Callable[[Any, Any], Sequence[Any] | None] = lambda W, b: [W, b],
    **settings: Any,
) -> Callable[..., Any]:
    """Return a mistake: the layer with some other settings, and weights made of (W, b)."""

    def wrong(reference: Callable[..., Any], W: Any, b: Any) -> Any:
        right = reference(W, b)
        config = right.get_config()
        known = {key: value for key, value in settings.items() if key in config}
        layer = type(right).from_config({**config, **known, "name": None})
        layer.build((None,) * (W.ndim - 1) + (W.shape[-2],))
        made = weights(W, b)
        if made is not None:
            layer.set_weights(made)
        return layer

    return wrong


def _unfit(
    change: Callable[..., dict[str, Any]] = lambda W: {},
    inputs: Callable[..., Any] = lambda W: (None, None, None, W.shape[2]),
) -> Callable[..., Any]:
    """Return a mistake: a convolution that Keras may refuse to give the weights.

    Args:
        change: from W to the settings that differ.
        inputs: from W to the shape it is built for, `None` for a layer not built.
    """

    def wrong(reference: Callable[..., Any], W: Any, b: Any) -> Any:
        right = reference(W, b)
        if W.ndim == 2:
            return right
        config = {**right.get_config(), **change(W), "name": None}
        layer = type(right).from_config(config)
        if inputs(W) is not None:
            layer.build(inputs(W))
        layer.set_weights([W, b])
        return layer

    return wrong


def _without_weights(reference: Callable[..., Any], W: Any, b: Any) -> Any:
    import keras

    fixed = reference(W, b)
    return keras.layers.Lambda(lambda inputs: fixed(inputs))


def _flipped(W: np.ndarray) -> np.ndarray:
    return W[::-1, ::-1] if W.ndim == 4 else W


def _filters_first(W: np.ndarray) -> np.ndarray:
    """Read the numbers of W as if their order were (F, C, kh, kw)."""
    if W.ndim == 2:
        return W
    return W.reshape(W.shape[::-1][:2] + W.shape[:2]).transpose(2, 3, 1, 0)


MISTAKES = (
    Mistake(
        "weights never handed over",
        "The layer has the right form and still its own random numbers.",
        _rebuilt(lambda W, b: None),
    ),
    Mistake(
        "biases left at 0",
        "The kernel is yours, the biases are Keras's first ones, which are 0.",
        _rebuilt(lambda W, b: [W, 0 * b]),
    ),
    Mistake(
        "no bias in the layer",
        "The layer was told to do without biases.",
        _rebuilt(lambda W, b: [W], use_bias=False),
    ),
    Mistake(
        "weights set before the layer is built",
        "A fresh layer has no weights: it makes them when it learns how many "
        "channels come in. Build it first.",
        _unfit(inputs=lambda W: None),
    ),
    Mistake(
        "layer without a place for the biases",
        "The layer was told to do without biases, and is given some.",
        _unfit(lambda W: {"use_bias": False}),
    ),
    Mistake(
        "built for the shape of the weights",
        "`build` is told the shape of what comes in: how many pictures, how high, "
        "how wide, and how many channels.",
        _unfit(inputs=lambda W: W.shape),
    ),
    Mistake(
        "sides of the kernel mixed up",
        "`kernel_size` is (height, width), and W.shape begins in the same order. "
        "A kernel need not be square.",
        _unfit(lambda W: {"kernel_size": W.shape[1::-1]}),
    ),
    Mistake(
        "width of the kernel taken for the stride",
        "The sides of the kernel are one argument, a pair. "
        "What comes behind it says how far the windows move.",
        _unfit(lambda W: {"kernel_size": W.shape[:1] * 2, "strides": W.shape[1:2] * 2}),
    ),
    Mistake(
        "channels and filters mixed up",
        "The number of filters is the last axis of `W`; the one before it are the "
        "channels that come in.",
        _unfit(
            lambda W: {"filters": W.shape[2]},
            inputs=lambda W: (None, None, None, W.shape[3]),
        ),
    ),
    Mistake(
        "kernel flipped",
        "Keras slides the kernel as it is. There is nothing to turn around.",
        _rebuilt(lambda W, b: [_flipped(W), b]),
    ),
    Mistake(
        "filters read as (F, C, kh, kw)",
        "You reshaped the kernel from another library's order of axes.",
        _rebuilt(lambda W, b: [_filters_first(W), b]),
    ),
    Mistake(
        "padding same",
        "The layer pads. Keras's default does not, and the task asks for no padding.",
        _rebuilt(padding="same"),
    ),
    Mistake(
        "stride of 2",
        "The windows of the layer move by 2. Keras's default is 1, and so is the task's.",
        _rebuilt(strides=(2, 2)),
    ),
    Mistake(
        "ReLU in the layer",
        "The layer has an activation; the task asks for none.",
        _rebuilt(activation="relu"),
    ),
    Mistake(
        "ReLU in the convolution",
        "The convolution has an activation; the task asks for none.",
        _unfit(lambda W: {"activation": "relu"}),
    ),
    Mistake(
        "a layer without weights",
        "The layer computes with numbers it does not own: Keras cannot train, count "
        "or save them.",
        _without_weights,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("W", "b"),
    comparison=_layers,
    probe="layer",
    mistakes=MISTAKES,
)
