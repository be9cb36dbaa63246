"""A block with four branches, in the functional way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.exercises.common.networks import same_network
from grader.exercises.common.wrong import with_arguments
from grader.judging.compare import Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw maps and six numbers of filters: all different but in one case."""
    drawn = [int(n) for n in rng.permutation(np.arange(1, 7))]
    grid: list[tuple[str, tuple[int, ...], list[int], bool]] = [
        ("4x5 positions, 7 channels", (2, 4, 5, 7), [3, 5, 4, 6, 1, 2], False),
        ("one position, 7 channels", (2, 1, 1, 7), [2, 3, 6, 1, 5, 4], False),
        ("3 filters in each branch", (1, 3, 4, 5), [3, 2, 3, 1, 3, 3], True),
        ("6x4 positions, 8 channels", (1, 6, 4, 8), drawn, False),
    ]
    cases = []
    for label, shape, filters, alike in grid:
        extra = {
            "inputs": rng.uniform(-1, 1, shape).astype("float32"),
            "weight_seed": int(rng.integers(2**31)),
            "alike": alike,
        }
        told = f"{label}, filters {', '.join(map(str, filters))}"
        cases.append(Case(tuple(filters), label=told, extra=extra))
    return cases


def _blocks(expected: Any, actual: Any) -> Difference | None:
    """Compare blocks, and say so if only the order of the channels is another one."""
    difference = same_network(expected, actual)
    if difference is None or difference.place is None:
        return difference
    one, two = (np.sort(reply["outputs"], axis=-1) for reply in (expected, actual))
    if not np.allclose(one, two, atol=1e-4):
        return difference
    return Difference("value", "the channels are the right ones in another order")


def _changing(
    *kinds: str,
    only: Callable[[dict[str, Any], Sequence[int]], bool] = lambda settings, f: True,
    into: str = "",
    **changes: Any,
) -> Callable[..., Any]:
    """Return a mistake: the block with other settings in layers of these classes.

    Args:
        kinds: class names.
        only: chooses among these layers by settings and the block's six numbers.
        into: the class they become, if that is another.
        changes: what is set.
    """

    def wrong(reference: Callable[..., Any], x: Any, *filters: int) -> Any:
        import keras

        def copied(layer: Any) -> Any:
            settings, kind = layer.get_config(), type(layer)
            if kind.__name__ in kinds and only(settings, filters):
                settings.update(changes)
                kind = getattr(keras.layers, into or kind.__name__)
            return kind.from_config(settings)

        inputs = keras.Input(x.shape[1:])
        right = keras.Model(inputs, reference(inputs, *filters))
        return keras.models.clone_model(right, clone_function=copied)(x)

    return wrong


def _size(*wanted: int) -> Callable[..., bool]:
    """Return a choice of convolutions with one of these sides."""
    return lambda settings, filters: settings["kernel_size"][0] in wanted


def _is_bottleneck(settings: dict[str, Any], filters: Sequence[int]) -> bool:
    fewer = settings["filters"] in (filters[1], filters[3])
    return fewer and settings["kernel_size"][0] == 1


def _joined(tensors: Sequence[Any], axis: int = -1) -> Any:
    import keras

    return keras.layers.Concatenate(axis=axis)(list(tensors))


def _rejoined(join: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake that joins the four branches in another way."""
    return _rewired(lambda branches, layer, x: branches, join)


def _rewired(
    wire: Callable[[Any, Any, Any], Sequence[Any]], join: Callable[[Any], Any] = _joined
) -> Callable[..., Any]:
    """Return a mistake that wires the block's own layers in another way.

    Args:
        wire: gets the four branches, fresh copies of the layers (see `_copies`), and x;
            returns what is joined.
        join: joins that.
    """

    def wrong(reference: Callable[..., Any], x: Any, *filters: int) -> Any:
        import keras

        right = keras.Model(x, reference(x, *filters))
        branches = right.layers[-1].input
        return join(wire(branches, _copies(branches), x))

    return wrong


def _copies(branches: Sequence[Any]) -> SimpleNamespace:
    """Return a function for each layer that applies a fresh copy of it to a tensor."""
    one, three, five, pooled = (_producer(branch) for branch in branches)
    return SimpleNamespace(
        one=_fresh(one),
        before_three=_fresh(_producer(three.input)),
        three=_fresh(three),
        before_five=_fresh(_producer(five.input)),
        five=_fresh(five),
        three_as_five=_fresh(three, kernel_size=(5, 5)),
        five_as_three=_fresh(five, kernel_size=(3, 3)),
        three_linearly=_fresh(three, activation="linear"),
        five_linearly=_fresh(five, activation="linear"),
        before_three_linearly=_fresh(_producer(three.input), activation="linear"),
        before_five_linearly=_fresh(_producer(five.input), activation="linear"),
        one_linearly=_fresh(one, activation="linear"),
        before_three_large=_fresh(
            _producer(three.input), kernel_size=(3, 3), padding="same"
        ),
        before_five_large=_fresh(
            _producer(five.input), kernel_size=(5, 5), padding="same"
        ),
        pool=_fresh(_producer(pooled.input)),
        project=_fresh(pooled),
        project_linearly=_fresh(pooled, activation="linear"),
    )


def _producer(tensor: Any) -> Any:
    return tensor._keras_history.operation


def _fresh(layer: Any, **changes: Any) -> Callable[[Any], Any]:
    def apply(tensor: Any) -> Any:
        settings = {**layer.get_config(), **changes, "name": None}
        return type(layer).from_config(settings)(tensor)

    return apply


def _added(branches: Any) -> Any:
    import keras

    return keras.layers.Add()(branches)


def _in_a_row(branches: Any, layer: Any, x: Any) -> list[Any]:
    first = layer.one(x)
    second = layer.three(layer.before_three(first))
    third = layer.five(layer.before_five(second))
    return [first, second, third, layer.project(layer.pool(third))]


def _without_bottlenecks(branches: Any, layer: Any, x: Any) -> list[Any]:
    return [branches[0], layer.three(x), layer.five(x), branches[3]]


def _bottlenecks_behind(branches: Any, layer: Any, x: Any) -> list[Any]:
    three, five = layer.before_three(layer.three(x)), layer.before_five(layer.five(x))
    return [branches[0], three, five, branches[3]]


def _last_branch(branch: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake: another fourth branch, made of fresh layers and x."""
    return _rewired(lambda branches, layer, x: [*branches[:3], branch(layer, x)])


def _branch(number: int, branch: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake: another branch of this number, made of fresh layers and x."""
    return _rewired(
        lambda branches, layer, x: [
            branch(layer, x) if place == number else right
            for place, right in enumerate(branches)
        ]
    )


def _shared(layer_before: str) -> Callable[..., Any]:
    """Return a mistake: both large filters read one bottleneck."""

    def wire(branches: Any, layer: Any, x: Any) -> list[Any]:
        fewer = getattr(layer, layer_before)(x)
        return [branches[0], layer.three(fewer), layer.five(fewer), branches[3]]

    return _rewired(wire)


def _large_bottlenecks(branches: Any, layer: Any, x: Any) -> list[Any]:
    three = layer.three(layer.before_three_large(x))
    five = layer.five(layer.before_five_large(x))
    return [branches[0], three, five, branches[3]]


def _twice_three(layer: Any, x: Any) -> Any:
    import keras

    once = layer.five_as_three(layer.before_five(x))
    again = {"kernel_size": 3, "padding": "same", "activation": "relu"}
    return keras.layers.Conv2D(once.shape[-1], **again)(once)


MISTAKES = (
    Mistake(
        "a branch without padding",
        "Some branch comes out smaller than the others, and maps of different sizes "
        "cannot be joined. All four keep height and width.",
        _changing("Conv2D", "MaxPooling2D", padding="valid"),
    ),
    Mistake(
        "pool with stride 3",
        "Keras's pooling moves by its own size unless you say otherwise, and so "
        "makes the maps smaller. Here it moves by 1.",
        _changing("MaxPooling2D", strides=(3, 3)),
    ),
    Mistake(
        "pool without padding",
        "The pool moves by 1 and still loses its border: a window of 3x3 has to "
        "stick out for the maps to keep height and width.",
        _changing("MaxPooling2D", strides=(1, 1), padding="valid"),
    ),
    Mistake(
        "joined along the height",
        "The branches lie below each other. Join their channels, which are the last "
        "axis.",
        _rejoined(partial(_joined, axis=1)),
    ),
    Mistake(
        "branches added up",
        "Adding needs equally many channels, and mixes what the branches found. "
        "Put the channels beside each other.",
        _rejoined(_added),
    ),
    Mistake(
        "branches in a row",
        "Each branch reads what the one before it gave. All four read the same `x`: "
        "is the variable overwritten on the way?",
        _rewired(_in_a_row),
    ),
    Mistake(
        "branch of 5x5 behind the 3x3",
        "The bottleneck of the 5x5 reads what the branch of 3x3 gives. All four "
        "branches read the same `x`.",
        _rewired(
            lambda branches, layer, x: [
                *branches[:2],
                layer.five(layer.before_five(branches[1])),
                branches[3],
            ]
        ),
    ),
    Mistake(
        "no bottlenecks",
        "The large filters read all channels of `x`. Before each of them stands a "
        "convolution of 1x1 that makes the channels fewer.",
        _rewired(_without_bottlenecks),
    ),
    Mistake(
        "bottleneck behind the large filters",
        "The channels are made fewer after the large filters, when it is too late "
        "to save work.",
        _rewired(_bottlenecks_behind),
    ),
    Mistake(
        "bottlenecks exchanged",
        "`f3r` belongs to the branch with 3x3, `f5r` to the one with 5x5.",
        with_arguments(
            lambda x, f1, f3r, f3, f5r, f5, fp: (x, f1, f5r, f3, f3r, f5, fp)
        ),
    ),
    Mistake(
        "bottleneck and filters exchanged",
        "The small layer has `f3r` or `f5r` filters, the large one `f3` or `f5`.",
        with_arguments(
            lambda x, f1, f3r, f3, f5r, f5, fp: (x, f1, f3, f3r, f5, f5r, fp)
        ),
    ),
    Mistake(
        "pool not projected",
        "The pooled channels go out as they are. A convolution of 1x1 behind the "
        "pool makes `fp` channels of them.",
        _last_branch(lambda layer, x: layer.pool(x)),
    ),
    Mistake(
        "pool forgotten",
        "Your fourth branch has no pool: the convolution of 1x1 reads `x` itself.",
        _last_branch(lambda layer, x: layer.project(x)),
    ),
    Mistake(
        "projected before the pool",
        "The weights fit, but the order matters: first the pool, then the "
        "convolution of 1x1.",
        _last_branch(lambda layer, x: layer.pool(layer.project(x))),
    ),
    Mistake(
        "order of the branches",
        "The channels of the branches come out in another order than 1x1, 3x3, 5x5, "
        "pool.",
        _rejoined(lambda branches: _joined(branches[::-1])),
    ),
    Mistake(
        "branches of 3x3 and 5x5 exchanged",
        "The channels of the 5x5 stand before those of the 3x3. The order is 1x1, 3x3, "
        "5x5, pool.",
        _rejoined(lambda b: _joined([b[0], b[2], b[1], b[3]])),
    ),
    Mistake(
        "pool branch first",
        "The channels of the pool stand in front. The order is 1x1, 3x3, 5x5, pool.",
        _rejoined(lambda b: _joined([b[3], *b[:3]])),
    ),
    Mistake(
        "one bottleneck for both",
        "The 3x3 and the 5x5 read the same small convolution. Each has one of its own, "
        "with its own number of filters.",
        _shared("before_three"),
    ),
    Mistake(
        "bottleneck of the 5x5 for both",
        "The 3x3 and the 5x5 read the same small convolution. Each has one of its own, "
        "with its own number of filters.",
        _shared("before_five"),
    ),
    Mistake(
        "large bottlenecks",
        "Before the large filters stand windows as large as theirs. A bottleneck is a "
        "convolution of 1x1, or it saves nothing.",
        _rewired(_large_bottlenecks),
    ),
    Mistake(
        "bottleneck of 3x3 before the 3x3",
        "The small convolution before the 3x3 has windows of 1x1.",
        _branch(1, lambda layer, x: layer.three(layer.before_three_large(x))),
    ),
    Mistake(
        "bottleneck of 5x5 before the 5x5",
        "The small convolution before the 5x5 has windows of 1x1.",
        _branch(2, lambda layer, x: layer.five(layer.before_five_large(x))),
    ),
    Mistake(
        "no activation",
        "Every convolution of the block is followed by ReLU, the small ones too.",
        _changing("Conv2D", activation="linear"),
    ),
    Mistake(
        "1x1 without activation",
        "The convolutions of 1x1 are linear. They are followed by ReLU as well, all "
        "four of them.",
        _changing("Conv2D", only=_size(1), activation="linear"),
    ),
    Mistake(
        "bottlenecks without activation",
        "The two convolutions of 1x1 before the large filters lack their ReLU.",
        _changing("Conv2D", only=_is_bottleneck, activation="linear"),
    ),
    Mistake(
        "bottleneck of the 3x3 without activation",
        "The convolution of 1x1 before the 3x3 lacks its ReLU.",
        _branch(1, lambda layer, x: layer.three(layer.before_three_linearly(x))),
    ),
    Mistake(
        "bottleneck of the 5x5 without activation",
        "The convolution of 1x1 before the 5x5 lacks its ReLU.",
        _branch(2, lambda layer, x: layer.five(layer.before_five_linearly(x))),
    ),
    Mistake(
        "first branch without activation",
        "The convolution of 1x1 that is a branch by itself lacks its ReLU.",
        _branch(0, lambda layer, x: layer.one_linearly(x)),
    ),
    Mistake(
        "3x3 without activation",
        "The convolution of 3x3 lacks its ReLU.",
        _branch(1, lambda layer, x: layer.three_linearly(layer.before_three(x))),
    ),
    Mistake(
        "5x5 without activation",
        "The convolution of 5x5 lacks its ReLU.",
        _branch(2, lambda layer, x: layer.five_linearly(layer.before_five(x))),
    ),
    Mistake(
        "projection without activation",
        "The convolution of 1x1 behind the pool lacks its ReLU.",
        _last_branch(lambda layer, x: layer.project_linearly(layer.pool(x))),
    ),
    Mistake(
        "large filters without activation",
        "The convolutions of 3x3 and 5x5 lack their ReLU.",
        _changing("Conv2D", only=_size(3, 5), activation="linear"),
    ),
    Mistake(
        "average pooling",
        "The fourth branch takes the largest value of each window.",
        _changing("MaxPooling2D", into="AveragePooling2D"),
    ),
    Mistake(
        "3x3 in place of 5x5",
        "The third branch has windows of 5x5.",
        _changing("Conv2D", only=_size(5), kernel_size=(3, 3)),
    ),
    Mistake(
        "two 3x3 in place of 5x5",
        "Two windows of 3x3 see as much as one of 5x5, and came into use later. The "
        "third branch has one of 5x5.",
        _branch(2, _twice_three),
    ),
    Mistake(
        "5x5 in place of 3x3",
        "The second branch has windows of 3x3.",
        _branch(1, lambda layer, x: layer.three_as_five(layer.before_three(x))),
    ),
    Mistake(
        "pool of 2x2",
        "The pool has windows of 3x3.",
        _changing("MaxPooling2D", pool_size=(2, 2)),
    ),
    Mistake(
        "no biases",
        "Every filter has a bias.",
        _changing("Conv2D", use_bias=False),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("f1", "f3r", "f3", "f5r", "f5", "fp"),
    comparison=_blocks,
    probe="block",
    time_limit=20.0,
    mistakes=MISTAKES,
)
