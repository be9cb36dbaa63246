"""The command: documented, kind to mistakes, and honest in its exit code."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from grader.cli import app, main
from grader.cli.doctor import _memory
from grader.course.course import Course
from grader.course.gradebook import Gradebook
from grader.folder import CONFIG_NAME, stems, write_whole
from grader.grading.entry import Entry
from grader.kernel import folders

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = sorted(typer.main.get_command(app).commands)
LAB = "lab00_how_grading_works"
ENTRY = json.dumps(Entry("ada", LAB, "0" * 64, {}, [], "{}").to_json())


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
def test_mistakes_are_one_sentence(course, monkeypatch, capsys, args, words):
    """A user's mistake gives one sentence, exit code 2 and no traceback."""
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(sys, "argv", ["convlab", *args])
    monkeypatch.setattr(folders, "keep_together", lambda: None)
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr().err
    assert end.value.code == 2
    assert words in told
    assert "The fault is" in told
    assert "Traceback" not in told


def _hand_in(course: Course) -> None:
    solved = course.solution(LAB).read_text("utf-8")
    write_whole(course.root / "submitted" / "ada" / LAB / f"{LAB}.ipynb", solved)


def _empty_seed(course: Course) -> None:
    write_whole(course.root / ".convlab" / "seed", "")


def _no_database(course: Course) -> None:
    (course.root / "gradebook.db").write_text("no database " * 99)


BROKEN: dict[str, tuple[Callable[[Course], object], str, str]] = {
    "seed": (
        _empty_seed,
        "course's secret seed, a number, and does not",
        "in the command",
    ),
    "script": (
        lambda c: c.script(LAB).unlink(),
        "is needed to grade",
        "in the command",
    ),
    "solution": (
        lambda c: c.solution(LAB).unlink(),
        "is needed to grade",
        "in the command",
    ),
    "released": (
        lambda c: c.released(LAB).write_text("no notebook"),
        f"`convlab build {LAB}`",
        "in the command",
    ),
    "config": (
        lambda c: (c.root / CONFIG_NAME).write_text("c = get_config("),
        f"{CONFIG_NAME} has a mistake: SyntaxError",
        "in the command",
    ),
    "gradebook": (_no_database, "The gradebook sqlite:///", "on this machine"),
    "journal": (
        lambda c: write_whole(c.root / ".convlab" / "journal", ""),
        "Not a directory",
        "in the command",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "words", "fault"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told(course, damage, words, fault):
    """What is damaged in the course is named, with whose fault it is and no traceback."""
    _hand_in(course)
    damage(course)
    done = _convlab("grade", LAB, cwd=course.root)
    assert done.returncode == 2, done.stdout
    assert words in done.stderr
    assert f"The fault is {fault}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_locked_gradebook_is_told(course):
    """Whoever keeps the gradebook to itself is to be closed; nothing else is advised."""
    _hand_in(course)
    with Gradebook(course.db_url):
        pass
    with closing(sqlite3.connect(course.root / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = _convlab("grade", LAB, cwd=course.root)
    assert done.returncode == 2
    assert "(database is locked). Close what else uses it" in done.stderr


@pytest.mark.slow
def test_a_folder_as_output(course):
    """A page is no folder."""
    write_whole(course.root / ".convlab" / "journal" / LAB / "ada" / "k.json", ENTRY)
    done = _convlab("report", "--output", course.root, cwd=course.root)
    assert done.returncode == 2
    assert "is a folder; name a file to write" in done.stderr


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
    told = "0 of 3 points, and 1 for your explanation"
    assert told in " ".join(untouched.stdout.split())


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


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [["--no-attack"], pytest.param([], marks=pytest.mark.complete)]
)
def test_doctor(options):
    """`convlab doctor` looks at everything it promises."""
    done = _convlab("doctor", *options)
    for word in ("Python", "tensorflow", "digits", "memory", "course", "bytecode"):
        assert word in done.stdout


@pytest.mark.parametrize(("available", "fine"), [(22, True), (1, False)])
def test_memory(monkeypatch, available, fine):
    """Memory counts as free that is used for what was read from the disk."""
    told = SimpleNamespace(available=available * 2**30, free=2**29)
    monkeypatch.setattr("psutil.virtual_memory", lambda: told)
    found = _memory()
    assert (found.found, found.fine) == (f"{available}.0 GiB", fine)


def test_readme_lists_the_labs():
    """The README links every lab, with its title."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for stem in stems(ROOT):
        script = (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")
        title = next(line[4:] for line in script.splitlines() if line[:4] == "# # ")
        assert f"(labs/{stem}/{stem}.ipynb) | {title} |" in readme
