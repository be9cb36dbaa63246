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
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parent.parent
DOCS = (ROOT / "docs" / "instructor.md").read_text("utf-8")
STEM = "lab01_eight_megapixels"
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


def _shown(heading: str) -> list[str]:
    """Give the commands that a section shows, without comments."""
    section = DOCS.split(f"## {heading}")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [line.split("  #")[0] for line in "".join(blocks).splitlines()]


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


@pytest.mark.slow
def test_round_trip(course):
    """Every command shown under In and Back works, around a class that is graded."""
    root = course.root
    (root / "gradebook.csv").write_text(GRADEBOOK, "utf-8")
    (root / "grades.csv").write_text(WORKSHEET, "utf-8")
    solved = course.solution(STEM).read_bytes()
    with zipfile.ZipFile(root / "submissions.zip", "w") as archive:
        archive.writestr("doejane_LATE_4321_98_lab01-1.ipynb", solved)
        archive.writestr("evesly_5_99_lab01.ipynb", "{}")
    printed = [_run(root, line) for line in _shown("In")]
    assert all("1 matched, 1 unknown, 1 missing" in text for text in printed[1:])
    assert "Jane Doe (jdoe)" in _run(root, "convlab grade lab01 --no-sandbox")
    _run(root, "convlab feedback lab01")
    _run(root, "convlab report")
    assert "Jane Doe" in (root / "report.html").read_text("utf-8")
    with Gradebook(course.db_url) as gradebook:
        (notebook,) = gradebook.find_submission(STEM, "jdoe").notebooks
        for grade in notebook.grades:
            grade.needs_manual_grade = False
        gradebook.db.commit()
    for line in _shown("Back"):
        _run(root, line)
    filled = (root / "gradebook-filled.csv").read_text("utf-8")
    assert '"Doe, Jane",4321,jdoe,A,23\n' in filled
    assert (root / "filled.csv").read_text("utf-8") == filled
    assert ",23,25.00\n" in (root / "grades-filled.csv").read_text("utf-8")
    with zipfile.ZipFile(root / "pages.zip") as archive:
        (page,) = archive.namelist()
        assert page == "doejane_LATE_4321_98_lab01-1.html"
        assert "Jane Doe" in archive.read(page).decode()
