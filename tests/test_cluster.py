"""A class graded on workers of Dask gets what it gets on one machine, whatever dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, copy_course

from grader.course.gradebook import Gradebook

pytest.importorskip("distributed")

from grader.authoring.sample_class import sample_class
from grader.course.course import Course
from grader.exceptions import HostError, InstructorError
from grader.grading import cluster
from grader.grading.cluster import KILLED, Cluster
from grader.grading.entry import Entry, Job
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.grading.place import Needs
from grader.grading.versions import difference, versions
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock
from grader.kernel.sandbox.promises import PROMISES

STEM = "lab00_how_grading_works"
STUDENTS = ("all-right", "crash", "mistake-1", "not-a-notebook", "partial", "untouched")
NOTEBOOK = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
STAND_IN = str(Path(__file__).with_name("stand_in_grader.py"))
DASK = str(Path(sys.executable).with_name("dask"))
linux = pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux")


class Machines:
    """A scheduler and its workers on loopback, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._all: list[psutil.Process] = []
        there = folder / "scheduler.json"
        self._start("scheduler", "--port", "0", "--scheduler-file", str(there))
        while not there.exists():
            time.sleep(0.1)
        self.address = json.loads(there.read_text())["address"]

    def _start(self, *command: str) -> psutil.Process:
        where = ("--host", "127.0.0.1", "--no-dashboard")
        log = (self.folder / f"{len(self._all)}.log").open("wb")
        process = psutil.Popen(
            [DASK, *command, *where], cwd=self.folder, stdout=log, stderr=log
        )
        self._all.append(process)
        return process

    def worker(self, *options: str) -> psutil.Process:
        """Start a worker with one thread."""
        return self._start("worker", self.address, "--nthreads", "1", *options)

    def end(self, but: int = 0) -> None:
        """End all of them but the first ones, and what they started."""
        for process in reversed(self._all[but:]):
            if process.is_running():
                for each in [*process.children(recursive=True), process]:
                    each.kill()
            process.wait()


@pytest.fixture
def machines(tmp_path) -> Iterator[Machines]:
    """Give a scheduler, without workers yet."""
    (tmp_path / "dask").mkdir()
    started = Machines(tmp_path / "dask")
    yield started
    started.end()


@contextmanager
def _cluster(
    machines: Machines, course: Path, required: tuple[str, ...] = ()
) -> Iterator[tuple[Cluster, list[str]]]:
    """Connect, and note what is told."""
    told: list[str] = []
    limits = Limits()
    address = machines.address
    with cluster.cluster(address, course, required, told.append, limits, 3000) as place:
        yield place, told


def _hand_in(course: Course, students: Iterable[str]) -> None:
    """Hand in some of the sample class."""
    everybody = course.root / "sample"
    sample_class(course, STEM, everybody)
    for student in students:
        shutil.move(everybody / student, course.root / "submitted" / student)


def _run(course: Course, place: Cluster | None = None, **options: object) -> ClassRun:
    return ClassRun(course, STEM, course.root / "submitted", 1, place=place, **options)


def _told(entries: Iterable[Entry]) -> dict[str, object]:
    """Give all of each entry but how long it took."""
    return {e.student: {**e.to_json(), "seconds": 0.0} for e in entries}


def _gradebook(course: Course) -> dict[tuple[str, str], tuple[object, ...]]:
    """Give what the gradebook holds of each cell of each student."""
    with Gradebook(course.db_url) as gradebook:
        return {
            (submission.student.id, grade.name): (
                grade.auto_score,
                grade.manual_score,
                grade.needs_manual_grade,
            )
            for submission in gradebook.assignment_submissions(STEM)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def _job(student: str) -> Job:
    return Job(STEM, student, "0" * 64, NOTEBOOK, 1, Limits(), False, script="x = 1")


@linux
@pytest.mark.slow
def test_the_same_marks_as_on_one_machine(course, tmp_path, machines):
    """Two workers grade, one of them is killed in the middle: nobody can tell."""
    first, second = machines.worker("--no-nanny"), machines.worker("--no-nanny")
    _hand_in(course, STUDENTS)
    alone = copy_course(tmp_path / "alone")
    shutil.copytree(course.root / "submitted", alone.root / "submitted")
    (alone.root / ".convlab").mkdir(mode=0o700)
    course.student_seed(STEM, "all-right")  # draws the course's seed
    shutil.copy(course.root / ".convlab" / "seed", alone.root / ".convlab" / "seed")

    def kill(done: int, total: int) -> None:
        if done == 1:
            first.kill()

    with _cluster(machines, course.root, tuple(PROMISES)) as (place, told):
        entries = _run(course, place, report=kill).grade()
        assert told == []
    assert not first.is_running() or first.status() == psutil.STATUS_ZOMBIE
    assert second.is_running()
    assert _told(entries) == _told(_run(alone).grade())
    there, here = (Journal(each.root).latest(STEM) for each in (course, alone))
    assert _told(there) == _told(here)
    assert _gradebook(course) == _gradebook(alone)
    assert len(_gradebook(course)) == 3 * len(STUDENTS)
    _has_no_child(second)


def _has_no_child(worker: psutil.Process) -> None:
    """Wait until a worker has ended what graded; the test's own time is the limit."""
    while worker.children(recursive=True):
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.complete
def test_who_kills_two_workers_is_set_aside(machines, tmp_path):
    """All others are graded, by workers that were started again."""
    for _ in range(2):
        machines.worker("--preload", STAND_IN)
    students = ["ada", "bob", "deadly", "cleo", "unlucky", "dan"]
    with _cluster(machines, tmp_path) as (place, told):
        place.begin(STEM, Needs((), (), sandboxed=False))
        entries = {e.student: e for e in place.graded(map(_job, students))}
        assert told == []
    assert sorted(entries) == sorted(students)
    for student, entry in entries.items():
        set_aside = student in ("deadly", "unlucky")
        expected = KILLED if set_aside else "graded with x = 1"
        assert expected in entry.notes[0], student
        assert entry.ungraded, "it is tried again with the next run"


@pytest.mark.complete
@pytest.mark.slow
def test_late_silent_and_unfit_workers(machines, tmp_path):
    """One that comes late grades; one that hangs is left; nobody waits for ever."""
    with _cluster(machines, tmp_path) as (place, told):
        place.begin(STEM, Needs((), (), sandboxed=False))
        place.silence_seconds = 15
        late = threading.Timer(3, machines.worker, ["--preload", STAND_IN])
        late.start()
        jobs = iter([_job("ada"), _job("bob"), _job("endless")])
        found = [entry.student for entry in _first_two(place, jobs)]
        assert sorted(found) == ["ada", "bob"]
    late.join()
    machines.end(but=1)  # a thread of that worker is busy for an hour
    machines.worker("--preload", STAND_IN)
    with _cluster(machines, tmp_path, ("no such",)) as (place, told):
        place.begin(STEM, Needs((), (), sandboxed=False))
        with pytest.raises(InstructorError, match="names no such"):
            list(place.graded([_job("ada")]))
    without = tmp_path / "without.py"
    without.write_text("import sys\nsys.modules['grader.grading.plugin'] = None\n")
    machines.worker("--no-nanny", "--preload", str(without))
    with _cluster(machines, tmp_path) as (place, told):
        while len(place.client.nthreads()) < 2:
            time.sleep(0.1)
        with pytest.raises(HostError, match="cannot load Convlab"):
            place.begin(STEM, Needs((), (), sandboxed=False))
    machines.end(but=1)
    machines.worker("--preload", STAND_IN)
    with _cluster(machines, tmp_path) as (place, told):
        place.begin(STEM, Needs((), (), sandboxed=False))
        place._ours["Convlab"] = "another"
        with pytest.raises(HostError, match="No worker of the cluster can grade"):
            list(place.graded([_job("ada")]))
        (sentence,) = told
        assert "where this machine has another: install" in sentence


def _first_two(place: Cluster, jobs: Iterator[Job]) -> Iterator[Entry]:
    graded = place.graded(jobs)
    yield next(graded)
    yield next(graded)
    with pytest.raises(HostError, match="gave no answer for 15 s"):
        next(graded)


@linux
@pytest.mark.complete
@pytest.mark.slow
def test_a_coordinator_that_was_killed_goes_on(course, machines):
    """What it graded is not graded again, and its worker serves the next one."""
    machines.worker()
    _hand_in(course, STUDENTS)
    command = [sys.executable, "-m", "grader", "grade", "lab00", "--json"]
    command += ["--cluster", machines.address]
    journal = course.root / ".convlab" / "journal" / STEM
    with subprocess.Popen(command, cwd=course.root, stdout=subprocess.DEVNULL) as run:
        while not list(journal.glob("*/*.json")):
            time.sleep(0.05)
        run.send_signal(signal.SIGKILL)
    before = {path: path.read_bytes() for path in journal.glob("*/*.json")}
    done = subprocess.run(
        command, cwd=course.root, capture_output=True, text=True, check=True
    )
    assert sorted(json.loads(done.stdout)[STEM]) == sorted(STUDENTS)
    assert {path: path.read_bytes() for path in before} == before
    assert len(list(journal.glob("*/*.json"))) == len(STUDENTS)


@pytest.mark.complete
@pytest.mark.slow
def test_a_scheduler_that_is_gone_is_told(machines, tmp_path):
    """The run ends with a sentence, and what was graded was given."""
    machines.worker("--preload", STAND_IN)
    with _cluster(machines, tmp_path) as (place, _):
        place.begin(STEM, Needs((), (), sandboxed=False))
        graded = place.graded(_job(f"student-{number}") for number in range(99))
        assert next(graded).student.startswith("student-")
        machines.end()
        with pytest.raises(HostError, match="cannot be reached any more"):
            list(graded)


def test_a_job_is_plain_data():
    """A job and an entry come out of JSON as they went in."""
    job = _job("ada")
    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job
    needs = Needs(("numpy.pad",), ("grader.grading.one",), sandboxed=True)
    assert Needs.from_json(json.loads(json.dumps(needs.to_json()))) == needs


def test_versions_are_compared_by_name():
    """The sentence says what differs, and nothing where nothing does."""
    ours = versions(STEM)
    assert difference(ours, dict(ours)) == ""
    assert difference(ours, ours | {"numpy": "1.0"}) == (
        f"numpy 1.0 where this machine has {ours['numpy']}"
    )
    assert "Convlab None where" in difference(ours, {})


def test_a_worker_without_the_sandbox_is_refused():
    """By name, with the promises that it cannot keep; it is given no submission."""
    told: list[str] = []
    place = Cluster(None, ROOT, ("memory", "time"), told.append, 1.0, 1.0)
    place._ours = versions(STEM)
    hello = {"machine": "m", "versions": versions(STEM), "layers": []}
    worker = cluster._Worker("tcp://10.0.0.7:40001", 4)
    place._workers[worker.address] = worker
    place._meet(worker, hello)
    assert place._free(1) is None
    (sentence,) = told
    assert sentence.startswith("Worker tcp://10.0.0.7:40001 cannot promise memory:")
    place._workers[worker.address] = worker
    place._meet(worker, hello | {"layers": list(lock.LAYERS)})
    assert place._free(1) is worker


def test_a_result_that_is_lost_is_not_waited_for():
    """It lies on its worker until it is fetched: the job is graded again elsewhere."""

    class Lost(dict):
        """A future whose worker died after it had ended."""

        __hash__ = object.__hash__

        def result(self, timeout: float) -> bytes:
            """Wait for the worker."""
            raise TimeoutError

        def cancel(self) -> None:
            """Note that nobody waits any more."""
            self["cancelled"] = True

    place = Cluster(None, ROOT, (), print, 1.0, 1.0)
    worker = cluster._Worker("tcp://10.0.0.7:40001", 2, "m")
    place._workers[worker.address] = worker
    futures = Lost(), Lost()
    for future, student in zip(futures, ("ada", "bob"), strict=True):
        worker.jobs[future] = _job(student)
        place._asked[future] = worker
    lost: list[Job] = []
    assert list(place._received(futures[0], lost)) == []
    assert [job.student for job in lost] == ["ada", "bob"]
    assert futures[1] == {"cancelled": True}
    assert place._workers == {}
    assert list(place._received(futures[1], lost)) == []
    assert len(lost) == 2


def _grade(folder: Path, *options: str, code: str = "") -> subprocess.CompletedProcess:
    program = f"{code}\nfrom grader.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "grade", "lab00", *options],
        cwd=folder,
        env=os.environ | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "No Dask scheduler answers at tcp://127.0.0.1:9 "),
        ("import sys; sys.modules['distributed'] = None", "'convlab[cluster]'."),
    ],
)
def test_no_cluster_is_told_in_a_sentence(course, code, sentence):
    """Nobody answers there, or Dask is not installed."""
    done = _grade(course.root, "--cluster", "tcp://127.0.0.1:9", code=code)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
