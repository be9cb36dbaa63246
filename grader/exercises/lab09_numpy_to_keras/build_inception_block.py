"""A block with four branches, in the functional way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.networks import same_network
from grader.judging.compare import Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
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
    if difference is None or difference.index is None:
        return difference
    one, two = (np.sort(reply["outputs"], axis=-1) for reply in (expected, actual))
    if not np.allclose(one, two, atol=1e-4):
        return difference
    return Difference("value", "the channels are the right ones in another order")


def _cloned(
    change: Callable[[str, dict[str, Any], tuple[int, ...]], None],
) -> Callable[..., Any]:
    """Return a mistake: the block with settings of some layers changed.

    `change` edits (class name, settings) of a layer; it also gets the six numbers.
    """

    def wrong(reference: Callable[..., Any], x: Any, *filters: int) -> Any:
        import keras

        def copied(layer: Any) -> Any:
            settings = layer.get_config()
            change(type(layer).__name__, settings, filters)
            kind = settings.pop("class", type(layer).__name__)
            return getattr(keras.layers, kind).from_config(settings)

        inputs = keras.Input(x.shape[1:])
        right = keras.Model(inputs, reference(inputs, *filters))
        return keras.models.clone_model(right, clone_function=copied)(x)

    return wrong


def _rejoined(join: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that wires the block's own layers in another way.

    `join` gets the four branches, fresh copies of the layers by a short name, and x.
    """

    def wrong(reference: Callable[..., Any], x: Any, *filters: int) -> Any:
        import keras

        right = keras.Model(x, reference(x, *filters))
        branches = right.layers[-1].input
        return join(branches, _parts(branches), x)

    return wrong


def _parts(branches: Sequence[Any]) -> dict[str, Callable[[Any], Any]]:
    """Return a function for each layer that applies a fresh copy of it to a tensor."""
    one, three, five, pooled = (_producer(branch) for branch in branches)
    found = {
        "one": one,
        "three_r": _producer(three.input),
        "three": three,
        "five_r": _producer(five.input),
        "five": five,
        "pool": _producer(pooled.input),
        "project": pooled,
    }
    return {name: _fresh(layer) for name, layer in found.items()}


def _producer(tensor: Any) -> Any:
    return tensor._keras_history.operation


def _fresh(layer: Any) -> Callable[[Any], Any]:
    def apply(tensor: Any) -> Any:
        return type(layer).from_config({**layer.get_config(), "name": None})(tensor)

    return apply


def _concatenated(tensors: Sequence[Any], axis: int = -1) -> Any:
    import keras

    return keras.layers.Concatenate(axis=axis)(list(tensors))


def _added(branches: Any, parts: Any, x: Any) -> Any:
    import keras

    return keras.layers.Add()(branches)


def _not_projected(branches: Any, parts: Any, x: Any) -> Any:
    return _concatenated([*branches[:3], parts["pool"](x)])


def _projected_first(branches: Any, parts: Any, x: Any) -> Any:
    return _concatenated([*branches[:3], parts["pool"](parts["project"](x))])


def _naive(branches: Any, parts: Any, x: Any) -> Any:
    direct = [parts["three"](x), parts["five"](x)]
    return _concatenated([branches[0], *direct, branches[3]])


def _in_a_row(branches: Any, parts: Any, x: Any) -> Any:
    first = parts["one"](x)
    second = parts["three"](parts["three_r"](first))
    third = parts["five"](parts["five_r"](second))
    return _concatenated([first, second, third, parts["project"](parts["pool"](third))])


def _reduced_behind(branches: Any, parts: Any, x: Any) -> Any:
    behind = [parts["three_r"](parts["three"](x)), parts["five_r"](parts["five"](x))]
    return _concatenated([branches[0], *behind, branches[3]])


def _is_bottleneck(settings: dict[str, Any], filters: Sequence[int]) -> bool:
    small = tuple(settings.get("kernel_size", ())) == (1, 1)
    return small and settings["filters"] in (filters[1], filters[3])


def _linear_small(kind: str, settings: Any, filters: Any) -> None:
    if kind == "Conv2D" and tuple(settings["kernel_size"]) == (1, 1):
        settings["activation"] = "linear"


def _linear_bottlenecks(kind: str, settings: Any, filters: Any) -> None:
    if kind == "Conv2D" and _is_bottleneck(settings, filters):
        settings["activation"] = "linear"


def _linear_projection(branches: Any, parts: Any, x: Any) -> Any:
    layer = _producer(branches[3])
    settings = {**layer.get_config(), "activation": "linear", "name": None}
    return _concatenated(
        [*branches[:3], type(layer).from_config(settings)(layer.input)]
    )


def _linear_large(kind: str, settings: Any, filters: Any) -> None:
    if kind == "Conv2D" and tuple(settings["kernel_size"]) != (1, 1):
        settings["activation"] = "linear"


def _changing(kind: str, **changes: Any) -> Callable[..., Any]:
    def change(name: str, settings: dict[str, Any], filters: Any) -> None:
        if name == kind:
            settings.update(changes)

    return _cloned(change)


def _three_for_five(kind: str, settings: Any, filters: Any) -> None:
    if tuple(settings.get("kernel_size", ())) == (5, 5):
        settings["kernel_size"] = (3, 3)


def _average_pool(kind: str, settings: Any, filters: Any) -> None:
    if kind == "MaxPooling2D":
        settings["class"] = "AveragePooling2D"


def _unpadded(kind: str, settings: Any, filters: Any) -> None:
    if "padding" in settings:
        settings["padding"] = "valid"


MISTAKES = (
    Mistake(
        "a branch without padding",
        "Some branch comes out smaller than the others, and maps of different sizes "
        "cannot be joined. All four keep height and width.",
        _cloned(_unpadded),
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
        _rejoined(lambda branches, parts, x: _concatenated(branches, axis=1)),
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
        _rejoined(_in_a_row),
    ),
    Mistake(
        "no bottlenecks",
        "The large filters read all channels of `x`. Before each of them stands a "
        "convolution of 1x1 that makes the channels fewer.",
        _rejoined(_naive),
    ),
    Mistake(
        "bottleneck behind the large filters",
        "The channels are made fewer after the large filters, when it is too late "
        "to save work.",
        _rejoined(_reduced_behind),
    ),
    Mistake(
        "bottlenecks exchanged",
        "`f3r` belongs to the branch with 3x3, `f5r` to the one with 5x5.",
        lambda reference, x, f1, f3r, f3, f5r, f5, fp: reference(
            x, f1, f5r, f3, f3r, f5, fp
        ),
    ),
    Mistake(
        "bottleneck and filters exchanged",
        "The small layer has `f3r` or `f5r` filters, the large one `f3` or `f5`.",
        lambda reference, x, f1, f3r, f3, f5r, f5, fp: reference(
            x, f1, f3, f3r, f5, f5r, fp
        ),
    ),
    Mistake(
        "pool not projected",
        "The pooled channels go out as they are. A convolution of 1x1 behind the "
        "pool makes `fp` channels of them.",
        _rejoined(_not_projected),
    ),
    Mistake(
        "projected before the pool",
        "The weights fit, but the order matters: first the pool, then the "
        "convolution of 1x1.",
        _rejoined(_projected_first),
    ),
    Mistake(
        "order of the branches",
        "The channels of the branches come out in another order than 1x1, 3x3, 5x5, "
        "pool.",
        _rejoined(lambda branches, parts, x: _concatenated(branches[::-1])),
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
        _cloned(_linear_small),
    ),
    Mistake(
        "bottlenecks without activation",
        "The two convolutions of 1x1 before the large filters lack their ReLU.",
        _cloned(_linear_bottlenecks),
    ),
    Mistake(
        "projection without activation",
        "The convolution of 1x1 behind the pool lacks its ReLU.",
        _rejoined(_linear_projection),
    ),
    Mistake(
        "large filters without activation",
        "The convolutions of 3x3 and 5x5 lack their ReLU.",
        _cloned(_linear_large),
    ),
    Mistake(
        "average pooling",
        "The fourth branch takes the largest value of each window.",
        _cloned(_average_pool),
    ),
    Mistake(
        "3x3 in place of 5x5",
        "The third branch has windows of 5x5.",
        _cloned(_three_for_five),
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
