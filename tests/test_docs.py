"""The pages for readers and teachers agree with the labs they speak of."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from grader import exercises

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
INSTRUCTOR = (ROOT / "docs" / "instructor.md").read_text("utf-8")
TEACHING = (ROOT / "docs" / "teaching.md").read_text("utf-8")
STEMS = sorted(path.stem for path in (ROOT / "solutions").glob("lab*.py"))
WORDS = {"Ten minutes": "10 minutes", "an hour": "60 minutes"}


def _rows(page: str) -> dict[str, list[str]]:
    """Give the cells of each table row that begins with a link, by its target."""
    rows = re.findall(r"^\| \[\d\d\]\((\S+?)\) \|(.*)\|$", page, re.MULTILINE)
    return {link: [cell.strip() for cell in rest.split("|")] for link, rest in rows}


def _row(page: str, folder: str, stem: str) -> list[str]:
    return _rows(page)[f"{folder}labs/{stem}/{stem}.ipynb"]


def _script(stem: str) -> str:
    return (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _points(stem: str) -> list[int]:
    """Give the points of a lab's checks, and those that are given by hand."""
    checks = sum(exercise.points for exercise in exercises.of_lab(stem).values())
    written = re.findall(r'"written": "\w+", "points": (\d+)', _script(stem))
    return [checks, sum(map(int, written))]


def _notes(stem: str) -> str:
    """Give the teaching notes of a lab."""
    title = f"## Lab {stem[3:5]}\n"
    assert TEACHING.count(title) == 1
    return TEACHING.split(title)[1].split("\n## ")[0]


@pytest.mark.parametrize("page", ["README.md", "docs/instructor.md"])
def test_a_row_for_each_lab_and_no_other(page):
    """The tables have one row for each lab, in order, whose link leads to it."""
    path = ROOT / page
    links = list(_rows(path.read_text("utf-8")))
    assert [Path(link).stem for link in links] == STEMS
    assert all((path.parent / link).is_file() for link in links)


@pytest.mark.parametrize("stem", STEMS)
def test_title(stem):
    """The README calls a lab as the lab does."""
    assert _row(README, "", stem)[0] == re.search(r"^# # (.+)$", _script(stem), re.M)[1]


@pytest.mark.parametrize("stem", STEMS)
def test_minutes(stem):
    """Both tables give the minutes that the lab asks for."""
    needs = _script(stem).split("What you'll need.**")[1].split("\n# %%")[0]
    for word, number in WORDS.items():
        needs = needs.replace(word, number)
    found = re.findall(r"(\d+) minutes|another (\d+)", needs)
    minutes = [int(plain or more) for plain, more in found]
    assert minutes
    assert _numbers(_row(README, "", stem)[1]) == minutes
    assert _numbers(_row(INSTRUCTOR, "../", stem)[1]) == minutes


@pytest.mark.parametrize("stem", STEMS)
def test_points(stem):
    """The instructor's table gives the points of the checks and those by hand."""
    assert _numbers(_row(INSTRUCTOR, "../", stem)[2]) == _points(stem)


def test_points_in_all():
    """The sums under the table are those of all labs."""
    totals = re.search(
        r"^In all (\d+) points from checks and (\d+) by", INSTRUCTOR, re.M
    )
    assert [int(total) for total in totals.groups()] == [
        sum(column) for column in zip(*map(_points, STEMS), strict=True)
    ]


def test_paths():
    """A path takes the minutes of its labs, and the weeks hold every lab."""
    section = INSTRUCTOR.split("## Three paths")[1].split("\n## ")[0]
    paths = re.findall(r"^\| ([a-z][^|]*) \| ([\d, ]+) \| (\d+) \|$", section, re.M)
    minutes = {s[3:5]: sum(_numbers(_row(INSTRUCTOR, "../", s)[1])) for s in STEMS}
    for _, labs, total in paths:
        assert sum(minutes[lab] for lab in labs.split(", ")) == int(total)
    weeks = ", ".join(labs for name, labs, _ in paths if "week" in name)
    assert len(paths) == 8
    assert weeks.split(", ") == [stem[3:5] for stem in STEMS]


@pytest.mark.parametrize("stem", STEMS)
def test_mistakes_in_the_teaching_notes(stem):
    """A name in italics is a mistake that the grader knows in that lab."""
    bank = {m.name for e in exercises.of_lab(stem).values() for m in e.mistakes}
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", _notes(stem))
    assert named
    assert set(named) <= bank


@pytest.mark.parametrize("stem", STEMS)
def test_headings_in_the_teaching_notes(stem):
    """A heading in bold stands in the lab."""
    headings = re.findall(r"^# ##+ (.+)$", _script(stem), re.MULTILINE)
    shown = re.findall(r"\*\*([^*\n]+)\*\*", _notes(stem))
    assert shown
    for name in shown:
        assert any(heading.startswith(name) for heading in headings), name


@pytest.mark.parametrize("stem", STEMS)
def test_headings_in_order(stem):
    """A lab has one title, and no heading leaves a level out."""
    levels = [len(marks) for marks in re.findall(r"^# (#+) ", _script(stem), re.M)]
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("stem", STEMS)
def test_pictures_in_words(stem):
    """Beside each figure stands what it shows, for those who do not see it."""
    cells = re.split(r"^# %%", _script(stem), flags=re.MULTILINE)
    drawing = [
        number
        for number, cell in enumerate(cells)
        if re.search(
            r"^(\w+, \w+ = plt\.|(show|draw|plot)_\w+\(|sliders\()", cell, re.M
        )
    ]
    for number in drawing:
        near = "".join(cells[max(number - 2, 0) : number + 3])
        assert "icture in words" in near, cells[number]
