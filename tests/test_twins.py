"""The same code under the same seed is judged once, and nobody loses by it."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest

from grader.folder import CONFIG_NAME
from grader.grading import many
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.grading.twins import code_sha256

STEM = "lab00_how_grading_works"
WRONG = 'def double(x):\n    print("hello")\n    return x + 2'


def _notebook(*sources: str, **other: str) -> str:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells += [nbformat.v4.new_markdown_cell(text) for text in other.values()]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (_notebook("a = 1", "b = 2"), True),
        (_notebook("a = 1\n\n", "", "b = 2", words="mine"), True),
        (_notebook("b = 2", "a = 1"), False),
        (_notebook("a = 1", "b = 3"), False),
        (_notebook("a = 1\nb = 2"), False),
    ],
    ids=["itself", "spaces and words", "another order", "another number", "one cell"],
)
def test_the_same_code(text, same):
    """Ids, words, empty cells and the ends of a cell are nobody's answer."""
    assert (code_sha256(text) == code_sha256(_notebook("a = 1", "b = 2"))) is same


def test_nothing_handed_in_is_like_nothing():
    """Whoever handed in no notebook has no twin."""
    assert code_sha256("") == ""


def _hand_in(course, student: str, code: str, words: str) -> None:
    released = nbformat.read(course.released(STEM), as_version=4)
    for cell in released.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double-solution":
            cell.source = code
    released.cells.append(nbformat.v4.new_markdown_cell(words))
    path = course.root / "submitted" / student / STEM / f"{STEM}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(released, path)


@pytest.mark.slow
def test_twins_get_what_they_would_get_alone(course, monkeypatch):
    """The same verdicts, outputs and messages, in a notebook of their own."""
    config = course.root / CONFIG_NAME
    config.write_text(config.read_text() + "\nc.Grading.secret_seeds = 1\n")
    _hand_in(course, "ada", WRONG, "I am Ada.")
    _hand_in(course, "bob", f"{WRONG}\n", "I am Bob.")
    _hand_in(course, "cleo", WRONG.replace("2", "3"), "I am Cleo.")
    run = ClassRun(course, STEM, course.root / "submitted", workers=1)
    run.grade()
    assert run.twins == 1
    once = {entry.student: entry for entry in Journal(course.root).latest(STEM)}
    again = copy.copy(run)
    again.once, again.regrade, again.twins = False, True, 0
    again.grade()
    assert again.twins == 0
    apart = {entry.student: entry for entry in Journal(course.root).latest(STEM)}
    assert sorted(once) == sorted(apart) == ["ada", "bob", "cleo"]
    for student, entry in apart.items():
        assert once[student].verdicts == entry.verdicts
        assert json.loads(once[student].notebook) == json.loads(entry.notebook)
        assert once[student].notes == entry.notes
        assert f"I am {student.title()}." in entry.notebook
    # Who only seemed to be a twin is judged after the others.
    monkeypatch.setattr(many, "twin", lambda job, first: None)
    last = copy.copy(run)
    last.regrade, last.twins = True, 0
    found = {entry.student: entry.verdicts for entry in last.grade()}
    assert last.twins == 0
    assert found == {student: entry.verdicts for student, entry in apart.items()}
