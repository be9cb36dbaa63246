"""Each layer of the sandbox stops what it is said to stop, and nothing is skipped silently."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import copy_course

from grader.authoring.sample_class import sample_class
from grader.exceptions import HostError, InstructorError
from grader.grading.journal import Journal
from grader.kernel.provisioner import WarmProcess
from grader.kernel.sandbox import lock, promises
from grader.kernel.sandbox.lock import LANDLOCK, LAYERS, SECCOMP
from grader.kernel.sandbox.promises import HELD_BY, PROMISES
from grader.kernel.session import Session
from grader.kernel.warm import SEED

linux = pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux")
NOBODY = 65534
LAYERED = [name for name in PROMISES if frozenset() not in HELD_BY[name]]
SETS = [*((layer,) for layer in LAYERS), (LANDLOCK, SECCOMP)]


@linux
@pytest.mark.slow
@pytest.mark.parametrize("layers", SETS, ids="+".join)
def test_a_layer_holds_what_it_promises(layers):
    """With these layers alone, attacks break nothing that `HELD_BY` says they hold."""
    if not set(layers) <= set(lock.available()):
        pytest.skip(f"this host lacks one of {layers}")
    broken = promises.broken(layers, LAYERED)
    held = set(LAYERED) - set(promises.missing(layers))
    assert held
    assert {name: broken[name] for name in held if broken[name]} == {}


# Written down here once more: where other layers stand behind the filter, nobody would
# see that it lets one of these through.
REACH_OUT = (
    *("bpf", "chroot", "connect", "fork", "fsopen", "init_module", "io_uring_setup"),
    *("kcmp", "kexec_load", "keyctl", "memfd_create", "mount", "move_mount", "mq_open"),
    *("msgget", "name_to_handle_at", "open_by_handle_at", "perf_event_open"),
    *("pidfd_getfd", "pidfd_open", "pidfd_send_signal", "pivot_root"),
    *("process_vm_readv", "process_vm_writev", "ptrace", "reboot", "semget", "setns"),
    *("settimeofday", "shmget", "swapon", "syslog", "tkill", "umount2", "unshare"),
    "userfaultfd",
)
TRIED = """
import ctypes, errno, sys
from grader.kernel.sandbox import linux, seccomp
call = ctypes.CDLL(None, use_errno=True).syscall
numbers = {name: linux.number(name) for name in sys.argv[1:]}
seccomp.refuse()
for name, number in numbers.items():
    # With arguments that no call accepts: what is not refused does no harm.
    if number is not None and (call(number, *[-1] * 6), ctypes.get_errno()) != (
        -1,
        errno.EPERM,
    ):
        print(name)
"""


@linux
@pytest.mark.skipif(SECCOMP not in lock.available(), reason="this host has no seccomp")
def test_the_filter_alone_refuses_what_reaches_out():
    """No call of these reaches the system, whatever other layers there are."""
    done = subprocess.run(
        [sys.executable, "-c", TRIED, *REACH_OUT], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@linux
@pytest.mark.slow
def test_the_attacks_work():
    """Without any layer every attack gets through, so a layer that stops it did it."""
    broken = promises.broken((), LAYERED)
    assert [name for name, broke in broken.items() if not broke] == []


@linux
@pytest.mark.slow
def test_all_layers_hold_everything():
    """On a host that has them all, no promise breaks."""
    layers = lock.available()
    broken = promises.broken(layers)
    lost = promises.missing(layers)
    assert {n: b for n, b in broken.items() if b and n not in lost} == {}


def test_missing():
    """What a set of layers does not hold is named, in the order of the promises."""
    assert promises.missing(LAYERS) == []
    assert promises.missing([LANDLOCK, SECCOMP]) == ["memory"]
    assert promises.missing([], ["network", "time"]) == ["network"]
    with pytest.raises(InstructorError, match="names peace; the promises are network"):
        promises.missing(LAYERS, ["peace"])


def test_too_little_stops_grading(monkeypatch):
    """On a poor host grading stops with a sentence that says what is missing and what to do."""
    monkeypatch.setattr(lock, "available", lambda: (SECCOMP,))
    with pytest.raises(HostError, match="cannot promise reading, writing") as caught:
        promises.check_level()
    assert "--no-sandbox" in str(caught.value)
    assert "landlock" in str(caught.value)
    assert ". " not in str(caught.value)
    promises.check_level(["network", "processes"])


def _run(session: Session, source: str) -> str:
    cell = nbformat.v4.new_code_cell(source)
    session.run(cell)
    return "".join(str(output.get("text", output)) for output in cell.outputs)


@linux
@pytest.mark.slow
def test_seeds_are_set_in_the_child(tmp_path):
    """A kernel draws the seed's first numbers, however often it was greeted before."""
    draw = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    greet = "get_ipython().kernel.kernel_info"
    expected = f"{random.Random(SEED).random()} {np.random.RandomState(SEED).rand()}\n"
    for before in ((), (greet, greet)):
        with Session(tmp_path, sandboxed=True) as session:
            for source in before:
                _run(session, source)
            assert _run(session, draw) == expected


@linux
@pytest.mark.slow
def test_a_dead_warm_process_is_replaced(tmp_path):
    """Its kernels die with it, and the next one comes from a new warm process."""
    with Session(tmp_path, sandboxed=True) as session:
        assert _run(session, "print(6 * 7)") == "42\n"
        first = WarmProcess.current.process
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    with Session(tmp_path, sandboxed=True) as session:
        assert _run(session, "print(6 * 7)") == "42\n"
    assert WarmProcess.current.process.pid != first.pid


@linux
@pytest.mark.slow
def test_the_warm_process_cannot_be_looked_into(tmp_path):
    """It is not dumpable: its /proc belongs to root, and so nobody else traces it."""
    with Session(tmp_path, sandboxed=True):
        pid = WarmProcess.current.process.pid
        if os.getuid():
            with pytest.raises(PermissionError):
                Path(f"/proc/{pid}/environ").read_bytes()
        assert Path(f"/proc/{pid}/environ").stat().st_uid == 0


@linux
@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="all other tests are an ordinary user's")
def test_an_ordinary_user(monkeypatch):
    """The same layers work without any privilege."""
    # This Python may lie where only root can read.
    monkeypatch.setattr(lock, "system_paths", lambda: (Path("/usr"),))
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            told = [layer for layer in LAYERS if lock._works(layer)]
            os.write(writing, ",".join(told).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as pipe:
        assert pipe.read().split(",") == list(lock.available())


_ONE_SESSION = """
import os, sys
from pathlib import Path
import nbformat
from grader.kernel.sandbox import lock
from grader.kernel.session import Session
from grader.kernel.warm import SEED
assert os.getuid() == 65534
with Session(Path(sys.argv[1]), sandboxed=True) as session:
    cell = nbformat.v4.new_code_cell("print(6 * 7)")
    session.run(cell)
    print(",".join(lock.available()), cell.outputs[0].get("text"), session.notes)
"""


def _as_nobody(folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", *arguments],
        user=NOBODY,
        group=NOBODY,
        extra_groups=(),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder},
        capture_output=True,
        text=True,
        check=True,
    )


@contextmanager
def _nobodys_folder():
    """Give a folder of an ordinary user's, who can read this Python and this checkout."""
    folder = tempfile.mkdtemp()  # of pytest's folders others can enter none
    os.chown(folder, NOBODY, NOBODY)
    try:
        try:
            _as_nobody(folder, "-c", "import grader")
        except (PermissionError, subprocess.CalledProcessError):
            pytest.skip("only root can read this Python or this checkout")
        yield folder
    finally:
        shutil.rmtree(folder)


@linux
@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="all other tests are an ordinary user's")
def test_a_session_of_an_ordinary_user():
    """A whole kernel, with every layer that this host has, needs no privilege."""
    with _nobodys_folder() as folder:
        done = _as_nobody(folder, "-c", _ONE_SESSION, folder)
    assert done.stdout == f"{','.join(lock.available())} 42\n []\n"


@linux
@pytest.mark.slow
@pytest.mark.complete
@pytest.mark.skipif(os.getuid() != 0, reason="all other tests are an ordinary user's")
def test_a_class_of_an_ordinary_user():
    """Grading a class, its pages and its report need no privilege."""
    stem = "lab00_how_grading_works"
    with _nobodys_folder() as folder:
        course = copy_course(Path(folder, "course"))
        for student in sample_class(course, stem, course.root / "submitted"):
            if student not in ("all-right", "crash"):
                shutil.rmtree(course.root / "submitted" / student)
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", course.root], check=True)
        for command in ("grade", "feedback", "report"):
            _as_nobody(str(course.root), "-m", "grader", command, stem)
        entries = Journal(course.root).latest(stem)
        pages = sorted(course.root.glob("feedback/*/*/*.html"))
    assert [sum(v.points for v in e.verdicts.values()) for e in entries] == [3, 1]
    assert {tuple(entry.layers) for entry in entries} == {lock.available()}
    assert len(pages) == len(entries)
