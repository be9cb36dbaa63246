"""A Gabor filter: a wave under a bell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, bracketed
from grader.exercises.common.wrong import after, by_default
from grader.exercises.lab04_features_before_2012.gabor_slips import (
    angles,
    bell_and_wave,
    centred,
    cosine_negated,
    cut,
    diagonal,
    mean_of_the_bell,
    minus_on_u,
    psi_outside,
    raw,
    rising,
    scaled_offsets,
    unbracketed,
    v_of_turned_x,
    wave_centred,
    with_parameters,
)
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw kernels of odd sizes, turned both ways, without and with psi and gamma."""
    plain, full = "defaults", "psi and gamma"
    wavelength, theta = rng.uniform(3, 7), rng.uniform(0.2, 1.3)
    size = int(rng.choice([5, 7, 9]))
    return [
        Case((5, 4.0, 0.0, 2.0), part=plain),
        Case((3, 4, 1, 1), part=plain),
        Case((9, 5.0, 0.6, 2.5), part=plain),
        Case((7, 4, -0.5, 3), part=plain),
        Case((size, wavelength, theta, rng.uniform(1.2, 3)), part=plain),
        Case((3, 4, 1, 1), {"psi": 1, "gamma": 2}, part=full),
        Case((7, 4.0, 0.4, 1.5), {"psi": np.pi / 2}, part=full),
        Case((9, 6.0, 1.1, 2.0), {"psi": 0.4, "gamma": 0.5}, part=full),
        Case((5, 3.5, 2.5, 3.0), {"gamma": 2.0}, part=full),
        Case(
            (size, wavelength, -theta, 1.8),
            {"psi": rng.uniform(0.3, 1.2), "gamma": rng.uniform(0.3, 0.7)},
            part=full,
        ),
    ]


def reference(
    size: int,
    wavelength: float,
    theta: float,
    sigma: float,
    psi: float = 0.0,
    gamma: float = 1.0,
) -> np.ndarray:
    """Return scikit-image's kernel, cut to (size, size), not normalised, zero-mean."""
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


def where(index: tuple[int, ...], size: int, *args: Any, **kwargs: Any) -> str:
    """Return in words which point of the plane the value at `index` belongs to."""
    return (
        f"  [{index[0]}, {index[1]}] is the point x = {index[1] - size // 2}, "
        f"y = {index[0] - size // 2}, counted from the centre."
    )


def arithmetic(
    index: Index,
    size: int,
    wavelength: float,
    theta: float,
    sigma: float,
    psi: float = 0.0,
    gamma: float = 1.0,
) -> str:
    """Return envelope times wave, minus the mean of all of them."""
    x, y = index[1] - size // 2, index[0] - size // 2
    along = x * np.cos(theta) + y * np.sin(theta)
    across = y * np.cos(theta) - x * np.sin(theta)
    envelope = np.exp(-(along**2 + (gamma * across) ** 2) / (2 * sigma**2))
    wave = np.cos(2 * np.pi * along / wavelength + psi)
    mean = (
        envelope * wave - reference(size, wavelength, theta, sigma, psi, gamma)[index]
    )
    words = (
        f"x = {x}, y = {y} lie {show(along)} along the wave and {show(across)} across; "
        "envelope times wave, minus the mean of the kernel"
    )
    far = f"{bracketed(along)}**2 + ({show(gamma)}*{bracketed(across)})**2"
    angle = f"2*pi*{bracketed(along)}/{show(wavelength)} + {show(psi)}"
    return (
        f"{words}\nexp(-({far}) / (2*{show(sigma)}**2)) * cos({angle}) - "
        f"{bracketed(mean)}"
    )


MISTAKES = (
    Mistake(
        "not zero-mean",
        "Your kernel does not sum to zero, so it answers to a flat grey wall. "
        "Take the mean of the finished kernel away at the end.",
        raw,
    ),
    Mistake(
        "x and y swapped",
        "x runs along the columns and y down the rows. With the two swapped, or sine and "
        "cosine, theta = 0 answers to horizontal stripes.",
        after(np.transpose),
    ),
    Mistake(
        "angle turned the wrong way",
        "Your kernel turns the other way when theta grows. Look at the signs in "
        "front of the sines in u and v; y grows downwards.",
        with_parameters(theta=lambda p: -p["theta"]),
    ),
    Mistake(
        "wrong sign in u",
        "Compare the sign in front of the sine in u with the task: "
        "u and v have to stand at right angles.",
        angles(u=lambda theta: -theta, wave=lambda theta: -theta),
    ),
    Mistake(
        "wrong sign in v",
        "Compare the sign in front of the sine in v with the task: "
        "u and v have to stand at right angles.",
        angles(v=lambda theta: -theta),
    ),
    Mistake(
        "v made from the turned x",
        "You write u over x and take that for v as well. v needs the x from before.",
        v_of_turned_x,
    ),
    Mistake(
        "u not turned",
        "The wave runs along u, which turns with `theta`; yours is x.",
        angles(u=lambda theta: 0.0, wave=lambda theta: 0.0),
    ),
    Mistake(
        "v not turned",
        "The bell is built from u and v, which both turn with `theta`; your v is y.",
        angles(v=lambda theta: 0.0),
    ),
    Mistake(
        "wrong sign of the cosine in u",
        "Compare the sign in front of the cosine in u with the task: u and v have to "
        "stand at right angles.",
        cosine_negated,
    ),
    Mistake(
        "u and v exchanged",
        "The wave runs along u; yours runs along v.",
        with_parameters(theta=lambda p: p["theta"] + np.pi / 2),
    ),
    Mistake(
        "wave along v",
        "The wave runs along u; yours runs along v.",
        angles(wave=lambda theta: theta + np.pi / 2),
    ),
    Mistake(
        "wave along x",
        "The wave runs along u, which turns with `theta`; yours always runs along x.",
        angles(wave=lambda theta: 0.0),
    ),
    Mistake(
        "bell not turned",
        "The bell is built from u and v, which turn with `theta`; yours from x and y.",
        angles(u=lambda theta: 0.0, v=lambda theta: 0.0),
    ),
    Mistake(
        "coordinates not centred",
        "x and y are counted from the centre of the kernel, so half of them are "
        "negative; yours begin with 0 in a corner.",
        cut(lambda size: slice(size - 1, None), lambda size: 2 * size - 1),
    ),
    Mistake(
        "coordinates counted from 1",
        "x and y are counted from the centre of the kernel, so half of them are "
        "negative; yours begin with 1 in a corner.",
        cut(lambda size: slice(size + 1, None), lambda size: 2 * size + 1),
    ),
    Mistake(
        "coordinates half a pixel off",
        "The centre of a kernel of odd size is a pixel: its offsets are whole numbers, "
        "from -(size // 2) to size // 2.",
        cut(
            lambda size: slice(0, 2 * size, 2),
            lambda size: 2 * size + 1,
            wavelength=2,
            sigma=2,
        ),
    ),
    Mistake(
        "coordinates from -1 to 1",
        "x and y count pixels; yours are fractions of the kernel.",
        scaled_offsets,
    ),
    Mistake(
        "last offset left out",
        "`np.arange` stops before its end, so your kernel is one too small: "
        "its side is `size`.",
        cut(lambda size: slice(None, -1), lambda size: size),
    ),
    Mistake(
        "degrees for radians",
        "`theta` already comes in radians, and NumPy's sine and cosine take radians: "
        "nothing needs to be converted.",
        with_parameters(theta=lambda p: np.deg2rad(p["theta"])),
    ),
    Mistake(
        "angle ignored",
        "Your kernel is the same for every `theta`: let the wave run along u, not x.",
        with_parameters(theta=lambda p: 0.0),
    ),
    Mistake(
        "sigma tied to the wavelength",
        "The width of the bell is `sigma` itself, whatever the wavelength.",
        with_parameters(sigma=lambda p: 0.56 * p["wavelength"]),
    ),
    Mistake(
        "factor 2 under sigma missing",
        "Your bell is narrower than it should be: "
        "the exponent is divided by 2 sigma squared.",
        with_parameters(sigma=lambda p: p["sigma"] / np.sqrt(2)),
    ),
    Mistake(
        "sigma not squared",
        "In the exponent `sigma` is squared, as u and v are.",
        with_parameters(sigma=lambda p: np.sqrt(p["sigma"])),
    ),
    Mistake(
        "wavelength used as frequency",
        "The wave repeats after `wavelength` pixels: "
        "a larger wavelength makes broader stripes, so it divides.",
        with_parameters(wavelength=lambda p: 1 / p["wavelength"]),
    ),
    Mistake(
        "2 pi missing",
        "The cosine repeats after 2 pi, the wave after one wavelength.",
        with_parameters(wavelength=lambda p: 2 * np.pi * p["wavelength"]),
    ),
    Mistake(
        "pi for 2 pi",
        "Your stripes are twice as broad: a full wave of the cosine is 2 pi long.",
        with_parameters(wavelength=lambda p: 2 * p["wavelength"]),
    ),
    Mistake(
        "sine for cosine",
        "With psi = 0 the wave has its crest in the centre; yours crosses zero there.",
        with_parameters(psi=lambda p: p["psi"] - np.pi / 2),
    ),
    Mistake(
        "psi ignored",
        "`psi` shifts the wave under the bell; your kernel is the same for every "
        "`psi`.",
        with_parameters(psi=lambda p: 0.0),
    ),
    Mistake(
        "psi inside the fraction",
        "`psi` is an angle already, in radians: it is added to the finished fraction.",
        with_parameters(psi=lambda p: 2 * np.pi * p["psi"] / p["wavelength"]),
    ),
    Mistake(
        "psi outside the cosine",
        "`psi` shifts the wave: it is added inside the cosine, to its angle.",
        psi_outside,
    ),
    Mistake(
        "wave shifted the wrong way",
        "Your wave is shifted the other way: look at the sign in front of `psi`, "
        "and at those of u.",
        with_parameters(psi=lambda p: -p["psi"]),
    ),
    Mistake(
        "a quarter of a wave by default",
        "A call that names no `psi` means 0, as in the first line of the function; "
        "OpenCV's own function has another default.",
        by_default(psi=np.pi / 2),
    ),
    Mistake(
        "bell stretched by default",
        "A call that names no `gamma` means 1, a round bell: look at the first line of "
        "the function.",
        by_default(gamma=0.5),
    ),
    Mistake(
        "gamma ignored",
        "`gamma` makes the bell an ellipse; yours is always round.",
        with_parameters(gamma=lambda p: 1.0),
    ),
    Mistake(
        "gamma on the wrong axis",
        "`gamma` belongs to v, the direction along the stripes; you put it on u.",
        with_parameters(
            sigma=lambda p: p["sigma"] / p["gamma"], gamma=lambda p: 1 / p["gamma"]
        ),
    ),
    Mistake(
        "gamma not squared",
        "In the exponent `gamma` is squared, as u and v are.",
        with_parameters(gamma=lambda p: np.sqrt(p["gamma"])),
    ),
    Mistake(
        "gamma divides",
        "`gamma` multiplies v: a larger one makes the bell narrower along the stripes.",
        with_parameters(gamma=lambda p: 1 / p["gamma"]),
    ),
    Mistake(
        "gamma on both axes",
        "`gamma` belongs to v alone; u keeps the width `sigma`.",
        with_parameters(sigma=lambda p: p["sigma"] / p["gamma"], gamma=lambda p: 1.0),
    ),
    Mistake(
        "bell forgotten",
        "Your kernel is a wave everywhere: multiply it by the bell.",
        lambda reference, *args, **kwargs: centred(
            bell_and_wave(reference, *args, **kwargs)[1]
        ),
    ),
    Mistake(
        "wave forgotten",
        "Your kernel is a bell without a wave: multiply it by the cosine.",
        lambda reference, *args, **kwargs: centred(
            bell_and_wave(reference, *args, **kwargs)[0]
        ),
    ),
    Mistake(
        "bell and wave added",
        "The bell multiplies the wave, so that it fades towards the rim.",
        lambda reference, *args, **kwargs: centred(
            sum(bell_and_wave(reference, *args, **kwargs))
        ),
    ),
    Mistake(
        "mean taken off the wave alone",
        "You centred the wave before the bell multiplied it, "
        "and the product no longer sums to zero. Centre the finished kernel.",
        wave_centred,
    ),
    Mistake(
        "mean of the bell taken off",
        "You take off the mean of the bell, and the product with the wave does not sum "
        "to zero. Take off the mean of the finished kernel.",
        mean_of_the_bell,
    ),
    Mistake(
        "brackets missing under the fraction",
        "Python divides by 2 and then multiplies by sigma squared: "
        "what stands under a fraction needs brackets of its own.",
        with_parameters(sigma=lambda p: 1 / p["sigma"]),
    ),
    Mistake(
        "brackets missing in the exponent",
        "Your minus sign and your division each reach only one of the two terms: "
        "what stands above a fraction needs brackets of its own.",
        unbracketed,
    ),
    Mistake(
        "minus sign on u alone",
        "Your minus sign reaches only the first of the two terms, so the bell grows "
        "along v: what stands above a fraction needs brackets of its own.",
        minus_on_u,
    ),
    Mistake(
        "minus forgotten in the exponent",
        "Your kernel grows towards its rim. A bell falls: look at the sign in front "
        "of the fraction in the exponent.",
        rising,
    ),
    Mistake(
        "a line in place of a square",
        "You used the offsets for x and for y at once, which gives the diagonal. "
        "Each of the size x size points has an x and a y of its own.",
        diagonal,
    ),
    Mistake(
        "scaled to standard deviation 1",
        "You divide by the standard deviation. The task takes the mean away; "
        "no other scaling.",
        after(lambda kernel: kernel / np.std(kernel)),
    ),
    Mistake(
        "scaled to sum 1",
        "You divide by the sum of the absolute values. The task takes the mean "
        "away; no other scaling.",
        after(lambda kernel: kernel / np.abs(kernel).sum()),
    ),
    Mistake(
        "scaled to norm 1",
        "You divide by the root of the sum of squares. The task takes the mean away; "
        "no other scaling.",
        after(lambda kernel: kernel / np.linalg.norm(kernel)),
    ),
    Mistake(
        "scaled to maximum 1",
        "You divide by the largest value. The task takes the mean away; "
        "no other scaling.",
        after(lambda kernel: kernel / kernel.max()),
    ),
    Mistake(
        "scaled to sum 1 before the mean is taken off",
        "You divide by the sum of the values. The task takes the mean away; "
        "no other scaling.",
        lambda reference, *args, **kwargs: centred(
            raw(reference, *args, **kwargs) / raw(reference, *args, **kwargs).sum()
        ),
    ),
    Mistake(
        "scaled in place of centred",
        "You divide by the sum. The task takes the mean away, so that the sum becomes "
        "0.",
        lambda reference, *args, **kwargs: (
            raw(reference, *args, **kwargs) / raw(reference, *args, **kwargs).sum()
        ),
    ),
    Mistake(
        "mean of each row taken off",
        "Take one mean, that of all values, from the kernel.",
        lambda reference, *args, **kwargs: (
            raw(reference, *args, **kwargs)
            - raw(reference, *args, **kwargs).mean(axis=1, keepdims=True)
        ),
    ),
    Mistake(
        "sum taken off, not the mean",
        "You subtract the sum of all values from each: take off their mean.",
        lambda reference, *args, **kwargs: (
            raw(reference, *args, **kwargs) - raw(reference, *args, **kwargs).sum()
        ),
    ),
    Mistake(
        "scaled like a density",
        "You divide by 2 pi sigma squared, as in the normal distribution. The task "
        "takes the mean away; no other scaling.",
        lambda reference, size, wavelength, theta, sigma, *a, **k: (
            reference(size, wavelength, theta, sigma, *a, **k) / (2 * np.pi * sigma**2)
        ),
    ),
    Mistake(
        "size read as radius",
        "`size` is the side of the whole kernel, so the offsets end at `size // 2`.",
        with_parameters(size=lambda p: 2 * p["size"] + 1),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    parts={"defaults": 3, "psi and gamma": 1},
    forbidden=("skimage", "cv2"),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
