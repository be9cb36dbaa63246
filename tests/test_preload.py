"""What is imported before kernels are forked is what a class uses."""

from __future__ import annotations

import nbformat
import pytest
from conftest import ROOT

from grader.course.course import Course
from grader.grading import preload

COURSE, POOLING = Course(ROOT), "lab08_pooling"
FIRST = "lab01_eight_megapixels"  # it uses none of these


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


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x):\n    import keras\n    return keras", {"keras"}),
        ("from tensorflow.keras import layers", {"tensorflow", "keras"}),
        ("import scipy.signal as s", {"scipy.signal"}),
        ("from scipy import signal, ndimage", {"scipy.ndimage", "scipy.signal"}),
        ("from sklearn.datasets import load_digits", {"sklearn"}),
        ("x = 'import'  # as keras does", set()),
        ("import this, antigravity, mine.keras_like", set()),
        ("def f(:\n\n\n    import keras", {"keras"}),
    ],
)
def test_what_a_student_imports_without_the_lab(source, found):
    """It is imported once for all who do; what nobody knows is imported in a sandbox."""
    cell = nbformat.v4.new_code_cell(source)
    words = nbformat.v4.new_markdown_cell("import keras, tensorflow")
    text = nbformat.writes(nbformat.v4.new_notebook(cells=[words, cell]))
    alone = preload.of_kernels(COURSE, FIRST, [""], False)
    names = preload.of_kernels(COURSE, FIRST, [text], False)
    assert set(names) - set(alone) == found


def test_everything_where_everything_runs():
    """With `--run-all` each kernel uses all of it."""
    assert {"tensorflow", "keras"} <= _packages(POOLING, run_all=True)


def test_a_judge_needs_what_its_exercises_import():
    """Frameworks first, and only where an answer or a mistake is built with them."""
    assert preload.of_judges("lab09_numpy_to_keras")[:2] == ["tensorflow", "keras"]
    assert not {"tensorflow", "keras"} & set(
        preload.of_judges("lab02_shuffle_the_pixels")
    )
