"""What a depthwise separable convolution costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong, after, by_default
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake

Shape = tuple[int, int, int]
Cost = dict[str, float]


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw layers whose sizes all differ, with strides that divide and some that do not."""
    layers: list[tuple[str, Shape, int, int, int | None]] = [
        ("2x3 positions, to count by hand", (2, 3, 4), 5, 3, None),
        ("a layer of a small network", (14, 14, 32), 64, 3, None),
        ("a large layer", (112, 96, 64), 128, 5, 1),
        ("strides of 2", (8, 6, 5), 7, 3, 2),
        ("strides that do not divide", (7, 5, 3), 4, 3, 2),
        ("windows of 1x1", (6, 4, 5), 3, 1, None),
        ("strides of 3", (10, 9, 6), 11, 5, 3),
    ]
    for number in (1, 2):
        h, w, c, f = (int(n) for n in rng.permutation(np.arange(6, 40))[:4])
        k, strides = int(rng.integers(2, 7)), int(rng.integers(2, 5))
        layers.append((f"drawn at random, {number}", (h, w, c), f, k, strides))
    return [
        Case(tuple(args), {} if strides is None else {"strides": strides}, label)
        for label, *args, strides in layers
    ]


def reference(
    input_shape: Shape, filters: int, kernel_size: int, strides: int = 1
) -> Cost:
    """Return parameters and multiply-accumulates, counted array by array."""
    return _Layer(input_shape, filters, kernel_size, strides).cost()


def arithmetic(
    index: Index, input_shape: Shape, filters: int, kernel_size: int, strides: int = 1
) -> str:
    """Return the weights of both steps and the biases, or their work."""
    layer = _Layer(input_shape, filters, kernel_size, strides)
    depthwise = multiplied(kernel_size, kernel_size, input_shape[2])
    pointwise = multiplied(input_shape[2], filters)
    if index[0] == "params":
        words = "weights channel by channel, weights of 1x1, biases"
        return f"{words}\n{added([depthwise, pointwise, filters])}"
    words = "the weights of both steps, at each position of the output"
    weights = added([depthwise, pointwise])
    return f"{words}\n({weights}) * {multiplied(*layer.positions)}"


class _Layer(NamedTuple):
    """The input's shape and the settings, as in the exercise."""

    s: Shape
    f: int
    k: int
    strides: int = 1

    @property
    def positions(self) -> tuple[int, int]:
        """Return how many windows lie below each other, and side by side."""
        down, across = (len(range(0, n, self.strides)) for n in self.s[:2])
        return down, across

    @property
    def places(self) -> int:
        """Return the number of positions of the output."""
        return int(np.prod(self.positions))

    @property
    def depthwise(self) -> int:
        """Return the weights of the first step."""
        return np.empty((self.k, self.k, self.s[2]), "int8").size

    @property
    def pointwise(self) -> int:
        """Return the weights of the second step."""
        return np.empty((self.s[2], self.f), "int8").size

    @property
    def standard(self) -> int:
        """Return the weights of a convolution with these windows and filters."""
        return self.depthwise * self.f

    def cost(self) -> Cost:
        """Return both counts of the layer."""
        weights = self.depthwise + self.pointwise
        return {"params": weights + self.f, "macs": weights * self.places}


def _more(
    params: Callable[[_Layer], float] = lambda layer: 0,
    macs: Callable[[_Layer], float] = lambda layer: 0,
) -> Wrong:
    """Return a mistake that adds so much to the right counts."""

    def wrong(reference: Callable[..., Cost], *args: Any, **kwargs: Any) -> Cost:
        layer, right = _Layer(*args, **kwargs), reference(*args, **kwargs)
        return {
            "params": right["params"] + params(layer),
            "macs": right["macs"] + macs(layer),
        }

    return wrong


def _weights(count: Callable[[_Layer], int]) -> Wrong:
    """Return a mistake in the weights, which are used at every position.

    Args:
        count: gives the weights of both steps together.
    """

    def wrong(reference: Callable[..., Cost], *args: Any, **kwargs: Any) -> Cost:
        layer = _Layer(*args, **kwargs)
        weights = count(layer)
        return {"params": weights + layer.f, "macs": weights * layer.places}

    return wrong


def _at(places: Callable[[_Layer], float]) -> Wrong:
    """Return a mistake in the positions at which the weights are used."""

    def wrong(reference: Callable[..., Cost], *args: Any, **kwargs: Any) -> Cost:
        layer = _Layer(*args, **kwargs)
        weights = layer.depthwise + layer.pointwise
        return {**reference(*args, **kwargs), "macs": weights * places(layer)}

    return wrong


def _of_the_input(layer: _Layer) -> int:
    return layer.s[0] * layer.s[1]


def _of_both(layer: _Layer) -> int:
    return _Layer((*layer.positions, 1), 1, 1, layer.strides).places


def _rounded_down(layer: _Layer) -> int:
    return (layer.s[0] // layer.strides) * (layer.s[1] // layer.strides)


def _without_padding(layer: _Layer) -> int:
    down, across = (max(n - layer.k + 1, 0) for n in layer.s[:2])
    return _Layer((down, across, 1), 1, 1, layer.strides).places


MISTAKES = (
    Mistake(
        "counted as a plain convolution",
        "Your filters read all channels at once. Here the first step keeps the channels "
        "apart, and the second has windows of 1x1.",
        _weights(lambda layer: layer.standard),
    ),
    Mistake(
        "bias forgotten",
        "Each filter of the second step owns one bias.",
        _more(lambda layer: -layer.f),
    ),
    Mistake(
        "biases in both steps",
        "The first step has no biases; what it adds, the second could add as well.",
        _more(lambda layer: layer.s[2]),
    ),
    Mistake(
        "one bias in all",
        "Each filter of the second step owns one bias; you count a single one.",
        _more(lambda layer: 1 - layer.f),
    ),
    Mistake(
        "biases of the first step only",
        "The biases belong to the filters of the second step, not to the channels.",
        _more(lambda layer: layer.s[2] - layer.f),
    ),
    Mistake(
        "only the first step",
        "Behind the windows comes a convolution of 1x1 that mixes the channels.",
        _weights(lambda layer: layer.depthwise),
    ),
    Mistake(
        "only the second step",
        "Before the convolution of 1x1 each channel is read by a window of its own.",
        _weights(lambda layer: layer.pointwise),
    ),
    Mistake(
        "one window for all channels",
        "Each channel has a window of its own, with its own weights.",
        _weights(lambda layer: layer.k**2 + layer.pointwise),
    ),
    Mistake(
        "windows that read all channels",
        "In the first step each window reads one channel only.",
        _weights(lambda layer: layer.depthwise * layer.s[2] + layer.pointwise),
    ),
    Mistake(
        "first step for each filter",
        "The first step happens once. Its maps are shared by all filters of the second.",
        _weights(lambda layer: layer.standard + layer.pointwise),
    ),
    Mistake(
        "first step with as many windows as filters",
        "The first step has a window for each channel that comes in, not for each "
        "filter.",
        _weights(lambda layer: layer.k**2 * layer.f + layer.pointwise),
    ),
    Mistake(
        "windows in both steps",
        "The windows of the second step are 1x1: it reads one place at a time.",
        _weights(lambda layer: layer.depthwise + layer.standard),
    ),
    Mistake(
        "filters in both steps",
        "Both of your steps count filters. The first has a window for each channel that "
        "comes in, and the second reads these channels.",
        _weights(lambda layer: layer.k**2 * layer.f + layer.f**2),
    ),
    Mistake(
        "steps multiplied",
        "The steps follow each other, so their weights are added up.",
        _weights(lambda layer: layer.depthwise * layer.pointwise),
    ),
    Mistake(
        "side for area",
        "A window has as many weights as it covers pixels, not as its side is long.",
        _weights(lambda layer: layer.k * layer.s[2] + layer.pointwise),
    ),
    Mistake(
        "split into a column and a row",
        "That is another way to split a convolution. Here a window stays whole, and "
        "channels and places are separated.",
        _weights(lambda layer: 2 * layer.k * layer.s[2] + layer.pointwise),
    ),
    Mistake(
        "second step from filters to filters",
        "The second step reads the channels that came in: the first keeps their number.",
        _weights(lambda layer: layer.depthwise + layer.f**2),
    ),
    Mistake(
        "work equals parameters",
        "Each weight is used at every position of the output.",
        _more(macs=lambda layer: layer.cost()["params"] - layer.cost()["macs"]),
    ),
    Mistake(
        "weights counted once in the work",
        "Each weight is used at every position of the output.",
        _at(lambda layer: 1),
    ),
    Mistake(
        "work of the first step only",
        "The second step multiplies as well, at each position.",
        _more(macs=lambda layer: -layer.pointwise * layer.places),
    ),
    Mistake(
        "work of the second step only",
        "The first step multiplies as well, at each position.",
        _more(macs=lambda layer: -layer.depthwise * layer.places),
    ),
    Mistake(
        "work of windows that read all channels",
        "In the first step each window reads one channel only, when you count the work "
        "as well.",
        _more(macs=lambda layer: layer.depthwise * (layer.s[2] - 1) * layer.places),
    ),
    Mistake(
        "biases counted as work",
        "A bias is added and not multiplied by anything.",
        _more(macs=lambda layer: layer.f * layer.places),
    ),
    Mistake(
        "additions counted as well",
        "A multiplication and the addition that belongs to it are one MAC.",
        _at(lambda layer: 2 * layer.places),
    ),
    Mistake(
        "work at every input position",
        "Your work is that of strides 1. Windows lie `strides` pixels apart: count the "
        "positions of the output.",
        _at(_of_the_input),
    ),
    Mistake(
        "first step at every input position",
        "It is the first step that moves by `strides`, so it computes no more positions "
        "than the second.",
        _more(
            macs=lambda layer: layer.depthwise * (_of_the_input(layer) - layer.places)
        ),
    ),
    Mistake(
        "second step at every input position",
        "The second step reads what the first gives, and that has fewer positions when "
        "the strides are larger than 1.",
        _more(
            macs=lambda layer: layer.pointwise * (_of_the_input(layer) - layer.places)
        ),
    ),
    Mistake(
        "strides in both steps",
        "Your second step moves by `strides` as well. It reads what the first gives, "
        "place by place.",
        _more(macs=lambda layer: layer.pointwise * (_of_both(layer) - layer.places)),
    ),
    Mistake(
        "positions rounded down",
        "With padding the last window may stick out: the positions are rounded up.",
        _at(_rounded_down),
    ),
    Mistake(
        "positions not rounded",
        "There is no half of a position: the sides of the output are rounded up.",
        _at(lambda layer: _of_the_input(layer) / layer.strides**2),
    ),
    Mistake(
        "no padding",
        "The layer is padded (`same`): with strides of 1 its maps are as large as the "
        "input.",
        _at(_without_padding),
    ),
    Mistake(
        "strides on one axis",
        "The windows move by `strides` downwards and to the right.",
        _at(lambda layer: layer.positions[0] * layer.s[1]),
    ),
    Mistake(
        "area divided, then rounded up",
        "You divide the number of all positions. Each side is divided and rounded up by "
        "itself.",
        _at(lambda layer: -(-_of_the_input(layer) // layer.strides**2)),
    ),
    Mistake(
        "positions counted in the parameters",
        "The weights are shared by all positions.",
        _more(lambda layer: layer.cost()["macs"] - layer.cost()["params"] + layer.f),
    ),
    Mistake(
        "counts exchanged",
        "The counts stand under each other's name.",
        after(lambda cost: {"params": cost["macs"], "macs": cost["params"]}),
    ),
    Mistake(
        "strides of 2 by default",
        "A call that names no strides means 1: look at the first line of the function.",
        by_default(strides=2),
    ),
    Mistake(
        "channels and filters exchanged",
        "The last number of `input_shape` counts the channels that come in.",
        lambda reference, input_shape, filters, *rest, **settings: reference(
            (*input_shape[:2], filters), input_shape[2], *rest, **settings
        ),
    ),
    Mistake(
        "a tuple in place of a dictionary",
        "You return two numbers in a row. The task asks for a dictionary with names.",
        after(lambda cost: tuple(cost.values())),
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    # Exact, but for the last digit of a float.
    comparison=compare.Close(rtol=1e-12, atol=0),
    arithmetic=arithmetic,
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
)
