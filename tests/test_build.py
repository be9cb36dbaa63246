"""The notebooks are what the scripts say, and hold no answer."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.authoring import build
from grader.exceptions import UnimportedEdits
from grader.folder import lab_path, solution_path, stems

ROOT = Path(__file__).resolve().parent.parent
STEMS = stems(ROOT)
MARKED = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory) -> Path:
    """Build all labs anew, in a copy of the course."""
    target = tmp_path_factory.mktemp("build")
    (target / "solutions").mkdir()
    for stem in STEMS:
        shutil.copy(ROOT / "solutions" / f"{stem}.py", target / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", target)
    code = (
        "import sys, pathlib; from grader.authoring import build; "
        "build.store = lambda *args: None; "
        "build.build(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(target)], check=True)
    return target


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["solutions", "labs"])
@pytest.mark.parametrize("stem", STEMS)
def test_built_equals_committed(rebuilt, stem, folder):
    """Building gives the committed files, byte for byte, and no others."""
    built, committed = rebuilt / folder / stem, ROOT / folder / stem
    names = sorted(path.name for path in built.iterdir())
    assert names == [f"{stem}.ipynb"]
    ours = sorted(p.name for p in committed.iterdir() if not p.name.startswith("."))
    assert ours == names
    for name in names:
        assert (built / name).read_bytes() == (committed / name).read_bytes()


def _solution_lines(stem: str) -> set[str]:
    script = (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")
    lines = {
        line.strip().removeprefix("# ")
        for block in MARKED.findall(script)
        for line in block.splitlines()
    }
    # What is shorter stands in ordinary code as well: `return x`, `else:`.
    return {line for line in lines if len(line) > 24}


@pytest.mark.parametrize("stem", STEMS)
def test_no_answer_is_released(stem):
    """No line of a solution stands in a student's notebook."""
    lab = nbformat.read(lab_path(ROOT, stem), as_version=4)
    cells = [line.strip() for cell in lab.cells for line in cell.source.splitlines()]
    assert _solution_lines(stem), "the lab has solutions to look for"
    assert _solution_lines(stem) & set(cells) == set()
    text = lab_path(ROOT, stem).read_text("utf-8")
    assert "SOLUTION" not in text
    assert "CONVLAB_SEED" not in text


@pytest.mark.parametrize("stem", STEMS)
def test_student_notebook(stem):
    """A student's notebook is valid, has no outputs, and every code cell parses."""
    lab = nbformat.read(lab_path(ROOT, stem), as_version=4)
    assert (lab.nbformat, lab.nbformat_minor) == (4, 5)
    nbformat.validate(lab)
    identifiers = [cell.id for cell in lab.cells]
    assert len(set(identifiers)) == len(identifiers)
    for cell in lab.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            ast.parse(re.sub(r"^%.*$", "", cell.source, flags=re.MULTILINE))


@pytest.mark.parametrize("stem", STEMS)
def test_rhythm(stem):
    """A lab has one title, text before code, and no cell that is too long to read."""
    lab = nbformat.read(solution_path(ROOT, stem), as_version=4)
    titles = [
        line
        for cell in lab.cells
        if cell.cell_type == "markdown"
        for line in re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL).splitlines()
        if line.startswith("# ")
    ]
    assert len(titles) == 1
    kinds = "".join(cell.cell_type[0] for cell in lab.cells)
    assert kinds[0] == "m"
    assert "cccc" not in kinds
    longest = max(
        len(c.source.splitlines()) for c in lab.cells if c.cell_type == "code"
    )
    assert longest <= 60


@pytest.mark.parametrize("stem", STEMS)
def test_script_round_trip(stem):
    """A notebook turned back into a script is the script."""
    script = (ROOT / "solutions" / f"{stem}.py").read_text("utf-8")
    again = build.to_script(build.to_notebook(script, stem))
    command = [sys.executable, "-m", "ruff", "format", "-", "--stdin-filename"]
    command += [f"solutions/{stem}.py"]
    done = subprocess.run(
        command, input=again, capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == script


def _edit(path: Path, text: str) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][0]["source"] = text
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.mark.slow
def test_edits_are_not_overwritten(course):
    """A solution notebook edited in JupyterLab is not lost to a build."""
    stem = STEMS[0]
    path = course.solution(stem)
    _edit(path, "# Another title")
    with pytest.raises(UnimportedEdits, match=f"make import LAB={stem}"):
        build.build(course.root, [stem])
    assert "Another title" in path.read_text("utf-8")


@pytest.mark.slow
def test_import(course):
    """Importing brings the edit into the script, and the build goes on."""
    stem = STEMS[0]
    _edit(course.solution(stem), "# Another title")
    script = build.import_notebook(course.root, stem)
    assert script.read_text("utf-8").startswith("# %% [markdown]\n# # Another title\n")
    build.build(course.root, [stem])
    assert "Another title" in course.released(stem).read_text("utf-8")


@pytest.mark.slow
def test_running_is_not_editing(course):
    """Outputs of a solution notebook that was only run do not stop a build."""
    stem = STEMS[0]
    path = course.solution(stem)
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="ran")]
    cell.execution_count = 1
    nbformat.write(notebook, path)
    build.build(course.root, [stem])
    assert (
        nbformat.read(path, as_version=4).cells
        == build.to_notebook(
            (course.root / "solutions" / f"{stem}.py").read_text("utf-8"), stem
        ).cells
    )
