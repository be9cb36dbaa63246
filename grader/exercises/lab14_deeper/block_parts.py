"""The right residual block, taken apart to be put together wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Tensor = Any
Apply = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Parts:
    """The right block's own layers, each as a function that applies a fresh copy.

    Attributes:
        x: the input.
        fits: the shortcut needs no convolution.
    """

    x: Tensor
    first: Apply
    second: Apply
    shortcut: Apply
    fits: bool
    filters: int
    strides: int

    def conv(self, tensor: Tensor, kernel_size: int = 1, **settings: Any) -> Tensor:
        """Return what a convolution of another kind gives, with padding."""
        import keras

        chosen = {"padding": "same", "filters": self.filters, **settings}
        return keras.layers.Conv2D(kernel_size=kernel_size, **chosen)(tensor)

    def branch(self) -> Tensor:
        """Return what the two convolutions give."""
        return self.second(self.first(self.x))


def parts_of(
    reference: Callable[..., Any], x: Tensor, filters: int, strides: int
) -> Any:
    import keras

    right = keras.Model(x, reference(x, filters, strides))
    kinds = [layer for layer in right.layers if type(layer).__name__ == "Conv2D"]
    large = [layer for layer in kinds if layer.kernel_size == (3, 3)]
    small = [layer for layer in kinds if layer.kernel_size == (1, 1)]
    fits = not small
    shortcut = (lambda tensor: tensor) if fits else fresh(small[0])
    layers = fresh(large[0]), fresh(large[1]), shortcut
    return Parts(x, *layers, fits, filters, strides)


def fresh(layer: Any, **changes: Any) -> Apply:
    def apply(tensor: Tensor) -> Tensor:
        settings = {**layer.get_config(), **changes, "name": None}
        return type(layer).from_config(settings)(tensor)

    return apply


def built(build: Callable[[Parts], Tensor]) -> Callable[..., Any]:
    """Return a mistake: a block put together in another way, from the parts."""

    def wrong(
        reference: Callable[..., Any], x: Tensor, filters: int, strides: int = 1
    ) -> Tensor:
        return build(parts_of(reference, x, filters, strides))

    return wrong


def changing(kernel: int, only: int | None = None, **changes: Any) -> Any:
    """Return a mistake: other settings in convolutions of this size.

    Args:
        kernel: the side of their windows.
        only: a number among them; by default all.
        changes: what is set.
    """

    def wrong(
        reference: Callable[..., Any], x: Tensor, filters: int, strides: int = 1
    ) -> Tensor:
        import keras

        inputs = keras.Input(x.shape[1:])
        right = keras.Model(inputs, reference(inputs, filters, strides))
        found = [
            layer.name
            for layer in right.layers
            if getattr(layer, "kernel_size", None) == (kernel, kernel)
        ]
        chosen = found if only is None else found[only : only + 1]

        def copied(layer: Any) -> Any:
            settings = layer.get_config()
            settings.update(changes if layer.name in chosen else {})
            return type(layer).from_config(settings)

        return keras.models.clone_model(right, clone_function=copied)(x)

    return wrong


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
