"""The sample class: its wrong answers are wrong in the way they say."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
from pathlib import Path

import nbformat
import pytest

from grader import exercises
from grader.authoring.sample_class import sample_class
from grader.course.course import Course
from grader.exercises.answers import answers_for
from grader.folder import stems
from grader.judging.judge import judge
from grader.judging.subject import InProcess
from grader.probing.request import WITHOUT_KERAS

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"
SAMPLES = ROOT / "grader" / "authoring" / "samples"
SEED = 20_251_123

# A wrong answer, with the comment that names its mistake.
_ANSWER = re.compile(r"^# mistake: (.+)\ndef (\w+)\(", re.MULTILINE)


def _answers(stem: str) -> list[tuple[str, str]]:
    """Give (exercise, mistake) of each wrong answer to a lab, in order."""
    text = (SAMPLES / f"{stem}.py").read_text("utf-8")
    return [(name, mistake) for mistake, name in _ANSWER.findall(text)]


def _function(stem: str, name: str):
    spec = importlib.util.spec_from_file_location(stem, SAMPLES / f"{stem}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


STEMS = sorted(path.stem for path in SAMPLES.glob("*.py"))


def _cases() -> list:
    found = []
    for stem in STEMS:
        for name, mistake in _answers(stem):
            probe = exercises.of_lab(stem)[name].probe
            marks = [] if probe in WITHOUT_KERAS else [pytest.mark.slow]
            label = f"{stem[:5]}.{name}-{mistake}"
            found.append(pytest.param(stem, name, mistake, id=label, marks=marks))
    return found


# A softmax overflows: that is its mistake.
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("stem", "name", "mistake"), _cases())
def test_wrong_answers_are_named(stem, name, mistake):
    """A wrong answer in a student's words is told as the mistake it is."""
    exercise = exercises.of_lab(stem)[name]
    function = _function(stem, name)
    subject = InProcess({name: function}, inspect.getsource(function))
    verdict = judge(exercise, subject, answers_for(exercise, SOLUTIONS, SEED), SEED)
    assert verdict.status == "failed", verdict
    assert [found for found, _ in verdict.mistakes] == [mistake], verdict


def test_every_lab_has_wrong_answers():
    """Labs and files of wrong answers are the same."""
    assert stems(ROOT) == STEMS


@pytest.mark.parametrize("stem", STEMS)
def test_two_wrong_answers_to_a_lab(stem):
    """Two exercises of a lab, or all there are, and nothing else in the file."""
    known = exercises.of_lab(stem)
    written = [name for name, e in known.items() if e.probe != "value"]
    names = [name for name, _ in _answers(stem)]
    tree = ast.parse((SAMPLES / f"{stem}.py").read_text("utf-8"))
    assert names == [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
    assert len(set(names)) == len(names) == min(2, len(written))
    for name, mistake in _answers(stem):
        assert mistake in [m.name for m in known[name].mistakes]


@pytest.mark.parametrize("stem", STEMS)
def test_student_hands_in_the_wrong_answer(stem, tmp_path):
    """The student's notebook is the solved one but for a function's body."""
    written = sample_class(Course(ROOT), stem, tmp_path)
    right = nbformat.read(written["all-right"], as_version=4)
    mistaken = [student for student in written if student.startswith("mistake-")]
    assert mistaken == [f"mistake-{n + 1}" for n in range(len(_answers(stem)))]
    for student, (name, _) in zip(mistaken, _answers(stem), strict=True):
        handed_in = nbformat.read(written[student], as_version=4)
        changed = [
            (before, after.source)
            for before, after in zip(right.cells, handed_in.cells, strict=True)
            if before != after
        ]
        assert len(changed) == 1
        before, source = changed[0]
        assert before.metadata.nbgrader.grade_id == f"{name}-solution"
        old, new = ast.parse(before.source).body[-1], ast.parse(source).body[-1]
        wrong = ast.parse(inspect.getsource(_function(stem, name))).body[0]
        assert ast.get_docstring(new) == ast.get_docstring(old)
        assert ast.dump(new.args) == ast.dump(old.args)
        assert ast.dump(new.args) == ast.dump(wrong.args)
        assert [*map(ast.dump, new.body[1:])] == [*map(ast.dump, wrong.body)]
