"""What the warm process does before it is forked."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

from grader import exercises, rules
from grader.kernel import sandbox

pytestmark = [
    pytest.mark.skipif(not sandbox.available(), reason="warm processes need Linux"),
    pytest.mark.slow,
]

# In a process of its own: this one has long had files open.
_COUNT = """
import json, os, sys
from grader.kernel import warm

def state():
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))

before = state()
warm.warm_up(json.loads(sys.argv[1]))
print(json.dumps([before, state()]))
"""


def test_warming_up_leaves_no_file_open_and_no_thread():
    """A fork closes all files: an object that held one would close a later one."""
    scripts = (ROOT / "solutions" / f"{stem}.py" for stem in exercises.stems())
    names = {name for path in scripts for name in rules.names_used(path.read_text())}
    arguments = [sys.executable, "-c", _COUNT, json.dumps(sorted(names))]
    done = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    (files, _), after = json.loads(done.stdout)
    assert after == [files, 1]
