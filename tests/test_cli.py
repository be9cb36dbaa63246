"""The command: documented, kind to mistakes, and honest in its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from grader.cli import app
from grader.folder import stems

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = sorted(typer.main.get_command(app).commands)
LAB = "lab00_how_grading_works"


def _convlab(*args: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_documented(command):
    """Every command has a help text and stands in the README."""
    assert f"convlab {command}" in (ROOT / "README.md").read_text("utf-8")
    assert len(typer.main.get_command(app).commands[command].help) > 30


def test_help():
    """`convlab --help` lists every command."""
    output = _convlab("--help").stdout
    assert all(command in output for command in COMMANDS)


MISTAKES = {
    "no such lab": (["grade", "lab77"], "There is no lab 'lab77'"),
    "nothing handed in": (["grade", "lab00"], "There are no submissions"),
    "nothing graded": (["feedback", "lab00"], "Nothing is graded"),
    "no report": (["report"], "Nothing is graded"),
    "no file": (["check", "nowhere.ipynb"], "There is no file"),
    "no download": (["collect", "lab00", "nowhere.zip"], "There is no file or folder"),
    "no class": (["roster", "nowhere.csv"], "There is no file"),
    "nowhere to export": (["export", "lab00"], "Say what to write"),
    "nothing to export": (["export", "--csv", "marks.csv"], "Nothing is graded"),
    "no course": (["grade", "lab00", "--course", "/"], "is not a course folder"),
}


@pytest.mark.parametrize(("args", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_one_sentence(course, args, words):
    """A user's mistake gives one sentence, exit code 2 and no traceback."""
    done = _convlab(*args, cwd=course.root)
    assert done.returncode == 2
    assert words in done.stderr
    assert "The fault is" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_check_solved_and_untouched(tmp_path):
    """`convlab check` passes the solution and fails the untouched lab."""
    solved = _convlab("check", ROOT / "solutions" / LAB / f"{LAB}.ipynb", "--json")
    assert solved.returncode == 0, solved.stderr
    verdicts = json.loads(solved.stdout)["verdicts"]
    assert {v["status"] for v in verdicts.values()} == {"passed"}
    untouched = _convlab("check", ROOT / "labs" / LAB / f"{LAB}.ipynb", cwd=tmp_path)
    assert untouched.returncode == 1
    assert "0 / 2" in untouched.stdout


@pytest.mark.slow
def test_check_of_another_notebook(tmp_path):
    """A notebook that is no lab is told so."""
    path = tmp_path / "other.ipynb"
    path.write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "utf-8"
    )
    done = _convlab("check", path)
    assert done.returncode == 2
    assert "no check cell" in done.stderr


@pytest.mark.parametrize(
    "options", [["--no-attack"], pytest.param([], marks=pytest.mark.complete)]
)
def test_doctor(options):
    """`convlab doctor` looks at everything it promises."""
    done = _convlab("doctor", *options)
    for word in ("Python", "tensorflow", "digits", "memory", "course", "bytecode"):
        assert word in done.stdout


def test_readme_lists_the_labs():
    """The README links every lab, with its title."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for stem in stems(ROOT):
        script = (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")
        title = next(line[4:] for line in script.splitlines() if line[:4] == "# # ")
        assert f"(labs/{stem}/{stem}.ipynb) | {title} |" in readme
