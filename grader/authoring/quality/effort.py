"""How much of an exercise is measured, and how long a check may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.judging.exercise import Exercise
from grader.probing.request import WITHOUT_KERAS

# A check should take less, of a NumPy exercise and of one that works with Keras.
NUMPY_SECONDS, MODEL_SECONDS = 1.0, 5.0


Item = TypeVar("Item")


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        seeds: secret seeds over which verdicts must not change; 1 looks for no change.
        oracle_seeds: seeds whose cases tell an equivalent mutant from a false accept.
        pairs: mistakes in pairs, at most so many, drawn evenly from all.
        mutants: mutants, at most so many, drawn evenly from all.
        mistakes: of the bank, at most so many, drawn evenly from all.
        right_answers: at most so many, drawn evenly from all.
        secret: judge right answers and mistakes on a secret seed as well, not only on
            the public one.
        stored: a mistake's replies that are stored as data are not computed again.
        timed: right answers, and one that no mistake explains, are judged as a student's
            check judges, which remembers nothing, and the seconds are noted.
    """

    seeds: int = 50
    oracle_seeds: int = 40
    pairs: int = 60
    mutants: int = 400
    mistakes: int = 1_000
    right_answers: int = 1_000
    secret: bool = True
    stored: bool = False
    timed: bool = True


# `make quality` measures everything, for over an hour; for one lab a minute has to do.
WHOLE = Effort()
QUICK = Effort(seeds=1, oracle_seeds=10, pairs=12, mutants=24)
# A model exercise builds dozens of networks for each version of it.
QUICK_OF_A_MODEL = Effort(
    seeds=1, oracle_seeds=2, pairs=1, mutants=2, secret=False, stored=True
)


def quick(exercise: Exercise) -> Effort:
    """Return how much of an exercise is measured while an author waits."""
    return QUICK if exercise.probe in WITHOUT_KERAS else QUICK_OF_A_MODEL


def limit(exercise: Exercise) -> float:
    """Return the seconds that a check of an exercise should not exceed."""
    return NUMPY_SECONDS if exercise.probe in WITHOUT_KERAS else MODEL_SECONDS


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most so many items, evenly from all."""
    if len(items) <= most:
        return list(items)
    return [items[i * len(items) // most] for i in range(most)]
