"""The real training, watched on the validation set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after, with_arguments, with_settings
from grader.exercises.lab10_mnist_cnn.shared import (
    fitting,
    numbered_images,
    training_case,
    training_seen,
)
from grader.judging.compare import Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw training images sorted by label, and others of a class of their own."""
    cases = []
    drawn = (int(rng.integers(36, 50)), int(rng.integers(7, 20)), 3, 16)
    for n_train, n_val, epochs, batch in ((36, 20, 2, 15), drawn):
        y_train = np.sort(rng.integers(0, 3, n_train)).astype("int32")
        # The fourth class is for validation alone: no training brings the losses on the
        # two sets so close together that one could be taken for the other.
        y_val = np.full(n_val, 3, "int32")
        x_train, x_val = (
            numbered_images(rng, y_train, 0),
            numbered_images(rng, y_val, n_train),
        )
        cases.append(
            training_case(
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


def _on(arrays: Callable[[Any, Any, Any, Any], tuple[Any, ...]]) -> Callable[..., Any]:
    """Return a mistake: other arrays made of x, y, x_val and y_val."""
    return with_arguments(lambda model, *given: (model, *arrays(*given)))


def _with_validation(x: Any, y: Any, x_val: Any, y_val: Any) -> tuple[Any, ...]:
    return np.concatenate([x, x_val]), np.concatenate([y, y_val]), x_val, y_val


def _held_back(x: Any, y: Any, x_val: Any, y_val: Any) -> tuple[Any, ...]:
    kept = int(0.8 * len(x))
    return x[:kept], y[:kept], x[kept:], y[kept:]


def _tenth_held_back(x: Any, y: Any, x_val: Any, y_val: Any) -> tuple[Any, ...]:
    kept = int(0.9 * len(x))
    return x[:kept], y[:kept], x[kept:], y[kept:]


def _labels_left_behind(x: Any, *rest: Any) -> tuple[Any, ...]:
    return np.random.default_rng(0).permutation(x), *rest


def _without_validation(history: Any) -> Any:
    return {key: history[key] for key in history if not key.startswith("val_")}


def _validated_once(history: Any) -> Any:
    return {
        key: [values[-1]] * len(values) if key.startswith("val_") else values
        for key, values in history.items()
    }


def _history_object(history: Any) -> Any:
    import keras

    returned = keras.callbacks.History()
    returned.history = history
    return returned


def _compiled_again(reference: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
    model.compile("adam", model.loss, metrics=["accuracy"])
    return reference(model, *args, **kwargs)


MISTAKES = (
    Mistake(
        "validated on the training images",
        "The validation numbers come from images that the model is learning. "
        "They would look good even if it only memorised.",
        _on(lambda x, y, x_val, y_val: (x, y, x, y)),
    ),
    Mistake(
        "trained on the validation images too",
        "The model learns from the images that should validate it.",
        _on(_with_validation),
    ),
    Mistake(
        "training and validation exchanged",
        "The model learns from the validation images.",
        _on(lambda x, y, x_val, y_val: (x_val, y_val, x, y)),
    ),
    Mistake(
        "part of the training images held back",
        "A fifth of the training images was taken for validation, and the "
        "validation images given were not used.",
        _on(_held_back),
    ),
    Mistake(
        "a tenth of the training images held back",
        "A tenth of the training images was taken for validation, and the "
        "validation images given were not used.",
        _on(_tenth_held_back),
    ),
    Mistake(
        "images turned upside down",
        "The model learns from images that were turned upside down. Give it the "
        "training images as they are.",
        _on(lambda x, y, x_val, y_val: (x[:, ::-1], y, x_val, y_val)),
    ),
    Mistake(
        "images mirrored",
        "The model learns from mirrored images. Give it the training images as they "
        "are.",
        _on(lambda x, y, x_val, y_val: (x[:, :, ::-1], y, x_val, y_val)),
    ),
    Mistake(
        "not validated",
        "Nothing was measured on the validation images, so you cannot see "
        "overfitting begin.",
        after(_without_validation),
    ),
    Mistake(
        "not shuffled",
        "The images come in the order given. If they are sorted by label, the last "
        "batches teach the network to answer with the last class.",
        fitting(shuffle=False),
    ),
    Mistake(
        "validated once",
        "The same number stands for all epochs. Measure after each one, or you "
        "cannot see when overfitting begins.",
        after(_validated_once),
    ),
    Mistake(
        "last epoch only",
        "Your lists hold the numbers of the last epoch. There is one for each epoch.",
        after(lambda history: {key: history[key][-1:] for key in history}),
    ),
    Mistake(
        "images shuffled, labels left behind",
        "The images were brought into another order, their labels were not. "
        "What belongs together is shuffled together; `fit` does it for you.",
        _on(_labels_left_behind),
    ),
    Mistake(
        "one epoch only",
        "The number of epochs does not follow the argument.",
        with_settings(epochs=1),
    ),
    Mistake(
        "batch size ignored",
        "Keras's default of 32 was used, whatever `batch_size` says.",
        with_settings(batch_size=32),
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
        _on(lambda x, y, x_val, y_val: (x / 255, y, x_val / 255, y_val)),
    ),
    Mistake(
        "History object",
        "`fit` gives an object; the dictionary is its attribute `history`.",
        after(_history_object),
    ),
    Mistake(
        "nothing returned",
        "Training happened, but the function gives nothing back. "
        "Is a `return` missing?",
        after(lambda history: None),
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
