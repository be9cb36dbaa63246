"""What the layers in between compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.toy import (
    AVERAGE,
    DROPOUT,
    FLATTEN,
    POOL,
    conv_layer,
    dense_layer,
    drawn_image,
    run,
    toy,
)
from grader.exercises.common.wrong import after, with_arguments
from grader.exercises.lab11_look_inside.shared import (
    CLOSE_ENOUGH,
    LAYER_BY_NAME,
    fresh_copy,
    last_convolution,
    layer_names,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw networks of two convolutions and some images, and ask for various layers."""
    chain = toy(
        rng,
        (6, 8, 1),
        conv_layer("conv_a", 3, (3, 3), "relu"),
        POOL,
        conv_layer("conv_b", 4, (2, 3), "tanh"),
        AVERAGE,
        dense_layer("scores", 3),
    )
    colour = toy(
        rng,
        (4, 6, 3),
        conv_layer("conv_a", 2, (3, 1), "linear"),
        DROPOUT,
        conv_layer("conv_b", 5, (3, 3), "relu"),
        FLATTEN,
        dense_layer("scores", 2),
    )
    grid = [
        ("the first layer, three images", chain, 3, "conv_a"),
        ("a pooling layer", chain, 2, "pool"),
        ("the last convolution", chain, 2, "conv_b"),
        ("a layer without places", chain, 2, "average"),
        ("colour images, a layer without activation", colour, 2, "conv_a"),
        ("colour images, the second layer", colour, 3, "conv_b"),
    ]
    return [
        Case((drawn_image(rng, images, *net["input_shape"]), name), {}, label, "", net)
        for label, net, images, name in grid
    ]


def reference(model: Any, x: Any, layer: str) -> Any:
    """Return the maps (n, rows, columns, filters) of a layer, layer by layer in NumPy."""
    return run(model, x, until=layer)


def where(index: tuple[int, ...], x: Any, layer: str) -> str:
    """Return in words which image, place and filter the value at `index` belongs to."""
    place = f", row {index[1]}, column {index[2]}" if len(index) == 4 else ""
    return f"That is image {index[0]} in layer {layer}{place}, filter {index[-1]}."


def _neighbour(step: int) -> Callable[..., Any]:
    """Return a mistake: the output of the layer so many steps further on."""

    def wrong(reference: Callable[..., Any], model: Any, x: Any, layer: str) -> Any:
        names = layer_names(model)
        place = names.index(layer) + step
        return x if place == 0 else reference(model, x, names[place])

    return wrong


def _of_layer(choose: Callable[[Any], str]) -> Callable[..., Any]:
    return with_arguments(lambda model, x, layer: (model, x, choose(model)))


def _unpacked(reference: Callable[..., Any], model: Any, x: Any, layer: str) -> Any:
    maps = reference(model, x, layer)
    images, rows, columns, filters = maps.shape
    return maps.reshape(images, rows, columns, filters)


def _first_convolution(model: Any) -> str:
    return next(name for name in layer_names(model) if "conv" in name)


def _in_training(
    reference: Callable[..., Any], model: Any, x: Any, layer: str
) -> np.ndarray:
    import keras

    copy = fresh_copy(model)
    part = keras.Model(copy.input, copy.get_layer(layer).output)
    return np.asarray(part(np.asarray(x, "float32"), training=True))


MISTAKES = (
    Mistake(
        "what goes into the layer",
        "You give the layer's input. Ask for its output.",
        _neighbour(-1),
    ),
    Mistake(
        "the layer behind it",
        "You give what the next layer makes of these maps. Is the count of layers "
        "one too far? Layers can be found by name.",
        _neighbour(1),
    ),
    Mistake(
        "layer applied to the images",
        "You called this one layer with the images themselves. It reads what the "
        "layers before it made of them: run the network up to it.",
        lambda reference, model, x, layer: np.asarray(model.get_layer(layer)(x)),
    ),
    Mistake(
        "scores of the whole network",
        "You ran the network to its end. Stop at the layer that was asked for.",
        lambda reference, model, x, layer: run(model, x),
    ),
    LAYER_BY_NAME,
    Mistake(
        "negative values cut off",
        "You put a ReLU behind the layer. Its own activation is in its output already; "
        "give the output as it is.",
        after(lambda maps: np.maximum(maps, 0)),
    ),
    Mistake(
        "dropout left on",
        "With `training=True` the network drops values at random, which is for "
        "learning only.",
        _in_training,
    ),
    Mistake(
        "always the first convolution",
        "You give the same layer whatever `layer` says.",
        _of_layer(_first_convolution),
    ),
    Mistake(
        "always the last convolution",
        "You give the same layer whatever `layer` says.",
        _of_layer(last_convolution),
    ),
    Mistake(
        "before the activation",
        "Your maps hold what the layer computes before its activation; "
        "its output comes after it.",
        lambda reference, model, x, layer: run(model, x, until=layer, raw=True),
    ),
    Mistake(
        "weights in place of maps",
        "You give the filters themselves. A feature map is what they answer to an "
        "image.",
        lambda reference, model, x, layer: model.get_layer(layer).get_weights()[0],
    ),
    Mistake(
        "first image only",
        "The result is that of the first image; keep the axis of the batch.",
        after(lambda maps: maps[0]),
    ),
    Mistake(
        "first image for all",
        "All your maps come from the first image of the batch.",
        after(lambda maps: np.repeat(maps[:1], len(maps), axis=0)),
    ),
    Mistake(
        "filters in front",
        "Keras keeps the filters in the last axis: (N, H, W, F).",
        after(lambda maps: np.moveaxis(maps, -1, 1)),
    ),
    Mistake(
        "four axes expected",
        "Your function counts on maps with a height and a width. Behind global pooling "
        "an image is one row of numbers.",
        _unpacked,
    ),
    Mistake(
        "averaged over the filters",
        "You made one map of all filters. Each filter has a map of its own.",
        after(lambda maps: maps.mean(axis=-1)),
    ),
    Mistake(
        "averaged over the positions",
        "You made one number of each map. Where a filter answers is the point here.",
        after(lambda maps: maps.mean(axis=(1, 2))),
    ),
    Mistake(
        "scaled to 1",
        "You scaled the maps. For a picture that is fine; here give them as they are.",
        after(lambda maps: maps / abs(maps).max()),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=CLOSE_ENOUGH,
    probe="on_network",
    time_limit=20.0,
    where=where,
    mistakes=MISTAKES,
)
