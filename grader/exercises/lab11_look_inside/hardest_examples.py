"""The images that a network is least sure of."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index
from grader.exercises.common.wrong import after, with_arguments
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw probabilities and labels, about half of which are the likeliest."""
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


def _probabilities(rng: np.random.Generator, images: int, classes: int) -> np.ndarray:
    raw = np.exp(rng.normal(0, 1.5, (images, classes)))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def reference(probs: Any, y: Any, k: int) -> Any:
    """Return the positions of the k smallest probabilities of labels, by a heap."""
    return _smallest(_own(probs, y), k)


def where(index: tuple[int, ...], probs: Any, y: Any, k: int) -> str:
    """Return in words which probabilities decide the order."""
    return (
        "The probabilities that the images get for their own labels are "
        f"{np.round(_own(probs, y), 4).tolist()}."
    )


def arithmetic(index: Index, probs: Any, y: Any, k: int) -> str:
    """Return which image has the next smallest probability of its label."""
    own = ", ".join(map(show, _own(probs, y)))
    words = (
        f"of {own}, the probabilities of the labels, number {index[0]} in order is at"
    )
    return f"{words}\n{_smallest(_own(probs, y), k)[index[0]]}"


def _own(probs: Any, y: Any) -> Any:
    return np.take_along_axis(probs, y[:, None], axis=1)[:, 0]


def _smallest(values: Any, k: int) -> Any:
    return np.array(heapq.nsmallest(k, range(len(values)), key=values.__getitem__))


def _ranked(values: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake that ranks images by other values than those of their labels."""
    return lambda reference, probs, y, k: _smallest(values(probs, y), k)


def _margin(probs: Any, y: Any) -> Any:
    others = probs.copy()
    np.put_along_axis(others, y[:, None], -1, axis=1)
    return _own(probs, y) - others.max(axis=1)


def _unsure(probs: Any, y: Any) -> Any:
    first, second = np.sort(probs, axis=1)[:, :-3:-1].T
    return first - second


def _wrong_only(reference: Callable[..., Any], probs: Any, y: Any, k: int) -> Any:
    ranked = reference(probs, y, len(y))
    return ranked[(probs.argmax(axis=1) != y)[ranked]][:k]


def _surest_errors(reference: Callable[..., Any], probs: Any, y: Any, k: int) -> Any:
    wrong = np.flatnonzero(probs.argmax(axis=1) != y)
    return wrong[_smallest(-probs[wrong].max(axis=1), k)] if len(wrong) else wrong


def _too_few(reference: Callable[..., Any], probs: Any, y: Any, k: int) -> Any:
    if k > len(y):
        raise ValueError(f"kth(={k}) out of bounds ({len(y)})")
    return reference(probs, y, k)


def _wrong_axis(reference: Callable[..., Any], probs: Any, y: Any, k: int) -> Any:
    if len(y) != probs.shape[1]:
        raise ValueError("operands could not be broadcast together")
    return reference(probs.T, y, k)


MISTAKES = (
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
        "entropy",
        "You rank by how the probabilities are spread, whatever the label. An answer "
        "can be very sure and wrong.",
        _ranked(lambda probs, y: (probs * np.log(probs + 1e-12)).sum(axis=1)),
    ),
    Mistake(
        "ranks in place of positions",
        "A second sorting gives the rank of each image. The first one gave what is "
        "asked for: the positions, in order.",
        lambda reference, probs, y, k: np.argsort(reference(probs, y, len(y)))[:k],
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
        after(np.sort),
    ),
    Mistake(
        "hardest last",
        "The right images in the wrong direction: the hardest comes first.",
        after(lambda places: places[::-1]),
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
        with_arguments(lambda probs, y, k: (probs, y, len(y))),
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
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
