"""How much a score falls when a patch is covered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.exercises.common.toy import drawn_image, run
from grader.exercises.common.wrong import after
from grader.exercises.lab11_look_inside.shared import (
    BATCH_MISSING,
    CLOSE_ENOUGH,
    WRONG_LABELS,
    Score,
    explained_label,
    label_probabilities,
    label_scores,
    other_label,
    planted,
    small_network,
)
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw networks and images, with patches that divide the sides or leave a rest."""
    plant = planted((4, 6), 3, {(1, 4, 1): 3.0, (3, 0, 1): -2.0, (0, 0, 2): 4.0})
    border = planted((5, 7), 2, {(4, 6, 1): 3.0, (1, 2, 1): -2.0})
    full, rest = "full patches", "smaller at the border"
    grid = [
        ("two planted pixels, label 1", plant, 2, full, 1),
        ("a 6x8 image, patches of 2", small_network(rng, (6, 8, 1)), 2, full, None),
        ("a colour image, patches of 2", small_network(rng, (4, 6, 3)), 2, full, 0),
        ("a label that is not the best", small_network(rng, (6, 9, 1)), 3, full, 1),
        ("7x8, patches of 3", small_network(rng, (7, 8, 1)), 3, rest, None),
        ("5x6, patches of 4", small_network(rng, (5, 6, 2)), 4, rest, 1),
        ("two planted pixels, patches of 4", border, 4, rest, 1),
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


def reference(model: Any, img: Any, size: int, label: int | None = None) -> Any:
    """Return how much the score falls with each patch, (patches down, patches across)."""
    return _drops(model, img, size, label)


def where(index: tuple[int, ...], img: Any, size: int, label: int | None = None) -> str:
    """Return in words which rows and columns are covered for the value at `index`."""
    (top, bottom), (left, right) = (
        (place * size, min((place + 1) * size, side) - 1)
        for place, side in zip(index, img.shape[:2], strict=True)
    )
    return (
        f"Covered there: rows {top} to {bottom} and columns {left} to {right} "
        f"of an image of {img.shape[0]}x{img.shape[1]}."
    )


def _covered(
    img: np.ndarray,
    size: int,
    fill: Any = 0.0,
    inside: Callable[..., np.ndarray] = np.equal,
) -> tuple[np.ndarray, tuple[int, int]]:
    """Return copies of an image (H, W, C), one patch covered in each, and the grid."""
    patches = _patches(img.shape, size)
    hidden = inside(patches[None], np.arange(patches.max() + 1)[:, None, None])
    grid = (-(-img.shape[0] // size), -(-img.shape[1] // size))
    return np.where(hidden[..., None], fill, img[None]), grid


def _patches(shape: tuple[int, ...], size: int) -> np.ndarray:
    """Number the pixels (H, W) by the patch they lie in, row by row."""
    rows, columns = (np.arange(side) // size for side in shape[:2])
    return np.asarray(rows[:, None] * (columns[-1] + 1) + columns)


def _drops(
    model: Any,
    img: Any,
    size: int,
    label: int | None = None,
    cover: Callable[[Any, int], tuple[np.ndarray, tuple[int, int]]] = _covered,
    score: Score = label_scores,
) -> Any:
    """Return how much a score falls with each patch.

    Args:
        model, img, size, label: as in the exercise.
        cover: (image, size) -> the covered copies, and the shape of the map.
        score: what falls.
    """
    copies, grid = cover(img, size)
    own = explained_label(model, img, label)
    return (score(model, img[None], own) - score(model, copies, own)).reshape(grid)


def _with(**how: Any) -> Callable[..., Any]:
    """Return a mistake: another way to cover, or another number read, see `_drops`."""
    changed = partial(_drops, **how)
    return lambda reference, *args, **kwargs: changed(*args, **kwargs)


_kept_covered = _with(cover=partial(_covered, inside=np.less_equal))


def _in_place(reference: Any, model: Any, img: Any, size: int, **kwargs: Any) -> Any:
    wrong = _kept_covered(reference, model, img, size, **kwargs)
    img *= 0
    return wrong


def _with_mean(img: Any, size: int) -> Any:
    return _covered(img, size, np.mean(img))


def _first_channel(img: Any, size: int) -> Any:
    copies, grid = _covered(img, size)
    copies[..., 1:] = img[..., 1:]
    return copies, grid


def _from_the_end(img: Any, size: int) -> Any:
    """Let the smaller patches lie at the top and on the left."""
    copies, grid = _covered(img[::-1, ::-1], size)
    return copies[::-1, ::-1, ::-1], grid


def _every_pixel(img: Any, size: int) -> Any:
    """Let the patch start at every pixel where it fits."""
    rows, columns = (side - size + 1 for side in img.shape[:2])
    copies = np.repeat(img[None], rows * columns, axis=0)
    for number, (i, j) in enumerate(np.ndindex(rows, columns)):
        copies[number, i : i + size, j : j + size] = 0
    return copies, (rows, columns)


def _barely_moved(reference: Any, model: Any, img: Any, size: int, **kw: Any) -> Any:
    rows, columns = (-(-side // size) for side in img.shape[:2])
    return _drops(model, img, size, **kw, cover=_every_pixel)[:rows, :columns]


def _one_pixel(reference: Any, model: Any, img: Any, size: int, **kw: Any) -> Any:
    return reference(model, img, 1, **kw)[::size, ::size]


def _top_scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    return run(model, images, after).max(axis=1)


def _beside_the_score(change: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake: the right map, changed, with the whole image's score at hand."""

    def wrong(
        reference: Any, model: Any, img: Any, size: int, label: int | None = None
    ) -> Any:
        own = explained_label(model, img, label)
        score = label_scores(model, img[None], own)
        return change(reference(model, img, size, label=label), score)

    return wrong


def _reshaped(change: Callable[[Any, Any, int], Any]) -> Callable[..., Any]:
    """Return a mistake: the right map, changed, with image and size at hand."""
    return lambda reference, model, img, size, **kwargs: change(
        reference(model, img, size, **kwargs), img, size
    )


def _one_too_many(drops: Any, img: Any, size: int) -> Any:
    return np.pad(drops, [(0, int(side % size == 0)) for side in img.shape[:2]])


def _as_large_as_the_image(drops: Any, img: Any, size: int) -> Any:
    blocks = np.kron(drops, np.ones((size, size)))
    return blocks[: img.shape[0], : img.shape[1]]


def _whole_patches_only(drops: Any, img: Any, size: int) -> Any:
    return drops[: img.shape[0] // size, : img.shape[1] // size]


MISTAKES = (
    Mistake(
        "sign turned",
        "A patch that the score needs should give a positive number: "
        "how much is lost when it is covered?",
        after(np.negative),
    ),
    Mistake(
        "score in place of its loss",
        "You give the score with the patch covered. "
        "The map asks how much lower it is than for the whole image.",
        _beside_the_score(lambda drops, score: score - drops),
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
    *WRONG_LABELS,
    Mistake(
        "largest score of each copy",
        "When a patch is covered, another class may lead. "
        "Follow the score of the same label in all copies.",
        _with(score=_top_scores),
    ),
    Mistake(
        "probabilities in place of scores",
        "You compare probabilities. Near 1 they hardly move, however much is "
        "covered; the task asks for the network's scores.",
        _with(score=label_probabilities),
    ),
    BATCH_MISSING,
    Mistake(
        "covered with 1",
        "You cover with ink. In these images background is 0.",
        _with(cover=partial(_covered, fill=1.0)),
    ),
    Mistake(
        "covered with the mean",
        "You cover with the mean of the image. The task asks for background, 0.",
        _with(cover=_with_mean),
    ),
    Mistake(
        "everything else covered",
        "You keep the patch and cover the rest.",
        _with(cover=partial(_covered, inside=np.not_equal)),
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
        _with(cover=_first_channel),
    ),
    Mistake(
        "patch moved by one pixel",
        "Your patches overlap. They lie side by side.",
        _with(cover=_every_pixel),
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
        _reshaped(_one_too_many),
    ),
    Mistake(
        "an entry for each pixel",
        "Your map is as large as the image. It has one entry for each patch.",
        _reshaped(_as_large_as_the_image),
    ),
    Mistake(
        "patches laid from the bottom right",
        "Your smaller patches lie at the top and on the left. The first patch begins "
        "at the first pixel and is whole.",
        _with(cover=_from_the_end),
    ),
    Mistake(
        "smaller patches left out",
        "If the size does not divide, the last patches are smaller, but they count.",
        _reshaped(_whole_patches_only),
    ),
    Mistake(
        "rows and columns exchanged",
        "Entry [i, j] of the map belongs to the patch i from the top and j from the "
        "left.",
        after(np.transpose),
    ),
    Mistake(
        "negative numbers cut off",
        "A patch may speak against the label: its number is negative, and it stays.",
        after(lambda drops: np.maximum(drops, 0)),
    ),
    Mistake(
        "absolute values",
        "A patch may speak against the label: its number is negative, and it stays.",
        after(abs),
    ),
    Mistake(
        "divided by the score",
        "You give the loss as a share of the score. The task asks for the difference.",
        _beside_the_score(lambda drops, score: drops / score),
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
