"""The right residual block, taken apart to be put together wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

Tensor = Any
Apply = Callable[[Tensor], Tensor]


Settings = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """The right block's convolutions, to be applied as fresh copies.

    Attributes:
        x: the input.
        layers: settings of both convolutions, and of the shortcut's if it has one.
    """

    x: Tensor
    layers: tuple[Settings, ...]
    filters: int
    strides: int

    @property
    def fits(self) -> bool:
        """Return whether the shortcut needs no convolution."""
        return len(self.layers) == 2

    def first(self, tensor: Tensor) -> Tensor:
        """Return what the first convolution gives."""
        return _convolved(self.layers[0], tensor)

    def second(self, tensor: Tensor) -> Tensor:
        """Return what the second convolution gives."""
        return _convolved(self.layers[1], tensor)

    def shortcut(self, tensor: Tensor) -> Tensor:
        """Return what goes around the convolutions."""
        return tensor if self.fits else _convolved(self.layers[2], tensor)

    def branch(self) -> Tensor:
        """Return what the two convolutions give."""
        return self.second(self.first(self.x))

    def conv(self, tensor: Tensor, kernel_size: int = 1, **settings: Any) -> Tensor:
        """Return what a convolution of another kind gives, with padding."""
        chosen = {"padding": "same", "filters": self.filters, **settings}
        return _convolved({"kernel_size": kernel_size, **chosen}, tensor)


def _convolved(settings: Settings, tensor: Tensor) -> Tensor:
    import keras

    return keras.layers.Conv2D(**settings)(tensor)


@lru_cache(maxsize=64)
def _layers(
    reference: Callable[..., Any], shape: tuple[int, ...], filters: int, strides: int
) -> tuple[Settings, ...]:
    """Return the settings of the right block's convolutions: dozens of mistakes ask."""
    import keras

    x = keras.Input(shape)
    right = keras.Model(x, reference(x, filters, strides))
    kept = ("filters", "kernel_size", "strides", "padding", "activation", "use_bias")
    found = [
        {name: layer.get_config()[name] for name in kept}
        for layer in right.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    return tuple(sorted(found, key=lambda layer: layer["kernel_size"], reverse=True))


def built(build: Callable[[Parts], Tensor]) -> Callable[..., Any]:
    """Return a mistake: a block put together in another way, from the parts."""

    def wrong(
        reference: Callable[..., Any], x: Tensor, filters: int, strides: int = 1
    ) -> Tensor:
        layers = _layers(reference, tuple(x.shape[1:]), filters, strides)
        return build(Parts(x, layers, filters, strides))

    return wrong


def changing(kernel: int, only: int | None = None, **changes: Any) -> Any:
    """Return a mistake: other settings in convolutions of this size.

    Args:
        kernel: the side of their windows.
        only: a number among them; by default all.
        changes: what is set.
    """

    def build(parts: Parts) -> Tensor:
        sides = [layer["kernel_size"][0] for layer in parts.layers]
        found = [place for place, side in enumerate(sides) if side == kernel]
        chosen = found if only is None else [found[only]]
        other = tuple(
            {**layer, **changes} if place in chosen else layer
            for place, layer in enumerate(parts.layers)
        )
        changed = replace(parts, layers=other)
        return relu(added(changed.branch(), changed.shortcut(parts.x)))

    return built(build)


def relu(tensor: Tensor) -> Tensor:
    import keras

    return keras.layers.ReLU()(tensor)


def added(*tensors: Tensor) -> Tensor:
    import keras

    return keras.layers.Add()(list(tensors))


def joined(kind: str, activated: bool = True) -> Callable[..., Any]:
    """Return a mistake: branch and shortcut joined by a layer of another class."""

    def build(parts: Parts) -> Tensor:
        import keras

        layer = getattr(keras.layers, kind)()
        both = layer([parts.shortcut(parts.x), parts.branch()])
        return relu(both) if activated else both

    return built(build)


def other_shortcut(shortcut: Callable[[Parts], Tensor]) -> Callable[..., Any]:
    """Return a mistake: another shortcut beside the right branch."""
    return built(lambda parts: relu(added(parts.branch(), shortcut(parts))))


def other_branch(branch: Callable[[Parts], Tensor]) -> Callable[..., Any]:
    """Return a mistake: another branch beside the right shortcut."""
    return built(lambda parts: relu(added(branch(parts), parts.shortcut(parts.x))))
