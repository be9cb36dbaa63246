"""The mean of each window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import average
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.windows import drawn_pool, pooled
from grader.exercises.common.wrong import Wrong
from grader.exercises.lab08_pooling.shared import (
    Pair,
    in_type_of,
    pool_case,
    pool_cases,
    pooling,
    where_pooled,
)
from grader.exercises.lab08_pooling.windows import (
    on_call,
    on_result,
    padded_by,
    reduced_by,
    same_along,
)
from grader.exercises.lab08_pooling.wrong_windows import wrong_windows
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw the cases of `max_pool2d`, then bright bytes, which overflow, and ones."""
    cases = pool_cases(rng)
    bright = rng.integers(150, 256, (2, 4, 6, 1)).astype(np.uint8)
    ones = np.ones((1, 5, 4, 1))
    return [
        *cases,
        pool_case(bright, (2, 2), None, note="bytes, all of them bright"),
        pool_case(ones, (3, 3), (2, 2), "same", note="all values 1"),
    ]


def _wrapped_bytes(
    reference: Callable[..., Any], x: Any, size: Pair, *call: Any
) -> Any:
    right = reference(x, size, *call)
    if x.dtype != np.uint8:
        return right
    cells = size[0] * size[1]
    return np.rint(right * cells) % 256 / cells


def _mean_without_0(windows: np.ndarray, axis: Pair) -> Any:
    counted = (windows != 0) & ~np.isnan(windows)
    return np.nansum(windows, axis) / counted.sum(axis)


def _sums_over(count: Callable[[Pair, Pair], int]) -> Wrong:
    """Return a mistake that divides the sum of a window by another number.

    Args:
        count: gives it from the size and the stride.
    """
    return on_call(
        lambda reference, x, size, stride, padding: (
            pooling(np.nansum)(x, size, stride, padding) / count(size, stride)
        )
    )


def _without_decimals(right: np.ndarray) -> np.ndarray:
    # Whatever an array of whole numbers would hold for NaN.
    return np.where(np.isnan(right), np.iinfo(int).min, np.trunc(right))


def _without_default(
    reference: Callable[..., Any],
    x: Any,
    size: Pair,
    stride: Pair | None = None,
    padding: str = "valid",
) -> Any:
    if stride is None:
        raise TypeError("'NoneType' object is not subscriptable")
    return reference(x, size, stride, padding)


MISTAKES = (
    Mistake(
        "padding averaged in",
        'With "same" the average of ones is less than 1 at the border: you divide '
        "by the size of the window, or count zeros that nobody photographed. "
        "Padded cells take no part.",
        padded_by(fill=0),
    ),
    Mistake(
        "minus infinity averaged in",
        "Minus infinity never wins a maximum, but a mean with it is minus infinity. "
        "Padded cells take no part, neither in the sum nor in the count.",
        padded_by(fill=-np.inf),
    ),
    Mistake(
        "NaN averaged in",
        "A mean with NaN among its values is NaN. "
        "NumPy has another mean, which leaves NaN out.",
        reduced_by(np.mean),
    ),
    Mistake(
        "pixels of 0 left out",
        "You divide by the number of cells that are not 0. "
        "A pixel of the picture may be 0 too, and then it counts.",
        reduced_by(_mean_without_0),
    ),
    Mistake(
        "edge averaged twice",
        "You continue the outermost pixels into the padding, so they count more "
        "than once. Padded cells take no part.",
        padded_by(mode="edge"),
    ),
    Mistake(
        "maximum in place of average",
        "This is max pooling: you keep one value of each window. Blend them all.",
        reduced_by(np.nanmax),
    ),
    Mistake(
        "sum in place of average",
        "You add the values of each window up. How many are they?",
        reduced_by(np.nansum),
    ),
    Mistake(
        "divided by the size of the stride",
        "You divide by the cells of one step. An average is divided by the number of "
        "values in the window.",
        _sums_over(lambda size, stride: stride[0] * stride[1]),
    ),
    Mistake(
        "divided by the height of the window",
        "You divide by the rows of the window. How many values does it hold?",
        _sums_over(lambda size, stride: size[0]),
    ),
    Mistake(
        "divided by the width of the window",
        "You divide by the columns of the window. How many values does it hold?",
        _sums_over(lambda size, stride: size[1]),
    ),
    Mistake(
        "divided by the height of the window twice",
        "You divide as if the window were square. How many values does it hold?",
        _sums_over(lambda size, stride: size[0] ** 2),
    ),
    Mistake(
        "divided by the width of the window twice",
        "You divide as if the window were square. How many values does it hold?",
        _sums_over(lambda size, stride: size[1] ** 2),
    ),
    Mistake(
        "divided by height plus width",
        "A window of 2 by 3 holds more than 5 values.",
        _sums_over(lambda size, stride: size[0] + size[1]),
    ),
    Mistake(
        "divided by 4",
        "You always divide by 4, as for a window of 2x2. Use `size`.",
        _sums_over(lambda size, stride: 4),
    ),
    Mistake(
        "average of absolute values",
        "You drop the signs: -5 and 5 are 0 on average.",
        reduced_by(lambda windows, axis: np.nanmean(abs(windows), axis)),
    ),
    Mistake(
        "median in place of average",
        "You keep the value in the middle of each window; the average is another "
        "number.",
        reduced_by(np.nanmedian),
    ),
    Mistake(
        "middle between smallest and largest",
        "You average two values of each window, the smallest and the largest. "
        "All values count.",
        reduced_by(lambda w, axis: (np.nanmin(w, axis) + np.nanmax(w, axis)) / 2),
    ),
    Mistake(
        "cut to whole numbers",
        "For pictures of whole numbers your averages lose their decimals: "
        "your new array has the pictures' dtype.",
        on_call(lambda reference, x, *call: in_type_of(x, reference(x, *call))),
    ),
    Mistake(
        "whole division",
        "Your averages are whole numbers: `//` drops what comes after the point.",
        on_result(np.floor),
    ),
    Mistake(
        "always cut to whole numbers",
        "Your averages have lost their decimals: the array you fill holds whole "
        "numbers.",
        on_result(_without_decimals),
    ),
    Mistake(
        "rounded to whole numbers",
        "You round the averages; they are decimal numbers.",
        on_result(np.round),
    ),
    Mistake(
        "bytes overflow",
        "You add bytes up in a byte, which holds 255 at most: 200 + 100 gives 44. "
        "Make them floats first.",
        on_call(_wrapped_bytes),
    ),
    Mistake(
        "channels mixed",
        "You average over all channels. Each channel is pooled for itself.",
        same_along(lambda right: right.mean(axis=3, keepdims=True)),
    ),
    Mistake(
        "pictures mixed",
        "You average over the whole batch. Each picture is pooled for itself.",
        same_along(lambda right: right.mean(axis=0, keepdims=True)),
    ),
    Mistake(
        "pictures and channels mixed",
        "You average over all pictures and channels at a place. "
        "Along which axes does a window extend?",
        same_along(lambda right: right.mean(axis=(0, 3), keepdims=True)),
    ),
    Mistake(
        "default stride forgotten",
        "Without `stride` it is None. Then the windows lie side by side: "
        "the first exercise had a line for this.",
        _without_default,
    ),
    *wrong_windows(empty=np.nan),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=pooling(np.nanmean),
    parts={"valid": 2, "same": 1},
    arithmetic=pooled(average),
    window=drawn_pool,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=where_pooled,
)
