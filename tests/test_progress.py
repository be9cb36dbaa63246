"""Where a student stands: kept for the student alone, shown below a verdict and in a lab."""

from __future__ import annotations

import json

import nbformat
import pytest
from conftest import ROOT

from grader import exercises
from grader.authoring import build
from grader.authoring.written import store_written
from grader.cli import app
from grader.exceptions import InstructorError
from grader.exercises import written
from grader.exercises.answers import answers_for
from grader.folder import lab_path, solution_path, stems
from grader.graded import SEED_VARIABLE
from grader.judging.exercise import PUBLIC_SEED
from grader.judging.judge import judge
from grader.judging.subject import InProcess
from grader.judging.verdict import Verdict
from grader.notebook import compare, history, record
from grader.notebook.progress import overview
from grader.notebook.record import FILE, note, points_in, standing_of
from grader.notebook.saved import saved
from grader.notebook.waiting import Waiting

STEMS = stems(ROOT)
LAB = "lab03_slide_a_filter"
RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return x * x"


def _verdict(points: float, exercise: str = "lab03.window") -> Verdict:
    status = "passed" if points == 3 else "failed"
    return Verdict(exercise, status, points, 3.0, "Of Jane.")


def test_the_line():
    """Points and exercises of the lab are counted; what is none of its own is not."""
    checked = {"lab03.window": 3, "lab03.convolve2d_valid": 99, "lab04.relu": 5, "x": 1}
    some = standing_of("lab03", checked)
    assert some.words == "Lab 03: 6 of 14 points, 3 of 5 exercises left"
    everything = {e.id: float(e.points) for e in exercises.of_lab(LAB).values()}
    done = standing_of(LAB, everything)
    assert done.words == "Lab 03: 14 of 14 points, all 5 exercises done"
    assert "width: 100%" in done.bar.to_html()
    assert done.by_hand == 2


def test_what_is_kept(tmp_path):
    """Exercises and points, the last check's; no message and no name."""
    note(_verdict(3), tmp_path)
    note(_verdict(1), tmp_path)
    note(Verdict("lab03.f", "grader error", 0, 3, "Ours."), tmp_path)
    assert json.loads((tmp_path / FILE).read_text()) == {"lab03.window": 1.0}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "text",
    [
        *("", "no json", "[1]", "[" * 100_000, "null", '{"lab03.window": NaN}'),
        *('{"lab03.window": "3"}', '{"lab03.window": -1}', "\xff", '{"a": 1e999}'),
        '{"lab03.window": 1' + "0" * 400 + "}",
        '{"lab03.window": 1}' + " " * 200_000,
    ],
)
def test_a_damaged_file_is_no_file(tmp_path, text):
    """Whatever lies there costs nothing but the bar, and is written anew."""
    (tmp_path / FILE).write_text(text, "latin-1")
    assert points_in(tmp_path) == {}
    note(_verdict(3), tmp_path)
    assert points_in(tmp_path) == {"lab03.window": 3.0}


def test_where_nothing_can_be_written(tmp_path, monkeypatch):
    """The kernel still knows what its own checks gave."""
    monkeypatch.setattr(record, "_checked", {})
    (tmp_path / FILE).mkdir()
    note(_verdict(3), tmp_path)
    assert record.standing("lab03", tmp_path).got == 3
    (tmp_path / "file").touch()
    note(_verdict(3), tmp_path / "file")
    assert list((tmp_path / FILE).iterdir()) == []


def test_below_a_verdict(shell, capsys):
    """Each verdict ends with the bar, and a new kernel knows what an old one checked."""
    shell.run_cell(f'from grader import check\n{WRONG}\ncheck("lab00.double")')
    assert "Lab 00: 0 of 3 points, 2 of 2 exercises left" in capsys.readouterr().out
    shell.run_cell(f'{RIGHT}\ncheck("lab00.double")')
    assert "Lab 00: 2 of 3 points, 1 of 2 exercises left" in capsys.readouterr().out
    record._checked.clear()
    shell.run_cell('predictions = [1, 2, 3]\ncheck("lab00.predictions")')
    assert "Lab 00: 3 of 3 points, all 2 exercises done" in capsys.readouterr().out


def test_nothing_is_kept_or_shown_in_grading(shell, capsys, monkeypatch, tmp_path):
    """A graded notebook has verdicts alone, and leaves no file."""
    monkeypatch.setenv(SEED_VARIABLE, "0")
    shell.run_cell(f'from grader import check\n{RIGHT}\ncheck("lab00.double")')
    shell.run_cell("from grader import compare, progress")
    shell.run_cell('compare("lab00.explain")\nprogress("lab00")')
    out = capsys.readouterr().out
    assert "2 of 2 points" in out
    assert "Lab 00" not in out
    assert list(tmp_path.iterdir()) == []


def _student_s_notebook(folder, answer="YOUR ANSWER HERE"):
    lab = nbformat.read(lab_path(ROOT, LAB), as_version=4)
    for cell in lab.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "explain":
            cell.source = answer
    path = folder / "my copy.ipynb"
    nbformat.write(lab, path)
    return path


def test_the_overview_links_to_headings(tmp_path, monkeypatch):
    """Each exercise has its heading, a link that JupyterLab follows, and its points."""
    monkeypatch.chdir(tmp_path)
    _student_s_notebook(tmp_path)
    standing = standing_of(LAB, {"lab03.window": 3, "lab03.correlate2d_valid": 0})
    shown = overview(standing, saved("lab03"))
    text, page = repr(shown), shown._repr_html_()
    assert "✓ Exercise 2: Cut out a window (3 points): 3 of 3\n" in text
    assert "✗ Exercise 3: Slide a filter over an image (5 points): 0 of 5, its" in text
    assert "· Exercise 4: Convolve (3 points): not checked yet, 3 to get" in text
    assert "2 points, graded by your instructor; nothing is written and saved" in text
    link = "my%20copy.ipynb#Exercise-2:-Cut-out-a-window-(3-points)"
    assert f'<a href="{link}">Exercise 2' in page
    assert page.count("<tr>") == 6


def test_without_a_file_exercises_go_by_their_names():
    """Where the notebook is not found, there are no links."""
    shown = overview(standing_of(LAB, {}), None)
    assert "· window: not checked yet" in repr(shown)
    assert "<a " not in shown._repr_html_()


def test_which_file_is_the_notebook(tmp_path, monkeypatch):
    """The server's word decides, then which notebook is of the lab; bad ones are passed over."""
    monkeypatch.chdir(tmp_path)
    assert saved("lab03") is None
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"cells": 3}'), ("d", "\xff")):
        (tmp_path / f"{name}.ipynb").write_text(text, "latin-1")
    (tmp_path / "e.ipynb").write_text('{"cells": [1, {"metadata": []}, {}]}')
    (tmp_path / "f.ipynb").mkdir()
    assert saved("lab03") is None
    (tmp_path / "elsewhere").mkdir()
    own, other = _student_s_notebook(tmp_path), tmp_path / "elsewhere"
    assert saved("lab03").path == own
    assert saved("lab12") is None
    monkeypatch.setenv("JPY_SESSION_NAME", str(_student_s_notebook(other)))
    assert saved("lab03").path.parent == other


def test_cells_that_stopped_are_told(shell, capsys):
    """A cell that stopped is listed until it runs through; a check tells it itself."""
    history.remember()
    shell.run_cell("from grader import check, progress")
    for cell in ("1 / 0", WRONG, 'check("lab00.double")'):
        shell.run_cell(cell)
    told = 'progress("lab00")'
    capsys.readouterr()
    shell.run_cell(told)
    out = capsys.readouterr().out
    assert "! 1 / 0: ZeroDivisionError: division by zero" in out
    assert "! check" not in out
    shell.run_cell("1 / 0", cell_id="a")
    shell.run_cell("1 / 1", cell_id="a")
    assert list(history.stopped()) == ["1 / 0"]  # the other one, of no id


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("YOUR ANSWER HERE", 0),
        ("", 0),
        ("One two three.", 1),
        ("It has 3.14 of them. Is that all?", 2),
        ("Yes. No. Perhaps so.", 0),
        ("It is turned once\n\nand then it is right", 1),
    ],
)
def test_sentences(text, count):
    """A sentence ends with a mark and has three words; a number has no end."""
    assert compare.sentences(text) == count


def test_an_answer_beside_what_counts(shell, capsys, tmp_path):
    """Nothing is told before two sentences are saved; then criteria and an answer are."""
    answer = written.get("lab03.explain").answer
    ask = 'compare("lab03.explain")'
    shell.run_cell(f"from grader import compare\n{ask}")
    assert "was not found beside its kernel: save" in capsys.readouterr().out
    shell.run_cell('compare("lab03.explain", "Here is the first. And here the other.")')
    assert answer in capsys.readouterr().out
    _student_s_notebook(tmp_path, "Only one sentence here.")
    shell.run_cell(ask)
    out = capsys.readouterr().out
    assert "Write at least two sentences" in out
    assert "has 1." in out
    _student_s_notebook(tmp_path, "Here is the first. Here is the other one.")
    shell.run_cell(ask)
    out = capsys.readouterr().out
    assert "What counts in your answer" in out
    assert answer in out
    shell.run_cell('compare("lab03.explian")')
    assert "No question 'lab03.explian'" in capsys.readouterr().out


def test_an_answer_that_is_kept_back():
    """What counts is shown all the same."""
    asked = written.without_answers(written.of_lab(LAB))
    told = repr(compare.Comparison(asked["explain"], "10:00"))
    assert asked["explain"].criteria[0] in told
    assert "Your instructor keeps the model answer" in told
    assert written.loads(written.dumps(asked)) == asked


@pytest.mark.parametrize("stem", STEMS)
def test_what_counts_is_what_the_solution_says(stem, tmp_path, monkeypatch):
    """The file beside the exercises is built from the script, and says enough."""
    kept = written.path_of(stem).read_text("utf-8")
    monkeypatch.setattr("grader.authoring.written.path_of", lambda _: tmp_path / "w")
    script = (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")
    store_written(stem, build.to_notebook(script, stem))
    assert (tmp_path / "w").read_text("utf-8") == kept
    for question in written.loads(kept).values():
        assert len(question.criteria) >= 3
        assert all(line.endswith(".") for line in question.criteria)
        assert compare.sentences(question.answer) >= 2


def test_an_answer_without_criteria_is_refused():
    """Whoever writes a lab is told what is missing, and where."""
    script = (ROOT / "solutions" / f"{LAB}.py").read_text("utf-8")
    solved = build.to_notebook(script.replace("**What counts:**", ""), LAB)
    with pytest.raises(InstructorError, match=r"lab03.*'explain' needs"):
        store_written(LAB, solved)


@pytest.mark.parametrize("stem", STEMS)
def test_every_lab_asks(stem):
    """A lab compares each answer in words, ends with the overview, and runs on."""
    lab = nbformat.read(lab_path(ROOT, stem), as_version=4)
    code = [cell.source for cell in lab.cells if cell.cell_type == "code"]
    for name in written.of_lab(stem):
        assert any(f'compare("{stem[:5]}.{name}")' in source for source in code)
    assert any(f'progress("{stem[:5]}")' in source for source in code)
    for path in (lab_path(ROOT, stem), solution_path(ROOT, stem)):
        for cell in nbformat.read(path, as_version=4).cells:
            role = cell.metadata.get("nbgrader", {})
            is_exercise = cell.cell_type == "code" and "grade_id" in role
            assert ("raises-exception" in cell.metadata.get("tags", [])) == is_exercise


def test_a_long_check_says_so():
    """Nothing is said for two seconds; then which one of how many is at work."""
    now, told = [0.0], []
    network = exercises.get("lab10.build_cnn")
    waiting = Waiting(network, told.append, lambda: now[0])
    waiting.tell(1, 8)
    assert told == []
    now[0] = 2.5
    waiting.tell(2, 8)
    waiting.tell(8, 8)
    assert list(map(repr, told)) == [
        "checking 3 of 8 networks ...",
        "looking at what came back ...",
    ]


def test_the_judge_tells_how_far_it_is():
    """Whoever listens hears after each case how many are done."""
    double, told = exercises.get("lab00.double"), []
    judge(
        double,
        InProcess({"double": lambda x: 2 * x}),
        answers_for(double, None, PUBLIC_SEED),
        tell=lambda done, cases: told.append((done, cases)),
    )
    cases = len(double.drawn(PUBLIC_SEED))
    assert told == [(number, cases) for number in range(1, cases + 1)]


def test_the_command(tmp_path, capsys):
    """All labs, from what lies in the folders of notebooks; the newest decides."""
    for name in ("lab03", "lab05"):
        (tmp_path / name).mkdir()
        note(_verdict(3 if name == "lab05" else 1), tmp_path / name)
    app(["progress", str(tmp_path)], standalone_mode=False)
    rows = capsys.readouterr().out.splitlines()
    (row,) = (row for row in rows if "lab03" in row)
    assert "3 of 14" in row
    assert "4 of 5" in row
    assert sum("lab" in row for row in rows) == len(STEMS) + 1
    with pytest.raises(InstructorError, match="There is no folder"):
        app(["progress", str(tmp_path / "gone")], standalone_mode=False)
