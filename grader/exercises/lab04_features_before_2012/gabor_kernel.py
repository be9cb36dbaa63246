"""A Gabor filter: a wave under a bell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw kernels of odd sizes, turned both ways, without and with psi and gamma."""
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


def _by_name(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    names = ("size", "wavelength", "theta", "sigma", "psi", "gamma")
    given = dict(zip(names, args, strict=False)) | kwargs
    return {"psi": 0.0, "gamma": 1.0} | given


def _with(**changes: Callable[[dict[str, Any]], float]) -> Callable[..., Any]:
    """Return a mistake: the right kernel for other parameters."""

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = _by_name(args, kwargs)
        return reference(**given | {name: new(given) for name, new in changes.items()})

    return wrong


def _raw(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Undo the mean removal: before it, the centre of the kernel is cos(psi)."""
    kernel = reference(*args, **kwargs)
    centre = kernel.shape[0] // 2
    psi = _by_name(args, kwargs)["psi"]
    return kernel + (np.cos(psi) - kernel[centre, centre])


def _bell_and_wave(
    reference: Callable[..., Any], *args: Any, **kwargs: Any
) -> tuple[Any, Any]:
    """Return the two factors of a kernel before its mean is removed."""
    given = _by_name(args, kwargs)
    bell = _raw(reference, **given | {"wavelength": 1e9, "psi": 0.0})
    return bell, _raw(reference, **given | {"sigma": 1e6, "gamma": 1.0})


def _wave_centred(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    bell, wave = _bell_and_wave(reference, *args, **kwargs)
    return bell * (wave - wave.mean())


def _rising(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    bell, wave = _bell_and_wave(reference, *args, **kwargs)
    return wave / bell - (wave / bell).mean()


def _squares(
    reference: Callable[..., Any], given: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Return u**2 and v**2: the logarithms of a round and a stretched bell tell them."""
    bells = given | {"wavelength": 1e9, "sigma": 10.0, "psi": 0.0}
    round_, stretched = (
        -200 * np.log(_raw(reference, **bells | {"gamma": squeeze}))
        for squeeze in (1.0, 0.5)
    )
    v2 = (round_ - stretched) / (1 - 0.5**2)
    return round_ - v2, v2


def _angles(**turned: Callable[[float], float]) -> Callable[..., Any]:
    """Return a mistake: other angles for u and for v in the bell, or in the wave."""

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = _by_name(args, kwargs)
        at = {
            part: given | {"theta": turned.get(part, float)(given["theta"])}
            for part in ("u", "v", "wave")
        }
        u2, v2 = _squares(reference, at["u"])[0], _squares(reference, at["v"])[1]
        exponent = -(u2 + given["gamma"] ** 2 * v2) / (2 * given["sigma"] ** 2)
        kernel = np.exp(exponent) * _bell_and_wave(reference, **at["wave"])[1]
        return kernel - kernel.mean()

    return wrong


def _cut(
    part: Callable[[int], slice], larger: Callable[[int], int], **scale: float
) -> Callable[..., Any]:
    """Return a mistake: the square `part` of a kernel of a larger size.

    A wavelength and a bell that are so many times larger stand for offsets that are so
    many times smaller.
    """

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = _by_name(args, kwargs)
        size = given["size"]
        changed = given | {name: given[name] * by for name, by in scale.items()}
        raw = _raw(reference, **changed | {"size": larger(size)})
        cut = raw[part(size), part(size)]
        return cut - cut.mean()

    return wrong


def _scaled_offsets(
    reference: Callable[..., Any], *args: Any, **kwargs: Any
) -> np.ndarray:
    given = _by_name(args, kwargs)
    radius = given["size"] // 2
    larger = {name: given[name] * radius for name in ("wavelength", "sigma")}
    return np.asarray(reference(**given | larger))


def _psi_outside(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    given = _by_name(args, kwargs)
    bell, wave = _bell_and_wave(reference, **given | {"psi": 0.0})
    kernel = bell * (wave + given["psi"])
    return kernel - kernel.mean()


def _unbracketed(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return the kernel of exp(-u**2 + gamma**2 v**2 / (2 sigma**2))."""
    given = _by_name(args, kwargs)
    u2, v2 = _squares(reference, given)
    _, wave = _bell_and_wave(reference, **given)
    gamma, sigma = given["gamma"], given["sigma"]
    bell = np.exp(-u2 + gamma**2 * v2 / (2 * sigma**2))
    return bell * wave - (bell * wave).mean()


def _centred(kernel: Any) -> Any:
    return kernel - kernel.mean()


def _diagonal(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    diagonal = np.diag(_raw(reference, *args, **kwargs))
    return diagonal - diagonal.mean()


MISTAKES = (
    Mistake(
        "not zero-mean",
        "Your kernel does not sum to zero, so it answers to a flat grey wall. "
        "Take the mean of the finished kernel away at the end.",
        _raw,
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
        _with(theta=lambda p: -p["theta"]),
    ),
    Mistake(
        "wrong sign in u",
        "Compare the sign in front of the sine in u with the task: "
        "u and v have to stand at right angles.",
        _angles(u=lambda theta: -theta, wave=lambda theta: -theta),
    ),
    Mistake(
        "wrong sign in v",
        "Compare the sign in front of the sine in v with the task: "
        "u and v have to stand at right angles.",
        _angles(v=lambda theta: -theta),
    ),
    Mistake(
        "u and v exchanged",
        "The wave runs along u; yours runs along v.",
        _with(theta=lambda p: p["theta"] + np.pi / 2),
    ),
    Mistake(
        "wave along v",
        "The wave runs along u; yours runs along v.",
        _angles(wave=lambda theta: theta + np.pi / 2),
    ),
    Mistake(
        "wave along x",
        "The wave runs along u, which turns with `theta`; yours always runs along x.",
        _angles(wave=lambda theta: 0.0),
    ),
    Mistake(
        "bell not turned",
        "The bell is built from u and v, which turn with `theta`; yours from x and y.",
        _angles(u=lambda theta: 0.0, v=lambda theta: 0.0),
    ),
    Mistake(
        "coordinates not centred",
        "x and y are counted from the centre of the kernel, so half of them are "
        "negative; yours begin with 0 in a corner.",
        _cut(lambda size: slice(size - 1, None), lambda size: 2 * size - 1),
    ),
    Mistake(
        "coordinates counted from 1",
        "x and y are counted from the centre of the kernel, so half of them are "
        "negative; yours begin with 1 in a corner.",
        _cut(lambda size: slice(size + 1, None), lambda size: 2 * size + 1),
    ),
    Mistake(
        "coordinates half a pixel off",
        "The centre of a kernel of odd size is a pixel: its offsets are whole numbers, "
        "from -(size // 2) to size // 2.",
        _cut(
            lambda size: slice(0, 2 * size, 2),
            lambda size: 2 * size + 1,
            wavelength=2,
            sigma=2,
        ),
    ),
    Mistake(
        "coordinates from -1 to 1",
        "x and y count pixels; yours are fractions of the kernel.",
        _scaled_offsets,
    ),
    Mistake(
        "last offset left out",
        "`np.arange` stops before its end, so your kernel is one too small: "
        "its side is `size`.",
        _cut(lambda size: slice(None, -1), lambda size: size),
    ),
    Mistake(
        "degrees for radians",
        "`theta` already comes in radians, and NumPy's sine and cosine take radians: "
        "nothing needs to be converted.",
        _with(theta=lambda p: np.deg2rad(p["theta"])),
    ),
    Mistake(
        "angle ignored",
        "Your kernel is the same for every `theta`: let the wave run along u, not x.",
        _with(theta=lambda p: 0.0),
    ),
    Mistake(
        "sigma tied to the wavelength",
        "The width of the bell is `sigma` itself, whatever the wavelength.",
        _with(sigma=lambda p: 0.56 * p["wavelength"]),
    ),
    Mistake(
        "factor 2 under sigma missing",
        "Your bell is narrower than it should be: "
        "the exponent is divided by 2 sigma squared.",
        _with(sigma=lambda p: p["sigma"] / np.sqrt(2)),
    ),
    Mistake(
        "sigma not squared",
        "In the exponent `sigma` is squared, as u and v are.",
        _with(sigma=lambda p: np.sqrt(p["sigma"])),
    ),
    Mistake(
        "wavelength used as frequency",
        "The wave repeats after `wavelength` pixels: "
        "a larger wavelength makes broader stripes, so it divides.",
        _with(wavelength=lambda p: 1 / p["wavelength"]),
    ),
    Mistake(
        "2 pi missing",
        "The cosine repeats after 2 pi, the wave after one wavelength.",
        _with(wavelength=lambda p: 2 * np.pi * p["wavelength"]),
    ),
    Mistake(
        "pi for 2 pi",
        "Your stripes are twice as broad: a full wave of the cosine is 2 pi long.",
        _with(wavelength=lambda p: 2 * p["wavelength"]),
    ),
    Mistake(
        "sine for cosine",
        "With psi = 0 the wave has its crest in the centre; yours crosses zero there.",
        _with(psi=lambda p: p["psi"] - np.pi / 2),
    ),
    Mistake(
        "psi ignored",
        "`psi` shifts the wave under the bell; your kernel is the same for every `psi`.",
        _with(psi=lambda p: 0.0),
    ),
    Mistake(
        "psi inside the fraction",
        "`psi` is an angle already, in radians: it is added to the finished fraction.",
        _with(psi=lambda p: 2 * np.pi * p["psi"] / p["wavelength"]),
    ),
    Mistake(
        "psi outside the cosine",
        "`psi` shifts the wave: it is added inside the cosine, to its angle.",
        _psi_outside,
    ),
    Mistake(
        "psi subtracted",
        "Your wave is shifted the other way: look at the sign in front of `psi`.",
        _with(psi=lambda p: -p["psi"]),
    ),
    Mistake(
        "gamma ignored",
        "`gamma` makes the bell an ellipse; yours is always round.",
        _with(gamma=lambda p: 1.0),
    ),
    Mistake(
        "gamma on the wrong axis",
        "`gamma` belongs to v, the direction along the stripes; you put it on u.",
        _with(sigma=lambda p: p["sigma"] / p["gamma"], gamma=lambda p: 1 / p["gamma"]),
    ),
    Mistake(
        "gamma not squared",
        "In the exponent `gamma` is squared, as u and v are.",
        _with(gamma=lambda p: np.sqrt(p["gamma"])),
    ),
    Mistake(
        "gamma divides",
        "`gamma` multiplies v: a larger one makes the bell narrower along the stripes.",
        _with(gamma=lambda p: 1 / p["gamma"]),
    ),
    Mistake(
        "gamma on both axes",
        "`gamma` belongs to v alone; u keeps the width `sigma`.",
        _with(sigma=lambda p: p["sigma"] / p["gamma"], gamma=lambda p: 1.0),
    ),
    Mistake(
        "bell forgotten",
        "Your kernel is a wave everywhere: multiply it by the bell.",
        lambda reference, *args, **kwargs: _centred(
            _bell_and_wave(reference, *args, **kwargs)[1]
        ),
    ),
    Mistake(
        "wave forgotten",
        "Your kernel is a bell without a wave: multiply it by the cosine.",
        lambda reference, *args, **kwargs: _centred(
            _bell_and_wave(reference, *args, **kwargs)[0]
        ),
    ),
    Mistake(
        "bell and wave added",
        "The bell multiplies the wave, so that it fades towards the rim.",
        lambda reference, *args, **kwargs: _centred(
            sum(_bell_and_wave(reference, *args, **kwargs))
        ),
    ),
    Mistake(
        "mean taken off the wave alone",
        "You centred the wave before the bell multiplied it, "
        "and the product no longer sums to zero. Centre the finished kernel.",
        _wave_centred,
    ),
    Mistake(
        "brackets missing under the fraction",
        "Python divides by 2 and then multiplies by sigma squared: "
        "what stands under a fraction needs brackets of its own.",
        _with(sigma=lambda p: 1 / p["sigma"]),
    ),
    Mistake(
        "brackets missing in the exponent",
        "Your minus sign and your division each reach only one of the two terms: "
        "what stands above a fraction needs brackets of its own.",
        _unbracketed,
    ),
    Mistake(
        "minus forgotten in the exponent",
        "Your kernel grows towards its rim. A bell falls: look at the sign in front "
        "of the fraction in the exponent.",
        _rising,
    ),
    Mistake(
        "a line in place of a square",
        "You used the offsets for x and for y at once, which gives the diagonal. "
        "Each of the size x size points has an x and a y of its own.",
        _diagonal,
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
        lambda reference, *args, **kwargs: _centred(
            _raw(reference, *args, **kwargs) / _raw(reference, *args, **kwargs).sum()
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
        _with(size=lambda p: 2 * p["size"] + 1),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    parts={"defaults": 3, "psi and gamma": 1},
    forbidden=("skimage", "cv2"),
    where=where,
    mistakes=MISTAKES,
)
