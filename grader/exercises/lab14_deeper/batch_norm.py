"""Batch normalisation, in training and at inference."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added, bracketed, multiplied
from grader.exercises.common.pictures import FORBIDDEN, pictures
from grader.exercises.lab14_deeper.average_slips import (
    AVERAGES,
    INFERENCE,
    RESULTS,
)
from grader.exercises.lab14_deeper.normalising import batch_moments
from grader.exercises.lab14_deeper.statistic_slips import STATISTICS
from grader.judging.exercise import Case, Exercise
from grader.judging.show import show

Reply = dict[str, np.ndarray]


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw batches with two, three and four axes, whose channels differ in everything."""
    n, h, w, c = (int(size) for size in rng.permutation(np.arange(2, 7))[:4])
    drawn: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
        ("rows of features", (5, 3), {}),
        ("feature maps 2x3", (4, 2, 3, 2), {"momentum": 0.75, "epsilon": 0.5}),
        ("one picture", (1, 3, 4, 2), {"momentum": 0.9}),
        ("series of features", (3, 4, 2), {"epsilon": 0.25}),
        (f"feature maps {h}x{w}", (n, h, w, c), {"momentum": 0.6, "epsilon": 0.1}),
    ]
    cases = []
    for label, shape, settings in drawn:
        for part in ("training", "inference"):
            arguments = (*_arrays(rng, shape), part == "training")
            cases.append(Case(arguments, settings, f"{label}, {part}", part))
    return [*cases, *_small(rng), _flat(rng)]


def _arrays(rng: np.random.Generator, shape: tuple[int, ...]) -> list[np.ndarray]:
    """Draw x, gamma, beta, moving mean and moving variance, all far from each other."""
    channels = shape[-1]
    x = pictures(rng, *shape) * rng.uniform(0.5, 3, channels)
    x += rng.uniform(-4, 4, channels)
    gamma, beta = rng.uniform(0.5, 2, channels), rng.uniform(-6, 6, channels)
    mean, variance = rng.uniform(-4, 4, channels), rng.uniform(0.3, 5, channels)
    return [x, gamma * rng.choice([-1, 1], channels), beta, mean, variance]


def _small(rng: np.random.Generator) -> list[Case]:
    """Draw whole numbers whose variance, with epsilon, has a whole root."""
    middle = rng.integers(-3, 4, 2)
    steps = np.array([[-1, 3], [-1, -1], [3, -1], [-1, -1]])  # variance 3
    x = middle + steps[rng.permutation(4)]
    gamma, beta = np.array([2.0, -4.0]), np.array([1.0, 5.0])
    mean, variance = np.array([1.0, -2.0]), np.array([8.0, 3.0])
    arrays = (x, gamma, beta, mean, variance)
    settings = {"momentum": 0.5, "epsilon": 1}
    return [
        Case((*arrays, True), settings, "whole numbers, training", "training"),
        Case((*arrays, False), {"epsilon": 1}, "whole numbers, inference", "inference"),
    ]


def _flat(rng: np.random.Generator) -> Case:
    """Draw a batch with a channel that has the same value everywhere."""
    x, *others = _arrays(rng, (3, 2, 2, 2))
    x[..., 1] = 1.5
    return Case((x, *others, True), {}, "a channel without spread", "training")


def reference(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    moving_mean: np.ndarray,
    moving_var: np.ndarray,
    training: bool,
    momentum: float = 0.99,
    epsilon: float = 0.001,
) -> Reply:
    """Return the normalised batch and both averages, as one line for each channel."""
    kept = np.stack([moving_mean, moving_var]).astype(float)
    now, after = kept, kept
    if training:
        now = batch_moments(x)
        after = now + momentum * (kept - now)
    slope = gamma * (now[1] + epsilon) ** -0.5
    y = np.multiply(x, slope) + (beta - now[0] * slope)
    return {"y": y, "moving_mean": after[0], "moving_var": after[1]}


def arithmetic(
    index: Index,
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    moving_mean: np.ndarray,
    moving_var: np.ndarray,
    training: bool,
    momentum: float = 0.99,
    epsilon: float = 0.001,
) -> str:
    """Return one value of the batch, or one average, in the numbers of its channel."""
    key, *place = index
    c = place[-1]
    mean, var = np.stack([moving_mean, moving_var])[:, c]
    if training:
        mean, var = batch_moments(x)[:, c]
    told = f"channel {c} has the mean {show(mean)} and the variance {show(var)}"
    if key == "y":
        top = (
            f"({added([x[tuple(place)], -mean])}) / sqrt({show(var)} + {show(epsilon)})"
        )
        words = f"{told} {'in this batch' if training else 'on average'}"
        return f"{words}\n{bracketed(gamma[c])} * {top} + {bracketed(beta[c])}"
    old = (moving_mean if key == "moving_mean" else moving_var)[c]
    if not training:
        return f"stays as it was\n{key}[{c}]"
    new = mean if key == "moving_mean" else var
    rest = multiplied(new, 1 - momentum)
    return f"{told} in this batch\n{added([multiplied(old, momentum), rest])}"


def where(index: Index, x: np.ndarray, *rest: Any, **settings: Any) -> str:
    """Return in words which values of the batch share the statistics at `index`."""
    c, count = index[-1], np.size(x) // np.shape(x)[-1]
    return f"It belongs to channel {c}, which has {count} values in this batch."


EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    where=where,
    arithmetic=arithmetic,
    parts={"training": 3, "inference": 1},
    mistakes=(*STATISTICS, *AVERAGES, *INFERENCE, *RESULTS),
    forbidden=FORBIDDEN,
)
