"""A wrong answer is told its mistake, both of two, a part, or where it shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.judging.answers import LiveAnswers
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.judge import judge
from grader.judging.outcome import Outcome
from grader.judging.pattern import pattern
from grader.judging.subject import InProcess


def scaled(x, factor, offset=0):
    """Give x * factor + offset."""
    return np.asarray(x) * factor + offset


MISTAKES = (
    Mistake(
        "offset ignored", "Add it.", lambda ref, x, factor, offset=0: ref(x, factor)
    ),
    Mistake("sign wrong", "Look at it.", lambda ref, *args, **kw: -ref(*args, **kw)),
)
CASES = [
    Case((np.arange(4.0), 2.0)),
    Case((np.arange(4.0), 3.0), {"offset": 1}),
    Case((np.arange(6.0), 2.0), {"offset": 5}),
    Case((np.arange(3), 2.0), {"offset": 0}),
]
SCALED = Exercise(2, lambda rng: CASES, scaled, MISTAKES, id="lab00.scaled")


def _verdict(function):
    subject = InProcess({"scaled": function})
    return judge(SCALED, subject, LiveAnswers(SCALED, scaled))


def test_one_mistake():
    """A single mistake is named."""
    verdict = _verdict(lambda x, factor, offset=0: scaled(x, factor))
    assert [name for name, _ in verdict.mistakes] == ["offset ignored"]


def test_two_mistakes():
    """Two independent mistakes are both named."""
    verdict = _verdict(lambda x, factor, offset=0: -scaled(x, factor))
    assert {name for name, _ in verdict.mistakes} == {"offset ignored", "sign wrong"}
    assert " and " in verdict.message


def test_part_of_it():
    """What a mistake explains in part is said to be a part, not the cause."""

    def half(x, factor, offset=0):
        return scaled(x, factor) if len(x) > 3 else scaled(x, factor) + 0.5

    verdict = _verdict(half)
    assert verdict.mistakes == ()
    assert "2 of the 3 wrong cases look like" in verdict.evidence[-1]


def _raises_where_offset(reference, x, factor, offset=0):
    if offset:
        raise ValueError("operands could not be broadcast together")
    return reference(x, factor)


SHAPES = Mistake("shapes mixed up", "Look at them.", _raises_where_offset)


def _named(function):
    exercise = replace(SCALED, mistakes=(*MISTAKES, SHAPES))
    return judge(
        exercise, InProcess({"scaled": function}), LiveAnswers(exercise, scaled)
    )


def test_a_mistake_that_raises():
    """What a mistake raises by hand is what NumPy raises, cut off before the numbers."""

    def mixed_up(x, factor, offset=0):
        return scaled(x, factor) + (np.zeros(2) + np.zeros(3) if offset else 0)

    assert [name for name, _ in _named(mixed_up).mistakes] == ["shapes mixed up"]


def test_an_exception_alone_is_no_part_of_a_mistake():
    """Many mistakes raise a ValueError: one that raises elsewhere too is not told."""

    def raises_always(x, factor, offset=0):
        return np.zeros(2) + np.zeros(3)

    verdict = _named(raises_always)
    assert verdict.mistakes == ()
    assert not any("look like" in line for line in verdict.evidence)


def test_zeros_alone_are_no_clue():
    """Of zeros nearly anything is right: that says nothing of the others."""
    cases = [Case((np.array(x), 2.0)) for x in ([0.0, 0], [0.0], [-1.0, 2], [-3.0])]
    outcomes = [
        Outcome(case, "", {"status": "ok"}, "wrong" if case.args[0].any() else "")
        for case in cases
    ]
    assert pattern(SCALED, outcomes) == ""


def test_a_case_of_zeros_hides_no_clue():
    """Zeros are on no side where the sign of the others tells right from wrong."""
    drawn = ([0.0], [1.0, 2], [3.0], [-1.0, 2], [-3.0])
    cases = [Case((np.array(x), 2.0)) for x in drawn]
    outcomes = [
        Outcome(case, "", {"status": "ok"}, "wrong" if (case.args[0] < 0).any() else "")
        for case in cases
    ]
    assert pattern(SCALED, outcomes) == (
        "Right where the smallest value in `x` is 0 or more, wrong where it is below 0."
    )


def test_no_name_for_what_is_unknown():
    """Another error gets no name."""
    verdict = _verdict(lambda x, factor, offset=0: scaled(x, factor, offset) + 7)
    assert verdict.mistakes == ()


def _refuse(*args, **kwargs):
    raise ValueError


def _with_refusal(when, function):
    """Judge beside a mistake that raises where `when` says so."""
    refusal = Mistake(
        "refused",
        "It refuses.",
        lambda reference, x, *args, **kwargs: (_refuse if when(x) else reference)(
            x, *args, **kwargs
        ),
    )
    exercise = replace(SCALED, mistakes=(refusal,))
    subject = InProcess({"scaled": function})
    return judge(exercise, subject, LiveAnswers(exercise, scaled))


def _long_refused(x, factor, offset=0):
    if len(x) > 4:
        raise ValueError("whatever the library says")
    return scaled(x, factor, offset)


def test_a_mistake_that_raises_says_nothing_of_the_message():
    """An exception of the same type in the same cases is the same mistake."""
    verdict = _with_refusal(lambda x: len(x) > 4, _long_refused)
    assert [name for name, _ in verdict.mistakes] == ["refused"]


def test_an_exception_is_no_evidence_against_right_cases():
    """A mistake that would raise where the answer is right is not named, nor a part."""
    verdict = _with_refusal(lambda x: len(x) > 3, _long_refused)
    assert verdict.mistakes == ()
    assert not any("look like this mistake" in line for line in verdict.evidence)


MANY = [
    Case((np.arange(n).astype(kind), factor), {"offset": offset})
    for n, kind, factor, offset in [
        *((4, float, 2.0, 0), (4, int, 3.0, 1), (6, float, 3.0, 0)),
        *((6, int, 2.0, 1), (3, int, 3.0, 0), (5, float, 2.0, 2)),
    ]
]


def _outcomes(passed, cases=MANY):
    return [
        Outcome(case, "", {"status": "ok"}, "" if passed(case) else "wrong")
        for case in cases
    ]


def test_two_things_that_tell_alike_tell_nothing():
    """Where stride and offset change together, neither is said to be the cause."""
    twice = [replace(c, kwargs={"offset": c.args[1]}) for c in MANY]
    assert pattern(SCALED, _outcomes(lambda c: c.args[1] == 2.0, twice)) == ""


@pytest.mark.parametrize(
    ("passed", "sentence"),
    [
        (lambda c: c.args[1] == 2.0, "Right where `factor` is 2, wrong where it is 3."),
        (
            lambda c: c.args[0].dtype.kind == "f",
            "Right where what `x` holds is decimal numbers, "
            "wrong where it is whole numbers.",
        ),
        (lambda c: True, ""),
        (lambda c: len(c.args[0]) == 4, ""),
        # A single case on a side may be chance.
        (lambda c: c is MANY[0], ""),
    ],
)
def test_which_inputs_are_right(passed, sentence):
    """One sentence tells what the right inputs have in common; without one, nothing."""
    assert pattern(SCALED, _outcomes(passed)) == sentence


def _pattern(reference, inputs, right):
    exercise = replace(SCALED, reference=reference)
    return pattern(
        exercise,
        [
            Outcome(Case((x,)), "", {"status": "ok"}, "" if right(x) else "wrong")
            for x in inputs
        ],
    )


MIXED = [3, -2.5, 0, np.arange(3), np.ones((2, 2))]


@pytest.mark.parametrize(
    ("inputs", "right", "sentence"),
    [
        (
            MIXED,
            lambda x: np.ndim(x) == 0,
            "Right where the kind of `x` is a number, wrong where it is an array.",
        ),
        # Numbers have no content that is whole or decimal.
        (MIXED, lambda x: np.size(x) < 4, ""),
        (
            [np.ones(3), np.ones((2, 3)), np.ones((3, 2)), np.ones((1, 1, 1))],
            lambda x: x.ndim == 2,
            "Right where the number of axes of `x` is 2, wrong where it is 1 or 3.",
        ),
        # Neither list is a value that fits into a sentence.
        ([[(3, 1)], [(3, 1)] * 5], lambda x: len(x) < 5, ""),
    ],
)
def test_an_argument_that_is_given_is_not_called_missing(inputs, right, sentence):
    """What a number or a long list has not is no feature that tells cases apart."""
    assert _pattern(lambda x: x, inputs, right) == sentence


def test_a_kernel_has_no_images():
    """An array called W holds a kernel, whose first axes are its height and width."""
    shapes = ((3, 3, 1, 2), (2, 2, 1, 2), (1, 3, 1, 2), (1, 2, 1, 2))
    kernels = [np.ones(shape) for shape in shapes]
    found = _pattern(lambda W: W, kernels, lambda W: len(W) > 1)
    assert (
        found
        == "Right where the kernel in `W` is square, wrong where it is wider than high."
    )


def test_the_network_is_no_argument_of_a_case():
    """Where a network comes first, the other arguments keep their names."""
    on_network = replace(
        SCALED,
        probe="on_network",
        reference=lambda model, x, factor, offset=0: scaled(x, factor, offset),
    )
    outcomes = _outcomes(lambda case: case.args[1] == 2.0)
    assert pattern(on_network, outcomes).startswith("Right where `factor` is 2")
