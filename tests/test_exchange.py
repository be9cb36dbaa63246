"""nbgrader's exchange goes the whole round: out, in on time and late, graded, and back."""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderApp
from test_round_trip import shown_under
from typer.testing import CliRunner

from grader.cli import app
from grader.course.late import TIMESTAMP
from grader.folder import CONFIG_NAME
from grader.platforms.marks import by_student, read_marks

SCRIPTS = sysconfig.get_path("scripts")
STEM = "lab01_eight_megapixels"
EXCHANGE = shown_under("Through nbgrader's exchange")
# What a student's home needs, as docs/deploy.md says it.
SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "convlab"
c.Exchange.root = {root!r}
"""


@pytest.fixture
def nbgrader(monkeypatch) -> Callable[..., None]:
    """Give a function that runs a command of nbgrader's in somebody's home."""

    def run(home: Path, *command: str) -> None:
        monkeypatch.chdir(home)
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("PATH", f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        NbGraderApp.clear_instance()
        NbGraderApp.launch_instance(list(command))
        NbGraderApp.clear_instance()

    return run


def _convlab(course, *command: str) -> str:
    done = CliRunner().invoke(app, [*command, "--course", str(course.root)])
    assert done.exit_code == 0, done.output
    return done.output


def _home(course, student: str) -> Path:
    home = course.root.parent / student
    home.mkdir()
    settings = SETTINGS.format(root=str(course.root.parent / "exchange"))
    (home / CONFIG_NAME).write_text(settings, "utf-8")
    return home


def _set(course, line: str) -> None:
    with (course.root / CONFIG_NAME).open("a") as settings:
        settings.write(f"{line}\n")


@pytest.mark.slow
def test_round(course, nbgrader):
    """Two students get the lab, hand in on time and late, and get their own pages."""
    root, exchange = course.root, course.root.parent / "exchange"
    exchange.mkdir(mode=0o777)
    _set(course, f"c.Exchange.root = {str(exchange)!r}")
    homes = {student: _home(course, student) for student in ("ada", "bob")}
    release, collect, grade, feedback, back = map(str.split, EXCHANGE)
    nbgrader(root, *release[1:])
    for student, home in homes.items():
        nbgrader(home, "fetch_assignment", STEM)
        shutil.copy(course.solution(STEM), home / STEM)
        nbgrader(home, "submit", STEM, f"--student={student}")
    nbgrader(root, *collect[1:])
    # Bob handed in after Ada, who comes at the last moment.
    due = (root / "submitted" / "ada" / STEM / TIMESTAMP).read_text("utf-8")
    _set(course, f"c.Late.due = {{'lab01': {due!r}}}")
    _set(course, "c.Late.penalty_per_day = 0.1")
    _convlab(course, *grade[1:], "--no-sandbox")
    _convlab(course, *feedback[1:])
    nbgrader(root, *back[1:])
    for student, home in homes.items():
        nbgrader(home, "fetch_feedback", STEM, f"--student={student}")

    for student, home in homes.items():
        (page,) = home.glob(f"{STEM}/feedback/*/{STEM}.html")
        assert page.read_bytes() == course.feedback_page(STEM, student).read_bytes()
        (sent,) = exchange.glob(f"convlab/inbound/{student}+*")
        for name in (TIMESTAMP, "submission_secret.txt"):
            for folder in ("submitted", "autograded", "feedback"):
                kept = root / folder / student / STEM / name
                assert kept.read_bytes() == (sent / name).read_bytes()
    marks = by_student(read_marks(course, STEM))
    assert (marks["ada"].days_late, marks["ada"].penalty) == (0, 0)
    assert (marks["bob"].days_late, marks["bob"].penalty) == (1, pytest.approx(2.3))
