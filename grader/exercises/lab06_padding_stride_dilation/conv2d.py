"""A convolution with padding, stride and dilation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pads import (
    Pads,
    positions,
    spread,
    strided,
    tensorflow_pads,
)
from grader.exercises.common.pictures import FORBIDDEN, biases, pictures, small_numbers
from grader.exercises.lab06_padding_stride_dilation.shared import PADDINGS
from grader.judging.exercise import Case, Exercise, Mistake

_CONV_GRID: tuple[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]], ...] = (
    ((1, 4, 5, 1), (2, 2, 1), {}),
    ((2, 6, 9, 2), (3, 2, 2), {"stride": (2, 3)}),
    ((2, 8, 6, 1), (3, 3, 2), {"stride": (2, 2)}),
    ((2, 7, 9, 2), (2, 3, 2), {"stride": (3, 1), "dilation": 2}),
    ((2, 8, 7, 1), (3, 2, 1), {"dilation": 3}),
    ((2, 6, 5, 2), (3, 3, 2), {"padding": "same"}),
    ((2, 6, 6, 1), (3, 3, 1), {"stride": (2, 2), "padding": "same"}),
    ((2, 7, 8, 2), (4, 6, 2), {"stride": (1, 3), "padding": "same"}),
    ((2, 4, 7, 1), (1, 3, 2), {"stride": (2, 2), "padding": "same"}),
    ((2, 9, 8, 1), (3, 2, 1), {"padding": "same", "stride": (2, 1), "dilation": 2}),
)


# Small enough to follow by hand.
_SMALL_GRID: tuple[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]], ...] = (
    ((1, 3, 3, 2), (2, 2, 2), {}),
    ((1, 5, 4, 1), (2, 2, 1), {"stride": (2, 1)}),
    ((1, 4, 5, 1), (2, 2, 1), {"dilation": 2, "stride": (1, 2)}),
    ((1, 4, 3, 1), (3, 2, 1), {"stride": (2, 1), "padding": "same"}),
)


def cases(rng: np.random.Generator) -> list[Case]:
    cases = [_conv_case(rng, *row) for row in _CONV_GRID]
    for padding in ("valid", "same"):
        sides = [int(side) for side in rng.integers(7, 11, 2)]
        kernel = [int(k) for k in rng.integers(1, 4, 3)]
        steps = tuple(int(step) for step in rng.integers(1, 4, 2))
        dilation = int(rng.integers(1, 3))
        settings = {"stride": steps, "padding": padding, "dilation": dilation}
        cases.append(_conv_case(rng, (2, *sides, 2), tuple(kernel), settings))
    x, W, b = (cases[1].args[i] for i in range(3))
    whole = rng.integers(-9, 10, x.shape)
    label = "whole numbers, stride (2, 3)"
    cases.append(Case((whole, W, b), cases[1].kwargs, label, "valid"))
    return cases + [_conv_case(rng, *row, draw=small_numbers) for row in _SMALL_GRID]


def _conv_case(
    rng: np.random.Generator,
    image: Sequence[int],
    kernel: Sequence[int],
    settings: dict[str, Any],
    draw: Callable[..., np.ndarray] = pictures,
) -> Case:
    kh, kw, filters = kernel
    x, W = draw(rng, *image), draw(rng, kh, kw, image[3], filters)
    padding = settings.get("padding", "valid")
    told = [f"{image[1]}x{image[2]} picture", f"{kh}x{kw} kernel"]
    told += [f"{key} {value}" for key, value in settings.items()]
    small = draw is small_numbers
    told += ["small numbers"] if small else []
    b = biases(rng, filters)
    args = (x, W, np.trunc(b) if small else b)
    return Case(args, settings, label=", ".join(told), part=padding)


def where(
    index: tuple[int, ...],
    x: Any,
    W: Any,
    b: Any,
    stride: Sequence[int] = (1, 1),
    padding: str = "valid",
    dilation: int = 1,
) -> str:
    if len(index) != 4:
        return ""
    n, places, axes = index[0], [], zip(x.shape[1:3], W.shape[:2], stride, strict=True)
    for place, (size, k, step) in zip(index[1:3], axes, strict=True):
        before = tensorflow_pads(size, k, step, dilation)[0] if padding == "same" else 0
        first = place * step - before
        places.append([first + tap * dilation for tap in range(k)])
    rows, columns = places
    note = " (numbers outside the picture mean padding)" if padding == "same" else ""
    return (
        f"Output {list(index)} reads picture {n} in rows {rows} and columns "
        f"{columns}{note}, all channels, with W[:, :, :, {index[3]}]."
    )


def _other(**settings: Any) -> Callable[..., Any]:
    """Return a mistake that is right except for some settings, forced to be others."""
    return lambda reference, *args, **kwargs: reference(*args, **{**kwargs, **settings})


def _stride(change: Callable[[int, int], tuple[int, int]]) -> Callable[..., Any]:
    """Return a mistake that moves by another stride but pads for the right one."""

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
    ) -> Any:
        stride = change(*kwargs.get("stride", (1, 1)))
        return reference(x, W, b, **{**kwargs, "stride": stride})

    return wrong


def _weights(change: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    return lambda reference, x, W, b, **kwargs: reference(x, change(W), b, **kwargs)


def _result(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that changes the right result, knowing the call."""

    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
    ) -> Any:
        return change(reference(x, W, b, **kwargs), x, W, b, **kwargs)

    return wrong


def _from_own_index(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    right = reference(x, W, b, **kwargs)
    dense = _unit_stride(x, W, b, **kwargs)
    return dense[:, : right.shape[1], : right.shape[2]]


def _unit_stride(x: Any, W: Any, b: Any, **kwargs: Any) -> np.ndarray:
    """Compute all windows, on the picture padded for the stride asked."""
    stride = kwargs.get("stride", (1, 1))

    def pads(n: int, k: int, step: int, dilation: int) -> Pads:
        return next(both)

    both = iter(
        tensorflow_pads(n, k, step, kwargs.get("dilation", 1))
        for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True)
    )
    return strided(x, W, b, **{**kwargs, "stride": (1, 1)}, pads=pads)


def _skipping_range(right: Any, *_: Any, **kwargs: Any) -> Any:
    down, across = kwargs.get("stride", (1, 1))
    rows, columns = (-(-right.shape[1] // down), -(-right.shape[2] // across))
    return right[:, :rows, :columns]


def _rounded_up(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    stride, dilation = kwargs.get("stride", (1, 1)), kwargs.get("dilation", 1)
    zeros = [(0, 0)]
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        pads = (0, 0)
        if kwargs.get("padding") == "same":
            pads = tensorflow_pads(n, k, step, dilation)
        rest = (n + sum(pads) - spread(k, dilation).size) % step
        zeros.append((pads[0], pads[1] + (step - rest) % step))
    wide = np.pad(x, [*zeros, (0, 0)])
    return reference(wide, W, b, **{**kwargs, "padding": "valid"})


def _one_pad_counted(right: Any, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    if kwargs.get("padding") != "same":
        return right
    stride, dilation = kwargs.get("stride", (1, 1)), kwargs.get("dilation", 1)
    rows, columns = (
        positions(n, k, step, tensorflow_pads(n, k, step, dilation)[0], dilation)
        for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True)
    )
    return right[:, :rows, :columns]


def _height_only(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    if kwargs.get("padding") != "same":
        return reference(x, W, b, **kwargs)
    pads = tensorflow_pads(
        x.shape[1],
        W.shape[0],
        kwargs.get("stride", (1, 1))[0],
        kwargs.get("dilation", 1),
    )
    tall = np.pad(x, [(0, 0), pads, (0, 0), (0, 0)])
    return reference(tall, W, b, **{**kwargs, "padding": "valid"})


def _height_for_both(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    if kwargs.get("padding") != "same":
        return reference(x, W, b, **kwargs)
    step, dilation = kwargs.get("stride", (1, 1))[0], kwargs.get("dilation", 1)
    pads = tensorflow_pads(x.shape[1], W.shape[0], step, dilation)
    wide = np.pad(x, [(0, 0), pads, pads, (0, 0)])
    return reference(wide, W, b, **{**kwargs, "padding": "valid"})


def _square(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    if W.shape[0] != W.shape[1]:
        raise ValueError
    return reference(x, W, b, **kwargs)


def _plain_size(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    """Fail where more windows are visited than fit with the dilation."""
    dilation, stride = kwargs.get("dilation", 1), kwargs.get("stride", (1, 1))
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        total = 0
        if kwargs.get("padding") == "same":
            total = sum(tensorflow_pads(n, k, step, dilation))
        if positions(n, k, step, total) > positions(n, k, step, total, dilation):
            raise ValueError
    return reference(x, W, b, **kwargs)


def _reach_times_d(right: Any, x: Any, W: Any, b: Any, **kwargs: Any) -> Any:
    dilation, stride = kwargs.get("dilation", 1), kwargs.get("stride", (1, 1))
    sizes = []
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        total = 0
        if kwargs.get("padding") == "same":
            total = sum(tensorflow_pads(n, k, step, dilation))
        sizes.append(positions(n, k * dilation, step, total))
    return right[:, : sizes[0], : sizes[1]]


def _first_picture(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    return reference(np.repeat(x[:1], len(x), 0), W, b, **kwargs)


def _first_channel(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    return reference(x[..., :1], W[:, :, :1], b, **kwargs)


def _no_bias(
    reference: Callable[..., Any], x: Any, W: Any, b: Any, **kwargs: Any
) -> Any:
    return reference(x, W, np.zeros_like(b), **kwargs)


def _keep_dtype(right: Any, x: Any, *_: Any, **kwargs: Any) -> Any:
    return right.astype(x.dtype) if x.dtype.kind in "iu" else right


def _input_changed(right: Any, x: Any, *_: Any, **kwargs: Any) -> Any:
    x += 1
    return right


MISTAKES = (
    Mistake(
        "window starts at i, not at i times the stride",
        "The size of your output is right. Output (i, j) must start at i times the "
        "stride; yours starts at i.",
        _from_own_index,
    ),
    Mistake(
        "stride ignored",
        "Your window moves one pixel at a time, whatever the stride.",
        lambda reference, *args, **kwargs: _unit_stride(*args, **kwargs),
    ),
    Mistake(
        "stride on the height only",
        "Your stride works down the picture; across it you still move by 1.",
        _stride(lambda down, across: (down, 1)),
    ),
    Mistake(
        "stride on the width only",
        "Your stride works across the picture; down it you still move by 1.",
        _stride(lambda down, across: (1, across)),
    ),
    Mistake(
        "one stride for both axes",
        "You use the first stride for both directions; `stride` holds one for each.",
        _stride(lambda down, across: (down, down)),
    ),
    Mistake(
        "strides exchanged",
        "`stride` is (down, across), in the order of the picture's axes.",
        _stride(lambda down, across: (across, down)),
    ),
    Mistake(
        "range with the stride over the output",
        "`range(0, out, stride)` counts outputs and pixels at once. Visit every "
        "output, and compute where its window starts.",
        _result(_skipping_range),
    ),
    Mistake(
        "one position too few",
        "Your last row and column of windows are missing.",
        _result(lambda right, *_, **kwargs: right[:, :-1, :-1]),
    ),
    Mistake(
        "rounded up",
        "You count a last window that sticks out of the picture; it is left out.",
        _rounded_up,
    ),
    Mistake(
        "height and width swapped",
        "Your feature maps lie on their side: the output is (N, height, width, F).",
        _result(lambda right, *_, **kwargs: right.transpose(0, 2, 1, 3)),
    ),
    Mistake(
        "square kernel assumed",
        "You read one side of the kernel and use it for both; here a kernel may be "
        "taller than wide.",
        _square,
    ),
    Mistake(
        "size without dilation",
        "Your output has a place for every window of dilation 1. "
        "A dilated window reaches further, and your last ones stick out.",
        _plain_size,
    ),
    Mistake(
        "kernel flipped",
        "This is mathematical convolution; deep-learning layers do "
        "cross-correlation. Do not rotate the kernel.",
        _weights(lambda W: W[::-1, ::-1]),
    ),
    Mistake(
        "kernel transposed",
        "The first axis of `W` goes down the picture, the second goes right.",
        _weights(lambda W: W.transpose(1, 0, 2, 3)),
    ),
    Mistake(
        "dilation ignored",
        "Your window takes neighbouring pixels, whatever the dilation.",
        _other(dilation=1),
    ),
    Mistake(
        "dilation counted from 0",
        "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
        lambda reference, *args, dilation=1, **kwargs: reference(
            *args, **kwargs, dilation=dilation + 1
        ),
    ),
    Mistake(
        "dilated reach one gap too long",
        "You make room for k times d pixels. A dilated window ends at its last "
        "pixel, so fewer will do and more windows fit.",
        _result(_reach_times_d),
    ),
    Mistake(
        "padding ignored",
        'With padding="same" you do not pad at all.',
        _other(padding="valid"),
    ),
    Mistake(
        "always padded",
        'With padding="valid" nothing is added to the picture; you pad it all the '
        "same.",
        _other(padding="same"),
    ),
    *(
        Mistake(name, hint, _other(pads=pads))
        for name, hint, pads in PADDINGS
        if name != "dilation counted from 0"
    ),
    Mistake(
        "one pad counted in the size",
        "The picture grows on both sides; your output size knows only one of them.",
        _result(_one_pad_counted),
    ),
    Mistake(
        "height padded only",
        "You pad above and below, and leave left and right as they are.",
        _height_only,
    ),
    Mistake(
        "pads of the height for both",
        "You pad the width with the numbers of the height; each axis has its own "
        "size, kernel and stride.",
        _height_for_both,
    ),
    Mistake(
        "border of ones",
        "The border must be 0; yours is 1.",
        _other(border="constant", constant_values=1),
    ),
    Mistake(
        "border repeats the edge",
        "The border must be 0; yours continues the outermost pixels.",
        _other(border="edge"),
    ),
    Mistake(
        "border reflects the picture",
        "The border must be 0; yours mirrors the picture.",
        _other(border="reflect"),
    ),
    Mistake(
        "only the first channel",
        "Only channel 0 reaches your sum. Each filter sums over all channels.",
        _first_channel,
    ),
    Mistake(
        "bias forgotten",
        "Your windows are right and the biases are missing.",
        _no_bias,
    ),
    Mistake(
        "first picture for all",
        "All pictures of the batch get the feature maps of picture 0.",
        _first_picture,
    ),
    Mistake(
        "ReLU applied",
        "Your negative values have become 0. The layer itself is linear.",
        _result(lambda right, *_, **kwargs: np.maximum(right, 0)),
    ),
    Mistake(
        "cut to whole numbers",
        "For a picture of whole numbers your result loses its decimals: the array "
        "you fill has the picture's dtype.",
        _result(_keep_dtype),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's picture. "
        "Build a new array instead.",
        _result(_input_changed),
    ),
)


EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=strided,
    parts={"valid": 3, "same": 1},
    mistakes=MISTAKES,
    forbidden=FORBIDDEN,
    where=where,
)
