"""A course's state goes into one file and comes back whole, elsewhere."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from conftest import copy_course

from grader.course.backup import backup, restore
from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.folder import CONFIG_NAME
from grader.grading.entry import Entry
from grader.grading.journal import Journal
from grader.judging.verdict import Verdict

LAB = "lab00_how_grading_works"


@pytest.fixture
def used(course) -> Course:
    """Give a course with submissions, a journal and a gradebook."""
    journal = Journal(course.root)
    verdict = Verdict("lab00.double", "passed", 2.0, 2.0, "Right.")
    for number, key in enumerate("abc"):
        notebook = f"attempt {number}"
        entry = Entry("ada", LAB, "", {"double": verdict}, [], notebook)
        journal.write(entry, key * 40)
    handed_in = course.root / "submitted" / "ada" / LAB
    handed_in.mkdir(parents=True)
    (handed_in / f"{LAB}.ipynb").write_text("{}")
    (handed_in / "link").symlink_to("/etc/hostname")
    (course.root / ".convlab" / "seed").write_text("42")
    (course.root / ".convlab" / "seed").chmod(0o600)
    config = course.root / CONFIG_NAME
    config.write_text(config.read_text() + "c.Late.penalty_per_day = 0.1\n")
    with closing(sqlite3.connect(course.root / "gradebook.db")) as gradebook:
        gradebook.execute("CREATE TABLE marks (points REAL)")
        gradebook.execute("INSERT INTO marks VALUES (1.5)")
        gradebook.commit()
    return course


def _state(root: Path) -> dict[str, bytes]:
    names = ("submitted", ".convlab", CONFIG_NAME)
    files = [p for n in names for p in (root / n, *(root / n).rglob("*"))]
    return {
        str(p.relative_to(root)): p.read_bytes()
        for p in files
        if p.is_file() and not p.is_symlink()
    }


def test_there_and_back(used, tmp_path):
    """All is there again, also which attempt was the last; links are not followed."""
    file = tmp_path / "backup.tar.gz"
    count = backup(used, file)
    assert file.stat().st_mode & 0o777 == 0o600
    other = copy_course(tmp_path / "other")
    assert restore(other, file) == count
    assert _state(other.root) == _state(used.root)
    assert not list(other.root.rglob("link"))
    (latest,) = Journal(other.root).latest(LAB)
    assert latest == Journal(used.root).latest(LAB)[0]
    assert latest.notebook == "attempt 2"
    assert (other.root / ".convlab" / "seed").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(other.root / "gradebook.db")) as gradebook:
        assert gradebook.execute("SELECT points FROM marks").fetchall() == [(1.5,)]
    assert (other.root / f"{CONFIG_NAME}.before").is_file()
    assert restore(other, file) == 0  # again: nothing is left to do


def test_nothing_is_overwritten(used, tmp_path):
    """Where something else is, nothing is written at all."""
    file = tmp_path / "backup.tar.gz"
    backup(used, file)
    (used.root / ".convlab" / "seed").write_text("43")
    (used.root / "gradebook.db").unlink()
    with pytest.raises(InstructorError, match="seed is there already"):
        restore(used, file)
    assert not (used.root / "gradebook.db").exists()


@pytest.mark.parametrize("name", ["../evil", "/evil", "solutions/x", "submitted/../x"])
def test_what_does_not_belong_is_refused(course, tmp_path, name):
    """A member that leads elsewhere is named, and nothing is written."""
    file = tmp_path / "bad.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    with pytest.raises(InstructorError, match="does not belong"):
        restore(course, file)


@pytest.mark.parametrize("data", [b"", b"not a backup", bytes(range(256))])
def test_what_is_no_backup_is_told(course, tmp_path, data):
    """A damaged file is one sentence."""
    file = tmp_path / "bad.tar.gz"
    file.write_bytes(data)
    with pytest.raises(InstructorError, match="no backup"):
        restore(course, file)


def test_a_database_of_its_own_is_told(course, tmp_path):
    """A gradebook by URL is not in the folder, and nobody believes that it was saved."""
    course.__dict__["db_url"] = "postgresql://host/marks"
    with pytest.raises(InstructorError, match="pg_dump"):
        backup(course, tmp_path / "backup.tar.gz")
