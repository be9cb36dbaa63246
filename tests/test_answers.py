"""The judge on answers that its authors did not write: what it says of them is true."""

from __future__ import annotations

import json
from pathlib import Path

import oracle
import pytest
from typer.testing import CliRunner

from grader import exercises
from grader.authoring.quality import outside
from grader.cli import app
from grader.exceptions import InstructorError

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "answers"
# The others take minutes, or work with Keras.
HERE = ("lab00", "lab03")


def _labs() -> list[object]:
    marks = {True: (), False: pytest.mark.complete}
    return [
        pytest.param(stem, marks=marks[stem.startswith(HERE)], id=stem)
        for stem in exercises.stems()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("stem", _labs())
def test_what_is_said_is_true(stem):
    """No right answer is refused, no wrong one accepted, no name false, few untold."""
    answers = outside.read(FOLDER / f"{stem}.jsonl")
    judged = outside.measure_answers(answers, ROOT, 1)
    tally = outside.by_lab(judged)[-1]
    assert tally.reached, outside.to_look_at(judged)


@pytest.mark.parametrize("stem", exercises.stems())
def test_names_are_those_of_the_bank(stem):
    """Whoever says which names are true names what is there, and says why where none is."""
    for answer in outside.read(FOLDER / f"{stem}.jsonl"):
        known = {m.name for m in exercises.get(answer.exercise).mistakes}
        known.add("nothing returned")
        assert set(answer.names or ()) <= known, (answer.what, answer.names)
        if answer.truth == "wrong":
            assert answer.names is not None, (answer.exercise, answer.what)
            assert answer.names or answer.why, (answer.exercise, answer.what)


# What they compute is right: they break what the task says of how, or of the type.
BREAK_A_RULE = {
    ("lab02.inverse_permutation", "returns float array"),
    ("lab02.inverse_permutation", "zeros float then assignment"),
    ("lab03.convolve2d_valid", "forbidden convolve2d"),
    ("lab03.correlate2d_valid", "forbidden scipy"),
    ("lab06.conv2d", "forbidden tf"),
    ("lab06.pad2d", "np.pad"),
    ("lab07.relu", "keras"),
    ("lab10.preprocess", "float16"),
    ("lab10.preprocess", "float64"),
    ("lab13.board_planes", "np.zeros without dtype"),
    ("lab13.board_symmetries", "rot90"),
    ("lab13.legal_moves", "uses go.play"),
    ("lab15.moved_copies", "SciPy"),
    ("lab15.split_by_source", "scikit-learn"),
}


@pytest.mark.slow
@pytest.mark.parametrize("stem", _labs())
def test_an_oracle_confirms_the_truth(stem):
    """On random inputs a right answer gives what the solution gives, a wrong one not."""
    for answer in outside.read(FOLDER / f"{stem}.jsonl"):
        what = (answer.exercise, answer.what)
        if answer.truth != "unsure" and answer.exercise not in oracle.UNKNOWN:
            differs = oracle.differs(answer, ROOT)
            right = answer.truth == "right" or what in BREAK_A_RULE
            assert right == (differs == ""), (*what, differs)


def _file(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "answers.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("\n".join(texts))
    return path


RIGHT = {"exercise": "lab00.double", "what": "sum", "truth": "right"}
RIGHT["code"] = "def double(x):\n    return x + x"
WRONG = {"exercise": "lab00.double", "what": "x*x", "truth": "wrong"}
WRONG["code"] = "def double(x):\n    return x * x"


@pytest.mark.parametrize(
    ("names", "code", "counted"),
    [(None, 0, "unchecked"), (["squared"], 0, "fair_named"), (["halved"], 1, "")],
)
def test_the_command(tmp_path, names, code, counted):
    """It reads answers with and without names, prints JSON, and says what is reached."""
    wrong = WRONG if names is None else {**WRONG, "names": names}
    path = _file(tmp_path, RIGHT, wrong)
    command = ["quality", "--answers", str(path), "--json", "--workers", "1"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == code, done.output
    told = json.loads(done.stdout)
    everything = told["labs"][-1]
    assert (everything["right"], everything["wrong"], everything["named"]) == (1, 1, 1)
    assert everything["named_falsely"] == code
    assert not counted or everything[counted] == 1
    assert [each["told"] for each in told["answers"]] == ["accepted", "named"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("no json", "line 1 is not an answer"),
        (
            {"exercise": "lab00.dubble", "what": "", "truth": "right", "code": ""},
            "dubble",
        ),
        ({**RIGHT, "truth": "maybe"}, "maybe"),
        ({"exercise": "lab00.double"}, "line 1"),
    ],
)
def test_a_line_that_is_no_answer(tmp_path, line, words):
    """One sentence says which line, and what is wrong with it."""
    with pytest.raises(InstructorError, match=words):
        outside.read(_file(tmp_path, line))


def test_an_interval():
    """A share of none or of all still has an interval with a width."""
    low, high = outside.interval(0, 100)
    assert low == 0
    assert 0.02 < high < 0.05
    assert outside.interval(0, 0) == (0.0, 1.0)
