"""What a submission may use: settings, and what becomes of one that uses more."""

from __future__ import annotations

import time

import nbformat
import pytest

from grader.exceptions import InstructorError
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock
from grader.kernel.session import Session

linux = pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux")


def _run(session: Session, source: str) -> str:
    cell = nbformat.v4.new_code_cell(source)
    session.run(cell)
    return "".join(str(output.get("text", output)) for output in cell.outputs)


@linux
@pytest.mark.slow
@pytest.mark.parametrize(
    ("limits", "source", "note"),
    [
        (
            {"memory_mb": 200},
            "kept = [bytes(b'x' * 2**24) for _ in range(60)]",
            "more than 200 MB of memory",
        ),
        (
            {"disk_mb": 20},
            "for n in range(9):\n    open(f'{n}', 'wb').write(bytes(2**23))\n"
            "import time\ntime.sleep(3)",
            "more than 20 MB of disk",
        ),
        (
            {"processes": 60},
            "import threading, time\nfor _ in range(90):\n"
            "    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
            "time.sleep(3)",
            "more than 60 threads",
        ),
        (
            {"cell_output_mb": 1},
            "while True:\n    print('x' * 9999)",
            "it printed more than 1 MB",
        ),
        (
            {"cpu_seconds": 3},
            "while True:\n    pass",
            "more than 3 seconds of processor time",
        ),
    ],
    ids=["memory", "disk", "threads", "output", "cpu"],
)
def test_a_broken_limit_costs_its_cell(tmp_path, limits, source, note):
    """The student reads which limit it was, and the rest of the notebook goes on."""
    allowed = Limits(cell_seconds=20, grace_seconds=3, **limits)
    with Session(tmp_path, allowed, sandboxed=True) as session:
        _run(session, "kept = 7")
        _run(session, source)
        assert _run(session, "print(kept)") == "7\n"
    assert note in " ".join(session.notes)


@linux
@pytest.mark.slow
def test_a_full_disk_costs_who_filled_it(tmp_path):
    """The cell that wrote too much is named, not the next one; its files are gone."""
    fill = "for n in range(3):\n    open(f'{n}', 'wb').write(bytes(2**23))"
    with Session(tmp_path, Limits(disk_mb=20), sandboxed=True) as session:
        _run(session, fill)
        assert "for n in range(3)" in " ".join(session.notes)
        assert _run(session, "import os\nprint(os.listdir())") == "[]\n"
        assert "OSError" in _run(session, "open('one', 'wb').write(bytes(2**24))")
    assert len(session.notes) == 1


@linux
@pytest.mark.slow
def test_a_notebook_has_an_end(tmp_path):
    """When its time is over, cells are stopped at once and told why."""
    limits = Limits(cell_seconds=60, grace_seconds=5, notebook_seconds=20)
    with Session(tmp_path, limits, sandboxed=True) as session:
        session._deadline = time.monotonic() + 2  # however long the start took
        started = time.monotonic()
        _run(session, "import time\ntime.sleep(50)")
        time.sleep(2)
        assert "Stopped" in _run(session, "print(1)")
    assert time.monotonic() - started < 40
    assert "more than 20 seconds in all" in " ".join(session.notes)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"memory": 5}, "c.Limits.memory, which does not exist"),
        ({"memory_mb": 0}, "c.Limits.memory_mb is 0"),
        ({"memory_mb": "5"}, "takes a whole number"),
    ],
)
def test_settings_that_mean_nothing(setting, words):
    """A limit of an unknown name or no positive number is the instructor's mistake."""
    with pytest.raises(InstructorError, match=words):
        Limits.from_config({"Limits": setting})


def test_settings_of_the_course(root):
    """The course's own settings are read, and a command's go before them."""
    from grader.course.settings import nbgrader_config

    limits = Limits.from_config(nbgrader_config(root), cell_seconds=7)
    assert limits.cell_seconds == 7
    assert limits.memory_mb == 2048
