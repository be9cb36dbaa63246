"""A figure that lays itself out is drawn once; the picture is the one it would have been."""

from __future__ import annotations

import io
from base64 import b64decode

import nbformat
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from grader.kernel import pictures
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock
from grader.kernel.session import Session

# A frame of 400 x 300 pixels.
_SHOW = """
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(4, 3), layout={layout!r})
axes.set_title("inside")
{more}
plt.show()
"""


def _figure(layout: str | None = "constrained") -> Figure:
    figure = Figure(figsize=(5, 3), layout=layout)
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    left.loglog([1, 10, 100], [3, 1, 2], label="a line")
    left.legend()
    figure.colorbar(right.imshow(np.eye(3), cmap="cividis"), label="value")
    figure.suptitle("A title")
    return figure


def _pixels(file: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(file)))


def test_the_picture_is_what_matplotlib_saves():
    """Pixel for pixel, whole frame."""
    saved = io.BytesIO()
    _figure().savefig(saved, format="png")
    drawn = _pixels(pictures.picture(_figure()))
    assert drawn.std() > 0
    np.testing.assert_array_equal(drawn, _pixels(saved.getvalue()))


def test_what_is_drawn_once():
    """Without a layout what lies outside the frame would be cut off."""
    assert pictures.draws_once(_figure())
    assert not pictures.draws_once(_figure(layout=None))
    assert not pictures.draws_once(Figure(layout="constrained"))


@pytest.mark.slow
@pytest.mark.skipif(not lock.available(), reason="a sandbox needs Linux")
@pytest.mark.parametrize(
    ("layout", "more", "is_frame"),
    [
        ("constrained", "", True),
        (None, "figure.text(0.5, 1.1, 'outside')", False),
        ("constrained", "%config InlineBackend.figure_formats = ['retina']", False),
    ],
)
def test_figures_of_a_kernel(tmp_path, layout, more, is_frame):
    """A kernel draws such a figure once; others, and what a student set, are as ever."""
    cell = nbformat.v4.new_code_cell(_SHOW.format(layout=layout, more=more))
    with Session(tmp_path, Limits(), sandboxed=True) as session:
        session.run(cell)
    (png,) = (output["data"]["image/png"] for output in cell.outputs)
    height, width, _ = _pixels(b64decode(png)).shape
    assert ((width, height) == (400, 300)) == is_frame
