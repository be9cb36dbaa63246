"""Pictures and filters to draw cases from, and a convolutional layer by SciPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import ndimage

FORBIDDEN = (
    "keras",
    "numpy.convolve",
    "numpy.correlate",
    "numpy.fft",
    "scipy",
    "skimage",
    "sklearn",
    "tensorflow",
)


def pictures(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw pictures with values between -2 and 2."""
    return rng.uniform(-2, 2, shape)


def small_numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw numbers with which one can follow an example by hand: whole, and not 0."""
    return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], shape)


def biases(rng: np.random.Generator, filters: int) -> np.ndarray:
    """Draw biases far from each other, of both signs."""
    signs = np.resize([1, -1], filters)
    return signs * (10 + 7 * np.arange(filters) + rng.uniform(0, 1, filters))


def small_biases(filters: int) -> np.ndarray:
    """Return whole biases of both signs, with which one can follow by hand."""
    return np.resize([1.0, -1.0], filters) * (4 + 2 * np.arange(filters))


def arguments(
    rng: np.random.Generator,
    image: Sequence[int],
    kernel: Sequence[int],
    draw: Callable[..., np.ndarray] = pictures,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw (x, W, b) of a layer; among small numbers the biases are whole, too.

    Args:
        image: shape of the pictures, (N, H, W, C).
        kernel: height, width and number of the filters.
        draw: `pictures` or `small_numbers`.
    """
    kh, kw, filters = kernel
    x, W = draw(rng, *image), draw(rng, kh, kw, image[3], filters)
    b = small_biases(filters) if draw is small_numbers else biases(rng, filters)
    return x, W, b


def layer(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the feature maps (N, H', W', F) of a convolutional layer, by SciPy.

    Args:
        x: pictures (N, H, W, C).
        W: filters (kh, kw, C, F).
        b: one bias for each filter, (F,).
    """
    maps = [[_feature_map(image, kernel) for kernel in W.T] for image in x]
    shape = (len(x), W.shape[3], *(x.shape[a] - W.shape[a - 1] + 1 for a in (1, 2)))
    grid = np.reshape(maps, tuple(max(size, 0) for size in shape))
    return np.asarray(np.moveaxis(grid, 1, -1) + b)


def _feature_map(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Correlate (H, W, C) with a transposed kernel (C, kw, kh), all of it inside."""
    kernel = kernel.T
    whole = ndimage.correlate(image, kernel, output=float, mode="constant")
    centre = [
        slice(k // 2, k // 2 + max(n - k + 1, 0))
        for n, k in zip(image.shape, kernel.shape, strict=True)
    ]
    return np.asarray(whole[tuple(centre)][..., 0])
