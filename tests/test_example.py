"""A worked example is worked: rows stand whole, the numbers are small, and the sum is right."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any

import numpy as np
import pytest
from conftest import COMPLETE

from grader import exercises
from grader.exercises.answers import answers_for
from grader.judging.example import at, effort, places
from grader.judging.exercise import FROM_SOLUTION, PUBLIC_SEED, Case, Exercise, Mistake
from grader.judging.judge import judge
from grader.judging.render import to_html, to_text
from grader.judging.show import labelled, numbers
from grader.judging.subject import InProcess
from grader.judging.verdict import Verdict

CALLED = [
    exercise
    for stem in exercises.stems()
    for exercise in exercises.of_lab(stem).values()
    if exercise.probe == "call"
]
# Their cases are no numbers to add: one fixed pair of arrays, and pixels told by codes,
# which have to be many lest a random mistake be right by chance.
UNWORKED = {"lab05.grayscale_as_1x1", "lab02.permute_pixels"}
# A slope is no whole number, and probabilities of three classes need two decimals.
HARDEST = {"lab07.leaky_relu": 1, "lab11.hardest_examples": 2}
WORKED = [exercise for exercise in CALLED if exercise.id not in UNWORKED]
# What the expressions may use; with more range than a float has, as `exp(1000)` is meant.
FUNCTIONS = {
    **{name: getattr(math, name) for name in ("cos", "log", "pi", "sqrt")},
    "exp": lambda x: np.exp(np.longdouble(x)),
    "abs": abs,
    "max": max,
    "min": min,
}


def _small_cases(exercise: Exercise, seed: int) -> list[tuple[Case, Any]]:
    """Return the cases that may be worked, with the right answers."""
    found = []
    for case in exercise.drawn(seed):
        right = answers_for(exercise, seed=seed).expected(case)["value"]
        if numbers([*case.args, *case.kwargs.values(), right, right]) <= 80:
            found.append((case, right))
    return found


def _value(exercise: Exercise, expression: str, case: Case) -> Any:
    named = {exercise.argument_name(i): arg for i, arg in enumerate(case.args)}
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", expression)
    names = {"__builtins__": {}, **FUNCTIONS, **named, **case.kwargs}
    return eval(plain, names)


@pytest.mark.parametrize("exercise", WORKED, ids=lambda e: e.id)
@pytest.mark.parametrize("seed", [PUBLIC_SEED, 1, 2, 3])
def test_arithmetic_is_true(exercise, seed):
    """What an example says how a value comes about gives this value."""
    told = 0
    for case, right in _small_cases(exercise, seed):
        for place in places(right):
            text = exercise.arithmetic(place, *case.args, **case.kwargs)
            if not text:
                continue
            told += 1
            found = _value(exercise, text.splitlines()[-1], case)
            expected = at(right, place)
            if isinstance(expected, str):
                assert found == expected
            else:
                np.testing.assert_allclose(
                    float(found), expected, rtol=1e-3, atol=1e-4, err_msg=text
                )
    assert told


@pytest.mark.parametrize("exercise", WORKED, ids=lambda e: e.id)
def test_a_small_case_has_small_numbers(exercise):
    """There is a case of few and small numbers, and its arithmetic is short."""
    hardest = HARDEST.get(exercise.id, 0)
    seeds = [PUBLIC_SEED] if exercise.reference is FROM_SOLUTION else [PUBLIC_SEED, 1]
    for seed in seeds:
        small = [
            (case, right)
            for case, right in _small_cases(exercise, seed)
            if effort(case) <= hardest
        ]
        assert small
        for case, right in small:
            for place in places(right):
                text = exercise.arithmetic(place, *case.args, **case.kwargs)
                assert text.count("*") + text.count(" + ") <= 60, text


@pytest.mark.parametrize("exercise", CALLED, ids=lambda e: e.id)
def test_no_row_is_broken(exercise):
    """A matrix has as many lines as rows, each with all of its numbers."""
    for case, right in _small_cases(exercise, PUBLIC_SEED):
        for value in (*case.args, right):
            if isinstance(value, np.ndarray) and value.ndim == 2 and value.size:
                _, *rows = labelled("x", value)
                assert len(rows) == len(value)
                for row in rows:
                    assert row.count(",") in (value.shape[1], value.shape[1] - 1)


ODD = [None, 0, 10**400, float("inf"), "text", [], (), {}, [[1], [2, 3]], [None] * 3]
ODD += [np.array("a"), np.zeros(0), np.zeros((2, 0)), np.array(5), True, {"a": {1: 2}}]
ODD += [(np.zeros((2, 2)), [1.0]), np.full((2, 2, 2, 2), np.nan), [{"a": [1]}, "b"]]


@pytest.mark.slow
@pytest.mark.parametrize("exercise", CALLED, ids=lambda e: e.id)
@pytest.mark.parametrize("all_of_them", [COMPLETE, False])
def test_no_answer_is_too_odd_for_an_example(exercise, all_of_them):
    """Whatever a function returns, the verdict is about the student's code."""
    step = 1 if all_of_them else 8  # of the exercises of a lab each begins elsewhere
    for odd in ODD[CALLED.index(exercise) % step :: step]:
        subject = InProcess({exercise.name: lambda *args, odd=odd, **kwargs: odd})
        verdict = judge(exercise, subject, answers_for(exercise))
        assert verdict.status != "grader error", (odd, verdict.message)


def test_long_rows_stay_whole():
    """NumPy breaks a row at 75 characters, and a label says which matrix is which."""
    wide = np.arange(60.0).reshape(1, 2, 30, 1) + 0.125
    name, *rows = labelled("x", wide)
    assert name == "x[0, :, :, 0] ="
    assert [row.count(",") for row in rows] == [30, 29]
    assert labelled("x", np.array([[1.0, -0.0], [20.0, 3.0]])) == [
        "x =",
        "    [[ 1,  0],",
        "     [20,  3]]",
    ]


@pytest.mark.parametrize(
    ("name", "shape", "label"),
    [
        ("x", (2, 3, 4, 1), "x[0, :, :, 0] ="),
        ("W", (2, 2, 2, 2), "W[:, :, 0, 0] ="),
        ("W", (1, 1, 3, 2), "W[0, 0, :, :] ="),
        ("images", (2, 3, 4), "images[0, :, :] ="),
        ("kernel", (3, 3, 2), "kernel[:, :, 0] ="),
    ],
)
def test_rows_and_columns_are_the_matrix(name, shape, label):
    """Pictures come in batches, kernels begin with rows, and of one pixel are its channels."""
    assert labelled(name, np.ones(shape))[0] == label


def test_a_narrow_page_breaks_no_row():
    """Sentences of a verdict may be broken; examples and rows of arrays scroll."""
    sentence = "At [0] it is 3.\n[[1, 2],\n [3, 4]]\nThat is all."
    verdict = Verdict(
        "lab99.f",
        "failed",
        0,
        1,
        "Not yet.",
        evidence=(sentence,),
        example="x =\n    [[1]]",
    )
    page = to_html(verdict)
    for row in ("[[1, 2],", " [3, 4]]"):
        assert f'<span style="white-space: pre">{row}</span>' in page
    assert page.count('<span style="white-space: pre">') == 2
    assert 'white-space: pre; overflow-x: auto">x =\n    [[1]]</pre>' in page
    assert "x =\n        [[1]]" in to_text(verdict)


def test_whole_numbers_go_first():
    """Of two wrong cases the one with whole numbers is worked, though it is larger."""
    fraction, whole = Case((np.array([0.1234]),)), Case((np.array([1, 2, 3]),))
    exercise = Exercise(1, lambda rng: [fraction, whole], np.negative, id="lab99.f")
    assert "f([1, 2, 3])" in _example(exercise, lambda x: x)


def test_a_case_that_tells_mistakes_apart_goes_first():
    """A case in which several mistakes give the same answer shows none of them."""
    mistakes = (
        Mistake("squared", "No square.", lambda reference, x: x * x),
        Mistake("two added", "No sum.", lambda reference, x: x + 2),
        Mistake("other", "Other.", lambda reference, x: x - 1),
    )
    cases = [Case((2,)), Case((3,))]
    exercise = Exercise(1, lambda rng: cases, np.negative, mistakes, id="lab99.f")
    assert "f(3)" in _example(exercise, lambda x: x + 2)


def test_noise_is_no_difference():
    """What rounding leaves of a 0 is not the value that is worked."""
    exercise = Exercise(
        1,
        lambda rng: [Case((np.array([0.0, 1.0]),))],
        lambda x: 2 * x + 1e-17,
        arithmetic=lambda index, x: f"2*{x[index]:g}",
        id="lab99.f",
    )
    *_, head, line = _example(exercise, lambda x: 3 * x).splitlines()
    assert (head, line) == ("At [1]:", "    2*1 = 2; yours is 3")


def test_one_value_is_worked_in_full():
    """The example ends with the sum of one value, and with what the student has there."""
    exercise = exercises.get("lab05.conv_layer_forward")
    forgotten = next(m for m in exercise.mistakes if "bias" in m.name)
    wrong = partial(forgotten.wrong, exercise.reference)
    *_, head, line = _example(exercise, wrong).splitlines()
    assert re.fullmatch(r"At \[0, 0, 0, 0\]: rows 0 to 1 and .*, plus b\[0\]:", head)
    assert re.fullmatch(r"    .*\*.* \+ .* = -?\d+; yours is -?\d+", line)


def _example(exercise: Exercise, function: Any) -> str:
    subject = InProcess({exercise.name: function})
    return judge(exercise, subject, answers_for(exercise)).example
