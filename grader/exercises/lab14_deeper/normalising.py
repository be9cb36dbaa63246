"""The arguments of batch normalisation, and ways to get its answer wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from grader.exercises.common.wrong import Wrong

MOVING = ("moving_mean", "moving_var")


def batch_moments(x: np.ndarray) -> np.ndarray:
    """Return mean and variance of each channel, (2, C), of a batch (..., C)."""
    columns = np.reshape(x, (-1, np.shape(x)[-1])).T.astype(float)
    middle = np.array([column.sum() / column.size for column in columns])
    apart = columns - middle[:, None]
    spread = [np.dot(column, column) / column.size for column in apart]
    return np.stack([middle, spread])


class Call(NamedTuple):
    """The arguments, as in the exercise."""

    x: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray
    moving_mean: np.ndarray
    moving_var: np.ndarray
    training: bool
    momentum: float = 0.99
    epsilon: float = 0.001


def asked(change: Callable[[Call], Call]) -> Wrong:
    """Return a mistake: the right answer to other arguments."""

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with np.errstate(all="ignore"):
            return reference(*change(Call(*args, **kwargs)))

    return wrong


def told(change: Callable[[Any, Call], Any], when: bool | None = None) -> Wrong:
    """Return a mistake: the right answer, then changed.

    Args:
        change: gets the right dictionary and the arguments; returns what is changed in it.
        when: only in training, or only at inference; by default always.
    """

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        call, right = Call(*args, **kwargs), reference(*args, **kwargs)
        if when is not None and when != call.training:
            return right
        return {**right, **change(right, call)}

    return wrong


def batch(change: Callable[[Any, Call], Any], when: bool | None = None) -> Wrong:
    """Return a mistake in the normalised batch: (right one, arguments) -> another."""
    return told(lambda right, call: {"y": change(right["y"], call)}, when)


def averaged(change: Callable[[Any, Any, float], Any]) -> Wrong:
    """Return a mistake in the averages: (old, of the batch, momentum) -> new."""

    def changed(right: Any, call: Call) -> Any:
        pairs = zip(MOVING, call[3:5], batch_moments(call.x), strict=True)
        return {name: change(old, new, call.momentum) for name, old, new in pairs}

    return told(changed, when=True)


def statistics(call: Call) -> Any:
    """Return the statistics that normalise, (mean, variance)."""
    return batch_moments(call.x) if call.training else np.stack(call[3:5])


def rescaled(factor: Callable[[Any, float], Any], when: bool | None = None) -> Wrong:
    """Return a mistake in the division: (variance, epsilon) -> what is divided by."""

    def changed(y: Any, call: Call) -> Any:
        variance = statistics(call)[1]
        right = np.sqrt(variance + call.epsilon)
        with np.errstate(all="ignore"):
            return (y - call.beta) * right / factor(variance, call.epsilon) + call.beta

    return batch(changed, when)


def over(axes: Callable[[int], Any], keepdims: bool = False) -> Wrong:
    """Return a mistake: the statistics over other axes, of so many in all."""

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        call = Call(*args, **kwargs)
        if not call.training:
            return reference(*call)
        chosen = {"axis": axes(call.x.ndim), "keepdims": keepdims}
        moments = np.mean(call.x, **chosen), np.var(call.x, **chosen)
        return by_moments(call, moments)

    return wrong


def by_moments(call: Call, moments: Any) -> Any:
    """Return the answer whose statistics are these, as NumPy would spread them."""
    mean, variance = moments
    flat = call.x - mean
    y = flat / np.sqrt(variance + call.epsilon) * call.gamma + call.beta
    after = [
        old * call.momentum + new * (1 - call.momentum)
        for old, new in zip(call[3:5], moments, strict=True)
    ]
    return {"y": y, **dict(zip(MOVING, after, strict=True))}
