"""What `explore` shows: true numbers, the place where they go wrong, and a sentence else."""

from __future__ import annotations

import json
import re

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from IPython.core.interactiveshell import InteractiveShell
from test_drawn import WINDOWED

from grader import exercises
from grader.exercises.answers import answers_for
from grader.grading.needed import needed
from grader.judging.exercise import PUBLIC_SEED, Exercise
from grader.notebook import explore as explored
from grader.notebook.check import SEED_VARIABLE
from grader.notebook.explore import Explorer
from grader.notebook.scene import Scene, is_drawable
from grader.notebook.settings import settings_of, value_of, with_value

ROOM = ROOT / "grader" / "notebook"
# Those of lab 09 call TensorFlow.
of_windows = pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(e, marks=[pytest.mark.slow] if e.lab == "lab09" else [], id=e.id)
        for e in WINDOWED
    ],
)


def _explorer(exercise: Exercise, function=None) -> Explorer:
    return Explorer(exercise, {exercise.name: function} if function else {})


def _mistaken(exercise: Exercise, number: int):
    wrong = exercise.mistakes[number].wrong
    return lambda *args, **kwargs: wrong(exercise.reference, *args, **kwargs)


@of_windows
def test_pixels_read_are_those_of_the_window(exercise):
    """What is framed in the picture holds the numbers of the window beside it."""
    answers, tried = answers_for(exercise), 0
    for case in exercise.drawn(PUBLIC_SEED):
        right = answers.expected(case)["value"]
        if not is_drawable(exercise, case, right):
            continue
        plane = (right.shape[0] - 1, right.shape[-1] - 1) if right.ndim == 4 else ()
        scene = Scene(exercise, case, case.label, right, right, plane)
        shape = scene.of_plane(right).shape
        for row, column in [(0, 0), tuple(side - 1 for side in shape)]:
            panels = zip(
                scene.inputs(),
                scene.read(row, column),
                scene.window(row, column),
                strict=True,
            )
            for picture, read, (window, *_) in panels:
                numbers = [picture.rows[i][j] for i, j in read]
                assert numbers == [number for line in window.rows for number in line]
                tried += 1
    assert tried


@of_windows
def test_it_opens_where_it_is_wrong(exercise):
    """The first wrong value is under the eyes, with both numbers, in little data."""
    numbers = range(len(exercise.mistakes))
    wrong = (_explorer(exercise, _mistaken(exercise, n)).show({}) for n in numbers)
    data = next(shown for shown in wrong if "start" in shown)  # some only raise
    row, column = data["start"]
    words = data["places"][row][column]["words"]
    if data["wrong"]:
        assert data["wrong"][row][column]
        yours, right = re.search(r"yours is (.+), right is (.+)\.$", words).groups()
        assert yours != right
    else:
        assert "right is" in words
        assert "shape" in data["words"]
    assert len(json.dumps(data)) < 150_000


@of_windows
def test_a_right_function_is_told_so(exercise):
    """Nothing is marked."""
    data = _explorer(exercise, exercise.reference).show({})
    assert "right answer" in data["words"]
    assert not np.any(data["wrong"])


@of_windows
def test_what_is_changed_reaches_the_function(exercise):
    """Each setting is one of the call, and only it changes."""
    case = next(iter(exercise.drawn(PUBLIC_SEED)))
    cases = exercise.drawn(PUBLIC_SEED)
    for setting in settings_of(exercise, cases):
        for value in setting.choices:
            changed = with_value(setting, exercise, case, value)
            assert value_of(setting, exercise, changed) == value
            for other in settings_of(exercise, cases):
                if other != setting:
                    now = value_of(other, exercise, case)
                    assert value_of(other, exercise, changed) == now


def test_settings_are_the_arguments_of_the_task():
    """Kernel size, stride, padding, dilation where there are some; a 1x1 filter is one."""
    names = {
        exercise.id: [
            s.name for s in settings_of(exercise, exercise.drawn(PUBLIC_SEED))
        ]
        for exercise in WINDOWED
    }
    stepping = ["kernel size", "stride", "padding", "dilation"]
    assert names["lab06.conv2d"] == stepping
    assert names["lab08.max_pool2d"] == ["size", "stride", "padding"]
    assert names["lab03.correlate2d_valid"] == ["kernel size"]
    assert names["lab05.conv1x1"] == []


def test_a_choice_calls_the_function_anew():
    """The widget sends what was chosen, and shows what the function gives for it."""
    from grader.notebook.widget import ExplorerWidget

    exercise, calls = exercises.get("lab06.conv2d"), []

    def conv2d(x, W, b, **settings):
        calls.append(settings)
        return exercise.reference(x, W, b, **settings)

    widget = ExplorerWidget(_explorer(exercise, conv2d).show)
    control = next(c for c in widget.scene["controls"] if c["key"] == "stride")
    number = control["choices"].index("3 by 3")
    calls.clear()
    widget.chosen = {"case": 0, "settings": {"stride": number}}
    assert [call["stride"] for call in calls] == [(3, 3)]
    now = {c["key"]: c["now"] for c in widget.scene["controls"]}
    assert now["stride"] == number


def test_settings_without_a_window_are_told():
    """A kernel that is larger than the picture is nobody's mistake."""
    exercise = exercises.get("lab06.conv2d")
    explorer = _explorer(exercise, exercise.reference)
    small = next(i for i, c in enumerate(explorer.cases) if c.args[0].shape[1] == 3)
    kernel = next(s for s in explorer.settings if s.is_kernel)
    padding = next(s for s in explorer.settings if s.name == "padding")
    chosen = {
        "kernel size": kernel.choices.index((4, 6)),
        "padding": padding.choices.index("valid"),
    }
    data = explorer.show({"case": small, "settings": chosen})
    assert "larger than the picture" in data["words"]
    assert "places" not in data


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (None, "is not defined"),
        (lambda *_, **__: 1 / 0, "it raises ZeroDivisionError"),
        (
            lambda *_, **__: (_ for _ in ()).throw(NotImplementedError),
            "not written yet",
        ),
    ],
)
def test_where_nothing_is_there(function, words):
    """One sentence says why, and no picture comes."""
    data = _explorer(exercises.get("lab03.correlate2d_valid"), function).show({})
    assert words in data["words"]
    assert "nothing to explore yet" in data["words"]
    assert "places" not in data


@pytest.mark.parametrize("answer", [np.zeros((2, 3)), [[1, 2]], "a text", None, np.nan])
def test_another_shape_or_kind(answer):
    """The right answer can be explored; beside it stands what the student gives."""
    exercise = exercises.get("lab06.conv2d")
    data = _explorer(exercise, lambda *_, **__: answer).show({})
    assert len(data["outputs"]) == 1
    assert data["words"][0].isupper()


def test_stride_ignored_is_seen():
    """An answer of another shape stands beside the right one."""
    exercise = exercises.get("lab06.conv2d")

    def conv2d(x, W, b, stride=(1, 1), **settings):
        return exercise.reference(x, W, b, **settings)

    (aside,) = _explorer(exercise, conv2d).show({})["aside"]
    assert "of shape 1 by" in aside["title"]


@pytest.fixture
def shell():
    """Give a fresh IPython shell; its front end is none that could move over a picture."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_cell("from grader import explore")
    yield shell
    InteractiveShell.clear_instance()


def _said(shell: InteractiveShell, exercise_id: str, capsys) -> str:
    capsys.readouterr()
    assert shell.run_cell(f'explore("{exercise_id}")').success
    return capsys.readouterr().out.strip()


def test_without_widgets_it_stands_still(shell, capsys):
    """A terminal and nbconvert get the picture of the place where it opens."""
    shell.run_cell("def correlate2d_valid(x, k):\n    return -x[1:, 2:]")
    assert "stands still" in _said(shell, "lab03.correlate2d_valid", capsys)
    page = explored._shown("lab03.correlate2d_valid")._repr_html_()
    assert "products, sum" in page
    assert len(page.encode()) < 40_000
    assert not re.search(r"<script|\bon\w+=", page)


@pytest.mark.parametrize(
    ("exercise_id", "words"),
    [
        ("lab03.correlate2d_valid", "is not defined"),
        ("lab01.dense_params", "reads no windows"),
        ("lab03.window", "In this lab it does for lab03.correlate2d_valid"),
        ("lab03.nothing", "There is no exercise 'lab03.nothing'."),
        ("nothing", "There is no lab 'nothing'"),
    ],
)
def test_one_sentence_for_what_cannot_be(shell, capsys, exercise_id, words):
    """No traceback, and nothing that stops the notebook."""
    assert words in _said(shell, exercise_id, capsys)


def test_grading_has_no_use_for_it(shell, capsys, monkeypatch):
    """Where points are given it calls nothing."""
    monkeypatch.setenv(SEED_VARIABLE, "1")
    shell.run_cell("def correlate2d_valid(x, k):\n    raise SystemExit")
    assert "graded without" in _said(shell, "lab03.correlate2d_valid", capsys)


@pytest.mark.parametrize("lab", ["lab03", "lab05", "lab06", "lab08"])
def test_labs_pay_nothing_for_it(lab):
    """The cell of a lab is left out when the lab is graded."""
    stem = exercises.stem_of(lab)
    notebook = nbformat.read(ROOT / "labs" / stem / f"{stem}.ipynb", as_version=4)
    plan = needed(notebook, notebook)
    cells = [i for i, cell in enumerate(notebook.cells) if "explore(" in cell.source]
    assert cells
    assert all(plan[place] == "" for place in cells)


def test_the_front_end_loads_nothing():
    """No address of another host stands in what a browser gets."""
    for name in ("explore.js", "explore.css"):
        text = (ROOM / name).read_text("utf-8")
        assert not re.search(r"https?:|@import|\bimport\b.*\bfrom\b|url\(", text)
