"""What the class report shows, without grading a class."""

from __future__ import annotations

from grader import exercises
from grader.grading.entry import Entry
from grader.judging.verdict import Verdict
from grader.reports.class_report import lab_report
from grader.reports.page import write_page

LAB = "lab01_eight_megapixels"


def test_words_of_a_student_are_inert_and_code_is_code(tmp_path):
    """A note and a hint set what stands in backticks as code, and escape all else."""
    name = list(exercises.of_lab(LAB))[1]
    hint = "Look at the argument `bias`, not at <b>."
    verdict = Verdict(name, "failed", 0.0, 3, "Not yet.", (("forgotten", hint),))
    note = "Calling `<script>` ended the Python process."
    entry = Entry("ada", LAB, "", {name: verdict}, [note], "", 0, 1.0, ["x"])
    page = tmp_path / "report.html"
    write_page(
        page, "report.html.j2", labs=[lab_report(LAB, [entry], {})], measured=False
    )
    text = page.read_text("utf-8")
    assert "argument <code>bias</code>, not at &lt;b&gt;." in text
    assert "Calling <code>&lt;script&gt;</code> ended" in text
    assert "<script" not in text
