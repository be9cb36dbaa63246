"""Stand-ins for what a student has not got right yet, so that later cells work.

They do the job in another way than the exercises ask for, so that none of them is an
answer: the network has other layers, nothing is compiled, the training is written out.
TensorFlow is imported where it is needed: most labs do without.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from grader.graded import OUTSIDE_VARIABLE
from grader.notebook.check import has_passed, user_namespace, verdict_on

Function = Callable[..., Any]


def yours_or_given(lab: str, *names: str, **others: Function) -> SimpleNamespace:
    """Return the student's functions if they pass their checks, and stand-ins if not.

    The names in the notebook stay as they are, so a check still judges what is written
    there. Where the judge asks from outside, there are no right answers to compare with,
    and every function is the student's own.

    Args:
        lab: such as "lab10".
        names: functions of the lab's exercises, such as "train"; each has a stand-in.
        others: functions of the lab's exercises for which the lab gives a stand-in.

    Returns:
        An object that has each function under its name.
    """
    yours = user_namespace() or {}
    names = (*names, *others)
    given: dict[str, Function] = {}
    if not os.environ.get(OUTSIDE_VARIABLE):
        missing = [name for name in names if not _passes(f"{lab}.{name}", yours)]
        for name in missing:
            here = {name: others[name]} if name in others else None
            given |= here or STAND_INS[f"{lab}.{name}"]
        print(_told(names, missing, [name for name in names if name in given]))
    own = {name: yours.get(name, _not_written(name)) for name in names}
    return SimpleNamespace(**own | given)


def _passes(exercise_id: str, namespace: Mapping[str, Any]) -> bool:
    """Judge without a word; an error of our own is no reason to replace anything."""
    if has_passed(exercise_id, namespace):
        return True
    with redirect_stdout(io.StringIO()):
        return verdict_on(exercise_id, namespace).status != "failed"


def _told(names: Sequence[str], missing: Sequence[str], given: Sequence[str]) -> str:
    if not missing:
        are = "are" if names[1:] else "is"
        return f"From here on, {_listed(names)} {are} your own."
    have, they = ("have", "they have") if missing[1:] else ("has", "it has")
    checks = "their checks" if missing[1:] else "its check"
    return (
        f"{_listed(missing)} {have} not passed {checks} yet, so you go on with the lab's "
        f"own {_listed(given)}. When {they}, run this cell and those below again."
    )


def _listed(names: Sequence[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}" if first else last


def _not_written(name: str) -> Function:
    def stub(*args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(f"`{name}` is not written yet")

    return stub


# -- lab 10 ----------------------------------------------------------------------------


def _small_network(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    dropout: float = 0.2,
) -> Any:
    """Build a relative of LeNet-5: (n, *input_shape) -> logits (n, num_classes)."""
    import keras

    pooled = {"pool_size": 2}
    table: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Conv2D", {"filters": 8, "kernel_size": 5, "activation": "tanh"}),
        ("MaxPooling2D", pooled),
        ("Conv2D", {"filters": 24, "kernel_size": 5, "activation": "tanh"}),
        ("MaxPooling2D", pooled),
        ("Flatten", {}),
        ("Dense", {"units": 60, "activation": "tanh"}),
        ("Dropout", {"rate": dropout}),
        ("Dense", {"units": num_classes}),
    )
    layers = (getattr(keras.layers, kind)(**settings) for kind, settings in table)
    return keras.Sequential([keras.Input(shape=input_shape), *layers])


class _Descent:
    """Adam at work: a step and a measurement, each traced once."""

    def __init__(self, rate: Any) -> None:
        import keras
        import tensorflow as tf

        self.optimizer = keras.optimizers.Adam(rate)
        self.learn = tf.function(self._learn, reduce_retracing=True)
        self.measure = tf.function(_scores, reduce_retracing=True)

    def _learn(self, model: Any, x: Any, y: Any) -> tuple[Any, Any]:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            losses, hits = _scores(model, x, y, training=True)
            loss = tf.reduce_mean(losses)
        variables = model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return losses, hits


_descents: WeakKeyDictionary[Any, _Descent] = WeakKeyDictionary()


def _scores(model: Any, x: Any, y: Any, training: bool = False) -> tuple[Any, Any]:
    """Return the loss of each image, and 1 where its largest score is its label's."""
    import tensorflow as tf

    logits = model(x, training=training)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    return losses, tf.cast(tf.argmax(logits, axis=1) == y, tf.float32)


def _remember_rate(model: Any, learning_rate: Any = 0.001) -> None:
    _descents[model] = _Descent(learning_rate)


def _train_by_hand(
    model: Any,
    x_train: Any,
    y_train: Any,
    x_val: Any,
    y_val: Any,
    epochs: int,
    batch_size: int,
) -> dict[str, list[float]]:
    """Train a network whose learning rate is remembered; the history of `fit`."""
    descent = _descents[model]
    model(x_train[:1])  # a model of one's own has its variables after the first call
    descent.optimizer.build(model.trainable_variables)
    history: dict[str, list[float]] = {}
    for _ in range(epochs):
        # This generator is one of those that `keras.utils.set_random_seed` seeds.
        order = np.random.permutation(len(x_train))
        x, y = x_train[order], y_train[order]
        seen = _means(descent.learn, model, x, y, batch_size)
        unseen = _means(descent.measure, model, x_val, y_val, 500)
        for key, value in zip(
            ("loss", "accuracy", "val_loss", "val_accuracy"), seen + unseen, strict=True
        ):
            history.setdefault(key, []).append(value)
    return history


def _means(
    scores: Function, model: Any, x: Any, y: Any, size: int
) -> tuple[float, float]:
    """Go through images in batches; give the mean loss and the share of right ones."""
    starts = range(0, len(x), size)
    batches = [scores(model, x[s : s + size], y[s : s + size]) for s in starts]
    losses, hits = (
        np.concatenate([np.asarray(b) for b in kind])
        for kind in zip(*batches, strict=True)
    )
    return float(losses.mean()), float(hits.mean())


# A stand-in for compiling goes with the one for training.
_BY_HAND: dict[str, Function] = {
    "compile_model": _remember_rate,
    "train": _train_by_hand,
}


# -- lab 13 ----------------------------------------------------------------------------


def _planes_in_reverse(board: np.ndarray, player: int) -> np.ndarray:
    """Say the same of a board as the task's planes do, the last plane first."""
    from grader import go

    kinds = np.eye(4)[np.minimum(go.liberties(board), 3)]
    colours = np.eye(3)[np.where(board == player, 1, 2 * (board > 0))]
    return np.dstack([kinds[..., :0:-1], colours[..., :0:-1]]).astype("float32")


def _empty_points(board: np.ndarray, player: int) -> np.ndarray:
    """Allow every empty point, suicide as well: the game's own rules forbid it."""
    return np.asarray(board == 0)


def _network_without_pooling(
    size: int = 9, channels: int = 5, filters: int = 24
) -> Any:
    """Build a relative of the task's network: (N, size, size, channels) -> probabilities."""
    import keras

    chain = [keras.Input((size, size, channels))]
    settings = {"padding": "same", "activation": "tanh"}
    chain += [keras.layers.Conv2D(filters, 3, **settings) for _ in range(3)]
    chain += [keras.layers.Conv2D(1, 1), keras.layers.Reshape((size * size,))]
    return keras.Sequential([*chain, keras.layers.Softmax()])


def _turned_with_its_move(
    planes: np.ndarray, move: int, number: int
) -> tuple[np.ndarray, int]:
    """Turn a position, its move as one plane more among the others."""
    size = len(planes)
    one = np.eye(size * size)[move].reshape(size, size, 1)
    whole = np.concatenate([planes, one], axis=-1)
    whole = np.rot90(whole[:, ::-1] if number > 3 else whole, number % 4)
    return whole[..., :-1], int(whole[..., -1].argmax())


def _alike_step_by_step(kernel: np.ndarray) -> np.ndarray:
    """Average with the transposed kernel, and with what two mirrors show."""
    kernel = (kernel + np.swapaxes(kernel, 0, 1)) / 2
    kernel = (kernel + kernel[::-1]) / 2
    return np.asarray((kernel + kernel[:, ::-1]) / 2)


# -- lab 14 ----------------------------------------------------------------------------


def _smaller_network(
    separable: bool = True,
    average: bool = True,
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
) -> Any:
    """Build a smaller relative of the compact network, with pooling between its layers."""
    import keras

    inner = "SeparableConv2D" if separable else "Conv2D"
    settings = {"kernel_size": 5, "activation": "relu"}
    table: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Conv2D", {"filters": 12, **settings}),
        ("MaxPooling2D", {"pool_size": 2}),
        (inner, {"filters": 36, **settings}),
        ("GlobalAveragePooling2D" if average else "Flatten", {}),
        ("Dense", {"units": num_classes}),
    )
    layers = (getattr(keras.layers, kind)(**chosen) for kind, chosen in table)
    return keras.Sequential([keras.Input(shape=input_shape), *layers])


# -- lab 16 ----------------------------------------------------------------------------


def _finder_by_patches(num_classes: int = 11) -> Any:
    """Build a network of pages whose dense layers read patches of 5x5 places of maps."""
    from keras import Input, Model, layers, ops

    inputs = Input((None, None, 1))
    maps = layers.Conv2D(filters=8, kernel_size=5, activation="relu")(inputs)
    maps = layers.MaxPooling2D(pool_size=2)(maps)
    maps = layers.Conv2D(filters=16, kernel_size=3, activation="relu")(maps)
    maps = layers.MaxPooling2D(pool_size=2)(maps)
    patches = ops.image.extract_patches(maps, size=5, strides=1)
    hidden = layers.Dense(units=48, activation="relu")(patches)
    return Model(inputs, layers.Dense(units=num_classes)(hidden))


def _weights_as_they_are(weights: Any, shape: Sequence[int]) -> Any:
    return weights


# Dense layers keep their weights, so these two go together.
_BY_PATCHES: dict[str, Function] = {
    "dense_kernel": _weights_as_they_are,
    "build_finder": _finder_by_patches,
}


# -- all -------------------------------------------------------------------------------


STAND_INS: dict[str, dict[str, Function]] = {
    "lab10.build_cnn": {"build_cnn": _small_network},
    "lab10.compile_model": _BY_HAND,
    "lab10.train": _BY_HAND,
    "lab13.board_planes": {"board_planes": _planes_in_reverse},
    "lab13.legal_moves": {"legal_moves": _empty_points},
    "lab13.build_policy": {"build_policy": _network_without_pooling},
    "lab13.turn_position": {"turn_position": _turned_with_its_move},
    "lab13.symmetrise_kernel": {"symmetrise_kernel": _alike_step_by_step},
    "lab14.build_compact": {"build_compact": _smaller_network},
    "lab16.dense_kernel": _BY_PATCHES,
    "lab16.build_finder": _BY_PATCHES,
}
