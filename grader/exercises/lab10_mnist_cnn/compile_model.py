"""Loss, optimiser and metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import with_settings
from grader.judging import compare
from grader.judging.compare import Close, Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw scores and labels that are best, second best and worst, and learning rates."""
    cases = []
    for rate, count, classes in (
        (0.001, 8, 10),
        (0.02, 5, 3),
        (None, 12, 10),
        (0.005, 6, 6),
    ):
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
        Case((), {}, "without a learning rate", extra=cases[1].extra),
    ]


_SETTINGS = {"optimizer": "the optimizer", "learning_rate": "the learning rate"}


def _compilations(expected: Any, actual: Any) -> Difference | None:
    for key, name in _SETTINGS.items():
        if _both_others(expected[key], actual[key]):
            continue
        difference = compare.close(expected[key], actual[key])
        if difference is not None:
            return Difference("value", f"{name} is wrong: {difference.sentence}")
    if "accuracy" in expected["results"] and "accuracy" not in actual["results"]:
        names = ", ".join(sorted(actual["results"]))
        return Difference("value", f'no result is called "accuracy", only {names}')
    # More metrics than were asked for are welcome beside the one that was.
    if "accuracy" not in expected["results"]:
        return _misnamed(expected["results"], actual["results"])
    for key in sorted(expected["results"], reverse=True):
        difference = Close(rtol=1e-4)(
            expected["results"][key], actual["results"].get(key)
        )
        if difference is not None:
            return Difference(
                "value", f"for known scores the {key}: {difference.sentence}"
            )
    return None


def _both_others(one: Any, two: Any) -> bool:
    """Return whether two optimizers are neither Adam nor plain descent: one mistake."""
    return all(isinstance(kind, str) and kind not in _TOLD_APART for kind in (one, two))


_TOLD_APART = ("Adam", "SGD")


def _misnamed(expected: Any, actual: Any) -> Difference | None:
    """Compare results of which no metric is called as asked: their names do not matter."""
    sides = []
    for side in (expected, actual):
        sides.append(
            [side.get("loss", 0.0), *sorted(side[k] for k in side if k != "loss")]
        )
    if "accuracy" in actual or len(sides[0]) != len(sides[1]):
        return Difference("value", "other metrics are reported")
    return Close(rtol=1e-4)(np.array(sides[0]), np.array(sides[1]))


def _again(
    optimizer: Callable[[Any], Any] = lambda right: right,
    loss: Callable[[Any], Any] = lambda right: right,
    metrics: Sequence[Any] = ("accuracy",),
) -> Callable[..., Any]:
    """Return a mistake: the model compiled again, with one part changed."""

    def wrong(
        reference: Callable[..., Any], model: Any, learning_rate: float = 0.001
    ) -> None:
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


def _after_softmax(right: Any) -> Any:
    import tensorflow as tf

    # Not Keras's own softmax: its loss would look behind that one, and be right.
    return lambda labels, scores: right(labels, tf.nn.softmax(scores))


def _metric(kind: str, **settings: Any) -> Callable[[], Any]:
    def make() -> Any:
        import keras

        return getattr(keras.metrics, kind)(**settings)

    return make


MISTAKES = (
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
        "squared error",
        "Squared distances are for quantities. Labels that are classes want a "
        "cross-entropy.",
        _again(loss=lambda right: "mse"),
    ),
    Mistake(
        "learning rate ignored",
        "The optimizer has Keras's default rate, whatever `learning_rate` says.",
        with_settings(learning_rate=0.001),
    ),
    Mistake(
        "first rate of the schedule",
        "You turn a schedule into one number, which then never changes. "
        "The optimizer takes the schedule itself.",
        _again(optimizer=_first_rate),
    ),
    Mistake(
        "learning rate made a number",
        "`float` cannot make a number of a schedule. Hand the learning rate to the "
        "optimizer as it is.",
        lambda reference, model, learning_rate=0.001: reference(
            model, float(learning_rate)
        ),
    ),
    Mistake(
        "model not compiled",
        "The model handed in is not compiled. `compile` works on the model it is "
        "called on, and a new one made from that is another.",
        lambda reference, model, learning_rate=0.001: None,
    ),
    Mistake(
        "learning rate 0.1",
        "The rate is fixed and a hundred times Adam's usual one: "
        "the network forgets at each step what it learned at the last.",
        with_settings(learning_rate=0.1),
    ),
    Mistake(
        "learning rate 0.00001",
        "The rate is fixed and so small that a few epochs change next to nothing.",
        with_settings(learning_rate=1e-5),
    ),
    Mistake(
        "learning rate 0.01 by default",
        "Called without a learning rate your function takes another one than 0.001.",
        lambda reference, model, learning_rate=0.01: reference(model, learning_rate),
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
        _again(metrics=[_metric("SparseCategoricalAccuracy")]),
    ),
    Mistake(
        "scores compared with labels",
        "`Accuracy` asks whether two numbers are equal, and a score is never a label. "
        "Keras finds the fitting metric if you ask for the accuracy by name.",
        _again(metrics=[_metric("Accuracy", name="accuracy")]),
    ),
    Mistake(
        "accuracy for one-hot labels",
        "This metric wants a row of 0s and a 1 for each image; your labels are plain "
        "digits. Keras finds the fitting one if you ask for the accuracy by name.",
        _again(metrics=[_metric("CategoricalAccuracy", name="accuracy")]),
    ),
    Mistake(
        "top-k accuracy",
        "An answer counts as right if the label is among the best few. "
        "Only the best one should count.",
        _again(
            metrics=[_metric("SparseTopKCategoricalAccuracy", k=2, name="accuracy")]
        ),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=FROM_SOLUTION,
    comparison=_compilations,
    probe="compiled",
    mistakes=MISTAKES,
)
