"""What correlation and convolution share: cases, both right answers, and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.wrong import after, input_changed, with_arguments
from grader.judging.exercise import Case, Mistake
from grader.judging.show import show_array

FRAMEWORKS = ("scipy.ndimage", "skimage", "tensorflow", "keras")


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


def zeroed(result: np.ndarray, *where: Any) -> np.ndarray:
    """Return a copy of the result with zeros at the given indices."""
    result = np.array(result)
    for index in where:
        result[index] = 0.0
    return result


def _padded(more_before: bool, more_after: bool) -> Callable[..., Any]:
    """Return a mistake: zeros around the image, for even filters more on one side."""

    def with_zeros(x: np.ndarray, k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pads = [
            ((side - 1 + more_before) // 2, (side - 1 + more_after) // 2)
            for side in k.shape
        ]
        return np.pad(x, pads), k

    return with_arguments(with_zeros)


def in_corner(result: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return zeros as large as x with the result in the top left corner."""
    rows, columns = (n - m for n, m in zip(x.shape, result.shape, strict=True))
    return np.pad(result, ((0, rows), (0, columns)))


def _in_middle(result: np.ndarray, x: np.ndarray, k: np.ndarray) -> np.ndarray:
    before = [side // 2 for side in k.shape]
    after = [n - m - b for n, m, b in zip(x.shape, result.shape, before, strict=True)]
    return np.pad(result, list(zip(before, after, strict=True)))


def stored_as(result: np.ndarray, dtype: Any) -> Any:
    """Return the result as an array of that number type holds it."""
    if np.dtype(dtype).kind == "f":
        return result
    # By way of 64 bits, so that what does not fit wraps around on every machine.
    return np.trunc(np.round(result, 9)).astype(np.int64).astype(dtype)


SHAPE_MISTAKES = (
    Mistake(
        "size too small by one",
        "You leave out the last position of each row and column. "
        "Put a 3x3 filter on a 3x3 image: it fits once.",
        after(lambda result: result[:-1, :-1]),
    ),
    Mistake(
        "last row and column not visited",
        "The size is right, but the last row and column stay 0: "
        "where does your loop end?",
        after(lambda result: zeroed(result, np.s_[-1], np.s_[:, -1])),
    ),
    Mistake(
        "first row and column skipped",
        "The first row and column stay 0: positions are counted from 0.",
        after(lambda result: zeroed(result, np.s_[0], np.s_[:, 0])),
    ),
    Mistake(
        "padded to the same size",
        "You add zeros around the image, which keeps its size. "
        "Valid means: only where the filter lies wholly inside.",
        _padded(more_before=False, more_after=True),
    ),
    Mistake(
        "padded by half a filter on every side",
        "You add a border of zeros. "
        "Valid means: only where the filter lies wholly inside the image.",
        _padded(more_before=True, more_after=True),
    ),
    Mistake(
        "padded to the same size, more at the top left",
        "You add zeros around the image, which keeps its size. "
        "Valid means: only where the filter lies wholly inside.",
        _padded(more_before=True, more_after=False),
    ),
    Mistake(
        "filter hangs over the edge",
        "You use every position at which the filter touches the image (mode full). "
        "Valid means: only where it lies wholly inside.",
        with_arguments(
            lambda x, k: (np.pad(x, [(side - 1, side - 1) for side in k.shape]), k)
        ),
    ),
    Mistake(
        "result as large as the image",
        "The values are right, but the result is as large as the image "
        "and its last rows and columns stay 0.",
        lambda reference, x, k: in_corner(reference(x, k), x),
    ),
    Mistake(
        "result in a frame of zeros",
        "The values are right, but a frame of zeros makes the result as large as the "
        "image. Valid means that there is no frame.",
        lambda reference, x, k: _in_middle(reference(x, k), x, k),
    ),
    Mistake(
        "height and width swapped in the result",
        "Row i of the result belongs to row i of the image: "
        "your result is the right one, transposed.",
        after(np.transpose),
    ),
)
VALUE_MISTAKES = (
    Mistake(
        "averaged, not summed",
        "You divide by the number of products. A filter only adds them up; "
        "if it is to average, its values say so.",
        lambda reference, x, k: reference(x, k) / k.size,
    ),
    Mistake(
        "ReLU inside",
        "Your negative results have become 0. "
        "The filter is linear; an activation comes after it, in a later lab.",
        after(lambda result: np.maximum(result, 0.0)),
    ),
    Mistake(
        "sign lost",
        "Your results are never negative. The sign tells on which side it is brighter.",
        after(abs),
    ),
    Mistake(
        "stored in the image's number type",
        "An image of whole numbers cuts your results off, "
        "and 8 bits cannot hold -800 or 300. Store the results as floats.",
        lambda reference, x, k: stored_as(reference(x, k), x.dtype),
    ),
    Mistake(
        "rounded",
        "Your results are whole numbers; keep their fractions.",
        after(np.round),
    ),
    Mistake(
        "fractions cut off",
        "Your results are whole numbers because their fractions were cut off: "
        "look for `int`.",
        after(lambda result: stored_as(result, np.int64)),
    ),
    Mistake(
        "float16",
        "Your results keep three digits only: use float32 or float64.",
        after(lambda result: result.astype(np.float16)),
    ),
    Mistake(
        "moved by the filter's size",
        "Your filter jumps over positions: it moves on by one pixel, "
        "not by its own size.",
        lambda reference, x, k: reference(x, k)[:: k.shape[0], :: k.shape[1]],
    ),
    Mistake(
        "changed in place",
        "The result is right, but afterwards the caller's image or filter "
        "is another one. Work on a copy.",
        input_changed,
    ),
)
