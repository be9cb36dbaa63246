"""A new head on a trained network, of which the rest learns only if it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.networks import same_network
from grader.exercises.common.toy import (
    AVERAGE,
    POOL,
    Toy,
    conv_layer,
    dense_layer,
    toy,
)
from grader.exercises.common.wrong import by_default, with_arguments, with_settings
from grader.judging import compare
from grader.judging.compare import Close, Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake

_HEAD, _TUNED = "the new head", "tuned layers"
_OLD_CLASSES = 5


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw trained networks, some frozen before, and what of them is to learn."""
    rate = round(float(rng.uniform(0.002, 0.02)), 4)
    classes = int(rng.integers(6, 10))
    grid: list[tuple[dict[str, Any], int, bool]] = [
        ({}, 3, False),
        ({"learning_rate": rate}, 10, True),
        ({"tuned": ["conv2"], "learning_rate": 0.0005}, _OLD_CLASSES, False),
        ({"tuned": ["conv1"]}, classes, True),
        ({"tuned": ["conv1", "conv2"], "learning_rate": 0.01}, 4, True),
    ]
    return [_case(rng, *row) for row in grid]


def _case(
    rng: np.random.Generator, kwargs: dict[str, Any], classes: int, frozen: bool
) -> Case:
    extra = {
        "base": _trained(rng),
        "frozen": frozen,
        "inputs": rng.uniform(0, 1, (8, 6, 8, 1)).astype("float32"),
        "labels": rng.integers(0, min(classes, _OLD_CLASSES), 8).astype("int32"),
        "weight_seed": int(rng.integers(2**31)),
    }
    told = [f"{classes} classes", *(f"{key}={value}" for key, value in kwargs.items())]
    told += ["layers that come frozen"] if frozen else []
    part = _TUNED if "tuned" in kwargs else _HEAD
    return Case((classes,), kwargs, ", ".join(told), part, extra)


def _trained(rng: np.random.Generator) -> Toy:
    layers = (
        conv_layer("conv1", 3, (3, 3), "tanh"),
        POOL,
        conv_layer("conv2", 4, (3, 3), "tanh"),
        AVERAGE,
        dense_layer("scores", _OLD_CLASSES),
    )
    return toy(rng, (6, 8, 1), *layers)


def _transfers(expected: Any, actual: Any) -> Difference | None:
    """Compare networks, then what is left of the trained one, what learns, and how."""
    difference = same_network(expected, actual)
    if difference is not None:
        return difference
    for name, was in expected["kept"].items():
        if actual["kept"][name] != was:
            told = "are still in it" if actual["kept"][name] else "are not in it"
            return Difference("value", f"the trained weights of {name} {told}")
    for name, does in expected["learns"].items():
        if actual["learns"][name] != does:
            told = "learns" if actual["learns"][name] else "does not learn"
            return Difference("value", f"the layer {name} {told}")
    if expected["new_learns"] != actual["new_learns"]:
        return Difference("value", "the new layer does not learn")
    for key in ("optimizer", "learning_rate", "loss"):
        near = Close(rtol=1e-4) if key == "loss" else compare.close
        difference = near(expected[key], actual[key])
        if difference is not None:
            name = key.replace("_", " ")
            return Difference("value", f"the {name}: {difference.sentence}")
    return None


def _again(model: Any, outputs: Any, right: Any) -> Any:
    """Return a model with other outputs, compiled as the right one is."""
    import keras

    built = keras.Model(model.input, outputs)
    rate = float(right.optimizer.learning_rate)
    built.compile(keras.optimizers.Adam(rate), loss=right.loss)
    return built


def _headed(
    head: Callable[[Any, int], Any], behind: Callable[[Any], Any] | None = None
) -> Any:
    """Return a mistake: another head.

    Args:
        head: makes the output of a tensor and the number of classes.
        behind: gives the tensor, of the trained network; by default what its last layer
            reads.
    """

    def wrong(
        reference: Any, base: Any, num_classes: int, *rest: Any, **kw: Any
    ) -> Any:
        right = reference(base, num_classes, *rest, **kw)
        features = behind(base) if behind else base.layers[-1].input
        return _again(base, head(features, num_classes), right)

    return wrong


def _dense(units: int, activation: str | None = None) -> Any:
    import keras

    return keras.layers.Dense(units, activation=activation)


def _with_layer(kind: str, **settings: Any) -> Any:
    """Return a mistake: one layer more before the head."""

    def head(features: Any, num_classes: int) -> Any:
        import keras

        more = getattr(keras.layers, kind)(**settings)
        return _dense(num_classes)(more(features))

    return _headed(head)


def _learning(which: Callable[[Any, Sequence[str]], bool]) -> Any:
    """Return a mistake: other layers learn, by a layer and the names to be tuned."""

    def wrong(
        reference: Any, base: Any, num_classes: int, tuned: Any = (), **kw: Any
    ) -> Any:
        built = reference(base, num_classes, tuned, **kw)
        for layer in built.layers:
            layer.trainable = which(layer, tuned)
        return built

    return wrong


def _is_new(layer: Any) -> bool:
    return type(layer).__name__ == "Dense"


def _behind_the_first(layer: Any, tuned: Sequence[str]) -> bool:
    names = ["input", "conv1", "pool", "conv2", "average", ""]
    place = names.index(layer.name) if layer.name in names else len(names)
    first = min((names.index(name) for name in tuned), default=len(names) - 1)
    return place >= first


def _never_opened(
    reference: Any, base: Any, num_classes: int, tuned: Any = (), **kw: Any
) -> Any:
    """Freeze what is not tuned, and leave the rest as it came."""
    came = {layer.name: layer.trainable for layer in base.layers}
    built = reference(base, num_classes, tuned, **kw)
    for layer in built.layers:
        if not _is_new(layer):
            layer.trainable = layer.name in tuned and came.get(layer.name, True)
    return built


def _as_they_came(reference: Any, base: Any, *args: Any, **kwargs: Any) -> Any:
    came = {layer.name: layer.trainable for layer in base.layers}
    built = reference(base, *args, **kwargs)
    for layer in built.layers:
        layer.trainable = came.get(layer.name, True)
    return built


def _compiled(optimizer: str = "Adam", loss: Callable[[Any], Any] | None = None) -> Any:
    """Return a mistake: the right network, compiled in another way."""

    def wrong(reference: Any, *args: Any, **kwargs: Any) -> Any:
        import keras

        right = reference(*args, **kwargs)
        rate = float(right.optimizer.learning_rate)
        made = getattr(keras.optimizers, optimizer)(learning_rate=rate)
        right.compile(made, loss=loss(right.loss) if loss else right.loss)
        return right

    return wrong


def _loss(**settings: Any) -> Callable[[Any], Any]:
    return lambda right: type(right).from_config({**right.get_config(), **settings})


def _weights_lost(reference: Any, base: Any, *args: Any, **kwargs: Any) -> Any:
    import keras

    copied = keras.models.clone_model(base)
    return reference(copied, *args, **kwargs)


def _old_network(reference: Any, base: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the trained network itself, compiled."""
    right = reference(base, *args, **kwargs)
    rate, loss = float(right.optimizer.learning_rate), right.loss
    import keras

    base.compile(keras.optimizers.Adam(rate), loss=loss)
    return base


def _not_compiled(reference: Any, *args: Any, **kwargs: Any) -> Any:
    import keras

    right = reference(*args, **kwargs)
    return keras.Model(right.input, right.output)


MISTAKES = (
    Mistake(
        "everything learns",
        "Nothing is frozen: a few labels then move all weights, and what the network "
        "knew is soon forgotten. Only the new layer and the layers in `tuned` learn.",
        _learning(lambda layer, tuned: True),
    ),
    Mistake(
        "layers left as they come",
        "You set `trainable` nowhere. Layers that come open learn, and frozen ones stay "
        "frozen, whatever `tuned` says.",
        _as_they_came,
    ),
    Mistake(
        "new head frozen too",
        "The new layer does not learn, so its random weights stay random. Freeze the "
        "layers of `base`, not the model that you made of them.",
        _learning(lambda layer, tuned: not _is_new(layer) and layer.name in tuned),
    ),
    Mistake(
        "nothing learns",
        "You freeze the whole new model. Its new layer has to learn, and so have the "
        "layers in `tuned`.",
        _learning(lambda layer, tuned: False),
    ),
    Mistake(
        "tuned ignored",
        "The layers in `tuned` stay frozen.",
        _learning(lambda layer, tuned: _is_new(layer)),
    ),
    Mistake(
        "frozen layers not opened again",
        "A layer in `tuned` that comes frozen stays so: you only freeze, and open "
        "nothing. The same `base` may be used more than once.",
        _never_opened,
    ),
    Mistake(
        "tuned layers frozen, others learn",
        "It is the other way round: the layers in `tuned` learn, the others do not.",
        _learning(lambda layer, tuned: _is_new(layer) or layer.name not in tuned),
    ),
    Mistake(
        "all layers behind a tuned one learn",
        "Everything from the first layer in `tuned` on learns. Only the layers whose "
        "names stand there should.",
        _learning(_behind_the_first),
    ),
    Mistake(
        "the first tuned layer only",
        "`tuned` may hold several names. All these layers learn.",
        _learning(lambda layer, tuned: _is_new(layer) or layer.name in tuned[:1]),
    ),
    Mistake(
        "all learn as soon as one is tuned",
        "With a name in `tuned` you open the whole network. Only the layers whose names "
        "stand there learn.",
        _learning(lambda layer, tuned: _is_new(layer) or bool(tuned)),
    ),
    Mistake(
        "old head kept",
        "Your new layer reads the scores of the old one. Take what the last layer of "
        "`base` *reads*.",
        _headed(
            lambda scores, num_classes: _dense(num_classes)(scores),
            lambda base: base.output,
        ),
    ),
    Mistake(
        "no new head",
        "You give the trained network with its old last layer. The task asks for a new "
        "one in its place.",
        _old_network,
    ),
    Mistake(
        "a layer too few",
        "Between the last maps and your new layer the average is missing: only the very "
        "last layer of `base` is left out.",
        _headed(
            lambda maps, num_classes: _dense(num_classes)(maps),
            lambda base: base.layers[-2].input,
        ),
    ),
    Mistake(
        "Flatten in place of the average",
        "You flatten the last maps. Only the very last layer of `base` is left out, the "
        "average stays.",
        _headed(
            lambda maps, num_classes: _dense(num_classes)(_flattened(maps)),
            lambda base: base.layers[-2].input,
        ),
    ),
    Mistake(
        "softmax on the new head",
        "Your outputs are positive and sum to 1. The task asks for plain scores.",
        _headed(lambda features, num_classes: _dense(num_classes, "softmax")(features)),
    ),
    Mistake(
        "ReLU on the new head",
        "No score can be negative, so a class that scores 0 gets no gradient any more.",
        _headed(lambda features, num_classes: _dense(num_classes, "relu")(features)),
    ),
    Mistake(
        "number of classes fixed at ten",
        "The new layer has ten units whatever `num_classes` says.",
        with_arguments(lambda base, num_classes, *rest: (base, 10, *rest)),
    ),
    Mistake(
        "as many classes as before",
        "The new layer has as many units as the old one. `num_classes` says how many.",
        with_arguments(lambda base, num_classes, *rest: (base, _OLD_CLASSES, *rest)),
    ),
    Mistake(
        "a hidden layer more",
        "There is a hidden layer before the scores. The task has one new layer.",
        _with_layer("Dense", units=16, activation="relu"),
    ),
    Mistake(
        "dropout added",
        "Dropout is a good idea with few labels, and not asked for here.",
        _with_layer("Dropout", rate=0.5),
    ),
    Mistake(
        "trained weights lost",
        "Your network has the layers of `base` and not its weights: `clone_model` draws "
        "new ones.",
        _weights_lost,
    ),
    Mistake(
        "not compiled",
        "The new model is not compiled. A model that is made of a compiled one is not, "
        "either.",
        _not_compiled,
    ),
    Mistake(
        "learning rate ignored",
        "The optimizer has Keras's default rate, whatever `learning_rate` says.",
        with_settings(learning_rate=0.001),
    ),
    Mistake(
        "learning rate 0.01 by default",
        "Called without a learning rate your function takes another one than the task "
        "says.",
        by_default(learning_rate=0.01),
    ),
    Mistake(
        "learning rate 0.0001 by default",
        "Called without a learning rate your function takes another one than the task "
        "says.",
        by_default(learning_rate=0.0001),
    ),
    Mistake(
        "plain gradient descent",
        "The task asks for Adam, which adapts its step to each weight.",
        _compiled("SGD"),
    ),
    Mistake(
        "another adaptive optimizer",
        "The task asks for Adam.",
        _compiled("RMSprop"),
    ),
    Mistake(
        "scores taken for probabilities",
        "The new layer gives scores of any size, and the loss takes them for "
        "probabilities. It has a setting for this.",
        _compiled(loss=_loss(from_logits=False)),
    ),
    Mistake(
        "loss for one-hot labels",
        "This loss wants a row of 0s and a 1 for each image; the labels are plain "
        "integers. There is a sparse one for these.",
        _compiled(loss=lambda right: "categorical_crossentropy"),
    ),
    Mistake(
        "loss summed",
        "Your loss adds up over the batch. Keras's default is the mean.",
        _compiled(loss=_loss(reduction="sum")),
    ),
)


def _flattened(maps: Any) -> Any:
    import keras

    return keras.layers.Flatten()(maps)


EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("num_classes", "tuned", "learning_rate"),
    comparison=_transfers,
    parts={_HEAD: 3, _TUNED: 1},
    probe="transferred",
    time_limit=20.0,
    mistakes=MISTAKES,
)
