"""Compare Keras networks by what they compute, and edit them into wrong ones.

`same_network` compares two replies of the probe "network" or "block". The others write
mistakes around a right model: they change its layers and build it again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from grader.judging.compare import Close, Difference
from grader.probing.plain import from_bytes, to_bytes

Layers = list[tuple[str, dict[str, Any]]]

Edit = Callable[[Layers], None]

_OUTPUTS = Close(rtol=1e-4, atol=1e-5)


def same_network(expected: Any, actual: Any) -> Difference | None:
    """Compare networks by weights, outputs and dropout; style is no difference."""
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
        return Difference("value", sentence, difference.index)
    return _dropouts(expected, actual)


def _other_weights(expected: Any, actual: Any) -> str:
    only = [s for s in actual["weight_shapes"] if s not in expected["weight_shapes"]]
    odd = f" (weights of shape {', '.join(map(str, map(tuple, only)))})" if only else ""
    return (
        f"it has {actual['parameters']:,} parameters{odd}, "
        f"expected {expected['parameters']:,}"
    )


def _dropouts(expected: Any, actual: Any) -> Difference | None:
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


def edited(edit: Edit) -> Callable[..., Any]:
    """Return a mistake: the reference's model, built again with one change in its layers.

    Args:
        edit: changes a list of (class name, settings) in place. The model is a chain of
            layers.
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


def places(layers: Layers, kind: str) -> list[int]:
    """Return the places of all layers of a class, by its name."""
    return [place for place, (name, _) in enumerate(layers) if name == kind]


def setting(
    kind: str, number: int | None = None, **settings: Any
) -> Callable[..., Any]:
    """Return a mistake: other settings in one layer of a class, or in all of them."""

    def edit(layers: Layers) -> None:
        found = places(layers, kind)
        for place in found if number is None else [found[number]]:
            layers[place][1].update(settings)

    return edited(edit)


def replacing(
    kind: str, number: int, *others: tuple[str, dict[str, Any]]
) -> Callable[..., Any]:
    """Return a mistake: one layer of a class replaced by others, or by none."""

    def edit(layers: Layers) -> None:
        place = places(layers, kind)[number]
        layers[place : place + 1] = others

    return edited(edit)
