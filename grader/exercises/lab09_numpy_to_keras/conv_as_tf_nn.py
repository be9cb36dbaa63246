"""The convolution of lab 06, by `tf.nn.conv2d`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.pads import strided, tensorflow_pads
from grader.exercises.common.pictures import (
    biases,
    pictures,
    small_biases,
    small_numbers,
)
from grader.exercises.common.windows import drawn_window, windowed
from grader.exercises.common.wrong import after, with_arguments, with_settings
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw pictures, kernels and strides that are longer one way than the other."""
    cases = [
        _conv_case(rng, (1, 5, 6, 1), (3, 3, 1), (1, 1), "valid"),
        _conv_case(rng, (2, 6, 9, 2), (3, 2, 3), (2, 3), "valid"),
        _conv_case(rng, (2, 7, 6, 3), (2, 3, 2), (3, 1), "valid"),
        _conv_case(rng, (2, 6, 5, 2), (3, 3, 2), (1, 1), "same"),
        _conv_case(rng, (2, 6, 6, 1), (3, 3, 2), (2, 2), "same"),
        _conv_case(rng, (2, 7, 8, 2), (4, 5, 2), (1, 3), "same"),
    ]
    for padding in ("valid", "same"):
        height, width = (int(side) for side in rng.integers(7, 11, 2))
        kh, kw, filters = (int(k) for k in rng.integers(2, 4, 3))
        stride = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        image, kernel = (2, height, width, 3), (kh, kw, filters)
        cases.append(_conv_case(rng, image, kernel, stride, padding))
    x, W, b = cases[1].args[:3]
    settings, whole = cases[1].args[3:], rng.integers(-9, 10, x.shape)
    small = x.astype("float32")
    plain = Case(cases[0].args[:3], {}, "without a stride or a padding", "valid")
    return [
        *cases,
        plain,
        Case((whole, W, b, *settings), {}, "a picture of whole numbers", "valid"),
        Case((small, W, b, *settings), {}, "a picture of float32", "valid"),
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
    small = draw is small_numbers
    b = small_biases(filters) if small else biases(rng, filters)
    label += ", small numbers" if small else ""
    args = (x, W, b, stride, padding)
    return Case(args, label=label, part=padding)


def reference(
    x: Any, W: Any, b: Any, stride: Any = (1, 1), padding: str = "valid", **how: Any
) -> np.ndarray:
    """Return the feature maps (n, rows, columns, filters), window by window in NumPy."""
    return strided(x, W, b, stride, padding, **how)


def where(
    index: tuple[int, ...],
    x: Any,
    W: Any,
    b: Any,
    stride: Any = (1, 1),
    padding: str = "valid",
) -> str:
    """Return in words which inputs feed the value at `index`."""
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


# Of stride and padding.
_DEFAULTS = ((1, 1), "valid")


def _with(**changes: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake: the right answer to arguments of which some are changed."""

    def changed(*args: Any) -> tuple[Any, ...]:
        names = ("x", "W", "b", "stride", "padding")
        given = dict(zip(names, (*args, *_DEFAULTS[len(args) - 3 :]), strict=True))
        given.update({name: change(given[name]) for name, change in changes.items()})
        return tuple(given.values())

    return with_arguments(changed)


def _extra_first(n: int, k: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    before, after = tensorflow_pads(n, k, stride, dilation)
    return after, before


def _dtype_kept(reference: Callable[..., Any], x: Any, *rest: Any, **how: Any) -> Any:
    maps = reference(x, *rest, **how)
    return maps.astype(x.dtype) if x.dtype.kind in "iu" else maps


def _depthwise(
    reference: Callable[..., Any],
    x: Any,
    W: Any,
    b: Any,
    stride: Any = (1, 1),
    padding: str = "valid",
) -> Any:
    import tensorflow as tf

    pictures_, kernel = x.astype("float32"), W.astype("float32")
    steps = [1, *stride, 1]
    return tf.nn.depthwise_conv2d(pictures_, kernel, steps, padding.upper())


def _first_channel(
    reference: Callable[..., Any], x: Any, W: Any, *rest: Any
) -> np.ndarray:
    return np.asarray(reference(x[..., :1], W[:, :, :1], *rest))


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
        _with(padding=lambda padding: "valid"),
    ),
    Mistake(
        "always padded",
        'You pad even if `padding` is "valid".',
        _with(padding=lambda padding: "same"),
    ),
    Mistake(
        "padded by default",
        'Without a `padding` you pad. The default is "valid".',
        lambda reference, x, W, b, stride=(1, 1), padding="same": reference(
            x, W, b, stride, padding
        ),
    ),
    Mistake(
        "stride of 2 by default",
        "Without a `stride` your windows move by 2. The default is 1, down and across.",
        lambda reference, x, W, b, stride=(2, 2), padding="valid": reference(
            x, W, b, stride, padding
        ),
    ),
    Mistake(
        "padded by half a kernel",
        "You pad by half a kernel on each side, whatever the stride, as other "
        "libraries do. TensorFlow pads as little as the last window needs.",
        with_settings(pads=lambda n, k, *_: (k // 2, k // 2)),
    ),
    Mistake(
        "odd pixel in front",
        "If the padding is odd, TensorFlow puts the extra pixel at the end.",
        with_settings(pads=_extra_first),
    ),
    Mistake(
        "stride ignored",
        "Your windows move one pixel at a time.",
        _with(stride=lambda stride: (1, 1)),
    ),
    Mistake(
        "one stride for both axes",
        "You use the first stride for both directions; `stride` holds one for each.",
        _with(stride=lambda stride: (stride[0], stride[0])),
    ),
    Mistake(
        "strides exchanged",
        "`stride` is (down, across), in the order of the picture's axes.",
        _with(stride=lambda stride: stride[::-1]),
    ),
    Mistake(
        "second stride for both axes",
        "You use the second stride for both directions; `stride` holds one for each.",
        _with(stride=lambda stride: (stride[1], stride[1])),
    ),
    Mistake(
        "divided by 255",
        "You scale the picture. The function computes with the values it is given.",
        _with(x=lambda x: x / 255),
    ),
    Mistake(
        "depthwise convolution",
        "Your convolution keeps the channels apart. Each filter reads all channels and "
        "adds them up.",
        _depthwise,
    ),
    Mistake(
        "only the first channel",
        "Only channel 0 reaches your sums. Each filter reads all channels.",
        _first_channel,
    ),
    Mistake(
        "kernel flipped",
        "`tf.nn.conv2d` slides the kernel as it is, like your own function in "
        "lab 03. There is nothing to turn around.",
        _with(W=lambda W: W[::-1, ::-1]),
    ),
    Mistake(
        "kernel transposed",
        "`W` has TensorFlow's order of axes already: (kh, kw, C, F).",
        _with(W=lambda W: W.transpose(1, 0, 2, 3)),
    ),
    Mistake(
        "bias forgotten",
        "`tf.nn.conv2d` knows nothing of biases: add one to each feature map.",
        _with(b=lambda b: 0 * b),
    ),
    Mistake(
        "first bias for all filters",
        "Every feature map got the bias of the first filter.",
        _with(b=lambda b: 0 * b + b[0]),
    ),
    Mistake(
        "bias subtracted",
        "You take the biases away; they are added.",
        _with(b=lambda b: -b),
    ),
    Mistake(
        "ReLU applied",
        "Negative values became 0. This function is linear; "
        "an activation is a step of its own.",
        after(lambda maps: np.maximum(maps, 0)),
    ),
    Mistake(
        "first picture only",
        "The first axis counts the pictures; keep all of them, and the axis.",
        after(lambda maps: maps[0]),
    ),
    Mistake(
        "cut to whole numbers",
        "For a picture of whole numbers the result loses its decimals.",
        _dtype_kept,
    ),
    Mistake(
        "too few digits",
        "The values are right to about three digits: float16 is too coarse.",
        after(lambda maps: maps.astype("float16")),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    parts={"valid": 2, "same": 1},
    where=where,
    arithmetic=windowed,
    window=drawn_window,
    mistakes=MISTAKES,
)
