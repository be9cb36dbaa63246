"""Exercises of lab 11: where a network errs, what it learned, and where it looks.

The right answers about networks are computed in double precision, slopes by moving
every value a little, so that nothing here reads like a solution and a solution is
compared with something else than itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import numpy as np

from grader import compare
from grader.compare import Close
from grader.exercise import Case, Exercise, Mistake

Wrong = Callable[..., Any]

PREDICTIONS = Exercise(
    id="lab11.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


# -- confusion_matrix ------------------------------------------------------------------


def _confusion_cases(rng: np.random.Generator) -> list[Case]:
    grid = {
        "five images, three classes": ([0, 0, 1, 2, 2], [0, 2, 1, 2, 2], 3),
        "the same error three times": ([1, 1, 1, 0], [0, 0, 0, 0], 2),
        "class 3 never occurs, class 4 neither": ([0, 1, 2, 2], [1, 1, 0, 2], 5),
        "class 1 never occurs": ([0, 2, 2, 0], [2, 2, 0, 0], 3),
        "one image": ([3], [1], 4),
        # More than a byte can count.
        "300 images of class 0": ([0] * 300, [0] * 299 + [1], 2),
    }
    cases = [
        Case((np.array(y), np.array(p), n), label=label)
        for label, (y, p, n) in grid.items()
    ]
    n, images = int(rng.integers(4, 9)), int(rng.integers(40, 80))
    y = rng.integers(0, n, images)
    p = np.where(rng.random(images) < 0.6, y, rng.integers(0, n, images))
    return [*cases, Case((y, p, n), label=f"{images} images, {n} classes")]


def _counted(y: Any, p: Any, n: int) -> Any:
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(y, p, labels=np.arange(n))


def _counted_once(reference: Wrong, y: Any, p: Any, n: int) -> Any:
    return np.minimum(reference(y, p, n), 1)


def _without_diagonal(reference: Wrong, y: Any, p: Any, n: int) -> Any:
    right = reference(y, p, n)
    return right - np.diag(np.diag(right))


def _rows_normed(reference: Wrong, y: Any, p: Any, n: int) -> Any:
    matrix = reference(y, p, n)
    with np.errstate(invalid="ignore"):
        return matrix / matrix.sum(axis=1, keepdims=True)


CONFUSION_MATRIX = Exercise(
    id="lab11.confusion_matrix",
    points=3,
    cases=_confusion_cases,
    reference=_counted,
    forbidden=("sklearn", "tensorflow", "keras", "pandas"),
    window=lambda index, y, p, n: (
        f"Images of a {index[0]} for which the answer was {index[1]}: positions "
        f"{np.flatnonzero((np.asarray(y) == index[0]) & (np.asarray(p) == index[1]))}."
    ),
    mistakes=(
        Mistake(
            "transposed",
            "Rows are the truth, columns the answers: each row has to sum to the number "
            "of images of its class.",
            lambda reference, y, p, n: reference(p, y, n),
        ),
        Mistake(
            "repeated pairs counted once",
            "No entry is larger than 1. With arrays as indices, `+= 1` adds once to each "
            "place, however often the place occurs.",
            _counted_once,
        ),
        Mistake(
            "all rows one list",
            "All your rows are equal. `[[0] * n] * n` holds one list n times, and who "
            "counts in one row counts in all of them.",
            lambda reference, y, p, n: np.tile(reference(y, p, n).sum(axis=0), (n, 1)),
        ),
        Mistake(
            "size taken from the data",
            "A class that nobody wrote and nobody answered still has its row and column: "
            "the size is `n`.",
            lambda reference, y, p, n: reference(y, p, 1 + max(y.max(), p.max())),
        ),
        Mistake(
            "missing classes left out",
            "You keep only the classes that occur. Entry [i, j] must stand in row i and "
            "column j, whichever classes occur.",
            lambda reference, y, p, n: reference(y, p, n)[
                np.ix_(np.union1d(y, p), np.union1d(y, p))
            ],
        ),
        Mistake(
            "errors only",
            "The right answers belong into the matrix too: they stand on the diagonal.",
            _without_diagonal,
        ),
        Mistake(
            "right answers only",
            "Off the diagonal everything is 0, so your matrix shows no confusion.",
            lambda reference, y, p, n: np.diag(np.diag(reference(y, p, n))),
        ),
        Mistake(
            "counted in both directions",
            "An image counts once. Reading a 4 as a 9 is another error than reading "
            "a 9 as a 4.",
            lambda reference, y, p, n: reference(y, p, n) + reference(p, y, n),
        ),
        Mistake(
            "shares of the rows",
            "You divided each row by its sum. The task asks for the counts.",
            _rows_normed,
        ),
        Mistake(
            "shares of all images",
            "You divided by the number of images. The task asks for the counts.",
            lambda reference, y, p, n: reference(y, p, n) / len(y),
        ),
    ),
)


# -- per_class_recall ------------------------------------------------------------------


def _recall_cases(rng: np.random.Generator) -> list[Case]:
    grid = {
        "two classes": [[8, 2], [1, 4]],
        "three classes of unequal size": [[10, 0, 0], [3, 5, 2], [1, 0, 1]],
        "a class without images": [[6, 1, 1], [0, 0, 0], [2, 1, 7]],
        "a class that is never answered": [[4, 0, 2], [3, 0, 2], [0, 0, 5]],
    }
    drawn = rng.integers(0, 30, (5, 5)) + np.diag(rng.integers(20, 90, 5))
    cases = [Case((np.array(m),), label=label) for label, m in grid.items()]
    return [*cases, Case((drawn,), label="five classes")]


def _found_share(matrix: Any) -> Any:
    from sklearn.metrics import recall_score

    truth, answers = np.indices(matrix.shape).reshape(2, -1).repeat(matrix.ravel(), 1)
    labels = np.arange(len(matrix))
    return recall_score(
        truth, answers, labels=labels, average=None, zero_division=np.nan
    )


def _precision(reference: Wrong, matrix: Any) -> Any:
    return reference(matrix.T)


def _f1(reference: Wrong, matrix: Any) -> Any:
    both = np.stack([reference(matrix), reference(matrix.T)])
    return 2 * both.prod(axis=0) / both.sum(axis=0)


def _against_the_rest(reference: Wrong, matrix: Any) -> Any:
    sides = matrix.sum(axis=1) + matrix.sum(axis=0)
    return 1 - (sides - 2 * np.diag(matrix)) / matrix.sum()


PER_CLASS_RECALL = Exercise(
    id="lab11.per_class_recall",
    points=2,
    cases=_recall_cases,
    reference=_found_share,
    forbidden=("sklearn", "tensorflow", "keras", "pandas"),
    window=lambda index, matrix: f"Row {index[0]} of the matrix is {matrix[index[0]]}.",
    mistakes=(
        Mistake(
            "divided by the column",
            "You divide by how often a class was answered. That number is called "
            "precision; recall asks how many of the images of a class were found.",
            _precision,
        ),
        Mistake(
            "divided by all images",
            "Each class is compared with its own images, not with all of them.",
            lambda reference, matrix: np.diag(matrix) / matrix.sum(),
        ),
        Mistake(
            "one accuracy for all",
            "You give the share of all images that is right. "
            "The task asks for one share for each class.",
            lambda reference, matrix: np.trace(matrix) / matrix.sum(),
        ),
        Mistake(
            "averaged over the classes",
            "You give the mean of the shares. Which class is the hard one?",
            lambda reference, matrix: np.nanmean(reference(matrix)),
        ),
        Mistake(
            "0 for a class without images",
            "A class of which there is no image was not missed: nothing is known about "
            "it, and that is `nan`.",
            lambda reference, matrix: np.nan_to_num(reference(matrix)),
        ),
        Mistake(
            "1 for a class without images",
            "A class of which there is no image was not found either: nothing is known "
            "about it, and that is `nan`.",
            lambda reference, matrix: np.nan_to_num(reference(matrix), nan=1.0),
        ),
        Mistake(
            "None for a class without images",
            "`None` is no number, and arrays cannot compute with it. "
            "The number for what is not known is `np.nan`.",
            lambda reference, matrix: [
                None if np.isnan(share) else share for share in reference(matrix)
            ],
        ),
        Mistake(
            "class without images left out",
            "Every class keeps its place in the result, also one without images.",
            lambda reference, matrix: reference(matrix)[matrix.sum(axis=1) > 0],
        ),
        Mistake(
            "error rate",
            "You give the share of each class that is wrong.",
            lambda reference, matrix: 1 - reference(matrix),
        ),
        Mistake(
            "per cent",
            "A share lies between 0 and 1.",
            lambda reference, matrix: 100 * reference(matrix),
        ),
        Mistake(
            "cut to whole numbers",
            "Your shares are 0 or 1: they were divided with `//` or written into an "
            "array of whole numbers.",
            lambda reference, matrix: np.nan_to_num(np.floor(reference(matrix))),
        ),
        Mistake(
            "recall and precision mixed",
            "Your number joins what was found with what was answered (the F1 score). "
            "Recall looks at the rows alone.",
            _f1,
        ),
        Mistake(
            "true negatives counted",
            "You count every image that is rightly called *not* this class. "
            "With many classes that is always nearly 1.",
            _against_the_rest,
        ),
        Mistake(
            "counts, not shares",
            "You give the number of images that are right. Divide by those there are.",
            lambda reference, matrix: np.diag(matrix),
        ),
    ),
)


# -- hardest_examples ------------------------------------------------------------------


def _probabilities(rng: np.random.Generator, images: int, classes: int) -> np.ndarray:
    raw = np.exp(rng.normal(0, 1.5, (images, classes)))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def _hardest_cases(rng: np.random.Generator) -> list[Case]:
    small = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.35, 0.4, 0.25]])
    small = np.concatenate([small, [[0.06, 0.88, 0.06], [0.02, 0.9, 0.08]]])
    grid = [
        ("five images, the hardest two", small, np.array([0, 0, 1, 1, 2]), 2),
        ("all five right, the hardest three", small, small.argmax(axis=1), 3),
        ("more asked for than there are", small[:4], np.array([1, 2, 0, 1]), 7),
    ]
    for images, classes, k in ((12, 4, 5), (30, 10, 8)):
        probs = _probabilities(rng, images, classes)
        y = rng.integers(0, classes, images)
        likely = rng.random(images) < 0.5
        y[likely] = probs[likely].argmax(axis=1)
        grid.append((f"{images} images of {classes} classes, k = {k}", probs, y, k))
    return [Case((probs, y, k), label=label) for label, probs, y, k in grid]


def _own(probs: Any, y: Any) -> Any:
    return np.take_along_axis(probs, y[:, None], axis=1)[:, 0]


def _smallest(values: Any, k: int) -> Any:
    return np.array(heapq.nsmallest(k, range(len(values)), key=values.__getitem__))


def _ranked(values: Callable[[Any, Any], Any]) -> Wrong:
    """Give a mistake that ranks images by other values than those of their labels."""
    return lambda reference, probs, y, k: _smallest(values(probs, y), k)


def _margin(probs: Any, y: Any) -> Any:
    others = probs.copy()
    np.put_along_axis(others, y[:, None], -1, axis=1)
    return _own(probs, y) - others.max(axis=1)


def _unsure(probs: Any, y: Any) -> Any:
    first, second = np.sort(probs, axis=1)[:, :-3:-1].T
    return first - second


def _wrong_only(reference: Wrong, probs: Any, y: Any, k: int) -> Any:
    ranked = reference(probs, y, len(y))
    return ranked[(probs.argmax(axis=1) != y)[ranked]][:k]


def _surest_errors(reference: Wrong, probs: Any, y: Any, k: int) -> Any:
    wrong = np.flatnonzero(probs.argmax(axis=1) != y)
    return wrong[_smallest(-probs[wrong].max(axis=1), k)] if len(wrong) else wrong


def _too_few(reference: Wrong, probs: Any, y: Any, k: int) -> Any:
    if k > len(y):
        raise ValueError(f"kth(={k}) out of bounds ({len(y)})")
    return reference(probs, y, k)


def _wrong_axis(reference: Wrong, probs: Any, y: Any, k: int) -> Any:
    if len(y) != probs.shape[1]:
        raise ValueError("operands could not be broadcast together")
    return reference(probs.T, y, k)


HARDEST_EXAMPLES = Exercise(
    id="lab11.hardest_examples",
    points=2,
    cases=_hardest_cases,
    reference=lambda probs, y, k: _smallest(_own(probs, y), k),
    window=lambda index, probs, y, k: (
        "The probabilities that the images get for their own labels are "
        f"{np.round(_own(probs, y), 4).tolist()}."
    ),
    mistakes=(
        Mistake(
            "easiest first",
            "Your images are the ones the network finds easiest. "
            "An image is hard if its label gets a small probability.",
            lambda reference, probs, y, k: reference(probs, y, len(y))[::-1][:k],
        ),
        Mistake(
            "taken from the wrong end",
            "You take the end of an ascending order, where the easiest images stand.",
            lambda reference, probs, y, k: reference(probs, y, len(y))[-k:],
        ),
        Mistake(
            "lowest top probability",
            "You look for images whose largest probability is small, whatever their "
            "label. An answer can be very sure and wrong.",
            _ranked(lambda probs, y: probs.max(axis=1)),
        ),
        Mistake(
            "surest answers",
            "You rank by the largest probability of each image. "
            "Which of its probabilities belongs to its label?",
            _ranked(lambda probs, y: -probs.max(axis=1)),
        ),
        Mistake(
            "surest errors",
            "You rank wrong answers by how sure they are. The task ranks all images by "
            "the probability of their label, which may be small for other reasons.",
            _surest_errors,
        ),
        Mistake(
            "wrong answers only",
            "You leave out images that are read rightly. If k is larger than the number "
            "of errors, the hardest of them come next.",
            _wrong_only,
        ),
        Mistake(
            "positions among the errors",
            "You count positions within the wrong answers alone. "
            "Which places have these images among all of them?",
            lambda reference, probs, y, k: _smallest(
                _own(probs, y)[probs.argmax(axis=1) != y], k
            ),
        ),
        Mistake(
            "gap between the two largest",
            "You rank by how undecided the network is, whatever the label.",
            _ranked(_unsure),
        ),
        Mistake(
            "gap to the best other class",
            "You subtract the best other class. "
            "The task ranks by the probability of the label itself.",
            _ranked(_margin),
        ),
        Mistake(
            "chosen, but not in order",
            "The right images, in the order of the data. The hardest comes first.",
            lambda reference, *call: np.sort(reference(*call)),
        ),
        Mistake(
            "hardest last",
            "The right images in the wrong direction: the hardest comes first.",
            lambda reference, *call: reference(*call)[::-1],
        ),
        Mistake(
            "probabilities in place of positions",
            "You give the values. The task asks for the positions of the images.",
            lambda reference, probs, y, k: _own(probs, y)[reference(probs, y, k)],
        ),
        Mistake(
            "labels in place of positions",
            "You give the labels of the images. The task asks for their positions.",
            lambda reference, probs, y, k: y[reference(probs, y, k)],
        ),
        Mistake(
            "k ignored",
            "You give all images. `k` says how many.",
            lambda reference, probs, y, k: reference(probs, y, len(y)),
        ),
        Mistake(
            "fails if there are fewer images",
            "If there are fewer than `k` images, all of them are asked for.",
            _too_few,
        ),
        Mistake(
            "wrong axis",
            "Images lie along axis 0, classes along axis 1. "
            "Does each of your steps give one number for each image?",
            _wrong_axis,
        ),
        Mistake(
            "columns of all labels",
            "`probs[:, y]` takes the columns of all labels for every image. Row and "
            "column belong together: one number for each image.",
            lambda reference, probs, y, k: np.argsort(probs[:, y], axis=1)[:k],
        ),
        Mistake(
            "first class for all",
            "You rank by the probability of class 0, whatever the label.",
            _ranked(lambda probs, y: probs[:, 0]),
        ),
    ),
)


# -- networks as plain data ------------------------------------------------------------

Settings = dict[str, Any]
Toy = dict[str, Any]


def toy(
    rng: np.random.Generator,
    input_shape: tuple[int, int, int],
    *layers: tuple[str, Settings],
) -> Toy:
    """Give a small network for the probe "on_network", its weights drawn.

    Args:
        rng: draws weights and biases.
        input_shape: height, width, channels.
        layers: class name and settings; convolutions need padding "same".
    """
    # Here, because importing it takes longer than the first case may on a busy machine.
    import keras  # noqa: F401

    (height, width, channels), weights = input_shape, []
    for kind, settings in layers:
        shape: tuple[int, ...] = ()
        if kind == "Conv2D":
            shape = (*settings["kernel_size"], channels, settings["filters"])
            channels = settings["filters"]
        elif kind == "Dense":
            shape = (height * width * channels, settings["units"])
            height, width, channels = 1, 1, settings["units"]
        elif "Pooling" in kind:
            size = settings.get("pool_size", max(height, width))
            height, width = max(height // size, 1), max(width // size, 1)
        if shape:
            scale = 1.5 / np.sqrt(np.prod(shape[:-1]))
            weights.append(rng.normal(0, scale, shape).astype("float32"))
            weights.append(rng.normal(0, 0.3, shape[-1]).astype("float32"))
    return {"input_shape": input_shape, "layers": list(layers), "weights": weights}


def _conv(name: str, filters: int, size: tuple[int, int], activation: str) -> Any:
    settings = {"name": name, "filters": filters, "kernel_size": size}
    return "Conv2D", {**settings, "padding": "same", "activation": activation}


def _dense(name: str, units: int, activation: str = "linear") -> Any:
    return "Dense", {"name": name, "units": units, "activation": activation}


_FLATTEN = ("Flatten", {"name": "flatten"})
_AVERAGE = ("GlobalAveragePooling2D", {"name": "average"})
_POOL = ("MaxPooling2D", {"name": "pool", "pool_size": 2})
_MEAN_POOL = ("AveragePooling2D", {"name": "mean_pool", "pool_size": 2})


def _image(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.uniform(0, 1, shape).astype("float32")


def run(
    model: Any, values: Any, after: str = "", until: str = "", raw: bool = False
) -> np.ndarray:
    """Run layers of a network of `toy` one after another, in double precision.

    Args:
        model: a Keras model whose layers form a chain.
        values: a batch, for the layer behind `after`, or for the first.
        after: name of the last layer that is left out.
        until: name of the last layer that is run.
        raw: leave out the activation of that layer.
    """
    names = [layer.name for layer in model.layers]
    start = names.index(after) + 1 if after else 1
    end = names.index(until) + 1 if until else len(names)
    x = np.asarray(values, float)
    for layer in model.layers[start:end]:
        x = _step(layer, x, raw and layer.name == until)
    return x


def _step(layer: Any, x: np.ndarray, raw: bool) -> np.ndarray:
    import tensorflow as tf

    kind = type(layer).__name__
    if kind == "Flatten":
        return x.reshape(len(x), -1)
    if kind == "GlobalAveragePooling2D":
        return np.asarray(x.mean(axis=(1, 2)))
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        # Not with TensorFlow: its maximum rounds to single precision.
        reduce = np.max if kind == "MaxPooling2D" else np.mean
        return _pooled(x, reduce, *layer.pool_size)
    kernel, bias = (np.asarray(weight, float) for weight in layer.get_weights())
    linear = x @ kernel if kind == "Dense" else tf.nn.conv2d(x, kernel, 1, "SAME")
    linear = np.asarray(linear) + bias
    return linear if raw else _ACTIVATIONS[layer.get_config()["activation"]](linear)


_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": np.asarray,
    "relu": lambda values: np.asarray(np.maximum(values, 0)),
    "tanh": lambda values: np.asarray(np.tanh(values)),
}


def _pooled(
    x: np.ndarray, reduce: Callable[..., Any], down: int, across: int
) -> np.ndarray:
    images, rows, columns, channels = x.shape
    rows, columns = rows // down, columns // across
    whole = x[:, : rows * down, : columns * across]
    blocks = whole.reshape(images, rows, down, columns, across, channels)
    return np.asarray(reduce(blocks, axis=(2, 4)))


def slopes(
    function: Callable[[np.ndarray], Any], point: Any, move: float = 1e-6
) -> np.ndarray:
    """Give how fast a function grows with each value, by moving one after another.

    Args:
        function: batch (n, ...) -> n numbers.
        point: array (...), where to measure.
        move: half the distance between the two places that are compared.
    """
    point = np.asarray(point, float)
    moves = move * np.eye(point.size).reshape(-1, *point.shape)
    more, less = np.split(
        np.asarray(function(np.concatenate([point + moves, point - moves]))), 2
    )
    return np.asarray((more - less) / (2 * move)).reshape(point.shape)


def _scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    return run(model, images, after)[:, label]


def _shares(model: Any, images: Any, label: int, after: str = "") -> Any:
    scores = run(model, images, after)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers[:, label] / powers.sum(axis=1)


def _losses(model: Any, images: Any, label: int, after: str = "") -> Any:
    return -np.log(_shares(model, images, label, after))


def _all_scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    return run(model, images, after).sum(axis=1)


def _top_scores(model: Any, images: Any, label: int, after: str = "") -> Any:
    return run(model, images, after).max(axis=1)


def _label_of(model: Any, img: Any, label: int | None) -> int:
    return int(run(model, img[None])[0].argmax()) if label is None else label


def _names(model: Any) -> list[str]:
    return [layer.name for layer in model.layers]


def _first_convolution(model: Any) -> str:
    return next(name for name in _names(model) if "conv" in name)


def _last_convolution(model: Any) -> str:
    return [name for name in _names(model) if "conv" in name][-1]


CLOSE_ENOUGH = Close(rtol=1e-4, atol=1e-5)


# -- feature_maps ----------------------------------------------------------------------


def _maps_cases(rng: np.random.Generator) -> list[Case]:
    chain = toy(
        rng,
        (6, 8, 1),
        _conv("conv_a", 3, (3, 3), "relu"),
        _POOL,
        _conv("conv_b", 4, (2, 3), "tanh"),
        _AVERAGE,
        _dense("scores", 3),
    )
    colour = toy(
        rng,
        (4, 6, 3),
        _conv("conv_a", 2, (3, 1), "linear"),
        _conv("conv_b", 5, (3, 3), "relu"),
        _FLATTEN,
        _dense("scores", 2),
    )
    grid = [
        ("the first layer, three images", chain, 3, "conv_a"),
        ("a pooling layer", chain, 2, "pool"),
        ("the last convolution", chain, 2, "conv_b"),
        ("colour images, a layer without activation", colour, 2, "conv_a"),
        ("colour images, the second layer", colour, 3, "conv_b"),
    ]
    return [
        Case((_image(rng, images, *net["input_shape"]), name), {}, label, "", net)
        for label, net, images, name in grid
    ]


def _neighbour(step: int) -> Wrong:
    def wrong(reference: Wrong, model: Any, x: Any, layer: str) -> Any:
        names = _names(model)
        place = names.index(layer) + step
        return x if place == 0 else reference(model, x, names[place])

    return wrong


def _images_again(reference: Wrong, model: Any, x: Any, layer: str) -> Any:
    return np.asarray(model.get_layer(layer)(x))


def _of_layer(choose: Callable[[Any], str]) -> Wrong:
    return lambda reference, model, x, layer: reference(model, x, choose(model))


def _result(change: Callable[[np.ndarray], Any]) -> Wrong:
    return lambda reference, *args, **kwargs: change(reference(*args, **kwargs))


def _weights_of(reference: Wrong, model: Any, x: Any, layer: str) -> Any:
    return model.get_layer(layer).get_weights()[0]


FEATURE_MAPS = Exercise(
    id="lab11.feature_maps",
    points=2,
    cases=_maps_cases,
    reference=lambda model, x, layer: run(model, x, until=layer),
    comparison=CLOSE_ENOUGH,
    probe="on_network",
    time_limit=20.0,
    window=lambda index, x, layer: (
        f"That is image {index[0]} in layer {layer}"
        + (f", row {index[1]}, column {index[2]}" if len(index) == 4 else "")
        + f", filter {index[-1]}."
    ),
    mistakes=(
        Mistake(
            "what goes into the layer",
            "You give the layer's input. Ask for its output.",
            _neighbour(-1),
        ),
        Mistake(
            "the layer behind it",
            "You give what the next layer makes of these maps. Is the count of layers "
            "one too far? Layers can be found by name.",
            _neighbour(1),
        ),
        Mistake(
            "layer applied to the images",
            "You called this one layer with the images themselves. It reads what the "
            "layers before it made of them: run the network up to it.",
            _images_again,
        ),
        Mistake(
            "scores of the whole network",
            "You ran the network to its end. Stop at the layer that was asked for.",
            lambda reference, model, x, layer: run(model, x),
        ),
        Mistake(
            "always the first convolution",
            "You give the same layer whatever `layer` says.",
            _of_layer(_first_convolution),
        ),
        Mistake(
            "always the last convolution",
            "You give the same layer whatever `layer` says.",
            _of_layer(_last_convolution),
        ),
        Mistake(
            "before the activation",
            "Your maps hold what the layer computes before its activation; "
            "its output comes after it.",
            lambda reference, model, x, layer: run(model, x, until=layer, raw=True),
        ),
        Mistake(
            "weights in place of maps",
            "You give the filters themselves. A feature map is what they answer to an "
            "image.",
            _weights_of,
        ),
        Mistake(
            "first image only",
            "The result is that of the first image; keep the axis of the batch.",
            _result(lambda maps: maps[0]),
        ),
        Mistake(
            "first image for all",
            "All your maps come from the first image of the batch.",
            _result(lambda maps: np.repeat(maps[:1], len(maps), axis=0)),
        ),
        Mistake(
            "filters in front",
            "Keras keeps the filters in the last axis: (N, H, W, F).",
            _result(lambda maps: np.moveaxis(maps, -1, 1)),
        ),
        Mistake(
            "averaged over the filters",
            "You made one map of all filters. Each filter has a map of its own.",
            _result(lambda maps: maps.mean(axis=-1)),
        ),
        Mistake(
            "averaged over the positions",
            "You made one number of each map. Where a filter answers is the point here.",
            _result(lambda maps: maps.mean(axis=(1, 2))),
        ),
        Mistake(
            "scaled to 1",
            "You scaled the maps. For a picture that is fine; here give them as they are.",
            _result(lambda maps: maps / abs(maps).max()),
        ),
    ),
)


# -- occlusion_map ---------------------------------------------------------------------


def planted(shape: tuple[int, int], units: int, weights: dict[Any, float]) -> Toy:
    """Give a linear network with chosen weights and no others.

    Args:
        shape: height and width of a grey image.
        units: number of scores.
        weights: (row, column, unit) -> weight.
    """
    kernel = np.zeros((*shape, units), "float32")
    for place, weight in weights.items():
        kernel[place] = weight
    bias = np.linspace(0.5, -0.5, units).astype("float32")
    return {
        "input_shape": (*shape, 1),
        "layers": [_FLATTEN, _dense("scores", units)],
        "weights": [kernel.reshape(-1, units), bias],
    }


def _looker(rng: np.random.Generator, shape: tuple[int, int, int]) -> Toy:
    return toy(
        rng,
        shape,
        _conv("conv_a", 4, (3, 3), "tanh"),
        _POOL,
        _conv("conv_b", 5, (3, 3), "relu"),
        _AVERAGE,
        _dense("scores", 4),
    )


def _other_label(rng: np.random.Generator, net: Toy, image: np.ndarray) -> int:
    """Draw a label that is neither the first nor the one with the largest score."""
    from grader.probe import build_network

    order = np.argsort(run(build_network(**net), image[None])[0])
    return int(rng.choice([label for label in order[:-1] if label != 0]))


def _occlusion_cases(rng: np.random.Generator) -> list[Case]:
    plant = planted((4, 6), 3, {(1, 4, 1): 3.0, (3, 0, 1): -2.0, (0, 0, 2): 4.0})
    border = planted((5, 7), 2, {(4, 6, 1): 3.0, (1, 2, 1): -2.0})
    grid = [
        ("two planted pixels, label 1", plant, 2, "full patches", 1),
        ("a 6x8 image, patches of 2", _looker(rng, (6, 8, 1)), 2, "full patches", None),
        ("a colour image, patches of 2", _looker(rng, (4, 6, 3)), 2, "full patches", 0),
        ("a label that is not the best", _looker(rng, (6, 9, 1)), 3, "full patches", 1),
        (
            "7x8, patches of 3",
            _looker(rng, (7, 8, 1)),
            3,
            "smaller at the border",
            None,
        ),
        ("5x6, patches of 4", _looker(rng, (5, 6, 2)), 4, "smaller at the border", 1),
        ("two planted pixels, patches of 4", border, 4, "smaller at the border", 1),
    ]
    cases = []
    for text, net, size, part, chosen in grid:
        image = 0.2 + 0.8 * _image(rng, *net["input_shape"])
        label = chosen
        if net is not plant and net is not border and chosen is not None:
            label = _other_label(rng, net, image)
        kwargs = {} if label is None else {"label": label}
        cases.append(Case((image, size), kwargs, text, part, net))
    return cases


Score = Callable[..., Any]


def _patches(shape: tuple[int, ...], size: int) -> np.ndarray:
    """Number the pixels (H, W) by the patch they lie in, row by row."""
    rows, columns = (np.arange(side) // size for side in shape[:2])
    return np.asarray(rows[:, None] * (columns[-1] + 1) + columns)


def _covered(
    img: np.ndarray, size: int, fill: Any = 0.0, inside: Callable[..., Any] = np.equal
) -> tuple[np.ndarray, tuple[int, int]]:
    """Give copies of an image (H, W, C), one patch covered in each, and the grid."""
    patches = _patches(img.shape, size)
    hidden = inside(patches[None], np.arange(patches.max() + 1)[:, None, None])
    grid = (-(-img.shape[0] // size), -(-img.shape[1] // size))
    return np.where(hidden[..., None], fill, img[None]), grid


def _drops(model: Any, img: Any, copies: Any, score: Score, label: int) -> Any:
    return score(model, img[None], label) - score(model, copies, label)


def _occlusion(model: Any, img: Any, size: int, label: int | None = None) -> Any:
    copies, grid = _covered(img, size)
    drops = _drops(model, img, copies, _scores, _label_of(model, img, label))
    return drops.reshape(grid)


def _occlusion_with(
    score: Score = _scores,
    fill: Callable[[Any], Any] = lambda img: 0.0,
    inside: Callable[..., Any] = np.equal,
) -> Wrong:
    """Give a mistake that covers in another way or reads another number."""

    def wrong(
        reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
    ) -> Any:
        copies, grid = _covered(img, size, fill(img), inside)
        own = _label_of(model, img, label)
        return _drops(model, img, copies, score, own).reshape(grid)

    return wrong


def _kept_covered(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    return _occlusion_with(inside=np.less_equal)(reference, model, img, size, label)


def _in_place(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    wrong = _kept_covered(reference, model, img, size, label)
    img *= 0
    return wrong


def _score_left(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    own = _label_of(model, img, label)
    return _scores(model, img[None], own) - reference(model, img, size, label)


def _relative(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    own = _label_of(model, img, label)
    return reference(model, img, size, label) / _scores(model, img[None], own)


def _whole_patches_only(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    height, width = (side // size for side in img.shape[:2])
    return reference(model, img, size, label)[:height, :width]


def _every_pixel(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    """Let the patch start at every pixel where it fits."""
    rows, columns = (side - size + 1 for side in img.shape[:2])
    own = _label_of(model, img, label)
    copies = np.repeat(img[None], rows * columns, axis=0)
    for number, (i, j) in enumerate(np.ndindex(rows, columns)):
        copies[number, i : i + size, j : j + size] = 0
    return _drops(model, img, copies, _scores, own).reshape(rows, columns)


def _barely_moved(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    rows, columns = (-(-side // size) for side in img.shape[:2])
    return _every_pixel(reference, model, img, size, label)[:rows, :columns]


def _one_too_many(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    more = [(0, int(side % size == 0)) for side in img.shape[:2]]
    return np.pad(reference(model, img, size, label), more)


def _as_large_as_the_image(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    blocks = np.kron(reference(model, img, size, label), np.ones((size, size)))
    return blocks[: img.shape[0], : img.shape[1]]


def _one_pixel(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    pixels = reference(model, img, 1, label)
    return pixels[::size, ::size]


def _label_ignored(
    reference: Wrong, model: Any, *args: Any, label: int | None = None
) -> Any:
    return reference(model, *args)


def _label_zero(
    reference: Wrong, model: Any, *args: Any, label: int | None = None
) -> Any:
    return reference(model, *args, label=0)


def _first_channel(
    reference: Wrong, model: Any, img: Any, size: int, label: int | None = None
) -> Any:
    copies, grid = _covered(img, size)
    copies = np.concatenate(
        [copies[..., :1], np.broadcast_to(img, copies.shape)[..., 1:]], axis=-1
    )
    own = _label_of(model, img, label)
    return _drops(model, img, copies, _scores, own).reshape(grid)


def _occlusion_window(
    index: tuple[int, ...], img: Any, size: int, label: int | None = None
) -> str:
    (top, bottom), (left, right) = (
        (place * size, min((place + 1) * size, side) - 1)
        for place, side in zip(index, img.shape[:2], strict=True)
    )
    return (
        f"Covered there: rows {top} to {bottom} and columns {left} to {right} "
        f"of an image of {img.shape[0]}x{img.shape[1]}."
    )


OCCLUSION_MAP = Exercise(
    id="lab11.occlusion_map",
    points=4,
    cases=_occlusion_cases,
    reference=_occlusion,
    comparison=CLOSE_ENOUGH,
    parts={"full patches": 3, "smaller at the border": 1},
    probe="on_network",
    window=_occlusion_window,
    time_limit=20.0,
    mistakes=(
        Mistake(
            "sign turned",
            "A patch that the score needs should give a positive number: "
            "how much is lost when it is covered?",
            lambda reference, *args, **kwargs: -reference(*args, **kwargs),
        ),
        Mistake(
            "score in place of its loss",
            "You give the score with the patch covered. "
            "The map asks how much lower it is than for the whole image.",
            _score_left,
        ),
        Mistake(
            "input changed",
            "You cover patches in the caller's image and they stay covered. "
            "Cover them in a copy.",
            _in_place,
        ),
        Mistake(
            "patches stay covered",
            "Each patch is covered on top of those before it. "
            "Begin each time with the whole image.",
            _kept_covered,
        ),
        Mistake(
            "label ignored",
            "You always explain the class with the largest score. If a `label` is "
            "given, its score counts.",
            _label_ignored,
        ),
        Mistake(
            "always class 0",
            "You read the first score, whatever the label.",
            _label_zero,
        ),
        Mistake(
            "largest score of each copy",
            "When a patch is covered, another class may lead. "
            "Follow the score of the same label in all copies.",
            _occlusion_with(score=_top_scores),
        ),
        Mistake(
            "probabilities in place of scores",
            "You compare probabilities. Near 1 they hardly move, however much is "
            "covered; the task asks for the network's scores.",
            _occlusion_with(score=_shares),
        ),
        Mistake(
            "covered with 1",
            "You cover with ink. In these images background is 0.",
            _occlusion_with(fill=lambda img: 1.0),
        ),
        Mistake(
            "covered with the mean",
            "You cover with the mean of the image. The task asks for background, 0.",
            _occlusion_with(fill=np.mean),
        ),
        Mistake(
            "everything else covered",
            "You keep the patch and cover the rest.",
            _occlusion_with(inside=np.not_equal),
        ),
        Mistake(
            "one pixel covered",
            "You cover only the first pixel of each patch. A patch has `size` rows and "
            "`size` columns.",
            _one_pixel,
        ),
        Mistake(
            "first channel covered",
            "A covered pixel is 0 in all its channels.",
            _first_channel,
        ),
        Mistake(
            "patch moved by one pixel",
            "Your patches overlap. They lie side by side.",
            _every_pixel,
        ),
        Mistake(
            "patches one pixel apart",
            "Patch (i, j) begins at row i * size and column j * size.",
            _barely_moved,
        ),
        Mistake(
            "one patch too many",
            "Where the size divides the height or the width, nothing is left over for "
            "one more patch.",
            _one_too_many,
        ),
        Mistake(
            "an entry for each pixel",
            "Your map is as large as the image. It has one entry for each patch.",
            _as_large_as_the_image,
        ),
        Mistake(
            "smaller patches left out",
            "If the size does not divide, the last patches are smaller, but they count.",
            _whole_patches_only,
        ),
        Mistake(
            "rows and columns exchanged",
            "Entry [i, j] of the map belongs to the patch i from the top and j from the "
            "left.",
            lambda reference, *args, **kwargs: reference(*args, **kwargs).T,
        ),
        Mistake(
            "negative numbers cut off",
            "A patch may speak against the label: its number is negative, and it stays.",
            _result(lambda drops: np.maximum(drops, 0)),
        ),
        Mistake(
            "absolute values",
            "A patch may speak against the label: its number is negative, and it stays.",
            _result(abs),
        ),
        Mistake(
            "divided by the score",
            "You give the loss as a share of the score. "
            "The task asks for the difference.",
            _relative,
        ),
    ),
)


# -- saliency --------------------------------------------------------------------------


def _saliency_cases(rng: np.random.Generator) -> list[Case]:
    linear = toy(rng, (3, 5, 1), _FLATTEN, _dense("scores", 4))
    plant = planted((4, 3), 2, {(1, 2, 1): 3.0, (3, 0, 1): -2.0, (0, 0, 0): 5.0})
    two = toy(rng, (4, 5, 2), _FLATTEN, _dense("hidden", 6, "tanh"), _dense("out", 3))
    grid: list[tuple[str, Toy, bool]] = [
        ("a linear network, a label that is not the best", linear, True),
        ("a linear network, its own answer", linear, False),
        ("two planted pixels, label 1", plant, True),
        ("two layers, two channels", two, True),
        ("a convolutional network", _looker(rng, (6, 8, 1)), True),
        ("a convolutional network, colour", _looker(rng, (4, 6, 3)), False),
    ]
    cases = []
    for text, net, given in grid:
        image = 0.1 + 0.8 * _image(rng, *net["input_shape"])
        label = 1 if net is plant else _other_label(rng, net, image)
        cases.append(Case((image,), {"label": label} if given else {}, text, "", net))
    return cases


def _saliency(model: Any, img: Any, label: int | None = None) -> Any:
    return _slope_of(_scores)(None, model, img, label)


def _slope_of(score: Score) -> Wrong:
    """Give the slope of another number than the label's score."""

    def wrong(
        reference: Any, model: Any, img: Any, label: int | None = None
    ) -> np.ndarray:
        own = _label_of(model, img, label)
        return slopes(lambda images: score(model, images, own), img)

    return wrong


def _no_path(kind: type[Exception], message: str) -> Wrong:
    """Give a mistake: the tape knows of no slope and gives `None`, which is then used."""

    def wrong(*args: Any, **kwargs: Any) -> Any:
        raise kind(message)

    return wrong


_INDEXED = _no_path(TypeError, "'NoneType' object is not subscriptable")
_CONVERTED = _no_path(AttributeError, "'NoneType' object has no attribute 'numpy'")


def _times_image(
    reference: Wrong, model: Any, img: Any, label: int | None = None
) -> Any:
    return reference(model, img, label) * img


SALIENCY = Exercise(
    id="lab11.saliency",
    points=3,
    cases=_saliency_cases,
    reference=_saliency,
    comparison=CLOSE_ENOUGH,
    probe="on_network",
    time_limit=20.0,
    window=lambda index, img, label=None: (
        f"That is row {index[0]}, column {index[1]}, channel {index[2]} of the image."
        if len(index) == 3
        else ""
    ),
    forbidden=("tensorflow.gradients",),
    mistakes=(
        Mistake(
            "absolute values",
            "Your slopes have lost their sign, which says whether more ink at a pixel "
            "would raise the score or lower it.",
            _result(abs),
        ),
        Mistake(
            "sign turned",
            "Your slopes point the other way: positive means that more ink raises the "
            "score.",
            _result(np.negative),
        ),
        Mistake(
            "slope of the loss",
            "You took the slope of a loss, as in training. Here it is the score itself.",
            _slope_of(_losses),
        ),
        Mistake(
            "slope of the probability",
            "You took the slope behind a softmax, which mixes in all other classes and is "
            "nearly 0 for a sure answer.",
            _slope_of(_shares),
        ),
        Mistake(
            "all scores together",
            "A tape that is asked for the slope of several numbers gives the slope of "
            "their sum. Pick the score of the label first.",
            _slope_of(_all_scores),
        ),
        Mistake(
            "label ignored",
            "You always explain the class with the largest score. If a `label` is "
            "given, its score counts.",
            _label_ignored,
        ),
        Mistake(
            "always class 0",
            "You read the first score, whatever the label.",
            _label_zero,
        ),
        Mistake(
            "negative slopes cut off",
            "A pixel where ink would lower the score has a negative slope, and it stays.",
            _result(lambda slope: np.maximum(slope, 0)),
        ),
        Mistake(
            "signs only",
            "You kept only the signs. How strong a pixel acts counts too.",
            _result(np.sign),
        ),
        Mistake(
            "scaled to 1",
            "You divided by the largest slope. For a picture that is fine; here give the "
            "slopes as they are.",
            _result(lambda slope: slope / abs(slope).max()),
        ),
        Mistake(
            "multiplied by the image",
            "Slope times pixel is another map: it is 0 wherever the image is.",
            _times_image,
        ),
        Mistake(
            "batch axis left",
            "Your result still has the axis of the batch, which holds one image.",
            _result(lambda slope: slope[None]),
        ),
        Mistake(
            "slope not on the tape",
            "`gradient` gave `None`: its tape knows no path to the first argument from "
            "the second. Run the model on `x` itself, and pick the score while the tape "
            "is running.",
            _INDEXED,
        ),
        Mistake(
            "no slope to convert",
            "`gradient` gave `None`: its tape knows no path to the first argument from "
            "the second. Run the model on `x` itself, and pick the score while the tape "
            "is running.",
            _CONVERTED,
        ),
        Mistake(
            "channels joined",
            "Each channel of each pixel has a slope: the result has the image's shape.",
            _result(lambda slope: abs(slope).max(axis=-1)),
        ),
        Mistake(
            "channel axis dropped",
            "Your result has no axis for the channels: keep the image's shape.",
            _result(lambda slope: slope[..., 0]),
        ),
        Mistake(
            "the score itself",
            "You give the score. Its slope says how it answers to a change.",
            lambda reference, model, img, label=None: float(
                _scores(model, img[None], _label_of(model, img, label))[0]
            ),
        ),
    ),
)


# -- grad_cam --------------------------------------------------------------------------


def _two_detectors() -> Toy:
    """Give a network whose map is known: filter f copies channel f, twice as strong."""
    kernel = 2 * np.eye(2, dtype="float32").reshape(1, 1, 2, 2)
    dense = np.array([[3.0, -1.0], [-1.5, 4.0]], "float32")
    zeros = np.zeros(2, "float32")
    return {
        "input_shape": (4, 4, 2),
        "layers": [
            _conv("conv_a", 2, (1, 1), "relu"),
            _AVERAGE,
            _dense("scores", 2),
        ],
        "weights": [kernel, zeros, dense, zeros],
    }


def _behind_a_pool() -> Case:
    """Give maps of 1x2 whose heat is below 0 on the left and above on the right."""
    net = _two_detectors()
    kind, settings = _MEAN_POOL
    net["layers"] = [(kind, {**settings, "pool_size": (4, 2)}), *net["layers"]]
    net["weights"][2] = np.array([[0.0, -3.0], [0.0, 3.0]], "float32")
    net["weights"][3] = np.array([0.5, 0.0], "float32")  # so that label 0 leads
    left = np.array([0.9, 0.7, 0.3, 0.1], "float32")
    image = np.stack([left, left[::-1]], axis=-1) + np.zeros((4, 4, 2), "float32")
    text = "two detectors behind a pool of 4x2, label 1"
    return Case((image, "conv_a"), {"label": 1}, text, "smaller", net)


def _cam_net(rng: np.random.Generator, shape: tuple[int, int, int]) -> Toy:
    return toy(
        rng,
        shape,
        _conv("conv_a", 3, (3, 3), "tanh"),
        _MEAN_POOL,
        _conv("conv_b", 5, (3, 3), "tanh"),
        _FLATTEN,
        _dense("hidden", 5, "tanh"),
        _dense("scores", 3),
    )


def _cam_cases(rng: np.random.Generator) -> list[Case]:
    detectors = _two_detectors()
    against = {**detectors, "weights": [*detectors["weights"]]}
    against["weights"][2] = -abs(against["weights"][2])
    grid: list[tuple[str, Toy, str, str, bool]] = [
        ("two detectors, label 1", detectors, "conv_a", "as large", True),
        ("all filters speak against label 1", against, "conv_a", "as large", True),
        ("a 4x6 image", _cam_net(rng, (4, 6, 1)), "conv_a", "as large", True),
        ("its own answer", _cam_net(rng, (4, 6, 2)), "conv_a", "as large", False),
        ("maps half as large", _cam_net(rng, (4, 8, 1)), "conv_b", "smaller", True),
        (
            "the same, its own answer",
            _cam_net(rng, (6, 4, 3)),
            "conv_b",
            "smaller",
            False,
        ),
    ]
    cases = []
    for text, net, layer, part, given in grid:
        image = 0.1 + 0.8 * _image(rng, *net["input_shape"])
        label = 1 if layer == "conv_a" and net["input_shape"] == (4, 4, 2) else None
        if given and label is None:
            label = _other_label(rng, net, image)
        cases.append(
            Case((image, layer), {"label": label} if given else {}, text, part, net)
        )
    return [*cases, _behind_a_pool()]


def _cam_parts(
    model: Any, img: Any, layer: str, label: int, score: Score = _scores
) -> tuple[np.ndarray, np.ndarray]:
    """Give the maps (H, W, F) of a layer and the slopes of a score by them."""
    maps = run(model, img[None], until=layer)[0]
    return maps, slopes(lambda batch: score(model, batch, label, layer), maps)


def _enlarged(heat: np.ndarray, img: Any) -> np.ndarray:
    factors = [
        side // small for side, small in zip(img.shape, heat.shape, strict=False)
    ]
    return np.kron(heat, np.ones(factors[:2]))


def _cam_with(
    join: Callable[[np.ndarray, np.ndarray], np.ndarray],
    score: Score = _scores,
    enlarge: Callable[[np.ndarray, Any], np.ndarray] = _enlarged,
    layer_of: Callable[[Any, str], str] = lambda model, layer: layer,
) -> Wrong:
    """Give a mistake that joins maps and slopes in another way.

    Args:
        join: (maps, slopes), both (H, W, F) -> heat (H, W).
        score: what the slopes belong to.
        enlarge: brings the heat to the image's size.
        layer_of: chooses another layer.
    """

    def wrong(
        reference: Any, model: Any, img: Any, layer: str, label: int | None = None
    ) -> Any:
        own, chosen = _label_of(model, img, label), layer_of(model, layer)
        return enlarge(join(*_cam_parts(model, img, chosen, own, score)), img)

    return wrong


def _weighed(maps: np.ndarray, slope: np.ndarray) -> np.ndarray:
    return np.asarray(maps @ slope.mean(axis=(0, 1)))


def _heat(maps: np.ndarray, slope: np.ndarray) -> np.ndarray:
    return _positive(_weighed(maps, slope))


def _grad_cam(model: Any, img: Any, layer: str, label: int | None = None) -> Any:
    return _cam_with(_heat)(None, model, img, layer, label)


def _positive(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum(values, 0))


def _to_one(heat: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(heat / heat.max())


def _by_height(heat: np.ndarray, img: Any) -> np.ndarray:
    factor = len(img) // len(heat)
    return np.kron(heat, np.ones((factor, factor)))


def _tiled(heat: np.ndarray, img: Any) -> np.ndarray:
    factors = [
        side // small for side, small in zip(img.shape, heat.shape, strict=False)
    ]
    return np.tile(heat, factors[:2])


def _smooth(heat: np.ndarray, img: Any) -> np.ndarray:
    import tensorflow as tf

    return np.asarray(tf.image.resize(heat[..., None], img.shape[:2])[..., 0])


def _cam_window(
    index: tuple[int, ...], img: Any, layer: str, label: int | None = None
) -> str:
    return (
        f"That is row {index[0]}, column {index[1]} of an image of "
        f"{img.shape[0]}x{img.shape[1]}; the maps are those of {layer}."
        if len(index) == 2
        else ""
    )


GRAD_CAM = Exercise(
    id="lab11.grad_cam",
    points=5,
    cases=_cam_cases,
    reference=_grad_cam,
    comparison=CLOSE_ENOUGH,
    parts={"as large": 4, "smaller": 1},
    probe="on_network",
    window=_cam_window,
    time_limit=20.0,
    forbidden=("tensorflow.gradients",),
    mistakes=(
        Mistake(
            "no ReLU",
            "Your map has negative values: places that speak for other classes. "
            "Cut them off at the end.",
            _cam_with(_weighed),
        ),
        Mistake(
            "absolute value in place of ReLU",
            "Places that speak against the label shine as brightly as those that speak "
            "for it. Negative values become 0.",
            _cam_with(lambda maps, slope: abs(_weighed(maps, slope))),
        ),
        Mistake(
            "slopes not averaged",
            "You multiply each value by its own slope. Grad-CAM gives each filter one "
            "weight: the mean of its slopes over all positions.",
            _cam_with(lambda maps, slope: _positive((maps * slope).sum(axis=-1))),
        ),
        Mistake(
            "slopes summed over the positions",
            "A filter's weight is the mean of its slopes, not their sum; "
            "your map is too bright by the number of positions.",
            _cam_with(lambda maps, slope: _heat(maps, slope) * slope[..., 0].size),
        ),
        Mistake(
            "one weight for all filters",
            "You averaged the slopes over the filters as well. "
            "Each filter keeps a weight of its own.",
            _cam_with(lambda maps, slope: _positive(maps.sum(axis=-1) * slope.mean())),
        ),
        Mistake(
            "averaged over the filters",
            "You averaged the slopes over the filters at each position. "
            "A filter's weight is the mean of its own slopes over all positions.",
            _cam_with(
                lambda maps, slope: _positive(
                    (maps * slope.mean(-1)[..., None]).sum(-1)
                )
            ),
        ),
        Mistake(
            "averaged over batch and rows",
            "The slopes begin with the axis of the batch, so your mean runs over that and "
            "the rows: a weight for each column is left. Positions are the two axes "
            "behind it.",
            _cam_with(
                lambda maps, slope: _positive((maps * slope.mean(axis=0)).sum(-1))
            ),
        ),
        Mistake(
            "slope not on the tape",
            "`gradient` gave `None`: its tape knows no path to the first argument from "
            "the second. Score and maps have to come out of one run of one model, and "
            "the score has to be picked while the tape is running.",
            _INDEXED,
        ),
        Mistake(
            "no slope to convert",
            "`gradient` gave `None`: its tape knows no path to the first argument from "
            "the second. Score and maps have to come out of one run of one model, and "
            "the score has to be picked while the tape is running.",
            _CONVERTED,
        ),
        Mistake(
            "maps without weights",
            "You added the maps as they are. Which label they speak for is in the "
            "weights.",
            _cam_with(lambda maps, slope: _positive(maps.sum(axis=-1))),
        ),
        Mistake(
            "mean of the maps without weights",
            "You averaged the maps as they are. Which label they speak for is in the "
            "weights.",
            _cam_with(lambda maps, slope: _positive(maps.mean(axis=-1))),
        ),
        Mistake(
            "slopes without maps",
            "Your map is made of slopes only. They weigh the maps; "
            "the maps say where something was found.",
            _cam_with(lambda maps, slope: _positive(slope.sum(axis=-1))),
        ),
        Mistake(
            "mean over the filters",
            "Add the weighed maps. You took their mean.",
            _cam_with(lambda maps, slope: _heat(maps, slope) / maps.shape[-1]),
        ),
        Mistake(
            "ReLU on each map",
            "You cut off negative values before the sum, so nothing can speak against "
            "the label any more. First add up, then cut off.",
            _cam_with(
                lambda maps, slope: _positive(maps * slope.mean(axis=(0, 1))).sum(-1)
            ),
        ),
        Mistake(
            "ReLU on the slopes",
            "You cut off negative slopes. Only the finished map is cut off.",
            _cam_with(lambda maps, slope: _heat(maps, _positive(slope))),
        ),
        Mistake(
            "ReLU on the weights",
            "You cut off negative weights. Only the finished map is cut off.",
            _cam_with(
                lambda maps, slope: _positive(maps @ _positive(slope.mean(axis=(0, 1))))
            ),
        ),
        Mistake(
            "map not enlarged",
            "Your map has the size of the layer's maps. "
            "Enlarge it, so that it can be laid over the image.",
            _cam_with(_heat, enlarge=lambda heat, img: heat),
        ),
        Mistake(
            "one factor for both axes",
            "You enlarge the width by the factor of the height. Each axis has its own.",
            _cam_with(_heat, enlarge=_by_height),
        ),
        Mistake(
            "map repeated like tiles",
            "You repeated the whole map. Each of its cells should become a block.",
            _cam_with(_heat, enlarge=_tiled),
        ),
        Mistake(
            "enlarged smoothly",
            "You filled in values between those of the map. That looks finer than what "
            "is known: each value becomes a block of equal values.",
            _cam_with(_heat, enlarge=_smooth),
        ),
        Mistake(
            "largest value 1",
            "You divided by the largest value. For a picture that is fine, and it goes "
            "wrong where the map is 0; here give the values as they are.",
            _cam_with(lambda maps, slope: _to_one(_heat(maps, slope))),
        ),
        Mistake(
            "slope of the probability",
            "You took the slopes behind a softmax, which mixes in all other classes and "
            "is nearly 0 for a sure answer. Use the scores.",
            _cam_with(_heat, score=_shares),
        ),
        Mistake(
            "slope of the loss",
            "You took the slopes of a loss, as in training. Use the label's score.",
            _cam_with(_heat, score=_losses),
        ),
        Mistake(
            "all scores together",
            "A tape that is asked for the slope of several numbers gives the slope of "
            "their sum. Pick the score of the label first.",
            _cam_with(_heat, score=_all_scores),
        ),
        Mistake(
            "label ignored",
            "You always explain the class with the largest score. If a `label` is "
            "given, its score counts.",
            _label_ignored,
        ),
        Mistake(
            "always class 0",
            "You read the first score, whatever the label.",
            _label_zero,
        ),
        Mistake(
            "always the last convolution",
            "You use the same layer whatever `layer` says.",
            _cam_with(_heat, layer_of=lambda model, layer: _last_convolution(model)),
        ),
        Mistake(
            "batch axis left",
            "Your result still has the axis of the batch, which holds one image.",
            _result(lambda heat: heat[None]),
        ),
        Mistake(
            "rows and columns exchanged",
            "The map lies over the image: rows first, then columns.",
            _result(np.transpose),
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    CONFUSION_MATRIX,
    PER_CLASS_RECALL,
    HARDEST_EXAMPLES,
    FEATURE_MAPS,
    OCCLUSION_MAP,
    SALIENCY,
    GRAD_CAM,
)
