"""The gradebook in PostgreSQL: a class is graded into it as into SQLite."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_cluster import _gradebook, _hand_in

from grader.course.course import Course
from grader.exceptions import HostError, InstructorError
from grader.folder import CONFIG_NAME

STUDENTS = ("all-right", "mistake-1", "not-a-notebook")


def _binaries() -> Path | None:
    """Return where PostgreSQL's programs are, on the path or where Debian puts them."""
    found = shutil.which("initdb")
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found or newest[-1]).resolve().parent if found or newest else None


BINARIES = _binaries()


@pytest.fixture
def database() -> Iterator[str]:
    """Give the URL of a fresh database, behind a socket in a folder of its own.

    PostgreSQL does not run as root; then it runs as nobody.
    """
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="convlab-postgresql-"))
    shutil.chown(folder, user)

    def run(program: str, *args: str) -> None:
        subprocess.run(
            [BINARIES / program, *args],
            cwd=folder,
            user=user if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "teacher", "--auth=trust", "--no-sync")
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"
    log = str(folder / "log")
    run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
    try:
        run("createdb", "-h", str(folder), "-U", "teacher", "gradebook")
        yield f"postgresql+psycopg://teacher@/gradebook?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _configure(course: Course, db_url: str) -> None:
    with (course.root / CONFIG_NAME).open("a") as file:
        file.write(f'\nc.CourseDirectory.db_url = "{db_url}"\n')


@pytest.mark.skipif(BINARIES is None, reason="PostgreSQL is not installed")
@pytest.mark.complete
@pytest.mark.slow
def test_a_class_is_graded_into_postgresql(course, database):
    """The command grades, grades nobody twice, and the points are those of SQLite's."""
    pytest.importorskip("psycopg")
    _hand_in(course, STUDENTS)
    _run(course, "grade", "lab00")
    expected = _gradebook(Course(course.root))
    assert len(expected) == 3 * len(STUDENTS)
    (course.root / "gradebook.db").unlink()
    _configure(course, database)
    _run(course, "grade", "lab00")
    assert _gradebook(Course(course.root)) == expected
    _run(course, "feedback", "lab00")
    _run(course, "report", "lab00")
    assert not (course.root / "gradebook.db").exists()


def _run(course: Course, *command: str) -> None:
    program = Path(sys.executable).with_name("convlab")
    done = subprocess.run(
        [program, *command], cwd=course.root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_driver_that_is_missing_is_named(course, monkeypatch):
    """With what to install; and an address that is none is told."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    _configure(course, "postgresql+psycopg://teacher:secret@localhost/gradebook")
    with pytest.raises(
        HostError, match=r"driver psycopg.*'convlab\[postgresql\]'"
    ) as e:
        _ = Course(course.root).db_url
    assert "secret" not in str(e.value)
    for wrong in ("gradebook.db", "nosuchsql://localhost/gradebook"):
        _configure(course, wrong)
        with pytest.raises(InstructorError, match="no address of a database"):
            _ = Course(course.root).db_url
