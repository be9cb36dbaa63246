"""What the exercises of lab 11 share: labels, planted networks, wrong slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.toy import (
    AVERAGE,
    FLATTEN,
    POOL,
    Toy,
    conv_layer,
    dense_layer,
    run,
    toy,
)
from grader.judging.compare import Close


def scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    return run(model, images, after)[:, label]


def shares(model: Any, images: Any, label: int, after: str = "") -> Any:
    scores = run(model, images, after)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers[:, label] / powers.sum(axis=1)


def losses(model: Any, images: Any, label: int, after: str = "") -> Any:
    return -np.log(shares(model, images, label, after))


def all_scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    return run(model, images, after).sum(axis=1)


def label_of(model: Any, img: Any, label: int | None) -> int:
    return int(run(model, img[None])[0].argmax()) if label is None else label


def layer_names(model: Any) -> list[str]:
    return [layer.name for layer in model.layers]


def last_convolution(model: Any) -> str:
    return [name for name in layer_names(model) if "conv" in name][-1]


CLOSE_ENOUGH = Close(rtol=1e-4, atol=1e-5)


def result(change: Callable[[np.ndarray], Any]) -> Callable[..., Any]:
    return lambda reference, *args, **kwargs: change(reference(*args, **kwargs))


def planted(shape: tuple[int, int], units: int, weights: dict[Any, float]) -> Toy:
    """Return a linear network with chosen weights and no others.

    Args:
        shape: height and width of a grey image.
        units: number of scores.
        weights: (row, column, unit) -> weight.
    """
    kernel = np.zeros((*shape, units), "float32")
    for place, weight in weights.items():
        kernel[place] = weight
    bias = np.linspace(0.5, -0.5, units).astype("float32")
    return {
        "input_shape": (*shape, 1),
        "layers": [FLATTEN, dense_layer("scores", units)],
        "weights": [kernel.reshape(-1, units), bias],
    }


def looker(rng: np.random.Generator, shape: tuple[int, int, int]) -> Toy:
    return toy(
        rng,
        shape,
        conv_layer("conv_a", 4, (3, 3), "tanh"),
        POOL,
        conv_layer("conv_b", 5, (3, 3), "relu"),
        AVERAGE,
        dense_layer("scores", 4),
    )


def other_label(rng: np.random.Generator, net: Toy, image: np.ndarray) -> int:
    """Draw a label that is neither the first nor the one with the largest score."""
    from grader.probing.networks import build_network

    order = np.argsort(run(build_network(**net), image[None])[0])
    return int(rng.choice([label for label in order[:-1] if label != 0]))


Score = Callable[..., Any]


def label_ignored(
    reference: Callable[..., Any], model: Any, *args: Any, label: int | None = None
) -> Any:
    return reference(model, *args)


def label_zero(
    reference: Callable[..., Any], model: Any, *args: Any, label: int | None = None
) -> Any:
    return reference(model, *args, label=0)


def no_path(kind: type[Exception], message: str) -> Callable[..., Any]:
    """Return a mistake: the tape knows of no slope and gives `None`, which is then used."""

    def wrong(*args: Any, **kwargs: Any) -> Any:
        raise kind(message)

    return wrong


INDEXED = no_path(TypeError, "'NoneType' object is not subscriptable")


CONVERTED = no_path(AttributeError, "'NoneType' object has no attribute 'numpy'")
