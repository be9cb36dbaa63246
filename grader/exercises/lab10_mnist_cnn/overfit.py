"""A network that learns a few images by heart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.exercises.common.wrong import after, with_settings
from grader.exercises.lab10_mnist_cnn.shared import (
    fit_with,
    fitting,
    numbered_images,
    times_shown,
    training_batches,
    training_case,
    training_seen,
)
from grader.judging.compare import Close, Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake
from grader.probing.plain import with_article


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw more images than Keras puts into a batch, and than the notebook has."""
    cases = []
    # More than the 64 images of the notebook: whoever wrote 64 gets two batches.
    for count, epochs in ((40, 4), (int(rng.integers(66, 72)), 3)):
        y = rng.integers(0, 4, count).astype("int32")
        x, seed = numbered_images(rng, y, 0), int(rng.integers(2**31))
        label = f"{count} images, {epochs} epochs"
        cases.append(training_case(label, (x, y), {"epochs": epochs}, seed))
    return cases


def _cut_alike(expected: Any, actual: Any) -> bool:
    """Return whether both were cut into batches, of whatever size: one mistake."""
    shown = times_shown(expected)
    return np.array_equal(shown, times_shown(actual)) and all(
        0 < max(training_batches(record), default=0) < np.count_nonzero(shown)
        for record in (expected, actual)
    )


def _two_losses(expected: Any, actual: Any) -> Difference | None:
    if _cut_alike(expected, actual):
        return None
    difference = training_seen(expected, actual)
    if difference is not None:
        return difference
    if max(training_batches(expected), default=0) < np.count_nonzero(
        times_shown(expected)
    ):
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


def _both_after(losses: Any) -> Any:
    return losses[1], losses[1]


def _untrained(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    before = model.evaluate(x, y, verbose=0)[0]
    return before, before


def _evaluated(take: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a mistake: something else of what `evaluate` gives comes second."""

    def wrong(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
        before, _ = reference(model, x, y, epochs)
        return before, take(model.evaluate(x, y, verbose=0))

    return wrong


def _last_of_history(reference: Any, model: Any, x: Any, y: Any, epochs: int) -> Any:
    returned = fit_with(model)
    before, _ = reference(model, x, y, epochs)
    return before, returned[-1].history["loss"][-1]


MISTAKES = (
    Mistake(
        "measured after training only",
        "Both numbers are the same: the first loss has to be taken before `fit`.",
        after(_both_after),
    ),
    Mistake(
        "not trained",
        "The model saw no image in training mode between the two measurements.",
        _untrained,
    ),
    Mistake(
        "small batches",
        "The images were cut into batches, as Keras does unless it is told otherwise. "
        "The task wants all of them in one batch.",
        fitting(batch_size=None),
    ),
    Mistake(
        "one epoch only",
        "The images were shown once, whatever `epochs` says.",
        with_settings(epochs=1),
    ),
    Mistake(
        "part of the images held back",
        "`validation_split` takes images away from training. Here all of them are "
        "learned by heart.",
        fitting(validation_split=0.2),
    ),
    Mistake(
        "a tenth of the images held back",
        "`validation_split` takes images away from training. Here all of them are "
        "learned by heart.",
        fitting(validation_split=0.1),
    ),
    Mistake(
        "one loss only",
        "You give a single number. The task asks for the loss before and the loss "
        "after.",
        after(lambda losses: losses[1]),
    ),
    Mistake(
        "nothing returned",
        "Training happened, but the function gives nothing back. "
        "Is a `return` missing?",
        after(lambda losses: None),
    ),
    Mistake(
        "order exchanged",
        "The loss before comes first, the loss after second.",
        after(lambda losses: losses[::-1]),
    ),
    Mistake(
        "batches of 64",
        "Your batch holds 64 images, however many there are. "
        "The number of images tells how large a single batch is.",
        fitting(batch_size=64),
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
