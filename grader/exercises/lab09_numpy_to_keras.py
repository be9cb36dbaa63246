"""Exercises of lab 09: from NumPy to tf.nn to Keras, and what belongs around a model."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, softmax

from grader import compare
from grader.compare import Close, Difference
from grader.exercise import Case, Exercise, Mistake
from grader.exercises.lab05_channels_and_filters import (
    biases,
    pictures,
    small_numbers,
)
from grader.exercises.lab06_padding_stride_dilation import strided, tensorflow_pads
from grader.networks import Layers, edited, places, replacing, same_network, setting

Wrong = Callable[..., Any]

PREDICTIONS = Exercise(
    id="lab09.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


# -- conv_as_tf_nn ---------------------------------------------------------------------

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


def _conv_cases(rng: np.random.Generator) -> list[Case]:
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


def _conv(
    x: Any, W: Any, b: Any, stride: Any = (1, 1), padding: str = "valid", **how: Any
) -> np.ndarray:
    return strided(x, W, b, stride, padding, **how)


def _raises(call: Callable[..., Any]) -> Wrong:
    """Give a mistake that TensorFlow refuses, in its own words, or else does not mind.

    `call` gets TensorFlow, and a picture and a kernel of one number with the types of
    the student's.
    """

    def wrong(reference: Wrong, x: Any, W: Any, *rest: Any) -> Any:
        import tensorflow as tf

        one = np.ones((1, 1, 1, 1))
        call(tf, one.astype(x.dtype), one.astype(W.dtype))
        return reference(x, W, *rest)

    return wrong


def _stride(change: Callable[[int, int], tuple[int, int]]) -> Wrong:
    def wrong(
        reference: Wrong, x: Any, W: Any, b: Any, stride: Any, padding: str
    ) -> Any:
        return reference(x, W, b, change(*stride), padding)

    return wrong


def _padded(padding: str) -> Wrong:
    return lambda reference, x, W, b, stride, _: reference(x, W, b, stride, padding)


def _filters(change: Callable[[np.ndarray], np.ndarray]) -> Wrong:
    return lambda reference, x, W, *rest: reference(x, change(W), *rest)


def _maps(change: Callable[..., Any]) -> Wrong:
    """Give a mistake: the right maps, changed, with the picture at hand."""
    return lambda reference, x, *rest: change(reference(x, *rest), x)


def _extra_first(n: int, k: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    before, after = tensorflow_pads(n, k, stride, dilation)
    return after, before


def _keep_dtype(maps: Any, x: Any) -> Any:
    return maps.astype(x.dtype) if x.dtype.kind in "iu" else maps


def _conv_window(
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


CONV_AS_TF_NN = Exercise(
    id="lab09.conv_as_tf_nn",
    points=3,
    cases=_conv_cases,
    reference=_conv,
    parts={"valid": 2, "same": 1},
    window=_conv_window,
    mistakes=(
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
                lambda tf, x, W: tf.nn.conv2d(
                    tf.constant(x), tf.constant(W), 1, "VALID"
                )
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
    ),
)


# -- build_layer_from_numpy ------------------------------------------------------------


def _layer_cases(rng: np.random.Generator) -> list[Case]:
    drawn = tuple(int(size) for size in rng.permutation([2, 3, 4, 5]))
    grid = {
        "two filters of 3x3 on 2 channels": ((3, 3, 2, 2), (2, 6, 5, 2)),
        "three filters of 3x2 on 3 channels": ((3, 2, 3, 3), (2, 5, 7, 3)),
        "four filters of 2x2 on one channel": ((2, 2, 1, 4), (1, 4, 6, 1)),
        "a dense layer, 6 values to 4 units": ((6, 4), (3, 6)),
        "a dense layer, 5 values to 5 units": ((5, 5), (2, 5)),
        f"{drawn[3]} filters of {drawn[0]}x{drawn[1]} on {drawn[2]} channels": (
            drawn,
            (2, 7, 6, drawn[2]),
        ),
    }
    cases = []
    for label, (shape, inputs) in grid.items():
        W, b = pictures(rng, *shape), rng.permutation(biases(rng, shape[-1]))
        extra = {"inputs": pictures(rng, *inputs).astype("float32")}
        cases.append(Case((W, b), label=label, extra=extra))
    return cases


_OUTPUTS = Close(rtol=1e-4, atol=1e-5)


def _layers(expected: Any, actual: Any) -> Difference | None:
    """Compare layers by their weights and by what they compute."""
    if expected["weight_shapes"] != actual["weight_shapes"]:
        wanted, given = (_shapes(one["weight_shapes"]) for one in (expected, actual))
        return Difference("shape", f"its weights have the shapes {given}, not {wanted}")
    if expected["repeats"] != actual["repeats"]:
        return Difference("value", "it computes something else each time it is built")
    return _OUTPUTS(expected["outputs"], actual["outputs"])


def _shapes(shapes: Sequence[Sequence[int]]) -> str:
    return " and ".join(str(tuple(shape)) for shape in shapes) or "none"


def _rebuilt(
    weights: Callable[[Any, Any], Sequence[Any] | None], **settings: Any
) -> Wrong:
    """Give a mistake: the layer with some other settings, and weights made of (W, b)."""

    def wrong(reference: Wrong, W: Any, b: Any) -> Any:
        right = reference(W, b)
        config = right.get_config()
        known = {key: value for key, value in settings.items() if key in config}
        layer = type(right).from_config({**config, **known, "name": None})
        layer.build((None,) * (W.ndim - 1) + (W.shape[-2],))
        made = weights(W, b)
        if made is not None:
            layer.set_weights(made)
        return layer

    return wrong


def _unfit(
    change: Callable[..., dict[str, Any]],
    inputs: Callable[..., Any] = lambda W: (None, None, None, W.shape[2]),
) -> Wrong:
    """Give a mistake: a convolution that Keras may refuse to give the weights.

    Args:
        change: from W to the settings that differ.
        inputs: from W to the shape it is built for, `None` for a layer not built.
    """

    def wrong(reference: Wrong, W: Any, b: Any) -> Any:
        right = reference(W, b)
        if W.ndim == 2:
            return right
        config = {**right.get_config(), **change(W), "name": None}
        layer = type(right).from_config(config)
        if inputs(W) is not None:
            layer.build(inputs(W))
        layer.set_weights([W, b])
        return layer

    return wrong


def _without_weights(reference: Wrong, W: Any, b: Any) -> Any:
    import keras

    fixed = reference(W, b)
    return keras.layers.Lambda(lambda inputs: fixed(inputs))


def _filters_first(W: np.ndarray) -> np.ndarray:
    """Read the numbers of W as if their order were (F, C, kh, kw)."""
    if W.ndim == 2:
        return W
    return W.reshape(W.shape[::-1][:2] + W.shape[:2]).transpose(2, 3, 1, 0)


def _flipped(W: np.ndarray) -> np.ndarray:
    return W[::-1, ::-1] if W.ndim == 4 else W


BUILD_LAYER_FROM_NUMPY = Exercise(
    id="lab09.build_layer_from_numpy",
    points=2,
    cases=_layer_cases,
    reference=None,
    parameters=("W", "b"),
    comparison=_layers,
    probe="layer",
    mistakes=(
        Mistake(
            "weights never handed over",
            "The layer has the right form and still its own random numbers.",
            _rebuilt(lambda W, b: None),
        ),
        Mistake(
            "biases left at 0",
            "The kernel is yours, the biases are Keras's first ones, which are 0.",
            _rebuilt(lambda W, b: [W, 0 * b]),
        ),
        Mistake(
            "no bias in the layer",
            "The layer was told to do without biases.",
            _rebuilt(lambda W, b: [W], use_bias=False),
        ),
        Mistake(
            "weights set before the layer is built",
            "A fresh layer has no weights: it makes them when it learns how many "
            "channels come in. Build it first.",
            _unfit(lambda W: {}, inputs=lambda W: None),
        ),
        Mistake(
            "layer without a place for the biases",
            "The layer was told to do without biases, and is given some.",
            _unfit(lambda W: {"use_bias": False}),
        ),
        Mistake(
            "built for the shape of the weights",
            "`build` is told the shape of what comes in: how many pictures, how high, "
            "how wide, and how many channels.",
            _unfit(lambda W: {}, inputs=lambda W: W.shape),
        ),
        Mistake(
            "sides of the kernel mixed up",
            "`kernel_size` is (height, width), and W.shape begins in the same order. "
            "A kernel need not be square.",
            _unfit(lambda W: {"kernel_size": W.shape[1::-1]}),
        ),
        Mistake(
            "width of the kernel taken for the stride",
            "The sides of the kernel are one argument, a pair. "
            "What comes behind it says how far the windows move.",
            _unfit(
                lambda W: {"kernel_size": W.shape[:1] * 2, "strides": W.shape[1:2] * 2}
            ),
        ),
        Mistake(
            "channels and filters mixed up",
            "The number of filters is the last axis of `W`; the one before it are the "
            "channels that come in.",
            _unfit(
                lambda W: {"filters": W.shape[2]},
                inputs=lambda W: (None, None, None, W.shape[3]),
            ),
        ),
        Mistake(
            "kernel flipped",
            "Keras slides the kernel as it is. There is nothing to turn around.",
            _rebuilt(lambda W, b: [_flipped(W), b]),
        ),
        Mistake(
            "filters read as (F, C, kh, kw)",
            "You reshaped the kernel from another library's order of axes.",
            _rebuilt(lambda W, b: [_filters_first(W), b]),
        ),
        Mistake(
            "padding same",
            "The layer pads. Keras's default does not, and the task asks for no padding.",
            _rebuilt(lambda W, b: [W, b], padding="same"),
        ),
        Mistake(
            "ReLU in the layer",
            "The layer has an activation; the task asks for none.",
            _rebuilt(lambda W, b: [W, b], activation="relu"),
        ),
        Mistake(
            "a layer without weights",
            "The layer computes with numbers it does not own: Keras cannot train, count "
            "or save them.",
            _without_weights,
        ),
    ),
)


# -- build_lenet -----------------------------------------------------------------------


def _lenet_cases(rng: np.random.Generator) -> list[Case]:
    side = int(rng.integers(44, 50))
    # The last is large enough for a third block, which then fails by its weights.
    grid = [((28, 28, 1), 10), ((20, 26, 3), 7), ((side, 44, 2), 5)]
    cases = []
    for shape, classes in grid:
        inputs = rng.uniform(0, 1, (3, *shape)).astype("float32")
        extra = {"inputs": inputs, "weight_seed": int(rng.integers(2**31))}
        label = f"build_lenet({shape}, {classes})"
        cases.append(Case((shape, classes), label=label, extra=extra))
    return cases


def _lenets(expected: Any, actual: Any) -> Difference | None:
    """Compare networks; any dropout is as wrong as any other here."""
    replies = (
        {**reply, "dropout_rates": [0.5] * len(reply["dropout_rates"])}
        for reply in (expected, actual)
    )
    return same_network(*replies)


def _softmax_twice(layers: Layers) -> None:
    layers[-1][1].update(activation="softmax")
    layers.append(("Softmax", {}))


def _block_more(layers: Layers) -> None:
    place = places(layers, "Flatten")[0]
    layers[place:place] = [(kind, dict(s)) for kind, s in layers[place - 2 : place]]


def _linear(*kinds: str) -> Callable[[Layers], None]:
    def edit(layers: Layers) -> None:
        for kind, settings in layers:
            if kind in kinds:
                settings["activation"] = "linear"

    return edit


def _tanh(layers: Layers) -> None:
    for _, settings in layers:
        if settings.get("activation") == "relu":
            settings["activation"] = "tanh"


def _averages(layers: Layers) -> None:
    for place in places(layers, "MaxPooling2D"):
        layers[place] = ("AveragePooling2D", layers[place][1])


def _exchanged(kind: str, key: str, first: int, second: int) -> Callable[..., Any]:
    def edit(layers: Layers) -> None:
        found = [layers[place][1] for place in places(layers, kind)]
        found[first][key], found[second][key] = found[second][key], found[first][key]

    return edited(edit)


def _no_biases(layers: Layers) -> None:
    for _, settings in layers:
        if "use_bias" in settings:
            settings["use_bias"] = False


_DROPOUT = ("Dropout", {"rate": 0.5})

BUILD_LENET = Exercise(
    id="lab09.build_lenet",
    points=4,
    cases=_lenet_cases,
    reference=None,
    parameters=("input_shape", "classes"),
    comparison=_lenets,
    probe="network",
    time_limit=20.0,
    mistakes=(
        Mistake(
            "no Flatten",
            "Your scores still have a height and a width: a dense layer works along the "
            "last axis only. Write the feature maps as one row of numbers first.",
            replacing("Flatten", 0),
        ),
        Mistake(
            "global pooling in place of Flatten",
            "One number per map forgets where it was found, and the dense layer loses "
            "most of its weights.",
            replacing("Flatten", 0, ("GlobalAveragePooling2D", {})),
        ),
        Mistake(
            "first convolution without padding",
            "The first convolution should keep the size. As a check, the default model "
            "has 61,706 parameters; yours has fewer.",
            setting("Conv2D", 0, padding="valid"),
        ),
        Mistake(
            "both convolutions padded",
            "Only the first convolution keeps the size.",
            setting("Conv2D", padding="same"),
        ),
        Mistake(
            "softmax on the last layer",
            "The outputs are positive and sum to 1; the task asks for plain scores. "
            "Accuracy would never tell you.",
            setting("Dense", -1, activation="softmax"),
        ),
        Mistake(
            "two softmaxes",
            "A softmax of a softmax is nearly flat, and the loss cannot fall below 1.46. "
            "The task asks for scores, without any.",
            edited(_softmax_twice),
        ),
        Mistake(
            "ReLU on the last layer",
            "No score can be negative, and a class at 0 gets no gradient any more.",
            setting("Dense", -1, activation="relu"),
        ),
        Mistake(
            "sigmoid on the last layer",
            "Each score is squeezed between 0 and 1; the task asks for plain scores.",
            setting("Dense", -1, activation="sigmoid"),
        ),
        Mistake(
            "one output",
            "One number cannot score several classes: the last layer has a unit for each.",
            setting("Dense", -1, units=1),
        ),
        Mistake(
            "one class forgotten",
            "Counting from 0 to 9 gives ten classes. Is a unit missing?",
            edited(
                lambda layers: layers[-1][1].update(units=layers[-1][1]["units"] - 1)
            ),
        ),
        Mistake(
            "number of classes fixed at ten",
            "The last layer has ten units whatever `classes` says.",
            setting("Dense", -1, units=10),
        ),
        Mistake(
            "softmax inside the network",
            "Your convolutions use softmax, which makes the filters compete at each "
            "position. Hidden layers of this network use ReLU.",
            setting("Conv2D", activation="softmax"),
        ),
        Mistake(
            "no activation at all",
            "Without ReLU, layers that follow each other are as good as one.",
            edited(_linear("Conv2D", "Dense")),
        ),
        Mistake(
            "no activation in the convolutions",
            "The convolutions are linear; each is followed by ReLU.",
            edited(_linear("Conv2D")),
        ),
        Mistake(
            "no activation in the dense layers",
            "The hidden dense layers are linear, so all three could be one.",
            edited(_linear("Dense")),
        ),
        Mistake(
            "no activation in the first convolution",
            "The first convolution is linear; both are followed by ReLU.",
            setting("Conv2D", 0, activation="linear"),
        ),
        Mistake(
            "no activation in the second convolution",
            "The second convolution is linear; both are followed by ReLU.",
            setting("Conv2D", 1, activation="linear"),
        ),
        Mistake(
            "tanh as in 1998",
            "The first LeNet used tanh; the task asks for ReLU.",
            edited(_tanh),
        ),
        Mistake(
            "average pooling as in 1998",
            "The first LeNet averaged; the task asks for the largest of each window.",
            edited(_averages),
        ),
        Mistake(
            "second pooling forgotten",
            "The second pooling is missing, and the first dense layer becomes huge.",
            replacing("MaxPooling2D", -1),
        ),
        Mistake(
            "first pooling forgotten",
            "There is no pooling between the two convolutions.",
            replacing("MaxPooling2D", 0),
        ),
        Mistake(
            "one block too many",
            "You have three blocks of convolution and pooling, the task two. "
            "Without padding small images are soon used up.",
            edited(_block_more),
        ),
        Mistake(
            "numbers of filters exchanged",
            "The first convolution has the filters of the second.",
            _exchanged("Conv2D", "filters", 0, 1),
        ),
        Mistake(
            "kernels of 3x3",
            "Both convolutions use windows of 5x5.",
            setting("Conv2D", kernel_size=(3, 3)),
        ),
        Mistake(
            "dense layers exchanged",
            "The larger hidden layer comes first.",
            _exchanged("Dense", "units", 0, 1),
        ),
        Mistake(
            "second dense layer forgotten",
            "There are two hidden dense layers before the scores.",
            replacing("Dense", 1),
        ),
        Mistake(
            "no biases",
            "Every filter and every unit has a bias.",
            edited(_no_biases),
        ),
        Mistake(
            "dropout behind the scores",
            "Setting a score to 0 in training tells the loss something that the network "
            "never said. Behind the last layer nothing is dropped.",
            edited(lambda layers: layers.append(_DROPOUT)),
        ),
        Mistake(
            "dropout added",
            "Dropout is a good idea for later; this network has none.",
            edited(lambda layers: layers.insert(-1, _DROPOUT)),
        ),
        Mistake(
            "scaled inside",
            "The model divides by 255. Here the data set does that.",
            edited(
                lambda layers: layers.insert(
                    0, ("Rescaling", {"scale": 1 / 255, "offset": 0.0})
                )
            ),
        ),
        Mistake(
            "channel axis missing",
            "Conv2D wants height, width and channels; the error says `expected "
            "min_ndim=4, found ndim=3`. Use `input_shape` as it is given.",
            lambda reference, input_shape, classes: reference(input_shape[:2], classes),
        ),
    ),
)


# -- build_inception_block -------------------------------------------------------------


def _block_cases(rng: np.random.Generator) -> list[Case]:
    drawn = [int(n) for n in rng.permutation(np.arange(1, 7))]
    grid: list[tuple[str, tuple[int, ...], list[int], bool]] = [
        ("4x5 positions, 7 channels", (2, 4, 5, 7), [3, 5, 4, 6, 1, 2], False),
        ("one position, 7 channels", (2, 1, 1, 7), [2, 3, 6, 1, 5, 4], False),
        ("3 filters in each branch", (1, 3, 4, 5), [3, 2, 3, 1, 3, 3], True),
        ("6x4 positions, 8 channels", (1, 6, 4, 8), drawn, False),
    ]
    cases = []
    for label, shape, filters, alike in grid:
        extra = {
            "inputs": rng.uniform(-1, 1, shape).astype("float32"),
            "weight_seed": int(rng.integers(2**31)),
            "alike": alike,
        }
        told = f"{label}, filters {', '.join(map(str, filters))}"
        cases.append(Case(tuple(filters), label=told, extra=extra))
    return cases


def _blocks(expected: Any, actual: Any) -> Difference | None:
    """Compare blocks, and say so if only the order of the channels is another one."""
    difference = same_network(expected, actual)
    if difference is None or difference.index is None:
        return difference
    one, two = (np.sort(reply["outputs"], axis=-1) for reply in (expected, actual))
    if not np.allclose(one, two, atol=1e-4):
        return difference
    return Difference("value", "the channels are the right ones in another order")


def _cloned(change: Callable[[str, dict[str, Any], tuple[int, ...]], None]) -> Wrong:
    """Give a mistake: the block with settings of some layers changed.

    `change` edits (class name, settings) of a layer; it also gets the six numbers.
    """

    def wrong(reference: Wrong, x: Any, *filters: int) -> Any:
        import keras

        def copied(layer: Any) -> Any:
            settings = layer.get_config()
            change(type(layer).__name__, settings, filters)
            kind = settings.pop("class", type(layer).__name__)
            return getattr(keras.layers, kind).from_config(settings)

        inputs = keras.Input(x.shape[1:])
        right = keras.Model(inputs, reference(inputs, *filters))
        return keras.models.clone_model(right, clone_function=copied)(x)

    return wrong


def _rejoined(join: Callable[..., Any]) -> Wrong:
    """Give a mistake that wires the block's own layers in another way.

    `join` gets the four branches, fresh copies of the layers by a short name, and x.
    """

    def wrong(reference: Wrong, x: Any, *filters: int) -> Any:
        import keras

        right = keras.Model(x, reference(x, *filters))
        branches = right.layers[-1].input
        return join(branches, _parts(branches), x)

    return wrong


def _parts(branches: Sequence[Any]) -> dict[str, Callable[[Any], Any]]:
    """Give a function for each layer that applies a fresh copy of it to a tensor."""
    one, three, five, pooled = (_producer(branch) for branch in branches)
    found = {
        "one": one,
        "three_r": _producer(three.input),
        "three": three,
        "five_r": _producer(five.input),
        "five": five,
        "pool": _producer(pooled.input),
        "project": pooled,
    }
    return {name: _fresh(layer) for name, layer in found.items()}


def _producer(tensor: Any) -> Any:
    return tensor._keras_history.operation


def _fresh(layer: Any) -> Callable[[Any], Any]:
    def apply(tensor: Any) -> Any:
        return type(layer).from_config({**layer.get_config(), "name": None})(tensor)

    return apply


def _concatenated(tensors: Sequence[Any], axis: int = -1) -> Any:
    import keras

    return keras.layers.Concatenate(axis=axis)(list(tensors))


def _added(branches: Any, parts: Any, x: Any) -> Any:
    import keras

    return keras.layers.Add()(branches)


def _not_projected(branches: Any, parts: Any, x: Any) -> Any:
    return _concatenated([*branches[:3], parts["pool"](x)])


def _projected_first(branches: Any, parts: Any, x: Any) -> Any:
    return _concatenated([*branches[:3], parts["pool"](parts["project"](x))])


def _naive(branches: Any, parts: Any, x: Any) -> Any:
    direct = [parts["three"](x), parts["five"](x)]
    return _concatenated([branches[0], *direct, branches[3]])


def _in_a_row(branches: Any, parts: Any, x: Any) -> Any:
    first = parts["one"](x)
    second = parts["three"](parts["three_r"](first))
    third = parts["five"](parts["five_r"](second))
    return _concatenated([first, second, third, parts["project"](parts["pool"](third))])


def _reduced_behind(branches: Any, parts: Any, x: Any) -> Any:
    behind = [parts["three_r"](parts["three"](x)), parts["five_r"](parts["five"](x))]
    return _concatenated([branches[0], *behind, branches[3]])


def _is_bottleneck(settings: dict[str, Any], filters: Sequence[int]) -> bool:
    small = tuple(settings.get("kernel_size", ())) == (1, 1)
    return small and settings["filters"] in (filters[1], filters[3])


def _linear_small(kind: str, settings: Any, filters: Any) -> None:
    if kind == "Conv2D" and tuple(settings["kernel_size"]) == (1, 1):
        settings["activation"] = "linear"


def _linear_bottlenecks(kind: str, settings: Any, filters: Any) -> None:
    if kind == "Conv2D" and _is_bottleneck(settings, filters):
        settings["activation"] = "linear"


def _linear_projection(branches: Any, parts: Any, x: Any) -> Any:
    layer = _producer(branches[3])
    settings = {**layer.get_config(), "activation": "linear", "name": None}
    return _concatenated(
        [*branches[:3], type(layer).from_config(settings)(layer.input)]
    )


def _linear_large(kind: str, settings: Any, filters: Any) -> None:
    if kind == "Conv2D" and tuple(settings["kernel_size"]) != (1, 1):
        settings["activation"] = "linear"


def _changing(kind: str, **changes: Any) -> Wrong:
    def change(name: str, settings: dict[str, Any], filters: Any) -> None:
        if name == kind:
            settings.update(changes)

    return _cloned(change)


def _three_for_five(kind: str, settings: Any, filters: Any) -> None:
    if tuple(settings.get("kernel_size", ())) == (5, 5):
        settings["kernel_size"] = (3, 3)


def _average_pool(kind: str, settings: Any, filters: Any) -> None:
    if kind == "MaxPooling2D":
        settings["class"] = "AveragePooling2D"


def _unpadded(kind: str, settings: Any, filters: Any) -> None:
    if "padding" in settings:
        settings["padding"] = "valid"


BUILD_INCEPTION_BLOCK = Exercise(
    id="lab09.build_inception_block",
    points=4,
    cases=_block_cases,
    reference=None,
    parameters=("f1", "f3r", "f3", "f5r", "f5", "fp"),
    comparison=_blocks,
    probe="block",
    time_limit=20.0,
    mistakes=(
        Mistake(
            "a branch without padding",
            "Some branch comes out smaller than the others, and maps of different sizes "
            "cannot be joined. All four keep height and width.",
            _cloned(_unpadded),
        ),
        Mistake(
            "pool with stride 3",
            "Keras's pooling moves by its own size unless you say otherwise, and so "
            "makes the maps smaller. Here it moves by 1.",
            _changing("MaxPooling2D", strides=(3, 3)),
        ),
        Mistake(
            "pool without padding",
            "The pool moves by 1 and still loses its border: a window of 3x3 has to "
            "stick out for the maps to keep height and width.",
            _changing("MaxPooling2D", strides=(1, 1), padding="valid"),
        ),
        Mistake(
            "joined along the height",
            "The branches lie below each other. Join their channels, which are the last "
            "axis.",
            _rejoined(lambda branches, parts, x: _concatenated(branches, axis=1)),
        ),
        Mistake(
            "branches added up",
            "Adding needs equally many channels, and mixes what the branches found. "
            "Put the channels beside each other.",
            _rejoined(_added),
        ),
        Mistake(
            "branches in a row",
            "Each branch reads what the one before it gave. All four read the same `x`: "
            "is the variable overwritten on the way?",
            _rejoined(_in_a_row),
        ),
        Mistake(
            "no bottlenecks",
            "The large filters read all channels of `x`. Before each of them stands a "
            "convolution of 1x1 that makes the channels fewer.",
            _rejoined(_naive),
        ),
        Mistake(
            "bottleneck behind the large filters",
            "The channels are made fewer after the large filters, when it is too late "
            "to save work.",
            _rejoined(_reduced_behind),
        ),
        Mistake(
            "bottlenecks exchanged",
            "`f3r` belongs to the branch with 3x3, `f5r` to the one with 5x5.",
            lambda reference, x, f1, f3r, f3, f5r, f5, fp: reference(
                x, f1, f5r, f3, f3r, f5, fp
            ),
        ),
        Mistake(
            "bottleneck and filters exchanged",
            "The small layer has `f3r` or `f5r` filters, the large one `f3` or `f5`.",
            lambda reference, x, f1, f3r, f3, f5r, f5, fp: reference(
                x, f1, f3, f3r, f5, f5r, fp
            ),
        ),
        Mistake(
            "pool not projected",
            "The pooled channels go out as they are. A convolution of 1x1 behind the "
            "pool makes `fp` channels of them.",
            _rejoined(_not_projected),
        ),
        Mistake(
            "projected before the pool",
            "The weights fit, but the order matters: first the pool, then the "
            "convolution of 1x1.",
            _rejoined(_projected_first),
        ),
        Mistake(
            "order of the branches",
            "The channels of the branches come out in another order than 1x1, 3x3, 5x5, "
            "pool.",
            _rejoined(lambda branches, parts, x: _concatenated(branches[::-1])),
        ),
        Mistake(
            "no activation",
            "Every convolution of the block is followed by ReLU, the small ones too.",
            _changing("Conv2D", activation="linear"),
        ),
        Mistake(
            "1x1 without activation",
            "The convolutions of 1x1 are linear. They are followed by ReLU as well, all "
            "four of them.",
            _cloned(_linear_small),
        ),
        Mistake(
            "bottlenecks without activation",
            "The two convolutions of 1x1 before the large filters lack their ReLU.",
            _cloned(_linear_bottlenecks),
        ),
        Mistake(
            "projection without activation",
            "The convolution of 1x1 behind the pool lacks its ReLU.",
            _rejoined(_linear_projection),
        ),
        Mistake(
            "large filters without activation",
            "The convolutions of 3x3 and 5x5 lack their ReLU.",
            _cloned(_linear_large),
        ),
        Mistake(
            "average pooling",
            "The fourth branch takes the largest value of each window.",
            _cloned(_average_pool),
        ),
        Mistake(
            "3x3 in place of 5x5",
            "The third branch has windows of 5x5.",
            _cloned(_three_for_five),
        ),
        Mistake(
            "pool of 2x2",
            "The pool has windows of 3x3.",
            _changing("MaxPooling2D", pool_size=(2, 2)),
        ),
        Mistake(
            "no biases",
            "Every filter has a bias.",
            _changing("Conv2D", use_bias=False),
        ),
    ),
)


# -- loss_and_head ---------------------------------------------------------------------

_KINDS = ("digit", "one-hot", "yes or no", "any of ten")


def _pair_cases(rng: np.random.Generator) -> list[Case]:
    cases = []
    for kind in _KINDS:
        digits = np.array([9, 0, *rng.integers(0, 10, 6)])
        labels = {
            "digit": digits.astype("int64"),
            "one-hot": np.equal.outer(digits, np.arange(10)).astype("float32"),
            "yes or no": np.array([1, 0, *rng.integers(0, 2, 6)]).astype("float32"),
            "any of ten": rng.integers(0, 2, (8, 10)).astype("float32"),
        }[kind]
        extra = {
            "features": rng.normal(0, 1, (8, 6)).astype("float32"),
            "labels": labels,
            "weight_seed": int(rng.integers(2**31)),
        }
        label = f'loss_and_head("{kind}")'
        cases.append(Case((kind,), label=label, part=kind, extra=extra))
    return cases


def _pairs(expected: Any, actual: Any) -> Difference | None:
    """Compare pairs: scores with their loss are as good as probabilities with theirs."""
    if expected["weight_shapes"] != actual["weight_shapes"]:
        wanted, given = (_shapes(one["weight_shapes"]) for one in (expected, actual))
        return Difference(
            "shape", f"the weights of the layer have the shapes {given}, not {wanted}"
        )
    difference = Close(rtol=1e-3)(expected["loss"], actual["loss"])
    if difference is not None:
        return Difference(
            "value", f"for known features and labels the loss: {difference.sentence}"
        )
    if not _alike(expected["outputs"], actual["outputs"]):
        return Difference("value", "the layer gives neither scores nor probabilities")
    if expected["dropout_rates"] != actual["dropout_rates"]:
        return Difference("value", "the layer drops outputs in training")
    return None


def _alike(one: np.ndarray, two: np.ndarray) -> bool:
    """Say whether outputs are equal, or one are the probabilities of the other."""
    if one.shape != two.shape:
        return False
    if np.allclose(one, two, atol=1e-4):
        return True
    for scores, chances in ((one, two), (two, one)):
        is_scores = scores.min() < 0 or scores.max() > 1
        squashed = (softmax(scores, axis=-1), expit(scores))
        if is_scores and any(np.allclose(s, chances, atol=1e-4) for s in squashed):
            return True
    return False


def _other_pair(
    loss: Callable[[Any, str], Any] = lambda right, kind: right,
    head: Callable[[Any, str], Any] = lambda right, kind: right,
) -> Wrong:
    """Give a mistake: another loss, or another layer, made of the right one."""

    def wrong(reference: Wrong, kind: str) -> Any:
        right_loss, right_head = reference(kind)
        return loss(right_loss, kind), head(right_head, kind)

    return wrong


def _loss(**settings: Any) -> Callable[[Any, str], Any]:
    return lambda right, kind: type(right).from_config(
        {**right.get_config(), **settings}
    )


def _head(**settings: Any) -> Callable[[Any, str], Any]:
    return lambda right, kind: type(right).from_config(
        {**right.get_config(), **settings, "name": None}
    )


def _squashing(kind: str) -> str:
    return "softmax" if kind in ("digit", "one-hot") else "sigmoid"


def _probabilities(right: Any, kind: str) -> Any:
    return _head(activation=_squashing(kind))(right, kind)


def _then(right: Any, kind: str, layer: str, *args: Any) -> Any:
    import keras

    first = _probabilities(right, kind)
    return keras.Sequential([first, getattr(keras.layers, layer)(*args)])


def _squashed_twice(right: Any, kind: str) -> Any:
    return _then(right, kind, "Activation", _squashing(kind))


def _dropped(right: Any, kind: str) -> Any:
    return _then(right, kind, "Dropout", 0.5)


def _only(kinds: Sequence[str], change: Callable[[Any, str], Any]) -> Any:
    return lambda right, kind: change(right, kind) if kind in kinds else right


def _named(name: str) -> Callable[[Any, str], Any]:
    return lambda right, kind: name


def _unit_less(right: Any, kind: str) -> Any:
    units = right.units - 1 if right.units > 1 else right.units
    return _head(units=units)(right, kind)


_OF_TEN = ("digit", "one-hot")

LOSS_AND_HEAD = Exercise(
    id="lab09.loss_and_head",
    points=4,
    cases=_pair_cases,
    reference=None,
    parameters=("kind",),
    comparison=_pairs,
    parts=dict.fromkeys(_KINDS, 1.0),
    probe="pair",
    mistakes=(
        Mistake(
            "scores taken for probabilities",
            "The layer gives scores of any size, and the loss takes them for "
            "probabilities: it has a setting that says which of the two it gets.",
            _other_pair(_loss(from_logits=False)),
        ),
        Mistake(
            "probabilities taken for scores",
            "The layer gives probabilities, and the loss turns them into probabilities "
            "once more. Inside a model Keras may notice and only warn, so that neither "
            "loss nor accuracy tells you; the program says two things at once.",
            _other_pair(head=_probabilities),
        ),
        Mistake(
            "squashed twice",
            "Probabilities of probabilities are nearly flat: for ten classes this loss "
            "cannot fall below 1.461.",
            _other_pair(_loss(from_logits=False), _squashed_twice),
        ),
        Mistake(
            "loss and layer exchanged",
            "The task asks for the loss first and the layer second.",
            lambda reference, kind: reference(kind)[::-1],
        ),
        Mistake(
            "ReLU on the last layer",
            "A score that cannot be negative cannot say no, and at 0 its gradient is "
            "gone. The last layer needs either no activation or probabilities.",
            _other_pair(head=_head(activation="relu")),
        ),
        Mistake(
            "loss for one-hot labels on whole numbers",
            'Keras says "target and output must have the same rank". Labels that are '
            "plain digits need the sparse loss.",
            _other_pair(
                _only(["digit"], _named("categorical_crossentropy")),
                _only(["digit"], _probabilities),
            ),
        ),
        Mistake(
            "loss for whole numbers on one-hot labels",
            "The sparse loss wants one whole number for each image, and here the label "
            "is a row of ten.",
            _other_pair(
                _only(["one-hot"], _named("sparse_categorical_crossentropy")),
                _only(["one-hot"], _probabilities),
            ),
        ),
        Mistake(
            "too few units",
            "Ten digits need ten outputs, one for each. "
            "With fewer, some labels have no place.",
            _other_pair(head=_unit_less),
        ),
        Mistake(
            "one unit for ten digits",
            "One unit answers one question with yes or no. As a loss for digits its "
            "value even becomes negative, without any sense.",
            _other_pair(
                _only(_OF_TEN, _named("binary_crossentropy")),
                _only(_OF_TEN, _head(units=1, activation="sigmoid")),
            ),
        ),
        Mistake(
            "softmax over a single unit",
            "Softmax makes all outputs of a layer sum to 1. A single one is then always "
            "1, whatever the picture.",
            _other_pair(
                _only(["yes or no"], _loss(from_logits=False)),
                _only(["yes or no"], _head(activation="softmax")),
            ),
        ),
        Mistake(
            "softmax where several can be true",
            "Softmax makes the ten compete. If several can be true at once, each needs "
            "a yes or no of its own.",
            _other_pair(
                _only(["any of ten"], _named("categorical_crossentropy")),
                _only(["any of ten"], _head(activation="softmax")),
            ),
        ),
        Mistake(
            "ten that compete, judged one by one",
            "The loss asks ten questions of yes or no, and the layer still gives shares "
            "that sum to 1: two digits in one picture could not both be sure.",
            _other_pair(
                _only(["any of ten"], _loss(from_logits=False)),
                _only(["any of ten"], _head(activation="softmax")),
            ),
        ),
        Mistake(
            "separate chances in a loss for one answer",
            "Each unit gives a chance of its own, and the loss expects ten that share "
            "one sum. If exactly one digit is true, they have to compete.",
            _other_pair(
                _only(_OF_TEN, _loss(from_logits=False)),
                _only(_OF_TEN, _head(activation="sigmoid")),
            ),
        ),
        Mistake(
            "several units for yes or no",
            "One number says both: if yes has the chance p, no has 1 - p. "
            "And the label is a single number as well.",
            _other_pair(head=_only(["yes or no"], _head(units=2))),
        ),
        Mistake(
            "yes and no as two classes",
            "Two classes that share one sum would do, but the task asks for a single "
            "unit: if yes has the chance p, no has 1 - p.",
            _other_pair(
                _only(["yes or no"], _named("sparse_categorical_crossentropy")),
                _only(["yes or no"], _head(units=2, activation="softmax")),
            ),
        ),
        Mistake(
            "shares of one sum, judged one by one",
            "Your layer gives ten chances that share one sum. "
            "The loss judges each as a yes or no of its own.",
            _other_pair(
                _only(["one-hot"], _named("binary_crossentropy")),
                _only(["one-hot"], _head(activation="softmax")),
            ),
        ),
        Mistake(
            "ten separate answers where one is true",
            "One digit is in the picture, not any number of them: its ten chances share "
            "one sum.",
            _other_pair(
                _only(["one-hot"], _named("binary_crossentropy")),
                _only(["one-hot"], _head(activation="sigmoid")),
            ),
        ),
        Mistake(
            "squared error",
            "Squared distances between probabilities and labels learn slowly where the "
            "network is surely wrong. Use a cross-entropy.",
            _other_pair(_named("mean_squared_error"), _probabilities),
        ),
        Mistake(
            "loss summed",
            "The loss adds up over the batch, so it grows with the batch size. "
            "Keras's default is the mean.",
            _other_pair(_loss(reduction="sum")),
        ),
        Mistake(
            "dropout behind the probabilities",
            "Setting a probability to 0 in training makes its logarithm explode. "
            "Behind the last layer nothing is dropped.",
            _other_pair(_loss(from_logits=False), _dropped),
        ),
    ),
)


# -- make_dataset ----------------------------------------------------------------------

# How each data set of a case is made, and how often all of it is read.
_SETS = ({"seed": 3}, {"seed": 3}, {"seed": 4})
_EPOCHS = 2


class Batches:
    """Batches of images and labels that can be read again and again.

    The settings behind `seed` are for mistakes.

    Args:
        x: images, (n, height, width) of uint8.
        y: labels, (n,).
        batch_size, training, seed: as in the exercise.
        order: gives the images of an epoch from (how many, generator).
        cut: cuts an order into batches of a size, with the generator at hand.
        image: makes ready images that were scaled; it also gets the images given.
        label: makes ready labels.
        once: keep the order of the first epoch.
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        batch_size: int,
        training: bool,
        seed: int | None,
        order: Callable[[int, Any], Any] | None = None,
        cut: Callable[[Any, int, Any], Any] | None = None,
        image: Callable[[Any, Any], Any] = lambda ready, x: ready,
        label: Callable[[Any], Any] = lambda y: y,
        once: bool = False,
    ) -> None:
        self.ready, self.labels = image(_scaled(x), x), label(y)
        self.batch_size, self.seed, self.once = batch_size, seed, once
        self.rng = np.random.default_rng(seed)
        self.order = order or (_shuffled if training else _ordered)
        self.cut = cut or _cut

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """Read one epoch."""
        rng = np.random.default_rng(self.seed) if self.once else self.rng
        order = self.order(len(self.labels), rng)
        for part in self.cut(order, self.batch_size, rng):
            yield self.ready[part], self.labels[part]


def _scaled(x: np.ndarray) -> np.ndarray:
    return np.expand_dims(np.divide(x, 255, dtype="float32"), -1)


def _ordered(n: int, rng: Any) -> np.ndarray:
    return np.arange(n)


def _shuffled(n: int, rng: Any) -> np.ndarray:
    return np.asarray(rng.permutation(n))


def _cut(order: Any, size: int, rng: Any) -> list[Any]:
    return [order[start : start + size] for start in range(0, len(order), size)]


def _spots(rng: np.random.Generator, count: int, top: int) -> np.ndarray:
    """Give up to 2,025 images of 9x10 that are numbered, see `_numbers`."""
    images = rng.integers(0, top // 2, (count, 9, 10)).astype("uint8")
    halves, numbers = images.reshape(count, 2, 45), np.arange(count)
    halves[numbers, 0, numbers % 45] = top
    halves[numbers, 1, numbers // 45] = top
    return images


def _dataset_cases(rng: np.random.Generator) -> list[Case]:
    drawn = (int(rng.integers(70, 80)), int(rng.integers(8, 12)))
    grid = [
        (60, 7, True, 255, "training"),
        (37, 8, False, 180, "evaluation"),
        (*drawn, True, 255, "training"),
        (50, 10, False, 255, "evaluation"),
        # More than a buffer of 1,000 holds, which stands in many examples; read once, as
        # a generator takes half a millisecond for each image.
        (1300, 100, True, 255, "training"),
    ]
    cases = []
    for count, batch_size, training, top, part in grid:
        labels = np.sort(rng.integers(0, 10, count)).astype("uint8")
        label = f"{count} images sorted by label, batches of {batch_size}, for {part}"
        if top < 255:
            label += f", brightest pixel {top}"
        args = (_spots(rng, count, top), labels, batch_size, training)
        extra = {"changes": _SETS, "epochs": _EPOCHS, "limit": 2 * count}
        if count > 100:
            extra = {"changes": _SETS[:1], "epochs": 1, "limit": 40}
        cases.append(Case(args, {}, label, part, extra))
    return cases


def _datasets(expected: Any, actual: Any) -> Difference | None:
    """Compare data sets by what a right one must be, not by its draw."""
    if not any(sets[0][0]["ended"] for sets in (expected, actual)):
        return None  # two that never end are wrong alike, whatever else they do
    pairs = zip(_dataset_facts(expected), _dataset_facts(actual), strict=False)
    for (_, wanted), (sentence, given) in pairs:
        if not np.array_equal(wanted, given):
            return Difference("value", sentence.format(given=given, wanted=wanted))
    images = [np.asarray(sets[0][0]["x"]) for sets in (expected, actual)]
    ranks = [np.argsort(_numbers(x), kind="stable") for x in images]
    if not np.array_equal(_numbers(images[0])[ranks[0]], np.arange(len(images[0]))):
        return None  # two wrong answers that leave out images by chance
    by_number = [x[rank] for x, rank in zip(images, ranks, strict=True)]
    difference = compare.close(*by_number)
    if difference is None:
        return None
    return Difference("value", f"the pixels are wrong: {difference.sentence}")


def _numbers(x: np.ndarray) -> np.ndarray:
    """Give the number of each image: where in each of its halves the brightest pixel is."""
    if x.ndim < 2 or x.size == 0:
        return x.reshape(-1)
    flat = x.reshape(len(x), -1)
    half = max(1, flat.shape[1] // 2)
    first, second = flat[:, :half].argmax(axis=1), flat[:, -half:].argmax(axis=1)
    return np.asarray(second * half + first)


def _dataset_facts(sets: Any) -> list[tuple[str, Any]]:
    """Give (sentence if it is wrong, value) for what right data sets have in common."""
    # Where a large set is read once, it is compared with itself.
    first, second = sets[0][0], sets[0][-1]
    x, y = np.asarray(first["x"]), np.asarray(first["y"])
    facts = [
        ("an epoch goes on and on: the data set never ends", first["ended"]),
        (
            "there are {given} values in the shape of a batch of labels, not {wanted}",
            y.ndim,
        ),
        ("an image has the shape {given}, expected {wanted}", x.shape[1:]),
        ("the images are {given}, expected {wanted}", str(x.dtype)),
        (
            "the batches hold {given} images, expected {wanted}",
            sorted(first["sizes"].tolist(), reverse=True),
        ),
        ("the second epoch has {given} images, expected {wanted}", len(second["y"])),
    ]
    numbers = _numbers(x)
    different = len(np.unique(numbers))
    facts.append(
        (
            f"of {len(numbers)} images in an epoch {different} are different",
            different == len(numbers),
        )
    )
    if y.ndim != 1 or x.ndim != 4 or len(x) != len(y):
        return facts
    again, other = sets[len(sets) // 2][0], sets[-1][0]
    reach = max(_reach(epoch) for epochs in sets for epoch in epochs)
    orders = 4 if len(sets) > 1 else 1
    return [
        *facts,
        ("some images have the label of another image", _sorted_with(numbers, y)),
        ("the images come {given}, expected {wanted}", _order(numbers, first["sizes"])),
        (
            "the second epoch comes {given}, expected {wanted}",
            _order(_numbers(second["x"]), second["sizes"]),
        ),
        (
            f"no image comes earlier than it was given by more than {reach} places",
            reach > len(numbers) - 6 * (len(numbers) / orders) ** 0.5,
        ),
        ("both epochs have the same order", _equal(x, second["x"])),
        ("the same seed gives another order the next time", _equal(x, again["x"])),
        ("another seed gives the same order", _equal(x, other["x"])),
    ]


def _reach(epoch: Any) -> int:
    """Give how many others an image overtakes at most.

    A buffer bounds it. In m orders of n images, a full shuffle is to be expected to take
    m (n - r)^2 / 2n images over at least r others: 18 for r = n - 6 sqrt(n / m), and none
    of them but for once in fifty million times.
    """
    numbers = _numbers(np.asarray(epoch["x"]))
    return int(np.max(numbers - np.arange(len(numbers)), initial=0))


def _equal(one: np.ndarray, two: np.ndarray) -> bool:
    return bool(np.array_equal(one, two))


def _sorted_with(numbers: np.ndarray, y: np.ndarray) -> bool:
    """Say whether labels rise with the numbers of their images, as they were given."""
    by_number = y[np.argsort(numbers, kind="stable")].astype(int)
    return bool((np.diff(by_number) >= 0).all())


def _order(numbers: np.ndarray, sizes: np.ndarray) -> str:
    """Say how images are ordered that were given in the order of their numbers."""
    steps = np.diff(numbers)
    if (steps > 0).all():
        return "in the order given"
    ends = np.cumsum(sizes)[:-1] - 1
    inside = np.delete(steps, ends)
    if (inside == 1).all():
        return "in batches of neighbours"
    return "shuffled"


def _reading(**how: Any) -> Wrong:
    """Give a mistake: the reference with settings of its own."""
    return lambda reference, *args, seed: reference(*args, seed, **how)


def _in_training(**how: Any) -> Wrong:
    return lambda reference, *args, seed: reference(
        *args, seed, **(how if args[3] else {})
    )


def _in_evaluation(**how: Any) -> Wrong:
    return lambda reference, *args, seed: reference(
        *args, seed, **({} if args[3] else how)
    )


def _from_buffer(size: int, n: int, rng: Any) -> np.ndarray:
    """Draw the next image from a buffer of this size, and fill it up."""
    left, taken = list(range(n)), []
    while left:
        taken.append(left.pop(int(rng.integers(min(size, len(left))))))
    return np.array(taken)


def _whole_batches_drawn(order: Any, size: int, rng: Any) -> list[Any]:
    parts = _cut(order, size, rng)
    return [parts[place] for place in rng.permutation(len(parts))]


def _whole_batches_only(order: Any, size: int, rng: Any) -> list[Any]:
    return [part for part in _cut(order, size, rng) if len(part) == size]


def _endless(order: Any, size: int, rng: Any) -> Iterator[Any]:
    return itertools.cycle(_cut(order, size, rng))


class _Once:
    """Batches that can be read one time, like a generator."""

    def __init__(self, batches: Any) -> None:
        self._left: Iterator[Any] = iter(batches)

    def __iter__(self) -> Iterator[Any]:
        return self._left


def _exhausted(reference: Wrong, *args: Any, seed: int) -> Any:
    return _Once(reference(*args, seed))


def _size_fixed(
    reference: Wrong, x: Any, y: Any, size: int, training: bool, seed: int
) -> Any:
    return reference(x, y, 32, training, seed)


def _labels_left(
    reference: Wrong, x: Any, y: Any, size: int, training: bool, seed: int
) -> Any:
    if not training:
        return reference(x, y, size, training, seed)
    draw = np.random.default_rng(seed + 100)
    return reference(x, draw.permutation(y), size, training, seed)


def _images_alone(
    reference: Wrong, x: Any, y: Any, size: int, training: bool, seed: int
) -> Any:
    order = np.random.default_rng(seed).permutation(len(x)) if training else slice(None)
    return reference(x[order], y, size, False, seed)


def _standardised(ready: Any, x: Any) -> Any:
    return ((ready - ready.mean()) / ready.std()).astype("float32")


_TICKETS = itertools.count(100)

MAKE_DATASET = Exercise(
    id="lab09.make_dataset",
    points=4,
    cases=_dataset_cases,
    reference=Batches,
    comparison=_datasets,
    parts={"training": 3, "evaluation": 1},
    probe="dataset",
    mistakes=(
        Mistake(
            "channel axis missing",
            "A convolution would refuse these batches: `expected min_ndim=4, found "
            "ndim=3`. Grey images have one channel, and its axis must be there.",
            _reading(image=lambda ready, x: ready[..., 0]),
        ),
        Mistake(
            "whole numbers left",
            "The images are still whole numbers from 0 to 255, which no layer refuses. "
            "Weights want inputs around 1.",
            _reading(image=lambda ready, x: x[..., np.newaxis]),
        ),
        Mistake(
            "not scaled",
            "The images are floats and still reach 255. Adam hides this, a plain "
            "optimizer does not: look at the largest pixel, not at the accuracy.",
            _reading(image=lambda ready, x: x[..., np.newaxis].astype("float32")),
        ),
        Mistake(
            "only the training images scaled",
            "For evaluation the pixels come otherwise than in training. The network "
            "then answers for pictures it was never made for, and you see a few points "
            "less and no error.",
            _in_evaluation(image=lambda ready, x: x[..., np.newaxis].astype("float32")),
        ),
        Mistake(
            "scaled twice",
            "The brightest pixel is far below 1: it was divided two times.",
            _reading(image=lambda ready, x: ready / np.float32(255)),
        ),
        Mistake(
            "divided without decimals",
            "Nearly all pixels are 0: they were divided as whole numbers. "
            "Make floats of them first.",
            _reading(image=lambda ready, x: np.floor(ready)),
        ),
        Mistake(
            "divided by 256",
            "The largest value of 8 bits is one less than the number of values.",
            _reading(image=lambda ready, x: ready * np.float32(255 / 256)),
        ),
        Mistake(
            "divided by the brightest pixel",
            "Dark images became bright. Divide by the largest value that a pixel can "
            "have, not by one that it happens to have: that would be another number for "
            "the test images.",
            _reading(image=lambda ready, x: ready / ready.max()),
        ),
        Mistake(
            "scaled from -1 to 1",
            "Black became -1. The task asks for 0 to 1.",
            _reading(image=lambda ready, x: 2 * ready - 1),
        ),
        Mistake(
            "standardised",
            "You took away the mean and divided by the spread. The task asks for 0 to 1.",
            _reading(image=_standardised),
        ),
        Mistake(
            "float64",
            "The values are right in double precision; Keras computes in float32.",
            _reading(image=lambda ready, x: x[..., np.newaxis] / 255),
        ),
        Mistake(
            "one-hot labels",
            "The labels became rows of ten. Leave them as they are.",
            _reading(label=lambda y: np.eye(10)[y]),
        ),
        Mistake(
            "not shuffled",
            "The images come in the order given. Here they are sorted by label, so a "
            "batch holds one class and teaches the network to answer with that one.",
            _in_training(order=_ordered),
        ),
        Mistake(
            "batched before shuffling",
            "You shuffle finished batches: the images inside a batch are still "
            "neighbours, here all of one label. The order of the two steps matters.",
            _in_training(order=_ordered, cut=_whole_batches_drawn),
        ),
        Mistake(
            "buffer too small",
            "`shuffle` draws from a buffer. If that is smaller than the data set, an "
            "image can only move a little, and sorted labels stay nearly sorted.",
            _in_training(order=partial(_from_buffer, 8)),
        ),
        Mistake(
            "buffer of a fixed size",
            "Small sets are shuffled well, a large one is not: the buffer has a fixed "
            "size. It has to hold the whole set, however large that is.",
            _in_training(order=partial(_from_buffer, 1000)),
        ),
        Mistake(
            "the same order in every epoch",
            "It was shuffled once: with NumPy, before a `cache`, or by a `shuffle` that "
            "was told not to shuffle again?",
            _in_training(once=True),
        ),
        Mistake(
            "training turned round",
            "You shuffle for evaluation and not for training. It is the other way round.",
            lambda reference, x, y, size, training, seed: reference(
                x, y, size, not training, seed
            ),
        ),
        Mistake(
            "evaluation shuffled too",
            "For evaluation the images have to come in the order given, or predictions "
            "belong to other images than you think.",
            _in_evaluation(order=_shuffled),
        ),
        Mistake(
            "labels not moved with their images",
            "Images and labels are shuffled in different ways. Put them together first.",
            _labels_left,
        ),
        Mistake(
            "images shuffled, labels left behind",
            "The images have moved and their labels have not. "
            "What belongs together is shuffled together.",
            _images_alone,
        ),
        Mistake(
            "last batch dropped",
            "The images that do not fill a batch are left out.",
            _reading(cut=_whole_batches_only),
        ),
        Mistake(
            "repeated without end",
            "The data set never ends. `fit` repeats by itself, once for each epoch.",
            _reading(cut=_endless),
        ),
        Mistake(
            "used up after one epoch",
            "A generator can be read once. A data set starts anew in every epoch.",
            _exhausted,
        ),
        Mistake(
            "not batched",
            "Every element is a single image; the batch is missing.",
            _reading(cut=lambda order, size, rng: list(order)),
        ),
        Mistake(
            "batch size fixed at 32",
            "The batches have 32 images, whatever the argument says.",
            _size_fixed,
        ),
        Mistake(
            "drawn with replacement",
            "Some images come twice in an epoch, and others not at all.",
            _in_training(order=lambda n, rng: rng.integers(0, n, n)),
        ),
        Mistake(
            "seed ignored",
            "Two seeds give the same order. Hand the seed to the shuffling.",
            lambda reference, *args, seed: reference(*args, 0),
        ),
        Mistake(
            "no seed used",
            "The same seed gives two orders, so nobody can repeat your result.",
            lambda reference, *args, seed: reference(*args, next(_TICKETS)),
        ),
    ),
)


# -- save_and_load ---------------------------------------------------------------------


def _saved_cases(rng: np.random.Generator) -> list[Case]:
    cases = []
    for steps in (7, int(rng.integers(20, 90))):
        extra = {
            "inputs": rng.uniform(-1, 1, (4, 3, 2)).astype("float32"),
            "weight_seed": int(rng.integers(2**31)),
            "steps": steps,
        }
        cases.append(Case((), label=f"a model after {steps} steps", extra=extra))
    return cases


def _saved_models(expected: Any, actual: Any) -> Difference | None:
    if expected["endings"] != actual["endings"]:
        wanted, given = (_endings(one["endings"]) for one in (expected, actual))
        return Difference("value", f"in the folder there is {given}, expected {wanted}")
    if expected["endings"] != [".keras"]:
        return None  # two answers that are wrong alike, whatever else they do
    if expected["same"] != actual["same"]:
        return Difference("value", "the model returned is the one you were given")
    if _agrees(expected) != _agrees(actual):
        return Difference("value", "the model returned has other weights")
    if expected["steps"] == actual["steps"]:
        return None
    if actual["steps"] < 0:
        return Difference("value", "the model returned is not compiled")
    return Difference(
        "value",
        f"its optimizer has counted {actual['steps']} steps, "
        f"expected {expected['steps']}",
    )


def _endings(endings: Sequence[str]) -> str:
    names = [f"a file *{ending}" if ending else "something else" for ending in endings]
    return " and ".join(names) or "nothing"


def _agrees(reply: Any) -> bool:
    return bool(np.allclose(reply["own"], reply["outputs"], atol=1e-5))


def _copy_of(model: Any) -> Any:
    import keras

    return keras.models.clone_model(model)


def _weights_only(reference: Wrong, model: Any, folder: str) -> Any:
    path = str(Path(folder) / "model.weights.h5")
    model.save_weights(path)
    fresh = _copy_of(model)
    fresh.load_weights(path)
    return fresh


def _old_format(reference: Wrong, model: Any, folder: str) -> Any:
    loaded = reference(model, folder)
    (path,) = Path(folder).iterdir()
    path.rename(path.with_suffix(".h5"))
    return loaded


def _refused_folder(reference: Wrong, model: Any, folder: str) -> Any:
    model.save(folder)


def _named_format(reference: Wrong, model: Any, folder: str) -> Any:
    model.save(folder, save_format="tf")


def _folder_loaded(reference: Wrong, model: Any, folder: str) -> Any:
    import keras

    return keras.models.load_model(folder)


def _not_saved(reference: Wrong, model: Any, folder: str) -> Any:
    fresh = _copy_of(model)
    fresh.set_weights(model.get_weights())
    return fresh


def _not_compiled(reference: Wrong, model: Any, folder: str) -> Any:
    import keras

    reference(model, folder)
    (path,) = Path(folder).iterdir()
    return keras.models.load_model(path, compile=False)


def _compiled_anew(reference: Wrong, model: Any, folder: str) -> Any:
    loaded = reference(model, folder)
    loaded.compile("adam", "mse")
    return loaded


def _architecture_only(reference: Wrong, model: Any, folder: str) -> Any:
    (Path(folder) / "model.json").write_text(model.to_json(), "utf-8")
    return _copy_of(model)


def _pickled(reference: Wrong, model: Any, folder: str) -> Any:
    loaded = reference(model, folder)
    (path,) = Path(folder).iterdir()
    path.rename(path.with_suffix(".pkl"))
    return loaded


SAVE_AND_LOAD = Exercise(
    id="lab09.save_and_load",
    points=2,
    cases=_saved_cases,
    reference=None,
    comparison=_saved_models,
    probe="saved",
    mistakes=(
        Mistake(
            "saved without the ending",
            "Keras 3 saves a model as one file and wants its name to end in `.keras`. "
            "Folders are from older tutorials.",
            _refused_folder,
        ),
        Mistake(
            "format named in an argument",
            "`save_format` is from older tutorials. In Keras 3 the end of the file's "
            "name says the format.",
            _named_format,
        ),
        Mistake(
            "folder loaded",
            "`load_model` wants the path of the file. What `export` writes is for "
            "serving: it cannot be loaded as a model or trained any further.",
            _folder_loaded,
        ),
        Mistake(
            "saved as HDF5",
            "Files `.h5` are the old format, and Keras warns about it. The new one "
            "holds everything in a file `.keras`.",
            _old_format,
        ),
        Mistake(
            "weights only",
            "The file holds numbers and no network: whoever opens it has to know which "
            "layers they belong to.",
            _weights_only,
        ),
        Mistake(
            "architecture only",
            "The layers are written down, what they have learned is not.",
            _architecture_only,
        ),
        Mistake(
            "pickled",
            "A pickle can run any code when it is opened, and needs the same versions. "
            "Use Keras's own file.",
            _pickled,
        ),
        Mistake(
            "not loaded",
            "You return the model you were given. Only a model read from the file shows "
            "that the file is complete.",
            lambda reference, model, folder: (reference(model, folder), model)[1],
        ),
        Mistake(
            "folder left empty",
            "There is no file in `folder`. If you did save one, it lies elsewhere: its "
            "path has to begin with `folder`, then a separator, then a name.",
            _not_saved,
        ),
        Mistake(
            "loaded without its compilation",
            "The model predicts, and cannot go on training: optimizer and loss were "
            "left in the file.",
            _not_compiled,
        ),
        Mistake(
            "compiled anew",
            "The optimizer starts from nothing: its count of steps and its averages are "
            "gone. The file holds them.",
            _compiled_anew,
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    CONV_AS_TF_NN,
    BUILD_LAYER_FROM_NUMPY,
    BUILD_LENET,
    BUILD_INCEPTION_BLOCK,
    LOSS_AND_HEAD,
    MAKE_DATASET,
    SAVE_AND_LOAD,
)
