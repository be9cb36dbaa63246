"""Grey from colour as a convolution of one pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pictures import FORBIDDEN
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Return the one call without arguments that there is."""
    return [Case()]


def _gray(change: Callable[[np.ndarray, np.ndarray], Any]) -> Callable[..., Any]:
    """Return a mistake that changes the right (W, b)."""
    return lambda reference: change(*reference())


MISTAKES = (
    Mistake(
        "plain mean",
        "Your weights are equal. The eye is most sensitive to green, and the task "
        "gives a weight for each colour.",
        _gray(lambda W, b: (np.full_like(W, 1 / 3), b)),
    ),
    Mistake(
        "plain sum",
        "Your weights are all 1, so white becomes 3. The task gives the weights.",
        _gray(lambda W, b: (np.ones_like(W), b)),
    ),
    Mistake(
        "red and blue exchanged",
        "Your weights stand in the order blue, green, red; the picture is RGB.",
        _gray(lambda W, b: (W[:, :, ::-1], b)),
    ),
    Mistake(
        "three filters for one",
        "Your `W` makes three maps from one channel: the last two axes are "
        "(channels in, filters).",
        _gray(lambda W, b: (W.transpose(0, 1, 3, 2), b)),
    ),
    Mistake(
        "three filters and biases for one",
        "Your `W` makes three maps from one channel, and `b` has a number for each: "
        "the last two axes are (channels in, filters).",
        _gray(lambda W, b: (W.transpose(0, 1, 3, 2), np.zeros(3))),
    ),
    Mistake(
        "axes of another library",
        "Your `W` has the channels on its second axis, as PyTorch has. "
        "Here the axes are (kh, kw, channels in, filters).",
        _gray(lambda W, b: (W.transpose(0, 2, 1, 3), b)),
    ),
    Mistake(
        "channels on the first axis",
        "The first two axes of a kernel are its height and width. "
        "Here the axes are (kh, kw, channels in, filters).",
        _gray(lambda W, b: (W.reshape(3, 1, 1, 1), b)),
    ),
    Mistake(
        "filter axis missing",
        "The numbers are right, the last axis is missing: a kernel has an axis for "
        "its filters, even if there is only one.",
        _gray(lambda W, b: (W[..., 0], b)),
    ),
    Mistake(
        "kernel axes missing",
        "The numbers are right, the first two axes are missing: height and width "
        "of the kernel, which are 1.",
        _gray(lambda W, b: (W[0, 0], b)),
    ),
    Mistake(
        "larger kernel",
        "Your kernel looks at nine pixels. Grey needs the colours of one.",
        _gray(lambda W, b: (np.tile(W, (3, 3, 1, 1)), b)),
    ),
    Mistake(
        "red and green exchanged",
        "Two of your weights stand in the place of the other; the picture is RGB.",
        _gray(lambda W, b: (W[:, :, [1, 0, 2]], b)),
    ),
    Mistake(
        "green and blue exchanged",
        "Two of your weights stand in the place of the other; the picture is RGB.",
        _gray(lambda W, b: (W[:, :, [0, 2, 1]], b)),
    ),
    Mistake(
        "weights rounded",
        "Take the weights of the task with all of their decimals.",
        _gray(lambda W, b: (np.round(W, 2), b)),
    ),
    Mistake(
        "no array of biases",
        "In place of the biases you give None. A layer has an array of them, "
        "also if they change nothing.",
        _gray(lambda W, b: (W, None)),
    ),
    Mistake(
        "b before W",
        "Both arrays are right, and they stand in the other order: `W, b`.",
        _gray(lambda W, b: (b, W)),
    ),
    Mistake(
        "no bias returned",
        "You give `W` alone. A layer also has an array of biases, one for each filter.",
        _gray(lambda W, b: W),
    ),
    Mistake(
        "one map per colour",
        "Your three filters weight each colour and leave it apart. "
        "One grey picture needs one filter that adds them.",
        _gray(lambda W, b: (W * np.eye(3), np.zeros(3))),
    ),
    Mistake(
        "three grey maps",
        "Your three filters give the same grey three times, as a picture with three "
        "channels. One grey picture needs one filter.",
        _gray(lambda W, b: (np.repeat(W, 3, axis=3), np.zeros(3))),
    ),
    Mistake(
        "axes missing",
        "The numbers are right, the shape is not: a kernel has four axes, "
        "(kh, kw, channels in, filters), also if some have length 1.",
        _gray(lambda W, b: (W.ravel(), b)),
    ),
    Mistake(
        "bias as a plain number",
        "A layer has an array of biases, one for each filter, also if there is one.",
        _gray(lambda W, b: (W, 0.0)),
    ),
    Mistake(
        "one bias per channel",
        "You give a bias for each colour. A filter has one bias, however many "
        "channels it reads.",
        _gray(lambda W, b: (W, np.zeros(3))),
    ),
    Mistake(
        "bias not zero",
        "With your bias, black is no longer black.",
        _gray(lambda W, b: (W, b + 1)),
    ),
    Mistake(
        "divided by 255",
        "Your weights shrink the picture by 255. A grey picture has the same range "
        "as its colours: white stays white.",
        _gray(lambda W, b: (W / 255, b)),
    ),
    Mistake(
        "bias with more axes",
        "Your bias has more axes than one. A layer has one number for each filter, in "
        "a row.",
        _gray(lambda W, b: (W, b[None])),
    ),
    Mistake(
        "rounded television weights",
        "You use the weights of an older television norm, rounded. "
        "Take those of the task.",
        _gray(lambda W, b: (np.reshape([0.3, 0.59, 0.11], W.shape), b)),
    ),
    Mistake(
        "television weights",
        "You use the weights of an older television norm. Take those of the task.",
        _gray(lambda W, b: (np.reshape([0.299, 0.587, 0.114], W.shape), b)),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=FROM_SOLUTION,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
