"""What the 1x1 convolutions of an Inception block save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.pictures import FORBIDDEN
from grader.exercises.lab12_alexnet_inception_go.shared import (
    Layer,
    Shape,
    conv_layer,
    entries,
    input_layer,
    table,
)
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
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


def _totals(shape: Shape, *layers: Layer) -> np.ndarray:
    """Return (parameters, multiply-accumulates) of a chain of layers."""
    rows = table([input_layer(*shape), *layers])
    counts = np.array([[row["params"], row["macs"]] for row in rows])
    return np.asarray(counts.sum(axis=0))


def _saving(naive: np.ndarray, block: np.ndarray) -> dict[str, int]:
    return {
        "naive_params": int(naive[0]),
        "params": int(block[0]),
        "naive_macs": int(naive[1]),
        "macs": int(block[1]),
    }


def _naive(s: Shape, f1: int, f3: int, f5: int) -> np.ndarray:
    large = _totals(s, conv_layer(f3, 3)) + _totals(s, conv_layer(f5, 5))
    return np.asarray(_totals(s, conv_layer(f1, 1)) + large)


def _block(
    s: Shape, f1: int, f3r: int, f3: int, f5r: int, f5: int, fp: int
) -> np.ndarray:
    third = _totals(s, conv_layer(f3r, 1), conv_layer(f3, 3))
    fifth = _totals(s, conv_layer(f5r, 1), conv_layer(f5, 5))
    ones = _totals(s, conv_layer(f1, 1)) + _totals(s, conv_layer(fp, 1))
    return np.asarray(ones + third + fifth)


def reference(
    input_shape: Shape, f1: int, f3r: int, f3: int, f5r: int, f5: int, fp: int
) -> dict[str, int]:
    naive = _naive(input_shape, f1, f3, f5)
    return _saving(naive, _block(input_shape, f1, f3r, f3, f5r, f5, fp))


def _inception_mistake(
    naive: Callable[..., Any] | None, block: Callable[..., Any] | None
) -> Callable[..., Any]:
    """Return a mistake that adds something to what the two blocks cost.

    Args:
        naive, block: from (s, f1, f3r, f3, f5r, f5, fp) to (parameters,
            multiply-accumulates) to add; `None` for nothing.
    """

    def wrong(reference: Callable[..., Any], *args: Any) -> dict[str, int]:
        right = reference(*args)
        nothing = np.zeros(2, int)
        more_naive = naive(*args) if naive else nothing
        more_block = block(*args) if block else nothing
        return _saving(
            np.array([right["naive_params"], right["naive_macs"]]) + more_naive,
            np.array([right["params"], right["macs"]]) + more_block,
        )

    return wrong


def _keyed(
    change: Callable[[dict[str, int], Shape], dict[str, int]],
) -> Callable[..., Any]:
    return lambda reference, s, *filters: change(reference(s, *filters), s)


def _only_params(count: int) -> np.ndarray:
    return np.array([count, 0])


def _only_macs(count: int) -> np.ndarray:
    return np.array([0, count])


def _weights_alone(s: Shape, weights: int) -> np.ndarray:
    return np.array([weights, weights * entries(*s[:2])])


def _one_by_one(s: Shape, channels: int, filters: int) -> np.ndarray:
    return _totals((*s[:2], channels), conv_layer(filters, 1))


def _swapped_reductions(
    reference: Callable[..., Any],
    s: Shape,
    f1: int,
    f3r: int,
    f3: int,
    f5r: int,
    f5: int,
    fp: int,
) -> Any:
    return reference(s, f1, f5r, f3, f3r, f5, fp)


MISTAKES = (
    Mistake(
        "bias forgotten",
        "You count weights only; each filter of every layer also owns one bias.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(
                -(f1 + f3r + f3 + f5r + f5 + fp)
            ),
        ),
    ),
    Mistake(
        "biases of the naive block",
        "You add the biases that the naive block has. The 1x1 layers that came with "
        "the bottlenecks own filters too.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(-(f3r + f5r + fp)),
        ),
    ),
    Mistake(
        "biases of the bottlenecks forgotten",
        "The filters of a bottleneck own one bias each, like all others.",
        _inception_mistake(
            None, lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(-(f3r + f5r))
        ),
    ),
    Mistake(
        "bias of the projection forgotten",
        "The 1x1 filters behind the pool own one bias each, like all others.",
        _inception_mistake(None, lambda s, f1, f3r, f3, f5r, f5, fp: _only_params(-fp)),
    ),
    Mistake(
        "the two blocks swapped",
        "You give the counts of the naive block for the other one, and the other "
        "way round.",
        _keyed(
            lambda r, s: {
                "naive_params": r["params"],
                "params": r["naive_params"],
                "naive_macs": r["macs"],
                "macs": r["naive_macs"],
            }
        ),
    ),
    Mistake(
        "bottlenecks for free",
        "The 1x1 filters of a bottleneck own weights and do work too.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: (
                -_one_by_one(s, s[2], f3r) - _one_by_one(s, s[2], f5r)
            ),
        ),
    ),
    Mistake(
        "bottlenecks beside, not before",
        "Behind a bottleneck, the large filters read its output and no longer all "
        "channels of the input.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: (
                _naive(s, f1, f3, f5)
                + _one_by_one(s, s[2], f3r)
                + _one_by_one(s, s[2], f5r)
                + _one_by_one(s, s[2], fp)
                - _block(s, f1, f3r, f3, f5r, f5, fp)
            ),
        ),
    ),
    Mistake(
        "projection forgotten",
        "In the block with bottlenecks, a 1x1 layer follows the pool.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: -_one_by_one(s, s[2], fp),
        ),
    ),
    Mistake(
        "projection in the naive block",
        "The naive block passes the pooled channels on as they are.",
        _inception_mistake(
            lambda s, f1, f3r, f3, f5r, f5, fp: _one_by_one(s, s[2], fp), None
        ),
    ),
    Mistake(
        "projection reads one channel",
        "The 1x1 layer behind the pool reads all channels of the input.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: (
                _one_by_one(s, 1, fp) - _one_by_one(s, s[2], fp)
            ),
        ),
    ),
    Mistake(
        "projection as large as the pool",
        "The layer behind the pool has filters of 1x1, however large the pool's "
        "window is.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: _weights_alone(s, 8 * s[2] * fp),
        ),
    ),
    Mistake(
        "branches one after the other",
        "Your branches read each other's output. They stand side by side: "
        "each begins with the input of the block.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: (
                _totals(
                    s,
                    *(conv_layer(f1, 1), conv_layer(f3r, 1), conv_layer(f3, 3)),
                    *(conv_layer(f5r, 1), conv_layer(f5, 5), conv_layer(fp, 1)),
                )
                - _block(s, f1, f3r, f3, f5r, f5, fp)
            ),
        ),
    ),
    Mistake(
        "bottlenecks exchanged",
        "`f3r` stands before the 3x3 filters and `f5r` before the 5x5 filters.",
        _swapped_reductions,
    ),
    Mistake(
        "5x5 counted as 3x3",
        "The third branch has 25 weights for each channel and filter.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: (
                _totals((*s[:2], f5r), conv_layer(f5, 3))
                - _totals((*s[:2], f5r), conv_layer(f5, 5))
            ),
        ),
    ),
    Mistake(
        "kernel side for kernel area",
        "A window of 3x3 has 9 weights for each channel and one of 5x5 has 25.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: (
                -_weights_alone(s, 6 * f3r * f3 + 20 * f5r * f5)
            ),
        ),
    ),
    Mistake(
        "1x1 branch forgotten",
        "A block has four branches; one of yours is missing.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: -_one_by_one(s, s[2], f1),
        ),
    ),
    Mistake(
        "5x5 branch forgotten",
        "A block has four branches; one of yours is missing.",
        _inception_mistake(
            None,
            lambda s, f1, f3r, f3, f5r, f5, fp: (
                -_totals(s, conv_layer(f5r, 1), conv_layer(f5, 5))
            ),
        ),
    ),
    Mistake(
        "pooling given parameters",
        "Pooling has nothing to learn; its window has a size but no weights.",
        _inception_mistake(None, lambda s, *filters: _only_params(9 * s[2])),
    ),
    Mistake(
        "pooling counted as work",
        "Pooling compares values and multiplies none.",
        _inception_mistake(None, lambda s, *filters: _only_macs(9 * entries(*s))),
    ),
    Mistake(
        "positions forgotten",
        "A weight is used at every position of the picture.",
        _keyed(lambda r, s: {**r, "macs": r["macs"] // entries(*s[:2])}),
    ),
    Mistake(
        "biases counted as work",
        "Adding a bias is no multiplication, so it is no multiply-accumulate.",
        _keyed(lambda r, s: {**r, "macs": r["params"] * entries(*s[:2])}),
    ),
    Mistake(
        "additions counted as well",
        "A multiply-accumulate is one multiplication together with its addition: "
        "the pair counts once.",
        _keyed(lambda r, s: {**r, "macs": 2 * r["macs"]}),
    ),
    Mistake(
        "square picture assumed",
        "A picture may be wider than high: use both sizes.",
        _keyed(lambda r, s: {**r, "macs": r["macs"] // s[1] * s[0]}),
    ),
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=compare.exact,
    forbidden=FORBIDDEN,
    mistakes=MISTAKES,
)
