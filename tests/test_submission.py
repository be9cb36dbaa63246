"""Whatever is handed in is read or refused in one sentence."""

from __future__ import annotations

import json

import nbformat
import pytest
from conftest import copy_course

from grader.course.course import Course
from grader.exceptions import InstructorError, UnreadableSubmission
from grader.grading import submission
from grader.grading.gradebook import register
from grader.grading.submission import Submission, find, parse, restore

STEM = "lab00_how_grading_works"

UNREADABLE = {
    "empty": b"",
    "text": b"my answers",
    "not UTF-8": b"\xff\xfe\x00",
    "another JSON": b'{"cells": 3}',
    "a list": b"[]",
    "a number": b"7",
    "deeply nested": b"[" * 100_000,
    "no cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "a future format": b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}',
}


def _submission(tmp_path, data: bytes) -> Submission:
    return Submission("student", tmp_path / f"{STEM}.ipynb", data)


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(tmp_path, data):
    """What is no notebook is refused with the name of the file."""
    with pytest.raises(UnreadableSubmission, match=STEM):
        parse(_submission(tmp_path, data))


def test_too_large(tmp_path, monkeypatch):
    """A file over the cap is refused before it is parsed."""
    monkeypatch.setattr(submission, "MAX_BYTES", 10)
    with pytest.raises(UnreadableSubmission, match="larger than"):
        parse(_submission(tmp_path, b"x" * 11))


def test_too_many_cells(tmp_path, monkeypatch):
    """A notebook with absurdly many cells is refused."""
    monkeypatch.setattr(submission, "MAX_CELLS", 2)
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("1") for _ in range(3)]
    with pytest.raises(UnreadableSubmission, match="more than 2 cells"):
        parse(_submission(tmp_path, nbformat.writes(notebook).encode()))


def test_find(tmp_path):
    """Submissions are found in nbgrader's layout, a renamed file and no file too."""
    for student, name in [
        ("ada", f"{STEM}.ipynb"),
        ("bob", f"{STEM}.IPYNB"),
        ("cleo", "Untitled.ipynb"),
        ("dan", "notes.txt"),
    ]:
        folder = tmp_path / student / STEM
        folder.mkdir(parents=True)
        (folder / name).write_text("{}")
    found = {one.student: one.data for one in find(tmp_path, STEM)}
    assert found == {"ada": b"{}", "bob": b"{}", "cleo": b"{}", "dan": b""}


def test_symbolic_link_is_not_followed(tmp_path):
    """A link to another file is not read as a submission."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    folder = tmp_path / "class" / "eve" / STEM
    folder.mkdir(parents=True)
    (folder / f"{STEM}.ipynb").symlink_to(secret)
    assert find(tmp_path / "class", STEM)[0].data == b""


def test_nobody_handed_in(tmp_path):
    """An empty folder is the instructor's mistake and is said to be so."""
    with pytest.raises(InstructorError, match="no submissions"):
        find(tmp_path, STEM)


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Course:
    """Give a course whose gradebook knows the lab; restoring changes nothing there."""
    course = copy_course(tmp_path_factory.mktemp("registered") / "course")
    register(course, STEM)
    return course


def _restored(course, change):
    notebook = nbformat.read(course.released(STEM), as_version=4)
    change(notebook)
    data = json.dumps(notebook).encode()
    parsed = parse(Submission("ada", course.released(STEM), data))
    return restore(parsed, STEM, "ada", course.db_url, course.config)


def _checks(notebook):
    return [
        cell.source.splitlines()[-1]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
    ]


CHECKS = ['check("lab00.predictions")', 'check("lab00.double")']


def _index(notebook, grade_id: str) -> int:
    return next(
        number
        for number, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def _edit(notebook):
    notebook.cells[_index(notebook, "double")].source = "print('passed')"


def _delete(notebook):
    del notebook.cells[_index(notebook, "double")]


def _copy(notebook):
    notebook.cells.append(notebook.cells[_index(notebook, "double")])


def _points(notebook):
    notebook.cells[_index(notebook, "double")].metadata.nbgrader["points"] = 100


def _invent(notebook):
    role = dict(notebook.cells[_index(notebook, "double")].metadata.nbgrader)
    cell = nbformat.v4.new_code_cell("1", metadata={"nbgrader": role})
    cell.metadata.nbgrader["grade_id"] = "bonus"
    notebook.cells.append(cell)


def _strip(notebook):
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({"tags": ["skip-execution"]})


@pytest.mark.slow
@pytest.mark.parametrize("change", [_edit, _delete, _copy, _points, _invent, _strip])
def test_checks_are_restored(registered, change):
    """Edited, deleted, copied, invented and stripped check cells are as released."""
    notebook = _restored(registered, change)
    assert sorted(_checks(notebook)) == sorted(CHECKS)
    points = [
        cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double"
    ]
    assert points == [2]
    assert not any(cell.metadata.get("tags") for cell in notebook.cells)


def test_endless_words_are_cut(tmp_path):
    """A cell of words is cut where no honest one ends, and so are all together."""
    words = nbformat.v4.new_markdown_cell(r"\begin{a}" * 100_000)
    short = nbformat.v4.new_markdown_cell("My answer.")
    notebook = nbformat.v4.new_notebook(cells=[short, *[words] * 15, short])
    data = nbformat.writes(notebook).encode()
    first, *long, last = parse(_submission(tmp_path, data)).cells
    assert first.source == "My answer."
    assert long[0].source.endswith("(Cut here: 900,000 characters are too many.)")
    assert sum(len(cell.source) for cell in [first, *long, last]) < 210_000
