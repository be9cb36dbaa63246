"""A worker process that dies costs nobody but the submission it died of."""

from __future__ import annotations

import os
import time

import pytest

from grader.grading import budget, many
from grader.grading.entry import Entry, Job, broken
from grader.judging.words import TOO_MUCH
from grader.kernel.limits import Limits

STEM = "lab00_how_grading_works"
NOTEBOOK = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'


def _job(student: str) -> Job:
    return Job(STEM, student, "0" * 64, NOTEBOOK, "solutions", 1, Limits(), True)


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
    monkeypatch.setattr(many, "grade_notebook", _grade)
    students = ["ada", "bob", "deadly", "cleo", "dan", "eve"]
    jobs = [(_job(student), student) for student in students]
    results = list(many._run_jobs(jobs, workers, []))
    assert sorted(key for _, key in results) == sorted(students)
    for entry, key in results:
        assert entry.student == key
        expected = "a worker process died" if key == "deadly" else "graded"
        assert expected in entry.notes[0]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_who_cannot_be_judged_in_time_has_failed(monkeypatch, workers):
    """An answer on which a call of the judge's never comes back is no fault of ours."""
    monkeypatch.setattr(many, "grade_notebook", _grade)
    jobs = [(_job(student), student) for student in ("ada", "endless", "bob")]
    entries = {entry.student: entry for entry, _ in many._run_jobs(jobs, workers, [])}
    assert "graded" in entries["ada"].notes[0]
    assert "graded" in entries["bob"].notes[0]
    assert entries["endless"].notes == [TOO_MUCH]
    assert entries["endless"].ungraded == []
    assert entries["endless"].points == 0


@pytest.mark.slow
def test_many_that_are_done_already(monkeypatch):
    """However many in a row need no worker, those behind them are graded."""
    monkeypatch.setattr(many, "grade_notebook", _grade)
    done = [(broken(_job(f"done-{n}"), "refused"), f"done-{n}") for n in range(9)]
    jobs = [*done, (_job("ada"), "ada"), *done, (_job("bob"), "bob")]
    results = list(many._run_jobs(jobs, 1, []))
    assert sorted(key for _, key in results) == sorted(key for _, key in jobs)
