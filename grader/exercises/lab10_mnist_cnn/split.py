"""Training, validation and test set, without overlap."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after
from grader.judging import compare
from grader.judging.compare import Difference
from grader.judging.exercise import Case, Exercise, Mistake

# How often the function is called in a case, and with which seed.
_SEEDS = ({"seed": 3}, {"seed": 3}, {"seed": 4})


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images that carry their number and label, of classes of unequal size."""
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


def _labelled(rng: np.random.Generator, counts: Sequence[int]) -> tuple[Any, Any]:
    """Draw images whose first two pixels are their number and their label."""
    labels = np.repeat(np.arange(len(counts)), counts)
    rng.shuffle(labels)
    images = rng.integers(0, 256, (len(labels), 3, 4)).astype(np.int64)
    images[:, 0, 0], images[:, 0, 1] = np.arange(len(labels)), labels
    return images, labels


def reference(x: Any, y: Any, val_fraction: float, seed: int) -> Any:
    """Return images and labels of the two parts, by scikit-learn."""
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
    """Yield (sentence, value) for each thing that every right split has in common.

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


def _sklearn_order(parts: Any) -> Any:
    x_train, y_train, x_val, y_val = parts
    return x_train, x_val, y_train, y_val


def _labels_left(parts: Any) -> Any:
    x_train, y_train, x_val, y_val = parts
    return x_train, np.sort(y_train), x_val, np.sort(y_val)


def _with_replacement(parts: Any) -> Any:
    """Draw with replacement inside each class."""
    x_train, y_train, x_val, y_val = parts
    first = np.array([np.flatnonzero(y_val == label)[0] for label in y_val])
    return x_train, y_train, x_val[first], y_val


def _overlapping(reference: Any, x: Any, y: Any, val_fraction: float, seed: int) -> Any:
    _, _, x_val, y_val = reference(x, y, val_fraction, seed)
    return x, y, x_val, y_val


def _split_at_once(order: Callable[[int, int], Any]) -> Callable[..., Any]:
    """Return a mistake: the first images of an order of all, from (how many, seed)."""

    def wrong(reference: Any, x: Any, y: Any, val_fraction: float, seed: int) -> Any:
        count = round(val_fraction * len(x))
        kept = order(len(x), seed)
        return x[kept[count:]], y[kept[count:]], x[kept[:count]], y[kept[:count]]

    return wrong


def _equal_counts(
    reference: Any, x: Any, y: Any, val_fraction: float, seed: int
) -> Any:
    rng, classes = np.random.default_rng(seed), np.unique(y)
    count = min(round(val_fraction * len(x) / len(classes)), np.bincount(y).min())
    chosen = [rng.permutation(np.flatnonzero(y == c))[:count] for c in classes]
    val = np.isin(np.arange(len(x)), np.concatenate(chosen))
    return x[~val], y[~val], x[val], y[val]


def _places_in_a_class(
    reference: Any, x: Any, y: Any, val_fraction: float, seed: int
) -> Any:
    """Take numbers of images inside a class for places in the whole array."""
    rng = np.random.default_rng(seed)
    train, val = [], []
    for count in np.bincount(y):
        drawn, kept = rng.permutation(count), round(val_fraction * count)
        train.append(drawn[kept:])
        val.append(drawn[:kept])
    in_train, in_val = np.concatenate(train), np.concatenate(val)
    return x[in_train], y[in_train], x[in_val], y[in_val]


_TICKETS = itertools.count(100)
MISTAKES = (
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
        _split_at_once(lambda n, seed: np.random.default_rng(seed).permutation(n)),
    ),
    Mistake(
        "cut without drawing",
        "You cut at one place of the array. If the images are sorted, or come "
        "writer by writer, the two parts then differ in kind.",
        _split_at_once(lambda n, seed: np.arange(n)[::-1]),
    ),
    Mistake(
        "labels not moved with their images",
        "Images and labels are moved in different ways. "
        "Draw positions once and use them for both arrays.",
        after(_labels_left),
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
        after(_with_replacement),
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
        after(_sklearn_order),
    ),
    Mistake(
        "seed ignored",
        "Two different seeds give the same split. Draw with a generator, "
        "and hand the seed to it.",
        lambda reference, x, y, val_fraction, seed: reference(x, y, val_fraction, 0),
    ),
    Mistake(
        "no seed used",
        "The same seed gives two different splits, so nobody can repeat your result.",
        lambda reference, x, y, val_fraction, seed: reference(
            x, y, val_fraction, next(_TICKETS)
        ),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=_splits,
    probe="calls",
    forbidden=("sklearn",),
    mistakes=MISTAKES,
)
