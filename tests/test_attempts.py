"""Tries are kept only where the course asked, and tell whether a hint helped."""

from __future__ import annotations

import json

import nbformat
import pytest

from grader import exercises
from grader.authoring.release.folder import contents
from grader.folder import CONFIG_NAME
from grader.grading.entry import Entry
from grader.judging.verdict import Verdict
from grader.notebook.attempts import FILE, first_line, note
from grader.reports.attempts import attempts_in, helped
from grader.reports.class_data import lab_data
from grader.reports.class_report import write_class_page

LAB = "lab00_how_grading_works"
DOUBLE = exercises.of_lab(LAB)["double"]
ONE, TWO = (mistake.name for mistake in DOUBLE.mistakes[:2])


def _verdict(points: float, *mistakes: str) -> Verdict:
    status = "passed" if points == 2 else "failed"
    named = tuple((name, "A hint.") for name in mistakes)
    return Verdict("lab00.double", status, points, 2.0, "Of Jane.", named, ("2 != 3",))


def test_nothing_is_kept_unasked(tmp_path):
    """Without the file that the course puts there, none is made."""
    note(_verdict(0, ONE), 1, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_line_has(tmp_path):
    """Neither names nor code nor messages; and a file that is full takes no more."""
    path = tmp_path / FILE
    path.write_text(first_line())
    note(_verdict(0, ONE), 1, tmp_path)
    told = json.loads(path.read_text().splitlines()[1])
    expected = {"exercise": "lab00.double", "points": 0, "mistakes": [ONE], "told": 1}
    assert told == expected
    path.write_text("x" * 300_000)
    note(_verdict(0, ONE), 1, tmp_path)
    assert path.stat().st_size == 300_000


def _class(tmp_path, *students: list[tuple[Verdict, int]]):
    for number, tries in enumerate(students):
        folder = tmp_path / f"student-{number}" / LAB
        folder.mkdir(parents=True)
        (folder / FILE).write_text(first_line())
        for verdict, level in tries:
            note(verdict, level, folder)
    return helped(attempts_in(tmp_path, LAB))


def test_did_the_hint_help(tmp_path):
    """The next try counts, by mistake and by how much was told; the last has none."""
    found = _class(
        tmp_path,
        [(_verdict(0, ONE), 1), (_verdict(0, ONE), 2), (_verdict(2), 3)],
        [(_verdict(0, ONE), 1), (_verdict(0, TWO), 2)],
        [(_verdict(1, ONE), 1), (_verdict(0), 2)],
    )
    assert {(h.mistake, h.rung): (h.mended, h.tries) for h in found} == {
        (ONE, "where it shows"): (1, 3),
        (ONE, "the idea"): (1, 1),
    }
    assert [h.share for h in found] == sorted(h.share for h in found)


def test_the_report_shows_it(tmp_path):
    """The page has a row for each mistake and rung."""
    found = _class(tmp_path, [(_verdict(0, ONE), 1), (_verdict(2), 3)])
    verdict = {"double": _verdict(2)}
    entry = Entry(
        "ada", LAB, "", verdict, [], nbformat.writes(nbformat.v4.new_notebook())
    )
    page = tmp_path / "report.html"
    write_class_page([lab_data(LAB, [entry], {}, helped=found)], page)
    text = page.read_text("utf-8")
    assert "Did the hint help?" in text
    assert "<td>where it shows</td>" in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "[" * 100_000,
        '{"exercise": "lab00.double"}',
        '{"exercise": ["a"], "points": 0, "mistakes": [], "told": 1}',
        '{"exercise": "lab00.double", "points": 0, "mistakes": [[]], "told": 1}',
        '{"exercise": "lab00.double", "points": 0, "mistakes": [], "told": 9}',
        '{"exercise": "lab99.<script>", "points": 0, "mistakes": [], "told": 1}',
    ],
)
def test_what_a_student_wrote_into_it_is_passed_over(tmp_path, text):
    """Nothing in the file breaks the report, or stands in it."""
    folder = tmp_path / "ada" / LAB
    folder.mkdir(parents=True)
    (folder / FILE).write_text(text)
    assert attempts_in(tmp_path, LAB) == [[]]


@pytest.mark.slow
def test_a_release_says_so(course):
    """Students get the file, and a sentence in the lab, only if the course turns it on."""
    name = f"labs/{LAB}/{FILE}"
    assert name not in contents(course.root, [LAB])
    config = course.root / CONFIG_NAME
    config.write_text(config.read_text() + "c.Release.attempts = True\n")
    files = contents(course.root, [LAB])
    assert files[name].decode() == first_line()
    lab = nbformat.reads(files[f"labs/{LAB}/{LAB}.ipynb"].decode(), as_version=4)
    assert any(FILE in cell.source and "no name" in cell.source for cell in lab.cells)
    nbformat.validate(lab)
