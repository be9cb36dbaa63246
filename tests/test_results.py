"""What Gradescope and PrairieLearn read, with the points that `convlab grade` gives."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader import exercises
from grader.authoring.sample_class import sample_class
from grader.cli import app
from grader.exceptions import ConvlabError
from grader.folder import write_whole
from grader.grading.many import ClassRun
from grader.judging.verdict import Verdict
from grader.platforms.results import gradescope, prairielearn

LAB = "lab00_how_grading_works"
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PASSED = Verdict("lab00.double", "passed", 2.0, 2.0, "Right.")
HALF = Verdict("lab00.half", "failed", 1.0, 2.0, "Not yet.", (("kept", "A hint."),))
OURS = Verdict("lab00.double", "grader error", 0.0, 2.0, "No kernel.")


def test_gradescope():
    """Every exercise is a test with its points and words."""
    found = gradescope([PASSED, HALF], ["A note."], 3.2)
    assert [(t["score"], t["max_score"]) for t in found["tests"]] == [(2, 2), (1, 2)]
    assert "A hint." in found["tests"][1]["output"]
    assert found["output"] == "A note."
    assert "score" not in found  # the tests' are added up
    assert {t["visibility"] for t in found["tests"]} == {"visible"}


def test_prairielearn():
    """The score is a share; the tests add up to it."""
    found = prairielearn([PASSED, HALF], [], 3.2)
    assert found["gradable"]
    assert found["score"] == 0.75
    assert sum(test["points"] for test in found["tests"]) == 3


def test_what_is_ours_gives_nobody_0():
    """Neither platform is told points that nobody gave."""
    with pytest.raises(ConvlabError, match="no fault of yours"):
        gradescope([OURS], [], 1.0)
    assert prairielearn([OURS], [], 1.0)["gradable"] is False


def _check(*args: object) -> None:
    done = CliRunner().invoke(app, ["check", *map(str, args)])
    assert done.exit_code == 0, (done.output, done.exception)


@pytest.mark.slow
def test_the_same_points_as_a_class(course, tmp_path):
    """For each submission both platforms are told what `convlab grade` gives."""
    samples, submitted = tmp_path / "samples", course.root / "submitted"
    sample_class(course, LAB, samples)
    for student in ("partial", "not-a-notebook"):
        write_whole(
            submitted / student / LAB / f"{LAB}.ipynb",
            (samples / student / LAB / f"{LAB}.ipynb").read_bytes(),
        )
    run = ClassRun(course, LAB, submitted, 1, sandboxed=False)
    before = sorted(course.root.rglob("autograded/**/*"))
    for entry in run.grade():
        for option in ("gradescope", "prairielearn"):
            target = tmp_path / f"{option}.json"
            _check(
                *(submitted / entry.student / LAB, "--lab", "lab00", "--no-sandbox"),
                *("--student", entry.student, f"--{option}", target),
                *("--course", course.root),
            )
        told = json.loads((tmp_path / "gradescope.json").read_text())
        assert {t["name"].partition(".")[2]: t["score"] for t in told["tests"]} == {
            name: entry.points_of(name) for name in entry.verdicts
        }
        most = sum(exercise.points for exercise in exercises.of_lab(LAB).values())
        share = json.loads((tmp_path / "prairielearn.json").read_text())["score"]
        assert share * most == pytest.approx(entry.points)
    assert before == []


@pytest.mark.parametrize(
    "path", ["gradescope/run_autograder", "prairielearn/lab03/tests/run.sh"]
)
def test_the_examples_call_what_is_there(path):
    """The commands of the example folders have only options that `check` has."""
    text = (EXAMPLES / path).read_text("utf-8").replace("\\\n", " ")
    (line,) = re.findall(r"^\.venv/bin/convlab (check .*)$", text, re.MULTILINE)
    help_text = CliRunner().invoke(app, ["check", "--help"], terminal_width=200).output
    options = [word for word in shlex.split(line) if word.startswith("--")]
    assert options
    assert all(option in help_text for option in options)
    info = json.loads((EXAMPLES / "prairielearn/lab03/info.json").read_text("utf-8"))
    assert info["externalGradingOptions"]["entrypoint"].endswith("tests/run.sh")
