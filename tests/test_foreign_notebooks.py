"""Every notebook that a person can save is graded, and nbgrader says the same of it."""

from __future__ import annotations

import copy
import json
import zipfile
from collections.abc import Iterator

import nbformat
import pytest
from conftest import ROOT, copy_course
from foreign import SAVED, dumped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.apps import NbGraderAPI

import grader
from grader import exercises
from grader.authoring.sample_class import sample_class
from grader.course import nbgrader_steps
from grader.course.course import Course
from grader.course.gradebook import Gradebook
from grader.course.nbgrader_steps import SANITIZE_STEPS, ReadingExporter
from grader.course.places import FORGIVEN
from grader.course.roles import is_check
from grader.exercises.answers import answers_for
from grader.grading.gradebook import one_gradebook, register
from grader.grading.many import ClassRun
from grader.grading.submission import find, restore
from grader.judging.judge import judge
from grader.judging.source import source_of
from grader.judging.subject import InProcess
from grader.reading.repair import read

STEM = "lab00_how_grading_works"
FULL = {"predictions": 1, "double": 2}


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Iterator[Course]:
    """Give a course whose gradebook knows the first lab; restoring changes nothing there."""
    course = copy_course(tmp_path_factory.mktemp("foreign") / "course")
    with one_gradebook():
        register(course, STEM)
        yield course


@pytest.fixture(scope="module")
def solved(course, tmp_path_factory) -> dict:
    """Give the solved lab as JupyterLab saves it, after it ran."""
    written = sample_class(course, STEM, tmp_path_factory.mktemp("class"))
    notebook = json.loads(written["all-right"].read_text("utf-8"))
    for number, cell in enumerate(notebook["cells"]):
        if not isinstance(cell["source"], list):
            cell["source"] = cell["source"].splitlines(keepends=True)
        if cell["cell_type"] == "code" and number % 2:
            stream = {"output_type": "stream", "name": "stdout", "text": ["12\n"]}
            shown = {"output_type": "display_data", "data": {}, "metadata": {}}
            cell["outputs"], cell["execution_count"] = [stream, shown], number
    return notebook


def _restored(course, data: bytes):
    notebook, mended = read(data, f"{STEM}.ipynb")
    nbformat.validate(notebook)
    restored, notes = restore(notebook, STEM, "ada", course.db_url, course.config)
    nbformat.validate(restored)
    return restored, [*mended, *notes]


def _points(notebook, monkeypatch) -> dict[str, float]:
    """Run a restored notebook here, and judge each of its check cells."""
    monkeypatch.setattr(grader, "check", lambda exercise: None)
    namespace, ran, points = {}, [], {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if not is_check(cell):
            try:
                exec(cell.source, namespace)
            except Exception:
                continue
            ran.append(cell.source)
            continue
        name = cell.metadata.nbgrader.grade_id
        exercise = exercises.of_lab(STEM)[name]
        subject = InProcess(namespace, source_of(ran))
        points[name] = judge(exercise, subject, answers_for(exercise)).points
    return points


@pytest.mark.parametrize("write", SAVED.values(), ids=SAVED)
def test_whoever_saved_it(course, solved, write, monkeypatch):
    """A solved lab is worth full points, whatever program wrote the file."""
    notebook, _ = _restored(course, write(copy.deepcopy(solved)))
    assert _points(notebook, monkeypatch) == FULL


@pytest.mark.slow
@pytest.mark.parametrize("write", SAVED.values(), ids=SAVED)
def test_nbgrader_reads_the_same(course, solved, write, tmp_path):
    """Plain nbgrader runs the very notebook that `convlab grade` runs."""
    data = write(copy.deepcopy(solved))
    path = tmp_path / f"{STEM}.ipynb"
    path.write_bytes(data)
    exporter = ReadingExporter(config=course.config)
    for step in SANITIZE_STEPS:
        exporter.register_preprocessor(step, enabled=True)
    lab = {"student": "ada", "assignment": STEM, "notebook": STEM}
    resources = {"nbgrader": {**lab, "db_url": course.db_url}}
    text, _ = exporter.from_filename(str(path), resources=resources)
    theirs, ours = nbformat.reads(text, as_version=4), _restored(course, data)[0]
    for cell in (*theirs.cells, *ours.cells):
        del cell["id"]  # those of added cells are random there
    assert theirs == ours


# --- Which file -----------------------------------------------------------------------


def _handed_in(folder, files: dict[str, bytes]):
    """Hand in files of these names, and give what was read of them."""
    for name, data in files.items():
        path = folder / "ada" / STEM / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return find(folder, STEM)[0]


NAMES = [
    f"{STEM}.ipynb",
    f"{STEM} (1).ipynb",
    f"{STEM}.ipynb.txt",
    f"{STEM}.ipynb.json",
    f"{STEM}.json",
    f"{STEM}",
    f"{STEM}-Copy1.IPYNB",
    f"{STEM}/{STEM}.ipynb",
    "my work/week 1/Untitled.ipynb",
]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_it_is_called(solved, tmp_path, name):
    """A lab is found by what is in it, and its name is told where it is not the right one."""
    untouched = (ROOT / "labs" / STEM / f"{STEM}.ipynb").read_bytes()
    beside = {
        f"._{STEM}.ipynb": b"\0\5\x16\7",
        f".ipynb_checkpoints/{STEM}-checkpoint.ipynb": dumped(solved),
        "notes.txt": b"remember the milk",
        "timestamp.txt": b"2026-11-28",
        "other.ipynb": untouched,
    }
    one = _handed_in(tmp_path, beside | {name: dumped(solved)})
    assert one.refused == ""
    assert one.path == tmp_path / "ada" / STEM / name
    assert any(name in note for note in one.notes)
    alone = _handed_in(tmp_path / "alone", {name: dumped(solved)})
    assert alone.text == one.text
    assert bool(alone.notes) == (name != f"{STEM}.ipynb")


def test_the_solved_one_of_two(solved, tmp_path):
    """An untouched lab under the right name does not hide the solved one beside it."""
    untouched = (ROOT / "labs" / STEM / f"{STEM}.ipynb").read_bytes()
    files = {f"{STEM}.ipynb": untouched, f"{STEM} (1).ipynb": dumped(solved)}
    one = _handed_in(tmp_path, files)
    assert one.notes == (
        f"Graded was `{STEM} (1).ipynb`; the file should be `{STEM}.ipynb`.",
    )


def test_an_archive(solved, tmp_path):
    """A zip archive is opened, as those of macOS are, and a bomb in it is not."""
    path = tmp_path / "ada" / STEM / "lab.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"__MACOSX/{STEM}/._{STEM}.ipynb", b"\0\5\x16\7")
        archive.writestr("bomb.ipynb", b" " * 300 * 2**20)
        archive.writestr(f"{STEM}/{STEM}.ipynb", dumped(solved))
    one = find(tmp_path, STEM)[0]
    assert one.refused == ""
    assert f"`lab.zip/{STEM}.ipynb`" in one.notes[0]


def test_the_right_name_is_looked_at_first(solved, tmp_path):
    """However much lies beside it, the file of the right name is read."""
    files = {f"a{number}.txt": b"a" for number in range(300)}
    one = _handed_in(tmp_path, files | {f"{STEM}.ipynb": dumped(solved)})
    assert one.refused == ""
    assert one.path.name == f"{STEM}.ipynb"


@given(position=st.integers(0, 2000), byte=st.binary(max_size=2))
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_a_damaged_archive(tmp_path_factory, solved, position, byte):
    """An archive that is damaged anywhere is opened as far as it can be, or refused."""
    folder = tmp_path_factory.mktemp("zip")
    path = folder / "ada" / STEM / "lab.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{STEM}.ipynb", dumped(solved)[:3000])
    data = bytearray(path.read_bytes())
    data[position : position + 2] = byte
    path.write_bytes(data)
    one = find(folder, STEM)[0]
    assert one.text or "is not a Jupyter notebook that can be read" in one.refused


OTHERS = {
    "nothing": ({}, "The folder is empty"),
    "a PDF": ({f"{STEM}.ipynb": b"%PDF-1.7"}, "it is a PDF"),
    "a web page": ({f"{STEM}.ipynb": b"<!DOCTYPE html>"}, "it is a web page"),
    "a picture and words": ({"a.png": b"", "b.docx": b""}, "`a.png`, `b.docx`"),
    "an empty file": ({f"{STEM}.ipynb": b""}, "is empty"),
    "an archive that is none": ({"lab.zip": b"PK\3\4"}, "it is a zip archive"),
}


@pytest.mark.parametrize(("files", "told"), OTHERS.values(), ids=OTHERS)
def test_what_was_found_instead(tmp_path, files, told):
    """Where no notebook is, what is there is named."""
    (tmp_path / "ada" / STEM).mkdir(parents=True)
    one = _handed_in(tmp_path, files)
    assert told in one.refused
    assert "Traceback" not in one.refused


def test_another_lab(tmp_path):
    """The notebook of another lab is told from this one's."""
    stem = exercises.stem_of("lab03")
    data = (ROOT / "labs" / stem / f"{stem}.ipynb").read_bytes()
    one = _handed_in(tmp_path, {f"{STEM}.ipynb": data})
    assert one.refused == (
        f"{STEM}.ipynb is the notebook of {stem}, not of {STEM}. Hand in {STEM}.ipynb."
    )


# --- Answers in the wrong place -------------------------------------------------------

RIGHT = "def double(x):\n    return 2 * x"
STUB = "def double(x):\n    raise NotImplementedError  # your code here"


def _at(notebook, grade_id: str) -> int:
    found = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    return [role.get("grade_id") for role in found].index(grade_id)


def _own(source: str) -> dict:
    return dict(nbformat.v4.new_code_cell(source, id="own"))


def _in_the_check_cell(notebook):
    cells = notebook["cells"]
    cells[_at(notebook, "double-solution")]["source"] = STUB
    cells[_at(notebook, "double")]["source"] = f'{RIGHT}\n\ncheck("lab00.double")'


def _in_the_check_cell_behind_the_check(notebook):
    _in_the_check_cell(notebook)
    check = notebook["cells"][_at(notebook, "double")]
    check["source"] = f'check("lab00.double")\n\n{RIGHT}'


def _instead_of_the_check(notebook):
    _in_the_check_cell(notebook)
    notebook["cells"][_at(notebook, "double")]["source"] = RIGHT


def _below_the_stub(notebook):
    solution = _at(notebook, "double-solution")
    notebook["cells"][solution]["source"] = STUB
    notebook["cells"].insert(solution + 1, _own(RIGHT))


def _above_the_stub(notebook):
    solution = _at(notebook, "double-solution")
    notebook["cells"][solution]["source"] = STUB
    notebook["cells"].insert(solution, _own(RIGHT))


def _below_the_check(notebook):
    notebook["cells"][_at(notebook, "double-solution")]["source"] = STUB
    notebook["cells"].insert(_at(notebook, "double") + 1, _own(RIGHT))


def _at_the_end(notebook):
    notebook["cells"][_at(notebook, "double-solution")]["source"] = STUB
    notebook["cells"] += [_own(RIGHT), _own("print(double(2))")]


def _predictions_at_the_end(notebook):
    cell = notebook["cells"].pop(_at(notebook, "predictions-solution"))
    notebook["cells"].append(cell)


def _solutions_alone(notebook):
    cells = notebook["cells"]
    notebook["cells"] = [cell for cell in cells if "-solution" in cell["id"]]


def _imports_deleted(notebook):
    _solutions_alone(notebook)
    source = "def double(x):\n    return np.add(x, x)"
    notebook["cells"][-1]["source"] = source


def _uses_what_was_deleted(notebook):
    _solutions_alone(notebook)
    source = "def double(x):\n    return triple(x) - np.asarray(x)"
    notebook["cells"][-1]["source"] = source


def _typed_into_an_empty_notebook(notebook):
    notebook["cells"] = [_own("predictions = [50, 1, 0]"), _own(RIGHT)]


def _a_copy_of_the_stub_below(notebook):
    stub = copy.deepcopy(notebook["cells"][_at(notebook, "double-solution")])
    stub["source"] = STUB
    notebook["cells"].insert(_at(notebook, "double"), stub)


# What the student did -> the rules that forgive it; without one, running it all is right.
PLACES = {
    _in_the_check_cell: {"check cell"},
    _in_the_check_cell_behind_the_check: {"check cell"},
    _instead_of_the_check: {"check cell"},
    _below_the_stub: set(),
    _above_the_stub: {"stub"},
    _a_copy_of_the_stub_below: {"stub"},
    _below_the_check: {"below"},
    _at_the_end: {"below"},
    _predictions_at_the_end: {"below", "deleted"},
    _solutions_alone: set(),
    _imports_deleted: {"deleted"},
    _uses_what_was_deleted: {"deleted"},
    _typed_into_an_empty_notebook: set(),
}


def _rules(notes: list[str]) -> set[str]:
    """Give the rules that notes tell of."""
    begins = {rule: words.split("{}")[-1][:30] for rule, words in FORGIVEN.items()}
    begins["deleted"] = FORGIVEN["deleted"][:30]
    return {rule for rule, words in begins.items() if any(words in n for n in notes)}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__[1:])
def test_wherever_it_stands(course, solved, place, monkeypatch):
    """What a student plainly handed in is judged, and what is wrong with its place is told."""
    notebook = copy.deepcopy(solved)
    place(notebook)
    restored, notes = _restored(course, dumped(notebook))
    assert _points(restored, monkeypatch) == FULL
    assert _rules(notes) == PLACES[place]
    assert _restored(course, dumped(notebook)) == (restored, notes)


def test_an_answer_among_words(course, solved):
    """Code in a cell of text does not run; the student is told which cell to turn."""
    notebook = copy.deepcopy(solved)
    notebook["cells"][_at(notebook, "double-solution")]["source"] = STUB
    notebook["cells"].append(dict(nbformat.v4.new_markdown_cell(RIGHT, id="own")))
    _, notes = _restored(course, dumped(notebook))
    told = "`double` stands in a cell of text, which does not run."
    assert notes == [f"{told} Turn it into a code cell."]


def test_what_is_forgiven_is_written_down():
    """The instructor can read every rule by which running it all is not all that counts."""
    text = (ROOT / "docs" / "instructor.md").read_text("utf-8")
    assert all(f"- **{rule}**: " in text for rule in FORGIVEN)


def test_a_place_without_an_answer(course, solved, monkeypatch):
    """An edited check, and a stub alone, are worth nothing wherever they stand."""
    notebook = copy.deepcopy(solved)
    notebook["cells"][_at(notebook, "double-solution")]["source"] = STUB
    notebook["cells"][_at(notebook, "double")]["source"] = "print('passed')"
    notebook["cells"] += [_own(STUB), _own("double == 3\ndouble(3)")]
    restored, notes = _restored(course, dumped(notebook))
    assert _points(restored, monkeypatch) == FULL | {"double": 0}
    assert notes == []


# Pieces that a notebook of the first lab may be made of, in any order.
PIECES = [
    RIGHT,
    STUB,
    "def double(x):\n    return x * x",
    "import numpy as np",
    "def double(x):\n    return np.add(x, x)",
    "def double(x):\n    return triple(x) - np.asarray(x)",
    "double = lambda x: x + x",
    "def doubled(x):\n    return 2 * x",
    "predictions = [1, 2, 3]",
    "predictions = None",
    "del double",
    "double = 3",
    "if True:\n    def double(x):\n        return 2 * x",
    "def double(x):\n    return 2 *",
    'check("lab00.double")',
    "from grader import check",
]
OF_THE_LAB = ["predictions-solution", "predictions", "double-solution", "double"]


@st.composite
def _rearranged(draw):
    """Give the cells of a lab in some order, some gone, some rewritten, others added."""
    cells = [(None, source) for source in draw(st.lists(st.sampled_from(PIECES)))]
    for name in OF_THE_LAB:
        for _ in range(draw(st.integers(0, 2))):
            cells.append((name, draw(st.sampled_from(PIECES))))
    return draw(st.permutations(cells))


def _as_nbgrader_would(course, notebook):
    """Restore a notebook without the rules that forgive."""
    ours = "grader.course.places."
    with pytest.MonkeyPatch.context() as patch:
        steps = [step for step in SANITIZE_STEPS if not step.startswith(ours)]
        patch.setattr(nbgrader_steps, "SANITIZE_STEPS", steps)
        done, _ = restore(notebook, STEM, "ada", course.db_url, course.config)
        return nbformat.from_dict(done)


@pytest.mark.slow
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(cells=_rearranged())
def test_nobody_gains_in_silence(course, solved, monkeypatch, cells):
    """No rule costs points; one that gives points which running it all would not is told."""
    notebook = copy.deepcopy(solved)
    made = []
    for name, source in cells:
        cell = _own(source)
        if name:
            cell = copy.deepcopy(notebook["cells"][_at(notebook, name)])
            cell["source"] = source
        made.append(cell)
    data = dumped(notebook | {"cells": made or [_own("")]})
    plain = _points(_as_nbgrader_would(course, read(data, "lab")[0]), monkeypatch)
    restored, notes = _restored(course, data)
    points = _points(restored, monkeypatch)
    gained = {name for name in FULL if points[name] > plain[name]}
    lost = {name for name in FULL if points[name] < plain[name]}
    assert lost == set()
    for name in gained:
        assert any(f"`{name}`" in note for note in notes) or "deleted" in _rules(notes)


# --- End to end -----------------------------------------------------------------------


def _first(source: str):
    """Put a cell before all others."""
    return lambda notebook: notebook["cells"].insert(0, _own(source))


def _above_the_answer(lines: str):
    """Put lines into the cell of the answer, above it."""

    def change(notebook):
        cell = notebook["cells"][_at(notebook, "double-solution")]
        cell["source"] = f"{lines}\n\n{RIGHT}"

    return change


def _answer(source: str):
    def change(notebook):
        notebook["cells"][_at(notebook, "double-solution")]["source"] = source

    return change


# What a student did -> points of `double`, and what the verdict or a note has to tell.
GRADED = {
    "exit": (_above_the_answer("exit()"), 2, ""),
    "quit at the top": (_first("quit()"), 2, ""),
    "a stopped loop": (
        _first("import asyncio\nasyncio.get_event_loop().stop()"),
        2,
        "",
    ),
    "awaits": (_above_the_answer("import asyncio\nawait asyncio.sleep(0)"), 2, ""),
    "in the check cell": (_in_the_check_cell, 2, "It ran as a cell of your own"),
    "below its check": (_below_the_check, 2, "Move it above the check"),
    "above its stub": (_above_the_stub, 2, "An empty `double` stands below yours"),
    "imports deleted": (_imports_deleted, 2, "`import numpy as np`"),
    "colab": (
        _above_the_answer("from google.colab import drive\ndrive.mount('/content')"),
        0,
        "line 1 of that cell, `from google.colab import drive`",
    ),
    "a missing package": (_above_the_answer("import torchy"), 0, "'torchy' (line 1"),
    "a magic of colab": (
        _above_the_answer("%tensorflow_version 2.x"),
        0,
        "`%tensorflow_version` not found",
    ),
    "pip": (_above_the_answer("!pip install torchy"), 0, "`!pip install torchy`"),
    "input": (
        _answer("def double(x):\n    return 2 * float(input('x: '))"),
        0,
        "`input()` waits for somebody to type",
    ),
}


@pytest.mark.slow
def test_end_to_end(solved, tmp_path):
    """A class of them is graded: full points, or a sentence that a student can act on."""
    course = copy_course(tmp_path / "course")
    submitted = course.root / "submitted"
    for student, (change, _, _) in GRADED.items():
        notebook = copy.deepcopy(solved)
        change(notebook)
        path = submitted / student / STEM / f"{STEM}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(dumped(notebook))
    entries = {e.student: e for e in ClassRun(course, STEM, submitted, 2).grade()}
    for student, (_, points, told) in GRADED.items():
        verdicts, notes = entries[student].verdicts, entries[student].notes
        verdict = verdicts["double"]
        said = " ".join([verdict.message, *verdict.evidence, *notes])
        assert verdicts["predictions"].points == 1, student
        assert verdict.points == points, (student, said)
        assert told in said, (student, said)
        assert bool(notes) == bool(points and told), (student, notes)


@pytest.mark.slow
@pytest.mark.parametrize("student", ["exit", "awaits", "below its check", "colab"])
def test_nbgrader_gives_the_same_points(solved, student, tmp_path):
    """Plain nbgrader, with an ordinary kernel, gives what `convlab grade` gives."""
    course = copy_course(tmp_path / "course")
    change, points, _ = GRADED[student]
    notebook = copy.deepcopy(solved)
    change(notebook)
    path = course.root / "submitted" / "ada" / STEM / f"{STEM}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(dumped(notebook).decode().encode("utf-16"))
    register(course, STEM)
    result = NbGraderAPI(config=course.config).autograde(STEM, "ada")
    assert result["success"], result["log"]
    with Gradebook(course.db_url) as gradebook:
        grades = gradebook.find_submission_notebook(STEM, STEM, "ada").grades
        found = {grade.name: grade.auto_score for grade in grades if grade.name in FULL}
    assert found == {"predictions": 1, "double": points}
