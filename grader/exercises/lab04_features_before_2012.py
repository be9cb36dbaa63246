"""Exercises of lab 04: Gabor filters, co-occurrence matrices, a learned kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader import compare
from grader.exercise import Case, Exercise, Mistake

Reference = Callable[..., Any]

PREDICTIONS = Exercise(
    id="lab04.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


# ---------------------------------------------------------------- gabor_kernel


def _gabor_reference(
    size: int,
    wavelength: float,
    theta: float,
    sigma: float,
    psi: float = 0.0,
    gamma: float = 1.0,
) -> np.ndarray:
    """Cut scikit-image's kernel, which is normalised and not zero-mean, to size."""
    from skimage.filters import gabor_kernel

    radius = size // 2
    sigmas = sigma, sigma / gamma
    large = gabor_kernel(
        1 / wavelength,
        theta=theta,
        sigma_x=sigmas[0],
        sigma_y=sigmas[1],
        # Each half-width is at least n_stds * min(sigmas) / sqrt(2).
        n_stds=(radius + 1e-6) * np.sqrt(2) / min(sigmas),
        offset=psi,
    ).real * (2 * np.pi * sigmas[0] * sigmas[1])
    row, column = (n // 2 for n in large.shape)
    cut = large[row - radius :, column - radius :][:size, :size]
    centred: np.ndarray = cut - cut.mean()
    return centred


def _gabor_cases(rng: np.random.Generator) -> Sequence[Case]:
    plain, full = "defaults", "psi and gamma"
    wavelength, theta = rng.uniform(3, 7), rng.uniform(0.2, 1.3)
    size = int(rng.choice([5, 7, 9]))
    return [
        Case((5, 4.0, 0.0, 2.0), part=plain),
        Case((9, 5.0, 0.6, 2.5), part=plain),
        Case((7, 4, -0.5, 3), part=plain),
        Case((size, wavelength, theta, rng.uniform(1.2, 3)), part=plain),
        Case((7, 4.0, 0.4, 1.5), {"psi": np.pi / 2}, part=full),
        Case((9, 6.0, 1.1, 2.0), {"psi": 0.4, "gamma": 0.5}, part=full),
        Case((5, 3.5, 2.5, 3.0), {"gamma": 2.0}, part=full),
        Case(
            (size, wavelength, -theta, 1.8),
            {"psi": rng.uniform(0.3, 1.2), "gamma": rng.uniform(0.3, 0.7)},
            part=full,
        ),
    ]


def _gabor_with(**changes: Callable[..., float]) -> Callable[..., Any]:
    """Give a mistake that is the right kernel for other parameters."""

    def wrong(
        reference: Reference,
        size: int,
        wavelength: float,
        theta: float,
        sigma: float,
        psi: float = 0.0,
        gamma: float = 1.0,
    ) -> Any:
        given: dict[str, Any] = {
            "size": size,
            "wavelength": wavelength,
            "theta": theta,
            "sigma": sigma,
            "psi": psi,
            "gamma": gamma,
        }
        return reference(**given | {key: new(given) for key, new in changes.items()})

    return wrong


def _gabor_raw(reference: Reference, *args: Any, **kwargs: Any) -> Any:
    """Undo the mean removal: before it, the centre of the kernel is cos(psi)."""
    kernel = reference(*args, **kwargs)
    psi = args[4] if len(args) > 4 else kwargs.get("psi", 0.0)
    centre = kernel.shape[0] // 2
    return kernel + (np.cos(psi) - kernel[centre, centre])


def _bell_and_wave(
    reference: Reference,
    size: int,
    wavelength: float,
    theta: float,
    sigma: float,
    psi: float = 0.0,
    gamma: float = 1.0,
) -> tuple[Any, Any]:
    """Give the two factors of a kernel before its mean is removed."""
    bell = _gabor_raw(reference, size, 1e9, theta, sigma, 0.0, gamma)
    return bell, _gabor_raw(reference, size, wavelength, theta, 1e6, psi)


def _gabor_wave_centred(reference: Reference, *args: Any, **kwargs: Any) -> Any:
    bell, wave = _bell_and_wave(reference, *args, **kwargs)
    return bell * (wave - wave.mean())


def _gabor_unbracketed(
    reference: Reference,
    size: int,
    wavelength: float,
    theta: float,
    sigma: float,
    psi: float = 0.0,
    gamma: float = 1.0,
) -> Any:
    """Give the kernel of exp(-u**2 + gamma**2 v**2 / (2 sigma**2)).

    The logarithms of a round bell and of a stretched one tell u**2 and v**2.
    """
    round_, stretched = (
        -200 * np.log(_gabor_raw(reference, size, 1e9, theta, 10.0, 0.0, squeeze))
        for squeeze in (1.0, 0.5)
    )
    v2 = (round_ - stretched) / (1 - 0.5**2)
    wave = _gabor_raw(reference, size, wavelength, theta, 1e6, psi)
    bell = np.exp(-(round_ - v2) + gamma**2 * v2 / (2 * sigma**2))
    return bell * wave - (bell * wave).mean()


def _gabor_rising(reference: Reference, *args: Any, **kwargs: Any) -> Any:
    bell, wave = _bell_and_wave(reference, *args, **kwargs)
    return wave / bell - (wave / bell).mean()


def _gabor_diagonal(reference: Reference, *args: Any, **kwargs: Any) -> Any:
    diagonal = np.diag(_gabor_raw(reference, *args, **kwargs))
    return diagonal - diagonal.mean()


def _gabor_scaled(scale: Callable[[Any], Any]) -> Callable[..., Any]:
    def wrong(reference: Reference, *args: Any, **kwargs: Any) -> Any:
        kernel = reference(*args, **kwargs)
        return kernel / scale(kernel)

    return wrong


GABOR_KERNEL = Exercise(
    id="lab04.gabor_kernel",
    points=4,
    cases=_gabor_cases,
    reference=_gabor_reference,
    parts={"defaults": 3, "psi and gamma": 1},
    forbidden=("skimage", "cv2"),
    window=lambda index, size, *args, **kwargs: (
        f"  [{index[0]}, {index[1]}] is the point x = {index[1] - size // 2}, "
        f"y = {index[0] - size // 2}, counted from the centre."
    ),
    mistakes=(
        Mistake(
            "not zero-mean",
            "Your kernel does not sum to zero, so it answers to a flat grey wall. "
            "Take the mean of the finished kernel away at the end.",
            _gabor_raw,
        ),
        Mistake(
            "x and y swapped",
            "x runs along the columns and y down the rows. "
            "With the two swapped, theta = 0 answers to horizontal stripes.",
            lambda reference, *a, **k: reference(*a, **k).T,
        ),
        Mistake(
            "angle turned the wrong way",
            "Your kernel turns the other way when theta grows. Look at the signs in "
            "front of the sines in u and v; y grows downwards.",
            _gabor_with(theta=lambda p: -p["theta"]),
        ),
        Mistake(
            "degrees for radians",
            "`theta` already comes in radians, and NumPy's sine and cosine take radians: "
            "nothing needs to be converted.",
            _gabor_with(theta=lambda p: np.deg2rad(p["theta"])),
        ),
        Mistake(
            "angle ignored",
            "Your kernel is the same for every `theta`: let the wave run along u, not x.",
            _gabor_with(theta=lambda p: 0.0),
        ),
        Mistake(
            "sigma tied to the wavelength",
            "The width of the bell is `sigma` itself, whatever the wavelength.",
            _gabor_with(sigma=lambda p: 0.56 * p["wavelength"]),
        ),
        Mistake(
            "factor 2 under sigma missing",
            "Your bell is narrower than it should be: "
            "the exponent is divided by 2 sigma squared.",
            _gabor_with(sigma=lambda p: p["sigma"] / np.sqrt(2)),
        ),
        Mistake(
            "sigma not squared",
            "In the exponent `sigma` is squared, as u and v are.",
            _gabor_with(sigma=lambda p: np.sqrt(p["sigma"])),
        ),
        Mistake(
            "wavelength used as frequency",
            "The wave repeats after `wavelength` pixels: "
            "a larger wavelength makes broader stripes, so it divides.",
            _gabor_with(wavelength=lambda p: 1 / p["wavelength"]),
        ),
        Mistake(
            "2 pi missing",
            "The cosine repeats after 2 pi, the wave after one wavelength.",
            _gabor_with(wavelength=lambda p: 2 * np.pi * p["wavelength"]),
        ),
        Mistake(
            "pi for 2 pi",
            "Your stripes are twice as broad: a full wave of the cosine is 2 pi long.",
            _gabor_with(wavelength=lambda p: 2 * p["wavelength"]),
        ),
        Mistake(
            "sine for cosine",
            "With psi = 0 the wave has its crest in the centre; yours crosses zero there.",
            _gabor_with(psi=lambda p: p["psi"] - np.pi / 2),
        ),
        Mistake(
            "psi ignored",
            "`psi` shifts the wave under the bell; your kernel is the same for every `psi`.",
            _gabor_with(psi=lambda p: 0.0),
        ),
        Mistake(
            "psi inside the fraction",
            "`psi` is an angle already, in radians: it is added to the finished fraction.",
            _gabor_with(psi=lambda p: 2 * np.pi * p["psi"] / p["wavelength"]),
        ),
        Mistake(
            "psi subtracted",
            "Your wave is shifted the other way: look at the sign in front of `psi`.",
            _gabor_with(psi=lambda p: -p["psi"]),
        ),
        Mistake(
            "gamma ignored",
            "`gamma` makes the bell an ellipse; yours is always round.",
            _gabor_with(gamma=lambda p: 1.0),
        ),
        Mistake(
            "gamma on the wrong axis",
            "`gamma` belongs to v, the direction along the stripes; you put it on u.",
            _gabor_with(
                sigma=lambda p: p["sigma"] / p["gamma"], gamma=lambda p: 1 / p["gamma"]
            ),
        ),
        Mistake(
            "gamma not squared",
            "In the exponent `gamma` is squared, as u and v are.",
            _gabor_with(gamma=lambda p: np.sqrt(p["gamma"])),
        ),
        Mistake(
            "mean taken off the wave alone",
            "You centred the wave before the bell multiplied it, "
            "and the product no longer sums to zero. Centre the finished kernel.",
            _gabor_wave_centred,
        ),
        Mistake(
            "brackets missing under the fraction",
            "Python divides by 2 and then multiplies by sigma squared: "
            "what stands under a fraction needs brackets of its own.",
            _gabor_with(sigma=lambda p: 1 / p["sigma"]),
        ),
        Mistake(
            "brackets missing in the exponent",
            "Your minus sign and your division each reach only one of the two terms: "
            "what stands above a fraction needs brackets of its own.",
            _gabor_unbracketed,
        ),
        Mistake(
            "minus forgotten in the exponent",
            "Your kernel grows towards its rim. A bell falls: look at the sign in front "
            "of the fraction in the exponent.",
            _gabor_rising,
        ),
        Mistake(
            "a line in place of a square",
            "You used the offsets for x and for y at once, which gives the diagonal. "
            "Each of the size x size points has an x and a y of its own.",
            _gabor_diagonal,
        ),
        Mistake(
            "scaled to standard deviation 1",
            "You divide by the standard deviation. The task takes the mean away; "
            "no other scaling.",
            _gabor_scaled(np.std),
        ),
        Mistake(
            "scaled to sum 1",
            "You divide by the sum of the absolute values. The task takes the mean "
            "away; no other scaling.",
            _gabor_scaled(lambda kernel: np.abs(kernel).sum()),
        ),
        Mistake(
            "scaled like a density",
            "You divide by 2 pi sigma squared, as in the normal distribution. The task "
            "takes the mean away; no other scaling.",
            lambda reference, size, wavelength, theta, sigma, *a, **k: (
                reference(size, wavelength, theta, sigma, *a, **k)
                / (2 * np.pi * sigma**2)
            ),
        ),
        Mistake(
            "size read as radius",
            "`size` is the side of the whole kernel, so the offsets end at `size // 2`.",
            _gabor_with(size=lambda p: 2 * p["size"] + 1),
        ),
    ),
)


# -------------------------------------------------------- filter_bank_features


def _block_means(maps: np.ndarray, grid: int) -> np.ndarray:
    """Average the last two axes in `grid` x `grid` cells."""
    from skimage.measure import block_reduce

    height, width = maps.shape[-2:]
    block = (1,) * (maps.ndim - 2) + (height // grid, width // grid)
    means: np.ndarray = block_reduce(maps, block, np.mean)
    return means


def _responses(images: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """Give the responses (n, kernels, height, width), by Fourier transform."""
    size = [images.shape[i] + bank.shape[i] - 1 for i in (1, 2)]
    spectra = np.fft.rfft2(images, size), np.fft.rfft2(bank[:, ::-1, ::-1], size)
    full = np.fft.irfft2(spectra[0][:, None] * spectra[1][None], size)
    top, left = bank.shape[1] // 2, bank.shape[2] // 2
    bottom, right = top + images.shape[1], left + images.shape[2]
    return full[:, :, top:bottom, left:right]


def _bank_reference(images: np.ndarray, bank: np.ndarray, grid: int) -> np.ndarray:
    means = _block_means(np.abs(_responses(images, bank)), grid)
    return means.reshape(len(images), -1)


def _bank_cases(rng: np.random.Generator) -> Sequence[Case]:
    def case(label: str, shape: tuple[int, ...], bank: tuple[int, ...], g: int) -> Case:
        images, kernels = rng.normal(0, 1, shape), rng.normal(0, 1, bank)
        return Case((images, kernels, g), label=label)

    integers = rng.integers(0, 256, (2, 8, 12)).astype(np.uint8)
    grid, count = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    return [
        case("2 images 8x12, 3 kernels 3x3, grid 2", (2, 8, 12), (3, 3, 3), 2),
        case("1 image 6x9, 2 kernels 5x3, grid 3", (1, 6, 9), (2, 5, 3), 3),
        case("3 images 4x6, 1 kernel 3x3, grid 1", (3, 4, 6), (1, 3, 3), 1),
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


def _bank_from(
    summary: Callable[[np.ndarray, int], np.ndarray],
) -> Callable[..., Any]:
    def wrong(reference: Reference, images: Any, bank: Any, grid: int) -> Any:
        return summary(_responses(images, bank), grid).reshape(len(images), -1)

    return wrong


def _bank_border(mode: str) -> Callable[..., Any]:
    """Give a mistake that fills the border before the zero-padded filter sees it."""

    def wrong(reference: Reference, images: Any, bank: Any, grid: int) -> Any:
        rows, columns = bank.shape[1] // 2, bank.shape[2] // 2
        around = ((0, 0), (rows, rows), (columns, columns))
        maps = _responses(np.pad(images, around, mode=mode), bank)  # type: ignore[call-overload]
        maps = maps[:, :, rows : maps.shape[2] - rows, columns : -columns or None]
        return _block_means(np.abs(maps), grid).reshape(len(images), -1)

    return wrong


def _bank_cell_size(reference: Reference, images: Any, bank: Any, grid: int) -> Any:
    maps = np.abs(_responses(images, bank))
    rows, columns = maps.shape[2] // grid * grid, maps.shape[3] // grid * grid
    from skimage.measure import block_reduce

    cells = block_reduce(maps[:, :, :rows, :columns], (1, 1, grid, grid), np.mean)
    return cells.reshape(len(images), -1)


def _bank_window(
    index: tuple[int, ...], images: np.ndarray, bank: np.ndarray, grid: int
) -> str:
    kernel, cell = divmod(index[1], grid * grid)
    row, column = divmod(cell, grid)
    height, width = images.shape[1] // grid, images.shape[2] // grid
    return (
        f"  Feature {index[1]} of image {index[0]} belongs to kernel {kernel} and to "
        f"rows {row * height} to {(row + 1) * height - 1}, "
        f"columns {column * width} to {(column + 1) * width - 1}."
    )


FILTER_BANK_FEATURES = Exercise(
    id="lab04.filter_bank_features",
    points=3,
    cases=_bank_cases,
    reference=_bank_reference,
    window=_bank_window,
    mistakes=(
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
            _bank_from(_block_means),
        ),
        Mistake(
            "absolute value after the mean",
            "By the time you take the absolute value, the mean has already cancelled "
            "bright against dark stripes.",
            _bank_from(lambda maps, grid: np.abs(_block_means(maps, grid))),
        ),
        Mistake(
            "squared response",
            "You average the squared response; the task asks for the absolute value.",
            _bank_from(lambda maps, grid: _block_means(maps**2, grid)),
        ),
        Mistake(
            "negative responses cut off",
            "Dark stripes count as much as bright ones: "
            "a negative response keeps its size and loses its sign.",
            _bank_from(lambda maps, grid: _block_means(np.maximum(maps, 0), grid)),
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
            lambda reference, images, bank, grid: _bank_extreme(images, bank, grid),
        ),
        Mistake(
            "cells before kernels",
            "The values are right and their order is not: "
            "all cells of the first kernel come first, then those of the second.",
            lambda reference, images, bank, grid: (
                reference(images, bank, grid)
                .reshape(len(images), len(bank), -1)
                .swapaxes(1, 2)
                .reshape(len(images), -1)
            ),
        ),
        Mistake(
            "rows of kernels in place of images",
            "You go through the kernels outside and the images inside, and `reshape` "
            "then mixes images. One row belongs to one image.",
            lambda reference, images, bank, grid: (
                reference(images, bank, grid)
                .reshape(len(images), len(bank), -1)
                .swapaxes(0, 1)
                .reshape(len(images), -1)
            ),
        ),
        Mistake(
            "all images in one row",
            "The values are right, but they stand in one list: "
            "make a row for each image.",
            lambda reference, images, bank, grid: np.ravel(
                reference(images, bank, grid)
            ),
        ),
        Mistake(
            "no zeros outside",
            "You use only the places where the kernel lies wholly inside, so the result "
            "is smaller than the image. Outside there are zeros.",
            lambda reference, images, bank, grid: _bank_inside(images, bank, grid),
        ),
        Mistake(
            "not flattened",
            "The values are right, but each image has a block of them: "
            "make one row of it.",
            lambda reference, images, bank, grid: reference(images, bank, grid).reshape(
                len(images), len(bank), grid, grid
            ),
        ),
        Mistake(
            "cells column by column",
            "Within one kernel the cells come row by row, as in reading.",
            lambda reference, images, bank, grid: (
                reference(images, bank, grid)
                .reshape(len(images), len(bank), grid, grid)
                .swapaxes(2, 3)
                .reshape(len(images), -1)
            ),
        ),
        Mistake(
            "grid taken for the cell size",
            "`grid` is the number of cells along each side, not their size in pixels.",
            _bank_cell_size,
        ),
        Mistake(
            "cells cut by reshape alone",
            "`reshape` deals the pixels out in reading order, so each of your cells is a "
            "piece of a few rows. A block of rows and columns needs an axis for each.",
            _bank_from(
                lambda maps, grid: (
                    np.abs(maps).reshape(*maps.shape[:2], grid**2, -1).mean(-1)
                )
            ),
        ),
        Mistake(
            "cell width taken from the height",
            "Your cells are squares, as wide as the height divided by `grid`. "
            "An image can be wider than high.",
            _bank_from(
                lambda maps, grid: _block_means(
                    np.abs(maps)[..., : maps.shape[2]], grid
                )
            ),
        ),
        Mistake(
            "one cell for the whole image",
            "You average over the whole image, and where a stripe was is lost. "
            "Average over each cell of the grid on its own.",
            lambda reference, images, bank, grid: reference(images, bank, 1),
        ),
        Mistake(
            "only the last kernel",
            "Your rows hold the features of one kernel; every kernel of the bank adds its own.",
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
            _bank_border("symmetric"),
        ),
        Mistake(
            "border repeats the edge",
            "Outside the image you repeat the pixels at its border, as the worked example "
            "does with the cat; the task asks for zeros there.",
            _bank_border("edge"),
        ),
        Mistake(
            "border wrapped around",
            "Your kernel leaves the image on one side and comes back on the other; "
            "the task asks for zeros outside.",
            _bank_border("wrap"),
        ),
        Mistake(
            "integer pixels overflow",
            "Your responses are stored as uint8, like the image, "
            "which holds neither fractions nor negative numbers. Compute with floats.",
            lambda reference, images, bank, grid: _bank_truncated(images, bank, grid),
        ),
    ),
)


def _bank_extreme(images: Any, bank: Any, grid: int) -> Any:
    from skimage.measure import block_reduce

    maps = np.abs(_responses(images, bank))
    block = (1, 1, maps.shape[2] // grid, maps.shape[3] // grid)
    return block_reduce(maps, block, np.max).reshape(len(images), -1)


def _bank_inside(images: Any, bank: Any, grid: int) -> Any:
    rows, columns = bank.shape[1] // 2, bank.shape[2] // 2
    maps = np.abs(_responses(images, bank))
    maps = maps[:, :, rows : maps.shape[2] - rows, columns : maps.shape[3] - columns]
    height, width = (side // grid for side in maps.shape[2:])
    if not height * width:
        # The mean of a cell without pixels.
        return np.full((len(images), len(bank) * grid**2), np.nan)
    cells = _block_means(maps[:, :, : height * grid, : width * grid], grid)
    return cells.reshape(len(images), -1)


def _bank_truncated(images: Any, bank: Any, grid: int) -> Any:
    maps = _responses(images, bank)
    if images.dtype == np.uint8:
        maps = np.trunc(maps).astype(np.int64).astype(np.uint8)
    return _block_means(np.abs(maps), grid).reshape(len(images), -1)


# ---------------------------------------------------------------- cooccurrence


def _cooccurrence_reference(
    img: np.ndarray,
    dx: int,
    dy: int,
    levels: int,
    symmetric: bool = False,
    normed: bool = False,
) -> np.ndarray:
    from skimage.feature import graycomatrix

    distance, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    matrix: np.ndarray = graycomatrix(
        img.astype(np.uint8), [distance], [angle], levels, symmetric, normed
    )[:, :, 0, 0].astype(float)
    return matrix


def _cooccurrence_cases(rng: np.random.Generator) -> Sequence[Case]:
    # Every level stands in a row, in a column, and on the border.
    hand = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 2, 2, 2], [2, 2, 3, 3]])
    wide = rng.integers(0, 4, (4, 7))
    wide[0, :4] = wide[1, 3:] = [3, 2, 1, 0]
    wide[:, 0] = [3, 3, 1, 0]
    wide[:, -1] = [0, 3, 2, 2]
    wide[2, 1] = wide[0, 0]  # a pair of equal levels, one across and two down
    # Of the pairs one across and two down, too many end at level 0 to be symmetric.
    wide[2, 2:4] = wide[3, [1, 4, 5]] = 0
    tall = rng.integers(0, 5, (8, 5)).astype(np.uint8)
    tall[0], tall[-1] = [4, 4, 1, 0, 3], [1, 3, 2, 4, 0]
    # More than 255 pairs of one kind: a count in 8 bits wraps around.
    plain = np.zeros((18, 20), np.uint8)
    plain[3, 4:9] = 1
    levels = int(rng.integers(3, 7))
    drawn = rng.integers(0, levels, (int(rng.integers(5, 9)), int(rng.integers(5, 9))))
    dx, dy = (int(v) for v in rng.integers(-2, 3, 2))
    dx = dx or 1
    both = {"symmetric": True, "normed": True}
    return [
        Case((hand, 1, 0, 4), label="4x4 example, dx=1, dy=0", part="counts"),
        Case((hand, 0, 1, 4), label="4x4 example, dx=0, dy=1", part="counts"),
        Case((wide, 2, 1, 4), label="4x7 image, dx=2, dy=1", part="counts"),
        Case((wide, -1, 2, 4), label="4x7 image, dx=-1, dy=2", part="counts"),
        Case((tall, 1, -1, 6), label="8x5 uint8 image, dx=1, dy=-1", part="counts"),
        Case((tall, 3, 0, 5), label="8x5 uint8 image, dx=3, dy=0", part="counts"),
        Case((plain, 1, 1, 2), label="18x20 uint8 image, nearly even", part="counts"),
        Case(
            (drawn, dx, dy, levels),
            label=f"{drawn.shape[0]}x{drawn.shape[1]} image, dx={dx}, dy={dy}",
            part="counts",
        ),
        Case(
            (hand, 1, 0, 4),
            {"symmetric": True},
            label="4x4 example, symmetric",
            part="symmetric",
        ),
        Case(
            (wide, 1, 1, 4),
            {"symmetric": True},
            label="4x7 image, dx=1, dy=1, symmetric",
            part="symmetric",
        ),
        Case(
            (tall, 0, 2, 5),
            {"normed": True},
            label="8x5 uint8 image, dx=0, dy=2, normed",
            part="normed",
        ),
        Case(
            (wide, 1, 2, 4),
            both,
            label="4x7 image, dx=1, dy=2, symmetric and normed",
            part="normed",
        ),
    ]


def _cooccurrence_with(
    counted: Callable[[np.ndarray, np.ndarray, int, int], np.ndarray],
) -> Callable[..., Any]:
    """Give a mistake in counting; the flags are then treated rightly.

    `counted` gets the right counts, the image and the offsets.
    """

    def wrong(
        reference: Reference,
        img: Any,
        dx: int,
        dy: int,
        levels: int,
        symmetric: bool = False,
        normed: bool = False,
    ) -> Any:
        counts = counted(reference(img, dx, dy, levels), img, dx, dy)
        return _finished(counts, symmetric, normed)

    return wrong


def _finished(counts: Any, symmetric: bool, normed: bool) -> Any:
    counts = counts + counts.T if symmetric else counts
    return counts / counts.sum() if normed else counts


def _flags(
    change: Callable[[Any, bool, bool], Any],
) -> Callable[..., Any]:
    """Give a mistake in what becomes of the right counts."""

    def wrong(
        reference: Reference,
        img: Any,
        dx: int,
        dy: int,
        levels: int,
        symmetric: bool = False,
        normed: bool = False,
    ) -> Any:
        return change(reference(img, dx, dy, levels), symmetric, normed)

    return wrong


def _wrapped(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    wrapped = np.zeros_like(counts)
    np.add.at(wrapped, (img, np.roll(img, (-dy, -dx), axis=(0, 1))), 1)
    return wrapped


def _wrapped_below_zero(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    wrapped = np.zeros_like(counts)
    rows, columns = img.shape[0] - max(dy, 0), img.shape[1] - max(dx, 0)
    moved = np.roll(img, (-dy, -dx), axis=(0, 1))
    np.add.at(wrapped, (img[:rows, :columns], moved[:rows, :columns]), 1)
    return wrapped


def _sliced_to_minus(counts: np.ndarray, img: Any, dx: int, dy: int) -> Any:
    pairs = zip(img[:-dy, :-dx].flat, img[dy:, dx:].flat, strict=False)
    found = np.zeros_like(counts)
    for pair in pairs:
        found[pair] += 1
    return found


def _out_of_range(
    reference: Reference,
    img: Any,
    dx: int,
    dy: int,
    levels: int,
    symmetric: bool = False,
    normed: bool = False,
) -> Any:
    if dx < 0 or dy < 0:
        raise IndexError
    return reference(img, dx, dy, levels, symmetric, normed)


def _diagonal_once(counts: Any, symmetric: bool, normed: bool) -> Any:
    if symmetric:
        counts = counts + counts.T - np.diag(np.diag(counts))
    return _finished(counts, False, normed)


def _diagonal_doubled(counts: Any, symmetric: bool, normed: bool) -> Any:
    if symmetric:
        counts = counts + counts.T + 2 * np.diag(np.diag(counts))
    return _finished(counts, False, normed)


def _normed_first(counts: Any, symmetric: bool, normed: bool) -> Any:
    return _finished(_finished(counts, False, normed), symmetric, False)


def _normed_by_rows(counts: Any, symmetric: bool, normed: bool) -> Any:
    counts = _finished(counts, symmetric, False)
    with np.errstate(invalid="ignore"):
        return counts / counts.sum(1, keepdims=True) if normed else counts


def _normed_by_pixels(
    reference: Reference,
    img: Any,
    dx: int,
    dy: int,
    levels: int,
    symmetric: bool = False,
    normed: bool = False,
) -> Any:
    counts = reference(img, dx, dy, levels, symmetric)
    return counts / img.size if normed else counts


COOCCURRENCE = Exercise(
    id="lab04.cooccurrence",
    points=4,
    cases=_cooccurrence_cases,
    reference=_cooccurrence_reference,
    parts={"counts": 2, "symmetric": 1, "normed": 1},
    forbidden=("skimage",),
    window=lambda index, img, dx, dy, *args, **kwargs: (
        f"  [{index[0]}, {index[1]}] is about pixels of level {index[0]} whose neighbour "
        f"dx = {dx} to the right and dy = {dy} down has level {index[1]}."
    ),
    mistakes=(
        Mistake(
            "dx and dy swapped",
            "`dx` counts columns to the right and `dy` rows down; "
            "an array is indexed with the row first.",
            lambda reference, img, dx, dy, *a, **k: reference(img, dy, dx, *a, **k),
        ),
        Mistake(
            "dy counted upwards",
            "Rows are numbered from the top: a positive `dy` goes down.",
            lambda reference, img, dx, dy, *a, **k: reference(img, dx, -dy, *a, **k),
        ),
        Mistake(
            "wrapped around",
            "A pixel at the border has no neighbour outside; "
            "`np.roll` and negative indices bring one back from the other side.",
            _cooccurrence_with(_wrapped),
        ),
        Mistake(
            "wrapped around at the top or left",
            "With a negative offset an index below 0 reads from the other end. "
            "Check both ends of the range.",
            _cooccurrence_with(_wrapped_below_zero),
        ),
        Mistake(
            "negative offsets leave the image",
            "With a negative offset, a range that ends at the height or width minus "
            "the offset goes past the end, and it must not start at 0.",
            _out_of_range,
        ),
        Mistake(
            "slice ends at minus zero",
            "`[:-dy]` is empty if `dy` is 0, since -0 is 0, "
            "and with a negative offset the two slices change their roles.",
            _cooccurrence_with(_sliced_to_minus),
        ),
        Mistake(
            "repeated pairs counted once",
            "Your matrix says whether a pair occurs, not how often. "
            "(`matrix[a, b] += 1` with whole arrays a and b adds to each place only once.)",
            _cooccurrence_with(lambda counts, img, dx, dy: np.minimum(counts, 1)),
        ),
        Mistake(
            "first row and column left out",
            "Row 0 and column 0 belong to the image: look at your comparison signs.",
            lambda reference, img, dx, dy, *a, **k: reference(
                img[int(dy <= 0) :, int(dx <= 0) :], dx, dy, *a, **k
            ),
        ),
        Mistake(
            "counted in 8 bits",
            "Your matrix holds bytes, which wrap around after 255.",
            _cooccurrence_with(lambda counts, img, dx, dy: counts % 256),
        ),
        Mistake(
            "pair read backwards",
            "The row of the matrix is the level of the pixel itself, "
            "the column that of its neighbour.",
            _cooccurrence_with(lambda counts, img, dx, dy: counts.T),
        ),
        Mistake(
            "always symmetric",
            "Without `symmetric` each pair counts once, in one direction.",
            _flags(lambda counts, symmetric, normed: _finished(counts, True, normed)),
        ),
        Mistake(
            "both switches ignored",
            "Your matrix holds the plain counts, whatever the caller asks for: "
            "`symmetric` and `normed` are still to come.",
            _flags(lambda counts, symmetric, normed: counts),
        ),
        Mistake(
            "not symmetric",
            "With `symmetric=True` each pair counts in both directions.",
            _flags(lambda counts, symmetric, normed: _finished(counts, False, normed)),
        ),
        Mistake(
            "diagonal counted once",
            "A pair of equal levels also counts in both directions, "
            "so it adds two to its place on the diagonal.",
            _flags(_diagonal_once),
        ),
        Mistake(
            "diagonal doubled again",
            "Counting each pair in both directions doubles the diagonal already.",
            _flags(_diagonal_doubled),
        ),
        Mistake(
            "averaged over the two directions",
            "`symmetric` adds the counts of the two directions; it does not average them.",
            _flags(
                lambda counts, symmetric, normed: _finished(
                    (counts + counts.T) / 2 if symmetric else counts, False, normed
                )
            ),
        ),
        Mistake(
            "not normalised",
            "With `normed=True` the entries are shares of all pairs and sum to 1.",
            _flags(
                lambda counts, symmetric, normed: _finished(counts, symmetric, False)
            ),
        ),
        Mistake(
            "always normalised",
            "Without `normed` the entries are counts, whole numbers.",
            _flags(
                lambda counts, symmetric, normed: _finished(counts, symmetric, True)
            ),
        ),
        Mistake(
            "divided by the largest entry",
            "The entries should sum to 1: divide by all the pairs, "
            "not by those of the most frequent kind.",
            _flags(
                lambda counts, symmetric, normed: (
                    _finished(counts, symmetric, False)
                    / (_finished(counts, symmetric, False).max() if normed else 1)
                )
            ),
        ),
        Mistake(
            "divided by the sum of each row",
            "Each of your rows sums to 1. "
            "All entries together should: divide by the sum of the whole matrix.",
            _flags(_normed_by_rows),
        ),
        Mistake(
            "normalised before symmetric",
            "Your matrix sums to 2. Divide at the end, after both directions are counted.",
            _flags(_normed_first),
        ),
        Mistake(
            "divided by the number of pixels",
            "There are fewer pairs than pixels: divide by the number of pairs counted.",
            _normed_by_pixels,
        ),
        Mistake(
            "one level too few",
            "The levels run from 0 to `levels` - 1, so there are `levels` of them. "
            "(An 8-bit image has 256 values, not 255: `255 // 32` is one level short.)",
            lambda reference, img, dx, dy, levels, **k: reference(
                img, dx, dy, levels, **k
            )[:-1, :-1],
        ),
        Mistake(
            "size taken from the image",
            "Your matrix is as large as the highest level of the image asks for. "
            "An image need not hold every level: the size is `levels`.",
            lambda reference, img, dx, dy, levels, **k: reference(
                img, dx, dy, levels, **k
            )[: img.max() + 1, : img.max() + 1],
        ),
        Mistake(
            "one level too many",
            "The levels run from 0 to `levels` - 1: the matrix has `levels` rows.",
            lambda reference, img, dx, dy, levels, **k: reference(
                img, dx, dy, levels + 1, **k
            ),
        ),
    ),
)


# ------------------------------------------------- glcm_contrast, homogeneity


def _property(matrix: np.ndarray, name: str) -> float:
    from skimage.feature import graycoprops

    return float(graycoprops(matrix[:, :, None, None], name)[0, 0])


def _matrix_cases(rng: np.random.Generator) -> Sequence[Case]:
    counts = np.array([[4, 1, 0], [2, 5, 3], [7, 0, 1]])
    shares = rng.uniform(0.1, 1, (4, 4))
    levels = int(rng.integers(4, 7))
    return [
        Case((counts,), label="3x3 matrix of counts"),
        Case((shares / shares.sum(),), label="4x4 matrix that sums to 1"),
        Case((np.diag([3.0, 0.0, 2.0]),), label="all pairs equal: a diagonal matrix"),
        Case(
            (np.array([[0.0, 0.0, 3.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),),
            label="all pairs far apart",
        ),
        Case(
            (rng.integers(0, 40, (levels, levels)) + np.eye(levels, dtype=int),),
            label=f"{levels}x{levels} matrix of counts",
        ),
    ]


def _shares(matrix: Any) -> Any:
    return matrix / matrix.sum()


def _row_shares(reference: Reference, P: Any) -> Any:
    with np.errstate(invalid="ignore"):
        rows = P / P.sum(axis=1, keepdims=True)
    # A level without pairs divides 0 by 0.
    return float("nan") if np.isnan(rows).any() else reference(rows) * rows.sum()


def _distances(matrix: Any) -> Any:
    levels = np.arange(len(matrix))
    return np.subtract.outer(levels, levels)


def _changed_in_place(reference: Reference, P: Any) -> Any:
    P /= P.sum()
    return reference(P)


def _first_row(reference: Reference, P: Any) -> Any:
    first = np.zeros(P.shape)
    first[0] = P[0]
    return reference(first) * first.sum() / P.sum()


def _upper(reference: Reference, P: Any) -> Any:
    upper = np.triu(P, 1)
    return reference(upper) * upper.sum() / P.sum()


GLCM_CONTRAST = Exercise(
    id="lab04.glcm_contrast",
    points=2,
    cases=_matrix_cases,
    reference=lambda P: _property(P, "contrast"),
    forbidden=("skimage",),
    mistakes=(
        Mistake(
            "not normalised",
            "With counts your contrast grows with the size of the image. "
            "Turn the matrix into shares first.",
            lambda reference, P: reference(P) * P.sum(),
        ),
        Mistake(
            "absolute for squared difference",
            "You weigh each pair by its difference; "
            "contrast weighs it by the squared difference.",
            lambda reference, P: _property(P, "dissimilarity"),
        ),
        Mistake(
            "shares of each row",
            "You divide each row by its own sum; the shares are of all pairs together.",
            _row_shares,
        ),
        Mistake(
            "signed difference",
            "Pairs that get brighter and pairs that get darker cancel in your sum: "
            "square each difference.",
            lambda reference, P: float((_shares(P) * _distances(P)).sum()),
        ),
        Mistake(
            "mean over the entries",
            "You average over the entries of the matrix; "
            "the average is over the pairs, so the shares are the weights.",
            lambda reference, P: reference(P) / P.size,
        ),
        Mistake(
            "root taken",
            "You take a square root at the end; contrast stays squared.",
            lambda reference, P: np.sqrt(reference(P)),
        ),
        Mistake(
            "always 0",
            "Your result is 0 for every matrix. Do you add up all terms or keep the "
            "last one, and does a division with `//` make the shares 0?",
            lambda reference, P: 0.0,
        ),
        Mistake(
            "first row only",
            "Your sum holds the pairs of the first row alone: "
            "look at how far `return` is indented.",
            _first_row,
        ),
        Mistake(
            "share of unequal pairs",
            "All unequal pairs weigh the same in your sum; "
            "a pair that differs more weighs more.",
            lambda reference, P: 1 - float(np.trace(P) / P.sum()),
        ),
        Mistake(
            "only above the diagonal",
            "The pairs below the diagonal count too; the matrix need not be symmetric.",
            _upper,
        ),
        Mistake(
            "shares squared",
            "You square the shares; only the difference of the levels is squared.",
            lambda reference, P: reference(P**2) * float((_shares(P) ** 2).sum()),
        ),
        Mistake(
            "homogeneity returned",
            "This is large for equal neighbours; contrast is large for unequal ones.",
            lambda reference, P: _property(P, "homogeneity"),
        ),
        Mistake(
            "changed in place",
            "You divide inside the caller's matrix (`P /= ...`), "
            "which fails for whole numbers and spoils the matrix for the next use. "
            "Make a new one.",
            _changed_in_place,
        ),
    ),
)


def _one_forgotten(reference: Reference, P: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((_shares(P) / _distances(P) ** 2).sum())


GLCM_HOMOGENEITY = Exercise(
    id="lab04.glcm_homogeneity",
    points=2,
    cases=_matrix_cases,
    reference=lambda P: _property(P, "homogeneity"),
    forbidden=("skimage",),
    mistakes=(
        Mistake(
            "not normalised",
            "With counts your homogeneity grows with the size of the image. "
            "Turn the matrix into shares first.",
            lambda reference, P: reference(P) * P.sum(),
        ),
        Mistake(
            "absolute for squared difference",
            "Some books divide by 1 + the absolute difference; "
            "this lab, like scikit-image, squares the difference.",
            lambda reference, P: float(
                (_shares(P) / (1 + np.abs(_distances(P)))).sum()
            ),
        ),
        Mistake(
            "shares of each row",
            "You divide each row by its own sum; the shares are of all pairs together.",
            _row_shares,
        ),
        Mistake(
            "brackets missing under the division",
            "Python divides by 1 and then adds the square: "
            "what stands under a fraction needs brackets of its own.",
            lambda reference, P: 1 + float((_distances(P) ** 2).sum()),
        ),
        Mistake(
            "1 forgotten",
            "Equal neighbours differ by 0 and you divide by that: "
            "what keeps the divisor above 0?",
            _one_forgotten,
        ),
        Mistake(
            "first row only",
            "Your sum holds the pairs of the first row alone: "
            "look at how far `return` is indented.",
            _first_row,
        ),
        Mistake(
            "last pair only",
            "Your result is the last term: add all of them up.",
            lambda reference, P: float(P[-1, -1] / P.sum()),
        ),
        Mistake(
            "share of equal pairs",
            "You add only the diagonal; nearly equal pairs count too, a little less.",
            lambda reference, P: float(np.trace(P) / P.sum()),
        ),
        Mistake(
            "made from the contrast",
            "You turn the finished contrast over; "
            "the division belongs inside the sum, pair by pair.",
            lambda reference, P: 1 / (1 + _property(P, "contrast")),
        ),
        Mistake(
            "contrast returned",
            "This is large for unequal neighbours; homogeneity is large for equal ones.",
            lambda reference, P: _property(P, "contrast"),
        ),
        Mistake(
            "mean over the entries",
            "You average over the entries of the matrix; "
            "the average is over the pairs, so the shares are the weights.",
            lambda reference, P: reference(P) / P.size,
        ),
        Mistake(
            "shares squared",
            "The sum of the squared shares is called energy; "
            "homogeneity weighs each share by how near its two levels are.",
            lambda reference, P: float((_shares(P) ** 2).sum()),
        ),
        Mistake(
            "subtracted from 1",
            "Your value falls when neighbours become more alike; homogeneity rises.",
            lambda reference, P: 1 - reference(P),
        ),
        Mistake(
            "changed in place",
            "You divide inside the caller's matrix (`P /= ...`), "
            "which fails for whole numbers and spoils the matrix for the next use. "
            "Make a new one.",
            _changed_in_place,
        ),
    ),
)


# ---------------------------------------------------------------- learn_kernel


def _windows(x: np.ndarray, size: int) -> np.ndarray:
    """Give every window of `x` as a row."""
    return sliding_window_view(x, (size, size)).reshape(-1, size * size).astype(float)


def _learn_reference(
    x: np.ndarray, y: np.ndarray, size: int, lr: float, steps: int
) -> np.ndarray:
    """Give the result of all the steps at once, from the eigenvalues of the loss."""
    windows = _windows(x, size)
    curvature, axes = np.linalg.eigh(2 / len(windows) * windows.T @ windows)
    slope = axes.T @ (2 / len(windows) * windows.T @ y.ravel())
    flat = curvature < 1e-9
    safe = np.where(flat, 1.0, curvature)
    way = np.where(flat, lr * steps, (1 - (1 - lr * safe) ** steps) / safe)
    learned: np.ndarray = (axes @ (way * slope)).reshape(size, size)
    return learned


def _learn_cases(rng: np.random.Generator) -> Sequence[Case]:
    def case(label: str, shape: tuple[int, int], *settings: Any) -> Case:
        size, lr, steps = settings
        x = rng.normal(0, 1, shape)
        kernel = rng.normal(0, 1, (size, size))
        y = (_windows(x, size) @ kernel.ravel()).reshape(
            shape[0] - size + 1, shape[1] - size + 1
        )
        y += rng.normal(0, 0.1, y.shape)
        text = f"{label}{size}x{size} kernel, {shape[0]}x{shape[1]} image"
        return Case((x, y, size, lr, steps), label=f"{text}, lr={lr:g}, {steps} steps")

    whole = rng.integers(-2, 3, (6, 8))
    height, width, steps = (int(rng.integers(*r)) for r in ((6, 10), (7, 11), (4, 9)))
    return [
        case("one step: ", (6, 8), 3, 0.1, 1),
        case("", (7, 6), 2, 0.05, 3),
        case("", (9, 12), 3, 0.1, 25),
        case("", (4, 5), 2, 0.1, 2),
        Case(
            (whole, whole[1:-1, 1:-1] + 2 * whole[1:-1, 2:], 3, 0.02, 6),
            label="whole numbers, 3x3 kernel, 6x8 image, lr=0.02, 6 steps",
        ),
        Case(
            (rng.normal(0, 1, (5, 7)), np.zeros((3, 5)), 3, 0.1, 4),
            label="y is zero: nothing to learn",
        ),
        case("", (height, width), 3, 0.04, steps),
    ]


def _learn_start_at_one(
    reference: Reference, x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    start = np.ones((size, size))
    already = (_windows(x, size) @ start.ravel()).reshape(y.shape)
    return start + reference(x, y - already, size, lr, steps)


def _learn_exactly(
    reference: Reference, x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    solved = np.linalg.lstsq(_windows(x, size), y.ravel(), rcond=None)[0]
    return solved.reshape(size, size)


def _learn_with(
    step: Callable[[Callable[[Any], Any], Any, Any], Any],
) -> Callable[..., Any]:
    """Give a mistake made in every step.

    `step` gets the change of the kernel as a function of what is missing in the output,
    the kernel, and what is missing as a function of the kernel; it returns the next
    kernel.
    """

    def wrong(
        reference: Reference, x: Any, y: Any, size: int, lr: float, steps: int
    ) -> Any:
        def change(missing: Any) -> Any:
            return reference(x, missing, size, lr, 1)

        def missing(kernel: Any) -> Any:
            return y - (_windows(x, size) @ kernel.ravel()).reshape(y.shape)

        kernel = np.zeros((size, size))
        for _ in range(steps):
            kernel = step(change, kernel, missing)
        return kernel

    return wrong


def _learn_without_image(
    reference: Reference, x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    sums, weight = _windows(x, size).sum(axis=1), 0.0
    for _ in range(steps):
        weight += 2 * lr * float((y.ravel() - sums * weight).mean())
    return np.full((size, size), weight)


def _learn_piling_up(
    reference: Reference, x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    changes = np.zeros((1, size, size))
    for _ in range(steps):
        # The kernel so far: an early change has been added in every step since.
        kernel = changes.cumsum(0).sum(0).reshape(-1)
        missing = y - (_windows(x, size) @ kernel).reshape(y.shape)
        changes = np.concatenate([changes, [reference(x, missing, size, lr, 1)]])
    return changes.cumsum(0).sum(0)


def _weight_by_weight(change: Any, kernel: Any, missing: Any) -> Any:
    kernel = kernel.copy()
    for index in np.ndindex(*kernel.shape):
        kernel[index] += change(missing(kernel))[index]
    return kernel


LEARN_KERNEL = Exercise(
    id="lab04.learn_kernel",
    points=3,
    cases=_learn_cases,
    reference=_learn_reference,
    mistakes=(
        Mistake(
            "uphill",
            "Your steps make the loss larger: a step goes against the gradient. "
            "Look at the sign of the error too.",
            lambda reference, x, y, size, lr, steps: reference(x, y, size, -lr, steps),
        ),
        Mistake(
            "factor 2 missing",
            "Your steps are half as long: the derivative of a square has a factor.",
            lambda reference, x, y, size, lr, steps: reference(
                x, y, size, lr / 2, steps
            ),
        ),
        Mistake(
            "sum for mean",
            "Your steps grow with the image: the loss is the mean over the outputs.",
            lambda reference, x, y, size, lr, steps: reference(
                x, y, size, lr * y.size, steps
            ),
        ),
        Mistake(
            "divided by the number of weights",
            "The loss is a mean over the output pixels, not over the weights.",
            lambda reference, x, y, size, lr, steps: reference(
                x, y, size, lr * y.size / size**2, steps
            ),
        ),
        Mistake(
            "kernel flipped",
            "Your kernel comes out turned by half a turn: "
            "`convolve` turns the kernel, `correlate` does not.",
            lambda reference, *a: reference(*a)[::-1, ::-1],
        ),
        Mistake(
            "output with the kernel turned",
            "For the output the kernel slides as it is; "
            "a function called `convolve` turns it.",
            _learn_with(lambda change, k, missing: k + change(missing(k[::-1, ::-1]))),
        ),
        Mistake(
            "error turned in the gradient",
            "The weight at [a, b] meets error [i, j] at x[i + a, j + b]. In your gradient "
            "the error is turned by half a turn, as `convolve` does it.",
            _learn_with(lambda change, k, missing: k + change(missing(k)[::-1, ::-1])),
        ),
        Mistake(
            "kernel replaced in every step",
            "A step changes the kernel that there is; "
            "yours throws it away and keeps the last change only.",
            _learn_with(lambda change, k, missing: change(missing(k))),
        ),
        Mistake(
            "gradients piled up",
            "The gradient of a step still holds those of the steps before: "
            "start its sum at zero in every step.",
            _learn_piling_up,
        ),
        Mistake(
            "image left out of the gradient",
            "All of your weights are equal. The gradient for the weight at [a, b] has a "
            "factor that depends on a and b.",
            _learn_without_image,
        ),
        Mistake(
            "weights changed one after the other",
            "You renew the error after each single weight. "
            "A step computes the whole gradient first and then changes all weights.",
            _learn_with(_weight_by_weight),
        ),
        Mistake(
            "mean over the pixels of the image",
            "The output has fewer pixels than the image: the mean is over the output.",
            lambda reference, x, y, size, lr, steps: reference(
                x, y, size, lr * y.size / x.size, steps
            ),
        ),
        Mistake(
            "one step too many",
            "You take one step more than `steps`.",
            lambda reference, x, y, size, lr, steps: reference(
                x, y, size, lr, steps + 1
            ),
        ),
        Mistake(
            "kernel transposed",
            "Rows and columns of your kernel are swapped.",
            lambda reference, *a: reference(*a).T,
        ),
        Mistake(
            "one step too few",
            "You take one step less than `steps`.",
            lambda reference, x, y, size, lr, steps: reference(
                x, y, size, lr, steps - 1
            ),
        ),
        Mistake(
            "one step only",
            "You take a single step: repeat it, each time with the new kernel.",
            lambda reference, x, y, size, lr, steps: reference(x, y, size, lr, 1),
        ),
        Mistake(
            "gradient never renewed",
            "All your steps go the same way: "
            "the error changes with the kernel, so compute it again in every step.",
            lambda reference, x, y, size, lr, steps: (
                steps * reference(x, y, size, lr, 1)
            ),
        ),
        Mistake(
            "starts at one",
            "The kernel starts with zeros everywhere; yours starts with ones.",
            _learn_start_at_one,
        ),
        Mistake(
            "solved, not learned",
            "You jump to the best kernel at once. That is clever, "
            "but a network cannot; take exactly `steps` steps.",
            _learn_exactly,
        ),
        Mistake(
            "learning rate ignored",
            "`lr` scales every step; yours have a fixed length of 1 times the gradient.",
            lambda reference, x, y, size, lr, steps: reference(x, y, size, 1.0, steps),
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    GABOR_KERNEL,
    FILTER_BANK_FEATURES,
    COOCCURRENCE,
    GLCM_CONTRAST,
    GLCM_HOMOGENEITY,
    LEARN_KERNEL,
)
