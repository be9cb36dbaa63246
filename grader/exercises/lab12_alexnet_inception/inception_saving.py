"""What the 1x1 convolutions of an Inception block save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from grader.exercises.common.arithmetic import Index, added, multiplied
from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.common.wrong import Wrong, after, with_arguments
from grader.exercises.lab12_alexnet_inception.shared import (
    Layer,
    Shape,
    conv_layer,
    count_entries,
    input_layer,
    rows_of,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw small blocks, two of the paper, and two whose sizes all differ."""
    blocks: dict[str, tuple[Any, ...]] = {
        "2x3x4, to count by hand": ((2, 3, 4), 3, 2, 5, 1, 2, 6),
        "Inception 3a": ((28, 28, 192), 64, 96, 128, 16, 32, 32),
        "Inception 3b": ((28, 28, 256), 128, 128, 192, 32, 96, 64),
        "7x10x12, small": ((7, 10, 12), 5, 3, 8, 2, 7, 4),
        "bottlenecks wider than the input": ((6, 5, 3), 2, 20, 4, 11, 9, 13),
    }
    for number in (1, 2):
        sizes = [int(n) for n in rng.permutation(np.arange(5, 40))[:9]]
        blocks[f"drawn at random, {number}"] = (tuple(sizes[:3]), *sizes[3:])
    return [Case(args, label=label) for label, args in blocks.items()]


def reference(
    input_shape: Shape, f1: int, f3r: int, f3: int, f5r: int, f5: int, fp: int
) -> dict[str, int]:
    """Return parameters and work of both blocks, counted layer by layer."""
    block = _Block(input_shape, f1, f3r, f3, f5r, f5, fp)
    return _saving(_naive(block), _reduced(block))


def arithmetic(index: Index, input_shape: Shape, *filters: int) -> str:
    """Return the sum over the layers of a block, each as kernel, channels and filters."""
    block = _Block(input_shape, *filters)
    read = input_shape[2]
    layers = [(1, read, block.f1), (3, read, block.f3), (5, read, block.f5)]
    if not index[0].startswith("naive"):
        third = [(1, read, block.f3r), (3, block.f3r, block.f3)]
        fifth = [(1, read, block.f5r), (5, block.f5r, block.f5)]
        layers = [layers[0], *third, *fifth, (1, read, block.fp)]
    weights = [multiplied(k, k, channels, made) for k, channels, made in layers]
    if index[0].endswith("params"):
        words = "weights and biases, layer by layer"
        pairs = zip(weights, layers, strict=True)
        return f"{words}\n{added(term for w, layer in pairs for term in (w, layer[2]))}"
    words = "the weights of all layers, at each position"
    return f"{words}\n({added(weights)}) * {multiplied(*input_shape[:2])}"


class _Block(NamedTuple):
    """The input's shape and the filters, as in the exercise."""

    s: Shape
    f1: int
    f3r: int
    f3: int
    f5r: int
    f5: int
    fp: int


def _saving(naive: np.ndarray, reduced: np.ndarray) -> dict[str, int]:
    return {
        "naive_params": int(naive[0]),
        "params": int(reduced[0]),
        "naive_macs": int(naive[1]),
        "macs": int(reduced[1]),
    }


def _naive(b: _Block) -> np.ndarray:
    branches = [conv_layer(b.f1, 1), conv_layer(b.f3, 3), conv_layer(b.f5, 5)]
    return np.asarray(sum(_cost(b.s, branch) for branch in branches))


def _reduced(b: _Block) -> np.ndarray:
    third = _cost(b.s, conv_layer(b.f3r, 1), conv_layer(b.f3, 3))
    fifth = _cost(b.s, conv_layer(b.f5r, 1), conv_layer(b.f5, 5))
    return np.asarray(_one_by_one(b, b.f1) + third + fifth + _one_by_one(b, b.fp))


def _one_by_one(b: _Block, filters: int) -> np.ndarray:
    return _cost(b.s, conv_layer(filters, 1))


def _cost(shape: Shape, *layers: Layer) -> np.ndarray:
    """Return (parameters, multiply-accumulates) of a chain of layers."""
    rows = rows_of([input_layer(*shape), *layers])
    counts = np.array([[row["params"], row["macs"]] for row in rows])
    return np.asarray(counts.sum(axis=0))


def _added(
    to_reduced: Callable[[_Block], Any] = lambda b: 0,
    to_naive: Callable[[_Block], Any] = lambda b: 0,
) -> Wrong:
    """Return a mistake that adds (parameters, multiply-accumulates) to the right ones.

    Args:
        to_reduced: gives what is added for the block with 1x1 layers.
        to_naive: gives what is added for the other one.
    """

    def wrong(reference: Callable[..., Any], *args: Any) -> dict[str, int]:
        right, block = reference(*args), _Block(*args)
        return _saving(
            np.array([right["naive_params"], right["naive_macs"]]) + to_naive(block),
            np.array([right["params"], right["macs"]]) + to_reduced(block),
        )

    return wrong


def _with_work(count: Callable[[dict[str, int], Shape], int]) -> Wrong:
    """Return a mistake in the work, from the right answer and the input's shape."""

    def wrong(reference: Callable[..., Any], *args: Any) -> dict[str, int]:
        right = reference(*args)
        return {**right, "macs": count(right, args[0])}

    return wrong


def _weights(b: _Block, count: int) -> np.ndarray:
    """Return the cost of so many weights, without biases."""
    return np.array([count, count * count_entries(*b.s[:2])])


def _beside(b: _Block) -> np.ndarray:
    """Return the cost of the block if its large filters read the input."""
    ones = (_one_by_one(b, filters) for filters in (b.f3r, b.f5r, b.fp))
    return np.asarray(_naive(b) + sum(ones))


def _in_a_chain(b: _Block) -> np.ndarray:
    """Return the cost of the block if each layer reads the one before it."""
    return _cost(
        b.s,
        *(conv_layer(b.f1, 1), conv_layer(b.f3r, 1), conv_layer(b.f3, 3)),
        *(conv_layer(b.f5r, 1), conv_layer(b.f5, 5), conv_layer(b.fp, 1)),
    )


MISTAKES = (
    Mistake(
        "bias forgotten",
        "You count weights only; each filter of every layer also owns one bias.",
        _added(lambda b: (-sum(b[1:]), 0)),
    ),
    Mistake(
        "biases of the naive block",
        "You add the biases that the naive block has. The 1x1 layers that came with "
        "the bottlenecks own filters too.",
        _added(lambda b: (-(b.f3r + b.f5r + b.fp), 0)),
    ),
    Mistake(
        "biases of the bottlenecks forgotten",
        "The filters of a bottleneck own one bias each, like all others.",
        _added(lambda b: (-(b.f3r + b.f5r), 0)),
    ),
    Mistake(
        "bias of the projection forgotten",
        "The 1x1 filters behind the pool own one bias each, like all others.",
        _added(lambda b: (-b.fp, 0)),
    ),
    Mistake(
        "the two blocks swapped",
        "You give the counts of the naive block for the other one, and the other "
        "way round.",
        after(
            lambda right: {
                "naive_params": right["params"],
                "params": right["naive_params"],
                "naive_macs": right["macs"],
                "macs": right["naive_macs"],
            }
        ),
    ),
    Mistake(
        "naive counts left out",
        "Your dictionary has lost the counts of the naive block. Add to it what is "
        "new.",
        after(lambda right: {key: right[key] for key in ("params", "macs")}),
    ),
    Mistake(
        "bottlenecks for free",
        "The 1x1 filters of a bottleneck own weights and do work too.",
        _added(lambda b: -_one_by_one(b, b.f3r) - _one_by_one(b, b.f5r)),
    ),
    Mistake(
        "first bottleneck for free",
        "The 1x1 filters before the 3x3 filters own weights and do work too.",
        _added(lambda b: -_one_by_one(b, b.f3r)),
    ),
    Mistake(
        "second bottleneck for free",
        "The 1x1 filters before the 5x5 filters own weights and do work too.",
        _added(lambda b: -_one_by_one(b, b.f5r)),
    ),
    Mistake(
        "weights of the first bottleneck forgotten",
        "The 1x1 filters before the 3x3 filters own weights, not only biases.",
        _added(lambda b: -_weights(b, b.s[2] * b.f3r)),
    ),
    Mistake(
        "weights of the second bottleneck forgotten",
        "The 1x1 filters before the 5x5 filters own weights, not only biases.",
        _added(lambda b: -_weights(b, b.s[2] * b.f5r)),
    ),
    Mistake(
        "weights of the projection forgotten",
        "The 1x1 filters behind the pool own weights, not only biases.",
        _added(lambda b: -_weights(b, b.s[2] * b.fp)),
    ),
    Mistake(
        "weights of the 1x1 branch forgotten",
        "The first branch owns weights, not only biases.",
        _added(lambda b: -_weights(b, b.s[2] * b.f1)),
    ),
    Mistake(
        "3x3 filters read the input",
        "Behind a bottleneck, the 3x3 filters are as deep as what it gives.",
        _added(lambda b: _weights(b, 9 * (b.s[2] - b.f3r) * b.f3)),
    ),
    Mistake(
        "5x5 filters read the input",
        "Behind a bottleneck, the 5x5 filters are as deep as what it gives.",
        _added(lambda b: _weights(b, 25 * (b.s[2] - b.f5r) * b.f5)),
    ),
    Mistake(
        "bias of the first bottleneck forgotten",
        "The filters before the 3x3 filters own one bias each, like all others.",
        _added(lambda b: (-b.f3r, 0)),
    ),
    Mistake(
        "bias of the second bottleneck forgotten",
        "The filters before the 5x5 filters own one bias each, like all others.",
        _added(lambda b: (-b.f5r, 0)),
    ),
    Mistake(
        "bottlenecks as large as what follows",
        "The filters of a bottleneck are 1x1, however large those behind it are.",
        _added(lambda b: _weights(b, b.s[2] * (8 * b.f3r + 24 * b.f5r))),
    ),
    Mistake(
        "bottlenecks beside, not before",
        "Behind a bottleneck, the large filters read its output and no longer all "
        "channels of the input.",
        _added(lambda b: _beside(b) - _reduced(b)),
    ),
    Mistake(
        "difference returned",
        "You give what is saved. The task asks for the counts of the block with "
        "bottlenecks.",
        after(
            lambda right: {
                **right,
                "params": right["naive_params"] - right["params"],
                "macs": right["naive_macs"] - right["macs"],
            }
        ),
    ),
    Mistake(
        "bottlenecks added to the naive block",
        "Behind a bottleneck the large filters read fewer channels, and that is what "
        "saves.",
        lambda reference, *args: _saving(
            _naive(_Block(*args)),
            _naive(_Block(*args))
            + _one_by_one(_Block(*args), args[2])
            + _one_by_one(_Block(*args), args[4]),
        ),
    ),
    Mistake(
        "projection forgotten",
        "In the block with bottlenecks, a 1x1 layer follows the pool.",
        _added(lambda b: -_one_by_one(b, b.fp)),
    ),
    Mistake(
        "projection in the naive block",
        "The naive block passes the pooled channels on as they are.",
        _added(to_naive=lambda b: _one_by_one(b, b.fp)),
    ),
    Mistake(
        "projection reads one channel",
        "The 1x1 layer behind the pool reads all channels of the input.",
        _added(lambda b: _weights(b, (1 - b.s[2]) * b.fp)),
    ),
    Mistake(
        "projection reads the 5x5 filters",
        "The 1x1 layer behind the pool reads what the pool gives: all channels of the "
        "input.",
        _added(lambda b: _weights(b, (b.f5 - b.s[2]) * b.fp)),
    ),
    Mistake(
        "projection reads the 3x3 filters",
        "The 1x1 layer behind the pool reads what the pool gives: all channels of the "
        "input.",
        _added(lambda b: _weights(b, (b.f3 - b.s[2]) * b.fp)),
    ),
    Mistake(
        "projection reads the other branches",
        "The 1x1 layer behind the pool reads what the pool gives: all channels of the "
        "input. The branches meet only at the end.",
        _added(lambda b: _weights(b, (b.f1 + b.f3 + b.f5 - b.s[2]) * b.fp)),
    ),
    Mistake(
        "projection as large as the pool",
        "The layer behind the pool has filters of 1x1, however large the pool's "
        "window is.",
        _added(lambda b: _weights(b, 8 * b.s[2] * b.fp)),
    ),
    Mistake(
        "branches one after the other",
        "Your branches read each other's output. They stand side by side: "
        "each begins with the input of the block.",
        _added(lambda b: _in_a_chain(b) - _reduced(b)),
    ),
    Mistake(
        "bottlenecks exchanged",
        "`f3r` stands before the 3x3 filters and `f5r` before the 5x5 filters.",
        with_arguments(
            lambda s, f1, f3r, f3, f5r, f5, fp: (s, f1, f5r, f3, f3r, f5, fp)
        ),
    ),
    Mistake(
        "5x5 counted as 3x3",
        "The third branch has 25 weights for each channel and filter.",
        _added(lambda b: -_weights(b, 16 * b.f5r * b.f5)),
    ),
    Mistake(
        "kernel side for kernel area",
        "A window of 3x3 has 9 weights for each channel and one of 5x5 has 25.",
        _added(lambda b: -_weights(b, 6 * b.f3r * b.f3 + 20 * b.f5r * b.f5)),
    ),
    Mistake(
        "1x1 branch forgotten",
        "A block has four branches; one of yours is missing.",
        _added(lambda b: -_one_by_one(b, b.f1)),
    ),
    Mistake(
        "3x3 branch forgotten",
        "A block has four branches; one of yours is missing.",
        _added(lambda b: -_cost(b.s, conv_layer(b.f3r, 1), conv_layer(b.f3, 3))),
    ),
    Mistake(
        "5x5 branch forgotten",
        "A block has four branches; one of yours is missing.",
        _added(lambda b: -_cost(b.s, conv_layer(b.f5r, 1), conv_layer(b.f5, 5))),
    ),
    Mistake(
        "3x3 counted as 5x5",
        "The second branch has 9 weights for each channel and filter.",
        _added(lambda b: _weights(b, 16 * b.f3r * b.f3)),
    ),
    Mistake(
        "pooling given parameters",
        "Pooling has nothing to learn; its window has a size but no weights.",
        _added(lambda b: (9 * b.s[2], 0)),
    ),
    Mistake(
        "pooling counted as work",
        "Pooling compares values and multiplies none.",
        _added(lambda b: (0, 9 * count_entries(*b.s))),
    ),
    Mistake(
        "positions forgotten",
        "A weight is used at every position of the picture.",
        _with_work(lambda right, s: right["macs"] // count_entries(*s[:2])),
    ),
    Mistake(
        "biases counted as work",
        "Adding a bias is no multiplication, so it is no multiply-accumulate.",
        _with_work(lambda right, s: right["params"] * count_entries(*s[:2])),
    ),
    Mistake(
        "additions counted as well",
        "A multiply-accumulate is one multiplication together with its addition: "
        "the pair counts once.",
        _with_work(lambda right, s: 2 * right["macs"]),
    ),
    Mistake(
        "square picture assumed",
        "A picture may be wider than high: use both sizes.",
        _with_work(lambda right, s: right["macs"] // s[1] * s[0]),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    forbidden=FORBIDDEN,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
