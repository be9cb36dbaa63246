"""How much neighbours in an image differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from grader.exercises.common.arithmetic import Index, added, bracketed
from grader.exercises.common.wrong import GIVEN_AS_TEXT, texts_alike
from grader.judging import compare
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images that are not square, stripes both ways, and bytes that wrap around."""
    stripes = np.zeros((1, 4, 6))
    stripes[:, :, ::2] = 8.0
    shape = tuple(rng.integers(3, 9, 3))
    floats = [
        ("a 2x3 image", np.array([[[1.0, 4, 9], [7, 2, 8]]])),
        ("a 3x4 image", rng.uniform(0, 9, (1, 3, 4))),
        ("two images of 5x3", rng.uniform(0, 9, (2, 5, 3))),
        ("upright stripes of 8 and 0", stripes),
        ("level stripes of 8 and 0", stripes.transpose(0, 2, 1)),
        ("three negative images of 2x6", -rng.uniform(1, 9, (3, 2, 6))),
        (f"{shape[0]} drawn images", rng.uniform(0, 9, shape)),
    ]
    return [
        *(Case((images,), label=label, part="values") for label, images in floats),
        *_byte_cases(rng),
    ]


def _byte_cases(rng: np.random.Generator) -> Sequence[Case]:
    photo = rng.integers(0, 256, (2, 4, 5)).astype(np.uint8)
    # Dark beside bright, so that a difference of bytes has to wrap around.
    photo[0, 0] = (10, 200, 30, 40, 250)
    # Steps across only, so that steps down have another mean.
    photo[1] = (0, 255, 0, 255, 1)
    row = np.array([[[10, 200, 30, 40]]], np.uint8)
    return [
        Case((row,), label="bytes 10, 200, 30, 40", part="bytes"),
        Case((photo,), label="two photos of bytes", part="bytes"),
    ]


def reference(images: np.ndarray) -> float:
    """Return the mean range of all pairs of neighbours in a row, by window views."""
    pairs = np.lib.stride_tricks.sliding_window_view(images.astype(float), 2, axis=2)
    return float(np.ptp(pairs, axis=-1).mean())


def arithmetic(index: Index, images: np.ndarray) -> str:
    """Return the mean of the differences of all neighbours."""
    terms = [
        f"abs({show(left)} - {bracketed(right)})"
        for image in images.tolist()
        for row in image
        for left, right in pairwise(row)
    ]
    return f"each pixel and its right neighbour\n({added(terms)}) / {len(terms)}"


def _steps(images: np.ndarray, axis: int) -> np.ndarray:
    return np.asarray(np.diff(images.astype(float), axis=axis))


def _pair_count(images: np.ndarray) -> int:
    return _steps(images, 2).size


def _falls(images: np.ndarray) -> np.ndarray:
    """Return left minus right, absolute, in the pixels' own number type."""
    return np.abs(np.diff(images[:, :, ::-1], axis=2))


def _mean_in_own_type(steps: np.ndarray) -> float:
    return float(np.abs(steps).sum(dtype=steps.dtype) / steps.size)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")


MISTAKES = (
    Mistake(
        "sign kept",
        "Steps up and down cancel in your mean. "
        "How far apart two pixels are has no sign.",
        lambda reference, images: _mean(_steps(images, 2)),
    ),
    Mistake(
        "sign removed after the mean",
        "Steps up and down have already cancelled when you take the absolute "
        "value: take it of each difference.",
        lambda reference, images: abs(_mean(_steps(images, 2))),
    ),
    Mistake(
        "sign kept, and bytes wrap around",
        "Steps up and down cancel in your mean; how far apart two pixels are has no "
        "sign. And a byte cannot be negative.",
        lambda reference, images: _mean(np.diff(images, axis=2)),
    ),
    Mistake(
        "bytes wrap around",
        "A byte cannot be negative: 10 - 200 becomes 66. "
        "Turn the pixels into floats before you subtract.",
        lambda reference, images: float(np.abs(np.diff(images, axis=2)).mean()),
    ),
    Mistake(
        "bytes wrap around, left minus right",
        "A byte cannot be negative: 10 - 200 becomes 66. "
        "Turn the pixels into floats before you subtract.",
        lambda reference, images: float(_falls(images).mean()),
    ),
    Mistake(
        "bytes and their sum wrap around",
        "A byte cannot be negative, and a sum of bytes cannot be above 255. "
        "Turn the pixels into floats before you subtract.",
        lambda reference, images: _mean_in_own_type(np.diff(images, axis=2)),
    ),
    Mistake(
        "bytes and their sum wrap around, left minus right",
        "A byte cannot be negative, and a sum of bytes cannot be above 255. "
        "Turn the pixels into floats before you subtract.",
        lambda reference, images: _mean_in_own_type(_falls(images)),
    ),
    Mistake(
        "neighbours above and below",
        "You compare each pixel with the one below; "
        "the task asks for neighbours in the same row.",
        lambda reference, images: (
            reference(images.transpose(0, 2, 1))
            if images.shape[1] > 1
            else float("nan")
        ),
    ),
    Mistake(
        "both directions",
        "You count neighbours above and below as well; "
        "the task asks for those in the same row only.",
        lambda reference, images: _mean(
            np.concatenate([abs(_steps(images, a)).ravel() for a in (1, 2)])
        ),
    ),
    Mistake(
        "mean of both directions",
        "You average the steps across and the steps down; "
        "the task asks for neighbours in the same row only.",
        lambda reference, images: (
            (reference(images) + _mean(abs(_steps(images, 1)))) / 2
        ),
    ),
    Mistake(
        "neighbouring images",
        "You subtract whole images from each other. Which axis runs along a row?",
        lambda reference, images: _mean(abs(_steps(images, 0))),
    ),
    Mistake(
        "end of a row beside the start of the next",
        "In one long row of pixels, the last of a row stands beside the first of "
        "the next, but in the image they are not neighbours.",
        lambda reference, images: reference(images.reshape(len(images), 1, -1)),
    ),
    Mistake(
        "all pixels in one row",
        "In one long row, the last pixel of a row stands beside the first of the "
        "next, and the last of an image beside the first of the next image.",
        lambda reference, images: reference(images.reshape(1, 1, -1)),
    ),
    Mistake(
        "row closed to a ring",
        "Your last pixel of a row is compared with the first of the same row, as "
        "`np.roll` does; they are at opposite ends.",
        lambda reference, images: reference(
            np.concatenate([images, images[:, :, :1]], axis=2)
        ),
    ),
    Mistake(
        "divided by the number of pixels",
        "A row of 4 pixels has 3 pairs of neighbours: divide by the pairs.",
        lambda reference, images: reference(images) * _pair_count(images) / images.size,
    ),
    Mistake(
        "divided by the pairs of one image",
        "Your result grows with the number of images: "
        "the pairs of all images count together.",
        lambda reference, images: reference(images) * len(images),
    ),
    Mistake(
        "divided by the pairs of one row",
        "Your result grows with the number of rows: "
        "the pairs of all rows and images count together.",
        lambda reference, images: reference(images) * len(images) * images.shape[1],
    ),
    Mistake(
        "sum, not mean",
        "Your result grows with the number of pixels: divide by the number of pairs.",
        lambda reference, images: reference(images) * _pair_count(images),
    ),
    Mistake(
        "squared",
        "You average squares, which counts large steps more. "
        "Use the absolute difference.",
        lambda reference, images: _mean(_steps(images, 2) ** 2),
    ),
    Mistake(
        "root of the mean square",
        "The root of the mean of squares is not the mean of the differences.",
        lambda reference, images: _mean(_steps(images, 2) ** 2) ** 0.5,
    ),
    Mistake(
        "largest difference",
        "You give the largest step; the task asks for the mean.",
        lambda reference, images: float(abs(_steps(images, 2)).max()),
    ),
    Mistake(
        "median, not mean",
        "You give the median of the steps; the task asks for their mean.",
        lambda reference, images: float(np.median(abs(_steps(images, 2)))),
    ),
    Mistake(
        "every second pair left out",
        "You cut the row into pairs. A pixel inside a row is in two pairs: "
        "one with each neighbour.",
        lambda reference, images: _mean(abs(_steps(images, 2))[:, :, ::2]),
    ),
    Mistake(
        "only the first image",
        "You look at the first image only; take the mean over all of them.",
        lambda reference, images: reference(images[:1]),
    ),
    Mistake(
        "one number for each image",
        "You give one number per image; the task asks for one for all of them.",
        lambda reference, images: [reference(image[None]) for image in images],
    ),
    Mistake(
        "rounded",
        "You round the result. Keep the exact number, round only when you print.",
        lambda reference, images: float(round(reference(images))),
    ),
    Mistake(
        "fractions of the pixels cut off",
        "You turn the pixels into whole numbers before you subtract, "
        "and pixels may be fractions: take floats.",
        lambda reference, images: reference(images.astype(int)),
    ),
    Mistake(
        "pixels in signed bytes",
        "You turn the pixels into int8, which ends at 127 and holds no fractions. "
        "Turn them into floats.",
        lambda reference, images: _mean(
            abs(np.diff(images.astype(int).astype(np.int8), axis=2))
        ),
    ),
    Mistake(
        "pixels in bytes",
        "You turn the pixels into uint8, which is never negative and holds no "
        "fractions. Turn them into floats.",
        lambda reference, images: _mean(
            np.diff(images.astype(int).astype(np.uint8), axis=2)
        ),
    ),
    Mistake(
        "fractions of the result cut off",
        "You cut the mean off to a whole number. Keep the exact number.",
        lambda reference, images: int(reference(images)),
    ),
    Mistake(
        "one number for each row",
        "You give one number per row; the task asks for one for all of them.",
        lambda reference, images: [
            [reference(row[None, None]) for row in image] for image in images
        ],
    ),
    Mistake(
        "differences returned",
        "You give all the differences; the task asks for their mean.",
        lambda reference, images: abs(_steps(images, 2)),
    ),
    Mistake(
        "only the first row",
        "You look at the first row of each image only; take the mean over all rows.",
        lambda reference, images: reference(images[:, :1]),
    ),
    Mistake(
        "only the first row of the first image",
        "You look at a single row; take the mean over all rows and all images.",
        lambda reference, images: reference(images[:1, :1]),
    ),
    Mistake(
        "only the last image",
        "You look at the last image only; take the mean over all of them.",
        lambda reference, images: reference(images[-1:]),
    ),
    Mistake(
        "pixels two apart",
        "You compare each pixel with the one after the next. "
        "Neighbours stand side by side.",
        lambda reference, images: _mean(
            abs(images.astype(float)[:, :, 2:] - images.astype(float)[:, :, :-2])
        ),
    ),
    Mistake(
        "spread of the differences",
        "You give the standard deviation of the differences; "
        "the task asks for the mean of their absolute values.",
        lambda reference, images: float(_steps(images, 2).std()),
    ),
    Mistake(
        "square images assumed",
        "You look at as many columns as there are rows; an image may be wider.",
        lambda reference, images: _mean(
            abs(_steps(images[:, :, : images.shape[1]], axis=2))
        ),
    ),
    Mistake(
        "distance from the mean",
        "You compare each pixel with the mean of all; "
        "the task asks for neighbours in the same row.",
        lambda reference, images: _mean(abs(images - images.mean())),
    ),
    Mistake(
        "divided by the number of rows",
        "A row has several pairs of neighbours: divide by the number of pairs.",
        lambda reference, images: (
            reference(images) * _pair_count(images) / images.shape[1]
        ),
    ),
    Mistake(
        "divided by the number of images",
        "Each image has many pairs of neighbours: divide by the number of pairs.",
        lambda reference, images: reference(images) * _pair_count(images) / len(images),
    ),
    Mistake(
        "variance of the differences",
        "You give the variance of the differences; the task asks for the mean of "
        "their absolute values.",
        lambda reference, images: float(_steps(images, 2).var()),
    ),
    Mistake(
        "largest minus smallest pixel",
        "You compare the brightest pixel with the darkest; the task asks for "
        "neighbours.",
        lambda reference, images: float(np.ptp(images.astype(float))),
    ),
    Mistake(
        "halved",
        "Your result is half of what it should be: each pair has one difference.",
        lambda reference, images: reference(images) / 2,
    ),
    GIVEN_AS_TEXT,
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=texts_alike(compare.close),
    parts={"values": 2, "bytes": 1},
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
