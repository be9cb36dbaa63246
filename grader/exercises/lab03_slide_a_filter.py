"""Exercises of lab 03: one filter, one channel, every position where it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader import compare
from grader.exercise import Case, Exercise, Mistake

Array = np.ndarray
Reference = Callable[..., Any]

PREDICTIONS = Exercise(
    id="lab03.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


# ---- output_size_valid


def _size_cases(rng: np.random.Generator) -> Sequence[Case]:
    fixed = [(6, 3), (28, 5), (9, 4), (7, 7), (5, 1), (210, 2)]
    k = int(rng.integers(2, 12))
    return [
        *(Case(pair) for pair in fixed),
        Case((k + int(rng.integers(3, 500)), k)),
        Case((int(rng.integers(40, 90)), 6)),
    ]


OUTPUT_SIZE = Exercise(
    id="lab03.output_size_valid",
    points=2,
    cases=_size_cases,
    reference=lambda n, k: len(range(k, n + 1)),
    comparison=compare.exact,
    mistakes=(
        Mistake(
            "size too small by one",
            "Put a filter of 3 on a row of 3: it fits once, not zero times. "
            "The first position counts too.",
            lambda reference, n, k: reference(n, k) - 1,
        ),
        Mistake(
            "size too large by one",
            "You count one position at which the filter hangs over the end.",
            lambda reference, n, k: reference(n, k) + 1,
        ),
        Mistake(
            "size too small by two",
            "Put a filter of 3 on a row of 3: it fits once, and you count -1. "
            "Is a sign wrong, or a pair of brackets missing?",
            lambda reference, n, k: reference(n, k) - 2,
        ),
        Mistake(
            "size unchanged",
            "Without padding the filter must lie wholly inside, "
            "so it has fewer positions than the row has pixels.",
            lambda reference, n, k: n,
        ),
        Mistake(
            "positions that hang over counted",
            "You count every position at which the filter touches the row; "
            "it must lie wholly inside.",
            lambda reference, n, k: n + k - 1,
        ),
        Mistake(
            "half the filter off each side",
            "That is right for odd filters only. Draw a filter of 4 on a row of 9.",
            lambda reference, n, k: n - k // 2 * 2,
        ),
        Mistake(
            "half the filter off once",
            "The filter needs room for its whole length, not for half of it.",
            lambda reference, n, k: n - k // 2,
        ),
        Mistake(
            "filter taken off both sides",
            "You take the filter's overhang off twice. "
            "It can stick out at one end only, if its start is what you count.",
            lambda reference, n, k: n - 2 * (k - 1),
        ),
        Mistake(
            "tiles counted",
            "You count how many filters fit side by side. "
            "The filter moves on by one pixel, not by its own length.",
            lambda reference, n, k: n // k,
        ),
        Mistake(
            "filter of 3 assumed",
            "You take off a fixed number; it has to depend on k.",
            lambda reference, n, k: n - 2,
        ),
        Mistake(
            "positions of a square image",
            "You count the positions in a whole picture; n and k are lengths of one axis.",
            lambda reference, n, k: reference(n, k) ** 2,
        ),
    ),
)


# ---- window


def _window_cases(rng: np.random.Generator) -> Sequence[Case]:
    stride = int(rng.integers(2, 4))
    i, j, kh, kw = 2, 1, int(rng.integers(3, 5)), 2
    drawn = (stride * i + kh + 2, stride * j + kw + 4)
    return [
        _window_case(rng, (6, 8), 0, 0, 2, 3),
        _window_case(rng, (6, 8), 2, 1, 2, 3),
        _window_case(rng, (8, 6), 1, 3, 3, 2),
        _window_case(rng, (7, 7), 4, 2, 3, 3),
        _window_case(rng, (9, 8), 1, 2, 3, 2, 2),
        _window_case(rng, (8, 11), 2, 1, 2, 4, 3),
        _window_case(rng, (5, 9), 1, 4, 1, 1),
        _window_case(rng, drawn, i, j, kh, kw, stride),
    ]


def _window_case(
    rng: np.random.Generator,
    shape: tuple[int, int],
    i: int,
    j: int,
    kh: int,
    kw: int,
    stride: int = 1,
) -> Case:
    # Every value once: a window in a wrong place cannot look right.
    x = rng.permutation(np.prod(shape)).reshape(shape).astype(float)
    label = f"result [{i}, {j}], {kh}x{kw} window, {shape[0]}x{shape[1]} image"
    if stride == 1:
        return Case((x, i, j, kh, kw), label=label)
    return Case((x, i, j, kh, kw), {"stride": stride}, f"stride {stride}, {label}")


def _under(x: Array, i: int, j: int, kh: int, kw: int, stride: int = 1) -> Any:
    views = sliding_window_view(x, (kh, kw))
    return views[i * stride, j * stride]


def _window_feed(
    index: tuple[int, ...],
    x: Array,
    i: int,
    j: int,
    kh: int,
    kw: int,
    stride: int = 1,
) -> str:
    row, column = (start * stride + at for start, at in zip((i, j), index, strict=True))
    return (
        f"Place {list(index)} of this window is x[{row}, {column}] = "
        f"{x[row, column]:g}. With stride {stride}, result [{i}, {j}] looks at rows "
        f"{i * stride} to {i * stride + kh - 1} and columns {j * stride} to "
        f"{j * stride + kw - 1} of x:\n"
        f"{compare.show_array(_under(x, i, j, kh, kw, stride))}"
    )


def _cut(x: Array, top: int, left: int, bottom: int, right: int) -> Array:
    return x[slice(top, bottom), slice(left, right)]


WINDOW = Exercise(
    id="lab03.window",
    points=3,
    cases=_window_cases,
    reference=_under,
    window=_window_feed,
    mistakes=(
        Mistake(
            "stride ignored",
            "Each window starts `stride` pixels further on than the one before; "
            "your window moves by one.",
            lambda r, x, i, j, kh, kw, stride=1: r(x, i, j, kh, kw),
        ),
        Mistake(
            "stride on the rows only",
            "The stride moves the window in both directions: look at your columns.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j, i * stride + kh, j + kw
            ),
        ),
        Mistake(
            "stride on the columns only",
            "The stride moves the window in both directions: look at your rows.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i, j * stride, i + kh, j * stride + kw
            ),
        ),
        Mistake(
            "i and j swapped",
            "i counts rows, the first axis; j counts columns, the second.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, j * stride, i * stride, j * stride + kh, i * stride + kw
            ),
        ),
        Mistake(
            "kh and kw swapped",
            "kh is the height of the window, along the rows; kw is its width.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, i * stride + kw, j * stride + kh
            ),
        ),
        Mistake(
            "square window assumed",
            "A window may be wider than it is high: its width is kw, not kh.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, i * stride + kh, j * stride + kh
            ),
        ),
        Mistake(
            "transposed",
            "Your rows are columns and your columns are rows.",
            lambda r, x, i, j, kh, kw, stride=1: r(x, i, j, kh, kw, stride).T,
        ),
        Mistake(
            "window too small by one",
            "The end of a slice is not part of it: `x[2:4]` has two rows.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, i * stride + kh - 1, j * stride + kw - 1
            ),
        ),
        Mistake(
            "window too large by one",
            "The end of a slice is not part of it, so nothing has to be added for it.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, i * stride + kh + 1, j * stride + kw + 1
            ),
        ),
        Mistake(
            "length in place of the end",
            "A slice is `start:end`, not `start:length`; "
            "a window further down ends further down.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, kh, kw
            ),
        ),
        Mistake(
            "window does not move",
            "You give the same corner of the image for every value of the result.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(x, 0, 0, kh, kw),
        ),
        Mistake(
            "window centred on the position",
            "Position [i, j] of the result is where the window starts, not its middle.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x,
                i * stride - kh // 2,
                j * stride - kw // 2,
                i * stride - kh // 2 + kh,
                j * stride - kw // 2 + kw,
            ),
        ),
        Mistake(
            "positions counted from one",
            "The first value of the result has i = 0 and j = 0 and starts at the first pixel.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x,
                (i - 1) * stride,
                (j - 1) * stride,
                (i - 1) * stride + kh,
                (j - 1) * stride + kw,
            ),
        ),
        Mistake(
            "stride inside the window",
            "The stride is the step from one window to the next; "
            "inside a window no pixel is left out.",
            lambda r, x, i, j, kh, kw, stride=1: r(x, i, j, kh, kw, stride)[
                ::stride, ::stride
            ],
        ),
        Mistake(
            "rows cut twice",
            "`x[a:b][c:d]` cuts rows and then rows again. "
            "Both axes belong into one pair of brackets, with a comma.",
            lambda r, x, i, j, kh, kw, stride=1: x[slice(i * stride, i * stride + kh)][
                slice(j * stride, j * stride + kw)
            ],
        ),
        Mistake(
            "columns before rows",
            "In `x[..., ...]` the rows come first and the columns second.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, j * stride, i * stride, j * stride + kw, i * stride + kh
            ),
        ),
        Mistake(
            "row used for the column as well",
            "Your columns start where the rows start: j counts columns.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, i * stride, i * stride + kh, i * stride + kw
            ),
        ),
        Mistake(
            "stride in the start of the columns, not in their end",
            "The end lies kw columns behind the start, wherever the start is.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, i * stride + kh, j + kw
            ),
        ),
        Mistake(
            "width in place of the last column",
            "A slice is `start:end`, not `start:length`; "
            "a window further right ends further right.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, i * stride + kh, kw
            ),
        ),
        Mistake(
            "columns not cut",
            "You cut out rows, and they are as wide as the image: "
            "the window also has a first and a last column.",
            lambda r, x, i, j, kh, kw, stride=1: x[slice(i * stride, i * stride + kh)],
        ),
        Mistake(
            "window too narrow by one",
            "The end of a slice is not part of it: `x[:, 2:4]` has two columns.",
            lambda r, x, i, j, kh, kw, stride=1: r(x, i, j, kh, kw, stride)[:, :-1],
        ),
        Mistake(
            "window too wide by one",
            "The end of a slice is not part of it, so nothing has to be added for it.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * stride, i * stride + kh, j * stride + kw + 1
            ),
        ),
        Mistake(
            "tiles along the columns",
            "To the right you move by the window's own width; it moves by `stride`.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * stride, j * kw, i * stride + kh, (j + 1) * kw
            ),
        ),
        Mistake(
            "tiles in place of windows",
            "You move by the window's own size; it moves by `stride`.",
            lambda r, x, i, j, kh, kw, stride=1: _cut(
                x, i * kh, j * kw, (i + 1) * kh, (j + 1) * kw
            ),
        ),
        Mistake(
            "flattened",
            "The right values in one line; keep them as kh rows of kw values.",
            lambda r, x, i, j, kh, kw, stride=1: np.ravel(r(x, i, j, kh, kw, stride)),
        ),
    ),
)


# ---- correlate2d_valid and convolve2d_valid: the right answers

_FRAMEWORKS = ("scipy.ndimage", "skimage", "tensorflow", "keras")


def _correlated(x: Array, k: Array) -> Any:
    # Imported here, since only two exercises need it, and not scipy.signal, which
    # takes three times as long to import.
    from scipy import ndimage

    result = ndimage.correlate(x.astype(float), k.astype(float), mode="constant")
    return _inside(result, k, [side // 2 for side in k.shape])


def _convolved(x: Array, k: Array) -> Any:
    from scipy import ndimage

    result = ndimage.convolve(x.astype(float), k.astype(float), mode="constant")
    return _inside(result, k, [(side - 1) // 2 for side in k.shape])


def _inside(result: Array, k: Array, border: list[int]) -> Array:
    """Cut away what SciPy computes where the filter hangs over."""
    sides = zip(result.shape, k.shape, border, strict=True)
    return result[tuple(slice(b, b + n - side + 1) for n, side, b in sides)]


def _image_cases(rng: np.random.Generator) -> Sequence[Case]:
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


def _case(label: str, x: Array, k: Array, part: str = "values") -> Case:
    return Case((x, k), label=label, part=part)


def _drawn(rng: np.random.Generator, height: int, width: int) -> Array:
    return rng.uniform(-5, 5, (height, width))


def _sobel() -> Array:
    return np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])


def _fed(index: tuple[int, ...], x: Array, k: Array) -> str:
    (i, j), (kh, kw) = index, k.shape
    return (
        f"Result [{i}, {j}] is fed by rows {i} to {i + kh - 1} and columns {j} to "
        f"{j + kw - 1} of x:\n{compare.show_array(_under(x, i, j, kh, kw))}\n"
    )


def _correlation_feed(index: tuple[int, ...], x: Array, k: Array) -> str:
    return (
        f"{_fed(index, x, k)}Each value meets the one in the same place of k:\n"
        f"{compare.show_array(k)}"
    )


def _convolution_feed(index: tuple[int, ...], x: Array, k: Array) -> str:
    return (
        f"{_fed(index, x, k)}The first value meets the last of k, "
        f"the last value the first of k:\n{compare.show_array(k)}"
    )


# ---- their mistakes


def _zeroed(result: Array, *where: Any) -> Array:
    result = np.array(result)
    for index in where:
        result[index] = 0.0
    return result


def _padded(
    reference: Reference, x: Array, k: Array, more_before: bool, more_after: bool
) -> Any:
    pads = [
        ((side - 1 + more_before) // 2, (side - 1 + more_after) // 2)
        for side in k.shape
    ]
    return reference(np.pad(x, pads), k)


def _in_corner(result: Array, x: Array) -> Array:
    rows, columns = (n - m for n, m in zip(x.shape, result.shape, strict=True))
    return np.pad(result, ((0, rows), (0, columns)))


def _in_middle(result: Array, x: Array, k: Array) -> Array:
    before = [side // 2 for side in k.shape]
    after = [n - m - b for n, m, b in zip(x.shape, result.shape, before, strict=True)]
    return np.pad(result, list(zip(before, after, strict=True)))


def _stored_as(result: Array, dtype: Any) -> Any:
    if np.dtype(dtype).kind == "f":
        return result
    # By way of 64 bits, so that what does not fit wraps around on every machine.
    return np.trunc(np.round(result, 9)).astype(np.int64).astype(dtype)


def _written_into(array: Array, result: Any) -> Any:
    array += 1
    return result


_SHAPE_MISTAKES = (
    Mistake(
        "size too small by one",
        "You leave out the last position of each row and column. "
        "Put a 3x3 filter on a 3x3 image: it fits once.",
        lambda r, x, k: r(x, k)[:-1, :-1],
    ),
    Mistake(
        "last row and column not visited",
        "The size is right, but the last row and column stay 0: "
        "where does your loop end?",
        lambda r, x, k: _zeroed(r(x, k), np.s_[-1], np.s_[:, -1]),
    ),
    Mistake(
        "first row and column skipped",
        "The first row and column stay 0: positions are counted from 0.",
        lambda r, x, k: _zeroed(r(x, k), np.s_[0], np.s_[:, 0]),
    ),
    Mistake(
        "padded to the same size",
        "You add zeros around the image, which keeps its size. "
        "Valid means: only where the filter lies wholly inside.",
        lambda r, x, k: _padded(r, x, k, more_before=False, more_after=True),
    ),
    Mistake(
        "padded by half a filter on every side",
        "You add a border of zeros. "
        "Valid means: only where the filter lies wholly inside the image.",
        lambda r, x, k: _padded(r, x, k, more_before=True, more_after=True),
    ),
    Mistake(
        "padded to the same size, more at the top left",
        "You add zeros around the image, which keeps its size. "
        "Valid means: only where the filter lies wholly inside.",
        lambda r, x, k: _padded(r, x, k, more_before=True, more_after=False),
    ),
    Mistake(
        "filter hangs over the edge",
        "You use every position at which the filter touches the image (mode full). "
        "Valid means: only where it lies wholly inside.",
        lambda r, x, k: r(np.pad(x, [(side - 1, side - 1) for side in k.shape]), k),
    ),
    Mistake(
        "result as large as the image",
        "The values are right, but the result is as large as the image "
        "and its last rows and columns stay 0.",
        lambda r, x, k: _in_corner(r(x, k), x),
    ),
    Mistake(
        "result in a frame of zeros",
        "The values are right, but a frame of zeros makes the result as large as the "
        "image. Valid means that there is no frame.",
        lambda r, x, k: _in_middle(r(x, k), x, k),
    ),
    Mistake(
        "height and width swapped in the result",
        "Row i of the result belongs to row i of the image: "
        "your result is the right one, transposed.",
        lambda r, x, k: r(x, k).T,
    ),
)

_VALUE_MISTAKES = (
    Mistake(
        "averaged, not summed",
        "You divide by the number of products. A filter only adds them up; "
        "if it is to average, its values say so.",
        lambda r, x, k: r(x, k) / k.size,
    ),
    Mistake(
        "ReLU inside",
        "Your negative results have become 0. "
        "The filter is linear; an activation comes after it, in a later lab.",
        lambda r, x, k: np.maximum(r(x, k), 0.0),
    ),
    Mistake(
        "sign lost",
        "Your results are never negative. The sign tells on which side it is brighter.",
        lambda r, x, k: abs(r(x, k)),
    ),
    Mistake(
        "stored in the image's number type",
        "An image of whole numbers cuts your results off, "
        "and 8 bits cannot hold -800 or 300. Store the results as floats.",
        lambda r, x, k: _stored_as(r(x, k), x.dtype),
    ),
    Mistake(
        "rounded",
        "Your results are whole numbers; keep their fractions.",
        lambda r, x, k: np.round(r(x, k)),
    ),
    Mistake(
        "fractions cut off",
        "Your results are whole numbers because their fractions were cut off: "
        "look for `int`.",
        lambda r, x, k: _stored_as(r(x, k), np.int64),
    ),
    Mistake(
        "float16",
        "Your results keep three digits only: use float32 or float64.",
        lambda r, x, k: r(x, k).astype(np.float16),
    ),
    Mistake(
        "moved by the filter's size",
        "Your filter jumps over positions: it moves on by one pixel, "
        "not by its own size.",
        lambda r, x, k: r(x, k)[:: k.shape[0], :: k.shape[1]],
    ),
    Mistake(
        "changed in place",
        "The result is right, but afterwards the caller's image or filter "
        "is another one. Work on a copy.",
        lambda r, x, k: _written_into(x, r(x, k)),
    ),
)


def _square(reference: Reference, x: Array, k: Array) -> Any:
    np.multiply(np.ones((k.shape[0], k.shape[0])), k)  # raises where theirs does
    return reference(x, np.broadcast_to(k, (k.shape[0], k.shape[0])))


def _transposed(reference: Reference, x: Array, k: Array) -> Any:
    np.multiply(k, k.T)  # raises where the student's product does
    return reference(x, k.T)


def _square_loops(reference: Reference, x: Array, k: Array) -> Any:
    side = range(k.shape[0])
    return reference(x, k[np.ix_(side, side)])


def _sides_swapped(reference: Reference, x: Array, k: Array) -> Any:
    if x.shape[0] != x.shape[1]:
        raise ValueError("operands could not be broadcast together")
    return reference(x, k)


def _matrix_product(reference: Reference, x: Array, k: Array) -> Any:
    np.matmul(k, k)  # raises where the student's product does
    return reference(x, np.broadcast_to(k.sum(axis=1), k.shape))


def _dot(reference: Reference, x: Array, k: Array) -> Any:
    np.dot(k, k)  # raises where the student's product does
    return reference(x, np.broadcast_to(k.sum(axis=1), k.shape))


def _overwritten(reference: Reference, x: Array, k: Array) -> Any:
    last = np.zeros(k.shape)
    last[-1, -1] = k[-1, -1]
    return reference(x, last)


def _over_the_edge(reference: Reference, x: Array, k: Array) -> Any:
    """Raise what a window raises that ends at the edge of the image, where one does."""
    first_cut = k.shape[1] if k.shape[1] > 1 else k.shape[0]
    if first_cut == 1:
        return reference(x, k)
    # One row or column is left of a window of two, and NumPy stretches it.
    if first_cut == 2:
        raise IndexError("index ")
    raise ValueError("operands could not be broadcast together")


def _eaten(reference: Reference, x: Array, k: Array) -> Any:
    result = np.zeros(reference(x, k).shape)
    views = sliding_window_view(x, k.shape, writeable=True)
    for index in np.ndindex(*result.shape):
        result[index] = reference(x, k)[index]
        np.multiply(views[index], k, out=views[index])
    return result


CORRELATE = Exercise(
    id="lab03.correlate2d_valid",
    points=5,
    cases=_image_cases,
    reference=_correlated,
    parts={"values": 4, "integer image": 1},
    forbidden=("scipy.signal", "numpy.convolve", "numpy.correlate", *_FRAMEWORKS),
    window=_correlation_feed,
    mistakes=(
        Mistake(
            "filter turned by half a turn",
            "This is the convolution of mathematics; deep-learning layers do "
            "cross-correlation. Lay the filter on the image as it is.",
            lambda r, x, k: _convolved(x, k),
        ),
        Mistake(
            "filter transposed",
            "Your filter's rows lie along the image's columns: "
            "a filter for upright edges finds level ones.",
            lambda r, x, k: r(x, k.T),
        ),
        Mistake(
            "filter transposed under the window",
            "Your filter's rows lie along the image's columns: "
            "a filter for upright edges finds level ones.",
            _transposed,
        ),
        Mistake(
            "filter upside down",
            "The first row of the filter belongs on the first row of the window.",
            lambda r, x, k: r(x, np.flipud(k)),
        ),
        Mistake(
            "filter mirrored left to right",
            "The first column of the filter belongs on the first column of the window.",
            lambda r, x, k: r(x, np.fliplr(k)),
        ),
        *_SHAPE_MISTAKES,
        Mistake(
            "square filter assumed",
            "A filter may be higher than it is wide: its width is not its height.",
            lambda r, x, k: _square(r, x, k),
        ),
        Mistake(
            "square part of the filter used",
            "Both of your loops over the filter run as far as its height; "
            "one of them must follow its width.",
            _square_loops,
        ),
        Mistake(
            "height and width of the image swapped",
            "`x.shape` is (height, width): rows first, then columns.",
            _sides_swapped,
        ),
        *_VALUE_MISTAKES,
        Mistake(
            "matrix product",
            "`@` and `np.dot` multiply rows with columns; "
            "here each value meets the one in the same place.",
            _matrix_product,
        ),
        Mistake(
            "matrix product with np.dot",
            "`@` and `np.dot` multiply rows with columns; "
            "here each value meets the one in the same place.",
            _dot,
        ),
        Mistake(
            "last product kept, not the sum",
            "Each value keeps one product only, the last: add them up.",
            _overwritten,
        ),
        Mistake(
            "window does not move",
            "All of your values are the first one: "
            "where does the window's place depend on i and j?",
            lambda r, x, k: np.full_like(r(x, k), r(x, k)[0, 0]),
        ),
        Mistake(
            "sum never set back to 0",
            "Each value holds the sum of all windows so far: "
            "start a new sum for each position.",
            lambda r, x, k: np.cumsum(r(x, k)).reshape(r(x, k).shape),
        ),
        Mistake(
            "only the last value stored",
            "Your result is 0 but for the last value: "
            "is the line that stores it inside the loops?",
            lambda r, x, k: np.pad(
                r(x, k)[-1:, -1:], [(side - 1, 0) for side in r(x, k).shape]
            ),
        ),
        Mistake(
            "sums multiplied",
            "You add up the window, add up the filter, and multiply the two sums. "
            "Multiply pixel by weight first, then add.",
            lambda r, x, k: r(x, np.ones(k.shape)) * k.sum(),
        ),
        Mistake(
            "products not added up",
            "You keep a whole table of products at each position: add it up.",
            lambda r, x, k: sliding_window_view(x, k.shape) * k,
        ),
        Mistake(
            "one long list",
            "The right values in one line: the result has rows and columns.",
            lambda r, x, k: np.ravel(r(x, k)),
        ),
        Mistake(
            "result as large as the image, in its number type",
            "`zeros_like(x)` has the size of the image and its number type; "
            "the result has a size of its own and holds floats.",
            lambda r, x, k: _stored_as(_in_corner(r(x, k), x), x.dtype),
        ),
        Mistake(
            "loops over the image's pixels",
            "Your loops go on where the filter no longer fits, and there the window is "
            "cut off by the edge. How many positions are there?",
            _over_the_edge,
        ),
        Mistake(
            "returned after the first row",
            "Only the first row is filled: how far is your `return` indented?",
            lambda r, x, k: _zeroed(r(x, k), np.s_[1:]),
        ),
        Mistake(
            "returned after the first value",
            "Only the first value is filled: how far is your `return` indented?",
            lambda r, x, k: _zeroed(r(x, k), np.s_[1:], np.s_[:, 1:]),
        ),
        Mistake(
            "products written into the image",
            "A slice of an array is a view: `window *= k` changes the image itself, "
            "and the next window sees the products.",
            _eaten,
        ),
    ),
)


CONVOLVE = Exercise(
    id="lab03.convolve2d_valid",
    points=3,
    cases=_image_cases,
    reference=_convolved,
    forbidden=(
        "scipy.signal.convolve",
        "scipy.signal.convolve2d",
        "scipy.signal.fftconvolve",
        "scipy.signal.oaconvolve",
        "numpy.convolve",
        *_FRAMEWORKS,
    ),
    window=_convolution_feed,
    mistakes=(
        Mistake(
            "filter not turned",
            "This is cross-correlation: the filter lies on the image as it is. "
            "Convolution turns it first.",
            lambda r, x, k: _correlated(x, k),
        ),
        Mistake(
            "filter turned upside down only",
            "Half a turn changes left and right too, not only top and bottom.",
            lambda r, x, k: _correlated(x, np.flipud(k)),
        ),
        Mistake(
            "filter mirrored left to right only",
            "Half a turn changes top and bottom too, not only left and right.",
            lambda r, x, k: _correlated(x, np.fliplr(k)),
        ),
        Mistake(
            "filter transposed in place of turned",
            "Transposing swaps rows and columns; half a turn swaps first and last.",
            lambda r, x, k: _correlated(x, k.T),
        ),
        Mistake(
            "filter turned and transposed",
            "The filter is turned, but its rows and columns are swapped as well.",
            lambda r, x, k: r(x, k.T),
        ),
        Mistake(
            "quarter of a turn",
            "A quarter turn leaves a 3x2 filter 2x3; half a turn keeps its shape.",
            lambda r, x, k: _correlated(x, np.rot90(k)),
        ),
        Mistake(
            "quarter of a turn, clockwise",
            "A quarter turn leaves a 3x2 filter 2x3; half a turn keeps its shape.",
            lambda r, x, k: _correlated(x, np.rot90(k, -1)),
        ),
        Mistake(
            "result turned in place of the filter",
            "Your result is that of the filter as it is, turned by half a turn: "
            "turn the filter alone, before it slides.",
            lambda r, x, k: np.rot90(_correlated(x, k), 2),
        ),
        Mistake(
            "image turned in place of the filter",
            "Your result comes out turned, its first value last: so it does if the "
            "image is turned, or if image and filter change places.",
            lambda r, x, k: np.rot90(r(x, k), 2),
        ),
        Mistake(
            "filter negated",
            "Half a turn gives the negative of a Sobel filter, but not of every filter: "
            "turn it, and leave its signs.",
            lambda r, x, k: -_correlated(x, k),
        ),
        *_SHAPE_MISTAKES,
        *_VALUE_MISTAKES,
    ),
)

EXERCISES = (PREDICTIONS, OUTPUT_SIZE, WINDOW, CORRELATE, CONVOLVE)
