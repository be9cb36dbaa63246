"""Which places of the last feature maps speak for a class."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.exercises.common.toy import (
    AVERAGE,
    FLATTEN,
    MEAN_POOL,
    Toy,
    conv_layer,
    dense_layer,
    drawn_image,
    run,
    slopes,
    toy,
)
from grader.exercises.common.wrong import after
from grader.exercises.lab11_look_inside.shared import (
    BATCH_MISSING,
    CLOSE_ENOUGH,
    LAYER_BY_NAME,
    WRONG_LABELS,
    Score,
    explained_label,
    label_losses,
    label_probabilities,
    label_scores,
    last_convolution,
    off_the_tape,
    other_label,
    summed_scores,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw networks whose maps are as large as the image or smaller, some of them known."""
    detectors = _two_detectors()
    against = {**detectors, "weights": [*detectors["weights"]]}
    against["weights"][2] = -abs(against["weights"][2])
    grid: list[tuple[str, Toy, str, str, bool]] = [
        ("two detectors, label 1", detectors, "conv_a", "as large", True),
        ("all filters speak against label 1", against, "conv_a", "as large", True),
        ("a 4x6 image", _net(rng, (4, 6, 1)), "conv_a", "as large", True),
        ("its own answer", _net(rng, (4, 6, 2)), "conv_a", "as large", False),
        ("maps half as large", _net(rng, (4, 8, 1)), "conv_b", "smaller", True),
        ("the same, its own answer", _net(rng, (6, 4, 3)), "conv_b", "smaller", False),
    ]
    cases = []
    for text, net, layer, part, given in grid:
        image = 0.1 + 0.8 * drawn_image(rng, *net["input_shape"])
        label = 1 if layer == "conv_a" and net["input_shape"] == (4, 4, 2) else None
        if given and label is None:
            label = other_label(rng, net, image)
        cases.append(
            Case((image, layer), {"label": label} if given else {}, text, part, net)
        )
    return [*cases, _behind_a_pool()]


def _two_detectors() -> Toy:
    """Return a network whose map is known: filter f copies channel f, twice as strong."""
    kernel = 2 * np.eye(2, dtype="float32").reshape(1, 1, 2, 2)
    dense = np.array([[3.0, -1.0], [-1.5, 4.0]], "float32")
    zeros = np.zeros(2, "float32")
    return {
        "input_shape": (4, 4, 2),
        "layers": [
            conv_layer("conv_a", 2, (1, 1), "relu"),
            AVERAGE,
            dense_layer("scores", 2),
        ],
        "weights": [kernel, zeros, dense, zeros],
    }


def _behind_a_pool() -> Case:
    """Return maps of 1x2 whose heat is below 0 on the left and above on the right."""
    net = _two_detectors()
    kind, settings = MEAN_POOL
    net["layers"] = [(kind, {**settings, "pool_size": (4, 2)}), *net["layers"]]
    net["weights"][2] = np.array([[0.0, -3.0], [0.0, 3.0]], "float32")
    net["weights"][3] = np.array([0.5, 0.0], "float32")  # so that label 0 leads
    left = np.array([0.9, 0.7, 0.3, 0.1], "float32")
    image = np.stack([left, left[::-1]], axis=-1) + np.zeros((4, 4, 2), "float32")
    text = "two detectors behind a pool of 4x2, label 1"
    return Case((image, "conv_a"), {"label": 1}, text, "smaller", net)


def _net(rng: np.random.Generator, shape: tuple[int, int, int]) -> Toy:
    return toy(
        rng,
        shape,
        conv_layer("conv_a", 3, (3, 3), "tanh"),
        MEAN_POOL,
        conv_layer("conv_b", 5, (3, 3), "tanh"),
        FLATTEN,
        dense_layer("hidden", 5, "tanh"),
        dense_layer("scores", 3),
    )


def reference(model: Any, img: Any, layer: str, label: int | None = None) -> Any:
    """Return the map (rows, columns) of the image's size, with slopes by small moves."""
    return _cam(model, img, layer, label)


def where(
    index: tuple[int, ...], img: Any, layer: str, label: int | None = None
) -> str:
    """Return in words which pixel and which maps the value at `index` belongs to."""
    if len(index) != 2:
        return ""
    return (
        f"That is row {index[0]}, column {index[1]} of an image of "
        f"{img.shape[0]}x{img.shape[1]}; the maps are those of {layer}."
    )


def _positive(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum(values, 0))


def _weighed(maps: np.ndarray, slope: np.ndarray) -> np.ndarray:
    return np.asarray(maps @ slope.mean(axis=(0, 1)))


def _heat(maps: np.ndarray, slope: np.ndarray) -> np.ndarray:
    return _positive(_weighed(maps, slope))


def _enlarged(heat: np.ndarray, img: Any) -> np.ndarray:
    return np.kron(heat, np.ones(_factors(heat, img)))


def _factors(heat: np.ndarray, img: Any) -> list[int]:
    return [side // small for side, small in zip(img.shape, heat.shape, strict=False)]


def _cam(
    model: Any,
    img: Any,
    layer: str,
    label: int | None = None,
    join: Callable[[np.ndarray, np.ndarray], np.ndarray] = _heat,
    score: Score = label_scores,
    enlarge: Callable[[np.ndarray, Any], np.ndarray] = _enlarged,
) -> np.ndarray:
    """Return a map made of a layer's maps and slopes.

    Args:
        model, img, layer, label: as in the exercise.
        join: (maps, slopes), both (H, W, F) -> heat (H, W).
        score: what the slopes belong to.
        enlarge: brings the heat to the image's size.
    """
    own = explained_label(model, img, label)
    maps = run(model, img[None], until=layer)[0]
    by_maps = slopes(lambda batch: score(model, batch, own, layer), maps)
    return enlarge(join(maps, by_maps), img)


def _joining(
    join: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[..., Any]:
    """Return a mistake that makes its heat of maps and slopes in another way."""
    return _with(join=join)


def _with(**how: Any) -> Callable[..., Any]:
    """Return a mistake: the map made with settings of its own, see `_cam`."""
    changed = partial(_cam, **how)
    return lambda reference, *args, **kwargs: changed(*args, **kwargs)


def _weighing(weights: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    """Return a mistake: the maps multiplied by other weights made of the slopes."""
    return _joining(lambda maps, slope: _positive((maps * weights(slope)).sum(axis=-1)))


def _to_one(heat: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(heat / heat.max())


def _by_height(heat: np.ndarray, img: Any) -> np.ndarray:
    factor = len(img) // len(heat)
    return np.kron(heat, np.ones((factor, factor)))


def _smooth(heat: np.ndarray, img: Any) -> np.ndarray:
    import tensorflow as tf

    return np.asarray(tf.image.resize(heat[..., None], img.shape[:2])[..., 0])


def _last_layer(
    reference: Callable[..., Any], model: Any, img: Any, layer: str, **kwargs: Any
) -> Any:
    return _cam(model, img, last_convolution(model), **kwargs)


MISTAKES = (
    LAYER_BY_NAME,
    BATCH_MISSING,
    Mistake(
        "no ReLU",
        "Your map has negative values: places that speak for other classes. "
        "Cut them off at the end.",
        _joining(_weighed),
    ),
    Mistake(
        "absolute value in place of ReLU",
        "Places that speak against the label shine as brightly as those that speak "
        "for it. Negative values become 0.",
        _joining(lambda maps, slope: abs(_weighed(maps, slope))),
    ),
    Mistake(
        "slopes not averaged",
        "You multiply each value by its own slope. Grad-CAM gives each filter one "
        "weight: the mean of its slopes over all positions.",
        _weighing(lambda slope: slope),
    ),
    Mistake(
        "slopes summed over the positions",
        "A filter's weight is the mean of its slopes, not their sum; "
        "your map is too bright by the number of positions.",
        _joining(lambda maps, slope: _heat(maps, slope) * slope[..., 0].size),
    ),
    Mistake(
        "one weight for all filters",
        "You averaged the slopes over the filters as well. "
        "Each filter keeps a weight of its own.",
        _joining(lambda maps, slope: _positive(maps.sum(axis=-1) * slope.mean())),
    ),
    Mistake(
        "averaged over the filters",
        "You averaged the slopes over the filters at each position. "
        "A filter's weight is the mean of its own slopes over all positions.",
        _weighing(lambda slope: slope.mean(axis=-1, keepdims=True)),
    ),
    Mistake(
        "averaged over batch and rows",
        "The slopes begin with the axis of the batch, so your mean runs over that and "
        "the rows: a weight for each column is left. Positions are the two axes "
        "behind it.",
        _weighing(lambda slope: slope.mean(axis=0)),
    ),
    *off_the_tape(
        "Score and maps have to come out of one run of one model, and "
        "the score has to be picked while the tape is running."
    ),
    Mistake(
        "maps without weights",
        "You added the maps as they are. Which label they speak for is in the weights.",
        _joining(lambda maps, slope: _positive(maps.sum(axis=-1))),
    ),
    Mistake(
        "mean of the maps without weights",
        "You averaged the maps as they are. Which label they speak for is in the "
        "weights.",
        _joining(lambda maps, slope: _positive(maps.mean(axis=-1))),
    ),
    Mistake(
        "slopes without maps",
        "Your map is made of slopes only. They weigh the maps; "
        "the maps say where something was found.",
        _joining(lambda maps, slope: _positive(slope.sum(axis=-1))),
    ),
    Mistake(
        "mean over the filters",
        "Add the weighed maps. You took their mean.",
        _joining(lambda maps, slope: _heat(maps, slope) / maps.shape[-1]),
    ),
    Mistake(
        "ReLU on each map",
        "You cut off negative values before the sum, so nothing can speak against "
        "the label any more. First add up, then cut off.",
        _joining(lambda maps, slope: _positive(maps * slope.mean(axis=(0, 1))).sum(-1)),
    ),
    Mistake(
        "ReLU on the slopes",
        "You cut off negative slopes. Only the finished map is cut off.",
        _joining(lambda maps, slope: _heat(maps, _positive(slope))),
    ),
    Mistake(
        "ReLU on the weights",
        "You cut off negative weights. Only the finished map is cut off.",
        _joining(
            lambda maps, slope: _positive(maps @ _positive(slope.mean(axis=(0, 1))))
        ),
    ),
    Mistake(
        "map not enlarged",
        "Your map has the size of the layer's maps. "
        "Enlarge it, so that it can be laid over the image.",
        _with(enlarge=lambda heat, img: heat),
    ),
    Mistake(
        "one factor for both axes",
        "You enlarge the width by the factor of the height. Each axis has its own.",
        _with(enlarge=_by_height),
    ),
    Mistake(
        "map repeated like tiles",
        "You repeated the whole map. Each of its cells should become a block.",
        _with(enlarge=lambda heat, img: np.tile(heat, _factors(heat, img))),
    ),
    Mistake(
        "enlarged smoothly",
        "You filled in values between those of the map. That looks finer than what "
        "is known: each value becomes a block of equal values.",
        _with(enlarge=_smooth),
    ),
    Mistake(
        "largest value 1",
        "You divided by the largest value. For a picture that is fine, and it goes "
        "wrong where the map is 0; here give the values as they are.",
        _joining(lambda maps, slope: _to_one(_heat(maps, slope))),
    ),
    Mistake(
        "slope of the probability",
        "You took the slopes behind a softmax, which mixes in all other classes and "
        "is nearly 0 for a sure answer. Use the scores.",
        _with(score=label_probabilities),
    ),
    Mistake(
        "slope of the loss",
        "You took the slopes of a loss, as in training. Use the label's score.",
        _with(score=label_losses),
    ),
    Mistake(
        "all scores together",
        "A tape that is asked for the slope of several numbers gives the slope of "
        "their sum. Pick the score of the label first.",
        _with(score=summed_scores),
    ),
    *WRONG_LABELS,
    Mistake(
        "always the last convolution",
        "You use the same layer whatever `layer` says.",
        _last_layer,
    ),
    Mistake(
        "batch axis left",
        "Your result still has the axis of the batch, which holds one image.",
        after(lambda heat: heat[None]),
    ),
    Mistake(
        "rows and columns exchanged",
        "The map lies over the image: rows first, then columns.",
        after(np.transpose),
    ),
)
EXERCISE = Exercise(
    points=5,
    cases=cases,
    reference=reference,
    comparison=CLOSE_ENOUGH,
    parts={"as large": 4, "smaller": 1},
    probe="on_network",
    where=where,
    time_limit=20.0,
    forbidden=("tensorflow.gradients",),
    mistakes=MISTAKES,
)
