"""A kernel runs cells, answers questions, and is replaced when it dies or hangs."""

from __future__ import annotations

import os
import signal
import time
from threading import Timer

import nbformat
import numpy as np
import pytest

from grader.kernel.client import CellRunner
from grader.kernel.limits import Limits
from grader.kernel.provisioner import WarmProcess
from grader.kernel.session import Session

pytestmark = pytest.mark.slow
KINDS = {"ordinary": False, "sandboxed": True}


@pytest.fixture(params=KINDS)
def session(request, tmp_path):
    """Give a running session with short limits, of each kind of kernel."""
    limits = Limits(cell_seconds=4, grace_seconds=4)
    with Session(tmp_path, limits, sandboxed=KINDS[request.param]) as session:
        yield session


def _run(session: Session, source: str):
    cell = nbformat.v4.new_code_cell(source)
    session.run(cell)
    return cell


def _ask(session: Session, name: str, *args, probe: str = "call"):
    return session.ask({"probe": probe, "name": name, "args": args, "time_limit": 1.0})


def test_ask(session):
    """A function in the kernel is called with plain data and answers with plain data."""
    _run(session, "def double(x):\n    print('noise')\n    return 2 * x")
    reply = _ask(session, "double", np.arange(3))
    assert reply["status"] == "ok"
    assert reply["value"].tolist() == [0, 2, 4]
    assert _ask(session, "missing")["status"] == "missing"
    assert _ask(session, "double", [1], probe="value")["status"] == "unplain"


@pytest.mark.parametrize("end", ["plt.show()", "_ = plt.title('shown at the end')"])
def test_figures_become_pictures(session, end):
    """A plot stands in the executed notebook, for the student to see in the feedback."""
    cell = _run(session, f"import matplotlib.pyplot as plt\n\nplt.plot([3, 4])\n{end}")
    pictures = [
        output for output in cell.outputs if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 1


def test_change_of_input_is_seen(session):
    """A function that changes its argument is reported."""
    _run(session, "def f(x):\n    x += 1\n    return x")
    assert _ask(session, "f", np.zeros(2))["changed"] == ["0"]


def test_crash_costs_its_cell_only(session):
    """After a crash the cells before it are there again, and the notes say why."""
    _run(session, "kept = 7")
    crashed = _run(session, "import os\nos._exit(3)")
    assert crashed.outputs[0].ename == "Crash"
    assert _ask(session, "kept", probe="value")["value"] == 7
    assert "import os" in session.notes[0]


def test_crash_in_a_question(session):
    """A function that ends the process is a reply, and the next question works."""
    _run(session, "import os\ndef f(x): os._exit(0)\ndef g(x): return x")
    assert _ask(session, "f", 1)["status"] == "crashed"
    assert _ask(session, "g", 1)["value"] == 1


def test_endless_cell(session):
    """A cell that never ends is stopped, and the rest goes on."""
    cell = _run(session, "while True:\n    pass")
    assert cell.outputs[-1].ename == "Stopped"
    assert "took more than 4 seconds" in session.notes[0]
    assert _run(session, "1 + 1").outputs[0].data["text/plain"] == "2"


def test_a_late_interrupt_hits_no_later_cell(tmp_path):
    """What interrupts a cell that prints too much is over before the next one begins."""
    limits = Limits(cell_seconds=8, grace_seconds=4, cell_output_mb=1)
    with Session(tmp_path, limits, sandboxed=True) as session:
        warm = WarmProcess.current.process.pid
        os.kill(warm, signal.SIGSTOP)  # as busy as it may be with other kernels
        Timer(1.0, os.kill, (warm, signal.SIGCONT)).start()
        flood = _run(session, "print('x' * 2_000_000)")
        later = _run(session, "import time\ntime.sleep(2)")
    assert flood.outputs[-1].ename == "Stopped"
    assert later.outputs == []


STUBBORN = """
import time
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
"""


def test_endless_cell_that_will_not_stop(session):
    """A cell that swallows the interrupt costs the kernel, not the notebook."""
    _run(session, "kept = 7")
    _run(session, STUBBORN)
    assert _ask(session, "kept", probe="value")["value"] == 7


def test_endless_question(session):
    """A function that never returns is a time-out, in the kernel itself."""
    _run(session, "def f(x):\n    while True: pass")
    told = _ask(session, "f", 1)
    assert told["status"] == "timeout"
    assert not told["busy"]


def test_a_notebook_that_took_all_its_time(tmp_path):
    """What is asked after its end is told so, and nothing is said of a busy computer."""
    with Session(tmp_path, Limits(notebook_seconds=2), sandboxed=True) as session:
        _run(session, "import time\ndef f(x): return x\ntime.sleep(60)")
        time.sleep(2)
        reply = _ask(session, "f", 1)
    assert reply["status"] == "crashed"
    assert reply["why"].endswith("the notebook took more than 2 seconds in all")


def test_forged_reply(session):
    """A kernel that answers nonsense is told apart from one that answers."""
    forged = (
        "from grader.kernel import answer\n"
        "answer._publish = lambda *args: print('passed')"
    )
    _run(session, forged)
    assert _ask(session, "f", 1)["status"] == "unplain"


def test_temporary_files(session):
    """A program can make temporary files, wherever its kernel comes from."""
    cell = _run(session, "import tempfile\nprint(open(tempfile.mkstemp()[1]).read())")
    assert cell.outputs[0].get("text") == "\n"


def test_what_leaves_in_jupyterlab_stays(session):
    """`exit()`, `quit()` and a stopped event loop end neither kernel nor cells."""
    for source in (
        "kept = 7\nexit()\nafter = 8",
        "quit()",
        "import asyncio\nasyncio.get_event_loop().stop()",
        "import time\ntime.sleep(0.3)",
    ):
        assert _run(session, source).outputs == []
    assert _ask(session, "after", probe="value")["value"] == 8
    assert session.notes == []


def test_top_level_await(session):
    """A cell may await, as in JupyterLab; one that waits for ever is stopped."""
    cell = _run(session, "import asyncio\nawait asyncio.sleep(0.01)\nprint('came')")
    assert cell.outputs[0].text == "came\n"
    _run(session, "await asyncio.sleep(100)")
    assert "took more than 4 seconds" in session.notes[0]
    assert _run(session, "1 + 1").outputs[0].data["text/plain"] == "2"


FAILING = {
    "x = 1\nfrom google.colab import drive": "ModuleNotFoundError: No module named "
    "'google.colab' (line 2 of that cell, `from google.colab import drive`)",
    "%tensorflow_version 2.x\nx = 1": "UsageError: Line magic function "
    "`%tensorflow_version` not found.",
    "def f(:\n    pass": "SyntaxError: invalid syntax (line 1 of that cell, `def f(:`)",
}


def test_a_failed_cell_is_told_with_its_line(session):
    """What stopped a cell is known with the cell's own line, a magic's error as well."""
    for source in FAILING:
        _run(session, source)
    told = {cell.source: cell.error for cell in session.cells()}
    assert told == FAILING


MANY_UPDATES = """
from IPython.display import display
shown = display(0, display_id=True)
for n in range(300):
    shown.update(n)
"""


def test_a_busy_judge_reads_what_a_cell_showed(tmp_path, monkeypatch):
    """A cell that has ended is not stopped because the judge is slow to read."""
    read = CellRunner.process_message

    def slowly(self, *args):
        time.sleep(0.01)
        return read(self, *args)

    monkeypatch.setattr(CellRunner, "process_message", slowly)
    limits = Limits(cell_seconds=60, grace_seconds=1)
    with Session(tmp_path, limits) as session:
        cell = _run(session, MANY_UPDATES)
        assert cell.outputs[0]["data"]["text/plain"] == "299"
        assert session.notes == []


def test_a_cell_has_a_number_of_messages(session, monkeypatch):
    """Beyond it, however small they are, the cell is stopped and told why."""
    monkeypatch.setattr("grader.kernel.client.MAX_MESSAGES", 100)
    _run(session, MANY_UPDATES.replace("300", "10**9"))
    assert "printed or drew more than" in session.notes[0]
    assert _run(session, "print(n < 10**9)").outputs[0]["text"] == "True\n"


def test_code_too_long_to_be_read(session):
    """It is not run, is nothing to look through, and costs no other cell."""
    _run(session, "kept = 7")
    cell = _run(session, "kept = 8\n" * 20_000)
    assert cell.outputs[0].ename == "TooLong"
    assert "100,000 characters" in session.notes[0]
    assert _ask(session, "kept", probe="value")["value"] == 7
    assert len(session.source()) < 100
    assert max(len(cell.source) for cell in session.cells()) < 100


FORGED = """
import base64, json
from grader.kernel import answer
from grader.probing import plain
reply = plain.to_bytes({"status": "ok", "after": {}, "value": "x" * 60_000_000})
text = base64.b64encode(reply).decode()
answer._publish = lambda *args: answer._send([text])
"""


def test_answers_share_a_limit(tmp_path):
    """The judge keeps all answers to an exercise, so that together they are limited."""
    with Session(tmp_path) as session:
        _run(session, FORGED)
        request = {"probe": "call", "name": "f", "args": (), "time_limit": 9.0}
        statuses = [reply["status"] for reply in session.ask_all([request] * 4)]
        assert statuses == ["ok", "unplain", "unplain", "unplain"]
        assert next(session.ask_all([request] * 4))["status"] == "ok"
