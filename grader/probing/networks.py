"""Build Keras networks, layers and losses by a student's function, and say what they compute."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.exceptions import PlainDataError
from grader.probing.plain import a_kind


def draw_weights(shapes: list[list[int]], seed: int | list[int]) -> list[np.ndarray]:
    """Draw weights whose layers neither die nor explode (He et al. 2015, eq. 10)."""
    rng = np.random.default_rng(seed)
    fans = [max(1, int(np.prod(shape[:-1]))) for shape in shapes]
    return [
        rng.normal(0.0, np.sqrt(2.0 / fan), shape).astype("float32")
        if len(shape) > 1
        else rng.normal(0.0, 0.2, shape).astype("float32")
        for shape, fan in zip(shapes, fans, strict=True)
    ]


def network(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Build a Keras model and say what it computes, in whatever style it is written.

    Functional, Sequential and subclassed models of the same function give the same
    reply, in whatever order they create their weights.

    Args:
        extra: "inputs", an array to predict; "weight_seed", from which every weight is
            drawn, by its shape.

    Returns:
        "weight_shapes" (sorted), "parameters", "outputs" for the drawn weights,
        "training_zeros" (the share of outputs that are 0 in training mode),
        "dropout_rates" (sorted), "noise" (class names of other layers that are random
        in training) and "layers" (see `_described`).
    """
    return _tell_network(build("network", subject, args, kwargs, extra), **extra)


def block(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Put a function of a Keras tensor into a model and say what that computes.

    The tensor comes before the other arguments. The extra and the reply are those of
    `network`; with the extra "alike", weights of one shape get the same numbers.
    """
    return _tell_network(build("block", subject, args, kwargs, extra), **extra)


def build(
    kind: str, subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any
) -> Any:
    """Build what the probe of that name in `BUILDING` asks: the model, not yet told of."""
    if kind == "network":
        return subject(*args, **kwargs)
    import keras

    inputs = keras.Input(extra["inputs"].shape[1:])
    outputs = subject(inputs, *args, **kwargs)
    if not isinstance(outputs, keras.KerasTensor):
        raise PlainDataError(f"{a_kind(outputs)} in place of a Keras tensor")
    return keras.Model(inputs, outputs)


def _tell_network(
    built: Any, inputs: np.ndarray, weight_seed: int, alike: bool = False
) -> Any:
    from keras import Model

    if not isinstance(built, Model):
        raise PlainDataError(f"{a_kind(built)} in place of a Keras model")
    built(inputs[:1])
    shapes = [tuple(weight.shape) for weight in built.get_weights()]
    built.set_weights(_weights_by_shape(shapes, weight_seed, alike))
    return {
        "weight_shapes": sorted(map(list, shapes)),
        "parameters": int(built.count_params()),
        "outputs": np.asarray(built(inputs, training=False)),
        "training_zeros": float(np.mean(np.asarray(built(inputs, training=True)) == 0)),
        "dropout_rates": _dropout_rates(built),
        "noise": _noise(built),
        "layers": _described(built),
    }


def _inner(layer: Any) -> list[Any]:
    return list(layer._flatten_layers(include_self=True, recursive=True))


def _is_dropout(layer: Any) -> bool:
    """Return whether a layer is Keras's Dropout, and none of its look-alikes."""
    from keras import layers

    spatial = (
        layers.SpatialDropout1D,
        layers.SpatialDropout2D,
        layers.SpatialDropout3D,
    )
    return isinstance(layer, layers.Dropout) and not isinstance(layer, spatial)


def _dropout_rates(layer: Any) -> list[float]:
    return sorted(float(inner.rate) for inner in _inner(layer) if _is_dropout(inner))


def _noise(layer: Any) -> list[str]:
    kinds = [type(inner).__name__ for inner in _inner(layer) if not _is_dropout(inner)]
    return sorted(kind for kind in kinds if "Dropout" in kind or "Noise" in kind)


# The settings of a layer that the labs speak of.
_TOLD = (
    *("activation", "axis", "dilation_rate", "filters", "groups", "kernel_size"),
    *("padding", "pool_size", "rate", "scale", "strides", "units", "use_bias"),
)
_WITHOUT_EFFECT = ("Identity", "InputLayer")


def _described(model: Any) -> list[dict[str, Any]]:
    """Return "class" and the settings told of each layer, in the model's order.

    An activation that is a layer of its own counts as the one of the layer before it;
    what has no effect does not count.
    """
    found: list[dict[str, Any]] = []
    for layer in _inner(model):
        kind = type(layer).__name__
        if getattr(layer, "_layers", None) or kind in _WITHOUT_EFFECT:
            continue
        config = layer.get_config()
        alone = config.get("activation") if kind == "Activation" else kind.lower()
        if alone in ("relu", "softmax", "sigmoid", "tanh", "linear") and found:
            before = found[-1]
            if before.get("activation") == "linear":
                before["activation"] = alone
                continue
        told = {key: config[key] for key in _TOLD if _is_plain(config.get(key))}
        if told.get("rate", 1.0) != 0.0:
            found.append({"class": kind, **told})
    return found


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool, list, tuple))


def _weights_by_shape(
    shapes: list[tuple[int, ...]], seed: int, alike: bool = False
) -> list[np.ndarray]:
    drawn: list[np.ndarray] = []
    for number, shape in enumerate(shapes):
        twin = 0 if alike else shapes[:number].count(shape)
        drawn += draw_weights([list(shape)], [seed, twin, *shape])
    return drawn


def compiled(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function compile a model that gives back its input, and say how it did.

    Args:
        extra: "logits" (n, classes), which go in and so come out; "labels" (n,); for a
            rate that falls, "schedule" with its settings, which is handed in.

    Returns:
        "optimizer" (class name), "learning_rate" at the tenth step, and "results": the loss and each
        metric, by name, for these logits and labels.
    """
    import keras

    logits = np.asarray(extra["logits"], "float32")
    stand_in = keras.Sequential(
        [keras.Input(logits.shape[1:]), keras.layers.Identity()]
    )
    if "schedule" in extra:
        falling = keras.optimizers.schedules.PolynomialDecay(**extra["schedule"])
        kwargs = {**kwargs, "learning_rate": falling}
    subject(stand_in, *args, **kwargs)
    # Eagerly: quicker for one batch, and Keras cannot look behind a softmax to mend it.
    stand_in.run_eagerly = True
    results = stand_in.test_on_batch(logits, extra["labels"], return_dict=True)
    stand_in.optimizer.iterations.assign(10)
    return {
        "optimizer": type(stand_in.optimizer).__name__,
        "learning_rate": float(stand_in.optimizer.learning_rate),
        "results": {name: float(value) for name, value in results.items()},
    }


def build_network(
    input_shape: Sequence[int],
    layers: Sequence[tuple[str, Mapping[str, Any]]],
    weights: Sequence[np.ndarray] = (),
) -> Any:
    """Build a Keras model, one layer after another, from plain data.

    Args:
        input_shape: of one input, without the batch.
        layers: (class name in `keras.layers`, settings) of each layer.
        weights: as `model.get_weights()` gives them; without, Keras draws them.
    """
    import keras

    x = inputs = keras.Input(tuple(input_shape))
    for kind, settings in layers:
        x = getattr(keras.layers, kind)(**settings)(x)
    built = keras.Model(inputs, x)
    if len(weights):
        built.set_weights(list(weights))
    return built


def on_network(
    subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any
) -> Any:
    """Call a function with a small Keras model, which comes before the other arguments.

    Args:
        extra: "input_shape", "layers" and "weights"; see `build_network`.
    """
    return subject(build_network(**extra), *args, **kwargs)


def layer(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function make a Keras layer, twice, and say what it computes.

    Args:
        extra: "inputs", an array to call the layer with.

    Returns:
        "weight_shapes"; "repeats", whether both layers give the same; "outputs" of the
        first, all 0 if they do not.
    """
    import keras

    made = [subject(*copy.deepcopy(args), **copy.deepcopy(kwargs)) for _ in range(2)]
    if not isinstance(made[0], keras.layers.Layer):
        raise PlainDataError(f"{a_kind(made[0])} in place of a Keras layer")
    first, second = (np.asarray(one(extra["inputs"])) for one in made)
    repeats = bool(np.array_equal(first, second))
    return {
        "weight_shapes": [list(weight.shape) for weight in made[0].weights],
        "repeats": repeats,
        "outputs": first if repeats else np.zeros_like(first),
    }


def pair(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function give a loss and a last layer, and measure one behind the other.

    Args:
        extra: "features", which the layer reads; "labels"; "weight_seed".

    Returns:
        "weight_shapes", "outputs" (for the drawn weights) and "dropout_rates" of the
        layer, and the "loss" of these outputs and the labels.
    """
    import keras

    loss, head = subject(*args, **kwargs)
    if not isinstance(head, keras.layers.Layer):
        raise TypeError(f"the second is {a_kind(head)}, not a Keras layer")
    features = np.asarray(extra["features"], "float32")
    head(features)
    shapes = [tuple(weight.shape) for weight in head.get_weights()]
    head.set_weights(_weights_by_shape(shapes, extra["weight_seed"]))
    outputs = np.asarray(head(features, training=False))
    # The loss gets numbers: Keras cannot look behind a softmax to mend it.
    stand_in = keras.Sequential(
        [keras.Input(outputs.shape[1:]), keras.layers.Identity()]
    )
    stand_in.compile(loss=loss, run_eagerly=True)
    return {
        "weight_shapes": sorted(map(list, shapes)),
        "outputs": outputs,
        "dropout_rates": _dropout_rates(head),
        "loss": float(stand_in.test_on_batch(outputs, extra["labels"])),
    }


def saved(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function save a compiled model in an empty folder and load it again.

    The model and the folder come before the other arguments.

    Args:
        extra: "inputs", "weight_seed", and "steps", the training steps that the
            optimizer has counted.

    Returns:
        "endings" of what is in the folder afterwards; of the model that was returned:
        whether it is the "same" object, its "steps" (-1 if it is not compiled) and
        "outputs"; and "own", the outputs of the model that was handed over.
    """
    import keras

    inputs = np.asarray(extra["inputs"], "float32")
    given = keras.Sequential(
        [keras.Input(inputs.shape[1:]), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    shapes = [list(weight.shape) for weight in given.get_weights()]
    given.set_weights(draw_weights(shapes, extra["weight_seed"]))
    given.compile("adam", keras.losses.MeanSquaredError())
    given.optimizer.build(given.trainable_variables)
    given.optimizer.iterations.assign(extra["steps"])
    own = np.asarray(given(inputs))
    with tempfile.TemporaryDirectory() as folder:
        loaded = subject(given, folder, *args, **kwargs)
        endings = sorted(map(_ending, Path(folder).iterdir()))
    if not isinstance(loaded, keras.Model):
        raise PlainDataError(f"{a_kind(loaded)} in place of a Keras model")
    optimizer = getattr(loaded, "optimizer", None)
    return {
        "endings": endings,
        "same": loaded is given,
        "steps": -1 if optimizer is None else int(optimizer.iterations),
        "outputs": np.asarray(loaded(inputs)),
        "own": own,
    }


def _ending(path: Path) -> str:
    return ".weights.h5" if path.name.endswith(".weights.h5") else path.suffix
