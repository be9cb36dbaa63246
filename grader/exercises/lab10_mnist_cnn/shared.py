"""What a training is asked and told by."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.judging.compare import Difference
from grader.judging.exercise import Case


def rescaled(images: np.ndarray) -> np.ndarray:
    from skimage.util import img_as_float32

    return np.expand_dims(img_as_float32(images), -1)


def peaked(rng: np.random.Generator, labels: np.ndarray, first: int) -> np.ndarray:
    """Return images of which number i has its only 1.0 at pixel `first` + i."""
    images = rng.uniform(0, 0.5, (len(labels), 8, 9, 1)).astype("float32")
    images[:, :3, :3, 0] += 0.05 * labels[:, None, None]
    images.reshape(len(labels), -1)[
        np.arange(len(labels)), first + np.arange(len(labels))
    ] = 1
    return images


def recorded(
    label: str, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int, **sets: Any
) -> Case:
    extra = {"classes": 4, "weight_seed": seed, "sets": sets}
    return Case(args, kwargs, label, extra=extra)


def batches(record: Any) -> list[int]:
    return sorted(record["sizes"][record["training"]].tolist())


def row_counts(record: Any) -> np.ndarray:
    shown = np.repeat(record["training"], record["sizes"])
    return np.bincount(record["rows"][shown], minlength=72)


def training_seen(expected: Any, actual: Any) -> Difference | None:
    """Compare what a model was trained on, whatever loop showed it."""
    wanted, given = row_counts(expected), row_counts(actual)
    if wanted.sum() and not given.sum():
        return Difference("value", "the model was never called with `training=True`")
    if not np.array_equal(wanted, given):
        return Difference("value", shown_sentence(wanted, given))
    if batches(expected) != batches(actual):
        return Difference(
            "value",
            f"the largest training batch had {max(batches(actual), default=0)} images, "
            f"expected {max(batches(expected), default=0)}",
        )
    if not np.isclose(expected["largest"], actual["largest"], rtol=1e-3):
        return Difference(
            "value",
            f"the largest pixel the model saw is {actual['largest']:.4g}, "
            f"in the images given it is {expected['largest']:.4g}",
        )
    return None


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def shown_sentence(wanted: np.ndarray, given: np.ndarray) -> str:
    images, expected = int((given > 0).sum()), int((wanted > 0).sum())
    if images != expected:
        return (
            f"the model was trained on {images} different images, expected {expected}"
        )
    if not np.array_equal(given > 0, wanted > 0):
        return "the model was trained on other images than the training images"
    fewest, most = int(given[given > 0].min()), int(given.max())
    shown = f"each image was shown for training {times(most)}"
    if fewest < most:
        shown = f"some images were shown for training only {times(fewest)}"
    return f"{shown}, expected {times(int(wanted.max()))}"


def fit_with(model: Any, **settings: Any) -> list[Any]:
    """Let `model.fit` use these settings whatever it is told; give what it returned."""
    fit, returned = model.fit, []

    def changed(*args: Any, **kwargs: Any) -> Any:
        options = {**kwargs, **settings}
        kept = {key: value for key, value in options.items() if value is not None}
        returned.append(fit(*args, **kept))
        return returned[-1]

    model.fit = changed
    return returned
