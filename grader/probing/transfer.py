"""Let a student's function build on a trained network, and say what of it learns."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.exceptions import PlainDataError
from grader.probing.networks import build_network, draw_weights, network
from grader.probing.plain import a_kind


def transferred(
    subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any
) -> Any:
    """Let a function make a compiled network of a trained one, and train it one step.

    The trained network comes before the other arguments.

    Args:
        extra: "base" (see `build_network`); "frozen", whether its layers come frozen;
            "inputs"; "labels"; "weight_seed".

    Returns:
        What the probe "network" tells, and: "kept", for each layer of the trained network
        that has weights, by name, whether they are in the new one; "learns", for each of
        these whether a step changes all of them; "new_learns", whether it changes all the
        weights that come from nowhere else; "optimizer" (class name), "learning_rate",
        and "loss" for the drawn weights.
    """
    base = build_network(**extra["base"])
    for layer in base.layers:
        layer.trainable = not extra["frozen"]
    trained = {layer.name: layer.get_weights() for layer in base.layers}
    built = subject(base, *args, **kwargs)
    own = _weights(built)
    places = {name: _places(w, own) for name, w in trained.items() if w}
    known = {place for found in places.values() for place in found}
    moved = _moved(built, known, extra["inputs"], extra["labels"])
    told = {
        "kept": {name: None not in found for name, found in places.items()},
        "learns": {
            name: all(place is not None and moved[place] for place in found)
            for name, found in places.items()
        },
        "new_learns": all(moved[n] for n in range(len(moved)) if n not in known),
        "optimizer": type(built.optimizer).__name__,
        "learning_rate": float(built.optimizer.learning_rate),
    }
    drawn = {key: extra[key] for key in ("inputs", "weight_seed")}
    told |= network(lambda: built, [], {}, drawn)
    measured = built.test_on_batch(extra["inputs"], extra["labels"], return_dict=True)
    return told | {"loss": float(measured["loss"])}


def _weights(built: Any) -> list[np.ndarray]:
    import keras

    if not isinstance(built, keras.Model):
        raise PlainDataError(f"{a_kind(built)} in place of a Keras model")
    return list(built.get_weights())


def _moved(
    built: Any, known: set[int | None], inputs: np.ndarray, labels: np.ndarray
) -> list[bool]:
    """Train a model by one step and return which of its weights that changes.

    Args:
        built: a compiled Keras model.
        known: the places of weights that stay; the others are drawn first, or what
            learns would depend on how they were drawn before.
        inputs, labels: the batch of the step.
    """
    before = [
        w if n in known else draw_weights([list(w.shape)], list(w.shape))[0]
        for n, w in enumerate(built.get_weights())
    ]
    built.set_weights(before)
    built.run_eagerly = True  # quicker for one batch, and it learns what learns now
    built.train_on_batch(inputs, labels)
    pairs = zip(before, built.get_weights(), strict=True)
    return [not np.array_equal(one, two) for one, two in pairs]


def _places(weights: list[np.ndarray], among: list[np.ndarray]) -> list[int | None]:
    """Return where each of some arrays stands among others, `None` if nowhere."""
    return [
        next((n for n, one in enumerate(among) if np.array_equal(one, array)), None)
        for array in weights
    ]
