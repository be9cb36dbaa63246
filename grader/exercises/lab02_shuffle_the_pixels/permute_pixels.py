"""The pixels of every image in another order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import input_changed
from grader.exercises.lab02_shuffle_the_pixels.shared import (
    not_its_own_inverse,
    overwritten,
    permutation_matrix,
    read_late,
    swapped_in_pairs,
)
from grader.judging import compare
from grader.judging.compare import Difference
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images whose values tell each pixel's place; the last repeats the first."""
    height = int(rng.integers(3, 9))
    return [
        _pixel_case(rng, (3, 5)),
        _pixel_case(rng, (6, 4), negative=True),
        _pixel_case(rng, (5, 5)),
        _pixel_case(rng, (4, 7), whole=True),
        _pixel_case(rng, (height, int(rng.integers(3, 9)))),
    ]


def _pixel_case(
    rng: np.random.Generator,
    shape: tuple[int, int],
    whole: bool = False,
    negative: bool = False,
) -> Case:
    height, width = shape
    images = _coded(rng, 5, height, width)
    if negative:
        images = -images  # or the codes would stand in order, as if they were sorted
    if whole:
        images = images.astype(int)
    perm = not_its_own_inverse(rng, height * width)
    kind = "whole numbers, " * whole + "negative numbers, " * negative
    return Case((images, perm), label=f"{kind}5 images of {height}x{width} pixels")


def _coded(rng: np.random.Generator, count: int, height: int, width: int) -> np.ndarray:
    """Draw images whose values tell where each pixel was: image, row, column.

    The last image equals the first: a shuffle that treats equal images differently
    shows, whatever its random numbers.
    """
    image, row, column = np.indices((count, height, width))
    code = 1000 * (image % (count - 1)) + 100 * row + 10 * column
    noise = rng.uniform(0, 9, (count, height, width))
    noise[-1] = noise[0]
    return np.asarray(code + noise)


def reference(images: np.ndarray, perm: np.ndarray) -> np.ndarray:
    """Return images (N, H, W) with their pixels in the order `perm`, by einsum."""
    flat = images.reshape(len(images), -1)
    return np.asarray(np.einsum("pq,nq->np", permutation_matrix(perm), flat)).reshape(
        images.shape
    )


def where(index: tuple[int, ...], images: np.ndarray, perm: np.ndarray) -> str:
    """Return in words which old pixel feeds the one at `index`."""
    image, row, column = index
    width = images.shape[2]
    place = row * width + column
    source = int(perm[place])
    return (
        f"Row {row}, column {column} is place {place}, and perm[{place}] is {source}: "
        f"it gets the pixel from row {source // width}, column {source % width}, "
        f"which is {show(images[image, source // width, source % width])}."
    )


def _moved_alike(expected: Any, actual: Any) -> Difference | None:
    """Compare values; two answers with the same random mistake count as the same."""
    difference = compare.close(expected, actual)
    trace = _trace(actual)
    return None if trace and trace == _trace(expected) else difference


def _trace(answer: Any) -> str:
    """Read from the codes what moved, if it is one of the mistakes drawn at random."""
    if not isinstance(answer, np.ndarray) or answer.ndim != 3 or not answer.size:
        return ""
    if len(answer) < 3 or answer.dtype.kind not in "iuf":
        return ""
    answer = abs(answer.astype(float))  # a byte cannot be divided by 1000
    image, place = answer // 1000, answer % 1000 // 10
    row, column = place // 10, place % 10
    _, rows, columns = np.indices(answer.shape)
    if (image != image[:, :1, :1]).any():
        return ""
    order, in_order = image[:, 0, 0], np.arange(len(image)) % (len(image) - 1)
    if (np.sort(order) != np.sort(in_order)).any():
        return ""
    if (order != in_order).any():
        still = (row == rows).all() and (column == columns).all()
        return "images moved" if still else "images and pixels moved"
    if (answer[0] != answer[-1]).any():
        return "an own way for each image"
    if (row == row[:, :, :1]).all() and (column == columns).all():
        return "" if (row == rows).all() else "rows moved"
    if (column == column[:, :1]).all() and (row == rows).all():
        return "columns moved"
    return ""


def _own_way(images: np.ndarray) -> np.ndarray:
    flat = images.reshape(len(images), -1)
    return np.random.default_rng().permuted(flat, axis=1).reshape(images.shape)


def _swap_places(images: np.ndarray) -> np.ndarray:
    images[...] = np.roll(images, 1 + len(images) // 3, axis=0)
    return images


def _column_first(
    reference: Callable[..., Any], images: np.ndarray, perm: np.ndarray
) -> np.ndarray:
    upright = images.transpose(0, 2, 1)
    return np.asarray(reference(upright, perm).transpose(0, 2, 1))


MISTAKES = (
    Mistake(
        "another permutation for each image",
        "Two equal images come out different. Draw one permutation and reuse it: "
        "here it is `perm`.",
        lambda reference, images, perm: _own_way(images),
    ),
    Mistake(
        "inverse permutation",
        "You send the pixel at place p to place perm[p]. The task fetches: "
        "place p gets the pixel from place perm[p].",
        lambda reference, images, perm: reference(images, np.argsort(perm)),
    ),
    Mistake(
        "whole rows moved",
        "You moved whole rows: neighbours inside a row are still neighbours. "
        "Each pixel has a place of its own in `perm`.",
        lambda reference, images, perm: np.roll(images, 1, axis=1),
    ),
    Mistake(
        "whole columns moved",
        "You moved whole columns: neighbours inside a column are still neighbours. "
        "Each pixel has a place of its own in `perm`.",
        lambda reference, images, perm: np.roll(images, 1, axis=2),
    ),
    Mistake(
        "rows indexed with places",
        "`perm` counts pixels, and the axis you index has fewer entries. "
        "Bring each image into one row of pixels first.",
        lambda reference, images, perm: images[:, perm],
    ),
    Mistake(
        "images shuffled, not pixels",
        "You shuffle the first axis, which counts images, and in the caller's "
        "array: every label now belongs to another image.",
        lambda reference, images, perm: _swap_places(images),
    ),
    Mistake(
        "images moved, too",
        "Only pixels move. Your images stand in another order, "
        "so the labels no longer belong to them.",
        lambda reference, images, perm: reference(np.roll(images, 2, axis=0), perm),
    ),
    Mistake(
        "last place left out",
        "The last pixel of each image is still 0: where does your loop end?",
        lambda reference, images, perm: (
            reference(images, perm)
            * (np.arange(len(perm)) < len(perm) - 1).reshape(images.shape[1:])
        ),
    ),
    Mistake(
        "nothing moved",
        "Your function gives back its images unchanged.",
        lambda reference, images, perm: images,
    ),
    Mistake(
        "permuted twice",
        "Your result is the shuffled image, shuffled again.",
        lambda reference, images, perm: reference(reference(images, perm), perm),
    ),
    Mistake(
        "not reshaped back",
        "The values are right, but each image is still one long row: "
        "give it back its height and width.",
        lambda reference, images, perm: reference(images, perm).reshape(
            len(images), -1
        ),
    ),
    Mistake(
        "height and width swapped",
        "The pixels are right, but an image of height 3 and width 5 comes out "
        "as 5 by 3.",
        lambda reference, images, perm: reference(images, perm).reshape(
            len(images), images.shape[2], images.shape[1]
        ),
    ),
    Mistake(
        "square images assumed",
        "An image may be wider than it is high: `images.shape` says both.",
        lambda reference, images, perm: reference(images, perm).reshape(
            len(images), images.shape[1], images.shape[1]
        ),
    ),
    Mistake(
        "counted column by column",
        "You count the places down the columns. "
        "Here they are counted row by row, as `reshape` does.",
        _column_first,
    ),
    Mistake(
        "row and column found by the height",
        "A row has as many pixels as the image is wide: "
        "divide the place by the width, not by the height.",
        lambda reference, images, perm: images[
            (slice(None), *np.divmod(perm, images.shape[1]))
        ].reshape(images.shape),
    ),
    Mistake(
        "perm counted from 1",
        "`perm` counts places from 0, as Python does: nothing has to be subtracted.",
        lambda reference, images, perm: reference(images, (perm - 1) % len(perm)),
    ),
    Mistake(
        "result stays 0",
        "Your images hold nothing but zeros: are the pixels stored in them?",
        lambda reference, images, perm: np.zeros(images.shape),
    ),
    Mistake(
        "row and column exchanged",
        "The whole part of place / width is the row, the rest is the column.",
        lambda reference, images, perm: images[
            (slice(None), *np.divmod(perm, images.shape[2])[::-1])
        ].reshape(images.shape),
    ),
    Mistake(
        "counted column by column when taken apart",
        "You count the places down the columns when you lay the image out, and along "
        "the rows when you put it together. Here they are counted row by row.",
        lambda reference, images, perm: reference(
            images.transpose(0, 2, 1).reshape(images.shape), perm
        ),
    ),
    Mistake(
        "all images in one row",
        "You lay all images out as one row and fetch pixels of the first alone. "
        "Each image is a row of its own.",
        lambda reference, images, perm: images.ravel()[perm].reshape(images.shape),
    ),
    Mistake(
        "turned by half a turn",
        "You read the pixels from the last to the first whatever `perm` says.",
        lambda reference, images, perm: images[:, ::-1, ::-1],
    ),
    Mistake(
        "result read from the last pixel",
        "Your shuffled pixels stand in the reverse order: "
        "place p gets the pixel from place perm[p].",
        lambda reference, images, perm: reference(images, perm)[:, ::-1, ::-1],
    ),
    Mistake(
        "pixels sorted first",
        "You sort the pixels of each image before you fetch them, so that they have "
        "lost their places.",
        lambda reference, images, perm: reference(
            np.sort(images.reshape(len(images), -1)).reshape(images.shape), perm
        ),
    ),
    Mistake(
        "transposed",
        "Rows and columns of your images are swapped: "
        "an image of height 3 and width 5 comes out as 5 by 3.",
        lambda reference, images, perm: reference(images, perm).transpose(0, 2, 1),
    ),
    Mistake(
        "fractions cut off",
        "Your pixels are whole numbers because their fractions were cut off: "
        "look for `int`.",
        lambda reference, images, perm: np.trunc(reference(images, perm)),
    ),
    Mistake(
        "only the first image",
        "You give back one image; the others are missing.",
        lambda reference, images, perm: reference(images[:1], perm)[0],
    ),
    Mistake(
        "first image for all",
        "All of your results are the first image, shuffled.",
        lambda reference, images, perm: np.repeat(
            reference(images[:1], perm), len(images), axis=0
        ),
    ),
    Mistake(
        "pixels read after they were overwritten",
        "You fetch from the array that you write into, and `reshape` made no copy: "
        "some pixels are gone before their turn. Write into a new array.",
        lambda reference, images, perm: overwritten(
            images, reference(images, read_late(perm))
        ),
    ),
    Mistake(
        "pixels of the copy read after they were overwritten",
        "You fetch from the copy that you write into, so some pixels are gone "
        "before their turn. Fetch from the old images.",
        lambda reference, images, perm: reference(images, read_late(perm)),
    ),
    Mistake(
        "pixels swapped in pairs",
        "You let two pixels change places, step by step, and a later step takes "
        "away what an earlier one has brought. Fetch from the old images.",
        lambda reference, images, perm: reference(images, swapped_in_pairs(perm)),
    ),
    Mistake(
        "changed in place",
        "The result is right, but the caller's images are changed. Work on a copy.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    comparison=_moved_alike,
    where=where,
    mistakes=MISTAKES,
)
