"""The convolution of lab 06, by `tf.nn.conv2d`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pads import strided, tensorflow_pads
from grader.exercises.common.pictures import biases, pictures, small_numbers
from grader.judging.exercise import Case, Exercise, Mistake

_CONV_GRID: tuple[
    tuple[tuple[int, ...], tuple[int, ...], tuple[int, int], str], ...
] = (
    ((1, 5, 6, 1), (3, 3, 1), (1, 1), "valid"),
    ((2, 6, 9, 2), (3, 2, 3), (2, 3), "valid"),
    ((2, 7, 6, 3), (2, 3, 2), (3, 1), "valid"),
    ((2, 6, 5, 2), (3, 3, 2), (1, 1), "same"),
    ((2, 6, 6, 1), (3, 3, 2), (2, 2), "same"),
    ((2, 7, 8, 2), (4, 5, 2), (1, 3), "same"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    cases = [_conv_case(rng, *row) for row in _CONV_GRID]
    for padding in ("valid", "same"):
        height, width = (int(side) for side in rng.integers(7, 11, 2))
        kh, kw, filters = (int(k) for k in rng.integers(2, 4, 3))
        stride = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        image, kernel = (2, height, width, 3), (kh, kw, filters)
        cases.append(_conv_case(rng, image, kernel, stride, padding))
    x, W, b = cases[1].args[:3]
    settings, whole = cases[1].args[3:], rng.integers(-9, 10, x.shape)
    small = x.astype("float32")
    return [
        *cases,
        Case(
            (whole, W, b, *settings), label="a picture of whole numbers", part="valid"
        ),
        Case((small, W, b, *settings), label="a picture of float32", part="valid"),
        _conv_case(rng, (1, 4, 4, 1), (2, 2, 2), (2, 1), "valid", small_numbers),
        _conv_case(rng, (1, 4, 3, 1), (3, 2, 1), (2, 1), "same", small_numbers),
    ]


def _conv_case(
    rng: np.random.Generator,
    image: Sequence[int],
    kernel: Sequence[int],
    stride: tuple[int, int],
    padding: str,
    draw: Callable[..., np.ndarray] = pictures,
) -> Case:
    kh, kw, filters = kernel
    x, W = draw(rng, *image), draw(rng, kh, kw, image[3], filters)
    label = (
        f"{image[1]}x{image[2]} picture, {kh}x{kw} kernel, "
        f'stride {stride}, padding "{padding}"'
    )
    label += ", small numbers" if draw is small_numbers else ""
    args = (x, W, biases(rng, filters), stride, padding)
    return Case(args, label=label, part=padding)


def reference(
    x: Any, W: Any, b: Any, stride: Any = (1, 1), padding: str = "valid", **how: Any
) -> np.ndarray:
    return strided(x, W, b, stride, padding, **how)


def where(
    index: tuple[int, ...], x: Any, W: Any, b: Any, stride: Any, padding: str
) -> str:
    if len(index) != 4:
        return ""
    spans = []
    for place, axis in ((index[1], 0), (index[2], 1)):
        n, k, step = x.shape[axis + 1], W.shape[axis], stride[axis]
        before = tensorflow_pads(n, k, step)[0] if padding == "same" else 0
        first = place * step - before
        spans.append(f"{first} to {first + k - 1}")
    return (
        f"Output {list(index)} reads rows {spans[0]} and columns {spans[1]} of picture "
        f"{index[0]}, with W[:, :, :, {index[3]}]; what lies outside is padding."
    )


def _raises(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that TensorFlow refuses, in its own words, or else does not mind.

    `call` gets TensorFlow, and a picture and a kernel of one number with the types of
    the student's.
    """

    def wrong(reference: Callable[..., Any], x: Any, W: Any, *rest: Any) -> Any:
        import tensorflow as tf

        one = np.ones((1, 1, 1, 1))
        call(tf, one.astype(x.dtype), one.astype(W.dtype))
        return reference(x, W, *rest)

    return wrong


def _stride(change: Callable[[int, int], tuple[int, int]]) -> Callable[..., Any]:
    def wrong(
        reference: Callable[..., Any], x: Any, W: Any, b: Any, stride: Any, padding: str
    ) -> Any:
        return reference(x, W, b, change(*stride), padding)

    return wrong


def _padded(padding: str) -> Callable[..., Any]:
    return lambda reference, x, W, b, stride, _: reference(x, W, b, stride, padding)


def _filters(change: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    return lambda reference, x, W, *rest: reference(x, change(W), *rest)


def _maps(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake: the right maps, changed, with the picture at hand."""
    return lambda reference, x, *rest: change(reference(x, *rest), x)


def _extra_first(n: int, k: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    before, after = tensorflow_pads(n, k, stride, dilation)
    return after, before


def _keep_dtype(maps: Any, x: Any) -> Any:
    return maps.astype(x.dtype) if x.dtype.kind in "iu" else maps


MISTAKES = (
    Mistake(
        "padding in small letters",
        "TensorFlow's error lists the names it allows. Keras writes them in small "
        "letters, `tf.nn` does not.",
        _raises(lambda tf, x, W: tf.nn.conv2d(W, W, 1, "valid")),
    ),
    Mistake(
        "only some of the arrays converted",
        "A tensor of float32 meets one of float64. Filters and biases have to be "
        "float32 as well as the picture.",
        _raises(lambda tf, x, W: tf.constant(W) + tf.ones(1)),
    ),
    Mistake(
        "numbers of several types",
        "`tf.nn` does not mix float32 with float64, as NumPy does. "
        "Bring picture, filters and biases to one type first.",
        _raises(
            lambda tf, x, W: tf.nn.conv2d(tf.constant(x), tf.constant(W), 1, "VALID")
        ),
    ),
    Mistake(
        "whole numbers handed over",
        "TensorFlow convolves no whole numbers. Convert the picture first.",
        _raises(lambda tf, x, W: tf.nn.conv2d(x, x, 1, "VALID")),
    ),
    Mistake(
        "padding ignored",
        "You never pad, whatever `padding` says.",
        _padded("valid"),
    ),
    Mistake(
        "always padded",
        'You pad even if `padding` is "valid".',
        _padded("same"),
    ),
    Mistake(
        "padded by half a kernel",
        "You pad by half a kernel on each side, whatever the stride, as other "
        "libraries do. TensorFlow pads as little as the last window needs.",
        lambda reference, *args: reference(
            *args, pads=lambda n, k, *_: (k // 2, k // 2)
        ),
    ),
    Mistake(
        "odd pixel in front",
        "If the padding is odd, TensorFlow puts the extra pixel at the end.",
        lambda reference, *args: reference(*args, pads=_extra_first),
    ),
    Mistake(
        "stride ignored",
        "Your windows move one pixel at a time.",
        _stride(lambda down, across: (1, 1)),
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
        "kernel flipped",
        "`tf.nn.conv2d` slides the kernel as it is, like your own function in "
        "lab 03. There is nothing to turn around.",
        _filters(lambda W: W[::-1, ::-1]),
    ),
    Mistake(
        "kernel transposed",
        "`W` has TensorFlow's order of axes already: (kh, kw, C, F).",
        _filters(lambda W: W.transpose(1, 0, 2, 3)),
    ),
    Mistake(
        "bias forgotten",
        "`tf.nn.conv2d` knows nothing of biases: add one to each feature map.",
        lambda reference, x, W, b, *rest: reference(x, W, 0 * b, *rest),
    ),
    Mistake(
        "first bias for all filters",
        "Every feature map got the bias of the first filter.",
        lambda reference, x, W, b, *rest: reference(x, W, 0 * b + b[0], *rest),
    ),
    Mistake(
        "ReLU applied",
        "Negative values became 0. This function is linear; "
        "an activation is a step of its own.",
        _maps(lambda maps, x: np.maximum(maps, 0)),
    ),
    Mistake(
        "first picture only",
        "The first axis counts the pictures; keep all of them, and the axis.",
        _maps(lambda maps, x: maps[0]),
    ),
    Mistake(
        "cut to whole numbers",
        "For a picture of whole numbers the result loses its decimals.",
        _maps(_keep_dtype),
    ),
    Mistake(
        "too few digits",
        "The values are right to about three digits: float16 is too coarse.",
        _maps(lambda maps, x: maps.astype("float16")),
    ),
)


EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    parts={"valid": 2, "same": 1},
    where=where,
    mistakes=MISTAKES,
)
