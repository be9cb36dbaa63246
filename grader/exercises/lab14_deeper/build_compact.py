"""A small network whose convolutions and whose end can be made cheap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.networks import (
    NO_BIASES_IN_CONVOLUTIONS,
    ONE_CLASS_FORGOTTEN,
    ONE_OUTPUT,
    SCALED_INSIDE,
    TWO_SOFTMAXES,
    Layers,
    activated_by,
    behind_each,
    edited,
    inserting,
    places,
    same_network,
    setting,
)
from grader.exercises.common.wrong import by_default, with_settings
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake

_CONVOLUTIONS = ("Conv2D", "SeparableConv2D")
_HEADS = ("Flatten", "GlobalAveragePooling2D")


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw images for all four networks, for the default and for other shapes."""
    height, width = (int(side) for side in rng.permutation(np.arange(13, 22))[:2])
    grid: list[dict[str, Any]] = [
        {},
        {"separable": False, "average": False},
        {"separable": False, "average": True, "input_shape": (height, width, 3)},
        {
            "separable": True,
            "average": False,
            "input_shape": (19, 26, 2),
            "num_classes": 7,
        },
    ]
    cases = []
    for kwargs in grid:
        shape = kwargs.get("input_shape", (28, 28, 1))
        inputs = rng.uniform(0, 1, (3, *shape)).astype("float32")
        extra = {"inputs": inputs, "weight_seed": int(rng.integers(2**31))}
        part = "separable" if kwargs.get("separable", True) else "plain"
        told = ", ".join(f"{name}={value}" for name, value in kwargs.items())
        label = f"build_compact({told})"
        cases.append(Case((), kwargs, label, part, extra))
    return cases


def _inner(layers: Layers) -> list[int]:
    """Return the places of the second and the third convolution."""
    return places(layers, *_CONVOLUTIONS)[1:]


def _each_inner(change: Callable[[dict[str, Any]], Layers]) -> Callable[..., Any]:
    """Return a mistake: other layers in place of each separable convolution.

    Args:
        change: gives them, from the settings of that layer.
    """

    def edit(layers: Layers) -> None:
        for place in reversed(places(layers, "SeparableConv2D")):
            layers[place : place + 1] = change(layers[place][1])

    return edited(edit)


def _common(settings: dict[str, Any]) -> dict[str, Any]:
    kept = ("kernel_size", "strides", "padding", "activation", "filters")
    return {name: settings[name] for name in kept}


def _depthwise(settings: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    chosen = {**_common(settings), "use_bias": False, "activation": "linear", **more}
    del chosen["filters"]
    return ("DepthwiseConv2D", chosen)


def _pointwise(settings: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    small = {"kernel_size": (1, 1), "strides": (1, 1)}
    return ("Conv2D", {**_common(settings), **small, **more})


def _left_plain(which: int) -> Callable[..., Any]:
    """Return a mistake: one of the separable convolutions is a plain one."""

    def edit(layers: Layers) -> None:
        place = _inner(layers)[which]
        layers[place] = ("Conv2D", _common(layers[place][1]))

    return edited(edit)


def _first_separable(layers: Layers) -> None:
    if places(layers, "SeparableConv2D"):
        layers[0] = ("SeparableConv2D", _common(layers[0][1]))


def _ending(kind: str, **settings: Any) -> Callable[..., Any]:
    """Return a mistake: another layer in place of the average."""

    def edit(layers: Layers) -> None:
        for place in places(layers, "GlobalAveragePooling2D"):
            layers[place] = (kind, settings)

    return edited(edit)


def _small_means(layers: Layers) -> None:
    for place in places(layers, "GlobalAveragePooling2D"):
        pool = ("AveragePooling2D", {"pool_size": (2, 2)})
        layers[place : place + 1] = [pool, ("Flatten", {})]


def _no_end(layers: Layers) -> None:
    del layers[places(layers, *_HEADS)[0]]


def _other_end(layers: Layers) -> None:
    place = places(layers, *_HEADS)[0]
    layers[place] = (_HEADS[1 - _HEADS.index(layers[place][0])], {})


def _pooled_in_place_of_strides(layers: Layers) -> None:
    for place in reversed(places(layers, *_CONVOLUTIONS)):
        settings = layers[place][1]
        if settings["strides"] == (2, 2):
            settings["strides"] = (1, 1)
            layers.insert(place + 1, ("MaxPooling2D", {}))


def _hidden_layer(layers: Layers) -> None:
    layers.insert(-1, ("Dense", {"units": 128, "activation": "relu"}))


def _without(which: int) -> Callable[..., Any]:
    """Return a mistake: one convolution is missing."""

    def edit(layers: Layers) -> None:
        del layers[places(layers, *_CONVOLUTIONS)[which]]

    return edited(edit)


def _strides_later(layers: Layers) -> None:
    second, third = (layers[place][1] for place in _inner(layers))
    second["strides"], third["strides"] = third["strides"], second["strides"]


def _exchanged_filters(one: int, other: int) -> Callable[..., Any]:
    def edit(layers: Layers) -> None:
        first, second = (
            layers[places(layers, *_CONVOLUTIONS)[n]][1] for n in (one, other)
        )
        first["filters"], second["filters"] = second["filters"], first["filters"]

    return edited(edit)


ENDS = (
    Mistake(
        "no end at all",
        "Your scores still have a height and a width. The maps become one row of numbers "
        "before the dense layer.",
        edited(_no_end),
    ),
    Mistake(
        "the two ends exchanged",
        "You flatten where the average is asked for, and the other way round.",
        edited(_other_end),
    ),
    Mistake(
        "always flattened",
        "Your network flattens whatever `average` says.",
        with_settings(average=False),
    ),
    Mistake(
        "always averaged",
        "Your network averages whatever `average` says.",
        with_settings(average=True),
    ),
    Mistake(
        "largest in place of the average",
        "You keep the largest value of each map. Take the mean.",
        _ending("GlobalMaxPooling2D"),
    ),
    Mistake(
        "small means in a row",
        "You average over small windows and write what is left as a row. Each whole map "
        "becomes one number, its mean.",
        edited(_small_means),
    ),
    Mistake(
        "flattened by default",
        "A call that names no `average` means True: look at the first line of the "
        "function.",
        by_default(average=False),
    ),
    Mistake(
        "hidden dense layer added",
        "Between the end of the maps and the scores stands nothing.",
        edited(_hidden_layer),
    ),
)
SEPARATED = (
    Mistake(
        "never separable",
        "Your convolutions are plain ones whatever `separable` says.",
        with_settings(separable=False),
    ),
    Mistake(
        "always separable",
        "Your convolutions are separable whatever `separable` says.",
        with_settings(separable=True),
    ),
    Mistake(
        "plain by default",
        "A call that names no `separable` means True: look at the first line of the "
        "function.",
        by_default(separable=False),
    ),
    Mistake(
        "separable switched the wrong way",
        "You separate where plain convolutions are asked for, and the other way round.",
        lambda reference, separable=True, **settings: reference(
            separable=not separable, **settings
        ),
    ),
    Mistake(
        "first convolution separable too",
        "The first convolution reads one channel or three, and there is little to save. "
        "It stays a plain one.",
        edited(_first_separable),
    ),
    Mistake(
        "second convolution left plain",
        "The second convolution is separable as well.",
        _left_plain(0),
    ),
    Mistake(
        "third convolution left plain",
        "The third convolution is separable as well.",
        _left_plain(1),
    ),
    Mistake(
        "channels never mixed",
        "Your layers read each channel by itself, and the numbers of filters have no "
        "effect. Behind each stands a convolution of 1x1.",
        _each_inner(lambda s: [_depthwise(s, activation="relu", use_bias=True)]),
    ),
    Mistake(
        "only the convolutions of 1x1",
        "Before each convolution of 1x1 every channel is read by a window of its own.",
        _each_inner(lambda s: [_pointwise(s, strides=s["strides"])]),
    ),
    Mistake(
        "1x1 before the windows",
        "First each channel by itself, then the convolution of 1x1.",
        _each_inner(
            lambda s: [
                _pointwise(s, use_bias=False, activation="linear"),
                _depthwise(s, activation="relu", use_bias=True),
            ]
        ),
    ),
    Mistake(
        "ReLU between the two steps",
        "There is a ReLU behind the second step only.",
        _each_inner(lambda s: [_depthwise(s, activation="relu"), _pointwise(s)]),
    ),
    Mistake(
        "biases in both steps",
        "The first step has no biases: `use_bias=False`.",
        _each_inner(lambda s: [_depthwise(s, use_bias=True), _pointwise(s)]),
    ),
    Mistake(
        "biases and ReLU in both steps",
        "The first step has neither biases nor a ReLU.",
        _each_inner(
            lambda s: [
                _depthwise(s, use_bias=True, activation="relu"),
                _pointwise(s),
            ]
        ),
    ),
    Mistake(
        "strides in the second step",
        "The first step moves by the strides, and so computes fewer windows.",
        _each_inner(
            lambda s: [
                _depthwise(s, strides=(1, 1)),
                _pointwise(s, strides=s["strides"]),
            ]
        ),
    ),
    Mistake(
        "separable convolutions without activation",
        "Behind a separable convolution stands a ReLU as well.",
        setting("SeparableConv2D", activation="linear"),
    ),
    Mistake(
        "separable convolutions without biases",
        "The second step of a separable convolution has a bias for each filter.",
        setting("SeparableConv2D", use_bias=False),
    ),
    Mistake(
        "two windows for each channel",
        "Each channel has one window in the first step (`depth_multiplier` 1).",
        setting("SeparableConv2D", depth_multiplier=2),
    ),
)
LAYERS = (
    Mistake(
        "softmax on the last layer",
        "The outputs are positive and sum to 1; the task asks for plain scores.",
        setting("Dense", -1, activation="softmax"),
    ),
    Mistake(
        "two softmaxes",
        "A softmax of a softmax is nearly flat. The task asks for scores, without any.",
        TWO_SOFTMAXES,
    ),
    Mistake(
        "ReLU on the last layer",
        "No score can be negative; the task asks for plain scores.",
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
        "The last layer has ten units whatever `num_classes` says.",
        with_settings(num_classes=10),
    ),
    Mistake(
        "shape of the images fixed",
        "Your model takes images of 28x28 with one channel, whatever `input_shape` says.",
        with_settings(input_shape=(28, 28, 1)),
    ),
    Mistake(
        "no activation in the convolutions",
        "Every convolution is followed by ReLU.",
        setting(_CONVOLUTIONS, activation="linear"),
    ),
    Mistake(
        "no activation in the first convolution",
        "The first convolution is followed by ReLU as well.",
        setting(_CONVOLUTIONS, 0, activation="linear"),
    ),
    Mistake(
        "no activation in the second convolution",
        "The second convolution is followed by ReLU as well.",
        setting(_CONVOLUTIONS, 1, activation="linear"),
    ),
    Mistake(
        "no activation in the third convolution",
        "The third convolution is followed by ReLU as well.",
        setting(_CONVOLUTIONS, 2, activation="linear"),
    ),
    Mistake(
        "leaky ReLU in place of ReLU",
        "Your convolutions use leaky ReLU; the task asks for ReLU.",
        activated_by("LeakyReLU"),
    ),
    Mistake(
        "sigmoid in place of ReLU",
        "Your convolutions use a sigmoid; the task asks for ReLU.",
        setting(_CONVOLUTIONS, activation="sigmoid"),
    ),
    Mistake(
        "no strides",
        "Your maps stay as large as the image. The first and the third convolution have "
        "strides of 2.",
        setting(_CONVOLUTIONS, strides=(1, 1)),
    ),
    Mistake(
        "strides of 2 everywhere",
        "The second convolution keeps the size of its maps.",
        setting(_CONVOLUTIONS, strides=(2, 2)),
    ),
    Mistake(
        "strides of the second and third exchanged",
        "The third convolution has strides of 2, the second of 1.",
        edited(_strides_later),
    ),
    Mistake(
        "first convolution without strides",
        "The first convolution moves two pixels at a time.",
        setting(_CONVOLUTIONS, 0, strides=(1, 1)),
    ),
    Mistake(
        "third convolution without strides",
        "The third convolution moves two pixels at a time.",
        setting(_CONVOLUTIONS, 2, strides=(1, 1)),
    ),
    Mistake(
        "pooling in place of strides",
        "Your maps get smaller by pooling, behind the full work of the convolution. Here "
        "strides do that.",
        edited(_pooled_in_place_of_strides),
    ),
    Mistake(
        "no padding",
        "Your convolutions lose the border. All three are padded.",
        setting(_CONVOLUTIONS, padding="valid"),
    ),
    Mistake(
        "first convolution without padding",
        "The first convolution is padded as well.",
        setting(_CONVOLUTIONS, 0, padding="valid"),
    ),
    Mistake(
        "windows of 5x5",
        "All windows of this network are 3x3.",
        setting(_CONVOLUTIONS, kernel_size=(5, 5)),
    ),
    Mistake(
        "first window of 5x5",
        "All windows are 3x3, the first one too.",
        setting(_CONVOLUTIONS, 0, kernel_size=(5, 5)),
    ),
    Mistake(
        "numbers of filters in another order",
        "The numbers of filters grow: 16, 32, 64.",
        _exchanged_filters(0, 2),
    ),
    Mistake(
        "filters of the second and third exchanged",
        "The numbers of filters grow: 16, 32, 64.",
        _exchanged_filters(1, 2),
    ),
    Mistake(
        "second convolution forgotten",
        "There are three convolutions.",
        _without(1),
    ),
    Mistake(
        "third convolution forgotten",
        "There are three convolutions.",
        _without(2),
    ),
    Mistake(
        "no biases",
        "Every filter and every unit has a bias.",
        setting((*_CONVOLUTIONS, "Dense"), use_bias=False),
    ),
    Mistake(
        "no biases in the convolutions",
        NO_BIASES_IN_CONVOLUTIONS.hint,
        setting(_CONVOLUTIONS, use_bias=False),
    ),
    Mistake(
        "batch normalisation added",
        "You normalise behind the convolutions. That is another network, with weights of "
        "its own; the table has none of it.",
        behind_each(*_CONVOLUTIONS, added=("BatchNormalization", {})),
    ),
    Mistake(
        "dropout added",
        "This network has no dropout.",
        inserting(-1, "Dropout", rate=0.5),
    ),
    Mistake(
        "scaled inside",
        "The model divides by 255. Here the images come scaled.",
        SCALED_INSIDE,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("separable", "average", "input_shape", "num_classes"),
    comparison=same_network,
    parts={"plain": 1, "separable": 2},
    probe="network",
    time_limit=20.0,
    mistakes=(*ENDS, *SEPARATED, *LAYERS),
)
