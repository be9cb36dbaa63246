"""The part of `make quality` that runs each time: every exercise, a little of everything."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import COMPLETE
from typer.testing import CliRunner

from grader import exercises
from grader.authoring.quality import WHAT_IS_WRONG, measure, written
from grader.authoring.quality.asked import AskedExercise
from grader.authoring.quality.effort import QUICK, QUICK_OF_A_MODEL, Effort
from grader.authoring.quality.measure import FIRST_SECRET, Quality
from grader.cli import app
from grader.probing.request import WITHOUT_KERAS

ROOT = Path(__file__).resolve().parent.parent
# Of the bank some mistakes of each exercise each time, and where networks are built some
# right answers; all in `make test-all`.
PART = replace(QUICK, mutants=4, pairs=2, oracle_seeds=3, mistakes=6, timed=False)
PART_OF_NETWORKS = replace(QUICK_OF_A_MODEL, mistakes=3, right_answers=2, timed=False)
# Its cases must be large: random mistakes would by chance be right in small ones.
WITHOUT_EXAMPLES = {"lab02.permute_pixels"}
# One exercise of each of these labs is quick; all of them take minutes.
FIRST = {written([stem])[0].id for stem in exercises.stems()[:5]}
EXERCISES = [
    pytest.param(e, id=e.id, marks=() if e.id in FIRST else pytest.mark.slow)
    for e in written(exercises.stems())
]


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("all_of_them", [COMPLETE, False])
def test_the_judge_is_right(exercise, all_of_them):
    """Right answers pass, wrong ones fail, and each mistake is told as itself."""
    part = PART if exercise.probe in WITHOUT_KERAS else PART_OF_NETWORKS
    if all_of_them:
        part = replace(
            part, mistakes=Effort.mistakes, right_answers=Effort.right_answers
        )
    quality = measure(exercise, ROOT, part)
    wrong = {kind: getattr(quality, kind) for kind in WHAT_IS_WRONG}
    assert not any(wrong.values()), wrong
    assert quality.named == quality.mistakes >= min(part.mistakes, 6)
    assert quality.right_answers >= min(part.right_answers, 5)
    if exercise.probe == "call" and exercise.id not in WITHOUT_EXAMPLES:
        assert quality.examples >= quality.mistakes / 2


def test_nobody_hears_what_wrong_answers_print(capsys):
    """What is measured prints nothing: the result may be JSON on the same stream."""
    exercise = exercises.of_lab("lab00_how_grading_works")["double"]

    def double(x):
        print(x)
        return 2 * x

    assert AskedExercise(exercise, ROOT).accepts(double, [FIRST_SECRET])
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_an_equivalent_mutant_may_take_its_time():
    """It is hurried to see whether it passes, not when it is told from what it equals."""
    exercise = exercises.of_lab("lab00_how_grading_works")["double"]
    measured = AskedExercise(exercise, ROOT)

    def double(x):
        until = time.thread_time() + 0.4
        while time.thread_time() < until:
            pass
        return 2 * x

    assert not measured.accepts(double, [FIRST_SECRET], seconds=0.1)
    assert measured.accepts(double, [FIRST_SECRET])


@pytest.mark.parametrize(("ends", "told"), [([9, 0.5], 0.5), ([9, 7, 8, 0.1], 7)])
def test_a_slow_check_is_timed_again(monkeypatch, ends, told):
    """A busy machine makes one check slow, and no check three times."""
    clock = iter([moment for seconds in ends for moment in (0, seconds)])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    exercise = exercises.of_lab("lab00_how_grading_works")["double"]
    measured = AskedExercise(exercise, ROOT)
    assert measured.verdict(lambda x: 2 * x, FIRST_SECRET, timed=True).passed
    monkeypatch.undo()
    assert measured.seconds == [told]


def test_the_command_measures_a_lab(tmp_path):
    """`convlab quality` gives JSON and a page, and says by its code what is reached."""
    page = tmp_path / "quality.html"
    command = ["quality", "lab00", "--json", "--workers", "1", "--page", str(page)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    (measured,) = json.loads(result.stdout)
    assert measured["exercise"] == "lab00.double"
    assert measured["named"] == measured["mistakes"] >= 6
    assert not any(measured[kind] for kind in WHAT_IS_WRONG)
    assert "lab00.double" in page.read_text()


def test_what_was_measured_is_kept(monkeypatch, tmp_path):
    """The page is written after each exercise: all of them take an hour."""

    def stopped(stems, root, effort, workers, report):
        report(Quality("lab00.double"))
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.cli.measuring.measure_labs", stopped)
    page = tmp_path / "quality.html"
    result = CliRunner().invoke(app, ["quality", "--page", str(page)])
    assert result.exit_code != 0
    assert "lab00.double" in page.read_text()
