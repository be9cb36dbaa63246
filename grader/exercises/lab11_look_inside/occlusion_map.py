"""How much a score falls when a patch is covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.toy import drawn_image, run
from grader.exercises.lab11_look_inside.shared import (
    CLOSE_ENOUGH,
    Score,
    label_ignored,
    label_of,
    label_zero,
    looker,
    other_label,
    planted,
    result,
    scores,
    shares,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    plant = planted((4, 6), 3, {(1, 4, 1): 3.0, (3, 0, 1): -2.0, (0, 0, 2): 4.0})
    border = planted((5, 7), 2, {(4, 6, 1): 3.0, (1, 2, 1): -2.0})
    grid = [
        ("two planted pixels, label 1", plant, 2, "full patches", 1),
        ("a 6x8 image, patches of 2", looker(rng, (6, 8, 1)), 2, "full patches", None),
        ("a colour image, patches of 2", looker(rng, (4, 6, 3)), 2, "full patches", 0),
        ("a label that is not the best", looker(rng, (6, 9, 1)), 3, "full patches", 1),
        (
            "7x8, patches of 3",
            looker(rng, (7, 8, 1)),
            3,
            "smaller at the border",
            None,
        ),
        ("5x6, patches of 4", looker(rng, (5, 6, 2)), 4, "smaller at the border", 1),
        ("two planted pixels, patches of 4", border, 4, "smaller at the border", 1),
    ]
    cases = []
    for text, net, size, part, chosen in grid:
        image = 0.2 + 0.8 * drawn_image(rng, *net["input_shape"])
        label = chosen
        if net is not plant and net is not border and chosen is not None:
            label = other_label(rng, net, image)
        kwargs = {} if label is None else {"label": label}
        cases.append(Case((image, size), kwargs, text, part, net))
    return cases


def _patches(shape: tuple[int, ...], size: int) -> np.ndarray:
    """Number the pixels (H, W) by the patch they lie in, row by row."""
    rows, columns = (np.arange(side) // size for side in shape[:2])
    return np.asarray(rows[:, None] * (columns[-1] + 1) + columns)


def _covered(
    img: np.ndarray, size: int, fill: Any = 0.0, inside: Callable[..., Any] = np.equal
) -> tuple[np.ndarray, tuple[int, int]]:
    """Return copies of an image (H, W, C), one patch covered in each, and the grid."""
    patches = _patches(img.shape, size)
    hidden = inside(patches[None], np.arange(patches.max() + 1)[:, None, None])
    grid = (-(-img.shape[0] // size), -(-img.shape[1] // size))
    return np.where(hidden[..., None], fill, img[None]), grid


def _drops(model: Any, img: Any, copies: Any, score: Score, label: int) -> Any:
    return score(model, img[None], label) - score(model, copies, label)


def reference(model: Any, img: Any, size: int, label: int | None = None) -> Any:
    copies, grid = _covered(img, size)
    drops = _drops(model, img, copies, scores, label_of(model, img, label))
    return drops.reshape(grid)


def where(index: tuple[int, ...], img: Any, size: int, label: int | None = None) -> str:
    (top, bottom), (left, right) = (
        (place * size, min((place + 1) * size, side) - 1)
        for place, side in zip(index, img.shape[:2], strict=True)
    )
    return (
        f"Covered there: rows {top} to {bottom} and columns {left} to {right} "
        f"of an image of {img.shape[0]}x{img.shape[1]}."
    )


def _top_scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    return run(model, images, after).max(axis=1)


def _occlusion_with(
    score: Score = scores,
    fill: Callable[[Any], Any] = lambda img: 0.0,
    inside: Callable[..., Any] = np.equal,
) -> Callable[..., Any]:
    """Return a mistake that covers in another way or reads another number."""

    def wrong(
        reference: Callable[..., Any],
        model: Any,
        img: Any,
        size: int,
        label: int | None = None,
    ) -> Any:
        copies, grid = _covered(img, size, fill(img), inside)
        own = label_of(model, img, label)
        return _drops(model, img, copies, score, own).reshape(grid)

    return wrong


def _kept_covered(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    return _occlusion_with(inside=np.less_equal)(reference, model, img, size, label)


def _in_place(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    wrong = _kept_covered(reference, model, img, size, label)
    img *= 0
    return wrong


def _score_left(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    own = label_of(model, img, label)
    return scores(model, img[None], own) - reference(model, img, size, label)


def _relative(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    own = label_of(model, img, label)
    return reference(model, img, size, label) / scores(model, img[None], own)


def _whole_patches_only(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    height, width = (side // size for side in img.shape[:2])
    return reference(model, img, size, label)[:height, :width]


def _every_pixel(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    """Let the patch start at every pixel where it fits."""
    rows, columns = (side - size + 1 for side in img.shape[:2])
    own = label_of(model, img, label)
    copies = np.repeat(img[None], rows * columns, axis=0)
    for number, (i, j) in enumerate(np.ndindex(rows, columns)):
        copies[number, i : i + size, j : j + size] = 0
    return _drops(model, img, copies, scores, own).reshape(rows, columns)


def _barely_moved(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    rows, columns = (-(-side // size) for side in img.shape[:2])
    return _every_pixel(reference, model, img, size, label)[:rows, :columns]


def _one_too_many(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    more = [(0, int(side % size == 0)) for side in img.shape[:2]]
    return np.pad(reference(model, img, size, label), more)


def _as_large_as_the_image(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    blocks = np.kron(reference(model, img, size, label), np.ones((size, size)))
    return blocks[: img.shape[0], : img.shape[1]]


def _one_pixel(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    pixels = reference(model, img, 1, label)
    return pixels[::size, ::size]


def _first_channel(
    reference: Callable[..., Any],
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
) -> Any:
    copies, grid = _covered(img, size)
    copies = np.concatenate(
        [copies[..., :1], np.broadcast_to(img, copies.shape)[..., 1:]], axis=-1
    )
    own = label_of(model, img, label)
    return _drops(model, img, copies, scores, own).reshape(grid)


MISTAKES = (
    Mistake(
        "sign turned",
        "A patch that the score needs should give a positive number: "
        "how much is lost when it is covered?",
        lambda reference, *args, **kwargs: -reference(*args, **kwargs),
    ),
    Mistake(
        "score in place of its loss",
        "You give the score with the patch covered. "
        "The map asks how much lower it is than for the whole image.",
        _score_left,
    ),
    Mistake(
        "input changed",
        "You cover patches in the caller's image and they stay covered. "
        "Cover them in a copy.",
        _in_place,
    ),
    Mistake(
        "patches stay covered",
        "Each patch is covered on top of those before it. "
        "Begin each time with the whole image.",
        _kept_covered,
    ),
    Mistake(
        "label ignored",
        "You always explain the class with the largest score. If a `label` is "
        "given, its score counts.",
        label_ignored,
    ),
    Mistake(
        "always class 0",
        "You read the first score, whatever the label.",
        label_zero,
    ),
    Mistake(
        "largest score of each copy",
        "When a patch is covered, another class may lead. "
        "Follow the score of the same label in all copies.",
        _occlusion_with(score=_top_scores),
    ),
    Mistake(
        "probabilities in place of scores",
        "You compare probabilities. Near 1 they hardly move, however much is "
        "covered; the task asks for the network's scores.",
        _occlusion_with(score=shares),
    ),
    Mistake(
        "covered with 1",
        "You cover with ink. In these images background is 0.",
        _occlusion_with(fill=lambda img: 1.0),
    ),
    Mistake(
        "covered with the mean",
        "You cover with the mean of the image. The task asks for background, 0.",
        _occlusion_with(fill=np.mean),
    ),
    Mistake(
        "everything else covered",
        "You keep the patch and cover the rest.",
        _occlusion_with(inside=np.not_equal),
    ),
    Mistake(
        "one pixel covered",
        "You cover only the first pixel of each patch. A patch has `size` rows and "
        "`size` columns.",
        _one_pixel,
    ),
    Mistake(
        "first channel covered",
        "A covered pixel is 0 in all its channels.",
        _first_channel,
    ),
    Mistake(
        "patch moved by one pixel",
        "Your patches overlap. They lie side by side.",
        _every_pixel,
    ),
    Mistake(
        "patches one pixel apart",
        "Patch (i, j) begins at row i * size and column j * size.",
        _barely_moved,
    ),
    Mistake(
        "one patch too many",
        "Where the size divides the height or the width, nothing is left over for "
        "one more patch.",
        _one_too_many,
    ),
    Mistake(
        "an entry for each pixel",
        "Your map is as large as the image. It has one entry for each patch.",
        _as_large_as_the_image,
    ),
    Mistake(
        "smaller patches left out",
        "If the size does not divide, the last patches are smaller, but they count.",
        _whole_patches_only,
    ),
    Mistake(
        "rows and columns exchanged",
        "Entry [i, j] of the map belongs to the patch i from the top and j from the "
        "left.",
        lambda reference, *args, **kwargs: reference(*args, **kwargs).T,
    ),
    Mistake(
        "negative numbers cut off",
        "A patch may speak against the label: its number is negative, and it stays.",
        result(lambda drops: np.maximum(drops, 0)),
    ),
    Mistake(
        "absolute values",
        "A patch may speak against the label: its number is negative, and it stays.",
        result(abs),
    ),
    Mistake(
        "divided by the score",
        "You give the loss as a share of the score. The task asks for the difference.",
        _relative,
    ),
)


EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    comparison=CLOSE_ENOUGH,
    parts={"full patches": 3, "smaller at the border": 1},
    probe="on_network",
    where=where,
    time_limit=20.0,
    mistakes=MISTAKES,
)
