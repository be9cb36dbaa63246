"""What is drawn of a wrong answer: true numbers, a frame where it differs, and words."""

from __future__ import annotations

import re
from urllib.parse import unquote

import numpy as np
import pytest

from grader import exercises
from grader.course.sanitise import clean
from grader.exercises.answers import answers_for
from grader.judging import draw
from grader.judging.exercise import PUBLIC_SEED, Exercise
from grader.judging.judge import judge
from grader.judging.render import IDEA, to_html
from grader.judging.subject import InProcess
from grader.judging.verdict import Panel, Picture, Verdict

# Functions whose answers are matrices, of every lab that has some.
DRAWN = [
    *("lab03.correlate2d_valid", "lab03.convolve2d_valid", "lab04.gabor_kernel"),
    *("lab05.conv_layer_forward", "lab05.im2col", "lab06.conv2d", "lab07.relu"),
    *("lab08.max_pool2d", "lab08.avg_pool2d", "lab08.shift_images"),
    *("lab12.conv2d_backward", "lab12.max_pool_backward"),
]
WINDOWED = [
    exercise
    for stem in exercises.stems()
    for exercise in exercises.of_lab(stem).values()
    if exercise.window is not None
]


def _wrong(exercise_id: str) -> Verdict:
    """Judge the first mistake of an exercise."""
    exercise = exercises.get(exercise_id)
    wrong = exercise.mistakes[0].wrong

    def answer(*args, **kwargs):
        return wrong(exercise.reference, *args, **kwargs)

    subject = InProcess({exercise.name: answer})
    return judge(exercise, subject, answers_for(exercise), PUBLIC_SEED)


@pytest.fixture(scope="module", params=DRAWN)
def verdict(request: pytest.FixtureRequest) -> Verdict:
    """Give the verdict on a wrong answer whose picture is drawn."""
    return _wrong(request.param)


def test_the_frame_is_where_they_differ(verdict):
    """What is framed is wrong there, and by as much as is drawn."""
    right, yours, difference = verdict.picture.answers
    assert right.mark == yours.mark == difference.mark
    row, column = right.mark
    framed = [panel.rows[row][column] for panel in verdict.picture.answers]
    assert framed[0] != framed[1]
    assert framed[1] - framed[0] == pytest.approx(framed[2], rel=1e-4)


def test_it_is_small_and_runs_nothing(verdict):
    """Under 40 KB with everything; pictures in `img`, in which no script runs, with words."""
    page = to_html(verdict)
    assert len(page.encode()) < 40_000
    assert not re.search(r"<script|<svg|\bon\w+=", page)
    images = re.findall(r'<img alt="([^"]+)" src="data:image/svg\+xml,([^"]+)"', page)
    assert len(images) == page.count("<img") >= 3
    assert all("rows" in words for words, _ in images)


def test_feedback_keeps_it(verdict):
    """What makes pages inert leaves our pictures as they are."""
    page, cleaned = to_html(verdict), clean(to_html(verdict))
    sources = re.compile(r'src="([^"]+)"')
    assert sources.findall(cleaned) == sources.findall(page)
    assert "&lt;" not in re.sub(r"<(pre|code).*?</\1>", "", cleaned, flags=re.DOTALL)
    assert "inline-block" in cleaned


def test_it_survives_the_journal(verdict):
    """Plain data, and back."""
    assert Verdict.from_json(verdict.to_json()) == verdict


def test_the_window_comes_last():
    """The products would tell all: they are shown when the example is."""
    verdict = _wrong("lab03.correlate2d_valid")
    assert "products, sum" in to_html(verdict)
    assert "products, sum" not in to_html(verdict, IDEA)
    assert "yours minus right" in to_html(verdict, IDEA)


@pytest.mark.parametrize("exercise", WINDOWED, ids=lambda e: e.id)
def test_products_make_the_value(exercise: Exercise):
    """The sums in the titles, and the bias, are the right answer; what is pooled is in it."""
    answers, tried = answers_for(exercise), 0
    for case in exercise.drawn(PUBLIC_SEED):
        right = answers.expected(case)["value"]
        for place in [(0,) * right.ndim, tuple(side - 1 for side in right.shape)]:
            rows = exercise.window(place, *case.args, **case.kwargs)
            tried += bool(rows)
            if rows and len(rows[0]) == 3:
                total = sum(row[-1][1].sum() for row in rows)
                bias = case.args[2][place[-1]] if len(case.args) > 2 else 0
                assert total + bias == pytest.approx(right[place], abs=1e-4)
            elif rows:
                ((_, values),) = rows[0]
                assert values.min() - 1e-6 <= right[place] <= values.max() + 1e-6
    assert tried


def test_shapes_that_differ():
    """Both are drawn, each with its shape; there is nothing to subtract."""
    exercise = exercises.get("lab03.correlate2d_valid")
    subject = InProcess({exercise.name: lambda x, k: np.zeros((2, 5))})
    verdict = judge(exercise, subject, answers_for(exercise), PUBLIC_SEED)
    titles = [panel.title for panel in verdict.picture.answers]
    assert re.fullmatch(r"right, of shape \d by \d", titles[0])
    assert titles[1:] == ["yours, of shape 2 by 5"]


@pytest.mark.parametrize("name", ["x", "W"])
def test_of_several_arrays(name):
    """Of a dictionary the array that is wrong is drawn, though no example may be worked."""
    exercise = exercises.get("lab12.conv2d_backward")

    def answer(*args, **kwargs):
        right = exercise.reference(*args, **kwargs)
        upwards = np.arange(1.0, right[name].size + 1).reshape(right[name].shape)
        return right | {name: right[name] + upwards**2}

    subject = InProcess({exercise.name: answer})
    verdict = judge(exercise, subject, answers_for(exercise), PUBLIC_SEED)
    assert verdict.status == "failed"
    assert f"[{name!r}]" in verdict.picture.answers[0].title


def test_numbers_that_are_none():
    """They are grey; of two numbers, the larger is darker."""
    panel = Panel("right", ((1.0, None), (-2.0, 4.0)), (0, 1))
    page = draw.to_pictures(Picture("a case", (panel,)))
    svg = unquote(re.search(r'src="data:image/svg\+xml,([^"]+)"', page)[1])
    assert svg.count("#999999") == 1
    assert "framed: no number" in page


@pytest.mark.parametrize("share", np.linspace(-1, 1, 21))
def test_letters_stand_out(share):
    """Black or white on a cell has a contrast of 4.5 to 1 at least."""
    luminance = draw._luminance(draw._colour(share))
    ink = 1.0 if luminance < draw._DARK else 0.0
    darker, lighter = sorted((luminance, ink))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
