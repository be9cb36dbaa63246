"""What judging may take ends what takes more, whatever it is doing."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import time

import numpy as np
import pytest

from grader import exercises
from grader.exceptions import PlainDataError
from grader.exercises.answers import answers_for
from grader.grading.budget import TooLong, limited
from grader.judging import judge as judging
from grader.judging.subject import InProcess
from grader.judging.words import TOO_MUCH

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no such limits here")


def _compute(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))


def _stumble() -> None:
    try:
        _compute(9)
    except Exception as error:
        raise PlainDataError("whatever it was") from error


def test_time():
    """What computes for too long is interrupted, also if something catches errors."""
    begun = time.process_time()
    with pytest.raises(TooLong), limited(1, 1000):
        _stumble()
    assert time.process_time() - begun < 5


@pytest.mark.slow
def test_memory():
    """What takes too much memory is told so, before the machine has none left."""
    with pytest.raises(MemoryError), limited(60, 200):
        np.ones(2**27)
    assert np.ones(2**27).nbytes == 2**30


def test_nothing_stays():
    """Whoever comes after has the limits and the handler of before."""
    kinds = (resource.RLIMIT_CPU, resource.RLIMIT_DATA, resource.RLIMIT_CORE)
    before = [signal.getsignal(signal.SIGPROF), *map(resource.getrlimit, kinds)]
    with limited(60, 1000):
        assert [resource.getrlimit(kind) for kind in kinds] != before[1:]
    assert [signal.getsignal(signal.SIGPROF), *map(resource.getrlimit, kinds)] == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


@pytest.mark.slow
def test_a_conversation_is_not_broken_off():
    """While a kernel is asked nothing is raised, but as soon as it has answered."""

    answers = []

    async def ask() -> None:
        _compute(1.5)
        answers.append("an answer")

    def judge() -> None:
        asyncio.run(ask())
        _compute(9)

    with pytest.raises(TooLong), limited(1, 1000):
        judge()
    assert answers == ["an answer"]


def test_without_memory_the_answer_has_failed(monkeypatch):
    """Where comparing takes more memory than there is, the answer was too large."""

    def _no_memory(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(judging, "_judge", _no_memory)
    exercise = exercises.get("lab00.double")
    verdict = judging.judge(exercise, InProcess({}), answers_for(exercise, None, 0))
    assert (verdict.status, verdict.points) == ("failed", 0)
    assert verdict.message == TOO_MUCH
