"""A network's eight answers to the symmetries of one position, averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from grader.exercises.common.toy import FLATTEN, Toy, conv_layer, toy
from grader.exercises.common.wrong import Wrong, after
from grader.exercises.lab13_a_network_that_captures.shared import turned
from grader.judging.compare import Close
from grader.judging.exercise import Case, Exercise, Mistake

UNDO = (0, 3, 2, 1, 4, 5, 6, 7)
FORWARD = tuple(range(8))


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw small policies and positions, on 9x9 points and on a smaller board."""
    size, channels = int(rng.integers(3, 9)), int(rng.integers(2, 5))
    # Two: `predict` takes its time for each new network, and a check has to be quick.
    shapes = [(9, 9, 5), (size, size, channels)]
    return [
        Case(
            (rng.integers(0, 2, shape).astype("float32"),),
            label=f"a board of {shape[0]}x{shape[1]} with {shape[2]} planes",
            extra=_policy(rng, shape),
        )
        for shape in shapes
    ]


def _policy(rng: np.random.Generator, shape: tuple[int, int, int]) -> Toy:
    """Draw a small network whose answers sum to 1 and do not turn with the board."""
    one = ("Conv2D", {"name": "one", "filters": 1, "kernel_size": (1, 1)})
    soft = ("Softmax", {"name": "softmax"})
    hidden = conv_layer("conv", 4, (3, 3), "tanh")
    net = toy(rng, shape, hidden, one, FLATTEN, soft)
    # Answers that lie far apart, so that no mistake looks right.
    return {**net, "weights": [3 * weight for weight in net["weights"]]}


def reference(model: Any, planes: np.ndarray) -> np.ndarray:
    """Return the mean of the eight answers, each turned back, (n * n,)."""
    return np.asarray(_maps(model, planes).mean(axis=0)).ravel()


def _maps(
    model: Any,
    planes: np.ndarray,
    asked: Sequence[int] = FORWARD,
    back: Sequence[int] = UNDO,
) -> np.ndarray:
    """Return answers as maps (len(asked), n, n), each turned by a symmetry of `back`."""
    answers = _eight(model, planes.tobytes(), planes.shape)
    return np.stack([turned(answers[number], back[number]) for number in asked])


@lru_cache(maxsize=16)
def _eight(model: Any, planes: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """Ask a model about the eight symmetries once: dozens of mistakes need its answers."""
    position = np.frombuffer(planes, "float32").reshape(shape)
    boards = np.stack([turned(position, number) for number in FORWARD])
    return np.asarray(model(boards), float).reshape(-1, *shape[:2])


def _mean(**how: Any) -> Wrong:
    """Return a mistake: the mean of other maps, see `_maps`."""
    return lambda reference, model, planes: (
        _maps(model, planes, **how).mean(axis=0).ravel()
    )


def _over(reduce: Callable[[np.ndarray], Any]) -> Wrong:
    """Return a mistake: the eight maps are put together in another way."""
    return lambda reference, model, planes: np.ravel(reduce(_maps(model, planes)))


def _votes(maps: np.ndarray) -> np.ndarray:
    best = maps.reshape(len(maps), -1).argmax(axis=1)
    return np.bincount(best, minlength=maps[0].size) / len(maps)


def _geometric(maps: np.ndarray) -> np.ndarray:
    mean = np.exp(np.log(maps).mean(axis=0))
    return np.asarray(mean / mean.sum())


def _softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum())


def _flat_turned(reference: Callable[..., Any], model: Any, planes: np.ndarray) -> Any:
    """Reverse the row of answers in place of turning the map."""
    answers = _maps(model, planes, back=(0,) * 8).reshape(8, -1)
    answers[1:4] = answers[1:4, ::-1]
    return answers.mean(axis=0)


def _planes_changed(
    reference: Callable[..., Any], model: Any, planes: np.ndarray
) -> Any:
    answer = reference(model, planes.copy())
    planes[:] = 1 - planes
    return answer


def _one_by_one_without_batch(
    reference: Callable[..., Any], model: Any, planes: np.ndarray
) -> Any:
    return model(planes)


def _nine_lines(reference: Callable[..., Any], model: Any, planes: np.ndarray) -> Any:
    if len(planes) != 9:
        size = len(planes) ** 2
        raise ValueError(f"cannot reshape array of size {size} into shape (9,9)")
    return reference(model, planes)


MISTAKES = (
    Mistake(
        "answers not turned back",
        "You average answers to eight boards that lie in eight ways: their points are "
        "not the same points. Turn each answer back first.",
        _mean(back=(0,) * 8),
    ),
    Mistake(
        "turned forward again",
        "You turn each answer once more in the same direction. Numbers 1 and 3 undo each "
        "other, all others themselves.",
        _mean(back=FORWARD),
    ),
    Mistake(
        "mirrored answers turned back without the mirror",
        "Answers 4 to 7 come from mirrored boards, so they need the mirror, too.",
        _mean(back=(0, 3, 2, 1, 0, 3, 2, 1)),
    ),
    Mistake(
        "mirrored answers turned back the other way",
        "After a mirror, turns go the other way round: numbers 4 to 7 undo themselves, "
        "and you exchange 5 and 7.",
        _mean(back=(0, 3, 2, 1, 4, 7, 6, 5)),
    ),
    Mistake(
        "mirrored answers not turned back",
        "The first four answers are right. Those to the mirrored boards are not turned "
        "back.",
        _mean(back=(0, 3, 2, 1, 0, 0, 0, 0)),
    ),
    Mistake(
        "turns not undone, mirrors undone",
        "Answers 4 to 7 are right. Of the first four, number 1 is undone by 3 and 3 by "
        "1.",
        _mean(back=(0, 0, 0, 0, 4, 5, 6, 7)),
    ),
    Mistake(
        "undone by 8 less the number",
        "Counting down from 8 exchanges turned and mirrored boards. Try the numbers out "
        "on a small board.",
        _mean(back=(0, 7, 6, 5, 4, 3, 2, 1)),
    ),
    Mistake(
        "mirrored back top to bottom",
        "Boards 4 to 7 were mirrored left to right, and your answers are mirrored top to "
        "bottom.",
        _mean(back=(0, 3, 2, 1, 6, 7, 4, 5)),
    ),
    Mistake(
        "undone by 7 less the number",
        "Counting down from 7 exchanges turned and mirrored boards. Try the numbers out "
        "on a small board.",
        _mean(back=(7, 6, 5, 4, 3, 2, 1, 0)),
    ),
    Mistake(
        "boards not turned",
        "You ask eight times about the same board, and turn answers that need no turn.",
        lambda reference, model, planes: np.mean(
            [turned(_maps(model, planes, (0,))[0], back) for back in UNDO], axis=0
        ).ravel(),
    ),
    Mistake(
        "one answer only",
        "You give the network's answer to the position as it is.",
        _mean(asked=(0,)),
    ),
    Mistake(
        "only the four turns",
        "You ask about four boards. The mirrored ones are symmetries, too.",
        _mean(asked=(0, 1, 2, 3)),
    ),
    Mistake(
        "only the mirrored boards",
        "You ask about the four mirrored boards and leave the four others out.",
        _mean(asked=(4, 5, 6, 7)),
    ),
    Mistake(
        "last symmetry left out",
        "You ask about seven boards; with numbers from 0 to 7 there are eight.",
        _mean(asked=(0, 1, 2, 3, 4, 5, 6)),
    ),
    Mistake(
        "position itself left out",
        "The position as it is, number 0, counts as one of the eight.",
        _mean(asked=(1, 2, 3, 4, 5, 6, 7)),
    ),
    Mistake(
        "last answer only",
        "You keep one of the eight answers.",
        _mean(asked=(7,)),
    ),
    Mistake(
        "added, not averaged",
        "Your answer sums to 8: take the mean.",
        _over(lambda maps: maps.sum(axis=0)),
    ),
    Mistake(
        "one number for all points",
        "You average over the points as well. The mean is over the eight answers, point "
        "by point.",
        _over(lambda maps: np.full(maps[0].shape, maps.mean())),
    ),
    Mistake(
        "mean is a single number",
        "You average over the points as well, and one number is left. The mean is over "
        "the eight answers, point by point.",
        lambda reference, model, planes: _maps(model, planes).mean(),
    ),
    Mistake(
        "mean is a row of a single number",
        "You average over the points as well, and one number is left. The mean is over "
        "the eight answers, point by point: say which axis.",
        lambda reference, model, planes: _maps(model, planes).mean().ravel(),
    ),
    Mistake(
        "mean over the points",
        "You average over the points and get a number for each board. The mean is over "
        "the boards, point by point.",
        _over(lambda maps: maps.mean(axis=(1, 2))),
    ),
    Mistake(
        "largest, not mean",
        "You keep the largest of the eight probabilities of each point; take their mean.",
        _over(lambda maps: maps.max(axis=0)),
    ),
    Mistake(
        "multiplied, not averaged",
        "You average logarithms, or multiply. The task asks for the mean of the "
        "probabilities.",
        _over(_geometric),
    ),
    Mistake(
        "best moves counted",
        "You count which point wins how often. The task asks for the mean of the "
        "probabilities.",
        _over(_votes),
    ),
    Mistake(
        "number of the best move",
        "You give the best move. The task asks for the mean probability of every point.",
        lambda reference, model, planes: int(reference(model, planes).argmax()),
    ),
    Mistake(
        "eight answers returned",
        "You give all eight answers: take their mean.",
        lambda reference, model, planes: _maps(model, planes).reshape(8, -1),
    ),
    Mistake(
        "given as a map",
        "Your answer has rows and columns. The task asks for one row of all points, as "
        "the model gives it.",
        lambda reference, model, planes: reference(model, planes).reshape(
            planes.shape[:2]
        ),
    ),
    Mistake(
        "an axis for the batch",
        "Your answer has one axis more in front: it is for one position.",
        after(lambda answer: answer[None]),
    ),
    Mistake(
        "another softmax",
        "The model gives probabilities already. A softmax of them is nearly flat.",
        after(_softmax),
    ),
    Mistake(
        "row of answers reversed in place of turned",
        "To reverse a row of points is half a turn of the board. Give each answer its "
        "rows and columns back before you turn it.",
        _flat_turned,
    ),
    Mistake(
        "board of nine lines assumed",
        "You reshape to 9x9, whatever the size of the board is.",
        _nine_lines,
    ),
    Mistake(
        "batch axis missing",
        "A model reads a batch of positions: (N, n, n, planes).",
        _one_by_one_without_batch,
    ),
    Mistake(
        "planes changed",
        "The result is right, but you wrote into the caller's planes. Work on a copy.",
        _planes_changed,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=reference,
    comparison=Close(rtol=1e-4, atol=1e-6),
    probe="on_network",
    time_limit=20.0,
    mistakes=MISTAKES,
)
