"""Mistakes in a Gabor kernel, made of the right kernels for other parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def by_name(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    names = ("size", "wavelength", "theta", "sigma", "psi", "gamma")
    given = dict(zip(names, args, strict=False)) | kwargs
    return {"psi": 0.0, "gamma": 1.0} | given


def with_parameters(**changes: Callable[[dict[str, Any]], float]) -> Callable[..., Any]:
    """Return a mistake: the right kernel for other parameters."""

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = by_name(args, kwargs)
        return reference(**given | {name: new(given) for name, new in changes.items()})

    return wrong


def raw(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Undo the mean removal: before it, the centre of the kernel is cos(psi)."""
    kernel = reference(*args, **kwargs)
    centre = kernel.shape[0] // 2
    psi = by_name(args, kwargs)["psi"]
    return kernel + (np.cos(psi) - kernel[centre, centre])


def bell_and_wave(
    reference: Callable[..., Any], *args: Any, **kwargs: Any
) -> tuple[Any, Any]:
    """Return the two factors of a kernel before its mean is removed."""
    given = by_name(args, kwargs)
    bell = raw(reference, **given | {"wavelength": 1e9, "psi": 0.0})
    return bell, raw(reference, **given | {"sigma": 1e6, "gamma": 1.0})


def wave_centred(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    bell, wave = bell_and_wave(reference, *args, **kwargs)
    return bell * (wave - wave.mean())


def rising(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    bell, wave = bell_and_wave(reference, *args, **kwargs)
    return wave / bell - (wave / bell).mean()


def squares(
    reference: Callable[..., Any], given: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Return u**2 and v**2: the logarithms of a round and a stretched bell tell them."""
    bells = given | {"wavelength": 1e9, "sigma": 10.0, "psi": 0.0}
    round_, stretched = (
        -200 * np.log(raw(reference, **bells | {"gamma": squeeze}))
        for squeeze in (1.0, 0.5)
    )
    v2 = (round_ - stretched) / (1 - 0.5**2)
    return round_ - v2, v2


def angles(**turned: Callable[[float], float]) -> Callable[..., Any]:
    """Return a mistake: other angles for u and for v in the bell, or in the wave."""

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = by_name(args, kwargs)
        at = {
            part: given | {"theta": turned.get(part, float)(given["theta"])}
            for part in ("u", "v", "wave")
        }
        u2, v2 = squares(reference, at["u"])[0], squares(reference, at["v"])[1]
        exponent = -(u2 + given["gamma"] ** 2 * v2) / (2 * given["sigma"] ** 2)
        kernel = np.exp(exponent) * bell_and_wave(reference, **at["wave"])[1]
        return kernel - kernel.mean()

    return wrong


def cosine_negated(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    given = by_name(args, kwargs)
    turned = angles(u=lambda theta: -theta, wave=lambda theta: -theta)
    return turned(reference, **given | {"psi": -given["psi"]})


def cut(
    part: Callable[[int], slice], larger: Callable[[int], int], **scale: float
) -> Callable[..., Any]:
    """Return a mistake: the square `part` of a kernel of a larger size.

    A wavelength and a bell that are so many times larger stand for offsets that are so
    many times smaller.
    """

    def wrong(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = by_name(args, kwargs)
        size = given["size"]
        changed = given | {name: given[name] * by for name, by in scale.items()}
        kernel = raw(reference, **changed | {"size": larger(size)})
        return centred(kernel[part(size), part(size)])

    return wrong


def scaled_offsets(
    reference: Callable[..., Any], *args: Any, **kwargs: Any
) -> np.ndarray:
    given = by_name(args, kwargs)
    radius = given["size"] // 2
    larger = {name: given[name] * radius for name in ("wavelength", "sigma")}
    return np.asarray(reference(**given | larger))


def psi_outside(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    given = by_name(args, kwargs)
    bell, wave = bell_and_wave(reference, **given | {"psi": 0.0})
    kernel = bell * (wave + given["psi"])
    return kernel - kernel.mean()


def unbracketed(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return the kernel of exp(-u**2 + gamma**2 v**2 / (2 sigma**2))."""
    given = by_name(args, kwargs)
    u2, v2 = squares(reference, given)
    _, wave = bell_and_wave(reference, **given)
    gamma, sigma = given["gamma"], given["sigma"]
    bell = np.exp(-u2 + gamma**2 * v2 / (2 * sigma**2))
    return bell * wave - (bell * wave).mean()


def minus_on_u(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return the kernel of exp((-u**2 + gamma**2 v**2) / (2 sigma**2))."""
    given = by_name(args, kwargs)
    u2, v2 = squares(reference, given)
    _, wave = bell_and_wave(reference, **given)
    exponent = (-u2 + given["gamma"] ** 2 * v2) / (2 * given["sigma"] ** 2)
    return centred(np.exp(exponent) * wave)


def v_of_turned_x(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return the kernel whose v is made of u and y, since u was written over x."""
    given = by_name(args, kwargs)
    x2, y2 = squares(reference, given | {"theta": 0.0})
    both, _ = squares(reference, given | {"theta": np.pi / 4})
    cosine, sine = np.cos(given["theta"]), np.sin(given["theta"])
    of_x, of_y = -cosine * sine, cosine - sine**2
    v2 = of_x**2 * x2 + of_x * of_y * (2 * both - x2 - y2) + of_y**2 * y2
    u2, _ = squares(reference, given)
    exponent = -(u2 + given["gamma"] ** 2 * v2) / (2 * given["sigma"] ** 2)
    return centred(np.exp(exponent) * bell_and_wave(reference, **given)[1])


def mean_of_the_bell(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    bell, _ = bell_and_wave(reference, *args, **kwargs)
    return raw(reference, *args, **kwargs) - bell.mean()


def centred(kernel: Any) -> Any:
    return kernel - kernel.mean()


def diagonal(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    diagonal = np.diag(raw(reference, *args, **kwargs))
    return diagonal - diagonal.mean()
