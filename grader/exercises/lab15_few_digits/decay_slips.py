"""Wrong steps with weight decay that change more than the arrays that decay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _plain(w: Any, g: Any, rate: float, pull: Any) -> Any:
    return w - rate * (g + pull)


def gradient_itself(
    reference: Callable[..., Any],
    weights: Any,
    gradients: Any,
    learning_rate: float,
    decay: float,
    decoupled: bool = True,
) -> Any:
    """Return steps by the gradients, without their signs."""
    return [
        _plain(w, g, learning_rate, decay * (w.ndim > 1) * w)
        for w, g in zip(weights, gradients, strict=True)
    ]


def divided(
    reference: Callable[..., Any],
    weights: Any,
    gradients: Any,
    learning_rate: float,
    decay: float,
    decoupled: bool = True,
) -> Any:
    """Return the right weights, but `nan` where the slope that decides is 0."""
    new = reference(weights, gradients, learning_rate, decay, decoupled=decoupled)
    pulls = [0 if decoupled else decay * (w.ndim > 1) * w for w in weights]
    return [
        np.where(g + pull == 0, np.nan, n)
        for n, g, pull in zip(new, gradients, pulls, strict=True)
    ]


def zero_moves(
    reference: Callable[..., Any], weights: Any, gradients: Any, *rest: Any, **kw: Any
) -> Any:
    """Return steps in which a gradient of 0 counts as negative."""
    moved = [np.where(g == 0, -1e-300, g) for g in gradients]
    return reference(weights, moved, *rest, **kw)


def against(
    reference: Callable[..., Any],
    weights: Any,
    gradients: Any,
    rate: float,
    decay: float,
    decoupled: bool = True,
) -> Any:
    """Return weights that went up the loss: the step has the sign of the gradient."""
    new = reference(weights, gradients, rate, decay, decoupled=decoupled)
    plain = reference(weights, gradients, rate, 0.0, decoupled=True)
    if decoupled:
        return [a + 2 * (w - b) for a, b, w in zip(new, plain, weights, strict=True)]
    return [2 * w - a for a, w in zip(new, weights, strict=True)]


def in_place(reference: Callable[..., Any], weights: Any, *rest: Any, **kw: Any) -> Any:
    """Return the right weights in the arrays that were given."""
    new = reference(weights, *rest, **kw)
    for w, n in zip(weights, new, strict=True):
        # As `w -= ...` does, which NumPy refuses for whole numbers.
        np.add(w, n - w, out=w)
    return weights


def gradients_in_place(
    reference: Callable[..., Any],
    weights: Any,
    gradients: Any,
    learning_rate: float,
    decay: float,
    decoupled: bool = True,
) -> Any:
    """Return the right weights, and leave the decay in the gradients."""
    args = (weights, gradients, learning_rate, decay)
    new = reference(*args, decoupled=decoupled)
    for w, g in zip(weights, gradients, strict=True):
        if w.ndim > 1 and not decoupled:
            np.add(g, decay * w, out=g)  # as `g += ...` does
    return new
