"""What is imported before kernels are forked is what a class uses."""

from __future__ import annotations

import nbformat
import pytest
from conftest import ROOT

from grader.course.course import Course
from grader.grading import preload

COURSE, POOLING = Course(ROOT), "lab08_pooling"


def _packages(stem: str, *sources: str, run_all: bool = False) -> set[str]:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    found = preload.of_kernels(COURSE, stem, ["", text], run_all)
    return {name.partition(".")[0] for name in found}


@pytest.mark.parametrize(
    "source",
    [
        "def max_pool2d(x):\n    return tf.nn.max_pool2d(x, 2, 2, 'VALID')",
        "from tensorflow import nn",
        "import keras as K",
    ],
)
def test_a_framework_of_which_a_student_speaks(source):
    """It is imported once, not in that student's kernel."""
    assert not {"tensorflow", "keras"} & _packages(POOLING, "x = np.zeros(3)")
    assert {"tensorflow", "keras"} & _packages(POOLING, source)


def test_what_the_lab_itself_imports_is_no_students_word():
    """A given cell is in every notebook."""
    released = nbformat.read(COURSE.released(POOLING), as_version=4)
    code = [cell.source for cell in released.cells if cell.cell_type == "code"]
    assert any("import tensorflow" in source for source in code)
    assert "tensorflow" not in _packages(POOLING, *code)


def test_everything_where_everything_runs():
    """With `--run-all` each kernel uses all of it."""
    assert {"tensorflow", "keras"} <= _packages(POOLING, run_all=True)


def test_a_judge_needs_what_its_exercises_import():
    """Frameworks first, and only where an answer or a mistake is built with them."""
    assert preload.of_judges("lab09_numpy_to_keras")[:2] == ["tensorflow", "keras"]
    assert not {"tensorflow", "keras"} & set(
        preload.of_judges("lab02_shuffle_the_pixels")
    )
