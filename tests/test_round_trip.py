"""A class comes in, is graded and goes back, by the commands that the docs show."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.course.gradebook import Gradebook

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")
DOCS = (ROOT / "docs" / "instructor.md").read_text("utf-8")
STEM = "lab01_eight_megapixels"
IN, BACK = "In: from where students hand in", "Back: marks and pages"
GRADEBOOK = """\
Student,ID,SIS Login ID,Section,Lab 01 (9)
    Points Possible,,,,25
"Doe, Jane",4321,jdoe,A,
"Ng, Bob",77,bob,A,
"""
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade
Participant 123,Jane Doe,jane@uni.edu,Submitted,,25.00
"""


SECTIONS = re.split(r"^## ", DOCS, flags=re.MULTILINE)
# What is run by other tests: of the command, the release, the exchange, the report.
ELSEWHERE = {
    *("Once", "Out: to students", "Through nbgrader's exchange"),
    "The class at a glance",
}


def shown(section: str) -> list[str]:
    """Give the commands that a text shows, without comments."""
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [line.split("  #")[0].strip() for line in "".join(blocks).splitlines()]


def shown_under(heading: str) -> list[str]:
    """Give the commands of the section with a heading."""
    (section,) = (text for text in SECTIONS if text.startswith(f"{heading}\n"))
    return shown(section)


def _run(folder: Path, line: str) -> str:
    """Run a command as a shell with the environment's scripts would."""
    bin_folder = Path(sys.executable).parent
    command, *args = shlex.split(line)
    done = subprocess.run(
        [bin_folder / command, *args],
        cwd=folder,
        env=os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_every_command_is_run():
    """No section shows a command that no test runs."""
    with_commands = {text.splitlines()[0] for text in SECTIONS if shown(text)}
    assert with_commands == {IN, "Grade", BACK, *ELSEWHERE}
    assert shown_under("Once") == ["make setup", "convlab doctor"]
    assert set(shown_under("Out: to students")) < set(shown(DEPLOY))


@pytest.mark.slow
def test_round_trip(course):
    """Every command shown under In, Grade and Back works, in this order."""
    root = course.root
    (root / "gradebook.csv").write_text(GRADEBOOK, "utf-8")
    (root / "grades.csv").write_text(WORKSHEET, "utf-8")
    solved = course.solution(STEM).read_bytes()
    with zipfile.ZipFile(root / "submissions.zip", "w") as archive:
        archive.writestr("doejane_LATE_4321_98_lab01-1.ipynb", solved)
        archive.writestr("evesly_5_99_lab01.ipynb", "{}")
    printed = [_run(root, line) for line in shown_under(IN)]
    assert all("1 matched, 1 unknown, 1 missing" in text for text in printed[1:])
    grade, report = shown_under("Grade")
    table = _run(root, f"{grade} --no-sandbox")
    assert "Jane Doe (jdoe)" in table
    assert "1 have an answer that waits for points by hand" in table
    _run(root, report)
    assert "Jane Doe" in (root / "report.html").read_text("utf-8")
    with Gradebook(course.db_url) as gradebook:
        (notebook,) = gradebook.find_submission(STEM, "jdoe").notebooks
        for grade in notebook.grades:
            grade.needs_manual_grade = False
        gradebook.db.commit()
    for line in shown_under(BACK):
        _run(root, line)
    filled = (root / "gradebook-filled.csv").read_text("utf-8")
    assert '"Doe, Jane",4321,jdoe,A,23\n' in filled
    assert (root / "filled.csv").read_text("utf-8") == filled
    assert ",23,25.00\n" in (root / "grades-filled.csv").read_text("utf-8")
    with zipfile.ZipFile(root / "pages.zip") as archive:
        (page,) = archive.namelist()
        assert page == "doejane_LATE_4321_98_lab01-1.html"
        assert "Jane Doe" in archive.read(page).decode()
