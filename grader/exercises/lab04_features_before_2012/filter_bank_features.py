"""What a bank of filters sees, averaged over cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, added
from grader.exercises.common.pictures import small_numbers
from grader.exercises.common.wrong import after
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images and kernels, square and not, grids from 1 to 4, and images of bytes."""

    def case(label: str, shape: tuple[int, ...], bank: tuple[int, ...], g: int) -> Case:
        images, kernels = rng.normal(0, 1, shape), rng.normal(0, 1, bank)
        return Case((images, kernels, g), label=label)

    integers = rng.integers(0, 256, (2, 8, 12)).astype(np.uint8)
    grid, count = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    return [
        case("2 images 8x12, 3 kernels 3x3, grid 2", (2, 8, 12), (3, 3, 3), 2),
        case("1 image 6x9, 2 kernels 5x3, grid 3", (1, 6, 9), (2, 5, 3), 3),
        case("3 images 4x6, 1 kernel 3x3, grid 1", (3, 4, 6), (1, 3, 3), 1),
        Case(
            (small_numbers(rng, 1, 4, 4), small_numbers(rng, 2, 3, 3), 2),
            label="1 image 4x4, 2 kernels 3x3, grid 2, small numbers",
        ),
        case("1 image 4x6, 2 kernels 3x3, grid 2", (1, 4, 6), (2, 3, 3), 2),
        Case(
            (integers, rng.normal(0, 1, (2, 3, 5)), 4),
            label="2 uint8 images 8x12, 2 kernels 3x5, grid 4",
        ),
        case(
            f"{count} images, {count + 1} kernels 3x3, grid {grid}",
            (count, 4 * grid, 5 * grid),
            (count + 1, 3, 3),
            grid,
        ),
    ]


def reference(images: np.ndarray, bank: np.ndarray, grid: int) -> np.ndarray:
    """Return the mean absolute responses (N, kernels * grid**2), by Fourier transform."""
    means = _block_means(np.abs(_responses(images, bank)), grid)
    return means.reshape(len(images), -1)


def _responses(images: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """Return the responses (n, kernels, height, width)."""
    size = [images.shape[i] + bank.shape[i] - 1 for i in (1, 2)]
    spectra = np.fft.rfft2(images, size), np.fft.rfft2(bank[:, ::-1, ::-1], size)
    full = np.fft.irfft2(spectra[0][:, None] * spectra[1][None], size)
    top, left = bank.shape[1] // 2, bank.shape[2] // 2
    bottom, right = top + images.shape[1], left + images.shape[2]
    return full[:, :, top:bottom, left:right]


def _block_means(maps: np.ndarray, grid: int) -> np.ndarray:
    """Average the last two axes in `grid` x `grid` cells."""
    height, width = maps.shape[-2:]
    return _reduced(maps, (height // grid, width // grid), np.mean)


def _reduced(
    maps: np.ndarray, cell: tuple[int, int], reduce: Callable[..., Any]
) -> np.ndarray:
    from skimage.measure import block_reduce

    cells: np.ndarray = block_reduce(maps, (1,) * (maps.ndim - 2) + cell, reduce)
    return cells


def where(
    index: tuple[int, ...], images: np.ndarray, bank: np.ndarray, grid: int
) -> str:
    """Return in words which kernel, rows and columns feed the feature at `index`."""
    kernel, cell = divmod(index[1], grid * grid)
    row, column = divmod(cell, grid)
    height, width = images.shape[1] // grid, images.shape[2] // grid
    return (
        f"  Feature {index[1]} of image {index[0]} belongs to kernel {kernel} and to "
        f"rows {row * height} to {(row + 1) * height - 1}, "
        f"columns {column * width} to {(column + 1) * width - 1}."
    )


def arithmetic(index: Index, images: np.ndarray, bank: np.ndarray, grid: int) -> str:
    """Return the mean of a cell of absolute responses."""
    kernel, cell = divmod(index[1], grid * grid)
    row, column = divmod(cell, grid)
    height, width = images.shape[1] // grid, images.shape[2] // grid
    responses = _responses(images, bank)[index[0], kernel].round(9)
    rows = responses[row * height : (row + 1) * height]
    terms = [
        f"abs({show(response)})"
        for response in rows[:, column * width : (column + 1) * width].ravel()
    ]
    words = f"the responses to kernel {kernel} in cell [{row}, {column}]"
    return f"{words}\n({added(terms)}) / {len(terms)}"


def _features(
    summary: Callable[[np.ndarray, int], np.ndarray],
) -> Callable[..., Any]:
    """Return a mistake: other features, from the right responses and the grid."""
    return lambda reference, images, bank, grid: summary(
        _responses(images, bank), grid
    ).reshape(len(images), -1)


def _moved(*order: int) -> Callable[..., Any]:
    """Return a mistake whose features run over (N, kernels, grid, grid) in another order."""
    return lambda reference, images, bank, grid: (
        reference(images, bank, grid)
        .reshape(len(images), len(bank), grid, grid)
        .transpose(order)
        .reshape(len(images), -1)
    )


def _border(mode: str) -> Callable[..., Any]:
    """Return a mistake that fills the border before the zero-padded filter sees it."""

    def wrong(reference: Any, images: Any, bank: Any, grid: int) -> Any:
        rows, columns = bank.shape[1] // 2, bank.shape[2] // 2
        around = ((0, 0), (rows, rows), (columns, columns))
        maps = _responses(np.pad(images, around, mode=mode), bank)  # type: ignore[call-overload]
        maps = maps[:, :, rows : maps.shape[2] - rows, columns : -columns or None]
        return _block_means(np.abs(maps), grid).reshape(len(images), -1)

    return wrong


def _cells_of_grid_size(maps: np.ndarray, grid: int) -> np.ndarray:
    rows, columns = (side // grid * grid for side in maps.shape[2:])
    return _reduced(np.abs(maps)[:, :, :rows, :columns], (grid, grid), np.mean)


def _maxima(maps: np.ndarray, grid: int) -> np.ndarray:
    height, width = maps.shape[-2:]
    return _reduced(np.abs(maps), (height // grid, width // grid), np.max)


def _summed_up(reduce: Callable[..., Any]) -> Callable[[np.ndarray, int], np.ndarray]:
    """Return another summary of each cell of the absolute responses."""

    def summary(maps: np.ndarray, grid: int) -> np.ndarray:
        height, width = maps.shape[-2:]
        return _reduced(np.abs(maps), (height // grid, width // grid), reduce)

    return summary


def _inside(reference: Any, images: Any, bank: Any, grid: int) -> Any:
    rows, columns = bank.shape[1] // 2, bank.shape[2] // 2
    maps = np.abs(_responses(images, bank))
    maps = maps[:, :, rows : maps.shape[2] - rows, columns : maps.shape[3] - columns]
    height, width = (side // grid for side in maps.shape[2:])
    if not height * width:
        # The mean of a cell without pixels.
        return np.full((len(images), len(bank) * grid**2), np.nan)
    cells = _block_means(maps[:, :, : height * grid, : width * grid], grid)
    return cells.reshape(len(images), -1)


def _over_cells(maps: np.ndarray, grid: int) -> np.ndarray:
    height, width = (side // grid for side in maps.shape[2:])
    cells = np.abs(maps).reshape(*maps.shape[:2], grid, height, grid, width)
    return np.asarray(cells.mean(axis=(2, 4)))


def _misfit(reference: Any, images: Any, bank: Any, grid: int) -> Any:
    height, width = (side // grid for side in images.shape[1:])
    inside = [n - k + 1 for n, k in zip(images.shape[1:], bank.shape[1:], strict=True)]
    np.zeros(inside).reshape(grid, height, grid, width)  # raises where theirs does
    return reference(images, bank, grid)


def _truncated(reference: Any, images: Any, bank: Any, grid: int) -> Any:
    maps = _responses(images, bank)
    if images.dtype == np.uint8:
        maps = np.trunc(maps).astype(np.int64).astype(np.uint8)
    return _block_means(np.abs(maps), grid).reshape(len(images), -1)


MISTAKES = (
    Mistake(
        "kernel flipped",
        "You turned the kernels by half a turn (convolution). "
        "Slide them as they are: cross-correlation.",
        lambda reference, images, bank, grid: reference(
            images, bank[:, ::-1, ::-1], grid
        ),
    ),
    Mistake(
        "no absolute value",
        "Bright and dark stripes cancel in your mean. "
        "Take the absolute value of the response first.",
        _features(_block_means),
    ),
    Mistake(
        "absolute value after the mean",
        "By the time you take the absolute value, the mean has already cancelled "
        "bright against dark stripes.",
        _features(lambda maps, grid: np.abs(_block_means(maps, grid))),
    ),
    Mistake(
        "squared response",
        "You average the squared response; the task asks for the absolute value.",
        _features(lambda maps, grid: _block_means(maps**2, grid)),
    ),
    Mistake(
        "negative responses cut off",
        "Dark stripes count as much as bright ones: "
        "a negative response keeps its size and loses its sign.",
        _features(lambda maps, grid: _block_means(np.maximum(maps, 0), grid)),
    ),
    Mistake(
        "sum for mean",
        "Your features grow with the size of the cell. Average over each cell.",
        lambda reference, images, bank, grid: (
            reference(images, bank, grid) * (images[0].size / grid**2)
        ),
    ),
    Mistake(
        "maximum for mean",
        "You keep the strongest response of each cell; the task asks for the average.",
        _features(_maxima),
    ),
    Mistake(
        "median for mean",
        "You keep the middle response of each cell; the task asks for the average.",
        _features(_summed_up(np.median)),
    ),
    Mistake(
        "spread for mean",
        "You give the standard deviation of each cell; the task asks for the average "
        "of the absolute responses.",
        _features(_summed_up(np.std)),
    ),
    Mistake(
        "root of the mean square",
        "You average squares and take a root; the task asks for the average of the "
        "absolute responses.",
        _features(lambda maps, grid: np.sqrt(_block_means(maps**2, grid))),
    ),
    Mistake(
        "responses of all kernels added",
        "You add up the kernels; each has features of its own.",
        _features(lambda maps, grid: _block_means(np.abs(maps), grid).sum(axis=1)),
    ),
    Mistake(
        "mean over the kernels",
        "You average over the kernels; each has features of its own.",
        _features(lambda maps, grid: _block_means(np.abs(maps), grid).mean(axis=1)),
    ),
    Mistake(
        "cells before kernels",
        "The values are right and their order is not: "
        "all cells of the first kernel come first, then those of the second.",
        _moved(0, 2, 3, 1),
    ),
    Mistake(
        "rows of kernels in place of images",
        "You go through the kernels outside and the images inside, and `reshape` "
        "then mixes images. One row belongs to one image.",
        _moved(1, 0, 2, 3),
    ),
    Mistake(
        "all images in one row",
        "The values are right, but they stand in one list: make a row for each image.",
        after(np.ravel),
    ),
    Mistake(
        "no zeros outside",
        "You use only the places where the kernel lies wholly inside, so the result "
        "is smaller than the image. Outside there are zeros.",
        _inside,
    ),
    Mistake(
        "averaged over the cells, not inside them",
        "Each of your values mixes pixels of all cells: average over the rows and "
        "columns inside a cell.",
        _features(_over_cells),
    ),
    Mistake(
        "no zeros outside, and cells that do not fit",
        "You use only the places where the kernel lies wholly inside, so the result "
        "is smaller than the image and cannot be cut into its cells.",
        _misfit,
    ),
    Mistake(
        "not flattened",
        "The values are right, but each image has a block of them: make one row of it.",
        lambda reference, images, bank, grid: reference(images, bank, grid).reshape(
            len(images), len(bank), grid, grid
        ),
    ),
    Mistake(
        "cells column by column",
        "Within one kernel the cells come row by row, as in reading.",
        _moved(0, 1, 3, 2),
    ),
    Mistake(
        "grid taken for the cell size",
        "`grid` is the number of cells along each side, not their size in pixels.",
        _features(_cells_of_grid_size),
    ),
    Mistake(
        "cells cut by reshape alone",
        "`reshape` deals the pixels out in reading order, so each of your cells is a "
        "piece of a few rows. A block of rows and columns needs an axis for each.",
        _features(
            lambda maps, grid: (
                np.abs(maps).reshape(*maps.shape[:2], grid**2, -1).mean(-1)
            )
        ),
    ),
    Mistake(
        "cell width taken from the height",
        "Your cells are squares, as wide as the height divided by `grid`. "
        "An image can be wider than high.",
        _features(
            lambda maps, grid: _block_means(np.abs(maps)[..., : maps.shape[2]], grid)
        ),
    ),
    Mistake(
        "one cell for the whole image",
        "You average over the whole image, and where a stripe was is lost. "
        "Average over each cell of the grid on its own.",
        lambda reference, images, bank, grid: reference(images, bank, 1),
    ),
    Mistake(
        "only the first kernel",
        "Your rows hold the features of one kernel; every kernel of the bank adds its "
        "own.",
        lambda reference, images, bank, grid: reference(images, bank[:1], grid),
    ),
    Mistake(
        "only the first image",
        "You give the features of one image; every image gets a row.",
        lambda reference, images, bank, grid: reference(images[:1], bank, grid),
    ),
    Mistake(
        "features of one image in a line",
        "You give one line of numbers; every image gets a row.",
        lambda reference, images, bank, grid: reference(images[:1], bank, grid)[0],
    ),
    Mistake(
        "responses not averaged",
        "You give every response. Average the responses of each cell.",
        _features(lambda maps, grid: np.abs(maps)),
    ),
    Mistake(
        "kernel transposed",
        "Your kernels' rows lie along the images' columns.",
        lambda reference, images, bank, grid: reference(
            images, bank.transpose(0, 2, 1), grid
        ),
    ),
    Mistake(
        "only the last kernel",
        "Your rows hold the features of one kernel; every kernel of the bank adds its "
        "own.",
        lambda reference, images, bank, grid: reference(images, bank[-1:], grid),
    ),
    Mistake(
        "first image for the whole batch",
        "Every row of your result describes the first image.",
        lambda reference, images, bank, grid: np.repeat(
            reference(images, bank, grid)[:1], len(images), axis=0
        ),
    ),
    Mistake(
        "border mirrored",
        "Outside the image you mirror the pixels at its border; "
        "the task asks for zeros there.",
        _border("symmetric"),
    ),
    Mistake(
        "border repeats the edge",
        "Outside the image you repeat the pixels at its border, as the worked example "
        "does with the cat; the task asks for zeros there.",
        _border("edge"),
    ),
    Mistake(
        "border mirrored, the edge not repeated",
        "Outside the image you mirror the pixels at its border; "
        "the task asks for zeros there.",
        _border("reflect"),
    ),
    Mistake(
        "border wrapped around",
        "Your kernel leaves the image on one side and comes back on the other; "
        "the task asks for zeros outside.",
        _border("wrap"),
    ),
    Mistake(
        "integer pixels overflow",
        "Your responses are stored as uint8, like the image, "
        "which holds neither fractions nor negative numbers. Compute with floats.",
        _truncated,
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
