"""Networks that are not built to be compared would have been told apart."""

from __future__ import annotations

import pytest

from grader import exercises
from grader.exercises.answers import _stored
from grader.judging.answers import LiveAnswers, outlines_of
from grader.judging.exercise import PUBLIC_SEED

BUILT = ("lab09.build_inception_block", "lab09.build_lenet", "lab10.build_cnn")


def _known(exercise_id: str):
    """Return an exercise, its public cases, and the stored replies of its mistakes."""
    exercise = exercises.get(exercise_id)
    stored = _stored(exercise.lab)[exercise.name]
    cases = exercise.drawn(PUBLIC_SEED)
    known = outlines_of(exercise, stored["mistakes"], cases)
    return exercise, cases, stored, LiveAnswers(exercise, None, known)


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", BUILT)
def test_what_is_excluded_differs(exercise_id):
    """Of two mistakes one excludes the other only if their replies are not the same."""
    exercise, cases, stored, answers = _known(exercise_id)
    excluded = total = 0
    for case in cases:
        replies = [stored["expected"][case.number]]
        replies += [each[case.number] for each in stored["mistakes"].values()]
        for mistake in exercise.mistakes:
            own = stored["mistakes"][mistake.name][case.number]
            for reply in replies:
                total += 1
                if answers.excluded(mistake, case, reply):
                    excluded += 1
                    same = own["status"] == reply["status"] == "ok"
                    assert not same or exercise.comparison(own["value"], reply["value"])
            assert not answers.excluded(mistake, case, own)
    assert excluded > total / 2


@pytest.mark.parametrize("exercise_id", BUILT)
def test_an_activation_that_no_layer_tells_of_excludes_nothing(exercise_id):
    """It may be a function that is called on what a layer gives."""
    exercise, cases, stored, answers = _known(exercise_id)
    for mistake in exercise.mistakes:
        reply = stored["mistakes"][mistake.name][0]
        if reply["status"] == "ok":
            layers = [
                {**each, "activation": "linear"} for each in reply["value"]["layers"]
            ]
            told = {**reply, "value": {**reply["value"], "layers": layers}}
            assert not answers.excluded(mistake, cases[0], told)


@pytest.mark.parametrize("exercise_id", BUILT)
def test_secret_cases_build_what_public_ones_build(exercise_id):
    """Then no mistake has to be built before it is excluded."""
    exercise, _, _, answers = _known(exercise_id)
    reply = {"status": "unplain", "message": "None in place of a Keras model"}
    secret = exercise.drawn(7)
    first = exercise.mistakes[0]
    assert sum(answers.excluded(first, case, reply) for case in secret) >= 2
