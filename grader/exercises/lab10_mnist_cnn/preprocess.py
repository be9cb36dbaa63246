"""Images as a network wants them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.dtypes import close_and_of_dtype
from grader.exercises.common.wrong import after, input_changed
from grader.exercises.lab10_mnist_cnn.shared import rescaled
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images of other shapes than 28x28, some of them dark."""
    # Not all black: 0/0 would set naive code apart from the mistake that it is.
    night = np.zeros((1, 4, 3))
    night[0, 2, 1] = 1
    grid = {
        "three images of 28x28": rng.integers(0, 256, (3, 28, 28)),
        "two images of 5x7": rng.integers(0, 256, (2, 5, 7)),
        "one dark image of 4x6, brightest pixel 100": rng.integers(20, 101, (1, 4, 6)),
        "one image of 4x3, black but for a pixel of 1": night,
        "a drawn shape": rng.integers(0, 256, tuple(rng.integers(3, 9, 3))),
    }
    return [Case((a.astype(np.uint8),), label=label) for label, a in grid.items()]


def where(index: tuple[int, ...], images: Any) -> str:
    """Return in words which pixel the value at `index` comes from."""
    return f"The pixel there is {images[tuple(index[:3])]} in the image given."


def arithmetic(index: Index, images: np.ndarray) -> str:
    """Return the brightness as a share of the largest that a byte holds."""
    return f"{show(images[tuple(index[:3])])} / 255"


def _brightest_is_one(reference: Callable[..., Any], images: Any) -> Any:
    top = images.max(axis=(1, 2), keepdims=True)[..., None]
    return (reference(images) * np.float32(255) / top).astype("float32")


def _stretched(ready: Any) -> Any:
    return (ready - ready.min()) / (ready.max() - ready.min())


def _standardised(ready: Any) -> Any:
    return (ready - ready.mean()) / ready.std()


def _only_28x28(reference: Callable[..., Any], images: Any) -> Any:
    if images.size % 28**2:
        raise ValueError(f"cannot reshape array of size {images.size} into shape (28,)")
    return reference(images)


MISTAKES = (
    Mistake(
        "channel axis missing",
        "A Conv2D layer wants four axes: batch, height, width, channels. "
        "Grey images have one channel, and its axis must be there all the same.",
        after(lambda ready: ready[..., 0]),
    ),
    Mistake(
        "channel axis in front",
        "The layer would read your channel axis as the height. "
        "Keras puts the channels last.",
        after(lambda ready: np.moveaxis(ready, -1, 1)),
    ),
    Mistake(
        "not scaled",
        "Your pixels still reach 255. A network started for inputs around 1 begins "
        "with a huge loss, and a plain optimizer never recovers from it.",
        after(lambda ready: ready * np.float32(255)),
    ),
    Mistake(
        "integers left",
        "You changed the shape and kept the whole numbers from 0 to 255; "
        "weights need inputs that are fractions.",
        after(lambda ready: (ready * 255).round().astype("uint8")),
    ),
    Mistake(
        "scaled twice",
        "Your brightest possible pixel is far below 1: it was divided two times. "
        "Is a second division hidden in another line?",
        after(lambda ready: ready / np.float32(255)),
    ),
    Mistake(
        "divided by 256",
        "The largest value of 8 bits is one less than the number of values.",
        after(lambda ready: ready * np.float32(255 / 256)),
    ),
    Mistake(
        "whole division",
        "A division that drops the remainder leaves only 0 and 1.",
        after(lambda ready: np.floor(ready).astype("float32")),
    ),
    Mistake(
        "each image by its own maximum",
        "A dark image must stay dark. "
        "Divide by the largest value that a pixel can have, not that this one has.",
        _brightest_is_one,
    ),
    Mistake(
        "divided by the brightest pixel of all images",
        "The same image would come out otherwise in other company. "
        "Divide by the largest value that a pixel can have.",
        after(lambda ready: ready / ready.max()),
    ),
    Mistake(
        "stretched from the darkest to the brightest pixel",
        "You take away the smallest pixel and divide by the range of what is there, "
        "so what comes out for an image depends on the others. "
        "The task asks for a division by a fixed number.",
        after(_stretched),
    ),
    Mistake(
        "scaled from -1 to 1",
        "Some networks want pixels from -1 to 1. "
        "Here they go from 0 to 1, and 0 stays 0.",
        after(lambda ready: 2 * ready - 1),
    ),
    Mistake(
        "rounded to 0 and 1",
        "Every pixel is 0 or 1, and the greys between are lost. "
        "Keep them as fractions.",
        after(np.round),
    ),
    Mistake(
        "standardised",
        "You took away the mean and divided by the standard deviation. "
        "That is a fine habit, but the task asks for values from 0 to 1.",
        after(_standardised),
    ),
    Mistake(
        "inverted",
        "Ink became background: 0 must stay 0.",
        after(lambda ready: 1 - ready),
    ),
    Mistake(
        "float64",
        "The values are right in double precision, which costs twice the memory; "
        "Keras computes in float32.",
        after(lambda ready: ready.astype("float64")),
    ),
    Mistake(
        "float16",
        "The values are right to about three digits: float16 is too coarse. "
        "Keras computes in float32.",
        after(lambda ready: ready.astype("float16")),
    ),
    Mistake(
        "height and width exchanged",
        "Your images lie on their side: rows became columns. "
        "Height is axis 1 and width axis 2, before and after.",
        after(lambda ready: ready.swapaxes(1, 2)),
    ),
    Mistake(
        "only images of 28x28",
        "Your function fits images of 28x28 and no others. "
        "Take the sizes from the array that it gets.",
        _only_28x28,
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's images. "
        "Build a new array instead.",
        input_changed,
    ),
    Mistake(
        "three channels",
        "You repeated the grey values as red, green and blue. "
        "A grey image has one channel.",
        after(lambda ready: np.repeat(ready, 3, axis=-1)),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=rescaled,
    comparison=close_and_of_dtype,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
