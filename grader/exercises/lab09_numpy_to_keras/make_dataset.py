"""A `tf.data.Dataset` of scaled, shuffled batches."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after, with_arguments, with_settings
from grader.judging import compare
from grader.judging.compare import Difference
from grader.judging.exercise import Case, Exercise, Mistake

# How each data set of a case is made, and how often all of it is read.
_SETS = ({"seed": 3}, {"seed": 3}, {"seed": 4})
_EPOCHS = 2
_NEIGHBOURS = "in batches of neighbours"


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw numbered images sorted by label, of which the last batch is not full."""
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


def _spots(rng: np.random.Generator, count: int, top: int) -> np.ndarray:
    """Return up to 2,025 images of 9x10 that are numbered, see `_numbers`."""
    images = rng.integers(0, top // 2, (count, 9, 10)).astype("uint8")
    halves, numbers = images.reshape(count, 2, 45), np.arange(count)
    halves[numbers, 0, numbers % 45] = top
    halves[numbers, 1, numbers // 45] = top
    return images


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
    """Return the number of each image: where in each of its halves the brightest pixel is."""
    if x.ndim < 2 or x.size == 0:
        return x.reshape(-1)
    flat = x.reshape(len(x), -1)
    half = max(1, flat.shape[1] // 2)
    first, second = flat[:, :half].argmax(axis=1), flat[:, -half:].argmax(axis=1)
    return np.asarray(second * half + first)


def _dataset_facts(sets: Any) -> list[tuple[str, Any]]:
    """Return (sentence if it is wrong, value) for what right data sets have in common."""
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
    order = _order(numbers, first["sizes"])
    return [
        *facts,
        ("some images have the label of another image", _sorted_with(numbers, y)),
        ("the images come {given}, expected {wanted}", order),
        (
            "the second epoch comes {given}, expected {wanted}",
            _order(_numbers(second["x"]), second["sizes"]),
        ),
        (
            f"no image comes earlier than it was given by more than {reach} places",
            # How far a few whole batches move is chance.
            order == _NEIGHBOURS
            or reach > len(numbers) - 6 * (len(numbers) / orders) ** 0.5,
        ),
        ("both epochs have the same order", _equal(x, second["x"])),
        ("the same seed gives another order the next time", _equal(x, again["x"])),
        ("another seed gives the same order", _equal(x, other["x"])),
    ]


def _reach(epoch: Any) -> int:
    """Return how many others an image overtakes at most.

    A buffer bounds it. In m orders of n images, a full shuffle is to be expected to take
    m (n - r)^2 / 2n images over at least r others: 18 for r = n - 6 sqrt(n / m), and none
    of them but for once in fifty million times.
    """
    numbers = _numbers(np.asarray(epoch["x"]))
    return int(np.max(numbers - np.arange(len(numbers)), initial=0))


def _equal(one: np.ndarray, two: np.ndarray) -> bool:
    return bool(np.array_equal(one, two))


def _sorted_with(numbers: np.ndarray, y: np.ndarray) -> bool:
    """Return whether labels rise with the numbers of their images, as they were given."""
    by_number = y[np.argsort(numbers, kind="stable")].astype(int)
    return bool((np.diff(by_number) >= 0).all())


def _order(numbers: np.ndarray, sizes: np.ndarray) -> str:
    """Return how images are ordered that were given in the order of their numbers."""
    steps = np.diff(numbers)
    if (steps > 0).all():
        return "in the order given"
    ends = np.cumsum(sizes)[:-1] - 1
    inside = np.delete(steps, ends)
    if (inside == 1).all():
        return _NEIGHBOURS
    return "shuffled"


def _reading(only: bool | None = None, **how: Any) -> Callable[..., Any]:
    """Return a mistake: the reference with settings of its own.

    Args:
        only: whether in training or in evaluation; by default in both.
        how: the settings, see `Batches`.
    """
    return lambda reference, *args, seed: reference(
        *args, seed=seed, **(how if only in (None, args[3]) else {})
    )


_in_training = partial(_reading, True)
_in_evaluation = partial(_reading, False)


def _scaling(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake: the images come scaled in another way, from the scaled ones."""
    return _reading(image=lambda ready, x: change(ready))


def _standardised(ready: Any) -> Any:
    return ((ready - ready.mean()) / ready.std()).astype("float32")


def _floats(ready: Any, x: Any) -> Any:
    return x[..., np.newaxis].astype("float32")


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


def _labels_left(
    reference: Callable[..., Any], x: Any, y: Any, size: int, training: bool, seed: int
) -> Any:
    if training:
        y = np.random.default_rng(seed + 100).permutation(y)
    return reference(x, y, size, training, seed=seed)


def _images_alone(
    reference: Callable[..., Any], x: Any, y: Any, size: int, training: bool, seed: int
) -> Any:
    order = np.random.default_rng(seed).permutation(len(x)) if training else slice(None)
    return reference(x[order], y, size, False, seed=seed)


_TICKETS = itertools.count(100)
MISTAKES = (
    Mistake(
        "channel axis missing",
        "A convolution would refuse these batches: `expected min_ndim=4, found "
        "ndim=3`. Grey images have one channel, and its axis must be there.",
        _scaling(lambda ready: ready[..., 0]),
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
        _reading(image=_floats),
    ),
    Mistake(
        "only the training images scaled",
        "For evaluation the pixels come otherwise than in training. The network "
        "then answers for pictures it was never made for, and you see a few points "
        "less and no error.",
        _in_evaluation(image=_floats),
    ),
    Mistake(
        "scaled twice",
        "The brightest pixel is far below 1: it was divided two times.",
        _scaling(lambda ready: ready / np.float32(255)),
    ),
    Mistake(
        "divided without decimals",
        "Nearly all pixels are 0: they were divided as whole numbers. "
        "Make floats of them first.",
        _scaling(np.floor),
    ),
    Mistake(
        "divided by 256",
        "The largest value of 8 bits is one less than the number of values.",
        _scaling(lambda ready: ready * np.float32(255 / 256)),
    ),
    Mistake(
        "divided by the brightest pixel",
        "Dark images became bright. Divide by the largest value that a pixel can "
        "have, not by one that it happens to have: that would be another number for "
        "the test images.",
        _scaling(lambda ready: ready / ready.max()),
    ),
    Mistake(
        "scaled from -1 to 1",
        "Black became -1. The task asks for 0 to 1.",
        _scaling(lambda ready: 2 * ready - 1),
    ),
    Mistake(
        "standardised",
        "You took away the mean and divided by the spread. The task asks for 0 to 1.",
        _scaling(_standardised),
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
        with_arguments(lambda x, y, size, training: (x, y, size, not training)),
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
        "training set repeated without end",
        "The training set never ends. `fit` repeats by itself, once for each epoch.",
        _in_training(cut=_endless),
    ),
    Mistake(
        "used up after one epoch",
        "A generator can be read once. A data set starts anew in every epoch.",
        after(iter),
    ),
    Mistake(
        "not batched",
        "Every element is a single image; the batch is missing.",
        _reading(cut=lambda order, size, rng: list(order)),
    ),
    Mistake(
        "batch size fixed at 32",
        "The batches have 32 images, whatever the argument says.",
        with_arguments(lambda x, y, size, training: (x, y, 32, training)),
    ),
    Mistake(
        "drawn with replacement",
        "Some images come twice in an epoch, and others not at all.",
        _in_training(order=lambda n, rng: rng.integers(0, n, n)),
    ),
    Mistake(
        "seed ignored",
        "Two seeds give the same order. Hand the seed to the shuffling.",
        with_settings(seed=0),
    ),
    Mistake(
        "no seed used",
        "The same seed gives two orders, so nobody can repeat your result.",
        lambda reference, *args, seed: reference(*args, seed=next(_TICKETS)),
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=Batches,
    comparison=_datasets,
    parts={"training": 3, "evaluation": 1},
    probe="dataset",
    mistakes=MISTAKES,
)
