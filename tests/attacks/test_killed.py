"""A run that is killed or interrupted leaves nothing behind, and the next one goes on."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import signal
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attack import STEM, Attack
from conftest import copy_course
from field import orphans_come_here, write_class

from grader.authoring.sample_class import sample_class
from grader.course.gradebook import Gradebook
from grader.grading.journal import Journal
from grader.kernel import folders
from grader.kernel.sandbox import lock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux"),
]
# A busy machine takes its time; an idle one ends a run in less than a second.
SECONDS_TO_STOP, HANGS = 20, 120
OUTLIVES = Attack(
    "outlives",
    "Does not want to die with its parent, and is still there when the run is killed.",
    "import ctypes, time\nctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\ntime.sleep(2)",
)
Graded = dict[str, tuple[float, dict[str, object]]]


def _kills() -> list[object]:
    few, many = 2, 50
    return [
        *range(few),
        *(pytest.param(n, marks=pytest.mark.complete) for n in range(few, many)),
    ]


class Runs:
    """A small class, and runs of the command that grades it."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self.course = copy_course(root)
        self.temporary = temporary
        self._printed = root.parent / "printed"
        sample_class(self.course, STEM, self.course.root / "submitted")
        write_class(self, [OUTLIVES], {})

    @property
    def submitted(self) -> Path:
        """Give the folder of submissions."""
        return self.course.root / "submitted"

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a run, in a process group of its own as a terminal does."""
        # No pipe: whoever outlives the run would keep it open.
        with self._printed.open("w") as printed:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "grader",
                    "grade",
                    STEM,
                    "--workers",
                    "2",
                    *options,
                ],
                cwd=self.course.root,
                env=os.environ | {"TMPDIR": str(self.temporary)},
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Tests that run in the background of a shell ignore it.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def entries(self) -> set[int]:
        """Give when each entry of the journal was written."""
        folder = Journal(self.course.root).folder / STEM
        return {path.stat().st_mtime_ns for path in folder.glob("*/*.json")}

    def is_in_the_middle(self, run: subprocess.Popen[bytes], before: set[int]) -> None:
        """Wait until a run has graded someone beyond the entries that were there."""
        deadline = time.monotonic() + HANGS
        while self.entries() <= before:
            assert run.poll() is None, self.printed()
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def printed(self) -> str:
        """Give what the last run printed."""
        return self._printed.read_text("utf-8")

    def finish(self) -> Graded:
        """Run to the end; give each student's points and verdicts."""
        run = self.start()
        assert run.wait() == 0, self.printed()
        entries = {
            entry.student: entry for entry in Journal(self.course.root).latest(STEM)
        }
        with Gradebook(self.course.db_url) as gradebook:
            return {
                submission.student_id: (
                    submission.score,
                    entries[submission.student_id].verdicts,
                )
                for submission in gradebook.assignment_submissions(STEM)
            }


@pytest.fixture(scope="module")
def temporary() -> Iterator[Path]:
    """Give a folder with a short path: a socket's has 107 bytes at most."""
    folder = Path(tempfile.mkdtemp(prefix="k-", dir=tempfile.gettempdir()))
    yield folder
    folders.remove(folder)


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, temporary: Path
) -> tuple[Runs, Graded, float]:
    """Give a class, what it gets from a run that nobody disturbs, and its seconds."""
    runs = Runs(tmp_path_factory.mktemp("class") / "course", temporary)
    started = time.monotonic()
    graded = runs.finish()
    return runs, graded, time.monotonic() - started


@pytest.mark.parametrize("number", _kills())
def test_a_killed_run(undisturbed: tuple[Runs, Graded, float], number: int) -> None:
    """No process outlives it; after the next run no folder, and the same gradebook."""
    runs, graded, seconds = undisturbed
    # Any moment, but the first three are one of the beginning, the middle and the end.
    wait = seconds * (number % 3 + random.random()) / 3
    with orphans_come_here() as outlived:
        run = runs.start("--regrade")
        time.sleep(wait)
        run.kill()
        run.wait()
        assert outlived() == [], f"killed after {wait:.2f} s"
    assert runs.finish() == graded
    assert list(runs.temporary.iterdir()) == []


def test_a_closed_terminal(undisturbed: tuple[Runs, Graded, float]) -> None:
    """It ends the run, which leaves no process; the next one goes on."""
    runs, graded, _ = undisturbed
    keyboard, screen = pty.openpty()
    before = runs.entries()
    with orphans_come_here() as outlived:
        run = subprocess.Popen(
            [sys.executable, "-m", "grader", "grade", STEM, "--regrade"],
            cwd=runs.course.root,
            env=os.environ | {"TMPDIR": str(runs.temporary)},
            stdin=screen,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(screen)
        runs.is_in_the_middle(run, before)
        os.close(keyboard)
        assert run.wait(HANGS) != 0
        assert outlived() == []
    assert runs.finish() == graded
    assert list(runs.temporary.iterdir()) == []


def test_an_interrupt(undisturbed: tuple[Runs, Graded, float]) -> None:
    """It ends the run soon, with one sentence, and leaves nothing."""
    runs, graded, _ = undisturbed
    before = runs.entries()
    with orphans_come_here() as outlived:
        run = runs.start("--regrade")
        runs.is_in_the_middle(run, before)
        os.killpg(run.pid, signal.SIGINT)
        interrupted = time.monotonic()
        run.wait(HANGS)
        took = time.monotonic() - interrupted
        assert outlived() == []
    printed = runs.printed()
    assert run.returncode == 130
    assert (
        printed.splitlines()[-1] == "convlab: stopped; what was graded before is kept."
    )
    assert "Traceback" not in printed
    assert took < SECONDS_TO_STOP
    assert list(runs.temporary.iterdir()) == []
    assert runs.finish() == graded
