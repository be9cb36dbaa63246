"""Mistakes in the moving averages, at inference, and in what is returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after, by_default
from grader.exercises.lab14_deeper.normalising import (
    MOVING,
    Call,
    asked,
    averaged,
    batch,
    batch_moments,
    by_moments,
    rescaled,
    told,
)
from grader.judging.exercise import Mistake


def _by_averages(call: Call) -> Call:
    return call._replace(training=False)


def _by_new_averages(right: Any, call: Call) -> Any:
    return {"y": by_moments(call, [right[name] for name in MOVING])["y"]}


def _by_old_averages(right: Any, call: Call) -> Any:
    return {"y": by_moments(call, call[3:5])["y"]}


def _axes_kept(right: Any, call: Call) -> Any:
    ones = [1] * (call.x.ndim - 1)
    return {name: right[name].reshape(*ones, -1) for name in MOVING}


AVERAGES = (
    Mistake(
        "momentum the wrong way round",
        "Momentum is the share of the old average that is kept, nearly all of it by "
        "default. Other libraries mean the share of the new one.",
        averaged(lambda old, new, m: old * (1 - m) + new * m),
    ),
    Mistake(
        "averages not updated",
        "In training the averages move towards the statistics of the batch.",
        averaged(lambda old, new, m: old),
    ),
    Mistake(
        "batch statistics in place of the averages",
        "You give the statistics of this batch. An average remembers the batches before.",
        averaged(lambda old, new, m: new),
    ),
    Mistake(
        "old average in full",
        "Each step adds to the average, which grows and grows. Both shares together are "
        "1.",
        averaged(lambda old, new, m: old + new * (1 - m)),
    ),
    Mistake(
        "new statistics in full",
        "Both shares together are 1: momentum of the old and the rest of the new.",
        averaged(lambda old, new, m: old * m + new),
    ),
    Mistake(
        "old average lost",
        "The old average keeps the share `momentum`.",
        averaged(lambda old, new, m: new * (1 - m)),
    ),
    Mistake(
        "only the mean updated",
        "Both averages move, the one of the variance too.",
        told(lambda right, call: {"moving_var": call.moving_var}, when=True),
    ),
    Mistake(
        "only the variance updated",
        "Both averages move, the one of the mean too.",
        told(lambda right, call: {"moving_mean": call.moving_mean}, when=True),
    ),
    Mistake(
        "averages exchanged",
        "The averages stand under each other's name.",
        told(
            lambda right, call: {
                "moving_mean": right["moving_var"],
                "moving_var": right["moving_mean"],
            }
        ),
    ),
    Mistake(
        "deviation averaged",
        "What is averaged is the variance, before the root is taken.",
        told(
            lambda right, call: {
                "moving_var": call.momentum * call.moving_var
                + (1 - call.momentum) * np.sqrt(batch_moments(call.x)[1])
            },
            when=True,
        ),
    ),
    Mistake(
        "epsilon averaged as well",
        "Epsilon belongs under the root and not into the variance that is remembered.",
        told(
            lambda right, call: {
                "moving_var": right["moving_var"] + (1 - call.momentum) * call.epsilon
            },
            when=True,
        ),
    ),
    Mistake(
        "averages used in training",
        "In training the batch is normalised by its own statistics; the averages are "
        "only kept up to date.",
        told(_by_old_averages, when=True),
    ),
    Mistake(
        "new averages used in training",
        "You update the averages and then normalise by them. In training the batch is "
        "normalised by its own statistics.",
        told(_by_new_averages, when=True),
    ),
    Mistake(
        "averages with the axes of the batch",
        "Your averages have axes of length 1 left from `keepdims`. They have one number "
        "for each channel, as they came.",
        told(_axes_kept, when=True),
    ),
)
INFERENCE = (
    Mistake(
        "training whatever is asked",
        "Your function does the same whatever `training` says: it normalises by the "
        "batch and moves the averages.",
        asked(lambda call: call._replace(training=True)),
    ),
    Mistake(
        "inference whatever is asked",
        "Your function does the same whatever `training` says: it normalises by the "
        "averages and leaves them alone.",
        asked(_by_averages),
    ),
    Mistake(
        "training and inference exchanged",
        "You do in training what belongs to inference, and the other way round.",
        asked(lambda call: call._replace(training=not call.training)),
    ),
    Mistake(
        "batch statistics at inference",
        "At inference a picture must not depend on those beside it. What normalises "
        "there are the averages.",
        lambda reference, *args, **kwargs: {
            **reference(*args, **kwargs),
            "y": reference(*Call(*args, **kwargs)._replace(training=True))["y"],
        },
    ),
    Mistake(
        "averages updated at inference",
        "At inference nothing is learned: the averages stay as they are.",
        lambda reference, *args, **kwargs: {
            **reference(*Call(*args, **kwargs)._replace(training=True)),
            "y": reference(*args, **kwargs)["y"],
        },
    ),
    Mistake(
        "averages given back at training only",
        "The dictionary has the same three keys at inference, with the averages as they "
        "came.",
        lambda reference, *args, **kwargs: (
            reference(*args, **kwargs)
            if Call(*args, **kwargs).training
            else {"y": reference(*args, **kwargs)["y"]}
        ),
    ),
    Mistake(
        "moving variance taken for a deviation",
        "What is remembered is a variance: at inference too its root is taken.",
        rescaled(lambda variance, epsilon: variance + epsilon, when=False),
    ),
    Mistake(
        "epsilon forgotten at inference",
        "Epsilon stands under the root at inference as well.",
        rescaled(lambda variance, epsilon: np.sqrt(variance), when=False),
    ),
    Mistake(
        "gamma and beta left out at inference",
        "What was learned counts at inference as well: stretch and shift.",
        batch(lambda y, call: (y - call.beta) / call.gamma, when=False),
    ),
    Mistake(
        "batch left as it is at inference",
        "At inference the batch is normalised too, by the averages.",
        batch(lambda y, call: call.x, when=False),
    ),
)


def _averages_changed(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    call, right = Call(*args, **kwargs), reference(*args, **kwargs)
    if call.training:
        for name, old in zip(MOVING, call[3:5], strict=True):
            old[:] = right[name]
    return right


def _batch_changed(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    right = reference(*args, **kwargs)
    Call(*args, **kwargs).x[:] -= 1
    return right


RESULTS = (
    Mistake(
        "only the batch returned",
        "The averages are lost. What is returned is a dictionary with three entries.",
        after(lambda right: right["y"]),
    ),
    Mistake(
        "a tuple in place of a dictionary",
        "You return three arrays in a row. The task asks for a dictionary with names.",
        after(lambda right: tuple(right.values())),
    ),
    Mistake(
        "averages changed in place",
        "Your function changes the averages of whoever called it. Make new arrays.",
        _averages_changed,
    ),
    Mistake(
        "batch changed in place",
        "Your function changes the batch of whoever called it. Make a new array.",
        _batch_changed,
    ),
    Mistake(
        "momentum of 0.9 by default",
        "A call that names no momentum means 0.99: look at the first line of the "
        "function.",
        by_default(momentum=0.9),
    ),
    Mistake(
        "epsilon of 0.00001 by default",
        "A call that names no epsilon means 0.001: look at the first line of the "
        "function.",
        by_default(epsilon=1e-5),
    ),
    Mistake(
        "epsilon fixed",
        "Your epsilon is 0.001, whatever the caller says.",
        asked(lambda call: call._replace(epsilon=0.001)),
    ),
    Mistake(
        "momentum fixed",
        "Your momentum is 0.99, whatever the caller says.",
        asked(lambda call: call._replace(momentum=0.99)),
    ),
    Mistake(
        "cut to whole numbers",
        "A batch of whole numbers has a mean with decimals: the result needs an array "
        "of decimal numbers.",
        batch(lambda y, call: y.astype(call.x.dtype)),
    ),
    Mistake(
        "rounded",
        "You round. Give the numbers as they are.",
        after(lambda right: {name: np.round(v, 2) for name, v in right.items()}),
    ),
)
