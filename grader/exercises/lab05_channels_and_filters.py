"""Exercises of lab 05: channels in, filters out, and one matrix product for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import ndimage

from grader import compare
from grader.exercise import Case, Exercise, Mistake

Wrong = Callable[..., Any]

FORBIDDEN = (
    "keras",
    "numpy.convolve",
    "numpy.correlate",
    "scipy",
    "skimage",
    "sklearn",
    "tensorflow",
)


def layer(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give the feature maps (N, H', W', F) of a convolutional layer, by SciPy.

    Args:
        x: pictures (N, H, W, C).
        W: filters (kh, kw, C, F).
        b: one bias for each filter, (F,).
    """
    maps = [[_feature_map(image, kernel) for kernel in W.T] for image in x]
    shape = (len(x), W.shape[3], *(x.shape[a] - W.shape[a - 1] + 1 for a in (1, 2)))
    grid = np.reshape(maps, tuple(max(size, 0) for size in shape))
    return np.asarray(np.moveaxis(grid, 1, -1) + b)


def _feature_map(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Correlate (H, W, C) with a transposed kernel (C, kw, kh), all of it inside."""
    kernel = kernel.T
    whole = ndimage.correlate(image, kernel, output=float, mode="constant")
    centre = [
        slice(k // 2, k // 2 + max(n - k + 1, 0))
        for n, k in zip(image.shape, kernel.shape, strict=True)
    ]
    return np.asarray(whole[tuple(centre)][..., 0])


def pictures(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw pictures with values between -2 and 2."""
    return rng.uniform(-2, 2, shape)


def small_numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw numbers with which one can follow an example by hand: whole, and not 0."""
    return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], shape)


def biases(rng: np.random.Generator, filters: int) -> np.ndarray:
    """Draw biases far from each other, of both signs."""
    signs = np.resize([1, -1], filters)
    return signs * (10 + 7 * np.arange(filters) + rng.uniform(0, 1, filters))


def _arguments(
    rng: np.random.Generator, image: Sequence[int], kernel: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw (x, W, b) for pictures (N, H, W, C) and a kernel (kh, kw, F)."""
    kh, kw, filters = kernel
    x, W = pictures(rng, *image), pictures(rng, kh, kw, image[3], filters)
    return x, W, biases(rng, filters)


def _small_arguments(
    rng: np.random.Generator, image: Sequence[int], kernel: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the same in small whole numbers."""
    kh, kw, filters = kernel
    x, W = small_numbers(rng, *image), small_numbers(rng, kh, kw, image[3], filters)
    return x, W, np.trunc(biases(rng, filters))


def _label(x: np.ndarray, W: np.ndarray, note: str = "") -> str:
    images, height, width, channels = x.shape
    kh, kw, _, filters = W.shape
    text = (
        f"{_count(images, 'picture')} {height}x{width}x{channels}, "
        f"{_count(filters, 'filter')} {kh}x{kw}"
    )
    return f"{text}, {note}" if note else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _random_shapes(rng: np.random.Generator) -> tuple[tuple[int, ...], tuple[int, ...]]:
    kh, kw, filters, channels = (int(size) for size in rng.integers(2, 5, 4))
    height, width = kh + int(rng.integers(5)), kw + int(rng.integers(5))
    return (2, height, width, channels), (kh, kw, filters)


def _layer_cases(rng: np.random.Generator) -> list[Case]:
    grid: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((1, 4, 5, 1), (2, 2, 1)),
        ((2, 5, 7, 3), (3, 2, 2)),
        ((2, 6, 5, 3), (2, 3, 3)),
        ((2, 5, 6, 2), (3, 3, 3)),
        ((2, 3, 4, 2), (3, 4, 4)),
        _random_shapes(rng),
    ]
    drawn = [_arguments(rng, image, kernel) for image, kernel in grid]
    x, W, b = _arguments(rng, (2, 4, 6, 3), (3, 2, 2))
    whole = rng.integers(-9, 10, x.shape)
    cases = [
        Case((x, W, np.zeros_like(b)), label=_label(x, W, "zero biases"), part="sums")
        for x, W, b in drawn
    ]
    none, black = np.zeros_like(b), np.zeros_like(x)
    cases += [
        Case((whole, W, none), label=_label(x, W, "whole numbers"), part="sums"),
        Case((black, W, b), label=_label(x, W, "all values 0"), part="biases"),
    ]
    x, W, b = _small_arguments(rng, (1, 3, 3, 2), (2, 2, 2))
    return [
        *cases,
        *(Case((x, W, b), label=_label(x, W), part="biases") for x, W, b in drawn[1:]),
        Case((x, W, b), label=_label(x, W, "small numbers"), part="biases"),
    ]


def _whole_cases(rng: np.random.Generator) -> list[Case]:
    """Give the same cases, each with its biases and without parts."""
    return [
        Case(case.args, label=case.label)
        for case in _layer_cases(rng)
        if case.part == "biases" or "whole" in case.label
    ]


def _sums(reference: Wrong, x: np.ndarray, W: np.ndarray, b: np.ndarray) -> Any:
    """Give the maps before their biases are added."""
    return reference(x, W, np.zeros_like(b))


def _own_channel(reference: Wrong, x: Any, W: Any, b: Any) -> np.ndarray:
    """Let filter f read channel f alone; more filters than channels is an IndexError."""
    maps = [
        reference(x[..., [f]], W[:, :, [f], f : f + 1], b[f : f + 1])
        for f in range(len(b))
    ]
    return np.concatenate(maps, axis=-1)


def _square(reference: Wrong, x: Any, W: Any, b: Any) -> Any:
    if W.shape[0] != W.shape[1]:
        raise ValueError("operands could not be broadcast together")
    return reference(x, W, b)


def _input_changed(reference: Wrong, x: Any, *rest: Any) -> Any:
    result = reference(x, *rest)
    x += 1
    return result


def _keep_dtype(reference: Wrong, x: Any, W: Any, b: Any) -> Any:
    result = reference(x, W, b)
    return result.astype(x.dtype) if x.dtype.kind in "iu" else result


def _first_value(reference: Wrong, *call: Any) -> Any:
    right = reference(*call)
    maps = np.zeros_like(right)
    maps.flat[0] = right.flat[0]
    return maps


def _end_not_visited(reference: Wrong, x: Any, W: Any, b: Any) -> Any:
    maps = reference(x, W, b)
    maps[:, -1] = maps[:, :, -1] = 0
    return maps


def _last_product(reference: Wrong, x: Any, W: Any, b: Any) -> Any:
    last = np.zeros_like(W)
    last[-1, -1, -1] = W[-1, -1, -1]
    return reference(x, last, b)


def _filters_first(W: np.ndarray) -> np.ndarray:
    """Read the numbers of W as if their order were (F, C, kh, kw)."""
    return W.reshape(W.shape[::-1][:2] + W.shape[:2]).transpose(2, 3, 1, 0)


SLIDING = (
    Mistake(
        "kernel flipped",
        "This is mathematical convolution; deep-learning layers do cross-correlation. "
        "Do not rotate the kernel.",
        lambda reference, x, W, b: reference(x, W[::-1, ::-1], b),
    ),
    Mistake(
        "kernel transposed",
        "Rows and columns of your kernel are exchanged: the first axis of `W` goes down "
        "the picture, the second goes right.",
        lambda reference, x, W, b: reference(x, W.transpose(1, 0, 2, 3), b),
    ),
    Mistake(
        "one position too few",
        "Your last row and column of windows are missing. Count the places of a window "
        "of 3 on a row of 5 pixels with your fingers.",
        lambda reference, x, W, b: reference(x, W, b)[:, :-1, :-1],
    ),
    Mistake(
        "height and width swapped",
        "Your feature maps lie on their side: the output is (N, height, width, F).",
        lambda reference, x, W, b: reference(x, W, b).transpose(0, 2, 1, 3),
    ),
    Mistake(
        "square kernel assumed",
        "You read one side of the kernel and use it for both; here a kernel may be "
        "taller than wide.",
        _square,
    ),
)
CHANNELS = (
    Mistake(
        "only the first channel",
        "Only channel 0 reaches your sum. Each filter sums over all channels.",
        lambda reference, x, W, b: reference(x[..., :1], W[:, :, :1], b),
    ),
    Mistake(
        "only the last channel",
        "Only the last channel reaches your sum: is it overwritten where it should be "
        "added to?",
        lambda reference, x, W, b: reference(x[..., -1:], W[:, :, -1:], b),
    ),
    Mistake(
        "filter f on channel f",
        "You pair each filter with one channel. Each filter reads all channels and "
        "sums over them.",
        _own_channel,
    ),
    Mistake(
        "channels averaged",
        "You take the mean over the channels; a filter adds them up.",
        lambda reference, x, W, b: _sums(reference, x, W, b) / x.shape[3] + b,
    ),
    Mistake(
        "channels reversed",
        "You read the channels from last to first (BGR for RGB): channel c of the "
        "picture belongs to `W[:, :, c, :]`.",
        lambda reference, x, W, b: reference(x[..., ::-1], W, b),
    ),
    Mistake(
        "filters read as (F, C, kh, kw)",
        "You take the axes of the filters in another library's order. "
        "Here `W` is (kh, kw, C, F): do not reshape it.",
        lambda reference, x, W, b: reference(x, _filters_first(W), b),
    ),
)
BIASES = (
    Mistake(
        "bias forgotten",
        "Your windows are right and the biases are missing: each filter owns one number "
        "that is added to its whole feature map.",
        _sums,
    ),
    Mistake(
        "first bias for all filters",
        "You add the bias of filter 0 everywhere; each filter has its own.",
        lambda reference, x, W, b: reference(x, W, np.full_like(b, b[0])),
    ),
    Mistake(
        "bias inside the sum",
        "You add the bias to every product, so it counts once for every weight. "
        "Add it once per output value.",
        lambda reference, x, W, b: reference(x, W, b * W[..., 0].size),
    ),
    Mistake(
        "bias once per channel",
        "You add the bias for every channel again. Add it once per output value, after "
        "the sum over the channels.",
        lambda reference, x, W, b: reference(x, W, b * x.shape[3]),
    ),
    Mistake(
        "bias along the width",
        "Your biases run along another axis of the feature maps than the last. "
        "Bias f belongs to feature map f.",
        lambda reference, x, W, b: _sums(reference, x, W, b) + b[:, None],
    ),
)
BATCH = (
    Mistake(
        "first picture for all",
        "All pictures of the batch get the feature maps of picture 0.",
        lambda reference, x, W, b: reference(np.repeat(x[:1], len(x), 0), W, b),
    ),
    Mistake(
        "batch axis dropped",
        "Your result belongs to one picture; the first axis of the output counts the "
        "pictures, even if there is only one.",
        lambda reference, x, W, b: reference(x, W, b)[0],
    ),
)
NUMBERS = (
    Mistake(
        "ReLU applied",
        "Your negative values have become 0. The layer itself is linear; the activation "
        "comes later.",
        lambda reference, x, W, b: np.maximum(reference(x, W, b), 0),
    ),
    Mistake(
        "cut to whole numbers",
        "For a picture of whole numbers your result loses its decimals: the array you "
        "fill has the picture's dtype.",
        _keep_dtype,
    ),
    Mistake(
        "too few digits",
        "Your values are right to about three digits. Compute in float32 or float64, "
        "and do not round.",
        lambda reference, x, W, b: reference(x, W, b).astype(np.float16),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into the caller's picture. "
        "Build a new array instead.",
        _input_changed,
    ),
)


def _layer_window(index: tuple[int, ...], x: Any, W: Any, b: Any) -> str:
    if len(index) != 4:
        return ""
    n, i, j, f = index
    kh, kw = W.shape[:2]
    return (
        f"Output [{n}, {i}, {j}, {f}] reads x[{n}, {i}:{i + kh}, {j}:{j + kw}, :] = \n"
        f"{compare.show(x[n, i : i + kh, j : j + kw])}\n"
        f"with W[:, :, :, {f}] = \n{compare.show(W[..., f])}\n"
        f"and b[{f}] = {compare.show(b[f])}."
    )


PREDICTIONS = Exercise(
    id="lab05.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)

CONV_LAYER_FORWARD = Exercise(
    id="lab05.conv_layer_forward",
    points=4,
    cases=_layer_cases,
    reference=layer,
    mistakes=(
        *SLIDING,
        *CHANNELS,
        *BIASES,
        *BATCH,
        *NUMBERS,
        Mistake(
            "only the first value",
            "Your first value is right and all others are still 0: does the function "
            "return before its loop has ended?",
            _first_value,
        ),
        Mistake(
            "last row and column not visited",
            "The last row and column of your maps are still 0: where do your loops over "
            "the positions end?",
            _end_not_visited,
        ),
        Mistake(
            "last product kept, not the sum",
            "Each value keeps one product only, the last, and the bias: "
            "add the products up.",
            _last_product,
        ),
        Mistake(
            "first filter for all",
            "All of your maps come from filter 0; map f belongs to filter f.",
            lambda reference, x, W, b: reference(x, W[..., np.zeros_like(b, int)], b),
        ),
    ),
    parts={"sums": 3, "biases": 1},
    forbidden=FORBIDDEN,
    window=_layer_window,
)


def _one_by_one_cases(rng: np.random.Generator) -> list[Case]:
    height, width, channels, filters = (int(size) for size in rng.integers(2, 6, 4))
    grid = [
        ((1, 2, 3, 1), (1, 1, 1)),
        ((2, 3, 2, 3), (1, 1, 2)),
        ((2, 2, 3, 3), (1, 1, 3)),
        ((2, 4, 3, 2), (1, 1, 3)),
        ((2, height, width, channels), (1, 1, filters)),
    ]
    drawn = [_arguments(rng, image, kernel) for image, kernel in grid]
    x, W, b = _arguments(rng, (2, 2, 4, 3), (1, 1, 2))
    small = _small_arguments(rng, (1, 2, 2, 3), (1, 1, 2))
    return [
        *(Case((x, W, b), label=_label(x, W)) for x, W, b in drawn),
        Case((rng.integers(-9, 10, x.shape), W, b), label=_label(x, W, "integers")),
        Case((np.zeros_like(x), W, b), label=_label(x, W, "all values 0")),
        Case(small, label=_label(*small[:2], "small numbers")),
    ]


def _positions_mixed(reference: Wrong, x: Any, W: Any, b: Any) -> Any:
    mixed = np.broadcast_to(x.sum((1, 2), keepdims=True), x.shape)
    return reference(mixed, W, b)


def _turned(product: Any) -> np.ndarray:
    """Reshape maps (N, H, W, F) as if their filters came first."""
    rows = np.reshape(product, (-1, product.shape[-1])).T
    return rows.reshape(product.shape)


def _channels_reshaped(reference: Wrong, x: Any, W: Any, b: Any) -> Any:
    """Give what `(W.T @ x.reshape(C, -1)).reshape(N, H, W, F)` amounts to."""
    mixed = x.reshape(x.shape[3], -1).T.reshape(x.shape)
    return _turned(_sums(reference, mixed, W, b)) + b


CONV1X1 = Exercise(
    id="lab05.conv1x1",
    points=2,
    cases=_one_by_one_cases,
    reference=layer,
    mistakes=(
        *CHANNELS[:5],
        Mistake(
            "weights read as (F, C)",
            "You read the numbers of `W` with filters before channels. "
            "`W[0, 0]` has a row for each channel and a column for each filter.",
            lambda reference, x, W, b: reference(x, _filters_first(W), b),
        ),
        Mistake(
            "channels moved by reshape",
            "`reshape` keeps the numbers in their order, so it brings no axis to the "
            "front; it mixes pixels. The channels already stand where a product with a "
            "C x F matrix wants them.",
            _channels_reshaped,
        ),
        Mistake(
            "pixels mixed by reshape",
            "`x.reshape(C, -1)` keeps the numbers in their order, so its rows are not "
            "the channels. They already stand where a product with a C x F matrix "
            "wants them.",
            lambda reference, x, W, b: reference(
                x.reshape(x.shape[3], -1).T.reshape(x.shape), W, b
            ),
        ),
        Mistake(
            "product not reshaped",
            "Your values are right and still a matrix: give them back their axes "
            "(N, height, width, filters).",
            lambda reference, x, W, b: reference(x, W, b).reshape(-1, len(b)),
        ),
        Mistake(
            "positions mixed",
            "Your sum runs over the pixels as well. A 1x1 kernel sees one pixel at a "
            "time, and all of its channels.",
            _positions_mixed,
        ),
        Mistake(
            "height and width swapped",
            "Your feature maps lie on their side: the output is (N, height, width, F).",
            lambda reference, x, W, b: reference(x, W, b).transpose(0, 2, 1, 3),
        ),
        Mistake(
            "kernel axes kept",
            "Your result has the two axes of length 1 of the kernel in it; "
            "use `W[0, 0]`.",
            lambda reference, x, W, b: reference(x, W, b)[..., None, None, :],
        ),
        *(bias for bias in BIASES if bias.name != "bias inside the sum"),
        *BATCH,
        *NUMBERS,
    ),
    forbidden=FORBIDDEN,
    window=_layer_window,
)


def _gray(change: Callable[[np.ndarray, np.ndarray], Any]) -> Wrong:
    """Give a mistake that changes the right (W, b)."""
    return lambda reference: change(*reference())


GRAYSCALE_AS_1X1 = Exercise(
    id="lab05.grayscale_as_1x1",
    points=2,
    cases=lambda rng: [Case()],
    reference=None,
    mistakes=(
        Mistake(
            "plain mean",
            "Your weights are equal. The eye is most sensitive to green, and the task "
            "gives a weight for each colour.",
            _gray(lambda W, b: (np.full_like(W, 1 / 3), b)),
        ),
        Mistake(
            "plain sum",
            "Your weights are all 1, so white becomes 3. The task gives the weights.",
            _gray(lambda W, b: (np.ones_like(W), b)),
        ),
        Mistake(
            "red and blue exchanged",
            "Your weights stand in the order blue, green, red; the picture is RGB.",
            _gray(lambda W, b: (W[:, :, ::-1], b)),
        ),
        Mistake(
            "three filters for one",
            "Your `W` makes three maps from one channel: the last two axes are "
            "(channels in, filters).",
            _gray(lambda W, b: (W.transpose(0, 1, 3, 2), b)),
        ),
        Mistake(
            "three filters and biases for one",
            "Your `W` makes three maps from one channel, and `b` has a number for each: "
            "the last two axes are (channels in, filters).",
            _gray(lambda W, b: (W.transpose(0, 1, 3, 2), np.zeros(3))),
        ),
        Mistake(
            "axes of another library",
            "Your `W` has the channels on its second axis, as PyTorch has. "
            "Here the axes are (kh, kw, channels in, filters).",
            _gray(lambda W, b: (W.transpose(0, 2, 1, 3), b)),
        ),
        Mistake(
            "b before W",
            "Both arrays are right, and they stand in the other order: `W, b`.",
            _gray(lambda W, b: (b, W)),
        ),
        Mistake(
            "no bias returned",
            "You give `W` alone. A layer also has an array of biases, "
            "one for each filter.",
            _gray(lambda W, b: W),
        ),
        Mistake(
            "one map per colour",
            "Your three filters weight each colour and leave it apart. "
            "One grey picture needs one filter that adds them.",
            _gray(lambda W, b: (W * np.eye(3), np.zeros(3))),
        ),
        Mistake(
            "axes missing",
            "The numbers are right, the shape is not: a kernel has four axes, "
            "(kh, kw, channels in, filters), also if some have length 1.",
            _gray(lambda W, b: (W.ravel(), b)),
        ),
        Mistake(
            "bias as a plain number",
            "A layer has an array of biases, one for each filter, also if there is one.",
            _gray(lambda W, b: (W, 0.0)),
        ),
        Mistake(
            "one bias per channel",
            "You give a bias for each colour. A filter has one bias, however many "
            "channels it reads.",
            _gray(lambda W, b: (W, np.zeros(3))),
        ),
        Mistake(
            "bias not zero",
            "With your bias, black is no longer black.",
            _gray(lambda W, b: (W, b + 1)),
        ),
        Mistake(
            "divided by 255",
            "Your weights shrink the picture by 255. A grey picture has the same range "
            "as its colours: white stays white.",
            _gray(lambda W, b: (W / 255, b)),
        ),
        Mistake(
            "television weights",
            "You use the weights of an older television norm. Take those of the task.",
            _gray(lambda W, b: (np.reshape([0.299, 0.587, 0.114], W.shape), b)),
        ),
    ),
    forbidden=FORBIDDEN,
)


def _patches(x: np.ndarray, kh: int, kw: int) -> np.ndarray:
    """Give the patch matrix, by a filter that reads each weight's place."""
    size = kh * kw * x.shape[3]
    picks = np.eye(size).reshape(kh, kw, x.shape[3], size)
    return layer(x, picks, np.zeros(size)).reshape(-1, size)


def _im2col_cases(rng: np.random.Generator) -> list[Case]:
    image, kernel = _random_shapes(rng)
    grid: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((1, 3, 4, 1), (2, 2)),
        ((2, 5, 4, 3), (3, 2)),
        ((2, 4, 6, 2), (2, 3)),
        ((2, 4, 5, 3), (2, 2)),
        ((2, 3, 2, 2), (3, 2)),
        (image, kernel[:2]),
    ]
    cases = [
        Case((pictures(rng, *image), *size), label=_patch_label(image, size))
        for image, size in grid
    ]
    whole = rng.integers(-9, 10, (2, 4, 3, 2))
    return [
        *cases,
        Case((whole, 2, 2), label=_patch_label(whole.shape, (2, 2)) + ", integers"),
    ]


def _patch_label(image: Sequence[int], kernel: Sequence[int]) -> str:
    images, height, width, channels = image
    noun = _count(images, "picture")
    return f"{noun} {height}x{width}x{channels}, {kernel[0]}x{kernel[1]} windows"


def _patch_parts(matrix: Any, x: Any, kh: int, kw: int) -> np.ndarray:
    """Give the patches as (N, H', W', kh, kw, C)."""
    images, height, width, channels = x.shape
    shape = (images, height - kh + 1, width - kw + 1, kh, kw, channels)
    return np.reshape(matrix, shape)


def _columns_moved(*order: int) -> Wrong:
    """Give a mistake whose columns run over (kh, kw, C) in another order."""

    def wrong(reference: Wrong, x: Any, kh: int, kw: int) -> Any:
        matrix = reference(x, kh, kw)
        parts = _patch_parts(matrix, x, kh, kw)
        axes = [0, 1, 2, *(3 + axis for axis in order)]
        return parts.transpose(axes).reshape(matrix.shape)

    return wrong


def _rows_moved(*order: int) -> Wrong:
    """Give a mistake whose rows run over (N, H', W') in another order."""

    def wrong(reference: Wrong, x: Any, kh: int, kw: int) -> Any:
        matrix = reference(x, kh, kw)
        parts = _patch_parts(matrix, x, kh, kw)
        return parts.transpose([*order, 3, 4, 5]).reshape(matrix.shape)

    return wrong


def _kept(choose: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    """Give a mistake that keeps some windows, chosen from (N, H', W', kh, kw, C)."""

    def wrong(reference: Wrong, x: Any, kh: int, kw: int) -> Any:
        parts = choose(_patch_parts(reference(x, kh, kw), x, kh, kw))
        return parts.reshape(-1, int(np.prod(parts.shape[3:])))

    return wrong


def _tiles(reference: Wrong, x: Any, kh: int, kw: int) -> Any:
    return _kept(lambda parts: parts[:, ::kh, ::kw])(reference, x, kh, kw)


def _square_windows(reference: Wrong, x: Any, kh: int, kw: int) -> Any:
    return reference(x, kh, min(kh, x.shape[2]))


def _per_image(reference: Wrong, x: Any, kh: int, kw: int) -> Any:
    return reference(x, kh, kw).reshape(len(x), -1, kh * kw * x.shape[3])


def _channels_apart(reference: Wrong, x: Any, kh: int, kw: int) -> Any:
    parts = _patch_parts(reference(x, kh, kw), x, kh, kw)
    return np.moveaxis(parts, -1, 3).reshape(-1, kh * kw)


def _im2col_window(index: tuple[int, ...], x: Any, kh: int, kw: int) -> str:
    if len(index) != 2:
        return ""
    row, column = index
    width, per_image = x.shape[2] - kw + 1, _patch_parts_count(x, kh, kw)
    n, (i, j) = row // per_image, divmod(row % per_image, width)
    u, v = divmod(column // x.shape[3], kw)
    return (
        f"Row {row} is the window x[{n}, {i}:{i + kh}, {j}:{j + kw}, :]; its column "
        f"{column} is row {u}, column {v}, channel {column % x.shape[3]} of it."
    )


def _patch_parts_count(x: Any, kh: int, kw: int) -> int:
    return int((x.shape[1] - kh + 1) * (x.shape[2] - kw + 1))


def _rows_alike(expected: Any, actual: Any) -> compare.Difference | None:
    """Compare matrices; without a window, an empty list is as good as an array."""
    if np.size(expected) == 0 and isinstance(actual, np.ndarray) and not actual.size:
        return None
    return compare.close(expected, actual)


IM2COL = Exercise(
    id="lab05.im2col",
    points=3,
    cases=_im2col_cases,
    reference=_patches,
    comparison=_rows_alike,
    mistakes=(
        Mistake(
            "channels before pixels",
            "Each of your rows holds one channel after the other. The channels of a "
            "pixel belong side by side, as in `W.reshape(-1, filters)`.",
            _columns_moved(2, 0, 1),
        ),
        Mistake(
            "windows read column by column",
            "You read each window downwards; read it row by row.",
            _columns_moved(1, 0, 2),
        ),
        Mistake(
            "positions read column by column",
            "Your windows are right and come in another order: first along the width, "
            "then down.",
            _rows_moved(0, 2, 1),
        ),
        Mistake(
            "pictures interleaved",
            "Your rows change the picture before the position. All windows of picture 0 "
            "come first.",
            _rows_moved(1, 2, 0),
        ),
        Mistake(
            "matrix transposed",
            "You have one column for each window; the task wants one row.",
            lambda reference, x, kh, kw: reference(x, kh, kw).T,
        ),
        Mistake(
            "windows reversed",
            "You read each window backwards. Nothing is flipped in a "
            "cross-correlation.",
            _kept(lambda parts: parts[:, :, :, ::-1, ::-1]),
        ),
        Mistake(
            "windows side by side",
            "Your window moves on by its own size; neighbouring windows overlap.",
            _tiles,
        ),
        Mistake(
            "one position too few",
            "Your last row and column of windows are missing. Count the places of a "
            "window of 3 on a row of 5 pixels with your fingers.",
            _kept(lambda parts: parts[:, :-1, :-1]),
        ),
        Mistake(
            "square window assumed",
            "You use one size for both directions: `kh` goes down, `kw` goes right.",
            _square_windows,
        ),
        Mistake(
            "only the first channel",
            "Your rows hold channel 0 alone; a window has all channels.",
            _kept(lambda parts: parts[..., :1]),
        ),
        Mistake(
            "first picture only",
            "Your rows come from picture 0 alone; the batch has more.",
            _kept(lambda parts: parts[:1]),
        ),
        Mistake(
            "a row for each channel",
            "You make a row of every channel of a window. A window is one row: "
            "its channels stand in it side by side.",
            _channels_apart,
        ),
        Mistake(
            "windows not flattened",
            "Each of your rows is still a block (kh, kw, C): lay it out as one row.",
            lambda reference, x, kh, kw: reference(x, kh, kw).reshape(
                -1, kh, kw, x.shape[3]
            ),
        ),
        Mistake(
            "one long row",
            "All windows stand one behind the other: each needs a row of its own.",
            lambda reference, x, kh, kw: reference(x, kh, kw).ravel(),
        ),
        Mistake(
            "one matrix per picture",
            "Your rows are grouped by picture. Stack them: two axes in all.",
            _per_image,
        ),
        Mistake(
            "input changed",
            "The result is right, but you wrote into the caller's picture. "
            "Build a new array instead.",
            _input_changed,
        ),
    ),
    forbidden=FORBIDDEN,
    window=_im2col_window,
)


def _channel_rows(W: np.ndarray) -> np.ndarray:
    """Give the filters that columns (C, kh, kw) against rows (kh, kw, C) amount to."""
    kh, kw, channels, filters = W.shape
    return W.reshape(channels, kh, kw, filters).transpose(1, 2, 0, 3)


def _column_rows(W: np.ndarray) -> np.ndarray:
    """Give the filters that columns (kw, kh, C) against rows (kh, kw, C) amount to."""
    kh, kw, channels, filters = W.shape
    return W.reshape(kw, kh, channels, filters).transpose(1, 0, 2, 3)


def _filter_rows(W: np.ndarray) -> np.ndarray:
    """Give the filters that `W.reshape(F, -1).T` amounts to."""
    kh, kw, channels, filters = W.shape
    return W.reshape(filters, kh, kw, channels).transpose(1, 2, 3, 0)


def _reshaped(reference: Wrong, x: Any, W: Any, b: Any, order: Sequence[int]) -> Any:
    """Reshape the product to axes in a wrong order, then name them rightly."""
    right = reference(x, W, b)
    wrong = right.reshape([right.shape[axis] for axis in order])
    return wrong.transpose(np.argsort(order))


def _column_by_column(reference: Wrong, x: Any, W: Any, b: Any) -> Any:
    right = reference(x, W, b)
    return right.transpose(0, 2, 1, 3).reshape(right.shape)


CONV_VIA_MATMUL = Exercise(
    id="lab05.conv_via_matmul",
    points=3,
    cases=_whole_cases,
    reference=layer,
    mistakes=(
        Mistake(
            "weights and patches in different orders",
            "Your patches run over (channels, rows, columns) and your weights over "
            "(rows, columns, channels). Bring both into one order before you reshape.",
            lambda reference, x, W, b: reference(x, _channel_rows(W), b),
        ),
        Mistake(
            "windows read column by column",
            "Your patches run over (columns, rows, channels) and your weights over "
            "(rows, columns, channels). Bring both into one order before you reshape.",
            lambda reference, x, W, b: reference(x, _column_rows(W), b),
        ),
        Mistake(
            "filters as rows by reshape",
            "You made a row for each filter by reshaping, which mixes their weights. "
            "The filters are the last axis of `W`, so they are columns already.",
            lambda reference, x, W, b: reference(x, _filter_rows(W), b),
        ),
        Mistake(
            "product not reshaped",
            "Your values are right and still a matrix: give them back their axes "
            "(N, height, width, filters).",
            lambda reference, x, W, b: reference(x, W, b).reshape(-1, len(b)),
        ),
        Mistake(
            "filters before positions",
            "You reshape the product as if the filters came before the positions; in "
            "the product they are the columns.",
            lambda reference, x, W, b: _reshaped(reference, x, W, b, (0, 3, 1, 2)),
        ),
        Mistake(
            "product turned on its side",
            "You transpose the product and then reshape it, which mixes maps and "
            "positions. In the product the filters come last, and in the result too.",
            lambda reference, x, W, b: _turned(reference(x, W, b)),
        ),
        Mistake(
            "width before height",
            "You reshape the product to (N, width, height, filters); "
            "its rows come in the order (N, height, width).",
            lambda reference, x, W, b: _reshaped(
                reference, x, W, b, (0, 2, 1, 3)
            ).transpose(0, 2, 1, 3),
        ),
        Mistake(
            "positions read column by column",
            "Your patches go down the picture first, and the product is reshaped as if "
            "they went along its width first.",
            _column_by_column,
        ),
        Mistake(
            "width before height, then exchanged",
            "You reshape the product to (N, width, height, filters), which breaks its "
            "rows at the wrong place, and no exchange of axes mends that.",
            lambda reference, x, W, b: _reshaped(reference, x, W, b, (0, 2, 1, 3)),
        ),
        *SLIDING,
        *CHANNELS,
        *BIASES,
        *BATCH,
        *NUMBERS,
    ),
    forbidden=FORBIDDEN,
    window=_layer_window,
)

EXERCISES = (
    PREDICTIONS,
    CONV_LAYER_FORWARD,
    CONV1X1,
    GRAYSCALE_AS_1X1,
    IM2COL,
    CONV_VIA_MATMUL,
)
