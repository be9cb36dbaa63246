"""Mistakes in where the windows of a convolution lie, and in the zeros around."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pads import Pads, positions, spread, strided
from grader.exercises.common.wrong import Wrong
from grader.exercises.lab06_padding_stride_dilation.axes import Axis, axes_of


def with_stride(change: Callable[[int, int], tuple[int, int]]) -> Wrong:
    """Return a mistake that takes another stride, (down, across)."""
    return lambda reference, *arrays, stride=(1, 1), **settings: reference(
        *arrays, stride=change(*stride), **settings
    )


def all_windows(x: Any, W: Any, b: Any, **settings: Any) -> np.ndarray:
    """Return a window for each pixel, on the picture padded for the stride asked."""
    zeros = iter([axis.zeros for axis in axes_of(x, W, **settings)])
    dense = {"stride": (1, 1), "pads": lambda *_: next(zeros)}
    return strided(x, W, b, **{**settings, **dense})


def from_own_index(reference: Callable[..., Any], *arrays: Any, **settings: Any) -> Any:
    _, rows, columns, _ = reference(*arrays, **settings).shape
    return all_windows(*arrays, **settings)[:, :rows, :columns]


def fewer(count: Callable[[int, Axis], int]) -> Wrong:
    """Return a mistake that leaves out the last windows.

    Args:
        count: gives how many are left, from the right number and the axis.
    """

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **settings: Any
    ) -> Any:
        right = reference(x, W, b, **settings)
        sizes = zip(right.shape[1:3], axes_of(x, W, **settings), strict=True)
        rows, columns = (count(size, axis) for size, axis in sizes)
        return right[:, :rows, :columns]

    return wrong


def padded(zeros: Callable[[Axis, Axis], Sequence[Pads]]) -> Wrong:
    """Return a mistake that puts other zeros around the picture, along both axes."""

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **settings: Any
    ) -> Any:
        wide = np.pad(x, [(0, 0), *zeros(*axes_of(x, W, **settings)), (0, 0)])
        return reference(wide, W, b, **{**settings, "padding": "valid"})

    return wrong


def up_to_the_last_step(axis: Axis) -> Pads:
    """Return the zeros with which a last window fits that would stick out."""
    before, after = axis.zeros
    return before, after + (axis.reach - axis.n - before - after) % axis.step


def failing(fails: Callable[[Axis, Axis], bool]) -> Wrong:
    """Return a mistake that ends in an exception where `fails` says so."""

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **settings: Any
    ) -> Any:
        if fails(*axes_of(x, W, **settings)):
            raise ValueError
        return reference(x, W, b, **settings)

    return wrong


def sticks_out(axis: Axis) -> bool:
    """Return whether more windows fit without the dilation than with it."""
    n, total = axis.n, sum(axis.zeros)
    plain = positions(n, axis.k, axis.step, total)
    return plain > positions(n, axis.reach, axis.step, total)


def dilated_along(axis: int) -> Wrong:
    """Return a mistake that leaves gaps in the window along one axis alone."""

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **settings: Any
    ) -> Any:
        shape = list(W.shape)
        taps = spread(shape[axis], settings.pop("dilation", 1))
        shape[axis] = taps.size
        wide = np.zeros(shape)
        wide[(slice(None),) * axis + (np.flatnonzero(taps),)] = W
        return reference(x, wide, b, **settings)

    return wrong


def windows_at(place: Callable[[int, int, Axis, Axis], tuple[int, int]]) -> Wrong:
    """Return a mistake that cuts out the right number of windows at other places."""

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **settings: Any
    ) -> Any:
        maps = np.zeros(reference(x, W, b, **settings).shape)
        down, across = axes_of(x, W, **settings)
        wide = np.pad(x, [(0, 0), down.zeros, across.zeros, (0, 0)])
        for i, j in np.ndindex(maps.shape[1:3]):
            top, left = place(i, j, down, across)
            rows = slice(top, top + down.reach, down.dilation)
            window = wide[:, rows, left : left + across.reach : down.dilation]
            maps[:, i, j] = np.tensordot(window, W, 3) + b
        return maps

    return wrong


def on_padded_picture(
    change: Callable[[Axis, Axis], dict[str, Any]],
) -> Wrong:
    """Return a mistake in the windows of a picture that is padded rightly.

    Args:
        change: gives other settings from both axes. Of more windows than there should
            be, the last are left out.
    """

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **settings: Any
    ) -> Any:
        _, rows, columns, _ = reference(x, W, b, **settings).shape
        axes = axes_of(x, W, **settings)
        settings = {**settings, "padding": "valid", **change(*axes)}
        wide = np.pad(x, [(0, 0), *(axis.zeros for axis in axes), (0, 0)])
        return reference(wide, W, b, **settings)[:, :rows, :columns]

    return wrong
