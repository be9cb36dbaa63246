"""Compare Keras networks by what they compute, and edit them into wrong ones.

`same_network` compares two replies of the probe "network" or "block". The others write
mistakes around a right model that is a chain of layers: they change the layers and build
it again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from grader.judging.compare import Close, Difference
from grader.judging.exercise import Mistake
from grader.judging.layers import layer_difference
from grader.probing.plain import from_bytes, to_bytes

# A layer's class name and settings.
Layer = tuple[str, dict[str, Any]]
Layers = list[Layer]
_OUTPUTS = Close(rtol=1e-4, atol=1e-5)


def same_network(expected: Any, actual: Any) -> Difference | None:
    """Compare networks by weights, outputs and dropout; style is no difference.

    Where they differ and their layers can be compared, these tell where.
    """
    difference = _difference(expected, actual)
    if difference is None:
        return None
    layers = layer_difference(expected.get("layers", []), actual.get("layers", []))
    if not layers:
        return difference
    return Difference(difference.kind, layers, difference.place)


def _difference(expected: Any, actual: Any) -> Difference | None:
    wanted, given = expected["outputs"].shape, actual["outputs"].shape
    if wanted != given:
        return Difference(
            "shape",
            f"for {len(expected['outputs'])} images its output has the shape {given}, "
            f"expected {wanted}",
        )
    if expected["weight_shapes"] != actual["weight_shapes"]:
        return Difference("shape", _other_weights(expected, actual))
    difference = _OUTPUTS(expected["outputs"], actual["outputs"])
    if difference is not None:
        sentence = (
            "the weights fit, but with the same numbers in them the outputs are others: "
            + difference.sentence
        )
        return Difference("value", sentence, difference.place)
    return _dropouts(expected, actual)


def _other_weights(expected: Any, actual: Any) -> str:
    only = [s for s in actual["weight_shapes"] if s not in expected["weight_shapes"]]
    odd = f" (weights of shape {', '.join(map(str, map(tuple, only)))})" if only else ""
    return (
        f"it has {actual['parameters']:,} parameters{odd}, "
        f"expected {expected['parameters']:,}"
    )


def _dropouts(expected: Any, actual: Any) -> Difference | None:
    noise = actual.get("noise", [])
    if noise != expected.get("noise", []):
        kinds = " and ".join(noise)
        return Difference("value", f"it has {kinds}, which is not Dropout")
    if (expected["training_zeros"] > 0) != (actual["training_zeros"] > 0):
        return Difference("value", "in training some of its outputs are set to 0")
    wanted, given = _effective(expected), _effective(actual)
    if wanted != given:
        return Difference("value", f"its dropout rates are {given}, expected {wanted}")
    return None


def _effective(network: Any) -> list[float]:
    return [round(rate, 6) for rate in network["dropout_rates"] if rate > 0]


@lru_cache(maxsize=64)
def _chain(reference: Callable[..., Any], call: bytes) -> tuple[Any, Layers]:
    """Return the input shape and the layers of the right model: dozens of mistakes ask."""
    args, kwargs = from_bytes(call)
    right = reference(*args, **kwargs)
    kinds = [(type(layer).__name__, layer.get_config()) for layer in right.layers]
    return right.input_shape[1:], [kind for kind in kinds if kind[0] != "InputLayer"]


def edited(edit: Callable[[Layers], None]) -> Callable[..., Any]:
    """Return a mistake: the reference's model, built again with one change in its layers.

    Args:
        edit: changes the list of layers in place. The model is a chain of layers.
    """

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        import keras

        input_shape, right = _chain(reference, to_bytes((args, kwargs)))
        layers = copy.deepcopy(right)
        edit(layers)
        named = [
            getattr(keras.layers, kind).from_config({**settings, "name": f"edited_{i}"})
            for i, (kind, settings) in enumerate(layers)
        ]
        # All at once: `add` builds the whole model again for each layer.
        return keras.Sequential([keras.Input(input_shape), *named])

    return wrong


def places(layers: Layers, *kinds: str) -> list[int]:
    """Return the places of all layers of these classes, by name."""
    return [place for place, (name, _) in enumerate(layers) if name in kinds]


def setting(
    kinds: str | tuple[str, ...], which: int | slice = slice(None), **settings: Any
) -> Callable[..., Any]:
    """Return a mistake: other settings in layers of these classes.

    Args:
        kinds: a class name, or several.
        which: a number among the layers found, or a slice of them; by default all.
        settings: what is set.
    """

    def edit(layers: Layers) -> None:
        found = places(layers, *([kinds] if isinstance(kinds, str) else kinds))
        for place in found[which] if isinstance(which, slice) else [found[which]]:
            layers[place][1].update(settings)

    return edited(edit)


def exchanging(kind: str, key: str, one: int, other: int) -> Callable[..., Any]:
    """Return a mistake: two layers of a class have each other's value of a setting."""

    def edit(layers: Layers) -> None:
        found = [layers[place][1] for place in places(layers, kind)]
        found[one][key], found[other][key] = found[other][key], found[one][key]

    return edited(edit)


def replacing(kind: str, number: int, *others: Layer) -> Callable[..., Any]:
    """Return a mistake: one layer of a class replaced by others, or by none."""

    def edit(layers: Layers) -> None:
        place = places(layers, kind)[number]
        layers[place : place + 1] = others

    return edited(edit)


def inserting(place: int, kind: str, **settings: Any) -> Callable[..., Any]:
    """Return a mistake: one layer more, before the layer at a place."""
    return edited(lambda layers: layers.insert(place, (kind, settings)))


def _average_pools(layers: Layers) -> None:
    for place in places(layers, "MaxPooling2D"):
        layers[place] = ("AveragePooling2D", layers[place][1])


def _softmax_twice(layers: Layers) -> None:
    layers[-1][1].update(activation="softmax")
    layers.append(("Softmax", {}))


def _one_average_pool(number: int) -> Callable[..., Any]:
    def edit(layers: Layers) -> None:
        place = places(layers, "MaxPooling2D")[number]
        layers[place] = ("AveragePooling2D", layers[place][1])

    return edited(edit)


def behind_each(*kinds: str, added: Layer) -> Callable[..., Any]:
    """Return a mistake: one layer more behind each layer of these classes."""

    def edit(layers: Layers) -> None:
        for place in reversed(places(layers, *kinds)):
            layers.insert(place + 1, (added[0], dict(added[1])))

    return edited(edit)


def activated_by(kind: str, **settings: Any) -> Callable[..., Any]:
    """Return a mistake: another activation wherever there is ReLU.

    Args:
        kind: a class name in `keras.layers`.
        settings: of that layer.
    """

    def edit(layers: Layers) -> None:
        for place in reversed(range(len(layers))):
            if layers[place][1].get("activation") == "relu":
                layers[place][1]["activation"] = "linear"
                layers.insert(place + 1, (kind, dict(settings)))

    return edited(edit)


AVERAGE_POOLING = edited(_average_pools)
TWO_SOFTMAXES = edited(_softmax_twice)
SCALED_INSIDE = inserting(0, "Rescaling", scale=1 / 255, offset=0.0)
# What is true of any chain of convolutions that ends in dense layers.
OTHER_ACTIVATIONS = tuple(
    Mistake(
        f"{name} in place of ReLU",
        f"Your hidden layers use {name}; the task asks for ReLU.",
        activated_by(kind),
    )
    for name, kind in (("leaky ReLU", "LeakyReLU"), ("ELU", "ELU"))
)
SIGMOID_INSIDE = Mistake(
    "sigmoid in place of ReLU",
    "Your hidden layers use a sigmoid, whose slope is small nearly everywhere. "
    "The task asks for ReLU.",
    setting(("Conv2D", "Dense"), slice(-1), activation="sigmoid"),
)
ONE_AVERAGE_POOLING = (
    Mistake(
        "average in the first pooling",
        "Your first pooling averages; both take the largest of each window.",
        _one_average_pool(0),
    ),
    Mistake(
        "average in the second pooling",
        "Your second pooling averages; both take the largest of each window.",
        _one_average_pool(1),
    ),
)
OTHER_POOLING = (
    Mistake(
        "pooling of 3x3",
        "Your pooling has windows of 3x3. Look up the size in the table.",
        setting("MaxPooling2D", pool_size=(3, 3), strides=(3, 3)),
    ),
    Mistake(
        "pooling with stride 1",
        "Your pooling moves one pixel at a time, so that the maps hardly get smaller. "
        "Its windows lie side by side.",
        setting("MaxPooling2D", strides=(1, 1)),
    ),
)
BATCH_NORMALISED = Mistake(
    "batch normalisation added",
    "You normalise behind the convolutions. That is another network, with weights of "
    "its own; the table has none of it.",
    behind_each("Conv2D", added=("BatchNormalization", {})),
)
STRIDE_2 = Mistake(
    "convolutions with stride 2",
    "Your convolutions move two pixels at a time. Here pooling alone makes the maps "
    "smaller.",
    setting("Conv2D", strides=(2, 2)),
)
NO_BIASES_IN_CONVOLUTIONS = Mistake(
    "no biases in the convolutions",
    "Every filter has a bias.",
    setting("Conv2D", use_bias=False),
)
ONE_OUTPUT = Mistake(
    "one output",
    "One number cannot score several classes: the last layer has a unit for each.",
    setting("Dense", -1, units=1),
)
ONE_CLASS_FORGOTTEN = Mistake(
    "one class forgotten",
    "Counting from 0 to 9 gives ten classes. Is a unit missing?",
    edited(lambda layers: layers[-1][1].update(units=layers[-1][1]["units"] - 1)),
)
