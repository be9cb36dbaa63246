"""A kernel that looks the same from all eight sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, average
from grader.exercises.common.pictures import FORBIDDEN, pictures
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab13_a_network_that_captures.shared import eight_symmetries
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw kernels of odd and even sides, one or more channels, and whole numbers."""
    k, channels = int(rng.integers(3, 8)), int(rng.integers(1, 5))
    shapes = [(3, 3, 1), (5, 5, 3), (3, 3, 3), (4, 4, 2), (k, k, channels)]
    cases = [
        Case((pictures(rng, *s) + 0.3,), label="kernel " + "x".join(map(str, s)))
        for s in shapes
    ]
    whole = rng.integers(-9, 10, (3, 3, 2))
    whole[0, 0] = [8, 5]
    whole[0, 2] = whole[2, 0] = whole[2, 2] = [1, -2]
    return [*cases, Case((whole,), label="kernel 3x3x2 of whole numbers")]


def reference(kernel: np.ndarray) -> np.ndarray:
    """Return the mean of the kernel's eight images, (k, k, C), by NumPy's turns."""
    return np.asarray(_images(kernel).mean(axis=0))


def arithmetic(index: Index, kernel: np.ndarray) -> str:
    """Return the mean of the weights that the eight images bring to `index`."""
    words = "the weights that the eight images have there"
    return f"{words}\n{average(_images(kernel)[:, *index].tolist())}"


def _images(kernel: np.ndarray) -> np.ndarray:
    """Return the eight images of a kernel (k, k, C)."""
    return np.stack(
        [eight_symmetries(kernel[..., c]) for c in range(kernel.shape[2])], axis=-1
    )


def _mean_of(*choose: int) -> Wrong:
    """Return a mistake that averages only some of the eight images."""
    return lambda reference, kernel: _images(kernel)[list(choose)].mean(axis=0)


def _kernel_changed(reference: Callable[..., Any], kernel: np.ndarray) -> Any:
    result = reference(kernel)
    kernel[:] = result if kernel.dtype.kind == "f" else kernel[::-1]
    return result


def _wrong_axes(reference: Callable[..., Any], kernel: np.ndarray) -> Any:
    turned = kernel.transpose(1, 2, 0)
    if turned.shape[0] != turned.shape[1]:
        raise ValueError("all input arrays must have the same shape")
    return reference(turned).transpose(2, 0, 1)


MISTAKES = (
    Mistake(
        "added, not averaged",
        "The shape of your kernel is right, but its weights are eight times too "
        "large: take the mean.",
        after(lambda mean: 8 * mean),
    ),
    Mistake(
        "one number for all weights",
        "You average over all weights as well. "
        "The mean is over the eight kernels, weight by weight.",
        after(np.mean),
    ),
    Mistake(
        "only the four turns",
        "Your kernel looks the same after a turn, but not in a mirror.",
        _mean_of(0, 1, 2, 3),
    ),
    Mistake(
        "only the four mirror images",
        "Your kernel looks the same in two mirrors, but not after a quarter turn.",
        _mean_of(0, 2, 4, 6),
    ),
    Mistake(
        "mirrored left to right only",
        "Left and right are alike in your kernel, top and bottom are not.",
        _mean_of(0, 4),
    ),
    Mistake(
        "mirrored top to bottom only",
        "Top and bottom are alike in your kernel, left and right are not.",
        _mean_of(0, 6),
    ),
    Mistake(
        "transposed only",
        "Your kernel is the same when rows and columns are exchanged; "
        "that is one of the seven changes it should survive.",
        _mean_of(0, 5),
    ),
    Mistake(
        "transposed the other way only",
        "Your kernel survives one change of seven.",
        _mean_of(0, 7),
    ),
    Mistake(
        "half turn only",
        "Your kernel is the same upside down, but not after a quarter turn.",
        _mean_of(0, 2),
    ),
    Mistake(
        "one quarter turn only",
        "You average the kernel with a single turned copy. There are more.",
        _mean_of(0, 1),
    ),
    Mistake(
        "kernel itself left out",
        "The kernel as it is counts as one of the eight.",
        _mean_of(1, 2, 3, 4, 5, 6, 7),
    ),
    Mistake(
        "last image left out",
        "You average seven kernels; with `number` from 0 to 7 there are eight.",
        _mean_of(0, 1, 2, 3, 4, 5, 6),
    ),
    Mistake(
        "divided without a rest",
        "`//` drops what comes after the point; the mean of weights is a fraction.",
        after(np.floor),
    ),
    Mistake(
        "counted from 1 to 8",
        "`number` goes from 0 to 7: yours takes one image twice and leaves the kernel "
        "itself out.",
        _mean_of(1, 2, 3, 4, 5, 6, 7, 4),
    ),
    Mistake(
        "sum turned in place of the kernel",
        "You turn what you have added up so far, so images are counted many times. "
        "Keep the kernel and the sum in two variables.",
        after(lambda mean: 16 * mean),
    ),
    Mistake(
        "divided by four",
        "You add eight kernels: divide by their number.",
        after(lambda mean: 2 * mean),
    ),
    Mistake(
        "divided by seven",
        "With `number` from 0 to 7 there are eight kernels.",
        after(lambda mean: 8 / 7 * mean),
    ),
    Mistake(
        "median, not mean",
        "You take the value in the middle of the eight; take their mean.",
        lambda reference, kernel: np.median(_images(kernel), axis=0),
    ),
    Mistake(
        "eight kernels returned",
        "You give all eight symmetries: take their mean.",
        lambda reference, kernel: _images(kernel),
    ),
    Mistake(
        "last image only",
        "You keep one of the eight images and forget the others.",
        _mean_of(7),
    ),
    Mistake(
        "largest, not mean",
        "You keep the largest of the eight weights; take their mean.",
        lambda reference, kernel: _images(kernel).max(axis=0),
    ),
    Mistake(
        "channels mixed",
        "Every channel keeps weights of its own; yours are all the same.",
        lambda reference, kernel: (
            np.zeros(kernel.shape) + reference(kernel).mean(axis=2, keepdims=True)
        ),
    ),
    Mistake(
        "channels reversed, not mirrored",
        "You reverse the order of the channels. "
        "Mirror along axis 0 or 1, and name the axis: without one, all are reversed.",
        lambda reference, kernel: (
            (
                _images(kernel)[:4].mean(axis=0)
                + _images(kernel[..., ::-1])[:4].mean(axis=0)
            )
            / 2
        ),
    ),
    Mistake(
        "turned over the wrong axes",
        "You turn columns into channels. Turn within each channel: axes 0 and 1.",
        _wrong_axes,
    ),
    Mistake(
        "made to sum up to one",
        "Averaging does not change the sum of the weights, so there is nothing "
        "to divide by.",
        lambda reference, kernel: reference(kernel) / kernel.sum(),
    ),
    Mistake(
        "rounded to whole numbers",
        "The mean of whole numbers can be a fraction; start from an array of floats.",
        lambda reference, kernel: reference(kernel).astype(kernel.dtype),
    ),
    Mistake(
        "kernel returned as it is",
        "Your kernel has not changed.",
        lambda reference, kernel: kernel,
    ),
    Mistake(
        "kernel changed",
        "The result is right, but you wrote it into the caller's kernel. "
        "Make a new array.",
        _kernel_changed,
    ),
)
EXERCISE = Exercise(
    points=1,
    cases=cases,
    reference=reference,
    forbidden=FORBIDDEN,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
