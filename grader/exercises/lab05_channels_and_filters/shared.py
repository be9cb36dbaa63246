"""What the convolutional layers of lab 05 share: their cases, and where values come from."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.exercises.common.layer_sums import without_biases
from grader.exercises.common.pictures import arguments, small_numbers
from grader.exercises.common.wrong import after
from grader.judging.exercise import Case, Mistake
from grader.judging.show import show


def layer_cases(rng: np.random.Generator) -> list[Case]:
    """Draw layers with zero biases in one part and all of them with biases in another."""
    grid: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((1, 4, 5, 1), (2, 2, 1)),
        ((2, 5, 7, 3), (3, 2, 2)),
        ((2, 6, 5, 3), (2, 3, 3)),
        ((2, 5, 6, 2), (3, 3, 3)),
        ((2, 3, 4, 2), (3, 4, 4)),
        random_shapes(rng),
    ]
    drawn = [arguments(rng, image, kernel) for image, kernel in grid]
    x, W, b = arguments(rng, (2, 4, 6, 3), (3, 2, 2))
    whole = rng.integers(-9, 10, x.shape)
    cases = [
        Case(
            (x, W, np.zeros_like(b)),
            label=sizes(x, W, "zero biases"),
            part="sums",
        )
        for x, W, b in drawn
    ]
    none, black = np.zeros_like(b), np.zeros_like(x)
    cases += [
        Case((whole, W, none), label=sizes(x, W, "whole numbers"), part="sums"),
        Case((black, W, b), label=sizes(x, W, "all values 0"), part="biases"),
    ]
    x, W, b = arguments(rng, (1, 3, 3, 2), (2, 2, 2), draw=small_numbers)
    return [
        *cases,
        *(Case((x, W, b), label=sizes(x, W), part="biases") for x, W, b in drawn[1:]),
        Case((x, W, b), label=sizes(x, W, "small numbers"), part="biases"),
    ]


def random_shapes(rng: np.random.Generator) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Draw the shape (N, H, W, C) of pictures and (kh, kw, F) of filters that fit."""
    kh, kw, filters, channels = (int(size) for size in rng.integers(2, 5, 4))
    height, width = kh + int(rng.integers(1, 5)), kw + int(rng.integers(1, 5))
    return (2, height, width, channels), (kh, kw, filters)


def sizes(x: np.ndarray, W: np.ndarray, note: str = "") -> str:
    """Return in words how large pictures and filters are, and a note."""
    images, height, width, channels = x.shape
    kh, kw, _, filters = W.shape
    text = (
        f"{counted(images, 'picture')} {height}x{width}x{channels}, "
        f"{counted(filters, 'filter')} {kh}x{kw}"
    )
    return f"{text}, {note}" if note else text


def counted(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def layer_where(index: tuple[int, ...], x: Any, W: Any, b: Any) -> str:
    """Return in words which window, filter and bias feed the value at `index`."""
    if len(index) != 4:
        return ""
    n, i, j, f = index
    kh, kw = W.shape[:2]
    return (
        f"Output [{n}, {i}, {j}, {f}] reads x[{n}, {i}:{i + kh}, {j}:{j + kw}, :] = \n"
        f"{show(x[n, i : i + kh, j : j + kw])}\n"
        f"with W[:, :, :, {f}] = \n{show(W[..., f])}\n"
        f"and b[{f}] = {show(b[f])}."
    )


def filters_in_front(product: Any) -> np.ndarray:
    """Return maps (N, H, W, F) whose numbers are read as if the filters came first."""
    rows = np.reshape(product, (-1, product.shape[-1])).T
    return rows.reshape(product.shape)


_TURNED = (
    "You transpose the product and then reshape it, which mixes maps and "
    "positions. In the product the filters come last, and in the result too."
)
TURNED_ON_ITS_SIDE = (
    Mistake("product turned on its side", _TURNED, after(filters_in_front)),
    Mistake(
        "product turned on its side, biases added after",
        _TURNED,
        lambda reference, x, W, b: (
            filters_in_front(without_biases(reference, x, W, b)) + b
        ),
    ),
)
BIASES_IN_THE_WEIGHTS = Mistake(
    "biases added to the weights",
    "You add the biases to the weights. They belong to the maps, after the product.",
    lambda reference, x, W, b: reference(x, W + b, 0 * b),
)
