"""A host in trouble is told in a sentence, and the next run goes on where it ended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from attack import STEM
from field import NEIGHBOURS, new_course

from grader.course.course import Course
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux"),
]
# What is mounted is seen by this process and its children alone, and ends with them.
_ALONE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
_GRADE = f'"{sys.executable}" -m grader grade {STEM} --workers 2 && code=0 || code=$?'
_FULL_DISK = f"""
set -e
mount -t tmpfs -o size=16m none "$COURSE"
cp -r "$FROM"/. "$COURSE"
cd "$COURSE"
dd if=/dev/zero of=filler bs=64k 2> "$FROM"/filled || true
truncate -s -$LEFT filler
{_GRADE}
echo ended with $code
rm filler
{_GRADE}
echo then with $code
find . -name '.part-*'
cp -r .convlab "$FROM"
"""
_READ_ONLY_GRADEBOOK = f"""
set -e
cd "$COURSE"
{_GRADE}
mount --bind gradebook.db gradebook.db
mount -o remount,bind,ro gradebook.db
rm -r .convlab/journal
{_GRADE}
echo ended with $code
umount gradebook.db
{_GRADE}
echo then with $code
"""


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run([*_ALONE, "mount -t tmpfs none /mnt"], capture_output=True)
    return done.returncode == 0


@pytest.fixture
def trouble(tmp_path: Path) -> Course:
    """Give a course with two honest students, on a host where mounting is possible."""
    if not _may_mount():
        pytest.skip("this host lets nobody mount")
    return new_course(tmp_path / "course")


def _run(script: str, course: Course, **words: str) -> str:
    done = subprocess.run(
        [*_ALONE, script],
        env=os.environ | {"COURSE": str(course.root), **words},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout


def _all_graded(root: Path) -> bool:
    return [e.student for e in Journal(root).latest(STEM)] == sorted(NEIGHBOURS)


@pytest.mark.parametrize(
    "left", [pytest.param("0", marks=pytest.mark.complete), "100k"]
)
def test_a_full_disk(trouble: Course, tmp_path: Path, left: str) -> None:
    """Nothing is half written; with room again everybody is graded."""
    small = tmp_path / "small"
    small.mkdir()
    printed = _run(_FULL_DISK, Course(small), FROM=str(trouble.root), LEFT=left)
    told, _, then = printed.partition("ended with 2")
    assert then, printed
    assert "full" in told or "No space left" in told, told
    assert "Traceback" not in printed
    assert then.rstrip().endswith("then with 0"), then
    assert _all_graded(trouble.root)


def test_a_read_only_gradebook(trouble: Course) -> None:
    """It is named, what was graded is kept, and the next run enters it."""
    printed = _run(_READ_ONLY_GRADEBOOK, trouble)
    told, _, then = printed.partition("ended with 2")
    assert "gradebook.db cannot be read and written" in " ".join(told.split())
    assert "Traceback" not in printed
    assert then.rstrip().endswith("then with 0"), then
    assert _all_graded(trouble.root)


def test_a_changed_solution(tmp_path: Path) -> None:
    """Who was graded by another solution is graded anew; nobody else is."""
    course = new_course(tmp_path / "course")
    limits = Limits.from_config(course.config)

    def known() -> int:
        run = ClassRun(course, STEM, course.root / "submitted", 2, limits=limits)
        run.grade()
        return run.known

    path = course.solution(STEM)
    solution = nbformat.read(path, as_version=4)
    solution.cells.append(nbformat.v4.new_markdown_cell("More.", id="more"))
    assert (known(), known()) == (0, len(NEIGHBOURS))
    nbformat.write(solution, path)
    assert (known(), known()) == (0, len(NEIGHBOURS))
