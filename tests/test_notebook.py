"""How a check behaves in a notebook, and how its verdict reads."""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import replace

import nbformat
import pytest
from conftest import ROOT
from nbgrader.utils import determine_grade

from grader.course import sanitise
from grader.judging.missing import Cell, why_missing
from grader.judging.render import (
    SYMPTOM,
    PartialPoints,
    to_html,
    to_text,
    verdict_outputs,
    with_code,
)
from grader.judging.source import source_of
from grader.judging.verdict import CaseResult, Verdict
from grader.notebook import check


def _verdict(status="failed", points=0.0, **fields) -> Verdict:
    return Verdict("lab99.f", status, points, 4, "Not yet.", **fields)


def _graded(verdict: Verdict) -> tuple[float, float]:
    cell = nbformat.v4.new_code_cell("check()", outputs=verdict_outputs(verdict))
    cell.metadata["nbgrader"] = {
        "grade": True,
        "solution": False,
        "points": verdict.max_points,
        "grade_id": "f",
        "schema_version": 3,
    }
    return determine_grade(cell)


@pytest.mark.parametrize(
    ("status", "points"), [("passed", 4.0), ("failed", 2.5), ("failed", 0.0)]
)
def test_nbgrader_reads_the_points(status, points):
    """nbgrader finds in the outputs the points that the judge gave."""
    assert _graded(_verdict(status, points)) == (points, 4.0)


def test_points_in_part_are_said_in_words(shell):
    """nbgrader reads the number; who looks at the notebook reads words and the mistake."""
    verdict = replace(_verdict(points=2.5), message="Not yet: bias forgotten. More.")
    data, _ = shell.display_formatter.format(PartialPoints(verdict))
    assert data["text/plain"] == "2.5"
    assert data["text/html"] == "2.5 of 4 points so far. Not yet: bias forgotten."
    result = verdict_outputs(verdict)[-1]
    assert {kind: result.data[kind] for kind in data} == data
    assert _graded(verdict) == (2.5, 4.0)


def test_text_and_html_say_the_same():
    """Name, hint, evidence and cases stand in both forms."""
    verdict = _verdict(
        mistakes=(("bias forgotten", "Add it."),),
        evidence=("f(1): it is 2, expected 3.",),
        cases=(CaseResult("f(1)", False, "x"), CaseResult("f(0)", True)),
    )
    for text in (to_text(verdict), to_html(verdict)):
        for words in ("ias forgotten", "Add it.", "it is 2, expected 3", "f(0)"):
            assert words in text


def test_every_failed_check_tells_more(shell, capsys):
    """The symptom first, then the idea, then an example; the points stay what they are."""
    shell.run_cell("from grader import check\ndef double(x):\n    return x * x")
    told = []
    for _ in range(4):
        shell.run_cell('check("lab00.double")')
        told.append(capsys.readouterr().out)
    assert ["multiply the number by itself" in text for text in told] == [0, 1, 1, 1]
    assert ["A small example" in text for text in told] == [0, 0, 1, 1]
    assert all("squared" in text and "0 of 2 points" in text for text in told)
    shell.run_cell("def double(x):\n    return 2 * x")
    shell.run_cell('check("lab00.double")')
    assert "2 of 2 points" in capsys.readouterr().out


def test_an_untouched_stub_is_no_try(shell, capsys):
    """Running the checks of an empty lab uses up no hint."""
    shell.run_cell("from grader import check")
    stub = "def double(x):\n    raise NotImplementedError"
    for cell in ('check("lab00.double")', stub, 'check("lab00.double")'):
        shell.run_cell(cell)
    shell.run_cell("def double(x):\n    return x * x")
    capsys.readouterr()
    shell.run_cell('check("lab00.double")')
    assert "multiply the number by itself" not in capsys.readouterr().out


def test_predictions_are_not_called_right(shell, capsys):
    """A prediction earns its point for being there, and the verdict says no more."""
    shell.run_cell("from grader import check\npredictions = [1, 2, 3]")
    shell.run_cell('check("lab00.predictions")')
    out = capsys.readouterr().out
    assert "1 of 1 point. Noted." in out
    assert "Correct" not in out


def test_a_named_mistake_is_named_once():
    """With the idea behind it shown, the message does not say the name once more."""
    verdict = replace(
        _verdict(mistakes=(("bias forgotten", "Add it."),)),
        message="Not yet: bias forgotten.",
    )
    assert to_html(verdict).count("ias forgotten") == 1
    assert "Not yet" in to_html(verdict, SYMPTOM)


def test_colours_survive_the_feedback_page():
    """What makes a verdict legible on black as on white is not cleaned away."""
    assert "color-mix(in srgb" in sanitise.clean(to_html(_verdict()))


def test_tensorflow_does_not_warn_below_a_check(capsys):
    """A function that is right gets no red lines because the check calls it often."""
    logger = logging.getLogger("tensorflow")

    def double(x):
        logger.warning("5 out of the last 5 calls triggered retracing")
        return 2 * x

    heard = logging.StreamHandler(sys.stderr)
    logger.addHandler(heard)
    try:
        level = logger.level
        assert check.verdict_on("lab00.double", {"double": double}).passed
        assert logger.level == level
    finally:
        logger.removeHandler(heard)
    assert "retracing" not in capsys.readouterr().err


def test_html_is_inert():
    """What a student's code can put into a verdict cannot run in a browser."""
    evil = "<script>alert(1)</script>"
    verdict = _verdict(evidence=(evil,), mistakes=((evil, evil),))
    assert "<script" not in to_html(verdict)


def test_backticks_become_code():
    """Code in a sentence is set as code, and a lone backtick stays."""
    assert with_code("use `x[0]` now") == "use <code>x[0]</code> now"
    assert with_code("a lone ` here") == "a lone ` here"


HOSTILE_CELLS = {
    "magics without end": "\n".join(f"a{i}?" for i in range(3000)),
    "a long cell that is not Python": "%time\n" + "x = 1\n" * 20_000,
    "brackets": "x = " + "(" * 5000 + ")" * 5000,
    "signs": "x = " + "-" * 50_000 + "1",
    "sums": "x = 1" + " + 1" * 50_000,
    "attributes": "x = y" + ".a" * 50_000,
    "a null byte": "x = 'a\0b'",
}


@pytest.mark.parametrize("cell", HOSTILE_CELLS.values(), ids=HOSTILE_CELLS)
def test_source_of_hostile_cells(cell):
    """What takes minutes to read, or cannot be, is left out; the rest is read."""
    started = time.monotonic()
    source = source_of(["%time x = 1", cell, "y = 1"])
    assert source.splitlines()[-1] == "y = 1"
    assert "run_line_magic('time'" in source
    assert len(source) < 100
    assert time.monotonic() - started < 60


def test_source_of_skips_what_is_not_python():
    """Magics are translated and broken cells left out."""
    source = source_of(["%matplotlib inline", "x = (", "y = 1"])
    assert "y = 1" in source
    assert "x = (" not in source


def test_check_passes_quietly(shell, capsys):
    """A right answer shows a verdict and returns nothing."""
    shell.run_cell("def double(x):\n    return 2 * x")
    result = shell.run_cell('from grader import check\ncheck("lab00.double")')
    assert result.success
    assert result.result is None
    assert "2 of 2 points" in capsys.readouterr().out


def test_check_fails_without_our_traceback(shell, capsys):
    """A wrong answer raises, so that nbgrader sees it, and shows no line of ours."""
    shell.run_cell("def double(x):\n    return x * x")
    result = shell.run_cell('from grader import check\ncheck("lab00.double")')
    output = capsys.readouterr().out
    assert not result.success
    assert "squared" in output
    assert output.rstrip().endswith("\nNot yet: squared.")
    assert "CheckFailed" not in output
    assert "Traceback" not in output
    assert "judge.py" not in output


def test_unknown_exercise(shell, capsys):
    """A mistyped id is one sentence."""
    shell.run_cell('from grader import check\ncheck("lab00.dubble")')
    assert "There is no exercise 'lab00.dubble'" in capsys.readouterr().out


def test_lab00_quotes_the_verdict():
    """The verdict printed in lab 00 is what the check says, word for word."""
    verdict = check.verdict_on("lab00.double", {"double": lambda x: x * x})
    first = to_text(verdict, SYMPTOM)
    script = (ROOT / "solutions" / "lab00_how_grading_works.py").read_text("utf-8")
    quoted = "\n".join(f"# {line}" for line in first.splitlines())
    assert quoted in script


def test_what_is_printed_is_counted_and_not_shown(shell, capsys):
    """A function that prints floods no verdict, and nothing of ours is shown at all."""
    shell.run_cell(
        "from grader import check\n"
        "def double(x):\n    print('trying', x)\n    return x * x\n",
        store_history=True,
    )
    capsys.readouterr()
    shell.run_cell('check("lab00.double")')
    shown = capsys.readouterr()
    assert "trying" not in shown.out
    assert "Not shown: 6 lines that appeared" in shown.out
    assert "Warning" not in shown.err


def test_the_course_s_own_answer_is_not_one_s_own(shell, capsys):
    """Who returns the course's reference is told why that is worth nothing."""
    shell.run_cell(
        "from grader import check, exercises\n"
        "def double(x):\n    return exercises.get('lab00.double').reference(x)\n",
        store_history=True,
    )
    shell.run_cell('check("lab00.double")')
    out = capsys.readouterr().out
    assert "0 of 2 points. The task asks for your own code" in out
    assert "`grader.exercises.get`" in out


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            ["missing_name\ndef double(x):\n    return 2 * x"],
            "stopped with an error: NameError: name 'missing_name' is not defined "
            "(line 1 of that cell)",
        ),
        (
            ["def double(x)\n    return 2 * x"],
            "is not Python yet: SyntaxError in its line",
        ),
        (["def Double(x):\n    return 2 * x"], "`Double` is: compare the spelling"),
        (["x = 1"], "is not defined: run the cell above that defines it"),
        (["1 / 0"], "and a cell stopped: ZeroDivisionError"),
    ],
)
def test_why_nothing_is_defined(shell, capsys, cells, words):
    """The verdict says what happened to the cell that should define the function."""
    shell.run_cell("from grader import check\nfrom grader.notebook import history")
    shell.run_cell("history.remember()")
    shell.run_cell("try:\n    del double\nexcept NameError:\n    pass")
    for cell in cells:
        shell.run_cell(cell, store_history=True)
    capsys.readouterr()
    shell.run_cell('check("lab00.double")')
    assert words in capsys.readouterr().out


def test_another_lab_s_notebook_is_told():
    """Who runs a check in the notebook of another lab is told so."""
    cells = [Cell('check("lab03.window")'), Cell('x = 1\ncheck("lab03.correlate")')]
    asked = Cell('check("lab00.double")')
    told = why_missing("lab00", "double", [*cells, asked])
    assert told == "this is the notebook of lab03, and `double` belongs to lab00"
    assert "notebook of" not in why_missing("lab03", "window", [*cells, asked])
    assert "run the cell above" in why_missing("lab03", "window", [*cells, asked])
