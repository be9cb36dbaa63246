"""Accuracy, loss and the confusion matrix on the test set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.special import log_softmax

from grader.exercises.common.arithmetic import Index, added
from grader.exercises.common.wrong import after
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw scores of right and wrong answers, some huge, some of classes not there."""
    many = rng.integers(0, 10, 60).tolist()
    large = np.array([[1200.0, -30.0, 0.0], [0.0, 900.0, 890.0], [-5.0, 3.0, 950.0]])
    # Far apart: what is left of small exponentials is 0, here and there. The last label
    # has a probability of 1e-8, which nobody should raise.
    spread = np.array(
        [[600.0, 598.0, -200.0], [-150.0, -151.0, -149.0], [1.0, 0.0, -17.4]]
    )
    return [
        _scored(rng, [0, 0, 0, 1, 2, 2, 1, 0], 3),
        _scored(rng, [1, 1, 3, 3, 3, 0, 1], 5),
        Case(
            (np.array([[2.0, 1, 0], [0, 3, 1], [1, 0, 2]]), np.array([0, 0, 2])),
            label="3 images, 3 classes, small numbers",
        ),
        Case((large, np.array([0, 2, 2])), label="scores up to 1,200"),
        Case((spread, np.array([1, 2, 2])), label="scores of 600 beside -150"),
        _scored(rng, [*range(10), *many], 10),
        _scored(rng, rng.integers(0, 4, int(rng.integers(9, 30))).tolist(), 4),
    ]


def _scored(rng: np.random.Generator, labels: Sequence[int], classes: int) -> Case:
    y = np.array(labels)
    logits = rng.normal(0, 2, (len(y), classes))
    right = rng.random(len(y)) < 0.5
    right[:2] = [True, False]
    logits[right, y[right]] += 8
    logits[~right, y[~right]] -= 8
    return Case((logits, y), label=f"{len(y)} images, {classes} classes")


def reference(logits: Any, labels: Any) -> dict[str, Any]:
    """Return loss, accuracy, majority and per_class, by SciPy and a one-hot table."""
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


def arithmetic(index: Index, logits: Any, labels: Any) -> str:
    """Return how a number of the report comes about from those of the images."""
    own = logits[np.arange(len(labels)), labels]
    hits = logits.argmax(axis=1) == labels
    if index == ("loss",):
        terms = [
            f"log({' + '.join(f'exp({added([score, -mine])})' for score in scores)})"
            for scores, mine in zip(logits, own, strict=True)
        ]
        words = "how far each label's score lies below all scores together"
        return f"{words}\n({added(terms)}) / {len(labels)}"
    if index == ("accuracy",):
        return f"right answers of all\n{hits.sum()} / {len(labels)}"
    if index == ("majority",):
        most = np.bincount(labels).max()
        return f"images of the most frequent class, of all\n{most} / {len(labels)}"
    own_images = labels == index[1]
    if not own_images.any():
        return ""
    words = f"right answers of the images of class {index[1]}"
    return f"{words}\n{hits[own_images].sum()} / {own_images.sum()}"


def _with(**changes: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake: the right report with some entries changed.

    Args:
        changes: make an entry from (the right one, logits, labels).
    """

    def wrong(reference: Any, logits: Any, labels: Any) -> Any:
        right = reference(logits, labels)
        new = {key: make(right[key], logits, labels) for key, make in changes.items()}
        return {**right, **new}

    return wrong


def _loss_by(probabilities: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake: the loss of probabilities made of the scores in another way."""
    return _with(
        loss=lambda loss, logits, labels: _mean_loss(probabilities(logits), labels)
    )


def _mean_loss(probabilities: Any, labels: Any) -> float:
    with np.errstate(all="ignore"):
        return float(-np.log(probabilities[np.arange(len(labels)), labels]).mean())


def _unsafe_softmax(logits: Any, axis: int | None = 1) -> Any:
    """Return a softmax of scores as they are."""
    with np.errstate(all="ignore"):
        return np.exp(logits) / np.exp(logits).sum(axis=axis, keepdims=True)


def _softmax(logits: Any, axis: int | None = 1) -> Any:
    return _unsafe_softmax(logits - logits.max(axis=axis, keepdims=True), axis)


def _without_kept_axis(logits: Any) -> Any:
    exponentials = np.exp(logits - logits.max(axis=1))
    return exponentials / exponentials.sum(axis=1)


def _sum_overflowing(loss: Any, logits: Any, labels: Any) -> float:
    with np.errstate(all="ignore"):
        sums = np.log(np.exp(logits).sum(axis=1))
    return float((sums - logits[np.arange(len(labels)), labels]).mean())


def _batch_shifted(loss: Any, logits: Any, labels: Any) -> float:
    return _sum_overflowing(loss, logits - logits.max(), labels)


def _zero_times_infinity(loss: Any, logits: Any, labels: Any) -> float:
    one_hot = np.eye(logits.shape[1])[labels]
    with np.errstate(all="ignore"):
        return float(-(one_hot * np.log(_softmax(logits))).sum(axis=1).mean())


def _all_pairs(loss: Any, logits: Any, labels: Any) -> float:
    return -float(log_softmax(logits, axis=1)[:, labels].mean())


def _all_pairs_of_shares(loss: Any, logits: Any, labels: Any) -> float:
    with np.errstate(all="ignore"):
        return float(-np.log(_softmax(logits)[:, labels]).mean())


def _raised(tiny: str) -> Mistake:
    return Mistake(
        f"{tiny} added to the probability",
        "For an image that is badly wrong the small number you add is larger "
        "than the probability, so the loss comes out too small. "
        "The logarithm of the softmax can be worked out without it.",
        _loss_by(lambda logits: _softmax(logits) + float(tiny)),
    )


def _loss_of_probabilities(loss: Any, logits: Any, labels: Any) -> float:
    chosen = np.exp(log_softmax(logits, axis=1))
    return -float(log_softmax(chosen, axis=1)[np.arange(len(labels)), labels].mean())


def _along_images(accuracy: Any, logits: Any, labels: Any) -> float:
    return float(np.mean(logits.argmax(axis=0) - labels == 0))


def _majority_of_answers(share: Any, logits: Any, labels: Any) -> float:
    return float(np.bincount(logits.argmax(axis=1)).max() / len(labels))


def _precision(shares: Any, logits: Any, labels: Any) -> Any:
    answers, classes = logits.argmax(axis=1), np.arange(logits.shape[1])
    with np.errstate(invalid="ignore"):
        hits = [np.sum((answers == c) & (labels == c)) for c in classes]
        return np.array(hits) / np.array([np.sum(answers == c) for c in classes])


def _hit_counts(shares: Any, logits: Any, labels: Any) -> Any:
    return np.nan_to_num(shares) * np.bincount(labels, minlength=logits.shape[1])


MISTAKES = (
    Mistake(
        "axis lost in the softmax",
        "A number for each image, of shape (n,), meets scores of shape (n, classes), "
        "and NumPy lines it up with the classes. "
        "Maximum and sum of each row should stay columns.",
        _loss_by(_without_kept_axis),
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
        _loss_by(_unsafe_softmax),
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
        _loss_by(lambda logits: _unsafe_softmax(logits - logits.max())),
    ),
    Mistake(
        "largest score of the whole batch, and a logarithm of 0",
        "You take the largest score of all images away, and an image whose scores "
        "lie far below it is left with the logarithm of 0. Each image has its own "
        "largest score.",
        _with(loss=_batch_shifted),
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
        _loss_by(partial(_softmax, axis=0)),
    ),
    Mistake(
        "one softmax for the whole batch",
        "All your probabilities together sum to 1. "
        "Those of each image should: which axis is summed over?",
        _loss_by(partial(_softmax, axis=None)),
    ),
    Mistake(
        "every image with every label",
        "`p[:, labels]` takes the columns of all labels for every image. "
        "Take one probability of each row.",
        _with(loss=_all_pairs),
    ),
    Mistake(
        "every image with every label, and logarithms of 0",
        "`p[:, labels]` takes the columns of all labels for every image. "
        "Take one probability of each row.",
        _with(loss=_all_pairs_of_shares),
    ),
    _raised("1e-7"),
    _raised("1e-8"),
    Mistake(
        "probability clipped",
        "You raise small probabilities to 1e-7, so the loss of an image that is "
        "badly wrong comes out too small. "
        "The logarithm of the softmax can be worked out without it.",
        _loss_by(lambda logits: _softmax(logits).clip(1e-7)),
    ),
    Mistake(
        "averaged over the classes too",
        "You average over all cells of the table. "
        "Each image has one loss: add up over its classes, then average.",
        _with(loss=lambda loss, logits, labels: loss / logits.shape[1]),
    ),
    Mistake(
        "two softmaxes",
        "The loss takes a softmax of what is already one.",
        _with(loss=_loss_of_probabilities),
    ),
    Mistake(
        "loss summed",
        "The loss grows with the number of images. Take the mean.",
        _with(loss=lambda loss, logits, labels: loss * len(labels)),
    ),
    Mistake(
        "sign of the loss",
        "A logarithm of a probability is negative; the loss is not.",
        _with(loss=lambda loss, *_: -loss),
    ),
    Mistake(
        "logarithm to base 2",
        "Keras takes the natural logarithm.",
        _with(loss=lambda loss, *_: loss / np.log(2)),
    ),
    Mistake(
        "accuracy in percent",
        "Give shares between 0 and 1.",
        _with(accuracy=lambda share, *_: 100 * share),
    ),
    Mistake(
        "right answers counted",
        "Your accuracy is the number of right answers. Divide by the images.",
        _with(accuracy=lambda share, logits, labels: share * len(labels)),
    ),
    Mistake(
        "majority label in place of its share",
        "You give the most frequent label itself. "
        "How many images out of all would this answer get right?",
        _with(majority=lambda share, logits, labels: np.bincount(labels).argmax()),
    ),
    Mistake(
        "majority counted",
        "You give how often the most frequent label is there. "
        "An accuracy is a share of all images.",
        _with(majority=lambda share, logits, labels: np.bincount(labels).max()),
    ),
    Mistake(
        "majority as one of all classes",
        "Who always gives one answer should choose the most frequent label. "
        "Classes are not equally frequent.",
        _with(majority=lambda share, logits, labels: 1 / logits.shape[1]),
    ),
    Mistake(
        "majority of the answers",
        "Count the labels, not what the model answers.",
        _with(majority=_majority_of_answers),
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
            per_class=lambda shares, logits, labels: (
                shares * np.bincount(labels, minlength=len(shares)) / len(labels)
            )
        ),
    ),
    Mistake(
        "each class divided by all images, 0 for a missing one",
        "You divide the right answers of a class by the number of all images. "
        "Divide by the size of the class.",
        _with(
            per_class=lambda shares, logits, labels: (
                _hit_counts(shares, logits, labels) / len(labels)
            )
        ),
    ),
    Mistake(
        "counts in place of shares",
        "You count the right answers of each class. Divide by its size.",
        _with(per_class=_hit_counts),
    ),
    Mistake(
        "counts in place of shares, nan for a missing class",
        "You count the right answers of each class. Divide by its size.",
        _with(
            per_class=lambda shares, logits, labels: (
                shares * np.bincount(labels, minlength=len(shares))
            )
        ),
    ),
    Mistake(
        "missing class counted as 0",
        "A class without images has no share of right answers, "
        "not a share of 0: the task asks for nan.",
        _with(per_class=lambda shares, *_: np.nan_to_num(shares)),
    ),
    Mistake(
        "classes up to the largest label",
        "The last classes may have no image here. "
        "How many classes there are is told by the columns of the logits.",
        _with(per_class=lambda shares, logits, labels: shares[: labels.max() + 1]),
    ),
    Mistake(
        "missing class left out",
        "There must be one number for each class that the model knows.",
        _with(per_class=lambda shares, logits, labels: shares[np.unique(labels)]),
    ),
    Mistake(
        "values without their names",
        "You give the values alone. The task asks for a dictionary, in which each has "
        "its name.",
        after(lambda report: tuple(report.values())),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
