"""Mistakes in what batch normalisation does to a batch in training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.lab14_deeper.normalising import (
    Call,
    asked,
    batch,
    batch_moments,
    by_moments,
    over,
    rescaled,
    statistics,
    told,
)
from grader.judging.exercise import Mistake


def _sample(x: np.ndarray) -> Any:
    count = x.size // x.shape[-1]
    return batch_moments(x)[1] * count / (count - 1)


def _sample_variance(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    call = Call(*args, **kwargs)
    if not call.training:
        return reference(*call)
    moments = batch_moments(call.x)[0], _sample(call.x)
    return by_moments(call, moments)


def _mean_square(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    call = Call(*args, **kwargs)
    if not call.training:
        return reference(*call)
    mean, variance = batch_moments(call.x)
    return by_moments(call, (mean, variance + mean**2))


def _around_the_average(
    reference: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    call = Call(*args, **kwargs)
    if not call.training:
        return reference(*call)
    mean, variance = batch_moments(call.x)
    return by_moments(call, (mean, variance + (mean - call.moving_mean) ** 2))


def _epsilon_last(y: Any, call: Call) -> Any:
    mean, variance = statistics(call)
    with np.errstate(all="ignore"):
        normal = (call.x - mean) / np.sqrt(variance)
        return call.gamma * normal + call.epsilon + call.beta


def _without_brackets(y: Any, call: Call) -> Any:
    mean, variance = statistics(call)
    return call.gamma * call.x - mean / np.sqrt(variance + call.epsilon) + call.beta


def _sample_average(right: Any, call: Call) -> Any:
    change = (_sample(call.x) - batch_moments(call.x)[1]) * (1 - call.momentum)
    return {"moving_var": right["moving_var"] + change}


STATISTICS = (
    Mistake(
        "statistics of each position",
        "You average over the pictures of the batch only, so each pixel has statistics "
        "of its own. A channel has one mean, over all pictures and all places.",
        over(lambda count: 0),
    ),
    Mistake(
        "statistics of each picture",
        "Each picture is normalised by itself. The statistics are those of the whole "
        "batch.",
        over(lambda count: tuple(range(1, count - 1)), keepdims=True),
    ),
    Mistake(
        "statistics along the channels",
        "You average along the last axis, over the channels at one place. Each channel "
        "has statistics of its own, over everything else.",
        over(lambda count: -1, keepdims=True),
    ),
    Mistake(
        "one mean for all channels",
        "You average over all axes. Each channel has a mean and a variance of its own.",
        over(lambda count: None),
    ),
    Mistake(
        "always three axes",
        "You average over three axes, whatever the batch has. It may be rows of features "
        "with two axes: all but the last count.",
        over(lambda count: (0, 1, 2)),
    ),
    Mistake(
        "sample variance",
        "You divide by one less than the number of values (`ddof=1`). Here the variance "
        "is the plain mean of the squares.",
        _sample_variance,
    ),
    Mistake(
        "mean square for the variance",
        "The squares are those of the distances from the mean, not of the values "
        "themselves.",
        _mean_square,
    ),
    Mistake(
        "variance around the moving mean",
        "In training your variance is taken around `moving_mean`. It is the mean of this "
        "batch that the values lie around.",
        _around_the_average,
    ),
    Mistake(
        "sample variance in the average",
        "Another library does so; in Keras the variance that is averaged is the one that "
        "normalises.",
        told(_sample_average, when=True),
    ),
    Mistake(
        "epsilon forgotten",
        "A channel that is the same everywhere has no spread, and you divide by 0.",
        asked(lambda call: call._replace(epsilon=0)),
    ),
    Mistake(
        "epsilon outside the root",
        "Epsilon is added to the variance, before the root is taken.",
        rescaled(lambda variance, epsilon: np.sqrt(variance) + epsilon),
    ),
    Mistake(
        "epsilon added to the result",
        "Epsilon stands under the root, with the variance. You add it to what comes out.",
        batch(_epsilon_last),
    ),
    Mistake(
        "epsilon subtracted",
        "Epsilon makes the divisor larger, so that it is never 0.",
        rescaled(lambda variance, epsilon: np.sqrt(variance - epsilon)),
    ),
    Mistake(
        "divided by the variance",
        "The root is missing: after the division the deviation is to be 1.",
        rescaled(lambda variance, epsilon: variance + epsilon),
    ),
    Mistake(
        "not divided",
        "You only shift. The values are divided by their deviation as well.",
        rescaled(lambda variance, epsilon: 1.0),
    ),
    Mistake(
        "multiplied by the deviation",
        "You make a wide channel wider. Divide.",
        rescaled(lambda variance, epsilon: 1 / np.sqrt(variance + epsilon)),
    ),
    Mistake(
        "brackets around the difference missing",
        "You divide the mean alone. First subtract, then divide the whole difference.",
        batch(_without_brackets),
    ),
    Mistake(
        "mean not subtracted",
        "The values keep their mean; it is subtracted before the division.",
        batch(
            lambda y, call: (
                y
                + call.gamma
                * statistics(call)[0]
                / np.sqrt(statistics(call)[1] + call.epsilon)
            )
        ),
    ),
    Mistake(
        "gamma and beta exchanged",
        "Gamma stretches and beta shifts.",
        asked(lambda call: call._replace(gamma=call.beta, beta=call.gamma)),
    ),
    Mistake(
        "gamma and beta left out",
        "Your batch has the mean 0 and the deviation 1. The layer then stretches and "
        "shifts it by what it has learned.",
        asked(lambda call: call._replace(gamma=1 + 0 * call.beta, beta=0 * call.beta)),
    ),
    Mistake(
        "gamma forgotten",
        "Each channel is stretched by its gamma.",
        asked(lambda call: call._replace(gamma=1 + 0 * call.beta)),
    ),
    Mistake(
        "beta forgotten",
        "Each channel is shifted by its beta, at the end.",
        asked(lambda call: call._replace(beta=0 * call.beta)),
    ),
    Mistake(
        "beta added before gamma",
        "First stretch, then shift: beta is not multiplied by gamma.",
        asked(lambda call: call._replace(beta=call.gamma * call.beta)),
    ),
    Mistake(
        "beta subtracted",
        "Beta is added, and gamma multiplies.",
        asked(lambda call: call._replace(beta=-call.beta)),
    ),
    Mistake(
        "gamma of the first channel for all",
        "Each channel has a gamma and a beta of its own.",
        asked(
            lambda call: call._replace(
                gamma=0 * call.gamma + call.gamma[0], beta=0 * call.beta + call.beta[0]
            )
        ),
    ),
    Mistake(
        "ReLU applied",
        "Negative values are gone. The activation is a layer of its own.",
        batch(lambda y, call: np.maximum(y, 0)),
    ),
)
