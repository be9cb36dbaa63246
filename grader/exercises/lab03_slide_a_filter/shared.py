"""What correlation and convolution share: cases and both right answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.arithmetic import (
    Index,
    added,
    left_out,
    pixels_at,
    products,
)
from grader.exercises.common.windows import Drawn, multiplied_window
from grader.judging.exercise import Case
from grader.judging.show import show_array

FOURIER = ("numpy.fft", "scipy.fft", "scipy.fftpack")
READY_MADE = ("scipy.ndimage", "skimage", "tensorflow", "keras", *FOURIER)


def image_cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images and filters, square and not, even and odd, and images of integers."""
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1.0
    ramp = np.arange(1.0, 10.0).reshape(3, 3)
    h = int(rng.integers(5, 9))
    shapes = [(h, h + int(rng.integers(2, 5))), (h + int(rng.integers(2, 5)), h)]
    small = (
        rng.integers(-9, 10, (4, 6)).astype(float),
        np.array([[1.0, 2, 3], [4, 5, 7]]),
    )
    return [
        _case("4x6 image of whole numbers, 2x3 filter", *small),
        _case("a single 1 in a 5x5 image, 3x3 filter", impulse, ramp),
        _case("6x6 image, 3x2 filter", _drawn(rng, 6, 6), _drawn(rng, 3, 2)),
        _case("5x8 image, 3x3 filter", _drawn(rng, 5, 8), _drawn(rng, 3, 3)),
        _case("8x5 image, 4x4 filter", _drawn(rng, 8, 5), _drawn(rng, 4, 4)),
        _case("4x4 image, 1x1 filter", _drawn(rng, 4, 4), np.array([[-2.5]])),
        _case("3x3 image, 3x3 filter", _drawn(rng, 3, 3), _drawn(rng, 3, 3)),
        _case("negative 4x7 image", -1.5 - abs(_drawn(rng, 4, 7)), ramp[:, :2]),
        _case("equal values, Sobel filter", np.full((5, 7), 7.0), _sobel()),
        *(
            _case(
                f"drawn {shape[0]}x{shape[1]} image",
                _drawn(rng, *shape),
                _drawn(rng, *rng.integers(2, 5, 2)),
            )
            for shape in shapes
        ),
        *_integer_cases(rng),
    ]


def _integer_cases(rng: np.random.Generator) -> Sequence[Case]:
    photo = rng.integers(0, 256, (4, 6)).astype(np.uint8)
    # Bright beside dark: the first sum is -800, which does not fit into 8 bits.
    photo[:3, :3] = (200, 100, 0)
    counts = rng.integers(-9, 10, (6, 4))
    blur = np.full((3, 2), 0.3)
    blur[0, 0] = 0.45
    return [
        _case("8-bit 4x6 image", photo, _sobel().astype(int), "integer image"),
        _case("whole numbers, fractions in k", counts, blur, "integer image"),
    ]


def _case(label: str, x: np.ndarray, k: np.ndarray, part: str = "values") -> Case:
    return Case((x, k), label=label, part=part)


def _drawn(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    return rng.uniform(-5, 5, (height, width))


def _sobel() -> np.ndarray:
    return np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])


def window_at(x: np.ndarray, i: int, j: int, kh: int, kw: int, stride: int = 1) -> Any:
    """Return the kh x kw values of x under a filter at result [i, j], by window views."""
    views = sliding_window_view(x, (kh, kw))
    return views[i * stride, j * stride]


def correlated(x: np.ndarray, k: np.ndarray) -> Any:
    """Return the valid cross-correlation (H - kh + 1, W - kw + 1), by SciPy."""
    # Imported here, since only two exercises need it, and not scipy.signal, which
    # takes three times as long to import.
    from scipy import ndimage

    result = ndimage.correlate(x.astype(float), k.astype(float), mode="constant")
    return _inside(result, k, [side // 2 for side in k.shape])


def convolved(x: np.ndarray, k: np.ndarray) -> Any:
    """Return the valid convolution (H - kh + 1, W - kw + 1), by SciPy."""
    from scipy import ndimage

    result = ndimage.convolve(x.astype(float), k.astype(float), mode="constant")
    return _inside(result, k, [(side - 1) // 2 for side in k.shape])


def _inside(result: np.ndarray, k: np.ndarray, border: list[int]) -> np.ndarray:
    """Cut away what SciPy computes where the filter hangs over."""
    sides = zip(result.shape, k.shape, border, strict=True)
    return result[tuple(slice(b, b + n - side + 1) for n, side, b in sides)]


def feeding_window(index: tuple[int, ...], x: np.ndarray, k: np.ndarray) -> str:
    """Return in words which rows and columns of x feed the value at `index`."""
    (i, j), (kh, kw) = index, k.shape
    return (
        f"Result [{i}, {j}] is fed by rows {i} to {i + kh - 1} and columns {j} to "
        f"{j + kw - 1} of x:\n{show_array(window_at(x, i, j, kh, kw))}\n"
    )


def under(index: Index, x: np.ndarray, weights: np.ndarray, words: str) -> str:
    """Return the sum of products that a filter, lying as given, makes at `index`."""
    (i, j), (kh, kw) = index, weights.shape
    place = pixels_at(range(i, i + kh), range(j, j + kw))
    terms = products(window_at(x, i, j, kh, kw), weights)
    return f"{place} of x, {words}{left_out(terms, weights)}\n{added(terms)}"


def drawn_under(
    index: Index, x: np.ndarray, name: str, weights: np.ndarray
) -> list[list[Drawn]]:
    """Return what a filter, lying as given, multiplies for `index`, to be drawn."""
    (i, j), (kh, kw) = index, weights.shape
    part = f"x[{i}:{i + kh}, {j}:{j + kw}]"
    pixels = window_at(x, i, j, kh, kw)
    return [multiplied_window((part, pixels), (name, weights))]
