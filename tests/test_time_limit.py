"""A limit counts what a call computes, not how busy the machine is."""

from __future__ import annotations

import sys
import threading
import time

import numpy as np
import pytest

from grader.judging.answers import LiveAnswers
from grader.judging.exercise import Case, Exercise
from grader.judging.judge import judge
from grader.judging.subject import InProcess
from grader.probing.limit import CLOCK_FACTOR, TimeIsUp, limited


def _computes(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        sum(range(1000))


def test_an_endless_loop_is_ended():
    """It is told as what it is: it computes."""
    with pytest.raises(TimeIsUp) as over, limited(0.2):
        _computes(60)
    assert (over.value.busy, over.value.importing) == (False, False)


@pytest.mark.slow
def test_waiting_is_no_computing():
    """What only waits has more time of the clock, and is not said to loop."""
    with limited(0.2):
        time.sleep(0.6)
    started = time.monotonic()
    with pytest.raises(TimeIsUp) as over, limited(0.1):
        time.sleep(60)
    assert time.monotonic() - started >= CLOCK_FACTOR * 0.1
    assert over.value.busy


def _module(tmp_path, monkeypatch, body: str) -> str:
    (tmp_path / "slow_module.py").write_text(f"import time\n{body}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "slow_module", raising=False)
    return "slow_module"


def test_imports_do_not_count(tmp_path, monkeypatch):
    """A library that takes long to import is nobody's slow answer."""
    body = "until = time.thread_time() + 0.8\nwhile time.thread_time() < until: pass"
    name = _module(tmp_path, monkeypatch, body)
    with limited(0.3):
        __import__(name)


@pytest.mark.slow
def test_an_interrupted_import_is_told(tmp_path, monkeypatch):
    """What is half imported gives nonsense: the verdict says to restart the kernel."""
    name = _module(tmp_path, monkeypatch, "time.sleep(60)")
    with pytest.raises(TimeIsUp) as over, limited(0.02):
        __import__(name)
    assert over.value.importing


def test_other_threads_are_not_limited():
    """Only the main thread can be interrupted; elsewhere nothing is."""
    done: list[bool] = []

    def work() -> None:
        with limited(0.01):
            _computes(0.1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_no_limit():
    """Without a limit no watch is kept."""
    threads = threading.active_count()
    with limited(None):
        assert threading.active_count() == threads


def _told(function) -> str:
    exercise = Exercise(
        2, lambda rng: [Case((1,))], lambda x: x, time_limit=0.05, id="lab00.f"
    )
    verdict = judge(exercise, InProcess({"f": function}), LiveAnswers(exercise, int))
    assert verdict.status == "failed"
    return verdict.evidence[0]


@pytest.mark.slow
def test_words(tmp_path, monkeypatch):
    """Who computes, who waits and who imports is told another thing each."""
    loop = _told(lambda x: _computes(60))
    assert "of computing" in loop
    assert loop.endswith("counts very far?")
    assert "the computer is busy: run the check again." in _told(
        lambda x: time.sleep(60)
    )
    name = _module(tmp_path, monkeypatch, "time.sleep(60)")
    assert "restart the kernel" in _told(lambda x: __import__(name))


def test_computing_of_a_library_counts_for_its_share():
    """NumPy computes in C and is interrupted when it comes back."""
    array = np.ones(2_000_000)

    def sort() -> None:
        while True:
            np.sort(array)

    with pytest.raises(TimeIsUp), limited(0.2):
        sort()
