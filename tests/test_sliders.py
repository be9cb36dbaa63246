"""Sliders over a picture: it is an output like any other, and it follows them."""

from __future__ import annotations

import re

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from grader.folder import stems

CELLS = (
    """
import matplotlib.pyplot as plt
from grader import sliders

def draw(height, colour="red"):
    _, axis = plt.subplots(figsize=(1, height))
    plt.show()

sliders(draw, height=(1, 3), colour=["red", "blue"])
""",
    """
from ipywidgets import IntSlider, Widget
from ipywidgets.widgets.widget import _instances
(slider,) = (w for w in _instances.values() if isinstance(w, IntSlider))
print(slider.value, slider.description)
""",
    "slider.value = 3",
)


@pytest.fixture(scope="module")
def ran():
    """Give the cells after each was run by a plain nbclient, and their widgets."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name="python3", timeout=300)
    pictures = []
    with client.setup_kernel():
        for number, cell in enumerate(cells):
            client.execute_cell(cell, number)
            pictures.append(_picture(cells[0]))
    return cells, pictures, client.widget_state


def _picture(cell: nbformat.NotebookNode) -> str:
    (picture,) = (o.data for o in cell.outputs if "image/png" in o.get("data", {}))
    return picture["image/png"]


@pytest.mark.slow
def test_the_picture_follows(ran):
    """It begins in the middle, or with the default, and is drawn again in its place."""
    cells, pictures, _ = ran
    assert cells[1].outputs[0].text == "2 height\n"
    assert pictures[0] == pictures[1] != pictures[2]
    assert len(cells[0].outputs) == 2  # the sliders and the picture


@pytest.mark.slow
def test_nothing_that_nbclient_answers(ran):
    """There is no Output widget: nbclient may miss a cell's end while it answers one."""
    _, _, widgets = ran
    names = {state["_model_name"] for state in widgets.values()}
    assert {"IntSliderModel", "DropdownModel"} <= names
    assert "OutputModel" not in names


@pytest.mark.parametrize("stem", stems(ROOT))
def test_labs_have_no_output_widget(stem):
    """No lab can hang a run: of ipywidgets it takes sliders and nothing that draws."""
    script = (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")
    taken = re.findall(r"^from ipywidgets import (.+)$", script, re.MULTILINE)
    names = {name.strip() for line in taken for name in line.split(",")}
    assert names <= {"FloatLogSlider", "IntSlider", "SelectionSlider"}
    assert "import ipywidgets" not in script
