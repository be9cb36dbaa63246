"""The weights of a dense layer as the kernel of a convolution."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.wrong import after, input_changed
from grader.judging.exercise import Case, Exercise, Mistake

Shape = tuple[int, int, int]


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw weights for maps of sides that are all different, equal, or 1."""
    grid: dict[str, tuple[Shape, int]] = {
        "maps of 3x4 places, 2 channels, 5 units": ((3, 4, 2), 5),
        "the first dense layer of the lab": ((5, 5, 16), 48),
        "maps of one place, 6 channels": ((1, 1, 6), 3),
        "one unit": ((4, 2, 3), 1),
        "one channel": ((2, 5, 1), 4),
    }
    sides = rng.permutation([2, 3, 4, 5])
    drawn: Shape = (int(sides[0]), int(sides[1]), int(sides[2]))
    grid["{}x{} places, {} channels".format(*drawn)] = (drawn, int(sides[3]))
    # Each weight occurs once, so that none can be taken for another.
    small = rng.permutation([n for n in range(-9, 10) if n])[:12].reshape(12, 1)
    cases = [Case((small, (2, 3, 2)), label="maps of 2x3 places, 2 channels, one unit")]
    for label, (shape, units) in grid.items():
        weights = rng.uniform(-1, 1, (math.prod(shape), units))
        cases.append(Case((weights, shape), label=label))
    whole = rng.permutation(12 * 12)[: 12 * 2].reshape(12, 2)
    return [*cases, Case((whole, (3, 2, 2)), label="weights that are whole numbers")]


def _row(place: Index, shape: Shape) -> int:
    """Return the row of the weights for a place (row, column, channel)."""
    return int(np.ravel_multi_index(place, shape))


def reference(weights: Any, shape: Shape) -> Any:
    """Return the kernel (H, W, C, units), place after place."""
    kernel = np.zeros((*shape, weights.shape[1]), weights.dtype)
    for place in np.ndindex(*shape):
        kernel[place] = weights[_row(place, shape)]
    return kernel


def where(index: Index, weights: Any, shape: Shape) -> str:
    """Return in words which value of the maps the weight at `index` belongs to."""
    row, column, channel, unit = index
    return (
        f"The weight of unit {unit} for row {row}, column {column}, channel {channel} of "
        f"the maps: number {_row(index[:3], shape)} of the values that Flatten writes."
    )


def arithmetic(index: Index, weights: Any, shape: Shape) -> str:
    """Return where in the weights the value at `index` stands."""
    row, column, channel, unit = index
    number = _row(index[:3], shape)
    words = f"Flatten writes row {row}, column {column}, channel {channel} as number {number}"
    return f"{words}\n{taken_from('weights', (number, unit))}"


def _read_as(order: str) -> Callable[..., Any]:
    """Return a mistake: rows of the weights taken in another order of axes.

    Args:
        order: of "hwc" and "u", as the weights are cut up, then put in order.
    """

    def wrong(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
        sizes = dict(zip("hwcu", (*shape, weights.shape[1]), strict=True))
        cut = weights.reshape([sizes[axis] for axis in order])
        return cut.transpose([order.index(axis) for axis in "hwcu"])

    return wrong


def _shaped(order: str) -> Callable[..., Any]:
    """Return a mistake: the weights cut up in another order, and left there."""

    def wrong(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
        sizes = dict(zip("hwcu", (*shape, weights.shape[1]), strict=True))
        return weights.reshape([sizes[axis] for axis in order])

    return wrong


def _moved(*axes: int) -> Callable[..., Any]:
    return after(lambda kernel: kernel.transpose(axes))


def _transposed_first(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    return weights.T.reshape(*shape, weights.shape[1])


def _column_by_column(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    return weights.reshape((*shape, weights.shape[1]), order="F")


def _fixed(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    return weights.reshape(5, 5, 16, 48)


def _height_twice(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    return weights.reshape(shape[0], shape[0], shape[2], weights.shape[1])


def _one_by_one(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    return weights[np.newaxis, np.newaxis]


def _without_units(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    return weights.reshape(shape)


def _rows_as_units(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    return weights.reshape(*shape, weights.shape[0])


def _last_unit_missing(
    reference: Callable[..., Any], weights: Any, shape: Shape
) -> Any:
    kernel = reference(weights, shape)
    kernel[..., -1] = 0
    return kernel


def _counted_by_height(
    reference: Callable[..., Any], weights: Any, shape: Shape
) -> Any:
    height, _, channels = shape
    kernel = np.zeros((*shape, weights.shape[1]))
    for i, j, channel in np.ndindex(*shape):
        kernel[i, j, channel] = weights[(i * height + j) * channels + channel]
    return kernel


def _changed(reference: Callable[..., Any], weights: Any, shape: Shape) -> Any:
    kernel = reference(weights, shape)
    weights.shape = kernel.shape
    return kernel


MISTAKES = (
    Mistake(
        "channels before rows and columns",
        "You cut the rows of the weights up as if all places of one channel stood "
        "together. In Keras a place comes with all its channels: look at the flattened "
        "numbers above.",
        _read_as("chwu"),
    ),
    Mistake(
        "columns before rows",
        "You cut the weights up as if one column of the maps came after another. "
        "Flatten writes row after row.",
        _read_as("whcu"),
    ),
    Mistake(
        "units first, then put last",
        "You cut the weights up as if the units came first. They are the last axis of "
        "`weights`, and stay there.",
        _read_as("uhwc"),
    ),
    Mistake(
        "another library's order",
        "You cut the weights up as (units, channels, rows, columns). That is the order "
        "of another library; in Keras the places come first and the units last.",
        _read_as("uchw"),
    ),
    Mistake(
        "transposed before it is cut up",
        "You exchange the axes of `weights` first. Then neighbouring numbers belong to "
        "one unit, and cutting them up mixes units and places.",
        _transposed_first,
    ),
    Mistake(
        "first axis fastest",
        "You let the first axis run fastest, as Fortran does. In NumPy and in Flatten "
        "the last one does.",
        _column_by_column,
    ),
    Mistake(
        "rows and columns of the kernel exchanged",
        "Every weight has gone to the mirrored place: row and column are exchanged.",
        _moved(1, 0, 2, 3),
    ),
    Mistake(
        "channels and units exchanged",
        "The last two axes stand in the wrong order: a kernel is (height, width, "
        "channels, filters).",
        _moved(0, 1, 3, 2),
    ),
    Mistake(
        "units first",
        "The units stand on the first axis. In a kernel they are the last one.",
        _moved(3, 0, 1, 2),
    ),
    Mistake(
        "order of another library",
        "Your kernel is (units, channels, rows, columns). In Keras it is (height, width, "
        "channels, filters).",
        _moved(3, 2, 0, 1),
    ),
    Mistake(
        "cut up as (C, H, W, units)",
        "Your array has the channels first. A kernel begins with height and width.",
        _shaped("chwu"),
    ),
    Mistake(
        "cut up as (units, H, W, C)",
        "Your array has the units first. A kernel begins with height and width.",
        _shaped("uhwc"),
    ),
    Mistake(
        "cut up as (W, H, C, units)",
        "Your array has the width first. A kernel begins with the height.",
        _shaped("whcu"),
    ),
    Mistake(
        "cut up as (H, W, units, C)",
        "The last two axes stand in the wrong order: a kernel is (height, width, "
        "channels, filters), and the units are the last axis of `weights`.",
        _shaped("hwuc"),
    ),
    Mistake(
        "columns and channels left together",
        "Your kernel has one axis too few: columns and channels share one. `shape` says "
        "how many there are of each.",
        lambda reference, weights, shape: weights.reshape(
            shape[0], -1, weights.shape[1]
        ),
    ),
    Mistake(
        "rows and columns left together",
        "Your kernel has one axis too few: rows and columns share one. `shape` says how "
        "many there are of each.",
        lambda reference, weights, shape: weights.reshape(
            -1, shape[2], weights.shape[1]
        ),
    ),
    Mistake(
        "cut up as (C, W, H, units)",
        "Your array has the sizes of `shape` in reverse. A kernel begins with height and "
        "width.",
        _shaped("cwhu"),
    ),
    Mistake(
        "cut up as (units, C, H, W)",
        "That is the shape of another library's kernels. In Keras a kernel is (height, "
        "width, channels, filters).",
        _shaped("uchw"),
    ),
    Mistake(
        "kernel turned around",
        "You turned the kernel by 180 degrees. Layers do not flip their kernels (lab 03), "
        "so each weight stays at the place of its value.",
        after(lambda kernel: kernel[::-1, ::-1]),
    ),
    Mistake(
        "everything turned around",
        "The weights stand in reverse order.",
        after(lambda kernel: kernel[::-1, ::-1, ::-1]),
    ),
    Mistake(
        "a kernel of 1x1",
        "Your kernel reads all values as channels of one place. It should know how the "
        "places lay side by side: `shape` says it.",
        _one_by_one,
    ),
    Mistake(
        "rows as a column of places",
        "Your kernel has a place for each value and one channel. `shape` says how many "
        "rows, columns and channels there were.",
        lambda reference, weights, shape: weights[:, np.newaxis, np.newaxis],
    ),
    Mistake(
        "axis of the batch added",
        "A kernel has four axes. The batch belongs to the images.",
        after(lambda kernel: kernel[np.newaxis]),
    ),
    Mistake(
        "units forgotten",
        "`shape` says how the values of one unit lie. There is such a filter for each "
        "unit, which is one more axis.",
        _without_units,
    ),
    Mistake(
        "rows taken for the units",
        "You make an axis as long as `weights` has rows. The units are its columns.",
        _rows_as_units,
    ),
    Mistake(
        "last unit left at 0",
        "The last filter holds only zeros: a loop ends one unit too early.",
        _last_unit_missing,
    ),
    Mistake(
        "rows counted by the height",
        "You count the places as if a row of the maps were as long as they are high. "
        "How many places does one row have?",
        _counted_by_height,
    ),
    Mistake(
        "first unit only",
        "You give the filter of one unit. Each unit becomes a filter.",
        after(lambda kernel: kernel[..., :1]),
    ),
    Mistake(
        "first unit without an axis",
        "You give the filter of one unit. Each unit becomes a filter, along a fourth "
        "axis.",
        after(lambda kernel: kernel[..., 0]),
    ),
    Mistake(
        "sizes of the lab written into the function",
        "You write the lab's own sizes into the function. `shape` and `weights.shape` "
        "say how large this layer is.",
        _fixed,
    ),
    Mistake(
        "height taken twice",
        "You use the height for both sides. Maps need not be square.",
        _height_twice,
    ),
    Mistake(
        "averaged over the channels",
        "Each channel has weights of its own, and you keep their mean.",
        after(lambda kernel: kernel.mean(axis=2, keepdims=True)),
    ),
    Mistake(
        "weights scaled",
        "You divide the weights. The sums are to stay the same.",
        lambda reference, weights, shape: reference(weights, shape) / math.prod(shape),
    ),
    Mistake(
        "cut to whole numbers",
        "Your array holds whole numbers, and the weights lost their decimals.",
        after(lambda kernel: kernel.astype(int)),
    ),
    Mistake(
        "left flat",
        "You return the weights as they came, with two axes. A kernel has four.",
        lambda reference, weights, shape: weights.copy(),
    ),
    Mistake(
        "weights changed",
        "The right kernel, but the caller's weights, or their shape, are other ones "
        "afterwards.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    forbidden=("keras", "tensorflow"),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
