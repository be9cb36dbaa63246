"""Folders in which a student's code wrote are removed, and nothing beside them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from grader.kernel import folders

DEEP = 1500


def _deep(folder: Path, depth: int) -> None:
    """Make folders in one another, deeper than a path may be long."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("inner", dir_fd=here)
        os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        inner = os.open("inner", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def test_whatever_is_in_it(tmp_path: Path) -> None:
    """Deep folders, closed ones, links and odd names go; what links lead to stays."""
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o750)
    (kept / "file").write_text("x")
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "\udcff\n").write_text("x")
    (folder / "a" / "b" / "up").symlink_to("../../..")
    _deep(folder, DEEP)
    for name in ("a/b", "a"):
        (folder / name).chmod(0)
    folders.remove(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert [path.name for path in kept.iterdir()] == ["file"]
    assert kept.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("moment", range(5))
def test_no_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """A folder that is moved upwards while it is emptied leads to nothing outside."""
    # So deep that a cleaner which does climb out, as it once did, ends in `tmp_path`; and
    # by these names it finds nothing there but what was made here.
    top = tmp_path.joinpath(*"123456789")
    a, b, beside, own = (f"{name}-{uuid4()}" for name in ("a", "b", "beside", "own"))
    folder = top / beside / own
    deepest = folder / a / b / beside / own / a / b
    deepest.mkdir(parents=True)
    outside = [top / a, top / b, top / beside / a, top / beside / b]
    for path in outside:
        path.mkdir()
    scan, scans = os.scandir, 0

    def scan_and_move(where: int):
        nonlocal scans
        scans += 1
        if scans == moment + 1:
            for path in folder.rglob("*"):
                if path.is_dir() and os.path.samestat(path.stat(), os.fstat(where)):
                    path.rename(folder / "moved")
        return scan(where)

    monkeypatch.setattr(os, "scandir", scan_and_move)
    folders.remove(folder)
    monkeypatch.undo()
    assert scans > moment
    assert all(path.is_dir() for path in outside)


_RUN = """
import sys, tempfile
from grader.kernel import folders
folders.keep_together()
print(tempfile.mkdtemp(), flush=True)
sys.stdin.read()
"""


def _run(above: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start what makes a temporary folder and waits; give that folder's own."""
    run = subprocess.Popen(
        [sys.executable, "-c", _RUN],
        env=os.environ | {"TMPDIR": str(above)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return run, Path(run.stdout.readline().strip()).parent


@pytest.mark.skipif(os.name != "posix", reason="folders are locked where flock is")
def test_what_a_run_leaves(tmp_path: Path) -> None:
    """It stays while the run lives, is removed at its end, or by the next run."""
    killed, left = _run(tmp_path)
    living, kept = _run(tmp_path)
    assert {left, kept} == set(tmp_path.iterdir())
    killed.kill()
    killed.communicate()
    last, own = _run(tmp_path)
    assert {kept, own} == set(tmp_path.iterdir())
    for run in (living, last):
        run.communicate("")
    assert list(tmp_path.iterdir()) == []
