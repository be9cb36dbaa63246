"""What the class report shows, without grading a class."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import nbformat
import pytest

from grader import exercises
from grader.grading.entry import Entry
from grader.judging.verdict import Verdict
from grader.platforms.marks import Mark
from grader.platforms.person import Person
from grader.reports.class_data import lab_data
from grader.reports.class_report import across, as_csv, as_json, write_class_page

LAB = "lab01_eight_megapixels"
NAMES = list(exercises.of_lab(LAB))
HINT = "Look at the argument `bias`, not at <b>."
CODE = "def {name}(x):\n    return '<script>' + {extra}"


def _entry(student: str, right: int, extra: str = "x") -> Entry:
    """Give an entry in which the first exercises are right and the next has a mistake."""
    verdicts = {
        name: Verdict(f"lab01.{name}", "passed", each.points, each.points, "Right.")
        for name, each in list(exercises.of_lab(LAB).items())[:right]
    }
    name = NAMES[right]
    mistakes = (("bias forgotten", HINT),)
    verdicts[name] = Verdict(f"lab01.{name}", "failed", 0.0, 3.0, "Not yet.", mistakes)
    notebook = nbformat.v4.new_notebook()
    source = CODE.format(name=name, extra=extra)
    notebook.cells = [nbformat.v4.new_code_cell(source)]
    note = ["Calling `<script>` ended the Python process."]
    text = nbformat.writes(notebook)
    return Entry(student, LAB, "", verdicts, note, text, 0, 1.0, ["x"])


def _marks(entries: list[Entry]) -> dict[str, Mark]:
    """Give what a gradebook would have: one answer is read, the others wait."""
    return {
        entry.student: Mark(
            Person(entry.student, "=cmd", "Doe"),
            LAB,
            {
                **{n: (v.points, v.max_points) for n, v in entry.verdicts.items()},
                "explain": (2.0 if entry.student == "ada" else None, 2.0),
            },
            days_late=int(entry.student == "bob"),
        )
        for entry in entries
    }


@pytest.fixture(scope="module")
def lab():
    """Give a class of three in a lab."""
    entries = [
        _entry("ada", len(NAMES) - 1),
        _entry("bob", 1, "x * 2"),
        _entry("cleo", 1),
    ]
    return lab_data(
        LAB,
        entries,
        _marks(entries),
        pages={"bob": "feedback/bob/a b.html"},
        stale={"ada"},
        missing=["Eve"],
        aside=["the folder x: it is a link"],
    )


def test_words_of_a_student_are_inert_and_code_is_code(tmp_path, lab):
    """A note, a hint and an example are escaped; one script runs, which is ours."""
    write_class_page([lab], tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "argument <code>bias</code>, not at &lt;b&gt;." in text
    assert "Calling <code>&lt;script&gt;</code> ended" in text
    assert "return &#39;&lt;script&gt;&#39;" in text
    assert text.count("<script") == 1
    assert "script-src 'sha256-" in text
    assert "feedback/bob/a%20b.html" in text


def test_those_who_need_help_come_first(lab):
    """Students stand by points, exercises by difficulty, mistakes by count."""
    assert [student.id for student in lab.students] == ["bob", "cleo", "ada"]
    assert {student.id for student in lab.in_need} == {"bob", "cleo"}
    shares = [each.share for each in lab.difficulties]
    assert shares == sorted(shares)
    mistake = lab.mistakes[0]
    assert len(mistake.students) == 2
    assert mistake.by == "=cmd Doe (cleo)"  # whose code is the shortest
    assert mistake.code.endswith("+ x")


def test_what_waits_is_told(lab):
    """Points given by hand count, what nobody has read waits."""
    by_id = {student.id: student for student in lab.students}
    assert by_id["ada"].waiting == []
    assert by_id["ada"].cells["explain"].points == 2
    assert by_id["bob"].waiting == ["explain"]
    assert by_id["bob"].late == "1 day"


def test_what_is_ours_is_no_fault_of_the_student():
    """An exercise that could not be graded is set aside, and nobody failed it."""
    entry = _entry("ada", 1)
    failed = entry.verdicts[NAMES[1]]
    ours = replace(failed, status="grader error", mistakes=())
    entry = replace(entry, verdicts=entry.verdicts | {NAMES[1]: ours})
    lab = lab_data(LAB, [entry], {})
    assert lab.students[0].cells[NAMES[1]].state == "ours"
    assert NAMES[1] not in lab.students[0].failed
    assert "through a fault of ours" in lab.aside[0]


def test_over_all_labs(lab):
    """What was not handed in counts nothing."""
    other = replace(lab, stem="lab00_how_grading_works", students=lab.students[1:])
    people = across([lab, other])
    assert people[0].name == "Eve"
    assert people[0].share == 0
    assert people[1].shares == {LAB: lab.students[0].share, other.stem: None}


def test_table_and_json_tell_the_same(lab):
    """Both have everybody; no cell of the table is run as a formula."""
    rows = list(csv.DictReader(io.StringIO(as_csv([lab]))))
    told = json.loads(json.dumps(as_json([lab])))[LAB]
    assert [row["student_id"] for row in rows] == ["bob", "cleo", "ada", "Eve"]
    assert [row["state"] for row in rows] == [
        "pending",
        "pending",
        "outdated",
        "missing",
    ]
    assert not any(value.startswith("=") for row in rows for value in row.values())
    points = [each["points"] for each in told["students"]]
    assert [float(row["points"]) for row in rows[:3]] == points
    assert told["missing"] == ["Eve"]
