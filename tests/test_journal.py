"""What is finished is on disk, whole, and found again."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from grader.exceptions import InstructorError
from grader.folder import PACKAGE, write_whole
from grader.grading import journal
from grader.grading.entry import Entry
from grader.grading.journal import Journal, key_of
from grader.judging.verdict import Verdict

LAB, OTHER = "lab00_how_grading_works", "lab07_activations_and_receptive_field"
VERDICT = Verdict("lab00.f", "failed", 1.0, 2.0, "Not yet.", (("name", "hint"),))
ENTRY = Entry("ada", "lab00", "0" * 64, {"f": VERDICT}, ["note"], "{}", 5, 0.1)


def test_round_trip(tmp_path):
    """An entry is found under its key, and only there."""
    kept = Journal(tmp_path)
    kept.write(ENTRY, "key-1")
    assert kept.find("lab00", "ada", "key-1") == ENTRY
    assert kept.find("lab00", "ada", "key-2") is None
    assert kept.find("lab00", "bob", "key-1") is None


def test_latest(tmp_path):
    """Of several attempts the one graded or found last counts; none is lost."""
    kept = Journal(tmp_path)
    kept.write(ENTRY, "key-1")
    second = replace(ENTRY, seed=6)
    kept.write(second, "key-2")
    assert kept.latest("lab00") == [second]
    assert kept.find("lab00", "ada", "key-1") == ENTRY
    assert kept.latest("lab00") == [ENTRY]
    assert kept.latest("lab01") == []


def test_a_rehearsal(tmp_path):
    """What it graded is taken over by the run that follows, and the rest is forgotten."""
    rehearsed = Journal(tmp_path, rehearsal=True)
    rehearsed.write(ENTRY, "key-1")
    rehearsed.write(replace(ENTRY, seed=6), "key-2")
    rehearsed.forget_rehearsal("lab00")
    kept = Journal(tmp_path)
    assert kept.latest("lab00") == []
    assert kept.find("lab00", "ada", "key-1") == ENTRY
    kept.forget_rehearsal("lab00")
    assert kept.find("lab00", "ada", "key-2") is None
    assert kept.latest("lab00") == [ENTRY]


@pytest.mark.parametrize("text", ["", '{"student": "ada"', "[]", "{}", "null"])
def test_a_broken_entry_is_set_aside(tmp_path, text):
    """It counts as not graded, the attempt before it counts again, and nothing is lost."""
    kept = Journal(tmp_path)
    kept.write(ENTRY, "key-1")
    kept.write(replace(ENTRY, seed=6), "key-2")
    path = kept.folder / "lab00" / "ada" / "key-2.json"
    path.write_text(text)
    assert kept.latest("lab00") == [ENTRY]
    assert kept.find("lab00", "ada", "key-2") is None
    assert path.with_suffix(".broken").read_text() == text
    kept.write(replace(ENTRY, seed=6), "key-2")
    assert kept.latest("lab00") == [replace(ENTRY, seed=6)]


def test_key_depends_on_everything(tmp_path):
    """Another submission, solution or seed is another grading."""
    solution = tmp_path / "solution.ipynb"
    solution.write_text("one")
    first = key_of(LAB, "a", solution, 1)
    assert key_of(LAB, "a", solution, 1) == first
    assert key_of(LAB, "b", solution, 1) != first
    assert key_of(LAB, "a", solution, 2) != first
    solution.write_text("two")
    assert key_of(LAB, "a", solution, 1) != first


def _edited(monkeypatch, tmp_path, *names: str) -> dict[str, str]:
    """Give the keys of two labs after edits of the package, by lab."""
    package = tmp_path / f"grader-{len(names)}-{'-'.join(names).replace('/', '.')}"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in names:
        with (package / name).open("a") as file:
            file.write("# another line")
    monkeypatch.setattr(journal, "PACKAGE", package)
    journal.grader_sha256.cache_clear()
    solution = tmp_path / "solution.ipynb"
    solution.write_text("one")
    return {lab: key_of(lab, "a", solution, 1) for lab in (LAB, OTHER)}


@pytest.mark.parametrize(
    ("edited", "changed"),
    [
        (f"exercises/{OTHER}/relu.py", {OTHER}),
        (f"exercises/{OTHER}/shared.py", {OTHER}),
        ("exercises/common/pictures.py", {LAB, OTHER}),
        ("exercises/answers.py", {LAB, OTHER}),
        ("judging/compare.py", {LAB, OTHER}),
        ("probing/answer.py", {LAB, OTHER}),
        ("kernel/session.py", {LAB, OTHER}),
        ("digits.py", {LAB, OTHER}),
        ("cli/tables.py", set()),
        ("reports/page.py", set()),
    ],
)
def test_a_lab_stays_graded(monkeypatch, tmp_path, edited, changed):
    """An entry stays valid when only another lab's exercises changed, or a page."""
    before = _edited(monkeypatch, tmp_path)
    after = _edited(monkeypatch, tmp_path, edited)
    journal.grader_sha256.cache_clear()
    assert {lab for lab in before if before[lab] != after[lab]} == changed


def test_a_folder_is_no_file(tmp_path):
    """Where a folder stands, nothing is written and nothing is left."""
    there = tmp_path / "there"
    there.mkdir()
    with pytest.raises(InstructorError, match="is a folder"):
        write_whole(there, "text")
    assert list(there.iterdir()) == []
    assert list(tmp_path.iterdir()) == [there]


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
