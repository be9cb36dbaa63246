"""A sample with few images of each class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after
from grader.exercises.lab15_few_digits.shared import (
    SEEDS,
    Fact,
    facts_alike,
    labelled_images,
    seed_mistakes,
    seeds_decide,
    told,
)
from grader.judging.exercise import Case, Exercise, Mistake

# What an image says of itself and of its set, in this order.
_NUMBER, _LABEL, _RANK, _SIZE, _CLASSES, _FEW = range(6)
# With fewer classes a sample that is left to chance may have the shares of the whole.
_MANY_CLASSES = 8


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw labels of classes of unequal size, one of which is used up."""
    drawn = [int(n) for n in rng.integers(12, 90, 10)]
    few = int(rng.integers(8, 12))
    sizes = [40, 8, 90, 30, 60, 9, 70, 20, 50, 80]
    grid: list[tuple[str, dict[int, int], int]] = [
        ("10 unequal classes", dict(enumerate(sizes)), 8),
        ("only the classes 3, 7 and 42", {3: 40, 7: 12, 42: 50}, 12),
        ("30 classes", dict(enumerate(map(int, rng.integers(10, 40, 30)))), 1),
        ("10 classes", dict(enumerate(drawn)), few),
    ]
    in_order = dict(enumerate([25, 60, 14, 80, 33, 47]))
    mixed = [_case(rng, *row, rng.permutation) for row in grid]
    return [*mixed, _case(rng, "6 classes, sorted", in_order, 14, np.sort)]


def _case(
    rng: np.random.Generator,
    words: str,
    sizes: dict[int, int],
    few: int,
    put: Callable[[Any], Any],
) -> Case:
    y = put(np.repeat(list(sizes), list(sizes.values())))
    rank = (np.tril(y[:, None] == y).sum(axis=1)) - 1
    own = np.array([sizes[label] for label in y.tolist()])
    known = (np.arange(len(y)), y, rank, own, len(sizes), few)
    label = f"{len(y)} labels, {words}, per_class={few}"
    args = (labelled_images(rng, *known), y)
    return Case(args, {"per_class": few}, label, extra={"changes": SEEDS})


def reference(x: Any, y: Any, per_class: int, seed: int) -> Any:
    """Return images and labels, (classes * per_class, ...), by sorting random keys."""
    keys = np.random.RandomState(seed).uniform(size=len(y))
    order = np.lexsort((keys, y))
    _, starts = np.unique(y[order], return_index=True)
    places = order[starts[:, None] + np.arange(per_class)].ravel()
    return x[places], y[places]


def _facts(answers: Any) -> Iterator[Fact]:
    """Yield (sentence, value) for each thing that every right sample has in common."""
    x, y = map(np.asarray, answers[0])
    lengths = [len(x), len(y)]
    yield f"it has {len(x)} images and {len(y)} labels", lengths
    if len(x) != len(y) or not len(x):
        return
    yield "the labels are places", bool((told(x, _NUMBER) == y).all())
    strange = not set(y.tolist()) & set(told(x, _LABEL).tolist())
    yield "its labels are none of those that its images have", strange
    moved = bool((told(x, _LABEL) != y).any())
    yield "some images have the label of another image", moved
    if moved:
        return
    numbers = told(x, _NUMBER)
    twice = len(numbers) - len(np.unique(numbers))
    yield f"{twice} images come more than once", twice > 0
    yield _counts_in_words(y), _counts(x, y)
    few, rank, size = (told(x, place) for place in (_FEW, _RANK, _SIZE))
    yield "the first images of each class are taken", bool((rank < few).all())
    yield "the last images of each class are taken", bool((rank >= size - few).all())
    yield from seeds_decide([sorted(told(a[0], _NUMBER).tolist()) for a in answers])


def _counts(x: np.ndarray, y: np.ndarray) -> str:
    """Return whether all classes come equally often, or in their shares of the whole."""
    classes, counts = np.unique(y, return_counts=True)
    if len(classes) == told(x, _CLASSES)[0] and len(set(counts.tolist())) == 1:
        return "equal"
    if len(classes) == 1:
        return "one"
    if len(classes) < _MANY_CLASSES or len(y) < _MANY_CLASSES**2:
        return "other"
    own = np.array([told(x, _SIZE)[y == label][0] for label in classes])
    return "shares" if (abs(counts - len(y) * own / own.sum()) <= 1).all() else "other"


def _counts_in_words(y: np.ndarray) -> str:
    classes, counts = np.unique(y, return_counts=True)
    return (
        f"of class {classes[counts.argmin()]} there are {counts.min()} images, "
        f"of class {classes[counts.argmax()]} {counts.max()}"
    )


def _picked(choose: Callable[[Any, int, np.random.Generator], Any]) -> Any:
    """Return a mistake: other places, chosen by the labels, how many, and a generator."""

    def wrong(reference: Any, x: Any, y: Any, per_class: int, seed: int) -> Any:
        places = choose(y, per_class, np.random.default_rng(seed))
        return x[places], y[places]

    return wrong


def _in_each(choose: Callable[[Any, int, np.random.Generator], Any]) -> Any:
    """Return a mistake: other places in each class, chosen from those that it has."""
    return _picked(
        lambda y, few, rng: np.concatenate(
            [choose(np.flatnonzero(y == label), few, rng) for label in np.unique(y)]
        )
    )


def _of_classes(classes: Callable[[Any], Any]) -> Any:
    """Return a mistake: only these classes are looked for."""

    def wrong(reference: Any, x: Any, y: Any, per_class: int, seed: int) -> Any:
        kept = np.isin(y, classes(y))
        if not kept.any():
            return x[:0], y[:0]
        return reference(x[kept], y[kept], per_class, seed)

    return wrong


def _inside(y: Any, few: int, rng: np.random.Generator) -> Any:
    """Return numbers inside a class, taken for places."""
    return np.concatenate(
        [rng.permutation(n)[:few] for n in np.unique_counts(y).counts]
    )


def _by_shares(y: Any, few: int, rng: np.random.Generator) -> Any:
    from sklearn.model_selection import train_test_split

    total, seed = few * len(np.unique(y)), int(rng.integers(2**31))
    options = {"train_size": total, "stratify": y, "random_state": seed}
    return train_test_split(np.arange(len(y)), **options)[0]


def _empty_class(y: Any, few: int, rng: np.random.Generator) -> Any:
    places = [np.flatnonzero(y == label) for label in range(10)]
    return np.concatenate([rng.choice(p, few, replace=False) for p in places])


MISTAKES = (
    Mistake(
        "classes left to chance",
        "How often a class comes out is left to chance. Draw inside each class, and see "
        "that the places that you draw are those of the labels as they were given.",
        _picked(
            lambda y, few, rng: rng.choice(
                len(y), few * len(np.unique(y)), replace=False
            )
        ),
    ),
    Mistake(
        "drawn with replacement",
        "Some image is drawn more than once, which gives you no new information. "
        "Draw without putting back.",
        _in_each(lambda places, few, rng: rng.choice(places, few)),
    ),
    Mistake(
        "the first of each class",
        "You take the first images of each class. What stands together in a file is often "
        "alike, such as all digits of one writer: draw.",
        _in_each(lambda places, few, rng: places[:few]),
    ),
    Mistake(
        "the last of each class",
        "You take the last images of each class. What stands together in a file is often "
        "alike, such as all digits of one writer: draw.",
        _in_each(lambda places, few, rng: places[-few:]),
    ),
    Mistake(
        "the first images",
        "You take the first images of all, whatever their labels are. Draw inside each "
        "class.",
        _picked(lambda y, few, rng: np.arange(few * len(np.unique(y)))),
    ),
    Mistake(
        "numbers inside a class taken for places",
        "You number the images of a class from 0 and use these numbers for the whole "
        "array. Look up at which places the class has its images.",
        _picked(_inside),
    ),
    Mistake(
        "per_class images in all",
        "There are `per_class` images in all. The task asks for so many of each class.",
        _picked(lambda y, few, rng: rng.choice(len(y), few, replace=False)),
    ),
    Mistake(
        "per_class images shared among the classes",
        "You divide `per_class` by the number of classes. It says how many images each "
        "class gives.",
        lambda reference, x, y, per_class, seed: reference(
            x, y, max(1, per_class // len(np.unique(y))), seed
        ),
    ),
    Mistake(
        "the last class only",
        "All images of your sample are of one class, the last one. Does each round of "
        "your loop overwrite what the one before has found?",
        _of_classes(lambda y: np.unique(y)[-1:]),
    ),
    Mistake(
        "in the shares of the whole",
        "A frequent class is frequent in your sample too. The task asks for the same "
        "number of each class.",
        _picked(_by_shares),
    ),
    Mistake(
        "one image too many",
        "Of each class there is one image more than was asked for.",
        _in_each(lambda places, few, rng: rng.permutation(places)[: few + 1]),
    ),
    Mistake(
        "one image too few",
        "Of each class there is one image less than was asked for.",
        lambda reference, x, y, per_class, seed: reference(x, y, per_class - 1, seed),
    ),
    Mistake(
        "classes from 0 to 9 assumed",
        "You look for the classes 0 to 9. Which classes there are, the labels say.",
        _of_classes(lambda y: np.arange(10)),
    ),
    Mistake(
        "classes counted, not read",
        "You know how many classes there are and take their labels to be 0, 1, 2 and so "
        "on. The labels may be any whole numbers.",
        _of_classes(lambda y: np.arange(len(np.unique(y)))),
    ),
    Mistake(
        "fails for a class without images",
        "You draw from each of the classes 0 to 9, and one of them has no images. "
        "Which classes there are, the labels say.",
        _picked(_empty_class),
    ),
    Mistake(
        "last class left out",
        "One class has no images in your sample, the last one. Does your loop end too "
        "soon?",
        _of_classes(lambda y: np.unique(y)[:-1]),
    ),
    Mistake(
        "labels not moved with their images",
        "Images and labels are put in order in different ways. Draw places once and use "
        "them for both arrays.",
        after(lambda pair: (pair[0], np.roll(pair[1], len(pair[1]) // 2))),
    ),
    Mistake(
        "classes numbered anew",
        "You number the classes from 0. Give the labels as they stand in `y`.",
        after(lambda pair: (pair[0], np.unique(pair[1], return_inverse=True)[1])),
    ),
    Mistake(
        "all labels handed back",
        "You give the labels of all images. Each image of the sample needs its own.",
        lambda reference, x, y, per_class, seed: (
            reference(x, y, per_class, seed)[0],
            y,
        ),
    ),
    Mistake(
        "images without labels",
        "You give the images alone. The task asks for images and labels, in this order.",
        after(lambda pair: pair[0]),
    ),
    Mistake(
        "labels before images",
        "You give the labels first. The task asks for images and labels, in this order.",
        after(lambda pair: pair[::-1]),
    ),
    Mistake(
        "places in place of images",
        "You give the places of the images. Take the images out of `x` there.",
        after(lambda pair: (told(pair[0], _NUMBER), pair[1])),
    ),
    Mistake(
        "places in place of labels",
        "You give the places of the images where their labels are asked for. Take the "
        "labels out of `y` there.",
        after(lambda pair: (pair[0], told(pair[0], _NUMBER))),
    ),
    Mistake(
        "a list for each class",
        "Your images come class by class, with an axis more. Put them behind each other "
        "in one array.",
        lambda reference, x, y, per_class, seed: [
            part.reshape(-1, per_class, *part.shape[1:])
            for part in reference(x, y, per_class, seed)
        ],
    ),
    *seed_mistakes("sample"),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=facts_alike((3, 1), lambda answers: list(_facts(answers))),
    probe="calls",
    forbidden=("sklearn",),
    mistakes=MISTAKES,
)
