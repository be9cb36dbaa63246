"""What the warm process does before it is forked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

from grader import exercises
from grader.judging import forbidden_source
from grader.kernel.sandbox import lock

pytestmark = [
    pytest.mark.skipif(not lock.available(), reason="warm processes need Linux"),
    pytest.mark.slow,
]

# In a process of its own: this one has long had files open.
_COUNT = """
import json, os, sys
from grader.kernel import warm

def count(what):
    return len(os.listdir(f"/proc/self/{what}"))

before = count("fd")
warm.warm_up(json.loads(sys.argv[1]))
threads = count("task")
if os.fork() == 0:
    print(json.dumps([before, count("fd"), threads]))
else:
    os.wait()
"""

_SHOW = """
import os
from grader.kernel import warm

warm.warm_up([])
asked, realpath = [], os.path.realpath
os.path.realpath = lambda *given, **named: asked.append(given) or realpath(*given, **named)
warm.show_error()
print(len(asked))
"""


def test_the_first_error_in_a_kernel_looks_for_no_files():
    """To show one, Python asks where each module's file lies, hundreds of them, once."""
    command = [sys.executable, "-c", _SHOW]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20


def test_warming_up_leaves_a_fork_no_file_and_no_thread():
    """A kernel closes all files: an object that held one would close a later one."""
    scripts = (ROOT / "solutions" / f"{stem}.py" for stem in exercises.stems())
    names = {
        name
        for path in scripts
        for name in forbidden_source.names_used(path.read_text())
    }
    arguments = [sys.executable, "-c", _COUNT, json.dumps(sorted(names))]
    done = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    before, in_fork, threads = json.loads(done.stdout)
    assert in_fork == before
    assert threads == 1


def test_it_ends_with_its_input_while_it_imports(tmp_path):
    """Whoever started it may be killed before all is imported."""
    command = [sys.executable, "-m", "grader.kernel.warm", str(tmp_path / "s"), "keras"]
    quiet = subprocess.DEVNULL
    warm = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=quiet, cwd=ROOT)
    while b"tensorflow" not in Path(f"/proc/{warm.pid}/maps").read_bytes():
        time.sleep(0.01)
    warm.stdin.close()
    assert warm.wait(60) == -signal.SIGIO
    assert not (tmp_path / "s").exists()
