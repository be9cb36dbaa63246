"""A residual block, in the functional way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.networks import same_network
from grader.exercises.common.wrong import with_settings
from grader.exercises.lab14_deeper.block_parts import (
    Apply,
    Parts,
    Tensor,
    added,
    built,
    changing,
    joined,
    other_branch,
    other_shortcut,
    relu,
)
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw maps with negative values: blocks that keep the shape, then others."""
    few, many = (int(n) for n in rng.permutation(np.arange(3, 8))[:2])
    grid: list[tuple[str, tuple[int, ...], int, int]] = [
        ("same", (2, 6, 5, few), few, 1),
        ("changed", (2, 5, 6, 3), 5, 1),
        ("changed", (2, 7, 8, 4), 4, 2),
        ("changed", (1, 8, 5, few), many, 2),
    ]
    cases = []
    for part, shape, filters, strides in grid:
        extra = {
            "inputs": rng.uniform(-1, 1, shape).astype("float32"),
            "weight_seed": int(rng.integers(2**31)),
            # Whoever makes the layers in another order fills them with the same numbers.
            "alike": True,
        }
        size = "x".join(map(str, shape[1:3]))
        label = f"{size} positions, {shape[3]} channels; {filters} filters"
        settings = {} if strides == 1 else {"strides": strides}
        told = f"{label}, strides {strides}"
        cases.append(Case((filters,), settings, told, part, extra))
    return cases


def _normalised(tensor: Tensor) -> Tensor:
    import keras

    return keras.layers.BatchNormalization()(tensor)


def _normalised_branch(parts: Parts) -> Tensor:
    first = relu(_normalised(parts.conv(parts.x, 3, strides=parts.strides)))
    return _normalised(parts.conv(first, 3))


def _from_the_first(parts: Parts, shortcut: Apply) -> Tensor:
    """Return a block whose shortcut reads what the first convolution gives."""
    first = parts.first(parts.x)
    return relu(added(parts.second(first), shortcut(first)))


def _padded(parts: Parts) -> Tensor:
    """Return a shortcut without weights: every second pixel, and channels of zeros."""
    import keras

    thinned = parts.x[:, :: parts.strides, :: parts.strides]
    missing = max(parts.filters - parts.x.shape[-1], 0)
    return keras.ops.pad(thinned, [[0, 0]] * 3 + [[0, missing]])


def _pooled(kind: str) -> Callable[[Parts], Tensor]:
    """Return a shortcut that makes the maps smaller by pooling."""

    def shortcut(parts: Parts) -> Tensor:
        import keras

        size = {"pool_size": parts.strides, "padding": "same"}
        smaller = getattr(keras.layers, kind)(**size)
        pooled = parts.x if parts.strides == 1 else smaller(parts.x)
        same = parts.x.shape[-1] == parts.filters
        return pooled if same else parts.conv(pooled)

    return shortcut


def _stride_in_both(parts: Parts) -> Tensor:
    first = parts.conv(parts.x, 3, strides=parts.strides, activation="relu")
    second = parts.conv(first, 3, strides=parts.strides)
    return relu(added(second, parts.conv(parts.x, strides=parts.strides**2)))


def _dropped(rate: float) -> Callable[..., Any]:
    def branch(parts: Parts) -> Tensor:
        import keras

        return parts.second(keras.layers.Dropout(rate)(parts.first(parts.x)))

    return other_branch(branch)


def _bottlenecked(parts: Parts) -> Tensor:
    narrow = parts.conv(
        parts.x, filters=math.ceil(parts.filters / 4), activation="relu"
    )
    middle = parts.conv(
        narrow,
        3,
        filters=math.ceil(parts.filters / 4),
        strides=parts.strides,
        activation="relu",
    )
    return parts.conv(middle)


SHORTCUTS = (
    Mistake(
        "no shortcut",
        "Your block has two convolutions and no way around them. What comes in is added "
        "to what they give.",
        built(lambda parts: relu(parts.branch())),
    ),
    Mistake(
        "shortcut around one convolution",
        "You add what the first convolution gives. The shortcut begins at the block's "
        "input.",
        built(lambda parts: _from_the_first(parts, lambda tensor: tensor)),
    ),
    Mistake(
        "shortcut around one convolution, projected",
        "Your shortcut reads what the first convolution gives. It begins at the block's "
        "input.",
        built(
            lambda parts: _from_the_first(
                parts,
                lambda tensor: tensor if parts.strides == 1 else parts.conv(tensor),
            )
        ),
    ),
    Mistake(
        "input overwritten before the shortcut",
        "Your shortcut begins behind the first convolution, because its result has the "
        "name of the input. Give it another name.",
        built(
            lambda parts: _from_the_first(
                parts,
                lambda tensor: (
                    tensor
                    if parts.strides == 1
                    else parts.conv(tensor, strides=parts.strides)
                ),
            )
        ),
    ),
    Mistake(
        "shortcut never projected",
        "Maps of different shapes cannot be added. If filters or strides change the "
        "shape, a convolution of 1x1 makes the input fit.",
        other_shortcut(lambda parts: parts.x),
    ),
    Mistake(
        "projected whatever the shape",
        "If nothing changes the shape, the shortcut is the input itself: it has no "
        "weights.",
        other_shortcut(lambda parts: parts.conv(parts.x, strides=parts.strides)),
    ),
    Mistake(
        "projected only for other strides",
        "With other channels than filters the input does not fit either, whatever the "
        "strides.",
        other_shortcut(
            lambda parts: parts.x if parts.strides == 1 else parts.shortcut(parts.x)
        ),
    ),
    Mistake(
        "projected only for other channels",
        "With strides of 2 the maps get smaller, and the input does not fit either, "
        "whatever its channels.",
        other_shortcut(
            lambda parts: (
                parts.x
                if parts.x.shape[-1] == parts.filters
                else parts.shortcut(parts.x)
            )
        ),
    ),
    Mistake(
        "projected only where both change",
        "Other strides alone make the input too large, and other filters alone give it "
        "other channels: one of the two is enough for a projection.",
        other_shortcut(
            lambda parts: (
                parts.shortcut(parts.x)
                if parts.strides > 1 and parts.x.shape[-1] != parts.filters
                else parts.x
            )
        ),
    ),
    Mistake(
        "channels looked up on another axis",
        "You compare the filters with the height of the maps. The channels are the last "
        "axis.",
        other_shortcut(
            lambda parts: (
                parts.conv(parts.x, strides=parts.strides)
                if parts.strides > 1 or parts.x.shape[1] != parts.filters
                else parts.x
            )
        ),
    ),
    Mistake(
        "other strides on the two ways",
        "Where `strides` is 2, branch and shortcut give maps of different sizes, which "
        "cannot be added. One convolution of the branch moves by `strides`, and so does "
        "the one of the shortcut.",
        other_shortcut(lambda parts: parts.x if parts.fits else parts.conv(parts.x)),
    ),
    Mistake(
        "projection with ReLU",
        "The shortcut is linear: there is no activation behind its convolution.",
        other_shortcut(
            lambda parts: (
                parts.x
                if parts.fits
                else parts.conv(parts.x, strides=parts.strides, activation="relu")
            )
        ),
    ),
    Mistake(
        "projection of 3x3",
        "The convolution of the shortcut has windows of 1x1.",
        other_shortcut(
            lambda parts: (
                parts.x if parts.fits else parts.conv(parts.x, 3, strides=parts.strides)
            )
        ),
    ),
    Mistake(
        "projection without bias",
        "Every convolution of the block has biases, the one of the shortcut too.",
        changing(1, use_bias=False),
    ),
    Mistake(
        "shortcut pooled by the mean",
        "The maps of your shortcut get smaller by pooling. Here the strides of the "
        "convolution of 1x1 do that.",
        other_shortcut(_pooled("AveragePooling2D")),
    ),
    Mistake(
        "shortcut pooled by the maximum",
        "The maps of your shortcut get smaller by pooling. Here the strides of the "
        "convolution of 1x1 do that.",
        other_shortcut(_pooled("MaxPooling2D")),
    ),
    Mistake(
        "shortcut filled with zeros",
        "Channels of zeros need no weights, and that has been done. Here a convolution "
        "of 1x1 makes the input fit.",
        other_shortcut(_padded),
    ),
    Mistake(
        "ReLU on the shortcut",
        "The shortcut carries the input as it is, with its negative values.",
        built(lambda parts: relu(added(parts.branch(), relu(parts.shortcut(parts.x))))),
    ),
)
JOINTS = (
    Mistake(
        "joined as channels",
        "The channels lie beside each other. A residual block adds, value by value.",
        joined("Concatenate"),
    ),
    Mistake(
        "multiplied",
        "A residual block adds the input to what the convolutions give.",
        joined("Multiply"),
    ),
    Mistake(
        "averaged",
        "Half of the sum is not the sum: the input would be halved from block to block.",
        joined("Average"),
    ),
    Mistake(
        "subtracted",
        "Add the input, do not subtract it.",
        joined("Subtract"),
    ),
    Mistake(
        "largest taken",
        "You keep the larger of two values. A residual block adds them.",
        joined("Maximum"),
    ),
    Mistake(
        "no ReLU at the end",
        "Behind the sum stands a ReLU.",
        joined("Add", activated=False),
    ),
    Mistake(
        "ReLU before the sum",
        "The ReLU stands behind the second convolution. Then a block can only add to its "
        "input; it belongs behind the sum.",
        built(lambda parts: added(relu(parts.branch()), parts.shortcut(parts.x))),
    ),
    Mistake(
        "ReLU before the sum as well",
        "The second convolution has no activation: a block must be able to take "
        "something away from its input, too.",
        changing(3, only=1, activation="relu"),
    ),
    Mistake(
        "no ReLU between the convolutions",
        "Two convolutions without anything between them are as good as one.",
        changing(3, only=0, activation="linear"),
    ),
    Mistake(
        "no ReLU at all",
        "One ReLU stands between the convolutions and one behind the sum.",
        built(
            lambda parts: added(
                parts.conv(parts.conv(parts.x, 3, strides=parts.strides), 3),
                parts.shortcut(parts.x),
            )
        ),
    ),
    Mistake(
        "ReLU before the convolutions",
        "That is a later form of the block. Here each ReLU stands behind: one behind the "
        "first convolution and one behind the sum.",
        built(
            lambda parts: added(
                parts.conv(
                    relu(parts.conv(relu(parts.x), 3, strides=parts.strides)), 3
                ),
                parts.shortcut(parts.x),
            )
        ),
    ),
)
BRANCHES = (
    Mistake(
        "one convolution",
        "The branch has two convolutions of 3x3.",
        other_branch(lambda parts: parts.conv(parts.x, 3, strides=parts.strides)),
    ),
    Mistake(
        "three convolutions",
        "The branch has two convolutions of 3x3.",
        other_branch(
            lambda parts: parts.second(
                parts.conv(parts.first(parts.x), 3, activation="relu")
            )
        ),
    ),
    Mistake(
        "bottleneck",
        "The branch of the deepest networks is narrow in the middle. Here it has two "
        "convolutions of 3x3.",
        other_branch(_bottlenecked),
    ),
    Mistake(
        "strides ignored",
        "Your maps keep their size, whatever `strides` says.",
        with_settings(strides=1),
    ),
    Mistake(
        "strides in the second convolution",
        "The first convolution takes the large steps, which saves work in the second. "
        "Yours is the second.",
        other_branch(
            lambda parts: parts.conv(
                parts.conv(parts.x, 3, activation="relu"), 3, strides=parts.strides
            )
        ),
    ),
    Mistake(
        "strides in both convolutions",
        "Two steps of 2 make a step of 4. Only the first convolution has strides.",
        built(_stride_in_both),
    ),
    Mistake(
        "no padding",
        "Without padding the branch loses its border, and cannot be added to the "
        "input.",
        changing(3, padding="valid"),
    ),
    Mistake(
        "one convolution without padding",
        "Without padding a convolution loses its border, and what comes out cannot be "
        "added to the input. Both convolutions of the branch are padded.",
        changing(3, only=1, padding="valid"),
    ),
    Mistake(
        "windows of 1x1",
        "The two convolutions of the branch have windows of 3x3.",
        changing(3, kernel_size=(1, 1)),
    ),
    Mistake(
        "windows of 5x5",
        "The two convolutions of the branch have windows of 3x3.",
        changing(3, kernel_size=(5, 5)),
    ),
    Mistake(
        "no biases",
        "Every convolution of this block has biases.",
        changing(3, use_bias=False),
    ),
    Mistake(
        "batch normalisation added",
        "That is how the block is mostly used. Here it has none, so that you can see "
        "what the shortcut alone does.",
        other_branch(_normalised_branch),
    ),
    Mistake(
        "batch normalisation on both ways",
        "That is how the block is mostly used. Here it has none, so that you can see "
        "what the shortcut alone does.",
        built(
            lambda parts: relu(
                added(
                    _normalised_branch(parts),
                    parts.x if parts.fits else _normalised(parts.shortcut(parts.x)),
                )
            )
        ),
    ),
    Mistake(
        "dropout added",
        "Dropout is another remedy, for another trouble; this block has none.",
        _dropped(0.2),
    ),
    Mistake(
        "as many filters as channels",
        "Your convolutions have as many filters as the input has channels, whatever "
        "`filters` says.",
        lambda reference, x, filters, strides=1: reference(x, x.shape[-1], strides),
    ),
    Mistake(
        "strides of 2 by default",
        "A call that names no strides means 1: look at the first line of the function.",
        lambda reference, x, filters, strides=2: reference(x, filters, strides),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("filters", "strides"),
    comparison=same_network,
    parts={"same": 2, "changed": 2},
    probe="block",
    time_limit=20.0,
    mistakes=(*SHORTCUTS, *JOINTS, *BRANCHES),
)
