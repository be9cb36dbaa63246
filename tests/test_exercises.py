"""Every exercise of every lab is whole; how well it judges stands in test_quality."""

from __future__ import annotations

import contextlib
import inspect
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import COMPLETE

from grader import exercises
from grader.authoring.stored import public_answers, same_answers
from grader.exercises.answers import (
    answers_for,
    from_solution,
    solution_namespace,
    stored_path,
)
from grader.folder import stems
from grader.judging.exercise import FROM_SOLUTION, PUBLIC_SEED, Exercise
from grader.judging.judge import judge
from grader.judging.subject import InProcess
from grader.probing.networks import build_network
from grader.probing.plain import copied, from_bytes, to_bytes
from grader.probing.request import WITHOUT_KERAS

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"

ALL = [e for stem in exercises.stems() for e in exercises.of_lab(stem).values()]
WRITTEN = [exercise for exercise in ALL if exercise.probe != "value"]


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.id)
def test_stub_gets_nothing(exercise):
    """What a student has before doing anything is worth nothing."""

    def stub(*args, **kwargs):
        raise NotImplementedError

    subject = [None] * 3 if exercise.probe == "value" else stub
    subject = InProcess({exercise.name: subject})
    assert judge(exercise, subject, answers_for(exercise), PUBLIC_SEED).points == 0


ODD = [None, 0, 10**400, float("nan"), "a", [], (), {}, [[1], [2, 3]], [None] * 3]
ODD += [np.array(0), np.array("a"), np.zeros(0), np.zeros(3, "uint8"), True]
DTYPES = ("uint8", "int8", "bool", "U1", "float16")


@pytest.mark.parametrize(
    "exercise", [e for e in ALL if e.probe in ("call", "value")], ids=lambda e: e.id
)
def test_whatever_is_returned_can_be_compared(exercise):
    """An answer of another type or number type is wrong, and no error of the grader."""
    case = exercise.drawn(PUBLIC_SEED)[0]
    right = answers_for(exercise).expected(case)["value"]
    shaped = [np.zeros(right.shape, t) for t in DTYPES if isinstance(right, np.ndarray)]
    for answer in [*ODD, *shaped]:
        exercise.comparison(right, answer)


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda e: e.id)
def test_shape_of_an_exercise(exercise):
    """An exercise has several named mistakes, distinct names, and hints in sentences."""
    names = [mistake.name for mistake in exercise.mistakes]
    assert len(names) >= 6
    assert len(set(names)) == len(names)
    for mistake in exercise.mistakes:
        assert re.search(r"[.?!]\)?$", mistake.hint), mistake.hint
        assert len(mistake.hint) > 20
    cases = exercise.drawn(1)
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


# What a probe puts before the arguments of a case: a model, a tensor, a folder.
PUT_BEFORE = {"block": 1, "compiled": 1, "on_network": 1, "saved": 2, "training": 1}
PUT_BEFORE |= {"transferred": 1}


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda e: e.id)
def test_arguments_are_named_as_in_the_task(exercise):
    """Hints speak of an argument by the name that it has in the notebook."""
    script = SOLUTIONS / f"{exercises.stem_of(exercise.lab)}.py"
    function = solution_namespace(script)[exercise.name]
    names = list(inspect.signature(function).parameters)
    names = names[PUT_BEFORE.get(exercise.probe, 0) :]
    for case in exercise.drawn(PUBLIC_SEED):
        told = [exercise.argument_name(place) for place in range(len(case.args))]
        assert told == names[: len(told)]
        assert set(case.kwargs) <= set(names)


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
    assert stems(ROOT) == list(exercises.stems())


@pytest.mark.parametrize(
    "exercise", [e for e in ALL if e.reference is FROM_SOLUTION], ids=lambda e: e.id
)
@pytest.mark.parametrize("all_of_them", [COMPLETE, False])
def test_stored_answers_are_the_solution_s(exercise, all_of_them):
    """The answers that a student's copy holds are those of the solution today.

    In `make test` to one case in three, and of networks, which take long, to the first
    case and by a few mistakes.
    """
    stored = from_bytes(stored_path(exercise.lab).read_bytes())[exercise.name]
    asked, step = exercise, 1 if all_of_them else 3
    if exercise.probe not in WITHOUT_KERAS and not all_of_them:
        asked = replace(exercise, mistakes=exercise.mistakes[::8])
        step = len(stored["expected"])
    names = [mistake.name for mistake in asked.mistakes]
    chosen = {
        "expected": stored["expected"][::step],
        "mistakes": {name: stored["mistakes"][name][::step] for name in names},
    }
    fresh = public_answers(asked, from_solution(exercise, SOLUTIONS), step)
    assert same_answers(asked, chosen, fresh)


@pytest.mark.parametrize(
    "exercise", [e for e in ALL if e.probe == "on_network"], ids=lambda e: e.id
)
def test_no_mistake_changes_the_network(exercise):
    """Mistakes share the network of a case, which is built once."""
    case = exercise.drawn(PUBLIC_SEED)[0]
    network = build_network(**case.extra)
    before = network.get_config(), [w.copy() for w in network.get_weights()]
    for mistake in exercise.mistakes:
        with contextlib.suppress(Exception):
            mistake.wrong(
                exercise.reference, network, *copied(case.args), **copied(case.kwargs)
            )
    assert repr(network.get_config()) == repr(before[0])
    for weights, expected in zip(network.get_weights(), before[1], strict=True):
        np.testing.assert_array_equal(weights, expected)
