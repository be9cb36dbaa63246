"""What tests share: the course, and a private copy of it to grade in."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import grader.kernel.lean  # noqa: F401  (before what it keeps out)
from grader.course.course import Course
from grader.folder import CONFIG_NAME
from grader.judging.exercise import Exercise
from grader.notebook import check, history, record
from grader.probing.request import WITHOUT_KERAS

ROOT = Path(__file__).resolve().parent.parent
# In place of a parameter: with this one a test runs in `make test-all` alone.
COMPLETE = pytest.param(True, id="all", marks=pytest.mark.complete)

# No test downloads, and none depends on a data set that happens to lie here.
os.environ["CONVLAB_OFFLINE"] = "1"
os.environ.pop("CONVLAB_DATA", None)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


# Tests of these files share nothing that is slow to make.
SPREAD = {
    "test_example",
    "test_exercises",
    "test_explain",
    "test_quality",
    "test_sample_class",
}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together on one worker what shares a fixture: a lab's class, or a file.

    What is slow begins first, so that at the end nobody waits for one long group.
    """
    slow = set()
    for item in items:
        exercise = _parameter(item, "exercise")
        if isinstance(exercise, Exercise) and exercise.probe not in WITHOUT_KERAS:
            item.add_marker(pytest.mark.slow)  # it builds or trains networks
        if (group := _group(item)) != item.nodeid:
            item.add_marker(pytest.mark.xdist_group(group))
        if item.get_closest_marker("slow"):
            slow.add(group)
    items.sort(key=lambda item: _group(item) not in slow)


def _group(item: pytest.Item) -> str:
    """Return the name of what runs on one worker: a file, a lab's class, or one test."""
    shared = _parameter(item, "graded") or _parameter(item, "solved")
    name = f"{item.path.stem}-{shared}" if shared else item.path.stem
    return item.nodeid if name in SPREAD else name


def _parameter(item: pytest.Item, name: str) -> object:
    return item.callspec.params.get(name) if hasattr(item, "callspec") else None


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the course folder of this checkout; tests only read it."""
    return ROOT


def copy_course(target: Path) -> Course:
    """Copy the parts of the course that grading needs."""
    for name in ("solutions", "labs"):
        shutil.copytree(ROOT / name, target / name)
    shutil.copy(ROOT / CONFIG_NAME, target / CONFIG_NAME)
    return Course(target)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give a fresh IPython shell in a folder of its own, as a notebook has."""
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(record, "_checked", {})
    monkeypatch.setattr(check, "_failed_checks", Counter())
    monkeypatch.setattr(history, "_stopped", {})
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Give a private copy of the course."""
    return copy_course(tmp_path / "course")
