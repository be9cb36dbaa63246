"""A worker process that dies costs nobody but the submission it died of."""

from __future__ import annotations

import os
import time

import pytest

from grader.grading import budget, here
from grader.grading.entry import Entry, Job, broken
from grader.grading.here import Here
from grader.judging.words import TOO_MUCH
from grader.kernel.limits import Limits

STEM = "lab00_how_grading_works"
NOTEBOOK = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'


def _job(student: str) -> Job:
    return Job(STEM, student, "0" * 64, NOTEBOOK, 1, Limits(), True)


def _grade(job: Job) -> Entry:
    """Stand in for grading: one student's submission ends the process."""
    if job.student == "deadly":
        os._exit(1)
    if job.student == "endless":
        with budget.limited(1, 2048, grace=1):
            max(range(10**12))  # which listens to nobody
    time.sleep(0.1)
    return broken(job, "graded")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_only_the_deadly_one_is_lost(monkeypatch, workers):
    """All others are graded, whoever was graded at the same time or came after."""
    monkeypatch.setattr(here, "grade_notebook", _grade)
    students = ["ada", "bob", "deadly", "cleo", "dan", "eve"]
    entries = list(Here(workers).graded(map(_job, students)))
    assert sorted(entry.student for entry in entries) == sorted(students)
    for entry in entries:
        deadly = entry.student == "deadly"
        assert ("a worker process died" if deadly else "graded") in entry.notes[0]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_who_cannot_be_judged_in_time_has_failed(monkeypatch, workers):
    """An answer on which a call of the judge's never comes back is no fault of ours."""
    monkeypatch.setattr(here, "grade_notebook", _grade)
    jobs = map(_job, ("ada", "endless", "bob"))
    entries = {entry.student: entry for entry in Here(workers).graded(jobs)}
    assert "graded" in entries["ada"].notes[0]
    assert "graded" in entries["bob"].notes[0]
    assert entries["endless"].notes == [TOO_MUCH]
    assert entries["endless"].ungraded == []
    assert entries["endless"].points == 0


@pytest.mark.slow
def test_many_that_are_done_already(monkeypatch):
    """However many in a row need no worker, those behind them are graded."""
    monkeypatch.setattr(here, "grade_notebook", _grade)
    done = [broken(_job(f"done-{n}"), "refused") for n in range(9)]
    jobs = [*done, _job("ada"), *done, _job("bob")]
    entries = list(Here(1).graded(jobs))
    assert sorted(e.student for e in entries) == sorted(job.student for job in jobs)
