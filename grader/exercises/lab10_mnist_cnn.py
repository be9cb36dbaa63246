"""Exercises of lab 10: a complete convolutional network, from images to a report."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.special import log_softmax

from grader import compare
from grader.compare import Close, Difference
from grader.exercise import Case, Exercise, Mistake
from grader.networks import Layers, edited, places, replacing, same_network, setting
from grader.plain import with_article

PREDICTIONS = Exercise(
    id="lab10.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


# -- preprocess ------------------------------------------------------------------------


def _preprocess_cases(rng: np.random.Generator) -> Sequence[Case]:
    # Not all black: 0/0 would set naive code apart from the mistake that it is.
    night = np.zeros((1, 4, 3))
    night[0, 2, 1] = 1
    grid = {
        "three images of 28x28": rng.integers(0, 256, (3, 28, 28)),
        "two images of 5x7": rng.integers(0, 256, (2, 5, 7)),
        "one dark image of 4x6, brightest pixel 100": rng.integers(20, 101, (1, 4, 6)),
        "one image of 4x3, black but for a pixel of 1": night,
        "a drawn shape": rng.integers(0, 256, tuple(rng.integers(3, 9, 3))),
    }
    return [Case((a.astype(np.uint8),), label=label) for label, a in grid.items()]


def _images(expected: Any, actual: Any) -> Difference | None:
    """Compare images; their dtype counts, because the task says which."""
    difference = compare.close(expected, actual)
    if difference is not None:
        return difference
    if np.asarray(actual).dtype != np.asarray(expected).dtype:
        wanted, given = np.asarray(expected).dtype, np.asarray(actual).dtype
        return Difference("type", f"the dtype is {given}, expected {wanted}")
    return None


def _rescaled(images: np.ndarray) -> np.ndarray:
    from skimage.util import img_as_float32

    return np.expand_dims(img_as_float32(images), -1)


def _brightest_is_one(reference: Callable[..., Any], images: Any) -> Any:
    top = images.max(axis=(1, 2), keepdims=True)[..., None]
    return (reference(images) * np.float32(255) / top).astype("float32")


def _stretched(reference: Callable[..., Any], images: Any) -> Any:
    right = reference(images)
    return (right - right.min()) / (right.max() - right.min())


def _only_28x28(reference: Callable[..., Any], images: Any) -> Any:
    if images.size % 28**2:
        raise ValueError(f"cannot reshape array of size {images.size} into shape (28,)")
    return reference(images)


def _standardised(reference: Callable[..., Any], images: Any) -> Any:
    right = reference(images)
    return (right - right.mean()) / right.std()


PREPROCESS = Exercise(
    id="lab10.preprocess",
    points=2,
    cases=_preprocess_cases,
    reference=_rescaled,
    comparison=_images,
    window=lambda index, images: (
        f"The pixel there is {images[tuple(index[:3])]} in the image given."
    ),
    mistakes=(
        Mistake(
            "channel axis missing",
            "A Conv2D layer wants four axes: batch, height, width, channels. "
            "Grey images have one channel, and its axis must be there all the same.",
            lambda reference, images: reference(images)[..., 0],
        ),
        Mistake(
            "channel axis in front",
            "The layer would read your channel axis as the height. "
            "Keras puts the channels last.",
            lambda reference, images: np.moveaxis(reference(images), -1, 1),
        ),
        Mistake(
            "not scaled",
            "Your pixels still reach 255. A network started for inputs around 1 begins "
            "with a huge loss, and a plain optimizer never recovers from it.",
            lambda reference, images: reference(images) * np.float32(255),
        ),
        Mistake(
            "integers left",
            "You changed the shape and kept the whole numbers from 0 to 255; "
            "weights need inputs that are fractions.",
            lambda reference, images: (reference(images) * 255).round().astype("uint8"),
        ),
        Mistake(
            "scaled twice",
            "Your brightest possible pixel is far below 1: it was divided two times. "
            "Is a second division hidden in another line?",
            lambda reference, images: reference(images) / np.float32(255),
        ),
        Mistake(
            "divided by 256",
            "The largest value of 8 bits is one less than the number of values.",
            lambda reference, images: reference(images) * np.float32(255 / 256),
        ),
        Mistake(
            "whole division",
            "A division that drops the remainder leaves only 0 and 1.",
            lambda reference, images: np.floor(reference(images)).astype("float32"),
        ),
        Mistake(
            "each image by its own maximum",
            "A dark image must stay dark. "
            "Divide by the largest value that a pixel can have, not that this one has.",
            _brightest_is_one,
        ),
        Mistake(
            "divided by the brightest pixel of all images",
            "The same image would come out otherwise in other company. "
            "Divide by the largest value that a pixel can have.",
            lambda reference, images: reference(images) / reference(images).max(),
        ),
        Mistake(
            "stretched from the darkest to the brightest pixel",
            "You take away the smallest pixel and divide by the range of what is there, "
            "so what comes out for an image depends on the others. "
            "The task asks for a division by a fixed number.",
            _stretched,
        ),
        Mistake(
            "scaled from -1 to 1",
            "Some networks want pixels from -1 to 1. "
            "Here they go from 0 to 1, and 0 stays 0.",
            lambda reference, images: 2 * reference(images) - 1,
        ),
        Mistake(
            "rounded to 0 and 1",
            "Every pixel is 0 or 1, and the greys between are lost. "
            "Keep them as fractions.",
            lambda reference, images: np.round(reference(images)),
        ),
        Mistake(
            "standardised",
            "You took away the mean and divided by the standard deviation. "
            "That is a fine habit, but the task asks for values from 0 to 1.",
            _standardised,
        ),
        Mistake(
            "inverted",
            "Ink became background: 0 must stay 0.",
            lambda reference, images: 1 - reference(images),
        ),
        Mistake(
            "float64",
            "The values are right in double precision, which costs twice the memory; "
            "Keras computes in float32.",
            lambda reference, images: reference(images).astype("float64"),
        ),
        Mistake(
            "height and width exchanged",
            "Your images lie on their side: rows became columns. "
            "Height is axis 1 and width axis 2, before and after.",
            lambda reference, images: reference(images).swapaxes(1, 2),
        ),
        Mistake(
            "only images of 28x28",
            "Your function fits images of 28x28 and no others. "
            "Take the sizes from the array that it gets.",
            _only_28x28,
        ),
        Mistake(
            "three channels",
            "You repeated the grey values as red, green and blue. "
            "A grey image has one channel.",
            lambda reference, images: np.repeat(reference(images), 3, axis=-1),
        ),
    ),
)


# -- split -----------------------------------------------------------------------------

# How often the function is called in a case, and with which seed.
_SEEDS = ({"seed": 3}, {"seed": 3}, {"seed": 4})


def _labelled(rng: np.random.Generator, counts: Sequence[int]) -> tuple[Any, Any]:
    """Give images whose first two pixels are their number and their label."""
    labels = np.repeat(np.arange(len(counts)), counts)
    rng.shuffle(labels)
    images = rng.integers(0, 256, (len(labels), 3, 4)).astype(np.int64)
    images[:, 0, 0], images[:, 0, 1] = np.arange(len(labels)), labels
    return images, labels


def _split_cases(rng: np.random.Generator) -> Sequence[Case]:
    unequal = [30, 10, 20, 5, 15, 25, 40]
    sorted_x, sorted_y = _labelled(rng, [12, 8, 20, 16, 4, 24])
    order = np.argsort(sorted_y, kind="stable")
    drawn = [int(4 * n) for n in rng.integers(2, 9, 10)]
    grid = [
        ("145 images of 7 unequal classes, a fifth", _labelled(rng, unequal), 0.2),
        (
            "84 images sorted by label, a quarter",
            (sorted_x[order], sorted_y[order]),
            0.25,
        ),
        ("145 images, two fifths", _labelled(rng, unequal[::-1]), 0.4),
        (f"{sum(drawn)} images of 10 classes, a quarter", _labelled(rng, drawn), 0.25),
    ]
    return [
        Case(pair, {"val_fraction": part}, label, extra={"changes": _SEEDS})
        for label, pair, part in grid
    ]


def _sklearn_split(x: Any, y: Any, val_fraction: float, seed: int) -> Any:
    from sklearn.model_selection import train_test_split

    options = {"test_size": val_fraction, "stratify": y, "random_state": seed}
    x_train, x_val, y_train, y_val = train_test_split(x, y, **options)
    return x_train, y_train, x_val, y_val


def _splits(expected: Any, actual: Any) -> Difference | None:
    """Compare the answers to the three calls by what a split must be, not by its draw."""
    forms = [_first(map(_not_four_arrays, answers)) for answers in (expected, actual)]
    if forms[0] or forms[1]:
        return None if forms[0] == forms[1] else forms[1] or forms[0]
    for (_, wanted), (sentence, given) in zip(
        _split_facts(expected), _split_facts(actual), strict=False
    ):
        if compare.exact(wanted, given) is not None:
            sizes = isinstance(wanted, list) and len(wanted) == 4
            more = f", expected {wanted}" if sizes else ""
            return Difference("value", sentence + more)
        if given in _FAULTS:
            return None  # what comes after it would say how the fault was drawn
    return None


# Images in both parts, or twice in one; labels that are not their images'.
_FAULTS = ([True, False], [False, True], [True, True], "moved")


def _first(differences: Iterable[Difference | None]) -> Difference | None:
    return next(filter(None, differences), None)


def _not_four_arrays(answer: Any) -> Difference | None:
    if not isinstance(answer, (list, tuple)) or len(answer) != 4:
        return Difference("type", "it does not give four arrays")
    dimensions = [np.ndim(part) for part in answer]
    if dimensions != [3, 1, 3, 1]:
        found = ", ".join(map(str, dimensions))
        return Difference(
            "shape",
            "expected are images, labels, images, labels with 3, 1, 3, 1 axes; "
            f"yours have {found}",
        )
    return None


def _split_facts(answers: Any) -> Iterator[tuple[str, Any]]:
    """Give (sentence, value) for each thing that every right split has in common.

    Each makes sense only where those before it are as they should be.
    """
    x_train, y_train, x_val, y_val = map(np.asarray, answers[0])
    lengths = [len(x_train), len(y_train), len(x_val), len(y_val)]
    if lengths[::2] != lengths[1::2] or not all(lengths):
        yield f"the lengths of the four arrays are {lengths}", lengths
        return
    own = [sorted(x[:, 0, 0].tolist()) for x in (x_train, x_val)]
    both = len(set(own[0]) & set(own[1]))
    twice = len(own[0]) + len(own[1]) - len(set(own[0])) - len(set(own[1]))
    sentence = f"{both} images are in both parts"
    if twice:
        sentence = f"{twice} images come twice in one part, {both} are in both parts"
    yield sentence, [both > 0, twice > 0]
    pairs = ((x_train, y_train), (x_val, y_val))
    moved = sum(int((x[:, 0, 1] != y).sum()) for x, y in pairs)
    yield (
        f"{moved} images have the label of another image",
        "moved" if moved else "",
    )
    kind = _stratified(y_train, y_val)
    yield _stratified_sentence(y_train, y_val), kind
    # Without classes in their shares, how many there are may be drawn.
    counts = lengths if kind == "stratified" else []
    yield f"the lengths of the four arrays are {lengths}", counts
    again = [_rows(answer) for answer in answers]
    sentence = "the same seed gives another split at the second call"
    yield sentence, again[0] == again[1]
    yield "another seed gives the same split", again[0] != again[2]


def _class_counts(y_train: np.ndarray, y_val: np.ndarray) -> list[np.ndarray]:
    size = 1 + int(max(y_train.max(), y_val.max()))
    return [np.bincount(y.astype(int), minlength=size) for y in (y_train, y_val)]


def _stratified(y_train: np.ndarray, y_val: np.ndarray) -> str:
    train, val = _class_counts(y_train, y_val)
    share = len(y_val) / (len(y_train) + len(y_val))
    if np.array_equal(val, np.rint(share * (train + val))):
        return "stratified"
    return "equal" if len(set(val.tolist())) == 1 else "other"


def _stratified_sentence(y_train: np.ndarray, y_val: np.ndarray) -> str:
    train, val = _class_counts(y_train, y_val)
    shares = val / np.maximum(1, train + val)
    return (
        f"of class {shares.argmin()} a share of {shares.min():.2f} is for validation, "
        f"of class {shares.argmax()} {shares.max():.2f}"
    )


def _rows(answer: Any) -> list[int]:
    return sorted(np.asarray(answer[2])[:, 0, 0].tolist())


def _plain_split(
    x: Any, y: Any, val_fraction: float, order: Callable[[int], Any]
) -> Any:
    count = round(val_fraction * len(x))
    kept = order(len(x))
    return x[kept[count:]], y[kept[count:]], x[kept[:count]], y[kept[:count]]


def _unstratified(
    reference: Any, x: Any, y: Any, val_fraction: float, seed: int
) -> Any:
    draw = np.random.default_rng(seed).permutation
    return _plain_split(x, y, val_fraction, draw)


def _cut(reference: Any, x: Any, y: Any, val_fraction: float, seed: int) -> Any:
    return _plain_split(x, y, val_fraction, lambda count: np.arange(count)[::-1])


def _equal_counts(
    reference: Any, x: Any, y: Any, val_fraction: float, seed: int
) -> Any:
    rng, classes = np.random.default_rng(seed), np.unique(y)
    count = min(round(val_fraction * len(x) / len(classes)), np.bincount(y).min())
    chosen = [rng.permutation(np.flatnonzero(y == c))[:count] for c in classes]
    val = np.isin(np.arange(len(x)), np.concatenate(chosen))
    return x[~val], y[~val], x[val], y[val]


def _overlapping(reference: Any, x: Any, y: Any, val_fraction: float, seed: int) -> Any:
    _, _, x_val, y_val = reference(x, y, val_fraction, seed)
    return x, y, x_val, y_val


def _labels_left(reference: Any, x: Any, y: Any, val_fraction: float, seed: int) -> Any:
    x_train, y_train, x_val, y_val = reference(x, y, val_fraction, seed)
    return x_train, np.sort(y_train), x_val, np.sort(y_val)


def _sklearn_order(reference: Any, *args: Any, **kwargs: Any) -> Any:
    x_train, y_train, x_val, y_val = reference(*args, **kwargs)
    return x_train, x_val, y_train, y_val


def _with_replacement(
    reference: Any, x: Any, y: Any, val_fraction: float, seed: int
) -> Any:
    """Draw with replacement inside each class."""
    x_train, y_train, x_val, y_val = reference(x, y, val_fraction, seed)
    first = np.array([np.flatnonzero(y_val == label)[0] for label in y_val])
    return x_train, y_train, x_val[first], y_val


def _places_in_a_class(
    reference: Any, x: Any, y: Any, val_fraction: float, seed: int
) -> Any:
    """Take numbers of images inside a class for places in the whole array."""
    rng = np.random.default_rng(seed)
    train, val = [], []
    for count in np.bincount(y):
        drawn = rng.permutation(count)
        kept = round(val_fraction * count)
        train.append(drawn[kept:])
        val.append(drawn[:kept])
    return *(a[np.concatenate(train)] for a in (x, y)), *(
        a[np.concatenate(val)] for a in (x, y)
    )


_TICKETS = itertools.count(100)

SPLIT = Exercise(
    id="lab10.split",
    points=3,
    cases=_split_cases,
    reference=_sklearn_split,
    comparison=_splits,
    probe="calls",
    forbidden=("sklearn",),
    mistakes=(
        Mistake(
            "training images kept in both parts",
            "Your training part still holds the validation images. "
            "A model that has seen them is not validated by them.",
            _overlapping,
        ),
        Mistake(
            "not stratified",
            "The whole set is drawn from at once, so a rare class may come out with "
            "too many images, too few or none. Draw inside each class.",
            _unstratified,
        ),
        Mistake(
            "cut without drawing",
            "You cut at one place of the array. If the images are sorted, or come "
            "writer by writer, the two parts then differ in kind.",
            _cut,
        ),
        Mistake(
            "labels not moved with their images",
            "Images and labels are moved in different ways. "
            "Draw positions once and use them for both arrays.",
            _labels_left,
        ),
        Mistake(
            "the same number of each class",
            "Every class gives the same number of validation images. "
            "It should give the same share of its own.",
            _equal_counts,
        ),
        Mistake(
            "drawn with replacement",
            "Some image is drawn more than once. Draw without putting back.",
            _with_replacement,
        ),
        Mistake(
            "numbers inside a class taken for places",
            "You number the images of a class from 0 and use these numbers for the whole "
            "array, where the images of all classes stand. "
            "Look up at which places the class has its images.",
            _places_in_a_class,
        ),
        Mistake(
            "parts exchanged",
            "Your validation part is the large one.",
            lambda reference, x, y, val_fraction, seed: reference(
                x, y, 1 - val_fraction, seed
            ),
        ),
        Mistake(
            "order of scikit-learn",
            "You give both image arrays first, like scikit-learn's function. "
            "Here images and labels of one part stand side by side.",
            _sklearn_order,
        ),
        Mistake(
            "seed ignored",
            "Two different seeds give the same split. Draw with a generator, "
            "and hand the seed to it.",
            lambda reference, x, y, val_fraction, seed: reference(
                x, y, val_fraction, 0
            ),
        ),
        Mistake(
            "no seed used",
            "The same seed gives two different splits, so nobody can repeat your result.",
            lambda reference, x, y, val_fraction, seed: reference(
                x, y, val_fraction, next(_TICKETS)
            ),
        ),
    ),
)


# -- build_cnn -------------------------------------------------------------------------


def _build_cases(rng: np.random.Generator) -> Sequence[Case]:
    settings: list[tuple[str, dict[str, Any]]] = [
        ("build_cnn(), for 28x28 grey images", {}),
        ("half of the features dropped", {"dropout": 0.5}),
        ("seven classes", {"num_classes": 7}),
        # A map of 21 rows: a pooling window that is not whole shows.
        ("colour images of 25x28", {"input_shape": (25, 28, 3), "dropout": 0.3}),
    ]
    cases = []
    for label, kwargs in settings:
        shape = kwargs.get("input_shape", (28, 28, 1))
        inputs = rng.uniform(0, 1, (4, *shape)).astype("float32")
        extra = {"inputs": inputs, "weight_seed": int(rng.integers(2**31))}
        cases.append(Case((), kwargs, label, extra=extra))
    return cases


def _one_convolution_more(layers: Layers) -> None:
    place = places(layers, "Conv2D")[-1]
    layers.insert(place, (layers[place][0], dict(layers[place][1])))


def _pooling_last(layers: Layers) -> None:
    pooling = layers[places(layers, "MaxPooling2D")[0]]
    layers.insert(places(layers, "Flatten")[0], (pooling[0], dict(pooling[1])))


def _dropout_last(layers: Layers) -> None:
    layers.append(layers.pop(places(layers, "Dropout")[0]))


def _exchanged(key: str, one: int, other: int) -> Callable[..., Any]:
    def edit(layers: Layers) -> None:
        found = places(layers, "Conv2D")
        first, second = layers[found[one]][1], layers[found[other]][1]
        first[key], second[key] = second[key], first[key]

    return edited(edit)


def _activated(*activations: str) -> Callable[..., Any]:
    def edit(layers: Layers) -> None:
        for place, name in zip(places(layers, "Conv2D"), activations, strict=True):
            layers[place][1].update(activation=name)

    return edited(edit)


def _two_softmaxes(layers: Layers) -> None:
    layers[-1][1].update(activation="softmax")
    layers.append(("Softmax", {}))


def _padded_behind_the_first(layers: Layers) -> None:
    for place in places(layers, "Conv2D")[1:]:
        layers[place][1].update(padding="same")


def _average_pooling(layers: Layers) -> None:
    for place in places(layers, "MaxPooling2D"):
        layers[place] = ("AveragePooling2D", layers[place][1])


def _second_block_left_out(layers: Layers) -> None:
    place = places(layers, "Conv2D")[1]
    del layers[place : place + 2]


def _rate_of_the_kept(layers: Layers) -> None:
    settings = layers[places(layers, "Dropout")[0]][1]
    settings["rate"] = 1 - settings["rate"]


BUILD_CNN = Exercise(
    id="lab10.build_cnn",
    points=5,
    cases=_build_cases,
    reference=None,
    comparison=same_network,
    probe="network",
    time_limit=20.0,
    mistakes=(
        Mistake(
            "no Flatten",
            "Your scores still have a height and a width, one set for each position. "
            "Make one long vector of the feature maps before the Dense layer.",
            replacing("Flatten", 0),
        ),
        Mistake(
            "softmax on the last layer",
            "Your outputs are positive and sum to 1; the task asks for plain scores. "
            "With a loss that expects scores you may never notice: Keras looks behind "
            "the softmax and only warns.",
            setting("Dense", -1, activation="softmax"),
        ),
        Mistake(
            "two softmaxes",
            "A softmax of a softmax is nearly flat: the loss could not fall below 1.46. "
            "The task asks for scores, without any.",
            edited(_two_softmaxes),
        ),
        Mistake(
            "ReLU on the last layer",
            "No score can be negative, so a class that scores 0 gets no gradient any more.",
            setting("Dense", -1, activation="relu"),
        ),
        Mistake(
            "sigmoid on the last layer",
            "Each score is squeezed between 0 and 1 by itself; "
            "the task asks for plain scores.",
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
            "The last layer has ten units whatever `num_classes` says.",
            setting("Dense", -1, units=10),
        ),
        Mistake(
            "softmax inside the network",
            "Your convolutions use softmax, which lets one filter win over the others. "
            "Hidden layers of this network use ReLU.",
            setting("Conv2D", activation="softmax"),
        ),
        Mistake(
            "no activation between the layers",
            "Without ReLU the convolutions stay linear, and two linear layers are one.",
            setting("Conv2D", activation="linear"),
        ),
        Mistake(
            "ReLU in the first convolution only",
            "The second and the third convolution have no activation.",
            _activated("relu", "linear", "linear"),
        ),
        Mistake(
            "no ReLU in the last convolution",
            "The third convolution has no activation, so it and the dense layer "
            "behind it are one linear step.",
            _activated("relu", "relu", "linear"),
        ),
        Mistake(
            "average pooling",
            "The task asks for the largest value of each window, not the mean.",
            edited(_average_pooling),
        ),
        Mistake(
            "padding same",
            "Your convolutions keep the size. The task asks for valid padding.",
            setting("Conv2D", padding="same"),
        ),
        Mistake(
            "padding same behind the first convolution",
            "Your first convolution shrinks the image as it should, the others keep the "
            "size. All three have valid padding.",
            edited(_padded_behind_the_first),
        ),
        Mistake(
            "pooling padded",
            "Where the size is odd your pooling adds a window that sticks out. "
            "Keras's default is to leave it out.",
            setting("MaxPooling2D", padding="same"),
        ),
        Mistake(
            "second pooling forgotten",
            "There is no pooling between the second and the third convolution.",
            replacing("MaxPooling2D", -1),
        ),
        Mistake(
            "first pooling forgotten",
            "There is no pooling between the first and the second convolution.",
            replacing("MaxPooling2D", 0),
        ),
        Mistake(
            "a third pooling",
            "You pool after the last convolution too. Its maps are small already, "
            "and the task keeps every position of them.",
            edited(_pooling_last),
        ),
        Mistake(
            "one convolution too many",
            "You have four convolutions, the task three. "
            "With valid padding a small image is soon used up.",
            edited(_one_convolution_more),
        ),
        Mistake(
            "third convolution forgotten",
            "There are two convolutions, the task asks for three.",
            replacing("Conv2D", -1),
        ),
        Mistake(
            "second block left out",
            "Between the first pooling and the last convolution something is missing.",
            edited(_second_block_left_out),
        ),
        Mistake(
            "global pooling in place of Flatten",
            "Taking one number per map forgets where it was found. "
            "The task keeps every position.",
            replacing("Flatten", 0, ("GlobalAveragePooling2D", {})),
        ),
        Mistake(
            "numbers of filters in reverse",
            "The first convolution has the filters of the last. The number of filters "
            "grows while the maps get smaller.",
            _exchanged("filters", 0, -1),
        ),
        Mistake(
            "numbers of filters of two layers exchanged",
            "Two neighbouring convolutions have each other's number of filters.",
            _exchanged("filters", 1, 2),
        ),
        Mistake(
            "kernel sizes exchanged",
            "The larger kernel belongs to the first convolution.",
            _exchanged("kernel_size", 0, 1),
        ),
        Mistake(
            "one kernel size for all",
            "All convolutions have the same kernel size; the first one's is larger.",
            setting("Conv2D", 0, kernel_size=(3, 3)),
        ),
        Mistake(
            "scaled again inside",
            "The model divides its input by 255, and `preprocess` did so already.",
            edited(
                lambda layers: layers.insert(
                    0, ("Rescaling", {"scale": 1 / 255, "offset": 0.0})
                )
            ),
        ),
        Mistake(
            "a dense layer more",
            "There is a hidden dense layer before the last one. "
            "The task goes from the flattened maps straight to the scores.",
            edited(
                lambda layers: layers.insert(
                    -1, ("Dense", {"units": 64, "activation": "relu"})
                )
            ),
        ),
        Mistake(
            "dropout after the last layer",
            "Dropping a score tells the loss that a class got 0, whatever the network "
            "thinks. Drop features, before the last layer.",
            edited(_dropout_last),
        ),
        Mistake(
            "dropout forgotten",
            "No layer drops anything in training, whatever `dropout` says.",
            replacing("Dropout", 0),
        ),
        Mistake(
            "dropout rate fixed",
            "The rate does not follow the argument `dropout`.",
            setting("Dropout", rate=0.2),
        ),
        Mistake(
            "share kept given as share dropped",
            "The rate is the share that is dropped, not the share that stays.",
            edited(_rate_of_the_kept),
        ),
        Mistake(
            "channel axis missing",
            "Conv2D wants images with height, width and channels; "
            "your input has only height and width.",
            lambda reference, **kwargs: reference(
                **{**kwargs, "input_shape": kwargs.get("input_shape", (28, 28))[:2]}
            ),
        ),
    ),
)


# -- compile_model ---------------------------------------------------------------------


def _compile_cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = []
    for rate, count, classes in ((0.001, 8, 10), (0.02, 5, 3), (None, 12, 10)):
        drawn = round(float(rng.uniform(0.002, 0.02)), 4)
        extra = {
            "logits": rng.normal(0, 3, (count, classes)).astype("float32"),
            "labels": rng.integers(0, classes, count).astype("int32"),
        }
        if count > classes:  # the last class is in the middle, neither best nor worst
            extra["logits"][:, -1] = np.median(extra["logits"][:, :-1], axis=1)
        extra["labels"][:2] = extra["logits"][:2].argmax(axis=1)
        extra["labels"][2:4] = extra["logits"][2:4].argmin(axis=1)
        extra["labels"][4] = extra["logits"][4].argsort()[-2]
        if count > classes:
            # Labels taken for a one-hot row stand for the place of the largest: no class.
            extra["labels"][extra["labels"] == classes - 1] = 0
            extra["labels"][-1] = classes - 1
        given = rate or drawn
        label = f"learning rate {given:g}, {count} labels of {classes} classes"
        cases.append(Case((), {"learning_rate": given}, label, extra=extra))
    falling = {"initial_learning_rate": 0.01, "decay_steps": 100}
    with_schedule = {**cases[0].extra, "schedule": falling}
    label = "a schedule as the learning rate, read at the tenth step"
    return [
        *cases,
        Case((), {"learning_rate": "a schedule"}, label, extra=with_schedule),
    ]


_SETTINGS = {"optimizer": "the optimizer", "learning_rate": "the learning rate"}


def _compilations(expected: Any, actual: Any) -> Difference | None:
    for key, name in _SETTINGS.items():
        difference = compare.close(expected[key], actual[key])
        if difference is not None:
            return Difference("value", f"{name} is wrong: {difference.sentence}")
    if "accuracy" in expected["results"] and "accuracy" not in actual["results"]:
        names = ", ".join(sorted(actual["results"]))
        return Difference("value", f'no result is called "accuracy", only {names}')
    # More metrics than were asked for are welcome beside the one that was.
    given = set(actual["results"])
    if "accuracy" not in expected["results"] and given != set(expected["results"]):
        return Difference("value", "other metrics are reported")
    for key in sorted(expected["results"], reverse=True):
        difference = Close(rtol=1e-4)(
            expected["results"][key], actual["results"].get(key)
        )
        if difference is not None:
            return Difference(
                "value", f"for known scores the {key}: {difference.sentence}"
            )
    return None


def _again(
    optimizer: Callable[[Any], Any] = lambda right: right,
    loss: Callable[[Any], Any] = lambda right: right,
    metrics: Sequence[Any] = ("accuracy",),
) -> Callable[..., Any]:
    """Give a mistake: the model compiled again, with one part changed."""

    def wrong(reference: Callable[..., Any], model: Any, learning_rate: float) -> None:
        reference(model, learning_rate)
        built = [made() if callable(made) else made for made in metrics]
        model.compile(optimizer(model.optimizer), loss(model.loss), metrics=built)

    return wrong


def _loss(**settings: Any) -> Callable[[Any], Any]:
    return lambda right: type(right).from_config({**right.get_config(), **settings})


def _optimizer(kind: str) -> Callable[[Any], Any]:
    def make(right: Any) -> Any:
        import keras

        rate = right.get_config()["learning_rate"]
        return getattr(keras.optimizers, kind).from_config({"learning_rate": rate})

    return make


def _first_rate(right: Any) -> Any:
    return type(right)(float(right.learning_rate))


def _not_compiled(reference: Any, model: Any, learning_rate: Any) -> None:
    return None


def _after_softmax(right: Any) -> Any:
    import tensorflow as tf

    # Not Keras's own softmax: its loss would look behind that one, and be right.
    return lambda labels, scores: right(labels, tf.nn.softmax(scores))


def _one_hot_accuracy() -> Any:
    import keras

    return keras.metrics.CategoricalAccuracy(name="accuracy")


def _unnamed_accuracy() -> Any:
    import keras

    return keras.metrics.SparseCategoricalAccuracy()


def _top_two() -> Any:
    import keras

    return keras.metrics.SparseTopKCategoricalAccuracy(k=2, name="accuracy")


COMPILE_MODEL = Exercise(
    id="lab10.compile_model",
    points=3,
    cases=_compile_cases,
    reference=None,
    comparison=_compilations,
    probe="compiled",
    mistakes=(
        Mistake(
            "scores taken for probabilities",
            "The model gives scores of any size, and the loss takes them for "
            "probabilities. It has a setting for this.",
            _again(loss=_loss(from_logits=False)),
        ),
        Mistake(
            "loss for one-hot labels",
            "This loss wants a row of 0s and a 1 for each image; "
            "your labels are plain digits. There is a sparse one for these.",
            _again(loss=lambda right: "categorical_crossentropy"),
        ),
        Mistake(
            "a softmax before the loss",
            "Your loss turns the scores into probabilities and then does so again: "
            "it cannot fall below 1.46 for ten classes.",
            _again(loss=_after_softmax),
        ),
        Mistake(
            "loss summed",
            "Your loss adds up over the batch, so it grows with the batch size. "
            "Keras's default is the mean.",
            _again(loss=_loss(reduction="sum")),
        ),
        Mistake(
            "learning rate ignored",
            "The optimizer has Keras's default rate, whatever `learning_rate` says.",
            lambda reference, model, learning_rate: reference(model, 0.001),
        ),
        Mistake(
            "first rate of the schedule",
            "You turn a schedule into one number, which then never changes. "
            "The optimizer takes the schedule itself.",
            _again(optimizer=_first_rate),
        ),
        Mistake(
            "model not compiled",
            "The model handed in is not compiled. `compile` works on the model it is "
            "called on, and a new one made from that is another.",
            _not_compiled,
        ),
        Mistake(
            "learning rate 0.1",
            "The rate is fixed and a hundred times Adam's usual one: "
            "the network forgets at each step what it learned at the last.",
            lambda reference, model, learning_rate: reference(model, 0.1),
        ),
        Mistake(
            "learning rate 0.00001",
            "The rate is fixed and so small that a few epochs change next to nothing.",
            lambda reference, model, learning_rate: reference(model, 1e-5),
        ),
        Mistake(
            "plain gradient descent",
            "The task asks for Adam, which adapts its step to each weight.",
            _again(optimizer=_optimizer("SGD")),
        ),
        Mistake(
            "another adaptive optimizer",
            "The task asks for Adam.",
            _again(optimizer=_optimizer("RMSprop")),
        ),
        Mistake(
            "accuracy not reported",
            "Only the loss is reported. Ask for the metric too.",
            _again(metrics=()),
        ),
        Mistake(
            "accuracy under another name",
            'The history will not have the key "accuracy". '
            "Name the metric, or let Keras choose it.",
            _again(metrics=(_unnamed_accuracy,)),
        ),
        Mistake(
            "accuracy for one-hot labels",
            "This metric wants a row of 0s and a 1 for each image; your labels are plain "
            "digits. Keras finds the fitting one if you ask for the accuracy by name.",
            _again(metrics=(_one_hot_accuracy,)),
        ),
        Mistake(
            "top-k accuracy",
            "An answer counts as right if the label is among the best few. "
            "Only the best one should count.",
            _again(metrics=(_top_two,)),
        ),
    ),
)


# -- overfit and train -----------------------------------------------------------------


def _peaked(rng: np.random.Generator, labels: np.ndarray, first: int) -> np.ndarray:
    """Give images of which number i has its only 1.0 at pixel `first` + i."""
    images = rng.uniform(0, 0.5, (len(labels), 8, 9, 1)).astype("float32")
    images[:, :3, :3, 0] += 0.05 * labels[:, None, None]
    images.reshape(len(labels), -1)[
        np.arange(len(labels)), first + np.arange(len(labels))
    ] = 1
    return images


def _recorded(
    label: str, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int, **sets: Any
) -> Case:
    extra = {"classes": 4, "weight_seed": seed, "sets": sets}
    return Case(args, kwargs, label, extra=extra)


def _overfit_cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = []
    # More than the 64 images of the notebook: whoever wrote 64 gets two batches.
    for count, epochs in ((40, 4), (int(rng.integers(66, 72)), 3)):
        y = rng.integers(0, 4, count).astype("int32")
        x, seed = _peaked(rng, y, 0), int(rng.integers(2**31))
        label = f"{count} images, {epochs} epochs"
        cases.append(_recorded(label, (x, y), {"epochs": epochs}, seed))
    return cases


def _batches(record: Any) -> list[int]:
    return sorted(record["sizes"][record["training"]].tolist())


def _row_counts(record: Any) -> np.ndarray:
    shown = np.repeat(record["training"], record["sizes"])
    return np.bincount(record["rows"][shown], minlength=72)


def _two_losses(expected: Any, actual: Any) -> Difference | None:
    difference = _training_seen(expected, actual)
    if difference is not None:
        return difference
    if max(_batches(expected), default=0) < np.count_nonzero(_row_counts(expected)):
        return None  # drawn batches: the numbers differ from run to run
    wanted, given = (_form(record) for record in (expected, actual))
    if wanted != given:
        return Difference("type", f"it gives {given}, expected {wanted}")
    if wanted != "two numbers":
        return None
    return Close(rtol=1e-3)(expected["result"], actual["result"])


def _form(record: Any) -> str:
    """Say what a function returned, as far as a loss can be looked for in it."""
    result = record["result"]
    if not isinstance(result, (list, tuple, np.ndarray)):
        return with_article(record["kind"])
    forms = [
        "a number"
        if np.ndim(value) == 0 and not isinstance(value, dict)
        else ("a dictionary" if isinstance(value, dict) else f"{len(value)} numbers")
        for value in result
    ]
    return "two numbers" if forms == ["a number"] * 2 else " and ".join(forms)


def _training_seen(expected: Any, actual: Any) -> Difference | None:
    """Compare what a model was trained on, whatever loop showed it."""
    wanted, given = _row_counts(expected), _row_counts(actual)
    if wanted.sum() and not given.sum():
        return Difference("value", "the model was never called with `training=True`")
    if not np.array_equal(wanted, given):
        return Difference("value", _shown_sentence(wanted, given))
    if _batches(expected) != _batches(actual):
        return Difference(
            "value",
            f"the largest training batch had {max(_batches(actual), default=0)} images, "
            f"expected {max(_batches(expected), default=0)}",
        )
    if not np.isclose(expected["largest"], actual["largest"], rtol=1e-3):
        return Difference(
            "value",
            f"the largest pixel the model saw is {actual['largest']:.4g}, "
            f"in the images given it is {expected['largest']:.4g}",
        )
    return None


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _shown_sentence(wanted: np.ndarray, given: np.ndarray) -> str:
    images, expected = int((given > 0).sum()), int((wanted > 0).sum())
    if images != expected:
        return (
            f"the model was trained on {images} different images, expected {expected}"
        )
    if not np.array_equal(given > 0, wanted > 0):
        return "the model was trained on other images than the training images"
    fewest, most = int(given[given > 0].min()), int(given.max())
    shown = f"each image was shown for training {_times(most)}"
    if fewest < most:
        shown = f"some images were shown for training only {_times(fewest)}"
    return f"{shown}, expected {_times(int(wanted.max()))}"


def _fit_with(model: Any, **settings: Any) -> list[Any]:
    """Let `model.fit` use these settings whatever it is told; give what it returned."""
    fit, returned = model.fit, []

    def changed(*args: Any, **kwargs: Any) -> Any:
        options = {**kwargs, **settings}
        kept = {key: value for key, value in options.items() if value is not None}
        returned.append(fit(*args, **kept))
        return returned[-1]

    model.fit = changed
    return returned


def _small_batches(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    _fit_with(model, batch_size=None)
    return reference(model, x, y, epochs)


def _last_of_history(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    returned = _fit_with(model)
    before, _ = reference(model, x, y, epochs)
    return before, returned[-1].history["loss"][-1]


def _evaluated(take: Callable[[Any], Any]) -> Callable[..., Any]:
    """Give a mistake: something else of what `evaluate` gives comes second."""

    def wrong(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
        before, _ = reference(model, x, y, epochs)
        return before, take(model.evaluate(x, y, verbose=0))

    return wrong


def _batches_of_64(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    _fit_with(model, batch_size=64)
    return reference(model, x, y, epochs)


def _both_after(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    _, after = reference(model, x, y, epochs)
    return after, after


def _untrained(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    before = model.evaluate(x, y, verbose=0)[0]
    return before, before


OVERFIT = Exercise(
    id="lab10.overfit",
    points=2,
    cases=_overfit_cases,
    reference=None,
    parameters=("x", "y"),
    comparison=_two_losses,
    probe="training",
    mistakes=(
        Mistake(
            "measured after training only",
            "Both numbers are the same: the first loss has to be taken before `fit`.",
            _both_after,
        ),
        Mistake(
            "not trained",
            "The model saw no image in training mode between the two measurements.",
            _untrained,
        ),
        Mistake(
            "small batches",
            "The images were cut into batches of 32, Keras's default. "
            "The task wants all of them in one batch.",
            _small_batches,
        ),
        Mistake(
            "one epoch only",
            "The images were shown once, whatever `epochs` says.",
            lambda reference, model, x, y, epochs: reference(model, x, y, 1),
        ),
        Mistake(
            "order exchanged",
            "The loss before comes first, the loss after second.",
            lambda reference, model, x, y, epochs: tuple(
                reversed(reference(model, x, y, epochs))
            ),
        ),
        Mistake(
            "batches of 64",
            "Your batch holds 64 images, however many there are. "
            "The number of images tells how large a single batch is.",
            _batches_of_64,
        ),
        Mistake(
            "accuracy in place of the loss",
            "Your second number is an accuracy. Of what `evaluate` gives, take the loss.",
            _evaluated(lambda numbers: numbers[1]),
        ),
        Mistake(
            "all that evaluate gives",
            "`evaluate` gives a list, the loss and the metrics. "
            "Take the loss out of it, as was done for the first measurement.",
            _evaluated(lambda numbers: numbers),
        ),
        Mistake(
            "one step behind",
            "The last loss in the history was measured before the last step. "
            "Evaluate once more.",
            _last_of_history,
        ),
    ),
)


def _train_cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = []
    drawn = (int(rng.integers(36, 50)), int(rng.integers(7, 20)), 3, 16)
    for n_train, n_val, epochs, batch in ((36, 20, 2, 15), drawn):
        y_train = np.sort(rng.integers(0, 3, n_train)).astype("int32")
        # The fourth class is for validation alone: no training brings the losses on the
        # two sets so close together that one could be taken for the other.
        y_val = np.full(n_val, 3, "int32")
        x_train, x_val = _peaked(rng, y_train, 0), _peaked(rng, y_val, n_train)
        cases.append(
            _recorded(
                f"{n_train} training images sorted by label, {n_val} for validation, "
                f"{epochs} epochs, batches of {batch}",
                (x_train, y_train, x_val, y_val),
                {"epochs": epochs, "batch_size": batch},
                int(rng.integers(2**31)),
                training=(x_train, y_train),
                validation=(x_val, y_val),
            )
        )
    return cases


_HISTORY = ("accuracy", "loss", "val_accuracy", "val_loss")


def _trainings(expected: Any, actual: Any) -> Difference | None:
    """Compare trainings by what was shown, in which order, and what is reported."""
    difference = _training_seen(expected, actual) or _history(expected, actual)
    if difference is not None:
        return difference
    if expected["optimizer"] != actual["optimizer"]:
        return Difference("value", "the model comes compiled, and was compiled again")
    for fact in (_own_labels, _shuffles, _validated):
        wanted, given = fact(expected), fact(actual)
        if wanted != given:
            return Difference("value", given)
    return None


def _history(expected: Any, actual: Any) -> Difference | None:
    if expected["kind"] != actual["kind"]:
        return Difference(
            "type", f"it gives a {actual['kind']}, expected a {expected['kind']}"
        )
    if expected["kind"] != "dict":
        return None
    wanted = {
        key: expected["result"][key] for key in _HISTORY if key in expected["result"]
    }
    missing = [key for key in wanted if key not in actual["result"]]
    if missing:
        return Difference("shape", f"the history lacks {', '.join(missing)}")
    for key in _HISTORY:
        if key in actual["result"] and key not in wanted:
            return Difference("shape", f"the history has {key}")
    for key, values in wanted.items():
        if np.size(actual["result"][key]) != len(values):
            return Difference(
                "shape",
                f'history["{key}"] has {np.size(actual["result"][key])} values, '
                f"expected {len(values)}, one for each epoch",
            )
    return None


def _own_labels(record: Any) -> str:
    return "images were trained with labels of others" if record["mislabelled"] else ""


def _shuffles(record: Any) -> str:
    # Not whether each epoch has an order of its own: after `set_random_seed` Keras's own
    # `fit` repeats the first one.
    rows = record["rows"][np.repeat(record["training"], record["sizes"])]
    epochs = rows.reshape(-1, max(1, len(np.unique(rows))))
    if not len(rows) or len(set(map(tuple, map(sorted, epochs.tolist())))) > 1:
        return "the model was not shown all images in each epoch"
    if (np.diff(epochs, axis=1) > 0).all():
        return "the images were shown in the order given, sorted by label"
    return ""


def _validated(record: Any) -> str:
    result, losses = record["result"], record["losses"]
    if not isinstance(result, dict) or "val_loss" not in result:
        return "there is no val_loss"
    values = np.ravel(result["val_loss"])
    if len(values) > 1 and (values == values[0]).all():
        return "val_loss is the same number for all epochs"
    last = float(values[-1])
    if np.isclose(last, losses["validation"], rtol=1e-4):
        return ""
    if np.isclose(last, losses["training"], rtol=1e-4):
        return "the last val_loss is the loss on the training images"
    return "the last val_loss is not the model's loss on the validation images"


def _held_back(
    reference: Any, model: Any, x: Any, y: Any, x_val: Any, y_val: Any, **kwargs: Any
) -> Any:
    kept = int(0.8 * len(x))
    return reference(model, x[:kept], y[:kept], x[kept:], y[kept:], **kwargs)


def _trained_on_all(
    reference: Any, model: Any, x: Any, y: Any, x_val: Any, y_val: Any, **kwargs: Any
) -> Any:
    both = np.concatenate([x, x_val]), np.concatenate([y, y_val])
    return reference(model, *both, x_val, y_val, **kwargs)


def _without_validation(reference: Any, *args: Any, **kwargs: Any) -> Any:
    history = reference(*args, **kwargs)
    return {key: history[key] for key in history if not key.startswith("val_")}


def _unshuffled(reference: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
    _fit_with(model, shuffle=False)
    return reference(model, *args, **kwargs)


def _labels_left_behind(
    reference: Any, model: Any, x: Any, *rest: Any, **kwargs: Any
) -> Any:
    return reference(model, np.random.default_rng(0).permutation(x), *rest, **kwargs)


def _validated_once(reference: Any, *args: Any, **kwargs: Any) -> Any:
    history = reference(*args, **kwargs)
    return {
        key: [values[-1]] * len(values) if key.startswith("val_") else values
        for key, values in history.items()
    }


def _history_object(reference: Any, *args: Any, **kwargs: Any) -> Any:
    import keras

    history = keras.callbacks.History()
    history.history = reference(*args, **kwargs)
    return history


def _compiled_again(reference: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
    model.compile("adam", model.loss, metrics=["accuracy"])
    return reference(model, *args, **kwargs)


def _scaled_again(
    reference: Any, model: Any, x: Any, y: Any, x_val: Any, y_val: Any, **kwargs: Any
) -> Any:
    return reference(model, x / 255, y, x_val / 255, y_val, **kwargs)


TRAIN = Exercise(
    id="lab10.train",
    points=3,
    cases=_train_cases,
    reference=None,
    parameters=("x_train", "y_train", "x_val", "y_val"),
    comparison=_trainings,
    probe="training",
    mistakes=(
        Mistake(
            "validated on the training images",
            "The validation numbers come from images that the model is learning. "
            "They would look good even if it only memorised.",
            lambda reference, model, x, y, x_val, y_val, **kwargs: reference(
                model, x, y, x, y, **kwargs
            ),
        ),
        Mistake(
            "trained on the validation images too",
            "The model learns from the images that should validate it.",
            _trained_on_all,
        ),
        Mistake(
            "training and validation exchanged",
            "The model learns from the validation images.",
            lambda reference, model, x, y, x_val, y_val, **kwargs: reference(
                model, x_val, y_val, x, y, **kwargs
            ),
        ),
        Mistake(
            "part of the training images held back",
            "A fifth of the training images was taken for validation, and the "
            "validation images given were not used.",
            _held_back,
        ),
        Mistake(
            "not validated",
            "Nothing was measured on the validation images, so you cannot see "
            "overfitting begin.",
            _without_validation,
        ),
        Mistake(
            "not shuffled",
            "The images come in the order given. If they are sorted by label, the last "
            "batches teach the network to answer with the last class.",
            _unshuffled,
        ),
        Mistake(
            "validated once",
            "The same number stands for all epochs. Measure after each one, or you "
            "cannot see when overfitting begins.",
            _validated_once,
        ),
        Mistake(
            "images shuffled, labels left behind",
            "The images were brought into another order, their labels were not. "
            "What belongs together is shuffled together; `fit` does it for you.",
            _labels_left_behind,
        ),
        Mistake(
            "one epoch only",
            "The number of epochs does not follow the argument.",
            lambda reference, *args, **kwargs: reference(
                *args, **{**kwargs, "epochs": 1}
            ),
        ),
        Mistake(
            "batch size ignored",
            "Keras's default of 32 was used, whatever `batch_size` says.",
            lambda reference, *args, **kwargs: reference(
                *args, **{**kwargs, "batch_size": 32}
            ),
        ),
        Mistake(
            "compiled again",
            "The model comes compiled. Compiling it anew replaces its optimizer, and "
            "with it the learning rate that was chosen.",
            _compiled_again,
        ),
        Mistake(
            "scaled again",
            "The images were divided by 255 once more; they came preprocessed.",
            _scaled_again,
        ),
        Mistake(
            "History object",
            "`fit` gives an object; the dictionary is its attribute `history`.",
            _history_object,
        ),
        Mistake(
            "nothing returned",
            "Training happened, but the function gives nothing back. "
            "Is a `return` missing?",
            lambda reference, *args, **kwargs: reference(*args, **kwargs) and None,
        ),
    ),
)


# -- evaluate_report -------------------------------------------------------------------


def _report_cases(rng: np.random.Generator) -> Sequence[Case]:
    def scored(labels: Sequence[int], classes: int, size: float = 2.0) -> Case:
        y = np.array(labels)
        logits = rng.normal(0, size, (len(y), classes))
        right = rng.random(len(y)) < 0.5
        right[:2] = [True, False]
        logits[right, y[right]] += 4 * size
        logits[~right, y[~right]] -= 4 * size
        return Case((logits, y), label=f"{len(y)} images, {classes} classes")

    many = rng.integers(0, 10, 60).tolist()
    large = np.array([[1200.0, -30.0, 0.0], [0.0, 900.0, 890.0], [-5.0, 3.0, 950.0]])
    # Far apart: what is left of small exponentials is 0, here and there. The last label
    # has a probability of 1e-8, which nobody should raise.
    spread = np.array(
        [[600.0, 598.0, -200.0], [-150.0, -151.0, -149.0], [1.0, 0.0, -17.4]]
    )
    return [
        scored([0, 0, 0, 1, 2, 2, 1, 0], 3),
        scored([1, 1, 3, 3, 3, 0, 1], 5),
        Case((large, np.array([0, 2, 2])), label="scores up to 1,200"),
        Case((spread, np.array([1, 2, 2])), label="scores of 600 beside -150"),
        scored([*range(10), *many], 10),
        scored(rng.integers(0, 4, int(rng.integers(9, 30))).tolist(), 4),
    ]


def _report(logits: Any, labels: Any) -> dict[str, Any]:
    classes = np.arange(logits.shape[1])
    one_hot = np.equal.outer(labels, classes)
    hits = one_hot[np.arange(len(labels)), np.argmax(logits, axis=1)]
    with np.errstate(invalid="ignore"):
        per_class = (one_hot * hits[:, None]).sum(axis=0) / one_hot.sum(axis=0)
    return {
        "loss": -float(log_softmax(logits, axis=1)[one_hot].mean()),
        "accuracy": float(np.mean(hits)),
        "majority": float(one_hot.mean(axis=0).max()),
        "per_class": per_class,
    }


def _with(**changes: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """Give a mistake: the right report with some entries changed."""

    def wrong(reference: Any, logits: Any, labels: Any) -> Any:
        right = reference(logits, labels)
        new = {key: make(right, logits, labels) for key, make in changes.items()}
        return {**right, **new}

    return wrong


def _along_images(right: Any, logits: Any, labels: Any) -> float:
    return float(np.mean(logits.argmax(axis=0) - labels == 0))


def _chosen(probabilities: Any, labels: Any) -> float:
    """Give the mean loss of images with these probabilities."""
    with np.errstate(all="ignore"):
        return float(-np.log(probabilities[np.arange(len(labels)), labels]).mean())


def _shares(logits: Any, axis: int | None = 1) -> Any:
    """Give a softmax of scores as they are."""
    with np.errstate(all="ignore"):
        return np.exp(logits) / np.exp(logits).sum(axis=axis, keepdims=True)


def _softmax(logits: Any, axis: int | None = 1) -> Any:
    return _shares(logits - logits.max(axis=axis, keepdims=True), axis)


def _without_kept_axis(right: Any, logits: Any, labels: Any) -> float:
    exponentials = np.exp(logits - logits.max(axis=1))
    return _chosen(exponentials / exponentials.sum(axis=1), labels)


def _sum_overflowing(right: Any, logits: Any, labels: Any) -> float:
    with np.errstate(all="ignore"):
        sums = np.log(np.exp(logits).sum(axis=1))
    return float((sums - logits[np.arange(len(labels)), labels]).mean())


def _zero_times_infinity(right: Any, logits: Any, labels: Any) -> float:
    one_hot = np.eye(logits.shape[1])[labels]
    with np.errstate(all="ignore"):
        return float(-(one_hot * np.log(_softmax(logits))).sum(axis=1).mean())


def _all_pairs(right: Any, logits: Any, labels: Any) -> float:
    with np.errstate(all="ignore"):
        return float(-np.log(_softmax(logits)[:, labels]).mean())


def _raised(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Give a mistake: the probabilities are changed before the logarithm."""
    return _with(
        loss=lambda right, logits, labels: _chosen(change(_softmax(logits)), labels)
    )


def _loss_of_probabilities(right: Any, logits: Any, labels: Any) -> float:
    chosen = np.exp(log_softmax(logits, axis=1))
    return -float(log_softmax(chosen, axis=1)[np.arange(len(labels)), labels].mean())


def _precision(right: Any, logits: Any, labels: Any) -> Any:
    answers, classes = logits.argmax(axis=1), np.arange(logits.shape[1])
    with np.errstate(invalid="ignore"):
        hits = [np.sum((answers == c) & (labels == c)) for c in classes]
        return np.array(hits) / np.array([np.sum(answers == c) for c in classes])


def _hit_counts(right: Any, logits: Any, labels: Any) -> Any:
    counts = np.bincount(labels, minlength=logits.shape[1])
    return np.nan_to_num(right["per_class"]) * counts


EVALUATE_REPORT = Exercise(
    id="lab10.evaluate_report",
    points=3,
    cases=_report_cases,
    reference=_report,
    mistakes=(
        Mistake(
            "axis lost in the softmax",
            "A number for each image, of shape (n,), meets scores of shape (n, classes), "
            "and NumPy lines it up with the classes. "
            "Maximum and sum of each row should stay columns.",
            _with(loss=_without_kept_axis),
        ),
        Mistake(
            "largest over the wrong axis",
            "Arrays of different lengths meet. If you look for the largest score "
            "along axis 0, you get one answer for each class and not for each image.",
            _with(accuracy=_along_images),
        ),
        Mistake(
            "overflow in the softmax",
            "The exponential of 1,200 is infinite. "
            "Take the largest score away first: the probabilities stay the same.",
            _with(loss=lambda right, logits, labels: _chosen(_shares(logits), labels)),
        ),
        Mistake(
            "overflow in the sum of exponentials",
            "The exponential of 1,200 is infinite, and so are the sum and its logarithm. "
            "Take an image's largest score away from its scores first.",
            _with(loss=_sum_overflowing),
        ),
        Mistake(
            "largest score of the whole batch",
            "You take the largest score of all images away, and an image whose scores "
            "lie far below it is left with 0/0. Each image has its own largest score.",
            _with(
                loss=lambda right, logits, labels: _chosen(
                    _shares(logits - logits.max()), labels
                )
            ),
        ),
        Mistake(
            "zero times minus infinity",
            "A probability can be so small that it is 0; its logarithm is minus "
            "infinity, and 0 times that is NaN. "
            "Take the logarithm of the label's probability alone.",
            _with(loss=_zero_times_infinity),
        ),
        Mistake(
            "softmax over the images",
            "Your probabilities sum to 1 down each column. "
            "Those of an image, over the classes, should.",
            _with(
                loss=lambda right, logits, labels: _chosen(_softmax(logits, 0), labels)
            ),
        ),
        Mistake(
            "one softmax for the whole batch",
            "All your probabilities together sum to 1. "
            "Those of each image should: which axis is summed over?",
            _with(
                loss=lambda right, logits, labels: _chosen(
                    _softmax(logits, None), labels
                )
            ),
        ),
        Mistake(
            "every image with every label",
            "`p[:, labels]` takes the columns of all labels for every image. "
            "Take one probability of each row.",
            _with(loss=_all_pairs),
        ),
        *(
            Mistake(
                f"{tiny} added to the probability",
                "For an image that is badly wrong the small number you add is larger "
                "than the probability, so the loss comes out too small. "
                "The logarithm of the softmax can be worked out without it.",
                _raised(partial(np.add, float(tiny))),
            )
            for tiny in ("1e-7", "1e-8")
        ),
        Mistake(
            "probability clipped",
            "You raise small probabilities to 1e-7, so the loss of an image that is "
            "badly wrong comes out too small. "
            "The logarithm of the softmax can be worked out without it.",
            _raised(lambda shares: shares.clip(1e-7)),
        ),
        Mistake(
            "averaged over the classes too",
            "You average over all cells of the table. "
            "Each image has one loss: add up over its classes, then average.",
            _with(loss=lambda right, logits, labels: right["loss"] / logits.shape[1]),
        ),
        Mistake(
            "two softmaxes",
            "The loss takes a softmax of what is already one.",
            _with(loss=_loss_of_probabilities),
        ),
        Mistake(
            "loss summed",
            "The loss grows with the number of images. Take the mean.",
            _with(loss=lambda right, logits, labels: right["loss"] * len(labels)),
        ),
        Mistake(
            "sign of the loss",
            "A logarithm of a probability is negative; the loss is not.",
            _with(loss=lambda right, logits, labels: -right["loss"]),
        ),
        Mistake(
            "logarithm to base 2",
            "Keras takes the natural logarithm.",
            _with(loss=lambda right, logits, labels: right["loss"] / np.log(2)),
        ),
        Mistake(
            "accuracy in percent",
            "Give shares between 0 and 1.",
            _with(accuracy=lambda right, logits, labels: 100 * right["accuracy"]),
        ),
        Mistake(
            "right answers counted",
            "Your accuracy is the number of right answers. Divide by the images.",
            _with(
                accuracy=lambda right, logits, labels: right["accuracy"] * len(labels)
            ),
        ),
        Mistake(
            "majority label in place of its share",
            "You give the most frequent label itself. "
            "How many images out of all would this answer get right?",
            _with(majority=lambda right, logits, labels: np.bincount(labels).argmax()),
        ),
        Mistake(
            "majority counted",
            "You give how often the most frequent label is there. "
            "An accuracy is a share of all images.",
            _with(majority=lambda right, logits, labels: np.bincount(labels).max()),
        ),
        Mistake(
            "majority as one of all classes",
            "Who always gives one answer should choose the most frequent label. "
            "Classes are not equally frequent.",
            _with(majority=lambda right, logits, labels: 1 / logits.shape[1]),
        ),
        Mistake(
            "majority of the answers",
            "Count the labels, not what the model answers.",
            _with(
                majority=lambda right, logits, labels: float(
                    np.bincount(logits.argmax(axis=1)).max() / len(labels)
                )
            ),
        ),
        Mistake(
            "divided by the answers",
            "You divide by how often the model gave the class. "
            "Divide by how often the class is there.",
            _with(per_class=_precision),
        ),
        Mistake(
            "each class divided by all images",
            "You divide the right answers of a class by the number of all images. "
            "Divide by the size of the class.",
            _with(
                per_class=lambda right, logits, labels: (
                    _hit_counts(right, logits, labels) / len(labels)
                )
            ),
        ),
        Mistake(
            "counts in place of shares",
            "You count the right answers of each class. Divide by its size.",
            _with(per_class=_hit_counts),
        ),
        Mistake(
            "missing class counted as 0",
            "A class without images has no share of right answers, "
            "not a share of 0: the task asks for nan.",
            _with(
                per_class=lambda right, logits, labels: np.nan_to_num(
                    right["per_class"]
                )
            ),
        ),
        Mistake(
            "classes up to the largest label",
            "The last classes may have no image here. "
            "How many classes there are is told by the columns of the logits.",
            _with(
                per_class=lambda right, logits, labels: right["per_class"][
                    : labels.max() + 1
                ]
            ),
        ),
        Mistake(
            "missing class left out",
            "There must be one number for each class that the model knows.",
            _with(
                per_class=lambda right, logits, labels: right["per_class"][
                    np.unique(labels)
                ]
            ),
        ),
    ),
)


# -- classify --------------------------------------------------------------------------

_CLASSES = 10


def _classify_case(
    rng: np.random.Generator, count: int, height: int, width: int, top: int = 255
) -> Any:
    """Give images and a linear network that gives them at least four different answers.

    No two best scores are close, so that rounding decides nothing. If their brightest
    pixel, `top`, is not 255, it matters that they are divided by 255 all the same.
    """
    while True:
        ink = rng.integers(0, top + 1, (count, height, width))
        images = np.where(rng.random(ink.shape) < 0.3, top, ink).astype(np.uint8)
        flat = images.reshape(count, -1) / 255
        weights = rng.normal(0, 1, (flat.shape[1], _CLASSES)).astype("float32")
        # The bias takes the mean image away, or one class would win for all of them.
        bias = (rng.normal(0, 1, _CLASSES) - flat.mean(axis=0) @ weights).astype(
            "float32"
        )
        scores = flat @ weights + bias
        best = np.sort(scores, axis=1)
        clear = (best[:, -1] - best[:, -2]).min() > 0.05
        other = (flat * (255 / top) @ weights + bias).argmax(axis=1)
        told = top == 255 or (other != scores.argmax(axis=1)).sum() >= 2
        if told and clear and len(set(scores.argmax(axis=1).tolist())) >= 4:
            break
    extra = {
        "input_shape": (height, width, 1),
        "layers": [
            ("Flatten", {}),
            ("Dropout", {"rate": 0.5, "seed": 10}),
            ("Dense", {"units": _CLASSES}),
        ],
        "weights": [weights, bias],
    }
    label = f"{count} images of {height}x{width}"
    label += f", brightest pixel {top}" if top < 255 else ""
    return Case((images,), label=label, extra=extra)


def _classify_cases(rng: np.random.Generator) -> Sequence[Case]:
    drawn = int(rng.integers(11, 40)), *map(int, rng.integers(9, 15, 2))
    sizes = ((12, 28, 28), (17, 20, 24, 90), drawn)
    return [_classify_case(rng, *size) for size in sizes]


def _scores(model: Any, images: Any, training: bool = False) -> Any:
    return np.asarray(model(np.asarray(images, "float32"), training=training))


def _answers(model: Any, images: Any) -> Any:
    return _scores(model, _rescaled(images)).argmax(axis=1)


def _labels(expected: Any, actual: Any) -> Difference | None:
    """Compare labels; whatever has ten columns counts as scores, one number as one answer."""
    wanted, given = np.asarray(expected), np.asarray(actual)
    if given.dtype.kind not in "biuf":
        return Difference("type", f"it is a {type(actual).__name__}, expected an array")
    if wanted.shape != given.shape:
        sentence = f"the shape is {given.shape}, expected {wanted.shape}"
        return Difference("shape", sentence)
    if wanted.shape[1:] == (_CLASSES,) or wanted.ndim == 0:
        return None
    return compare.close(wanted, given)


def _on_scores(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Give a mistake: something else is done with the right scores."""
    return lambda reference, model, images: change(_scores(model, _rescaled(images)))


def _on_images(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Give a mistake: the model sees other images."""

    def wrong(reference: Any, model: Any, images: Any) -> Any:
        return _scores(model, change(images)[..., None]).argmax(axis=1)

    return wrong


CLASSIFY = Exercise(
    id="lab10.classify",
    points=2,
    cases=_classify_cases,
    reference=_answers,
    comparison=_labels,
    probe="on_network",
    mistakes=(
        Mistake(
            "scores in place of labels",
            "There are ten numbers for each image. Give the place of the largest.",
            _on_scores(lambda scores: scores),
        ),
        Mistake(
            "images not scaled",
            "The model was trained on pixels from 0 to 1 and now sees 0 to 255. "
            "Prepare new images exactly as those it learned from.",
            _on_images(lambda images: images),
        ),
        Mistake(
            "scaled twice",
            "The images are divided by 255 two times; nearly nothing is left of them.",
            _on_images(lambda images: images / 255**2),
        ),
        Mistake(
            "divided by the brightest pixel",
            "You divide by the largest pixel of these images. "
            "Prepare new images exactly as those the model learned from.",
            _on_images(lambda images: images / images.max()),
        ),
        Mistake(
            "whole division",
            "A division that drops the remainder leaves only 0 and 1.",
            _on_images(lambda images: images // 255),
        ),
        Mistake(
            "largest over the wrong axis",
            "There is one answer for each class and not for each image: "
            "look for the largest score along the other axis.",
            _on_scores(lambda scores: scores.argmax(axis=0)),
        ),
        Mistake(
            "smallest score",
            "You look for the smallest score. A larger score means a likelier class.",
            _on_scores(lambda scores: scores.argmin(axis=1)),
        ),
        Mistake(
            "score in place of its position",
            "You give the largest score itself. Its position is the digit.",
            _on_scores(lambda scores: scores.max(axis=1)),
        ),
        Mistake(
            "labels as a column",
            "The answers stand in a column; the task asks for one axis.",
            _on_scores(lambda scores: scores.argmax(axis=1)[:, None]),
        ),
        Mistake(
            "labels from 1 to 10",
            "Every answer is one too high: the first class is 0.",
            _on_scores(lambda scores: scores.argmax(axis=1) + 1),
        ),
        Mistake(
            "one answer for all images",
            "There is a single number. Give one for each image.",
            _on_scores(lambda scores: int(scores.argmax())),
        ),
        Mistake(
            "dropout left on",
            "With `training=True` the model drops features at random, "
            "which is for learning only. To answer it needs all of them.",
            lambda reference, model, images: _scores(
                model, _rescaled(images), training=True
            ).argmax(axis=1),
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    PREPROCESS,
    SPLIT,
    BUILD_CNN,
    COMPILE_MODEL,
    OVERFIT,
    TRAIN,
    EVALUATE_REPORT,
    CLASSIFY,
)
