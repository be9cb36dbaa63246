"""Let a student's function train a recording model, or read its data set."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np

from grader.probing.networks import draw_weights


def training(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function train a small recording model and tell what the model was shown.

    The model is compiled; it comes before the other arguments. It records whatever way
    it is called: by `fit`, `train_on_batch`, `evaluate` or in a loop of one's own.

    Args:
        extra: "classes"; "weight_seed"; "sets", name -> (x, y) to evaluate afterwards.

    Returns:
        "kind", the class of what the function returned, and "result", its value if it
        is plain; one entry per batch in "training" (was it in training mode?) and
        "sizes"; "rows", for each image shown the position of its largest value;
        "largest", the largest value shown; "mislabelled", was an image of a set trained
        with another label than its own, as far as the model computed the loss itself?
        "losses", by set, after the function is done; "optimizer", its class name then.
    """
    images = args[0]
    seed = extra["weight_seed"]
    model, noted, labels = _recorder(images.shape[1:], extra["classes"], seed)
    result = subject(model, *args, **kwargs)
    shown, given = list(noted), list(labels)
    losses = {
        name: float(model.compute_loss(x, y, model(x, training=False)))
        for name, (x, y) in extra["sets"].items()
    }
    own = {
        (int(row), int(label))
        for x, y in extra["sets"].values()
        for row, label in zip(_peaks(x), y, strict=True)
    }
    known = {row for row, _ in own}
    rows = [rows for _, rows, _ in shown]
    return {
        "kind": "dict" if isinstance(result, dict) else type(result).__name__,
        "result": result if isinstance(result, _PLAIN_RESULTS) else None,
        "training": np.array([flag for flag, _, _ in shown], bool),
        "sizes": np.array([len(batch) for batch in rows], "int32"),
        "rows": np.concatenate(rows) if rows else np.zeros(0, "int32"),
        "largest": max((largest for _, _, largest in shown), default=0.0),
        "mislabelled": any(
            row in known and (row, label) not in own for row, label in given
        ),
        "losses": losses,
        "optimizer": type(model.optimizer).__name__,
    }


_PLAIN_RESULTS = (dict, float, int, list, tuple, np.ndarray)


def _peaks(images: Any) -> np.ndarray:
    """Return the position of each image's largest value."""
    found: np.ndarray = np.reshape(images, (len(images), -1)).argmax(axis=1)
    return found.astype("int32")


def _recorder(
    shape: tuple[int, ...], classes: int, seed: int
) -> tuple[Any, list[Any], list[tuple[int, int]]]:
    import keras

    class Recorder(keras.Model):  # type: ignore[misc]
        """A linear classifier that notes every batch it is called with."""

        def __init__(self) -> None:
            super().__init__()
            self.flatten = keras.layers.Flatten()
            self.dense = keras.layers.Dense(classes)

        def compile(self, *args: Any, **kwargs: Any) -> None:
            # Eagerly, or the images are symbols that cannot be noted.
            super().compile(*args, **{**kwargs, "run_eagerly": True})

        def call(self, images: Any, training: bool = False) -> Any:
            if hasattr(images, "numpy"):
                array = images.numpy()
                shown.append((bool(training), _peaks(array), float(array.max())))
            return self.dense(self.flatten(images))

        def compute_loss(
            self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
        ) -> Any:
            if kwargs.get("training", True) and hasattr(x, "numpy"):
                pairs = zip(_peaks(x.numpy()), np.ravel(y), strict=True)
                labels.extend((int(row), int(label)) for row, label in pairs)
            return super().compute_loss(x, y, *args, **kwargs)

    # Beside the model: Keras would wrap a list that is one of its attributes.
    shown: list[tuple[bool, np.ndarray, float]] = []
    labels: list[tuple[int, int]] = []
    model = Recorder()
    model(np.zeros((1, *shape), "float32"))
    model.set_weights(
        draw_weights([list(weight.shape) for weight in model.get_weights()], seed)
    )
    model.compile(
        keras.optimizers.SGD(learning_rate=0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    shown.clear()
    return model, shown, labels


def dataset(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function make data sets of images and labels, and read them.

    Args:
        extra: "changes", for each data set the keyword arguments that differ from
            `kwargs`; "epochs"; "limit", the most batches to read in an epoch.

    Returns:
        For each data set a list of epochs. An epoch has "ended" (within the limit),
        "sizes" of its batches, and all its images "x" and labels "y" in order.
    """
    made = [
        subject(*copy.deepcopy(args), **{**kwargs, **change})
        for change in extra["changes"]
    ]
    epochs, limit = range(extra["epochs"]), extra["limit"]
    return [[_epoch(one, limit) for _ in epochs] for one in made]


def _epoch(batches: Iterable[Any], limit: int) -> dict[str, Any]:
    read = [
        (np.atleast_1d(x), np.atleast_1d(y))
        for x, y in itertools.islice(batches, limit + 1)
    ]
    images, labels = ([pair[side] for pair in read] for side in (0, 1))
    return {
        "ended": len(read) <= limit,
        "sizes": np.array([len(y) for y in labels], "int32"),
        "x": np.concatenate(images) if read else np.zeros(0),
        "y": np.concatenate(labels) if read else np.zeros(0),
    }
