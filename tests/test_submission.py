"""Whatever is handed in is read or refused in one sentence."""

from __future__ import annotations

import copy
import json
import os
import socket
import stat
import time
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, copy_course

from grader.course.course import Course
from grader.exceptions import InstructorError, UnreadableSubmission
from grader.folder import stems
from grader.grading.gradebook import register
from grader.grading.submission import find, passed_over, restore
from grader.reading import repair, text, which
from grader.reading.repair import read

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
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(data):
    """What is no notebook is refused with the name of the file."""
    with pytest.raises(UnreadableSubmission, match=STEM):
        read(data, f"{STEM}.ipynb")


LIMITS = {
    "the file": ("MAX_FILE", b"x" * 11, "larger than"),
    "without outputs": ("MAX_BYTES", b'{"cells": 1, "x": 2}', "without its outputs"),
    "items": ("MAX_ITEMS", b"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]", "10 parts"),
    "in outputs": ("MAX_PARTS", b'{"outputs": [[], [], [], [], []]}', "its outputs"),
}


@pytest.mark.parametrize(("limit", "data", "told"), LIMITS.values(), ids=LIMITS)
def test_too_large(monkeypatch, limit, data, told):
    """A file over a limit is refused before it takes memory."""
    monkeypatch.setattr(text, limit, 10)
    with pytest.raises(UnreadableSubmission, match=told):
        read(data, "lab.ipynb")


def test_outputs_do_not_count(monkeypatch):
    """What counts is what is left without outputs, however many they are."""
    monkeypatch.setattr(text, "MAX_BYTES", 200)
    monkeypatch.setattr(text, "MAX_ITEMS", 20)
    outputs = [{"data": {"text/plain": ["]", '"', "x" * 500]}}] * 20
    cell = {"cell_type": "code", "source": "1", "outputs": outputs}
    notebook, _ = read(json.dumps({"cells": [cell]}).encode(), "lab.ipynb")
    assert [cell.source for cell in notebook.cells] == ["1"]


SLOW = {
    "dictionaries": b'{"a":' * 400_000,
    "dictionaries around a text": b'{"a":' * 900 + b'"' + b"x" * 5_000_000,
    "lists of numbers": b'{"a":[' * 900 + b"1," * 900_000,
    "a text without an end": b'{"outputs": ["' + b'\\"' * 1_000_000,
    "beginnings": b"{" * 5_000_000,
    "digits": b'{"a": ' + b"9" * 5_000_000,
}


@pytest.mark.parametrize("data", SLOW.values(), ids=SLOW)
def test_reading_ends_soon(data):
    """What would be read again and again is given up."""
    begun = time.process_time()
    with pytest.raises(UnreadableSubmission):
        read(data, "lab.ipynb")
    assert time.process_time() - begun < 20  # on the build machine at most two


def test_too_many_cells(monkeypatch):
    """A notebook with absurdly many cells is refused."""
    monkeypatch.setattr(repair, "MAX_CELLS", 2)
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("1") for _ in range(3)]
    with pytest.raises(UnreadableSubmission, match="more than 2 cells"):
        read(nbformat.writes(notebook).encode(), "lab.ipynb")


def test_find(tmp_path, root):
    """Submissions are found in nbgrader's layout, a renamed file and no file too."""
    lab = (root / "labs" / STEM / f"{STEM}.ipynb").read_bytes()
    for student, name in [
        ("ada", f"{STEM}.ipynb"),
        ("bob", f"{STEM}.IPYNB"),
        ("cleo", "Untitled.ipynb"),
        ("dan", "notes.pages"),
        ("eve", f"../{STEM}.ipynb"),
        ("no-break\u00a0space", f"{STEM}.ipynb"),
        ("\U0001f468\u200d\U0001f4bb", f"{STEM}.ipynb"),
    ]:
        folder = tmp_path / student / STEM
        folder.mkdir(parents=True)
        (folder / name).write_bytes(lab)
    (tmp_path / "eve" / STEM).rmdir()
    found = {one.student: one for one in find(tmp_path, STEM)}
    assert len(found) == 7
    assert [student for student, one in found.items() if one.refused] == ["dan"]
    assert "Found were `notes.pages`" in found["dan"].refused
    assert "Graded was `Untitled.ipynb`" in found["cleo"].notes[0]
    assert found["ada"].notes == ()
    assert passed_over(tmp_path, STEM) == []


def test_a_name_that_breaks_its_line(tmp_path):
    """A folder that nobody can write a page for is not graded, and is named."""
    (tmp_path / "ada" / STEM).mkdir(parents=True)
    (tmp_path / "bob\nbob" / STEM).mkdir(parents=True)
    (tmp_path / "linked").symlink_to(tmp_path / "ada")
    assert [one.student for one in find(tmp_path, STEM)] == ["ada"]
    assert passed_over(tmp_path, STEM) == [r"'bob\nbob'", "'linked'"]


def test_symbolic_link_is_not_followed(tmp_path, root):
    """A link to another file is not read as a submission."""
    folder = tmp_path / "class" / "eve" / STEM
    folder.mkdir(parents=True)
    (folder / f"{STEM}.ipynb").symlink_to(root / "labs" / STEM / f"{STEM}.ipynb")
    assert "No readable file" in find(tmp_path / "class", STEM)[0].refused


def _sparse(path):
    path.touch()
    os.truncate(path, 2**40)


def _device(path):
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # zeros without an end
    except PermissionError:
        pytest.skip("only root makes devices, and not everywhere")


def _socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


ODD = {"pipe": os.mkfifo, "device": _device, "socket": _socket, "sparse": _sparse}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_a_file_without_an_end(tmp_path, monkeypatch, make):
    """What would be waited for or never ends is refused at once."""
    folder = tmp_path / "eve" / STEM
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)  # a socket's path has 107 bytes at most
    make(Path(f"{STEM}.ipynb"))
    (found,) = find(tmp_path, STEM)
    assert "No readable file" in found.refused or "larger than" in found.refused


@pytest.mark.parametrize("other", ["a link", "a pipe", "nothing"])
def test_a_file_that_changes_while_it_is_read(tmp_path, root, monkeypatch, other):
    """What takes a file's place after it was listed is not read, nor waited for."""
    folder = tmp_path / "class" / "eve" / STEM
    folder.mkdir(parents=True)
    lab = root / "labs" / STEM / f"{STEM}.ipynb"
    path = folder / lab.name
    path.write_bytes(lab.read_bytes())
    listed = which._paths

    def listed_and_changed(*args):
        for name, path in listed(*args):
            path.unlink()
            if other == "a link":
                path.symlink_to(lab)
            elif other == "a pipe":
                os.mkfifo(path)
            yield name, path

    monkeypatch.setattr(which, "_paths", listed_and_changed)
    assert "No readable file" in find(tmp_path / "class", STEM)[0].refused


def test_the_same_content_is_the_same_submission(tmp_path, root):
    """What a cell showed and how the file is written make no other submission of it."""
    lab = nbformat.read(root / "labs" / STEM / f"{STEM}.ipynb", as_version=4)
    ran = copy.deepcopy(lab)
    for cell in ran.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="6\n")]
            cell.execution_count = 7
    texts = [nbformat.writes(lab), json.dumps(lab), nbformat.writes(ran)]
    for number, written in enumerate(texts):
        folder = tmp_path / str(number) / STEM
        folder.mkdir(parents=True)
        (folder / f"{STEM}.ipynb").write_text(written, "utf-8")
    hashes = {one.sha256 for one in find(tmp_path, STEM)}
    assert len(hashes) == 1


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
    parsed, _ = read(data, f"{STEM}.ipynb")
    return restore(parsed, STEM, "ada", course.db_url, course.config)[0]


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


def test_endless_words_are_cut():
    """A cell of words is cut where no honest one ends, and so are all together."""
    words = nbformat.v4.new_markdown_cell(r"\begin{a}" * 100_000)
    short = nbformat.v4.new_markdown_cell("My answer.")
    notebook = nbformat.v4.new_notebook(cells=[short, *[words] * 15, short])
    data = nbformat.writes(notebook).encode()
    notebook, _ = read(data, "lab.ipynb")
    first, *long, last = notebook.cells
    assert first.source == "My answer."
    assert long[0].source.endswith("(Cut here: 900,000 characters are too many.)")
    assert sum(len(cell.source) for cell in [first, *long, last]) < 210_000


@pytest.mark.slow
@pytest.mark.parametrize("stem", stems(ROOT))
@pytest.mark.parametrize("folder", ["labs", "solutions"])
def test_a_lab_is_left_as_it_is(registered, stem, folder):
    """Of a lab as released and as solved no cell is moved or added, and nothing is told."""
    path = registered.root / folder / stem / f"{stem}.ipynb"
    register(registered, stem)
    notebook, mended = read(path.read_bytes(), path.name)
    before = [cell.id for cell in notebook.cells]
    restored, told = restore(
        notebook, stem, "ada", registered.db_url, registered.config
    )
    assert [cell.id for cell in restored.cells] == before
    assert [*mended, *told] == []
