"""Digits from images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.lab10_mnist_cnn.shared import rescaled
from grader.judging import compare
from grader.judging.compare import Difference
from grader.judging.exercise import Case, Exercise, Mistake

_CLASSES = 10


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images and networks of one layer, some without a pixel of 255."""
    drawn = int(rng.integers(11, 40)), *map(int, rng.integers(9, 15, 2))
    sizes = ((12, 28, 28), (17, 20, 24, 90), drawn)
    return [_classify_case(rng, *size) for size in sizes]


def _classify_case(
    rng: np.random.Generator, count: int, height: int, width: int, top: int = 255
) -> Any:
    """Return images and a linear network that gives them at least four different answers.

    No two best scores are close, so that rounding decides nothing. If their brightest
    pixel, `top`, is not 255, it matters that they are divided by 255 all the same.
    """
    while True:
        ink = rng.integers(0, top + 1, (count, height, width))
        images = np.where(rng.random(ink.shape) < 0.3, top, ink).astype(np.uint8)
        flat = images.reshape(count, -1) / 255
        weights = rng.normal(0, 1, (flat.shape[1], _CLASSES)).astype("float32")
        # The bias takes the mean image away, or one class would win for all of them.
        bias = (rng.normal(0, 1, _CLASSES) - flat.mean(axis=0) @ weights).astype(
            "float32"
        )
        scores = flat @ weights + bias
        best = np.sort(scores, axis=1)
        clear = (best[:, -1] - best[:, -2]).min() > 0.05
        other = (flat * (255 / top) @ weights + bias).argmax(axis=1)
        told = top == 255 or (other != scores.argmax(axis=1)).sum() >= 2
        if told and clear and len(set(scores.argmax(axis=1).tolist())) >= 4:
            break
    extra = {
        "input_shape": (height, width, 1),
        "layers": [
            ("Flatten", {}),
            ("Dropout", {"rate": 0.5, "seed": 10}),
            ("Dense", {"units": _CLASSES}),
        ],
        "weights": [weights, bias],
    }
    label = f"{count} images of {height}x{width}"
    label += f", brightest pixel {top}" if top < 255 else ""
    return Case((images,), label=label, extra=extra)


def reference(model: Any, images: Any) -> Any:
    """Return the digit (n,) with the largest score for each image, rescaled before."""
    return _scores(model, rescaled(images)).argmax(axis=1)


def _scores(model: Any, images: Any, training: bool = False) -> Any:
    return np.asarray(model(np.asarray(images, "float32"), training=training))


def _labels(expected: Any, actual: Any) -> Difference | None:
    """Compare labels; whatever has ten columns counts as scores, one number as one answer."""
    wanted, given = np.asarray(expected), np.asarray(actual)
    if given.dtype.kind not in "biuf":
        return Difference("type", f"it is a {type(actual).__name__}, expected an array")
    if wanted.shape != given.shape:
        sentence = f"the shape is {given.shape}, expected {wanted.shape}"
        return Difference("shape", sentence)
    if wanted.shape[1:] == (_CLASSES,) or wanted.ndim == 0:
        return None
    return compare.close(wanted, given)


def _on_scores(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake: something else is done with the right scores."""
    return lambda reference, model, images: change(_scores(model, rescaled(images)))


def _on_images(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake: the model sees other images."""
    return lambda reference, model, images: _scores(
        model, change(images)[..., None]
    ).argmax(axis=1)


MISTAKES = (
    Mistake(
        "scores in place of labels",
        "There are ten numbers for each image. Give the place of the largest.",
        _on_scores(lambda scores: scores),
    ),
    Mistake(
        "images not scaled",
        "The model was trained on pixels from 0 to 1 and now sees 0 to 255. "
        "Prepare new images exactly as those it learned from.",
        _on_images(lambda images: images),
    ),
    Mistake(
        "scaled twice",
        "The images are divided by 255 two times; nearly nothing is left of them.",
        _on_images(lambda images: images / 255**2),
    ),
    Mistake(
        "divided by the brightest pixel",
        "You divide by the largest pixel of these images. "
        "Prepare new images exactly as those the model learned from.",
        _on_images(lambda images: images / images.max()),
    ),
    Mistake(
        "whole division",
        "A division that drops the remainder leaves only 0 and 1.",
        _on_images(lambda images: images // 255),
    ),
    Mistake(
        "largest over the wrong axis",
        "There is one answer for each class and not for each image: "
        "look for the largest score along the other axis.",
        _on_scores(lambda scores: scores.argmax(axis=0)),
    ),
    Mistake(
        "smallest score",
        "You look for the smallest score. A larger score means a likelier class.",
        _on_scores(lambda scores: scores.argmin(axis=1)),
    ),
    Mistake(
        "score in place of its position",
        "You give the largest score itself. Its position is the digit.",
        _on_scores(lambda scores: scores.max(axis=1)),
    ),
    Mistake(
        "labels as a column",
        "The answers stand in a column; the task asks for one axis.",
        _on_scores(lambda scores: scores.argmax(axis=1)[:, None]),
    ),
    Mistake(
        "labels from 1 to 10",
        "Every answer is one too high: the first class is 0.",
        _on_scores(lambda scores: scores.argmax(axis=1) + 1),
    ),
    Mistake(
        "one answer for all images",
        "There is a single number. Give one for each image.",
        _on_scores(lambda scores: int(scores.argmax())),
    ),
    Mistake(
        "dropout left on",
        "With `training=True` the model drops features at random, "
        "which is for learning only. To answer it needs all of them.",
        lambda reference, model, images: _scores(
            model, rescaled(images), training=True
        ).argmax(axis=1),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=_labels,
    probe="on_network",
    mistakes=MISTAKES,
)
