"""Gradients of a convolution, and mistakes in each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.wrong import Wrong


def gradients(x: np.ndarray, W: np.ndarray, dy: np.ndarray) -> dict[str, np.ndarray]:
    """Return the gradients of x, W and b, in their shapes, by sums over windows."""
    windows = sliding_window_view(x, dy.shape[1:3], axis=(1, 2))
    return {
        "x": spread(dy, W),
        "W": np.einsum("nabcij,nijf->abcf", windows, dy),
        "b": np.einsum("nijf->f", dy),
    }


def spread(dy: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return the gradient of x: each dy spread over the window it came from."""
    kh, kw = W.shape[:2]
    border = [(0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)]
    windows = sliding_window_view(np.pad(dy, border), (kh, kw), axis=(1, 2))
    return np.asarray(np.einsum("nijfab,abcf->nijc", windows, W[::-1, ::-1]))


def in_gradients(**changes: Callable[..., Any]) -> Wrong:
    """Return a mistake in some of the gradients.

    Args:
        changes: by the gradient's name, a function of (right gradient, x, W, dy).
    """

    def wrong(reference: Callable[..., Any], *inputs: Any) -> dict[str, Any]:
        right = reference(*inputs)
        return {
            **right,
            **{name: f(right[name], *inputs) for name, f in changes.items()},
        }

    return wrong


def x_without_dy(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    return spread(np.ones_like(dy), W)


def w_without_dy(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    return gradients(x, W, np.ones_like(dy))["W"]


def b_without_dy(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    return np.full(right.shape, dy.size / dy.shape[3])


def averaged(right: Any, x: Any, *_: Any) -> Any:
    return right / len(x)


def first_window_only(dy: np.ndarray) -> np.ndarray:
    """Keep the gradient of output (0, 0) alone."""
    kept = np.zeros_like(dy)
    kept[:, 0, 0] = dy[:, 0, 0]
    return kept


def written_over(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Return dx where each window overwrites the ones before it."""
    dx = np.zeros(x.shape)
    kh, kw = W.shape[:2]
    for i, j in np.ndindex(dy.shape[1:3]):
        corner = spread(dy[:, i : i + 1, j : j + 1], W)
        dx[:, i : i + kh, j : j + kw] = corner
    return dx


def last_share(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Return dx where each window and each filter overwrites what was there."""
    return written_over(right, x, W[..., -1:], dy[..., -1:])


def last_of_all(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Return dW where each window of each picture overwrites the one before."""
    window = x[-1, -W.shape[0] :, -W.shape[1] :]
    return np.asarray(window[..., None] * dy[-1, -1, -1])


def sums_of_pixels(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Return dx where a window gets its own pixels, not the filter."""
    kh, kw = W.shape[:2]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape[1:3]):
        window = np.s_[:, i : i + kh, j : j + kw]
        factor = dy[:, i, j].sum(axis=-1)
        dx[window] += x[window] * factor[:, None, None, None]
    return dx


def gated(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    return np.asarray(right * (x > 0))


def own_weights(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    """Return dW where a filter gets its own weights, not the pixels."""
    return np.asarray(W * dy.sum(axis=(0, 1, 2)))


def window_sums(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    sums = np.asarray(right).sum(axis=(0, 1, 2), keepdims=True)
    return np.broadcast_to(sums, right.shape).copy()


def filters_mixed(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    return spread(dy.sum(-1, keepdims=True), W.sum(-1, keepdims=True))


def weights_added(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    sums = W.sum(axis=(0, 1, 2), keepdims=True)
    return spread(dy, np.broadcast_to(sums, W.shape))


def corner_only(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    corner = np.zeros_like(W)
    corner[0, 0] = W[0, 0]
    return spread(dy, corner)


def nothing(right: Any, *_: Any) -> np.ndarray:
    return np.zeros_like(right)


def first_kept(right: Any, *_: Any) -> np.ndarray:
    kept = np.zeros(np.shape(right))
    kept[0] = right[0]
    return kept


def as_dy(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    top, left = (W.shape[0] - 1) // 2, (W.shape[1] - 1) // 2
    return np.asarray(right[:, top : top + dy.shape[1], left : left + dy.shape[2]])


def first_picture(right: Any, x: Any, W: Any, dy: Any) -> np.ndarray:
    return np.asarray(gradients(x[:1], W, dy[:1])["W"])


def into_the_first(right: Any, *_: Any) -> np.ndarray:
    gathered = np.zeros(np.shape(right))
    gathered[0] = np.sum(right, axis=0)
    return gathered
