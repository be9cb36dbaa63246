"""Every exercise of every lab: right answers pass, each mistake is told as itself."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from grader import build, exercises
from grader.exercise import Exercise
from grader.judge import PUBLIC_SEED, InProcess, LiveAnswers, judge
from grader.plain import from_bytes, to_bytes
from grader.reference import (
    answers_for,
    from_solution,
    public_answers,
    same_answers,
    stored_path,
)

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"
SEEDS = (PUBLIC_SEED, 20_251_123)

ALL = [e for stem in exercises.stems() for e in exercises.of_lab(stem).values()]
WRITTEN = [exercise for exercise in ALL if exercise.probe != "value"]
# A model exercise builds dozens of networks: it runs once, in the slow part.
SLOW = {exercise.id for exercise in ALL if exercise.reference is None}


def _marks(exercise: Exercise) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if exercise.id in SLOW else []


def _right_answers() -> list:
    found = []
    for path in sorted((ROOT / "tests" / "right_answers").glob("lab*.py")):
        spec = importlib.util.spec_from_file_location(f"right_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, functions in module.RIGHT_ANSWERS.items():
            exercise = exercises.of_lab(path.stem)[name]
            for number, function in enumerate(functions):
                label = f"{exercise.id}-{number}-{function.__name__}"
                found.append(
                    pytest.param(exercise, function, id=label, marks=_marks(exercise))
                )
    return found


def _verdict(exercise: Exercise, subject, seed: int):
    answers = answers_for(exercise, SOLUTIONS, seed)
    return judge(exercise, InProcess({exercise.name: subject}), answers, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("exercise", "function"), _right_answers())
def test_right_answers_pass(exercise, function, seed):
    """A right answer passes in any style, on public and secret inputs."""
    verdict = _verdict(exercise, function, seed)
    assert verdict.passed, verdict


# A network is built and trained for every mistake of lab 10: one seed, the secret one.
MISTAKES = [
    pytest.param(e, m, seed, id=f"{e.id}-{m.name}-{seed}", marks=_marks(e))
    for e in WRITTEN
    for m in e.mistakes
    for seed in (SEEDS[1:] if e.id in SLOW else SEEDS)
]


@pytest.mark.parametrize(("exercise", "mistake", "seed"), MISTAKES)
def test_mistakes_are_told_as_themselves(exercise, mistake, seed):
    """A mistake fails and is named, on public and secret inputs."""
    answers = answers_for(exercise, SOLUTIONS, seed)
    if not isinstance(answers, LiveAnswers):
        answers = answers_for(exercise, SOLUTIONS, SEEDS[1])

    def wrong(*args, **kwargs):
        return mistake.wrong(answers.reference, *args, **kwargs)

    verdict = _verdict(exercise, wrong, seed)
    assert verdict.status == "failed"
    assert [name for name, _ in verdict.mistakes] == [mistake.name], verdict


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.id)
def test_stub_gets_nothing(exercise):
    """What a student has before doing anything is worth nothing."""

    def stub(*args, **kwargs):
        raise NotImplementedError

    subject = [None] * 3 if exercise.probe == "value" else stub
    assert _verdict(exercise, subject, PUBLIC_SEED).points == 0


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda e: e.id)
def test_shape_of_an_exercise(exercise):
    """An exercise has several named mistakes, distinct names, and hints in sentences."""
    names = [mistake.name for mistake in exercise.mistakes]
    assert len(names) >= 6
    assert len(set(names)) == len(names)
    for mistake in exercise.mistakes:
        assert re.search(r"[.?!]\)?$", mistake.hint), mistake.hint
        assert len(mistake.hint) > 20
    cases = exercise.cases(np.random.default_rng(1))
    assert not exercise.parts or {case.part for case in cases} == set(exercise.parts)


def _drawn(exercise: Exercise, seed: int) -> bytes:
    cases = exercise.cases(np.random.default_rng(seed))
    return b"".join(to_bytes([c.args, dict(c.kwargs), dict(c.extra)]) for c in cases)


# A function without arguments.
SEEDLESS = {"lab05.grayscale_as_1x1"}


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda e: e.id)
def test_cases_come_from_the_seed(exercise):
    """The same seed draws the same cases, another seed draws others."""
    assert _drawn(exercise, 1) == _drawn(exercise, 1)
    assert (_drawn(exercise, 1) == _drawn(exercise, 2)) == (exercise.id in SEEDLESS)


@pytest.mark.parametrize("stem", exercises.stems())
def test_notebook_has_the_exercises(stem):
    """Check cells and exercises of a lab are the same, in the same order."""
    script = (SOLUTIONS / f"{stem}.py").read_text("utf-8")
    checks = re.findall(r'nbgrader=\{"check": "(\w+)"\}', script)
    calls = re.findall(r'^check\("(lab\d\d\.\w+)"\)$', script, re.MULTILINE)
    assert checks == list(exercises.of_lab(stem))
    assert calls == [exercise.id for exercise in exercises.of_lab(stem).values()]


def test_every_lab_has_exercises():
    """Scripts in solutions/ and modules in grader/exercises/ are the same labs."""
    assert build.stems(ROOT) == list(exercises.stems())


@pytest.mark.slow
@pytest.mark.parametrize(
    "exercise", [e for e in ALL if e.id in SLOW], ids=lambda e: e.id
)
def test_stored_answers_are_the_solution_s(exercise):
    """The answers that a student's copy holds are those of the solution today."""
    stored = from_bytes(stored_path(exercise.lab).read_bytes())[exercise.name]
    fresh = public_answers(exercise, from_solution(exercise, SOLUTIONS))
    assert same_answers(exercise, stored, fresh)
