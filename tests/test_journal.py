"""What is finished is on disk, whole, and found again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.folder import write_whole
from grader.grading.entry import Entry
from grader.grading.journal import Journal, key_of

ENTRY = Entry("ada", "lab00", "0" * 64, {"f": {"points": 1.0}}, ["note"], "{}", 5, 0.1)


def test_round_trip(tmp_path):
    """An entry is found under its key, and only there."""
    journal = Journal(tmp_path)
    journal.write(ENTRY, "key-1")
    assert journal.find("lab00", "ada", "key-1") == ENTRY
    assert journal.find("lab00", "ada", "key-2") is None
    assert journal.find("lab00", "bob", "key-1") is None


def test_latest(tmp_path):
    """Of several attempts the one graded or found last counts; none is lost."""
    journal = Journal(tmp_path)
    journal.write(ENTRY, "key-1")
    second = replace(ENTRY, seed=6)
    journal.write(second, "key-2")
    assert journal.latest("lab00") == [second]
    assert journal.find("lab00", "ada", "key-1") == ENTRY
    assert journal.latest("lab00") == [ENTRY]
    assert journal.latest("lab01") == []


def test_key_depends_on_everything(tmp_path):
    """Another submission, solution or seed is another grading."""
    solution = tmp_path / "solution.ipynb"
    solution.write_text("one")
    first = key_of("a", solution, 1)
    assert key_of("a", solution, 1) == first
    assert key_of("b", solution, 1) != first
    assert key_of("a", solution, 2) != first
    solution.write_text("two")
    assert key_of("a", solution, 1) != first


def test_never_half_written(tmp_path, monkeypatch):
    """A write that fails leaves the old file, whole."""
    path = tmp_path / "file"
    write_whole(path, "old")

    def full_disk(descriptor):
        raise OSError("no space left on device")

    monkeypatch.setattr("grader.folder.os.fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        write_whole(path, "new")
    assert path.read_text() == "old"
