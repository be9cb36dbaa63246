"""A wrong answer that no mistake explains costs the judge its work once, not each time."""

from __future__ import annotations

import gc
from pathlib import Path

import psutil
import pytest
from conftest import ROOT

from grader import exercises
from grader.exercises.answers import answers_for
from grader.judging import answers as judging_answers
from grader.judging.answers import Remembered
from grader.judging.judge import judge

SEEDS = (11, 12, 13, 14)
MOST_MB = 30


class Unexplained:
    """A network of the right layers whose numbers are off: no mistake explains it."""

    def __init__(self, right, number: int) -> None:
        self.right, self.off = right, 1.0 + number

    def ask_all(self, requests):
        """Answer like the right network, but for the numbers."""
        for reply in self.right:
            value = dict(reply["value"])
            yield {**reply, "value": value | {"outputs": value["outputs"] + self.off}}

    def source(self) -> str:
        """Return no code: no rule is broken."""
        return ""

    def cells(self):
        """Return none."""
        return ()


def _judged(exercise, known, seed: int, number: int) -> None:
    right = [known[seed].expected(case) for case in exercise.drawn(seed)]
    verdict = judge(exercise, Unexplained(right, number), known[seed], seed)
    assert verdict.status == "failed"
    assert verdict.mistakes == ()


def _known(exercise, seeds):
    folder = Path(ROOT) / "solutions"
    return {seed: Remembered(answers_for(exercise, folder, seed)) for seed in seeds}


def _count_builds(monkeypatch) -> list[str]:
    built: list[str] = []
    build = judging_answers.build

    def counted(kind, *what):
        built.append(kind)
        return build(kind, *what)

    monkeypatch.setattr(judging_answers, "build", counted)
    return built


@pytest.mark.slow
def test_the_second_one_builds_nothing(monkeypatch):
    """What mistakes reply is kept for each seed."""
    built = _count_builds(monkeypatch)
    exercise = exercises.get("lab09.build_lenet")
    known = _known(exercise, SEEDS[:1])
    _judged(exercise, known, SEEDS[0], 0)
    before = len(built)
    assert before
    _judged(exercise, known, SEEDS[0], 1)
    assert len(built) == before


@pytest.mark.slow
@pytest.mark.complete
@pytest.mark.parametrize(
    "exercise_id", ["lab09.build_inception_block", "lab10.build_cnn"]
)
def test_memory_is_flat_over_two_hundred(monkeypatch, exercise_id):
    """Once every seed was met, nothing is built, and memory stays what it is."""
    built = _count_builds(monkeypatch)
    exercise = exercises.get(exercise_id)
    known = _known(exercise, SEEDS)
    for number, seed in enumerate(SEEDS):
        _judged(exercise, known, seed, number)
    gc.collect()
    before, memory = len(built), psutil.Process().memory_full_info().uss
    for number in range(200):
        _judged(exercise, known, SEEDS[number % len(SEEDS)], number)
    assert len(built) == before
    gc.collect()
    more = (psutil.Process().memory_full_info().uss - memory) / 2**20
    assert more < MOST_MB
