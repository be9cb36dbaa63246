"""A network that learns a few images by heart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.lab10_mnist_cnn.shared import (
    batches,
    fit_with,
    peaked,
    recorded,
    row_counts,
    training_seen,
)
from grader.judging.compare import Close, Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake
from grader.probing.plain import with_article


def cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = []
    # More than the 64 images of the notebook: whoever wrote 64 gets two batches.
    for count, epochs in ((40, 4), (int(rng.integers(66, 72)), 3)):
        y = rng.integers(0, 4, count).astype("int32")
        x, seed = peaked(rng, y, 0), int(rng.integers(2**31))
        label = f"{count} images, {epochs} epochs"
        cases.append(recorded(label, (x, y), {"epochs": epochs}, seed))
    return cases


def _two_losses(expected: Any, actual: Any) -> Difference | None:
    difference = training_seen(expected, actual)
    if difference is not None:
        return difference
    if max(batches(expected), default=0) < np.count_nonzero(row_counts(expected)):
        return None  # drawn batches: the numbers differ from run to run
    wanted, given = (_form(record) for record in (expected, actual))
    if wanted != given:
        return Difference("type", f"it gives {given}, expected {wanted}")
    if wanted != "two numbers":
        return None
    return Close(rtol=1e-3)(expected["result"], actual["result"])


def _form(record: Any) -> str:
    """Return what a function returned, as far as a loss can be looked for in it."""
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


def _small_batches(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    fit_with(model, batch_size=None)
    return reference(model, x, y, epochs)


def _last_of_history(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    returned = fit_with(model)
    before, _ = reference(model, x, y, epochs)
    return before, returned[-1].history["loss"][-1]


def _evaluated(take: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake: something else of what `evaluate` gives comes second."""

    def wrong(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
        before, _ = reference(model, x, y, epochs)
        return before, take(model.evaluate(x, y, verbose=0))

    return wrong


def _batches_of_64(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    fit_with(model, batch_size=64)
    return reference(model, x, y, epochs)


def _both_after(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    _, after = reference(model, x, y, epochs)
    return after, after


def _untrained(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    before = model.evaluate(x, y, verbose=0)[0]
    return before, before


MISTAKES = (
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
)


EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=FROM_SOLUTION,
    parameters=("x", "y"),
    comparison=_two_losses,
    probe="training",
    mistakes=MISTAKES,
)
