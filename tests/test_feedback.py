"""A student's page: what it says, that both ways give the same, and that it is inert."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, copy_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.apps import NbGraderAPI

from grader import exercises
from grader.course.gradebook import Gradebook
from grader.course.roles import is_check
from grader.folder import CONFIG_NAME, stems, write_whole
from grader.grading.entry import MARK, Entry, notes_cell
from grader.grading.gradebook import record, register
from grader.judging.render import VERDICT, verdict_outputs
from grader.judging.verdict import CaseResult, Panel, Picture, Verdict
from grader.platforms.marks import Mark
from grader.platforms.person import Person
from grader.platforms.roster import write_roster
from grader.reports import feedback_page
from grader.reports.cards import verdict_of
from grader.reports.feedback import write_feedback
from grader.reports.formulas import formula
from grader.reports.markup import DARK, LIGHT, code_colours, words
from grader.reports.outputs import Room, shown
from grader.reports.tasks import outline

STEM = "lab03_slide_a_filter"
WRONG = "correlate2d_valid"
ADA, EVE = "ada", "<b>eve<"
EVIL = (
    '<script>alert(1)</script><img src="https://evil.example/x.png" onerror="alert(1)">'
)
NOT_RUN = "Not run for grading: no check needs it."
FORGED = "You have 16 of 16 points."
SETTINGS = """
c.Late.due = {"lab03": "2026-10-05 12:00 +0200"}
c.Late.penalty_per_day = 0.1
"""


def _verdict(name: str, most: float) -> Verdict:
    if name != WRONG:
        cases = (CaseResult("f(1)", True),)
        return Verdict(name, "passed", most, most, "Correct.", cases=cases)
    return Verdict(
        name,
        "failed",
        0.0,
        most,
        "Not yet: filter turned by half a turn.",
        mistakes=(("filter turned by half a turn", "Lay `k` on it as it is."),),
        evidence=("at [0, 0] it is 68, expected 8.",),
        cases=(CaseResult("4x6 image", False, "values"), CaseResult("1x1", True)),
        example="correlate2d_valid(x, k)\nx =\n    [[1, 2]]\nright =\n    [[3]]",
        picture=Picture("4x6 image", (Panel("right", ((3.0,),), (0, 0)),)),
    )


def _graded(notebook: NotebookNode) -> Entry:
    """Give the entry of a notebook, as if it had been run and judged."""
    known = exercises.of_lab(STEM)
    verdicts = {name: _verdict(name, known[name].points) for name in known}
    for cell in notebook.cells:
        if is_check(cell):
            cell.outputs = verdict_outputs(verdicts[cell.metadata.nbgrader.grade_id])
        elif "np.array([-1, 0, 1])" in cell.get("source", ""):
            note = {"text/plain": NOT_RUN}
            cell.outputs = [
                new_output("display_data", note, metadata={MARK: "not run"})
            ]
    notebook.cells.insert(0, notes_cell(["A line was <i>mended</i>."]))
    return Entry("", STEM, "", verdicts, [], nbformat.writes(notebook))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Give a course with two students who were graded, one of them hostile."""
    course = copy_course(tmp_path_factory.mktemp("feedback") / "course")
    with (course.root / CONFIG_NAME).open("a") as settings:
        settings.write(SETTINGS)
    write_roster(course, [Person(ADA, "Ada", "King & Lovelace"), Person(EVE, EVIL)])
    register(course, STEM)
    for student in (ADA, EVE):
        handed_in = nbformat.read(course.solution(STEM), as_version=4)
        if student == EVE:
            handed_in.cells.insert(1, new_markdown_cell(EVIL))
            html = new_output("display_data", {"text/html": EVIL, "text/plain": "x"})
            handed_in.cells.insert(2, new_code_cell("show()", outputs=[html]))
        entry = _graded(nbformat.from_dict(handed_in))
        for cell in handed_in.cells:
            if cell.cell_type == "code":
                told = FORGED if is_check(cell) else f"{EVIL} as before"
                cell.outputs = [new_output("stream", text=told)]
        folder = course.root / "submitted" / student / STEM
        write_whole(folder / f"{STEM}.ipynb", nbformat.writes(handed_in))
        late = "2026-10-06 10:00:00 UTC" if student == EVE else ""
        write_whole(folder / "timestamp.txt", late)
        record(course, Entry(**{**vars(entry), "student": student}), folder)
    return course


@pytest.fixture(scope="module")
def pages(course) -> dict[str, str]:
    """Give the page of each student."""
    written = write_feedback(course, STEM, 1)
    return {path.parent.parent.name: path.read_text("utf-8") for path in written}


def test_what_a_page_says(pages):
    """Name, points, what waits, the mistake, the code beside it, and what to do next."""
    page = pages[ADA]
    for words_of_it in (
        "<h1>Ada King &amp; Lovelace</h1>",
        '<data value="9.0">9</data> of 14 points so far, 2 wait for your instructor',
        "Exercise 3: Slide a filter over an image</h3>",
        "<strong>Filter turned by half a turn.</strong> Lay <code>k</code> on it",
        '<pre tabindex="0">x =\n    [[1, 2]]</pre>',
        "under the heading <em>Exercise 3: Slide a filter over an image</em>",
        "<em>Look through one window</em>",
        "<code>lab01_eight_megapixels</code>",
        "1 of 2 cases are right",
        'alt="right: 1 rows, 1 columns; in row 0, column 0, framed: 3"',
        "2 points wait",
        "A line was &lt;i&gt;mended&lt;/i&gt;.",
    ):
        assert words_of_it in page, words_of_it
    assert "0.0 / 2.0" not in page
    assert page.count("What to do next") == 1
    assert "Handed in late" not in page


def test_what_was_not_run(pages):
    """It is said, with what the student's notebook showed there; of a check never."""
    for page in pages.values():
        assert NOT_RUN in page
        told = page.split("What it showed as handed in")
        assert len(told) == 2
        assert "as before" in told[1].split("</details>")[0]
        assert FORGED not in page


def test_a_late_page(pages):
    """A penalty is told, and taken off."""
    assert "by 1 day: 0.9 points less, of 9 earned." in pages[EVE]
    assert '<data value="8.1">' in pages[EVE]


class _Found(HTMLParser):
    """The elements of a page, their ids, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset", "poster"):
                self.targets.append(value or "")
            elif name == "id":
                self.ids.append(value or "")


@pytest.mark.parametrize("student", [ADA, EVE])
def test_a_page_leads_nowhere(pages, student):
    """It runs nothing, names no other host, and forbids the browser to load anything."""
    page = pages[student]
    assert "default-src 'none'" in page
    found = _Found()
    found.feed(page)
    assert not found.tags & {"script", "iframe", "form", "object", "link", "base"}
    assert [t for t in found.targets if not t.startswith(("#", "data:image/"))] == []
    assert {t[1:] for t in found.targets if t.startswith("#")} <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))


def test_nbgrader_gives_the_same_page(course, pages):
    """`nbgrader generate_feedback` writes it to the byte."""
    api = NbGraderAPI(config=course.config)
    assert api.generate_feedback(STEM, student_id=ADA, force=True)["success"]
    assert course.feedback_page(STEM, ADA).read_text("utf-8") == pages[ADA]


def test_graded_by_hand(course, pages):
    """Points and comments of the instructor stand where they belong; nothing waits."""
    with Gradebook(course.db_url) as gradebook:
        for name, points in (("explain", 1.5), (WRONG, 2.0)):
            grade = gradebook.find_grade(name, STEM, STEM, ADA)
            grade.manual_score, grade.needs_manual_grade = points, False
        comment = gradebook.find_comment(f"{WRONG}-solution", STEM, STEM, ADA)
        comment.manual_comment = f"Nearly! $x_1$ {EVIL}"
        gradebook.db.commit()
    api = NbGraderAPI(config=course.config)
    assert api.generate_feedback(STEM, student_id=ADA, force=True)["success"]
    page = course.feedback_page(STEM, ADA).read_text("utf-8")
    assert '<data value="12.5">12.5</data> of 16 points</p>' in page
    assert "Your instructor gave these points; the check gave 0." in page
    assert "Nearly! <math" in page
    assert "<script" not in page
    assert "Not graded yet" not in page


@pytest.mark.parametrize("stem", stems(ROOT))
def test_size(stem, tmp_path):
    """A page of a solved lab has less than 300 KB, pictures aside, and all its cards."""
    notebook = nbformat.read(ROOT / "labs" / stem / f"{stem}.ipynb", as_version=4)
    tasks = outline(stem, notebook).tasks
    mark = Mark(Person("ada"), stem, dict.fromkeys(tasks, (0.0, 2.0)))
    page = feedback_page.page_of(ROOT, stem, notebook, mark, {}, tmp_path)
    assert len(page.encode()) < 300_000
    assert page.count("<article") == len(tasks) == page.count("What to do next")
    assert "Exercise 1" in page
    # Formulas of the lab are drawn, not shown as they are written.
    assert "$" not in re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", page, flags=re.S)


def test_a_forged_verdict_is_no_verdict():
    """What plain nbgrader's kernels can write there is read as data or not at all."""
    good = _verdict(WRONG, 5).to_json()
    panel = {"title": "right", "rows": [["<b>"]], "mark": None}
    drawn = good | {"picture": {"case": "x", "answers": [panel], "window": []}}
    long = good | {"example": "x" * 1_000_000}
    damaged = good | {"message": 7}, good | {"cases": [1]}, drawn, long
    for wrong in (None, 3, [], {}, *damaged):
        output = new_output("display_data", {VERDICT: wrong})
        assert verdict_of(new_code_cell("check()", outputs=[output])) is None
    output = new_output("display_data", {VERDICT: good})
    assert verdict_of(new_code_cell("check()", outputs=[output])) == _verdict(WRONG, 5)


def _one(data: dict[str, str], room: Room | None = None) -> tuple[str, str]:
    (item,) = shown([new_output("display_data", data)], room or Room())
    return item.kind, str(item.content)


def test_outputs_are_cut_and_cleaned():
    """Long text loses its middle, pictures are addresses, and a page has only so much."""
    kind, text = _one({"text/plain": "a" * 50_000 + "z"})
    assert kind == "text"
    assert len(text) < 5000
    assert text.endswith("z")
    kind, address = _one({"image/svg+xml": f"<svg>{EVIL}</svg>", "text/plain": "x"})
    assert (kind, address[:26]) == ("picture", "data:image/svg+xml;base64,")
    assert "<" not in address
    assert _one({"image/png": '" onload="alert(1)', "text/plain": "x"})[1] == "x"
    assert _one({"image/png": "QUFB", "text/plain": "x"}, Room(pictures=3))[1] == "x"
    assert "<script" not in _one({"text/html": EVIL})[1]
    assert (
        len(shown([new_output("stream", text=f"{i}") for i in range(99)], Room())) < 40
    )


FORMULAS = {
    r"\frac{1}{2}": "<mfrac>",
    r"\text{<script>alert(1)</script>}": "&lt;script&gt;",
    r"\href{javascript:alert(1)}{x}": "<mi>x</mi>",
    r"\text{&lt;script&gt;}": "&lt;script&gt;",
    r"\frac{": "<code>",
    "x" * 1000: "<code>",
}


@pytest.mark.parametrize(("tex", "drawn"), FORMULAS.items())
def test_formulas(tex, drawn):
    """A formula becomes MathML, or stays as it is written; nothing else comes of it."""
    html = formula(tex, "inline")
    assert drawn in html
    assert "<script" not in html
    assert "javascript" not in html


def test_nothing_of_a_student_looks_like_the_page():
    """Classes, names, styles and addresses are taken from words."""
    html = words('<p class="card passed" id="card-window" style="color: red">x</p>')
    assert html.strip() == "<p>x</p>"
    assert words("[x](https://evil.example) ![y](https://evil.example/y)") == (
        '<p><a>x</a> <img alt="y"></p>\n'
    )


def _luminance(colour: str) -> float:
    long = colour if len(colour) == 6 else "".join(2 * letter for letter in colour)
    parts = [int(long[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        c / 12.92 if c <= 0.04 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("style", "ground"), [(LIGHT, "fafbfc"), (DARK, "1c2026"), (DARK, "14181d")]
)
def test_code_is_legible(style, ground):
    """Every colour of code has WCAG's contrast of 4.5 on what it stands on, or is a space."""
    template = (ROOT / "grader" / "reports" / "feedback.html.j2").read_text("utf-8")
    assert f"#{ground}" in template
    for line in code_colours(style).splitlines():
        found = re.search(r"\.code \.(\w+),.*[{ ]color: #(\w+)", line)
        if found and found[1] != "w" and "background" not in line:
            low, high = sorted([_luminance(found[2]), _luminance(ground)])
            assert (high + 0.05) / (low + 0.05) >= 4.5, line


def test_where_a_lab_asks():
    """Headings, what leads up to a task, and the earlier labs that it builds on."""
    path = Path(ROOT / "labs" / STEM / f"{STEM}.ipynb")
    lab = outline(STEM, nbformat.read(path, as_version=4))
    assert (lab.number, lab.title) == ("Lab 03", "Slide a filter by hand")
    task = lab.tasks["window"]
    assert task.heading == "Exercise 2: Cut out a window"
    assert (task.sections, task.labs) == (("From a row to a photo",), (1,))
