"""The last layer and the loss that belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.special import expit, softmax

from grader.exercises.common.wrong import after
from grader.exercises.lab09_numpy_to_keras.shared import in_words
from grader.judging.compare import Close, Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake

_OF_TEN = ("digit", "one-hot")
_KINDS = (*_OF_TEN, "yes or no", "any of ten")


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw features and labels for each kind of question."""
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
        wanted, given = (in_words(one["weight_shapes"]) for one in (expected, actual))
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
    """Return whether outputs are equal, or one are the probabilities of the other."""
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


# From the right loss or layer, and the kind of question, to another one.
_Change = Callable[[Any, str], Any]


def _unchanged(right: Any, kind: str) -> Any:
    return right


def _other_pair(
    loss: _Change = _unchanged,
    head: _Change = _unchanged,
    kinds: Sequence[str] = _KINDS,
) -> Callable[..., Any]:
    """Return a mistake: another loss, or another layer, made of the right one.

    Args:
        loss, head: what is made of the right one.
        kinds: the questions to which the answer is wrong.
    """

    def wrong(reference: Callable[..., Any], kind: str) -> Any:
        right_loss, right_head = reference(kind)
        if kind not in kinds:
            return right_loss, right_head
        return loss(right_loss, kind), head(right_head, kind)

    return wrong


def _loss(**settings: Any) -> _Change:
    return lambda right, kind: type(right).from_config(
        {**right.get_config(), **settings}
    )


def _named(name: str) -> _Change:
    return lambda right, kind: name


def _head(**settings: Any) -> _Change:
    return lambda right, kind: type(right).from_config(
        {**right.get_config(), **settings, "name": None}
    )


def _probabilities(right: Any, kind: str) -> Any:
    return _head(activation=_squashing(kind))(right, kind)


def _squashing(kind: str) -> str:
    return "softmax" if kind in _OF_TEN else "sigmoid"


def _then(right: Any, kind: str, layer: str, *args: Any) -> Any:
    import keras

    first = _probabilities(right, kind)
    return keras.Sequential([first, getattr(keras.layers, layer)(*args)])


def _squashed_twice(right: Any, kind: str) -> Any:
    return _then(right, kind, "Activation", _squashing(kind))


def _dropped(right: Any, kind: str) -> Any:
    return _then(right, kind, "Dropout", 0.5)


def _unit_less(right: Any, kind: str) -> Any:
    units = right.units - 1 if right.units > 1 else right.units
    return _head(units=units)(right, kind)


# Mistakes that are made for one kind of question and not for the others.
_OF_ONE_KIND: dict[str, tuple[str, dict[str, _Change]]] = {
    "scores taken for probabilities": (
        "The layer gives scores of any size, and the loss takes them for "
        "probabilities: it has a setting that says which of the two it gets.",
        {"loss": _loss(from_logits=False)},
    ),
    "probabilities taken for scores": (
        "The layer gives probabilities, and the loss turns them into probabilities "
        "once more.",
        {"head": _probabilities},
    ),
    "ReLU on the last layer": (
        "A score that cannot be negative cannot say no. The last layer needs either no "
        "activation or probabilities.",
        {"head": _head(activation="relu")},
    ),
}
MISTAKES = (
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
        "sigmoid in front of a loss for scores",
        "For the questions of yes or no the layer gives probabilities, and the loss "
        "turns them into probabilities once more.",
        _other_pair(head=_probabilities, kinds=["yes or no", "any of ten"]),
    ),
    Mistake(
        "softmax in front of a loss for scores",
        "For the questions with one answer the layer gives probabilities, and the loss "
        "turns them into probabilities once more.",
        _other_pair(head=_probabilities, kinds=_OF_TEN),
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
        after(lambda pair: pair[::-1]),
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
        _other_pair(_named("categorical_crossentropy"), _probabilities, ["digit"]),
    ),
    Mistake(
        "loss for whole numbers on one-hot labels",
        "The sparse loss wants one whole number for each image, and here the label "
        "is a row of ten.",
        _other_pair(
            _named("sparse_categorical_crossentropy"), _probabilities, ["one-hot"]
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
            _named("binary_crossentropy"), _head(units=1, activation="sigmoid"), _OF_TEN
        ),
    ),
    Mistake(
        "softmax over a single unit",
        "Softmax makes all outputs of a layer sum to 1. A single one is then always "
        "1, whatever the picture.",
        _other_pair(
            _loss(from_logits=False), _head(activation="softmax"), ["yes or no"]
        ),
    ),
    Mistake(
        "softmax where several can be true",
        "Softmax makes the ten compete. If several can be true at once, each needs "
        "a yes or no of its own.",
        _other_pair(
            _named("categorical_crossentropy"),
            _head(activation="softmax"),
            ["any of ten"],
        ),
    ),
    Mistake(
        "ten that compete, judged one by one",
        "The loss asks ten questions of yes or no, and the layer still gives shares "
        "that sum to 1: two digits in one picture could not both be sure.",
        _other_pair(
            _loss(from_logits=False), _head(activation="softmax"), ["any of ten"]
        ),
    ),
    Mistake(
        "separate chances in a loss for one answer",
        "Each unit gives a chance of its own, and the loss expects ten that share "
        "one sum. If exactly one digit is true, they have to compete.",
        _other_pair(_loss(from_logits=False), _head(activation="sigmoid"), _OF_TEN),
    ),
    Mistake(
        "several units for yes or no",
        "One number says both: if yes has the chance p, no has 1 - p. "
        "And the label is a single number as well.",
        _other_pair(head=_head(units=2), kinds=["yes or no"]),
    ),
    Mistake(
        "yes and no as two classes",
        "Two classes that share one sum would do, but the task asks for a single "
        "unit: if yes has the chance p, no has 1 - p.",
        _other_pair(
            _named("sparse_categorical_crossentropy"),
            _head(units=2, activation="softmax"),
            ["yes or no"],
        ),
    ),
    Mistake(
        "shares of one sum, judged one by one",
        "Your layer gives ten chances that share one sum. "
        "The loss judges each as a yes or no of its own.",
        _other_pair(
            _named("binary_crossentropy"), _head(activation="softmax"), ["one-hot"]
        ),
    ),
    Mistake(
        "ten separate answers where one is true",
        "One digit is in the picture, not any number of them: its ten chances share "
        "one sum.",
        _other_pair(
            _named("binary_crossentropy"), _head(activation="sigmoid"), ["one-hot"]
        ),
    ),
    Mistake(
        "squared error",
        "Squared distances between probabilities and labels learn slowly where the "
        "network is surely wrong. Use a cross-entropy.",
        _other_pair(_named("mean_squared_error"), _probabilities),
    ),
    Mistake(
        "squared error of scores",
        "Squared distances between scores and labels are for quantities. A question "
        "with classes wants a cross-entropy.",
        _other_pair(_named("mean_squared_error")),
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
    *(
        Mistake(f'{name}, for "{kind}"', hint, _other_pair(**how, kinds=[kind]))
        for name, (hint, how) in _OF_ONE_KIND.items()
        for kind in _KINDS
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("kind",),
    comparison=_pairs,
    parts=dict.fromkeys(_KINDS, 1.0),
    probe="pair",
    mistakes=MISTAKES,
)
