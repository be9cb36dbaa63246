"""What the exercises of lab 10 share: images, and how a training is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.judging.compare import Difference
from grader.judging.exercise import Case


def rescaled(images: np.ndarray) -> np.ndarray:
    """Return images (n, rows, columns, 1) of float32 from 0 to 1, by scikit-image."""
    from skimage.util import img_as_float32

    return np.expand_dims(img_as_float32(images), -1)


def numbered_images(
    rng: np.random.Generator, labels: np.ndarray, first: int
) -> np.ndarray:
    """Draw images of which number i has its only 1.0 at pixel `first` + i."""
    images = rng.uniform(0, 0.5, (len(labels), 8, 9, 1)).astype("float32")
    images[:, :3, :3, 0] += 0.05 * labels[:, None, None]
    images.reshape(len(labels), -1)[
        np.arange(len(labels)), first + np.arange(len(labels))
    ] = 1
    return images


def training_case(
    label: str, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int, **sets: Any
) -> Case:
    """Return a case for the probe "training", which notes what a model is shown."""
    extra = {"classes": 4, "weight_seed": seed, "sets": sets}
    return Case(args, kwargs, label, extra=extra)


def training_batches(record: Any) -> list[int]:
    """Return the sizes of the batches that a model was trained with, in order of size."""
    return sorted(record["sizes"][record["training"]].tolist())


def times_shown(record: Any) -> np.ndarray:
    """Return how often a model was trained with each image, by the image's number."""
    shown = np.repeat(record["training"], record["sizes"])
    return np.bincount(record["rows"][shown], minlength=72)


def training_seen(expected: Any, actual: Any) -> Difference | None:
    """Compare what a model was trained on, whatever loop showed it."""
    wanted, given = times_shown(expected), times_shown(actual)
    if wanted.sum() and not given.sum():
        return Difference("value", "the model was never called with `training=True`")
    if not np.array_equal(wanted, given):
        return Difference("value", _sentence(wanted, given))
    sizes = training_batches(expected), training_batches(actual)
    if sizes[0] != sizes[1]:
        wanted_size, given_size = (max(each, default=0) for each in sizes)
        return Difference(
            "value",
            f"the largest training batch had {given_size} images, "
            f"expected {wanted_size}",
        )
    if not np.isclose(expected["largest"], actual["largest"], rtol=1e-3):
        return Difference(
            "value",
            f"the largest pixel the model saw is {actual['largest']:.4g}, "
            f"in the images given it is {expected['largest']:.4g}",
        )
    return None


def _sentence(wanted: np.ndarray, given: np.ndarray) -> str:
    images, expected = int((given > 0).sum()), int((wanted > 0).sum())
    if images != expected:
        return (
            f"the model was trained on {images} different images, expected {expected}"
        )
    if not np.array_equal(given > 0, wanted > 0):
        return "the model was trained on other images than the training images"
    fewest, most = int(given[given > 0].min()), int(given.max())
    shown = f"each image was shown for training {_times(most)}"
    if fewest < most:
        shown = f"some images were shown for training only {_times(fewest)}"
    return f"{shown}, expected {_times(int(wanted.max()))}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def fit_with(model: Any, **settings: Any) -> list[Any]:
    """Let `model.fit` use these settings, whatever it is told, and return what it returns."""
    fit, returned = model.fit, []

    def changed(*args: Any, **kwargs: Any) -> Any:
        options = {**kwargs, **settings}
        kept = {key: value for key, value in options.items() if value is not None}
        returned.append(fit(*args, **kept))
        return returned[-1]

    model.fit = changed
    return returned


def fitting(**settings: Any) -> Callable[..., Any]:
    """Return a mistake: the right answer, but that `fit` is told something else."""

    def wrong(reference: Callable[..., Any], model: Any, *args: Any, **kw: Any) -> Any:
        fit_with(model, **settings)
        return reference(model, *args, **kw)

    return wrong
