"""Labs in a browser: a wrong and a right answer, sliders, both themes, accessibility.

CONTRIBUTING.md says what it needs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import nbformat
import pytest
from browser import THEMES, Lab, chromium, jupyterlab, lacking, opened
from conftest import ROOT, copy_course

from grader.authoring.build import dumps
from grader.authoring.sample_class import sample_class
from grader.folder import lab_path, solution_path, stems

pytestmark = [
    pytest.mark.complete,
    pytest.mark.slow,
    pytest.mark.skipif(bool(lacking("npm")), reason=f"no browser: {lacking('npm')}"),
]
CARD = ".jp-RenderedHTMLCommon:has(strong)"
# What is ours in JupyterLab's window, and what in it is not: JupyterLab gives no figure
# an alternative text (tests/test_docs.py looks for the words that follow each), and
# ipywidgets gives the handle of a slider no name.
OURS = (".jp-RenderedMarkdown", ".jp-OutputArea-output")
THEIRS = (".jp-RenderedImage img", ".noUi-handle")


@dataclass(frozen=True)
class Try:
    """An exercise, and how its solution becomes a wrong answer."""

    exercise: str
    right: str
    wrong: str

    @property
    def stem(self) -> str:
        """Return the lab."""
        return next(s for s in stems(ROOT) if s.startswith(self.exercise[:5]))


TRIES = (
    Try("lab01.dense_params", "if bias else 0", "if bias else 1"),
    Try("lab03.correlate2d_valid", "* k)", "* k[::-1, ::-1])"),
    Try("lab06.conv2d", "axes=3) + b", "axes=3)"),
    Try("lab08.max_pool2d", "value=-np.inf", "value=0"),
    Try("lab10.preprocess", " / 255", ""),
    Try("lab11.confusion_matrix", "(y, p)", "(p, y)"),
)
# Exercises that can be explored; a figure of the explorer is asked for in them.
EXPLORED = ("lab03.correlate2d_valid", "lab06.conv2d", "lab08.max_pool2d")
# Its policy takes the first point that is free.
BOARD = """
import numpy as np

from grader.notebook.board import play

play(lambda board, player: np.arange(81, 0, -1))
"""
# Labs in which sliders stand before anything is trained.
WITH_SLIDERS = ("lab01", "lab03", "lab06", "lab08")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Give a browser."""
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Give the folder that JupyterLab shows, with a notebook for each lab."""
    target = tmp_path_factory.mktemp("room")
    for each in TRIES:
        notebook = begun(each)
        (target / f"{each.stem}.ipynb").write_text(dumps(notebook), "utf-8")
    board = begun(TRIES[0])
    board.cells = [nbformat.v4.new_code_cell(BOARD.strip())]
    nbformat.write(board, target / "board.ipynb")
    return target


@pytest.fixture(scope="module")
def address(folder, tmp_path_factory) -> Iterator[str]:
    """Give the address of a student's JupyterLab."""
    with jupyterlab(folder, tmp_path_factory.mktemp("home")) as one:
        yield one


@pytest.fixture(scope="module")
def axe(tmp_path_factory) -> Path:
    """Give axe-core's script, which is not part of this project."""
    place = tmp_path_factory.mktemp("axe")
    install = ["npm", "install", "--silent", "--prefix", place, "axe-core@4"]
    if subprocess.run(install, check=False).returncode:
        pytest.skip("npm cannot install axe-core")
    return place / "node_modules" / "axe-core" / "axe.min.js"


def _role(cell: nbformat.NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def solved(each: Try) -> dict[str, str]:
    """Return what the solution cells of a lab hold, by their role."""
    solved = nbformat.read(solution_path(ROOT, each.stem), as_version=4)
    return {_role(cell): cell.source for cell in solved.cells if _role(cell)}


def begun(each: Try) -> nbformat.NotebookNode:
    """Return a lab solved but for one exercise, up to that and to its first sliders."""
    lab = nbformat.read(lab_path(ROOT, each.stem), as_version=4)
    texts = solved(each) | {own(each): next(_stubs(lab, each))}
    for cell in lab.cells:
        cell.source = texts.get(_role(cell), cell.source)
    ends = [f'check("{each.exercise}")']
    ends += ["sliders("] if each.stem.startswith(WITH_SLIDERS) else []
    places = [_first(lab, end) for end in ends]
    lab.cells = lab.cells[: max(places) + 1]
    looks = [f'progress("{each.exercise[:5]}")']
    looks += [f'explore("{each.exercise}")'] if each.exercise in EXPLORED else []
    for look in looks:
        source = f"from grader import {look.partition('(')[0]}\n\n{look}"
        lab.cells.append(nbformat.v4.new_code_cell(source))
    return lab


def own(each: Try) -> str:
    return f"{each.exercise.split('.')[1]}-solution"


def _stubs(lab: nbformat.NotebookNode, each: Try) -> Iterator[str]:
    return (cell.source for cell in lab.cells if _role(cell) == own(each))


def _first(lab: nbformat.NotebookNode, text: str) -> int:
    return next(
        number
        for number, cell in enumerate(lab.cells)
        if cell.cell_type == "code"
        and re.search(rf"^{re.escape(text)}", cell.source, re.M)
    )


def _serious(page: object, axe: Path, include: Sequence[str] = ("html",)) -> list[str]:
    """Return the serious findings of axe-core, each with where it is."""
    page.add_script_tag(path=axe)
    parts = {
        "include": [[one] for one in include],
        "exclude": [[one] for one in THEIRS],
    }
    found = page.evaluate("parts => axe.run(parts)", parts)
    return [
        f"{finding['id']}: {node['html'][:200]}"
        for finding in found["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]


def _card(lab: Lab, each: Try, mark: str) -> object:
    """Return a verdict's card once it has come into view with this mark."""
    card = lab.cell(f'check("{each.exercise}")').locator(CARD, has_text=mark).first
    card.scroll_into_view_if_needed()
    return card


@pytest.mark.parametrize("each", TRIES, ids=lambda each: each.exercise)
def test_a_wrong_and_a_right_answer(browser, address, axe, each, tmp_path):
    """The card says which it is, in both themes, to those who do not see it as well."""
    lab = opened(browser, address, f"{each.stem}.ipynb")
    right = solved(each)[own(each)]
    name = each.exercise.split(".")[1]
    assert each.right in right
    lab.write(f"def {name}(", right.replace(each.right, each.wrong, 1))
    lab.run_all()
    card = _card(lab, each, "✗")
    row = _row(lab, each, "its check did not pass")
    row.locator("a").click()
    lab.page.wait_for_function(
        "name => [...document.querySelectorAll('.jp-Notebook h2')].some(heading =>"
        " heading.textContent.startsWith(name) &&"
        " heading.getBoundingClientRect().top >= 0 &&"
        " heading.getBoundingClientRect().bottom <= innerHeight)",
        arg=row.locator("a").text_content(),
    )
    if each.exercise in EXPLORED:
        _explore(lab)
    # A figure lies on the theme's own background.
    assert lab.page.locator(".jp-needs-light-background").count() == 0
    findings = []
    for theme in THEMES:
        lab.look(theme)
        findings += _serious(lab.page, axe, OURS)
        card.screenshot(path=tmp_path / f"{theme}.png")
    lab.write(f"def {name}(", right)
    lab.run_all()
    _card(lab, each, "✓")
    _row(lab, each, "✓")
    if each.stem.startswith(WITH_SLIDERS):
        _move(lab)
    assert findings == []
    lab.page.close()


def _row(lab: Lab, each: Try, words: str) -> object:
    """Return the exercise's line of the progress once it says this."""
    cell = lab.cell(f'progress("{each.exercise[:5]}")')
    link = cell.locator("tr", has_text=words).first
    link.scroll_into_view_if_needed()
    return link


def _explore(lab: Lab) -> None:
    """In the last explorer, go from the first wrong value to its neighbour by keys."""
    explorer = lab.page.locator(".convlab-explorer").last
    explorer.locator(".convlab-wrong").first.wait_for()
    value = explorer.locator(".convlab-value")
    before = value.text_content()
    here = explorer.locator("[role=gridcell].convlab-here").first
    here.focus()
    # One of both is inside the picture, wherever the first wrong value lies.
    here.press("ArrowRight")
    if value.text_content() == before:
        here.press("ArrowLeft")
    assert value.text_content() != before


def _move(lab: Lab) -> None:
    """Move a slider: another picture takes the place of the first."""
    cell = lab.page.locator(".jp-CodeCell:has(.noUi-handle)").first
    picture = cell.locator(".jp-RenderedImage img")
    before = picture.get_attribute("src")
    cell.locator(".noUi-handle").first.press("ArrowRight")
    lab.page.wait_for_function(
        "before => [...document.querySelectorAll('.jp-CodeCell:has(.noUi-handle) img')]"
        ".some(picture => picture.src !== before)",
        arg=before,
    )
    assert picture.count() == 1


def test_a_go_board(browser, address, axe):
    """A click and a key are moves, and each is answered; both themes have no finding."""
    lab = opened(browser, address, "board.ipynb")
    lab.run_all()
    board = lab.page.get_by_role("grid", name="Go board")
    board.wait_for()
    findings = []
    for theme in THEMES:
        lab.look(theme)
        findings += _serious(lab.page, axe, OURS)
    board.get_by_role("gridcell", name="e5, empty").click()
    board.get_by_role("gridcell", name="a9, white, last move").wait_for()
    board.get_by_role("gridcell", name="e5, black").press("ArrowRight")
    lab.page.keyboard.press("Enter")
    board.get_by_role("gridcell", name="f5, black").wait_for()
    board.get_by_role("gridcell", name="b9, white, last move").wait_for()
    assert findings == []
    lab.page.close()


def test_the_room(browser, address):
    """The table of contents is open, and what is for instructors is not there."""
    lab = opened(browser, address, f"{TRIES[1].stem}.ipynb")
    lab.page.locator(".jp-TableOfContents-content .jp-tocItem").first.wait_for()
    assert lab.page.get_by_role("menuitem", name="Nbgrader").count() == 0
    assert lab.page.get_by_text("Create Assignment").count() == 0
    assert lab.page.locator(".Toastify__toast").count() == 0
    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(address.replace("/lab?", "/formgrader?"))
    lab.page.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> list[Path]:
    """Give the pages of a small class: feedback and report."""
    course = copy_course(tmp_path_factory.mktemp("class") / "course")
    stem = TRIES[1].stem
    written = sample_class(course, stem, course.root / "submitted")
    for path in list(written.values())[3:]:
        shutil.rmtree(path.parent)
    convlab = Path(sys.executable).parent / "convlab"
    for command in ("grade --no-sandbox", "feedback", "report"):
        subprocess.run([convlab, *command.split(), stem], cwd=course.root, check=True)
    return [course.root / "report.html", *course.root.glob("feedback/*/*/*.html")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages(browser, axe, pages, scheme):
    """Feedback and the class report have no serious finding, in both schemes."""
    page = browser.new_page(color_scheme=scheme, bypass_csp=True)
    findings = []
    for path in pages:
        page.goto(path.as_uri())
        findings += _serious(page, axe)
    page.close()
    assert len(pages) > 2
    assert findings == []
