"""Training and test set that share no original."""

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
_NUMBER, _LABEL, _SOURCE, _SIZE, _ALL, _FOR_TEST, _RANK, _SOURCES = range(8)


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw sources with unequal many images, in any order, and side by side."""
    drawn = 20 * int(rng.integers(2, 4))
    far = rng.choice(np.arange(1_000, 9_000), 60, replace=False)
    grid = [
        ("60 sources with unequal many images", _unequal(rng, np.arange(60)), 0.4),
        ("50 sources side by side, 4 images each", np.repeat(np.arange(50), 4), 0.5),
        ("60 sources with large numbers", _unequal(rng, far), 0.5),
        (
            "50 sources with 4 images each, mixed",
            rng.permutation(np.repeat(np.arange(50), 4)),
            0.4,
        ),
        (f"{drawn} sources", _unequal(rng, rng.permutation(drawn) + 7), 0.45),
    ]
    return [_case(rng, *row) for row in grid]


def _unequal(rng: np.random.Generator, names: np.ndarray) -> np.ndarray:
    return rng.permutation(np.repeat(names, rng.integers(2, 8, len(names))))


def _case(
    rng: np.random.Generator, words: str, sources: np.ndarray, fraction: float
) -> Case:
    y = rng.integers(0, 10, len(sources))
    names, place, sizes = np.unique(sources, return_inverse=True, return_counts=True)
    of_all = (len(y), round(fraction * len(names)), place, len(names))
    known = (np.arange(len(y)), y, sources, sizes[place], *of_all)
    label = f"{len(y)} images of {words}, test_fraction={fraction:g}"
    args = (labelled_images(rng, *known), y, sources)
    return Case(args, {"test_fraction": fraction}, label, extra={"changes": SEEDS})


def reference(x: Any, y: Any, sources: Any, test_fraction: float, seed: int) -> Any:
    """Return images and labels of both parts, split by scikit-learn."""
    from sklearn.model_selection import GroupShuffleSplit

    count = round(test_fraction * len(np.unique(sources)))
    shuffle = GroupShuffleSplit(n_splits=1, test_size=count, random_state=seed)
    train, test = next(shuffle.split(x, y, sources))
    return x[train], y[train], x[test], y[test]


def _facts(answers: Any) -> Iterator[Fact]:
    """Yield (sentence, value) for each thing that every right split has in common."""
    x_train, y_train, x_test, y_test = map(np.asarray, answers[0])
    lengths = [len(x_train), len(y_train), len(x_test), len(y_test)]
    fits = [lengths[::2] == lengths[1::2], lengths[0] > 0, lengths[2] > 0]
    yield f"the lengths of the four arrays are {lengths}", fits
    if not all(fits):
        return
    pairs = ((x_train, y_train), (x_test, y_test))
    moved = any((told(x, _LABEL) != y).any() for x, y in pairs)
    yield "some images have the label of another image", moved
    if moved:
        return
    numbers = [told(x, _NUMBER).tolist() for x, _ in pairs]
    both = len(set(numbers[0]) & set(numbers[1]))
    twice = sum(map(len, numbers)) > len(set(numbers[0] + numbers[1])) + both
    yield f"{both} images are in both parts", [both > 0, twice]
    if both or twice:
        return
    yield from _left_out(x_train, x_test)
    names = [set(told(x, _SOURCE).tolist()) for x, _ in pairs]
    shared = len(names[0] & names[1])
    yield f"{shared} sources have images in both parts", shared > 0
    if shared:
        wanted = int(told(x_test, _FOR_TEST)[0])
        yield f"{len(x_test)} images are for testing", len(x_test) == wanted
        yield "each source is split in the same share", _is_even(x_train, x_test)
        labels = [set(told(x, _LABEL).tolist()) for x, _ in pairs]
        yield "no label is in both parts", not labels[0] & labels[1]
    else:
        yield from _which_sources(x_train, x_test)
    drawn = [sorted(told(answer[2], _NUMBER).tolist()) for answer in answers]
    yield from seeds_decide(drawn)


def _left_out(x_train: np.ndarray, x_test: np.ndarray) -> Iterator[Fact]:
    missing = int(told(x_train, _ALL)[0]) - len(x_train) - len(x_test)
    whole = [_is_whole(x, np.concatenate([x_train, x_test])) for x in (x_train, x_test)]
    yield f"{missing} images are in neither part", [missing > 0, *whole]


def _is_whole(part: np.ndarray, both: np.ndarray) -> bool:
    """Return whether of each source in a part all images are there, in either part."""
    names, counts = np.unique(told(both, _SOURCE), return_counts=True)
    own = np.searchsorted(names, told(part, _SOURCE))
    return bool((counts[own] == told(part, _SIZE)).all())


def _is_even(x_train: np.ndarray, x_test: np.ndarray) -> bool:
    share = len(x_test) / (len(x_train) + len(x_test))
    names, counts = np.unique(told(x_test, _SOURCE), return_counts=True)
    sizes = np.array(
        [told(x_test, _SIZE)[told(x_test, _SOURCE) == n][0] for n in names]
    )
    return len(names) == told(x_test, _SOURCES)[0] and bool(
        (abs(counts - share * sizes) <= 1).all()
    )


def _which_sources(x_train: np.ndarray, x_test: np.ndarray) -> Iterator[Fact]:
    wanted = int(told(x_test, _FOR_TEST)[0])
    ranks = np.unique(told(x_test, _RANK))
    kind = {wanted: "right", 1: "one"}.get(len(ranks), "other")
    yield f"{len(ranks)} sources are for testing, expected {wanted}", kind
    last = np.max(told(x_train, _RANK)) < ranks.min()
    first = ranks.max() < np.min(told(x_train, _RANK))
    yield "the sources with the smallest numbers are for testing", bool(first)
    yield "the sources with the largest numbers are for testing", bool(last)


def _by(choose: Callable[[Any, float, np.random.Generator], Any]) -> Any:
    """Return a mistake: what is for testing, (n,), by sources, share and a generator."""

    def wrong(
        reference: Any, x: Any, y: Any, sources: Any, test_fraction: float, seed: int
    ) -> Any:
        test = choose(sources, test_fraction, np.random.default_rng(seed))
        return x[~test], y[~test], x[test], y[test]

    return wrong


def _of_sources(choose: Callable[[Any, int, np.random.Generator], Any]) -> Any:
    """Return a mistake: other sources for testing, by their names and how many."""

    def test(sources: Any, fraction: float, rng: np.random.Generator) -> Any:
        names = np.unique(sources)
        return np.isin(sources, choose(names, round(fraction * len(names)), rng))

    return _by(test)


def _image_by_image(sources: Any, fraction: float, rng: np.random.Generator) -> Any:
    count = round(fraction * len(sources))
    return np.isin(np.arange(len(sources)), rng.permutation(len(sources))[:count])


def _evenly(sources: Any, fraction: float, rng: np.random.Generator) -> Any:
    """Take the share of each source, as stratifying by the sources does."""
    test = np.zeros(len(sources), bool)
    for name in np.unique(sources):
        places = rng.permutation(np.flatnonzero(sources == name))
        test[places[: max(1, round(fraction * len(places)))]] = True
    return test


def _by_label(
    reference: Any, x: Any, y: Any, sources: Any, test_fraction: float, seed: int
) -> Any:
    return reference(x, y, y, test_fraction, seed)


def _until_enough_images(
    sources: Any, fraction: float, rng: np.random.Generator
) -> Any:
    test = np.zeros(len(sources), bool)
    for name in rng.permutation(np.unique(sources)):
        if test.sum() >= fraction * len(sources):
            break
        test |= sources == name
    return test


def _sources_as_places(sources: Any, fraction: float, rng: np.random.Generator) -> Any:
    count = len(np.unique(sources))
    test = rng.permutation(count)[: round(fraction * count)]
    return np.isin(np.arange(len(sources)), test)


def _side_by_side(
    reference: Any, x: Any, y: Any, sources: Any, test_fraction: float, seed: int
) -> Any:
    """Take every so many images for one source."""
    size = len(sources) // len(np.unique(sources))
    return reference(x, y, np.arange(len(sources)) // size, test_fraction, seed)


def _images_for_sources(names: Any, count: int, rng: np.random.Generator) -> Any:
    return names


def _kept_in_training(
    reference: Any, x: Any, y: Any, sources: Any, test_fraction: float, seed: int
) -> Any:
    return (x, y, *reference(x, y, sources, test_fraction, seed)[2:])


def _one_each(*parts: int) -> Any:
    """Return a mistake: of each source one image, in the parts of these numbers."""

    def wrong(reference: Any, *args: Any, **kwargs: Any) -> Any:
        four = list(reference(*args, **kwargs))
        for part in parts:
            _, first = np.unique(told(four[2 * part], _SOURCE), return_index=True)
            four[2 * part : 2 * part + 2] = (a[first] for a in four[2 * part :][:2])
        return four

    return wrong


def _order_of_sklearn(four: Any) -> Any:
    x_train, y_train, x_test, y_test = four
    return x_train, x_test, y_train, y_test


def _labels_left(four: Any) -> Any:
    x_train, y_train, x_test, y_test = four
    return x_train, np.roll(y_train, 1), x_test, np.roll(y_test, 1)


MISTAKES = (
    Mistake(
        "split image by image",
        "You draw images, so copies of one original are in both parts, and the test asks "
        "what was learned by heart. Draw sources, with all their images.",
        _by(_image_by_image),
    ),
    Mistake(
        "each source split in the same share",
        "You stratify by the sources: each is in both parts. Here that is what has to be "
        "avoided.",
        _by(_evenly),
    ),
    Mistake(
        "split by label",
        "You draw labels: the test part has digits that the training part never shows. "
        "Draw among the `sources`.",
        _by_label,
    ),
    Mistake(
        "the first sources",
        "The sources with the smallest numbers are for testing. Draw them: what stands "
        "together in a file is often alike.",
        _of_sources(lambda names, count, rng: names[:count]),
    ),
    Mistake(
        "the last sources",
        "The sources with the largest numbers are for testing. Draw them: what stands "
        "together in a file is often alike.",
        _of_sources(lambda names, count, rng: names[-count:]),
    ),
    Mistake(
        "parts exchanged",
        "Your test part is the training part: `test_fraction` of the sources are for "
        "testing, and the training images come first.",
        lambda reference, x, y, sources, test_fraction, seed: reference(
            x, y, sources, 1 - test_fraction, seed
        ),
    ),
    Mistake(
        "share of the images",
        "You draw sources until you have the share of the *images*. The task asks for the "
        "share of the sources.",
        _by(_until_enough_images),
    ),
    Mistake(
        "a source drawn more than once",
        "A source can be drawn more than once, so that fewer are for testing. Draw from "
        "a list that has each source once, and without putting back.",
        _of_sources(lambda names, count, rng: rng.choice(names, count)),
    ),
    Mistake(
        "a single source",
        "One source is for testing. `test_fraction` says how many.",
        _of_sources(lambda names, count, rng: rng.choice(names)),
    ),
    Mistake(
        "sources counted, not read",
        "You know how many sources there are and take their numbers to be 0, 1, 2 and so "
        "on. They may be any whole numbers.",
        _of_sources(lambda names, count, rng: rng.permutation(len(names))[:count]),
    ),
    Mistake(
        "numbers of sources taken for places",
        "You draw numbers of sources and take the images at these places. Look up which "
        "images belong to a source.",
        _by(_sources_as_places),
    ),
    Mistake(
        "more sources than there are",
        "You take the share of the number of *images* and draw so many sources, more than "
        "there are.",
        _of_sources(lambda names, count, rng: rng.choice(names, 9999, replace=False)),
    ),
    Mistake(
        "images counted for sources",
        "You take the share of the number of images and look for so many sources: that "
        "is all of them, and nothing is left to learn from.",
        _of_sources(_images_for_sources),
    ),
    Mistake(
        "copies taken to stand side by side",
        "You take so many images in a row for one source. `sources` says which belong "
        "together, in whatever order.",
        _side_by_side,
    ),
    Mistake(
        "test images kept in training",
        "Your training part still holds the test images.",
        _kept_in_training,
    ),
    Mistake(
        "one image of each source",
        "Of each source you keep one image. All of them belong into its part.",
        _one_each(0, 1),
    ),
    Mistake(
        "one test image of each source",
        "Of each source that is for testing you keep one image. All of them belong into "
        "the test part.",
        _one_each(1),
    ),
    Mistake(
        "labels not moved with their images",
        "Images and labels are put in order in different ways. Use the same places for "
        "both.",
        after(_labels_left),
    ),
    Mistake(
        "order of scikit-learn",
        "You give both image arrays first, like scikit-learn's function. Here images and "
        "labels of one part stand side by side.",
        after(_order_of_sklearn),
    ),
    *seed_mistakes("split"),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=facts_alike((3, 1, 3, 1), lambda answers: list(_facts(answers))),
    probe="calls",
    forbidden=("sklearn",),
    mistakes=MISTAKES,
)
