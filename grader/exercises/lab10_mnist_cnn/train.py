"""The real training, watched on the validation set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.exercises.lab10_mnist_cnn.shared import (
    fit_with,
    peaked,
    recorded,
    training_seen,
)
from grader.judging.compare import Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = []
    drawn = (int(rng.integers(36, 50)), int(rng.integers(7, 20)), 3, 16)
    for n_train, n_val, epochs, batch in ((36, 20, 2, 15), drawn):
        y_train = np.sort(rng.integers(0, 3, n_train)).astype("int32")
        # The fourth class is for validation alone: no training brings the losses on the
        # two sets so close together that one could be taken for the other.
        y_val = np.full(n_val, 3, "int32")
        x_train, x_val = peaked(rng, y_train, 0), peaked(rng, y_val, n_train)
        cases.append(
            recorded(
                f"{n_train} training images sorted by label, {n_val} for validation, "
                f"{epochs} epochs, batches of {batch}",
                (x_train, y_train, x_val, y_val),
                {"epochs": epochs, "batch_size": batch},
                int(rng.integers(2**31)),
                training=(x_train, y_train),
                validation=(x_val, y_val),
            )
        )
    return cases


_HISTORY = ("accuracy", "loss", "val_accuracy", "val_loss")


def _trainings(expected: Any, actual: Any) -> Difference | None:
    """Compare trainings by what was shown, in which order, and what is reported."""
    difference = training_seen(expected, actual) or _history(expected, actual)
    if difference is not None:
        return difference
    if expected["optimizer"] != actual["optimizer"]:
        return Difference("value", "the model comes compiled, and was compiled again")
    for fact in (_own_labels, _shuffles, _validated):
        wanted, given = fact(expected), fact(actual)
        if wanted != given:
            return Difference("value", given)
    return None


def _history(expected: Any, actual: Any) -> Difference | None:
    if expected["kind"] != actual["kind"]:
        return Difference(
            "type", f"it gives a {actual['kind']}, expected a {expected['kind']}"
        )
    if expected["kind"] != "dict":
        return None
    wanted = {
        key: expected["result"][key] for key in _HISTORY if key in expected["result"]
    }
    missing = [key for key in wanted if key not in actual["result"]]
    if missing:
        return Difference("shape", f"the history lacks {', '.join(missing)}")
    for key in _HISTORY:
        if key in actual["result"] and key not in wanted:
            return Difference("shape", f"the history has {key}")
    for key, values in wanted.items():
        if np.size(actual["result"][key]) != len(values):
            return Difference(
                "shape",
                f'history["{key}"] has {np.size(actual["result"][key])} values, '
                f"expected {len(values)}, one for each epoch",
            )
    return None


def _own_labels(record: Any) -> str:
    return "images were trained with labels of others" if record["mislabelled"] else ""


def _shuffles(record: Any) -> str:
    # Not whether each epoch has an order of its own: after `set_random_seed` Keras's own
    # `fit` repeats the first one.
    rows = record["rows"][np.repeat(record["training"], record["sizes"])]
    epochs = rows.reshape(-1, max(1, len(np.unique(rows))))
    if not len(rows) or len(set(map(tuple, map(sorted, epochs.tolist())))) > 1:
        return "the model was not shown all images in each epoch"
    if (np.diff(epochs, axis=1) > 0).all():
        return "the images were shown in the order given, sorted by label"
    return ""


def _validated(record: Any) -> str:
    result, losses = record["result"], record["losses"]
    if not isinstance(result, dict) or "val_loss" not in result:
        return "there is no val_loss"
    values = np.ravel(result["val_loss"])
    if len(values) > 1 and (values == values[0]).all():
        return "val_loss is the same number for all epochs"
    last = float(values[-1])
    if np.isclose(last, losses["validation"], rtol=1e-4):
        return ""
    if np.isclose(last, losses["training"], rtol=1e-4):
        return "the last val_loss is the loss on the training images"
    return "the last val_loss is not the model's loss on the validation images"


def _held_back(
    reference: Any, model: Any, x: Any, y: Any, x_val: Any, y_val: Any, **kwargs: Any
) -> Any:
    kept = int(0.8 * len(x))
    return reference(model, x[:kept], y[:kept], x[kept:], y[kept:], **kwargs)


def _trained_on_all(
    reference: Any, model: Any, x: Any, y: Any, x_val: Any, y_val: Any, **kwargs: Any
) -> Any:
    both = np.concatenate([x, x_val]), np.concatenate([y, y_val])
    return reference(model, *both, x_val, y_val, **kwargs)


def _without_validation(reference: Any, *args: Any, **kwargs: Any) -> Any:
    history = reference(*args, **kwargs)
    return {key: history[key] for key in history if not key.startswith("val_")}


def _unshuffled(reference: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
    fit_with(model, shuffle=False)
    return reference(model, *args, **kwargs)


def _labels_left_behind(
    reference: Any, model: Any, x: Any, *rest: Any, **kwargs: Any
) -> Any:
    return reference(model, np.random.default_rng(0).permutation(x), *rest, **kwargs)


def _validated_once(reference: Any, *args: Any, **kwargs: Any) -> Any:
    history = reference(*args, **kwargs)
    return {
        key: [values[-1]] * len(values) if key.startswith("val_") else values
        for key, values in history.items()
    }


def _history_object(reference: Any, *args: Any, **kwargs: Any) -> Any:
    import keras

    history = keras.callbacks.History()
    history.history = reference(*args, **kwargs)
    return history


def _compiled_again(reference: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
    model.compile("adam", model.loss, metrics=["accuracy"])
    return reference(model, *args, **kwargs)


def _scaled_again(
    reference: Any, model: Any, x: Any, y: Any, x_val: Any, y_val: Any, **kwargs: Any
) -> Any:
    return reference(model, x / 255, y, x_val / 255, y_val, **kwargs)


MISTAKES = (
    Mistake(
        "validated on the training images",
        "The validation numbers come from images that the model is learning. "
        "They would look good even if it only memorised.",
        lambda reference, model, x, y, x_val, y_val, **kwargs: reference(
            model, x, y, x, y, **kwargs
        ),
    ),
    Mistake(
        "trained on the validation images too",
        "The model learns from the images that should validate it.",
        _trained_on_all,
    ),
    Mistake(
        "training and validation exchanged",
        "The model learns from the validation images.",
        lambda reference, model, x, y, x_val, y_val, **kwargs: reference(
            model, x_val, y_val, x, y, **kwargs
        ),
    ),
    Mistake(
        "part of the training images held back",
        "A fifth of the training images was taken for validation, and the "
        "validation images given were not used.",
        _held_back,
    ),
    Mistake(
        "not validated",
        "Nothing was measured on the validation images, so you cannot see "
        "overfitting begin.",
        _without_validation,
    ),
    Mistake(
        "not shuffled",
        "The images come in the order given. If they are sorted by label, the last "
        "batches teach the network to answer with the last class.",
        _unshuffled,
    ),
    Mistake(
        "validated once",
        "The same number stands for all epochs. Measure after each one, or you "
        "cannot see when overfitting begins.",
        _validated_once,
    ),
    Mistake(
        "images shuffled, labels left behind",
        "The images were brought into another order, their labels were not. "
        "What belongs together is shuffled together; `fit` does it for you.",
        _labels_left_behind,
    ),
    Mistake(
        "one epoch only",
        "The number of epochs does not follow the argument.",
        lambda reference, *args, **kwargs: reference(*args, **{**kwargs, "epochs": 1}),
    ),
    Mistake(
        "batch size ignored",
        "Keras's default of 32 was used, whatever `batch_size` says.",
        lambda reference, *args, **kwargs: reference(
            *args, **{**kwargs, "batch_size": 32}
        ),
    ),
    Mistake(
        "compiled again",
        "The model comes compiled. Compiling it anew replaces its optimizer, and "
        "with it the learning rate that was chosen.",
        _compiled_again,
    ),
    Mistake(
        "scaled again",
        "The images were divided by 255 once more; they came preprocessed.",
        _scaled_again,
    ),
    Mistake(
        "History object",
        "`fit` gives an object; the dictionary is its attribute `history`.",
        _history_object,
    ),
    Mistake(
        "nothing returned",
        "Training happened, but the function gives nothing back. "
        "Is a `return` missing?",
        lambda reference, *args, **kwargs: reference(*args, **kwargs) and None,
    ),
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("x_train", "y_train", "x_val", "y_val"),
    comparison=_trainings,
    probe="training",
    mistakes=MISTAKES,
)
